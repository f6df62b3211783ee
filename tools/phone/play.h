/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_TOOLS_PHONE_PLAY_H
#define FASCIA_TOOLS_PHONE_PLAY_H

#include "audio/layout/layout.h"
#include "platform/rtp_socket/rtp_socket.h"

/*
 * The phone's programme over the network: one sine per channel (audio/render/measure.h), as RTP with linear PCM, paced
 * by the phone's own clock. It shares no code with the receiver but the coding of samples.
 */

struct play_options {
    struct rtp_place from;
    struct in6_addr to;
    uint16_t port;
    struct layout channels;
    unsigned bits; /* 16 or 24 */
    uint32_t rate; /* a multiple of 10 */
    unsigned payload_type;
    double level_dbfs;
};

struct play {
    struct play_options options;
    int fd, timer_fd; /* -1: none */
    float *table;
    size_t window, packet_frames;
    uint16_t sequence;
    uint32_t timestamp, ssrc;
    size_t frame;          /* modulo the window */
    uint64_t sent, failed; /* packets */
};

/** Starts. Returns 0 or a negative errno; -EINVAL: the rate is none, or nothing fits into a packet. */
int play_start(struct play *play, const struct play_options *options);

/** To poll for reading: a packet is due. */
int play_fd(const struct play *play);

/** Sends what is due. A network that is away for a while is only counted. */
void play_turn(struct play *play);

/** Idempotent; also after a start that failed. */
void play_stop(struct play *play);

#endif
