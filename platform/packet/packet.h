/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_PLATFORM_PACKET_PACKET_H
#define FASCIA_PLATFORM_PACKET_PACKET_H

#include <stdbool.h>
#include <stdint.h>

#include "stack/address/nd_classify.h"
#include "stack/base/cleanup.h"

/*
 * The door to packet(7): counts what *we* send, per interface, to prove that no Neighbor Discovery or MLD leaves; and
 * shows what others send us of it.
 *
 * Three kinds of tap, so that a zero means something and the load stays low:
 *  - one socket over all interfaces, whose kernel filter passes only outgoing IPv6 packets that are, or behind an
 *    extension header might be, ND or MLD. Not bound to one interface, because such a tap is off for the moment in
 *    which its interface comes up, and that is when a kernel likes to send.
 *  - per watched interface one socket that is never read: its filter passes every outgoing IPv6 packet, its buffer
 *    is as small as can be, and the kernel's statistics of the socket are the count.
 *  - if asked for, one socket for ND and MLD that come in over watched interfaces. A flood there costs nothing of the
 *    proof: what is lost of it is not missed.
 *
 * All sockets are made by packet_open() and packet_open_received(), which need CAP_NET_RAW; nothing later does.
 */

#define PACKET_INTERFACES_MAX 32

enum packet_result {
    PACKET_E_FULL = 1, /* PACKET_INTERFACES_MAX interfaces are watched already */
};

/** What left an interface since packet_watch(). */
struct packet_counts {
    uint64_t nd;      /* ICMPv6 133-137 */
    uint64_t mld;     /* ICMPv6 130-132, 143 */
    uint64_t packets; /* every IPv6 packet, those included */
};

struct packet;

int packet_open(struct packet **ret_packet);
void packet_close(struct packet *packet);

/** Opens the tap for what comes in. Returns 0 or a negative errno. */
int packet_open_received(struct packet *packet);

/** The descriptors to poll for reading; they stay the door's. The second is -1 without packet_open_received(). */
int packet_fd(const struct packet *packet);
int packet_received_fd(const struct packet *packet);

/** Starts counting on an interface; for one that is watched already nothing changes. 0, PACKET_E_FULL or -errno. */
int packet_watch(struct packet *packet, unsigned int ifindex);
void packet_unwatch(struct packet *packet, unsigned int ifindex);

/** Told of every ND or MLD packet that left a watched interface (`sent`), or came in over it. */
typedef void (*packet_seen_fn)(unsigned int ifindex, bool sent, const struct nd_packet *seen, void *userdata);

/** Counts what has arrived, without blocking. `fn` may be NULL. */
int packet_read(struct packet *packet, packet_seen_fn fn, void *userdata);

/** All zero for an interface that is not watched. Call packet_read() first for counts up to now. */
struct packet_counts packet_count(struct packet *packet, unsigned int ifindex);

/** Packets that passed the first filter and were lost before they could be looked at (of all interfaces). */
uint64_t packet_missed(struct packet *packet);

FASCIA_DEFINE_CLEANUP(struct packet, packet_close)

#endif
