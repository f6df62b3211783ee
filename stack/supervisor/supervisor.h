/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_SUPERVISOR_SUPERVISOR_H
#define FASCIA_STACK_SUPERVISOR_SUPERVISOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stack/base/event.h"
#include "stack/base/function.h"
#include "stack/base/text.h"
#include "stack/supervisor/notify_message.h"
#include "stack/supervisor/plan.h"
#include "stack/supervisor/supervisor_config.h"
#include "stack/supervisor/unit.h"

/*
 * The supervisor as a pure machine. Events and the time go in; actions come out of a queue; the same input gives
 * the same actions. It starts each unit when all that it needs is ready or has been given up for now, restarts
 * what ends unasked, and takes everything down one by one in reverse order.
 *
 * Contract with whoever drives it:
 *   - after every call, take actions until there are none, and answer SUPERVISOR_SPAWN with supervisor_unit_event()
 *     (UNIT_SPAWNED, UNIT_SPAWN_FAILED or UNIT_SPAWN_IMPOSSIBLE) before the next input;
 *   - call supervisor_timer() at supervisor_deadline();
 *   - `generation` has grown when Units or Functions changed.
 */

enum supervisor_phase {
    SUPERVISOR_NEW,
    SUPERVISOR_RUNNING,
    SUPERVISOR_STOPPING,
    SUPERVISOR_STOPPED,
    SUPERVISOR_PHASES_
};

enum supervisor_action_kind {
    SUPERVISOR_SPAWN,  /* execute plan->units[unit] */
    SUPERVISOR_SIGNAL, /* send `signal` to process `pid` */
    SUPERVISOR_KILL,   /* SIGKILL to the process group of `pid` */
    SUPERVISOR_EVENT,  /* remember, publish, and log it unless `forwarded` */
    SUPERVISOR_UP,     /* every unit is ready or has been given up: once */
    SUPERVISOR_DONE,   /* every unit has ended: once */
    SUPERVISOR_ACTIONS_
};

struct supervisor_action {
    enum supervisor_action_kind kind;
    size_t unit;               /* SPAWN, SIGNAL, KILL */
    int64_t pid;               /* SIGNAL, KILL */
    int signal;                /* SIGNAL */
    bool forwarded;            /* EVENT: the service that saw it has logged it already */
    struct fascia_event event; /* EVENT */
};

/* One input makes at most a start or stop of every unit with two events each, and a change of every function. */
#define SUPERVISOR_QUEUE_MAX 96

struct supervisor {
    const struct plan *plan; /* borrowed */
    enum supervisor_phase phase;
    bool announced;                                   /* SUPERVISOR_UP has been given */
    bool asked[PLAN_UNITS_MAX];                       /* its turn has come once */
    struct unit units[PLAN_UNITS_MAX];                /* in plan order */
    struct fascia_fact facts[PLAN_FUNCTIONS_MAX];     /* as published; empty name = not by the process that runs now */
    struct fascia_fact functions[PLAN_FUNCTIONS_MAX]; /* as computed */
    char status[PLAN_UNITS_MAX][FASCIA_DETAIL_SIZE];  /* each unit's last STATUS */
    uint64_t generation;
    int64_t refused_us;   /* time of the last NOTIFY_REFUSED event */
    unsigned int refused; /* refused since then, without an event of their own */
    struct supervisor_action queue[SUPERVISOR_QUEUE_MAX];
    size_t queue_first, queue_count;
};

#define SUPERVISOR_REFUSED_EVERY_US INT64_C(1000000) /* a flood of foreign messages is one event per second */

/** Makes an idle supervisor of a sorted plan. `plan` is borrowed, `config` is copied from. */
void supervisor_init(struct supervisor *s, const struct plan *plan, const struct supervisor_config *config);

/* Inputs. `now_us`: CLOCK_MONOTONIC, microseconds, never less than before. */
void supervisor_start(struct supervisor *s, int64_t now_us);
void supervisor_stop(struct supervisor *s, int64_t now_us);
void supervisor_timer(struct supervisor *s, int64_t now_us);
void supervisor_unit_event(struct supervisor *s, size_t unit, const struct unit_input *input, int64_t now_us);
void supervisor_notify(struct supervisor *s, size_t unit, const struct notify_message *message, int64_t now_us);

/** A datagram that was not taken: from process `pid`, and why, in a few words. */
void supervisor_notify_refused(struct supervisor *s, int64_t pid, const char *why, int64_t now_us);

/** The earliest time at which supervisor_timer() has something to do; INT64_MAX = none. */
int64_t supervisor_deadline(const struct supervisor *s);

/** Takes the oldest action; false when there is none. */
bool supervisor_take(struct supervisor *s, struct supervisor_action *ret_action);

/** Unit whose main process is `pid`; -1 when none. */
int supervisor_find_pid(const struct supervisor *s, int64_t pid);

/** One line: "link FULL, address FULL, audio DEGRADED (no-sink)". */
void supervisor_format_functions(const struct supervisor *s, struct fascia_text *text);

/** One action as a line of a trace: "spawn fascia-addr", "signal 15 fascia-addr 101", "event unit-ready …". */
void supervisor_format_action(const struct supervisor *s, const struct supervisor_action *action,
                              struct fascia_text *text);

#endif
