/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/test.h"

#include <string.h>

#include "stack/phone/result.h"

static struct phone_result result;

static void the_timeline_counts_from_the_start(void **state)
{
    (void)state;
    phone_result_init(&result, 5000000);
    phone_result_note(&result, 6234999, "joined %d", 1);
    assert_int_equal(result.timeline[0].t_ms, 1234);
    assert_string_equal(result.timeline[0].event, "joined 1");
}

static void a_full_timeline_counts_what_it_loses(void **state)
{
    (void)state;
    phone_result_init(&result, 0);
    for (int i = 0; i < PHONE_TIMELINE_MAX + 3; i++)
        phone_result_note(&result, i, "x");
    assert_int_equal(result.timeline_count, PHONE_TIMELINE_MAX);
    assert_int_equal(result.timeline_lost, 3);
}

static void the_first_cause_is_kept(void **state)
{
    (void)state;
    phone_result_init(&result, 0);
    phone_result_fail(&result, "the %s", "cause");
    phone_result_fail(&result, "a consequence");
    assert_string_equal(result.reason, "the cause");
}

static void only_what_was_asked_for_has_to_work(void **state)
{
    (void)state;
    phone_result_init(&result, 0);
    result.joined = true;
    phone_result_settle(&result);
    assert_true(result.ok);

    result.to_head_unit.asked = true;
    phone_result_settle(&result);
    assert_false(result.ok);
    assert_non_null(strstr(result.reason, "towards the head unit"));
}

static void a_direction_that_failed_names_its_last_error(void **state)
{
    (void)state;
    phone_result_init(&result, 0);
    result.joined = true;
    result.to_head_unit = (struct phone_transfer){.asked = true, .ok = true, .error = "an old one"};
    result.from_head_unit = (struct phone_transfer){.asked = true, .error = "stalled"};
    phone_result_settle(&result);
    assert_string_equal(result.reason, "no exchange from the head unit: stalled");
}

static void a_phone_that_did_not_join_is_not_ok(void **state)
{
    (void)state;
    phone_result_init(&result, 0);
    phone_result_settle(&result);
    assert_false(result.ok);
    assert_string_equal(result.reason, "the phone did not join");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_timeline_counts_from_the_start),
        cmocka_unit_test(a_full_timeline_counts_what_it_loses),
        cmocka_unit_test(the_first_cause_is_kept),
        cmocka_unit_test(only_what_was_asked_for_has_to_work),
        cmocka_unit_test(a_direction_that_failed_names_its_last_error),
        cmocka_unit_test(a_phone_that_did_not_join_is_not_ok),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
