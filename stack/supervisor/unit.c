/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/supervisor/unit.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "stack/base/cleanup.h"

/* The timers of the tables, beside the public actions. */
enum {
    ARM_START = 1 << 16,
    ARM_WATCHDOG = 1 << 17,
    ARM_STOP = 1 << 18,
    ARM_KILL = 1 << 19,
    ARM_BACKOFF = 1 << 20,
    EXTEND = 1 << 21,
    DISARM = 1 << 22,
};

struct rule {
    bool known; /* a cell without a rule: the event means nothing in that state */
    enum unit_state next;
    unsigned int does;
};

#define RULE(next_, does_)                                                                                             \
    {                                                                                                                  \
        .known = true, .next = (next_), .does = (does_)                                                                \
    }

static const struct rule spawned[UNIT_STATES_][UNIT_EVENTS_] =
    {
        [UNIT_IDLE] =
            {
                [UNIT_START] = RULE(UNIT_STARTING, UNIT_DO_SPAWN | UNIT_TELL_STARTING),
            },
        [UNIT_STARTING] =
            {
                [UNIT_SPAWNED] = RULE(UNIT_STARTING, ARM_START | UNIT_DO_PROBE),
                [UNIT_SPAWN_FAILED] = RULE(UNIT_BACKOFF, ARM_BACKOFF | UNIT_TELL_DIED),
                [UNIT_SPAWN_IMPOSSIBLE] = RULE(UNIT_FAILED, DISARM | UNIT_TELL_FAILED),
                [UNIT_IS_READY] = RULE(UNIT_READY, DISARM | ARM_WATCHDOG | UNIT_TELL_READY),
                [UNIT_EXITED] = RULE(UNIT_BACKOFF, ARM_BACKOFF | UNIT_DO_UNPROBE | UNIT_TELL_DIED),
                [UNIT_TIMER] = RULE(UNIT_ABORTING, UNIT_DO_TERMINATE | ARM_STOP | UNIT_TELL_TIMEOUT),
                [UNIT_SILENT] = RULE(UNIT_ABORTING, UNIT_DO_ABORT | ARM_STOP | UNIT_TELL_TIMEOUT),
                [UNIT_STOP] = RULE(UNIT_STOPPING, UNIT_DO_TERMINATE | ARM_STOP),
                /* Who gives a sign of life before it is ready is watched from then on. */
                [UNIT_WATCHDOG] = RULE(UNIT_STARTING, ARM_WATCHDOG),
                [UNIT_EXTEND] = RULE(UNIT_STARTING, EXTEND),
                [UNIT_WITHDRAWN] = RULE(UNIT_ABORTING, ARM_STOP),
            },
        [UNIT_READY] =
            {
                [UNIT_IS_READY] = RULE(UNIT_READY, ARM_WATCHDOG),
                [UNIT_EXITED] = RULE(UNIT_BACKOFF, ARM_BACKOFF | UNIT_DO_UNPROBE | UNIT_TELL_DIED),
                [UNIT_SILENT] = RULE(UNIT_ABORTING, UNIT_DO_ABORT | ARM_STOP | UNIT_TELL_TIMEOUT),
                [UNIT_STOP] = RULE(UNIT_STOPPING, UNIT_DO_TERMINATE | ARM_STOP),
                [UNIT_WATCHDOG] = RULE(UNIT_READY, ARM_WATCHDOG),
                [UNIT_WITHDRAWN] = RULE(UNIT_ABORTING, ARM_STOP),
            },
        [UNIT_STOPPING] =
            {
                /* The stop overtook the start: what was made meanwhile is ended as well. */
                [UNIT_SPAWNED] = RULE(UNIT_STOPPING, UNIT_DO_TERMINATE | ARM_STOP),
                [UNIT_SPAWN_FAILED] = RULE(UNIT_IDLE, DISARM | UNIT_TELL_STOPPED),
                [UNIT_SPAWN_IMPOSSIBLE] = RULE(UNIT_IDLE, DISARM | UNIT_TELL_STOPPED),
                [UNIT_EXITED] = RULE(UNIT_IDLE, DISARM | UNIT_DO_UNPROBE | UNIT_TELL_STOPPED),
                [UNIT_TIMER] = RULE(UNIT_KILLING, UNIT_DO_KILL | ARM_KILL | UNIT_TELL_TIMEOUT),
                [UNIT_EXTEND] = RULE(UNIT_STOPPING, EXTEND),
            },
        [UNIT_KILLING] =
            {
                [UNIT_EXITED] = RULE(UNIT_IDLE, DISARM | UNIT_DO_UNPROBE | UNIT_TELL_STOPPED),
                [UNIT_TIMER] = RULE(UNIT_IDLE, DISARM | UNIT_DO_UNPROBE | UNIT_TELL_TIMEOUT),
            },
        [UNIT_ABORTING] =
            {
                [UNIT_EXITED] = RULE(UNIT_BACKOFF, ARM_BACKOFF | UNIT_DO_UNPROBE | UNIT_TELL_DIED),
                [UNIT_TIMER] = RULE(UNIT_ABORTING, UNIT_DO_KILL | DISARM),
                [UNIT_STOP] = RULE(UNIT_STOPPING, UNIT_DO_TERMINATE | ARM_STOP),
            },
        [UNIT_BACKOFF] =
            {
                [UNIT_START] = RULE(UNIT_STARTING, UNIT_DO_SPAWN | UNIT_TELL_STARTING),
                [UNIT_TIMER] = RULE(UNIT_STARTING, UNIT_DO_SPAWN | UNIT_TELL_STARTING),
                [UNIT_HOLD] = RULE(UNIT_HELD, DISARM | UNIT_TELL_HELD),
                [UNIT_STOP] = RULE(UNIT_IDLE, DISARM | UNIT_TELL_STOPPED),
            },
        [UNIT_HELD] =
            {
                [UNIT_START] = RULE(UNIT_STARTING, UNIT_DO_SPAWN | UNIT_TELL_STARTING),
                [UNIT_STOP] = RULE(UNIT_IDLE, UNIT_TELL_STOPPED),
            },
        [UNIT_FAILED] =
            {
                [UNIT_START] = RULE(UNIT_STARTING, UNIT_DO_SPAWN | UNIT_TELL_STARTING),
                [UNIT_STOP] = RULE(UNIT_IDLE, 0),
            },
};

static const struct rule adopted[UNIT_STATES_][UNIT_EVENTS_] = {
    [UNIT_IDLE] =
        {
            [UNIT_START] = RULE(UNIT_STARTING, ARM_START | UNIT_DO_PROBE),
        },
    [UNIT_STARTING] =
        {
            [UNIT_IS_READY] = RULE(UNIT_READY, DISARM | UNIT_TELL_READY),
            [UNIT_REPLACED] = RULE(UNIT_READY, DISARM | UNIT_TELL_READY),
            [UNIT_TIMER] = RULE(UNIT_ABSENT, DISARM | UNIT_TELL_LOST),
            [UNIT_STOP] = RULE(UNIT_IDLE, DISARM | UNIT_DO_UNPROBE),
        },
    [UNIT_READY] =
        {
            [UNIT_LOST] = RULE(UNIT_ABSENT, UNIT_TELL_LOST),
            [UNIT_REPLACED] = RULE(UNIT_READY, UNIT_TELL_REPLACED),
            [UNIT_STOP] = RULE(UNIT_IDLE, UNIT_DO_UNPROBE),
        },
    [UNIT_ABSENT] =
        {
            [UNIT_IS_READY] = RULE(UNIT_READY, UNIT_TELL_READY),
            [UNIT_REPLACED] = RULE(UNIT_READY, UNIT_TELL_READY),
            [UNIT_STOP] = RULE(UNIT_IDLE, UNIT_DO_UNPROBE),
        },
};

static const struct rule *rule_of(const struct unit *u, enum unit_event event)
{
    return u->spec->manage == SUPERVISOR_MANAGE_ADOPT ? &adopted[u->state][event] : &spawned[u->state][event];
}

void unit_respecify(struct unit *u, const struct plan_unit *spec, const struct supervisor_config *config)
{
    u->spec = spec;
    u->start_timeout_us = config->start_timeout_ms * 1000;
    if (spec->manage == SUPERVISOR_MANAGE_ADOPT && u->start_timeout_us > UNIT_ADOPT_WAIT_US)
        u->start_timeout_us = UNIT_ADOPT_WAIT_US;
    u->stop_timeout_us = config->stop_timeout_ms * 1000;
    u->watchdog_us = spec->watchdog_ms * 1000;
    u->backoff.first_us = config->backoff_first_ms * 1000;
    u->backoff.max_us = config->backoff_max_ms * 1000;
    u->backoff.reset_us = config->backoff_reset_ms * 1000;
}

void unit_init(struct unit *u, const struct plan_unit *spec, const struct supervisor_config *config)
{
    *u = (struct unit){.state = UNIT_IDLE, .deadline_us = INT64_MAX, .silent_us = INT64_MAX};
    unit_respecify(u, spec, config);
    backoff_init(&u->backoff, config->backoff_first_ms * 1000, config->backoff_max_ms * 1000,
                 config->backoff_reset_ms * 1000);
}

const char *unit_state_name(enum unit_state state)
{
    static const char *const names[UNIT_STATES_] = {
        [UNIT_IDLE] = "IDLE",         [UNIT_STARTING] = "STARTING", [UNIT_READY] = "READY",
        [UNIT_STOPPING] = "STOPPING", [UNIT_KILLING] = "STOPPING",  [UNIT_ABORTING] = "STOPPING",
        [UNIT_BACKOFF] = "BACKOFF",   [UNIT_HELD] = "HELD",         [UNIT_ABSENT] = "ABSENT",
        [UNIT_FAILED] = "FAILED",
    };
    return (unsigned int)state < UNIT_STATES_ ? names[state] : "?";
}

int64_t unit_restarts(const struct unit *u)
{
    return u->starts > 0 ? u->starts - 1 : 0;
}

int64_t unit_deadline(const struct unit *u)
{
    return u->deadline_us < u->silent_us ? u->deadline_us : u->silent_us;
}

bool unit_is_up_or_coming(const struct unit *u)
{
    return u->state != UNIT_IDLE && u->state != UNIT_FAILED;
}

bool unit_error_is_final(int error)
{
    static const int final[] = {ENOENT, ENOTDIR, EACCES, EPERM, ENOEXEC, EISDIR, ELOOP, EINVAL, E2BIG, ENAMETOOLONG};

    for (size_t i = 0; i < FASCIA_ARRAY_SIZE(final); i++) {
        if (final[i] == error)
            return true;
    }
    return false;
}

static void note_end(struct unit *u, const struct unit_input *input)
{
    if (input->signal != 0)
        (void)snprintf(u->end, sizeof u->end, "ended by signal %d (%s)", input->signal, strsignal(input->signal));
    else
        (void)snprintf(u->end, sizeof u->end, "ended with status %d", input->code);
}

static void set_cause(struct unit *u, enum unit_cause cause, const char *why, const char *error)
{
    u->cause = cause;
    (void)snprintf(u->why, sizeof u->why, "%s%s%s", why, error ? ": " : "", error ? error : "");
}

static void note_timer(struct unit *u)
{
    char why[64];

    if (u->state == UNIT_STARTING) {
        (void)snprintf(why, sizeof why, "%s within %" PRId64 " ms",
                       u->spec->manage == SUPERVISOR_MANAGE_ADOPT ? "did not answer" : "was not ready",
                       u->start_timeout_us / 1000);
        set_cause(u, UNIT_CAUSE_NOT_READY, why, NULL);
    }
}

/* `said`: not the clock, but the service itself said so. */
static void note_silence(struct unit *u, const char *said)
{
    char why[64];

    if (said) {
        set_cause(u, UNIT_CAUSE_WATCHDOG, said, NULL);
        return;
    }
    (void)snprintf(why, sizeof why, "was silent for %" PRId64 " ms (watchdog)", u->watchdog_us / 1000);
    set_cause(u, UNIT_CAUSE_WATCHDOG, why, NULL);
}

/* Another process of an adopted daemon. */
static void note_seen(struct unit *u, const struct unit_input *input, int64_t now_us)
{
    if (u->spec->manage != SUPERVISOR_MANAGE_ADOPT)
        return;
    if (u->state != UNIT_READY || input->event == UNIT_REPLACED) {
        u->starts++;
        u->ready_us = now_us;
    }
    u->pid = input->pid;
}

/* Takes what the event carries into the unit, before the state changes. */
static void note_input(struct unit *u, const struct unit_input *input, int64_t now_us)
{
    switch (input->event) {
    case UNIT_SPAWNED:
        u->pid = input->pid;
        u->starts++;
        break;
    case UNIT_SPAWN_FAILED:
        set_cause(u, UNIT_CAUSE_NOT_SPAWNED, "could not be started", strerror(input->error));
        break;
    case UNIT_SPAWN_IMPOSSIBLE:
        set_cause(u, UNIT_CAUSE_IMPOSSIBLE, "cannot be executed", strerror(input->error));
        break;
    case UNIT_IS_READY:
    case UNIT_REPLACED:
        if (u->state != UNIT_READY)
            u->ready_us = now_us;
        note_seen(u, input, now_us);
        break;
    case UNIT_LOST:
        u->pid = 0;
        set_cause(u, UNIT_CAUSE_DIED, "went away", input->why && input->why[0] != '\0' ? input->why : NULL);
        break;
    case UNIT_SILENT:
        note_silence(u, input->why);
        break;
    case UNIT_EXITED:
        u->pid = 0;
        note_end(u, input);
        if (u->state == UNIT_STARTING || u->state == UNIT_READY) /* in ABORTING the cause is the time it missed */
            set_cause(u, UNIT_CAUSE_DIED, u->end, NULL);
        break;
    case UNIT_TIMER:
        note_timer(u);
        break;
    case UNIT_WITHDRAWN:
        set_cause(u, UNIT_CAUSE_DIED, "stopped on its own account", NULL);
        break;
    case UNIT_START:
    case UNIT_STOP:
    case UNIT_WATCHDOG:
    case UNIT_EXTEND:
    case UNIT_HOLD:
    case UNIT_EVENTS_:
        break;
    }
}

/* EXTEND_TIMEOUT_USEC counts from its arrival, never shortens, and ends at a bound of ours. */
static void extend(struct unit *u, int64_t by_us, int64_t now_us)
{
    int64_t last = u->since_us + (u->state == UNIT_STARTING ? UNIT_START_LONGEST_US : UNIT_STOP_LONGEST_US);
    int64_t wanted = by_us < last - now_us ? now_us + by_us : last;

    if (wanted > u->deadline_us)
        u->deadline_us = wanted;
}

static void set_timer(struct unit *u, unsigned int does, const struct unit_input *input, int64_t now_us)
{
    if (does & ARM_START)
        u->deadline_us = now_us + u->start_timeout_us;
    if (does & ARM_WATCHDOG)
        u->silent_us = u->watchdog_us > 0 ? now_us + u->watchdog_us : INT64_MAX;
    if (does & ARM_STOP) {
        u->stop_asked_us = now_us;
        u->deadline_us = now_us + u->stop_timeout_us;
    }
    if (does & ARM_KILL)
        u->deadline_us = now_us + UNIT_KILL_WAIT_US;
    if (does & ARM_BACKOFF)
        u->deadline_us = now_us + backoff_next(&u->backoff, u->ready_us > 0 ? now_us - u->ready_us : 0);
    /* Where there was no room for a process there is none at once: without a back-off this would be a busy loop. */
    if (input->event == UNIT_SPAWN_FAILED && u->deadline_us < now_us + UNIT_SPAWN_WAIT_US)
        u->deadline_us = now_us + UNIT_SPAWN_WAIT_US;
    if (does & DISARM)
        u->deadline_us = INT64_MAX;
    if (does & EXTEND)
        extend(u, input->extend_us, now_us);
}

/* The one door for a change of state. */
static void unit_enter_state(struct unit *u, enum unit_state next, int64_t now_us)
{
    if (u->state == next)
        return;
    if (next == UNIT_STARTING) {
        u->ready_us = 0;
        if (u->spec->manage == SUPERVISOR_MANAGE_SPAWN)
            u->deadline_us = INT64_MAX; /* until it is spawned */
    }
    if (next != UNIT_READY)
        u->silent_us = INT64_MAX;
    if (next == UNIT_READY || next == UNIT_IDLE) {
        u->cause = UNIT_CAUSE_NONE;
        u->why[0] = '\0';
    }
    if (next == UNIT_IDLE)
        u->settled = false;
    else if (next == UNIT_READY || next == UNIT_BACKOFF || next == UNIT_FAILED || next == UNIT_ABSENT)
        u->settled = true;
    if (next == UNIT_IDLE && u->spec->manage == SUPERVISOR_MANAGE_ADOPT)
        u->pid = 0;
    u->state = next;
    u->since_us = now_us;
}

unsigned int unit_handle(struct unit *u, const struct unit_input *input, int64_t now_us)
{
    if ((unsigned int)input->event >= UNIT_EVENTS_)
        return 0;
    const struct rule *rule = rule_of(u, input->event);
    if (!rule->known) {
        /* A process that was given up in KILLING may still end one day. */
        if (input->event == UNIT_EXITED)
            u->pid = 0;
        return 0;
    }

    note_input(u, input, now_us);
    set_timer(u, rule->does, input, now_us);
    unit_enter_state(u, rule->next, now_us);

    unsigned int does = rule->does & 0xffffU;
    if (!supervisor_is_probe(u->spec->readiness))
        does &= ~(unsigned int)(UNIT_DO_PROBE | UNIT_DO_UNPROBE);
    return does;
}
