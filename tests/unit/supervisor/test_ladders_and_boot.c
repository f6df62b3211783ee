/* SPDX-License-Identifier: Apache-2.0 */
/* Ladders, boot stages and functions of the configuration, inside the machine. */
#include <errno.h>
#include <signal.h>

#include "tests/unit/supervisor/machine.h"
#include "tests/unit/test.h"

enum { LINK, ADDRESS, AUDIO };

static void a_flap_of_the_link_is_not_seen(void **state)
{
    (void)state;
    machine_setup(sample_add_ladders);
    machine_bring_up();
    machine_notify("fascia-link", "X_FASCIA_FACT=link FAILED hostapd-refused");
    machine_pass(299);
    machine_assert_functions("link FULL, address FULL, audio FULL");
    machine_notify("fascia-link", "X_FASCIA_FACT=link FULL none");
    machine_pass(5000);
    machine_expect("1000 * ladder-step link debounce, attempt 1 of 1\n"
                   "1299 apply link keep\n"
                   "1299 * ladder-step link keep, attempt 1 of 1\n");
}

static void trouble_of_the_link_goes_down_the_whole_ladder(void **state)
{
    (void)state;
    machine_setup(sample_add_ladders);
    machine_bring_up();
    machine_notify("fascia-link", "X_FASCIA_FACT=link FAILED hostapd-refused");
    machine_live(300000);
    machine_notify("fascia-link", "X_FASCIA_FACT=link FULL none");
    machine_expect("1000 * ladder-step link debounce, attempt 1 of 1\n"
                   "1300 apply link renegotiate\n"
                   "1300 * ladder-step link renegotiate, attempt 1 of 3, hmi link.renegotiating\n"
                   "1300 * function-changed link FULL -> FAILED (hostapd-refused)\n"
                   "6300 apply link renegotiate\n"
                   "6300 * ladder-step link renegotiate, attempt 2 of 3, hmi link.renegotiating\n"
                   "16300 apply link renegotiate\n"
                   "16300 * ladder-step link renegotiate, attempt 3 of 3, hmi link.renegotiating\n"
                   "36300 apply link bluetooth-only\n"
                   "36300 * ladder-step link bluetooth-only, attempt 1 of 1, hmi link.bluetooth-only\n"
                   "96300 apply link safe\n"
                   "96300 * ladder-step link safe, attempt 1 of 1, hmi link.safe\n"
                   "96300 * function-changed link FAILED -> SAFE (hostapd-refused): safe\n"
                   "301000 apply link keep\n"
                   "301000 * ladder-step link keep, attempt 1 of 1\n"
                   "301000 * function-changed link SAFE -> FULL\n");
}

static void trouble_of_the_sound_goes_down_its_ladder(void **state)
{
    (void)state;
    machine_setup(sample_add_ladders);
    machine_bring_up();
    machine_notify("fascia-audio", "X_FASCIA_FACT=audio FAILED no-sink");
    machine_live(8000);
    machine_assert_functions("link FULL, address FULL, audio SAFE (no-sink)");
    machine_notify("fascia-audio", "X_FASCIA_FACT=audio FULL none");
    machine_expect("1000 * function-changed audio FULL -> FAILED (no-sink)\n"
                   "2500 apply audio fallback-sink\n"
                   "2500 * ladder-step audio fallback-sink, attempt 1 of 1, hmi audio.fallback-sink\n"
                   "7500 apply audio mute\n"
                   "7500 * ladder-step audio mute, attempt 1 of 1, hmi audio.muted\n"
                   "7500 * function-changed audio FAILED -> SAFE (no-sink): mute\n"
                   "9000 apply audio preferred-sink\n"
                   "9000 * ladder-step audio preferred-sink, attempt 1 of 1, hmi audio.preferred-sink\n"
                   "9000 * function-changed audio SAFE -> FULL\n");
}

static void a_new_process_is_told_the_step_in_force(void **state)
{
    (void)state;
    machine_setup(sample_add_ladders);
    machine_bring_up();
    machine_notify("fascia-audio", "X_FASCIA_FACT=audio FAILED no-sink");
    machine_live(8000);
    machine_end("fascia-audio", 1, 0);
    machine_pass(100);
    machine_forget();
    machine_ready("fascia-audio");
    machine_expect("9100 apply audio mute\n"
                   "9100 * unit-ready fascia-audio pid 106 after 0 ms\n"
                   "9100 * function-changed audio SAFE -> SAFE (ladder-step): mute: nothing published yet\n");
}

static void a_step_that_a_service_refuses_is_an_event(void **state)
{
    (void)state;
    machine_setup(sample_add_ladders);
    machine_bring_up();
    machine_notify("fascia-audio", "X_FASCIA_FACT=audio FAILED no-sink");
    machine_pass(1500);
    machine_forget();
    supervisor_applied(&machine.s, AUDIO, 0, machine.now);
    machine_drain();
    assert_string_equal(machine.storage, "");
    supervisor_applied(&machine.s, AUDIO, -EIO, machine.now);
    supervisor_applied(&machine.s, PLAN_FUNCTIONS_MAX, -EIO, machine.now);
    machine_drain();
    machine_expect("2500 * ladder-refused audio fallback-sink: Input/output error\n");
}

static void the_first_way_up_is_no_trouble(void **state)
{
    (void)state;
    machine_setup(sample_add_ladders);
    machine_start();
    machine_ready("pipewire");
    machine_live(15000);
    assert_false(machine_traced("ladder-step"));
}

/* Ladder steps that act on units and on the radio. */
static void acting_ladder(struct sample *s)
{
    sample_add_ladders(s);
    struct ladder_config *link = &s->supervisor.ladders[1];
    link->steps[2].action = LADDER_ACTION_RESTART;
    link->steps[2].attempts = 1;
    link->steps[2].shows = LADDER_SHOWS_DEGRADED;
    link->steps[3].action = LADDER_ACTION_RADIO_RESET;
    link->steps[3].shows = LADDER_SHOWS_DEGRADED;
    link->steps[4].shows = LADDER_SHOWS_FAILED;
}

static void steps_restart_the_units_and_reset_the_radio(void **state)
{
    (void)state;
    machine_setup(acting_ladder);
    machine_bring_up();
    machine_notify("fascia-link", "X_FASCIA_FACT=link FAILED hostapd-refused\nX_FASCIA_RADIO=phy1");
    machine_pass(300);
    machine_end("fascia-link", 0, SIGTERM);
    machine_end("hostapd", 0, SIGTERM);
    machine_ready("hostapd");
    machine_notify("fascia-link", "READY=1\nX_FASCIA_FACT=link FAILED hostapd-refused");
    machine_live(66000);
    machine_expect("1000 * ladder-step link debounce, attempt 1 of 1\n"
                   "1300 signal 15 fascia-link 104\n"
                   "1300 * ladder-step link renegotiate, attempt 1 of 1, hmi link.renegotiating\n"
                   "1300 * function-changed link FULL -> DEGRADED (hostapd-refused): renegotiate\n"
                   "1300 * function-changed link DEGRADED -> DEGRADED (ladder-step): renegotiate: fascia-link\n"
                   "1300 signal 15 hostapd 102\n"
                   "1300 * unit-stopped fascia-link ended by signal 15 (Terminated)\n"
                   "1300 unprobe hostapd\n"
                   "1300 spawn hostapd\n"
                   "1300 probe hostapd\n"
                   "1300 * unit-stopped hostapd ended by signal 15 (Terminated)\n"
                   "1300 * unit-starting hostapd restart 1\n"
                   "1300 spawn fascia-link\n"
                   "1300 * unit-ready hostapd pid 106 after 0 ms\n"
                   "1300 * unit-starting fascia-link restart 1\n"
                   "1300 * unit-ready fascia-link pid 107 after 0 ms\n"
                   "1300 * function-changed link DEGRADED -> DEGRADED (hostapd-refused): renegotiate\n"
                   "6300 radio-reset phy1\n"
                   "6300 * ladder-step link bluetooth-only, attempt 1 of 1, hmi link.bluetooth-only\n"
                   "66300 apply link safe\n"
                   "66300 * ladder-step link safe, attempt 1 of 1, hmi link.safe\n"
                   "66300 * function-changed link DEGRADED -> FAILED (hostapd-refused): safe\n");
    machine_assert_functions("link FAILED (hostapd-refused), address FULL, audio FULL");
}

/* Steps without any budget: 100 attempts each for every function. */
static void endless_ladders(struct sample *s)
{
    sample_add_ladders(s);
    for (size_t l = 0; l < s->supervisor.ladders_count; l++) {
        for (size_t i = 0; i < s->supervisor.ladders[l].steps_count; i++) {
            s->supervisor.ladders[l].steps[i].budget_ms = 0;
            s->supervisor.ladders[l].steps[i].attempts = 100;
            s->supervisor.ladders[l].steps[i].action = LADDER_ACTION_APPLY;
        }
    }
}

static void steps_without_a_budget_lose_nothing_and_come_to_an_end(void **state)
{
    (void)state;
    machine_setup(endless_ladders);
    machine_bring_up();
    machine_notify("fascia-link", "X_FASCIA_FACT=link FAILED hostapd-refused");
    machine_notify("fascia-audio", "X_FASCIA_FACT=audio FAILED no-sink");
    machine_pass(0);
    assert_int_equal(machine_count("* ladder-step link"), 499);
    assert_int_equal(machine_count("* ladder-step audio"), 299);
    assert_int_equal(machine_count(" apply link"), 499);
    assert_int_equal(machine.s.functions[LINK].ladder.state, LADDER_AT_END);
    assert_true(machine.most_news < SUPERVISOR_QUEUE_MAX && machine.most_doings < SUPERVISOR_QUEUE_MAX);
}

/* Boot stages. The kernel started 5 s before CLOCK_MONOTONIC's 1000 ms. */

static void stages(struct sample *s)
{
    sample_add_stage(s, "ap", "hostapd", 7000);
    sample_add_stage(s, "sound", "audio", 8000);
    sample_add_stage(s, "link", "link", 30000);
}

static void begin_the_boot(bool untimed)
{
    machine_setup(stages);
    machine.boot_offset_us = 4000 * MS;
    machine.untimed = untimed;
    machine_init();
    machine_start();
    machine_forget();
}

static void a_stage_is_noted_when_it_is_reached(void **state)
{
    (void)state;
    begin_the_boot(false);
    machine_pass(500);
    machine_ready("hostapd");
    machine_ready("pipewire");
    machine_notify("fascia-audio", "READY=1");
    machine_pass(10);
    machine_notify("fascia-audio", "X_FASCIA_FACT=audio FULL none");
    machine_expect("1500 * unit-ready hostapd pid 102 after 500 ms\n"
                   "1500 * boot-stage ap (hostapd) 5500 ms after the kernel's start, budget 7000 ms: met\n"
                   "1500 spawn fascia-audio\n"
                   "1500 * unit-ready pipewire pid 103 after 500 ms\n"
                   "1500 * unit-starting fascia-audio\n"
                   "1500 * unit-ready fascia-audio pid 104 after 0 ms\n"
                   "1510 * boot-stage sound (audio) 5510 ms after the kernel's start, budget 8000 ms: met\n"
                   "1510 * function-changed audio STARTING -> FULL\n");
    assert_int_equal(machine.s.boot.stages[1].verdict, BOOT_MET);
    assert_true(machine.s.boot.stages[1].reached_us == 5510 * MS);
    assert_true(machine_record("hostapd")->exec_us == 1000 * MS);
    assert_true(machine_record("hostapd")->ready_us == 1500 * MS);
}

static void a_stage_that_is_missed_degrades_and_kills_nobody(void **state)
{
    (void)state;
    begin_the_boot(false);
    machine_ready("hostapd");
    machine_ready("pipewire");
    machine_notify("fascia-audio", "READY=1");
    machine_forget();
    machine_live(3000);
    machine_assert_functions("link STARTING, address STARTING, audio DEGRADED (boot-late)");
    machine_live(3000);
    machine_notify("fascia-audio", "X_FASCIA_FACT=audio FULL none");
    machine_expect("4000 * boot-missed sound (audio) not within 8000 ms\n"
                   "4000 * function-changed audio STARTING -> DEGRADED (boot-late): nothing published yet\n"
                   "7000 * boot-stage sound (audio) 11000 ms after the kernel's start, budget 8000 ms: late\n"
                   "7000 * function-changed audio DEGRADED -> FULL\n");
    assert_int_equal(machine.s.boot.stages[1].verdict, BOOT_LATE);
}

static void what_is_late_is_no_success_for_its_ladder(void **state)
{
    (void)state;
    machine_setup(sample_add_ladders);
    sample_add_stage(&machine.sample, "link", "link", 8000);
    machine_init();
    machine_start();
    machine_ready("fascia-addr");
    machine_ready("hostapd");
    machine_ready("pipewire");
    machine_notify("fascia-link", "READY=1\nX_FASCIA_FACT=link FAILED hostapd-refused");
    machine_live(500);
    assert_string_equal(ladder_step(&machine.s.functions[LINK].ladder)->name, "renegotiate");
    machine_end("fascia-link", 1, 0);
    machine_pass(100);
    machine_ready("fascia-link"); /* it has published nothing yet: STARTING */
    machine_live(8000);
    assert_true(machine_traced("boot-missed link"));
    assert_false(machine_traced("ladder-step link keep"));
    assert_string_equal(ladder_step(&machine.s.functions[LINK].ladder)->name, "renegotiate");
}

static void without_a_boot_there_is_no_budget(void **state)
{
    (void)state;
    begin_the_boot(true);
    machine_ready("pipewire");
    machine_notify("fascia-audio", "READY=1");
    machine_forget();
    machine_live(10000);
    assert_false(machine_traced("boot-missed"));
    machine_notify("fascia-audio", "X_FASCIA_FACT=audio FULL none");
    assert_true(machine_traced("* boot-stage sound (audio) "));
    assert_int_equal(machine.s.boot.stages[1].verdict, BOOT_UNTIMED);
}

/* Functions that the configuration adds. */

static void more_functions(struct sample *s)
{
    (void)sample_add_unit(s, "mixer", "mixer");
    sample_add_unit(s, "tuner", "radio")->ready = SUPERVISOR_READY_NOTIFY;
}

static void an_added_function_needs_no_fact_but_may_have_one(void **state)
{
    (void)state;
    machine_setup(more_functions);
    machine_start();
    machine_assert_functions("link STARTING, address STARTING, audio STARTING, mixer FULL, radio STARTING");
    machine_notify("tuner", "READY=1");
    machine_assert_functions("link STARTING, address STARTING, audio STARTING, mixer FULL, radio FULL");
    machine_notify("tuner", "X_FASCIA_FACT=radio DEGRADED no-radio weak");
    machine_assert_functions("link STARTING, address STARTING, audio STARTING, mixer FULL, radio DEGRADED (no-radio)");
    machine_end("tuner", 1, 0);
    machine_end("mixer", 1, 0);
    machine_assert_functions("link STARTING, address STARTING, audio STARTING, mixer FAILED (service-down), radio "
                             "FAILED (service-down)");
    machine_pass(100);
    machine_notify("tuner", "READY=1");
    machine_assert_functions("link STARTING, address STARTING, audio STARTING, mixer FULL, radio FULL");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_flap_of_the_link_is_not_seen),
        cmocka_unit_test(trouble_of_the_link_goes_down_the_whole_ladder),
        cmocka_unit_test(trouble_of_the_sound_goes_down_its_ladder),
        cmocka_unit_test(a_new_process_is_told_the_step_in_force),
        cmocka_unit_test(a_step_that_a_service_refuses_is_an_event),
        cmocka_unit_test(the_first_way_up_is_no_trouble),
        cmocka_unit_test(steps_restart_the_units_and_reset_the_radio),
        cmocka_unit_test(steps_without_a_budget_lose_nothing_and_come_to_an_end),
        cmocka_unit_test(a_stage_is_noted_when_it_is_reached),
        cmocka_unit_test(a_stage_that_is_missed_degrades_and_kills_nobody),
        cmocka_unit_test(what_is_late_is_no_success_for_its_ladder),
        cmocka_unit_test(without_a_boot_there_is_no_budget),
        cmocka_unit_test(an_added_function_needs_no_fact_but_may_have_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
