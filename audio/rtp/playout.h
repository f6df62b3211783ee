/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_AUDIO_RTP_PLAYOUT_H
#define FASCIA_AUDIO_RTP_PLAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The jitter buffer: every frame has its place, by its timestamp, in a ring that begins at the next frame to be played.
 * So order, duplicates and overlaps need no care, and its size is its bound.
 */

struct rtp_playout {
    float *samples;   /* interleaved */
    uint8_t *present; /* of each frame: 0 or 1 */
    size_t capacity;  /* frames */
    size_t channels;
    int64_t read; /* position of the next frame to be played */
    int64_t end;  /* behind the newest frame that came */
};

/** Returns 0 or -ENOMEM. */
int rtp_playout_init(struct rtp_playout *playout, size_t capacity, size_t channels);
void rtp_playout_finish(struct rtp_playout *playout); /* idempotent */

/** Empties it, and begins at a position. */
void rtp_playout_restart(struct rtp_playout *playout, int64_t read);

/** Plays on from another position; what lies before it, and what no longer fits behind it, is dropped. */
void rtp_playout_seek(struct rtp_playout *playout, int64_t read);

/**
 * Puts a payload of linear PCM to its place. Frames before the next one to be played, and beyond the capacity, are left
 * out. Returns how many were put.
 */
size_t rtp_playout_put(struct rtp_playout *playout, int64_t position, const uint8_t *payload, unsigned bits,
                       size_t frames);

/**
 * Takes at most `frames` frames of one kind. They are there: copied to `to`, and true; they are missing: false, and
 * `to` is untouched. `ret_frames` says how many, at least 1.
 */
bool rtp_playout_take(struct rtp_playout *playout, float *to, size_t frames, size_t *ret_frames);

#endif
