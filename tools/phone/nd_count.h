/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_TOOLS_PHONE_ND_COUNT_H
#define FASCIA_TOOLS_PHONE_ND_COUNT_H

#include "platform/packet/packet.h"
#include "stack/phone/result.h"

/*
 * Counts Neighbor Discovery and MLD on the phone's interface, both ways: what the phone sent by the packet door that
 * fascia-addr uses too, what the head unit sent by a tap of our own, and the kernel's counters of the network
 * namespace as an independent witness. To be started inside that namespace, before the interface is up.
 */
struct nd_count {
    struct packet *sent; /* NULL = not started */
    int receive_fd;      /* -1 = not started */
    unsigned int ifindex;
    uint64_t nd_received, mld_received, dropped;
};

/** Nothing open. */
void nd_count_init(struct nd_count *count);

/** Starts counting. 0 or non-zero as platform/packet/packet.h; what failed counts nothing. */
int nd_count_start(struct nd_count *count, unsigned int ifindex);

/** Takes in what has arrived, without blocking; to be called now and then. */
void nd_count_turn(struct nd_count *count);

/** The counts up to now. */
void nd_count_read(struct nd_count *count, struct phone_nd *ret_nd);

/** Closes; idempotent. */
void nd_count_finish(struct nd_count *count);

#endif
