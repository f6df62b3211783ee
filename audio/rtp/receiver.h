/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_AUDIO_RTP_RECEIVER_H
#define FASCIA_AUDIO_RTP_RECEIVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A programme that comes over the network: RTP (RFC 3550) with linear PCM, L16 (RFC 3551) or L24 (RFC 3190), 1 to 12
 * channels. Packets are checked on the control thread and handed over without a lock; order, losses, drift and decoding
 * are the sound thread's. Everything is bounded and taken at once.
 */

struct rtp_receiver;

struct rtp_receiver_options {
    unsigned payload_type;  /* 0 … 127 */
    unsigned bits;          /* 16 or 24 */
    unsigned channels;      /* 1 … 12 */
    uint32_t rate;          /* Hz, of the stream: 8000 … 192000 */
    uint32_t buffer_ms;     /* aimed at: 5 … 1000 */
    uint32_t buffer_max_ms; /* above it, what is oldest is dropped; at most 2000 */
};

enum rtp_result {
    RTP_E_SHORT = 1, /* cut off, or longer than a packet may be */
    RTP_E_VERSION,   /* not RTP version 2 */
    RTP_E_FORMAT,    /* another payload type, or no whole frames of the configured channels */
    RTP_E_STRANGER,  /* another sender or source while one is being heard */
    RTP_E_FULL,      /* the sound thread has not taken the ones before */
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

/** Control thread. */
void rtp_receiver_status(const struct rtp_receiver *receiver, struct rtp_receiver_status *ret_status);

/** Sound thread: `frames` frames at `rate` Hz into out[channel] (NULL: left out); silence, faded, when there is
 * nothing. No allocation, lock or system call. */
void rtp_receiver_pull(struct rtp_receiver *receiver, float *const *out, size_t frames, uint32_t rate);

#endif
