/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/supervisor/ladder.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "stack/base/cleanup.h"
#include "tests/unit/test.h"

#define MS INT64_C(1000)

/* Like those that the default configuration has, with other times. */
static const struct ladder_config audio_ladder = {
    .function = "audio",
    .steps =
        {
            {.name = "preferred-sink", .until = LADDER_UNTIL_FULL, .budget_ms = 2000, .attempts = 1},
            {.name = "fallback-sink",
             .action = LADDER_ACTION_APPLY,
             .shows = LADDER_SHOWS_DEGRADED,
             .until = LADDER_UNTIL_FULL,
             .budget_ms = 3000,
             .attempts = 1},
            {.name = "mute",
             .action = LADDER_ACTION_APPLY,
             .shows = LADDER_SHOWS_DEGRADED,
             .until = LADDER_UNTIL_FULL,
             .attempts = 1,
             .hmi = "audio.muted"},
        },
    .steps_count = 3,
};

static const struct ladder_config link_ladder = {
    .function = "link",
    .steps =
        {
            {.name = "keep", .until = LADDER_UNTIL_USABLE, .attempts = 1},
            {.name = "debounce",
             .shows = LADDER_SHOWS_HELD,
             .until = LADDER_UNTIL_USABLE,
             .budget_ms = 300,
             .attempts = 1},
            {.name = "renegotiate",
             .action = LADDER_ACTION_RESTART,
             .until = LADDER_UNTIL_USABLE,
             .budget_ms = 2000,
             .budget_max_ms = 6000,
             .attempts = 3},
            {.name = "bluetooth-only",
             .action = LADDER_ACTION_APPLY,
             .shows = LADDER_SHOWS_DEGRADED,
             .until = LADDER_UNTIL_FULL,
             .budget_ms = 60000,
             .attempts = 1},
            {.name = "safe", .shows = LADDER_SHOWS_SAFE, .until = LADDER_UNTIL_FULL, .attempts = 1},
        },
    .steps_count = 5,
};

/* What happens: from `at_us` on the function is in this condition. */
struct scene {
    int64_t at_us;
    enum ladder_condition condition;
};

struct trace {
    char text[4096];
    size_t used;
};

static const char *condition_name(enum ladder_condition condition)
{
    static const char *const names[LADDER_CONDITIONS_] = {
        [LADDER_IS_FULL] = "full",
        [LADDER_IS_USABLE] = "usable",
        [LADDER_IS_TROUBLE] = "trouble",
        [LADDER_IS_IDLE] = "idle",
    };
    return names[condition];
}

/* One call, and one line about it: time, condition, what is to be done, where the ladder stands now. */
static void call(struct ladder *l, const struct scene *scene, struct trace *t)
{
    unsigned int does = ladder_handle(l, scene->condition, scene->at_us);
    int n;

    n = snprintf(t->text + t->used, sizeof t->text - t->used, "%" PRId64 " %s:%s%s %s %s/%" PRId64 "\n",
                 scene->at_us / MS, condition_name(scene->condition), does & LADDER_DO_ENTER ? " ENTER" : "",
                 does & LADDER_DO_AGAIN ? " AGAIN" : "", ladder_state_name(l->state), ladder_step(l)->name, l->attempt);
    assert_in_range(n, 1, sizeof t->text - t->used - 1);
    t->used += (size_t)n;
}

/* Plays the scenes on a clock that jumps to whatever is due next, until the last scene's time and what it leads to. */
static void play(const struct ladder_config *config, const struct scene *scenes, size_t count, const char *expected)
{
    struct trace t = {.used = 0};
    struct ladder l;

    ladder_init(&l, config);
    for (size_t i = 0; i < count; i++) {
        struct scene now = scenes[i];
        int64_t until_us = i + 1 < count ? scenes[i + 1].at_us : INT64_MAX;

        call(&l, &now, &t);
        while (l.deadline_us < until_us) {
            assert_true(l.deadline_us >= now.at_us);
            now.at_us = l.deadline_us;
            call(&l, &now, &t);
        }
    }
    assert_string_equal(t.text, expected);
}

#define PLAY(config, expected, ...)                                                                                    \
    do {                                                                                                               \
        static const struct scene scenes[] = {__VA_ARGS__};                                                            \
        play((config), scenes, FASCIA_ARRAY_SIZE(scenes), (expected));                                                 \
    } while (0)

static void audio_goes_down_to_mute_and_stays_there(void **state)
{
    (void)state;
    PLAY(&audio_ladder,
         "0 idle: RESTING preferred-sink/1\n"
         "100 full: RESTING preferred-sink/1\n"
         "1000 trouble: COUNTING preferred-sink/1\n"
         "3000 trouble: ENTER COUNTING fallback-sink/1\n"
         "6000 trouble: ENTER COUNTING mute/1\n"
         "6000 trouble: AT_END mute/1\n"
         "90000 trouble: AT_END mute/1\n"
         "91000 usable: AT_END mute/1\n"
         "95000 full: ENTER RESTING preferred-sink/1\n",
         {0, LADDER_IS_IDLE}, {100 * MS, LADDER_IS_FULL}, {1000 * MS, LADDER_IS_TROUBLE},
         {90000 * MS, LADDER_IS_TROUBLE}, {91000 * MS, LADDER_IS_USABLE}, {95000 * MS, LADDER_IS_FULL});
}

static void audio_on_the_fallback_sink_keeps_the_rest_of_its_budget(void **state)
{
    (void)state;
    PLAY(&audio_ladder,
         "1000 trouble: COUNTING preferred-sink/1\n"
         "3000 trouble: ENTER COUNTING fallback-sink/1\n"
         "3500 usable: PAUSED fallback-sink/1\n"
         "70000 usable: PAUSED fallback-sink/1\n"
         "80000 trouble: COUNTING fallback-sink/1\n"
         "81000 usable: PAUSED fallback-sink/1\n"
         "90000 trouble: COUNTING fallback-sink/1\n"
         "91500 trouble: ENTER COUNTING mute/1\n"
         "91500 trouble: AT_END mute/1\n",
         {1000 * MS, LADDER_IS_TROUBLE}, {3500 * MS, LADDER_IS_USABLE}, {70000 * MS, LADDER_IS_USABLE},
         {80000 * MS, LADDER_IS_TROUBLE}, {81000 * MS, LADDER_IS_USABLE}, {90000 * MS, LADDER_IS_TROUBLE});
}

static void a_link_that_flaps_for_less_than_300_ms_is_only_debounced(void **state)
{
    (void)state;
    PLAY(&link_ladder,
         "0 full: RESTING keep/1\n"
         "1000 trouble: COUNTING keep/1\n"
         "1000 trouble: ENTER COUNTING debounce/1\n"
         "1299 full: ENTER RESTING keep/1\n",
         {0, LADDER_IS_FULL}, {1000 * MS, LADDER_IS_TROUBLE}, {1299 * MS, LADDER_IS_FULL});
}

static void a_link_that_stays_away_goes_down_to_safe(void **state)
{
    (void)state;
    PLAY(&link_ladder,
         "1000 trouble: COUNTING keep/1\n"
         "1000 trouble: ENTER COUNTING debounce/1\n"
         "1300 trouble: ENTER COUNTING renegotiate/1\n"
         "3300 trouble: AGAIN COUNTING renegotiate/2\n"
         "7300 trouble: AGAIN COUNTING renegotiate/3\n"
         "13300 trouble: ENTER COUNTING bluetooth-only/1\n"
         "73300 trouble: ENTER COUNTING safe/1\n"
         "73300 trouble: AT_END safe/1\n",
         {1000 * MS, LADDER_IS_TROUBLE});
}

static void the_second_renegotiation_may_succeed(void **state)
{
    (void)state;
    PLAY(&link_ladder,
         "1000 trouble: COUNTING keep/1\n"
         "1000 trouble: ENTER COUNTING debounce/1\n"
         "1300 trouble: ENTER COUNTING renegotiate/1\n"
         "3300 trouble: AGAIN COUNTING renegotiate/2\n"
         "5000 usable: ENTER RESTING keep/1\n"
         "9000 trouble: COUNTING keep/1\n"
         "9000 trouble: ENTER COUNTING debounce/1\n"
         "9200 full: ENTER RESTING keep/1\n",
         {1000 * MS, LADDER_IS_TROUBLE}, {5000 * MS, LADDER_IS_USABLE}, {9000 * MS, LADDER_IS_TROUBLE},
         {9200 * MS, LADDER_IS_FULL});
}

static void a_link_with_bluetooth_only_is_not_good_enough(void **state)
{
    (void)state;
    PLAY(&link_ladder,
         "0 trouble: COUNTING keep/1\n"
         "0 trouble: ENTER COUNTING debounce/1\n"
         "300 trouble: ENTER COUNTING renegotiate/1\n"
         "2300 trouble: AGAIN COUNTING renegotiate/2\n"
         "6300 trouble: AGAIN COUNTING renegotiate/3\n"
         "12300 trouble: ENTER COUNTING bluetooth-only/1\n"
         "13000 usable: PAUSED bluetooth-only/1\n"
         "500000 full: ENTER RESTING keep/1\n",
         {0, LADDER_IS_TROUBLE}, {13000 * MS, LADDER_IS_USABLE}, {500000 * MS, LADDER_IS_FULL});
}

static void a_function_that_is_stopped_lets_its_ladder_rest(void **state)
{
    (void)state;
    PLAY(&link_ladder,
         "1000 trouble: COUNTING keep/1\n"
         "1000 trouble: ENTER COUNTING debounce/1\n"
         "1300 trouble: ENTER COUNTING renegotiate/1\n"
         "2000 idle: ENTER RESTING keep/1\n"
         "2001 idle: RESTING keep/1\n",
         {1000 * MS, LADDER_IS_TROUBLE}, {2000 * MS, LADDER_IS_IDLE}, {2001 * MS, LADDER_IS_IDLE});
}

/* Two steps of a second each, of which only full is good enough. */
static const struct ladder_config plain = {
    .steps =
        {
            {.name = "first", .until = LADDER_UNTIL_FULL, .budget_ms = 1000, .attempts = 1},
            {.name = "last", .until = LADDER_UNTIL_FULL, .budget_ms = 1000, .attempts = 1},
        },
    .steps_count = 2,
};

/* Brings a ladder of `plain` into a state, on its last step if the state allows; returns the time. */
static int64_t reach(struct ladder *l, enum ladder_state state)
{
    int64_t now_us = 0;

    ladder_init(l, &plain);
    if (state != LADDER_RESTING) {
        (void)ladder_handle(l, LADDER_IS_TROUBLE, now_us);
        now_us = l->deadline_us;
        assert_int_equal(ladder_handle(l, LADDER_IS_TROUBLE, now_us), LADDER_DO_ENTER);
    }
    if (state == LADDER_PAUSED)
        assert_int_equal(ladder_handle(l, LADDER_IS_USABLE, now_us += 400 * MS), 0);
    if (state == LADDER_AT_END)
        assert_int_equal(ladder_handle(l, LADDER_IS_TROUBLE, now_us = l->deadline_us), 0);
    assert_int_equal(l->state, state);
    return now_us;
}

static void every_state_answers_every_condition(void **state)
{
    static const struct {
        enum ladder_state next;
        unsigned int does;
        size_t step;
        int64_t left_ms, deadline_ms; /* the latter from the time of the call, -1 = none */
    } expected[LADDER_STATES_][LADDER_CONDITIONS_] = {
        [LADDER_RESTING] =
            {
                [LADDER_IS_FULL] = {LADDER_RESTING, 0, 0, 1000, -1},
                [LADDER_IS_USABLE] = {LADDER_RESTING, 0, 0, 1000, -1},
                [LADDER_IS_TROUBLE] = {LADDER_COUNTING, 0, 0, 0, 1000},
                [LADDER_IS_IDLE] = {LADDER_RESTING, 0, 0, 1000, -1},
            },
        [LADDER_COUNTING] =
            {
                [LADDER_IS_FULL] = {LADDER_RESTING, LADDER_DO_ENTER, 0, 1000, -1},
                [LADDER_IS_USABLE] = {LADDER_PAUSED, 0, 1, 990, -1},
                [LADDER_IS_TROUBLE] = {LADDER_COUNTING, 0, 1, 0, 990},
                [LADDER_IS_IDLE] = {LADDER_RESTING, LADDER_DO_ENTER, 0, 1000, -1},
            },
        [LADDER_PAUSED] =
            {
                [LADDER_IS_FULL] = {LADDER_RESTING, LADDER_DO_ENTER, 0, 1000, -1},
                [LADDER_IS_USABLE] = {LADDER_PAUSED, 0, 1, 600, -1},
                [LADDER_IS_TROUBLE] = {LADDER_COUNTING, 0, 1, 0, 600},
                [LADDER_IS_IDLE] = {LADDER_RESTING, LADDER_DO_ENTER, 0, 1000, -1},
            },
        [LADDER_AT_END] =
            {
                [LADDER_IS_FULL] = {LADDER_RESTING, LADDER_DO_ENTER, 0, 1000, -1},
                [LADDER_IS_USABLE] = {LADDER_AT_END, 0, 1, 0, -1},
                [LADDER_IS_TROUBLE] = {LADDER_AT_END, 0, 1, 0, -1},
                [LADDER_IS_IDLE] = {LADDER_RESTING, LADDER_DO_ENTER, 0, 1000, -1},
            },
    };
    struct ladder l;
    (void)state;

    for (unsigned int s = 0; s < LADDER_STATES_; s++) {
        for (unsigned int c = 0; c < LADDER_CONDITIONS_; c++) {
            int64_t now_us = reach(&l, (enum ladder_state)s) + 10 * MS;
            int64_t deadline_ms = expected[s][c].deadline_ms;

            assert_int_equal(ladder_handle(&l, (enum ladder_condition)c, now_us), expected[s][c].does);
            assert_string_equal(ladder_state_name(l.state), ladder_state_name(expected[s][c].next));
            assert_int_equal(l.step, expected[s][c].step);
            assert_int_equal(l.left_us, expected[s][c].left_ms * MS);
            assert_int_equal(l.deadline_us, deadline_ms < 0 ? INT64_MAX : now_us + deadline_ms * MS);
        }
    }
}

static void recovery_at_the_very_end_of_a_budget_wins(void **state)
{
    struct ladder l;
    (void)state;

    ladder_init(&l, &plain);
    (void)ladder_handle(&l, LADDER_IS_TROUBLE, 0);
    assert_int_equal(ladder_handle(&l, LADDER_IS_FULL, 1000 * MS), 0);
    assert_int_equal(l.state, LADDER_RESTING);

    (void)ladder_handle(&l, LADDER_IS_TROUBLE, 2000 * MS);
    assert_int_equal(ladder_handle(&l, LADDER_IS_USABLE, 9000 * MS), 0);
    assert_int_equal(l.state, LADDER_PAUSED);
    assert_int_equal(l.left_us, 0);
    /* Nothing is left of it: trouble again, and the step is left at the call that is due at once. */
    assert_int_equal(ladder_handle(&l, LADDER_IS_TROUBLE, 9500 * MS), 0);
    assert_int_equal(l.deadline_us, 9500 * MS);
    assert_int_equal(ladder_handle(&l, LADDER_IS_TROUBLE, 9500 * MS), LADDER_DO_ENTER);
}

static void a_late_call_enters_one_step_and_gives_it_its_whole_budget(void **state)
{
    struct ladder l;
    (void)state;

    ladder_init(&l, &link_ladder);
    (void)ladder_handle(&l, LADDER_IS_TROUBLE, 0);
    assert_int_equal(ladder_handle(&l, LADDER_IS_TROUBLE, 5000 * MS), LADDER_DO_ENTER);
    assert_string_equal(ladder_step(&l)->name, "debounce");
    assert_int_equal(l.deadline_us, 5300 * MS);
}

static void the_last_step_makes_all_its_attempts_before_it_stays(void **state)
{
    static const struct ladder_config only = {
        .steps = {{.name = "restart", .budget_ms = 100, .budget_max_ms = 250, .attempts = 4}},
        .steps_count = 1,
    };
    (void)state;
    PLAY(&only,
         "0 trouble: COUNTING restart/1\n"
         "100 trouble: AGAIN COUNTING restart/2\n"
         "300 trouble: AGAIN COUNTING restart/3\n"
         "550 trouble: AGAIN COUNTING restart/4\n"
         "800 trouble: AT_END restart/4\n"
         "900 full: RESTING restart/1\n",
         {0, LADDER_IS_TROUBLE}, {900 * MS, LADDER_IS_FULL});
}

static void without_a_maximum_a_budget_doubles_up_to_ten_minutes(void **state)
{
    static const struct ladder_config patient = {
        .steps = {{.name = "wait", .budget_ms = 1, .attempts = INT64_MAX}},
        .steps_count = 1,
    };
    struct ladder l;
    int64_t expected_us = MS;
    int64_t now_us = 0;
    (void)state;

    ladder_init(&l, &patient);
    (void)ladder_handle(&l, LADDER_IS_TROUBLE, now_us);
    for (int i = 0; i < 100; i++) {
        assert_int_equal(l.deadline_us, now_us + expected_us);
        now_us = l.deadline_us;
        assert_int_equal(ladder_handle(&l, LADDER_IS_TROUBLE, now_us), LADDER_DO_AGAIN);
        expected_us = expected_us * 2 < LADDER_BUDGET_LONGEST_US ? expected_us * 2 : LADDER_BUDGET_LONGEST_US;
    }
    assert_int_equal(l.deadline_us - now_us, LADDER_BUDGET_LONGEST_US);
}

static void a_budget_above_its_maximum_counts_as_the_maximum(void **state)
{
    static const struct ladder_config wide = {
        .steps = {{.name = "wide", .budget_ms = INT64_MAX, .budget_max_ms = 70, .attempts = 1}},
        .steps_count = 1,
    };
    struct ladder l;
    (void)state;

    ladder_init(&l, &wide);
    (void)ladder_handle(&l, LADDER_IS_TROUBLE, 5);
    assert_int_equal(l.deadline_us, 5 + 70 * MS);
}

static void a_function_without_a_ladder_asks_for_nothing(void **state)
{
    struct ladder l;
    (void)state;

    ladder_init(&l, NULL);
    for (unsigned int c = 0; c < LADDER_CONDITIONS_; c++)
        assert_int_equal(ladder_handle(&l, (enum ladder_condition)c, c), 0);
    assert_null(ladder_step(&l));
    assert_int_equal(l.deadline_us, INT64_MAX);
}

static void what_is_out_of_range_is_ignored_and_has_no_name(void **state)
{
    struct ladder l;
    (void)state;

    ladder_init(&l, &plain);
    assert_int_equal(ladder_handle(&l, LADDER_CONDITIONS_, 0), 0);
    assert_int_equal(l.state, LADDER_RESTING);
    assert_string_equal(ladder_state_name(LADDER_STATES_), "?");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(audio_goes_down_to_mute_and_stays_there),
        cmocka_unit_test(audio_on_the_fallback_sink_keeps_the_rest_of_its_budget),
        cmocka_unit_test(a_link_that_flaps_for_less_than_300_ms_is_only_debounced),
        cmocka_unit_test(a_link_that_stays_away_goes_down_to_safe),
        cmocka_unit_test(the_second_renegotiation_may_succeed),
        cmocka_unit_test(a_link_with_bluetooth_only_is_not_good_enough),
        cmocka_unit_test(a_function_that_is_stopped_lets_its_ladder_rest),
        cmocka_unit_test(every_state_answers_every_condition),
        cmocka_unit_test(recovery_at_the_very_end_of_a_budget_wins),
        cmocka_unit_test(a_late_call_enters_one_step_and_gives_it_its_whole_budget),
        cmocka_unit_test(the_last_step_makes_all_its_attempts_before_it_stays),
        cmocka_unit_test(without_a_maximum_a_budget_doubles_up_to_ten_minutes),
        cmocka_unit_test(a_budget_above_its_maximum_counts_as_the_maximum),
        cmocka_unit_test(a_function_without_a_ladder_asks_for_nothing),
        cmocka_unit_test(what_is_out_of_range_is_ignored_and_has_no_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
