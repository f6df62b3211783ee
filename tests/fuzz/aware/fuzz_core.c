/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any order of events, replies, orders and time, each as few octets. Whatever comes: no command has two keys, no data
 * path is accepted without the security that its service demands, each request is answered once or dropped with its
 * socket, nobody is told of a data path without an address, the next deadline lies ahead, no text holds a secret, and
 * one input causes a bounded number of actions.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stack/aware/aware.h"
#include "stack/base/bytes.h"
#include "stack/base/cleanup.h"
#include "tests/unit/aware/example_config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define ND_PMK    "03d4a5c39599be79c6f4d08bdfa576a2e48eab75c25a37aac5d0a005feb23a88"
#define NIK_START "1011121314151617"
#define NPK       "6e73a219bdbeacb0e1e561a05ac250f078e37da77e1454a05404b5e149b6f1fd"
#define SECRET    "open sesame"

/* More than tables that are full and have all to be torn down at once. */
#define STEPS_MAX 1200

static struct aware *aware;
static struct aware_config config;
static int64_t now_us, wall_s;
static uint32_t tokens[AWARE_SOCKETS_], prepare_token, add_tokens[8], next_id;
static size_t add_next;
static bool sockets[AWARE_SOCKETS_], answering, address_there;
static uint8_t luck;

static void count_up(void *to, size_t size, void *userdata)
{
    uint8_t *octets = to;

    (void)userdata;
    for (size_t i = 0; i < size; i++)
        octets[i] = ++luck;
}

static void add_service(const char *name, enum aware_role role, enum aware_security security)
{
    struct aware_service_config *service = example_service(&config, name, role, security);

    service->connect = AWARE_CONNECT_ANY;
    if (security != AWARE_SECURITY_PAIRED)
        return;
    service->methods[service->methods_count++] = AWARE_METHOD_PIN_KEYPAD;
    service->methods[service->methods_count++] = AWARE_METHOD_PASSPHRASE_DISPLAY;
    service->methods[service->methods_count++] = AWARE_METHOD_OPPORTUNISTIC;
}

/* Limits and times so small that few octets reach them. */
static void make_config(void)
{
    example_config(&config);
    config.keep_alive_s = 7;
    config.pairing_s = 30;
    config.nik_lifetime_s = 0;
    config.peers_max = 4;
    add_service("_paired._tcp", AWARE_ROLE_PUBLISH, AWARE_SECURITY_PAIRED);
    add_service("_pass._udp", AWARE_ROLE_PUBLISH, AWARE_SECURITY_PASSPHRASE);
    add_service("_open._tcp", AWARE_ROLE_PUBLISH, AWARE_SECURITY_OPEN);
    add_service("_other._tcp", AWARE_ROLE_SUBSCRIBE, AWARE_SECURITY_PAIRED);
    add_service("_free._tcp", AWARE_ROLE_SUBSCRIBE, AWARE_SECURITY_OPEN);
}

static void demand(bool holds)
{
    if (!holds)
        abort();
}

/* The service that an engine's id belongs to. */
static const struct aware_service_config *service_of(enum aware_role role, const char *text)
{
    struct aware_service_view view;
    const char *at = strstr(text, " handle=");
    unsigned long id = at ? strtoul(at + 8, NULL, 10) : 0;

    for (size_t i = 0; aware_view_service(aware, i, &view); i++) {
        if (view.running && view.config->role == role && view.engine_id == id)
            return view.config;
    }
    return NULL;
}

static unsigned int count(const char *text, const char *what)
{
    unsigned int found = 0;

    for (const char *at = strstr(text, what); at; at = strstr(at + 1, what))
        found++;
    return found;
}

static void check_security(const char *text, const struct aware_service_config *service)
{
    bool pmk = strstr(text, " pmk=") != NULL, password = strstr(text, " pwd_hex=") != NULL;

    if (!service)
        return;
    demand(service->security != AWARE_SECURITY_PAIRED ||
           (pmk && (strstr(text, " csid=7 ") || strstr(text, " csid=8 "))));
    demand(service->security != AWARE_SECURITY_PASSPHRASE || (password && strstr(text, " csid=1 ")));
    demand(service->security != AWARE_SECURITY_OPEN || (!pmk && !password));
}

static void check_command(const char *text)
{
    demand(count(text, " pmk=") + count(text, " pwd_hex=") + count(text, " password=") <= 1);
    demand(strchr(text, '\n') == NULL);
    if (strncmp(text, "NAN_NDP_RESPONSE accept", 23) == 0) {
        demand(strstr(text, " interface_id=") != NULL);
        /* A counter-proposal is confirmed by the subscriber; ids are of either kind. */
        const struct aware_service_config *service = service_of(AWARE_ROLE_PUBLISH, text);
        if (service && !service_of(AWARE_ROLE_SUBSCRIBE, text))
            check_security(text, service);
    }
    if (strncmp(text, "NAN_NDP_REQUEST", 15) == 0)
        check_security(text, service_of(AWARE_ROLE_SUBSCRIBE, text));
    demand(strncmp(text, "TERMINATE", 9) != 0);
}

static void check_text(const char *text)
{
    struct aware_request_view request;

    demand(!strstr(text, ND_PMK) && !strstr(text, NIK_START) && !strstr(text, NPK) && !strstr(text, SECRET));
    for (const char *c = text; *c; c++)
        demand((unsigned char)*c >= ' ');
    for (size_t i = 0; aware_view_request(aware, i, &request); i++) {
        size_t size = 0;
        const struct fascia_secret *pin = aware_pin(aware, request.id);
        const uint8_t *octets = pin ? fascia_secret_borrow(pin, &size) : NULL;
        demand(!octets || !memmem(text, strlen(text), octets, size));
    }
}

static void reply(enum aware_socket socket, const char *text, int error)
{
    uint32_t token = tokens[socket];

    if (token == 0)
        return;
    tokens[socket] = 0;
    aware_on_reply(aware, token, error, text, text ? strlen(text) : 0, now_us);
}

static void usual_reply(enum aware_socket socket, const char *command)
{
    char id[16];

    if (strcmp(command, "PING") == 0)
        reply(socket, "PONG\n", 0);
    else if (strcmp(command, "GET_CAPABILITY nan") == 0)
        reply(socket, "USD NAN", 0);
    else if (strncmp(command, "NAN_PUBLISH", 11) == 0 || strncmp(command, "NAN_SUBSCRIBE", 13) == 0) {
        (void)snprintf(id, sizeof id, "%" PRIu32, ++next_id);
        reply(socket, id, 0);
    } else {
        reply(socket, "OK\n", 0);
    }
}

static void request(const struct aware_action *action)
{
    char text[1024];

    demand(engine_command_text(action->command) != NULL);
    demand(sockets[action->socket] && tokens[action->socket] == 0 && action->token != 0);
    (void)snprintf(text, sizeof text, "%s", engine_command_text(action->command));
    check_command(text);
    tokens[action->socket] = action->token;
    if (answering)
        usual_reply(action->socket, text);
}

static void carry_out(const struct aware_action *action)
{
    static const struct address_iid iid = {{0, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77}};
    struct aware_path_view view;

    switch (action->kind) {
    case AWARE_ACTION_REQUEST:
        request(action);
        break;
    case AWARE_ACTION_OPEN:
        sockets[action->socket] = true;
        tokens[action->socket] = 0;
        aware_on_socket(aware, action->socket, true, 0, now_us);
        break;
    case AWARE_ACTION_CLOSE:
        sockets[action->socket] = false;
        tokens[action->socket] = 0;
        break;
    case AWARE_ACTION_FIND_RADIO:
        aware_on_radio(aware, "wlan0", NULL, now_us);
        break;
    case AWARE_ACTION_PREPARE:
        demand(action->ifindex != 0);
        prepare_token = action->token;
        if (answering)
            aware_on_prepared(aware, action->token, 0, &iid, NULL, now_us);
        break;
    case AWARE_ACTION_PEER_ADD:
        add_tokens[add_next++ % FASCIA_ARRAY_SIZE(add_tokens)] = action->token;
        if (answering)
            aware_on_peer_added(aware, action->token, 0, "fe80::1%ndi0", NULL, now_us);
        break;
    case AWARE_ACTION_SAVE:
        aware_on_saved(aware, 0, now_us);
        break;
    case AWARE_ACTION_CONNECTED:
        demand(aware_view_path_by_id(aware, action->path, &view) && view.connected && view.address[0] != '\0');
        break;
    case AWARE_ACTION_FACT:
    case AWARE_ACTION_EVENT:
    case AWARE_ACTION_DISCONNECTED:
    case AWARE_ACTION_REQUEST_ENDED:
        check_text(action->text);
        break;
    case AWARE_ACTION_RELEASE:
    case AWARE_ACTION_PEER_REMOVE:
    case AWARE_ACTION_KEEP_ALIVE:
    case AWARE_ACTION_CHANGED:
    case AWARE_ACTION_REQUESTED:
    case AWARE_ACTIONS_:
        break;
    }
}

static void check_views(void)
{
    struct aware_path_view path;
    struct aware_peer_view peer;
    size_t i = 0;

    for (i = 0; aware_view_path(aware, i, &path); i++)
        demand(!path.connected || path.address[0] != '\0');
    demand(i <= AWARE_PATHS_MAX);
    for (i = 0; aware_view_peer(aware, i, &peer); i++)
        check_text(peer.last_text);
    demand(i <= AWARE_PEERS_MAX + AWARE_STORE_PEERS_MAX);
}

static void settle(void)
{
    struct aware_action action;
    unsigned int steps = 0;

    while (aware_next(aware, &action)) {
        demand(++steps < STEPS_MAX);
        carry_out(&action);
    }
    /* One that is due is done by a tick, and then lies ahead. */
    while (aware_deadline_us(aware) <= now_us) {
        demand(++steps < STEPS_MAX);
        aware_tick(aware, now_us, wall_s);
        while (aware_next(aware, &action)) {
            demand(++steps < STEPS_MAX);
            carry_out(&action);
        }
    }
    check_views();
}

static void say(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void say(const char *format, ...)
{
    char line[1024];
    va_list args;

    va_start(args, format);
    (void)vsnprintf(line, sizeof line, format, args);
    va_end(args);
    aware_on_event(aware, AWARE_SOCKET_NMI, line, strlen(line), now_us, wall_s);
}

/* What a phone does; `a` chooses it, `b` the rest. */
static void phone(uint8_t a, uint8_t b)
{
    unsigned int p = b & 7, id = (b >> 3 & 3) + 1, n = (b >> 5) + 1;

    switch (a % 16) {
    case 0:
        say("<3>NAN-REPLIED publish_id=%u address=42:00:00:00:%02x:00 subscribe_id=%u srv_proto_type=2 ssi=", id, p, n);
        break;
    case 1:
        say("<3>NAN-DISCOVERY-RESULT subscribe_id=%u publish_id=%u address=42:00:00:00:%02x:00 fsd=0 fsd_gas=0 "
            "srv_proto_type=2 ssi= cipher_suites=1,7 pairing_setup_supp=1 npk_nik_caching_supp=1 pbm=0x0026 "
            "data_path=1",
            id + 3, n, p);
        break;
    case 2:
        say("<3>NAN-BOOTSTRAP-REQUEST peer_nmi=42:00:00:00:%02x:00 pbm=0x%04x handle=1 requestor_instance_id=%u", p,
            1U << (b >> 5), id);
        break;
    case 3:
        say("<3>NAN-BOOTSTRAP-SUCCESS peer_nmi=42:00:00:00:%02x:00 pbm=0x0002 handle=1 requestor_instance_id=%u", p,
            id);
        break;
    case 4:
        say("<3>NAN-BOOTSTRAP-FAILURE peer_nmi=42:00:00:00:%02x:00 pbm=0x0000 reason=13 handle=1 "
            "requestor_instance_id=%u",
            p, id);
        break;
    case 5:
        say("<3>NAN-PAIRING-REQUEST peer_nmi=42:00:00:00:%02x:00 csid=%u instance_id=%u key_mgmt=%s verify=%u", p,
            b & 64 ? 8 : 7, id, b & 128 ? "PASN" : "SAE", b >> 5 & 1);
        break;
    case 6:
    case 7:
        say("<3>NAN-PAIRING-STATUS addr=42:00:00:00:%02x:00 akmp=SAE cipher=%s status=success nd_pmk=" ND_PMK, p,
            b & 32 ? "GCMP-256" : "CCMP");
        break;
    case 8:
        say("<3>NAN-PAIRING-STATUS addr=42:00:00:00:%02x:00 akmp=SAE cipher=CCMP status=failure", p);
        break;
    case 9:
        say("<3>NAN-NIK-RECEIVED nik=" NIK_START "18191a1b1c1d1e%02x cipher_version=0 akmp=SAE pmk=" NPK
            " lifetime=%u identity_id=1",
            p, b & 64 ? 100 : 43200);
        break;
    case 10:
    case 11:
        say("<3>NAN-NDP-REQUEST peer_nmi=42:00:00:00:%02x:00 init_ndi=52:00:00:00:%02x:00 ndp_id=%u publish_inst_id=%u "
            "ssi= csid=%u",
            p, p, n, id, a & 16 ? 0 : (b & 32 ? 1 : 7));
        break;
    case 12:
        say("<3>NAN-NDP-CONNECTED peer=42:00:00:00:%02x:00 ndp_id=%u local_ndi=52:00:00:00:00:ff "
            "peer_ndi=52:00:00:00:%02x:00 ssi= interface_id=%s",
            p, n, p, b & 8 ? "8899aabbccddeeff" : "");
        break;
    case 13:
        say("<3>NAN-NDP-DISCONNECTED peer=42:00:00:00:%02x:00 ndp_id=%u local_ndi=52:00:00:00:00:ff "
            "peer_ndi=52:00:00:00:%02x:00 reason=%u locally_generated=%u, failure=%u",
            p, n, p, b >> 3 & 15, a >> 4 & 1, a >> 5 & 1);
        break;
    case 14:
        say("<3>NAN-NDP-COUNTER-REQUEST peer_nmi=42:00:00:00:%02x:00 init_ndi=52:00:00:00:00:ff ndp_id=%u ssi=", p, n);
        break;
    default:
        say("<3>NAN-%s-TERMINATED %s=%u reason=timeout", b & 1 ? "PUBLISH" : "SUBSCRIBE",
            b & 1 ? "publish_id" : "subscribe_id", id);
        break;
    }
}

static void order(uint8_t a, uint8_t b)
{
    struct fascia_mac nmi = {{0x42, 0, 0, 0, b & 7, 0}};
    struct fascia_secret pin = {0};
    uint32_t id = 0;

    (void)fascia_secret_set(&pin, "12345678", b & 8 ? 6 : 8);
    switch (a % 10) {
    case 0:
        (void)aware_order_window(aware, b, now_us);
        break;
    case 1:
        (void)aware_order_pair(aware, &nmi, now_us);
        break;
    case 2:
        (void)aware_order_enter_pin(aware, b >> 3, &pin, now_us);
        break;
    case 3:
        (void)aware_order_refuse(aware, b >> 3, now_us);
        break;
    case 4:
        (void)aware_order_connect(aware, &nmi, now_us);
        break;
    case 5:
        (void)aware_order_disconnect(aware, b, now_us);
        break;
    case 6:
        (void)aware_order_forget(aware, b & 7, now_us);
        break;
    case 7:
        (void)aware_order_rename(aware, b & 7, b & 8 ? "a\nb" : "Anna");
        break;
    case 8:
        (void)aware_order_cancel(aware, b & 15, now_us);
        break;
    default:
        (void)aware_order_start(aware, &config.services[b % config.services_count], now_us, &id);
        break;
    }
}

/* What happens to engine, interfaces and address service. */
static void world(uint8_t a, uint8_t b)
{
    static const struct address_iid iid = {{0, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x88}};
    enum aware_socket socket = (enum aware_socket)(b % AWARE_SOCKETS_);

    switch (a % 16) {
    case 0:
        sockets[socket] = false;
        tokens[socket] = 0;
        aware_on_socket(aware, socket, false, -ECONNRESET, now_us);
        break;
    case 1:
        say("<3>NAN-STOPPED ifname=nan0");
        break;
    case 2:
        say("<3>CTRL-EVENT-TERMINATING ");
        break;
    case 3:
    case 4:
        say("<3>NAN-CLUSTER-JOIN cluster_id=50:6f:9a:01:5c:7b new=1");
        aware_on_interface(aware, "ndi0", b % 4 + 7, true, now_us);
        break;
    case 5:
        aware_on_interface(aware, "ndi0", b % 4, b & 4, now_us);
        break;
    case 6:
        address_there = !address_there;
        aware_on_address_service(aware, address_there, now_us);
        break;
    case 7:
        aware_on_radio(aware, b & 1 ? "wlan0" : b & 2 ? "wlan1" : "", "none", now_us);
        break;
    case 8:
        answering = !answering;
        break;
    case 9:
        reply(socket, b & 8 ? "OK\n" : "FAIL\n", 0);
        break;
    case 10:
        reply(socket, NULL, -ETIMEDOUT);
        break;
    case 11:
        aware_on_prepared(aware, prepare_token, b & 1 ? -EPERM : 0, &iid, "refused", now_us);
        break;
    case 12:
        aware_on_peer_added(aware, add_tokens[b % FASCIA_ARRAY_SIZE(add_tokens)],
                            b & 8    ? -EPERM
                            : b & 16 ? -ENOTCONN
                                     : 0,
                            "fe80::2%ndi0", "refused", now_us);
        break;
    case 13:
        aware_on_saved(aware, b & 1 ? -ENOSPC : 0, now_us);
        break;
    case 14:
        aware_on_reply(aware, b, 0, "OK\n", 3, now_us); /* of nothing, or of what another waits for */
        for (size_t i = 0; i < AWARE_SOCKETS_; i++)
            tokens[i] = tokens[i] == b ? 0 : tokens[i];
        break;
    default:
        aware_order_stop(aware, now_us);
        break;
    }
}

static void start(void)
{
    struct fascia_secret passphrase = {0};

    make_config();
    now_us = 1000000;
    wall_s = 1790000000;
    memset(tokens, 0, sizeof tokens);
    memset(sockets, 0, sizeof sockets);
    memset(add_tokens, 0, sizeof add_tokens);
    prepare_token = next_id = 0;
    add_next = 0;
    luck = 0;
    answering = address_there = true;
    aware_init(aware, &config, "/run/fascia/aware", "DE", count_up, NULL);
    (void)fascia_secret_set(&passphrase, SECRET, sizeof SECRET - 1);
    aware_set_passphrase(aware, "_pass._udp", AWARE_ROLE_PUBLISH, &passphrase);
    aware_on_address_service(aware, true, now_us);
    aware_tick(aware, now_us, wall_s);
    settle();
    say("<3>NAN-CLUSTER-JOIN cluster_id=50:6f:9a:01:5c:7b new=1");
    aware_on_interface(aware, "ndi0", 7, true, now_us);
    settle();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fascia_reader r;

    if (!aware)
        aware = calloc(1, aware_size());
    if (!aware)
        return 0;
    start();
    fascia_reader_init(&r, data, size < 1024 ? size : 1024);
    while (fascia_reader_left(&r) >= 3) {
        uint8_t kind = fascia_read_u8(&r), a = fascia_read_u8(&r), b = fascia_read_u8(&r);
        if (kind < 140)
            phone(a, b);
        else if (kind < 180)
            order(a, b);
        else if (kind < 200)
            world(a, b);
        else if (kind < 240)
            now_us += (int64_t)a * 100000 + (int64_t)b * 1000000;
        else
            wall_s += a;
        settle();
    }
    aware_order_stop(aware, now_us);
    settle();
    /* However it stands, a stop ends. */
    answering = true;
    for (int i = 0; i < 400 && !aware_is_stopped(aware); i++) {
        for (size_t s = 0; s < AWARE_SOCKETS_; s++)
            reply((enum aware_socket)s, "FAIL\n", 0);
        now_us += 1000000;
        settle();
    }
    demand(aware_is_stopped(aware));
    aware_finish(aware);
    return 0;
}
