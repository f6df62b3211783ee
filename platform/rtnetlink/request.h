/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_PLATFORM_RTNETLINK_REQUEST_H
#define FASCIA_PLATFORM_RTNETLINK_REQUEST_H

#include <libmnl/libmnl.h>

#include "platform/rtnetlink/rtnetlink.h"

/* Private to this folder. */

#define RTNL_ANSWER_SIZE  32768 /* what the kernel fills at most in one dump read */
#define RTNL_BATCH_OCTETS 80    /* of one address, route or neighbour request, rounded up */

struct rtnl {
    struct mnl_socket *socket;
    uint32_t sequence;
    char explanation[128];
    struct {
        bool on;
        size_t count, used;
        int absent[RTNL_BATCH_MAX];
        struct nlmsghdr *last;
        char buffer[RTNL_BATCH_MAX * RTNL_BATCH_OCTETS] __attribute__((aligned(8)));
    } batch;
    char answer[RTNL_ANSWER_SIZE] __attribute__((aligned(8)));
};

#endif
