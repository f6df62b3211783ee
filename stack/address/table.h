/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_ADDRESS_TABLE_H
#define FASCIA_STACK_ADDRESS_TABLE_H

#include <stddef.h>

#include "stack/address/address_config.h"
#include "stack/address/iid.h"

/*
 * What is wanted and what the kernel has, side by side: a row per prepared interface and a row per peer. The
 * planner turns the difference into operations. Rows appear by what callers want (prepare, peers) and by what the
 * kernel was seen to have on a prepared interface; other interfaces leave no trace here.
 */

#define ADDRESS_INTERFACES_MAX 32
#define ADDRESS_PEERS_MAX      256
#define ADDRESS_STRANGERS_MAX  8 /* link-local addresses on one interface that are not ours */

/* The sysctls of an interface without Neighbor Discovery; all are to be 0. */
enum address_sysctl {
    ADDRESS_SYSCTL_ACCEPT_RA,
    ADDRESS_SYSCTL_ROUTER_SOLICITATIONS,
    ADDRESS_SYSCTL_DAD_TRANSMITS,
    ADDRESS_SYSCTL_NDISC_NOTIFY,
    ADDRESS_SYSCTLS_
};

/** File name below /proc/sys/net/ipv6/conf/<interface>/. */
const char *address_sysctl_name(enum address_sysctl sysctl);

/** A link as observed. */
struct address_link {
    char name[ADDRESS_INTERFACE_NAME_SIZE];
    struct fascia_mac mac;
    bool up;
    bool noarp;
    bool gen_mode_none;         /* no automatic link-local address */
    bool ipv6_disabled;         /* disable_ipv6, or no IPv6 at all on it */
    unsigned int sysctls_wrong; /* bit per address_sysctl whose value is not 0 */
};

struct address_interface {
    unsigned int ifindex; /* 0: free row */
    enum address_nd nd;
    bool own_fixed; /* own_iid is configured; otherwise it follows the MAC address */
    struct address_iid own_iid;

    struct address_link link; /* observed */
    bool own_seen;            /* our address is there, with the flags it must have */
    bool own_wrong;           /* our address is there with other flags or another prefix length */
    bool prefix_route_seen;   /* fe80::/64 is on-link: with IFF_NOARP packets would go to our own MAC address */
    struct address_iid strangers[ADDRESS_STRANGERS_MAX]; /* other link-local addresses */
    uint8_t strangers_prefix[ADDRESS_STRANGERS_MAX];
    size_t strangers_count;
};

/* Who wants a peer. */
enum address_claim {
    ADDRESS_CLAIM_STATION, /* associated to our access point; one however often it is said */
    ADDRESS_CLAIM_METHOD,  /* AddPeer; counted, one per data path */
    ADDRESS_CLAIM_ADOPTED, /* found in the kernel after a restart, not claimed by anybody yet */
    ADDRESS_CLAIMS_
};

struct address_peer {
    unsigned int ifindex; /* 0: free row */
    struct address_iid iid;
    struct fascia_mac mac;
    unsigned int claims[ADDRESS_CLAIMS_]; /* wanted while one is not 0 */
    bool announced;                       /* for the owner of the table: told others that it is reachable */

    bool route_seen;     /* our host route is there */
    bool neighbour_seen; /* a permanent entry is there, for neighbour_mac */
    struct fascia_mac neighbour_mac;
};

struct address_table {
    struct address_interface interfaces[ADDRESS_INTERFACES_MAX];
    struct address_peer peers[ADDRESS_PEERS_MAX];
};

/* What is wanted */

/**
 * Wants an interface prepared; `own_iid` NULL: modified EUI-64 of its MAC address. Again for a known one: takes over
 * mode and identifier, keeps its peers. Returns 0, ADDRESS_E_FULL or ADDRESS_E_IID_ZERO. ret_new may be NULL.
 */
int address_table_prepare(struct address_table *table, unsigned int ifindex, enum address_nd nd,
                          const struct address_iid *own_iid, bool *ret_new);

/** Forgets an interface and its peers: it is gone. */
void address_table_forget(struct address_table *table, unsigned int ifindex);

struct address_interface *address_table_interface(struct address_table *table, unsigned int ifindex);

/**
 * Claims a peer; `iid` NULL: modified EUI-64 of its MAC address. Peers are keyed by (ifindex, identifier). Returns 0
 * or an address_result; ret_peer may be NULL.
 */
int address_table_claim(struct address_table *table, unsigned int ifindex, const struct fascia_mac *mac,
                        const struct address_iid *iid, enum address_claim claim, struct address_peer **ret_peer);

/** Drops one claim; for ADDRESS_CLAIM_METHOD one of its count. Nothing when there was none. */
void address_table_release(struct address_peer *peer, enum address_claim claim);

bool address_peer_is_wanted(const struct address_peer *peer);

/** Wanted, and the kernel has all of it. */
bool address_peer_is_ready(const struct address_peer *peer);

struct address_peer *address_table_peer(struct address_table *table, unsigned int ifindex,
                                        const struct address_iid *iid);

/** Number of wanted peers of an interface; 0: of all. */
size_t address_table_count(const struct address_table *table, unsigned int ifindex);

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

/** Frees peer rows that nobody wants and of which the kernel has nothing. */
void address_table_prune(struct address_table *table);

#endif
