/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/base/text.h"

#include <errno.h>
#include <string.h>

#include "tests/unit/test.h"

static void a_text_that_does_not_fit_is_cut_and_says_so(void **state)
{
    char buffer[8];
    struct fascia_text t;
    (void)state;

    fascia_text_init(&t, buffer, sizeof buffer);
    fascia_text_add(&t, "abc%d", 12);
    assert_true(fascia_text_ok(&t));
    fascia_text_add(&t, "defg");
    assert_false(fascia_text_ok(&t));
    fascia_text_add(&t, "h");
    assert_string_equal(buffer, "abc12de");
}

static void a_copy_that_does_not_fit_leaves_nothing_half(void **state)
{
    char to[4] = "xyz";
    (void)state;

    assert_int_equal(fascia_text_copy(to, sizeof to, "abcd"), -ENAMETOOLONG);
    assert_string_equal(to, "");
    assert_int_equal(fascia_text_copy(to, sizeof to, "abc"), 0);
    assert_string_equal(to, "abc");
}

static void numbers_are_whole_and_in_range(void **state)
{
    int64_t v = 77;
    (void)state;

    assert_int_equal(fascia_text_to_i64("36", 1, 233, &v), 0);
    assert_int_equal(v, 36);
    assert_int_equal(fascia_text_to_i64("-1", -5, 5, &v), 0);
    assert_int_equal(v, -1);
    static const char *const bad[] = {"", " 1", "+1", "1 ", "0x10", "1.5", "-", "nan"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(fascia_text_to_i64(bad[i], -100, 100, &v), -EINVAL);
    assert_int_equal(fascia_text_to_i64("234", 1, 233, &v), -ERANGE);
    assert_int_equal(fascia_text_to_i64("99999999999999999999", 1, INT64_MAX, &v), -ERANGE);
    assert_int_equal(v, -1); /* untouched by the failures */
}

static void a_mac_address_survives_a_round_trip(void **state)
{
    struct fascia_mac mac;
    char text[FASCIA_MAC_TEXT_SIZE];
    (void)state;

    assert_int_equal(fascia_mac_parse("02:AB:cd:00:ff:10", &mac), 0);
    assert_string_equal(fascia_mac_format(&mac, text), "02:ab:cd:00:ff:10");
    assert_true(fascia_mac_is_unicast(&mac));
}

static void a_malformed_mac_address_is_refused(void **state)
{
    static const char *const bad[] = {"",
                                      "02:00:00:00:00",
                                      "02:00:00:00:00:0",
                                      "02-00-00-00-00-00",
                                      "02:00:00:00:00:00:",
                                      "0g:00:00:00:00:00",
                                      "02:00:00:00:00:00 "};
    struct fascia_mac mac = {{9, 9, 9, 9, 9, 9}};
    (void)state;

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(fascia_mac_parse(bad[i], &mac), -EINVAL);
    assert_int_equal(mac.octets[0], 9);
}

static void group_and_zero_addresses_are_no_stations(void **state)
{
    struct fascia_mac mac;
    (void)state;

    assert_int_equal(fascia_mac_parse("01:00:5e:00:00:01", &mac), 0);
    assert_false(fascia_mac_is_unicast(&mac));
    assert_int_equal(fascia_mac_parse("00:00:00:00:00:00", &mac), 0);
    assert_false(fascia_mac_is_unicast(&mac));
}

static void words_are_taken_one_by_one(void **state)
{
    const char *at = "  one two";
    char word[4];
    (void)state;

    assert_int_equal(fascia_text_word(&at, word, sizeof word), 0);
    assert_string_equal(word, "one");
    assert_int_equal(fascia_text_word(&at, word, 3), -EMSGSIZE);
    assert_int_equal(fascia_text_word(&at, word, sizeof word), 0);
    assert_string_equal(word, "two");
    assert_int_equal(fascia_text_word(&at, word, sizeof word), -ENODATA);
}

static void a_rest_with_control_characters_is_refused(void **state)
{
    char to[16] = "";
    (void)state;

    assert_int_equal(fascia_text_rest(" all of it", to, sizeof to), 0);
    assert_string_equal(to, "all of it");
    assert_int_equal(fascia_text_rest("a\x1b[31m", to, sizeof to), -EBADMSG);
    assert_int_equal(fascia_text_rest("0123456789abcdef", to, sizeof to), -EMSGSIZE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_that_does_not_fit_is_cut_and_says_so),
        cmocka_unit_test(a_copy_that_does_not_fit_leaves_nothing_half),
        cmocka_unit_test(numbers_are_whole_and_in_range),
        cmocka_unit_test(a_mac_address_survives_a_round_trip),
        cmocka_unit_test(a_malformed_mac_address_is_refused),
        cmocka_unit_test(group_and_zero_addresses_are_no_stations),
        cmocka_unit_test(words_are_taken_one_by_one),
        cmocka_unit_test(a_rest_with_control_characters_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
