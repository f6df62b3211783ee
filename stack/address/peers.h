/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_ADDRESS_PEERS_H
#define FASCIA_STACK_ADDRESS_PEERS_H

#include "stack/address/iid.h"
#include "stack/base/list.h"

/*
 * The rows of peers: one allocation each, found by (interface, identifier) and by (interface, MAC address) without
 * looking at the others. Pointers stay valid until the row is freed. Which rows exist is table.c's business.
 */

/* Who wants a peer. */
enum address_claim {
    ADDRESS_CLAIM_STATION, /* associated to our access point; one however often it is said */
    ADDRESS_CLAIM_METHOD,  /* AddPeer; counted, one per data path */
    ADDRESS_CLAIM_ADOPTED, /* found in the kernel after a restart, not claimed by anybody yet */
    ADDRESS_CLAIM_LEARNT,  /* mode "answer": it solicited us from this identifier; goes with its owner's last claim */
    ADDRESS_CLAIMS_
};

struct address_interface;

struct address_peer {
    struct address_iid iid;
    unsigned int ifindex;
    uint32_t claims[ADDRESS_CLAIMS_]; /* wanted while one is not 0 */
    struct fascia_mac mac;
    struct fascia_mac neighbour_mac;
    bool route_seen;     /* our host route is there */
    bool neighbour_seen; /* a permanent entry is there, for neighbour_mac */
    bool installed;      /* all of it was there: what is missing since was taken away by somebody else */
    bool announced;      /* others were told that it is reachable */

    /* the table's own */
    bool counted_wanted, counted_ready, counted_repair;
    struct address_interface *interface;
    struct address_peer *next_by_iid, *next_by_mac;
    struct fascia_list of_interface, work, news;
};

struct address_peers {
    struct address_peer **by_iid, **by_mac; /* buckets, a power of two of each */
    size_t buckets;
    size_t count, limit;
    uint64_t seed;
};

/** `limit`: rows at most. `seed`: any number that others do not know, so that nobody can choose colliding keys. */
void address_peers_init(struct address_peers *peers, size_t limit, uint64_t seed);

/** Frees all rows. Idempotent. */
void address_peers_deinit(struct address_peers *peers);

struct address_peer *address_peers_find(const struct address_peers *peers, unsigned int ifindex,
                                        const struct address_iid *iid);

/** The rows of a MAC address, one after the other: `after` NULL starts. */
struct address_peer *address_peers_of_mac(const struct address_peers *peers, unsigned int ifindex,
                                          const struct fascia_mac *mac, const struct address_peer *after);

/** A new row, not linked to an interface yet; NULL: `limit` reached or no memory. */
struct address_peer *address_peers_add(struct address_peers *peers, unsigned int ifindex, const struct address_iid *iid,
                                       const struct fascia_mac *mac);

/** A row's MAC address changes. */
void address_peers_set_mac(struct address_peers *peers, struct address_peer *peer, const struct fascia_mac *mac);

/** Unlinks the row from everything and frees it. */
void address_peers_remove(struct address_peers *peers, struct address_peer *peer);

#endif
