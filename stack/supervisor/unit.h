/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_SUPERVISOR_UNIT_H
#define FASCIA_STACK_SUPERVISOR_UNIT_H

#include <stdbool.h>
#include <stdint.h>

#include "stack/base/function.h"
#include "stack/supervisor/backoff.h"
#include "stack/supervisor/plan.h"
#include "stack/supervisor/supervisor_config.h"

/*
 * One process of the plan as a pure machine: an event and the time in, a set of things to do out. It knows no pid's
 * meaning, no clock and no signal call. There are two tables: one for a process that is ours (spawn), one for a daemon
 * of somebody else's that is only watched (adopt).
 */

enum unit_state {
    UNIT_IDLE,     /* not wanted yet, or stopped as asked */
    UNIT_STARTING, /* executed, or probed for; not ready yet; deadline: start timeout */
    UNIT_READY,
    UNIT_STOPPING, /* asked to end (SIGTERM); deadline: SIGKILL */
    UNIT_KILLING,  /* killed on the way to IDLE; deadline: give up waiting */
    UNIT_ABORTING, /* being ended because it missed a time; a restart follows; deadline: SIGKILL */
    UNIT_BACKOFF,  /* ended unasked; deadline: restart */
    UNIT_HELD,     /* ended unasked; waits for a unit that it needs (reaction hold) */
    UNIT_ABSENT,   /* adopted, and not there */
    UNIT_FAILED,   /* cannot be executed; nothing more is tried */
    UNIT_STATES_
};

enum unit_event {
    UNIT_START,            /* its turn has come */
    UNIT_SPAWNED,          /* the program was executed; input: pid */
    UNIT_SPAWN_FAILED,     /* no process for now (memory, limits); input: error */
    UNIT_SPAWN_IMPOSSIBLE, /* the program cannot be executed; input: error */
    UNIT_IS_READY,         /* READY=1, or its probe is answered (again); input: pid, when adopted */
    UNIT_EXITED,           /* it ended; input: code or signal */
    UNIT_TIMER,            /* deadline_us has passed */
    UNIT_SILENT,           /* silent_us has passed: no sign of life; input: why, when the service itself says so */
    UNIT_STOP,             /* it shall end */
    UNIT_WATCHDOG,         /* WATCHDOG=1 */
    UNIT_EXTEND,           /* EXTEND_TIMEOUT_USEC; input: extend_us */
    UNIT_WITHDRAWN,        /* STOPPING=1: it ends on its own account */
    UNIT_LOST,             /* its probe is not answered any more; input: why */
    UNIT_REPLACED,         /* its probe is answered by another process than before */
    UNIT_HOLD,             /* its back-off is over, but a unit that it needs is not there */
    UNIT_EVENTS_
};

/* What is to be done; a set. The first group is for whoever has the process, the second is news. */
enum unit_action {
    UNIT_DO_SPAWN = 1 << 0,
    UNIT_DO_TERMINATE = 1 << 1, /* SIGTERM to the main process */
    UNIT_DO_ABORT = 1 << 2,     /* SIGABRT to the main process */
    UNIT_DO_KILL = 1 << 3,      /* SIGKILL to the whole group */

    UNIT_TELL_STARTING = 1 << 4,
    UNIT_TELL_READY = 1 << 5,
    UNIT_TELL_DIED = 1 << 6,
    UNIT_TELL_TIMEOUT = 1 << 7,
    UNIT_TELL_FAILED = 1 << 8,
    UNIT_TELL_STOPPED = 1 << 9,
    UNIT_TELL_HELD = 1 << 10,
    UNIT_TELL_LOST = 1 << 11,
    UNIT_TELL_REPLACED = 1 << 12,

    UNIT_DO_PROBE = 1 << 13,
    UNIT_DO_UNPROBE = 1 << 14,
};

/* Why a unit is not up. */
enum unit_cause {
    UNIT_CAUSE_NONE,
    UNIT_CAUSE_DIED,        /* ended by itself */
    UNIT_CAUSE_NOT_READY,   /* missed its start time */
    UNIT_CAUSE_WATCHDOG,    /* was silent */
    UNIT_CAUSE_NOT_SPAWNED, /* no process could be made */
    UNIT_CAUSE_IMPOSSIBLE,  /* cannot be executed */
    UNIT_CAUSES_
};

struct unit_input {
    enum unit_event event;
    int64_t pid;       /* UNIT_SPAWNED; of an adopted one UNIT_IS_READY and UNIT_REPLACED, 0 = unknown */
    int error;         /* UNIT_SPAWN_FAILED, UNIT_SPAWN_IMPOSSIBLE: positive errno */
    int code;          /* UNIT_EXITED: exit status, when signal is 0 */
    int signal;        /* UNIT_EXITED: the signal that ended it */
    int64_t extend_us; /* UNIT_EXTEND */
    const char *why;   /* UNIT_LOST, UNIT_SILENT; may be NULL */
};

struct unit {
    const struct plan_unit *spec; /* borrowed */
    enum unit_state state;
    int64_t deadline_us;   /* CLOCK_MONOTONIC; INT64_MAX = none */
    int64_t silent_us;     /* likewise: when it will have been silent for too long */
    int64_t pid;           /* 0 = no process, or not known */
    int64_t starts;        /* processes made so far; of an adopted one, seen */
    int64_t stop_asked_us; /* when it was last asked to end */
    int64_t since_us;      /* when the current state was entered */
    int64_t ready_us;      /* when this process became READY; 0 = it has not been */
    bool settled;          /* has been READY or given up at least once: whoever needs it may start */
    enum unit_cause cause; /* NONE from READY on; kept over restarts until then */
    struct backoff backoff;
    int64_t start_timeout_us, stop_timeout_us, watchdog_us; /* watchdog 0 = off */
    char why[96];                                           /* the cause in words, to follow the unit's name */
    char end[64];                                           /* how its last process ended, likewise */
};

#define UNIT_ADOPT_WAIT_US    INT64_C(3000000)   /* who needs an adopted daemon is not held up for longer than this */
#define UNIT_SPAWN_WAIT_US    INT64_C(100000)    /* no process could be made: not tried again before */
#define UNIT_KILL_WAIT_US     INT64_C(1000000)   /* SIGKILL to giving up: a process in an uninterruptible sleep */
#define UNIT_START_LONGEST_US INT64_C(600000000) /* EXTEND_TIMEOUT_USEC cannot stretch a start beyond this … */
#define UNIT_STOP_LONGEST_US  INT64_C(60000000)  /* … and a stop beyond this: the whole stop has a bound */

/** Makes an idle unit. `spec` is borrowed; times are copied. */
void unit_init(struct unit *u, const struct plan_unit *spec, const struct supervisor_config *config);

/**
 * Takes one event at `now_us` (CLOCK_MONOTONIC, microseconds). Returns a set of enum unit_action. An event
 * without meaning in the current state does nothing and returns 0.
 */
unsigned int unit_handle(struct unit *u, const struct unit_input *input, int64_t now_us);

/** The earlier of its two deadlines. */
int64_t unit_deadline(const struct unit *u);

/** Goes over to another specification and configuration without touching the process: after a reload. */
void unit_respecify(struct unit *u, const struct plan_unit *spec, const struct supervisor_config *config);

/** Name for people and for the bus: IDLE, STARTING, READY, STOPPING, BACKOFF, HELD, ABSENT, FAILED. */
const char *unit_state_name(enum unit_state state);

/** Restarts so far: starts after the first. */
int64_t unit_restarts(const struct unit *u);

/** True when it is neither idle nor given up: something of it runs, or will by itself. */
bool unit_is_up_or_coming(const struct unit *u);

/** True for an exec error that trying again cannot mend: no such file, not executable, not permitted … */
bool unit_error_is_final(int error);

#endif
