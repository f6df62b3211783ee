/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/fasciactl/order.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "platform/loop/loop.h"
#include "stack/report/facts_json.h"
#include "tools/fasciactl/client.h"
#include "tools/fasciactl/json.h"
#include "tools/fasciactl/verbs.h"

#define WAIT_DEFAULT_S 60
#define WAIT_LONGEST_S 3600
#define QUIET_US       INT64_C(2000000) /* progress is told of what takes longer */
#define LOOK_US        INT64_C(1000000) /* changes come as signals; this is for one that is lost */

struct request {
    const struct order *order;
    const char *address, *unit; /* "" = everything */
    int64_t wait_s;             /* 0 = do not */
    char what[96];              /* "restart fascia-audio" */
};

struct follower {
    const struct request *request;
    sd_bus *bus;
    struct report_facts *before, *now;
    char about[160], told[160];
};

/* Returns 0 and the request, or 1 and the status to return. */
static int parse(struct fasciactl *ctl, int argc, char **argv, const struct order *order, struct request *ret_request,
                 int *ret_status)
{
    enum { WAIT = 1 };
    static const struct option options[] = {{"wait", optional_argument, NULL, WAIT}, {0}};
    struct request request = {.order = order, .unit = ""};
    struct fascia_text what;
    int option = 0;

    *ret_status = STATUS_USAGE;
    while ((option = next_option(ctl, argc, argv, options, order->help, ret_status)) >= 0) {
        request.wait_s = WAIT_DEFAULT_S;
        if (optarg != NULL && fascia_text_to_i64(optarg, 1, WAIT_LONGEST_S, &request.wait_s) != 0) {
            (void)fprintf(stderr, "fasciactl: --wait takes 1 to %d seconds: \"%s\"\n", WAIT_LONGEST_S, optarg);
            return 1;
        }
    }
    if (option == -2)
        return 1;
    if (optind < argc)
        request.unit = argv[optind++];
    if (no_operand(argc, argv) != 0)
        return 1;
    request.address = ctl->bus;
    fascia_text_init(&what, request.what, sizeof request.what);
    fascia_text_add(&what, "%s %s", order->verb, request.unit[0] != '\0' ? request.unit : "everything");
    *ret_request = request;
    return 0;
}

static int call(const struct request *request, sd_bus *bus, const char *member, const char *argument,
                struct json_object **ret_reply)
{
    return client_call_or_explain(bus, request->address, member, argument, request->what, ret_reply);
}

static int look(const struct follower *follower, struct report_facts *facts)
{
    _cleanup_(json_release) struct json_object *snapshot = NULL;

    int r = call(follower->request, follower->bus, "GetSnapshot", NULL, &snapshot);
    if (r < 0)
        return r;
    memset(facts, 0, sizeof *facts);
    report_facts_read_snapshot(facts, snapshot);
    return 0;
}

/* An adopted unit belongs to somebody else: "restart everything" leaves it alone, so it is not waited for. */
static int forget_adopted(const struct follower *follower)
{
    _cleanup_(json_release) struct json_object *reply = NULL;

    int r = call(follower->request, follower->bus, "GetPlan", NULL, &reply);
    if (r < 0)
        return r;
    struct json_object *plan = json_object_array_get_idx(reply, 0);
    for (size_t n = 0; json_object_is_type(plan, json_type_array) && n < json_object_array_length(plan); n++) {
        struct json_object *row = json_object_array_get_idx(plan, n);
        if (strcmp(json_text_at(row, 1), "adopt") != 0)
            continue;
        for (size_t i = 0; i < follower->before->units_count; i++) {
            struct report_unit *unit = &follower->before->units[i];
            if (strcmp(json_text_at(row, 0), unit->name) == 0)
                unit->pid = 0;
        }
    }
    return 0;
}

static int on_changed(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
    (void)message, (void)userdata, (void)error;
    return 0; /* it only has to wake us */
}

/* Waits for a signal, at most `longest_us`. */
static int doze(sd_bus *bus, int64_t longest_us)
{
    int r = sd_bus_process(bus, NULL);

    if (r == 0)
        r = sd_bus_wait(bus, (uint64_t)longest_us);
    return r == -EINTR ? 0 : r;
}

static void tell(struct follower *follower, int64_t since_us, int64_t now_us)
{
    if (now_us - since_us < QUIET_US || strcmp(follower->about, follower->told) == 0)
        return;
    memcpy(follower->told, follower->about, sizeof follower->told);
    (void)fprintf(stderr, "%3" PRId64 " s: %s\n", (now_us - since_us) / 1000000, follower->about);
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* Returns the status of the verb. */
static int follow(struct follower *follower)
{
    const struct request *request = follower->request;
    int64_t since_us = loop_now_us(), end_us = since_us + request->wait_s * 1000000;

    for (;;) {
        struct fascia_text about;
        if (look(follower, follower->now) < 0)
            return STATUS_IMPOSSIBLE;
        fascia_text_init(&about, follower->about, sizeof follower->about);
        enum order_progress progress =
            order_progress_of(request->order->goal, request->unit, follower->before, follower->now, &about);
        (void)report_text_clean(follower->about, sizeof follower->about, follower->about);
        if (progress == ORDER_REACHED)
            return STATUS_OK;
        int64_t now_us = loop_now_us();
        if (progress == ORDER_HOPELESS || now_us >= end_us) {
            (void)fprintf(stderr,
                          "fasciactl: %s was ordered, but after %" PRId64 " s %s\n"
                          "  `fasciactl status` and `fasciactl events` say why.\n",
                          request->what, (now_us - since_us) / 1000000, follower->about);
            return STATUS_IMPOSSIBLE;
        }
        tell(follower, since_us, now_us);
        int64_t quiet_us = since_us + QUIET_US > now_us ? since_us + QUIET_US - now_us : LOOK_US;
        int r = doze(follower->bus, least(least(end_us - now_us, quiet_us), LOOK_US));
        if (r < 0) {
            (void)fprintf(stderr, "fasciactl: %s: the bus is gone: %s\n", request->what, strerror(-r));
            return STATUS_IMPOSSIBLE;
        }
    }
}

/* The snapshot from before the order, and the subscription that wakes us: both must be there when it is given. */
static int prepare(struct follower *follower)
{
    int r = sd_bus_match_signal(follower->bus, NULL, CLIENT_SUPERVISOR, client_path(CLIENT_SUPERVISOR),
                                "org.freedesktop.DBus.Properties", "PropertiesChanged", on_changed, NULL);
    if (r < 0)
        return r;
    r = look(follower, follower->before);
    if (r < 0 || follower->request->order->goal != ORDER_AGAIN || follower->request->unit[0] != '\0')
        return r;
    return forget_adopted(follower);
}

int order_run(struct fasciactl *ctl, int argc, char **argv, const struct order *order)
{
    _cleanup_(client_close) sd_bus *bus = NULL;
    _cleanup_(freep) struct report_facts *before = NULL;
    _cleanup_(freep) struct report_facts *now = NULL;
    struct request request = {0};
    int status = 0;

    if (parse(ctl, argc, argv, order, &request, &status) != 0)
        return status;
    before = client_facts_new();
    now = client_facts_new();
    if (before == NULL || now == NULL || client_open(ctl->bus, &bus) < 0)
        return STATUS_IMPOSSIBLE;

    struct follower follower = {.request = &request, .bus = bus, .before = before, .now = now};
    if (request.wait_s > 0 && prepare(&follower) < 0)
        return STATUS_IMPOSSIBLE;
    if (call(&request, bus, order->method, request.unit, NULL) < 0)
        return STATUS_IMPOSSIBLE;
    return request.wait_s > 0 ? follow(&follower) : STATUS_OK;
}
