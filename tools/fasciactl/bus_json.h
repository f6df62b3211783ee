/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_TOOLS_FASCIACTL_BUS_JSON_H
#define FASCIA_TOOLS_FASCIACTL_BUS_JSON_H

#include <systemd/sd-bus.h>

struct json_object;

/**
 * Converts the value at the message's read position, whatever its type: a dictionary with string keys becomes an
 * object; other arrays, and structs, JSON arrays; a variant what it holds; a number that JSON does not have (NaN,
 * infinity) and a descriptor null. Returns 0, -ENODATA at the end of the message, -ENOMEM, -EMSGSIZE when it is nested
 * too deeply, or what sd-bus reports of a malformed message. `*ret_json` is new, to be released with json_object_put();
 * it may be NULL on success, which is JSON's null.
 */
int bus_json_read(sd_bus_message *message, struct json_object **ret_json);

#endif
