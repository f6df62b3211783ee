/* SPDX-License-Identifier: Apache-2.0 */
/* org.fascia.Supervisor1; the contract is config/dbus/org.fascia.Supervisor1.xml. */
#include "platform/journal/journal.h"
#include "platform/loop/loop.h"
#include "tools/daemons/fasciad/bus_object.h"

#define BUS_NAME         "org.fascia.Supervisor1"
#define BUS_PATH         "/org/fascia/Supervisor1"
#define BUS_INTERFACE    "org.fascia.Supervisor1"
#define CHANGES_EVERY_US 100000

/* The one shape of sd-bus's property getters, for values that are appended by one expression. */
#define GETTER(name, append)                                                                                           \
    static int name(sd_bus *bus, const char *path, const char *interface, const char *property, sd_bus_message *reply, \
                    void *userdata, sd_bus_error *error)                                                               \
    {                                                                                                                  \
        const struct fasciad *f = userdata;                                                                            \
        (void)bus, (void)path, (void)interface, (void)property, (void)error;                                           \
                                                                                                                       \
        return (append);                                                                                               \
    }

GETTER(get_functions, fasciad_append_functions(reply, f))
GETTER(get_units, fasciad_append_units(reply, f))
GETTER(get_ladders, fasciad_append_ladders(reply, f))
GETTER(get_phase, sd_bus_message_append(reply, "s", supervisor_phase_name(f->supervisor.phase)))
GETTER(get_generation, sd_bus_message_append(reply, "t", f->supervisor.generation))
GETTER(get_profile, sd_bus_message_append(reply, "s", f->config->profile))
GETTER(get_config_file, sd_bus_message_append(reply, "s", f->config_path))
GETTER(get_started, sd_bus_message_append(reply, "x", f->started_us))
GETTER(get_black_box,
       sd_bus_message_append(reply, "(ss)", f->supervisor.config->black_box.path, fasciad_black_box_state(f)))

static const sd_bus_vtable vtable[] = {
    SD_BUS_VTABLE_START(0),
    SD_BUS_PROPERTY("Functions", "a(ssss)", get_functions, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_PROPERTY("Units", "a(ssuu)", get_units, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_PROPERTY("Ladders", "a(ssusu)", get_ladders, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_PROPERTY("Phase", "s", get_phase, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_PROPERTY("Generation", "t", get_generation, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_PROPERTY("Profile", "s", get_profile, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_PROPERTY("ConfigFile", "s", get_config_file, 0, SD_BUS_VTABLE_PROPERTY_CONST),
    SD_BUS_PROPERTY("StartedUsec", "x", get_started, 0, SD_BUS_VTABLE_PROPERTY_CONST),
    SD_BUS_PROPERTY("BlackBox", "(ss)", get_black_box, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_METHOD_WITH_ARGS(
        "GetSnapshot", SD_BUS_NO_ARGS,
        SD_BUS_RESULT("t", generation, "s", phase, "a(ssss)", functions, "a(ssuu)", units, "a(ssusu)", ladders),
        fasciad_on_get_snapshot, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD_WITH_ARGS("GetEvents", SD_BUS_NO_ARGS, SD_BUS_RESULT("a(xsss)", events), fasciad_on_get_events,
                            SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD_WITH_ARGS("GetBoot", SD_BUS_NO_ARGS,
                            SD_BUS_RESULT("x", fasciad_us, "a(sxx)", units, "a(ssxxs)", stages), fasciad_on_get_boot,
                            SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD_WITH_ARGS("GetPlan", SD_BUS_NO_ARGS, SD_BUS_RESULT("a(ssssa(ss)sss)", plan), fasciad_on_get_plan,
                            SD_BUS_VTABLE_UNPRIVILEGED),
    /* Orders. Why UNPRIVILEGED does not mean "everybody": bus_orders.c. */
    SD_BUS_METHOD_WITH_ARGS("Start", SD_BUS_ARGS("s", unit), SD_BUS_NO_RESULT, fasciad_on_start,
                            SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD_WITH_ARGS("Stop", SD_BUS_ARGS("s", unit), SD_BUS_NO_RESULT, fasciad_on_stop,
                            SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD_WITH_ARGS("Restart", SD_BUS_ARGS("s", unit), SD_BUS_NO_RESULT, fasciad_on_restart,
                            SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD_WITH_ARGS("Reload", SD_BUS_NO_ARGS, SD_BUS_RESULT("s", summary), fasciad_on_reload,
                            SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD("Suspend", NULL, NULL, fasciad_on_suspend, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD("Resume", NULL, NULL, fasciad_on_resume, SD_BUS_VTABLE_UNPRIVILEGED),
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
                    BUS_NAME, f->config->bus);
    else if (connected != f->bus_was_connected || !f->bus_told)
        journal_log(connected ? FASCIA_SEVERITY_INFO : FASCIA_SEVERITY_WARNING,
                    connected ? "D-Bus `%s` connected" : "D-Bus `%s` cannot be reached; trying on", f->config->bus);
    f->bus_told = true;
    f->bus_was_connected = connected;
    if (!connected)
        fasciad_drop_sleepers(f, NULL, "");
}

static int on_changes_due(sd_event_source *source, uint64_t usec, void *userdata)
{
    /* All that may change, in one signal: a listener never sees a generation that its other values do not have. */
    static const char *const names[] = {"Functions",  "Units",   "Ladders",  "Phase",
                                        "Generation", "Profile", "BlackBox", NULL};
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
    r = bus_open(f->loop, f->config->bus, BUS_NAME, on_bus_state, f, &f->bus);
    if (r < 0)
        return r;
    return bus_add_object(f->bus, BUS_PATH, BUS_INTERFACE, vtable, f);
}

void fasciad_bus_close(struct fasciad *f)
{
    fasciad_drop_sleepers(f, FASCIAD_ERROR_ENDING, "fasciad is ending");
    bus_close(FASCIA_STEAL(f->bus));
    f->changes = loop_source_free(f->changes);
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
