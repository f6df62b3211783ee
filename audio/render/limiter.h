/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_AUDIO_RENDER_LIMITER_H
#define FASCIA_AUDIO_RENDER_LIMITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audio/layout/layout.h"
#include "audio/render/limiter_kernel.h"
#include "audio/simd/simd.h"

/*
 * Look-ahead true-peak limiter, one gain for all channels, so that a peak on one side does not move the picture.
 *
 *   true peak of all channels -> gain that it needs -> lowest of a window -> hold -> release -> two box averages ->
 * gain samples ------------------------------ delay ------------------------------------------------------> times gain
 *
 * The window is as long as both averages together, so the average has come down to what a peak needs before the peak
 * is there, without ever having had a corner. Averages are sums of integers: nothing drifts, and what rests at 1 is
 * exactly 1. A gain is held for longer than half a period of the lowest tone that can be heard before it is released: a
 * bass note keeps its shape. While no peak can reach the ceiling (by a bound on what the polyphase filter can make of
 * the samples), samples are only delayed, bit by bit as the long way would do.
 */

#define LIMITER_CHUNK       256 /* frames in one call at most */
#define LIMITER_LATENCY_MAX 1920
#define LIMITER_GUARD       4 /* frames before and after a peak that get the peak's gain as well */
#define LIMITER_RELEASE     8 /* frames that one step of the release takes at once */
#define LIMITER_BOX_MAX     (LIMITER_LATENCY_MAX / 2) /* frames of an average */
#define LIMITER_HOLD_MS     30                        /* half a period of 16.7 Hz */
#define LIMITER_HELD_STEP   16                        /* frames between two gains that are held; no window is shorter */
#define LIMITER_HELD_MAX    360

struct limiter {
    const struct limiter_kernel *kernel;
    float ceiling;            /* what no sample exceeds, linear */
    float target;             /* what true peaks are brought to; a little below, for the gain's own movement */
    uint32_t latency, window; /* frames */
    uint32_t box[2];          /* lengths of the averages, frames */
    double scale;             /* from the sum of sums to a gain */
    float decay[4];           /* of the release in 1, 2, 4, 8 frames */
    float rise[4];            /* what it adds in as many */

    bool is_idle;      /* all that follows stands at a gain of 1 */
    uint32_t quiet;    /* frames since the last that needed less than 1; at most those that are remembered */
    size_t count;      /* channels of the last call */
    size_t at;         /* in x: where the next sample goes */
    int64_t sum[2];    /* of the averages */
    float lowest_gain; /* since it was last asked */
    uint64_t clamped;  /* samples that the averages had not brought below the ceiling; 0 for anything that is sound */

    float need[LIMITER_LATENCY_MAX + 2 * LIMITER_GUARD + LIMITER_CHUNK];
    float held[LIMITER_HELD_MAX]; /* what the window needed, every 16 frames: newer ones, then older ones */
    uint32_t held_count, held_at; /* of them in use; the oldest */
    uint32_t held_phase;          /* frames since the newest */
    float held_newer;             /* the lowest of the newer ones */
    float work[2][LIMITER_LATENCY_MAX + 2 * LIMITER_GUARD + LIMITER_CHUNK];
    float hold[LIMITER_RELEASE + LIMITER_CHUNK], released[LIMITER_RELEASE + LIMITER_CHUNK];
    float gain[LIMITER_CHUNK];
    int32_t fine[LIMITER_BOX_MAX + LIMITER_CHUNK];   /* what the first average is of */
    int64_t coarse[LIMITER_BOX_MAX + LIMITER_CHUNK]; /* its sums, of which the second one is */
    float x[LAYOUT_CHANNELS_MAX][LIMITER_LATENCY_MAX + LIMITER_TAPS + 8 * LIMITER_CHUNK];
};

/** `ceiling_dbtp` -20 … 0, `lookahead_ms` 0.5 … 10, `release_ms` 10 … 2000, `rate` 8000 … 192000 Hz: as checked by the
 * caller. Does not allocate; may be called on the sound thread. */
void limiter_init(struct limiter *l, double ceiling_dbtp, double lookahead_ms, double release_ms, uint32_t rate);

/** Takes the path of this level, for tests and benchmarks. Returns false, and changes nothing, when this processor has
 * none. */
bool limiter_use(struct limiter *l, enum simd_level level);

/** Frames that a sample takes: the look-ahead, at least 17. */
uint32_t limiter_latency(const struct limiter *l);

/**
 * At most LIMITER_CHUNK frames, 1 … 16 channels, in place. Samples must be finite. A channel that has not been given
 * before, or not for at least the latency, must have been silent.
 */
void limiter_run(struct limiter *l, float *const *channels, size_t count, size_t frames);

/** Lowest gain since the last call; linear, 1 for none. */
float limiter_take_lowest(struct limiter *l);

#endif
