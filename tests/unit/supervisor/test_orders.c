/* SPDX-License-Identifier: Apache-2.0 */
/* The orders of an operator, ignition, the bounded stop, and sleep. */
#include <errno.h>
#include <signal.h>

#include "stack/base/cleanup.h"
#include "tests/unit/supervisor/machine.h"
#include "tests/unit/test.h"

#define START   SUPERVISOR_COMMAND_START
#define STOP    SUPERVISOR_COMMAND_STOP
#define RESTART SUPERVISOR_COMMAND_RESTART

static void everybody_ends(void)
{
    for (int round = 0; round < 5; round++) {
        for (size_t i = 0; i < machine.plan.units_count; i++) {
            if (machine.s.units[i].state == UNIT_STOPPING)
                machine_end(machine.plan.units[i].name, 0, 0);
        }
    }
}

static void everybody_comes_up(void)
{
    machine_ready("fascia-addr");
    machine_ready("hostapd");
    machine_ready("pipewire");
    machine_notify("fascia-addr", "X_FASCIA_FACT=address FULL none");
    machine_notify("fascia-link", "READY=1\nX_FASCIA_FACT=link FULL none");
    machine_notify("fascia-audio", "READY=1\nX_FASCIA_FACT=audio FULL none");
    machine_assert_functions("link FULL, address FULL, audio FULL");
}

static void one_unit_is_stopped_and_started_by_order(void **state)
{
    (void)state;
    machine_setup(NULL);
    machine_bring_up();
    assert_int_equal(machine_command(STOP, "fascia-link"), 0);
    machine_end("fascia-link", 0, SIGTERM);
    machine_live(60000);
    machine_assert_functions("link OFF (stopped), address FULL, audio FULL");
    assert_int_equal(machine_command(START, "fascia-link"), 0);
    machine_notify("fascia-link", "READY=1\nX_FASCIA_FACT=link FULL none");
    machine_expect("1000 signal 15 fascia-link 104\n"
                   "1000 * command stop fascia-link\n"
                   "1000 * function-changed link FULL -> OFF (stopped): fascia-link\n"
                   "1000 * unit-stopped fascia-link ended by signal 15 (Terminated)\n"
                   "61000 spawn fascia-link\n"
                   "61000 * command start fascia-link\n"
                   "61000 * unit-starting fascia-link restart 1\n"
                   "61000 * function-changed link OFF -> STARTING: fascia-link\n"
                   "61000 * unit-ready fascia-link pid 106 after 0 ms\n"
                   "61000 * function-changed link STARTING -> FULL\n");
}

static void one_unit_is_restarted_by_order_and_nobody_else(void **state)
{
    (void)state;
    machine_setup(NULL);
    machine_bring_up();
    assert_int_equal(machine_command(RESTART, "hostapd"), 0);
    machine_end("hostapd", 0, SIGTERM);
    machine_ready("hostapd");
    machine_expect("1000 signal 15 hostapd 102\n"
                   "1000 * command restart hostapd\n"
                   "1000 * dependency-lost fascia-link needs hostapd: notify\n"
                   "1000 * function-changed link FULL -> STARTING: hostapd\n"
                   "1000 unprobe hostapd\n"
                   "1000 spawn hostapd\n"
                   "1000 probe hostapd\n"
                   "1000 * unit-stopped hostapd ended by signal 15 (Terminated)\n"
                   "1000 * unit-starting hostapd restart 1\n"
                   "1000 * unit-ready hostapd pid 106 after 0 ms\n"
                   "1000 * dependency-back fascia-link has hostapd again\n"
                   "1000 * function-changed link STARTING -> FULL\n");
}

static void all_units_are_restarted_by_order(void **state)
{
    (void)state;
    machine_setup(NULL);
    machine_bring_up();
    assert_int_equal(machine_command(RESTART, NULL), 0);
    everybody_ends();
    everybody_comes_up();
    machine_expect("1000 signal 15 fascia-audio 105\n"
                   "1000 signal 15 fascia-link 104\n"
                   "1000 * command restart every unit\n"
                   "1000 * function-changed link FULL -> STARTING: fascia-link\n"
                   "1000 * function-changed audio FULL -> STARTING: fascia-audio\n"
                   "1000 signal 15 hostapd 102\n"
                   "1000 signal 15 fascia-addr 101\n"
                   "1000 * unit-stopped fascia-link ended with status 0\n"
                   "1000 * function-changed address FULL -> STARTING: fascia-addr\n"
                   "1000 signal 15 pipewire 103\n"
                   "1000 * unit-stopped fascia-audio ended with status 0\n"
                   "1000 spawn fascia-addr\n"
                   "1000 * unit-stopped fascia-addr ended with status 0\n"
                   "1000 * unit-starting fascia-addr restart 1\n"
                   "1000 unprobe hostapd\n"
                   "1000 spawn hostapd\n"
                   "1000 probe hostapd\n"
                   "1000 * unit-stopped hostapd ended with status 0\n"
                   "1000 * unit-starting hostapd restart 1\n"
                   "1000 unprobe pipewire\n"
                   "1000 spawn pipewire\n"
                   "1000 probe pipewire\n"
                   "1000 * unit-stopped pipewire ended with status 0\n"
                   "1000 * unit-starting pipewire restart 1\n"
                   "1000 * unit-ready fascia-addr pid 106 after 0 ms\n"
                   "1000 spawn fascia-link\n"
                   "1000 * unit-ready hostapd pid 107 after 0 ms\n"
                   "1000 * unit-starting fascia-link restart 1\n"
                   "1000 spawn fascia-audio\n"
                   "1000 * unit-ready pipewire pid 108 after 0 ms\n"
                   "1000 * unit-starting fascia-audio restart 1\n"
                   "1000 * function-changed address STARTING -> FULL\n"
                   "1000 * unit-ready fascia-link pid 109 after 0 ms\n"
                   "1000 * function-changed link STARTING -> FULL\n"
                   "1000 * unit-ready fascia-audio pid 110 after 0 ms\n"
                   "1000 * function-changed audio STARTING -> FULL\n");
}

static void a_start_does_not_wait_for_the_back_off_and_tries_again_what_was_given_up(void **state)
{
    (void)state;
    machine_setup(NULL);
    machine_bring_up();
    machine_end("fascia-audio", 1, 0);
    assert_int_equal(machine_command(START, "fascia-audio"), 0);
    assert_int_equal(machine_unit("fascia-audio")->state, UNIT_STARTING);
    machine.spawn_error[machine_index("hostapd")] = ENOENT;
    machine_end("hostapd", 1, 0);
    machine_pass(100);
    assert_int_equal(machine_unit("hostapd")->state, UNIT_FAILED);
    machine.spawn_error[machine_index("hostapd")] = 0;
    assert_int_equal(machine_command(START, "hostapd"), 0);
    assert_int_equal(machine_unit("hostapd")->state, UNIT_STARTING);
    /* To start what runs is no news for it. */
    int64_t pid = machine_unit("fascia-link")->pid;
    assert_int_equal(machine_command(START, "fascia-link"), 0);
    assert_true(machine_unit("fascia-link")->pid == pid);
    assert_int_equal(machine_unit("fascia-link")->state, UNIT_READY);
}

static void adopt(struct sample *s)
{
    s->link.hostapd.manage = LINK_MANAGE_ADOPT;
    (void)fascia_text_copy(s->link.hostapd.control, sizeof s->link.hostapd.control, "/run/hostapd/global");
}

static void an_order_that_cannot_be_taken_is_answered_with_the_reason(void **state)
{
    (void)state;
    machine_setup(adopt);
    assert_int_equal(machine_command(START, NULL), SUPERVISOR_E_ENDING); /* not begun yet */
    machine_bring_up();
    assert_int_equal(machine_command(RESTART, "hostapd"), SUPERVISOR_E_ADOPTED);
    assert_int_equal(supervisor_command(&machine.s, START, machine.plan.units_count, machine.now),
                     SUPERVISOR_E_UNKNOWN);
    machine_drain();
    assert_string_equal(machine.storage, "");
    machine_stop();
    assert_int_equal(machine_command(START, NULL), SUPERVISOR_E_ENDING);
    assert_int_equal(machine_command(STOP, "fascia-link"), SUPERVISOR_E_ENDING);
}

static void ignition_off_leads_to_standby_and_on_again_back(void **state)
{
    (void)state;
    machine_setup(NULL);
    machine_bring_up();
    assert_int_equal(machine_command(STOP, NULL), 0);
    assert_int_equal(machine.s.phase, SUPERVISOR_GOING_STANDBY);
    assert_int_equal(machine_command(STOP, NULL), 0); /* said again: nothing more */
    everybody_ends();
    assert_int_equal(machine.s.phase, SUPERVISOR_STANDBY);
    assert_true(supervisor_deadline(&machine.s) == INT64_MAX);
    machine_assert_functions("link OFF, address OFF, audio OFF");
    machine_expect("1000 signal 15 fascia-audio 105\n"
                   "1000 signal 15 fascia-link 104\n"
                   "1000 * ignition-off 5 units\n"
                   "1000 * function-changed link FULL -> OFF\n"
                   "1000 * function-changed audio FULL -> OFF\n"
                   "1000 signal 15 hostapd 102\n"
                   "1000 signal 15 fascia-addr 101\n"
                   "1000 * unit-stopped fascia-link ended with status 0\n"
                   "1000 * function-changed address FULL -> OFF\n"
                   "1000 signal 15 pipewire 103\n"
                   "1000 * unit-stopped fascia-audio ended with status 0\n"
                   "1000 * unit-stopped fascia-addr ended with status 0\n"
                   "1000 unprobe hostapd\n"
                   "1000 * unit-stopped hostapd ended with status 0\n"
                   "1000 unprobe pipewire\n"
                   "1000 * unit-stopped pipewire ended with status 0\n"
                   "1000 * standby 5 units\n");

    machine_pass(3600000);
    assert_int_equal(machine_command(START, NULL), 0);
    everybody_comes_up();
    assert_int_equal(machine.s.phase, SUPERVISOR_RUNNING);
    machine_expect("3601000 spawn fascia-addr\n"
                   "3601000 spawn hostapd\n"
                   "3601000 spawn pipewire\n"
                   "3601000 probe hostapd\n"
                   "3601000 probe pipewire\n"
                   "3601000 * ignition-on from STANDBY\n"
                   "3601000 * unit-starting fascia-addr restart 1\n"
                   "3601000 * unit-starting hostapd restart 1\n"
                   "3601000 * unit-starting pipewire restart 1\n"
                   "3601000 * function-changed link OFF -> STARTING: hostapd\n"
                   "3601000 * function-changed address OFF -> STARTING: fascia-addr\n"
                   "3601000 * function-changed audio OFF -> STARTING: pipewire\n"
                   "3601000 * unit-ready fascia-addr pid 106 after 0 ms\n"
                   "3601000 spawn fascia-link\n"
                   "3601000 * unit-ready hostapd pid 107 after 0 ms\n"
                   "3601000 * unit-starting fascia-link restart 1\n"
                   "3601000 spawn fascia-audio\n"
                   "3601000 * unit-ready pipewire pid 108 after 0 ms\n"
                   "3601000 * unit-starting fascia-audio restart 1\n"
                   "3601000 * function-changed address STARTING -> FULL\n"
                   "3601000 * unit-ready fascia-link pid 109 after 0 ms\n"
                   "3601000 * function-changed link STARTING -> FULL\n"
                   "3601000 * unit-ready fascia-audio pid 110 after 0 ms\n"
                   "3601000 * function-changed audio STARTING -> FULL\n");
}

static void ignition_that_returns_stops_nothing_more(void **state)
{
    (void)state;
    machine_setup(NULL);
    machine_bring_up();
    assert_int_equal(machine_command(STOP, NULL), 0);
    machine_end("fascia-audio", 0, 0); /* then pipewire is asked to end; fascia-addr and hostapd are up */
    assert_int_equal(machine_command(START, NULL), 0);
    assert_int_equal(machine_unit("fascia-addr")->state, UNIT_READY);
    assert_int_equal(machine_unit("hostapd")->state, UNIT_READY);
    machine_end("fascia-link", 0, 0);
    machine_end("pipewire", 0, 0);
    machine_ready("pipewire");
    machine_notify("fascia-link", "READY=1\nX_FASCIA_FACT=link FULL none");
    machine_notify("fascia-audio", "READY=1\nX_FASCIA_FACT=audio FULL none");
    machine_assert_functions("link FULL, address FULL, audio FULL");
    machine_expect("1000 signal 15 fascia-audio 105\n"
                   "1000 signal 15 fascia-link 104\n"
                   "1000 * ignition-off 5 units\n"
                   "1000 * function-changed link FULL -> OFF\n"
                   "1000 * function-changed audio FULL -> OFF\n"
                   "1000 signal 15 pipewire 103\n"
                   "1000 * unit-stopped fascia-audio ended with status 0\n"
                   "1000 * ignition-on from GOING_STANDBY\n"
                   "1000 * function-changed link OFF -> STARTING: fascia-link\n"
                   "1000 * function-changed audio OFF -> STARTING: pipewire\n"
                   "1000 spawn fascia-link\n"
                   "1000 * unit-stopped fascia-link ended with status 0\n"
                   "1000 * unit-starting fascia-link restart 1\n"
                   "1000 unprobe pipewire\n"
                   "1000 spawn pipewire\n"
                   "1000 probe pipewire\n"
                   "1000 * unit-stopped pipewire ended with status 0\n"
                   "1000 * unit-starting pipewire restart 1\n"
                   "1000 spawn fascia-audio\n"
                   "1000 * unit-ready pipewire pid 107 after 0 ms\n"
                   "1000 * unit-starting fascia-audio restart 1\n"
                   "1000 * unit-ready fascia-link pid 106 after 0 ms\n"
                   "1000 * function-changed link STARTING -> FULL\n"
                   "1000 * unit-ready fascia-audio pid 108 after 0 ms\n"
                   "1000 * function-changed audio STARTING -> FULL\n");
    machine_live(60000); /* the budget of the stop that was called off is forgotten */
    assert_string_equal(machine.storage, "");
}

static void an_order_to_stop_outlives_the_process_but_not_the_ignition(void **state)
{
    (void)state;
    machine_setup(NULL);
    machine_bring_up();
    assert_int_equal(machine_command(STOP, "fascia-audio"), 0);
    assert_int_equal(machine_command(STOP, NULL), 0);
    everybody_ends();
    assert_int_equal(machine.s.phase, SUPERVISOR_STANDBY);
    assert_int_equal(machine_command(START, NULL), 0);
    machine_ready("pipewire");
    assert_int_equal(machine_unit("fascia-audio")->state, UNIT_STARTING);
}

/* The bounded stop. */

static void who_is_left_at_the_end_of_the_stop_budget_is_killed(void **state)
{
    (void)state;
    machine_setup(NULL);
    machine.sample.supervisor.stop_timeout_ms = 60000;
    machine_init();
    machine_bring_up();
    machine_stop();
    machine_end("fascia-audio", 0, 0);
    machine_pass(14999);
    assert_false(machine_traced("kill"));
    machine_pass(1);
    assert_int_equal(machine_count("kill "), 4);
    machine_end("fascia-link", 0, SIGKILL);
    machine_end("hostapd", 0, SIGKILL);
    machine_end("pipewire", 0, SIGKILL);
    machine_end("fascia-addr", 0, SIGKILL);
    assert_true(machine_traced("done\n"));
    machine_expect("1000 signal 15 fascia-audio 105\n"
                   "1000 signal 15 fascia-link 104\n"
                   "1000 * fasciad-stopping 5 units\n"
                   "1000 * function-changed link FULL -> OFF\n"
                   "1000 * function-changed audio FULL -> OFF\n"
                   "1000 signal 15 pipewire 103\n"
                   "1000 * unit-stopped fascia-audio ended with status 0\n"
                   "11000 signal 6 fascia-addr 101\n"
                   "11000 signal 6 hostapd 102\n"
                   "11000 * unit-timeout fascia-addr was silent for 10000 ms (watchdog)\n"
                   "11000 * unit-timeout hostapd was silent for 10000 ms (watchdog)\n"
                   "11000 * function-changed address FULL -> OFF\n"
                   "16000 kill pipewire 103\n"
                   "16000 kill fascia-link 104\n"
                   "16000 signal 15 hostapd 102\n"
                   "16000 kill hostapd 102\n"
                   "16000 signal 15 fascia-addr 101\n"
                   "16000 kill fascia-addr 101\n"
                   "16000 * unit-timeout pipewire killed: the time for the whole stop is over\n"
                   "16000 * unit-timeout fascia-link killed: the time for the whole stop is over\n"
                   "16000 * unit-timeout hostapd killed: the time for the whole stop is over\n"
                   "16000 * unit-timeout fascia-addr killed: the time for the whole stop is over\n"
                   "16000 * unit-stopped fascia-link ended by signal 9 (Killed)\n"
                   "16000 unprobe hostapd\n"
                   "16000 * unit-stopped hostapd ended by signal 9 (Killed)\n"
                   "16000 unprobe pipewire\n"
                   "16000 * unit-stopped pipewire ended by signal 9 (Killed)\n"
                   "16000 done\n"
                   "16000 * unit-stopped fascia-addr ended by signal 9 (Killed)\n"
                   "16000 * fasciad-stopped 5 units\n");
}

static void a_stop_of_processes_that_react_to_nothing_is_bounded(void **state)
{
    (void)state;
    machine_setup(NULL);
    machine_bring_up();
    machine_stop();
    int64_t began = machine.now;
    while (machine.s.phase != SUPERVISOR_STOPPED)
        machine_pass(100);
    assert_true(machine.now - began <= 17000 * MS);
    machine_expect("1000 signal 15 fascia-audio 105\n"
                   "1000 signal 15 fascia-link 104\n"
                   "1000 * fasciad-stopping 5 units\n"
                   "1000 * function-changed link FULL -> OFF\n"
                   "1000 * function-changed audio FULL -> OFF\n"
                   "6000 kill fascia-link 104\n"
                   "6000 kill fascia-audio 105\n"
                   "6000 * unit-timeout fascia-link did not end within 5000 ms; killed\n"
                   "6000 * unit-timeout fascia-audio did not end within 5000 ms; killed\n"
                   "7000 signal 15 pipewire 103\n"
                   "7000 signal 15 hostapd 102\n"
                   "7000 signal 15 fascia-addr 101\n"
                   "7000 * unit-timeout fascia-link does not end even when killed; given up\n"
                   "7000 * unit-timeout fascia-audio does not end even when killed; given up\n"
                   "7000 * function-changed address FULL -> OFF\n"
                   "12000 kill fascia-addr 101\n"
                   "12000 kill hostapd 102\n"
                   "12000 kill pipewire 103\n"
                   "12000 * unit-timeout fascia-addr did not end within 5000 ms; killed\n"
                   "12000 * unit-timeout hostapd did not end within 5000 ms; killed\n"
                   "12000 * unit-timeout pipewire did not end within 5000 ms; killed\n"
                   "13000 unprobe hostapd\n"
                   "13000 unprobe pipewire\n"
                   "13000 done\n"
                   "13000 * unit-timeout fascia-addr does not end even when killed; given up\n"
                   "13000 * unit-timeout hostapd does not end even when killed; given up\n"
                   "13000 * unit-timeout pipewire does not end even when killed; given up\n"
                   "13000 * fasciad-stopped 5 units\n");
    assert_true(supervisor_deadline(&machine.s) == INT64_MAX);
}

static void what_does_not_end_even_when_killed_gets_no_second_process_beside_it(void **state)
{
    (void)state;
    machine_setup(NULL);
    machine_bring_up();
    assert_int_equal(machine_command(RESTART, "fascia-audio"), 0);
    machine_live(6000);
    assert_int_equal(machine_unit("fascia-audio")->state, UNIT_IDLE);
    machine_live(60000);
    assert_false(machine_traced("spawn"));
    machine_end("fascia-audio", 0, SIGKILL); /* at last */
    assert_int_equal(machine_unit("fascia-audio")->state, UNIT_STARTING);
    machine_expect("1000 signal 15 fascia-audio 105\n"
                   "1000 * command restart fascia-audio\n"
                   "1000 * function-changed audio FULL -> STARTING: fascia-audio\n"
                   "6000 kill fascia-audio 105\n"
                   "6000 * unit-timeout fascia-audio did not end within 5000 ms; killed\n"
                   "6000 * function-changed audio STARTING -> FAILED (service-down): fascia-audio does not end\n"
                   "7000 * unit-timeout fascia-audio does not end even when killed; given up\n"
                   "67000 spawn fascia-audio\n"
                   "67000 * unit-starting fascia-audio restart 1\n"
                   "67000 * function-changed audio FAILED -> STARTING: fascia-audio\n");
}

/* Sleep. */

static void audio_stops_for_sleep(void)
{
    machine_setup(NULL);
    machine.plan.units[machine_index("fascia-audio")].on_suspend = SUPERVISOR_SUSPEND_STOP;
    machine_init();
    machine_bring_up();
}

static void what_does_not_stay_up_in_sleep_is_down_before_it_and_up_after_it(void **state)
{
    (void)state;
    audio_stops_for_sleep();
    machine_sleep(true);
    machine_sleep(true); /* said again */
    machine_assert_functions("link FULL, address FULL, audio OFF (stopped)");
    machine_end("fascia-audio", 0, 0);
    machine_live(30000);
    machine_sleep(false);
    machine_notify("fascia-audio", "READY=1\nX_FASCIA_FACT=audio FULL none");
    machine_assert_functions("link FULL, address FULL, audio FULL");
    machine_expect("1000 signal 15 fascia-audio 105\n"
                   "1000 * sleep units with on_suspend: stop are stopped\n"
                   "1000 * function-changed audio FULL -> OFF (stopped): fascia-audio\n"
                   "1000 asleep\n"
                   "1000 * unit-stopped fascia-audio ended with status 0\n"
                   "31000 spawn fascia-audio\n"
                   "31000 * unit-starting fascia-audio restart 1\n"
                   "31000 * function-changed audio OFF -> STARTING: fascia-audio\n"
                   "31000 * unit-ready fascia-audio pid 106 after 0 ms\n"
                   "31000 * function-changed audio STARTING -> FULL\n");
    machine_sleep(true);
    machine_end("fascia-audio", 0, 0);
    assert_int_equal(machine_count(" asleep\n"), 1);
}

static void who_wakes_before_it_slept_has_lost_nothing_else(void **state)
{
    (void)state;
    audio_stops_for_sleep();
    machine_sleep(true);
    machine_sleep(false);
    machine_end("fascia-audio", 0, 0);
    assert_int_equal(machine_unit("fascia-audio")->state, UNIT_STARTING);
    assert_false(machine_traced("asleep"));
    assert_int_equal(machine_count("signal"), 1);
}

static void with_nothing_to_stop_it_may_sleep_at_once(void **state)
{
    (void)state;
    machine_setup(NULL);
    machine_bring_up();
    machine_sleep(true);
    assert_int_equal(machine_count(" asleep\n"), 1);
    assert_false(machine_traced("signal"));
    machine_live(10000);
    assert_int_equal(machine_count(" asleep\n"), 1);
    machine_assert_functions("link FULL, address FULL, audio FULL");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_unit_is_stopped_and_started_by_order),
        cmocka_unit_test(one_unit_is_restarted_by_order_and_nobody_else),
        cmocka_unit_test(all_units_are_restarted_by_order),
        cmocka_unit_test(a_start_does_not_wait_for_the_back_off_and_tries_again_what_was_given_up),
        cmocka_unit_test(an_order_that_cannot_be_taken_is_answered_with_the_reason),
        cmocka_unit_test(ignition_off_leads_to_standby_and_on_again_back),
        cmocka_unit_test(ignition_that_returns_stops_nothing_more),
        cmocka_unit_test(an_order_to_stop_outlives_the_process_but_not_the_ignition),
        cmocka_unit_test(who_is_left_at_the_end_of_the_stop_budget_is_killed),
        cmocka_unit_test(a_stop_of_processes_that_react_to_nothing_is_bounded),
        cmocka_unit_test(what_does_not_end_even_when_killed_gets_no_second_process_beside_it),
        cmocka_unit_test(what_does_not_stay_up_in_sleep_is_down_before_it_and_up_after_it),
        cmocka_unit_test(who_wakes_before_it_slept_has_lost_nothing_else),
        cmocka_unit_test(with_nothing_to_stop_it_may_sleep_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
