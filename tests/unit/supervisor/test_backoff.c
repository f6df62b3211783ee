/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/supervisor/backoff.h"

#include "tests/unit/test.h"

static void the_delay_doubles_up_to_its_maximum(void **state)
{
    const int64_t expected[] = {100, 200, 400, 800, 1600, 3200, 6400, 10000, 10000, 10000};
    struct backoff b;
    (void)state;

    backoff_init(&b, 100, 10000, 5000);
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++)
        assert_int_equal(backoff_next(&b, 0), expected[i]);
}

static void a_life_that_lasted_starts_over(void **state)
{
    struct backoff b;
    (void)state;

    backoff_init(&b, 100, 10000, 5000);
    (void)backoff_next(&b, 0);
    assert_int_equal(backoff_next(&b, 4999), 200);
    assert_int_equal(backoff_next(&b, 5000), 100);
    assert_int_equal(backoff_next(&b, 0), 200);
}

static void never_ready_is_no_life_even_without_a_reset_time(void **state)
{
    struct backoff b;
    (void)state;

    backoff_init(&b, 100, 10000, 0);
    (void)backoff_next(&b, 0);
    assert_int_equal(backoff_next(&b, 0), 200);
    assert_int_equal(backoff_next(&b, 1), 100);
}

static void a_first_delay_of_zero_stays_zero(void **state)
{
    struct backoff b;
    (void)state;

    backoff_init(&b, 0, 10000, 5000);
    assert_int_equal(backoff_next(&b, 0), 0);
    assert_int_equal(backoff_next(&b, 0), 0);
}

static void a_maximum_below_twice_the_first_is_kept(void **state)
{
    struct backoff b;
    (void)state;

    backoff_init(&b, 100, 150, 5000);
    assert_int_equal(backoff_next(&b, 0), 100);
    assert_int_equal(backoff_next(&b, 0), 150);
    assert_int_equal(backoff_next(&b, 0), 150);
}

static void a_first_delay_above_the_maximum_counts_as_the_maximum(void **state)
{
    struct backoff b;
    (void)state;

    backoff_init(&b, 500, 150, 5000);
    assert_int_equal(backoff_next(&b, 0), 150);
    assert_int_equal(backoff_next(&b, 0), 150);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_delay_doubles_up_to_its_maximum),
        cmocka_unit_test(a_life_that_lasted_starts_over),
        cmocka_unit_test(never_ready_is_no_life_even_without_a_reset_time),
        cmocka_unit_test(a_first_delay_of_zero_stays_zero),
        cmocka_unit_test(a_maximum_below_twice_the_first_is_kept),
        cmocka_unit_test(a_first_delay_above_the_maximum_counts_as_the_maximum),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
