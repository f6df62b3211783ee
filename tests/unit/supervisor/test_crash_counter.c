/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/supervisor/crash_counter.h"

#include "tests/unit/test.h"

#define SECOND INT64_C(1000000)

static const struct escalation_config config = {
    .age_ms = 60000, .group = 3, .radio_reset = 4, .degrade = 5, .safe = 8, .reboot = 0};

static void levels_are_said_once_as_the_count_reaches_them(void **state)
{
    const unsigned int expected[] = {0,
                                     0,
                                     1U << ESCALATION_GROUP,
                                     1U << ESCALATION_RADIO_RESET,
                                     1U << ESCALATION_DEGRADE,
                                     0,
                                     0,
                                     1U << ESCALATION_SAFE,
                                     0,
                                     0};
    struct crash_counter c;
    (void)state;

    crash_counter_init(&c, &config);
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        assert_int_equal(crash_counter_add(&c, (int64_t)i * SECOND), expected[i]);
        assert_int_equal(c.count, i + 1);
    }
}

static void levels_of_the_same_threshold_are_said_together(void **state)
{
    const struct escalation_config same = {.age_ms = 1000, .group = 2, .degrade = 2, .reboot = 1};
    struct crash_counter c;
    (void)state;

    crash_counter_init(&c, &same);
    assert_int_equal(crash_counter_add(&c, 0), 1U << ESCALATION_REBOOT);
    assert_int_equal(crash_counter_add(&c, 0), 1U << ESCALATION_GROUP | 1U << ESCALATION_DEGRADE);
}

static void one_is_forgotten_per_age_since_the_first(void **state)
{
    struct crash_counter c;
    (void)state;

    crash_counter_init(&c, &config);
    (void)crash_counter_add(&c, 10 * SECOND);
    assert_int_equal(c.forget_us, 70 * SECOND);
    (void)crash_counter_add(&c, 40 * SECOND);
    (void)crash_counter_add(&c, 50 * SECOND);
    assert_int_equal(c.forget_us, 70 * SECOND);

    assert_int_equal(crash_counter_age(&c, 70 * SECOND - 1), 0);
    assert_int_equal(c.count, 3);
    assert_int_equal(crash_counter_age(&c, 70 * SECOND), 0);
    assert_int_equal(c.count, 2);
    assert_int_equal(c.forget_us, 130 * SECOND);
    assert_int_equal(crash_counter_age(&c, 130 * SECOND), 0);
    assert_int_equal(crash_counter_age(&c, 190 * SECOND), 1);
    assert_int_equal(c.count, 0);
    assert_int_equal(c.forget_us, INT64_MAX);
}

static void a_late_look_forgets_all_that_is_due(void **state)
{
    struct crash_counter c;
    (void)state;

    crash_counter_init(&c, &config);
    for (int i = 0; i < 4; i++)
        (void)crash_counter_add(&c, 0);
    assert_int_equal(crash_counter_age(&c, 125 * SECOND), 0);
    assert_int_equal(c.count, 2);
    assert_int_equal(c.forget_us, 180 * SECOND);
    assert_int_equal(crash_counter_age(&c, 100000 * SECOND), 1);
    assert_int_equal(crash_counter_age(&c, 100000 * SECOND), 0);
}

static void a_level_is_said_again_only_after_the_count_was_zero(void **state)
{
    struct crash_counter c;
    (void)state;

    crash_counter_init(&c, &config);
    for (int i = 0; i < 3; i++)
        (void)crash_counter_add(&c, 0);
    assert_int_equal(c.reached, 1U << ESCALATION_GROUP);
    assert_int_equal(crash_counter_age(&c, 60 * SECOND), 0);
    assert_int_equal(crash_counter_add(&c, 61 * SECOND), 0); /* three again, but it has been said */
    assert_int_equal(c.count, 3);

    assert_int_equal(crash_counter_age(&c, 1000 * SECOND), 1);
    assert_int_equal(c.reached, 0);
    assert_int_equal(crash_counter_add(&c, 1001 * SECOND), 0);
    assert_int_equal(crash_counter_add(&c, 1001 * SECOND), 0);
    assert_int_equal(crash_counter_add(&c, 1001 * SECOND), 1U << ESCALATION_GROUP);
}

static void a_crash_after_a_long_time_is_the_first_one(void **state)
{
    struct crash_counter c;
    (void)state;

    crash_counter_init(&c, &config);
    (void)crash_counter_add(&c, 0);
    (void)crash_counter_add(&c, 0);
    assert_int_equal(crash_counter_add(&c, 500 * SECOND), 0);
    assert_int_equal(c.count, 1);
    assert_int_equal(c.forget_us, 560 * SECOND);
}

static void an_operator_clears_everything(void **state)
{
    struct crash_counter c;
    (void)state;

    crash_counter_init(&c, &config);
    for (int i = 0; i < 8; i++)
        (void)crash_counter_add(&c, 0);
    crash_counter_clear(&c);
    assert_int_equal(c.count, 0);
    assert_int_equal(c.reached, 0);
    assert_int_equal(c.forget_us, INT64_MAX);
    assert_int_equal(crash_counter_add(&c, SECOND), 0);
}

static void without_an_age_nothing_is_forgotten(void **state)
{
    const struct escalation_config ageless = {.age_ms = 0, .degrade = 2};
    struct crash_counter c;
    (void)state;

    crash_counter_init(&c, &ageless);
    (void)crash_counter_add(&c, 0);
    assert_int_equal(c.forget_us, INT64_MAX);
    assert_int_equal(crash_counter_age(&c, INT64_MAX - 1), 0);
    assert_int_equal(crash_counter_add(&c, 1000000 * SECOND), 1U << ESCALATION_DEGRADE);
}

static void levels_have_stable_names(void **state)
{
    static const char *const names[] = {"group", "radio-reset", "degrade", "safe", "reboot", "?"};
    (void)state;

    for (unsigned int i = 0; i <= ESCALATION_LEVELS_; i++)
        assert_string_equal(escalation_level_name((enum escalation_level)i), names[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(levels_are_said_once_as_the_count_reaches_them),
        cmocka_unit_test(levels_of_the_same_threshold_are_said_together),
        cmocka_unit_test(one_is_forgotten_per_age_since_the_first),
        cmocka_unit_test(a_late_look_forgets_all_that_is_due),
        cmocka_unit_test(a_level_is_said_again_only_after_the_count_was_zero),
        cmocka_unit_test(a_crash_after_a_long_time_is_the_first_one),
        cmocka_unit_test(an_operator_clears_everything),
        cmocka_unit_test(without_an_age_nothing_is_forgotten),
        cmocka_unit_test(levels_have_stable_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
