/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/supervisor/unit.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "tests/unit/supervisor/sample.h"
#include "tests/unit/test.h"

#define MS INT64_C(1000)

static struct plan_unit spec = {.name = "u", .readiness = SUPERVISOR_READY_NOTIFY};
static int64_t now;

static void setup(struct unit *u)
{
    struct sample s;

    sample_init(&s);
    now = 5000 * MS;
    unit_init(u, &spec, &s.supervisor);
}

static unsigned int give(struct unit *u, enum unit_event event)
{
    const struct unit_input input = {.event = event, .pid = 42, .error = ENOENT, .code = 3, .extend_us = 30000 * MS};
    return unit_handle(u, &input, now);
}

static unsigned int give_exit(struct unit *u, int code, int signal_number)
{
    return unit_handle(u, &(struct unit_input){.event = UNIT_EXITED, .code = code, .signal = signal_number}, now);
}

/* The shortest way into a state from IDLE. */
static void bring(struct unit *u, enum unit_state state)
{
    static const enum unit_event ways[UNIT_STATES_][5] = {
        [UNIT_IDLE] = {UNIT_EVENTS_},
        [UNIT_STARTING] = {UNIT_START, UNIT_SPAWNED, UNIT_EVENTS_},
        [UNIT_READY] = {UNIT_START, UNIT_SPAWNED, UNIT_IS_READY, UNIT_EVENTS_},
        [UNIT_STOPPING] = {UNIT_START, UNIT_SPAWNED, UNIT_STOP, UNIT_EVENTS_},
        [UNIT_KILLING] = {UNIT_START, UNIT_SPAWNED, UNIT_STOP, UNIT_TIMER, UNIT_EVENTS_},
        [UNIT_ABORTING] = {UNIT_START, UNIT_SPAWNED, UNIT_TIMER, UNIT_EVENTS_},
        [UNIT_BACKOFF] = {UNIT_START, UNIT_SPAWNED, UNIT_EXITED, UNIT_EVENTS_},
        [UNIT_FAILED] = {UNIT_START, UNIT_SPAWN_IMPOSSIBLE, UNIT_EVENTS_},
    };

    setup(u);
    for (size_t i = 0; ways[state][i] != UNIT_EVENTS_; i++)
        (void)give(u, ways[state][i]);
    assert_int_equal(u->state, state);
}

enum timer { KEEP, NONE, START_TIME, WATCHDOG_TIME, STOP_TIME, KILL_TIME, BACKOFF_TIME };

struct cell {
    enum unit_state next;
    unsigned int does;
    enum timer timer;
    bool known;
};

#define CELL(next_, does_, timer_)                                                                                     \
    {                                                                                                                  \
        .next = (next_), .does = (does_), .timer = (timer_), .known = true                                             \
    }
#define SPAWN (UNIT_DO_SPAWN | UNIT_TELL_STARTING)

/* Written down a second time, from the documentation of the states; what is not here means nothing. */
static const struct cell cells[UNIT_STATES_][UNIT_EVENTS_] = {
    [UNIT_IDLE] = {[UNIT_START] = CELL(UNIT_STARTING, SPAWN, NONE)},
    [UNIT_STARTING] = {[UNIT_SPAWNED] = CELL(UNIT_STARTING, 0, START_TIME),
                       [UNIT_SPAWN_FAILED] = CELL(UNIT_BACKOFF, UNIT_TELL_DIED, BACKOFF_TIME),
                       [UNIT_SPAWN_IMPOSSIBLE] = CELL(UNIT_FAILED, UNIT_TELL_FAILED, NONE),
                       [UNIT_IS_READY] = CELL(UNIT_READY, UNIT_TELL_READY, WATCHDOG_TIME),
                       [UNIT_EXITED] = CELL(UNIT_BACKOFF, UNIT_TELL_DIED, BACKOFF_TIME),
                       [UNIT_TIMER] = CELL(UNIT_ABORTING, UNIT_DO_TERMINATE | UNIT_TELL_TIMEOUT, STOP_TIME),
                       [UNIT_STOP] = CELL(UNIT_STOPPING, UNIT_DO_TERMINATE, STOP_TIME),
                       [UNIT_EXTEND] = CELL(UNIT_STARTING, 0, KEEP),
                       [UNIT_WITHDRAWN] = CELL(UNIT_ABORTING, 0, STOP_TIME)},
    [UNIT_READY] = {[UNIT_EXITED] = CELL(UNIT_BACKOFF, UNIT_TELL_DIED, BACKOFF_TIME),
                    [UNIT_TIMER] = CELL(UNIT_ABORTING, UNIT_DO_ABORT | UNIT_TELL_TIMEOUT, STOP_TIME),
                    [UNIT_STOP] = CELL(UNIT_STOPPING, UNIT_DO_TERMINATE, STOP_TIME),
                    [UNIT_WATCHDOG] = CELL(UNIT_READY, 0, WATCHDOG_TIME),
                    [UNIT_WITHDRAWN] = CELL(UNIT_ABORTING, 0, STOP_TIME)},
    [UNIT_STOPPING] = {[UNIT_SPAWNED] = CELL(UNIT_STOPPING, UNIT_DO_TERMINATE, STOP_TIME),
                       [UNIT_SPAWN_FAILED] = CELL(UNIT_IDLE, UNIT_TELL_STOPPED, NONE),
                       [UNIT_SPAWN_IMPOSSIBLE] = CELL(UNIT_IDLE, UNIT_TELL_STOPPED, NONE),
                       [UNIT_EXITED] = CELL(UNIT_IDLE, UNIT_TELL_STOPPED, NONE),
                       [UNIT_TIMER] = CELL(UNIT_KILLING, UNIT_DO_KILL | UNIT_TELL_TIMEOUT, KILL_TIME),
                       [UNIT_EXTEND] = CELL(UNIT_STOPPING, 0, KEEP)},
    [UNIT_KILLING] = {[UNIT_EXITED] = CELL(UNIT_IDLE, UNIT_TELL_STOPPED, NONE),
                      [UNIT_TIMER] = CELL(UNIT_IDLE, UNIT_TELL_TIMEOUT, NONE)},
    [UNIT_ABORTING] = {[UNIT_EXITED] = CELL(UNIT_BACKOFF, UNIT_TELL_DIED, BACKOFF_TIME),
                       [UNIT_TIMER] = CELL(UNIT_ABORTING, UNIT_DO_KILL, NONE),
                       [UNIT_STOP] = CELL(UNIT_STOPPING, UNIT_DO_TERMINATE, STOP_TIME)},
    [UNIT_BACKOFF] = {[UNIT_START] = CELL(UNIT_STARTING, SPAWN, NONE),
                      [UNIT_TIMER] = CELL(UNIT_STARTING, SPAWN, NONE),
                      [UNIT_STOP] = CELL(UNIT_IDLE, UNIT_TELL_STOPPED, NONE)},
    [UNIT_FAILED] = {[UNIT_START] = CELL(UNIT_STARTING, SPAWN, NONE), [UNIT_STOP] = CELL(UNIT_IDLE, 0, NONE)},
};

static int64_t expected_deadline(enum timer timer, int64_t before)
{
    switch (timer) {
    case KEEP:
        return before;
    case NONE:
        return INT64_MAX;
    case START_TIME:
        return now + 20000 * MS;
    case WATCHDOG_TIME:
        return now + 10000 * MS;
    case STOP_TIME:
        return now + 5000 * MS;
    case KILL_TIME:
        return now + 1000 * MS;
    case BACKOFF_TIME:
        return now + 100 * MS;
    }
    return 0;
}

static void every_cell_of_the_table_does_what_is_written(void **state)
{
    (void)state;
    for (unsigned int s = 0; s < UNIT_STATES_; s++) {
        for (unsigned int e = 0; e < UNIT_EVENTS_; e++) {
            const struct cell *cell = &cells[s][e];
            struct unit u;

            bring(&u, (enum unit_state)s);
            int64_t before = u.deadline_us;
            if (e == UNIT_EXTEND)
                before = cell->known ? now + 30000 * MS : before;
            now += 7;
            if (e == UNIT_EXTEND && cell->known)
                before += 7;
            unsigned int does = give(&u, (enum unit_event)e);
            if (u.state != (cell->known ? cell->next : (enum unit_state)s) || does != cell->does)
                fail_msg("state %s event %u: went to %s with %#x", unit_state_name((enum unit_state)s), e,
                         unit_state_name(u.state), does);
            int64_t expected = expected_deadline(cell->known ? cell->timer : KEEP, before);
            if (u.deadline_us != expected)
                fail_msg("state %s event %u: deadline %lld, expected %lld", unit_state_name((enum unit_state)s), e,
                         (long long)u.deadline_us, (long long)expected);
        }
    }
}

static void an_event_out_of_range_does_nothing(void **state)
{
    struct unit u;
    (void)state;

    bring(&u, UNIT_READY);
    assert_int_equal(give(&u, UNIT_EVENTS_), 0);
    assert_int_equal(u.state, UNIT_READY);
}

static void who_cannot_be_asked_has_no_watchdog(void **state)
{
    struct unit u;
    (void)state;

    spec.readiness = SUPERVISOR_READY_SOCKET;
    bring(&u, UNIT_READY);
    assert_true(u.deadline_us == INT64_MAX);
    spec.readiness = SUPERVISOR_READY_NOTIFY;
}

static void extending_never_shortens_and_has_an_end(void **state)
{
    struct unit_input extend = {.event = UNIT_EXTEND, .extend_us = 1};
    struct unit u;
    (void)state;

    bring(&u, UNIT_STARTING);
    int64_t before = u.deadline_us;
    (void)unit_handle(&u, &extend, now);
    assert_true(u.deadline_us == before);
    extend.extend_us = INT64_MAX;
    (void)unit_handle(&u, &extend, now);
    assert_true(u.deadline_us == u.since_us + UNIT_START_LONGEST_US);

    bring(&u, UNIT_STOPPING);
    now += UNIT_STOP_LONGEST_US;
    (void)unit_handle(&u, &extend, now);
    assert_true(u.deadline_us == u.since_us + UNIT_STOP_LONGEST_US);
}

static void the_cause_is_kept_until_it_is_ready_again(void **state)
{
    struct unit u;
    (void)state;

    bring(&u, UNIT_READY);
    (void)give_exit(&u, 0, SIGSEGV);
    assert_int_equal(u.cause, UNIT_CAUSE_DIED);
    assert_string_equal(u.why, "ended by signal 11 (Segmentation fault)");
    assert_int_equal(u.pid, 0);
    (void)give(&u, UNIT_TIMER);
    (void)give(&u, UNIT_SPAWNED);
    assert_int_equal(u.cause, UNIT_CAUSE_DIED);
    assert_int_equal(unit_restarts(&u), 1);
    (void)give(&u, UNIT_IS_READY);
    assert_int_equal(u.cause, UNIT_CAUSE_NONE);
    assert_string_equal(u.why, "");
}

static void a_missed_time_stays_the_cause_of_the_end_that_follows(void **state)
{
    struct unit u;
    (void)state;

    bring(&u, UNIT_READY);
    (void)give(&u, UNIT_TIMER);
    (void)give_exit(&u, 0, SIGABRT);
    assert_int_equal(u.cause, UNIT_CAUSE_WATCHDOG);
    assert_string_equal(u.why, "was silent for 10000 ms (watchdog)");
    assert_string_equal(u.end, "ended by signal 6 (Aborted)");

    bring(&u, UNIT_STARTING);
    (void)give(&u, UNIT_TIMER);
    (void)give_exit(&u, 0, SIGTERM);
    assert_int_equal(u.cause, UNIT_CAUSE_NOT_READY);
    assert_string_equal(u.why, "was not ready within 20000 ms");
}

static void who_keeps_dying_waits_twice_as_long_each_time(void **state)
{
    const int64_t expected_ms[] = {100, 200, 400, 800, 1600, 3200, 6400, 10000, 10000};
    struct unit u;
    (void)state;

    setup(&u);
    (void)give(&u, UNIT_START);
    for (size_t i = 0; i < sizeof expected_ms / sizeof expected_ms[0]; i++) {
        (void)give(&u, UNIT_SPAWNED);
        (void)give(&u, UNIT_IS_READY);
        now += 9999 * MS; /* one less than backoff_reset_ms */
        (void)give(&u, UNIT_EXITED);
        assert_true(u.deadline_us == now + expected_ms[i] * MS);
        now = u.deadline_us;
        (void)give(&u, UNIT_TIMER);
    }
    (void)give(&u, UNIT_SPAWNED);
    (void)give(&u, UNIT_IS_READY);
    now += 10000 * MS;
    (void)give(&u, UNIT_EXITED);
    assert_true(u.deadline_us == now + 100 * MS);
}

static void it_is_settled_once_it_was_ready_or_failed_to_be(void **state)
{
    struct unit u;
    (void)state;

    bring(&u, UNIT_STARTING);
    assert_false(u.settled);
    bring(&u, UNIT_ABORTING);
    assert_false(u.settled);
    bring(&u, UNIT_READY);
    assert_true(u.settled);
    bring(&u, UNIT_BACKOFF);
    assert_true(u.settled);
    (void)give(&u, UNIT_TIMER);
    assert_true(u.settled);
    bring(&u, UNIT_FAILED);
    assert_true(u.settled);
}

static void a_process_given_up_may_still_end_later(void **state)
{
    struct unit u;
    (void)state;

    bring(&u, UNIT_KILLING);
    (void)give(&u, UNIT_TIMER);
    assert_int_equal(u.state, UNIT_IDLE);
    assert_true(unit_is_alive(&u));
    assert_int_equal(give(&u, UNIT_EXITED), 0);
    assert_false(unit_is_alive(&u));
}

static void only_errors_that_trying_again_cannot_mend_are_final(void **state)
{
    (void)state;
    assert_true(unit_error_is_final(ENOENT));
    assert_true(unit_error_is_final(EACCES));
    assert_true(unit_error_is_final(ENOEXEC));
    assert_false(unit_error_is_final(EAGAIN));
    assert_false(unit_error_is_final(ENOMEM));
    assert_false(unit_error_is_final(EMFILE));
}

static void names_are_those_of_the_bus_contract(void **state)
{
    (void)state;
    assert_string_equal(unit_state_name(UNIT_IDLE), "IDLE");
    assert_string_equal(unit_state_name(UNIT_KILLING), "STOPPING");
    assert_string_equal(unit_state_name(UNIT_ABORTING), "STOPPING");
    assert_string_equal(unit_state_name(UNIT_BACKOFF), "BACKOFF");
    assert_string_equal(unit_state_name(UNIT_STATES_), "?");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_cell_of_the_table_does_what_is_written),
        cmocka_unit_test(an_event_out_of_range_does_nothing),
        cmocka_unit_test(who_cannot_be_asked_has_no_watchdog),
        cmocka_unit_test(extending_never_shortens_and_has_an_end),
        cmocka_unit_test(the_cause_is_kept_until_it_is_ready_again),
        cmocka_unit_test(a_missed_time_stays_the_cause_of_the_end_that_follows),
        cmocka_unit_test(who_keeps_dying_waits_twice_as_long_each_time),
        cmocka_unit_test(it_is_settled_once_it_was_ready_or_failed_to_be),
        cmocka_unit_test(a_process_given_up_may_still_end_later),
        cmocka_unit_test(only_errors_that_trying_again_cannot_mend_are_final),
        cmocka_unit_test(names_are_those_of_the_bus_contract),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
