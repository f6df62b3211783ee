/* SPDX-License-Identifier: Apache-2.0 */
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#include "stack/aware/nan_build.h"
#include "stack/aware/nan_id.h"
#include "stack/aware/nan_show.h"
#include "tests/unit/test.h"

static char buffer[NAN_SHOW_SIZE];
static uint8_t body[2304];

static struct fascia_writer *start(struct fascia_writer *w)
{
    fascia_writer_init(w, body, sizeof body);
    nan_build_naf(w, NAN_CATEGORY_PUBLIC, NAN_SUBTYPE_NDP_REQUEST);
    return w;
}

static const char *shown(const struct fascia_writer *w, bool json, size_t *ret_malformed)
{
    struct fascia_text text;
    struct nan_frame frame;
    struct nan_show show;

    assert_true(fascia_writer_ok(w));
    assert_int_equal(nan_body_parse(body, w->used, &frame), 0);
    fascia_text_init(&text, buffer, sizeof buffer);
    nan_show_init(&show, &text, json);
    if (json)
        nan_show_open(&show, NULL, NULL);
    size_t malformed = nan_show_attributes(&show, &frame);
    if (json)
        nan_show_close(&show);
    assert_true(fascia_text_ok(&text));
    if (ret_malformed != NULL)
        *ret_malformed = malformed;
    return buffer;
}

static struct json_object *member(struct json_object *object, const char *key)
{
    struct json_object *value = NULL;

    assert_true(json_object_object_get_ex(object, key, &value));
    return value;
}

static void an_identity_reads_as_text(void **state)
{
    const struct nan_nira nira = {.nonce = {1}, .tag = {0xff}};
    struct fascia_writer w;

    (void)state;
    nan_build_nira(start(&w), &nira);
    assert_string_equal(shown(&w, false, NULL), "\n  identity resolution cipher_version=0 nonce=0100000000000000 "
                                                "tag=ff00000000000000");
}

static void what_is_not_decoded_is_shown_with_its_octets(void **state)
{
    struct fascia_writer w;
    size_t malformed = 99;

    (void)state;
    nan_build_attr(start(&w), 0x2d, "\x01\x02", 2);
    nan_build_attr(&w, 0xfe, NULL, 0);
    assert_string_equal(shown(&w, false, &malformed), "\n  S3 id=0x2d not_decoded octets=0102"
                                                      "\n  attribute id=0xfe not_decoded octets=-");
    assert_int_equal(malformed, 0);
}

static void a_malformed_attribute_is_named_and_the_others_are_shown(void **state)
{
    const struct nan_dcea dcea = {.pairing_setup = true};
    struct fascia_writer w;
    size_t malformed = 0;

    (void)state;
    nan_build_attr(start(&w), NAN_ATTR_NDP, "\xaa", 1);
    nan_build_dcea(&w, &dcea);
    struct json_object *document = json_tokener_parse(shown(&w, true, &malformed));
    assert_non_null(document);
    assert_int_equal(malformed, 1);
    struct json_object *list = member(document, "attributes");
    assert_int_equal(json_object_array_length(list), 2);
    struct json_object *first = json_object_array_get_idx(list, 0), *second = json_object_array_get_idx(list, 1);
    assert_string_equal(json_object_get_string(member(first, "error")), nan_explain(NAN_E_LENGTH));
    assert_string_equal(json_object_get_string(member(first, "octets")), "aa");
    assert_int_equal(json_object_get_int(member(second, "id")), NAN_ATTR_DCEA);
    assert_true(json_object_get_boolean(member(second, "pairing_setup")));
    assert_false(json_object_get_boolean(member(second, "key_caching")));
    json_object_put(document);
}

static void foreign_text_cannot_break_out_of_its_quotes(void **state)
{
    static const uint8_t name[] = {'"', '\\', '\n', 0x1b, '[', 0x7f, 0xc3, 0xa4, 'x', 0};
    uint8_t parts[64];
    struct fascia_writer w;
    struct nan_sdea sdea = {.has_info = true, .info = {.oui = {0x50, 0x6f, 0x9a}, .protocol = NAN_PROTOCOL_GENERIC}};

    (void)state;
    sdea.info.has_name = true;
    sdea.info.name = (struct nan_octets){name, sizeof name};
    fascia_writer_init(&w, parts, sizeof parts);
    nan_build_service_parts(&w, &sdea.info);
    sdea.info.info = (struct nan_octets){parts, w.used};
    nan_build_sdea(start(&w), &sdea);
    struct json_object *document = json_tokener_parse(shown(&w, true, NULL));
    assert_non_null(document);
    struct json_object *attr = json_object_array_get_idx(member(document, "attributes"), 0);
    assert_memory_equal(json_object_get_string(member(attr, "instance_name")), "\"\\\n\x1b[\x7f\xc3\x83\xc2\xa4x", 12);
    json_object_put(document);
    const char *text = shown(&w, false, NULL);
    assert_non_null(strstr(text, "instance_name=\"\\\"\\\\\\u000a\\u001b[\\u007f\\u00c3\\u00a4x\\u0000\""));
    for (const char *at = text; *at != '\0'; at++)
        assert_true(*at == '\n' || (*at >= 0x20 && *at < 0x7f));
}

static void lists_in_lists_are_whole_documents(void **state)
{
    static const struct nan_channel channels[] = {{.operating_class = 81, .bitmap = 32}, {.operating_class = 125}};
    static const uint8_t bands[] = {2, 9};
    const struct nan_entry_draft drafts[] = {
        {.control = NAN_ENTRY_COMMITTED | NAN_ENTRY_POTENTIAL, .channels = channels, .channels_count = 2},
        {.control = NAN_ENTRY_POTENTIAL | NAN_ENTRY_TIME_BITMAP, .bands = bands, .bands_count = 2}};
    struct fascia_writer w;

    (void)state;
    nan_build_availability(start(&w), 1, 0, drafts, 2);
    struct json_object *document = json_tokener_parse(shown(&w, true, NULL));
    assert_non_null(document);
    struct json_object *entries = member(json_object_array_get_idx(member(document, "attributes"), 0), "entries");
    assert_int_equal(json_object_array_length(entries), 2);
    struct json_object *first = json_object_array_get_idx(entries, 0);
    assert_int_equal(json_object_array_length(member(first, "entry_types")), 2);
    struct json_object *channel = json_object_array_get_idx(member(first, "channels"), 0);
    assert_int_equal(json_object_get_int(member(channel, "bitmap")), 32);
    struct json_object *band = json_object_array_get_idx(member(json_object_array_get_idx(entries, 1), "bands"), 1);
    assert_null(member(band, "band_name"));
    json_object_put(document);
    assert_string_equal(shown(&w, false, NULL),
                        "\n  availability sequence=1 control=0x00 map_id=0"
                        "\n    entry control=0x03 entry_type=3 entry_types=committed,potential usage_preference=0 "
                        "utilization=0 rx_nss=0"
                        "\n      channel operating_class=81 bitmap=0x20 primary=0x00"
                        "\n      channel operating_class=125 bitmap=0x00 primary=0x00"
                        "\n    entry control=0x1002 entry_type=2 entry_types=potential usage_preference=0 "
                        "utilization=0 rx_nss=0 time_control=0x00 bit_tu=16 period_tu=0 start_offset=0 slots=-"
                        "\n      band band=2 (2.4 GHz)"
                        "\n      band band=9 (?)");
}

/* What grows most from octets to words: as much of it as a frame can hold. */
static void the_longest_frames_fit(void **state)
{
    static const struct {
        uint8_t id;
        const char *body; /* hexadecimal */
    } dense[] = {
        {NAN_ATTR_SDA, ""}, /* malformed */
        {0x1e, ""},         /* the longest name of what is not decoded */
        {NAN_ATTR_NPBA, "0011 0d ffff"},
        {NAN_ATTR_DEVICE_CAPABILITY, "01ffffffffffffffff"},
        {NAN_ATTR_SDEA, "ff fffc"},
        {NAN_ATTR_AVAILABILITY, "ffffff 0200ff0f 0200ff0f 0200ff0f 0200ff0f 0200ff0f 0300ff0ff0"},
        {NAN_ATTR_CSIA, "ff 0303 0303 0303 0303 0303 0303 0303 0303 0303 0303"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof dense / sizeof dense[0]; i++) {
        uint8_t octets[64];
        struct fascia_writer w;
        size_t size = 0;
        for (const char *at = dense[i].body; *at != '\0'; at += *at == ' ' ? 1 : 2) {
            char two[3] = {at[0], at[1], '\0'};
            if (*at != ' ')
                assert_int_equal(fascia_text_to_bytes(two, &octets[size++], 1), 0);
        }
        start(&w);
        while (w.used + 3 + size <= sizeof body)
            nan_build_attr(&w, dense[i].id, octets, size);
        struct json_object *document = json_tokener_parse(shown(&w, true, NULL));
        assert_non_null(document);
        json_object_put(document);
        (void)shown(&w, false, NULL);
    }
}

static void what_does_not_fit_is_cut_and_said(void **state)
{
    const struct nan_nira nira = {.nonce = {1}};
    struct fascia_writer w;
    struct fascia_text text;
    struct nan_frame frame;
    struct nan_show show;

    (void)state;
    nan_build_nira(start(&w), &nira);
    assert_int_equal(nan_body_parse(body, w.used, &frame), 0);
    for (size_t size = 1; size < 40; size++) {
        char *exact = malloc(size);
        assert_non_null(exact);
        fascia_text_init(&text, exact, size);
        nan_show_init(&show, &text, size % 2 == 0);
        (void)nan_show_attributes(&show, &frame);
        assert_false(fascia_text_ok(&text));
        assert_int_equal(strlen(exact), size - 1);
        free(exact);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_identity_reads_as_text),
        cmocka_unit_test(what_is_not_decoded_is_shown_with_its_octets),
        cmocka_unit_test(a_malformed_attribute_is_named_and_the_others_are_shown),
        cmocka_unit_test(foreign_text_cannot_break_out_of_its_quotes),
        cmocka_unit_test(lists_in_lists_are_whole_documents),
        cmocka_unit_test(the_longest_frames_fit),
        cmocka_unit_test(what_does_not_fit_is_cut_and_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
