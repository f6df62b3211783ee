/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_TOOLS_FASCIACTL_CLIENT_H
#define FASCIA_TOOLS_FASCIACTL_CLIENT_H

#include <stdbool.h>
#include <stdint.h>
#include <systemd/sd-bus.h>

#include "stack/base/cleanup.h"
#include "stack/report/facts.h"

/* One-shot, synchronous questions to the services. (What goes on for longer uses platform/bus.) */

struct json_object;

#define CLIENT_SUPERVISOR "org.fascia.Supervisor1"
#define CLIENT_LINK       "org.fascia.Link1"
#define CLIENT_ADDRESS    "org.fascia.Addr1"
#define CLIENT_AUDIO      "org.fascia.Audio1"
#define CLIENT_AWARE      "org.fascia.Aware1"

/** Connects; prints cause and remedy on standard error and returns a negative errno when it cannot. */
int client_open(const char *address, sd_bus **ret_bus);

/** The same without a word. */
int client_try(const char *address, sd_bus **ret_bus);

void client_close(sd_bus *bus);

/** "/org/fascia/Link1" of "org.fascia.Link1"; static. NULL for another name. */
const char *client_path(const char *service);

/** All properties of a service (name, interface and path follow from each other); NULL when it does not answer in 2 s.
 */
struct json_object *client_properties(sd_bus *bus, const char *service);

/**
 * Calls a method of the supervisor without arguments, or with the string `argument` (NULL: none), converts its whole
 * reply to an array of its values, and prints what went wrong; `address` and `what` as for client_explain(). Returns 0
 * or a negative errno; `ret_reply` may be NULL.
 */
int client_call_or_explain(sd_bus *bus, const char *address, const char *member, const char *argument, const char *what,
                           struct json_object **ret_reply);

/**
 * One question from start to end: connects to `address`, calls as client_call_or_explain() does without an argument,
 * and prints what went wrong (`what` could not be done). Returns 0 or a negative errno.
 */
int client_ask(const char *address, const char *member, const char *what, struct json_object **ret_reply);

/** Prints what a call's error means and what to do; `what` is what could not be done, "restart hostapd". */
void client_explain(const sd_bus_error *error, const char *address, const char *what);

/** Reads the past of each station into the facts; leaves it empty where the link service does not tell. */
void client_read_histories(sd_bus *bus, struct report_facts *facts);

/** Reads levels and loudness into the facts, while sound flows. Half a second is listened to where nobody
 * meters yet. */
void client_read_levels(sd_bus *bus, struct report_facts *facts);

/** The remembered events, [[t_us, name, source, detail], …]; NULL when the supervisor does not answer. */
struct json_object *client_events(sd_bus *bus);

/**
 * Reads everything that the services publish into zeroed facts. Prints cause and remedy and returns -ENXIO when no
 * service answers at all. The caller settles the facts.
 */
int client_collect(sd_bus *bus, const char *address, struct report_facts *facts);

/** Zeroed facts on the heap, to be freed; prints a message when memory ran out. */
struct report_facts *client_facts_new(void);

FASCIA_DEFINE_CLEANUP(sd_bus, client_close)

#endif
