/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_PLATFORM_BUS_START_H
#define FASCIA_PLATFORM_BUS_START_H

#include <systemd/sd-bus.h>

/**
 * Starts a connection to "system", "session", or a D-Bus address; the handshake is not waited for. The caller closes
 * it. Returns 0 or a negative errno. For programs that ask once; what lives longer uses bus.h.
 */
int bus_start(const char *address, sd_bus **ret_bus);

#endif
