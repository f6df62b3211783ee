/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "stack/aware/internal.h"

#define PASSPHRASE_CHARACTERS 12

static bool has_method(uint16_t method, enum aware_method which)
{
    return method == 1U << which;
}

bool pairing_is_opportunistic(uint16_t method)
{
    return has_method(method, AWARE_METHOD_OPPORTUNISTIC);
}

static bool is_keypad(uint16_t method)
{
    return has_method(method, AWARE_METHOD_PIN_KEYPAD) || has_method(method, AWARE_METHOD_PASSPHRASE_KEYPAD);
}

bool pairing_is_passphrase(uint16_t method)
{
    return has_method(method, AWARE_METHOD_PASSPHRASE_DISPLAY) || has_method(method, AWARE_METHOD_PASSPHRASE_KEYPAD);
}

struct request *pairing_request(struct aware *aware, uint32_t id)
{
    for (size_t i = 0; i < AWARE_REQUESTS_MAX; i++) {
        if (id != 0 && aware->requests[i].id == id)
            return &aware->requests[i];
    }
    return NULL;
}

const struct fascia_secret *pairing_password(struct aware *aware, const struct peer *peer)
{
    const struct request *request = pairing_request(aware, peer->request);

    return request && !fascia_secret_is_empty(&request->pin) ? &request->pin : NULL;
}

/* Requests: what a person is needed for */

static struct request *free_request(struct aware *aware)
{
    for (size_t i = 0; i < AWARE_REQUESTS_MAX; i++) {
        if (aware->requests[i].id == 0)
            return &aware->requests[i];
    }
    return NULL;
}

/* Every digit equally likely: 250 is the last multiple of 10 in an octet. */
static void make_pin(struct aware *aware, struct request *request)
{
    uint8_t digits[8] = {0};
    size_t count = aware->config->pin_digits < 4   ? 4
                   : aware->config->pin_digits > 8 ? 8
                                                   : (size_t)aware->config->pin_digits;

    for (size_t i = 0; i < count;) {
        uint8_t octet = 0;
        aware->random(&octet, 1, aware->userdata);
        if (octet < 250)
            digits[i++] = (uint8_t)('0' + octet % 10);
    }
    (void)fascia_secret_set(&request->pin, digits, count);
    explicit_bzero(digits, sizeof digits);
}

static void make_passphrase(struct aware *aware, struct request *request)
{
    uint8_t random[PASSPHRASE_CHARACTERS];

    aware->random(random, sizeof random, aware->userdata);
    (void)fascia_secret_set_random_text(&request->pin, sizeof random, random, sizeof random);
    explicit_bzero(random, sizeof random);
}

static int64_t request_until(const struct aware *aware, const struct peer *peer)
{
    int64_t until_us = aware->now_us + aware->config->pairing_s * SECONDS;

    return !peer->initiator && aware->window_us < until_us ? aware->window_us : until_us;
}

static void open_request(struct aware *aware, struct peer *peer, struct request *request)
{
    struct aware_action action = {.kind = AWARE_ACTION_REQUESTED};

    *request = (struct request){
        .id = ++aware->last_request,
        .kind = is_keypad(peer->method) ? AWARE_REQUEST_ENTER_PIN : AWARE_REQUEST_SHOW_PIN,
        .peer = peer->uid,
        .service = peer->service,
        .until_us = request_until(aware, peer),
    };
    if (request->kind == AWARE_REQUEST_SHOW_PIN && pairing_is_passphrase(peer->method))
        make_passphrase(aware, request);
    else if (request->kind == AWARE_REQUEST_SHOW_PIN)
        make_pin(aware, request);
    peer->request = request->id;
    action.request = request->id;
    queue_action(aware, &action);
    aware->changed |= AWARE_CHANGED_REQUESTS;
}

void pairing_prompt(struct aware *aware, struct peer *peer)
{
    struct request *request = NULL;

    if (peer->request == 0 && !pairing_is_opportunistic(peer->method)) {
        request = free_request(aware);
        if (!request) {
            (void)fascia_text_copy(peer->end, sizeof peer->end, "too many requests are open");
            peer_feed(aware, peer, SESSION_REFUSED);
            return;
        }
        open_request(aware, peer, request);
    }
    /* Nothing is to be waited for when it is the other side's person who types. */
    if (peer->initiator && peer->state == AWARE_PEER_PAIRING && !is_keypad(peer->method))
        peer_feed(aware, peer, SESSION_PIN_ENTERED);
}

static void close_request(struct aware *aware, struct peer *peer)
{
    struct aware_action action = {.kind = AWARE_ACTION_REQUEST_ENDED, .request = peer->request};
    struct request *request = pairing_request(aware, peer->request);

    if (request) {
        (void)fascia_text_copy(action.text, sizeof action.text, peer->end[0] != '\0' ? peer->end : "ended");
        queue_action(aware, &action);
        explicit_bzero(request, sizeof *request);
        aware->changed |= AWARE_CHANGED_REQUESTS;
    }
    peer->request = 0;
    peer->end[0] = '\0';
    peer->pair_sent = peer->frame_waits = false;
}

void pairing_end_request(struct aware *aware, struct peer *peer)
{
    close_request(aware, peer);
    /* A request that gives way to a new one of the same peer leaves the pairing under way. */
    if (peer->state != AWARE_PEER_BOOTSTRAPPING)
        peer->pairing = PAIRING_NONE;
}

/* Only the other side hears that a PIN was wrong; what is seen here is that nothing comes. */
void pairing_count(struct aware *aware, struct peer *peer)
{
    char nmi[FASCIA_MAC_TEXT_SIZE];

    aware->attempts++;
    queue_event(aware, FASCIA_EVENT_AWARE_PAIRING_FAILED, "%s, attempt %u of %u", fascia_mac_format(&peer->nmi, nmi),
                aware->attempts, PIN_ATTEMPTS_MAX);
    peer_note(aware, peer, AWARE_REASON_NONE, "the PIN was wrong, or the other side gave up");
    (void)fascia_text_copy(peer->end, sizeof peer->end, "the PIN was wrong, or the other side gave up");
    close_request(aware, peer);
    if (aware->attempts >= PIN_ATTEMPTS_MAX)
        pairing_close_window(aware, "too many attempts");
    else
        pairing_prompt(aware, peer);
}

/* The window */

void pairing_close_window(struct aware *aware, const char *why)
{
    if (aware->window_us != 0)
        aware->changed |= AWARE_CHANGED_WINDOW;
    aware->window_us = 0;
    for (size_t i = 0; i < AWARE_PEERS_MAX; i++) {
        struct peer *peer = &aware->peers[i];
        if (peer->uid == 0)
            continue;
        peer->waiting = false;
        if (peer->pairing != PAIRING_NEW || peer->initiator)
            continue;
        (void)fascia_text_copy(peer->end, sizeof peer->end, why);
        peer_feed(aware, peer, SESSION_REFUSED);
    }
}

void pairing_open_window(struct aware *aware, int64_t until_us)
{
    aware->window_us = until_us;
    aware->attempts = 0;
    aware->changed |= AWARE_CHANGED_WINDOW;
    for (size_t i = 0; i < AWARE_PEERS_MAX; i++) {
        struct peer *peer = &aware->peers[i];
        /* The engine still lets it come back for an answer. */
        if (peer->uid != 0 && peer->waiting)
            pairing_begin(aware, peer);
    }
}

void pairing_tick(struct aware *aware)
{
    if (aware->window_us != 0 && aware->window_us <= aware->now_us)
        pairing_close_window(aware, "its time is over");
    if (aware->renewed_until_us != 0 && aware->renewed_until_us <= aware->now_us)
        aware->renewed_until_us = 0;
}

int64_t pairing_deadline(const struct aware *aware)
{
    int64_t deadline_us = aware->window_us != 0 ? aware->window_us : INT64_MAX;

    return aware->renewed_until_us != 0 ? sooner(deadline_us, aware->renewed_until_us) : deadline_us;
}

/* What peers ask */

static void refuse(struct aware *aware, const struct fascia_mac *nmi, const char *why)
{
    char text[FASCIA_MAC_TEXT_SIZE];

    queue_quiet_event(aware, FASCIA_EVENT_AWARE_PAIRING_REFUSED, "%s: %s", fascia_mac_format(nmi, text), why);
}

static bool is_under_way(const struct peer *peer)
{
    return peer->pairing == PAIRING_NEW &&
           (peer->state == AWARE_PEER_BOOTSTRAPPING || peer->state == AWARE_PEER_PAIRING);
}

static bool has_paths(const struct peer *peer)
{
    return peer->state == AWARE_PEER_REQUESTED || peer->state == AWARE_PEER_CONNECTED ||
           peer->state == AWARE_PEER_CLOSING;
}

/* A peer with data paths that begins anew has left and come back. Frames can be forged, so not without end. */
static bool may_renew(struct aware *aware, struct peer *peer)
{
    if (!has_paths(peer))
        return true;
    if (peer->state == AWARE_PEER_CLOSING)
        return false;
    if (peer->renewed_us != 0 && aware->now_us - peer->renewed_us < RENEW_PERIOD_US)
        return false;
    peer->renewed_us = aware->now_us;
    return true;
}

void pairing_begin(struct aware *aware, struct peer *peer)
{
    enum session_event later = peer->later;

    peer->later = SESSION_EVENTS_;
    if (later == SESSION_VERIFY_ASKED) {
        peer->initiator = false;
        peer_feed(aware, peer, SESSION_VERIFY_ASKED);
        return;
    }
    if (later != SESSION_BOOTSTRAP_ASKED && !peer->waiting)
        return;
    /* A guess that did not succeed counts, also when the guesser does not wait for it to be noticed. */
    if (peer->state == AWARE_PEER_PAIRING && peer->pairing == PAIRING_NEW && !peer->initiator && peer->pair_sent)
        peer_feed(aware, peer, SESSION_STUCK);
    if (aware->window_us == 0 || !may_renew(aware, peer))
        return;
    if (!free_request(aware) && peer->request == 0) {
        refuse(aware, &peer->nmi, "too many requests are open");
        return;
    }
    peer->waiting = false;
    if (!has_paths(peer)) {
        peer->pairing = PAIRING_NEW;
        peer->initiator = peer->announced = false;
        if (peer->request != 0)
            (void)fascia_text_copy(peer->end, sizeof peer->end, "the other side began anew");
    }
    peer_feed(aware, peer, SESSION_BOOTSTRAP_ASKED);
}

static bool offers(const struct service *service, uint32_t method)
{
    for (size_t i = 0; i < service->config.methods_count; i++) {
        if (method == 1U << service->config.methods[i])
            return true;
    }
    return false;
}

static void bootstrap_asked(struct aware *aware, const struct engine_event *event)
{
    struct service *service = service_by_engine_id(aware, AWARE_ROLE_PUBLISH, event->own_id);

    if (!service || service->config.security != AWARE_SECURITY_PAIRED || !offers(service, event->methods)) {
        refuse(aware, &event->peer, "the service does not offer that method");
        return;
    }
    struct peer *peer = peer_get(aware, &event->peer, aware->window_us != 0);
    if (!peer)
        return;
    peer->seen_us = aware->now_us;
    if (is_under_way(peer) && peer->initiator)
        return; /* we are pairing with it ourselves */
    peer->service = service->id;
    peer->own_id = event->own_id;
    peer->peer_id = event->peer_id;
    peer->method = (uint16_t)event->methods;
    peer->waiting = true;
    /* The engine has no word for "no": what is not authorised stays without an answer. */
    if (aware->window_us == 0)
        refuse(aware, &event->peer, "asks to pair, and no pairing window is open");
    pairing_begin(aware, peer);
}

static void bootstrap_ended(struct aware *aware, const struct engine_event *event)
{
    struct peer *peer = peer_find(aware, &event->peer);

    if (!peer || !is_under_way(peer))
        return;
    if (event->kind == ENGINE_EVENT_BOOTSTRAP_SUCCESS) {
        peer_feed(aware, peer, SESSION_BOOTSTRAP_DONE);
        return;
    }
    peer_note(aware, peer, event->reason, "bootstrapping was rejected or failed");
    (void)fascia_text_copy(peer->end, sizeof peer->end, "bootstrapping was rejected or failed");
    peer_feed(aware, peer, SESSION_BOOTSTRAP_FAILED);
}

static bool is_elsewhere(const struct aware *aware, uint32_t stored)
{
    for (size_t i = 0; i < AWARE_PEERS_MAX; i++) {
        if (aware->peers[i].uid != 0 && aware->peers[i].stored == stored && has_paths(&aware->peers[i]))
            return true;
    }
    return false;
}

/* By the address that it had, or it may be one that has another address now: the engine finds out by its identity. */
static bool may_be_known(struct aware *aware, const struct peer *peer)
{
    if (pairing_is_known(aware, peer))
        return true;
    if (aware->forgotten)
        return false; /* the engine would still accept the one that we have forgotten */
    for (size_t i = 0; i < AWARE_STORE_PEERS_MAX; i++) {
        const struct aware_stored_peer *stored = &aware->store.peers[i];
        if (stored->id != 0 && !pairing_is_lost(aware, stored) && !fascia_secret_is_empty(&stored->nik) &&
            !is_elsewhere(aware, stored->id))
            return true;
    }
    return false;
}

static void intrude(struct aware *aware, struct peer *peer, const char *why)
{
    refuse(aware, &peer->nmi, why);
    peer_note(aware, peer, AWARE_REASON_SECURITY_POLICY, why);
    (void)fascia_text_copy(peer->end, sizeof peer->end, why);
    peer_feed(aware, peer, SESSION_INTRUSION);
    if (!is_under_way(peer))
        peer->end[0] = '\0';
}

static void new_asked(struct aware *aware, struct peer *peer, const struct engine_event *event)
{
    bool by_password = !pairing_is_opportunistic(peer->method);

    if (!is_under_way(peer) || peer->initiator) {
        intrude(aware, peer, "refused: a pairing that nobody asked for");
        return;
    }
    if (by_password != (strcmp(event->akm, "SAE") == 0)) {
        intrude(aware, peer, "refused: it tried to pair without the PIN");
        return;
    }
    if (peer->pair_sent)
        peer_feed(aware, peer, SESSION_STUCK);
    if (!is_under_way(peer))
        return; /* that was the last attempt */
    peer->frame_waits = true;
    peer_feed(aware, peer, SESSION_PAIR_ASKED);
}

/*
 * In a pairing that should be new, the engine uses the key that it has with that address, and takes whatever PIN. A
 * phone that remembers us from before our engine was started anew announces a key, too, but the engine has none: then
 * the PIN counts.
 */
static bool is_trap(struct aware *aware, const struct peer *peer)
{
    return identity_is_met(aware, &peer->nmi) || pairing_is_known(aware, peer) || identities_lost(aware) == 0;
}

static void verify_asked(struct aware *aware, struct peer *peer, const struct engine_event *event)
{
    struct service *service = service_paired_publisher(aware);

    if (is_under_way(peer) && is_trap(aware, peer)) {
        intrude(aware, peer, "refused: it used a key of an earlier pairing instead of the PIN");
        return;
    }
    if (is_under_way(peer)) {
        peer->announced = true;
        new_asked(aware, peer, event);
        return;
    }
    if (!service || !may_be_known(aware, peer)) {
        intrude(aware, peer, "refused: its pairing is not known here, it must pair again");
        return;
    }
    if (peer->state == AWARE_PEER_PAIRING || !may_renew(aware, peer))
        return; /* one is under way */
    peer->service = service->id;
    peer->own_id = service->engine_id;
    if (peer->peer_id == 0)
        peer->peer_id = event->own_id;
    if (!has_paths(peer))
        peer->initiator = false;
    peer_feed(aware, peer, SESSION_VERIFY_ASKED);
}

static void pairing_asked(struct aware *aware, const struct engine_event *event)
{
    const struct job abort_it = {.kind = JOB_ABORT, .mac = event->peer};
    struct peer *peer = peer_get(aware, &event->peer, false);

    if (!peer) {
        queue_job(aware, AWARE_SOCKET_NMI, &abort_it);
        return;
    }
    peer->seen_us = aware->now_us;
    if (!has_paths(peer) && !peer->pair_sent)
        peer->gcmp_256 = event->cipher == AWARE_CIPHER_PK_PASN_256;
    if (event->verify)
        verify_asked(aware, peer, event);
    else
        new_asked(aware, peer, event);
}

/* A responder that succeeded would answer the next attempt by itself, with the PIN of this one. */
void pairing_disarm(struct aware *aware, const struct peer *peer)
{
    const struct job job = {.kind = JOB_ABORT, .mac = peer->nmi};

    queue_job(aware, AWARE_SOCKET_NMI, &job);
}

static void pairing_succeeded(struct aware *aware, struct peer *peer, const struct engine_event *event)
{
    peer->associated = true;
    peer->nd_pmk = event->nd_pmk;
    peer->gcmp_256 = strcmp(event->pairing_cipher, "GCMP-256") == 0;
    peer->met = true;
    peer->refused = false;
    peer->pair_sent = false;
    identity_met(aware, &peer->nmi);
    if (peer->pairing == PAIRING_NEW) {
        (void)fascia_text_copy(peer->end, sizeof peer->end, "paired");
        peer_feed(aware, peer, SESSION_PAIRED_NEW);
        return;
    }
    peer->pairing = PAIRING_NONE;
    identity_seen(aware, peer);
    if (!peer->initiator)
        pairing_disarm(aware, peer);
    peer_feed(aware, peer, SESSION_VERIFIED);
}

static void pairing_failed(struct aware *aware, struct peer *peer)
{
    char nmi[FASCIA_MAC_TEXT_SIZE];

    if (peer->pairing == PAIRING_NEW && !peer->initiator) {
        peer_feed(aware, peer, SESSION_STUCK);
        return;
    }
    if (peer->pairing == PAIRING_NEW) {
        peer_note(aware, peer, AWARE_REASON_NONE, "the PIN was wrong, or the other side refused");
        (void)fascia_text_copy(peer->end, sizeof peer->end, "the PIN was wrong, or the other side refused");
        queue_event(aware, FASCIA_EVENT_AWARE_PAIRING_FAILED, "%s", fascia_mac_format(&peer->nmi, nmi));
    } else {
        peer->refused = peer->held = peer->initiator;
        peer_note(aware, peer, AWARE_REASON_NONE, "the pairing could not be verified: pair again");
    }
    peer_feed(aware, peer, SESSION_PAIR_FAILED);
}

/* The engine answered without asking: it was still armed. What verifies a peer that is known has a new key; a key of
 * anything else is none. */
static void ended_unasked(struct aware *aware, struct peer *peer, const struct engine_event *event)
{
    if (!event->success)
        return;
    pairing_disarm(aware, peer);
    if (pairing_is_known(aware, peer) && !is_under_way(peer) && !fascia_secret_is_empty(&event->nd_pmk)) {
        peer->associated = true;
        peer->nd_pmk = event->nd_pmk;
        return;
    }
    peer_unpair(peer);
    intrude(aware, peer, "refused: a pairing that nobody asked for");
}

static void pairing_ended(struct aware *aware, const struct engine_event *event)
{
    struct peer *peer = peer_find(aware, &event->peer);

    if (!peer)
        return;
    if (peer->state != AWARE_PEER_PAIRING || !peer->pair_sent) {
        ended_unasked(aware, peer, event);
        return;
    }
    bool right_kind = event->akm[0] == '\0' || peer->pairing == PAIRING_VERIFY ||
                      pairing_is_opportunistic(peer->method) != (strcmp(event->akm, "SAE") == 0);
    if (event->success && right_kind && !fascia_secret_is_empty(&event->nd_pmk))
        pairing_succeeded(aware, peer, event);
    else
        pairing_failed(aware, peer);
}

void pairing_on_event(struct aware *aware, const struct engine_event *event)
{
    if (event->kind == ENGINE_EVENT_BOOTSTRAP_REQUEST)
        bootstrap_asked(aware, event);
    else if (event->kind == ENGINE_EVENT_BOOTSTRAP_SUCCESS || event->kind == ENGINE_EVENT_BOOTSTRAP_FAILURE)
        bootstrap_ended(aware, event);
    else if (event->kind == ENGINE_EVENT_PAIRING_REQUEST)
        pairing_asked(aware, event);
    else if (event->kind == ENGINE_EVENT_PAIRING_STATUS)
        pairing_ended(aware, event);
}

/* What we ask */

/* Readings of the specification agree on the keys of the other one only. */
static bool wants_gcmp(const struct service *service)
{
    bool gcmp = false;

    for (size_t i = 0; i < service->config.ciphers_count; i++) {
        if (service->config.ciphers[i] == AWARE_CIPHER_PK_PASN_128)
            return false;
        gcmp |= service->config.ciphers[i] == AWARE_CIPHER_PK_PASN_256;
    }
    return gcmp;
}

int pairing_order(struct aware *aware, struct peer *peer)
{
    const struct service *service = service_find(aware, peer->service);

    if (!service || service->config.role != AWARE_ROLE_SUBSCRIBE)
        return AWARE_E_ROLE;
    if (service->config.security != AWARE_SECURITY_PAIRED || !peer->offers_pairing)
        return AWARE_E_SECURITY;
    uint16_t method = pairing_choose_method(service, peer);
    if (method == 0)
        return AWARE_E_SECURITY;
    if (peer->state != AWARE_PEER_DISCOVERED && peer->state != AWARE_PEER_PAIRED)
        return AWARE_E_STATE;
    peer->pairing = PAIRING_NEW;
    peer->initiator = true;
    peer->gcmp_256 = wants_gcmp(service);
    peer->method = method;
    peer->held = peer->refused = false;
    peer_feed(aware, peer, SESSION_BOOTSTRAP_ORDERED);
    return 0;
}
