/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_ADDRESS_TABLE_H
#define FASCIA_STACK_ADDRESS_TABLE_H

#include <stddef.h>

#include "stack/address/peers.h"
#include "stack/address/policy.h"

/*
 * What is wanted and what the kernel has, side by side: a row per managed interface and a row per peer. The
 * planner turns the difference into operations. Rows appear by what callers want (prepare, peers) and by what the
 * kernel was seen to have on a managed interface; other interfaces leave no trace here.
 *
 * Rows of peers that need work, and those of which others are to be told, are kept in lists: the work after a change is
 * that of the rows it touched, however many there are.
 */

#define ADDRESS_INTERFACES_MAX 32
#define ADDRESS_PEERS_MAX      65536 /* that can be configured */
#define ADDRESS_PEERS_DEFAULT  16384
#define ADDRESS_STRANGERS_MAX  8 /* link-local addresses on one interface that are not ours */
#define ADDRESS_LEARNT_MAX     4 /* identifiers that are learnt of one MAC address */

/* The sysctls of an interface without Neighbor Discovery; all are to be 0. */
enum address_sysctl {
    ADDRESS_SYSCTL_ACCEPT_RA,
    ADDRESS_SYSCTL_ROUTER_SOLICITATIONS,
    ADDRESS_SYSCTL_DAD_TRANSMITS,
    ADDRESS_SYSCTL_NDISC_NOTIFY,
    /* Without probes an entry fails at once and without a packet, also in the moment in which NOARP is off. */
    ADDRESS_SYSCTL_MCAST_SOLICIT,
    ADDRESS_SYSCTL_UCAST_SOLICIT,
    ADDRESS_SYSCTL_APP_SOLICIT,
    ADDRESS_SYSCTLS_
};

/** File name below /proc/sys/net/ipv6/conf/<interface>/; with "neigh/" in front: below …/ipv6/neigh/<interface>/. */
const char *address_sysctl_name(enum address_sysctl sysctl);

/** A link as observed. */
struct address_link {
    char name[ADDRESS_INTERFACE_NAME_SIZE];
    struct fascia_mac mac;
    bool up;
    bool carrier; /* what it sends can leave: the data interface of Wi-Fi Aware is up long before that */
    bool noarp;
    bool gen_mode_none;         /* no automatic link-local address */
    bool ipv6_disabled;         /* disable_ipv6, or no IPv6 at all on it */
    unsigned int sysctls_wrong; /* bit per address_sysctl whose value is not 0 */
};

struct address_interface {
    unsigned int ifindex; /* 0: free row */
    enum address_nd nd;
    enum address_iid_policy policy;
    struct address_iid own_iid; /* ADDRESS_ND_KERNEL: of the address that the kernel made */
    bool adopted;               /* found after a restart, not prepared by anybody since */
    bool releasing;             /* nothing is wanted on it any more; the row goes when the kernel has nothing of ours */
    bool held;                  /* what others changed is not put back for now */
    bool relearn;               /* a MAC address got its first owner: what it solicited before may be learnt now */

    struct address_link link; /* observed */
    bool own_seen;            /* our address is there, with the flags it must have */
    bool own_wrong;           /* our address is there with other flags or another prefix length */
    bool prefix_route_seen;   /* fe80::/64 is on-link: with IFF_NOARP packets would go to our own MAC address */
    struct address_iid strangers[ADDRESS_STRANGERS_MAX]; /* other link-local addresses */
    uint8_t strangers_prefix[ADDRESS_STRANGERS_MAX];
    size_t strangers_count;
    bool set_before;      /* the attributes were right once: what is wrong since was changed by somebody else */
    bool own_seen_before; /* the same of our address */

    struct fascia_list peers, work; /* of struct address_peer: all; those for which something is to be done now */
    size_t wanted, ready, repairs;  /* numbers of peers; repairs: taken away by somebody else */
};

struct address_table {
    struct address_interface interfaces[ADDRESS_INTERFACES_MAX];
    struct address_peers peers;
    struct fascia_list news; /* peers of which others are to be told, and rows to be freed */
    size_t peers_max;        /* wanted at most */
    size_t wanted;
};

/** `peers_max`: wanted peers at most, of all interfaces; `seed`: see address_peers_init(). */
void address_table_init(struct address_table *table, size_t peers_max, uint64_t seed);
void address_table_deinit(struct address_table *table);

/* What is wanted */

/**
 * Wants an interface managed. Again for a known one: takes over mode and identifier, keeps its peers. Returns 0,
 * ADDRESS_E_FULL, ADDRESS_E_IID_ZERO, ADDRESS_E_IID_RESERVED or ADDRESS_E_MANAGED (to or from ADDRESS_ND_KERNEL, or it
 * is being released). ret_new may be NULL.
 */
int address_table_prepare(struct address_table *table, unsigned int ifindex, const struct address_wish *wish,
                          bool *ret_new);

/** Wants nothing of an interface any more. Forget it once the plan for it is empty. */
void address_table_release_interface(struct address_table *table, unsigned int ifindex);

/** Forgets an interface and its peers: it is gone. `fn` (may be NULL) is told of those that were announced. */
typedef void (*address_news_fn)(const struct address_peer *peer, bool added, void *userdata);
void address_table_forget(struct address_table *table, unsigned int ifindex, address_news_fn fn, void *userdata);

struct address_interface *address_table_interface(struct address_table *table, unsigned int ifindex);

/**
 * Claims a peer; `iid` NULL: modified EUI-64 of its MAC address. Peers are keyed by (ifindex, identifier). Returns 0
 * or an address_result; ret_peer may be NULL.
 */
int address_table_claim(struct address_table *table, unsigned int ifindex, const struct fascia_mac *mac,
                        const struct address_iid *iid, enum address_claim claim, struct address_peer **ret_peer);

/** Drops one claim; for ADDRESS_CLAIM_METHOD one of its count. Nothing when there was none. */
void address_table_release(struct address_table *table, struct address_peer *peer, enum address_claim claim);

/**
 * Mode "answer": a neighbour made itself known. Claims its identifier for as long as its MAC address has an owner.
 * Returns 0 (also when it is known), ADDRESS_E_STRANGER, ADDRESS_E_LEARNT_FULL, or what a claim is refused with.
 */
int address_table_learn(struct address_table *table, unsigned int ifindex, const struct fascia_mac *mac,
                        const struct address_iid *iid);

bool address_peer_is_wanted(const struct address_peer *peer);

/** Wanted, and the kernel has all of it; ADDRESS_ND_KERNEL: wanted, and the interface is up. */
bool address_peer_is_ready(const struct address_peer *peer);

/* What a peer lacks, as bits, in the order in which it is done. */
enum address_lack {
    ADDRESS_LACK_ROUTE_DELETE = 1,
    ADDRESS_LACK_NEIGHBOUR_DELETE = 2,
    ADDRESS_LACK_NEIGHBOUR_ADD = 4,
    ADDRESS_LACK_ROUTE_ADD = 8,
};

unsigned int address_peer_lacks(const struct address_peer *peer);

struct address_peer *address_table_peer(const struct address_table *table, unsigned int ifindex,
                                        const struct address_iid *iid);

/** Number of wanted peers of an interface; 0: of all. */
size_t address_table_count(const struct address_table *table, unsigned int ifindex);

/** Tells of peers that became reachable or were removed, each once, and frees rows that nobody needs. */
void address_table_tell(struct address_table *table, address_news_fn fn, void *userdata);

/* What somebody else changed */

/** True when something that was there is not any more, although nothing is known that takes it away. */
bool address_interface_is_edited(const struct address_interface *interface);

/** Makes repairs ordinary work, so that they are counted once; the planner then puts everything back. */
void address_interface_accept(struct address_table *table, struct address_interface *interface);

/** Leaves repairs alone, or does not any more. What is wanted anew is done nevertheless. */
void address_interface_hold(struct address_table *table, struct address_interface *interface, bool held);

/* What was observed; calls for interfaces that are not prepared do nothing */

/** Everything about the rows of an interface is unknown again (before a dump). */
void address_observe_reset(struct address_table *table, unsigned int ifindex);

/** The link's attributes; forgets what the kernel drops by itself when they change (down, NOARP, MAC address). */
void address_observe_link(struct address_table *table, unsigned int ifindex, const struct address_link *link);

/** A link-local address; `right`: no DAD, no prefix route, /64. */
void address_observe_address(struct address_table *table, unsigned int ifindex, const struct address_iid *iid,
                             uint8_t prefix_length, bool right, bool gone);

/** A route into fe80::/64, of length 64 (identifier ignored) or 128; `ours`: it carries our mark. */
void address_observe_route(struct address_table *table, unsigned int ifindex, const struct address_iid *iid,
                           uint8_t prefix_length, bool ours, bool gone);

enum address_neighbour {
    ADDRESS_NEIGHBOUR_NONE,    /* deleted, or not permanent, which is as good as none */
    ADDRESS_NEIGHBOUR_FOREIGN, /* permanent, without our mark */
    ADDRESS_NEIGHBOUR_OURS,    /* permanent, with our mark */
};

/** A neighbour entry. `mac` may be NULL for ADDRESS_NEIGHBOUR_NONE. */
void address_observe_neighbour(struct address_table *table, unsigned int ifindex, const struct address_iid *iid,
                               const struct fascia_mac *mac, enum address_neighbour how);

/**
 * Claims what a previous run of the service left complete in the kernel; call once, after the first dump. Leftovers
 * that are not complete get no claim, so the planner takes them away.
 */
void address_table_adopt(struct address_table *table, unsigned int ifindex);

#endif
