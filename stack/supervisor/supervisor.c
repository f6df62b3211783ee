/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/supervisor/supervisor.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "stack/base/cleanup.h"
#include "stack/supervisor/internal.h"

void supervisor_init(struct supervisor *s, const struct plan *plan, const struct supervisor_config *config,
                     int64_t boot_offset_us, bool timed)
{
    /* Without the actions of the rings: pages that are never written take no memory. */
    memset(s, 0, offsetof(struct supervisor, doings));
    s->doings.first = s->doings.count = s->news.first = s->news.count = 0;
    s->plan = plan;
    s->config = config;
    s->refused_us = -SUPERVISOR_REFUSED_EVERY_US;
    s->stop_deadline_us = INT64_MAX;
    boot_init(&s->boot, config, boot_offset_us, timed);
    for (size_t i = 0; i < plan->units_count; i++) {
        unit_init(&s->units[i], &plan->units[i], config);
        crash_counter_init(&s->records[i].crashes, &config->escalation);
    }
    for (size_t i = 0; i < plan->functions_count; i++)
        memcpy(s->functions[i].shown.function, plan->functions[i].name, sizeof s->functions[i].shown.function);
    supervisor_init_ladders(s);
}

void supervisor_start(struct supervisor *s, int64_t now_us)
{
    if (s->phase != SUPERVISOR_NEW)
        return;
    s->phase = SUPERVISOR_RUNNING;
    boot_begin(&s->boot, now_us);
    supervisor_tell(s, FASCIA_EVENT_FASCIAD_STARTED, now_us, "%zu units", s->plan->units_count);
    supervisor_settle(s, now_us);
}

static void go_down(struct supervisor *s, enum supervisor_phase phase, int64_t now_us)
{
    s->phase = phase;
    s->generation++;
    s->stop_deadline_us = now_us + s->config->stop_budget_ms * 1000;
}

void supervisor_stop(struct supervisor *s, int64_t now_us)
{
    if (s->phase == SUPERVISOR_STOPPING || s->phase == SUPERVISOR_STOPPED)
        return;
    go_down(s, SUPERVISOR_STOPPING, now_us);
    supervisor_tell(s, FASCIA_EVENT_FASCIAD_STOPPING, now_us, "%zu units", s->plan->units_count);
    supervisor_settle(s, now_us);
}

/* The stop has taken all the time that it may: what is left is killed, whatever needs it. */
static void cut_stop_short(struct supervisor *s, int64_t now_us)
{
    for (size_t i = s->plan->units_count; i-- > 0;) {
        supervisor_feed_event(s, i, UNIT_STOP, now_us);
        if (s->units[i].state == UNIT_STOPPING && s->units[i].pid != 0)
            supervisor_feed_event(s, i, UNIT_TIMER, now_us);
    }
    s->stop_deadline_us = INT64_MAX;
}

void supervisor_timer(struct supervisor *s, int64_t now_us)
{
    supervisor_age_crashes(s, now_us);
    if (s->stop_deadline_us <= now_us)
        cut_stop_short(s, now_us);
    for (size_t i = 0; i < s->plan->units_count; i++) {
        /* The end of a back-off is a step of wanted.c: somebody else may have a word in it. */
        if (s->units[i].deadline_us <= now_us && s->units[i].state != UNIT_BACKOFF)
            supervisor_feed_event(s, i, UNIT_TIMER, now_us);
        if (s->units[i].silent_us <= now_us)
            supervisor_feed_event(s, i, UNIT_SILENT, now_us);
    }
    supervisor_settle(s, now_us);
}

void supervisor_unit_event(struct supervisor *s, size_t unit, const struct unit_input *input, int64_t now_us)
{
    if (unit >= s->plan->units_count)
        return;
    supervisor_feed(s, unit, input, now_us);
    supervisor_settle(s, now_us);
}

static void take_fact(struct supervisor *s, const struct unit *u, const struct fascia_fact *fact, int64_t now_us)
{
    int f = plan_find_function(s->plan, fact->function);

    if (f < 0 || !u->spec->publishes || strcmp(u->spec->function, fact->function) != 0)
        supervisor_notify_refused(s, u->pid, "it publishes a function that is not its own", now_us);
    else
        s->functions[f].fact = *fact;
}

static void forward_event(struct supervisor *s, const struct unit *u, const struct fascia_event *event, int64_t now_us)
{
    struct supervisor_action *action = supervisor_push(s, SUPERVISOR_EVENT);

    action->forwarded = true;
    action->event = *event;
    if (action->event.t_us > now_us)
        action->event.t_us = now_us; /* nothing has been seen in the future */
    (void)snprintf(action->event.source, sizeof action->event.source, "%s", u->spec->name);
}

static void take_status(struct supervisor *s, size_t unit, const struct notify_message *m)
{
    char *status = s->records[unit].status;

    if (m->error != 0)
        (void)snprintf(status, FASCIA_DETAIL_SIZE, "%.150s (%s)", m->status, strerror(m->error));
    else if (m->has_status)
        memcpy(status, m->status, FASCIA_DETAIL_SIZE);
}

void supervisor_notify(struct supervisor *s, size_t unit, const struct notify_message *message, int64_t now_us)
{
    if (unit >= s->plan->units_count)
        return;
    const struct unit *u = &s->units[unit];

    take_status(s, unit, message);
    if (message->has_fact)
        take_fact(s, u, &message->fact, now_us);
    if (message->has_event)
        forward_event(s, u, &message->event, now_us);
    if (message->radio[0] != '\0' && strcmp(u->spec->function, "link") == 0)
        memcpy(s->radio, message->radio, sizeof s->radio);
    if (message->extend_us > 0)
        supervisor_feed(s, unit, &(struct unit_input){.event = UNIT_EXTEND, .extend_us = message->extend_us}, now_us);
    /* A unit that is probed is ready when its probe says so. */
    if (message->ready && u->spec->readiness == SUPERVISOR_READY_NOTIFY)
        supervisor_feed_event(s, unit, UNIT_IS_READY, now_us);
    if (message->watchdog)
        supervisor_feed_event(s, unit, UNIT_WATCHDOG, now_us);
    /* The service's own word that its watchdog time is over. */
    if (message->watchdog_trigger)
        supervisor_feed(s, unit, &(struct unit_input){.event = UNIT_SILENT, .why = "says that it is broken"}, now_us);
    if (message->stopping)
        supervisor_feed_event(s, unit, UNIT_WITHDRAWN, now_us);
    supervisor_settle(s, now_us);
}

void supervisor_notify_refused(struct supervisor *s, int64_t pid, const char *why, int64_t now_us)
{
    if (now_us - s->refused_us < SUPERVISOR_REFUSED_EVERY_US) {
        s->refused++;
        return;
    }
    if (s->refused > 0)
        supervisor_tell(s, FASCIA_EVENT_NOTIFY_REFUSED, now_us, "from pid %" PRId64 ": %s (and %u more before)", pid,
                        why, s->refused);
    else
        supervisor_tell(s, FASCIA_EVENT_NOTIFY_REFUSED, now_us, "from pid %" PRId64 ": %s", pid, why);
    s->refused_us = now_us;
    s->refused = 0;
}

/* An order to run ends what escalation had decided, for the unit and for its function. */
static void pardon(struct supervisor *s, size_t unit, int64_t now_us)
{
    int f = plan_find_function(s->plan, s->plan->units[unit].function);

    s->records[unit].awaiting = false;
    if (f < 0)
        return;
    s->functions[f].safe = false;
    supervisor_reset_ladder(s, (size_t)f, now_us);
}

static void command_unit(struct supervisor *s, enum supervisor_command command, size_t unit, int64_t now_us)
{
    crash_counter_clear(&s->records[unit].crashes);
    switch (command) {
    case SUPERVISOR_COMMAND_START:
        pardon(s, unit, now_us);
        s->records[unit].stopped_by_operator = false;
        if (s->units[unit].state == UNIT_FAILED || s->units[unit].state == UNIT_BACKOFF)
            supervisor_restart(s, unit); /* at once, and also what had been given up */
        break;
    case SUPERVISOR_COMMAND_STOP:
        s->records[unit].stopped_by_operator = true;
        break;
    case SUPERVISOR_COMMAND_RESTART:
        pardon(s, unit, now_us);
        s->records[unit].stopped_by_operator = false;
        supervisor_restart(s, unit);
        break;
    case SUPERVISOR_COMMANDS_:
        break;
    }
    s->generation++;
}

static void command_all(struct supervisor *s, enum supervisor_command command, int64_t now_us)
{
    switch (command) {
    case SUPERVISOR_COMMAND_STOP:
        if (supervisor_is_going_down(s))
            return;
        go_down(s, SUPERVISOR_GOING_STANDBY, now_us);
        supervisor_tell(s, FASCIA_EVENT_IGNITION_OFF, now_us, "%zu units", s->plan->units_count);
        return;
    case SUPERVISOR_COMMAND_START:
        if (supervisor_is_going_down(s)) {
            supervisor_tell(s, FASCIA_EVENT_IGNITION_ON, now_us, "from %s", supervisor_phase_name(s->phase));
            s->phase = SUPERVISOR_RUNNING;
            s->stop_deadline_us = INT64_MAX;
        } else {
            supervisor_tell(s, FASCIA_EVENT_COMMAND, now_us, "start every unit");
        }
        break;
    case SUPERVISOR_COMMAND_RESTART:
        supervisor_tell(s, FASCIA_EVENT_COMMAND, now_us, "restart every unit");
        break;
    case SUPERVISOR_COMMANDS_:
        break;
    }
    for (size_t i = 0; i < s->plan->units_count; i++)
        command_unit(s, command, i, now_us);
}

static const char *command_name(enum supervisor_command command)
{
    static const char *const names[SUPERVISOR_COMMANDS_] = {
        [SUPERVISOR_COMMAND_START] = "start",
        [SUPERVISOR_COMMAND_STOP] = "stop",
        [SUPERVISOR_COMMAND_RESTART] = "restart",
    };
    return (unsigned int)command < SUPERVISOR_COMMANDS_ ? names[command] : "?";
}

int supervisor_command(struct supervisor *s, enum supervisor_command command, size_t unit, int64_t now_us)
{
    if (s->phase == SUPERVISOR_NEW || s->phase == SUPERVISOR_STOPPING || s->phase == SUPERVISOR_STOPPED)
        return SUPERVISOR_E_ENDING;
    if (unit != SUPERVISOR_ALL && unit >= s->plan->units_count)
        return SUPERVISOR_E_UNKNOWN;
    if (unit != SUPERVISOR_ALL && s->plan->units[unit].manage == SUPERVISOR_MANAGE_ADOPT)
        return SUPERVISOR_E_ADOPTED;
    if (unit == SUPERVISOR_ALL) {
        command_all(s, command, now_us);
    } else {
        supervisor_tell(s, FASCIA_EVENT_COMMAND, now_us, "%s %s", command_name(command), s->plan->units[unit].name);
        command_unit(s, command, unit, now_us);
    }
    supervisor_settle(s, now_us);
    return 0;
}

void supervisor_sleep(struct supervisor *s, bool asleep, int64_t now_us)
{
    if (s->sleeping == asleep)
        return;
    s->sleeping = asleep;
    s->asleep_told = false;
    if (asleep)
        supervisor_tell(s, FASCIA_EVENT_SLEEP, now_us, "%s", "units with on_suspend: stop are stopped");
    supervisor_settle(s, now_us);
}

void supervisor_applied(struct supervisor *s, size_t function, int error, int64_t now_us)
{
    if (function >= s->plan->functions_count || error == 0)
        return;
    const struct ladder_step *step = ladder_step(&s->functions[function].ladder);
    supervisor_tell(s, FASCIA_EVENT_LADDER_REFUSED, now_us, "%s %s: %s", s->plan->functions[function].name,
                    step ? step->name : "-", strerror(-error));
}

void supervisor_remark(struct supervisor *s, enum fascia_event_kind kind, const char *detail, int64_t now_us)
{
    s->generation++; /* what is outside may be shown as well: the state of the black box */
    supervisor_tell(s, kind, now_us, "%s", detail);
}

int64_t supervisor_deadline(const struct supervisor *s)
{
    int64_t earliest = supervisor_functions_deadline(s);

    if (s->unsettled || supervisor_swap_is_due(s))
        return 0; /* at once, as soon as the queue is empty */
    if (s->stop_deadline_us < earliest)
        earliest = s->stop_deadline_us;
    for (size_t i = 0; i < s->plan->units_count; i++) {
        if (unit_deadline(&s->units[i]) < earliest)
            earliest = unit_deadline(&s->units[i]);
        if (s->records[i].crashes.forget_us < earliest)
            earliest = s->records[i].crashes.forget_us;
    }
    return earliest;
}

const char *supervisor_phase_name(enum supervisor_phase phase)
{
    static const char *const names[SUPERVISOR_PHASES_] = {
        [SUPERVISOR_NEW] = "NEW",
        [SUPERVISOR_RUNNING] = "RUNNING",
        [SUPERVISOR_GOING_STANDBY] = "GOING_STANDBY",
        [SUPERVISOR_STANDBY] = "STANDBY",
        [SUPERVISOR_STOPPING] = "STOPPING",
        [SUPERVISOR_STOPPED] = "STOPPED",
    };
    return (unsigned int)phase < SUPERVISOR_PHASES_ ? names[phase] : "?";
}

int supervisor_find_pid(const struct supervisor *s, int64_t pid)
{
    for (size_t i = 0; i < s->plan->units_count && pid > 0; i++) {
        if (s->units[i].pid == pid && s->plan->units[i].manage == SUPERVISOR_MANAGE_SPAWN)
            return (int)i;
    }
    return -1;
}
