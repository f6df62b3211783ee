/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "stack/supervisor/internal.h"

bool supervisor_is_going_down(const struct supervisor *s)
{
    return s->phase == SUPERVISOR_GOING_STANDBY || s->phase == SUPERVISOR_STANDBY || s->phase == SUPERVISOR_STOPPING ||
           s->phase == SUPERVISOR_STOPPED;
}

/* Apart from a restart, which is only a moment. */
static bool is_wanted_at_all(const struct supervisor *s, size_t i)
{
    const struct supervisor_unit_record *record = &s->records[i];
    int f = plan_find_function(s->plan, s->plan->units[i].function);

    if (s->phase != SUPERVISOR_RUNNING || record->stopped_by_operator || record->dropped_by_reload)
        return false;
    if (s->sleeping && s->plan->units[i].on_suspend == SUPERVISOR_SUSPEND_STOP)
        return false;
    return f < 0 || !s->functions[f].safe;
}

static bool is_wanted(const struct supervisor *s, size_t i)
{
    return is_wanted_at_all(s, i) && !s->records[i].restarting;
}

static bool is_there_or_given_up(const struct supervisor *s, size_t need)
{
    const struct unit *u = &s->units[need];

    if (!is_wanted_at_all(s, need))
        return true;
    /* What has been asked to end, and is to be started again, has not had its turn yet. */
    return u->settled && u->state != UNIT_STOPPING && u->state != UNIT_KILLING;
}

static bool needs_are_met(const struct supervisor *s, size_t i)
{
    const struct plan_unit *spec = &s->plan->units[i];

    for (size_t n = 0; n < spec->needs_count; n++) {
        int need = plan_find(s->plan, spec->needs[n].unit);
        if (need < 0)
            continue;
        enum unit_state state = s->units[need].state;
        bool back = state == UNIT_READY || state == UNIT_FAILED;
        if (s->records[i].awaiting && spec->needs[n].on_loss == SUPERVISOR_REACTION_RESTART && !back)
            return false;
        if (!is_there_or_given_up(s, (size_t)need))
            return false;
    }
    return true;
}

/* A unit that it needs, with reaction hold, is not there. */
static bool is_held(const struct supervisor *s, size_t i)
{
    const struct plan_unit *spec = &s->plan->units[i];

    for (size_t n = 0; n < spec->needs_count; n++) {
        int need = plan_find(s->plan, spec->needs[n].unit);
        if (need < 0 || spec->needs[n].on_loss != SUPERVISOR_REACTION_HOLD)
            continue;
        if (s->units[need].state != UNIT_READY && s->units[need].state != UNIT_FAILED)
            return true;
    }
    return false;
}

static bool has_unwanted_dependent(const struct supervisor *s, size_t i)
{
    for (size_t k = 0; k < s->plan->units_count; k++) {
        if (is_wanted(s, k) || !unit_is_up_or_coming(&s->units[k]))
            continue;
        for (size_t n = 0; n < s->plan->units[k].needs_count; n++) {
            if (strcmp(s->plan->units[k].needs[n].unit, s->plan->units[i].name) == 0)
                return true;
        }
    }
    return false;
}

/* True when the unit has been asked to end, or was put to rest. */
static bool take_down(struct supervisor *s, size_t i, int64_t now_us)
{
    switch (s->units[i].state) {
    case UNIT_IDLE:
    case UNIT_STOPPING:
    case UNIT_KILLING:
        return false;
    case UNIT_BACKOFF: /* what has no process is not waited for and must not come back meanwhile */
    case UNIT_HELD:
    case UNIT_ABSENT:
    case UNIT_FAILED:
        break;
    case UNIT_STARTING:
    case UNIT_READY:
    case UNIT_ABORTING:
        if (has_unwanted_dependent(s, i))
            return false;
        break;
    case UNIT_STATES_:
        return false;
    }
    supervisor_feed_event(s, i, UNIT_STOP, now_us);
    return true;
}

static bool bring_up(struct supervisor *s, size_t i, int64_t now_us)
{
    struct unit *u = &s->units[i];

    /* A process that was given up, because it does not end even when killed, may still hold what a new one wants. */
    if (u->state == UNIT_IDLE && u->pid == 0 && needs_are_met(s, i)) {
        s->records[i].awaiting = false;
        supervisor_feed_event(s, i, UNIT_START, now_us);
        return true;
    }
    if (u->state == UNIT_HELD && !is_held(s, i)) {
        supervisor_feed_event(s, i, UNIT_START, now_us);
        return true;
    }
    if (u->state == UNIT_BACKOFF && u->deadline_us <= now_us) {
        bool held = is_held(s, i);
        supervisor_feed_event(s, i, held ? UNIT_HOLD : UNIT_TIMER, now_us);
        return true;
    }
    return false;
}

static bool step(struct supervisor *s, int64_t now_us)
{
    bool stepped = false;

    for (size_t i = s->plan->units_count; i-- > 0;) {
        if (!is_wanted(s, i) && take_down(s, i, now_us))
            stepped = true;
    }
    for (size_t i = 0; i < s->plan->units_count; i++) {
        if (is_wanted(s, i) && bring_up(s, i, now_us))
            stepped = true;
    }
    return stepped;
}

static bool all_idle(const struct supervisor *s)
{
    for (size_t i = 0; i < s->plan->units_count; i++) {
        if (s->units[i].state != UNIT_IDLE)
            return false;
    }
    return true;
}

static void announce(struct supervisor *s, int64_t now_us)
{
    char line[FASCIA_DETAIL_SIZE];
    struct fascia_text text;

    if (s->announced || s->phase != SUPERVISOR_RUNNING)
        return;
    for (size_t i = 0; i < s->plan->units_count; i++) {
        if (!s->units[i].settled && is_wanted_at_all(s, i))
            return;
    }
    s->announced = true;
    fascia_text_init(&text, line, sizeof line);
    supervisor_format_functions(s, &text);
    supervisor_tell(s, FASCIA_EVENT_FASCIAD_READY, now_us, "%s", line);
    (void)supervisor_push(s, SUPERVISOR_UP);
}

static void settle_phase(struct supervisor *s, int64_t now_us)
{
    if (s->phase == SUPERVISOR_GOING_STANDBY && all_idle(s)) {
        s->phase = SUPERVISOR_STANDBY;
        s->generation++;
        s->stop_deadline_us = INT64_MAX;
        supervisor_tell(s, FASCIA_EVENT_STANDBY, now_us, "%zu units", s->plan->units_count);
    } else if (s->phase == SUPERVISOR_STOPPING && all_idle(s)) {
        s->phase = SUPERVISOR_STOPPED;
        s->generation++;
        s->stop_deadline_us = INT64_MAX;
        supervisor_tell(s, FASCIA_EVENT_FASCIAD_STOPPED, now_us, "%zu units", s->plan->units_count);
        (void)supervisor_push(s, SUPERVISOR_DONE);
    }
}

static void settle_sleep(struct supervisor *s)
{
    if (!s->sleeping || s->asleep_told)
        return;
    for (size_t i = 0; i < s->plan->units_count; i++) {
        if (s->plan->units[i].on_suspend == SUPERVISOR_SUSPEND_STOP && s->units[i].state != UNIT_IDLE)
            return;
    }
    s->asleep_told = true;
    (void)supervisor_push(s, SUPERVISOR_ASLEEP);
}

/* Every step makes some unit or ladder go on to its next state; a bound keeps one input short. */
#define ROUNDS_MAX (4 * PLAN_UNITS_MAX)

void supervisor_settle(struct supervisor *s, int64_t now_us)
{
    bool again = s->phase != SUPERVISOR_NEW && s->phase != SUPERVISOR_STOPPED;

    s->unsettled = false;
    s->climbed = 0;
    for (int round = 0; again && round < ROUNDS_MAX; round++) {
        again = step(s, now_us);
        if (supervisor_try_swap(s, now_us))
            again = true;
        if (supervisor_update_functions(s, now_us))
            again = true;
    }
    if (again)
        s->unsettled = true;
    settle_phase(s, now_us);
    settle_sleep(s);
    announce(s, now_us);
}
