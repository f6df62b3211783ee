/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_PLATFORM_RTNETLINK_PARSE_H
#define FASCIA_PLATFORM_RTNETLINK_PARSE_H

#include <libmnl/libmnl.h>

#include "platform/rtnetlink/rtnetlink.h"

/* Private to this folder. */

/** Reads one rtnetlink message. False when it is of no interest here (another family, table or kind) or malformed. */
bool rtnl_parse(const struct nlmsghdr *message, struct rtnl_change *ret_change);

#endif
