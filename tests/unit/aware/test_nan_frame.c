/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "stack/aware/nan_frame.h"
#include "stack/aware/nan_id.h"
#include "tests/unit/test.h"

#define HEADER   "d0000000420000000100420000000000506f9a015c7b0000"
#define FRAME_AT 24

struct octets {
    uint8_t data[2048];
    size_t size;
};

/* Hexadecimal with spaces where they help to read. */
static struct octets octets(const char *hex)
{
    struct octets result = {.size = 0};
    char digits[3] = "";

    for (const char *at = hex; *at != '\0'; at++) {
        if (*at == ' ')
            continue;
        size_t have = strlen(digits);
        digits[have] = *at;
        digits[have + 1] = '\0';
        if (have == 0)
            continue;
        assert_true(result.size < sizeof result.data);
        assert_int_equal(fascia_text_to_bytes(digits, &result.data[result.size++], 1), 0);
        digits[0] = '\0';
    }
    assert_int_equal(strlen(digits), 0);
    return result;
}

static int parse(const char *hex, struct nan_frame *ret_frame)
{
    static struct octets kept[4];
    static size_t turn;
    struct octets *frame = &kept[turn++ % 4];

    *frame = octets(hex);
    return nan_frame_parse(frame->data, frame->size, ret_frame);
}

static int result_of(const char *hex)
{
    struct nan_frame frame;

    return parse(hex, &frame);
}

static void a_naf_is_read_with_its_addresses_and_subtype(void **state)
{
    struct nan_frame frame;
    char to[FASCIA_MAC_TEXT_SIZE], from[FASCIA_MAC_TEXT_SIZE], cluster[FASCIA_MAC_TEXT_SIZE];

    (void)state;
    assert_int_equal(parse(HEADER "04 09 506f9a 18 05 2a0200 0003", &frame), 0);
    assert_int_equal(frame.kind, NAN_KIND_NAF);
    assert_int_equal(frame.category, NAN_CATEGORY_PUBLIC);
    assert_int_equal(frame.subtype, NAN_SUBTYPE_NDP_REQUEST);
    assert_string_equal(fascia_mac_format(&frame.to, to), "42:00:00:00:01:00");
    assert_string_equal(fascia_mac_format(&frame.from, from), "42:00:00:00:00:00");
    assert_string_equal(fascia_mac_format(&frame.cluster, cluster), "50:6f:9a:01:5c:7b");
    assert_true(nan_is_cluster(&frame.cluster));
    assert_false(nan_is_cluster(&frame.to));
    assert_int_equal(frame.attributes, 1);
    assert_int_equal(frame.body.size, 12);
    assert_int_equal(frame.body.data[0], 0x04);
}

static void an_sdf_is_read_in_both_categories(void **state)
{
    struct nan_frame frame;

    (void)state;
    assert_int_equal(parse(HEADER "04 09 506f9a 13 0e0300 010000", &frame), 0);
    assert_int_equal(frame.kind, NAN_KIND_SDF);
    assert_int_equal(parse(HEADER "09 09 506f9a 13 0e0300 010000", &frame), 0);
    assert_int_equal(frame.category, NAN_CATEGORY_PROTECTED_DUAL);
}

static void a_body_alone_is_read_too(void **state)
{
    struct octets body = octets("04 09 506f9a 13 0e0300 010000");
    struct nan_frame frame;

    (void)state;
    assert_int_equal(nan_body_parse(body.data, body.size, &frame), 0);
    assert_int_equal(frame.attributes, 1);
    assert_int_equal(nan_body_parse(body.data, 0, &frame), NAN_E_OTHER);
}

static void a_frame_without_an_attribute_is_a_frame(void **state)
{
    struct nan_frame frame;
    struct nan_walk walk;
    struct nan_attr attr;

    (void)state;
    assert_int_equal(parse(HEADER "04 09 506f9a 13", &frame), 0);
    nan_walk_init(&walk, &frame);
    assert_false(nan_attr_next(&walk, &attr));
    assert_false(nan_attr_next(&walk, &attr));
    assert_int_equal(nan_attr_only(&frame, NAN_ATTR_SDA, &attr), NAN_E_MISSING);
}

static void what_is_not_of_wifi_aware_is_told_apart_from_what_is_malformed(void **state)
{
    (void)state;
    assert_int_equal(result_of(""), NAN_E_OTHER);
    assert_int_equal(result_of("d0000000"), NAN_E_OTHER);
    assert_int_equal(result_of(HEADER), NAN_E_OTHER);
    assert_int_equal(result_of(HEADER "04 09 506f9a"), NAN_E_OTHER);
    assert_int_equal(result_of(HEADER "04 09 506f9a 09"), NAN_E_OTHER); /* P2P */
    assert_int_equal(result_of(HEADER "04 0a 506f9a 18 05"), NAN_E_OTHER);
    assert_int_equal(result_of(HEADER "03 09 506f9a 18 05"), NAN_E_OTHER);
    assert_int_equal(result_of(HEADER "04 09 506f9b 18 05"), NAN_E_OTHER);
    assert_int_equal(result_of("08"
                               "000000 420000000100 420000000000 506f9a015c7b 0000 04 09 506f9a 18 05"),
                     NAN_E_OTHER);
    assert_int_equal(result_of(HEADER "04 09 506f9a 18"), NAN_E_CUT);
    assert_int_equal(result_of(HEADER "04 09 506f9a 18 05 2a"), NAN_E_CHAIN);
    assert_int_equal(result_of(HEADER "04 09 506f9a 18 05 2a02"), NAN_E_CHAIN);
    assert_int_equal(result_of(HEADER "04 09 506f9a 18 05 2a0200 00"), NAN_E_CHAIN);
    assert_int_equal(result_of(HEADER "04 09 506f9a 18 05 2a0200 0003 0f"), NAN_E_CHAIN);
    assert_int_equal(result_of(HEADER "04 09 506f9a 18 05 2affff 0003"), NAN_E_CHAIN);
}

static void a_refused_frame_leaves_the_result_alone(void **state)
{
    struct nan_frame frame = {.attributes = 77}, body_frame = frame;
    struct octets body = octets("04 09 506f9a 18 05 2a0200 00");

    (void)state;
    assert_int_equal(parse(HEADER "04 09 506f9a 18 05 2a0200 00", &frame), NAN_E_CHAIN);
    assert_int_equal(frame.attributes, 77);
    assert_int_equal(nan_body_parse(body.data, body.size, &body_frame), NAN_E_CHAIN);
    assert_int_equal(body_frame.attributes, 77);
}

static void an_encrypted_frame_counts_only_within_a_cluster(void **state)
{
    (void)state;
    assert_int_equal(result_of("d0400000 420000000100 420000000000 506f9a015c7b 0000 00112233445566"), NAN_E_ENCRYPTED);
    assert_int_equal(result_of("d0400000 420000000100 420000000000 516f9a010000 0000 00112233445566"), NAN_E_ENCRYPTED);
    assert_int_equal(result_of("d0400000 420000000100 420000000000 516f9a010001 0000 00112233445566"), NAN_E_OTHER);
    assert_int_equal(result_of("d0400000 420000000100 420000000000 020000000001 0000 00112233445566"), NAN_E_OTHER);
}

#define BEACON "80000000 ffffffffffff 420000000000 506f9a015c7b 0000 0102030405060708 0002 2004"

static void the_elements_of_a_beacon_are_found_among_others(void **state)
{
    struct nan_frame frame;
    struct nan_walk walk;
    struct nan_attr attr;
    size_t count = 0;

    (void)state;
    assert_int_equal(
        parse(BEACON "0000 dd09 506f9a13 000200 0807 dd04 0050f202 dd08 506f9a13 270100 01 dd04 506f9a13", &frame), 0);
    assert_int_equal(frame.kind, NAN_KIND_BEACON);
    assert_int_equal(frame.beacon_interval, 512);
    assert_int_equal(frame.parts_count, 3);
    assert_int_equal(frame.attributes, 2);
    nan_walk_init(&walk, &frame);
    while (nan_attr_next(&walk, &attr))
        assert_int_equal(attr.id, count++ == 0 ? NAN_ATTR_MASTER_INDICATION : 0x27);
    assert_int_equal(count, 2);
}

static void a_beacon_without_a_whole_nan_element_is_not_one(void **state)
{
    char hex[4096] = BEACON;

    (void)state;
    assert_int_equal(result_of(BEACON), NAN_E_OTHER);
    assert_int_equal(result_of(BEACON "dd04 0050f202"), NAN_E_OTHER);
    assert_int_equal(result_of(BEACON "dd09 506f9a13 000200 08"), NAN_E_OTHER);
    assert_int_equal(result_of(BEACON "dd09 506f9a13 000200 0807 dd09 506f"), NAN_E_CUT);
    assert_int_equal(result_of(BEACON "dd08 506f9a13 000200 08"), NAN_E_CHAIN);
    for (int i = 0; i <= NAN_PARTS_MAX; i++)
        (void)strcat(hex, "dd09 506f9a13 000200 0807");
    assert_int_equal(result_of(hex), NAN_E_MANY);
}

static void a_fragmented_element_is_named_instead_of_misread(void **state)
{
    char hex[4096] = BEACON "ddff 506f9a13 ddf800";

    (void)state;
    for (int i = 0; i < 248; i++)
        (void)strcat(hex, "00");
    assert_int_equal(result_of(hex), 0); /* full, and at an end */
    (void)strcat(hex, "f203 112233");
    assert_int_equal(result_of(hex), NAN_E_FRAGMENTED);
    assert_int_equal(result_of(BEACON "dd09 506f9a13 000200 0807 f201 00"), NAN_E_FRAGMENTED);
    assert_int_equal(result_of(BEACON "dd09 506f9a13 000200 0807 0000 f201 00"), 0); /* of another element */
}

#define AUTHENTICATION "b0000000 420000000100 420000000000 506f9a015c7b 0000"

static void the_element_of_a_pasn_authentication_is_found(void **state)
{
    struct nan_frame frame;

    (void)state;
    assert_int_equal(parse(AUTHENTICATION "0700 0200 0a00 3000 dd09 506f9a13 2a0200 0003", &frame), 0);
    assert_int_equal(frame.kind, NAN_KIND_AUTHENTICATION);
    assert_int_equal(frame.auth_sequence, 2);
    assert_int_equal(frame.auth_status, 10);
    assert_int_equal(result_of(AUTHENTICATION "0300 0200 0000 dd09 506f9a13 2a0200 0003"), NAN_E_OTHER); /* SAE */
    assert_int_equal(result_of(AUTHENTICATION "0700 0200 00"), NAN_E_OTHER);
}

static void an_attribute_that_may_be_there_once_is_missing_there_or_twice(void **state)
{
    struct nan_frame frame;
    struct nan_attr attr = {.id = 0x77};

    (void)state;
    assert_int_equal(parse(HEADER "04 09 506f9a 18 05 2a0200 0003 150300 010203 2a0200 0001", &frame), 0);
    assert_int_equal(nan_attr_only(&frame, NAN_ATTR_NDP, &attr), NAN_E_MISSING);
    assert_int_equal(nan_attr_only(&frame, NAN_ATTR_DCEA, &attr), NAN_E_TWICE);
    assert_int_equal(attr.id, 0x77);
    assert_int_equal(nan_attr_only(&frame, NAN_ATTR_NDL_QOS, &attr), 0);
    assert_int_equal(attr.body.size, 3);
    assert_int_equal(attr.body.data[2], 3);
}

static void unknown_attributes_are_passed_over_and_counted(void **state)
{
    struct nan_frame frame;
    struct nan_attr attr;

    (void)state;
    assert_int_equal(parse(HEADER "04 09 506f9a 18 05 fe0200 0003 150300 010203 110000 2d0000", &frame), 0);
    assert_int_equal(frame.attributes, 4);
    assert_int_equal(nan_unknown_count(&frame), 2); /* S3 has a name */
    assert_int_equal(nan_attr_only(&frame, NAN_ATTR_NDL_QOS, &attr), 0);
}

/* Under the address sanitizer: each size in a buffer of exactly that size. */
static void no_octet_beyond_a_shortened_frame_is_read(void **state)
{
    struct octets whole = octets(HEADER "04 09 506f9a 18 05 2a0200 0003 150300 010203");

    (void)state;
    for (size_t size = 0; size < whole.size; size++) {
        uint8_t *exact = malloc(size > 0 ? size : 1);
        struct nan_frame frame;
        assert_non_null(exact);
        memcpy(exact, whole.data, size);
        int result = nan_frame_parse(exact, size, &frame);
        assert_int_equal(result == 0, size == FRAME_AT + 7 || size == FRAME_AT + 12);
        free(exact);
    }
}

static void every_result_is_explained(void **state)
{
    (void)state;
    for (int result = NAN_E_OTHER; result <= NAN_E_VALUE; result++)
        assert_non_null(nan_explain(result));
    assert_null(nan_explain(0));
    assert_null(nan_explain(-1));
    assert_null(nan_explain(NAN_E_VALUE + 1));
}

static void numbers_that_are_newer_have_no_name(void **state)
{
    (void)state;
    assert_string_equal(nan_attr_name(NAN_ATTR_NPBA), "pairing bootstrapping");
    assert_null(nan_attr_name(0x11));
    assert_null(nan_attr_name(0xff));
    assert_null(nan_subtype_name(0));
    assert_null(nan_subtype_name(14));
    assert_null(nan_reason_name(14));
    assert_null(nan_suite_name(0));
    assert_null(nan_suite_name(9));
    assert_null(nan_protocol_name(0));
    assert_null(nan_protocol_name(4));
    assert_null(nan_method_name(9));
    assert_null(nan_method_name(16));
    assert_string_equal(nan_method_name(15), "handshake skipped");
    assert_int_equal(nan_suite_mic_size(NAN_SUITE_PK_PASN_256), 24);
    assert_int_equal(nan_suite_mic_size(NAN_SUITE_GTK_128), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_naf_is_read_with_its_addresses_and_subtype),
        cmocka_unit_test(an_sdf_is_read_in_both_categories),
        cmocka_unit_test(a_body_alone_is_read_too),
        cmocka_unit_test(a_frame_without_an_attribute_is_a_frame),
        cmocka_unit_test(what_is_not_of_wifi_aware_is_told_apart_from_what_is_malformed),
        cmocka_unit_test(a_refused_frame_leaves_the_result_alone),
        cmocka_unit_test(an_encrypted_frame_counts_only_within_a_cluster),
        cmocka_unit_test(the_elements_of_a_beacon_are_found_among_others),
        cmocka_unit_test(a_beacon_without_a_whole_nan_element_is_not_one),
        cmocka_unit_test(a_fragmented_element_is_named_instead_of_misread),
        cmocka_unit_test(the_element_of_a_pasn_authentication_is_found),
        cmocka_unit_test(an_attribute_that_may_be_there_once_is_missing_there_or_twice),
        cmocka_unit_test(unknown_attributes_are_passed_over_and_counted),
        cmocka_unit_test(no_octet_beyond_a_shortened_frame_is_read),
        cmocka_unit_test(every_result_is_explained),
        cmocka_unit_test(numbers_that_are_newer_have_no_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
