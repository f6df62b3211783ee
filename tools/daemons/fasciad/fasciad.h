/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_TOOLS_FASCIAD_FASCIAD_H
#define FASCIA_TOOLS_FASCIAD_FASCIAD_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <systemd/sd-event.h>

#include "platform/bus/bus.h"
#include "platform/config/config.h"
#include "platform/process/account.h"
#include "platform/process/notify_socket.h"
#include "platform/process/path_watch.h"
#include "platform/process/process.h"
#include "stack/base/event.h"
#include "stack/base/ring.h"
#include "stack/supervisor/plan.h"
#include "stack/supervisor/supervisor.h"

/* The wiring of the supervisor: the pure machine of stack/supervisor, and the doors around it. */

#define FASCIAD_EVENTS_MAX   256 /* newest events that GetEvents answers with */
#define FASCIAD_SLEEPERS_MAX 4

enum fasciad_status { FASCIAD_OK = 0, FASCIAD_FAILED = 1, FASCIAD_USAGE = 2 }; /* exit status */

struct fasciad {
    struct fascia_config config;
    char config_path[PATH_MAX]; /* absolute */
    struct plan plan;
    struct account accounts[PLAN_UNITS_MAX];
    bool changes_user[PLAN_UNITS_MAX]; /* accounts[i] is in use */

    sd_event *loop;
    sd_event_source *timer, *terminate, *interrupt;
    struct process_set *processes;
    struct notify_socket *notify;
    struct path_watch *ready_watches[PLAN_UNITS_MAX];
    char notify_path[PLAN_PATH_SIZE];
    int lock; /* holds runtime_dir; -1 = not */

    struct supervisor supervisor;
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

/** Makes the plan from `f->config`; as an ordinary user all accounts are dropped. Status; problems are logged. */
enum fasciad_status fasciad_plan(struct fasciad *f);

/** Runs the plan until SIGTERM or SIGINT and everything has ended. Status; problems are logged. */
enum fasciad_status fasciad_run(struct fasciad *f);

/** Kills what is left and frees everything. Idempotent. */
void fasciad_close(struct fasciad *f);

/* fasciad.c, for whoever brings an order from outside (bus.c, signals) */

/** An order for a unit; "" = everything. Returns 0 or a SUPERVISOR_E_. */
int fasciad_command(struct fasciad *f, enum supervisor_command command, const char *unit);

/**
 * Reads the configuration file again and goes over to it. Returns 0 and a summary of what is restarted in `message`;
 * FASCIAD_E_INVALID and where it is wrong; or a SUPERVISOR_E_.
 */
#define FASCIAD_E_INVALID 100
int fasciad_reload(struct fasciad *f, char message[static CONFIG_MESSAGE_SIZE]);

/** The machine is about to sleep, or woke up. fasciad_bus_asleep() is called when it may sleep. */
void fasciad_sleep(struct fasciad *f, bool asleep);

/** "ok", "off", or in a few words why the black box is broken; borrowed. */
const char *fasciad_black_box_state(const struct fasciad *f);

/* bus.c: org.fascia.Supervisor1 */

/** Starts to offer the object; 0 also when no bus is there yet. */
int fasciad_bus_open(struct fasciad *f);

/** Answers what is pending and leaves the bus. Idempotent. */
void fasciad_bus_close(struct fasciad *f);

/** Tells of changed properties, at most ten times per second. */
void fasciad_bus_changed(struct fasciad *f);

/** The machine may sleep: answers a pending Suspend(). */
void fasciad_bus_asleep(struct fasciad *f);

/** Emits the signal Event. */
void fasciad_bus_event(struct fasciad *f, const struct fascia_event *event);

#endif
