/* SPDX-License-Identifier: Apache-2.0 */
/* org.fascia.Supervisor1; the contract is config/dbus/org.fascia.Supervisor1.xml. */
#include <errno.h>

#include "platform/journal/journal.h"
#include "platform/loop/loop.h"
#include "tools/daemons/fasciad/fasciad.h"

#define BUS_NAME         "org.fascia.Supervisor1"
#define BUS_PATH         "/org/fascia/Supervisor1"
#define BUS_INTERFACE    "org.fascia.Supervisor1"
#define CHANGES_EVERY_US 100000

static int get_functions(sd_bus *bus, const char *path, const char *interface, const char *property,
                         sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
    const struct fasciad *f = userdata;
    (void)bus, (void)path, (void)interface, (void)property, (void)error;

    int r = sd_bus_message_open_container(reply, 'a', "(ssss)");
    for (size_t i = 0; r >= 0 && i < f->plan.functions_count; i++) {
        const struct fascia_fact *fact = &f->supervisor.functions[i];
        r = sd_bus_message_append(reply, "(ssss)", fact->function, fascia_function_state_name(fact->state),
                                  fascia_reason_id(fact->reason), fact->detail);
    }
    return r < 0 ? r : sd_bus_message_close_container(reply);
}

static int get_units(sd_bus *bus, const char *path, const char *interface, const char *property, sd_bus_message *reply,
                     void *userdata, sd_bus_error *error)
{
    const struct fasciad *f = userdata;
    (void)bus, (void)path, (void)interface, (void)property, (void)error;

    int r = sd_bus_message_open_container(reply, 'a', "(ssuu)");
    for (size_t i = 0; r >= 0 && i < f->plan.units_count; i++) {
        const struct unit *u = &f->supervisor.units[i];
        r = sd_bus_message_append(reply, "(ssuu)", u->spec->name, unit_state_name(u->state), (uint32_t)u->pid,
                                  (uint32_t)unit_restarts(u));
    }
    return r < 0 ? r : sd_bus_message_close_container(reply);
}

static int get_generation(sd_bus *bus, const char *path, const char *interface, const char *property,
                          sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
    const struct fasciad *f = userdata;
    (void)bus, (void)path, (void)interface, (void)property, (void)error;

    return sd_bus_message_append(reply, "t", f->supervisor.generation);
}

static int get_profile(sd_bus *bus, const char *path, const char *interface, const char *property,
                       sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
    const struct fasciad *f = userdata;
    (void)bus, (void)path, (void)interface, (void)property, (void)error;

    return sd_bus_message_append(reply, "s", f->config.profile);
}

static int get_config_file(sd_bus *bus, const char *path, const char *interface, const char *property,
                           sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
    const struct fasciad *f = userdata;
    (void)bus, (void)path, (void)interface, (void)property, (void)error;

    return sd_bus_message_append(reply, "s", f->config_path);
}

static int get_started(sd_bus *bus, const char *path, const char *interface, const char *property,
                       sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
    const struct fasciad *f = userdata;
    (void)bus, (void)path, (void)interface, (void)property, (void)error;

    return sd_bus_message_append(reply, "x", f->started_us);
}

static int on_get_events(sd_bus_message *call, void *userdata, sd_bus_error *error)
{
    const struct fasciad *f = userdata;
    sd_bus_message *reply = NULL;
    (void)error;

    int r = sd_bus_message_new_method_return(call, &reply);
    if (r >= 0)
        r = sd_bus_message_open_container(reply, 'a', "(xsss)");
    for (size_t i = 0; r >= 0 && i < f->events.count; i++) {
        const struct fascia_event *event = fascia_ring_at(&f->events, i);
        r = sd_bus_message_append(reply, "(xsss)", event->t_us, fascia_event_name(event->kind), event->source,
                                  event->detail);
    }
    if (r >= 0)
        r = sd_bus_message_close_container(reply);
    if (r >= 0)
        r = sd_bus_send(NULL, reply, NULL);
    sd_bus_message_unref(reply);
    return r;
}

static const sd_bus_vtable vtable[] = {
    SD_BUS_VTABLE_START(0),
    SD_BUS_PROPERTY("Functions", "a(ssss)", get_functions, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_PROPERTY("Units", "a(ssuu)", get_units, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_PROPERTY("Generation", "t", get_generation, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_PROPERTY("Profile", "s", get_profile, 0, SD_BUS_VTABLE_PROPERTY_CONST),
    SD_BUS_PROPERTY("ConfigFile", "s", get_config_file, 0, SD_BUS_VTABLE_PROPERTY_CONST),
    SD_BUS_PROPERTY("StartedUsec", "x", get_started, 0, SD_BUS_VTABLE_PROPERTY_CONST),
    SD_BUS_METHOD_WITH_ARGS("GetEvents", SD_BUS_NO_ARGS, SD_BUS_RESULT("a(xsss)", events), on_get_events,
                            SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_SIGNAL_WITH_ARGS("Event", SD_BUS_ARGS("x", t_us, "s", name, "s", source, "s", detail), 0),
    SD_BUS_VTABLE_END,
};

/* Everything works without the bus, so its absence is said once and not at every try. */
static void on_bus_state(struct bus *bus, bool connected, bool name_taken, void *userdata)
{
    struct fasciad *f = userdata;
    (void)bus;

    if (name_taken)
        journal_log(FASCIA_SEVERITY_ERROR, "another process owns %s on the bus `%s`: nobody will see this fasciad",
                    BUS_NAME, f->config.bus);
    else if (connected != f->bus_was_connected || !f->bus_told)
        journal_log(connected ? FASCIA_SEVERITY_INFO : FASCIA_SEVERITY_WARNING,
                    connected ? "D-Bus `%s` connected" : "D-Bus `%s` cannot be reached; trying on", f->config.bus);
    f->bus_told = true;
    f->bus_was_connected = connected;
}

static int on_changes_due(sd_event_source *source, uint64_t usec, void *userdata)
{
    static const char *const names[] = {"Functions", "Units", "Generation", NULL};
    struct fasciad *f = userdata;
    (void)source, (void)usec;

    f->published_us = loop_now_us();
    f->published_generation = f->supervisor.generation;
    bus_emit_changed(f->bus, BUS_PATH, BUS_INTERFACE, names);
    return 0;
}

int fasciad_bus_open(struct fasciad *f)
{
    int r = loop_timer_new(f->loop, on_changes_due, f, &f->changes);

    if (r < 0)
        return r;
    r = bus_open(f->loop, f->config.bus, BUS_NAME, on_bus_state, f, &f->bus);
    if (r < 0)
        return r;
    return bus_add_object(f->bus, BUS_PATH, BUS_INTERFACE, vtable, f);
}

void fasciad_bus_changed(struct fasciad *f)
{
    int enabled = SD_EVENT_OFF;

    if (f->supervisor.generation == f->published_generation)
        return;
    if (sd_event_source_get_enabled(f->changes, &enabled) > 0)
        return; /* the signal that is due will have this change too */
    (void)loop_timer_arm(f->changes, f->published_us + CHANGES_EVERY_US - loop_now_us());
}

void fasciad_bus_event(struct fasciad *f, const struct fascia_event *event)
{
    sd_bus *connection = bus_connection(f->bus);

    if (connection)
        (void)sd_bus_emit_signal(connection, BUS_PATH, BUS_INTERFACE, "Event", "xsss", event->t_us,
                                 fascia_event_name(event->kind), event->source, event->detail);
}
