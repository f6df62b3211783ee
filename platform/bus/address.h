/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_PLATFORM_BUS_ADDRESS_H
#define FASCIA_PLATFORM_BUS_ADDRESS_H

#include <stddef.h>

#define BUS_ADDRESS_PATH_SIZE 108 /* of a socket address */

/**
 * The path of the daemon's socket when that is known: of the first `unix:path=` in a D-Bus address (D-Bus
 * specification, "Server Addresses"), or of what "system" and "session" stand for in this environment, as libsystemd
 * finds them. Returns 0, -ENOENT when there is no path (TCP, abstract, no session), -EINVAL for a wrong escape, or
 * -ENAMETOOLONG.
 */
int bus_address_path(const char *address, char *to, size_t size);

#endif
