/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_TOOLS_DAEMONS_FASCIA_ADDR_ADDR_H
#define FASCIA_TOOLS_DAEMONS_FASCIA_ADDR_ADDR_H

#include "platform/packet/packet.h"
#include "platform/rtnetlink/rtnetlink.h"
#include "platform/service/service.h"
#include "stack/address/guard.h"
#include "stack/address/planner.h"
#include "stack/address/proof.h"
#include "stack/address/verdict.h"
#include "stack/address/wishes.h"

/*
 * The wiring of fascia-addr. Wishes come in by D-Bus methods (bus.c, methods.c) and from the access point's stations
 * (stations.c), facts from the kernel (kernel.c) and its packets (packets.c); all end in addr_reconcile() (work.c),
 * which carries out what the planner finds missing. Interfaces come and go in links.c; others are told in tell.c.
 */

#define ADDR_REFUSED_MAX 16
#define ADDR_CALLS_MAX   256 /* AddPeer calls that wait for the same work */

/* What was said about a row of table.interfaces (same index), so that it is said once. */
struct addr_note {
    bool prepared, ready; /* INTERFACE_PREPARED, ADDRESS_READY were sent */
    bool in_place;        /* was up with a carrier, and not as it should be, when it was prepared */
    size_t peers;         /* as last published */
    struct address_proof proof;
    struct address_guard guard;
    uint32_t editor;            /* netlink port of the last foreign change of a route or neighbour; 0: not known */
    uint8_t editor_protocol;    /* mark of that change; 0: none */
    struct fascia_mac unlearnt; /* the last one whose identifiers were refused */
    char held[160];             /* what another program changes, while it is not put back */
};

/* A method call that is answered once the kernel has what it asks for. */
struct addr_call {
    sd_bus_message *message;
    unsigned int ifindex;
    struct address_iid iid;
};

struct addr {
    struct service service;
    struct address_table table;
    struct addr_note notes[ADDRESS_INTERFACES_MAX];
    struct address_wishes wishes; /* of interfaces that are gone */
    struct address_wish wish;     /* of the configuration */

    struct rtnl *rtnl;
    struct rtnl_monitor *monitor;
    struct packet *packet;
    sd_event_source *monitor_source, *packet_source, *received_source, *retry, *work, *publish, *hold;

    bool name_taken;
    bool adopted;     /* looked for what a previous run left */
    bool door_failed; /* `error` is of a door: only a restart helps */
    bool working;     /* inside addr_work(): what the monitor brings meanwhile is worked on there */
    int packet_error;
    int error; /* see struct address_health */
    char what[160];

    struct addr_call calls[ADDR_CALLS_MAX];
    size_t calls_count;

    unsigned int link_ifindex;                   /* the access point's interface, as Link1 said last; 0: none */
    struct fascia_mac refused[ADDR_REFUSED_MAX]; /* stations that broke a rule: told once */
    size_t refused_count;

    bool interfaces_changed, peers_changed; /* to be published */
    bool published;                         /* lately: what follows waits for the timer */
};

/* kernel.c */

/** Opens the doors, and drops every capability but CAP_NET_ADMIN. Failures end up in the fact, not in the result. */
int addr_kernel_open(struct addr *addr);
void addr_kernel_close(struct addr *addr);

/** Reads the state of one interface (0: of all managed ones) from the kernel again. 0 or negative errno. */
int addr_kernel_read(struct addr *addr, unsigned int ifindex);

/** Notes what the kernel has said meanwhile. 0 or negative errno. */
int addr_kernel_follow(struct addr *addr);

/** Mode "answer": learns from the entries that the kernel has of an interface. */
void addr_kernel_learn(struct addr *addr, unsigned int ifindex);

/** Manages the interfaces that carry our mark from a previous run. */
void addr_kernel_adopt(struct addr *addr);

/* packets.c */

int addr_packets_open(struct addr *addr);
void addr_packets_close(struct addr *addr);

/** Starts counting on an interface. 0, ADDRESS_E_FULL or negative errno. */
int addr_packets_watch(struct addr *addr, const struct address_interface *interface);

/** Counts the packets that have arrived. */
void addr_packets_read(struct addr *addr);

/* links.c */

/**
 * Manages an interface; for one that is managed already takes the wish over, or confirms it when `wish` is NULL. 0; a
 * positive address_result; -ENODEV; -EOPNOTSUPP: it is not an Ethernet-like interface; -EAFNOSUPPORT: IPv6 is disabled
 * on it; another negative errno: see addr->what.
 */
int addr_prepare(struct addr *addr, unsigned int ifindex, const struct address_wish *wish);

/** Takes over what an earlier run left; see addr_kernel_adopt(). */
int addr_adopt(struct addr *addr, unsigned int ifindex, const struct address_iid *own_iid);

/** Stops managing an interface. 0, or a negative errno: see addr->what. */
int addr_release(struct addr *addr, unsigned int ifindex);

/** Drops an interface that is gone. */
void addr_forget(struct addr *addr, unsigned int ifindex);

/** An interface has appeared or has a new name: one that was managed when it went is managed again. */
void addr_returned(struct addr *addr, unsigned int ifindex, const char *name);

struct addr_note *addr_note(struct addr *addr, const struct address_interface *interface);

/* work.c */

int addr_work_open(struct addr *addr);
void addr_work_close(struct addr *addr);

/** Carries out what is missing, answers calls, says what changed, publishes. */
void addr_reconcile(struct addr *addr);

/** addr_reconcile() once everything that waits on the bus was read. */
void addr_reconcile_soon(struct addr *addr);

/* tell.c */

/** Events, the fact, properties and signals. */
void addr_tell(struct addr *addr);

/** A peer was added or removed; for address_table_tell(). `userdata` is a struct addr_news. */
struct addr_news {
    struct addr *addr;
    size_t added, removed;
};
void addr_tell_peer(const struct address_peer *peer, bool added, void *userdata);

/* stations.c */

/** Follows org.fascia.Link1. */
int addr_stations_watch(struct addr *addr);

/** Claims the stations that were refused once more: what was in their way may be gone. True when one got through. */
bool addr_stations_retry(struct addr *addr);

/** A peer was refused by a rule: the event, once per station. */
void addr_refused(struct addr *addr, unsigned int ifindex, const struct fascia_mac *mac, int result);

/* bus.c */

int addr_bus_open(struct addr *addr);
void addr_bus_close(struct addr *addr);
void addr_bus_publish(struct addr *addr);
void addr_bus_peer(struct addr *addr, const struct address_peer *peer, bool added);

/* methods.c */

extern const sd_bus_vtable addr_methods[];

/** Answers the calls whose peers are installed, or cannot be. */
void addr_methods_answer(struct addr *addr);

#endif
