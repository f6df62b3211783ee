/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>

#include "stack/aware/internal.h"
#include "stack/aware/service_info.h"

static const struct fascia_mac no_mac;

struct path *path_find(struct aware *aware, uint32_t id)
{
    for (size_t i = 0; i < PATHS_MAX; i++) {
        if (aware->paths[i].state != PATH_FREE && aware->paths[i].id == id)
            return &aware->paths[i];
    }
    return NULL;
}

bool paths_any(const struct aware *aware)
{
    for (size_t i = 0; i < PATHS_MAX; i++) {
        if (aware->paths[i].state != PATH_FREE && aware->paths[i].state != PATH_REJECTING)
            return true;
    }
    return false;
}

static bool is_counted(const struct path *path)
{
    return path->state != PATH_FREE && path->state != PATH_REJECTING;
}

unsigned int paths_of(const struct aware *aware, uint32_t peer, bool up_only)
{
    unsigned int count = 0;

    for (size_t i = 0; i < PATHS_MAX; i++) {
        const struct path *path = &aware->paths[i];
        count += is_counted(path) && path->peer == peer && (!up_only || path->state == PATH_UP);
    }
    return count;
}

bool paths_full(const struct aware *aware, const struct peer *peer, const struct service *service)
{
    int64_t count = 0;

    for (size_t i = 0; i < PATHS_MAX; i++) {
        const struct path *path = &aware->paths[i];
        count += is_counted(path) && path->peer == peer->uid && path->service == service->id;
    }
    return count >= service->config.data_paths;
}

/* The last rows are for those that are refused. */
static struct path *new_path(struct aware *aware, const struct fascia_mac *nmi, enum path_state state)
{
    for (size_t i = 0; i < (state == PATH_REJECTING ? PATHS_MAX : AWARE_PATHS_MAX); i++) {
        struct path *path = &aware->paths[i];
        if (path->state != PATH_FREE)
            continue;
        *path = (struct path){
            .state = state,
            .id = ++aware->last_path,
            .nmi = *nmi,
            .timer_us = aware->now_us + (state == PATH_REJECTING ? CLOSE_LIMIT_US : SETUP_LIMIT_US),
            .alive_us = INT64_MAX,
            .since_us = aware->now_us,
        };
        aware->changed |= AWARE_CHANGED_PATHS | AWARE_CHANGED_PEERS;
        return path;
    }
    return NULL;
}

void path_give_job(struct aware *aware, const struct path *path, enum job_kind kind)
{
    const struct job job = {.kind = kind, .subject = path->id};

    queue_job(aware, AWARE_SOCKET_NMI, &job);
}

/* Asking */

static enum aware_cipher choose_cipher(const struct service *service, const struct peer *peer)
{
    if (service->config.security == AWARE_SECURITY_OPEN)
        return AWARE_CIPHER_NONE;
    if (service->config.security == AWARE_SECURITY_PAIRED)
        return peer->gcmp_256 ? AWARE_CIPHER_PK_PASN_256 : AWARE_CIPHER_PK_PASN_128;
    for (size_t i = 0; i < service->config.ciphers_count; i++) {
        enum aware_cipher cipher = service->config.ciphers[i];
        if (cipher == AWARE_CIPHER_SK_CCM_128 || cipher == AWARE_CIPHER_SK_GCM_256)
            return cipher;
    }
    return AWARE_CIPHER_SK_CCM_128;
}

bool path_request(struct aware *aware, struct peer *peer, struct service *service)
{
    struct path *path = NULL;

    if (!peer->offers_data_path || paths_full(aware, peer, service))
        return false;
    path = new_path(aware, &peer->nmi, PATH_REQUESTING);
    if (!path)
        return false;
    path->peer = peer->uid;
    path->service = service->id;
    path->own_id = service->engine_id;
    path->initiator = true;
    path->cipher = choose_cipher(service, peer);
    path_give_job(aware, path, JOB_PATH_REQUEST);
    return true;
}

/* Being asked */

static bool takes_cipher(const struct service *service, uint32_t cipher)
{
    for (size_t i = 0; i < service->config.ciphers_count; i++) {
        if (cipher == (uint32_t)service->config.ciphers[i])
            return true;
    }
    return false;
}

/* The security that the service demands. */
static bool is_secure_enough(const struct service *service, const struct peer *peer, uint32_t cipher)
{
    bool by_pairing = cipher == AWARE_CIPHER_PK_PASN_128 || cipher == AWARE_CIPHER_PK_PASN_256;

    switch (service->config.security) {
    case AWARE_SECURITY_OPEN:
        return cipher == AWARE_CIPHER_NONE;
    case AWARE_SECURITY_PASSPHRASE:
        return cipher != AWARE_CIPHER_NONE && !by_pairing && takes_cipher(service, cipher);
    case AWARE_SECURITY_PAIRED:
        return peer->associated && !fascia_secret_is_empty(&peer->nd_pmk) && by_pairing &&
               peer->gcmp_256 == (cipher == AWARE_CIPHER_PK_PASN_256);
    case AWARE_SECURITIES_:
        break;
    }
    return false;
}

/* Returns NONE for "accept". */
static uint32_t judge(struct aware *aware, const struct engine_event *event, const struct service *service,
                      const struct peer *peer)
{
    if (!service)
        return AWARE_REASON_NDP_REJECTED;
    if (!peer)
        return AWARE_REASON_RESOURCES;
    if (!is_secure_enough(service, peer, event->cipher))
        return AWARE_REASON_SECURITY_POLICY;
    if (!engine_has_address(aware) || peer->state == AWARE_PEER_BOOTSTRAPPING || peer->state == AWARE_PEER_PAIRING ||
        peer->state == AWARE_PEER_CLOSING)
        return AWARE_REASON_RESOURCES;
    if (paths_full(aware, peer, service))
        return AWARE_REASON_RESOURCES;
    return AWARE_REASON_NONE;
}

static void tell_refused(struct aware *aware, const struct fascia_mac *nmi, uint32_t reason, const char *text)
{
    char address[FASCIA_MAC_TEXT_SIZE];

    queue_quiet_event(aware, FASCIA_EVENT_AWARE_PATH_REFUSED, "%s: reason %u (%s)%s%s", fascia_mac_format(nmi, address),
                      reason, aware_reason_text(reason), text[0] != '\0' ? ", " : "", text);
}

/* The last data path of a peer is gone; the engine forgets the association with it. */
static void look_at_peer(struct aware *aware, uint32_t uid)
{
    struct peer *peer = peer_by_uid(aware, uid);

    if (peer && paths_of(aware, uid, false) == 0)
        peer_feed(aware, peer, pairing_is_known(aware, peer) ? SESSION_PATHS_GONE_PAIRED : SESSION_PATHS_GONE);
    if (!paths_any(aware))
        engine_feed(aware, ENGINE_INPUT_PATHS_GONE);
}

void path_reject(struct aware *aware, struct path *path, uint32_t reason)
{
    uint32_t peer = path->peer;

    path->state = PATH_REJECTING;
    path->reason = reason;
    path->timer_us = aware->now_us + CLOSE_LIMIT_US;
    aware->changed |= AWARE_CHANGED_PATHS | AWARE_CHANGED_PEERS;
    tell_refused(aware, &path->nmi, reason, "");
    path_give_job(aware, path, JOB_PATH_REJECT);
    look_at_peer(aware, peer);
}

static struct path *find_exactly(struct aware *aware, const struct fascia_mac *nmi, const struct fascia_mac *initiator,
                                 uint32_t ndp_id, bool by_us);

static void asked(struct aware *aware, const struct engine_event *event)
{
    struct service *service = service_by_engine_id(aware, AWARE_ROLE_PUBLISH, event->own_id);

    if (!engine_is_running(aware) || find_exactly(aware, &event->peer, &event->init_ndi, event->ndp_id, false))
        return; /* told twice */
    struct peer *peer = service ? peer_get(aware, &event->peer, false) : NULL;
    uint32_t reason = judge(aware, event, service, peer);
    struct path *path = reason == AWARE_REASON_NONE ? new_path(aware, &event->peer, PATH_ACCEPTING) : NULL;
    if (!path) {
        path = new_path(aware, &event->peer, PATH_REJECTING);
        reason = reason == AWARE_REASON_NONE ? AWARE_REASON_RESOURCES : reason;
    }
    if (!path)
        return; /* the engine lets it run out */
    path->initiator_ndi = event->init_ndi;
    path->ndi = event->init_ndi;
    path->ndp_id = event->ndp_id;
    path->cipher = (enum aware_cipher)event->cipher;
    if (reason != AWARE_REASON_NONE) {
        path_reject(aware, path, reason);
        return;
    }
    path->peer = peer->uid;
    path->service = service->id;
    path->own_id = event->own_id;
    peer->seen_us = aware->now_us;
    path_give_job(aware, path, JOB_PATH_ACCEPT);
    peer_feed(aware, peer, SESSION_PATH_ASKED);
}

/* Ends */

static void tell_end(struct aware *aware, const struct path *path, uint32_t reason, const char *text)
{
    struct aware_action action = {.kind = AWARE_ACTION_DISCONNECTED, .path = path->id, .reason = reason};
    char nmi[FASCIA_MAC_TEXT_SIZE];

    (void)fascia_text_copy(action.text, sizeof action.text, text);
    queue_action(aware, &action);
    if (path->shown)
        queue_event(aware, FASCIA_EVENT_AWARE_PATH_DOWN, "%s: reason %u (%s)%s%s", fascia_mac_format(&path->nmi, nmi),
                    reason, aware_reason_text(reason), text[0] != '\0' ? ", " : "", text);
    else if (!path->by_us)
        tell_refused(aware, &path->nmi, reason, text);
}

static bool is_final(uint32_t reason)
{
    return reason == AWARE_REASON_SECURITY_POLICY || reason == AWARE_REASON_PARAMETERS ||
           reason == AWARE_REASON_NDP_REJECTED || reason == AWARE_REASON_BOOTSTRAPPING;
}

/* What follows for the next one: a failure of security is not tried again by itself, anything else is. */
static void conclude(struct aware *aware, struct peer *peer, const struct path *path, uint32_t reason, const char *text)
{
    int64_t lasted_us = path->shown ? aware->now_us - path->since_us : 0;

    if (!path->shown && !path->by_us)
        peer_note(aware, peer, reason, text[0] != '\0' ? text : aware_reason_text(reason));
    if (!path->initiator || path->by_us)
        return;
    if (!path->shown && is_final(reason)) {
        peer->held = true;
        peer->wanted = paths_of(aware, peer->uid, true);
        return;
    }
    peer_retry(aware, peer, lasted_us);
}

void path_end(struct aware *aware, struct path *path, uint32_t reason, const char *text)
{
    struct aware_action removal = {
        .kind = AWARE_ACTION_PEER_REMOVE, .mac = path->ndi, .iid = path->iid, .ifindex = aware->engine.ifindex};
    struct path copy = *path;
    struct peer *peer = peer_by_uid(aware, path->peer);
    char why[sizeof path->text];

    if (path->state == PATH_FREE)
        return;
    (void)fascia_text_copy(why, sizeof why, text); /* it may be the path's own */
    /* The engine leaves address and neighbour behind, and the interface up. */
    if (path->added)
        queue_action(aware, &removal);
    if (path->state != PATH_REJECTING && path->peer != 0)
        tell_end(aware, path, reason, why);
    explicit_bzero(path, sizeof *path);
    aware->changed |= AWARE_CHANGED_PATHS | AWARE_CHANGED_PEERS;
    if (copy.state == PATH_REJECTING)
        return;
    if (peer)
        conclude(aware, peer, &copy, reason, why);
    look_at_peer(aware, copy.peer);
}

void path_terminate(struct aware *aware, struct path *path, uint32_t reason, const char *text)
{
    if (path->state == PATH_FREE || path->state == PATH_REJECTING || path->state == PATH_CLOSING)
        return;
    path->state = PATH_CLOSING;
    path->by_us = true;
    path->reason = reason;
    path->alive_us = INT64_MAX;
    path->timer_us = aware->now_us + CLOSE_LIMIT_US;
    (void)fascia_text_copy(path->text, sizeof path->text, text);
    aware->changed |= AWARE_CHANGED_PATHS | AWARE_CHANGED_PEERS;
    /* One that was asked for has no number yet; when it gets one it is ended. */
    if (path->ndp_id != 0)
        path_give_job(aware, path, JOB_PATH_TERMINATE);
}

void paths_terminate(struct aware *aware, uint32_t peer, uint32_t reason, const char *text)
{
    for (size_t i = 0; i < PATHS_MAX; i++) {
        if (peer == 0 || aware->paths[i].peer == peer)
            path_terminate(aware, &aware->paths[i], reason, text);
    }
}

void paths_drop(struct aware *aware, uint32_t peer, const char *text)
{
    for (size_t i = 0; i < PATHS_MAX; i++) {
        if (aware->paths[i].state != PATH_FREE && aware->paths[i].peer == peer)
            path_end(aware, &aware->paths[i], AWARE_REASON_UNSPECIFIED, text);
    }
}

void paths_lost(struct aware *aware, const char *text)
{
    for (size_t i = 0; i < PATHS_MAX; i++) {
        if (aware->paths[i].state != PATH_FREE)
            path_end(aware, &aware->paths[i], AWARE_REASON_UNSPECIFIED, text);
    }
}

/* Addresses */

static void add_peer(struct aware *aware, struct path *path)
{
    struct aware_action action = {
        .kind = AWARE_ACTION_PEER_ADD, .mac = path->ndi, .iid = path->iid, .ifindex = aware->engine.ifindex};

    if (!engine_has_address(aware))
        return; /* when it is back, all are added */
    path->add_token = queue_token(aware);
    path->added = true;
    action.token = path->add_token;
    queue_action(aware, &action);
}

void paths_readdress(struct aware *aware)
{
    for (size_t i = 0; i < PATHS_MAX; i++) {
        struct path *path = &aware->paths[i];
        if (path->state == PATH_ADDRESSING || path->state == PATH_UP)
            add_peer(aware, path);
    }
}

static void come_up(struct aware *aware, struct path *path)
{
    struct aware_action action = {.kind = AWARE_ACTION_CONNECTED, .path = path->id};
    struct peer *peer = peer_by_uid(aware, path->peer);

    path->state = PATH_UP;
    path->shown = true;
    path->since_us = aware->now_us;
    path->timer_us = INT64_MAX;
    path->alive_us =
        aware->config->keep_alive_s > 0 ? aware->now_us + aware->config->keep_alive_s * SECONDS : INT64_MAX;
    aware->changed |= AWARE_CHANGED_PATHS | AWARE_CHANGED_PEERS;
    queue_action(aware, &action);
    queue_event(aware, FASCIA_EVENT_AWARE_PATH_UP, "%s%s", path->address,
                path->cipher == AWARE_CIPHER_NONE ? ", open" : "");
    if (peer) {
        peer_note(aware, peer, AWARE_REASON_NONE, "");
        peer_feed(aware, peer, SESSION_PATH_UP);
    }
}

/* Anything else means that it could not be asked. When it is back, all are added again. */
static bool is_refusal(int error)
{
    return error == -EPERM || error == -EBADMSG || error == -EINVAL;
}

void aware_on_peer_added(struct aware *aware, uint32_t token, int error, const char *address, const char *text,
                         int64_t now_us)
{
    struct path *path = NULL;

    aware->now_us = now_us;
    for (size_t i = 0; i < PATHS_MAX && token != 0; i++) {
        if (aware->paths[i].state != PATH_FREE && aware->paths[i].add_token == token)
            path = &aware->paths[i];
    }
    if (!path)
        return;
    path->add_token = 0;
    if (error != 0) {
        path->added = false;
        if (!is_refusal(error))
            return;
        tell_refused(aware, &path->nmi, AWARE_REASON_PARAMETERS, text ? text : "the address was refused");
        path_terminate(aware, path, AWARE_REASON_PARAMETERS, "the address service refused it");
        return;
    }
    (void)fascia_text_copy(path->address, sizeof path->address, address ? address : "");
    if (path->state == PATH_ADDRESSING)
        come_up(aware, path);
}

/* Events */

static bool is_unknown(const struct fascia_mac *mac)
{
    return fascia_mac_equal(mac, &no_mac);
}

static struct path *find_exactly(struct aware *aware, const struct fascia_mac *nmi, const struct fascia_mac *initiator,
                                 uint32_t ndp_id, bool by_us)
{
    for (size_t i = 0; i < PATHS_MAX; i++) {
        struct path *path = &aware->paths[i];
        if (path->state != PATH_FREE && path->initiator == by_us && path->ndp_id == ndp_id &&
            fascia_mac_equal(&path->nmi, nmi) && fascia_mac_equal(&path->initiator_ndi, initiator))
            return path;
    }
    return NULL;
}

/* One that we asked for, and whose number has not been heard of. */
static struct path *find_asked_for(struct aware *aware, const struct fascia_mac *nmi)
{
    for (size_t i = 0; i < PATHS_MAX; i++) {
        struct path *path = &aware->paths[i];
        if (path->state != PATH_FREE && path->initiator && path->ndp_id == 0 && fascia_mac_equal(&path->nmi, nmi))
            return path;
    }
    return NULL;
}

/* Numbers are the initiator's, so the same one may come from both sides: its NDI tells which. */
static struct path *match(struct aware *aware, const struct engine_event *event)
{
    struct path *path = find_exactly(aware, &event->peer, &event->peer_ndi, event->ndp_id, false);

    if (!path)
        path = find_exactly(aware, &event->peer, &event->local_ndi, event->ndp_id, true);
    if (!path && !is_unknown(&event->local_ndi))
        path = find_asked_for(aware, &event->peer);
    return path;
}

static void number(struct path *path, const struct fascia_mac *initiator, uint32_t ndp_id)
{
    if (path->ndp_id != 0)
        return;
    path->ndp_id = ndp_id;
    path->initiator_ndi = *initiator;
}

/* Nobody here asked for it or accepted it, or it was given up: it must not stay. */
static void end_stray(struct aware *aware, const struct engine_event *event)
{
    struct path *path = new_path(aware, &event->peer, PATH_ACCEPTING);

    if (!path)
        return;
    path->ndi = event->local_ndi;
    path->initiator_ndi = event->peer_ndi;
    path->ndp_id = event->ndp_id;
    path_terminate(aware, path, AWARE_REASON_UNSPECIFIED, "a data path that is not known here");
}

static void read_info(struct path *path, const struct engine_event *event)
{
    struct service_info info = {0};

    if (event->info_cut || service_info_parse(event->info, event->info_size, &info) != 0)
        return;
    path->port = info.port;
    path->transport = info.transport;
}

static void connected(struct aware *aware, const struct engine_event *event)
{
    struct path *path = match(aware, event);

    if (!path || path->state == PATH_REJECTING) {
        end_stray(aware, event);
        return;
    }
    number(path, &event->local_ndi, event->ndp_id);
    if (path->state == PATH_CLOSING)
        path_give_job(aware, path, JOB_PATH_TERMINATE);
    if (path->state != PATH_REQUESTING && path->state != PATH_ACCEPTING)
        return;
    path->state = PATH_ADDRESSING;
    path->timer_us = aware->now_us + SETUP_LIMIT_US;
    path->ndi = event->peer_ndi;
    path->iid = event->has_iid ? event->iid : address_iid_from_mac(&event->peer_ndi);
    read_info(path, event);
    aware->changed |= AWARE_CHANGED_PATHS;
    add_peer(aware, path);
}

static void disconnected(struct aware *aware, const struct engine_event *event)
{
    struct path *path = match(aware, event);

    if (!path)
        return;
    if (path->state == PATH_CLOSING)
        path_end(aware, path, path->reason, path->text);
    else
        path_end(aware, path, event->reason, event->locally_generated && !event->failure ? "it was idle" : "");
}

/* The responder proposes another schedule; the engine has a place for it or refuses, which ends it. */
static void countered(struct aware *aware, const struct engine_event *event)
{
    struct path *path = find_exactly(aware, &event->peer, &event->init_ndi, event->ndp_id, true);

    if (!path)
        path = find_asked_for(aware, &event->peer);
    if (!path || path->state != PATH_REQUESTING)
        return;
    number(path, &event->init_ndi, event->ndp_id);
    path->countered = true;
    path->timer_us = aware->now_us + SETUP_LIMIT_US;
    path_give_job(aware, path, JOB_PATH_ACCEPT);
}

void paths_on_event(struct aware *aware, const struct engine_event *event)
{
    if (event->kind == ENGINE_EVENT_NDP_REQUEST)
        asked(aware, event);
    else if (event->kind == ENGINE_EVENT_NDP_COUNTER_REQUEST)
        countered(aware, event);
    else if (event->kind == ENGINE_EVENT_NDP_CONNECTED)
        connected(aware, event);
    else if (event->kind == ENGINE_EVENT_NDP_DISCONNECTED)
        disconnected(aware, event);
}
