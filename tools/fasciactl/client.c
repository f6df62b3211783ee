/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/fasciactl/client.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "platform/bus/start.h"
#include "stack/report/facts_json.h"
#include "tools/fasciactl/bus_json.h"
#include "tools/fasciactl/json.h"

#define TIMEOUT_US       2000000
#define ORDER_TIMEOUT_US 10000000 /* a reload reads and checks files */

int client_try(const char *address, sd_bus **ret_bus)
{
    sd_bus *bus = NULL;
    const char *unique = NULL;

    int r = bus_start(address, &bus);
    if (r >= 0)
        r = sd_bus_get_unique_name(bus, &unique); /* waits for the handshake: a dead socket shows here */
    if (r < 0) {
        client_close(bus);
        return r;
    }
    *ret_bus = bus;
    return 0;
}

int client_open(const char *address, sd_bus **ret_bus)
{
    int r = client_try(address, ret_bus);
    if (r < 0)
        (void)fprintf(stderr,
                      "fasciactl: the D-Bus \"%s\" cannot be reached: %s\n"
                      "  Start dbus-daemon or dbus-broker, or name fascia's bus by --bus ADDRESS or $FASCIA_BUS (its "
                      "configuration has it as `bus:`).\n",
                      address, strerror(-r));
    return r;
}

void client_close(sd_bus *bus)
{
    (void)sd_bus_flush_close_unref(bus);
}

const char *client_path(const char *service)
{
    static const struct {
        const char *service, *path;
    } paths[] = {
        {CLIENT_SUPERVISOR, "/org/fascia/Supervisor1"}, {CLIENT_LINK, "/org/fascia/Link1"},
        {CLIENT_ADDRESS, "/org/fascia/Addr1"},          {CLIENT_AUDIO, "/org/fascia/Audio1"},
        {CLIENT_AWARE, "/org/fascia/Aware1"},
    };

    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        if (strcmp(paths[i].service, service) == 0)
            return paths[i].path;
    }
    return NULL;
}

/* Calls a method with at most one string and converts the first value of its reply; `error` may be NULL. */
static struct json_object *call(sd_bus *bus, const char *service, const char *interface, const char *member,
                                const char *argument, sd_bus_error *error)
{
    sd_bus_message *request = NULL, *reply = NULL;
    struct json_object *json = NULL;

    int r = sd_bus_message_new_method_call(bus, &request, service, client_path(service), interface, member);
    if (r >= 0)
        r = sd_bus_message_set_auto_start(request, 0); /* looking must not start anything */
    if (r >= 0 && argument != NULL)
        r = sd_bus_message_append(request, "s", argument);
    if (r >= 0)
        r = sd_bus_call(bus, request, TIMEOUT_US, error, &reply);
    if (r >= 0)
        (void)bus_json_read(reply, &json);
    sd_bus_message_unref(reply);
    sd_bus_message_unref(request);
    return json;
}

struct json_object *client_properties(sd_bus *bus, const char *service)
{
    return call(bus, service, "org.freedesktop.DBus.Properties", "GetAll", service, NULL);
}

struct json_object *client_events(sd_bus *bus)
{
    return call(bus, CLIENT_SUPERVISOR, CLIENT_SUPERVISOR, "GetEvents", NULL, NULL);
}

/* All values of a message, in an array. */
static int read_values(sd_bus_message *message, struct json_object **ret_values)
{
    _cleanup_(json_release) struct json_object *values = json_object_new_array();

    for (;;) {
        struct json_object *value = NULL;
        int r = bus_json_read(message, &value);
        if (r == -ENODATA)
            break;
        if (r < 0)
            return r;
        if (values == NULL || json_object_array_add(values, value) < 0) {
            (void)json_object_put(value);
            return -ENOMEM;
        }
    }
    *ret_values = FASCIA_STEAL(values);
    return 0;
}

static int call_supervisor(sd_bus *bus, const char *member, const char *argument, sd_bus_error *error,
                           struct json_object **ret_reply)
{
    sd_bus_message *request = NULL, *reply = NULL;

    int r = sd_bus_message_new_method_call(bus, &request, CLIENT_SUPERVISOR, client_path(CLIENT_SUPERVISOR),
                                           CLIENT_SUPERVISOR, member);
    if (r >= 0)
        r = sd_bus_message_set_auto_start(request, 0); /* a look or an order must not start anything else */
    if (r >= 0 && argument != NULL)
        r = sd_bus_message_append(request, "s", argument);
    if (r >= 0)
        r = sd_bus_call(bus, request, ORDER_TIMEOUT_US, error, &reply);
    if (r >= 0 && ret_reply != NULL)
        r = read_values(reply, ret_reply);
    sd_bus_message_unref(reply);
    sd_bus_message_unref(request);
    if (r < 0 && !sd_bus_error_is_set(error))
        (void)sd_bus_error_set_errno(error, r);
    return r < 0 ? r : 0;
}

static bool is_unknown_method(const sd_bus_error *error)
{
    return sd_bus_error_has_name(error, SD_BUS_ERROR_UNKNOWN_METHOD) > 0;
}

void client_explain(const sd_bus_error *error, const char *address, const char *what)
{
    char message[1024];

    (void)report_text_clean(message, sizeof message, error->message != NULL ? error->message : error->name);
    (void)fprintf(stderr, "fasciactl: cannot %s: ", what);
    if (sd_bus_error_has_name(error, SD_BUS_ERROR_ACCESS_DENIED) > 0)
        (void)fprintf(
            stderr,
            "the bus refuses it (%s)\n"
            "  Orders are for root and for members of the group fascia: use sudo, or add your user to the group "
            "(usermod -aG fascia USER) and log in again.\n",
            message);
    else if (sd_bus_error_has_name(error, SD_BUS_ERROR_SERVICE_UNKNOWN) > 0 ||
             sd_bus_error_has_name(error, SD_BUS_ERROR_NAME_HAS_NO_OWNER) > 0)
        (void)fprintf(stderr,
                      "fasciad does not answer on the bus \"%s\"\n"
                      "  Start `fasciad --config FILE`, or name its bus by --bus ADDRESS or $FASCIA_BUS.\n",
                      address);
    else if (is_unknown_method(error))
        (void)fprintf(stderr, "the running fasciad does not know it\n"
                              "  It is older than this fasciactl: restart it from the same installation.\n");
    else if (sd_bus_error_has_name(error, SD_BUS_ERROR_NO_REPLY) > 0)
        (void)fprintf(stderr, "fasciad did not answer in time, or ended\n"
                              "  `fasciactl status` and its journal say more.\n");
    else
        (void)fprintf(stderr, "%s\n", message);
}

static void read_boot(sd_bus *bus, struct report_facts *facts)
{
    _cleanup_(json_release) struct json_object *reply = NULL;
    sd_bus_error error = SD_BUS_ERROR_NULL;

    if (call_supervisor(bus, "GetBoot", NULL, &error, &reply) == 0)
        report_facts_read_boot(facts, reply);
    sd_bus_error_free(&error);
}

void client_read_histories(sd_bus *bus, struct report_facts *facts)
{
    for (size_t i = 0; i < facts->link.peers_count; i++) {
        const char *mac = facts->link.peers[i].mac;
        sd_bus_error error = SD_BUS_ERROR_NULL;
        _cleanup_(json_release) struct json_object *history =
            call(bus, CLIENT_LINK, CLIENT_LINK, "GetStationHistory", mac, &error);
        bool left = sd_bus_error_has_name(&error, "org.fascia.Error.UnknownStation") > 0;
        sd_bus_error_free(&error);
        if (history != NULL)
            report_facts_read_history(facts, mac, history);
        else if (!left) /* older, or gone: the others would only be waited for */
            return;
    }
}

static int ask_levels(sd_bus *bus, struct json_object **ret_reply)
{
    sd_bus_message *request = NULL, *reply = NULL;

    int r = sd_bus_message_new_method_call(bus, &request, CLIENT_AUDIO, client_path(CLIENT_AUDIO), CLIENT_AUDIO,
                                           "GetLevels");
    if (r >= 0)
        r = sd_bus_message_set_auto_start(request, 0);
    if (r >= 0)
        r = sd_bus_call(bus, request, TIMEOUT_US, NULL, &reply);
    if (r >= 0)
        r = read_values(reply, ret_reply);
    sd_bus_message_unref(reply);
    sd_bus_message_unref(request);
    return r < 0 ? r : 0;
}

/* The meter starts with the first question; its shortest window is 400 ms (ITU-R BS.1770). Integrated loudness is there
 * from the first whole window on, momentary loudness at once, and too low until then. */
void client_read_levels(sd_bus *bus, struct report_facts *facts)
{
    static const struct timespec window = {.tv_nsec = 500000000};
    _cleanup_(json_release) struct json_object *before = NULL, *levels = NULL;

    if (!facts->audio.answered || facts->audio.rate == 0 || ask_levels(bus, &before) < 0)
        return;
    report_facts_read_levels(facts, before);
    if (facts->audio.levels.integrated > REPORT_SILENCE_DB) /* it runs already */
        return;
    (void)clock_nanosleep(CLOCK_MONOTONIC, 0, &window, NULL);
    if (ask_levels(bus, &levels) != 0)
        return;
    report_facts_read_levels(facts, levels);
    /* Of half a second there is neither a loudness of three seconds nor one of the programme. */
    facts->audio.levels.short_term = facts->audio.levels.integrated = REPORT_SILENCE_DB;
}

int client_collect(sd_bus *bus, const char *address, struct report_facts *facts)
{
    _cleanup_(json_release) struct json_object *supervisor = client_properties(bus, CLIENT_SUPERVISOR);
    _cleanup_(json_release) struct json_object *link = client_properties(bus, CLIENT_LINK);
    _cleanup_(json_release) struct json_object *addr = client_properties(bus, CLIENT_ADDRESS);
    _cleanup_(json_release) struct json_object *audio = client_properties(bus, CLIENT_AUDIO);
    _cleanup_(json_release) struct json_object *aware = client_properties(bus, CLIENT_AWARE);

    if (supervisor == NULL && link == NULL && addr == NULL && audio == NULL) {
        (void)fprintf(stderr,
                      "fasciactl: no fascia service answers on the bus \"%s\".\n"
                      "  Start `fasciad --config FILE`, or name fascia's bus by --bus ADDRESS or $FASCIA_BUS (its "
                      "configuration has it as `bus:`).\n",
                      address);
        return -ENXIO;
    }
    report_facts_read_supervisor(facts, supervisor);
    report_facts_read_link(facts, link);
    report_facts_read_address(facts, addr);
    report_facts_read_audio(facts, audio);
    report_facts_read_aware(facts, aware);
    if (supervisor != NULL) {
        _cleanup_(json_release) struct json_object *events = client_events(bus);
        report_facts_read_events(facts, events);
        read_boot(bus, facts);
    }
    return 0;
}

struct report_facts *client_facts_new(void)
{
    struct report_facts *facts = calloc(1, sizeof *facts);
    if (facts == NULL)
        (void)fputs("fasciactl: out of memory\n", stderr);
    return facts;
}

int client_call_or_explain(sd_bus *bus, const char *address, const char *member, const char *argument, const char *what,
                           struct json_object **ret_reply)
{
    sd_bus_error error = SD_BUS_ERROR_NULL;

    int r = call_supervisor(bus, member, argument, &error, ret_reply);
    if (r < 0)
        client_explain(&error, address, what);
    sd_bus_error_free(&error);
    return r;
}

int client_ask(const char *address, const char *member, const char *what, struct json_object **ret_reply)
{
    _cleanup_(client_close) sd_bus *bus = NULL;

    int r = client_open(address, &bus);
    return r < 0 ? r : client_call_or_explain(bus, address, member, NULL, what, ret_reply);
}
