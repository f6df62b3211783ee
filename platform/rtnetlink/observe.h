/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_PLATFORM_RTNETLINK_OBSERVE_H
#define FASCIA_PLATFORM_RTNETLINK_OBSERVE_H

#include "platform/rtnetlink/rtnetlink.h"
#include "stack/address/table.h"

/* From rows of the kernel's tables to the observations of stack/address/table.h. Needs no privilege. */

/** One row, from a dump or as changed. A link that is gone is the caller's business: nothing is done. */
void rtnl_observe(struct address_table *table, const struct rtnl_change *change);

/**
 * Everything about one managed interface anew. Returns 0, RTNL_E_AGAIN when its tables changed at each of some tries,
 * or a negative errno; -ENODEV: there is no such interface.
 */
int rtnl_observe_read(struct rtnl *rtnl, struct address_table *table, unsigned int ifindex);

#endif
