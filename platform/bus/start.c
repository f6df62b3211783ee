/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/bus/start.h"

#include <string.h>

int bus_start(const char *address, sd_bus **ret_bus)
{
    sd_bus *bus = NULL;

    if (strcmp(address, "system") == 0)
        return sd_bus_open_system(ret_bus);
    if (strcmp(address, "session") == 0)
        return sd_bus_open_user(ret_bus);
    int r = sd_bus_new(&bus);
    if (r >= 0)
        r = sd_bus_set_address(bus, address);
    if (r >= 0)
        r = sd_bus_set_bus_client(bus, 1);
    if (r >= 0)
        r = sd_bus_start(bus);
    if (r < 0) {
        sd_bus_unref(bus);
        return r;
    }
    *ret_bus = bus;
    return 0;
}
