/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_TOOLS_FASCIAD_FASCIAD_H
#define FASCIA_TOOLS_FASCIAD_FASCIAD_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <systemd/sd-event.h>

#include "platform/blackbox/blackbox.h"
#include "platform/bus/bus.h"
#include "platform/config/config.h"
#include "platform/probe/probe.h"
#include "platform/process/account.h"
#include "platform/process/notify_socket.h"
#include "platform/process/process.h"
#include "platform/sleep/sleep.h"
#include "stack/base/event.h"
#include "stack/base/ring.h"
#include "stack/supervisor/plan.h"
#include "stack/supervisor/supervisor.h"

/*
 * The wiring of the supervisor: the pure machine of stack/supervisor, and the doors around it.
 *   setup.c    configuration, plan, accounts, doors: everything before and after the loop
 *   fasciad.c  what comes in, and the machine's actions
 *   slot.c     one unit's way out: its program, its account, its probe
 *   bus*.c     org.fascia.Supervisor1
 */

#define FASCIAD_EVENTS_MAX   256 /* newest events that GetEvents answers with */
#define FASCIAD_SLEEPERS_MAX 8   /* calls of Suspend() that are pending at a time */

enum fasciad_status { FASCIAD_OK = 0, FASCIAD_FAILED = 1, FASCIAD_USAGE = 2 }; /* exit status */

struct fasciad;

/* What one unit of the plan needs outside the machine. It stays where it is when a reload moves the unit in the plan.
 */
struct fasciad_slot {
    struct fasciad *fasciad;
    char name[SUPERVISOR_NAME_SIZE];
    struct account account;
    bool changes_user;   /* `account` is in use */
    char path[PATH_MAX]; /* where the program was last found; "" = to be looked for */
    struct probe *probe;
};

/* An Apply() under way: it outlives a reload. */
struct fasciad_apply {
    struct fasciad *fasciad;
    char function[FASCIA_FUNCTION_NAME_SIZE];
};

/* One configuration and what is made of it. There are two, so that a new one can be complete before it counts. */
struct fasciad_setup {
    struct fascia_config config;
    struct plan plan;
    struct fasciad_slot *slots[PLAN_UNITS_MAX]; /* in plan order */
};

struct fasciad {
    char config_path[PATH_MAX]; /* absolute */
    struct fasciad_setup setups[2];
    struct fasciad_setup *setup, *next; /* in force; taking its place (NULL = none) */
    const struct fascia_config *config; /* setup's, for whoever only reads */
    const struct plan *plan;            /* likewise */

    sd_event *loop;
    sd_event_source *timer, *terminate, *interrupt, *hangup;
    struct process_set *processes;
    struct notify_socket *notify;
    struct blackbox *box;
    struct sleep_watch *sleep;
    char notify_path[PLAN_PATH_SIZE];
    int lock; /* holds runtime_dir; -1 = not */

    struct supervisor supervisor;
    struct fasciad_apply applies[PLAN_FUNCTIONS_MAX]; /* by function, the newest */
    int64_t started_us;
    uint64_t status_generation; /* that the last STATUS told of */
    struct fascia_ring events;
    struct fascia_event events_storage[FASCIAD_EVENTS_MAX];

    struct bus *bus;
    sd_event_source *changes; /* delays PropertiesChanged, see bus.c */
    uint64_t published_generation;
    int64_t published_us;
    bool bus_was_connected, bus_told;
    sd_bus_message *sleepers[FASCIAD_SLEEPERS_MAX]; /* calls of Suspend() that wait for their answer */
    size_t sleepers_count;
};

/* setup.c */

/**
 * Reads the configuration and makes the plan of it, into `setup`. 0, or FASCIAD_E_INVALID and where it is wrong. A file
 * of fold-down weights that cannot be used is wrong when `strict`: a reason to refuse a reload, but none to start
 * nothing at all, since fascia-audio plays without it.
 */
#define FASCIAD_E_INVALID 100
int fasciad_load(const char *path, bool strict, struct fasciad_setup *setup, char message[static CONFIG_MESSAGE_SIZE]);

/** Looks up accounts and makes the slots; those of `old` (may be NULL) are taken over by name. Returns as above. */
int fasciad_prepare(struct fasciad *f, struct fasciad_setup *setup, const struct fasciad_setup *old,
                    char message[static CONFIG_MESSAGE_SIZE]);

/** Frees the slots of `setup` that `kept` (may be NULL) does not have. */
void fasciad_release(struct fasciad_setup *setup, const struct fasciad_setup *kept);

/** Runs the plan until SIGTERM or SIGINT and everything has ended. Status; problems are logged. */
enum fasciad_status fasciad_run(struct fasciad *f);

/** Kills what is left and frees everything. Idempotent. */
void fasciad_close(struct fasciad *f);

/* slot.c */

/** Executes the unit's program. 0, or a negative errno with the step that failed in `ret_step` (NULL: before any). */
int fasciad_execute(struct fasciad *f, size_t unit, pid_t *ret_pid, const char **ret_step);

/** Makes the unit's private folder, if it has one. */
int fasciad_make_private_dir(struct fasciad *f, size_t unit);
/** Makes the unit's folder for what it keeps, if it has one and it is not there. */
void fasciad_make_state_dir(struct fasciad *f, size_t unit);

void fasciad_probe(struct fasciad *f, size_t unit);
void fasciad_unprobe(struct fasciad *f, size_t unit);

/* fasciad.c */

/** Does everything that the machine asks for; to be called after each of its inputs, except from within an action. */
void fasciad_drain(struct fasciad *f);

/** Events of processes and of the notify socket, for the doors. */
void fasciad_on_process_end(pid_t pid, int code, int signal_number, void *userdata);
void fasciad_on_escaped(const char *name, unsigned int count, void *userdata);
void fasciad_on_notify(pid_t pid, const void *data, size_t size, bool cut, void *userdata);
int fasciad_on_timer(sd_event_source *source, uint64_t usec, void *userdata);

/** An order for a unit; "" = everything. Returns 0 or a SUPERVISOR_E_. */
int fasciad_command(struct fasciad *f, enum supervisor_command command, const char *unit);

/**
 * Reads the configuration file again and goes over to it. Returns 0 and a summary of what is restarted in `message`;
 * FASCIAD_E_INVALID and where it is wrong; or a SUPERVISOR_E_.
 */
int fasciad_reload(struct fasciad *f, char message[static CONFIG_MESSAGE_SIZE]);

/** The machine is about to sleep, or woke up. fasciad_bus_asleep() is called when it may sleep. */
void fasciad_sleep(struct fasciad *f, bool asleep);

/** "ok", "off", "opening", or why the black box is broken. */
const char *fasciad_black_box_state(const struct fasciad *f);

/** Records something that happened outside the machine. */
void fasciad_remark(struct fasciad *f, enum fascia_event_kind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* bus.c: org.fascia.Supervisor1 */

/** Starts to offer the object; 0 also when no bus is there yet. */
int fasciad_bus_open(struct fasciad *f);

/** Tells of changed properties, at most ten times per second. */
void fasciad_bus_changed(struct fasciad *f);

/** The machine may sleep: answers a pending Suspend(). */
void fasciad_bus_asleep(struct fasciad *f);

/** Emits the signal Event. */
void fasciad_bus_event(struct fasciad *f, const struct fascia_event *event);

/** Answers what is pending and leaves the bus. Idempotent. */
void fasciad_bus_close(struct fasciad *f);

#endif
