/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "stack/aware/internal.h"

struct peer *peer_find(struct aware *aware, const struct fascia_mac *nmi)
{
    for (size_t i = 0; i < AWARE_PEERS_MAX; i++) {
        if (aware->peers[i].uid != 0 && fascia_mac_equal(&aware->peers[i].nmi, nmi))
            return &aware->peers[i];
    }
    return NULL;
}

struct peer *peer_by_uid(struct aware *aware, uint32_t uid)
{
    for (size_t i = 0; i < AWARE_PEERS_MAX; i++) {
        if (uid != 0 && aware->peers[i].uid == uid)
            return &aware->peers[i];
    }
    return NULL;
}

void peer_unpair(struct peer *peer)
{
    peer->associated = false;
    fascia_secret_wipe(&peer->nd_pmk);
}

static void forget(struct aware *aware, struct peer *peer)
{
    explicit_bzero(peer, sizeof *peer);
    aware->changed |= AWARE_CHANGED_PEERS;
}

/* How little is lost with a row: 0: nothing may be; then the less the better. */
static int worth(const struct peer *peer)
{
    if (peer->state == AWARE_PEER_DISCOVERED)
        return 1;
    return peer->state == AWARE_PEER_PAIRED ? 2 : 0;
}

/* The oldest of those that matter least. */
static struct peer *room_for(struct aware *aware, bool matters)
{
    struct peer *best = NULL;

    for (size_t i = 0; i < AWARE_PEERS_MAX; i++) {
        struct peer *peer = &aware->peers[i];
        if (peer->uid == 0)
            return peer;
        if (worth(peer) == 0 || (worth(peer) == 2 && !matters))
            continue;
        if (!best || worth(peer) < worth(best) || (worth(peer) == worth(best) && peer->seen_us < best->seen_us))
            best = peer;
    }
    return best;
}

/* By the address that it had last. Addresses change, so a peer that is not found may still be a stored one. */
static uint32_t stored_with(const struct aware *aware, const struct fascia_mac *nmi)
{
    for (size_t i = 0; i < AWARE_STORE_PEERS_MAX; i++) {
        const struct aware_stored_peer *stored = &aware->store.peers[i];
        if (stored->id != 0 && fascia_mac_equal(&stored->nmi, nmi))
            return stored->id;
    }
    return 0;
}

static void set_timer(struct aware *aware, struct peer *peer, enum session_timer timer)
{
    const struct request *request = pairing_request(aware, peer->request);
    int64_t request_us = request ? request->until_us : aware->now_us + aware->config->pairing_s * SECONDS;

    switch (timer) {
    case SESSION_TIMER_KEEP:
        break;
    case SESSION_TIMER_STOP:
        peer->timer_us = INT64_MAX;
        break;
    case SESSION_TIMER_REQUEST:
        peer->timer_us = request_us;
        break;
    case SESSION_TIMER_PAIR:
        /* Before the frames run a person may have to type, here or there. */
        peer->timer_us = peer->pair_sent && !(peer->initiator && request) ? aware->now_us + PAIR_LIMIT_US : request_us;
        break;
    case SESSION_TIMER_CLOSE:
        peer->timer_us = aware->now_us + CLOSE_LIMIT_US;
        break;
    }
}

/* The only place where the state changes. */
static void enter_state(struct aware *aware, struct peer *peer, enum aware_peer_state state)
{
    if (peer->state == state)
        return;
    peer->state = state;
    peer->seen_us = aware->now_us; /* whatever it did, it was there */
    aware->changed |= AWARE_CHANGED_PEERS;
}

struct peer *peer_get(struct aware *aware, const struct fascia_mac *nmi, bool matters)
{
    struct peer *peer = peer_find(aware, nmi);

    if (peer)
        return peer;
    if (!fascia_mac_is_unicast(nmi))
        return NULL;
    peer = room_for(aware, matters);
    if (!peer)
        return NULL;
    forget(aware, peer);
    *peer = (struct peer){
        .uid = ++aware->last_peer,
        .nmi = *nmi,
        .timer_us = INT64_MAX,
        .identity_us = INT64_MAX,
        .retry_us = INT64_MAX,
        .later = SESSION_EVENTS_,
        .seen_us = aware->now_us,
        .stored = stored_with(aware, nmi),
    };
    enter_state(aware, peer, pairing_is_known(aware, peer) ? AWARE_PEER_PAIRED : AWARE_PEER_DISCOVERED);
    return peer;
}

static void give_job(struct aware *aware, const struct peer *peer, enum job_kind kind)
{
    struct job job = {.kind = kind};

    /* What ends something must be done also when the peer is forgotten meanwhile. */
    if (kind == JOB_ABORT || kind == JOB_RESET)
        job.mac = peer->nmi;
    else
        job.subject = peer->uid;
    queue_job(aware, AWARE_SOCKET_NMI, &job);
}

static void pair(struct aware *aware, struct peer *peer)
{
    if (peer->pair_sent || (!peer->initiator && !peer->frame_waits))
        return;
    if (!pairing_is_opportunistic(peer->method) && !pairing_password(aware, peer))
        return;
    peer->pair_sent = true;
    give_job(aware, peer, JOB_PAIR);
}

static void verify(struct aware *aware, struct peer *peer)
{
    peer->pairing = PAIRING_VERIFY;
    peer->pair_sent = true;
    peer_unpair(peer);
    give_job(aware, peer, JOB_VERIFY);
}

/* Of the pairing. */
static void carry_out_pairing(struct aware *aware, struct peer *peer, unsigned int does)
{
    if (does & SESSION_DO_ABORT)
        give_job(aware, peer, JOB_ABORT);
    if (does & SESSION_DO_RESET)
        give_job(aware, peer, JOB_RESET);
    if (does & SESSION_DO_END)
        pairing_end_request(aware, peer);
    if (does & SESSION_DO_UNPAIR)
        peer_unpair(peer);
    if (does & SESSION_DO_KEEP)
        pairing_keep(aware, peer);
    if (does & SESSION_DO_COUNT)
        pairing_count(aware, peer);
    if (does & SESSION_DO_PROMPT)
        pairing_prompt(aware, peer);
    if (does & SESSION_DO_AUTHORISE)
        give_job(aware, peer, JOB_AUTHORISE);
    if (does & SESSION_DO_BOOTSTRAP)
        give_job(aware, peer, JOB_BOOTSTRAP);
    if (does & SESSION_DO_PAIR)
        pair(aware, peer);
    if (does & SESSION_DO_VERIFY)
        verify(aware, peer);
}

void peer_feed(struct aware *aware, struct peer *peer, enum session_event event)
{
    struct session_move move = session_move(peer->state, event);
    uint32_t uid = peer->uid;

    if (!move.handled)
        return;
    enter_state(aware, peer, move.next);
    carry_out_pairing(aware, peer, move.does);
    if (peer->uid == uid && peer->state == move.next)
        set_timer(aware, peer, move.timer);
    if (move.does & SESSION_DO_LATER)
        peer->later = event;
    if (move.does & SESSION_DO_TERMINATE)
        paths_terminate(aware, uid, AWARE_REASON_UNSPECIFIED,
                        event == SESSION_CLOSE ? "as ordered" : "the peer begins anew");
    if (move.does & SESSION_DO_DROP)
        paths_drop(aware, uid, "the engine did not end it");
    if (event == SESSION_PATHS_GONE || event == SESSION_PATHS_GONE_PAIRED)
        pairing_begin(aware, peer);
    if (move.does & SESSION_DO_CONNECT)
        peer_try(aware, peer);
}

void peer_note(struct aware *aware, struct peer *peer, uint32_t reason, const char *text)
{
    peer->last_reason = reason;
    (void)fascia_text_copy(peer->last_text, sizeof peer->last_text, text);
    aware->changed |= AWARE_CHANGED_PEERS;
}

void peer_retry(struct aware *aware, struct peer *peer, int64_t lasted_us)
{
    peer->retry_us = aware->now_us + delay_next(&peer->delay, lasted_us);
}

static bool wants_by_itself(struct aware *aware, const struct peer *peer, const struct service *service)
{
    if (peer->held)
        return false;
    switch (service->config.connect) {
    case AWARE_CONNECT_ON_ORDER:
    case AWARE_CONNECTS_:
        return false;
    case AWARE_CONNECT_PAIRED:
        return peer->associated || pairing_is_known(aware, peer);
    case AWARE_CONNECT_ANY:
        return service->config.security != AWARE_SECURITY_PAIRED || peer->associated || pairing_is_known(aware, peer);
    }
    return false;
}

static bool may_try(struct aware *aware, const struct peer *peer, const struct service *service)
{
    return engine_has_address(aware) && service && service->running && service->config.role == AWARE_ROLE_SUBSCRIBE &&
           peer->fresh && (peer->retry_us == INT64_MAX || peer->retry_us <= aware->now_us);
}

void peer_try(struct aware *aware, struct peer *peer)
{
    struct service *service = service_find(aware, peer->service);

    if (!may_try(aware, peer, service))
        return;
    if (peer->wanted == 0 && wants_by_itself(aware, peer, service))
        peer->wanted = 1;
    /* One set-up at a time: the engine refuses a second one to the same peer. */
    if (paths_of(aware, peer->uid, false) >= peer->wanted ||
        paths_of(aware, peer->uid, false) != paths_of(aware, peer->uid, true))
        return;
    peer->retry_us = INT64_MAX;
    if (service->config.security != AWARE_SECURITY_PAIRED || peer->associated) {
        /* The engines still exchange their identities: a data path that ended before would take them with it. */
        if (peer->identity_us == INT64_MAX && path_request(aware, peer, service))
            peer_feed(aware, peer, SESSION_PATH_ASKED);
        return;
    }
    if (!pairing_is_known(aware, peer) || peer->refused)
        return;
    peer->initiator = true;
    peer_feed(aware, peer, SESSION_VERIFY_ORDERED);
}

static bool is_idle(const struct peer *peer)
{
    return peer->state == AWARE_PEER_DISCOVERED || peer->state == AWARE_PEER_PAIRED;
}

/* While something is under way with one service, another one does not change whom it is about. */
static void take_ids(struct aware *aware, struct peer *peer, const struct service *service,
                     const struct engine_event *event)
{
    const struct service *before = service_find(aware, peer->service);
    bool known = before && before->running && peer->peer_id != 0;

    if (known && before != service &&
        (!is_idle(peer) || before->config.role == AWARE_ROLE_SUBSCRIBE || service->config.role == AWARE_ROLE_PUBLISH))
        return;
    if (peer->service != service->id || peer->peer_id != event->peer_id)
        aware->changed |= AWARE_CHANGED_PEERS;
    peer->service = service->id;
    peer->own_id = event->own_id;
    peer->peer_id = event->peer_id;
    peer->fresh = true;
    if (service->config.role == AWARE_ROLE_SUBSCRIBE) {
        peer->methods = event->methods;
        peer->offers_pairing = event->pairing_setup;
        peer->offers_data_path = event->data_path;
    }
}

void peer_seen(struct aware *aware, const struct engine_event *event, enum aware_role role)
{
    struct service *service = service_by_engine_id(aware, role, event->own_id);

    if (!service || !engine_is_running(aware))
        return;
    struct peer *peer = peer_get(aware, &event->peer, false);
    if (!peer)
        return;
    peer->seen_us = aware->now_us;
    take_ids(aware, peer, service, event);
    peer_feed(aware, peer, SESSION_SEEN);
    if (aware->renewed_until_us > aware->now_us && fascia_mac_equal(&aware->renewed_for, &event->peer) &&
        pairing_order(aware, peer) == 0)
        aware->renewed_until_us = 0;
}

void peers_lost(struct aware *aware)
{
    for (size_t i = 0; i < AWARE_PEERS_MAX; i++) {
        struct peer *peer = &aware->peers[i];
        if (peer->uid == 0)
            continue;
        if (peer->request != 0) {
            (void)fascia_text_copy(peer->end, sizeof peer->end, "the engine is gone");
            pairing_end_request(aware, peer);
        }
        forget(aware, peer);
    }
}

static void identity_missed(struct aware *aware, struct peer *peer)
{
    char nmi[FASCIA_MAC_TEXT_SIZE];

    peer->identity_us = INT64_MAX;
    peer_note(aware, peer, AWARE_REASON_NONE, "paired, but its identity did not arrive: pair once more to keep it");
    queue_event(aware, FASCIA_EVENT_AWARE_NOT_REMEMBERED, "%s", fascia_mac_format(&peer->nmi, nmi));
    if (!peer->initiator)
        pairing_disarm(aware, peer);
    peer_try(aware, peer);
}

static void timer_came(struct aware *aware, struct peer *peer)
{
    bool stuck =
        peer->state == AWARE_PEER_PAIRING && peer->pairing == PAIRING_NEW && !peer->initiator && peer->pair_sent;

    peer->timer_us = INT64_MAX;
    if (peer->pairing == PAIRING_VERIFY) {
        peer_note(aware, peer, AWARE_REASON_NONE, "the verification of the pairing was not answered");
        if (peer->initiator)
            peer_retry(aware, peer, 0);
    }
    (void)fascia_text_copy(peer->end, sizeof peer->end, "its time is over");
    peer_feed(aware, peer, stuck ? SESSION_STUCK : SESSION_TIMER);
}

static int64_t gone_us(const struct peer *peer)
{
    return is_idle(peer) && !peer->associated ? peer->seen_us + PRESENCE_US : INT64_MAX;
}

void peers_tick(struct aware *aware)
{
    for (size_t i = 0; i < AWARE_PEERS_MAX; i++) {
        struct peer *peer = &aware->peers[i];
        if (peer->uid != 0 && peer->timer_us <= aware->now_us)
            timer_came(aware, peer);
        if (peer->uid != 0 && peer->identity_us <= aware->now_us)
            identity_missed(aware, peer);
        if (peer->uid != 0 && peer->retry_us <= aware->now_us) {
            peer_try(aware, peer);
            /* What stands in the way (no discovery, no address) brings it back itself when it is over. */
            if (peer->retry_us <= aware->now_us)
                peer->retry_us = INT64_MAX;
        }
        if (peer->uid != 0 && gone_us(peer) <= aware->now_us)
            forget(aware, peer);
    }
}

int64_t peers_deadline(const struct aware *aware)
{
    int64_t soonest_us = INT64_MAX;

    for (size_t i = 0; i < AWARE_PEERS_MAX; i++) {
        const struct peer *peer = &aware->peers[i];
        if (peer->uid == 0)
            continue;
        soonest_us = sooner(soonest_us, sooner(peer->timer_us, peer->identity_us));
        soonest_us = sooner(soonest_us, sooner(peer->retry_us, gone_us(peer)));
    }
    return soonest_us;
}

static void write_pair(struct aware *aware, const struct peer *peer, enum engine_auth auth, struct engine_command *to)
{
    const struct engine_pair command = {
        .peer = peer->nmi,
        .own_id = peer->own_id,
        .peer_id = peer->peer_id,
        .auth = auth,
        .gcmp_256 = peer->gcmp_256,
        .responder = !peer->initiator,
        .password = auth == ENGINE_AUTH_SAE ? pairing_password(aware, peer) : NULL,
    };

    engine_pair(to, &command);
}

bool peer_write(struct aware *aware, const struct job *job, struct engine_command *to)
{
    const struct peer *peer = peer_by_uid(aware, job->subject);

    if (job->kind == JOB_ABORT) {
        engine_pair_abort(to, &job->mac);
        return true;
    }
    if (job->kind == JOB_RESET) {
        engine_bootstrap_reset(to, &job->mac);
        return true;
    }
    if (!peer)
        return false;
    if (job->kind == JOB_BOOTSTRAP || job->kind == JOB_AUTHORISE) {
        if (peer->state != AWARE_PEER_BOOTSTRAPPING)
            return false;
        engine_bootstrap(to, &peer->nmi, peer->own_id, peer->peer_id, peer->method, job->kind == JOB_AUTHORISE);
        return true;
    }
    if (peer->state != AWARE_PEER_PAIRING || !peer->pair_sent)
        return false;
    if (job->kind == JOB_VERIFY)
        write_pair(aware, peer, ENGINE_AUTH_VERIFY, to);
    else
        write_pair(aware, peer, pairing_is_opportunistic(peer->method) ? ENGINE_AUTH_OPPORTUNISTIC : ENGINE_AUTH_SAE,
                   to);
    return true;
}

void peer_on_reply(struct aware *aware, const struct job *job, bool ok)
{
    struct peer *peer = peer_by_uid(aware, job->subject);

    if (ok || !peer)
        return;
    (void)fascia_text_copy(peer->end, sizeof peer->end, "the engine refused");
    if (job->kind == JOB_BOOTSTRAP || job->kind == JOB_AUTHORISE) {
        /* The instance may be an old one: it is heard of again in the next discovery window. */
        peer->fresh = false;
        peer_note(aware, peer, AWARE_REASON_NONE, "the engine refused to bootstrap the pairing");
        peer_feed(aware, peer, SESSION_BOOTSTRAP_FAILED);
    } else if (job->kind == JOB_PAIR && peer->pairing == PAIRING_NEW) {
        peer_note(aware, peer, AWARE_REASON_NONE, "the engine refused the pairing");
        peer_feed(aware, peer, SESSION_PAIR_FAILED);
    } else if (job->kind == JOB_VERIFY && peer->pairing == PAIRING_VERIFY) {
        peer->refused = peer->held = peer->initiator;
        peer_note(aware, peer, AWARE_REASON_NONE, "the engine has lost the pairing: pair again");
        peer_feed(aware, peer, SESSION_PAIR_FAILED);
    }
}
