/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_SUPERVISOR_SUPERVISOR_H
#define FASCIA_STACK_SUPERVISOR_SUPERVISOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stack/base/event.h"
#include "stack/base/function.h"
#include "stack/base/text.h"
#include "stack/supervisor/boot.h"
#include "stack/supervisor/crash_counter.h"
#include "stack/supervisor/ladder.h"
#include "stack/supervisor/notify_message.h"
#include "stack/supervisor/plan.h"
#include "stack/supervisor/supervisor_config.h"
#include "stack/supervisor/unit.h"

/*
 * The supervisor as a pure machine. Events and the time go in; actions come out of a queue; the same input gives the
 * same actions. After every input it compares what is wanted with what is there:
 *   - a unit is wanted unless the plan goes down (ignition off, end), an operator stopped it, the machine sleeps and
 * the unit is not kept then, its function is SAFE, or a reload drops it;
 *   - a wanted unit is started when all that it needs is ready or has been given up for now, and restarted with a
 *     back-off when it ends unasked;
 *   - an unwanted one is stopped when nothing that needs it is alive any more: the reverse of the start. What became
 *     wanted again meanwhile (ignition returned) is simply started once it has ended.
 *
 * Contract with whoever drives it:
 *   - after every call, take actions until there are none, and answer SUPERVISOR_SPAWN with supervisor_unit_event()
 *     (UNIT_SPAWNED, UNIT_SPAWN_FAILED or UNIT_SPAWN_IMPOSSIBLE) before the next input;
 *   - a unit whose readiness is a probe is probed from SUPERVISOR_PROBE on until SUPERVISOR_UNPROBE, each answer being
 *     UNIT_IS_READY, UNIT_LOST or UNIT_REPLACED;
 *   - call supervisor_timer() at supervisor_deadline();
 *   - `generation` has grown when anything that org.fascia.Supervisor1 shows has changed.
 */

enum supervisor_phase {
    SUPERVISOR_NEW,
    SUPERVISOR_RUNNING,
    SUPERVISOR_GOING_STANDBY, /* ignition is off: going down, may be called back */
    SUPERVISOR_STANDBY,       /* everything is down, fasciad waits for ignition */
    SUPERVISOR_STOPPING,      /* for good */
    SUPERVISOR_STOPPED,
    SUPERVISOR_PHASES_
};

enum supervisor_action_kind {
    SUPERVISOR_SPAWN,       /* execute plan->units[unit] */
    SUPERVISOR_SIGNAL,      /* send `signal` to process `pid` */
    SUPERVISOR_KILL,        /* SIGKILL to everything of `unit`, whose main process is `pid` */
    SUPERVISOR_PROBE,       /* begin to probe `unit` */
    SUPERVISOR_UNPROBE,     /* stop to probe `unit` */
    SUPERVISOR_APPLY,       /* tell the service of functions[function] that ladder step `text` is in force */
    SUPERVISOR_RADIO_RESET, /* switch the radio `text` ("" = every Wi-Fi radio) off and on */
    SUPERVISOR_REBOOT,      /* ask the system manager to reboot */
    SUPERVISOR_EVENT,       /* remember, publish, and log it unless `forwarded` */
    SUPERVISOR_UP,          /* every unit is ready or has been given up: once */
    SUPERVISOR_ASLEEP,      /* what does not stay up in sleep is down: the machine may sleep */
    SUPERVISOR_REPLACED,    /* the reload is complete: the old plan and configuration are not used any more */
    SUPERVISOR_DONE,        /* every unit has ended for good: once */
    SUPERVISOR_ACTIONS_
};

struct supervisor_action {
    enum supervisor_action_kind kind;
    size_t unit;                     /* SPAWN, SIGNAL, KILL, PROBE, UNPROBE */
    size_t function;                 /* APPLY */
    int64_t pid;                     /* SIGNAL, KILL */
    int signal;                      /* SIGNAL */
    bool forwarded;                  /* EVENT: the service that saw it has logged it already */
    struct fascia_event event;       /* EVENT */
    char text[SUPERVISOR_NAME_SIZE]; /* APPLY, RADIO_RESET */
};

enum supervisor_command {
    SUPERVISOR_COMMAND_START,
    SUPERVISOR_COMMAND_STOP,
    SUPERVISOR_COMMAND_RESTART,
    SUPERVISOR_COMMANDS_
};

#define SUPERVISOR_ALL SIZE_MAX /* instead of a unit: ignition (START, STOP), or every unit (RESTART) */

enum supervisor_result {
    SUPERVISOR_E_ENDING = 1, /* it goes down for good and takes no orders */
    SUPERVISOR_E_ADOPTED,    /* the unit belongs to somebody else (systemd); act there */
    SUPERVISOR_E_UNKNOWN,    /* no such unit */
    SUPERVISOR_E_BUSY,       /* another reload is not complete yet */
};

/*
 * One input makes at most the end of every unit with the loss of every edge, SUPERVISOR_CLIMB_MAX ladder steps, and a
 * change of every function and boot stage: about 200 events. What more than SUPERVISOR_NEWS_WAITING events would be
 * added to is not left to wait for what is to be done.
 */
#define SUPERVISOR_QUEUE_MAX    256
#define SUPERVISOR_NEWS_WAITING 48
#define SUPERVISOR_CLIMB_MAX    24

/* What belongs to one unit beside the machine of its process. */
struct supervisor_unit_record {
    struct crash_counter crashes;
    bool stopped_by_operator, dropped_by_reload;
    bool restarting;                 /* it is being stopped in order to be started */
    bool awaiting;                   /* stopped because it lost what it needs (reaction restart): until that is back */
    bool lost;                       /* it went down, those who need it know */
    char status[FASCIA_DETAIL_SIZE]; /* last STATUS */
    int64_t exec_us, ready_us;       /* the first ones, CLOCK_MONOTONIC; 0 = not yet: the boot chart */
};

/* What belongs to one function. */
struct supervisor_function_record {
    struct fascia_fact fact;  /* as published; empty name = not by the process that runs now */
    struct fascia_fact state; /* as computed, before the ladder: what the ladder is told */
    struct fascia_fact shown; /* what the world sees */
    struct ladder ladder;
    bool safe;       /* escalation ended here: only an operator ends it */
    bool was_usable; /* it has worked since it was last wanted */
};

struct supervisor_ring {
    struct supervisor_action actions[SUPERVISOR_QUEUE_MAX + 1]; /* the last one takes what is lost */
    size_t first, count;
};

struct supervisor {
    const struct plan *plan;                /* borrowed */
    const struct supervisor_config *config; /* borrowed */
    const struct plan *next_plan;           /* borrowed; not NULL while a reload is under way */
    const struct supervisor_config *next_config;
    enum supervisor_phase phase;
    bool announced; /* SUPERVISOR_UP has been given */
    bool sleeping;
    bool asleep_told;
    bool unsettled;                    /* one input was not enough for all that follows from it */
    int climbed;                       /* ladder steps entered by this input */
    struct unit units[PLAN_UNITS_MAX]; /* in plan order */
    struct supervisor_unit_record records[PLAN_UNITS_MAX];
    struct supervisor_function_record functions[PLAN_FUNCTIONS_MAX];
    struct boot boot;
    char radio[SUPERVISOR_NAME_SIZE]; /* name of the link's radio, as fascia-link said (X_FASCIA_RADIO) */
    uint64_t generation;
    int64_t stop_deadline_us; /* of the whole stop; INT64_MAX = none */
    int64_t refused_us;       /* time of the last NOTIFY_REFUSED event */
    unsigned int refused;     /* refused since then, without an event of their own */
    /* What is to be done goes before what is to be told: a restart does not wait for its own log. */
    struct supervisor_ring doings, news;
};

#define SUPERVISOR_REFUSED_EVERY_US INT64_C(1000000) /* a flood of foreign messages is one event per second */

/**
 * Makes an idle supervisor of a sorted plan; `plan` and `config` are borrowed. `boot_offset_us`: CLOCK_BOOTTIME minus
 * CLOCK_MONOTONIC; `timed`: this boot's first fasciad, so boot budgets count.
 */
void supervisor_init(struct supervisor *s, const struct plan *plan, const struct supervisor_config *config,
                     int64_t boot_offset_us, bool timed);

/* Inputs. `now_us`: CLOCK_MONOTONIC, microseconds, never less than before. */
void supervisor_start(struct supervisor *s, int64_t now_us);
void supervisor_stop(struct supervisor *s, int64_t now_us); /* for good */
void supervisor_timer(struct supervisor *s, int64_t now_us);
void supervisor_unit_event(struct supervisor *s, size_t unit, const struct unit_input *input, int64_t now_us);
void supervisor_notify(struct supervisor *s, size_t unit, const struct notify_message *message, int64_t now_us);

/** An operator's order for one unit, or SUPERVISOR_ALL. Clears its crash count. Returns 0 or a SUPERVISOR_E_. */
int supervisor_command(struct supervisor *s, enum supervisor_command command, size_t unit, int64_t now_us);

/** The machine goes to sleep (`asleep`; answered by SUPERVISOR_ASLEEP when everything is ready for it) or woke up. */
void supervisor_sleep(struct supervisor *s, bool asleep, int64_t now_us);

/**
 * Goes over to another plan and configuration, both valid and borrowed: what is the same in both runs on, what changed
 * is restarted, what is gone is stopped. Both old ones stay borrowed until SUPERVISOR_REPLACED. 0 or SUPERVISOR_E_BUSY,
 * SUPERVISOR_E_ENDING.
 */
int supervisor_reload(struct supervisor *s, const struct plan *plan, const struct supervisor_config *config,
                      int64_t now_us);

/** How SUPERVISOR_APPLY went: 0 or a negative errno. */
void supervisor_applied(struct supervisor *s, size_t function, int error, int64_t now_us);

/** Something happened outside that only the record needs to know (the bus, the clock, the black box). */
void supervisor_remark(struct supervisor *s, enum fascia_event_kind kind, const char *detail, int64_t now_us);

/** A datagram that was not taken: from process `pid`, and why, in a few words. */
void supervisor_notify_refused(struct supervisor *s, int64_t pid, const char *why, int64_t now_us);

/** The earliest time at which supervisor_timer() has something to do; INT64_MAX = none. */
int64_t supervisor_deadline(const struct supervisor *s);

/** Takes the oldest action; false when there is none. */
bool supervisor_take(struct supervisor *s, struct supervisor_action *ret_action);

/** "RUNNING", "GOING_STANDBY", "STANDBY", … */
const char *supervisor_phase_name(enum supervisor_phase phase);

/** Unit whose main process is `pid`; -1 when none. */
int supervisor_find_pid(const struct supervisor *s, int64_t pid);

/** One line: "link FULL, address FULL, audio DEGRADED (no-sink)". */
void supervisor_format_functions(const struct supervisor *s, struct fascia_text *text);

/** One action as a line of a trace: "spawn fascia-addr", "signal 15 fascia-addr 101", "event unit-ready …". */
void supervisor_format_action(const struct supervisor *s, const struct supervisor_action *action,
                              struct fascia_text *text);

#endif
