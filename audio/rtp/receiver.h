/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_AUDIO_RTP_RECEIVER_H
#define FASCIA_AUDIO_RTP_RECEIVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audio/rtp/packet.h"

/*
 * A programme that comes over the network: RTP (RFC 3550) with linear PCM, L16 (RFC 3551) or L24 (RFC 3190), 1 to 12
 * channels. Packets are judged on the control thread and handed over without a lock; decoding, order, losses and drift
 * are the sound thread's. Everything is bounded and taken at once.
 *
 * A frame is played `buffer_ms` after the earliest moment at which it could have come: packets may be late by that,
 * less their own length and that of a cycle of the sound. Where a cycle and two packets need more, it is more.
 */

struct rtp_receiver;

struct rtp_receiver_options {
    unsigned payload_type;  /* 0 … 127 */
    unsigned bits;          /* 16 or 24 */
    unsigned channels;      /* 1 … RTP_CHANNELS_MAX */
    uint32_t rate;          /* Hz, of the stream: 8000 … 192000 */
    uint32_t buffer_ms;     /* aimed at: 5 … 1000 */
    uint32_t buffer_max_ms; /* above it, what is oldest is dropped; at least buffer_ms, at most 2000 */
};

struct rtp_receiver_status {
    bool playing;
    uint64_t packets, refused, lost, late, duplicate, reordered, concealed_frames, dropped_frames, underruns;
    double buffer_ms; /* now */
    double jitter_ms; /* RFC 3550 section 6.4.1 */
    double drift_ppm; /* of the sender's clock against ours, as compensated; positive: it is faster */
    uint32_t ssrc;
};

/** Allocates all of it. Returns 0, -EINVAL or -ENOMEM. */
int rtp_receiver_new(const struct rtp_receiver_options *options, struct rtp_receiver **ret);
void rtp_receiver_free(struct rtp_receiver *receiver); /* NULL-safe */

/** Control thread: a datagram from a sender (any number that tells senders apart), arrived at `now_us`
 * (CLOCK_MONOTONIC). Returns 0 or an rtp_result; anything else than 0 has changed nothing but counters. */
int rtp_receiver_put(struct rtp_receiver *receiver, const void *bytes, size_t size, uint64_t sender, int64_t now_us);

/** Control thread, now and then: a sender that has been silent for two seconds is forgotten. */
void rtp_receiver_turn(struct rtp_receiver *receiver, int64_t now_us);

/** Control thread: true while a sender is heard, and which; from its third packet on, so that strangers who take turns
 * are nobody's news. */
bool rtp_receiver_sender(const struct rtp_receiver *receiver, uint64_t *ret_sender);

/** Control thread. */
void rtp_receiver_status(struct rtp_receiver *receiver, struct rtp_receiver_status *ret_status);

/** Sound thread: `frames` frames at `rate` Hz into out[channel] (NULL: left out), for the cycle that began at `now_us`
 * (CLOCK_MONOTONIC, as the graph's clock tells it); silence, faded, when there is nothing. No allocation, lock or
 * system call. */
void rtp_receiver_pull(struct rtp_receiver *receiver, float *const *out, size_t frames, uint32_t rate, int64_t now_us);

#endif
