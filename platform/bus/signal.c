/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>

#include "platform/bus/hook.h"

struct bus_signal_watch {
    struct bus_hook hook;
    struct bus *bus;
    const char *service, *path, *interface, *member;
    bus_signal_fn fn;
    void *userdata;
    sd_bus_slot *match;
};

static int on_signal(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
    struct bus_signal_watch *watch = userdata;
    (void)error;

    watch->fn(watch->bus, message, watch->userdata); /* may free the watch */
    return 0;
}

static int on_up(struct bus_hook *hook, sd_bus *connection)
{
    struct bus_signal_watch *watch = FASCIA_LIST_ENTRY(hook, struct bus_signal_watch, hook);

    return sd_bus_match_signal_async(connection, &watch->match, watch->service, watch->path, watch->interface,
                                     watch->member, on_signal, NULL, watch);
}

static void on_down(struct bus_hook *hook, sd_bus *connection)
{
    struct bus_signal_watch *watch = FASCIA_LIST_ENTRY(hook, struct bus_signal_watch, hook);
    (void)connection;

    watch->match = sd_bus_slot_unref(watch->match);
}

int bus_watch_signal(struct bus *bus, const char *service, const char *path, const char *interface, const char *member,
                     bus_signal_fn fn, void *userdata, struct bus_signal_watch **ret_watch)
{
    _cleanup_(bus_signal_watch_free) struct bus_signal_watch *watch = calloc(1, sizeof *watch);

    if (!watch)
        return -ENOMEM;
    *watch = (struct bus_signal_watch){
        .hook = {.up = on_up, .down = on_down},
        .bus = bus,
        .service = service,
        .path = path,
        .interface = interface,
        .member = member,
        .fn = fn,
        .userdata = userdata,
    };
    fascia_list_init(&watch->hook.node);
    int r = bus_hook_add(bus, &watch->hook);
    if (r < 0)
        return r;
    *ret_watch = FASCIA_STEAL(watch);
    return 0;
}

void bus_signal_watch_free(struct bus_signal_watch *watch)
{
    if (!watch)
        return;
    fascia_list_unlink(&watch->hook.node);
    on_down(&watch->hook, NULL);
    free(watch);
}
