/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/address/nd_classify.h"

#include <stdbool.h>

#include "stack/base/bytes.h"

enum { ETHERTYPE_IPV6_ = 0x86dd, ETHERTYPE_VLAN_ = 0x8100, ETHERTYPE_QINQ_ = 0x88a8 };

enum next_header {
    NEXT_HOP_BY_HOP = 0,
    NEXT_ROUTING = 43,
    NEXT_FRAGMENT = 44,
    NEXT_AUTHENTICATION = 51,
    NEXT_ICMPV6 = 58,
    NEXT_DESTINATION = 60,
};

#define HEADERS_MAX 8 /* a chain longer than that is nobody's ND */

static enum nd_class class_of_type(uint8_t type)
{
    if (type >= 133 && type <= 137)
        return ND_CLASS_ND;
    if ((type >= 130 && type <= 132) || type == 143)
        return ND_CLASS_MLD;
    return ND_CLASS_OTHER;
}

/* Passes one extension header; false when the packet's upper layer is not here to be seen. */
static bool pass_extension(struct fascia_reader *r, uint8_t *next)
{
    uint8_t kind = *next;

    *next = fascia_read_u8(r);
    uint8_t length = fascia_read_u8(r);
    if (kind == NEXT_FRAGMENT) { /* RFC 8200 section 4.5: fixed size; only the first fragment has the upper layer */
        uint16_t offset_flags = fascia_read_be16(r);
        fascia_read_skip(r, 4);
        return fascia_reader_ok(r) && (offset_flags & 0xfff8U) == 0;
    }
    /* Lengths in units of 8 octets without the first; RFC 4302 section 2.2: AH in units of 4, minus 2. */
    size_t octets = kind == NEXT_AUTHENTICATION ? ((size_t)length + 2) * 4 : ((size_t)length + 1) * 8;
    fascia_read_skip(r, octets - 2);
    return fascia_reader_ok(r);
}

static enum nd_class classify_ipv6(struct fascia_reader *r, struct nd_packet *packet)
{
    uint8_t version_class = fascia_read_u8(r);
    fascia_read_skip(r, 5);
    uint8_t next = fascia_read_u8(r);
    fascia_read_skip(r, 1);
    fascia_read_copy(r, packet->source, sizeof packet->source);
    fascia_read_copy(r, packet->destination, sizeof packet->destination);
    if (!fascia_reader_ok(r) || version_class >> 4 != 6)
        return ND_CLASS_NONE;

    for (int i = 0; i < HEADERS_MAX; i++) {
        switch (next) {
        case NEXT_ICMPV6: {
            uint8_t type = fascia_read_u8(r);
            enum nd_class class = fascia_reader_ok(r) ? class_of_type(type) : ND_CLASS_OTHER;
            if (class != ND_CLASS_OTHER)
                packet->icmp_type = type;
            return class;
        }
        case NEXT_HOP_BY_HOP:
        case NEXT_ROUTING:
        case NEXT_FRAGMENT:
        case NEXT_AUTHENTICATION:
        case NEXT_DESTINATION:
            if (!pass_extension(r, &next))
                return ND_CLASS_OTHER;
            break;
        default: /* a number of a foreign protocol, not an enumeration of ours */
            return ND_CLASS_OTHER;
        }
    }
    return ND_CLASS_OTHER;
}

enum nd_class nd_classify(const void *frame, size_t size, struct nd_packet *ret_packet)
{
    struct fascia_reader r;
    struct nd_packet packet = {.class = ND_CLASS_NONE};

    fascia_reader_init(&r, frame, size);
    fascia_read_skip(&r, 12);
    uint16_t ethertype = fascia_read_be16(&r);
    for (int tags = 0; tags < 2 && (ethertype == ETHERTYPE_VLAN_ || ethertype == ETHERTYPE_QINQ_); tags++) {
        fascia_read_skip(&r, 2);
        ethertype = fascia_read_be16(&r);
    }
    if (fascia_reader_ok(&r) && ethertype == ETHERTYPE_IPV6_)
        packet.class = classify_ipv6(&r, &packet);
    if (packet.class == ND_CLASS_NONE)
        packet = (struct nd_packet){.class = ND_CLASS_NONE};
    *ret_packet = packet;
    return packet.class;
}
