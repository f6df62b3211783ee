/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whole exchanges (tests/fixtures/aware/nan-naf-vectors.json): what hostap's own module tests send to each other. Every
 * frame is read with all its attributes; where an exchange has keys, each of them, the token and every MIC are computed
 * again from the frames and the PMK alone.
 */
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#include "platform/openssl/nan_keys.h"
#include "stack/aware/nan_id.h"
#include "stack/aware/nan_ndp.h"
#include "stack/aware/nan_security.h"
#include "stack/aware/nan_show.h"
#include "tests/unit/test.h"

#define FRAME_MAX 1024

struct octets {
    uint8_t data[FRAME_MAX];
    size_t size;
};

static struct octets of_hex(const char *hex)
{
    struct octets result = {.size = strlen(hex) / 2};

    assert_true(result.size <= sizeof result.data);
    assert_int_equal(fascia_text_to_bytes(hex, result.data, result.size), 0);
    return result;
}

static struct json_object *vectors(void)
{
    struct json_object *document = json_object_from_file(FIXTURES "/aware/nan-naf-vectors.json");

    assert_non_null(document);
    assert_int_equal(json_object_array_length(document), 20);
    return document;
}

static struct json_object *member(struct json_object *object, const char *key)
{
    struct json_object *value = NULL;

    assert_true(json_object_object_get_ex(object, key, &value));
    return value;
}

/* The value of the nth row with this key, or NULL. */
static const char *value_of(struct json_object *sequence, const char *key, size_t n)
{
    struct json_object *rows = member(sequence, "kv");

    for (size_t i = 0; i < json_object_array_length(rows); i++) {
        struct json_object *row = json_object_array_get_idx(rows, i);
        if (strcmp(json_object_get_string(json_object_array_get_idx(row, 0)), key) == 0 && n-- == 0)
            return json_object_get_string(json_object_array_get_idx(row, 1));
    }
    return NULL;
}

static struct fascia_secret secret_of(struct json_object *sequence, const char *key)
{
    struct octets octets = of_hex(value_of(sequence, key, 0));
    struct fascia_secret secret;

    assert_int_equal(fascia_secret_set(&secret, octets.data, octets.size), 0);
    return secret;
}

static void every_frame_is_read_with_all_its_attributes(void **state)
{
    static char buffer[NAN_SHOW_SIZE];
    struct json_object *document = vectors();
    size_t frames = 0;

    (void)state;
    for (size_t i = 0; i < json_object_array_length(document); i++) {
        struct json_object *list = member(json_object_array_get_idx(document, i), "frames");
        for (size_t j = 0; j < json_object_array_length(list); j++) {
            struct octets octets = of_hex(json_object_get_string(json_object_array_get_idx(list, j)));
            struct nan_data_path path;
            struct nan_frame frame;
            struct nan_show show;
            struct fascia_text text;
            assert_int_equal(nan_frame_parse(octets.data, octets.size, &frame), 0);
            assert_int_equal(frame.kind, NAN_KIND_NAF);
            assert_int_equal(nan_unknown_count(&frame), 0);
            assert_int_equal(nan_data_path_of(&frame, &path), 0);
            assert_false(path.extended);
            fascia_text_init(&text, buffer, sizeof buffer);
            nan_show_init(&show, &text, false);
            assert_int_equal(nan_show_attributes(&show, &frame), 0);
            assert_true(fascia_text_ok(&text));
            assert_null(strstr(buffer, "not_decoded"));
            frames++;
        }
    }
    assert_int_equal(frames, 73);
    json_object_put(document);
}

/* What the four messages of one exchange give. */
struct exchange {
    struct octets frames[4];
    struct nan_frame parsed[4];
    struct nan_key keys[4];
    uint8_t suite;
    struct fascia_mac initiator_ndi, responder_ndi;
};

/* Of the frames of a sequence those with a key descriptor, in their order. */
static void collect(struct json_object *sequence, struct exchange *exchange)
{
    struct json_object *list = member(sequence, "frames");
    size_t count = 0;

    for (size_t i = 0; i < json_object_array_length(list); i++) {
        struct octets octets = of_hex(json_object_get_string(json_object_array_get_idx(list, i)));
        struct nan_data_path path;
        struct nan_csia_suite suite;
        struct nan_frame frame;
        struct nan_csia csia;
        struct nan_attr attr;
        assert_int_equal(nan_frame_parse(octets.data, octets.size, &frame), 0);
        if (nan_attr_only(&frame, NAN_ATTR_SKDA, &attr) != 0)
            continue;
        assert_true(count < 4);
        exchange->frames[count] = octets;
        struct nan_frame *kept = &exchange->parsed[count];
        assert_int_equal(nan_frame_parse(exchange->frames[count].data, octets.size, kept), 0);
        if (nan_attr_only(kept, NAN_ATTR_CSIA, &attr) == 0) {
            assert_int_equal(nan_csia_parse(&attr, &csia), 0);
            assert_true(nan_suite_next(&csia.suites, &suite));
            exchange->suite = suite.suite;
        }
        assert_int_equal(nan_attr_only(kept, NAN_ATTR_SKDA, &attr), 0);
        assert_int_equal(nan_key_parse(&attr, nan_suite_mic_size(exchange->suite), &exchange->keys[count]), 0);
        assert_int_equal(nan_key_message(&exchange->keys[count]), NAN_KEY_M1 + count);
        assert_int_equal(nan_data_path_of(kept, &path), 0);
        exchange->initiator_ndi = path.ndpe.ndp.initiator_ndi;
        if (path.ndpe.ndp.control & NAN_NDP_RESPONDER_NDI)
            exchange->responder_ndi = path.ndpe.ndp.responder_ndi;
        count++;
    }
    assert_int_equal(count, 4);
}

static void assert_value(struct json_object *sequence, const char *key, size_t n, const uint8_t *got, size_t size)
{
    const char *text = value_of(sequence, key, n);

    assert_non_null(text);
    struct octets wanted = of_hex(text);
    assert_int_equal(wanted.size, size);
    assert_memory_equal(wanted.data, got, size);
}

static void assert_key(struct json_object *sequence, const char *key, const struct fascia_secret *got)
{
    struct fascia_secret wanted = secret_of(sequence, key);

    assert_true(fascia_secret_equal(&wanted, got));
}

static void check_codes(struct json_object *sequence, struct exchange *exchange, const struct fascia_secret *kck)
{
    uint8_t token[NAN_KEYS_TOKEN_SIZE], mic[NAN_KEYS_MIC_SIZE_MAX];

    struct nan_octets first = exchange->parsed[0].body;
    assert_int_equal(nan_keys_token(exchange->suite, first.data, first.size, token), 0);
    assert_value(sequence, "AUTH TOKEN", 0, token, sizeof token);
    assert_value(sequence, "AUTH_TOKEN_DATA", 0, first.data, first.size);
    for (size_t i = 1; i < 4; i++) {
        struct nan_octets body = exchange->parsed[i].body;
        struct nan_mic_input input = {
            .token = i == 2 ? token : NULL,
            .body = body.data,
            .size = body.size,
            .mic_at = (size_t)(exchange->keys[i].mic.data - body.data),
        };
        assert_int_equal(nan_keys_mic(exchange->suite, kck, &input, mic), 0);
        assert_value(sequence, "MIC", i - 1, mic, exchange->keys[i].mic.size);
        assert_int_equal(nan_keys_mic_check(exchange->suite, kck, &input), 0);
        exchange->frames[i].data[exchange->frames[i].size - 1] ^= 1;
        assert_int_equal(nan_keys_mic_check(exchange->suite, kck, &input), NAN_KEYS_E_MIC);
    }
}

static void every_key_and_code_of_the_secured_exchanges_is_found_again(void **state)
{
    static struct exchange exchange; /* large */
    struct json_object *document = vectors();
    unsigned int suites = 0;
    size_t exchanges = 0;

    (void)state;
    for (size_t i = 0; i < json_object_array_length(document); i++) {
        struct json_object *sequence = json_object_array_get_idx(document, i);
        if (value_of(sequence, "PTK", 0) == NULL)
            continue;
        exchange = (struct exchange){.suite = 0};
        collect(sequence, &exchange);
        assert_value(sequence, "iaddr", 0, exchange.initiator_ndi.octets, 6);
        assert_value(sequence, "raddr", 0, exchange.responder_ndi.octets, 6);
        assert_value(sequence, "inonce", 0, exchange.keys[0].nonce, NAN_NONCE_SIZE);
        assert_value(sequence, "rnonce", 0, exchange.keys[1].nonce, NAN_NONCE_SIZE);
        struct fascia_secret pmk = secret_of(sequence, "PMK");
        struct nan_ptk ptk;
        assert_int_equal(nan_keys_ptk(exchange.suite, &pmk, &exchange.initiator_ndi, &exchange.responder_ndi,
                                      exchange.keys[0].nonce, exchange.keys[1].nonce, &ptk),
                         0);
        assert_key(sequence, "KCK", &ptk.kck);
        assert_key(sequence, "KEK", &ptk.kek);
        assert_key(sequence, "TK", &ptk.tk);
        check_codes(sequence, &exchange, &ptk.kck);
        suites |= 1U << exchange.suite;
        exchanges++;
    }
    assert_int_equal(suites, 1U << NAN_SUITE_SK_128 | 1U << NAN_SUITE_SK_256);
    assert_int_equal(exchanges, 6);
    json_object_put(document);
}

/* The tests that made them use aa aa aa aa aa aa as service id. Once there is a secured data path, requests for further
 * ones go from NDI to NDI; the identifier stays one of the NMIs. */
static void the_key_identifier_in_a_request_is_found_again(void **state)
{
    static const uint8_t service_id[NAN_KEYS_SERVICE_ID_SIZE] = {0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa};
    static const struct fascia_mac initiator = {{0x00, 0xbb, 0xbb, 0xbb, 0xbb, 0xbb}};
    static const struct fascia_mac responder = {{0x00, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa}};
    static struct exchange exchange; /* large */
    struct json_object *document = vectors();
    uint8_t pmkid[NAN_KEYS_PMKID_SIZE];

    (void)state;
    for (size_t i = 0; i < json_object_array_length(document); i++) {
        struct json_object *sequence = json_object_array_get_idx(document, i);
        struct nan_context context;
        struct nan_attr attr;
        if (value_of(sequence, "PTK", 0) == NULL)
            continue;
        exchange = (struct exchange){.suite = 0};
        collect(sequence, &exchange);
        const struct nan_frame *request = &exchange.parsed[0];
        assert_int_equal(nan_attr_only(request, NAN_ATTR_SCIA, &attr), 0);
        assert_int_equal(nan_scia_check(&attr), 0);
        assert_true(nan_context_next(&attr.body, &context));
        struct fascia_secret pmk = secret_of(sequence, "PMK");
        assert_int_equal(nan_keys_pmkid(exchange.suite, &pmk, &initiator, &responder, service_id, pmkid), 0);
        assert_int_equal(context.id.size, sizeof pmkid);
        assert_memory_equal(context.id.data, pmkid, sizeof pmkid);
        assert_value(sequence, "PMKID", 0, pmkid, sizeof pmkid);
    }
    json_object_put(document);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_frame_is_read_with_all_its_attributes),
        cmocka_unit_test(every_key_and_code_of_the_secured_exchanges_is_found_again),
        cmocka_unit_test(the_key_identifier_in_a_request_is_found_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
