/* SPDX-License-Identifier: Apache-2.0 */
/* Orders to fascia-aware that are one call: forget, rename, publish, subscribe, cancel, connect, disconnect. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "stack/base/text.h"
#include "tools/fasciactl/aware.h"
#include "tools/fasciactl/aware_client.h"
#include "tools/fasciactl/json.h"
#include "tools/fasciactl/output.h"
#include "tools/fasciactl/verbs.h"

#define WORDS_MAX 8 /* of --method, --cipher */

static const char *const peer_keys[] = {"id", "name", "nmi", NULL};
static const char *const service_keys[] = {"id", "name", NULL};
static const char *const path_keys[] = {"id", "nmi", NULL};

struct order {
    const char *help;
    size_t operands;
    bool json;
    struct fasciactl *ctl;
    sd_bus *bus;
    struct json_object *properties;
    const char *texts[2]; /* the operands */
};

/* Options, operands, bus, properties. 0, or 1 with the status to return. */
static int begin(struct order *order, struct fasciactl *ctl, int argc, char **argv, int *ret_status)
{
    enum { JSON = 1 };
    static const struct option options[] = {{"json", no_argument, NULL, JSON}, {0}};
    int option = 0;

    order->ctl = ctl;
    *ret_status = STATUS_USAGE;
    while ((option = next_option(ctl, argc, argv, options, order->help, ret_status)) >= 0)
        order->json = true;
    if (option == -2)
        return 1;
    if ((size_t)(argc - optind) != order->operands) {
        (void)fprintf(stderr, "fasciactl: %s takes %zu operand%s\nTry: fasciactl %s --help\n", argv[0], order->operands,
                      order->operands == 1 ? "" : "s", argv[0]);
        return 1;
    }
    for (size_t i = 0; i < order->operands; i++)
        order->texts[i] = argv[optind + (int)i];
    *ret_status = STATUS_IMPOSSIBLE;
    if (client_open(ctl->bus, &order->bus) < 0)
        return 1;
    order->properties = aware_properties(order->bus, ctl->bus);
    return order->properties == NULL ? 1 : 0;
}

static void end(struct order *order)
{
    json_release(order->properties);
    client_close(order->bus);
}

/* What was ordered, as a document of one number. */
static int done(const struct order *order, int r, const char *key, int64_t number)
{
    if (r < 0)
        return STATUS_IMPOSSIBLE;
    if (!order->json)
        return STATUS_OK;
    _cleanup_(json_release) struct json_object *document = json_object_new_object();
    if (document != NULL)
        (void)json_object_object_add(document, key, json_object_new_int64(number));
    return document != NULL && output_json(stdout, document) == 0 ? STATUS_OK : STATUS_IMPOSSIBLE;
}

/* An order about one row, which is named by its number alone on the bus. */
static int order_by_id(struct order *order, const char *property, const char *const *keys, const char *thing,
                       const char *member, const char *what)
{
    struct json_object *row = aware_find(order->properties, property, keys, order->texts[0], thing);

    if (row == NULL)
        return STATUS_IMPOSSIBLE;
    uint32_t id = (uint32_t)aware_number(row, "id");
    return done(order, aware_call(order->bus, order->ctl->bus, what, NULL, member, "u", id),
                thing[0] == 'd' ? "path" : thing, id);
}

int aware_forget(struct fasciactl *ctl, int argc, char **argv)
{
    struct order order = {.help = "Usage: fasciactl aware forget [--json] PEER\n"
                                  "\n"
                                  "Forgets a paired peer, by its number, name or address; its data paths end.\n"
                                  "Forget this unit on the phone as well, or it goes on believing in the pairing.\n"
                                  "\n"
                                  "  --json  what was done as JSON\n",
                          .operands = 1};
    int status = 0;

    if (begin(&order, ctl, argc, argv, &status) == 0)
        status = order_by_id(&order, "Peers", peer_keys, "peer", "Forget", "forget the peer");
    end(&order);
    return status;
}

int aware_rename(struct fasciactl *ctl, int argc, char **argv)
{
    struct order order = {.help = "Usage: fasciactl aware rename [--json] PEER NAME\n"
                                  "\n"
                                  "Names a paired peer, given by its number, present name or address.\n"
                                  "\n"
                                  "  --json  what was done as JSON\n",
                          .operands = 2};
    int status = 0;

    if (begin(&order, ctl, argc, argv, &status) == 0) {
        struct json_object *row = aware_find(order.properties, "Peers", peer_keys, order.texts[0], "peer");
        uint32_t id = row != NULL ? (uint32_t)aware_number(row, "id") : 0;
        status =
            row == NULL
                ? STATUS_IMPOSSIBLE
                : done(&order,
                       aware_call(order.bus, ctl->bus, "rename the peer", NULL, "Rename", "us", id, order.texts[1]),
                       "peer", id);
    }
    end(&order);
    return status;
}

int aware_cancel(struct fasciactl *ctl, int argc, char **argv)
{
    struct order order = {.help = "Usage: fasciactl aware cancel [--json] SERVICE\n"
                                  "\n"
                                  "Ends a service, by its number or name.\n"
                                  "\n"
                                  "  --json  what was done as JSON\n",
                          .operands = 1};
    int status = 0;

    if (begin(&order, ctl, argc, argv, &status) == 0)
        status = order_by_id(&order, "Services", service_keys, "service", "Cancel", "cancel the service");
    end(&order);
    return status;
}

int aware_disconnect(struct fasciactl *ctl, int argc, char **argv)
{
    struct order order = {.help = "Usage: fasciactl aware disconnect [--json] PATH\n"
                                  "\n"
                                  "Ends a data path, by its number or the address of its peer.\n"
                                  "\n"
                                  "  --json  what was done as JSON\n",
                          .operands = 1};
    int status = 0;

    if (begin(&order, ctl, argc, argv, &status) == 0)
        status = order_by_id(&order, "DataPaths", path_keys, "data path", "Disconnect", "end the data path");
    end(&order);
    return status;
}

int aware_connect(struct fasciactl *ctl, int argc, char **argv)
{
    struct order order = {.help = "Usage: fasciactl aware connect [--json] PEER\n"
                                  "\n"
                                  "Asks a publisher for a data path; PEER is its number, name or address.\n"
                                  "`fasciactl aware status` shows when it is there.\n"
                                  "\n"
                                  "  --json  what was done as JSON\n",
                          .operands = 1};
    int status = 0;

    if (begin(&order, ctl, argc, argv, &status) == 0) {
        struct json_object *row = aware_find(order.properties, "Peers", peer_keys, order.texts[0], "peer");
        status =
            row == NULL
                ? STATUS_IMPOSSIBLE
                : done(&order, aware_call(order.bus, ctl->bus, "connect", NULL, "Connect", "s", aware_text(row, "nmi")),
                       "peer", aware_number(row, "id"));
    }
    end(&order);
    return status;
}

/* --- publish, subscribe --- */

#define SERVICE_OPTIONS                                                                                                \
    "  --port PORT          transport port, told to the peer at the data path's set-up\n"                              \
    "  --security SECURITY  paired, passphrase or open\n"                                                              \
    "  --method METHOD      of bootstrapping: pin-display, pin-keypad, …; may be repeated\n"                         \
    "  --cipher CIPHER      sk-ccm-128, sk-gcm-256, pk-pasn-128, pk-pasn-256; may be repeated\n"                       \
    "  --info HEX           service information\n"                                                                     \
    "  --instance NAME      instance name, told at the data path's set-up\n"

static const char publish_help[] =
    "Usage: fasciactl aware publish [OPTIONS] NAME\n"
    "\n"
    "Offers a service: one of the configuration by its name, or another one (\"_name._tcp\", \"_name._udp\").\n"
    "It ends with fascia-aware, or by `fasciactl aware cancel`. Prints its number.\n"
    "\n" SERVICE_OPTIONS "  --json               the number as JSON\n";

static const char subscribe_help[] =
    "Usage: fasciactl aware subscribe [OPTIONS] NAME\n"
    "\n"
    "Looks for a service: one of the configuration by its name, or another one (\"_name._tcp\", \"_name._udp\").\n"
    "It ends with fascia-aware, or by `fasciactl aware cancel`. Prints its number.\n"
    "\n" SERVICE_OPTIONS "  --connect WHEN       on-order, paired or any: when a data path is asked for\n"
    "  --json               the number as JSON\n";

struct service {
    int64_t port; /* -1: not given; texts: NULL */
    const char *security, *info, *instance, *connect;
    const char *methods[WORDS_MAX], *ciphers[WORDS_MAX];
    size_t methods_count, ciphers_count;
    bool json;
};

enum { PORT = 1, SECURITY, METHOD, CIPHER, INFO, INSTANCE, CONNECT, JSON };

static int add_word(const char **words, size_t *count)
{
    if (*count == WORDS_MAX) {
        (void)fprintf(stderr, "fasciactl: at most %d of them: \"%s\"\n", WORDS_MAX, optarg);
        return -1;
    }
    words[(*count)++] = optarg;
    return 0;
}

static int take(struct service *service, int option)
{
    switch (option) {
    case PORT:
        if (fascia_text_to_i64(optarg, 0, UINT16_MAX, &service->port) == 0)
            return 0;
        (void)fprintf(stderr, "fasciactl: --port takes 0 to 65535: \"%s\"\n", optarg);
        return -1;
    case SECURITY:
        service->security = optarg;
        return 0;
    case METHOD:
        return add_word(service->methods, &service->methods_count);
    case CIPHER:
        return add_word(service->ciphers, &service->ciphers_count);
    case INFO:
        service->info = optarg;
        return 0;
    case INSTANCE:
        service->instance = optarg;
        return 0;
    case CONNECT:
        service->connect = optarg;
        return 0;
    default: /* JSON */
        service->json = true;
        return 0;
    }
}

static int append_text(sd_bus_message *call, const char *key, const char *text)
{
    return text == NULL ? 0 : sd_bus_message_append(call, "{sv}", key, "s", text);
}

static int append_words(sd_bus_message *call, const char *key, const char **words, size_t count)
{
    if (count == 0)
        return 0;
    int r = sd_bus_message_open_container(call, 'e', "sv");
    if (r >= 0)
        r = sd_bus_message_append(call, "s", key);
    if (r >= 0)
        r = sd_bus_message_open_container(call, 'v', "as");
    if (r >= 0)
        r = sd_bus_message_open_container(call, 'a', "s");
    for (size_t i = 0; r >= 0 && i < count; i++)
        r = sd_bus_message_append(call, "s", words[i]);
    for (int depth = 0; r >= 0 && depth < 3; depth++)
        r = sd_bus_message_close_container(call);
    return r;
}

static int append(sd_bus_message *call, const char *name, struct service *service)
{
    int r = sd_bus_message_append(call, "s", name);
    if (r >= 0)
        r = sd_bus_message_open_container(call, 'a', "{sv}");
    if (r >= 0 && service->port >= 0)
        r = sd_bus_message_append(call, "{sv}", "port", "u", (uint32_t)service->port);
    if (r >= 0)
        r = append_text(call, "security", service->security);
    if (r >= 0)
        r = append_text(call, "info", service->info);
    if (r >= 0)
        r = append_text(call, "instance", service->instance);
    if (r >= 0)
        r = append_text(call, "connect", service->connect);
    if (r >= 0)
        r = append_words(call, "methods", service->methods, service->methods_count);
    if (r >= 0)
        r = append_words(call, "ciphers", service->ciphers, service->ciphers_count);
    return r < 0 ? r : sd_bus_message_close_container(call);
}

static int start(struct fasciactl *ctl, const char *member, const char *name, struct service *service)
{
    _cleanup_(client_close) sd_bus *bus = NULL;
    sd_bus_message *call = NULL, *reply = NULL;
    struct order order = {.json = service->json};
    uint32_t id = 0;

    if (client_open(ctl->bus, &bus) < 0)
        return STATUS_IMPOSSIBLE;
    int r = aware_new_call(bus, member, &call);
    if (r >= 0)
        r = append(call, name, service);
    if (r < 0)
        (void)fprintf(stderr, "fasciactl: %s: %s\n", name, strerror(-r));
    else
        r = aware_send(bus, ctl->bus,
                       strcmp(member, "Publish") == 0 ? "publish the service" : "subscribe to the service", call,
                       &reply);
    if (r >= 0)
        r = sd_bus_message_read(reply, "u", &id);
    sd_bus_message_unref(reply);
    sd_bus_message_unref(call);
    if (r >= 0 && !service->json)
        printf("%u\n", id);
    return done(&order, r, "service", id);
}

static int run(struct fasciactl *ctl, int argc, char **argv, const struct option *options, const char *help,
               const char *member)
{
    struct service service = {.port = -1};
    int option = 0, status = STATUS_USAGE;

    while ((option = next_option(ctl, argc, argv, options, help, &status)) >= 0) {
        if (take(&service, option) < 0)
            return STATUS_USAGE;
    }
    if (option == -2)
        return status;
    if (argc - optind != 1) {
        (void)fprintf(stderr, "fasciactl: %s takes one service\nTry: fasciactl %s --help\n", argv[0], argv[0]);
        return STATUS_USAGE;
    }
    return start(ctl, member, argv[optind], &service);
}

#define COMMON_OPTIONS                                                                                                 \
    {"port", required_argument, NULL, PORT}, {"security", required_argument, NULL, SECURITY},                          \
        {"method", required_argument, NULL, METHOD}, {"cipher", required_argument, NULL, CIPHER},                      \
        {"info", required_argument, NULL, INFO}, {"instance", required_argument, NULL, INSTANCE},                      \
    {                                                                                                                  \
        "json", no_argument, NULL, JSON                                                                                \
    }

int aware_publish(struct fasciactl *ctl, int argc, char **argv)
{
    static const struct option options[] = {COMMON_OPTIONS, {0}};

    return run(ctl, argc, argv, options, publish_help, "Publish");
}

int aware_subscribe(struct fasciactl *ctl, int argc, char **argv)
{
    static const struct option options[] = {COMMON_OPTIONS, {"connect", required_argument, NULL, CONNECT}, {0}};

    return run(ctl, argc, argv, options, subscribe_help, "Subscribe");
}
