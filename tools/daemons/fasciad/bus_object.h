/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_TOOLS_FASCIAD_BUS_OBJECT_H
#define FASCIA_TOOLS_FASCIAD_BUS_OBJECT_H

#include <systemd/sd-bus.h>

#include "tools/daemons/fasciad/fasciad.h"

/* The parts of the object org.fascia.Supervisor1; only the files bus*.c use them. The contract with the outside is
 * config/dbus/org.fascia.Supervisor1.xml. */

/* bus_snapshot.c: what is shown. Each appends one value to `reply`; 0 or more, or what sd-bus says. */

int fasciad_append_functions(sd_bus_message *reply, const struct fasciad *f); /* a(ssss) */
int fasciad_append_units(sd_bus_message *reply, const struct fasciad *f);     /* a(ssuu) */
int fasciad_append_ladders(sd_bus_message *reply, const struct fasciad *f);   /* a(ssusu) */

/* Methods that read; `userdata` is the struct fasciad. */
int fasciad_on_get_snapshot(sd_bus_message *call, void *userdata, sd_bus_error *error);
int fasciad_on_get_events(sd_bus_message *call, void *userdata, sd_bus_error *error);
int fasciad_on_get_boot(sd_bus_message *call, void *userdata, sd_bus_error *error);
int fasciad_on_get_plan(sd_bus_message *call, void *userdata, sd_bus_error *error);

/* bus_orders.c: what is ordered; `userdata` is the struct fasciad. */
int fasciad_on_start(sd_bus_message *call, void *userdata, sd_bus_error *error);
int fasciad_on_stop(sd_bus_message *call, void *userdata, sd_bus_error *error);
int fasciad_on_restart(sd_bus_message *call, void *userdata, sd_bus_error *error);
int fasciad_on_reload(sd_bus_message *call, void *userdata, sd_bus_error *error);
int fasciad_on_suspend(sd_bus_message *call, void *userdata, sd_bus_error *error);
int fasciad_on_resume(sd_bus_message *call, void *userdata, sd_bus_error *error);

/** Forgets pending Suspend() calls. With `name` they are answered by this error and `message`; without, their bus is
 * gone and nobody hears. */
void fasciad_drop_sleepers(struct fasciad *f, const char *name, const char *message);

#define FASCIAD_ERROR_UNKNOWN_UNIT   "org.fascia.Error.UnknownUnit"
#define FASCIAD_ERROR_ADOPTED        "org.fascia.Error.Adopted"
#define FASCIAD_ERROR_ENDING         "org.fascia.Error.Ending"
#define FASCIAD_ERROR_BUSY           "org.fascia.Error.Busy"
#define FASCIAD_ERROR_INVALID_CONFIG "org.fascia.Error.InvalidConfig"
#define FASCIAD_ERROR_AWAKE          "org.fascia.Error.Awake"

#endif
