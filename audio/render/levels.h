/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_AUDIO_RENDER_LEVELS_H
#define FASCIA_AUDIO_RENDER_LEVELS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audio/render/render.h"

/*
 * Levels of what passes, gathered by the sound thread and read by another. The two meet at a flag that the sound thread
 * only tries: when the reader is inside just then, it keeps what it has until the next cycle.
 */

struct levels_sum {
    float peak;
    double squares;
};

struct levels_sums {
    struct levels_sum bus[RENDER_BUSES_MAX], bus_in[RENDER_BUSES_MAX], output[RENDER_OUTPUTS_MAX];
    float bus_gain_db[RENDER_BUSES_MAX]; /* newest */
    float lowest_gain;                   /* of the limiter, linear */
    uint64_t frames, cleaned;
};

struct levels {
    struct levels_sums own; /* the sound thread's */
    atomic_flag taken;
    struct levels_sums shared;
};

/** Nothing gathered, nothing given. */
void levels_init(struct levels *l);

/** Peak and sum of squares of a block, added to a sum. */
void levels_add(struct levels_sum *sum, const float *x, size_t frames);

/**
 * Cleans foreign samples where they enter: to[i] = x[i], or 0 where that is none: not a number, infinite, a magnitude
 * from 2^16 (+96 dB re full scale) up, or subnormal. So a faulty client is heard as silence and never as a burst, and
 * whatever comes behind may take samples for finite. `to` is not `x`. Returns whether one was not a number or too
 * large.
 */
bool levels_clean(float *to, const float *x, size_t frames);

/** Sound thread, once in a cycle: gives away what was gathered. */
void levels_give(struct levels *l);

/** Reader. What was given since the last call. */
void levels_take(struct levels *l, struct render_levels *ret_levels);

#endif
