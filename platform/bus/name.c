/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "platform/bus/hook.h"
#include "stack/base/text.h"

#define DAEMON      "org.freedesktop.DBus"
#define DAEMON_PATH "/org/freedesktop/DBus"

/* The daemon itself answers, or the connection ends: no time limit of our own. */
#define NO_LIMIT UINT64_MAX

struct bus_name_watch {
    struct bus_hook hook;
    struct bus *bus;
    char name[256]; /* D-Bus specification: at most 255 octets */
    char owner[256];
    bus_name_fn fn;
    void *userdata;
    sd_bus_slot *match, *call; /* one question at a time; a newer one replaces it */
};

static int tell(struct bus_name_watch *watch, const char *owner, pid_t pid)
{
    watch->fn(watch->bus, owner, pid, watch->userdata); /* may free the watch */
    return 0;
}

static int on_pid(sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
    struct bus_name_watch *watch = userdata;
    uint32_t pid = 0;
    (void)error;

    watch->call = sd_bus_slot_unref(watch->call);
    /* An owner that has gone meanwhile has no process; the signal of that is on its way. */
    if (sd_bus_message_is_method_error(reply, NULL) || sd_bus_message_read(reply, "u", &pid) < 0)
        pid = 0;
    return tell(watch, watch->owner, (pid_t)pid);
}

static int take_owner(struct bus_name_watch *watch, const char *owner)
{
    watch->call = sd_bus_slot_unref(watch->call);
    if (owner[0] == '\0' || fascia_text_copy(watch->owner, sizeof watch->owner, owner) < 0)
        return tell(watch, "", 0);
    int r = sd_bus_call_method_async(bus_connection(watch->bus), &watch->call, DAEMON, DAEMON_PATH, DAEMON,
                                     "GetConnectionUnixProcessID", on_pid, watch, "s", owner);
    return r < 0 ? r : 0; /* more than 0 would keep a signal from other watches */
}

static int on_owner(sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
    struct bus_name_watch *watch = userdata;
    const char *owner = "";
    (void)error;

    if (sd_bus_message_is_method_error(reply, NULL) || sd_bus_message_read(reply, "s", &owner) < 0)
        owner = "";
    return take_owner(watch, owner);
}

static int on_owner_changed(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
    const char *name = NULL, *before = NULL, *after = NULL;
    (void)error;

    return sd_bus_message_read(message, "sss", &name, &before, &after) < 0 ? 0 : take_owner(userdata, after);
}

static int ask_owner(struct bus_name_watch *watch, sd_bus *connection)
{
    sd_bus_message *call = NULL;

    int r = sd_bus_message_new_method_call(connection, &call, DAEMON, DAEMON_PATH, DAEMON, "GetNameOwner");
    if (r >= 0)
        r = sd_bus_message_append(call, "s", watch->name);
    if (r >= 0)
        r = sd_bus_call_async(connection, &watch->call, call, on_owner, watch, NO_LIMIT);
    sd_bus_message_unref(call);
    return r;
}

static int on_up(struct bus_hook *hook, sd_bus *connection)
{
    struct bus_name_watch *watch = FASCIA_LIST_ENTRY(hook, struct bus_name_watch, hook);
    char match[512];
    struct fascia_text text;

    fascia_text_init(&text, match, sizeof match);
    fascia_text_add(&text,
                    "type='signal',sender='" DAEMON "',interface='" DAEMON "',member='NameOwnerChanged',arg0='%s'",
                    watch->name);
    int r = sd_bus_add_match_async(connection, &watch->match, match, on_owner_changed, NULL, watch);
    return r < 0 ? r : ask_owner(watch, connection);
}

static void on_down(struct bus_hook *hook, sd_bus *connection)
{
    struct bus_name_watch *watch = FASCIA_LIST_ENTRY(hook, struct bus_name_watch, hook);
    (void)connection;

    watch->match = sd_bus_slot_unref(watch->match);
    watch->call = sd_bus_slot_unref(watch->call);
}

static void on_told(struct bus_hook *hook)
{
    (void)tell(FASCIA_LIST_ENTRY(hook, struct bus_name_watch, hook), NULL, 0);
}

int bus_watch_name(struct bus *bus, const char *name, bus_name_fn fn, void *userdata, struct bus_name_watch **ret_watch)
{
    _cleanup_(bus_name_watch_free) struct bus_name_watch *watch = calloc(1, sizeof *watch);

    if (!watch)
        return -ENOMEM;
    watch->hook = (struct bus_hook){.up = on_up, .down = on_down, .told = on_told};
    fascia_list_init(&watch->hook.node);
    watch->bus = bus;
    watch->fn = fn;
    watch->userdata = userdata;
    if (sd_bus_service_name_is_valid(name) <= 0)
        return -EINVAL;
    int r = fascia_text_copy(watch->name, sizeof watch->name, name);
    if (r >= 0)
        r = bus_hook_add(bus, &watch->hook);
    if (r < 0)
        return r;
    *ret_watch = FASCIA_STEAL(watch);
    return 0;
}

void bus_name_watch_free(struct bus_name_watch *watch)
{
    if (!watch)
        return;
    fascia_list_unlink(&watch->hook.node);
    on_down(&watch->hook, NULL);
    free(watch);
}
