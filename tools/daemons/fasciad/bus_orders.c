/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Orders to org.fascia.Supervisor1. Who may give them is the bus's to decide, and the vtable says UNPRIVILEGED:
 *   - on the system bus config/dbus/org.fascia.conf lets only root and the group `fascia` send these methods;
 *   - on a session or private bus the bus daemon lets nobody in but our own user.
 * Without that flag sd-bus would want CAP_SYS_ADMIN or our own uid of the caller, which members of the group do not
 * have; and to ask for the caller's groups ourselves is a blocking call to a bus daemon that may hang: never in the
 * process that has to feed on watchdogs.
 */
#include <errno.h>
#include <string.h>

#include "tools/daemons/fasciad/bus_object.h"

/* Who mistypes a name wants to see the right one. */
static void add_units(const struct fasciad *f, struct fascia_text *text)
{
    for (size_t i = 0; i < f->supervisor.plan->units_count; i++)
        fascia_text_add(text, "%s%s", i > 0 ? ", " : "", f->supervisor.plan->units[i].name);
}

static int refuse(const struct fasciad *f, int result, const char *unit, sd_bus_error *error)
{
    char units_text[1024];
    struct fascia_text units;

    switch ((enum supervisor_result)result) {
    case SUPERVISOR_E_UNKNOWN:
        fascia_text_init(&units, units_text, sizeof units_text);
        add_units(f, &units);
        return sd_bus_error_setf(error, FASCIAD_ERROR_UNKNOWN_UNIT, "the plan has no unit \"%s\"; it has %s", unit,
                                 units.start);
    case SUPERVISOR_E_ADOPTED:
        return sd_bus_error_setf(error, FASCIAD_ERROR_ADOPTED,
                                 "%s is adopted: it belongs to the system manager, so order it there (systemctl)",
                                 unit);
    case SUPERVISOR_E_ENDING:
        return sd_bus_error_set(error, FASCIAD_ERROR_ENDING, "fasciad is ending and takes no orders");
    case SUPERVISOR_E_BUSY:
        return sd_bus_error_set(error, FASCIAD_ERROR_BUSY, "another reload is not complete yet; try again");
    }
    return result < 0 ? result : -EPROTO; /* sd-bus makes an error of the errno */
}

static int command(sd_bus_message *call, struct fasciad *f, enum supervisor_command what, sd_bus_error *error)
{
    const char *unit = NULL;

    int r = sd_bus_message_read(call, "s", &unit);
    if (r < 0)
        return r;
    r = fasciad_command(f, what, unit);
    return r != 0 ? refuse(f, r, unit, error) : sd_bus_reply_method_return(call, NULL);
}

int fasciad_on_start(sd_bus_message *call, void *userdata, sd_bus_error *error)
{
    return command(call, userdata, SUPERVISOR_COMMAND_START, error);
}

int fasciad_on_stop(sd_bus_message *call, void *userdata, sd_bus_error *error)
{
    return command(call, userdata, SUPERVISOR_COMMAND_STOP, error);
}

int fasciad_on_restart(sd_bus_message *call, void *userdata, sd_bus_error *error)
{
    return command(call, userdata, SUPERVISOR_COMMAND_RESTART, error);
}

int fasciad_on_reload(sd_bus_message *call, void *userdata, sd_bus_error *error)
{
    char message[CONFIG_MESSAGE_SIZE] = "";
    struct fasciad *f = userdata;

    int r = fasciad_reload(f, message);
    if (r == 0)
        return sd_bus_reply_method_return(call, "s", message);
    if (r == FASCIAD_E_INVALID)
        return sd_bus_error_set(error, FASCIAD_ERROR_INVALID_CONFIG, message);
    if (r < 0 && message[0] != '\0')
        return sd_bus_error_set(error, SD_BUS_ERROR_FAILED, message);
    return refuse(f, r, "", error);
}

/* --- sleep --- */

static bool is_asleep(const struct fasciad *f)
{
    return f->supervisor.sleeping && f->supervisor.asleep_told;
}

int fasciad_on_suspend(sd_bus_message *call, void *userdata, sd_bus_error *error)
{
    struct fasciad *f = userdata;

    if (f->supervisor.phase == SUPERVISOR_STOPPING || f->supervisor.phase == SUPERVISOR_STOPPED)
        return refuse(f, SUPERVISOR_E_ENDING, "", error);
    if (f->sleepers_count == FASCIAD_SLEEPERS_MAX)
        return sd_bus_error_setf(error, FASCIAD_ERROR_BUSY, "%d calls of Suspend are pending already",
                                 FASCIAD_SLEEPERS_MAX);
    /* First kept, then ordered: the machine may be ready for sleep at once. */
    f->sleepers[f->sleepers_count++] = sd_bus_message_ref(call);
    fasciad_sleep(f, true);
    if (is_asleep(f)) /* it has been for some time, and is not told twice */
        fasciad_bus_asleep(f);
    return 1; /* answered now, or later */
}

int fasciad_on_resume(sd_bus_message *call, void *userdata, sd_bus_error *error)
{
    struct fasciad *f = userdata;
    (void)error;

    fasciad_drop_sleepers(f, FASCIAD_ERROR_AWAKE, "Resume was called before everything was ready for the sleep");
    fasciad_sleep(f, false);
    return sd_bus_reply_method_return(call, NULL);
}

/* Takes one pending call out, so that each is answered once whatever the answer leads to. */
static sd_bus_message *take_sleeper(struct fasciad *f)
{
    if (f->sleepers_count == 0)
        return NULL;
    sd_bus_message *call = f->sleepers[--f->sleepers_count];
    f->sleepers[f->sleepers_count] = NULL;
    return call;
}

void fasciad_bus_asleep(struct fasciad *f)
{
    for (sd_bus_message *call = take_sleeper(f); call; call = take_sleeper(f)) {
        (void)sd_bus_reply_method_return(call, NULL);
        sd_bus_message_unref(call);
    }
}

void fasciad_drop_sleepers(struct fasciad *f, const char *name, const char *message)
{
    for (sd_bus_message *call = take_sleeper(f); call; call = take_sleeper(f)) {
        if (name)
            (void)sd_bus_reply_method_errorf(call, name, "%s", message);
        sd_bus_message_unref(call);
    }
}
