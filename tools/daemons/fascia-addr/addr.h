/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_TOOLS_DAEMONS_FASCIA_ADDR_ADDR_H
#define FASCIA_TOOLS_DAEMONS_FASCIA_ADDR_ADDR_H

#include "platform/packet/packet.h"
#include "platform/rtnetlink/rtnetlink.h"
#include "platform/service/service.h"
#include "stack/address/planner.h"
#include "stack/address/verdict.h"

/*
 * The wiring of fascia-addr. Wishes come in by D-Bus methods (bus.c) and from the link's stations (link.c), facts
 * from the kernel (kernel.c); all end in addr_reconcile() (work.c), which carries out what the planner finds missing.
 */

#define ADDR_REFUSED_MAX 16

/* What was said about a row of table.interfaces (same index), so that it is said once. */
struct addr_note {
    bool prepared, ready; /* INTERFACE_PREPARED, ADDRESS_READY were sent */
    bool in_place;        /* was up, and not as it should be, when it was prepared */
    bool nd_seen;         /* ND_SEEN was sent */
    char first[128];      /* the first ND or MLD packet */
    size_t peers;         /* as last published */
};

struct addr {
    struct service service;
    struct address_table table;
    struct addr_note notes[ADDRESS_INTERFACES_MAX];

    struct rtnl *rtnl;
    struct rtnl_monitor *monitor;
    struct packet *packet;
    sd_event_source *monitor_source, *packet_source, *retry;

    bool own_fixed;
    struct address_iid own_iid; /* of the configuration, when own_fixed */
    bool name_taken;
    bool adopted;     /* looked for what a previous run left */
    bool door_failed; /* `error` is of a door: only a restart helps */
    int packet_error;
    int error; /* see struct address_health */
    char what[128];

    unsigned int link_ifindex;                   /* the access point's interface, as Link1 said last; 0: none */
    struct fascia_mac refused[ADDR_REFUSED_MAX]; /* stations that broke a rule: told once */
    size_t refused_count;

    bool interfaces_changed, peers_changed; /* to be published */
};

/* kernel.c */

/** Opens the doors, and drops every capability but CAP_NET_ADMIN. Failures end up in the fact, not in the result. */
int addr_kernel_open(struct addr *addr);
void addr_kernel_close(struct addr *addr);

/** Reads the state of one interface (0: of all prepared ones) from the kernel again. 0 or negative errno. */
int addr_kernel_read(struct addr *addr, unsigned int ifindex);

/** Prepares the interfaces that carry our mark from a previous run. */
void addr_kernel_adopt(struct addr *addr);

/* work.c */

/**
 * Prepares an interface, or confirms that it is. 0; a positive address_result; -ENODEV; -EOPNOTSUPP: it is not an
 * Ethernet-like interface; -EAFNOSUPPORT: IPv6 is disabled on it; another negative errno: see addr->what.
 */
int addr_prepare(struct addr *addr, unsigned int ifindex);

/** Carries out what is missing, says what changed, publishes. */
void addr_reconcile(struct addr *addr);

/** Drops an interface that is gone. */
void addr_forget(struct addr *addr, unsigned int ifindex);

struct addr_note *addr_note(struct addr *addr, const struct address_interface *interface);

/* link.c */

/** Follows org.fascia.Link1. */
int addr_link_watch(struct addr *addr);

/* bus.c */

int addr_bus_open(struct addr *addr);
void addr_bus_publish(struct addr *addr);

#endif
