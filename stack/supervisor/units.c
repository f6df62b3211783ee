/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <string.h>

#include "stack/supervisor/internal.h"

/* What a process published ends with it. */
static void forget_fact(struct supervisor *s, const struct unit *u)
{
    int f = plan_find_function(s->plan, u->spec->function);

    if (u->spec->publishes && f >= 0)
        s->functions[f].fact = (struct fascia_fact){0};
}

void supervisor_restart(struct supervisor *s, size_t unit)
{
    if (s->units[unit].state != UNIT_IDLE && s->units[unit].spec->manage == SUPERVISOR_MANAGE_SPAWN)
        s->records[unit].restarting = true;
}

void supervisor_restart_group(struct supervisor *s, const char *function, size_t except)
{
    for (size_t i = 0; i < s->plan->units_count; i++) {
        if (i != except && strcmp(s->plan->units[i].function, function) == 0)
            supervisor_restart(s, i);
    }
}

/* Only the link stands on a Wi-Fi radio. */
static bool has_radio(const char *function)
{
    return strcmp(function, "link") == 0;
}

void supervisor_reset_radio(struct supervisor *s, const char *function)
{
    if (has_radio(function))
        memcpy(supervisor_push(s, SUPERVISOR_RADIO_RESET)->text, s->radio, sizeof s->radio);
}

static void escalate(struct supervisor *s, size_t unit, enum escalation_level level, int64_t now_us)
{
    const char *function = s->plan->units[unit].function;
    int f = plan_find_function(s->plan, function);

    if (level == ESCALATION_RADIO_RESET && !has_radio(function))
        return;
    supervisor_tell(s, FASCIA_EVENT_ESCALATED, now_us, "%s ended %" PRId64 " times: %s (function %s)",
                    s->plan->units[unit].name, s->records[unit].crashes.count, escalation_level_name(level), function);
    switch (level) {
    case ESCALATION_GROUP:
        supervisor_restart_group(s, function, unit);
        break;
    case ESCALATION_RADIO_RESET:
        supervisor_reset_radio(s, function);
        break;
    case ESCALATION_DEGRADE: /* functions.c looks at the counter */
        break;
    case ESCALATION_SAFE:
        if (f >= 0)
            s->functions[f].safe = true;
        break;
    case ESCALATION_REBOOT:
        (void)supervisor_push(s, SUPERVISOR_REBOOT);
        break;
    case ESCALATION_LEVELS_:
        break;
    }
}

static void count_crash(struct supervisor *s, size_t unit, int64_t now_us)
{
    unsigned int reached = crash_counter_add(&s->records[unit].crashes, now_us);

    for (unsigned int level = 0; level < ESCALATION_LEVELS_; level++) {
        if (reached & (1U << level))
            escalate(s, unit, (enum escalation_level)level, now_us);
    }
}

void supervisor_age_crashes(struct supervisor *s, int64_t now_us)
{
    for (size_t i = 0; i < s->plan->units_count; i++) {
        if (s->records[i].crashes.forget_us <= now_us)
            (void)crash_counter_age(&s->records[i].crashes, now_us);
    }
}

static void react(struct supervisor *s, size_t dependent, const struct supervisor_need *need, int64_t now_us)
{
    supervisor_tell(s, FASCIA_EVENT_DEPENDENCY_LOST, now_us, "%s needs %s: %s", s->plan->units[dependent].name,
                    need->unit, supervisor_reaction_name(need->on_loss));
    switch (need->on_loss) {
    case SUPERVISOR_REACTION_RESTART:
        supervisor_restart(s, dependent);
        s->records[dependent].awaiting = true;
        break;
    case SUPERVISOR_REACTION_NOTIFY:
    case SUPERVISOR_REACTION_HOLD:    /* wanted.c, when its back-off is over */
    case SUPERVISOR_REACTION_DEGRADE: /* functions.c */
    case SUPERVISOR_REACTIONS_:
        break;
    }
}

/* Every edge to `unit`: its own consequence. On the way down nobody is told: it is meant. */
static void tell_dependents(struct supervisor *s, size_t unit, bool lost, int64_t now_us)
{
    const char *name = s->plan->units[unit].name;

    if (supervisor_is_going_down(s))
        return;
    for (size_t i = 0; i < s->plan->units_count; i++) {
        const struct plan_unit *spec = &s->plan->units[i];
        for (size_t n = 0; n < spec->needs_count; n++) {
            if (strcmp(spec->needs[n].unit, name) != 0 || !unit_is_up_or_coming(&s->units[i]))
                continue;
            if (lost)
                react(s, i, &spec->needs[n], now_us);
            else
                supervisor_tell(s, FASCIA_EVENT_DEPENDENCY_BACK, now_us, "%s has %s again", spec->name, name);
        }
    }
}

static void note_times(struct supervisor *s, size_t i, const struct unit_input *input, int64_t now_us)
{
    struct supervisor_unit_record *record = &s->records[i];

    if (record->exec_us == 0 && (input->event == UNIT_SPAWNED || input->event == UNIT_START))
        record->exec_us = now_us;
    if (record->ready_us == 0 && s->units[i].state == UNIT_READY)
        record->ready_us = now_us;
}

/* What follows from a change of state for everybody else. */
static void spread(struct supervisor *s, size_t i, enum unit_state before, unsigned int does, int64_t now_us)
{
    const struct unit *u = &s->units[i];
    struct supervisor_unit_record *record = &s->records[i];

    if (does & UNIT_TELL_DIED)
        count_crash(s, i, now_us);
    if (before == UNIT_READY && u->state != UNIT_READY) {
        record->lost = true;
        tell_dependents(s, i, true, now_us);
    } else if (does & UNIT_TELL_REPLACED) {
        tell_dependents(s, i, true, now_us);
        tell_dependents(s, i, false, now_us);
    }
    if (before != UNIT_READY && u->state == UNIT_READY) {
        if (record->lost)
            tell_dependents(s, i, false, now_us);
        record->lost = false;
        if (u->spec->publishes)
            supervisor_reapply_step(s, u->spec->function);
    }
    if (u->state == UNIT_IDLE)
        record->restarting = false;
}

void supervisor_feed(struct supervisor *s, size_t unit, const struct unit_input *input, int64_t now_us)
{
    struct unit *u = &s->units[unit];
    struct {
        enum unit_state state;
        int64_t pid, starts;
    } before = {u->state, u->pid, u->starts};
    int64_t started_us = u->since_us;

    unsigned int does = unit_handle(u, input, now_us);
    if (u->pid != before.pid) {
        forget_fact(s, u);
        s->records[unit].status[0] = '\0';
    }
    if (strcmp(unit_state_name(u->state), unit_state_name(before.state)) != 0 || u->pid != before.pid ||
        u->starts != before.starts)
        s->generation++;
    note_times(s, unit, input, now_us);
    supervisor_perform(s, unit, does, started_us, now_us);
    spread(s, unit, before.state, does, now_us);

    if (input->event == UNIT_SPAWNED && u->state == UNIT_STARTING && u->spec->readiness == SUPERVISOR_READY_EXEC)
        supervisor_feed_event(s, unit, UNIT_IS_READY, now_us);
}

void supervisor_feed_event(struct supervisor *s, size_t unit, enum unit_event event, int64_t now_us)
{
    supervisor_feed(s, unit, &(struct unit_input){.event = event}, now_us);
}
