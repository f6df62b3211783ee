/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/address/peers.h"

#include <string.h>

#include "stack/base/cleanup.h"

#define BUCKETS_MIN 64

void address_peers_init(struct address_peers *peers, size_t limit, uint64_t seed)
{
    *peers = (struct address_peers){.limit = limit, .seed = seed};
}

void address_peers_deinit(struct address_peers *peers)
{
    for (size_t i = 0; i < peers->buckets; i++) {
        struct address_peer *next = NULL;
        for (struct address_peer *peer = peers->by_iid[i]; peer; peer = next) {
            next = peer->next_by_iid;
            free(peer);
        }
    }
    free(peers->by_iid);
    free(peers->by_mac);
    *peers = (struct address_peers){.limit = peers->limit, .seed = peers->seed};
}

/* The finaliser of splitmix64: every bit of the key reaches every bit of the bucket. */
static size_t bucket(const struct address_peers *peers, unsigned int ifindex, uint64_t key)
{
    uint64_t x = key ^ peers->seed ^ (uint64_t)ifindex << 32;

    x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
    return (size_t)(x ^ x >> 31) & (peers->buckets - 1);
}

static size_t iid_bucket(const struct address_peers *peers, unsigned int ifindex, const struct address_iid *iid)
{
    uint64_t key = 0;
    memcpy(&key, iid->octets, sizeof iid->octets);
    return bucket(peers, ifindex, key);
}

static size_t mac_bucket(const struct address_peers *peers, unsigned int ifindex, const struct fascia_mac *mac)
{
    uint64_t key = 0;
    memcpy(&key, mac->octets, sizeof mac->octets);
    return bucket(peers, ifindex, key);
}

static void link_iid(struct address_peers *peers, struct address_peer *peer)
{
    struct address_peer **head = &peers->by_iid[iid_bucket(peers, peer->ifindex, &peer->iid)];
    peer->next_by_iid = *head;
    *head = peer;
}

static void link_mac(struct address_peers *peers, struct address_peer *peer)
{
    struct address_peer **head = &peers->by_mac[mac_bucket(peers, peer->ifindex, &peer->mac)];
    peer->next_by_mac = *head;
    *head = peer;
}

static void unlink_iid(struct address_peers *peers, struct address_peer *peer)
{
    struct address_peer **at = &peers->by_iid[iid_bucket(peers, peer->ifindex, &peer->iid)];
    while (*at && *at != peer)
        at = &(*at)->next_by_iid;
    if (*at)
        *at = peer->next_by_iid;
}

static void unlink_mac(struct address_peers *peers, struct address_peer *peer)
{
    struct address_peer **at = &peers->by_mac[mac_bucket(peers, peer->ifindex, &peer->mac)];
    while (*at && *at != peer)
        at = &(*at)->next_by_mac;
    if (*at)
        *at = peer->next_by_mac;
}

/* Doubles the buckets; false: no memory, which only makes the chains longer unless there is none at all. */
static bool grow(struct address_peers *peers)
{
    struct address_peers bigger = *peers;

    bigger.buckets = peers->buckets ? 2 * peers->buckets : BUCKETS_MIN;
    bigger.by_iid = (struct address_peer **)calloc(bigger.buckets, sizeof(struct address_peer *));
    bigger.by_mac = (struct address_peer **)calloc(bigger.buckets, sizeof(struct address_peer *));
    if (!bigger.by_iid || !bigger.by_mac) {
        free(bigger.by_iid);
        free(bigger.by_mac);
        return peers->buckets != 0;
    }
    for (size_t i = 0; i < peers->buckets; i++) {
        struct address_peer *next = NULL;
        for (struct address_peer *peer = peers->by_iid[i]; peer; peer = next) {
            next = peer->next_by_iid;
            link_iid(&bigger, peer);
            link_mac(&bigger, peer);
        }
    }
    free(peers->by_iid);
    free(peers->by_mac);
    *peers = bigger;
    return true;
}

struct address_peer *address_peers_find(const struct address_peers *peers, unsigned int ifindex,
                                        const struct address_iid *iid)
{
    if (peers->buckets == 0)
        return NULL;
    struct address_peer *peer = peers->by_iid[iid_bucket(peers, ifindex, iid)];
    while (peer && (peer->ifindex != ifindex || !address_iid_equal(&peer->iid, iid)))
        peer = peer->next_by_iid;
    return peer;
}

struct address_peer *address_peers_of_mac(const struct address_peers *peers, unsigned int ifindex,
                                          const struct fascia_mac *mac, const struct address_peer *after)
{
    if (peers->buckets == 0)
        return NULL;
    struct address_peer *peer = after ? after->next_by_mac : peers->by_mac[mac_bucket(peers, ifindex, mac)];
    while (peer && (peer->ifindex != ifindex || !fascia_mac_equal(&peer->mac, mac)))
        peer = peer->next_by_mac;
    return peer;
}

struct address_peer *address_peers_add(struct address_peers *peers, unsigned int ifindex, const struct address_iid *iid,
                                       const struct fascia_mac *mac)
{
    if (peers->count >= peers->limit || (peers->count >= peers->buckets && !grow(peers)))
        return NULL;
    struct address_peer *peer = (struct address_peer *)calloc(1, sizeof *peer);
    if (!peer)
        return NULL;
    peer->ifindex = ifindex;
    peer->iid = *iid;
    peer->mac = *mac;
    fascia_list_init(&peer->of_interface);
    fascia_list_init(&peer->work);
    fascia_list_init(&peer->news);
    link_iid(peers, peer);
    link_mac(peers, peer);
    peers->count++;
    return peer;
}

void address_peers_set_mac(struct address_peers *peers, struct address_peer *peer, const struct fascia_mac *mac)
{
    if (fascia_mac_equal(&peer->mac, mac))
        return;
    unlink_mac(peers, peer);
    peer->mac = *mac;
    link_mac(peers, peer);
}

void address_peers_remove(struct address_peers *peers, struct address_peer *peer)
{
    unlink_iid(peers, peer);
    unlink_mac(peers, peer);
    fascia_list_unlink(&peer->of_interface);
    fascia_list_unlink(&peer->work);
    fascia_list_unlink(&peer->news);
    peers->count--;
    free(peer);
}
