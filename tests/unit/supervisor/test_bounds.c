/* SPDX-License-Identifier: Apache-2.0 */
/* What must hold for every order of inputs: the queue's bound, an end to every stop, and the same trace again. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/unit/supervisor/machine.h"
#include "tests/unit/test.h"

static unsigned int lot;

static unsigned int draw(unsigned int below)
{
    lot = lot * 1664525U + 1013904223U;
    return (lot >> 12) % below;
}

static void draw_unit_event(size_t unit)
{
    static const enum unit_event events[] = {UNIT_IS_READY, UNIT_EXITED, UNIT_WATCHDOG, UNIT_WITHDRAWN,
                                             UNIT_EXTEND,   UNIT_SILENT, UNIT_LOST,     UNIT_REPLACED};
    const struct unit_input input = {.event = events[draw(8)], .extend_us = 1000, .pid = 7};

    if (input.event != UNIT_EXITED || machine.s.units[unit].pid != 0)
        supervisor_unit_event(&machine.s, unit, &input, machine.now);
}

static void draw_order(size_t unit)
{
    switch (draw(6)) {
    case 0:
        supervisor_sleep(&machine.s, draw(2) == 0, machine.now);
        break;
    case 1:
        (void)supervisor_command(&machine.s, (enum supervisor_command)draw(3), SUPERVISOR_ALL, machine.now);
        break;
    default:
        (void)supervisor_command(&machine.s, (enum supervisor_command)draw(3), unit, machine.now);
        break;
    }
}

/* A small unit of everything that a plan can have. */
static void rich(struct sample *s)
{
    struct supervisor_unit_config *unit = NULL;

    sample_add_ladders(s);
    sample_add_escalation(s);
    sample_add_stage(s, "link", "link", 3000);
    unit = sample_add_unit(s, "bluetoothd", "bluetooth");
    unit->manage = SUPERVISOR_MANAGE_ADOPT;
    unit->ready = SUPERVISOR_READY_BUS_NAME;
    unit = sample_add_unit(s, "mixer", "mixer");
    unit->on_suspend = SUPERVISOR_SUSPEND_STOP;
    sample_add_need(unit, "bluetoothd", SUPERVISOR_REACTION_RESTART);
    sample_add_need(unit, "pipewire", SUPERVISOR_REACTION_HOLD);
}

static void run_by_lot(unsigned int seed, int inputs)
{
    lot = seed * 2654435761U;
    machine_setup(rich);
    machine_start();
    for (int i = 0; i < inputs; i++) {
        size_t unit = draw((unsigned int)machine.plan.units_count);

        machine.spawn_error[unit] = draw(8) == 0 ? EAGAIN : 0;
        if (draw(8) == 0)
            draw_order(unit);
        else
            draw_unit_event(unit);
        machine_drain();
        machine_pass(draw(2) == 0 ? 0 : draw(400));
    }
    machine_stop();
    machine_pass(100000);
}

static void the_same_input_gives_the_same_trace_octet_by_octet(void **state)
{
    char *first = malloc(sizeof machine.storage);
    (void)state;

    assert_non_null(first);
    for (unsigned int seed = 1; seed <= 10; seed++) {
        run_by_lot(seed, 200);
        assert_true(fascia_text_ok(&machine.trace));
        memcpy(first, machine.storage, sizeof machine.storage);
        run_by_lot(seed, 200);
        assert_int_equal(strcmp(first, machine.storage), 0);
        assert_true(strlen(first) > 1000);
    }
    free(first);
}

static void any_input_fits_the_queue_and_any_stop_ends(void **state)
{
    (void)state;
    for (unsigned int seed = 1; seed <= 40; seed++) {
        run_by_lot(seed, 300);
        assert_int_equal(machine.s.phase, SUPERVISOR_STOPPED);
        assert_true(machine.most_doings < SUPERVISOR_QUEUE_MAX && machine.most_news < SUPERVISOR_QUEUE_MAX);
    }
}

/* As many units, edges, functions and stages as a plan can have; every unit needs the four before it. */
static void fill_the_plan(enum supervisor_reaction reaction, enum supervisor_readiness readiness)
{
    machine.plan = (struct plan){.units_count = PLAN_UNITS_MAX, .functions_count = PLAN_FUNCTIONS_MAX};
    for (size_t f = 0; f < PLAN_FUNCTIONS_MAX; f++) {
        struct plan_function *function = &machine.plan.functions[f];
        (void)snprintf(function->name, sizeof function->name, "f%zu", f);
        function->enabled = true;
    }
    for (size_t i = 0; i < PLAN_UNITS_MAX; i++) {
        struct plan_unit *unit = &machine.plan.units[i];
        (void)snprintf(unit->name, sizeof unit->name, "u%zu", i);
        (void)snprintf(unit->function, sizeof unit->function, "f%zu", i % PLAN_FUNCTIONS_MAX);
        unit->readiness = readiness;
        unit->watchdog_ms = 10000;
        unit->down = FASCIA_REASON_SERVICE_DOWN;
        unit->missing = FASCIA_REASON_SERVICE_MISSING;
        for (size_t n = 1; n <= SUPERVISOR_NEEDS_MAX && n <= i; n++) {
            struct supervisor_need *need = &unit->needs[unit->needs_count++];
            (void)snprintf(need->unit, sizeof need->unit, "u%zu", (i - n) % PLAN_UNITS_MAX);
            need->on_loss = reaction;
        }
    }
}

static void fill_the_configuration(void)
{
    struct supervisor_config *config = &machine.sample.supervisor;

    config->escalation =
        (struct escalation_config){.age_ms = 60000, .group = 1, .radio_reset = 1, .degrade = 1, .safe = 0, .reboot = 1};
    config->backoff_first_ms = 0;
    config->ladders_count = config->stages_count = 0;
    for (size_t f = 0; f < SUPERVISOR_LADDERS_MAX; f++) {
        struct ladder_config *ladder = &config->ladders[config->ladders_count++];
        *ladder = (struct ladder_config){.steps_count = SUPERVISOR_STEPS_MAX};
        (void)snprintf(ladder->function, sizeof ladder->function, "f%zu", f);
        for (size_t i = 0; i < SUPERVISOR_STEPS_MAX; i++)
            ladder->steps[i] = (struct ladder_step){.name = "s",
                                                    .action = LADDER_ACTION_APPLY,
                                                    .shows = i % 2 == 0 ? LADDER_SHOWS_DEGRADED : LADDER_SHOWS_FAILED,
                                                    .attempts = 10};
    }
    for (size_t i = 0; i < SUPERVISOR_STAGES_MAX; i++)
        sample_add_stage(&machine.sample, "stage", machine.plan.units[i].name, 11000);
}

static void fill(enum supervisor_reaction reaction, enum supervisor_readiness readiness)
{
    machine_setup(NULL);
    fill_the_plan(reaction, readiness);
    fill_the_configuration();
    machine_init();
}

static void assert_bounds(void)
{
    assert_true(machine.most_doings < SUPERVISOR_QUEUE_MAX);
    assert_true(machine.most_news < SUPERVISOR_QUEUE_MAX);
}

static void every_reaction_of_a_full_plan(void (*then)(enum supervisor_reaction reaction))
{
    for (unsigned int reaction = 0; reaction < SUPERVISOR_REACTIONS_; reaction++) {
        then((enum supervisor_reaction)reaction);
        assert_bounds();
    }
}

static void all_fall_silent(enum supervisor_reaction reaction)
{
    fill(reaction, SUPERVISOR_READY_EXEC);
    machine_start();
    for (size_t i = 0; i < PLAN_UNITS_MAX; i++)
        assert_int_equal(machine.s.units[i].state, UNIT_READY);
    machine_forget();
    supervisor_timer(&machine.s, machine.now + 10000 * MS);
    machine_drain();
    assert_true(machine_count("unit-timeout") == PLAN_UNITS_MAX);
    assert_true(machine_count("dependency-lost") >= 60); /* nearly every edge: some end with those that they need */
    for (size_t i = PLAN_UNITS_MAX; i-- > 0;)
        machine_end(machine.plan.units[i].name, 0, SIGABRT);
}

static void all_silent_at_once_fit_the_queue(void **state)
{
    (void)state;
    every_reaction_of_a_full_plan(all_fall_silent);
}

static void no_room_for_anybody(enum supervisor_reaction reaction)
{
    fill(reaction, SUPERVISOR_READY_NOTIFY);
    for (size_t i = 0; i < PLAN_UNITS_MAX; i++)
        machine.spawn_error[i] = EAGAIN;
    machine_start();
    machine_pass(1000);
}

static void no_room_for_any_process_fits_the_queue(void **state)
{
    (void)state;
    every_reaction_of_a_full_plan(no_room_for_anybody);
}

static void everybody_is_restarted(enum supervisor_reaction reaction)
{
    fill(reaction, SUPERVISOR_READY_EXEC);
    machine_start();
    assert_int_equal(machine_command(SUPERVISOR_COMMAND_RESTART, NULL), 0);
    for (size_t i = PLAN_UNITS_MAX; i-- > 0;)
        machine_end(machine.plan.units[i].name, 0, SIGTERM);
    assert_int_equal(machine.s.units[PLAN_UNITS_MAX - 1].state, UNIT_READY);
    machine_stop();
    machine_pass(15000);
    machine_pass(2000);
    assert_int_equal(machine.s.phase, SUPERVISOR_STOPPED);
}

static void a_restart_of_everybody_fits_the_queue(void **state)
{
    (void)state;
    every_reaction_of_a_full_plan(everybody_is_restarted);
}

static void a_foreign_restart_of_what_everybody_needs_fits_the_queue(void **state)
{
    (void)state;
    fill(SUPERVISOR_REACTION_RESTART, SUPERVISOR_READY_BUS_NAME);
    machine.plan.units[0].manage = SUPERVISOR_MANAGE_ADOPT;
    for (size_t i = 1; i < PLAN_UNITS_MAX; i++) {
        machine.plan.units[i].readiness = SUPERVISOR_READY_EXEC;
        machine.plan.units[i].needs_count = SUPERVISOR_NEEDS_MAX;
        for (size_t n = 0; n < SUPERVISOR_NEEDS_MAX; n++)
            machine.plan.units[i].needs[n] = (struct supervisor_need){"u0", SUPERVISOR_REACTION_RESTART};
    }
    machine_init();
    machine_start();
    machine_event("u0", &(struct unit_input){.event = UNIT_IS_READY, .pid = 7});
    machine_event("u0", &(struct unit_input){.event = UNIT_REPLACED, .pid = 8});
    assert_bounds();
    assert_true(machine_count("signal 15") == PLAN_UNITS_MAX - 1);
}

/* Were the bound ever broken: what is there already stays in order. */
static void an_overfull_queue_loses_the_newest(void **state)
{
    struct supervisor_action action;
    char detail[16];
    int taken = 0;
    (void)state;

    machine_setup(NULL);
    for (int i = 0; i < SUPERVISOR_QUEUE_MAX + 20; i++) {
        (void)snprintf(detail, sizeof detail, "%d", i);
        supervisor_remark(&machine.s, FASCIA_EVENT_CLOCK_CHANGED, detail, machine.now);
    }
    for (; supervisor_take(&machine.s, &action); taken++) {
        (void)snprintf(detail, sizeof detail, "%d", taken);
        assert_string_equal(action.event.detail, detail);
    }
    assert_int_equal(taken, SUPERVISOR_QUEUE_MAX);
}

static void every_action_has_its_line(void **state)
{
    static const char *const lines[SUPERVISOR_ACTIONS_] = {
        [SUPERVISOR_SPAWN] = "spawn hostapd",
        [SUPERVISOR_SIGNAL] = "signal 15 hostapd 42",
        [SUPERVISOR_KILL] = "kill hostapd 42",
        [SUPERVISOR_PROBE] = "probe hostapd",
        [SUPERVISOR_UNPROBE] = "unprobe hostapd",
        [SUPERVISOR_APPLY] = "apply audio mute",
        [SUPERVISOR_RADIO_RESET] = "radio-reset mute",
        [SUPERVISOR_REBOOT] = "reboot",
        [SUPERVISOR_EVENT] = "event unit-ready 17 fasciad x",
        [SUPERVISOR_UP] = "up",
        [SUPERVISOR_ASLEEP] = "asleep",
        [SUPERVISOR_REPLACED] = "replaced",
        [SUPERVISOR_DONE] = "done",
    };
    (void)state;

    machine_setup(NULL);
    for (unsigned int kind = 0; kind < SUPERVISOR_ACTIONS_; kind++) {
        const struct supervisor_action action = {
            .kind = (enum supervisor_action_kind)kind,
            .unit = machine_index("hostapd"),
            .function = 2,
            .pid = 42,
            .signal = 15,
            .event = {.kind = FASCIA_EVENT_UNIT_READY, .t_us = 17, .source = "fasciad", .detail = "x"},
            .text = "mute"};
        char line[256];
        struct fascia_text text;

        fascia_text_init(&text, line, sizeof line);
        supervisor_format_action(&machine.s, &action, &text);
        assert_string_equal(line, lines[kind]);
    }
}

static void phases_have_names(void **state)
{
    (void)state;
    assert_string_equal(supervisor_phase_name(SUPERVISOR_NEW), "NEW");
    assert_string_equal(supervisor_phase_name(SUPERVISOR_GOING_STANDBY), "GOING_STANDBY");
    assert_string_equal(supervisor_phase_name(SUPERVISOR_STOPPED), "STOPPED");
    assert_string_equal(supervisor_phase_name(SUPERVISOR_PHASES_), "?");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_input_gives_the_same_trace_octet_by_octet),
        cmocka_unit_test(any_input_fits_the_queue_and_any_stop_ends),
        cmocka_unit_test(all_silent_at_once_fit_the_queue),
        cmocka_unit_test(no_room_for_any_process_fits_the_queue),
        cmocka_unit_test(a_restart_of_everybody_fits_the_queue),
        cmocka_unit_test(a_foreign_restart_of_what_everybody_needs_fits_the_queue),
        cmocka_unit_test(an_overfull_queue_loses_the_newest),
        cmocka_unit_test(every_action_has_its_line),
        cmocka_unit_test(phases_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
