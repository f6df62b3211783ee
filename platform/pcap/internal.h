/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_PLATFORM_PCAP_INTERNAL_H
#define FASCIA_PLATFORM_PCAP_INTERNAL_H

#include "platform/pcap/pcap.h"
#include "stack/base/bytes.h"

/* What the readers of the two formats share. */

#define PCAP_BUFFER_SIZE 65536

struct pcap_interface {
    uint16_t link_type;
    uint8_t fcs_size;
    uint8_t resolution; /* if_tsresol: 10 to the -n, or, with the highest bit, 2 to the -n */
    int64_t offset_s;
};

struct pcap {
    pcap_read_fn read;
    void *userdata;
    int fd; /* ours when read from a file */
    bool swapped, nanoseconds, is_pcapng;
    int result; /* what ended it */
    uint64_t packets;
    struct pcap_interface interfaces[PCAP_INTERFACES_MAX]; /* pcap: the first */
    size_t interfaces_count;
    uint32_t snap_length; /* of the first interface, for simple packets */

    size_t at, used;                  /* of the buffer */
    uint8_t buffer[PCAP_BUFFER_SIZE]; /* read, not yet used: from `at` on */
    uint8_t packet[PCAP_PACKET_MAX];
};

/** Exactly `size` octets. Returns 0, PCAP_E_CUT, PCAP_E_END when there is not even one, or a negative errno. */
int pcap_take(struct pcap *pcap, void *to, size_t size);

/** Passes over. The same results. */
int pcap_skip(struct pcap *pcap, uint64_t size);

/** Takes `size` octets of packet, of which what fits is kept. */
int pcap_take_packet(struct pcap *pcap, size_t size, struct pcap_packet *packet);

/** Integers in the file's byte order. */
uint16_t pcap_u16(const struct pcap *pcap, struct fascia_reader *r);
uint32_t pcap_u32(const struct pcap *pcap, struct fascia_reader *r);

/** Of pcapng: the rest of a first section header, behind its type; the next packet. */
int pcapng_section(struct pcap *pcap);
int pcapng_next(struct pcap *pcap, struct pcap_packet *packet);

#endif
