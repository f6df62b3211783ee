/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_PLATFORM_SERVICE_SERVICE_H
#define FASCIA_PLATFORM_SERVICE_SERVICE_H

#include <systemd/sd-event.h>

#include "platform/bus/bus.h"
#include "platform/config/config.h"
#include "stack/base/event.h"
#include "stack/base/function.h"

/*
 * What every fascia service does the same way: options, configuration, log, loop, bus, readiness, watchdog,
 * facts and events. A service's main:
 *
 *   struct service service = {.program = "fascia-x", .function = "x", .bus_name = "X", .about = "for --help"};
 *   int r = service_open(&service, argc, argv);    // handles --help, --version, --config; r > 0: exit with r - 1
 *   …open doors, publish what is its own with service_add_object()…
 *   service_ready(&service);
 *   r = service_run(&service);                     // until SIGTERM
 *   service_close(&service);
 *
 * On its object, /org/fascia/X1 with interface org.fascia.X1, every service has the properties State, Reason and
 * Detail; and the method Apply(s step), when it takes part in a ladder of degradation (`on_step`).
 */

#define SERVICE_OBJECT_SIZE 40

struct service {
    const char *program;  /* "fascia-link" */
    const char *function; /* "link" */
    const char *bus_name; /* "Link": the service owns org.fascia.Link1 */
    const char *about;
    void *userdata;      /* for the two callbacks, which may be NULL */
    bus_state_fn on_bus; /* bus came, went, or our name is taken */
    /**
     * A step of the function's ladder is in force (again); from the loop. Returns 0, -ENOENT for a name that is none
     * of its steps, or another negative errno; the caller of Apply is told.
     */
    int (*on_step)(const char *step, void *userdata);
    /**
     * NULL: the loop ends as soon as that is asked for. Else: begin to stop in order; service_stopped() says that it is
     * done. Returns how long that may take at most, microseconds. A second signal ends the loop at once.
     */
    int64_t (*on_stop)(void *userdata);
    bool stopping;
    struct fascia_config config;
    const char *config_path;
    sd_event *loop;
    struct bus *bus;                     /* reconnects by itself */
    char path[SERVICE_OBJECT_SIZE];      /* "/org/fascia/Link1" */
    char interface[SERVICE_OBJECT_SIZE]; /* "org.fascia.Link1"; the bus name as well */
    struct fascia_fact fact;             /* last published */
};

/** The severity that a configured level shows. */
enum fascia_severity service_severity(enum fascia_log_level level);

/** Result > 0: main returns r - 1 (help shown, or usage/config error with status 2). Negative: errno, logged.
 */
int service_open(struct service *service, int argc, char **argv);

/**
 * Adds what is the service's own to its object: properties besides State, Reason and Detail, methods besides Apply.
 * The vtable is borrowed for the life of the service. Returns 0 or a negative errno.
 */
int service_add_object(struct service *service, const sd_bus_vtable *vtable, void *userdata);

/** Tells that properties of the object have changed: their names, NULL-terminated. State, Reason and Detail are told by
 *  service_fact(). */
void service_emit_changed(struct service *service, const char *const *names);

void service_ready(struct service *service);

/** Runs the loop with the watchdog served; sends STOPPING at its end. Returns main's status. */
int service_run(struct service *service);

/** Ends the loop: what on_stop() began is done. */
void service_stopped(struct service *service);

/** Frees everything. Idempotent, NULL-safe. */
void service_close(struct service *service);

/** Publishes state, reason and detail of the service's function, to the supervisor and on the bus; a repeated equal
 * call does nothing. */
void service_fact(struct service *service, enum fascia_function_state state, enum fascia_reason reason,
                  const char *detail_format, ...) __attribute__((format(printf, 4, 5)));

/** Sends a typed event to the supervisor and the log, stamped now. */
void service_event(struct service *service, enum fascia_event_kind kind, const char *detail_format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
