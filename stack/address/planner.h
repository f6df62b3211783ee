/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_ADDRESS_PLANNER_H
#define FASCIA_STACK_ADDRESS_PLANNER_H

#include "stack/address/table.h"

/*
 * From the table's difference between wanted and observed to kernel operations, in the order that lets no Neighbor
 * Discovery, DAD or MLD packet out:
 *
 *   1. automatic addresses off and the sysctls, so that nothing new starts;
 *   2. foreign link-local addresses and the on-link prefix route go, while the interface can still leave their
 *      solicited-node groups (IFF_NOARP set first would leave them joined, and MLD would leak later);
 *   3. IFF_NOARP (or its removal, in mode "answer");
 *   4. once the interface is up: our address (in mode "answer" also the on-link route, without which the answer to a
 *      phone's first packet, right behind its solicitation, would have no way out), then per peer the neighbour and the
 *      host route.
 *
 * The route comes last and goes first: with IFF_NOARP a packet that finds a route but no neighbour is sent to our own
 * MAC address, whereas without a route it fails at once with ENETUNREACH. Both carry our mark, so that the next run
 * recognises what a crash between the two left behind.
 */

enum address_op_kind {
    ADDRESS_OP_GEN_MODE_NONE,
    ADDRESS_OP_SYSCTL, /* sysctl := 0 */
    ADDRESS_OP_NOARP_ON,
    ADDRESS_OP_NOARP_OFF,
    ADDRESS_OP_ADDRESS_ADD, /* fe80::iid/64, no DAD, no prefix route */
    ADDRESS_OP_ADDRESS_DELETE,
    ADDRESS_OP_ROUTE_ADD, /* fe80::iid/128 */
    ADDRESS_OP_ROUTE_DELETE,
    ADDRESS_OP_NEIGHBOUR_ADD,
    ADDRESS_OP_NEIGHBOUR_DELETE,
    ADDRESS_OPS_
};

struct address_op {
    enum address_op_kind kind;
    unsigned int ifindex;
    enum address_sysctl sysctl;
    struct address_iid iid;
    uint8_t prefix_length;
    struct fascia_mac mac;
};

#define ADDRESS_PLAN_MAX 512

struct address_plan {
    struct address_op ops[ADDRESS_PLAN_MAX];
    size_t count;
    bool more; /* did not fit: plan again after these */
};

/** Plans; the table is not changed. An empty plan means that the kernel has what is wanted, as far as it can now. */
void address_plan_make(const struct address_table *table, struct address_plan *ret_plan);

/** Notes in the table that an operation was carried out. */
void address_plan_done(struct address_table *table, const struct address_op *op);

/** "route fe80::1/128", for messages. `to` is the caller's text; the operation is appended. */
void address_op_format(const struct address_op *op, struct fascia_text *to);

/* How far an interface is. */
enum address_progress {
    ADDRESS_PROGRESS_DISABLED,    /* IPv6 is disabled on it */
    ADDRESS_PROGRESS_UNPREPARED,  /* attributes are not all set yet */
    ADDRESS_PROGRESS_DOWN,        /* prepared; waits for somebody to bring it up */
    ADDRESS_PROGRESS_UNADDRESSED, /* up, address missing */
    ADDRESS_PROGRESS_READY,
    ADDRESS_PROGRESSES_
};

enum address_progress address_interface_progress(const struct address_interface *interface);

/** "disabled", "unprepared", "down", "unaddressed", "ready". */
const char *address_progress_name(enum address_progress progress);

#endif
