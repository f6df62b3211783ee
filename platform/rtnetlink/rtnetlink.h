/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_PLATFORM_RTNETLINK_RTNETLINK_H
#define FASCIA_PLATFORM_RTNETLINK_RTNETLINK_H

#include <net/if.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#include "stack/base/cleanup.h"
#include "stack/base/text.h"

/*
 * The door to the kernel's IPv6 link, address, route and neighbour tables (rtnetlink(7), by libmnl) and to the
 * per-interface IPv6 sysctls. It acts on the network namespace of the calling thread at rtnl_open().
 *
 * Everything is named by interface index; a name is looked up at the moment of use only. Additions replace what
 * is there; a deletion of something that is not there succeeds. All functions return 0, a negative errno of the
 * kernel, or a positive rtnl_result where they say so. Requests are synchronous: the kernel works on them inside
 * the system call. They need CAP_NET_ADMIN; reading needs nothing.
 *
 * For the recipe "an address without Neighbor Discovery" as three calls see platform/rtnetlink/no_nd.h.
 */

enum rtnl_result {
    RTNL_E_AGAIN = 1, /* a table changed while it was read: forget what was read and repeat */
    RTNL_E_OVERRUN,   /* changes were lost (ENOBUFS): dump everything again */
};

/** Marks our routes, neighbours and addresses in the kernel (rtm_protocol; free in the kernel's and iproute2's
 * registries). */
#define RTNL_PROTOCOL_FASCIA 0xfa

struct rtnl_link {
    unsigned int ifindex;
    char name[IF_NAMESIZE]; /* "" when the kernel did not say */
    unsigned int flags;     /* IFF_UP, IFF_NOARP, IFF_LOOPBACK, … */
    bool has_mac;           /* an Ethernet-like interface with a 6-octet address */
    struct fascia_mac mac;
    int gen_mode; /* IN6_ADDR_GEN_MODE_…; -1 when IPv6 is not available on the interface */
};

struct rtnl_address {
    unsigned int ifindex;
    struct in6_addr address;
    uint8_t prefix_length;
    uint32_t flags;   /* IFA_F_… */
    uint8_t protocol; /* IFA_PROTO (Linux 5.18 and later), else 0 */
};

struct rtnl_route { /* unicast, main table */
    unsigned int ifindex;
    struct in6_addr destination;
    uint8_t prefix_length;
    uint8_t protocol; /* RTPROT_… or RTNL_PROTOCOL_FASCIA */
    bool has_gateway;
};

struct rtnl_neighbour {
    unsigned int ifindex;
    struct in6_addr address;
    bool has_mac;
    struct fascia_mac mac;
    uint16_t state;   /* NUD_… */
    uint8_t protocol; /* NDA_PROTOCOL (Linux 5.0 and later), else 0 */
};

enum rtnl_kind { RTNL_LINK, RTNL_ADDRESS, RTNL_ROUTE, RTNL_NEIGHBOUR, RTNL_KINDS_ };

/** One row of a table: from a dump, or as changed. */
struct rtnl_change {
    enum rtnl_kind kind;
    bool gone;     /* deleted; only the key members are meaningful */
    uint32_t port; /* of the netlink socket that asked for it; 0: the kernel did it by itself, or does not say */
    union {
        struct rtnl_link link;
        struct rtnl_address address;
        struct rtnl_route route;
        struct rtnl_neighbour neighbour;
    };
};

typedef void (*rtnl_change_fn)(const struct rtnl_change *change, void *userdata);

/* Requests */

struct rtnl;

int rtnl_open(struct rtnl **ret_rtnl);
void rtnl_close(struct rtnl *rtnl);

/** What the kernel said about the last failed request ("Nexthop device is not up."), or "". Borrowed. */
const char *rtnl_explanation(const struct rtnl *rtnl);

/** Reads one interface; -ENODEV when there is none. */
int rtnl_link_get(struct rtnl *rtnl, unsigned int ifindex, struct rtnl_link *ret_link);

/** Administrative state. (The AP's interface is brought up by hostapd, not by us.) */
int rtnl_link_set_up(struct rtnl *rtnl, unsigned int ifindex, bool up);

/** IFF_NOARP. The kernel flushes the interface's neighbours when this changes while it is up. */
int rtnl_link_set_noarp(struct rtnl *rtnl, unsigned int ifindex, bool noarp);

/** IFLA_INET6_ADDR_GEN_MODE, an IN6_ADDR_GEN_MODE_… value (linux/if_link.h). */
int rtnl_link_set_gen_mode(struct rtnl *rtnl, unsigned int ifindex, uint8_t mode);

/** Adds or changes an address, scope link, marked as ours. `flags`: IFA_F_NODAD, IFA_F_NOPREFIXROUTE, … */
int rtnl_address_add(struct rtnl *rtnl, unsigned int ifindex, const struct in6_addr *address, uint8_t prefix_length,
                     uint32_t flags);

/**
 * Waits until the kernel takes packets for a new address in, which is a moment after rtnl_address_add(); as a rule much
 * less than a millisecond, at most about 50 of them. Returns 0, or RTNL_E_AGAIN when it did not come to that.
 */
int rtnl_address_wait(struct rtnl *rtnl, unsigned int ifindex, const struct in6_addr *address);

int rtnl_address_delete(struct rtnl *rtnl, unsigned int ifindex, const struct in6_addr *address, uint8_t prefix_length);

/** Adds or replaces an on-link route in the main table, marked as ours. -ENETDOWN while the interface is down. */
int rtnl_route_add(struct rtnl *rtnl, unsigned int ifindex, const struct in6_addr *destination, uint8_t prefix_length);

/** Deletes the route to that prefix over that interface, whoever made it. */
int rtnl_route_delete(struct rtnl *rtnl, unsigned int ifindex, const struct in6_addr *destination,
                      uint8_t prefix_length);

/** Adds or replaces a permanent neighbour entry, marked as ours. */
int rtnl_neighbour_add(struct rtnl *rtnl, unsigned int ifindex, const struct in6_addr *address,
                       const struct fascia_mac *mac);
int rtnl_neighbour_delete(struct rtnl *rtnl, unsigned int ifindex, const struct in6_addr *address);

/**
 * Calls `fn` for every row of one IPv6 table (or every interface); ifindex 0: of all interfaces. `fn` must not use
 * `rtnl`. Returns 0, RTNL_E_AGAIN or a negative errno.
 */
int rtnl_dump(struct rtnl *rtnl, enum rtnl_kind kind, unsigned int ifindex, rtnl_change_fn fn, void *userdata);

/* Many requests at once */

#define RTNL_BATCH_MAX 512 /* requests */

/**
 * From here to rtnl_batch_send() additions and deletions are only collected, and return 0; at most RTNL_BATCH_MAX,
 * -ENOBUFS beyond. Anything else must not be called meanwhile.
 */
void rtnl_batch_start(struct rtnl *rtnl);

/**
 * Sends what was collected, in that order and in one system call, and reads what the kernel says. `results` (as many as
 * were collected) gets what each would have returned; the kernel carries later ones out also when one fails.
 * rtnl_explanation() is about the first that failed. Returns 0, or a negative errno when results are not known: the
 * kernel may then have done any part of them.
 */
int rtnl_batch_send(struct rtnl *rtnl, int *results);

/* Changes, as they happen */

struct rtnl_monitor;

int rtnl_monitor_open(struct rtnl_monitor **ret_monitor);
/** Of links alone: for who does not need the tables, however busy they are. */
int rtnl_monitor_open_links(struct rtnl_monitor **ret_monitor);
void rtnl_monitor_close(struct rtnl_monitor *monitor);

/**
 * Leaves out what `rtnl` itself asks for, where the kernel says so (routes, neighbours, links): its caller has the
 * result already, and what arrives late would undo what was done since. Returns 0 or a negative errno.
 */
int rtnl_monitor_ignore(struct rtnl_monitor *monitor, const struct rtnl *rtnl);

/** The descriptor to poll for reading; it stays the monitor's. */
int rtnl_monitor_fd(const struct rtnl_monitor *monitor);

/**
 * Hands on what has arrived without blocking. Returns 0, RTNL_E_OVERRUN (changes were lost; the caller must dump),
 * or a negative errno.
 */
int rtnl_monitor_read(struct rtnl_monitor *monitor, rtnl_change_fn fn, void *userdata);

/* Sysctls below /proc/sys/net/ipv6/conf/<name of ifindex>/, or with "neigh/" in front of the key below …/neigh/<name>/
 */

/** False when the kernel has no IPv6 (not built, or ipv6.disable=1). */
bool rtnl_ipv6_available(void);

/** -ENODEV: no such interface; -ENOENT: no such key, or IPv6 is not available on the interface. */
int rtnl_sysctl_read(unsigned int ifindex, const char *key, int *ret_value);
int rtnl_sysctl_write(unsigned int ifindex, const char *key, int value);

FASCIA_DEFINE_CLEANUP(struct rtnl, rtnl_close)
FASCIA_DEFINE_CLEANUP(struct rtnl_monitor, rtnl_monitor_close)

#endif
