/* SPDX-License-Identifier: Apache-2.0 */
/* What org.fascia.Supervisor1 shows. Everything is read from the machine at the moment of the question. */
#include "tools/daemons/fasciad/bus_object.h"

#define COMMAND_SIZE 1024 /* of a unit's command line, as it is shown */

int fasciad_append_functions(sd_bus_message *reply, const struct fasciad *f)
{
    int r = sd_bus_message_open_container(reply, 'a', "(ssss)");

    for (size_t i = 0; r >= 0 && i < f->supervisor.plan->functions_count; i++) {
        const struct fascia_fact *shown = &f->supervisor.functions[i].shown;
        r = sd_bus_message_append(reply, "(ssss)", f->supervisor.plan->functions[i].name,
                                  fascia_function_state_name(shown->state), fascia_reason_id(shown->reason),
                                  shown->detail);
    }
    return r < 0 ? r : sd_bus_message_close_container(reply);
}

int fasciad_append_units(sd_bus_message *reply, const struct fasciad *f)
{
    int r = sd_bus_message_open_container(reply, 'a', "(ssuu)");

    for (size_t i = 0; r >= 0 && i < f->supervisor.plan->units_count; i++) {
        const struct unit *u = &f->supervisor.units[i];
        r = sd_bus_message_append(reply, "(ssuu)", u->spec->name, unit_state_name(u->state), (uint32_t)u->pid,
                                  (uint32_t)unit_restarts(u));
    }
    return r < 0 ? r : sd_bus_message_close_container(reply);
}

int fasciad_append_ladders(sd_bus_message *reply, const struct fasciad *f)
{
    int r = sd_bus_message_open_container(reply, 'a', "(ssusu)");

    for (size_t i = 0; r >= 0 && i < f->supervisor.plan->functions_count; i++) {
        const struct ladder *ladder = &f->supervisor.functions[i].ladder;
        const struct ladder_step *step = ladder_step(ladder);
        if (step)
            r = sd_bus_message_append(reply, "(ssusu)", f->supervisor.plan->functions[i].name, step->name,
                                      (uint32_t)ladder->attempt, step->hmi, (uint32_t)ladder->step);
    }
    return r < 0 ? r : sd_bus_message_close_container(reply);
}

/* Sends a reply that was made so far without error; drops it otherwise. */
static int finish(sd_bus_message *reply, int r)
{
    if (r >= 0)
        r = sd_bus_send(NULL, reply, NULL);
    sd_bus_message_unref(reply);
    return r;
}

int fasciad_on_get_snapshot(sd_bus_message *call, void *userdata, sd_bus_error *error)
{
    const struct fasciad *f = userdata;
    sd_bus_message *reply = NULL;
    (void)error;

    int r = sd_bus_message_new_method_return(call, &reply);
    if (r >= 0)
        r = sd_bus_message_append(reply, "ts", f->supervisor.generation, supervisor_phase_name(f->supervisor.phase));
    if (r >= 0)
        r = fasciad_append_functions(reply, f);
    if (r >= 0)
        r = fasciad_append_units(reply, f);
    if (r >= 0)
        r = fasciad_append_ladders(reply, f);
    return finish(reply, r);
}

int fasciad_on_get_events(sd_bus_message *call, void *userdata, sd_bus_error *error)
{
    const struct fasciad *f = userdata;
    sd_bus_message *reply = NULL;
    (void)error;

    int r = sd_bus_message_new_method_return(call, &reply);
    if (r >= 0)
        r = sd_bus_message_open_container(reply, 'a', "(xsss)");
    for (size_t i = 0; r >= 0 && i < f->events.count; i++) {
        const struct fascia_event *event = fascia_ring_at(&f->events, i);
        r = sd_bus_message_append(reply, "(xsss)", event->t_us, fascia_event_name(event->kind), event->source,
                                  event->detail);
    }
    if (r >= 0)
        r = sd_bus_message_close_container(reply);
    return finish(reply, r);
}

/* The machine's times are CLOCK_MONOTONIC with 0 for "not yet"; the boot chart's are CLOCK_BOOTTIME with -1. */
static int64_t since_kernel(const struct fasciad *f, int64_t t_us)
{
    return t_us > 0 ? t_us + f->supervisor.boot.offset_us : -1;
}

static int append_boot_units(sd_bus_message *reply, const struct fasciad *f)
{
    int r = sd_bus_message_open_container(reply, 'a', "(sxx)");

    for (size_t i = 0; r >= 0 && i < f->supervisor.plan->units_count; i++) {
        const struct supervisor_unit_record *record = &f->supervisor.records[i];
        const struct plan_unit *spec = f->supervisor.units[i].spec;
        /* An adopted one is executed by somebody else: what the record has is when we began to look for it. */
        int64_t exec_us = spec->manage == SUPERVISOR_MANAGE_ADOPT ? 0 : record->exec_us;
        r = sd_bus_message_append(reply, "(sxx)", spec->name, since_kernel(f, exec_us),
                                  since_kernel(f, record->ready_us));
    }
    return r < 0 ? r : sd_bus_message_close_container(reply);
}

static int append_boot_stages(sd_bus_message *reply, const struct boot *boot)
{
    int r = sd_bus_message_open_container(reply, 'a', "(ssxxs)");

    for (size_t i = 0; r >= 0 && i < boot->stages_count; i++) {
        const struct boot_stage *stage = &boot->stages[i];
        r = sd_bus_message_append(reply, "(ssxxs)", stage->config->stage, stage->config->wait_for,
                                  stage->config->within_ms * 1000, stage->reached_us,
                                  boot_verdict_name(stage->verdict));
    }
    return r < 0 ? r : sd_bus_message_close_container(reply);
}

int fasciad_on_get_boot(sd_bus_message *call, void *userdata, sd_bus_error *error)
{
    const struct fasciad *f = userdata;
    sd_bus_message *reply = NULL;
    (void)error;

    int r = sd_bus_message_new_method_return(call, &reply);
    if (r >= 0)
        r = sd_bus_message_append(reply, "x", since_kernel(f, f->started_us));
    if (r >= 0)
        r = append_boot_units(reply, f);
    if (r >= 0)
        r = append_boot_stages(reply, &f->supervisor.boot);
    return finish(reply, r);
}

/* What is executed; of an adopted unit, what it is known by. For people: it is cut rather than refused. */
static void format_command(const struct plan_unit *unit, struct fascia_text *text)
{
    if (unit->manage == SUPERVISOR_MANAGE_ADOPT) {
        fascia_text_add(text, "%s", unit->target);
        return;
    }
    fascia_text_add(text, "%s", unit->program);
    for (size_t i = 0; i < unit->args_count; i++)
        fascia_text_add(text, " %s", unit->args[i]);
}

static int append_plan_unit(sd_bus_message *reply, const struct plan_unit *unit)
{
    char capabilities_text[256], command_text[COMMAND_SIZE];
    struct fascia_text capabilities, command;

    fascia_text_init(&capabilities, capabilities_text, sizeof capabilities_text);
    plan_format_capabilities(unit->capabilities, &capabilities);
    fascia_text_init(&command, command_text, sizeof command_text);
    format_command(unit, &command);

    int r = sd_bus_message_open_container(reply, 'r', "ssssa(ss)sss");
    if (r >= 0)
        r = sd_bus_message_append(reply, "ssss", unit->name, supervisor_manage_name(unit->manage), unit->user,
                                  capabilities.start);
    if (r >= 0)
        r = sd_bus_message_open_container(reply, 'a', "(ss)");
    for (size_t i = 0; r >= 0 && i < unit->needs_count; i++)
        r = sd_bus_message_append(reply, "(ss)", unit->needs[i].unit, supervisor_reaction_name(unit->needs[i].on_loss));
    if (r >= 0)
        r = sd_bus_message_close_container(reply);
    if (r >= 0)
        r = sd_bus_message_append(reply, "sss", unit->function, supervisor_readiness_name(unit->readiness),
                                  command.start);
    return r < 0 ? r : sd_bus_message_close_container(reply);
}

int fasciad_on_get_plan(sd_bus_message *call, void *userdata, sd_bus_error *error)
{
    const struct fasciad *f = userdata;
    sd_bus_message *reply = NULL;
    (void)error;

    int r = sd_bus_message_new_method_return(call, &reply);
    if (r >= 0)
        r = sd_bus_message_open_container(reply, 'a', "(ssssa(ss)sss)");
    for (size_t i = 0; r >= 0 && i < f->supervisor.plan->units_count; i++)
        r = append_plan_unit(reply, &f->supervisor.plan->units[i]);
    if (r >= 0)
        r = sd_bus_message_close_container(reply);
    return finish(reply, r);
}
