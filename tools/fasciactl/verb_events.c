/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <string.h>

#include "stack/report/facts_json.h"
#include "tools/fasciactl/bus_json.h"
#include "tools/fasciactl/client.h"
#include "tools/fasciactl/json.h"
#include "tools/fasciactl/output.h"
#include "tools/fasciactl/verbs.h"

static const char help[] =
    "Usage: fasciactl events [--json] [--follow]\n"
    "\n"
    "Prints the events that the supervisor remembers: milliseconds since it started, name, source, detail.\n"
    "\n"
    "  --json    a JSON array; with --follow one object per line\n"
    "  --follow  go on with new events until interrupted\n";

struct follower {
    struct report_facts *facts; /* the remembered ones */
    bool json;
};

static struct json_object *json_of(const struct report_event *event)
{
    struct json_object *object = json_object_new_object();

    (void)json_object_object_add(object, "t_ms", json_object_new_int64(event->t_ms));
    (void)json_object_object_add(object, "event", json_object_new_string(event->name));
    (void)json_object_object_add(object, "source", json_object_new_string(event->source));
    (void)json_object_object_add(object, "detail", json_object_new_string(event->detail));
    return object;
}

static int print_event(const struct report_event *event, bool json)
{
    if (json) {
        _cleanup_(json_release) struct json_object *object = json_of(event);
        return output_json_line(stdout, object);
    }
    (void)printf("%9" PRId64 "  %-19s %-13s %s\n", event->t_ms, event->name, event->source, event->detail);
    return fflush(stdout) == 0 ? 0 : -EIO;
}

static int print_array(const struct report_facts *facts)
{
    _cleanup_(json_release) struct json_object *array = json_object_new_array();

    for (size_t i = 0; i < facts->events_count; i++)
        (void)json_object_array_add(array, json_of(&facts->events[i]));
    return output_json(stdout, array);
}

static bool is_remembered(const struct report_facts *facts, const struct report_event *event)
{
    for (size_t i = 0; i < facts->events_count; i++) {
        const struct report_event *other = &facts->events[i];
        if (other->t_ms == event->t_ms && strcmp(other->name, event->name) == 0 &&
            strcmp(other->source, event->source) == 0 && strcmp(other->detail, event->detail) == 0)
            return true;
    }
    return false;
}

/* The subscription is older than the answer to GetEvents: what comes twice is told apart by its contents. */
static int on_event(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
    const struct follower *follower = userdata;
    int64_t t_us = 0;
    const char *name = "", *source = "", *detail = "";
    struct report_event event = {0};
    (void)error;

    int r = sd_bus_message_read(message, "xsss", &t_us, &name, &source, &detail);
    if (r < 0)
        return r;
    event.t_ms = t_us > follower->facts->started_us ? (t_us - follower->facts->started_us) / 1000 : 0;
    (void)report_text_clean(event.name, sizeof event.name, name);
    (void)report_text_clean(event.source, sizeof event.source, source);
    (void)report_text_clean(event.detail, sizeof event.detail, detail);
    return is_remembered(follower->facts, &event) ? 0 : print_event(&event, follower->json);
}

static int follow(sd_bus *bus)
{
    for (;;) {
        int r = sd_bus_process(bus, NULL);
        if (r == 0)
            r = sd_bus_wait(bus, UINT64_MAX);
        if (r < 0 && r != -EINTR) {
            (void)fprintf(stderr, "fasciactl: the bus is gone: %s\n", strerror(-r));
            return STATUS_IMPOSSIBLE;
        }
    }
}

static int read_events(sd_bus *bus, struct report_facts *facts)
{
    _cleanup_(json_release) struct json_object *supervisor = client_properties(bus, CLIENT_SUPERVISOR);
    _cleanup_(json_release) struct json_object *events = supervisor != NULL ? client_events(bus) : NULL;

    if (events == NULL) {
        (void)fputs("fasciactl: fasciad does not answer on the bus, so there are no events.\n"
                    "  Start `fasciad --config FILE`, or name its bus by --bus ADDRESS or $FASCIA_BUS.\n",
                    stderr);
        return -ENXIO;
    }
    report_facts_read_supervisor(facts, supervisor);
    report_facts_read_events(facts, events);
    return 0;
}

int verb_events(struct fasciactl *ctl, int argc, char **argv)
{
    enum { JSON = 1, FOLLOW };
    static const struct option options[] = {
        {"json", no_argument, NULL, JSON}, {"follow", no_argument, NULL, FOLLOW}, {0}};
    _cleanup_(freep) struct report_facts *facts = NULL;
    _cleanup_(client_close) sd_bus *bus = NULL;
    bool json = false, following = false;
    int option = 0, status = 0;

    while ((option = next_option(ctl, argc, argv, options, help, &status)) >= 0) {
        json = json || option == JSON;
        following = following || option == FOLLOW;
    }
    if (option == -2)
        return status;
    facts = client_facts_new();
    if (facts == NULL || client_open(ctl->bus, &bus) < 0)
        return STATUS_IMPOSSIBLE;

    struct follower follower = {.facts = facts, .json = json};
    int r = !following ? 0
                       : sd_bus_match_signal(bus, NULL, CLIENT_SUPERVISOR, client_path(CLIENT_SUPERVISOR),
                                             CLIENT_SUPERVISOR, "Event", on_event, &follower);
    if (r < 0 || read_events(bus, facts) < 0)
        return STATUS_IMPOSSIBLE;
    if (json && !following)
        return print_array(facts) == 0 ? STATUS_OK : STATUS_IMPOSSIBLE;
    for (size_t i = 0; r >= 0 && i < facts->events_count; i++)
        r = print_event(&facts->events[i], json);
    if (r < 0)
        return STATUS_IMPOSSIBLE;
    return following ? follow(bus) : STATUS_OK;
}
