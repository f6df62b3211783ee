/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_PLATFORM_RTNETLINK_NO_ND_H
#define FASCIA_PLATFORM_RTNETLINK_NO_ND_H

#include "platform/rtnetlink/rtnetlink.h"
#include "stack/address/iid.h"
#include "stack/address/planner.h"

/*
 * The recipe for a link-local address without Neighbor Discovery as plain calls, for programs that do not keep a
 * table of what they want (the virtual phone, tests). fascia-addr plans the same operations with
 * stack/address/planner.h, so that it can also repair them. Results are those of rtnetlink.h.
 *
 *   no_nd_prepare(rtnl, ifindex);              // best while the interface is down and has no address yet
 *   … the interface comes up …
 *   no_nd_address(rtnl, ifindex, &own);
 *   no_nd_peer_add(rtnl, ifindex, &mac, &iid); // connect() to fe80::iid with sin6_scope_id = ifindex now works
 */

/** Carries out one planned operation. */
int no_nd_execute(struct rtnl *rtnl, const struct address_op *op);

/**
 * Carries out many additions and deletions of addresses, routes and neighbours (no other operation, at most
 * RTNL_BATCH_MAX): see rtnl_batch_send().
 */
int no_nd_execute_all(struct rtnl *rtnl, const struct address_op *ops, size_t count, int *results);

/** No automatic address, no RA, RS or DAD, and IFF_NOARP. */
int no_nd_prepare(struct rtnl *rtnl, unsigned int ifindex);

/** Our address fe80::own/64 without DAD and without the on-link prefix route. */
int no_nd_address(struct rtnl *rtnl, unsigned int ifindex, const struct address_iid *own);

/** The peer's host route and permanent neighbour entry; the interface must be up. */
int no_nd_peer_add(struct rtnl *rtnl, unsigned int ifindex, const struct fascia_mac *mac,
                   const struct address_iid *iid);
int no_nd_peer_remove(struct rtnl *rtnl, unsigned int ifindex, const struct address_iid *iid);

#endif
