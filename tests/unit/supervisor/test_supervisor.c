/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/supervisor/supervisor.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/unit/supervisor/machine.h"
#include "tests/unit/test.h"

static void the_same_input_gives_this_trace(void **state)
{
    static const char golden[] =
        "1000 spawn fascia-addr\n"
        "1000 spawn hostapd\n"
        "1000 spawn pipewire\n"
        "1000 probe hostapd\n"
        "1000 probe pipewire\n"
        "1000 * fasciad-started 5 units\n"
        "1000 * unit-starting fascia-addr\n"
        "1000 * unit-starting hostapd\n"
        "1000 * unit-starting pipewire\n"
        "1000 * function-changed link OFF -> STARTING: hostapd\n"
        "1000 * function-changed address OFF -> STARTING: fascia-addr\n"
        "1000 * function-changed audio OFF -> STARTING: pipewire\n"
        "1020 * unit-ready hostapd pid 102 after 20 ms\n"
        "1030 spawn fascia-link\n"
        "1030 * unit-ready fascia-addr pid 101 after 30 ms\n"
        "1030 * unit-starting fascia-link\n"
        "1030 spawn fascia-audio\n"
        "1030 * unit-ready pipewire pid 103 after 30 ms\n"
        "1030 * unit-starting fascia-audio\n"
        "1030 * function-changed address STARTING -> FULL\n"
        "1050 * unit-ready fascia-link pid 104 after 20 ms\n"
        "1050 * function-changed link STARTING -> FULL: AP up\n"
        "1050 up\n"
        "1050 * unit-ready fascia-audio pid 105 after 20 ms\n"
        "1050 * function-changed audio STARTING -> DEGRADED (no-sink): card 7\n"
        "1050 * fasciad-ready link FULL, address FULL, audio DEGRADED (no-sink)\n"
        "2050 * unit-died fascia-audio ended with status 1; restart in 100 ms\n"
        "2050 * function-changed audio DEGRADED -> FAILED (service-down): fascia-audio ended with status 1\n"
        "2150 spawn fascia-audio\n"
        "2150 * unit-starting fascia-audio restart 1\n"
        "2150 * unit-ready fascia-audio pid 106 after 0 ms\n"
        "2150 * function-changed audio FAILED -> FULL\n"
        "2150 signal 15 fascia-audio 106\n"
        "2150 signal 15 fascia-link 104\n"
        "2150 * fasciad-stopping 5 units\n"
        "2150 * function-changed link FULL -> OFF\n"
        "2150 * function-changed audio FULL -> OFF\n"
        "2150 signal 15 pipewire 103\n"
        "2150 * unit-stopped fascia-audio ended with status 0\n"
        "2150 unprobe pipewire\n"
        "2150 * unit-stopped pipewire ended by signal 15 (Terminated)\n"
        "2150 signal 15 hostapd 102\n"
        "2150 signal 15 fascia-addr 101\n"
        "2150 * unit-stopped fascia-link ended with status 0\n"
        "2150 * function-changed address FULL -> OFF\n"
        "2150 unprobe hostapd\n"
        "2150 * unit-stopped hostapd ended with status 0\n"
        "2150 done\n"
        "2150 * unit-stopped fascia-addr ended with status 0\n"
        "2150 * fasciad-stopped 5 units\n";
    (void)state;

    for (int run = 0; run < 2; run++) {
        machine_setup(NULL);
        machine_start();
        machine_pass(20);
        machine_ready("hostapd");
        machine_pass(10);
        machine_notify("fascia-addr", "READY=1");
        machine_ready("pipewire");
        machine_notify("fascia-addr", "X_FASCIA_FACT=address FULL none");
        machine_pass(20);
        machine_notify("fascia-link", "READY=1\nX_FASCIA_FACT=link FULL none AP up");
        machine_notify("fascia-audio", "READY=1\nX_FASCIA_FACT=audio DEGRADED no-sink card 7");
        machine_pass(1000);
        machine_end("fascia-audio", 1, 0);
        machine_pass(100);
        machine_notify("fascia-audio", "READY=1\nX_FASCIA_FACT=audio FULL none");
        machine_stop();
        machine_end("fascia-audio", 0, 0);
        machine_end("pipewire", 0, SIGTERM);
        machine_end("fascia-link", 0, 0);
        machine_end("hostapd", 0, 0);
        machine_end("fascia-addr", 0, 0);
        machine_expect(golden);
    }
}

static void a_missing_hostapd_leaves_audio_going(void **state)
{
    (void)state;
    machine_setup(NULL);
    machine.spawn_error[machine_index("hostapd")] = ENOENT;
    machine_start();
    machine_ready("fascia-addr");
    machine_ready("pipewire");
    machine_notify("fascia-addr", "X_FASCIA_FACT=address FULL none");
    machine_notify("fascia-audio", "READY=1\nX_FASCIA_FACT=audio FULL none");
    machine_notify("fascia-link", "READY=1\nX_FASCIA_FACT=link FAILED hostapd-down");
    machine_assert_functions("link FAILED (hostapd-missing), address FULL, audio FULL");
    assert_true(machine_traced("* unit-failed hostapd (hostapd) cannot be executed: No such file"));
    assert_true(machine.s.announced);
    assert_true(machine_unit("hostapd")->deadline_us == INT64_MAX);
}

static void who_dies_at_its_first_start_does_not_hold_up_who_needs_it(void **state)
{
    (void)state;
    machine_setup(NULL);
    machine_start();
    machine_ready("fascia-addr");
    assert_int_equal(machine_unit("fascia-link")->state, UNIT_IDLE);
    machine_end("hostapd", 1, 0);
    assert_int_equal(machine_unit("fascia-link")->state, UNIT_STARTING);
    assert_int_equal(machine_unit("hostapd")->state, UNIT_BACKOFF);
    machine_pass(100);
    assert_int_equal(machine_unit("hostapd")->state, UNIT_STARTING);
}

static void who_is_never_ready_is_given_up_with_a_reason_and_tried_again(void **state)
{
    (void)state;
    machine_setup(NULL);
    machine_start();
    machine_ready("pipewire");
    machine_pass(20000);
    assert_true(machine_traced("* unit-timeout fascia-audio was not ready within 20000 ms"));
    assert_true(machine_traced("signal 15 fascia-audio"));
    assert_int_equal(machine_unit("fascia-audio")->state, UNIT_ABORTING);
    machine_end("fascia-audio", 0, SIGTERM);
    machine_assert_functions("link FAILED (not-ready), address FAILED (not-ready), audio FAILED (not-ready)");
    assert_true(machine_traced(
        "fascia-audio was not ready within 20000 ms, ended by signal 15 (Terminated); restart in 100 ms"));
    machine_pass(100);
    assert_int_equal(machine_unit("fascia-audio")->state, UNIT_STARTING);
    machine_ready("fascia-audio");
    machine_notify("fascia-audio", "X_FASCIA_FACT=audio FULL none");
    assert_true(machine_traced("audio STARTING -> FULL"));
}

static void a_silent_service_is_aborted_and_restarted(void **state)
{
    (void)state;
    machine_setup(NULL);
    machine_bring_up();
    machine_forget();
    machine_pass(9999);
    machine_notify("fascia-addr", "WATCHDOG=1");
    machine_notify("fascia-link", "WATCHDOG=1");
    machine_ready("hostapd"); /* PONG */
    machine_pass(1);
    assert_true(machine_traced("* unit-timeout fascia-audio was silent for 10000 ms (watchdog)"));
    assert_true(machine_traced("signal 6 fascia-audio 105"));
    assert_false(machine_traced("fascia-link"));
    assert_false(machine_traced("hostapd"));
    machine_pass(5000);
    assert_true(machine_traced("kill fascia-audio 105"));
    machine_end("fascia-audio", 0, SIGKILL);
    assert_int_equal(machine_unit("fascia-audio")->state, UNIT_BACKOFF);
}

static void a_service_that_says_it_stops_is_given_time_and_restarted(void **state)
{
    (void)state;
    machine_setup(NULL);
    machine_bring_up();
    machine_notify("fascia-audio", "STOPPING=1");
    assert_int_equal(machine_unit("fascia-audio")->state, UNIT_ABORTING);
    assert_false(machine_traced("signal"));
    machine_end("fascia-audio", 0, 0);
    assert_true(machine_traced("fascia-audio stopped on its own account; restart in 100 ms"));
}

static void what_a_process_published_ends_with_it(void **state)
{
    (void)state;
    machine_setup(NULL);
    machine_bring_up();
    machine_assert_functions("link FULL, address FULL, audio FULL");
    machine_end("fascia-link", 0, SIGKILL);
    machine_assert_functions("link FAILED (service-down), address FULL, audio FULL");
    machine_pass(100);
    machine_ready("fascia-link");
    machine_assert_functions("link STARTING, address FULL, audio FULL");
}

static void a_fact_about_another_function_is_refused(void **state)
{
    (void)state;
    machine_setup(NULL);
    machine_bring_up();
    machine_notify("fascia-link", "X_FASCIA_FACT=audio FAILED no-sink");
    machine_assert_functions("link FULL, address FULL, audio FULL");
    assert_true(machine_traced("* notify-refused from pid 104: it publishes a function"));
    machine.now += 2000 * MS;
    machine_notify("fascia-link", "X_FASCIA_FACT=teapot FULL none");
    machine_notify("hostapd", "X_FASCIA_FACT=link FAILED no-radio");
    machine_assert_functions("link FULL, address FULL, audio FULL");
}

static void events_of_services_are_passed_on_under_their_own_name(void **state)
{
    (void)state;
    machine_setup(NULL);
    machine_bring_up();
    machine_notify("fascia-link", "X_FASCIA_EVENT=link-up 999 somebody-else ch 36");
    assert_true(machine_traced("* link-up fascia-link: ch 36\n"));
    machine_notify("fascia-link", "X_FASCIA_EVENT=link-up 99000000 fascia-link ch 40");
    assert_true(machine_traced("* link-up fascia-link: ch 40\n"));
}

static void a_flood_of_foreign_messages_is_one_event_per_second(void **state)
{
    int lines = 0;
    (void)state;

    machine_setup(NULL);
    machine_bring_up();
    machine_forget();
    for (int i = 0; i < 1000; i++) {
        supervisor_notify_refused(&machine.s, 666, "not a process of the plan", machine.now);
        machine_drain();
        machine.now += 2 * MS;
    }
    for (const char *at = machine.storage; (at = strstr(at, "notify-refused")) != NULL; at++)
        lines++;
    assert_int_equal(lines, 2);
    assert_true(machine_traced("from pid 666: not a process of the plan (and 499 more before)"));
}

static void nothing_comes_back_during_the_stop(void **state)
{
    (void)state;
    machine_setup(NULL);
    machine_bring_up();
    machine_end("fascia-addr", 1, 0);
    machine_forget();
    machine_stop();
    assert_int_equal(machine_unit("fascia-addr")->state, UNIT_IDLE);
    machine_end("fascia-link", 1, 0);
    assert_int_equal(machine_unit("fascia-link")->state, UNIT_IDLE);
    machine_pass(30000);
    assert_false(machine_traced("spawn"));
    assert_true(machine_traced("done\n"));
}

static void a_stop_before_the_start_is_done_at_once(void **state)
{
    (void)state;
    machine_setup(NULL);
    machine_stop();
    assert_true(machine_traced("done\n"));
    machine_start();
    machine_stop();
    assert_false(machine_traced("spawn"));
}

static void a_stop_in_the_middle_of_the_start_ends_what_runs(void **state)
{
    (void)state;
    machine_setup(NULL);
    machine_start();
    machine_stop();
    machine_end("pipewire", 0, SIGTERM);
    machine_end("hostapd", 0, SIGTERM);
    machine_end("fascia-addr", 0, SIGTERM);
    assert_true(machine_traced("done\n"));
    assert_false(machine_traced("spawn fascia-link"));
    assert_false(machine_traced(" up\n"));
}

static void no_process_for_now_is_tried_again(void **state)
{
    (void)state;
    machine_setup(NULL);
    machine.spawn_error[machine_index("fascia-addr")] = EAGAIN;
    machine_start();
    assert_int_equal(machine_unit("fascia-addr")->state, UNIT_BACKOFF);
    assert_true(
        machine_traced("fascia-addr could not be started: Resource temporarily unavailable; restart in 100 ms"));
    machine.spawn_error[machine_index("fascia-addr")] = 0;
    machine_pass(100);
    assert_int_equal(machine_unit("fascia-addr")->state, UNIT_STARTING);
    assert_int_equal(unit_restarts(machine_unit("fascia-addr")), 0);
}

static void a_unit_that_is_ready_by_being_executed_needs_no_word(void **state)
{
    (void)state;
    machine_setup(NULL);
    machine.plan.units[0].readiness = SUPERVISOR_READY_EXEC;
    machine_init();
    machine_start();
    assert_int_equal(machine.s.units[0].state, UNIT_READY);
}

static void everything_disabled(struct sample *s)
{
    s->link.enabled = s->address.enabled = s->audio.enabled = false;
}

static void an_empty_plan_is_up_and_down_at_once(void **state)
{
    (void)state;
    machine_setup(everything_disabled);
    machine_start();
    assert_true(machine_traced(" up\n"));
    machine_assert_functions("link OFF, address OFF, audio OFF");
    assert_true(supervisor_deadline(&machine.s) == INT64_MAX);
    machine_stop();
    assert_true(machine_traced("done\n"));
}

static void the_generation_grows_with_every_change_and_only_then(void **state)
{
    (void)state;
    machine_setup(NULL);
    machine_bring_up();
    uint64_t before = machine.s.generation;
    machine_notify("fascia-link", "WATCHDOG=1");
    machine_notify("fascia-link", "X_FASCIA_FACT=link FULL none");
    assert_true(machine.s.generation == before);
    machine_forget();
    machine_notify("fascia-link", "X_FASCIA_FACT=link FULL none one phone");
    assert_true(machine.s.generation == before + 1);
    assert_string_equal(machine.storage, ""); /* a detail alone is no event */
    machine_end("fascia-audio", 1, 0);
    assert_true(machine.s.generation > before + 1);
}

static void extending_holds_off_the_start_timeout(void **state)
{
    (void)state;
    machine_setup(NULL);
    machine_start();
    machine_pass(15000);
    machine_notify("fascia-addr", "EXTEND_TIMEOUT_USEC=10000000\nSTATUS=still busy\nERRNO=5");
    assert_string_equal(machine_record("fascia-addr")->status, "still busy (Input/output error)");
    machine_pass(9999);
    assert_int_equal(machine_unit("fascia-addr")->state, UNIT_STARTING);
    machine_pass(1);
    assert_int_equal(machine_unit("fascia-addr")->state, UNIT_ABORTING);
}

static void what_concerns_no_unit_of_the_plan_is_passed_over(void **state)
{
    const struct notify_message message = {.ready = true};
    (void)state;

    machine_setup(NULL);
    machine_bring_up();
    supervisor_unit_event(&machine.s, machine.plan.units_count, &(struct unit_input){.event = UNIT_EXITED},
                          machine.now);
    supervisor_notify(&machine.s, machine.plan.units_count, &message, machine.now);
    machine_drain();
    assert_string_equal(machine.storage, "");
    machine_notify("fascia-link", "STATUS=all well");
    assert_string_equal(machine_record("fascia-link")->status, "all well");
    machine_end("fascia-link", 1, 0);
    assert_string_equal(machine_record("fascia-link")->status, ""); /* it ends with its process */
}

static void a_pid_belongs_to_its_unit_only_while_it_lives(void **state)
{
    (void)state;
    machine_setup(NULL);
    machine_bring_up();
    int64_t pid = machine_unit("fascia-link")->pid;
    assert_int_equal(supervisor_find_pid(&machine.s, pid), (int)machine_index("fascia-link"));
    machine_end("fascia-link", 0, 0);
    assert_int_equal(supervisor_find_pid(&machine.s, pid), -1);
    assert_int_equal(supervisor_find_pid(&machine.s, 0), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_input_gives_this_trace),
        cmocka_unit_test(a_missing_hostapd_leaves_audio_going),
        cmocka_unit_test(who_dies_at_its_first_start_does_not_hold_up_who_needs_it),
        cmocka_unit_test(who_is_never_ready_is_given_up_with_a_reason_and_tried_again),
        cmocka_unit_test(a_silent_service_is_aborted_and_restarted),
        cmocka_unit_test(a_service_that_says_it_stops_is_given_time_and_restarted),
        cmocka_unit_test(what_a_process_published_ends_with_it),
        cmocka_unit_test(a_fact_about_another_function_is_refused),
        cmocka_unit_test(events_of_services_are_passed_on_under_their_own_name),
        cmocka_unit_test(a_flood_of_foreign_messages_is_one_event_per_second),
        cmocka_unit_test(nothing_comes_back_during_the_stop),
        cmocka_unit_test(a_stop_before_the_start_is_done_at_once),
        cmocka_unit_test(a_stop_in_the_middle_of_the_start_ends_what_runs),
        cmocka_unit_test(no_process_for_now_is_tried_again),
        cmocka_unit_test(a_unit_that_is_ready_by_being_executed_needs_no_word),
        cmocka_unit_test(an_empty_plan_is_up_and_down_at_once),
        cmocka_unit_test(the_generation_grows_with_every_change_and_only_then),
        cmocka_unit_test(extending_holds_off_the_start_timeout),
        cmocka_unit_test(what_concerns_no_unit_of_the_plan_is_passed_over),
        cmocka_unit_test(a_pid_belongs_to_its_unit_only_while_it_lives),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
