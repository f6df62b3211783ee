/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/supervisor/boot.h"

#include "tests/unit/test.h"

#define MS INT64_C(1000)

enum { ADDRESS, LINK, AUDIO };

/* The monotonic clock stood still for a second of sleep. */
#define OFFSET (1000 * MS)

static const struct supervisor_config config = {
    .stages =
        {
            [ADDRESS] = {.stage = "address", .wait_for = "address", .within_ms = 4000},
            [LINK] = {.stage = "link", .wait_for = "link", .within_ms = 9000},
            [AUDIO] = {.stage = "audio", .wait_for = "fascia-audio", .within_ms = 6000},
        },
    .stages_count = 3,
};

static void assert_stage(const struct boot *b, size_t i, const char *verdict, int64_t reached_us)
{
    assert_string_equal(boot_verdict_name(b->stages[i].verdict), verdict);
    assert_int_equal(b->stages[i].reached_us, reached_us);
}

static void a_stage_within_its_budget_is_met_on_the_clock_of_the_kernel(void **state)
{
    struct boot b;
    (void)state;

    boot_init(&b, &config, OFFSET, true);
    assert_stage(&b, ADDRESS, "pending", -1);
    assert_true(boot_reach(&b, ADDRESS, 3000 * MS - 1));
    assert_stage(&b, ADDRESS, "met", 4000 * MS - 1);
    assert_stage(&b, LINK, "pending", -1);
}

static void a_stage_is_news_once(void **state)
{
    struct boot b;
    (void)state;

    boot_init(&b, &config, OFFSET, true);
    assert_true(boot_reach(&b, ADDRESS, 2000 * MS));
    assert_false(boot_reach(&b, ADDRESS, 2500 * MS));
    assert_stage(&b, ADDRESS, "met", 3000 * MS);
    assert_false(boot_reach(&b, 3, 2500 * MS));
}

static void the_deadline_is_that_of_the_next_budget(void **state)
{
    struct boot b;
    (void)state;

    boot_init(&b, &config, OFFSET, true);
    assert_int_equal(boot_deadline(&b), 3000 * MS);
    (void)boot_reach(&b, ADDRESS, 100 * MS);
    assert_int_equal(boot_deadline(&b), 5000 * MS);
    assert_int_equal(boot_timer(&b, 5000 * MS), 1U << AUDIO);
    assert_int_equal(boot_deadline(&b), 8000 * MS);
    (void)boot_reach(&b, LINK, 7000 * MS);
    assert_int_equal(boot_deadline(&b), INT64_MAX);
}

static void a_miss_is_said_once_and_lasts_until_the_stage_is_reached(void **state)
{
    struct boot b;
    (void)state;

    boot_init(&b, &config, OFFSET, true);
    assert_int_equal(boot_timer(&b, 3000 * MS - 1), 0);
    assert_false(boot_is_late(&b, ADDRESS));
    assert_int_equal(boot_timer(&b, 3000 * MS), 1U << ADDRESS);
    assert_stage(&b, ADDRESS, "missed", -1);
    assert_true(boot_is_late(&b, ADDRESS));
    assert_int_equal(boot_timer(&b, 3000 * MS), 0);

    assert_true(boot_reach(&b, ADDRESS, 3500 * MS));
    assert_stage(&b, ADDRESS, "late", 4500 * MS);
    assert_false(boot_is_late(&b, ADDRESS));
    assert_false(boot_is_late(&b, 3));
}

static void several_misses_are_said_together(void **state)
{
    struct boot b;
    (void)state;

    boot_init(&b, &config, OFFSET, true);
    assert_int_equal(boot_timer(&b, 100000 * MS), 1U << ADDRESS | 1U << LINK | 1U << AUDIO);
    assert_int_equal(boot_deadline(&b), INT64_MAX);
}

static void a_stage_reached_after_its_budget_is_late_even_before_the_timer(void **state)
{
    struct boot b;
    (void)state;

    boot_init(&b, &config, OFFSET, true);
    assert_true(boot_reach(&b, ADDRESS, 3000 * MS));
    assert_stage(&b, ADDRESS, "late", 4000 * MS);
    assert_int_equal(boot_timer(&b, 3000 * MS), 0);
}

static void after_a_later_restart_there_is_no_budget_to_meet(void **state)
{
    struct boot b;
    (void)state;

    boot_init(&b, &config, OFFSET, false);
    assert_int_equal(boot_deadline(&b), INT64_MAX);
    assert_int_equal(boot_timer(&b, 100000 * MS), 0);
    assert_false(boot_is_late(&b, LINK));
    assert_true(boot_reach(&b, LINK, 100000 * MS));
    assert_stage(&b, LINK, "untimed", 101000 * MS);
}

static void a_configuration_without_stages_has_nothing_to_wait_for(void **state)
{
    static const struct supervisor_config none = {.stages_count = 0};
    struct boot b;
    (void)state;

    boot_init(&b, &none, 0, true);
    assert_int_equal(boot_deadline(&b), INT64_MAX);
    assert_int_equal(boot_timer(&b, INT64_MAX), 0);
    assert_false(boot_reach(&b, 0, 0));
}

static void verdicts_have_stable_names(void **state)
{
    static const char *const names[] = {"pending", "met", "missed", "late", "untimed", "?"};
    (void)state;

    for (unsigned int i = 0; i <= BOOT_VERDICTS_; i++)
        assert_string_equal(boot_verdict_name((enum boot_verdict)i), names[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stage_within_its_budget_is_met_on_the_clock_of_the_kernel),
        cmocka_unit_test(a_stage_is_news_once),
        cmocka_unit_test(the_deadline_is_that_of_the_next_budget),
        cmocka_unit_test(a_miss_is_said_once_and_lasts_until_the_stage_is_reached),
        cmocka_unit_test(several_misses_are_said_together),
        cmocka_unit_test(a_stage_reached_after_its_budget_is_late_even_before_the_timer),
        cmocka_unit_test(after_a_later_restart_there_is_no_budget_to_meet),
        cmocka_unit_test(a_configuration_without_stages_has_nothing_to_wait_for),
        cmocka_unit_test(verdicts_have_stable_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
