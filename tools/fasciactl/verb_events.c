/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "stack/report/facts_json.h"
#include "tools/fasciactl/box.h"
#include "tools/fasciactl/bus_json.h"
#include "tools/fasciactl/client.h"
#include "tools/fasciactl/json.h"
#include "tools/fasciactl/output.h"
#include "tools/fasciactl/verbs.h"

static const char help[] =
    "Usage: fasciactl events [--follow] [--json]\n"
    "       fasciactl events --boot BOOT [--file FILE] [--follow] [--json]\n"
    "       fasciactl events --boots [--file FILE] [--json]\n"
    "\n"
    "Prints the events that the supervisor remembers: milliseconds since it started, name, source, detail.\n"
    "With --boot, prints those of a boot from the black box, which needs neither fasciad nor a D-Bus: local time,\n"
    "seconds since the kernel's start, name, source, detail.\n"
    "\n"
    "  --boot BOOT  0 this boot, -1 the one before, ...; or the beginning of a boot id\n"
    "  --boots      list the boots that the black box holds\n"
    "  --file FILE  a black box (or a copy of one; boot 0 is then its newest) instead of this machine's\n"
    "  --follow     go on with new events until interrupted; with --boot for boot 0 only\n"
    "  --json       a JSON array; with --follow one object per line\n";

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

static int print_remembered(struct fasciactl *ctl, bool json, bool following)
{
    _cleanup_(freep) struct report_facts *facts = client_facts_new();
    _cleanup_(client_close) sd_bus *bus = NULL;

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

/* ---- the black box ---- */

struct live {
    const struct box *box;
    size_t row;
    struct json_object *remembered; /* rows of GetEvents; what they hold has been printed */
    bool json;
};

/* An event as the bus tells it. */
struct told {
    int64_t t_us;
    const char *name, *source, *detail;
};

static bool is_in_box(const struct live *live, const struct told *told)
{
    const struct box_boot *boot = &live->box->image.boots[live->row];
    struct box_record record;

    /* From the end: what is told is new. */
    for (size_t i = boot->records; i-- > 0;) {
        box_image_record(&live->box->image, live->row, i, &record);
        if (record.monotonic_us == told->t_us && strcmp(record.source, told->source) == 0 &&
            strcmp(record.detail, told->detail) == 0 &&
            strcmp(fascia_event_name(box_record_kind(&record)), told->name) == 0)
            return true;
    }
    return false;
}

static struct told told_of(struct json_object *row)
{
    return (struct told){.t_us = json_object_get_int64(json_object_array_get_idx(row, 0)),
                         .name = json_text_at(row, 1),
                         .source = json_text_at(row, 2),
                         .detail = json_text_at(row, 3)};
}

static bool is_printed(const struct live *live, const struct told *told)
{
    size_t count = live->remembered == NULL ? 0 : json_object_array_length(live->remembered);

    for (size_t i = count; i-- > 0;) {
        struct told other = told_of(json_object_array_get_idx(live->remembered, i));
        if (other.t_us == told->t_us && strcmp(other.name, told->name) == 0 &&
            strcmp(other.source, told->source) == 0 && strcmp(other.detail, told->detail) == 0)
            return true;
    }
    return is_in_box(live, told);
}

static int print_told(const struct live *live, const struct told *told)
{
    struct fascia_event event = {.kind = FASCIA_EVENTS_, .t_us = told->t_us};
    struct box_record record;
    struct timespec now = {0};

    (void)clock_gettime(CLOCK_REALTIME, &now);
    (void)fascia_event_parse_name(told->name, &event.kind);
    (void)snprintf(event.source, sizeof event.source, "%s", told->source);
    (void)snprintf(event.detail, sizeof event.detail, "%s", told->detail);
    box_record_from_event(&event, (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000, &record);
    return box_print_event(&record, told->name, live->json);
}

static int on_live(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
    const struct live *live = userdata;
    struct told told = {0};
    (void)error;

    int r = sd_bus_message_read(message, "xsss", &told.t_us, &told.name, &told.source, &told.detail);
    if (r < 0)
        return r;
    return is_printed(live, &told) ? 0 : print_told(live, &told);
}

/*
 * Between the file and the signals nothing may be missing: the signals are subscribed to before the file is read, and
 * what was still on its way to the disk then is among the events that fasciad remembers.
 */
static int print_late(const struct live *live)
{
    const struct box_boot *boot = &live->box->image.boots[live->row];
    size_t count = live->remembered == NULL ? 0 : json_object_array_length(live->remembered);
    int r = 0;

    for (size_t i = 0; r == 0 && i < count; i++) {
        struct told told = told_of(json_object_array_get_idx(live->remembered, i));
        if (told.t_us >= boot->last.monotonic_us && !is_in_box(live, &told))
            r = print_told(live, &told);
    }
    return r;
}

static int print_and_follow(struct fasciactl *ctl, const char *word, const char *file, bool json)
{
    _cleanup_(box_free) struct box box = {0};
    _cleanup_(client_close) sd_bus *bus = NULL;
    struct live live = {.box = &box, .json = json};

    int r = client_open(ctl->bus, &bus);
    if (r >= 0)
        r = sd_bus_match_signal(bus, NULL, CLIENT_SUPERVISOR, client_path(CLIENT_SUPERVISOR), CLIENT_SUPERVISOR,
                                "Event", on_live, &live);
    int status = box_load(ctl, file, &box);
    if (status == STATUS_OK)
        status = box_find(&box, word, &live.row);
    if (status != STATUS_OK)
        return status;
    if (live.row != 0 || !box.is_live) {
        (void)fputs("fasciactl: only the running boot goes on; leave --follow out for another one.\n", stderr);
        return STATUS_USAGE;
    }
    if (box_print_records(&box, live.row, json, true) < 0 || r < 0)
        return STATUS_IMPOSSIBLE;
    _cleanup_(json_release) struct json_object *remembered = client_events(bus);
    live.remembered = remembered;
    return print_late(&live) < 0 ? STATUS_IMPOSSIBLE : follow(bus);
}

static int print_box(struct fasciactl *ctl, const char *word, const char *file, bool json)
{
    _cleanup_(box_free) struct box box = {0};
    size_t row = 0;
    int r = 0;

    int status = box_load(ctl, file, &box);
    if (status == STATUS_OK && word != NULL)
        status = box_find(&box, word, &row);
    if (status != STATUS_OK)
        return status;
    r = word != NULL ? box_print_records(&box, row, json, false) : box_print_boots(&box, json);
    return r < 0 ? STATUS_IMPOSSIBLE : STATUS_OK;
}

static int refuse(const char *why)
{
    (void)fprintf(stderr, "fasciactl: %s\nTry: fasciactl events --help\n", why);
    return STATUS_USAGE;
}

int verb_events(struct fasciactl *ctl, int argc, char **argv)
{
    enum { JSON = 1, FOLLOW, BOOT, BOOTS, FILE_ };
    static const struct option options[] = {
        {"json", no_argument, NULL, JSON},        {"follow", no_argument, NULL, FOLLOW},
        {"boot", required_argument, NULL, BOOT},  {"boots", no_argument, NULL, BOOTS},
        {"file", required_argument, NULL, FILE_}, {0}};
    bool json = false, following = false, listing = false;
    const char *word = NULL, *file = NULL;
    int option = 0, status = 0;

    while ((option = next_option(ctl, argc, argv, options, help, &status)) >= 0) {
        json = json || option == JSON;
        following = following || option == FOLLOW;
        listing = listing || option == BOOTS;
        word = option == BOOT ? optarg : word;
        file = option == FILE_ ? optarg : file;
    }
    if (option == -2)
        return status;
    if (no_operand(argc, argv) != 0)
        return STATUS_USAGE;
    if (word != NULL && !box_is_boot(word))
        return refuse("--boot takes 0, -1, -2, ... or at least four digits of a boot id");
    if (listing && (word != NULL || following))
        return refuse("--boots goes with neither --boot nor --follow");
    if (following && word != NULL && word[0] == '-')
        return refuse("--follow goes with boot 0 only: an earlier one does not go on");
    if (file != NULL && !listing && word == NULL)
        return refuse("--file needs --boot BOOT or --boots");
    if (word == NULL && !listing)
        return print_remembered(ctl, json, following);
    return following ? print_and_follow(ctl, word, file, json) : print_box(ctl, word, file, json);
}
