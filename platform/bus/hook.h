/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_PLATFORM_BUS_HOOK_H
#define FASCIA_PLATFORM_BUS_HOOK_H

#include "platform/bus/bus.h"
#include "stack/base/list.h"

/* For the other files of this door: what is to be done on every new connection, and when one ends. */

struct bus_hook {
    struct fascia_list node;
    int (*up)(struct bus_hook *hook, sd_bus *connection);    /* 0 or a negative errno: the connection is of no use */
    void (*down)(struct bus_hook *hook, sd_bus *connection); /* drops its slots; calls nobody */
    void (*told)(struct bus_hook *hook);                     /* the connection has ended: may call, may free the hook */
};

/** Links `hook` and calls `up` when there is a connection. Returns what `up` does, unlinked when negative. */
int bus_hook_add(struct bus *bus, struct bus_hook *hook);

#endif
