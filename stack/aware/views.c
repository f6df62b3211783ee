/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "stack/aware/internal.h"

const char *aware_engine_state_name(enum aware_engine_state state)
{
    static const char *const names[AWARE_ENGINE_STATES_] = {
        [AWARE_ENGINE_ABSENT] = "absent",
        [AWARE_ENGINE_PROBING] = "probing",
        [AWARE_ENGINE_UNFIT] = "unfit",
        [AWARE_ENGINE_CREATING] = "creating",
        [AWARE_ENGINE_CONFIGURING] = "configuring",
        [AWARE_ENGINE_STARTING] = "starting",
        [AWARE_ENGINE_JOINING] = "joining",
        [AWARE_ENGINE_DATA] = "data",
        [AWARE_ENGINE_RUNNING] = "running",
        [AWARE_ENGINE_STOPPING] = "stopping",
    };
    return (unsigned int)state < AWARE_ENGINE_STATES_ ? names[state] : "?";
}

const char *aware_peer_state_name(enum aware_peer_state state)
{
    static const char *const names[AWARE_PEER_STATES_] = {
        [AWARE_PEER_ABSENT] = "absent",
        [AWARE_PEER_DISCOVERED] = "discovered",
        [AWARE_PEER_BOOTSTRAPPING] = "bootstrapping",
        [AWARE_PEER_PAIRING] = "pairing",
        [AWARE_PEER_PAIRED] = "paired",
        [AWARE_PEER_REQUESTED] = "requested",
        [AWARE_PEER_CONNECTED] = "connected",
        [AWARE_PEER_CLOSING] = "closing",
    };
    return (unsigned int)state < AWARE_PEER_STATES_ ? names[state] : "?";
}

void aware_view_engine(const struct aware *aware, struct aware_engine_view *ret_view)
{
    const struct engine_life *engine = &aware->engine;

    *ret_view = (struct aware_engine_view){
        .state = engine_phase_state(engine->phase),
        .run = engine->run,
        .ndi_index = engine->ifindex,
        .has_iid = engine->prepared,
        .own = engine->prepared ? engine->iid : (struct address_iid){{0}},
        .window_until_us = aware->window_us,
    };
    if (engine->phase >= ENGINE_PHASE_NDI_CREATE && engine->phase <= ENGINE_PHASE_RUN)
        ret_view->cluster = engine->cluster;
}

bool aware_view_service(const struct aware *aware, size_t index, struct aware_service_view *ret_view)
{
    for (size_t i = 0; i < SERVICES_MAX; i++) {
        const struct service *service = &aware->services[i];
        if (service->id == 0 || index-- > 0)
            continue;
        *ret_view = (struct aware_service_view){
            .id = service->id,
            .config = &service->config,
            .running = service->running,
            .engine_id = service->engine_id,
        };
        return true;
    }
    return false;
}

static const struct aware_stored_peer *find_stored(const struct aware *aware, uint32_t id)
{
    for (size_t i = 0; i < AWARE_STORE_PEERS_MAX; i++) {
        if (id != 0 && aware->store.peers[i].id == id)
            return &aware->store.peers[i];
    }
    return NULL;
}

static void view_present(const struct aware *aware, const struct peer *peer, struct aware_peer_view *view)
{
    const struct aware_stored_peer *stored = find_stored(aware, peer->stored);
    bool lost = stored && pairing_is_lost(aware, stored);

    *view = (struct aware_peer_view){
        .id = stored ? stored->id : 0,
        .name = stored ? stored->name : "",
        .nmi = peer->nmi,
        .state = peer->state,
        .service_id = peer->service,
        .paired = stored || peer->associated,
        .remembered = stored && !lost,
        .must_pair_again = (lost && !peer->associated) || peer->refused,
        .paths = paths_of(aware, peer->uid, true),
        .last_reason = peer->last_reason,
        .last_text = peer->last_text,
        .seen_us = peer->seen_us,
        .last_seen_s = stored ? stored->last_seen_s : 0,
    };
}

static bool is_present(const struct aware *aware, uint32_t stored)
{
    for (size_t i = 0; i < AWARE_PEERS_MAX; i++) {
        if (aware->peers[i].uid != 0 && aware->peers[i].stored == stored)
            return true;
    }
    return false;
}

static void view_absent(const struct aware *aware, const struct aware_stored_peer *stored, struct aware_peer_view *view)
{
    *view = (struct aware_peer_view){
        .id = stored->id,
        .name = stored->name,
        .state = AWARE_PEER_ABSENT,
        .paired = true,
        .remembered = !pairing_is_lost(aware, stored),
        .must_pair_again = pairing_is_lost(aware, stored),
        .last_text = "",
        .last_seen_s = stored->last_seen_s,
    };
}

/* Those that are here, then those that are stored only. */
bool aware_view_peer(const struct aware *aware, size_t index, struct aware_peer_view *ret_view)
{
    for (size_t i = 0; i < AWARE_PEERS_MAX; i++) {
        if (aware->peers[i].uid == 0 || index-- > 0)
            continue;
        view_present(aware, &aware->peers[i], ret_view);
        return true;
    }
    for (size_t i = 0; i < AWARE_STORE_PEERS_MAX; i++) {
        const struct aware_stored_peer *stored = &aware->store.peers[i];
        if (stored->id == 0 || is_present(aware, stored->id) || index-- > 0)
            continue;
        view_absent(aware, stored, ret_view);
        return true;
    }
    return false;
}

static uint32_t stored_of(const struct aware *aware, uint32_t uid)
{
    for (size_t i = 0; i < AWARE_PEERS_MAX; i++) {
        if (uid != 0 && aware->peers[i].uid == uid)
            return aware->peers[i].stored;
    }
    return 0;
}

static void view_path(const struct aware *aware, const struct path *path, struct aware_path_view *view)
{
    *view = (struct aware_path_view){
        .id = path->id,
        .peer_nmi = path->nmi,
        .peer_ndi = path->ndi,
        .initiator_ndi = path->initiator_ndi,
        .peer_id = stored_of(aware, path->peer),
        .service_id = path->service,
        .ndp_id = path->ndp_id,
        .initiator = path->initiator,
        .connected = path->state == PATH_UP,
        .cipher = path->cipher,
        .ifindex = aware->engine.ifindex,
        .iid = path->iid,
        .address = path->address,
        .port = path->port,
        .transport = path->transport,
        .since_us = path->since_us,
    };
}

/* What is refused or a stray never was a data path. */
static bool is_shown(const struct path *path)
{
    return path->state != PATH_FREE && path->state != PATH_REJECTING && path->peer != 0;
}

bool aware_view_path(const struct aware *aware, size_t index, struct aware_path_view *ret_view)
{
    for (size_t i = 0; i < PATHS_MAX; i++) {
        if (!is_shown(&aware->paths[i]) || index-- > 0)
            continue;
        view_path(aware, &aware->paths[i], ret_view);
        return true;
    }
    return false;
}

bool aware_view_path_by_id(const struct aware *aware, uint32_t id, struct aware_path_view *ret_view)
{
    for (size_t i = 0; i < PATHS_MAX; i++) {
        if (!is_shown(&aware->paths[i]) || aware->paths[i].id != id)
            continue;
        view_path(aware, &aware->paths[i], ret_view);
        return true;
    }
    return false;
}

bool aware_view_request(const struct aware *aware, size_t index, struct aware_request_view *ret_view)
{
    for (size_t i = 0; i < AWARE_REQUESTS_MAX; i++) {
        const struct request *request = &aware->requests[i];
        if (request->id == 0 || index-- > 0)
            continue;
        *ret_view = (struct aware_request_view){
            .id = request->id, .kind = request->kind, .service_id = request->service, .until_us = request->until_us};
        for (size_t j = 0; j < AWARE_PEERS_MAX; j++) {
            if (aware->peers[j].uid == request->peer)
                ret_view->peer = aware->peers[j].nmi;
        }
        return true;
    }
    return false;
}
