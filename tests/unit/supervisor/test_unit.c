/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/supervisor/unit.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "stack/base/cleanup.h"
#include "tests/unit/supervisor/sample.h"
#include "tests/unit/test.h"

#define MS INT64_C(1000)

/* Both are probed, so that the tables' probing is seen as well. */
static struct plan_unit ours = {
    .name = "u", .readiness = SUPERVISOR_READY_CONTROL, .watchdog_ms = 10000, .manage = SUPERVISOR_MANAGE_SPAWN};
static struct plan_unit foreign = {
    .name = "u", .readiness = SUPERVISOR_READY_CONTROL, .watchdog_ms = 10000, .manage = SUPERVISOR_MANAGE_ADOPT};
static int64_t now;

static void setup(struct unit *u, struct plan_unit *spec)
{
    struct sample s;

    sample_init(&s);
    now = 5000 * MS;
    unit_init(u, spec, &s.supervisor);
}

static unsigned int give(struct unit *u, enum unit_event event)
{
    const struct unit_input input = {
        .event = event, .pid = 42, .error = ENOENT, .code = 3, .extend_us = 30000 * MS, .why = "no answer"};
    return unit_handle(u, &input, now);
}

static unsigned int give_exit(struct unit *u, int code, int signal_number)
{
    return unit_handle(u, &(struct unit_input){.event = UNIT_EXITED, .code = code, .signal = signal_number}, now);
}

#define END UNIT_EVENTS_

/* The shortest way into a state from IDLE; nothing = there is none. */
static const enum unit_event spawned_ways[UNIT_STATES_][6] = {
    [UNIT_IDLE] = {END},
    [UNIT_STARTING] = {UNIT_START, UNIT_SPAWNED, END},
    [UNIT_READY] = {UNIT_START, UNIT_SPAWNED, UNIT_IS_READY, END},
    [UNIT_STOPPING] = {UNIT_START, UNIT_SPAWNED, UNIT_STOP, END},
    [UNIT_KILLING] = {UNIT_START, UNIT_SPAWNED, UNIT_STOP, UNIT_TIMER, END},
    [UNIT_ABORTING] = {UNIT_START, UNIT_SPAWNED, UNIT_TIMER, END},
    [UNIT_BACKOFF] = {UNIT_START, UNIT_SPAWNED, UNIT_EXITED, END},
    [UNIT_HELD] = {UNIT_START, UNIT_SPAWNED, UNIT_EXITED, UNIT_HOLD, END},
    [UNIT_FAILED] = {UNIT_START, UNIT_SPAWN_IMPOSSIBLE, END},
};

static const enum unit_event adopted_ways[UNIT_STATES_][6] = {
    [UNIT_IDLE] = {END},
    [UNIT_STARTING] = {UNIT_START, END},
    [UNIT_READY] = {UNIT_START, UNIT_IS_READY, END},
    [UNIT_ABSENT] = {UNIT_START, UNIT_TIMER, END},
};

static void go(struct unit *u, struct plan_unit *spec, const enum unit_event ways[UNIT_STATES_][6],
               enum unit_state state)
{
    setup(u, spec);
    for (size_t i = 0; ways[state][i] != END; i++)
        (void)give(u, ways[state][i]);
    assert_int_equal(u->state, state);
}

static void bring(struct unit *u, enum unit_state state)
{
    go(u, &ours, spawned_ways, state);
}

static void bring_adopted(struct unit *u, enum unit_state state)
{
    go(u, &foreign, adopted_ways, state);
}

enum timer { KEEP, NONE, START_TIME, STOP_TIME, KILL_TIME, BACKOFF_TIME, LATER, ADOPT_TIME };
enum silence { SAME, OFF, WATCH };

struct cell {
    bool known;
    enum unit_state next;
    unsigned int does;
    enum timer timer;
    enum silence silence;
};

#define CELL(next_, does_, timer_, silence_)                                                                           \
    {                                                                                                                  \
        .known = true, .next = (next_), .does = (does_), .timer = (timer_), .silence = (silence_)                      \
    }
#define SPAWN   (UNIT_DO_SPAWN | UNIT_TELL_STARTING)
#define DIED    (UNIT_DO_UNPROBE | UNIT_TELL_DIED)
#define STOPPED (UNIT_DO_UNPROBE | UNIT_TELL_STOPPED)
#define MISSED  (UNIT_TELL_TIMEOUT)

/* Written down a second time, from the documentation of the states; what is not here means nothing. */
static const struct cell spawned_cells[UNIT_STATES_][UNIT_EVENTS_] = {
    [UNIT_IDLE] = {[UNIT_START] = CELL(UNIT_STARTING, SPAWN, NONE, OFF)},
    [UNIT_STARTING] = {[UNIT_SPAWNED] = CELL(UNIT_STARTING, UNIT_DO_PROBE, START_TIME, SAME),
                       [UNIT_SPAWN_FAILED] = CELL(UNIT_BACKOFF, UNIT_TELL_DIED, BACKOFF_TIME, OFF),
                       [UNIT_SPAWN_IMPOSSIBLE] = CELL(UNIT_FAILED, UNIT_TELL_FAILED, NONE, OFF),
                       [UNIT_IS_READY] = CELL(UNIT_READY, UNIT_TELL_READY, NONE, WATCH),
                       [UNIT_EXITED] = CELL(UNIT_BACKOFF, DIED, BACKOFF_TIME, OFF),
                       [UNIT_TIMER] = CELL(UNIT_ABORTING, UNIT_DO_TERMINATE | MISSED, STOP_TIME, OFF),
                       [UNIT_SILENT] = CELL(UNIT_ABORTING, UNIT_DO_ABORT | MISSED, STOP_TIME, OFF),
                       [UNIT_STOP] = CELL(UNIT_STOPPING, UNIT_DO_TERMINATE, STOP_TIME, OFF),
                       [UNIT_WATCHDOG] = CELL(UNIT_STARTING, 0, KEEP, WATCH),
                       [UNIT_EXTEND] = CELL(UNIT_STARTING, 0, LATER, SAME),
                       [UNIT_WITHDRAWN] = CELL(UNIT_ABORTING, 0, STOP_TIME, OFF)},
    [UNIT_READY] = {[UNIT_IS_READY] = CELL(UNIT_READY, 0, NONE, WATCH),
                    [UNIT_EXITED] = CELL(UNIT_BACKOFF, DIED, BACKOFF_TIME, OFF),
                    [UNIT_SILENT] = CELL(UNIT_ABORTING, UNIT_DO_ABORT | MISSED, STOP_TIME, OFF),
                    [UNIT_STOP] = CELL(UNIT_STOPPING, UNIT_DO_TERMINATE, STOP_TIME, OFF),
                    [UNIT_WATCHDOG] = CELL(UNIT_READY, 0, NONE, WATCH),
                    [UNIT_WITHDRAWN] = CELL(UNIT_ABORTING, 0, STOP_TIME, OFF)},
    [UNIT_STOPPING] = {[UNIT_SPAWNED] = CELL(UNIT_STOPPING, UNIT_DO_TERMINATE, STOP_TIME, OFF),
                       [UNIT_SPAWN_FAILED] = CELL(UNIT_IDLE, UNIT_TELL_STOPPED, NONE, OFF),
                       [UNIT_SPAWN_IMPOSSIBLE] = CELL(UNIT_IDLE, UNIT_TELL_STOPPED, NONE, OFF),
                       [UNIT_EXITED] = CELL(UNIT_IDLE, STOPPED, NONE, OFF),
                       [UNIT_TIMER] = CELL(UNIT_KILLING, UNIT_DO_KILL | MISSED, KILL_TIME, OFF),
                       [UNIT_EXTEND] = CELL(UNIT_STOPPING, 0, LATER, OFF)},
    [UNIT_KILLING] = {[UNIT_EXITED] = CELL(UNIT_IDLE, STOPPED, NONE, OFF),
                      [UNIT_TIMER] = CELL(UNIT_IDLE, UNIT_DO_UNPROBE | MISSED, NONE, OFF)},
    [UNIT_ABORTING] = {[UNIT_EXITED] = CELL(UNIT_BACKOFF, DIED, BACKOFF_TIME, OFF),
                       [UNIT_TIMER] = CELL(UNIT_ABORTING, UNIT_DO_KILL, NONE, OFF),
                       [UNIT_STOP] = CELL(UNIT_STOPPING, UNIT_DO_TERMINATE, STOP_TIME, OFF)},
    [UNIT_BACKOFF] = {[UNIT_START] = CELL(UNIT_STARTING, SPAWN, NONE, OFF),
                      [UNIT_TIMER] = CELL(UNIT_STARTING, SPAWN, NONE, OFF),
                      [UNIT_STOP] = CELL(UNIT_IDLE, UNIT_TELL_STOPPED, NONE, OFF),
                      [UNIT_HOLD] = CELL(UNIT_HELD, UNIT_TELL_HELD, NONE, OFF)},
    [UNIT_HELD] = {[UNIT_START] = CELL(UNIT_STARTING, SPAWN, NONE, OFF),
                   [UNIT_STOP] = CELL(UNIT_IDLE, UNIT_TELL_STOPPED, NONE, OFF)},
    [UNIT_FAILED] = {[UNIT_START] = CELL(UNIT_STARTING, SPAWN, NONE, OFF), [UNIT_STOP] = CELL(UNIT_IDLE, 0, NONE, OFF)},
};

static const struct cell adopted_cells[UNIT_STATES_][UNIT_EVENTS_] = {
    [UNIT_IDLE] = {[UNIT_START] = CELL(UNIT_STARTING, UNIT_DO_PROBE, ADOPT_TIME, OFF)},
    [UNIT_STARTING] = {[UNIT_IS_READY] = CELL(UNIT_READY, UNIT_TELL_READY, NONE, OFF),
                       [UNIT_REPLACED] = CELL(UNIT_READY, UNIT_TELL_READY, NONE, OFF),
                       [UNIT_TIMER] = CELL(UNIT_ABSENT, UNIT_TELL_LOST, NONE, OFF),
                       [UNIT_STOP] = CELL(UNIT_IDLE, UNIT_DO_UNPROBE, NONE, OFF)},
    [UNIT_READY] = {[UNIT_LOST] = CELL(UNIT_ABSENT, UNIT_TELL_LOST, NONE, OFF),
                    [UNIT_REPLACED] = CELL(UNIT_READY, UNIT_TELL_REPLACED, NONE, OFF),
                    [UNIT_STOP] = CELL(UNIT_IDLE, UNIT_DO_UNPROBE, NONE, OFF)},
    [UNIT_ABSENT] = {[UNIT_IS_READY] = CELL(UNIT_READY, UNIT_TELL_READY, NONE, OFF),
                     [UNIT_REPLACED] = CELL(UNIT_READY, UNIT_TELL_READY, NONE, OFF),
                     [UNIT_STOP] = CELL(UNIT_IDLE, UNIT_DO_UNPROBE, NONE, OFF)},
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
    case STOP_TIME:
        return now + 5000 * MS;
    case KILL_TIME:
        return now + 1000 * MS;
    case BACKOFF_TIME:
        return now + 100 * MS;
    case LATER:
        return now + 30000 * MS;
    case ADOPT_TIME:
        return now + UNIT_ADOPT_WAIT_US;
    }
    return 0;
}

static int64_t expected_silence(enum silence silence, int64_t before)
{
    switch (silence) {
    case SAME:
        return before;
    case OFF:
        return INT64_MAX;
    case WATCH:
        return now + 10000 * MS;
    }
    return 0;
}

static void check_cell(struct unit *u, enum unit_event event, const struct cell *cell)
{
    enum unit_state before = u->state;
    int64_t deadline = u->deadline_us, silence = u->silent_us;

    now += 7;
    unsigned int does = give(u, event);
    enum unit_state next = cell->known ? cell->next : before;
    if (u->state != next || does != cell->does)
        fail_msg("state %s event %u: went to %s with %#x, expected %s with %#x", unit_state_name(before), event,
                 unit_state_name(u->state), does, unit_state_name(next), cell->does);
    deadline = expected_deadline(cell->known ? cell->timer : KEEP, deadline);
    silence = expected_silence(cell->known ? cell->silence : SAME, silence);
    if (u->deadline_us != deadline || u->silent_us != silence)
        fail_msg("state %s event %u: times %lld and %lld, expected %lld and %lld", unit_state_name(before), event,
                 (long long)u->deadline_us, (long long)u->silent_us, (long long)deadline, (long long)silence);
    assert_true(unit_deadline(u) == (deadline < silence ? deadline : silence));
}

static void every_cell_of_a_process_of_ours_does_what_is_written(void **state)
{
    (void)state;
    for (unsigned int s = 0; s < UNIT_STATES_; s++) {
        for (unsigned int e = 0; s != UNIT_ABSENT && e < UNIT_EVENTS_; e++) {
            struct unit u;

            bring(&u, (enum unit_state)s);
            check_cell(&u, (enum unit_event)e, &spawned_cells[s][e]);
        }
    }
}

static void every_cell_of_an_adopted_daemon_does_what_is_written(void **state)
{
    static const enum unit_state there[] = {UNIT_IDLE, UNIT_STARTING, UNIT_READY, UNIT_ABSENT};
    (void)state;

    for (size_t i = 0; i < FASCIA_ARRAY_SIZE(there); i++) {
        for (unsigned int e = 0; e < UNIT_EVENTS_; e++) {
            struct unit u;

            bring_adopted(&u, there[i]);
            check_cell(&u, (enum unit_event)e, &adopted_cells[there[i]][e]);
        }
    }
}

/* A state that no way leads to has no cell that could do anything. */
static void in_a_state_that_it_cannot_have_nothing_happens(void **state)
{
    (void)state;
    for (unsigned int s = 0; s < UNIT_STATES_; s++) {
        for (unsigned int e = 0; e < UNIT_EVENTS_; e++) {
            bool adopted = s != UNIT_ABSENT;
            struct unit u;

            if (adopted && (s == UNIT_IDLE || s == UNIT_STARTING || s == UNIT_READY))
                continue;
            setup(&u, adopted ? &foreign : &ours);
            u.state = (enum unit_state)s;
            check_cell(&u, (enum unit_event)e, &(const struct cell){0});
        }
    }
}

static void an_adopted_daemon_is_never_signalled_or_spawned(void **state)
{
    (void)state;
    for (unsigned int s = 0; s < UNIT_STATES_; s++) {
        for (unsigned int e = 0; e < UNIT_EVENTS_; e++) {
            struct unit u;

            setup(&u, &foreign);
            u.state = (enum unit_state)s;
            assert_int_equal(
                give(&u, (enum unit_event)e) & (UNIT_DO_SPAWN | UNIT_DO_TERMINATE | UNIT_DO_ABORT | UNIT_DO_KILL), 0);
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

static void who_has_no_watchdog_time_is_never_silent(void **state)
{
    struct plan_unit spec = ours;
    struct unit u;
    (void)state;

    spec.watchdog_ms = 0;
    go(&u, &spec, spawned_ways, UNIT_READY);
    (void)give(&u, UNIT_WATCHDOG);
    assert_true(unit_deadline(&u) == INT64_MAX);
}

static void who_is_not_probed_asks_for_no_probe(void **state)
{
    struct plan_unit spec = ours;
    struct unit u;
    (void)state;

    spec.readiness = SUPERVISOR_READY_NOTIFY;
    setup(&u, &spec);
    (void)give(&u, UNIT_START);
    assert_int_equal(give(&u, UNIT_SPAWNED), 0);
    assert_int_equal(give_exit(&u, 0, 0), UNIT_TELL_DIED);
}

static void without_room_for_a_process_it_is_not_tried_again_at_once(void **state)
{
    struct sample s;
    struct unit u;
    (void)state;

    sample_init(&s);
    s.supervisor.backoff_first_ms = 0;
    now = 5000 * MS;
    unit_init(&u, &ours, &s.supervisor);
    (void)give(&u, UNIT_START);
    (void)give(&u, UNIT_SPAWN_FAILED);
    assert_true(u.deadline_us == now + UNIT_SPAWN_WAIT_US);
    (void)give(&u, UNIT_TIMER);
    (void)give(&u, UNIT_SPAWNED);
    (void)give_exit(&u, 1, 0);
    assert_true(u.deadline_us == now); /* there was room: at once */
}

static void extending_a_start_does_not_excuse_silence(void **state)
{
    struct unit u;
    (void)state;

    bring(&u, UNIT_STARTING);
    (void)give(&u, UNIT_WATCHDOG);
    (void)give(&u, UNIT_EXTEND);
    assert_true(u.deadline_us == now + 30000 * MS);
    assert_true(u.silent_us == now + 10000 * MS);
    assert_true(unit_deadline(&u) == u.silent_us);
}

static void an_adopted_daemon_counts_the_processes_that_it_has_had(void **state)
{
    struct unit u;
    (void)state;

    bring_adopted(&u, UNIT_READY);
    assert_true(u.pid == 42);
    assert_int_equal(unit_restarts(&u), 0);
    (void)give(&u, UNIT_IS_READY); /* the same one answers again */
    assert_int_equal(unit_restarts(&u), 0);
    (void)unit_handle(&u, &(struct unit_input){.event = UNIT_REPLACED, .pid = 43}, now);
    assert_true(u.pid == 43);
    assert_int_equal(unit_restarts(&u), 1);
    (void)give(&u, UNIT_LOST);
    assert_int_equal(u.pid, 0);
    assert_int_equal(u.cause, UNIT_CAUSE_DIED);
    assert_string_equal(u.why, "went away: no answer");
    (void)give(&u, UNIT_IS_READY);
    assert_int_equal(unit_restarts(&u), 2);
    assert_int_equal(u.cause, UNIT_CAUSE_NONE);
}

static void an_adopted_daemon_holds_nobody_up_for_longer_than_its_time(void **state)
{
    struct unit u;
    (void)state;

    bring_adopted(&u, UNIT_STARTING);
    assert_false(u.settled);
    assert_true(u.deadline_us == now + 3000 * MS); /* although the start timeout is 20 s */
    (void)give(&u, UNIT_TIMER);
    assert_true(u.settled);
    assert_string_equal(u.why, "did not answer within 3000 ms");
}

static void a_reload_changes_times_but_not_what_is_under_way(void **state)
{
    struct sample s;
    struct unit u;
    (void)state;

    sample_init(&s);
    s.supervisor.stop_timeout_ms = 700;
    s.supervisor.backoff_first_ms = 10;
    bring(&u, UNIT_READY);
    (void)give_exit(&u, 1, 0);
    int64_t deadline = u.deadline_us;
    unit_respecify(&u, &ours, &s.supervisor);
    assert_true(u.deadline_us == deadline);
    assert_int_equal(u.starts, 1);
    assert_string_equal(u.why, "ended with status 1");
    (void)give(&u, UNIT_TIMER);
    (void)give(&u, UNIT_SPAWNED);
    (void)give(&u, UNIT_STOP);
    assert_true(u.deadline_us == now + 700 * MS);
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
    (void)unit_handle(&u, &(struct unit_input){.event = UNIT_SILENT}, now);
    (void)give_exit(&u, 0, SIGABRT);
    assert_int_equal(u.cause, UNIT_CAUSE_WATCHDOG);
    assert_string_equal(u.why, "was silent for 10000 ms (watchdog)");
    assert_string_equal(u.end, "ended by signal 6 (Aborted)");

    bring(&u, UNIT_READY);
    (void)unit_handle(&u, &(struct unit_input){.event = UNIT_SILENT, .why = "says so"}, now);
    (void)give_exit(&u, 0, SIGABRT);
    assert_int_equal(u.cause, UNIT_CAUSE_WATCHDOG);
    assert_string_equal(u.why, "says so");

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

    setup(&u, &ours);
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
    assert_true(u.pid == 42);
    assert_int_equal(give(&u, UNIT_EXITED), 0);
    assert_true(u.pid == 0);
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
    assert_string_equal(unit_state_name(UNIT_HELD), "HELD");
    assert_string_equal(unit_state_name(UNIT_ABSENT), "ABSENT");
    assert_string_equal(unit_state_name(UNIT_STATES_), "?");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_cell_of_a_process_of_ours_does_what_is_written),
        cmocka_unit_test(every_cell_of_an_adopted_daemon_does_what_is_written),
        cmocka_unit_test(in_a_state_that_it_cannot_have_nothing_happens),
        cmocka_unit_test(an_adopted_daemon_is_never_signalled_or_spawned),
        cmocka_unit_test(an_event_out_of_range_does_nothing),
        cmocka_unit_test(who_has_no_watchdog_time_is_never_silent),
        cmocka_unit_test(who_is_not_probed_asks_for_no_probe),
        cmocka_unit_test(without_room_for_a_process_it_is_not_tried_again_at_once),
        cmocka_unit_test(extending_a_start_does_not_excuse_silence),
        cmocka_unit_test(an_adopted_daemon_counts_the_processes_that_it_has_had),
        cmocka_unit_test(an_adopted_daemon_holds_nobody_up_for_longer_than_its_time),
        cmocka_unit_test(a_reload_changes_times_but_not_what_is_under_way),
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
