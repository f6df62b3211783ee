/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "stack/aware/internal.h"

/* Which pairings are kept, and which of them the engine knows. */

void aware_save(struct aware *aware)
{
    aware->store_dirty = true;
}

void aware_on_saved(struct aware *aware, int error, int64_t now_us)
{
    aware->now_us = now_us;
    aware->saving = false;
    aware->store_failed = error != 0;
    if (error != 0) {
        queue_quiet_event(aware, FASCIA_EVENT_AWARE_STORE_FAILED, "%s: %s", aware->config->store, strerror(-error));
        aware->save_retry_us = now_us + SAVE_RETRY_US;
    }
    if (!aware->engine.saving_identity)
        return;
    aware->engine.saving_identity = false;
    engine_feed(aware, ENGINE_INPUT_SAVED);
}

static struct aware_stored_peer *stored_of(struct aware *aware, const struct peer *peer)
{
    return peer->stored != 0 ? aware_store_find(&aware->store, peer->stored) : NULL;
}

bool pairing_is_lost(const struct aware *aware, const struct aware_stored_peer *stored)
{
    return stored->id != 0 && stored->engine_run != aware->engine.run;
}

bool pairing_is_known(struct aware *aware, const struct peer *peer)
{
    const struct aware_stored_peer *stored = stored_of(aware, peer);

    return stored && !pairing_is_lost(aware, stored) && !fascia_secret_is_empty(&stored->nik);
}

unsigned int identities_lost(const struct aware *aware)
{
    unsigned int lost = 0;

    for (size_t i = 0; i < AWARE_STORE_PEERS_MAX; i++)
        lost += pairing_is_lost(aware, &aware->store.peers[i]);
    return lost;
}

void identity_met(struct aware *aware, const struct fascia_mac *nmi)
{
    if (!identity_is_met(aware, nmi) && aware->met_count < MET_MAX)
        aware->met[aware->met_count++] = *nmi;
}

bool identity_is_met(const struct aware *aware, const struct fascia_mac *nmi)
{
    for (size_t i = 0; i < aware->met_count; i++) {
        if (fascia_mac_equal(&aware->met[i], nmi))
            return true;
    }
    return aware->met_count == MET_MAX; /* it may be one that did not fit */
}

/* The engine of a new run has no pairing, and no way to be given one: each phone must pair once more. */
void pairing_new_run(struct aware *aware)
{
    unsigned int lost = identities_lost(aware);

    aware->forgotten = false;
    aware->met_count = 0;
    if (lost > 0)
        queue_event(aware, FASCIA_EVENT_AWARE_PAIRINGS_LOST, "%u", lost);
    aware->changed |= AWARE_CHANGED_PEERS;
}

void pairing_keep(struct aware *aware, struct peer *peer)
{
    char nmi[FASCIA_MAC_TEXT_SIZE];

    peer->pairing = PAIRING_NONE;
    peer->identity_us = aware->now_us + IDENTITY_LIMIT_US;
    peer->remembered = false;
    peer->held = false;
    peer->delay = (struct delay){0};
    peer->retry_us = INT64_MAX;
    peer_note(aware, peer, AWARE_REASON_NONE, "");
    queue_event(aware, FASCIA_EVENT_AWARE_PAIRED, "%s", fascia_mac_format(&peer->nmi, nmi));
}

/* The event does not say whose identity it is. Pairings take turns (a person types each PIN), so it is that of the
 * peer that was paired first of those that are still waited for, or of the only one whose came too late. */
static struct peer *owner_of_identity(struct aware *aware)
{
    struct peer *awaited = NULL, *late = NULL;
    unsigned int late_count = 0;

    for (size_t i = 0; i < AWARE_PEERS_MAX; i++) {
        struct peer *peer = &aware->peers[i];
        if (peer->uid == 0 || !peer->met || peer->remembered)
            continue;
        if (peer->identity_us != INT64_MAX && (!awaited || peer->identity_us < awaited->identity_us))
            awaited = peer;
        if (peer->identity_us == INT64_MAX && peer->stored == 0) {
            late = peer;
            late_count++;
        }
    }
    if (awaited)
        return awaited;
    return late_count == 1 ? late : NULL;
}

static void drop_oldest(struct aware *aware)
{
    struct aware_stored_peer *oldest = NULL;
    int64_t count = 0;

    for (size_t i = 0; i < AWARE_STORE_PEERS_MAX; i++) {
        struct aware_stored_peer *stored = &aware->store.peers[i];
        if (stored->id == 0)
            continue;
        count++;
        if (!oldest || stored->last_seen_s < oldest->last_seen_s)
            oldest = stored;
    }
    if (aware->config->peers_max > 0 && count >= aware->config->peers_max)
        aware_store_remove(oldest);
}

static void fill(struct aware *aware, struct aware_stored_peer *stored, const struct peer *peer,
                 const struct engine_event *event)
{
    stored->nmi = peer->nmi;
    stored->nik = event->nik;
    stored->npk = event->npk;
    stored->cipher_version = event->cipher_version;
    (void)fascia_text_copy(stored->akm, sizeof stored->akm, event->akm);
    stored->paired_at_s = stored->last_seen_s = aware->wall_s;
    stored->expires_at_s = aware->wall_s > 0 && event->lifetime_s > 0 ? aware->wall_s + (int64_t)event->lifetime_s : 0;
    stored->engine_run = aware->engine.run;
}

/* It announced the key of an earlier pairing and was let in because the engine has none; but a new pairing makes a new
 * key, and this is the old one. */
static void reject_identity(struct aware *aware, struct peer *peer)
{
    char nmi[FASCIA_MAC_TEXT_SIZE];

    queue_quiet_event(aware, FASCIA_EVENT_AWARE_PAIRING_REFUSED, "%s: refused: the key of an earlier pairing",
                      fascia_mac_format(&peer->nmi, nmi));
    peer->identity_us = INT64_MAX;
    peer->held = true;
    peer_note(aware, peer, AWARE_REASON_SECURITY_POLICY, "refused: the key of an earlier pairing");
    pairing_disarm(aware, peer);
    peer_feed(aware, peer, SESSION_CLOSE);
}

void identity_on_event(struct aware *aware, const struct engine_event *event)
{
    struct peer *peer = owner_of_identity(aware);

    if (!peer || fascia_secret_is_empty(&event->nik))
        return;
    struct aware_stored_peer *stored = aware_store_find_nik(&aware->store, &event->nik);
    if (peer->announced && stored && fascia_secret_equal(&stored->npk, &event->npk)) {
        reject_identity(aware, peer);
        return;
    }
    if (!stored) {
        drop_oldest(aware);
        stored = aware_store_add(&aware->store);
    }
    if (!stored)
        return;
    fill(aware, stored, peer, event);
    for (size_t i = 0; i < AWARE_PEERS_MAX; i++) {
        struct peer *other = &aware->peers[i];
        /* The same phone under the address that it had, or one whose row gave way. */
        if (other->uid != 0 && other != peer && !aware_store_find(&aware->store, other->stored))
            other->stored = 0;
        if (other->uid != 0 && other != peer && other->stored == stored->id)
            other->stored = 0;
    }
    peer->stored = stored->id;
    peer->remembered = true;
    peer->identity_us = INT64_MAX;
    peer_note(aware, peer, AWARE_REASON_NONE, "");
    aware_save(aware);
    peer_try(aware, peer);
}

/* Nobody is cut off in the middle of a drive. */
static bool is_in_use(const struct aware *aware, uint32_t stored)
{
    for (size_t i = 0; i < AWARE_PEERS_MAX; i++) {
        const struct peer *peer = &aware->peers[i];
        if (peer->uid != 0 && peer->stored == stored &&
            (peer->state == AWARE_PEER_REQUESTED || peer->state == AWARE_PEER_CONNECTED))
            return true;
    }
    return false;
}

void pairing_expire(struct aware *aware)
{
    for (size_t i = 0; i < AWARE_STORE_PEERS_MAX; i++) {
        struct aware_stored_peer *stored = &aware->store.peers[i];
        if (stored->id == 0 || stored->expires_at_s == 0 || aware->wall_s < stored->expires_at_s ||
            is_in_use(aware, stored->id))
            continue;
        queue_event(aware, FASCIA_EVENT_AWARE_FORGOTTEN, "%u%s%s: its time is over", stored->id,
                    stored->name[0] != '\0' ? ", " : "", stored->name);
        identity_forget(aware, stored);
    }
}

void identity_forget(struct aware *aware, struct aware_stored_peer *stored)
{
    uint32_t id = stored->id;

    aware->forgotten |= !pairing_is_lost(aware, stored);
    aware_store_remove(stored);
    aware_save(aware);
    aware->changed |= AWARE_CHANGED_PEERS;
    for (size_t i = 0; i < AWARE_PEERS_MAX; i++) {
        struct peer *peer = &aware->peers[i];
        if (peer->uid == 0 || peer->stored != id)
            continue;
        peer->stored = 0;
        peer->remembered = false;
        peer->wanted = 0;
        peer->held = true;
        (void)fascia_text_copy(peer->end, sizeof peer->end, "the peer was forgotten");
        peer_feed(aware, peer, SESSION_CLOSE);
    }
}

/* The only stored one that is not here under another address. Two would leave open which; then it has no name. */
static struct aware_stored_peer *only_absent(struct aware *aware)
{
    struct aware_stored_peer *found = NULL;

    for (size_t i = 0; i < AWARE_STORE_PEERS_MAX; i++) {
        struct aware_stored_peer *stored = &aware->store.peers[i];
        bool here = false;
        if (stored->id == 0 || pairing_is_lost(aware, stored))
            continue;
        for (size_t j = 0; j < AWARE_PEERS_MAX; j++)
            here |= aware->peers[j].uid != 0 && aware->peers[j].stored == stored->id;
        if (here)
            continue;
        if (found)
            return NULL;
        found = stored;
    }
    return found;
}

void identity_seen(struct aware *aware, struct peer *peer)
{
    struct aware_stored_peer *stored = stored_of(aware, peer);

    if (!stored || pairing_is_lost(aware, stored))
        stored = only_absent(aware);
    if (!stored)
        return;
    peer->stored = stored->id;
    peer->remembered = true;
    stored->nmi = peer->nmi;
    if (aware->wall_s > 0)
        stored->last_seen_s = aware->wall_s;
    aware_save(aware);
}
