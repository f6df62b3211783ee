/* SPDX-License-Identifier: Apache-2.0 */
/* The clock that is not set. time() is this test's; so is FASCIA_BUILD_TIME. */
#include <time.h>

#include "tests/unit/test.h"
#include "tools/identity/verbs.h"

static time_t clock_says;

time_t __wrap_time(time_t *ret_time);

time_t __wrap_time(time_t *ret_time)
{
    if (ret_time != NULL)
        *ret_time = clock_says;
    return clock_says;
}

int usage(const char *verb, const char *format, ...)
{
    (void)verb;
    (void)format;
    return STATUS_USAGE;
}

static void a_clock_before_the_build_is_refused(void **state)
{
    int64_t now = 7;
    (void)state;

    clock_says = 0;
    assert_int_equal(take_time("issue", NULL, &now), STATUS_IMPOSSIBLE);
    clock_says = FASCIA_BUILD_TIME - 1;
    assert_int_equal(take_time("issue", NULL, &now), STATUS_IMPOSSIBLE);
    assert_int_equal(now, 7);
    clock_says = FASCIA_BUILD_TIME;
    assert_int_equal(take_time("issue", NULL, &now), STATUS_OK);
    assert_int_equal(now, FASCIA_BUILD_TIME);
}

static void the_time_that_is_given_stands_whatever_the_clock_says(void **state)
{
    int64_t now = 0;
    (void)state;

    clock_says = 0;
    assert_int_equal(take_time("issue", "1795600000", &now), STATUS_OK);
    assert_int_equal(now, 1795600000);
    assert_int_equal(take_time("issue", "2019-07-01", &now), STATUS_OK);
    assert_int_equal(now, 1561939200);
}

static void a_time_that_is_none_is_refused(void **state)
{
    static const char *const bad[] = {"", "now", "-1", "2019-07-01x", "2019-13-01", "12:00"};
    int64_t now = 0;
    (void)state;

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(take_time("issue", bad[i], &now), STATUS_USAGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_clock_before_the_build_is_refused),
        cmocka_unit_test(the_time_that_is_given_stands_whatever_the_clock_says),
        cmocka_unit_test(a_time_that_is_none_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
