/* SPDX-License-Identifier: Apache-2.0 */
/* What the end of one unit does to those that need it; adopted daemons; signs of life; back-off. */
#include <errno.h>
#include <signal.h>

#include "stack/base/cleanup.h"
#include "tests/unit/supervisor/machine.h"
#include "tests/unit/test.h"

static void link_needs_hostapd(struct sample *s, enum supervisor_reaction on_loss)
{
    sample_react(s, "fascia-link", "hostapd", on_loss);
}

static void hold(struct sample *s)
{
    link_needs_hostapd(s, SUPERVISOR_REACTION_HOLD);
}

static void restart(struct sample *s)
{
    link_needs_hostapd(s, SUPERVISOR_REACTION_RESTART);
}

static void notify_is_an_event_and_no_more(void **state)
{
    (void)state;
    machine_setup(NULL);
    machine_bring_up();
    machine_end("hostapd", 0, SIGSEGV);
    machine_pass(100);
    machine_ready("hostapd");
    machine_expect(
        "1000 unprobe hostapd\n"
        "1000 * unit-died hostapd ended by signal 11 (Segmentation fault); restart in 100 ms\n"
        "1000 * dependency-lost fascia-link needs hostapd: notify\n"
        "1000 * function-changed link FULL -> FAILED (hostapd-down): hostapd ended by signal 11 (Segmentation fault)\n"
        "1100 spawn hostapd\n"
        "1100 probe hostapd\n"
        "1100 * unit-starting hostapd restart 1\n"
        "1100 * unit-ready hostapd pid 106 after 0 ms\n"
        "1100 * dependency-back fascia-link has hostapd again\n"
        "1100 * function-changed link FAILED -> FULL\n");
}

static void degrade_shows_until_the_other_one_is_back(void **state)
{
    (void)state;
    machine_setup(NULL);
    machine_bring_up();
    machine_end("fascia-addr", 1, 0);
    machine_assert_functions("link DEGRADED (dependency), address FAILED (service-down), audio FULL");
    machine_pass(100);
    machine_notify("fascia-addr", "READY=1\nX_FASCIA_FACT=address FULL none");
    machine_assert_functions("link FULL, address FULL, audio FULL");
    machine_expect("1000 * unit-died fascia-addr ended with status 1; restart in 100 ms\n"
                   "1000 * dependency-lost fascia-link needs fascia-addr: degrade\n"
                   "1000 * function-changed link FULL -> DEGRADED (dependency): address fascia-addr\n"
                   "1000 * function-changed address FULL -> FAILED (service-down): fascia-addr ended with status 1\n"
                   "1100 spawn fascia-addr\n"
                   "1100 * unit-starting fascia-addr restart 1\n"
                   "1100 * unit-ready fascia-addr pid 106 after 0 ms\n"
                   "1100 * dependency-back fascia-link has fascia-addr again\n"
                   "1100 * function-changed link DEGRADED -> FULL\n"
                   "1100 * function-changed address FAILED -> FULL\n");
}

static void hold_keeps_who_dies_meanwhile_until_the_other_one_is_back(void **state)
{
    (void)state;
    machine_setup(hold);
    machine_bring_up();
    machine_end("hostapd", 1, 0);
    assert_int_equal(machine_unit("fascia-link")->state, UNIT_READY); /* it goes on … */
    machine_end("fascia-link", 1, 0);
    machine_pass(100); /* … but does not come back: hostapd runs again, but is not ready */
    assert_int_equal(machine_unit("fascia-link")->state, UNIT_HELD);
    machine_pass(500);
    assert_int_equal(machine_unit("fascia-link")->state, UNIT_HELD);
    machine_ready("hostapd");
    assert_int_equal(machine_unit("fascia-link")->state, UNIT_STARTING);
    machine_expect("1000 unprobe hostapd\n"
                   "1000 * unit-died hostapd ended with status 1; restart in 100 ms\n"
                   "1000 * dependency-lost fascia-link needs hostapd: hold\n"
                   "1000 * function-changed link FULL -> FAILED (hostapd-down): hostapd ended with status 1\n"
                   "1000 * unit-died fascia-link ended with status 1; restart in 100 ms\n"
                   "1100 spawn hostapd\n"
                   "1100 probe hostapd\n"
                   "1100 * unit-starting hostapd restart 1\n"
                   "1100 * unit-held fascia-link ended with status 1; waits for what it needs\n"
                   "1600 spawn fascia-link\n"
                   "1600 * unit-ready hostapd pid 106 after 500 ms\n"
                   "1600 * dependency-back fascia-link has hostapd again\n"
                   "1600 * unit-starting fascia-link restart 1\n"
                   "1600 * function-changed link FAILED -> FAILED (service-down): fascia-link ended with status 1\n");
}

static void hold_does_not_wait_for_what_can_never_come(void **state)
{
    (void)state;
    machine_setup(hold);
    machine_bring_up();
    machine.spawn_error[machine_index("hostapd")] = ENOENT;
    machine_end("hostapd", 1, 0);
    machine_end("fascia-link", 1, 0);
    machine_pass(200);
    assert_int_equal(machine_unit("hostapd")->state, UNIT_FAILED);
    assert_int_equal(machine_unit("fascia-link")->state, UNIT_STARTING);
}

static void restart_waits_until_the_other_one_is_ready_again(void **state)
{
    (void)state;
    machine_setup(restart);
    machine_bring_up();
    machine_end("hostapd", 1, 0);
    machine_end("fascia-link", 0, SIGTERM);
    machine_pass(100);
    assert_int_equal(machine_unit("hostapd")->state, UNIT_STARTING);
    assert_int_equal(machine_unit("fascia-link")->state, UNIT_IDLE);
    machine_end("hostapd", 1, 0); /* dies again before it was ready */
    machine_pass(200);
    assert_int_equal(machine_unit("fascia-link")->state, UNIT_IDLE);
    machine_ready("hostapd");
    machine_notify("fascia-link", "READY=1\nX_FASCIA_FACT=link FULL none");
    machine_expect("1000 unprobe hostapd\n"
                   "1000 signal 15 fascia-link 104\n"
                   "1000 * unit-died hostapd ended with status 1; restart in 100 ms\n"
                   "1000 * dependency-lost fascia-link needs hostapd: restart\n"
                   "1000 * function-changed link FULL -> FAILED (hostapd-down): hostapd ended with status 1\n"
                   "1000 * unit-stopped fascia-link ended by signal 15 (Terminated)\n"
                   "1100 spawn hostapd\n"
                   "1100 probe hostapd\n"
                   "1100 * unit-starting hostapd restart 1\n"
                   "1100 unprobe hostapd\n"
                   "1100 * unit-died hostapd ended with status 1; restart in 200 ms\n"
                   "1300 spawn hostapd\n"
                   "1300 probe hostapd\n"
                   "1300 * unit-starting hostapd restart 2\n"
                   "1300 spawn fascia-link\n"
                   "1300 * unit-ready hostapd pid 107 after 0 ms\n"
                   "1300 * unit-starting fascia-link restart 1\n"
                   "1300 * function-changed link FAILED -> STARTING: fascia-link\n"
                   "1300 * unit-ready fascia-link pid 108 after 0 ms\n"
                   "1300 * function-changed link STARTING -> FULL\n");
    machine_assert_functions("link FULL, address FULL, audio FULL");
}

static void a_restart_of_audio_never_touches_another_unit(void **state)
{
    static const char *const others[] = {"fascia-link", "hostapd", "fascia-addr", "pipewire", "link", "address"};
    (void)state;

    machine_setup(NULL);
    machine_bring_up();
    for (int i = 0; i < 10; i++) {
        machine_end("fascia-audio", 0, SIGKILL);
        while (machine_unit("fascia-audio")->state != UNIT_STARTING)
            machine_live(50);
        machine_notify("fascia-audio", "READY=1\nX_FASCIA_FACT=audio FULL none");
    }
    for (size_t i = 0; i < FASCIA_ARRAY_SIZE(others); i++)
        assert_false(machine_traced(others[i]));
    assert_int_equal(machine_count("spawn fascia-audio"), 10);
    assert_int_equal(unit_restarts(machine_unit("fascia-audio")), 10);
    machine_assert_functions("link FULL, address FULL, audio FULL");
}

/* Adopted daemons. */

static void adopt(struct sample *s)
{
    s->link.hostapd.manage = LINK_MANAGE_ADOPT;
    (void)fascia_text_copy(s->link.hostapd.control, sizeof s->link.hostapd.control, "/run/hostapd/global");
}

static void adopt_and_restart(struct sample *s)
{
    adopt(s);
    restart(s);
}

static void an_absent_daemon_holds_nobody_up_for_longer_than_3_s(void **state)
{
    (void)state;
    machine_setup(adopt);
    machine_start();
    machine_ready("fascia-addr");
    machine_ready("pipewire");
    machine_notify("fascia-addr", "X_FASCIA_FACT=address FULL none");
    machine_notify("fascia-audio", "READY=1\nX_FASCIA_FACT=audio FULL none");
    machine_forget();
    machine_pass(2999);
    assert_int_equal(machine_unit("fascia-link")->state, UNIT_IDLE);
    machine_pass(1);
    assert_int_equal(machine_unit("fascia-link")->state, UNIT_STARTING);
    machine_notify("fascia-link", "READY=1\nX_FASCIA_FACT=link FAILED hostapd-down");
    machine_pass(1000);
    machine_event("hostapd", &(struct unit_input){.event = UNIT_IS_READY, .pid = 7});
    machine_notify("fascia-link", "X_FASCIA_FACT=link FULL none");
    machine_expect(
        "4000 spawn fascia-link\n"
        "4000 * unit-lost hostapd did not answer within 3000 ms\n"
        "4000 * unit-starting fascia-link\n"
        "4000 * function-changed link STARTING -> FAILED (hostapd-down): hostapd did not answer within 3000 ms\n"
        "4000 up\n"
        "4000 * unit-ready fascia-link pid 104 after 0 ms\n"
        "4000 * fasciad-ready link FAILED (hostapd-down), address FULL, audio FULL\n"
        "5000 * unit-ready hostapd answers, pid 7\n"
        "5000 * function-changed link FAILED -> FULL\n");
}

static void a_lost_daemon_is_told_and_comes_back_without_us(void **state)
{
    (void)state;
    machine_setup(adopt);
    machine_bring_up();
    machine_event("hostapd", &(struct unit_input){.event = UNIT_LOST, .why = "no answer to PING"});
    machine_assert_functions("link FAILED (hostapd-down), address FULL, audio FULL");
    machine_pass(5000);
    machine_event("hostapd", &(struct unit_input){.event = UNIT_IS_READY, .pid = 8});
    machine_assert_functions("link FULL, address FULL, audio FULL");
    machine_expect("1000 * unit-lost hostapd went away: no answer to PING\n"
                   "1000 * dependency-lost fascia-link needs hostapd: notify\n"
                   "1000 * function-changed link FULL -> FAILED (hostapd-down): hostapd went away: no answer to PING\n"
                   "6000 * unit-ready hostapd answers, pid 8\n"
                   "6000 * dependency-back fascia-link has hostapd again\n"
                   "6000 * function-changed link FAILED -> FULL\n");
    assert_int_equal(unit_restarts(machine_unit("hostapd")), 1);
}

static void a_foreign_restart_is_noticed_and_reacted_to(void **state)
{
    (void)state;
    machine_setup(adopt_and_restart);
    machine_bring_up();
    machine_event("hostapd", &(struct unit_input){.event = UNIT_REPLACED, .pid = 9});
    machine_end("fascia-link", 0, SIGTERM);
    machine_notify("fascia-link", "READY=1\nX_FASCIA_FACT=link FULL none");
    machine_expect("1000 signal 15 fascia-link 103\n"
                   "1000 * unit-replaced hostapd: another process answers, pid 9\n"
                   "1000 * dependency-lost fascia-link needs hostapd: restart\n"
                   "1000 * dependency-back fascia-link has hostapd again\n"
                   "1000 * function-changed link FULL -> STARTING: fascia-link\n"
                   "1000 spawn fascia-link\n"
                   "1000 * unit-stopped fascia-link ended by signal 15 (Terminated)\n"
                   "1000 * unit-starting fascia-link restart 1\n"
                   "1000 * unit-ready fascia-link pid 105 after 0 ms\n"
                   "1000 * function-changed link STARTING -> FULL\n");
}

static void an_adopted_daemon_is_let_go_at_the_end(void **state)
{
    (void)state;
    machine_setup(adopt);
    machine_bring_up();
    machine_stop();
    machine_end("fascia-link", 0, 0);
    machine_end("fascia-audio", 0, 0);
    machine_end("pipewire", 0, 0);
    machine_end("fascia-addr", 0, 0);
    machine_expect("1000 signal 15 fascia-audio 104\n"
                   "1000 signal 15 fascia-link 103\n"
                   "1000 * fasciad-stopping 5 units\n"
                   "1000 * function-changed link FULL -> OFF\n"
                   "1000 * function-changed audio FULL -> OFF\n"
                   "1000 unprobe hostapd\n"
                   "1000 signal 15 fascia-addr 101\n"
                   "1000 * unit-stopped fascia-link ended with status 0\n"
                   "1000 * function-changed address FULL -> OFF\n"
                   "1000 signal 15 pipewire 102\n"
                   "1000 * unit-stopped fascia-audio ended with status 0\n"
                   "1000 unprobe pipewire\n"
                   "1000 * unit-stopped pipewire ended with status 0\n"
                   "1000 done\n"
                   "1000 * unit-stopped fascia-addr ended with status 0\n"
                   "1000 * fasciad-stopped 5 units\n");
}

/* Signs of life. */

static void who_is_watched_before_it_is_ready_and_falls_silent_is_ended(void **state)
{
    (void)state;
    machine_setup(NULL);
    machine_start();
    machine_forget();
    machine_notify("fascia-addr", "WATCHDOG=1");
    machine_pass(9000);
    machine_notify("fascia-addr", "WATCHDOG=1\nEXTEND_TIMEOUT_USEC=60000000");
    machine_pass(9999);
    assert_int_equal(machine_unit("fascia-addr")->state, UNIT_STARTING);
    machine_pass(1);
    machine_end("fascia-addr", 0, SIGABRT);
    machine_expect("20000 signal 6 fascia-addr 101\n"
                   "20000 * unit-timeout fascia-addr was silent for 10000 ms (watchdog)\n"
                   "20000 * function-changed address STARTING -> FAILED (service-down): fascia-addr was silent for "
                   "10000 ms (watchdog)\n"
                   "20000 * unit-died fascia-addr was silent for 10000 ms (watchdog), ended by signal 6 (Aborted); "
                   "restart in 100 ms\n");
}

static void ready_then_silence_is_a_restart(void **state)
{
    (void)state;
    machine_setup(NULL);
    machine_bring_up();
    machine_notify("fascia-link", "READY=1"); /* said again: a sign of life */
    machine_live(8000);
    machine_forget();
    machine_pass(9999);
    for (size_t i = 0; i < machine.plan.units_count; i++) {
        if (strcmp(machine.plan.units[i].name, "fascia-audio") != 0)
            supervisor_unit_event(
                &machine.s, i,
                &(struct unit_input){.event = i == machine_index("hostapd") ? UNIT_IS_READY : UNIT_WATCHDOG},
                machine.now);
    }
    machine_pass(1);
    machine_end("fascia-audio", 0, SIGABRT);
    machine_pass(100);
    machine_expect("19000 signal 6 fascia-audio 105\n"
                   "19000 * unit-timeout fascia-audio was silent for 10000 ms (watchdog)\n"
                   "19000 * function-changed audio FULL -> FAILED (service-down): fascia-audio was silent for 10000 ms "
                   "(watchdog)\n"
                   "19000 * unit-died fascia-audio was silent for 10000 ms (watchdog), ended by signal 6 (Aborted); "
                   "restart in 100 ms\n"
                   "19100 spawn fascia-audio\n"
                   "19100 * unit-starting fascia-audio restart 1\n");
}

static void a_probed_daemon_that_does_not_answer_is_ended(void **state)
{
    (void)state;
    machine_setup(NULL);
    machine_bring_up();
    machine_ready("hostapd");
    machine_pass(4000);
    machine_ready("hostapd"); /* PONG */
    machine_notify("fascia-link", "WATCHDOG=1");
    machine_notify("fascia-addr", "WATCHDOG=1");
    machine_notify("fascia-audio", "WATCHDOG=1");
    assert_string_equal(machine.storage, ""); /* an answer is no event */
    machine_pass(9000);
    machine_notify("fascia-link", "WATCHDOG=1");
    machine_notify("fascia-addr", "WATCHDOG=1");
    machine_notify("fascia-audio", "WATCHDOG=1");
    machine_pass(1000);
    machine_expect(
        "15000 signal 6 hostapd 102\n"
        "15000 * unit-timeout hostapd was silent for 10000 ms (watchdog)\n"
        "15000 * dependency-lost fascia-link needs hostapd: notify\n"
        "15000 * function-changed link FULL -> FAILED (hostapd-down): hostapd was silent for 10000 ms (watchdog)\n");
}

static void extending_a_stop_is_honoured_within_a_bound(void **state)
{
    (void)state;
    machine_setup(NULL);
    machine_bring_up();
    assert_int_equal(machine_command(SUPERVISOR_COMMAND_STOP, "fascia-audio"), 0);
    machine_notify("fascia-audio", "EXTEND_TIMEOUT_USEC=30000000");
    machine_live(29000);
    assert_int_equal(machine_unit("fascia-audio")->state, UNIT_STOPPING);
    machine_notify("fascia-audio", "EXTEND_TIMEOUT_USEC=9000000000");
    machine_live(UNIT_STOP_LONGEST_US / MS - 29000 - 1);
    assert_int_equal(machine_unit("fascia-audio")->state, UNIT_STOPPING);
    machine_live(1);
    assert_int_equal(machine_unit("fascia-audio")->state, UNIT_KILLING);
    assert_true(machine_traced("fascia-audio did not end within 60000 ms; killed"));
}

static void a_service_may_declare_itself_broken(void **state)
{
    (void)state;
    machine_setup(NULL);
    machine_bring_up();
    machine_notify("fascia-audio", "WATCHDOG=trigger");
    machine_end("fascia-audio", 0, SIGABRT);
    machine_expect(
        "1000 signal 6 fascia-audio 105\n"
        "1000 * unit-timeout fascia-audio says that it is broken\n"
        "1000 * function-changed audio FULL -> FAILED (service-down): fascia-audio says that it is broken\n"
        "1000 * unit-died fascia-audio says that it is broken, ended by signal 6 (Aborted); restart in 100 ms\n");
}

/* Back-off. */

static void the_delay_doubles_up_to_10_s_and_starts_over_after_a_life_that_lasted(void **state)
{
    static const int64_t delays_ms[] = {100, 200, 400, 800, 1600, 3200, 6400, 10000, 10000};
    (void)state;

    machine_setup(NULL);
    machine_bring_up();
    for (size_t i = 0; i < FASCIA_ARRAY_SIZE(delays_ms); i++) {
        machine_end("fascia-audio", 1, 0);
        machine_live(delays_ms[i] - 1);
        assert_int_equal(machine_unit("fascia-audio")->state, UNIT_BACKOFF);
        machine_pass(1);
        assert_int_equal(machine_unit("fascia-audio")->state, UNIT_STARTING);
        machine_ready("fascia-audio");
    }
    machine_live(10000);
    machine_end("fascia-audio", 1, 0);
    assert_true(machine_unit("fascia-audio")->deadline_us == machine.now + 100 * MS);
}

static void no_backoff(struct sample *s)
{
    s->supervisor.backoff_first_ms = 0;
}

static void without_back_off_the_restart_comes_first_of_all(void **state)
{
    (void)state;
    machine_setup(no_backoff);
    machine_bring_up();
    machine_end("fascia-audio", 0, SIGKILL);
    machine_expect(
        "1000 spawn fascia-audio\n"
        "1000 * unit-died fascia-audio ended by signal 9 (Killed); restart in 0 ms\n"
        "1000 * unit-starting fascia-audio restart 1\n"
        "1000 * function-changed audio FULL -> FAILED (service-down): fascia-audio ended by signal 9 (Killed)\n");
}

static void without_back_off_and_without_room_there_is_no_busy_loop(void **state)
{
    (void)state;
    machine_setup(no_backoff);
    machine_bring_up();
    machine.spawn_error[machine_index("fascia-audio")] = EAGAIN;
    machine_end("fascia-audio", 0, SIGKILL);
    machine_pass(1000);
    assert_int_equal(machine_count("spawn fascia-audio"), 11); /* at once, then every 100 ms */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(notify_is_an_event_and_no_more),
        cmocka_unit_test(degrade_shows_until_the_other_one_is_back),
        cmocka_unit_test(hold_keeps_who_dies_meanwhile_until_the_other_one_is_back),
        cmocka_unit_test(hold_does_not_wait_for_what_can_never_come),
        cmocka_unit_test(restart_waits_until_the_other_one_is_ready_again),
        cmocka_unit_test(a_restart_of_audio_never_touches_another_unit),
        cmocka_unit_test(an_absent_daemon_holds_nobody_up_for_longer_than_3_s),
        cmocka_unit_test(a_lost_daemon_is_told_and_comes_back_without_us),
        cmocka_unit_test(a_foreign_restart_is_noticed_and_reacted_to),
        cmocka_unit_test(an_adopted_daemon_is_let_go_at_the_end),
        cmocka_unit_test(who_is_watched_before_it_is_ready_and_falls_silent_is_ended),
        cmocka_unit_test(ready_then_silence_is_a_restart),
        cmocka_unit_test(a_probed_daemon_that_does_not_answer_is_ended),
        cmocka_unit_test(extending_a_stop_is_honoured_within_a_bound),
        cmocka_unit_test(a_service_may_declare_itself_broken),
        cmocka_unit_test(the_delay_doubles_up_to_10_s_and_starts_over_after_a_life_that_lasted),
        cmocka_unit_test(without_back_off_the_restart_comes_first_of_all),
        cmocka_unit_test(without_back_off_and_without_room_there_is_no_busy_loop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
