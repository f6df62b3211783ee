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
 *   struct service service = {.program = "fascia-x", .function = "x", .bus_name = "X", .about = "one line for
 * --help"}; int r = service_open(&service, argc, argv);       // handles --help, --version, --config; r > 0:
 * exit with r - 1 …open doors, publish objects with bus_add_object()… service_ready(&service); return
 * service_run(&service);                      // until SIGTERM; runs `stop` then
 */

struct service {
    const char *program;  /* "fascia-link" */
    const char *function; /* "link" */
    const char *bus_name; /* "Link": the service owns org.fascia.Link1 */
    const char *about;
    void *userdata;                  /* for the two callbacks, which may be NULL */
    bus_state_fn on_bus;             /* bus came, went, or our name is taken */
    void (*on_fact)(void *userdata); /* `fact` has changed: emit State, Reason, Detail */
    struct fascia_config config;
    const char *config_path;
    sd_event *loop;
    struct bus *bus;         /* reconnects by itself; NULL when opened without */
    struct fascia_fact fact; /* last published */
};

/** The severity that a configured level shows. */
enum fascia_severity service_severity(enum fascia_log_level level);

/** Result > 0: main returns r - 1 (help shown, or usage/config error with status 2). Negative: errno, logged.
 */
int service_open(struct service *service, int argc, char **argv);

void service_ready(struct service *service);

/** Runs the loop with the watchdog served; sends STOPPING at its end. Returns main's status. */
int service_run(struct service *service);

/** Frees everything. Idempotent, NULL-safe. */
void service_close(struct service *service);

/** Publishes state, reason and detail of the service's function; a repeated equal call does nothing. */
void service_fact(struct service *service, enum fascia_function_state state, enum fascia_reason reason,
                  const char *detail_format, ...) __attribute__((format(printf, 4, 5)));

/** Sends a typed event to the supervisor and the log, stamped now. */
void service_event(struct service *service, enum fascia_event_kind kind, const char *detail_format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
