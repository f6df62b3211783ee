/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/supervisor/function_state.h"

#include "tests/unit/supervisor/sample.h"
#include "tests/unit/test.h"

enum { LINK, ADDRESS, AUDIO }; /* order of the plan's functions */

static struct plan plan;
static struct unit units[PLAN_UNITS_MAX];
static struct fascia_fact facts[PLAN_FUNCTIONS_MAX];
static struct function_circumstances circumstances;
static bool stopped[PLAN_UNITS_MAX];

static struct unit *unit_named(const char *name)
{
    return &units[plan_find(&plan, name)];
}

/* Everything is up and everything has published FULL. */
static void setup(void)
{
    struct sample s;

    sample_init(&s);
    memset(stopped, 0, sizeof stopped);
    circumstances = (struct function_circumstances){.stopped = stopped};
    assert_int_equal(plan_make(&s.input, &plan, NULL), 0);
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

    function_state_compute(&plan, index, units, &facts[index], &circumstances, &fact);
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
    /* A need that is told otherwise leaves it as it is. */
    setup();
    unit_named("fascia-addr")->state = UNIT_BACKOFF;
    assert_function(LINK, FASCIA_FUNCTION_DEGRADED, FASCIA_REASON_DEPENDENCY);
    plan.units[plan_find(&plan, "fascia-link")].needs[0].on_loss = SUPERVISOR_REACTION_NOTIFY;
    assert_function(LINK, FASCIA_FUNCTION_FULL, FASCIA_REASON_NONE);
}

static void on_the_way_down_a_function_is_off_with_its_first_process(void **state)
{
    (void)state;

    setup();
    circumstances.going = true;
    assert_function(LINK, FASCIA_FUNCTION_FULL, FASCIA_REASON_NONE);
    unit_named("fascia-link")->state = UNIT_STOPPING;
    assert_function(LINK, FASCIA_FUNCTION_OFF, FASCIA_REASON_NONE);
}

static void an_operator_who_stops_a_process_switches_the_function_off(void **state)
{
    (void)state;
    setup();
    stopped[plan_find(&plan, "hostapd")] = true;
    assert_function(LINK, FASCIA_FUNCTION_OFF, FASCIA_REASON_STOPPED);
    assert_function(AUDIO, FASCIA_FUNCTION_FULL, FASCIA_REASON_NONE);
}

static void a_function_in_safety_is_safe_whatever_is_left_of_it(void **state)
{
    (void)state;
    setup();
    circumstances.safe = true;
    assert_function(AUDIO, FASCIA_FUNCTION_SAFE, FASCIA_REASON_CRASH_LOOP);
    unit_named("fascia-audio")->state = UNIT_FAILED;
    assert_function(AUDIO, FASCIA_FUNCTION_SAFE, FASCIA_REASON_CRASH_LOOP);
}

static void who_waits_for_another_is_on_hold(void **state)
{
    (void)state;
    setup();
    unit_named("fascia-link")->state = UNIT_HELD;
    assert_function(LINK, FASCIA_FUNCTION_FAILED, FASCIA_REASON_ON_HOLD);
    unit_named("hostapd")->state = UNIT_BACKOFF; /* what it waits for says more */
    assert_function(LINK, FASCIA_FUNCTION_FAILED, FASCIA_REASON_HOSTAPD_DOWN);
}

static void an_absent_daemon_is_down(void **state)
{
    (void)state;
    setup();
    unit_named("pipewire")->state = UNIT_ABSENT;
    assert_function(AUDIO, FASCIA_FUNCTION_FAILED, FASCIA_REASON_NO_PIPEWIRE);
    /* That it was never there does not mean that it runs. */
    unit_named("pipewire")->cause = UNIT_CAUSE_NOT_READY;
    plan.units[plan_find(&plan, "pipewire")].manage = SUPERVISOR_MANAGE_ADOPT;
    assert_function(AUDIO, FASCIA_FUNCTION_FAILED, FASCIA_REASON_NO_PIPEWIRE);
}

static void a_process_that_was_given_up_keeps_its_function_down(void **state)
{
    (void)state;
    setup();
    unit_named("fascia-audio")->state = UNIT_IDLE;
    assert_function(AUDIO, FASCIA_FUNCTION_STARTING, FASCIA_REASON_NONE);
    unit_named("fascia-audio")->pid = 42;
    assert_function(AUDIO, FASCIA_FUNCTION_FAILED, FASCIA_REASON_SERVICE_DOWN);
}

static void only_what_is_full_is_weakened_by_a_crash_loop(void **state)
{
    (void)state;
    setup();
    circumstances.crash_loop = true;
    assert_function(LINK, FASCIA_FUNCTION_DEGRADED, FASCIA_REASON_CRASH_LOOP);
    facts[LINK].state = FASCIA_FUNCTION_DEGRADED;
    facts[LINK].reason = FASCIA_REASON_NO_RADIO;
    assert_function(LINK, FASCIA_FUNCTION_DEGRADED, FASCIA_REASON_NO_RADIO);
    /* A dependency that is lost now says more than crashes that are over. */
    setup();
    circumstances.crash_loop = true;
    unit_named("fascia-addr")->state = UNIT_BACKOFF;
    assert_function(LINK, FASCIA_FUNCTION_DEGRADED, FASCIA_REASON_DEPENDENCY);
}

static void only_what_is_starting_is_late(void **state)
{
    (void)state;
    setup();
    circumstances.late = true;
    assert_function(LINK, FASCIA_FUNCTION_FULL, FASCIA_REASON_NONE);
    facts[LINK].function[0] = '\0';
    assert_function(LINK, FASCIA_FUNCTION_DEGRADED, FASCIA_REASON_BOOT_LATE);
    unit_named("fascia-link")->state = UNIT_FAILED;
    assert_function(LINK, FASCIA_FUNCTION_FAILED, FASCIA_REASON_SERVICE_MISSING);
}

static void a_function_of_which_nobody_publishes_is_full_when_all_are_up(void **state)
{
    (void)state;
    setup();
    plan.units[plan_find(&plan, "fascia-audio")].fact_expected = false;
    facts[AUDIO].function[0] = '\0';
    assert_function(AUDIO, FASCIA_FUNCTION_FULL, FASCIA_REASON_NONE);
    unit_named("pipewire")->state = UNIT_STARTING;
    assert_function(AUDIO, FASCIA_FUNCTION_STARTING, FASCIA_REASON_NONE);
}

/* How each word is brought about, from everything up and published; a word without a line here fails. */
static void disable(void)
{
    plan.functions[LINK].enabled = false;
}

static void go_down(void)
{
    circumstances.going = true;
    unit_named("hostapd")->state = UNIT_STOPPING;
}

static void make_safe(void)
{
    circumstances.safe = true;
}

static void stop_one(void)
{
    stopped[plan_find(&plan, "fascia-link")] = true;
}

static void miss_one(void)
{
    unit_named("fascia-link")->state = UNIT_FAILED;
}

static void lose_one(void)
{
    unit_named("hostapd")->state = UNIT_BACKOFF;
}

static void hold_one(void)
{
    unit_named("fascia-link")->state = UNIT_HELD;
}

static void begin_one(void)
{
    unit_named("fascia-link")->state = UNIT_STARTING;
}

static void say_nothing(void)
{
    facts[LINK].function[0] = '\0';
}

static void expect_nothing(void)
{
    facts[LINK].function[0] = '\0';
    plan.units[plan_find(&plan, "fascia-link")].fact_expected = false;
}

static void change_nothing(void)
{
}

static const struct {
    void (*bring_about)(void);
    const char *about; /* NULL = not looked at */
} words[FUNCTION_WORDS_] = {
    [FUNCTION_IS_DISABLED] = {disable, NULL},
    [FUNCTION_IS_GOING] = {go_down, NULL},
    [FUNCTION_IS_SAFE] = {make_safe, NULL},
    [FUNCTION_IS_STOPPED] = {stop_one, "fascia-link"},
    [FUNCTION_IS_MISSING] = {miss_one, "fascia-link"},
    [FUNCTION_IS_DOWN] = {lose_one, "hostapd"},
    [FUNCTION_IS_HELD] = {hold_one, "fascia-link"},
    [FUNCTION_IS_COMING] = {begin_one, "fascia-link"},
    [FUNCTION_IS_UNKNOWN] = {say_nothing, NULL},
    [FUNCTION_IS_UP] = {expect_nothing, NULL},
    [FUNCTION_IS_TOLD] = {change_nothing, NULL},
};

static enum function_word word_now(const struct unit **ret_about)
{
    return function_word(&plan, LINK, units, &facts[LINK], &circumstances, ret_about);
}

static void every_word_is_reached(void **state)
{
    (void)state;
    for (unsigned int word = 0; word < FUNCTION_WORDS_; word++) {
        const struct unit *about = NULL;

        assert_non_null(words[word].bring_about);
        setup();
        words[word].bring_about();
        assert_int_equal(word_now(&about), word);
        assert_int_equal(word_now(NULL), word);
        if (words[word].about)
            assert_string_equal(about->spec->name, words[word].about);
    }
}

/* What is brought about does not undo what a stronger word stands on, so of any two the stronger one is said. */
static void of_two_words_the_stronger_is_said(void **state)
{
    (void)state;
    for (unsigned int strong = 0; strong < FUNCTION_WORDS_; strong++) {
        for (unsigned int weak = strong + 1; weak < FUNCTION_WORDS_; weak++) {
            setup();
            words[weak].bring_about();
            words[strong].bring_about();
            /* Two words of one process cannot be true at once; and nothing published is UP as well as UNKNOWN. */
            if (strong == FUNCTION_IS_UNKNOWN && weak == FUNCTION_IS_UP)
                continue;
            assert_int_equal(word_now(NULL), strong);
        }
    }
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
        cmocka_unit_test(an_operator_who_stops_a_process_switches_the_function_off),
        cmocka_unit_test(a_function_in_safety_is_safe_whatever_is_left_of_it),
        cmocka_unit_test(who_waits_for_another_is_on_hold),
        cmocka_unit_test(an_absent_daemon_is_down),
        cmocka_unit_test(a_process_that_was_given_up_keeps_its_function_down),
        cmocka_unit_test(only_what_is_full_is_weakened_by_a_crash_loop),
        cmocka_unit_test(only_what_is_starting_is_late),
        cmocka_unit_test(a_function_of_which_nobody_publishes_is_full_when_all_are_up),
        cmocka_unit_test(every_word_is_reached),
        cmocka_unit_test(of_two_words_the_stronger_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
