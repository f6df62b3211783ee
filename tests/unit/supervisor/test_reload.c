/* SPDX-License-Identifier: Apache-2.0 */
/* Going over to another plan and configuration. */
#include <signal.h>

#include "tests/unit/supervisor/machine.h"
#include "tests/unit/test.h"

static void another_channel(struct sample *s)
{
    s->link.channel = 44;
}

static void without_audio(struct sample *s)
{
    s->audio.enabled = false;
}

static void with_mixer(struct sample *s)
{
    (void)sample_add_unit(s, "mixer", "mixer");
}

static void with_mixer_before_all(struct sample *s)
{
    with_mixer(s);
    sample_react(s, "fascia-link", "hostapd", SUPERVISOR_REACTION_HOLD);
}

static void nothing_changed_nothing_happens(void **state)
{
    (void)state;
    machine_setup(NULL);
    machine_bring_up();
    machine_end("fascia-audio", 1, 0);
    machine_pass(100);
    machine_notify("fascia-audio", "READY=1\nX_FASCIA_FACT=audio FULL none");
    machine_forget();
    int64_t pid = machine_unit("fascia-audio")->pid;

    assert_int_equal(machine_reload(NULL), 0);
    machine_expect("1100 replaced\n"
                   "1100 * reloaded 5 units: 5 ran on, 0 were changed or are gone\n");
    assert_int_equal(machine.replaced, 1);
    assert_true(machine.s.plan == &machine.other_plan && machine.s.config == &machine.other_sample.supervisor);
    assert_true(machine_unit("fascia-audio")->pid == pid);
    assert_true(machine_unit("fascia-audio")->spec == &machine.other_plan.units[machine_index("fascia-audio")]);
    assert_int_equal(unit_restarts(machine_unit("fascia-audio")), 1);
    assert_int_equal(machine_record("fascia-audio")->crashes.count, 1);
    machine_assert_functions("link FULL, address FULL, audio FULL");
    machine_live(20000);
    assert_string_equal(machine.storage, "");
}

static void what_changed_is_restarted_and_only_that(void **state)
{
    (void)state;
    machine_setup(NULL);
    machine_bring_up();
    assert_int_equal(machine_reload(another_channel), 0);
    assert_int_equal(machine_reload(NULL), SUPERVISOR_E_BUSY);
    assert_int_equal(machine.replaced, 0);
    machine_end("fascia-link", 0, SIGTERM);
    machine_pass(0);
    assert_int_equal(machine.replaced, 1);
    machine_notify("fascia-link", "READY=1\nX_FASCIA_FACT=link FULL none");
    machine_expect("1000 signal 15 fascia-link 104\n"
                   "1000 * function-changed link FULL -> STARTING: fascia-link\n"
                   "1000 replaced\n"
                   "1000 spawn fascia-link\n"
                   "1000 * unit-stopped fascia-link ended by signal 15 (Terminated)\n"
                   "1000 * reloaded 5 units: 4 ran on, 1 were changed or are gone\n"
                   "1000 * unit-starting fascia-link\n"
                   "1000 * unit-ready fascia-link pid 106 after 0 ms\n"
                   "1000 * function-changed link STARTING -> FULL\n");
    machine_assert_functions("link FULL, address FULL, audio FULL");
    assert_int_equal(machine_reload(NULL), 0); /* the next one may come */
    assert_int_equal(machine.replaced, 2);
}

static void what_is_gone_is_stopped_in_order(void **state)
{
    (void)state;
    machine_setup(NULL);
    machine_bring_up();
    assert_int_equal(machine_reload(without_audio), 0);
    machine_end("fascia-audio", 0, 0);
    machine_end("pipewire", 0, 0);
    machine_pass(0);
    machine_expect("1000 signal 15 fascia-audio 105\n"
                   "1000 * function-changed audio FULL -> STARTING: fascia-audio\n"
                   "1000 signal 15 pipewire 103\n"
                   "1000 * unit-stopped fascia-audio ended with status 0\n"
                   "1000 unprobe pipewire\n"
                   "1000 * unit-stopped pipewire ended with status 0\n"
                   "1000 replaced\n"
                   "1000 * reloaded 3 units: 3 ran on, 2 were changed or are gone\n"
                   "1000 * function-changed audio STARTING -> OFF\n");
    assert_int_equal(machine.s.plan->units_count, 3);
    machine_assert_functions("link FULL, address FULL, audio OFF");
    assert_int_equal(machine_reload(NULL), 0);
    assert_int_equal(machine.replaced, 2);
}

static void what_is_new_is_started_and_its_function_is_there(void **state)
{
    (void)state;
    machine_setup(NULL);
    machine_bring_up();
    assert_int_equal(machine_reload(with_mixer), 0);
    machine_pass(0);
    machine_expect("1000 replaced\n"
                   "1000 spawn mixer\n"
                   "1000 * reloaded 6 units: 5 ran on, 0 were changed or are gone\n"
                   "1000 * function-changed mixer OFF -> STARTING: mixer waits for its turn\n"
                   "1000 * unit-starting mixer\n"
                   "1000 * unit-ready mixer pid 106 after 0 ms\n"
                   "1000 * function-changed mixer STARTING -> FULL\n");
    machine_assert_functions("link FULL, address FULL, audio FULL, mixer FULL");
    /* And gone again with it. */
    machine.sample.supervisor.units_count = 0;
    machine.other_sample.supervisor.units_count = 0;
    assert_int_equal(machine_reload(NULL), 0);
    machine_end("mixer", 0, 0);
    machine_pass(0);
    machine_assert_functions("link FULL, address FULL, audio FULL");
}

static void a_unit_in_another_place_keeps_its_process(void **state)
{
    (void)state;
    machine_setup(with_mixer_before_all);
    machine_start();
    assert_int_equal(machine_index("mixer"), 5);
    machine_forget();
    int64_t pid = machine_unit("mixer")->pid;
    assert_int_equal(machine_reload(without_audio), 0);
    machine_end("pipewire", 0, 0);
    machine_pass(0);
    assert_int_equal(machine_index("mixer"), 3);
    assert_true(machine_unit("mixer")->pid == pid);
    assert_int_equal(machine_unit("mixer")->state, UNIT_READY);
    assert_false(machine_traced("spawn mixer"));
    assert_int_equal(supervisor_find_pid(&machine.s, pid), 3);
}

static void a_process_in_back_off_is_not_waited_for(void **state)
{
    (void)state;
    machine_setup(NULL);
    machine_bring_up();
    machine_end("fascia-link", 1, 0);
    machine_forget();
    assert_int_equal(machine_reload(another_channel), 0);
    machine_pass(0);
    machine_expect("1000 replaced\n"
                   "1000 spawn fascia-link\n"
                   "1000 * unit-stopped fascia-link ended with status 1\n"
                   "1000 * reloaded 5 units: 4 ran on, 1 were changed or are gone\n"
                   "1000 * function-changed link FAILED -> STARTING: fascia-link waits for its turn\n"
                   "1000 * unit-starting fascia-link\n");
}

static void times_change_for_who_runs_on(struct sample *s)
{
    s->supervisor.stop_timeout_ms = 700;
    s->supervisor.escalation.age_ms = 5000;
    s->supervisor.escalation.degrade = 1;
}

static void the_new_configuration_counts_for_who_runs_on(void **state)
{
    (void)state;
    machine_setup(sample_add_escalation);
    machine_bring_up();
    assert_int_equal(machine_reload(times_change_for_who_runs_on), 0);
    machine_forget();
    assert_int_equal(machine_command(SUPERVISOR_COMMAND_STOP, "fascia-audio"), 0);
    machine_pass(700);
    assert_true(machine_traced("kill fascia-audio"));
    machine_end("fascia-addr", 1, 0);
    assert_true(machine_traced("escalated fascia-addr ended 1 times: degrade"));
    machine_live(5000);
    assert_int_equal(machine_record("fascia-addr")->crashes.count, 0);
}

static void another_ladder(struct sample *s)
{
    s->supervisor.ladders[1].steps[2].budget_ms = 1000;
}

static void trouble_on_the_ladder(void)
{
    machine_setup(sample_add_ladders);
    machine_bring_up();
    machine_notify("fascia-link", "X_FASCIA_FACT=link FAILED hostapd-refused");
    machine_pass(300);
    assert_string_equal(ladder_step(&machine.s.functions[0].ladder)->name, "renegotiate");
    machine_forget();
}

static void an_unchanged_ladder_stays_where_it_is(void **state)
{
    (void)state;
    trouble_on_the_ladder();
    int64_t due = machine.s.functions[0].ladder.deadline_us;
    assert_int_equal(machine_reload(NULL), 0);
    assert_string_equal(ladder_step(&machine.s.functions[0].ladder)->name, "renegotiate");
    assert_true(machine.s.functions[0].ladder.deadline_us == due);
    assert_true(machine.s.functions[0].ladder.config == &machine.other_sample.supervisor.ladders[1]);
    assert_false(machine_traced("ladder-step"));
}

static void a_changed_ladder_begins_at_its_first_step(void **state)
{
    (void)state;
    trouble_on_the_ladder();
    assert_int_equal(machine_reload(another_ladder), 0);
    machine_pass(300);
    assert_true(machine_traced("ladder-step link debounce"));
    assert_true(machine_traced("ladder-step link renegotiate"));
    assert_true(machine.s.functions[0].ladder.deadline_us == machine.now + 1000 * MS);
}

static void one_stage(struct sample *s)
{
    sample_add_stage(s, "ap", "hostapd", 20000);
    sample_add_stage(s, "radio", "audio", 3000);
}

static void more_stages(struct sample *s)
{
    s->supervisor.stages_count = 0;
    sample_add_stage(s, "new", "fascia-link", 100); /* that time is over */
    sample_add_stage(s, "ahead", "mixer", 60000);
    sample_add_stage(s, "radio", "audio", 30000);
    sample_add_stage(s, "ap", "hostapd", 20000);
    with_mixer(s);
}

static void stages_of_the_boot_stay_known_and_new_ones_are_not_missed_at_once(void **state)
{
    (void)state;
    machine_setup(one_stage);
    machine_start();
    machine_ready("hostapd");
    machine_pass(4000);
    assert_int_equal(machine.s.boot.stages[1].verdict, BOOT_MISSED);
    machine_forget();
    assert_int_equal(machine_reload(more_stages), 0);
    machine_pass(0);
    assert_false(machine_traced("boot-missed"));
    assert_int_equal(machine.s.boot.stages[0].verdict, BOOT_UNTIMED);
    assert_int_equal(machine.s.boot.stages[1].verdict, BOOT_MET);
    assert_int_equal(machine.s.boot.stages[2].verdict, BOOT_MISSED); /* said once */
    assert_int_equal(machine.s.boot.stages[3].verdict, BOOT_MET);
    assert_true(machine.s.boot.stages[3].reached_us == 1000 * MS);
    machine_ready("fascia-addr");
    machine_ready("fascia-link");
    assert_int_equal(machine.s.boot.stages[0].verdict, BOOT_UNTIMED);
    assert_true(machine.s.boot.stages[0].reached_us == 5000 * MS);
}

static void a_reload_that_the_end_overtakes_keeps_nobody_awake(void **state)
{
    (void)state;
    machine_setup(NULL);
    assert_int_equal(machine_reload(another_channel), SUPERVISOR_E_ENDING); /* nothing has begun */
    assert_true(supervisor_deadline(&machine.s) == INT64_MAX);
    machine_bring_up();
    assert_int_equal(machine_reload(another_channel), 0);
    machine_stop();
    while (machine.s.phase != SUPERVISOR_STOPPED)
        machine_pass(100);
    assert_true(supervisor_deadline(&machine.s) == INT64_MAX);
    assert_int_equal(machine_count("done\n"), 1);
    assert_int_equal(machine_reload(NULL), SUPERVISOR_E_ENDING);
}

static void a_reload_in_standby_starts_nothing(void **state)
{
    (void)state;
    machine_setup(NULL);
    machine_start();
    assert_int_equal(machine_command(SUPERVISOR_COMMAND_STOP, NULL), 0);
    machine_end("fascia-addr", 0, 0);
    machine_end("hostapd", 0, 0);
    machine_end("pipewire", 0, 0);
    assert_int_equal(machine.s.phase, SUPERVISOR_STANDBY);
    machine_forget();
    assert_int_equal(machine_reload(with_mixer), 0);
    machine_pass(60000);
    assert_int_equal(machine.replaced, 1);
    assert_false(machine_traced("spawn"));
    assert_int_equal(machine_command(SUPERVISOR_COMMAND_START, NULL), 0);
    assert_true(machine_traced("spawn mixer"));
}

static void a_changed_unit_that_does_not_end_gets_no_second_process(void **state)
{
    (void)state;
    machine_setup(NULL);
    machine_bring_up();
    assert_int_equal(machine_reload(another_channel), 0);
    machine_live(6000);
    assert_int_equal(machine.replaced, 1);
    machine_live(60000);
    assert_false(machine_traced("spawn"));
    machine_end("fascia-link", 0, SIGKILL);
    assert_true(machine_traced("spawn fascia-link"));
}

static void a_stop_by_an_operator_outlives_a_reload(void **state)
{
    (void)state;
    machine_setup(NULL);
    machine_bring_up();
    assert_int_equal(machine_command(SUPERVISOR_COMMAND_STOP, "fascia-audio"), 0);
    machine_end("fascia-audio", 0, 0);
    assert_int_equal(machine_reload(another_channel), 0);
    machine_end("fascia-link", 0, 0);
    machine_pass(1000);
    assert_int_equal(machine.replaced, 1);
    assert_int_equal(machine_unit("fascia-audio")->state, UNIT_IDLE);
}

static void a_unit_that_an_operator_stopped_stays_so_although_it_changed(void **state)
{
    (void)state;
    machine_setup(NULL);
    machine_bring_up();
    assert_int_equal(machine_command(SUPERVISOR_COMMAND_STOP, "fascia-link"), 0);
    machine_end("fascia-link", 0, 0);
    machine_forget();
    assert_int_equal(machine_reload(another_channel), 0);
    machine_pass(1000);
    assert_int_equal(machine.replaced, 1);
    assert_false(machine_traced("spawn"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_changed_nothing_happens),
        cmocka_unit_test(what_changed_is_restarted_and_only_that),
        cmocka_unit_test(what_is_gone_is_stopped_in_order),
        cmocka_unit_test(what_is_new_is_started_and_its_function_is_there),
        cmocka_unit_test(a_unit_in_another_place_keeps_its_process),
        cmocka_unit_test(a_process_in_back_off_is_not_waited_for),
        cmocka_unit_test(the_new_configuration_counts_for_who_runs_on),
        cmocka_unit_test(an_unchanged_ladder_stays_where_it_is),
        cmocka_unit_test(a_changed_ladder_begins_at_its_first_step),
        cmocka_unit_test(stages_of_the_boot_stay_known_and_new_ones_are_not_missed_at_once),
        cmocka_unit_test(a_reload_that_the_end_overtakes_keeps_nobody_awake),
        cmocka_unit_test(a_reload_in_standby_starts_nothing),
        cmocka_unit_test(a_changed_unit_that_does_not_end_gets_no_second_process),
        cmocka_unit_test(a_stop_by_an_operator_outlives_a_reload),
        cmocka_unit_test(a_unit_that_an_operator_stopped_stays_so_although_it_changed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
