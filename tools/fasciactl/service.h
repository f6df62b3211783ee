/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_TOOLS_FASCIACTL_SERVICE_H
#define FASCIA_TOOLS_FASCIACTL_SERVICE_H

#include <stdarg.h>
#include <systemd/sd-bus.h>

#include "tools/fasciactl/client.h"

/* Questions and orders to one service, with cause and remedy printed when they fail. */

struct json_object;

struct service {
    const char *name;    /* CLIENT_AUDIO */
    const char *program; /* "fascia-audio" */
    const char *section; /* of fascia.yaml, that switches it on: "audio" */
};

extern const struct service service_audio, service_aware;

/** All its properties; NULL after cause and remedy were printed. */
struct json_object *service_properties(sd_bus *bus, const char *address, const struct service *service);

/** An order that the caller fills, sends and unrefs. Returns 0 or a negative errno. */
int service_new_call(sd_bus *bus, const struct service *service, const char *member, sd_bus_message **ret_call);

/** Sends it. Prints what went wrong (`what` could not be done). Returns 0 or a negative errno; *ret_reply (NULL: not
 * wanted) is the caller's to unref. */
int service_send(sd_bus *bus, const char *address, const struct service *service, const char *what,
                 sd_bus_message *call, sd_bus_message **ret_reply);

/** Both at once; `types` and what follows as for sd_bus_message_append(). */
int service_call(sd_bus *bus, const char *address, const struct service *service, const char *what,
                 sd_bus_message **ret_reply, const char *member, const char *types, ...);
int service_callv(sd_bus *bus, const char *address, const struct service *service, const char *what,
                  sd_bus_message **ret_reply, const char *member, const char *types, va_list args);

#endif
