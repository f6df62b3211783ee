/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_TOOLS_FASCIACTL_ADDR_CHANGES_H
#define FASCIA_TOOLS_FASCIACTL_ADDR_CHANGES_H

struct json_object;

/* What differs between two looks at fascia-addr, but for its peers, whose coming and going is a signal. */

struct addr_change {
    const char *kind;        /* "service", "interface", "mode", "identifier", "offender", "restored"; static */
    char name[32];           /* of the interface; "fascia-addr" for "service" */
    char from[256], to[256]; /* "" = was not there, is not there any more */
};

typedef void (*addr_change_fn)(const struct addr_change *change, void *userdata);

/**
 * Calls `fn` for each difference between two objects of properties (State, Reason, Interfaces), in a stable order.
 * NULL: the service does not answer.
 */
void addr_changes_find(struct json_object *before, struct json_object *now, addr_change_fn fn, void *userdata);

#endif
