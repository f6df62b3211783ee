/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_PLATFORM_RTNETLINK_PARSE_H
#define FASCIA_PLATFORM_RTNETLINK_PARSE_H

#include <libmnl/libmnl.h>

#include "platform/rtnetlink/rtnetlink.h"

/* Private to this folder. */

/**
 * mnl_nlmsg_ok() without its gap: it compares as int, so it takes a length beyond 2 GiB for a small one. `left` is
 * what remains of the datagram, octets.
 */
bool rtnl_message_ok(const struct nlmsghdr *message, int left);

/** Reads one rtnetlink message. False when it is of no interest here (another family, table or kind) or malformed. */
bool rtnl_parse(const struct nlmsghdr *message, struct rtnl_change *ret_change);

#endif
