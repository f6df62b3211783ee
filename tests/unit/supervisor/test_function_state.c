/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/supervisor/function_state.h"

#include "tests/unit/supervisor/sample.h"
#include "tests/unit/test.h"

enum { LINK, ADDRESS, AUDIO }; /* order of the plan's functions */

static struct plan plan;
static struct unit units[PLAN_UNITS_MAX];
static struct fascia_fact facts[PLAN_FUNCTIONS_MAX];

static struct unit *unit_named(const char *name)
{
    return &units[plan_find(&plan, name)];
}

/* Everything is up and everything has published FULL. */
static void setup(void)
{
    struct sample s;

    sample_init(&s);
    assert_int_equal(plan_make(&s.input, &plan), 0);
    for (size_t i = 0; i < plan.units_count; i++) {
        unit_init(&units[i], &plan.units[i], &s.supervisor);
        units[i].state = UNIT_READY;
    }
    for (size_t i = 0; i < plan.functions_count; i++) {
        facts[i] = (struct fascia_fact){.state = FASCIA_FUNCTION_FULL};
        assert_int_equal(fascia_text_copy(facts[i].function, sizeof facts[i].function, plan.functions[i].name), 0);
    }
}

static void assert_function(size_t index, enum fascia_function_state state, enum fascia_reason reason)
{
    struct fascia_fact fact;

    function_state_compute(&plan, index, units, facts, false, &fact);
    assert_string_equal(fascia_function_state_name(fact.state), fascia_function_state_name(state));
    assert_string_equal(fascia_reason_id(fact.reason), fascia_reason_id(reason));
    assert_string_equal(fact.function, plan.functions[index].name);
}

static void with_everything_up_the_published_fact_counts(void **state)
{
    (void)state;
    setup();
    assert_function(LINK, FASCIA_FUNCTION_FULL, FASCIA_REASON_NONE);
    facts[LINK].state = FASCIA_FUNCTION_DEGRADED;
    facts[LINK].reason = FASCIA_REASON_NO_RADIO;
    assert_function(LINK, FASCIA_FUNCTION_DEGRADED, FASCIA_REASON_NO_RADIO);
}

static void ready_without_a_fact_is_still_starting(void **state)
{
    (void)state;
    setup();
    facts[AUDIO].function[0] = '\0';
    assert_function(AUDIO, FASCIA_FUNCTION_STARTING, FASCIA_REASON_NONE);
}

static void a_disabled_function_is_off(void **state)
{
    (void)state;
    setup();
    plan.functions[AUDIO].enabled = false;
    assert_function(AUDIO, FASCIA_FUNCTION_OFF, FASCIA_REASON_NONE);
}

static void a_missing_hostapd_fails_the_link_only(void **state)
{
    (void)state;
    setup();
    unit_named("hostapd")->state = UNIT_FAILED;
    assert_function(LINK, FASCIA_FUNCTION_FAILED, FASCIA_REASON_HOSTAPD_MISSING);
    assert_function(ADDRESS, FASCIA_FUNCTION_FULL, FASCIA_REASON_NONE);
    assert_function(AUDIO, FASCIA_FUNCTION_FULL, FASCIA_REASON_NONE);
}

static void a_missing_service_fails_its_function(void **state)
{
    (void)state;
    setup();
    unit_named("fascia-audio")->state = UNIT_FAILED;
    assert_function(AUDIO, FASCIA_FUNCTION_FAILED, FASCIA_REASON_SERVICE_MISSING);
}

static void missing_outweighs_down(void **state)
{
    (void)state;
    setup();
    unit_named("hostapd")->state = UNIT_BACKOFF;
    unit_named("fascia-link")->state = UNIT_FAILED;
    assert_function(LINK, FASCIA_FUNCTION_FAILED, FASCIA_REASON_SERVICE_MISSING);
}

static void what_died_is_down_until_it_is_ready_again(void **state)
{
    static const enum unit_state states[] = {UNIT_BACKOFF, UNIT_STARTING, UNIT_ABORTING, UNIT_KILLING};
    (void)state;

    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++) {
        setup();
        unit_named("fascia-link")->state = states[i];
        unit_named("fascia-link")->cause = UNIT_CAUSE_DIED;
        assert_function(LINK, FASCIA_FUNCTION_FAILED, FASCIA_REASON_SERVICE_DOWN);
    }
    setup();
    unit_named("hostapd")->state = UNIT_STARTING;
    unit_named("hostapd")->cause = UNIT_CAUSE_DIED;
    assert_function(LINK, FASCIA_FUNCTION_FAILED, FASCIA_REASON_HOSTAPD_DOWN);
    unit_named("pipewire")->state = UNIT_BACKOFF;
    assert_function(AUDIO, FASCIA_FUNCTION_FAILED, FASCIA_REASON_NO_PIPEWIRE);
}

static void a_first_start_is_no_failure(void **state)
{
    (void)state;
    setup();
    unit_named("fascia-link")->state = UNIT_IDLE;
    unit_named("hostapd")->state = UNIT_STARTING;
    assert_function(LINK, FASCIA_FUNCTION_STARTING, FASCIA_REASON_NONE);
}

static void never_ready_is_told_apart_from_dead(void **state)
{
    (void)state;
    setup();
    unit_named("fascia-audio")->state = UNIT_BACKOFF;
    unit_named("fascia-audio")->cause = UNIT_CAUSE_NOT_READY;
    assert_function(AUDIO, FASCIA_FUNCTION_FAILED, FASCIA_REASON_NOT_READY);
}

static void a_full_link_without_an_address_service_is_degraded(void **state)
{
    (void)state;
    setup();
    unit_named("fascia-addr")->state = UNIT_FAILED;
    assert_function(LINK, FASCIA_FUNCTION_DEGRADED, FASCIA_REASON_DEPENDENCY);
    /* What the service itself says is worse goes first. */
    facts[LINK].state = FASCIA_FUNCTION_FAILED;
    facts[LINK].reason = FASCIA_REASON_NOT_PREPARED;
    assert_function(LINK, FASCIA_FUNCTION_FAILED, FASCIA_REASON_NOT_PREPARED);
    /* One that is merely being restarted is no reason to call the link degraded. */
    setup();
    unit_named("fascia-addr")->state = UNIT_BACKOFF;
    assert_function(LINK, FASCIA_FUNCTION_FULL, FASCIA_REASON_NONE);
}

static void on_the_way_down_a_function_is_off_with_its_first_process(void **state)
{
    struct fascia_fact fact;
    (void)state;

    setup();
    function_state_compute(&plan, LINK, units, facts, true, &fact);
    assert_int_equal(fact.state, FASCIA_FUNCTION_FULL);
    unit_named("fascia-link")->state = UNIT_STOPPING;
    function_state_compute(&plan, LINK, units, facts, true, &fact);
    assert_int_equal(fact.state, FASCIA_FUNCTION_OFF);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(with_everything_up_the_published_fact_counts),
        cmocka_unit_test(ready_without_a_fact_is_still_starting),
        cmocka_unit_test(a_disabled_function_is_off),
        cmocka_unit_test(a_missing_hostapd_fails_the_link_only),
        cmocka_unit_test(a_missing_service_fails_its_function),
        cmocka_unit_test(missing_outweighs_down),
        cmocka_unit_test(what_died_is_down_until_it_is_ready_again),
        cmocka_unit_test(a_first_start_is_no_failure),
        cmocka_unit_test(never_ready_is_told_apart_from_dead),
        cmocka_unit_test(a_full_link_without_an_address_service_is_degraded),
        cmocka_unit_test(on_the_way_down_a_function_is_off_with_its_first_process),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
