/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "stack/aware/internal.h"
#include "stack/aware/service_name.h"

#define RENEWAL_US (60 * SECONDS) /* to make the management interface anew and find the publisher again */

const char *aware_result_text(int result)
{
    static const char *const texts[AWARE_RESULTS_] = {
        [AWARE_E_UNKNOWN] = "there is no such service, peer, request or data path",
        [AWARE_E_NAME] = "the name is no service name of RFC 6335",
        [AWARE_E_FULL] = "the table is full",
        [AWARE_E_NOT_RUNNING] = "the engine is not running; the function's reason says why",
        [AWARE_E_STATE] = "the peer is not in a state for that",
        [AWARE_E_SECURITY] = "the service's security, or the peer, does not allow it",
        [AWARE_E_PIN] = "a PIN has 4 to 8 digits, a passphrase 8 to 63 characters",
        [AWARE_E_ROLE] = "a publisher does not ask for data paths",
        [AWARE_E_CONFIG] = "the description of the service is inconsistent",
    };
    return result > 0 && result < AWARE_RESULTS_ ? texts[result] : "";
}

const struct aware_service_config *aware_find_service(const struct aware *aware, const char *name, enum aware_role role)
{
    for (size_t i = 0; i < aware->config->services_count; i++) {
        const struct aware_service_config *service = &aware->config->services[i];
        if (service->role == role && strcmp(service->name, name) == 0)
            return service;
    }
    return NULL;
}

/* Of the same name and role. The engine would announce both, and data paths could not be told apart. */
static struct service *find_twin(struct aware *aware, const struct aware_service_config *config)
{
    for (size_t i = 0; i < SERVICES_MAX; i++) {
        struct service *service = &aware->services[i];
        if (service->id != 0 && service->config.role == config->role && strcmp(service->config.name, config->name) == 0)
            return service;
    }
    return NULL;
}

static bool is_consistent(const struct aware_service_config *config)
{
    if ((unsigned int)config->role >= AWARE_ROLES_ || (unsigned int)config->security >= AWARE_SECURITIES_ ||
        (unsigned int)config->connect >= AWARE_CONNECTS_ || config->port < 0 || config->port > 65535 ||
        config->data_paths < 1)
        return false;
    if (config->security == AWARE_SECURITY_OPEN)
        return config->ciphers_count == 0;
    if (config->role == AWARE_ROLE_PUBLISH && config->ciphers_count == 0)
        return false;
    return config->security != AWARE_SECURITY_PAIRED || config->methods_count > 0;
}

static struct service *free_service(struct aware *aware)
{
    for (size_t i = 0; i < SERVICES_MAX; i++) {
        if (aware->services[i].id == 0)
            return &aware->services[i];
    }
    return NULL;
}

struct service *service_add(struct aware *aware, const struct aware_service_config *config)
{
    struct service *service = free_service(aware);

    if (!service)
        return NULL;
    *service = (struct service){
        .id = ++aware->last_service, .config = *config, .wanted = config->enabled, .retry_us = INT64_MAX};
    aware->changed |= AWARE_CHANGED_SERVICES;
    return service;
}

int aware_order_start(struct aware *aware, const struct aware_service_config *service, int64_t now_us, uint32_t *ret_id)
{
    struct service *row = find_twin(aware, service);

    aware->now_us = now_us;
    if (service_name_check(service->name, NULL) != 0)
        return AWARE_E_NAME;
    if (!is_consistent(service))
        return AWARE_E_CONFIG;
    if (!row)
        row = service_add(aware, service);
    if (!row)
        return AWARE_E_FULL;
    if (service_lacks_passphrase(row))
        return AWARE_E_SECURITY;
    row->wanted = true;
    aware->changed |= AWARE_CHANGED_SERVICES;
    if (engine_is_running(aware))
        services_start(aware);
    *ret_id = row->id;
    return 0;
}

int aware_order_cancel(struct aware *aware, uint32_t service_id, int64_t now_us)
{
    struct service *service = service_find(aware, service_id);

    aware->now_us = now_us;
    if (!service)
        return AWARE_E_UNKNOWN;
    service_cancel(aware, service);
    return 0;
}

int aware_order_window(struct aware *aware, int64_t seconds, int64_t now_us)
{
    aware->now_us = now_us;
    if (seconds <= 0) {
        pairing_close_window(aware, "the window was closed");
        return 0;
    }
    if (!engine_is_running(aware))
        return AWARE_E_NOT_RUNNING;
    if (!service_paired_publisher(aware))
        return AWARE_E_SECURITY;
    /* A day is more than anybody waits; more would overflow sooner or later. */
    pairing_open_window(aware, now_us + (seconds > 86400 ? 86400 : seconds) * SECONDS);
    return 0;
}

/* Somebody else whose pairing would be lost with the management interface. */
static bool would_lose(const struct aware *aware, const struct peer *but)
{
    for (size_t i = 0; i < AWARE_STORE_PEERS_MAX; i++) {
        const struct aware_stored_peer *stored = &aware->store.peers[i];
        if (stored->id != 0 && stored->id != but->stored && !pairing_is_lost(aware, stored))
            return true;
    }
    return paths_any(aware);
}

int aware_order_pair(struct aware *aware, const struct fascia_mac *nmi, int64_t now_us)
{
    struct peer *peer = peer_find(aware, nmi);

    aware->now_us = now_us;
    if (!engine_is_running(aware))
        return AWARE_E_NOT_RUNNING;
    if (!peer)
        return AWARE_E_UNKNOWN;
    if (!identity_is_met(aware, nmi))
        return pairing_order(aware, peer);
    /*
     * The engine has the key of an earlier pairing with that peer and would use it instead of the PIN. Only a new
     * management interface forgets it.
     */
    if (would_lose(aware, peer) || (peer->state != AWARE_PEER_DISCOVERED && peer->state != AWARE_PEER_PAIRED))
        return AWARE_E_STATE;
    aware->renewed_for = *nmi;
    aware->renewed_until_us = now_us + RENEWAL_US;
    engine_feed(aware, ENGINE_INPUT_NMI_DOWN);
    return 0;
}

static bool is_pin(const struct fascia_secret *pin, bool passphrase)
{
    size_t size = 0;
    const uint8_t *octets = fascia_secret_borrow(pin, &size);

    if (passphrase ? size < 8 || size > 63 : size < 4 || size > 8)
        return false;
    for (size_t i = 0; i < size; i++) {
        if (passphrase ? octets[i] < ' ' || octets[i] > '~' : octets[i] < '0' || octets[i] > '9')
            return false;
    }
    return true;
}

int aware_order_enter_pin(struct aware *aware, uint32_t id, const struct fascia_secret *pin, int64_t now_us)
{
    struct request *request = pairing_request(aware, id);
    struct peer *peer = request ? peer_by_uid(aware, request->peer) : NULL;

    aware->now_us = now_us;
    if (!peer)
        return AWARE_E_UNKNOWN;
    if (request->kind != AWARE_REQUEST_ENTER_PIN || peer->pair_sent)
        return AWARE_E_STATE;
    if (!is_pin(pin, pairing_is_passphrase(peer->method)))
        return AWARE_E_PIN;
    request->pin = *pin;
    peer_feed(aware, peer, SESSION_PIN_ENTERED);
    return 0;
}

int aware_order_refuse(struct aware *aware, uint32_t id, int64_t now_us)
{
    struct request *request = pairing_request(aware, id);
    struct peer *peer = request ? peer_by_uid(aware, request->peer) : NULL;

    aware->now_us = now_us;
    if (!peer)
        return AWARE_E_UNKNOWN;
    (void)fascia_text_copy(peer->end, sizeof peer->end, "refused");
    peer_feed(aware, peer, SESSION_REFUSED);
    return 0;
}

int aware_order_connect(struct aware *aware, const struct fascia_mac *nmi, int64_t now_us)
{
    struct peer *peer = peer_find(aware, nmi);
    const struct service *service = peer ? service_find(aware, peer->service) : NULL;

    aware->now_us = now_us;
    if (!engine_is_running(aware))
        return AWARE_E_NOT_RUNNING;
    if (!service)
        return AWARE_E_UNKNOWN;
    if (service->config.role != AWARE_ROLE_SUBSCRIBE)
        return AWARE_E_ROLE;
    if (service->config.security == AWARE_SECURITY_PAIRED && !peer->associated && !pairing_is_known(aware, peer))
        return AWARE_E_SECURITY;
    unsigned int live = paths_of(aware, peer->uid, false);
    if (paths_full(aware, peer, service))
        return AWARE_E_FULL;
    peer->held = peer->refused = false;
    peer->wanted = live + 1;
    peer->delay = (struct delay){0};
    peer->retry_us = INT64_MAX;
    peer_try(aware, peer);
    return 0;
}

int aware_order_disconnect(struct aware *aware, uint32_t path_id, int64_t now_us)
{
    struct path *path = path_find(aware, path_id);
    struct peer *peer = path ? peer_by_uid(aware, path->peer) : NULL;

    aware->now_us = now_us;
    if (!path || path->state == PATH_REJECTING)
        return AWARE_E_UNKNOWN;
    if (peer) {
        peer->held = true;
        peer->wanted = peer->wanted > 0 ? peer->wanted - 1 : 0;
    }
    path_terminate(aware, path, AWARE_REASON_UNSPECIFIED, "as ordered");
    return 0;
}

int aware_order_forget(struct aware *aware, uint32_t peer_id, int64_t now_us)
{
    struct aware_stored_peer *stored = peer_id != 0 ? aware_store_find(&aware->store, peer_id) : NULL;

    aware->now_us = now_us;
    if (!stored)
        return AWARE_E_UNKNOWN;
    queue_event(aware, FASCIA_EVENT_AWARE_FORGOTTEN, "%u%s%s", stored->id, stored->name[0] != '\0' ? ", " : "",
                stored->name);
    identity_forget(aware, stored);
    return 0;
}

int aware_order_rename(struct aware *aware, uint32_t peer_id, const char *name)
{
    struct aware_stored_peer *stored = peer_id != 0 ? aware_store_find(&aware->store, peer_id) : NULL;
    char clean[AWARE_PEER_NAME_SIZE];

    if (!stored)
        return AWARE_E_UNKNOWN;
    if (fascia_text_rest(name, clean, sizeof clean) != 0)
        return AWARE_E_NAME;
    (void)fascia_text_copy(stored->name, sizeof stored->name, clean);
    aware_save(aware);
    aware->changed |= AWARE_CHANGED_PEERS;
    return 0;
}

void aware_order_stop(struct aware *aware, int64_t now_us)
{
    aware->now_us = now_us;
    if (aware->stopping)
        return;
    aware->stopping = true;
    engine_feed(aware, ENGINE_INPUT_STOP);
}

bool aware_is_stopped(const struct aware *aware)
{
    return aware->engine.phase == ENGINE_PHASE_STOPPED;
}

const struct fascia_secret *aware_pin(const struct aware *aware, uint32_t id)
{
    for (size_t i = 0; i < AWARE_REQUESTS_MAX; i++) {
        const struct request *request = &aware->requests[i];
        if (id != 0 && request->id == id && request->kind == AWARE_REQUEST_SHOW_PIN)
            return &request->pin;
    }
    return NULL;
}
