/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_PLATFORM_PCAP_PCAP_H
#define FASCIA_PLATFORM_PCAP_PCAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stack/base/cleanup.h"

/*
 * Reads capture files: pcap (draft-ietf-opsawg-pcap) with times in microseconds or nanoseconds, and pcapng
 * (draft-ietf-opsawg-pcapng) with several sections and interfaces, both in either byte order. One packet at a time, in
 * bounded memory, whatever the file says of its sizes.
 */

enum pcap_result {
    PCAP_E_END = 1,   /* there is no further packet */
    PCAP_E_FOREIGN,   /* neither pcap nor pcapng */
    PCAP_E_VERSION,   /* one of them, in a version that this code does not know */
    PCAP_E_CUT,       /* the file ends inside a packet or block */
    PCAP_E_MALFORMED, /* sizes or numbers contradict each other */
};

/** What a result above says of a file, as the end of a sentence; NULL for others. */
const char *pcap_explain(int result);

enum { PCAP_LINK_IEEE802_11 = 105, PCAP_LINK_RADIOTAP = 127 };

#define PCAP_PACKET_MAX     65536 /* octets of a packet that are kept */
#define PCAP_INTERFACES_MAX 256   /* of a section */

struct pcap_packet {
    uint64_t number; /* from 1 */
    int64_t time_ns; /* since 1970; 0 when the file does not say */
    uint16_t link_type;
    uint8_t fcs_size;    /* octets at the end that are a checksum, as far as the file says */
    const uint8_t *data; /* borrowed until the next call */
    size_t size;         /* at most PCAP_PACKET_MAX */
    bool cut;            /* there was more of it */
};

struct pcap;

/** Opens a file and reads its head. Returns 0, a negative errno or a PCAP_E_… (then there is no reader). */
int pcap_open(const char *path, struct pcap **ret_pcap);

/** Reads up to `size` octets into `to`; *ret_size is 0 at the end only. Returns 0 or a negative errno. */
typedef int (*pcap_read_fn)(void *userdata, void *to, size_t size, size_t *ret_size);

/** The same from anything that can be read; `userdata` is borrowed. */
int pcap_new(pcap_read_fn fn, void *userdata, struct pcap **ret_pcap);

/** The next packet. Returns 0, PCAP_E_END, PCAP_E_CUT, PCAP_E_MALFORMED, PCAP_E_VERSION (of a further section) or a
 * negative errno. After anything but 0 it returns the same again. */
int pcap_next(struct pcap *pcap, struct pcap_packet *ret_packet);

/** NULL-safe. */
void pcap_close(struct pcap *pcap);
FASCIA_DEFINE_CLEANUP(struct pcap, pcap_close)

#endif
