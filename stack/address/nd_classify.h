/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_ADDRESS_ND_CLASSIFY_H
#define FASCIA_STACK_ADDRESS_ND_CLASSIFY_H

#include <stddef.h>
#include <stdint.h>

/*
 * What a frame means to the claim "no Neighbor Discovery". Follows RFC 8200 section 4 (header chain), RFC 4443
 * (ICMPv6), RFC 4861 (types 133-137), RFC 2710 and RFC 9777 (MLD: 130-132, 143; carried behind a hop-by-hop header
 * with the router alert).
 */

enum nd_class {
    ND_CLASS_NONE,  /* not IPv6, or too short to say */
    ND_CLASS_ND,    /* Router or Neighbor Solicitation or Advertisement, Redirect */
    ND_CLASS_MLD,   /* Multicast Listener Query, Report (1, 2) or Done */
    ND_CLASS_OTHER, /* any other IPv6 packet */
    ND_CLASSES_
};

struct nd_packet {
    enum nd_class class;
    uint8_t icmp_type;  /* of ND and MLD, else 0 */
    uint8_t source[16]; /* of every IPv6 packet, else zero */
    uint8_t destination[16];
};

/**
 * Classifies an Ethernet frame (also with one or two VLAN tags); `size` octets of it may be all that was captured. A
 * packet whose headers are cut off before the class is known is ND_CLASS_OTHER. Returns ret_packet->class.
 */
enum nd_class nd_classify(const void *frame, size_t size, struct nd_packet *ret_packet);

#endif
