/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_AUDIO_RTP_SOURCE_H
#define FASCIA_AUDIO_RTP_SOURCE_H

#include "audio/rtp/packet.h"

/*
 * The one source that is being heard: which packets are its own, in which order they belong (RFC 3550 appendix A.1),
 * and their jitter (section 6.4.1). One is heard until it has been silent for two seconds; until it has sent three
 * packets any other may take its place, so that a single stray datagram keeps nobody out.
 */

#define RTP_SOURCE_SILENT_US 2000000
#define RTP_SOURCE_WINDOW    1024 /* sequence numbers that are remembered */

struct rtp_source {
    uint32_t rate; /* Hz */
    bool is_heard;
    uint64_t sender;
    uint32_t ssrc;
    unsigned proven; /* packets in a row that it has had its place for; counted up to those that keep others out */
    int64_t last_us; /* arrival of its last packet */
    unsigned epoch;  /* grows whenever a stream begins anew: positions before and after have nothing in common */

    uint64_t first, newest; /* sequence numbers, extended */
    uint64_t received;      /* different ones of this epoch */
    uint64_t seen[RTP_SOURCE_WINDOW / 64];
    uint32_t timestamp; /* of the newest */
    int64_t position;   /* the same in frames since the epoch began */
    bool has_transit;
    double transit, jitter; /* frames */

    struct { /* packets that do not fit, and whether they fit together */
        uint64_t sender;
        uint32_t ssrc;
        uint16_t next;
        unsigned count;
    } other;

    uint64_t packets, lost_before, duplicate, reordered; /* all epochs */
};

void rtp_source_init(struct rtp_source *source, uint32_t rate);

/** Judges a packet. Returns 0 with its place in frames, RTP_E_STRANGER, RTP_E_JUMP or RTP_E_DUPLICATE. */
int rtp_source_take(struct rtp_source *source, const struct rtp_packet *packet, uint64_t sender, int64_t now_us,
                    int64_t *ret_position);

/** Whether one is heard that has sent its three packets: nobody else takes its place before it is silent. */
bool rtp_source_is_settled(const struct rtp_source *source);

/** Forgets a source that is silent. */
void rtp_source_turn(struct rtp_source *source, int64_t now_us);

/** Packets that never came, so far as one can say now. */
uint64_t rtp_source_lost(const struct rtp_source *source);

#endif
