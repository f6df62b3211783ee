/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/pcap/pcap.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "platform/pcap/internal.h"

enum {
    MAGIC_US = 0xa1b2c3d4,
    MAGIC_NS = 0xa1b23c4d,
    MAGIC_PCAPNG = 0x0a0d0d0a, /* the same in both byte orders */
};

#define RECORD_MAX (16U << 20) /* octets that a packet may claim; more is damage */

const char *pcap_explain(int result)
{
    static const char *const texts[] = {
        [PCAP_E_FOREIGN] = "is no capture: neither pcap nor pcapng",
        [PCAP_E_VERSION] = "has a version that is not known here",
        [PCAP_E_CUT] = "ends inside a packet",
        [PCAP_E_MALFORMED] = "is damaged: its sizes contradict each other",
    };
    return result > 0 && (size_t)result < FASCIA_ARRAY_SIZE(texts) ? texts[result] : NULL;
}

static int read_file(void *userdata, void *to, size_t size, size_t *ret_size)
{
    const struct pcap *pcap = userdata;
    ssize_t n = 0;

    do
        n = read(pcap->fd, to, size);
    while (n < 0 && errno == EINTR);
    if (n < 0)
        return -errno;
    *ret_size = (size_t)n;
    return 0;
}

/* Makes at least one octet available. Returns 0, PCAP_E_END or a negative errno. */
static int fill(struct pcap *pcap)
{
    size_t size = 0;

    if (pcap->at < pcap->used)
        return 0;
    pcap->at = pcap->used = 0;
    int r = pcap->read(pcap->userdata, pcap->buffer, sizeof pcap->buffer, &size);
    if (r < 0)
        return r;
    pcap->used = size;
    return size > 0 ? 0 : PCAP_E_END;
}

int pcap_take(struct pcap *pcap, void *to, size_t size)
{
    uint8_t *out = to;

    for (size_t done = 0; done < size;) {
        int r = fill(pcap);
        if (r != 0)
            return r == PCAP_E_END && done > 0 ? PCAP_E_CUT : r;
        size_t n = pcap->used - pcap->at < size - done ? pcap->used - pcap->at : size - done;
        memcpy(out + done, pcap->buffer + pcap->at, n);
        pcap->at += n;
        done += n;
    }
    return 0;
}

int pcap_skip(struct pcap *pcap, uint64_t size)
{
    for (uint64_t done = 0; done < size;) {
        int r = fill(pcap);
        if (r != 0)
            return r == PCAP_E_END && done > 0 ? PCAP_E_CUT : r;
        size_t n = pcap->used - pcap->at < size - done ? pcap->used - pcap->at : (size_t)(size - done);
        pcap->at += n;
        done += n;
    }
    return 0;
}

int pcap_take_packet(struct pcap *pcap, size_t size, struct pcap_packet *packet)
{
    size_t kept = size < sizeof pcap->packet ? size : sizeof pcap->packet;

    int r = pcap_take(pcap, pcap->packet, kept);
    if (r == 0)
        r = pcap_skip(pcap, size - kept);
    packet->data = pcap->packet;
    packet->size = kept;
    packet->cut = packet->cut || kept < size;
    return r == PCAP_E_END ? PCAP_E_CUT : r;
}

uint16_t pcap_u16(const struct pcap *pcap, struct fascia_reader *r)
{
    return pcap->swapped ? fascia_read_be16(r) : fascia_read_le16(r);
}

uint32_t pcap_u32(const struct pcap *pcap, struct fascia_reader *r)
{
    return pcap->swapped ? fascia_read_be32(r) : fascia_read_le32(r);
}

/* The rest of a pcap file's head, behind its magic number. */
static int read_head(struct pcap *pcap)
{
    uint8_t head[20];
    struct fascia_reader r;

    int result = pcap_take(pcap, head, sizeof head);
    if (result != 0)
        return result == PCAP_E_END ? PCAP_E_CUT : result;
    fascia_reader_init(&r, head, sizeof head);
    uint16_t major = pcap_u16(pcap, &r);
    fascia_read_skip(&r, 2 + 4 + 4 + 4); /* minor, time zone, accuracy, snapshot length */
    uint32_t network = pcap_u32(pcap, &r);
    if (major != 2)
        return PCAP_E_VERSION;
    /* draft-ietf-opsawg-pcap, 4: link type, then flag and length (in 16 bits) of the FCS. */
    bool has_fcs = network & 1U << 26;
    pcap->interfaces[0].link_type = (uint16_t)network;
    pcap->interfaces[0].fcs_size = has_fcs ? (uint8_t)(2 * (network >> 28)) : 0;
    pcap->interfaces_count = 1;
    return 0;
}

static int read_start(struct pcap *pcap)
{
    uint8_t octets[4];
    struct fascia_reader r;

    int result = pcap_take(pcap, octets, sizeof octets);
    if (result != 0)
        return result == PCAP_E_END || result == PCAP_E_CUT ? PCAP_E_FOREIGN : result;
    for (int turn = 0; turn < 2; turn++) {
        pcap->swapped = turn == 1;
        fascia_reader_init(&r, octets, sizeof octets);
        uint32_t magic = pcap_u32(pcap, &r);
        if (magic == MAGIC_PCAPNG) {
            pcap->is_pcapng = true;
            return pcapng_section(pcap);
        }
        if (magic == MAGIC_US || magic == MAGIC_NS) {
            pcap->nanoseconds = magic == MAGIC_NS;
            return read_head(pcap);
        }
    }
    return PCAP_E_FOREIGN;
}

static int next_record(struct pcap *pcap, struct pcap_packet *packet)
{
    uint8_t head[16];
    struct fascia_reader r;

    int result = pcap_take(pcap, head, sizeof head);
    if (result != 0)
        return result;
    fascia_reader_init(&r, head, sizeof head);
    int64_t seconds = pcap_u32(pcap, &r), fraction = pcap_u32(pcap, &r);
    uint32_t captured = pcap_u32(pcap, &r), original = pcap_u32(pcap, &r);
    if (captured > RECORD_MAX)
        return PCAP_E_MALFORMED;
    packet->time_ns = seconds * 1000000000 + fraction * (pcap->nanoseconds ? 1 : 1000);
    packet->link_type = pcap->interfaces[0].link_type;
    packet->fcs_size = pcap->interfaces[0].fcs_size;
    packet->cut = captured < original;
    return pcap_take_packet(pcap, captured, packet);
}

int pcap_next(struct pcap *pcap, struct pcap_packet *ret_packet)
{
    struct pcap_packet packet = {.number = pcap->packets + 1};

    if (pcap->result == 0)
        pcap->result = pcap->is_pcapng ? pcapng_next(pcap, &packet) : next_record(pcap, &packet);
    if (pcap->result != 0)
        return pcap->result;
    pcap->packets++;
    *ret_packet = packet;
    return 0;
}

/* Without the buffers, which are most of it and need no zeros. */
static struct pcap *allocate(void)
{
    struct pcap *pcap = malloc(sizeof *pcap);

    if (pcap != NULL)
        memset(pcap, 0, offsetof(struct pcap, buffer));
    return pcap;
}

/* Takes the reader over; frees it when its head cannot be read. */
static int start(struct pcap *pcap, struct pcap **ret_pcap)
{
    int result = read_start(pcap);

    if (result == 0)
        *ret_pcap = pcap;
    else
        pcap_close(pcap);
    return result;
}

int pcap_new(pcap_read_fn fn, void *userdata, struct pcap **ret_pcap)
{
    struct pcap *pcap = allocate();

    if (pcap == NULL)
        return -ENOMEM;
    pcap->fd = -1;
    pcap->read = fn;
    pcap->userdata = userdata;
    return start(pcap, ret_pcap);
}

int pcap_open(const char *path, struct pcap **ret_pcap)
{
    struct pcap *pcap = allocate();

    if (pcap == NULL)
        return -ENOMEM;
    pcap->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (pcap->fd < 0) {
        int error = errno;
        pcap_close(pcap);
        return -error;
    }
    pcap->read = read_file;
    pcap->userdata = pcap;
    return start(pcap, ret_pcap);
}

void pcap_close(struct pcap *pcap)
{
    if (pcap == NULL)
        return;
    if (pcap->fd >= 0)
        (void)close(pcap->fd);
    free(pcap);
}
