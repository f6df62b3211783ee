/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/supervisor/supervisor.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/unit/supervisor/sample.h"
#include "tests/unit/test.h"

#define MS INT64_C(1000)

/* A driver with a fake clock and fake processes; every action becomes a line of the trace. */
static struct {
    struct plan plan;
    struct sample sample;
    struct supervisor s;
    int64_t now, next_pid;
    int spawn_error[PLAN_UNITS_MAX]; /* 0 = works */
    char storage[65536];
    struct fascia_text trace;
    size_t most_queued;
} rig;

static void drain(void)
{
    struct supervisor_action action;

    if (rig.s.queue_count > rig.most_queued)
        rig.most_queued = rig.s.queue_count;
    while (supervisor_take(&rig.s, &action)) {
        fascia_text_add(&rig.trace, "%lld ", (long long)(rig.now / MS));
        supervisor_format_action(&rig.s, &action, &rig.trace);
        fascia_text_add(&rig.trace, "\n");
        if (action.kind != SUPERVISOR_SPAWN)
            continue;
        int error = rig.spawn_error[action.unit];
        struct unit_input input = {.event = UNIT_SPAWNED, .pid = rig.next_pid++};
        if (error != 0)
            input = (struct unit_input){.event = unit_error_is_final(error) ? UNIT_SPAWN_IMPOSSIBLE : UNIT_SPAWN_FAILED,
                                        .error = error};
        supervisor_unit_event(&rig.s, action.unit, &input, rig.now);
        if (rig.s.queue_count > rig.most_queued)
            rig.most_queued = rig.s.queue_count;
    }
}

static void forget_trace(void)
{
    fascia_text_init(&rig.trace, rig.storage, sizeof rig.storage);
}

static void setup_with(void (*change)(struct sample *))
{
    memset(&rig, 0, sizeof rig);
    sample_init(&rig.sample);
    if (change)
        change(&rig.sample);
    assert_int_equal(plan_make(&rig.sample.input, &rig.plan), 0);
    supervisor_init(&rig.s, &rig.plan, &rig.sample.supervisor);
    rig.now = 1000 * MS;
    rig.next_pid = 101;
    forget_trace();
}

static size_t index_of(const char *unit)
{
    int i = plan_find(&rig.plan, unit);
    assert_true(i >= 0);
    return (size_t)i;
}

static const struct unit *unit_named(const char *unit)
{
    return &rig.s.units[index_of(unit)];
}

static void start(void)
{
    supervisor_start(&rig.s, rig.now);
    drain();
}

static void stop(void)
{
    supervisor_stop(&rig.s, rig.now);
    drain();
}

static void pass(int64_t ms)
{
    int64_t end = rig.now + ms * MS;

    while (supervisor_deadline(&rig.s) <= end) {
        rig.now = supervisor_deadline(&rig.s);
        supervisor_timer(&rig.s, rig.now);
        drain();
    }
    rig.now = end;
}

static void become_ready(const char *unit)
{
    supervisor_unit_event(&rig.s, index_of(unit), &(struct unit_input){.event = UNIT_IS_READY}, rig.now);
    drain();
}

static void end(const char *unit, int code, int signal_number)
{
    supervisor_unit_event(&rig.s, index_of(unit),
                          &(struct unit_input){.event = UNIT_EXITED, .code = code, .signal = signal_number}, rig.now);
    drain();
}

static void notify(const char *unit, const char *text)
{
    struct notify_message message;

    assert_int_equal(notify_message_parse(text, strlen(text), &message), 0);
    supervisor_notify(&rig.s, index_of(unit), &message, rig.now);
    drain();
}

static void bring_up(void)
{
    start();
    become_ready("fascia-addr");
    become_ready("hostapd");
    become_ready("pipewire");
    notify("fascia-addr", "X_FASCIA_FACT=address FULL none");
    notify("fascia-link", "READY=1\nX_FASCIA_FACT=link FULL none");
    notify("fascia-audio", "READY=1\nX_FASCIA_FACT=audio FULL none");
}

static bool traced(const char *part)
{
    return strstr(rig.storage, part) != NULL;
}

static void assert_functions(const char *expected)
{
    char line[FASCIA_DETAIL_SIZE];
    struct fascia_text text;

    fascia_text_init(&text, line, sizeof line);
    supervisor_format_functions(&rig.s, &text);
    assert_string_equal(line, expected);
}

static void the_same_input_gives_this_trace(void **state)
{
    static const char golden[] =
        "1000 event fasciad-started 1000000 fasciad 5 units\n"
        "1000 event unit-starting 1000000 fasciad fascia-addr\n"
        "1000 spawn fascia-addr\n"
        "1000 event unit-starting 1000000 fasciad hostapd\n"
        "1000 spawn hostapd\n"
        "1000 event unit-starting 1000000 fasciad pipewire\n"
        "1000 spawn pipewire\n"
        "1000 event function-changed 1000000 fasciad link OFF -> STARTING: hostapd\n"
        "1000 event function-changed 1000000 fasciad address OFF -> STARTING: fascia-addr\n"
        "1000 event function-changed 1000000 fasciad audio OFF -> STARTING: pipewire\n"
        "1020 event unit-ready 1020000 fasciad hostapd pid 102 after 20 ms\n"
        "1030 event unit-ready 1030000 fasciad fascia-addr pid 101 after 30 ms\n"
        "1030 event unit-starting 1030000 fasciad fascia-link\n"
        "1030 spawn fascia-link\n"
        "1030 event unit-ready 1030000 fasciad pipewire pid 103 after 30 ms\n"
        "1030 event unit-starting 1030000 fasciad fascia-audio\n"
        "1030 spawn fascia-audio\n"
        "1030 event function-changed 1030000 fasciad address STARTING -> FULL\n"
        "1050 event unit-ready 1050000 fasciad fascia-link pid 104 after 20 ms\n"
        "1050 event function-changed 1050000 fasciad link STARTING -> FULL: AP up\n"
        "1050 event unit-ready 1050000 fasciad fascia-audio pid 105 after 20 ms\n"
        "1050 event function-changed 1050000 fasciad audio STARTING -> DEGRADED (no-sink): card 7\n"
        "1050 event fasciad-ready 1050000 fasciad link FULL, address FULL, audio DEGRADED (no-sink)\n"
        "1050 up\n"
        "2050 event unit-died 2050000 fasciad fascia-audio ended with status 1; restart in 100 ms\n"
        "2050 event function-changed 2050000 fasciad audio DEGRADED -> FAILED (service-down): fascia-audio ended with "
        "status 1\n"
        "2150 event unit-starting 2150000 fasciad fascia-audio restart 1\n"
        "2150 spawn fascia-audio\n"
        "2150 event unit-ready 2150000 fasciad fascia-audio pid 106 after 0 ms\n"
        "2150 event function-changed 2150000 fasciad audio FAILED -> FULL\n"
        "2150 event fasciad-stopping 2150000 fasciad 5 units\n"
        "2150 signal 15 fascia-audio 106\n"
        "2150 event function-changed 2150000 fasciad audio FULL -> OFF\n"
        "2150 event unit-stopped 2150000 fasciad fascia-audio ended with status 0\n"
        "2150 signal 15 pipewire 103\n"
        "2150 event unit-stopped 2150000 fasciad pipewire ended by signal 15 (Terminated)\n"
        "2150 signal 15 fascia-link 104\n"
        "2150 event function-changed 2150000 fasciad link FULL -> OFF\n"
        "2150 event unit-stopped 2150000 fasciad fascia-link ended with status 0\n"
        "2150 signal 15 hostapd 102\n"
        "2150 event unit-stopped 2150000 fasciad hostapd ended with status 0\n"
        "2150 signal 15 fascia-addr 101\n"
        "2150 event function-changed 2150000 fasciad address FULL -> OFF\n"
        "2150 event unit-stopped 2150000 fasciad fascia-addr ended with status 0\n"
        "2150 event fasciad-stopped 2150000 fasciad 5 units\n"
        "2150 done\n";
    (void)state;

    for (int run = 0; run < 2; run++) {
        setup_with(NULL);
        start();
        pass(20);
        become_ready("hostapd");
        pass(10);
        notify("fascia-addr", "READY=1");
        become_ready("pipewire");
        notify("fascia-addr", "X_FASCIA_FACT=address FULL none");
        pass(20);
        notify("fascia-link", "READY=1\nX_FASCIA_FACT=link FULL none AP up");
        notify("fascia-audio", "READY=1\nX_FASCIA_FACT=audio DEGRADED no-sink card 7");
        pass(1000);
        end("fascia-audio", 1, 0);
        pass(100);
        notify("fascia-audio", "READY=1\nX_FASCIA_FACT=audio FULL none");
        stop();
        end("fascia-audio", 0, 0);
        end("pipewire", 0, SIGTERM);
        end("fascia-link", 0, 0);
        end("hostapd", 0, 0);
        end("fascia-addr", 0, 0);
        assert_true(fascia_text_ok(&rig.trace));
        assert_string_equal(rig.storage, golden);
    }
}

static void a_missing_hostapd_leaves_audio_going(void **state)
{
    (void)state;
    setup_with(NULL);
    rig.spawn_error[index_of("hostapd")] = ENOENT;
    start();
    become_ready("fascia-addr");
    become_ready("pipewire");
    notify("fascia-addr", "X_FASCIA_FACT=address FULL none");
    notify("fascia-audio", "READY=1\nX_FASCIA_FACT=audio FULL none");
    notify("fascia-link", "READY=1\nX_FASCIA_FACT=link FAILED hostapd-down");
    assert_functions("link FAILED (hostapd-missing), address FULL, audio FULL");
    assert_true(traced("event unit-failed 1000000 fasciad hostapd (hostapd) cannot be executed: No such file"));
    assert_true(rig.s.announced);
    assert_true(unit_named("hostapd")->deadline_us == INT64_MAX);
}

static void who_dies_at_its_first_start_does_not_hold_up_who_needs_it(void **state)
{
    (void)state;
    setup_with(NULL);
    start();
    become_ready("fascia-addr");
    assert_int_equal(unit_named("fascia-link")->state, UNIT_IDLE);
    end("hostapd", 1, 0);
    assert_int_equal(unit_named("fascia-link")->state, UNIT_STARTING);
    assert_int_equal(unit_named("hostapd")->state, UNIT_BACKOFF);
    pass(100);
    assert_int_equal(unit_named("hostapd")->state, UNIT_STARTING);
}

static void who_is_never_ready_is_given_up_with_a_reason_and_tried_again(void **state)
{
    (void)state;
    setup_with(NULL);
    start();
    become_ready("pipewire");
    pass(20000);
    assert_true(traced("event unit-timeout 21000000 fasciad fascia-audio was not ready within 20000 ms"));
    assert_true(traced("signal 15 fascia-audio"));
    assert_int_equal(unit_named("fascia-audio")->state, UNIT_ABORTING);
    end("fascia-audio", 0, SIGTERM);
    assert_functions("link FAILED (not-ready), address FAILED (not-ready), audio FAILED (not-ready)");
    assert_true(
        traced("fascia-audio was not ready within 20000 ms, ended by signal 15 (Terminated); restart in 100 ms"));
    pass(100);
    assert_int_equal(unit_named("fascia-audio")->state, UNIT_STARTING);
    become_ready("fascia-audio");
    notify("fascia-audio", "X_FASCIA_FACT=audio FULL none");
    assert_true(traced("audio STARTING -> FULL"));
}

static void a_silent_service_is_aborted_and_restarted(void **state)
{
    (void)state;
    setup_with(NULL);
    bring_up();
    forget_trace();
    pass(9999);
    notify("fascia-addr", "WATCHDOG=1");
    notify("fascia-link", "WATCHDOG=1");
    pass(1);
    assert_true(traced("event unit-timeout 11000000 fasciad fascia-audio was silent for 10000 ms (watchdog)"));
    assert_true(traced("signal 6 fascia-audio 105"));
    assert_false(traced("fascia-link"));
    assert_false(traced("hostapd"));
    pass(5000);
    assert_true(traced("kill fascia-audio 105"));
    end("fascia-audio", 0, SIGKILL);
    assert_int_equal(unit_named("fascia-audio")->state, UNIT_BACKOFF);
}

static void a_service_may_declare_itself_broken(void **state)
{
    (void)state;
    setup_with(NULL);
    bring_up();
    notify("fascia-audio", "WATCHDOG=trigger");
    assert_true(traced("signal 6 fascia-audio 105"));
    assert_int_equal(unit_named("fascia-audio")->state, UNIT_ABORTING);
}

static void a_service_that_says_it_stops_is_given_time_and_restarted(void **state)
{
    (void)state;
    setup_with(NULL);
    bring_up();
    notify("fascia-audio", "STOPPING=1");
    assert_int_equal(unit_named("fascia-audio")->state, UNIT_ABORTING);
    assert_false(traced("signal"));
    end("fascia-audio", 0, 0);
    assert_true(traced("fascia-audio stopped on its own account; restart in 100 ms"));
}

static void what_a_process_published_ends_with_it(void **state)
{
    (void)state;
    setup_with(NULL);
    bring_up();
    assert_functions("link FULL, address FULL, audio FULL");
    end("fascia-link", 0, SIGKILL);
    assert_functions("link FAILED (service-down), address FULL, audio FULL");
    pass(100);
    become_ready("fascia-link");
    assert_functions("link STARTING, address FULL, audio FULL");
}

static void a_fact_about_another_function_is_refused(void **state)
{
    (void)state;
    setup_with(NULL);
    bring_up();
    notify("fascia-link", "X_FASCIA_FACT=audio FAILED no-sink");
    assert_functions("link FULL, address FULL, audio FULL");
    assert_true(traced("event notify-refused 1000000 fasciad from pid 104: it publishes a function"));
    rig.now += 2000 * MS;
    notify("fascia-link", "X_FASCIA_FACT=teapot FULL none");
    notify("hostapd", "X_FASCIA_FACT=link FAILED no-radio");
    assert_functions("link FULL, address FULL, audio FULL");
}

static void events_of_services_are_passed_on_under_their_own_name(void **state)
{
    (void)state;
    setup_with(NULL);
    bring_up();
    notify("fascia-link", "X_FASCIA_EVENT=link-up 999 somebody-else ch 36");
    assert_true(traced("event link-up 999 fascia-link ch 36\n"));
    notify("fascia-link", "X_FASCIA_EVENT=link-up 99000000 fascia-link ch 40");
    assert_true(traced("event link-up 1000000 fascia-link ch 40\n"));
}

static void a_flood_of_foreign_messages_is_one_event_per_second(void **state)
{
    int lines = 0;
    (void)state;

    setup_with(NULL);
    bring_up();
    forget_trace();
    for (int i = 0; i < 1000; i++) {
        supervisor_notify_refused(&rig.s, 666, "not a process of the plan", rig.now);
        drain();
        rig.now += 2 * MS;
    }
    for (const char *at = rig.storage; (at = strstr(at, "notify-refused")) != NULL; at++)
        lines++;
    assert_int_equal(lines, 2);
    assert_true(traced("from pid 666: not a process of the plan (and 499 more before)"));
}

static void the_stop_is_one_by_one_in_reverse_and_bounded(void **state)
{
    static const char *const reverse[] = {"fascia-audio", "pipewire", "fascia-link", "hostapd", "fascia-addr"};
    char expected[128];
    (void)state;

    setup_with(NULL);
    bring_up();
    forget_trace();
    stop();
    int64_t began = rig.now;
    for (size_t i = 0; i < 5; i++) { /* none of them reacts to anything */
        (void)snprintf(expected, sizeof expected, "signal 15 %s ", reverse[i]);
        assert_true(traced(expected));
        if (i < 4) {
            (void)snprintf(expected, sizeof expected, "signal 15 %s ", reverse[i + 1]);
            assert_false(traced(expected));
        }
        pass(5000);
        (void)snprintf(expected, sizeof expected, "kill %s ", reverse[i]);
        assert_true(traced(expected));
        pass(1000);
        assert_true(traced("does not end even when killed; given up"));
    }
    assert_true(traced("done\n"));
    assert_true(rig.now - began == 30000 * MS);
    assert_int_equal(rig.s.phase, SUPERVISOR_STOPPED);
}

static void nothing_comes_back_during_the_stop(void **state)
{
    (void)state;
    setup_with(NULL);
    bring_up();
    end("fascia-addr", 1, 0);
    forget_trace();
    stop();
    assert_int_equal(unit_named("fascia-addr")->state, UNIT_IDLE);
    end("fascia-link", 1, 0); /* dies while fascia-audio is being stopped */
    assert_int_equal(unit_named("fascia-link")->state, UNIT_IDLE);
    pass(30000);
    assert_false(traced("spawn"));
    assert_true(traced("done\n"));
}

static void a_stop_before_the_start_is_done_at_once(void **state)
{
    (void)state;
    setup_with(NULL);
    stop();
    assert_true(traced("done\n"));
    start();
    stop();
    assert_false(traced("spawn"));
}

static void a_stop_in_the_middle_of_the_start_ends_what_runs(void **state)
{
    (void)state;
    setup_with(NULL);
    start();
    stop();
    end("pipewire", 0, SIGTERM);
    end("hostapd", 0, SIGTERM);
    end("fascia-addr", 0, SIGTERM);
    assert_true(traced("done\n"));
    assert_false(traced("spawn fascia-link"));
    assert_false(traced(" up\n"));
}

static void a_restart_of_audio_never_touches_the_link(void **state)
{
    (void)state;
    setup_with(NULL);
    bring_up();
    forget_trace();
    for (int i = 0; i < 10; i++) {
        end("fascia-audio", 0, SIGKILL);
        pass(1);
        while (unit_named("fascia-audio")->state == UNIT_BACKOFF) {
            pass(100);
            notify("fascia-addr", "WATCHDOG=1");
            notify("fascia-link", "WATCHDOG=1");
        }
        notify("fascia-audio", "READY=1\nX_FASCIA_FACT=audio FULL none");
    }
    assert_false(traced("fascia-link"));
    assert_false(traced("hostapd"));
    assert_functions("link FULL, address FULL, audio FULL");
    assert_int_equal(unit_restarts(unit_named("fascia-audio")), 10);
}

static void no_process_for_now_is_tried_again(void **state)
{
    (void)state;
    setup_with(NULL);
    rig.spawn_error[index_of("fascia-addr")] = EAGAIN;
    start();
    assert_int_equal(unit_named("fascia-addr")->state, UNIT_BACKOFF);
    assert_true(traced("fascia-addr could not be started: Resource temporarily unavailable; restart in 100 ms"));
    rig.spawn_error[index_of("fascia-addr")] = 0;
    pass(100);
    assert_int_equal(unit_named("fascia-addr")->state, UNIT_STARTING);
    assert_int_equal(unit_restarts(unit_named("fascia-addr")), 0);
}

static void a_unit_that_is_ready_by_being_executed_needs_no_word(void **state)
{
    (void)state;
    setup_with(NULL);
    rig.plan.units[0].readiness = SUPERVISOR_READY_EXEC;
    supervisor_init(&rig.s, &rig.plan, &rig.sample.supervisor);
    start();
    assert_int_equal(rig.s.units[0].state, UNIT_READY);
}

static void everything_disabled(struct sample *s)
{
    s->link.enabled = s->address.enabled = s->audio.enabled = false;
}

static void an_empty_plan_is_up_and_down_at_once(void **state)
{
    (void)state;
    setup_with(everything_disabled);
    start();
    assert_true(traced(" up\n"));
    assert_functions("link OFF, address OFF, audio OFF");
    assert_true(supervisor_deadline(&rig.s) == INT64_MAX);
    stop();
    assert_true(traced("done\n"));
}

static void the_generation_grows_with_every_change_and_only_then(void **state)
{
    (void)state;
    setup_with(NULL);
    bring_up();
    uint64_t before = rig.s.generation;
    notify("fascia-link", "WATCHDOG=1");
    notify("fascia-link", "X_FASCIA_FACT=link FULL none");
    assert_true(rig.s.generation == before);
    forget_trace();
    notify("fascia-link", "X_FASCIA_FACT=link FULL none one phone");
    assert_true(rig.s.generation == before + 1);
    assert_string_equal(rig.storage, ""); /* a detail alone is no event */
    end("fascia-audio", 1, 0);
    assert_true(rig.s.generation > before + 1);
}

static void extending_holds_off_the_start_timeout(void **state)
{
    (void)state;
    setup_with(NULL);
    start();
    pass(15000);
    notify("fascia-addr", "EXTEND_TIMEOUT_USEC=10000000\nSTATUS=still busy\nERRNO=5");
    assert_string_equal(rig.s.status[index_of("fascia-addr")], "still busy (Input/output error)");
    pass(9999);
    assert_int_equal(unit_named("fascia-addr")->state, UNIT_STARTING);
    pass(1);
    assert_int_equal(unit_named("fascia-addr")->state, UNIT_ABORTING);
}

static void a_pid_belongs_to_its_unit_only_while_it_lives(void **state)
{
    (void)state;
    setup_with(NULL);
    bring_up();
    int64_t pid = unit_named("fascia-link")->pid;
    assert_int_equal(supervisor_find_pid(&rig.s, pid), (int)index_of("fascia-link"));
    end("fascia-link", 0, 0);
    assert_int_equal(supervisor_find_pid(&rig.s, pid), -1);
    assert_int_equal(supervisor_find_pid(&rig.s, 0), -1);
}

static void random_input_never_overfills_the_queue_and_always_ends(void **state)
{
    (void)state;
    for (unsigned int seed = 1; seed <= 50; seed++) {
        unsigned int x = seed * 2654435761U;

        setup_with(NULL);
        start();
        for (int i = 0; i < 500; i++) {
            x = x * 1664525U + 1013904223U;
            size_t unit = (x >> 8) % rig.plan.units_count;
            struct unit_input input = {.event = (enum unit_event)((x >> 16) % UNIT_EVENTS_), .extend_us = 1000};
            bool real = input.event != UNIT_SPAWNED && input.event != UNIT_STOP &&
                        (input.event != UNIT_EXITED || rig.s.units[unit].pid != 0);
            if (real) {
                supervisor_unit_event(&rig.s, unit, &input, rig.now);
                drain();
            }
            pass((x >> 24) % 64);
            forget_trace();
        }
        stop();
        pass(60000);
        assert_int_equal(rig.s.phase, SUPERVISOR_STOPPED);
        assert_true(rig.most_queued < SUPERVISOR_QUEUE_MAX);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_input_gives_this_trace),
        cmocka_unit_test(a_missing_hostapd_leaves_audio_going),
        cmocka_unit_test(who_dies_at_its_first_start_does_not_hold_up_who_needs_it),
        cmocka_unit_test(who_is_never_ready_is_given_up_with_a_reason_and_tried_again),
        cmocka_unit_test(a_silent_service_is_aborted_and_restarted),
        cmocka_unit_test(a_service_may_declare_itself_broken),
        cmocka_unit_test(a_service_that_says_it_stops_is_given_time_and_restarted),
        cmocka_unit_test(what_a_process_published_ends_with_it),
        cmocka_unit_test(a_fact_about_another_function_is_refused),
        cmocka_unit_test(events_of_services_are_passed_on_under_their_own_name),
        cmocka_unit_test(a_flood_of_foreign_messages_is_one_event_per_second),
        cmocka_unit_test(the_stop_is_one_by_one_in_reverse_and_bounded),
        cmocka_unit_test(nothing_comes_back_during_the_stop),
        cmocka_unit_test(a_stop_before_the_start_is_done_at_once),
        cmocka_unit_test(a_stop_in_the_middle_of_the_start_ends_what_runs),
        cmocka_unit_test(a_restart_of_audio_never_touches_the_link),
        cmocka_unit_test(no_process_for_now_is_tried_again),
        cmocka_unit_test(a_unit_that_is_ready_by_being_executed_needs_no_word),
        cmocka_unit_test(an_empty_plan_is_up_and_down_at_once),
        cmocka_unit_test(the_generation_grows_with_every_change_and_only_then),
        cmocka_unit_test(extending_holds_off_the_start_timeout),
        cmocka_unit_test(a_pid_belongs_to_its_unit_only_while_it_lives),
        cmocka_unit_test(random_input_never_overfills_the_queue_and_always_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
