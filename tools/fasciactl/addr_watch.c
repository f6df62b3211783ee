/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "platform/bus/bus.h"
#include "platform/loop/loop.h"
#include "stack/base/text.h"
#include "tools/fasciactl/addr.h"
#include "tools/fasciactl/addr_changes.h"
#include "tools/fasciactl/bus_json.h"
#include "tools/fasciactl/json.h"
#include "tools/fasciactl/watch.h"

static const char help[] =
    "Usage: fasciactl addr watch [--json]\n"
    "\n"
    "Prints what is, then changes of the interfaces that fascia-addr manages, peers that come and go, and the first\n"
    "packet that should not have left, until interrupted. Goes on when fascia-addr or the bus is restarted.\n"
    "\n"
    "  --json  one object per line\n";

#define PROPERTIES "org.freedesktop.DBus.Properties"
#define TIMEOUT_US 2000000

/* What is kept of the properties. */
static const char *const wanted[] = {"State", "Reason", "Interfaces"};

enum { CHANGED, ADDED, REMOVED, SIGNALS_ };

struct watcher {
    struct watch watch;
    struct bus_name_watch *name;
    struct bus_signal_watch *signals[SIGNALS_];
    bool asked; /* for everything, and not answered yet */
    struct json_object *now;
};

static void say(struct watcher *watcher, const struct addr_change *change, const char *detail)
{
    _cleanup_(json_release) struct json_object *object = json_object_new_object();
    const struct watch_change line = {change->kind, change->name, change->from, change->to, detail};
    char text[768];

    (void)json_object_object_add(object, "t_us", json_object_new_int64(loop_now_us()));
    watch_change_json(&line, object);
    watch_change_text(&line, 10, text, sizeof text);
    watch_print(&watcher->watch, object, text);
}

static void on_difference(const struct addr_change *change, void *userdata)
{
    say(userdata, change, "");
}

/* Takes `next` (consumed; NULL: nobody answers) as what is now. */
static void look(struct watcher *watcher, struct json_object *next)
{
    addr_changes_find(watcher->now, next, on_difference, watcher);
    json_release(watcher->now);
    watcher->now = next;
}

/* Everything, when the service has appeared; from then on its signals tell. */
static void on_answer(struct bus *bus, int error, sd_bus_message *reply, void *userdata)
{
    struct watcher *watcher = userdata;
    struct json_object *properties = NULL;
    (void)bus;

    watcher->asked = false;
    if (error == 0 && bus_json_read(reply, &properties) == 0 && json_object_is_type(properties, json_type_object))
        json_object_object_del(properties, "Peers"); /* may be thousands of rows, and goes stale */
    look(watcher, properties);
}

static void on_owner(struct bus *bus, const char *owner, pid_t pid, void *userdata)
{
    struct watcher *watcher = userdata;
    (void)pid;

    if (owner == NULL || owner[0] == '\0')
        look(watcher, NULL);
    else if (!watcher->asked)
        watcher->asked = bus_call(bus, CLIENT_ADDRESS, client_path(CLIENT_ADDRESS), PROPERTIES, "GetAll", TIMEOUT_US,
                                  on_answer, watcher, "s", CLIENT_ADDRESS) >= 0;
}

/* Signals */

static void on_changed(struct bus *bus, sd_bus_message *signal, void *userdata)
{
    _cleanup_(json_release) struct json_object *changed = NULL;
    struct watcher *watcher = userdata;
    struct json_object *next = NULL, *value = NULL;
    const char *interface = "";
    (void)bus;

    if (sd_bus_message_read(signal, "s", &interface) < 0 || strcmp(interface, CLIENT_ADDRESS) != 0 ||
        bus_json_read(signal, &changed) < 0 || watcher->now == NULL)
        return;
    next = json_object_new_object();
    for (size_t i = 0; i < FASCIA_ARRAY_SIZE(wanted); i++) {
        if (json_object_object_get_ex(changed, wanted[i], &value) ||
            json_object_object_get_ex(watcher->now, wanted[i], &value))
            (void)json_object_object_add(next, wanted[i], json_object_get(value));
    }
    look(watcher, next);
}

static void on_peer(struct watcher *watcher, sd_bus_message *signal, bool added)
{
    struct addr_change change = {.kind = "peer"};
    const char *mac = NULL, *address = NULL;
    char interface[32] = "";
    struct json_object *row = NULL;
    uint32_t ifindex = 0;

    if (sd_bus_message_read(signal, "uss", &ifindex, &mac, &address) < 0)
        return;
    (void)report_text_clean(change.name, sizeof change.name, mac);
    if (added)
        (void)report_text_clean(change.to, sizeof change.to, address);
    else
        (void)report_text_clean(change.from, sizeof change.from, address);
    for (size_t i = 0; (row = addr_row(watcher->now, "Interfaces", i)) != NULL; i++) {
        struct addr_interface is;
        addr_interface_read(row, &is);
        if (is.ifindex == ifindex)
            (void)fascia_text_copy(interface, sizeof interface, is.name);
    }
    say(watcher, &change, interface);
}

static void on_added(struct bus *bus, sd_bus_message *signal, void *userdata)
{
    (void)bus;
    on_peer(userdata, signal, true);
}

static void on_removed(struct bus *bus, sd_bus_message *signal, void *userdata)
{
    (void)bus;
    on_peer(userdata, signal, false);
}

static void on_bus(struct bus *bus, bool connected, bool name_taken, void *userdata)
{
    struct watcher *watcher = userdata;
    (void)bus;
    (void)name_taken;

    watch_connected(&watcher->watch, connected);
}

/* The verb */

static int watcher_start(void *userdata, const char *address)
{
    static const struct {
        const char *interface, *member;
        bus_signal_fn fn;
    } signals[SIGNALS_] = {
        [CHANGED] = {PROPERTIES, "PropertiesChanged", on_changed},
        [ADDED] = {CLIENT_ADDRESS, "PeerAdded", on_added},
        [REMOVED] = {CLIENT_ADDRESS, "PeerRemoved", on_removed},
    };
    struct watcher *watcher = userdata;
    struct watch *watch = &watcher->watch;

    int r = loop_new(&watch->loop);
    if (r >= 0)
        r = bus_open(watch->loop, address, NULL, on_bus, watcher, &watch->bus);
    for (size_t i = 0; r >= 0 && i < SIGNALS_; i++)
        r = bus_watch_signal(watch->bus, CLIENT_ADDRESS, client_path(CLIENT_ADDRESS), signals[i].interface,
                             signals[i].member, signals[i].fn, watcher, &watcher->signals[i]);
    if (r >= 0)
        r = bus_watch_name(watch->bus, CLIENT_ADDRESS, on_owner, watcher, &watcher->name);
    return r;
}

static void watcher_finish(struct watcher *watcher)
{
    bus_name_watch_free(watcher->name);
    for (size_t i = 0; i < SIGNALS_; i++)
        bus_signal_watch_free(watcher->signals[i]);
    bus_close(watcher->watch.bus);
    loop_free(watcher->watch.loop);
    json_release(watcher->now);
}

int addr_watch(struct fasciactl *ctl, int argc, char **argv)
{
    struct watcher watcher = {0};
    int status = watch_run(&watcher.watch, ctl, argc, argv, help, watcher_start, &watcher);

    watcher_finish(&watcher);
    return status;
}
