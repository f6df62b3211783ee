/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>

#include "platform/bus/bus.h"
#include "platform/loop/loop.h"
#include "stack/report/facts_json.h"
#include "tools/fasciactl/bus_json.h"
#include "tools/fasciactl/changes.h"
#include "tools/fasciactl/client.h"
#include "tools/fasciactl/json.h"
#include "tools/fasciactl/watch.h"

static const char help[] =
    "Usage: fasciactl watch [--json]\n"
    "\n"
    "Prints what is, then changes of functions, ladders, processes, link, stations and sound, and\n"
    "events, until interrupted. Goes on when fascia or the bus is restarted.\n"
    "\n"
    "  --json  one object per line\n";

/* Answers of several services that belong together arrive within a moment; they are shown as one look. */
#define SETTLE_US       30000
#define FIRST_SETTLE_US 300000

enum { SUPERVISOR, LINK, ADDRESS, AUDIO, SERVICES_ };

static const char *const services[SERVICES_] = {
    [SUPERVISOR] = CLIENT_SUPERVISOR, [LINK] = CLIENT_LINK, [ADDRESS] = CLIENT_ADDRESS, [AUDIO] = CLIENT_AUDIO};

struct watcher;

struct subscription {
    struct watcher *watcher;
    struct json_object *properties; /* NULL while the service does not answer */
};

struct watcher {
    struct watch watch;
    sd_event_source *timer;
    bool looked;
    struct subscription subscriptions[SERVICES_];
    struct report_facts *now, *before;
};

static void say(struct watcher *watcher, int64_t t_us, struct json_object *object, const char *text)
{
    int64_t started = watcher->now->started_us;

    (void)json_object_object_add(object, "t_ms", started > 0 ? json_object_new_int64((t_us - started) / 1000) : NULL);
    watch_print(&watcher->watch, object, text);
}

static void on_change(const struct change *change, void *userdata)
{
    _cleanup_(json_release) struct json_object *object = json_object_new_object();
    const struct watch_change line = {change->kind, change->name, change->from, change->to, change->detail};
    char text[512];

    watch_change_json(&line, object);
    watch_change_text(&line, 9, text, sizeof text);
    say(userdata, loop_now_us(), object, text);
}

static void add_text(struct json_object *object, const char *key, const char *text)
{
    (void)json_object_object_add(object, key, json_object_new_string(text));
}

static int look(sd_event_source *timer, uint64_t usec, void *userdata)
{
    struct watcher *watcher = userdata;
    struct report_facts *facts = watcher->before;
    (void)timer;
    (void)usec;

    memset(facts, 0, sizeof *facts);
    watcher->before = watcher->now;
    watcher->now = facts;
    watcher->looked = true;
    report_facts_read_supervisor(facts, watcher->subscriptions[SUPERVISOR].properties);
    report_facts_read_link(facts, watcher->subscriptions[LINK].properties);
    report_facts_read_address(facts, watcher->subscriptions[ADDRESS].properties);
    report_facts_read_audio(facts, watcher->subscriptions[AUDIO].properties);
    report_facts_settle(facts);
    changes_find(watcher->before, watcher->now, on_change, watcher);
    return 0;
}

/*
 * Each answer is everything of one moment (GetAll), an older one that is still under way is dropped by the door, and a
 * fasciad that was restarted is a new owner of the name, which is read afresh: so no generation needs comparing here.
 */
static void on_properties(struct bus *bus, sd_bus_message *properties, void *userdata)
{
    struct subscription *subscription = userdata;
    struct watcher *watcher = subscription->watcher;
    (void)bus;

    (void)json_object_put(FASCIA_STEAL(subscription->properties));
    if (properties != NULL)
        (void)bus_json_read(properties, &subscription->properties);
    (void)loop_timer_arm(watcher->timer, watcher->looked ? SETTLE_US : FIRST_SETTLE_US);
}

static int on_event(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
    _cleanup_(json_release) struct json_object *object = json_object_new_object();
    struct watcher *watcher = userdata;
    const char *name = "", *source = "", *detail = "";
    char line[512], clean[384];
    int64_t t_us = 0;
    struct fascia_text text;
    (void)error;

    if (sd_bus_message_read(message, "xsss", &t_us, &name, &source, &detail) < 0)
        return 0;
    add_text(object, "kind", "event");
    add_text(object, "name", name);
    add_text(object, "source", source);
    add_text(object, "detail", detail);
    fascia_text_init(&text, clean, sizeof clean);
    fascia_text_add(&text, "%-17s %-13s %s", name, source, detail);
    (void)report_text_clean(clean, sizeof clean, clean);
    fascia_text_init(&text, line, sizeof line);
    fascia_text_add(&text, "event     %s", clean);
    say(watcher, t_us, object, line);
    return 0;
}

static void on_bus(struct bus *bus, bool connected, bool name_taken, void *userdata)
{
    struct watcher *watcher = userdata;
    (void)name_taken;

    if (connected)
        (void)sd_bus_match_signal_async(bus_connection(bus), NULL, CLIENT_SUPERVISOR, client_path(CLIENT_SUPERVISOR),
                                        CLIENT_SUPERVISOR, "Event", on_event, NULL, watcher);
    watch_connected(&watcher->watch, connected);
}

static void watcher_finish(struct watcher *watcher)
{
    bus_close(watcher->watch.bus);
    watcher->timer = loop_source_free(watcher->timer);
    loop_free(watcher->watch.loop);
    for (size_t i = 0; i < SERVICES_; i++)
        (void)json_object_put(watcher->subscriptions[i].properties);
    free(watcher->now);
    free(watcher->before);
}

static int watcher_start(void *userdata, const char *address)
{
    struct watcher *watcher = userdata;
    struct watch *watch = &watcher->watch;

    watcher->now = client_facts_new();
    watcher->before = client_facts_new();
    if (watcher->now == NULL || watcher->before == NULL)
        return -ENOMEM;
    int r = loop_new(&watch->loop);
    if (r >= 0)
        r = loop_timer_new(watch->loop, look, watcher, &watcher->timer);
    if (r >= 0)
        r = bus_open(watch->loop, address, NULL, on_bus, watcher, &watch->bus);
    for (size_t i = 0; r >= 0 && i < SERVICES_; i++) {
        watcher->subscriptions[i].watcher = watcher;
        r = bus_watch(watch->bus, services[i], client_path(services[i]), services[i], on_properties,
                      &watcher->subscriptions[i]);
    }
    return r < 0 ? r : 0;
}

int verb_watch(struct fasciactl *ctl, int argc, char **argv)
{
    struct watcher watcher = {0};
    int status = watch_run(&watcher.watch, ctl, argc, argv, help, watcher_start, &watcher);

    watcher_finish(&watcher);
    return status;
}
