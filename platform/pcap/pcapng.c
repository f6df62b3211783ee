/* SPDX-License-Identifier: Apache-2.0 */
/* draft-ietf-opsawg-pcapng. A block is type (4), total length (4), body, total length again (4), in multiples of 4. */
#include <string.h>

#include "platform/pcap/internal.h"

enum {
    BLOCK_SECTION = 0x0a0d0d0a,
    BLOCK_INTERFACE = 1,
    BLOCK_PACKET_OLD = 2,
    BLOCK_SIMPLE = 3,
    BLOCK_PACKET = 6,
    ORDER_MARK = 0x1a2b3c4d,
};
enum { OPTION_END = 0, OPTION_RESOLUTION = 9, OPTION_FCS = 13, OPTION_OFFSET = 14 };

#define BLOCK_MAX        (16U << 20) /* octets; more is damage */
#define BLOCK_OVERHEAD   12          /* type and both lengths */
#define RESOLUTION_US    6
#define INTERFACE_MAX    4096 /* octets of an interface block that are looked at */
#define BODY_SECTION_MIN 16
#define NS_PER_S         UINT64_C(1000000000)

/* The end of a block: `left` octets of body that nobody wants, and the length again. */
static int finish(struct pcap *pcap, uint32_t left, uint32_t total)
{
    uint8_t octets[4];
    struct fascia_reader r;

    int result = pcap_skip(pcap, left);
    if (result == 0)
        result = pcap_take(pcap, octets, sizeof octets);
    if (result != 0)
        return result == PCAP_E_END ? PCAP_E_CUT : result;
    fascia_reader_init(&r, octets, sizeof octets);
    return pcap_u32(pcap, &r) == total ? 0 : PCAP_E_MALFORMED;
}

static int take(struct pcap *pcap, void *to, size_t size)
{
    int result = pcap_take(pcap, to, size);

    return result == PCAP_E_END ? PCAP_E_CUT : result;
}

int pcapng_section(struct pcap *pcap)
{
    uint8_t head[4 + BODY_SECTION_MIN];
    struct fascia_reader r;

    int result = take(pcap, head, sizeof head);
    if (result != 0)
        return result;
    for (int turn = 0; turn < 2; turn++) {
        pcap->swapped = turn == 1;
        fascia_reader_init(&r, head, sizeof head);
        uint32_t total = pcap_u32(pcap, &r), order = pcap_u32(pcap, &r);
        uint16_t major = pcap_u16(pcap, &r);
        if (order != ORDER_MARK)
            continue;
        if (major != 1)
            return PCAP_E_VERSION;
        if (total > BLOCK_MAX || total % 4 != 0 || total < BLOCK_OVERHEAD + BODY_SECTION_MIN)
            return PCAP_E_MALFORMED;
        pcap->interfaces_count = 0;
        return finish(pcap, total - BLOCK_OVERHEAD - BODY_SECTION_MIN, total);
    }
    return PCAP_E_MALFORMED;
}

static uint64_t read_u64(const struct pcap *pcap, struct fascia_reader *r)
{
    uint64_t first = pcap_u32(pcap, r), second = pcap_u32(pcap, r);

    return pcap->swapped ? first << 32 | second : second << 32 | first;
}

static void read_option(const struct pcap *pcap, uint16_t code, struct fascia_reader value,
                        struct pcap_interface *interface)
{
    if (code == OPTION_RESOLUTION)
        interface->resolution = fascia_read_u8(&value);
    else if (code == OPTION_FCS)
        interface->fcs_size = fascia_read_u8(&value);
    else if (code == OPTION_OFFSET)
        interface->offset_s = (int64_t)read_u64(pcap, &value);
}

static int read_interface(struct pcap *pcap, uint32_t body, uint32_t total)
{
    uint8_t octets[INTERFACE_MAX];
    size_t kept = body < sizeof octets ? body : sizeof octets;
    struct pcap_interface interface = {.resolution = RESOLUTION_US};
    struct fascia_reader r;

    int result = take(pcap, octets, kept);
    if (result != 0)
        return result;
    if (kept < 8 || pcap->interfaces_count == PCAP_INTERFACES_MAX)
        return PCAP_E_MALFORMED;
    fascia_reader_init(&r, octets, kept);
    interface.link_type = pcap_u16(pcap, &r);
    fascia_read_skip(&r, 2);
    uint32_t snap_length = pcap_u32(pcap, &r);
    while (fascia_reader_left(&r) >= 4) {
        uint16_t code = pcap_u16(pcap, &r), size = pcap_u16(pcap, &r);
        struct fascia_reader value = fascia_read_part(&r, size);
        if (code == OPTION_END || !fascia_reader_ok(&r))
            break;
        fascia_read_skip(&r, (4 - size % 4U) % 4);
        read_option(pcap, code, value, &interface);
    }
    if (pcap->interfaces_count == 0)
        pcap->snap_length = snap_length;
    pcap->interfaces[pcap->interfaces_count++] = interface;
    return finish(pcap, body - (uint32_t)kept, total);
}

/* Units of the interface's clock to nanoseconds since 1970. */
static int64_t time_of(const struct pcap_interface *interface, uint64_t units)
{
    unsigned int exponent = interface->resolution & 0x7f;
    uint64_t per_second = 1;

    if (interface->resolution & 0x80) {
        per_second = exponent < 64 ? UINT64_C(1) << exponent : 0;
    } else {
        for (unsigned int i = 0; i < exponent; i++)
            per_second = i < 19 ? per_second * 10 : 0;
    }
    if (per_second == 0) /* finer than 64 bits can tell */
        return 0;
    uint64_t seconds = units / per_second, fraction = units % per_second;
    while (per_second > UINT64_C(1) << 33) { /* so that the product below fits */
        per_second /= 2;
        fraction /= 2;
    }
    uint64_t ns = fraction * NS_PER_S / per_second;
    if (seconds > UINT32_MAX || interface->offset_s > UINT32_MAX || interface->offset_s < -(int64_t)UINT32_MAX)
        return 0; /* neither is a date */
    return ((int64_t)seconds + interface->offset_s) * (int64_t)NS_PER_S + (int64_t)ns;
}

/* A packet of an interface: `head` octets of the body are read already. */
static int read_packet(struct pcap *pcap, struct pcap_packet *packet, uint32_t captured, uint32_t rest, uint32_t total)
{
    if (captured > rest)
        return PCAP_E_MALFORMED;
    int result = pcap_take_packet(pcap, captured, packet);
    return result != 0 ? result : finish(pcap, rest - captured, total);
}

static int read_enhanced(struct pcap *pcap, uint32_t type, uint32_t body, uint32_t total, struct pcap_packet *packet)
{
    uint8_t head[20];
    struct fascia_reader r;

    if (body < sizeof head)
        return PCAP_E_MALFORMED;
    int result = take(pcap, head, sizeof head);
    if (result != 0)
        return result;
    fascia_reader_init(&r, head, sizeof head);
    uint32_t number = type == BLOCK_PACKET ? pcap_u32(pcap, &r) : pcap_u16(pcap, &r);
    if (type == BLOCK_PACKET_OLD)
        fascia_read_skip(&r, 2); /* drops */
    uint64_t high = pcap_u32(pcap, &r), low = pcap_u32(pcap, &r);
    uint32_t captured = pcap_u32(pcap, &r), original = pcap_u32(pcap, &r);
    if (number >= pcap->interfaces_count)
        return PCAP_E_MALFORMED;
    const struct pcap_interface *interface = &pcap->interfaces[number];
    packet->time_ns = time_of(interface, high << 32 | low);
    packet->link_type = interface->link_type;
    packet->fcs_size = interface->fcs_size;
    packet->cut = captured < original;
    return read_packet(pcap, packet, captured, body - (uint32_t)sizeof head, total);
}

static int read_simple(struct pcap *pcap, uint32_t body, uint32_t total, struct pcap_packet *packet)
{
    uint8_t head[4];
    struct fascia_reader r;

    if (body < sizeof head || pcap->interfaces_count == 0)
        return PCAP_E_MALFORMED;
    int result = take(pcap, head, sizeof head);
    if (result != 0)
        return result;
    fascia_reader_init(&r, head, sizeof head);
    uint32_t original = pcap_u32(pcap, &r), captured = original;
    if (pcap->snap_length != 0 && captured > pcap->snap_length)
        captured = pcap->snap_length;
    packet->link_type = pcap->interfaces[0].link_type;
    packet->fcs_size = pcap->interfaces[0].fcs_size;
    packet->cut = captured < original;
    return read_packet(pcap, packet, captured, body - (uint32_t)sizeof head, total);
}

/* One block. Returns 0, also when it held no packet: then *ret_packet is false. */
static int read_block(struct pcap *pcap, struct pcap_packet *packet, bool *ret_packet)
{
    uint8_t head[8];
    struct fascia_reader r;

    *ret_packet = false;
    int result = pcap_take(pcap, head, 4);
    if (result != 0)
        return result;
    fascia_reader_init(&r, head, 4);
    uint32_t type = pcap_u32(pcap, &r);
    if (type == BLOCK_SECTION)
        return pcapng_section(pcap);
    result = take(pcap, head + 4, 4);
    if (result != 0)
        return result;
    fascia_reader_init(&r, head + 4, 4);
    uint32_t total = pcap_u32(pcap, &r);
    if (total > BLOCK_MAX || total % 4 != 0 || total < BLOCK_OVERHEAD)
        return PCAP_E_MALFORMED;
    uint32_t body = total - BLOCK_OVERHEAD;
    switch (type) {
    case BLOCK_INTERFACE:
        return read_interface(pcap, body, total);
    case BLOCK_PACKET:
    case BLOCK_PACKET_OLD:
        *ret_packet = true;
        return read_enhanced(pcap, type, body, total, packet);
    case BLOCK_SIMPLE:
        *ret_packet = true;
        return read_simple(pcap, body, total, packet);
    default: /* a number of the file's */
        return finish(pcap, body, total);
    }
}

int pcapng_next(struct pcap *pcap, struct pcap_packet *packet)
{
    bool is_packet = false;
    int result = 0;

    while (result == 0 && !is_packet)
        result = read_block(pcap, packet, &is_packet);
    return result;
}
