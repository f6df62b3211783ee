/* SPDX-License-Identifier: Apache-2.0 */
/* org.fascia.Aware1, as in config/dbus/org.fascia.Aware1.xml: properties and signals. */
#include <string.h>

#include "stack/aware/names.h"
#include "tools/daemons/fascia-aware/awared.h"

static const char *mac_text(const struct fascia_mac *mac, char to[static FASCIA_MAC_TEXT_SIZE])
{
    const struct fascia_mac none = {{0}};

    if (fascia_mac_equal(mac, &none))
        return "";
    return fascia_mac_format(mac, to);
}

static const char *service_name(const struct awared *awared, uint32_t service)
{
    struct aware_service_view view;

    for (size_t i = 0; service != 0 && aware_view_service(awared->aware, i, &view); i++) {
        if (view.id == service)
            return view.config->name;
    }
    return "";
}

/* Rows: each appends one a{sv} for the thing at `index`. Returns 0 behind the last one, 1 for a row, or negative. */

static int append_engine(const struct awared *awared, sd_bus_message *reply)
{
    char cluster[FASCIA_MAC_TEXT_SIZE], iid[ADDRESS_IID_TEXT_SIZE] = "";
    struct aware_engine_view view;

    aware_view_engine(awared->aware, &view);
    if (view.has_iid)
        (void)address_iid_format(&view.own, iid);
    return sd_bus_message_append(reply, "a{sv}", 6, "state", "s", aware_engine_state_name(view.state), "run", "t",
                                 view.run, "cluster", "s", mac_text(&view.cluster, cluster), "interface", "s",
                                 awared->radio.ifname, "ifindex", "u", view.ndi_index, "iid", "s", iid);
}

static int append_methods(sd_bus_message *reply, const struct aware_service_config *config)
{
    int r = sd_bus_message_open_container(reply, 'e', "sv");
    if (r >= 0)
        r = sd_bus_message_append(reply, "s", "methods");
    if (r >= 0)
        r = sd_bus_message_open_container(reply, 'v', "as");
    if (r >= 0)
        r = sd_bus_message_open_container(reply, 'a', "s");
    for (size_t i = 0; r >= 0 && i < config->methods_count; i++)
        r = sd_bus_message_append(reply, "s", aware_method_name(config->methods[i]));
    for (int depth = 0; r >= 0 && depth < 3; depth++)
        r = sd_bus_message_close_container(reply);
    return r;
}

static int append_ciphers(sd_bus_message *reply, const struct aware_service_config *config)
{
    uint32_t numbers[AWARE_CIPHERS_MAX];

    for (size_t i = 0; i < config->ciphers_count; i++)
        numbers[i] = (uint32_t)config->ciphers[i];
    int r = sd_bus_message_open_container(reply, 'e', "sv");
    if (r >= 0)
        r = sd_bus_message_append(reply, "s", "ciphers");
    if (r >= 0)
        r = sd_bus_message_open_container(reply, 'v', "au");
    if (r >= 0)
        r = sd_bus_message_append_array(reply, 'u', numbers, config->ciphers_count * sizeof numbers[0]);
    for (int depth = 0; r >= 0 && depth < 2; depth++)
        r = sd_bus_message_close_container(reply);
    return r;
}

static int append_service(const struct awared *awared, size_t index, sd_bus_message *reply)
{
    struct aware_service_view view;

    if (!aware_view_service(awared->aware, index, &view))
        return 0;
    int r = sd_bus_message_open_container(reply, 'a', "{sv}");
    if (r >= 0)
        r = sd_bus_message_append(reply, "{sv}{sv}{sv}{sv}{sv}{sv}", "id", "u", view.id, "name", "s", view.config->name,
                                  "role", "s", aware_role_name(view.config->role), "running", "b", (int)view.running,
                                  "security", "s", aware_security_name(view.config->security), "port", "u",
                                  (uint32_t)view.config->port);
    if (r >= 0)
        r = append_methods(reply, view.config);
    if (r >= 0)
        r = append_ciphers(reply, view.config);
    if (r >= 0)
        r = sd_bus_message_close_container(reply);
    return r < 0 ? r : 1;
}

static int append_peer(const struct awared *awared, size_t index, sd_bus_message *reply)
{
    char nmi[FASCIA_MAC_TEXT_SIZE];
    struct aware_peer_view view;

    if (!aware_view_peer(awared->aware, index, &view))
        return 0;
    int r = sd_bus_message_append(reply, "a{sv}", 12, "id", "u", view.id, "name", "s", view.name ? view.name : "",
                                  "nmi", "s", mac_text(&view.nmi, nmi), "state", "s", aware_peer_state_name(view.state),
                                  "service", "s", service_name(awared, view.service_id), "paired", "b",
                                  (int)view.paired, "remembered", "b", (int)view.remembered, "must_pair_again", "b",
                                  (int)view.must_pair_again, "paths", "u", view.paths, "reason", "u", view.last_reason,
                                  "text", "s", view.last_text ? view.last_text : "", "last_seen", "t",
                                  (uint64_t)(view.last_seen_s > 0 ? view.last_seen_s : 0));
    return r < 0 ? r : 1;
}

static int append_path(const struct awared *awared, size_t index, sd_bus_message *reply)
{
    char nmi[FASCIA_MAC_TEXT_SIZE], ndi[FASCIA_MAC_TEXT_SIZE];
    struct aware_path_view view;

    if (!aware_view_path(awared->aware, index, &view))
        return 0;
    int r = sd_bus_message_append(reply, "a{sv}", 12, "id", "u", view.id, "peer", "u", view.peer_id, "nmi", "s",
                                  mac_text(&view.peer_nmi, nmi), "ndi", "s", mac_text(&view.peer_ndi, ndi), "ndp", "u",
                                  view.ndp_id, "role", "s", view.initiator ? "initiator" : "responder", "connected",
                                  "b", (int)view.connected, "cipher", "u", (uint32_t)view.cipher, "ifindex", "u",
                                  view.ifindex, "address", "s", view.address ? view.address : "", "port", "u",
                                  (uint32_t)view.port, "transport", "s", aware_transport_name(view.transport));
    return r < 0 ? r : 1;
}

static const char *request_kind_name(enum aware_request_kind kind)
{
    return kind == AWARE_REQUEST_SHOW_PIN ? "show-pin" : "enter-pin";
}

static int append_request(const struct awared *awared, size_t index, sd_bus_message *reply)
{
    char nmi[FASCIA_MAC_TEXT_SIZE];
    struct aware_request_view view;

    if (!aware_view_request(awared->aware, index, &view))
        return 0;
    int r = sd_bus_message_append(reply, "a{sv}", 5, "id", "u", view.id, "kind", "s", request_kind_name(view.kind),
                                  "nmi", "s", mac_text(&view.peer, nmi), "service", "s",
                                  service_name(awared, view.service_id), "until", "t", (uint64_t)view.until_us);
    return r < 0 ? r : 1;
}

static const struct {
    const char *property;
    int (*append)(const struct awared *awared, size_t index, sd_bus_message *reply);
} tables[] = {
    {"Services", append_service}, {"Peers", append_peer}, {"DataPaths", append_path}, {"Requests", append_request}};

static int get_table(sd_bus *connection, const char *path, const char *interface, const char *property,
                     sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
    const struct awared *awared = userdata;
    (void)connection;
    (void)path;
    (void)interface;
    (void)error;

    int r = sd_bus_message_open_container(reply, 'a', "a{sv}");
    for (size_t t = 0; r >= 0 && t < FASCIA_ARRAY_SIZE(tables); t++) {
        if (strcmp(tables[t].property, property) != 0)
            continue;
        for (size_t i = 0; (r = tables[t].append(awared, i, reply)) > 0; i++)
            ;
    }
    return r < 0 ? r : sd_bus_message_close_container(reply);
}

static int get_engine(sd_bus *connection, const char *path, const char *interface, const char *property,
                      sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
    (void)connection;
    (void)path;
    (void)interface;
    (void)property;
    (void)error;
    return append_engine(userdata, reply);
}

static int get_window(sd_bus *connection, const char *path, const char *interface, const char *property,
                      sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
    const struct awared *awared = userdata;
    struct aware_engine_view view;
    (void)connection;
    (void)path;
    (void)interface;
    (void)property;
    (void)error;

    aware_view_engine(awared->aware, &view);
    return sd_bus_message_append(reply, "t", (uint64_t)view.window_until_us);
}

#define TABLE(name) SD_BUS_PROPERTY(name, "aa{sv}", get_table, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE)

static const sd_bus_vtable vtable[] = {
    SD_BUS_VTABLE_START(0),
    SD_BUS_PROPERTY("Engine", "a{sv}", get_engine, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    TABLE("Services"),
    TABLE("Peers"),
    TABLE("DataPaths"),
    TABLE("Requests"),
    SD_BUS_PROPERTY("WindowUntil", "t", get_window, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_SIGNAL("PairingRequested", "ussst", 0),
    SD_BUS_SIGNAL("PairingEnded", "us", 0),
    SD_BUS_SIGNAL("Connected", "uusuu", 0),
    SD_BUS_SIGNAL("Disconnected", "uus", 0),
    SD_BUS_VTABLE_END,
};

void awared_bus_changed(struct awared *awared, unsigned int changed)
{
    static const struct {
        enum aware_changed bit;
        const char *name;
    } properties[] = {{AWARE_CHANGED_ENGINE, "Engine"},     {AWARE_CHANGED_SERVICES, "Services"},
                      {AWARE_CHANGED_PEERS, "Peers"},       {AWARE_CHANGED_PATHS, "DataPaths"},
                      {AWARE_CHANGED_REQUESTS, "Requests"}, {AWARE_CHANGED_WINDOW, "WindowUntil"}};
    const char *names[FASCIA_ARRAY_SIZE(properties) + 1] = {NULL};
    size_t n = 0;

    for (size_t i = 0; i < FASCIA_ARRAY_SIZE(properties); i++) {
        if (changed & properties[i].bit)
            names[n++] = properties[i].name;
    }
    if (n > 0)
        service_emit_changed(&awared->service, names);
}

/* Signals. Who is to see that something is there finds it in the properties as well: those changed before. */

static void flush(struct awared *awared)
{
    unsigned int changed = awared->changed;

    awared->changed = 0;
    awared_bus_changed(awared, changed);
}

#define EMIT(awared, member, types, ...)                                                                               \
    do {                                                                                                               \
        sd_bus *connection_ = bus_connection((awared)->service.bus);                                                   \
        if (connection_)                                                                                               \
            (void)sd_bus_emit_signal(connection_, (awared)->service.path, (awared)->service.interface, member, types,  \
                                     __VA_ARGS__);                                                                     \
    } while (0)

void awared_bus_requested(struct awared *awared, uint32_t request)
{
    char nmi[FASCIA_MAC_TEXT_SIZE];
    struct aware_request_view view;

    flush(awared);
    for (size_t i = 0; aware_view_request(awared->aware, i, &view); i++) {
        if (view.id == request)
            EMIT(awared, "PairingRequested", "ussst", view.id, request_kind_name(view.kind), mac_text(&view.peer, nmi),
                 service_name(awared, view.service_id), (uint64_t)view.until_us);
    }
}

void awared_bus_request_ended(struct awared *awared, uint32_t request, const char *result)
{
    flush(awared);
    EMIT(awared, "PairingEnded", "us", request, result);
}

void awared_bus_connected(struct awared *awared, uint32_t path)
{
    struct aware_path_view view;

    flush(awared);
    if (aware_view_path_by_id(awared->aware, path, &view))
        EMIT(awared, "Connected", "uusuu", view.id, view.peer_id, view.address ? view.address : "", view.ifindex,
             (uint32_t)view.port);
}

void awared_bus_disconnected(struct awared *awared, uint32_t path, uint32_t reason, const char *text)
{
    flush(awared);
    EMIT(awared, "Disconnected", "uus", path, reason, text);
}

int awared_bus_open(struct awared *awared)
{
    int r = service_add_object(&awared->service, vtable, awared);
    return r < 0 ? r : service_add_object(&awared->service, awared_orders_vtable, awared);
}
