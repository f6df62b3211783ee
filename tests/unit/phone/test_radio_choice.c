/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/test.h"

#include <stdio.h>
#include <string.h>

#include "stack/phone/radio_choice.h"

static struct phone_radio radio(const char *name)
{
    struct phone_radio r = {.is_station = true, .can_move = true, .freqs_mhz = {2437, 5180}, .freq_count = 2};
    (void)snprintf(r.name, sizeof r.name, "%s", name);
    return r;
}

static void the_radio_that_serves_the_access_point_is_left_alone(void **state)
{
    (void)state;
    struct phone_radio radios[] = {radio("phy0"), radio("phy1")};
    size_t chosen = 9;
    radios[1].has_ap = true;
    assert_int_equal(phone_radio_choose(radios, 2, NULL, 5180, &chosen), 0);
    assert_int_equal(chosen, 0);
    radios[1].has_ap = false;
    radios[1].is_up = true;
    assert_int_equal(phone_radio_choose(radios, 2, NULL, 5180, &chosen), 0);
    assert_int_equal(chosen, 0);
}

static void among_equals_the_last_is_taken(void **state)
{
    (void)state;
    struct phone_radio radios[] = {radio("a"), radio("b"), radio("c")};
    size_t chosen = 9;
    assert_int_equal(phone_radio_choose(radios, 3, NULL, 0, &chosen), 0);
    assert_int_equal(chosen, 2);
}

static void a_named_radio_is_taken_though_it_is_in_use(void **state)
{
    (void)state;
    struct phone_radio radios[] = {radio("a"), radio("b")};
    size_t chosen = 9;
    radios[0].is_up = true;
    assert_int_equal(phone_radio_choose(radios, 2, "a", 5180, &chosen), 0);
    assert_int_equal(chosen, 0);
    assert_int_equal(phone_radio_choose(radios, 2, "c", 5180, &chosen), PHONE_RADIO_E_NAME);
}

static void a_radio_that_cannot_use_the_channel_is_not_taken(void **state)
{
    (void)state;
    struct phone_radio radios[] = {radio("a"), radio("b")};
    size_t chosen = 9;
    radios[1].freq_count = 1;
    assert_int_equal(phone_radio_choose(radios, 2, NULL, 5180, &chosen), 0);
    assert_int_equal(chosen, 0);
    assert_int_equal(phone_radio_choose(radios, 2, NULL, 5955, &chosen), PHONE_RADIO_E_FREQUENCY);
}

static void the_reason_is_that_of_the_most_hopeful_radio(void **state)
{
    (void)state;
    struct phone_radio radios[] = {radio("a"), radio("b")};
    size_t chosen = 9;
    assert_int_equal(phone_radio_choose(radios, 0, NULL, 0, &chosen), PHONE_RADIO_E_NONE);
    radios[0].can_move = false;
    radios[1].is_station = false;
    assert_int_equal(phone_radio_choose(radios, 2, NULL, 0, &chosen), PHONE_RADIO_E_STATION);
    radios[0].can_move = true;
    radios[0].is_up = true;
    assert_int_equal(phone_radio_choose(radios, 2, NULL, 0, &chosen), PHONE_RADIO_E_BUSY);
    assert_int_equal(chosen, 9);
}

static void every_reason_has_words(void **state)
{
    (void)state;
    for (int e = PHONE_RADIO_E_NONE; e <= PHONE_RADIO_E_BUSY; e++)
        assert_true(strlen(phone_radio_strerror(e)) > 10);
    assert_string_equal(phone_radio_strerror(99), "unknown");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_radio_that_serves_the_access_point_is_left_alone),
        cmocka_unit_test(among_equals_the_last_is_taken),
        cmocka_unit_test(a_named_radio_is_taken_though_it_is_in_use),
        cmocka_unit_test(a_radio_that_cannot_use_the_channel_is_not_taken),
        cmocka_unit_test(the_reason_is_that_of_the_most_hopeful_radio),
        cmocka_unit_test(every_reason_has_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
