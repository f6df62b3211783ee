/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_TOOLS_FASCIACTL_AWARE_CLIENT_H
#define FASCIA_TOOLS_FASCIACTL_AWARE_CLIENT_H

#include <stdbool.h>
#include <stdint.h>
#include <systemd/sd-bus.h>

#include "tools/fasciactl/client.h"

/* Questions and orders to fascia-aware. */

struct json_object;

/** All its properties; NULL after cause and remedy were printed. */
struct json_object *aware_properties(sd_bus *bus, const char *address);

/**
 * Calls a method; `types` and what follows as for sd_bus_message_append(). Prints what went wrong (`what` could not be
 * done). Returns 0 or a negative errno; *ret_reply (NULL: not wanted) is the caller's to unref.
 */
int aware_call(sd_bus *bus, const char *address, const char *what, sd_bus_message **ret_reply, const char *member,
               const char *types, ...);

/** The same for a message that the caller has made and keeps. */
int aware_send(sd_bus *bus, const char *address, const char *what, sd_bus_message *call, sd_bus_message **ret_reply);
int aware_new_call(sd_bus *bus, const char *member, sd_bus_message **ret_call);

/* A value of a row; "", 0, false when it is not there. */
const char *aware_text(struct json_object *row, const char *key);
int64_t aware_number(struct json_object *row, const char *key);
bool aware_flag(struct json_object *row, const char *key);

/** The same without control characters, in a buffer that lives until the call after the next seven. */
const char *aware_clean(struct json_object *row, const char *key);

/** Calls `fn` for each row of a property, `index` from 0. */
typedef void (*aware_row_fn)(struct json_object *row, void *userdata);
void aware_each(struct json_object *properties, const char *property, aware_row_fn fn, void *userdata);

/** The one row of a property in which one of the keys says `text` (numbers in decimal); NULL: none, or several; prints
 *  that no `what` is called so. `keys` ends with NULL. */
struct json_object *aware_find(struct json_object *properties, const char *property, const char *const *keys,
                               const char *text, const char *what);

#endif
