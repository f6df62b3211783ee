/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_AUDIO_RENDER_MATRIX_H
#define FASCIA_AUDIO_RENDER_MATRIX_H

#include <stddef.h>
#include <stdint.h>

#include "audio/layout/layout.h"
#include "audio/render/matrix_kernel.h"
#include "audio/simd/simd.h"

/*
 * N inputs to M outputs: y[m] = sum over n of w[m][n] * x[n], on planar float32 blocks, with a linear ramp of every
 * weight on every sample when the weights change. Nothing here allocates, locks or calls the system; all storage is in
 * struct matrix, which may live in memory that is locked. The result does not depend on how a stream is cut into
 * blocks.
 *
 * Samples must be finite: what comes from outside is cleaned where it enters (audio/render/levels.h).
 */

struct matrix_weights {
    size_t outputs, inputs;                            /* 0 … LAYOUT_CHANNELS_MAX each */
    float w[LAYOUT_CHANNELS_MAX][LAYOUT_CHANNELS_MAX]; /* [output][input], linear */
};

#define MATRIX_RAMP_MAX (UINT32_C(1) << 24) /* frames: a float counts that far */

/* One output: groups of inputs that share a weight (see matrix_kernel.h). */
struct matrix_sum {
    struct matrix_part {
        float w, step;
        size_t inputs; /* >= 1 */
    } part[LAYOUT_CHANNELS_MAX];
    size_t parts;
    bool like_next; /* the next output has the same weights for as many inputs: left and right of most fold-downs */
    uint8_t input[LAYOUT_CHANNELS_MAX]; /* of all parts in turn */
};

struct matrix {
    enum simd_level level;        /* of the path */
    struct matrix_weights now;    /* in force when the ramp began; without a ramp in force now */
    struct matrix_weights target; /* where the ramp ends; equals `now` when there is none */
    struct matrix_weights step;   /* per frame, while ramp_left > 0 */
    uint32_t ramp_frames;         /* length of a ramp that begins now */
    uint32_t ramp_done, ramp_left;
    uint32_t live; /* bit n: input n is there; the sums are made for these */
    bool stale;    /* the sums are not yet made for these weights */
    struct matrix_sum sum[LAYOUT_CHANNELS_MAX];
};

/**
 * All weights zero: the first target fades in. `ramp_frames` (>= 1; 20 to 30 ms at the rate in use is right) is how
 * long a change takes; at most LAYOUT_CHANNELS_MAX inputs and outputs (more are cut off). Takes the best path of this
 * processor.
 */
void matrix_init(struct matrix *m, size_t outputs, size_t inputs, uint32_t ramp_frames);

/** Takes the path of this level, for tests and benchmarks. Returns false, and changes nothing, when this processor has
 * none. */
bool matrix_use(struct matrix *m, enum simd_level level);

/** Length of the ramps that begin from now on, frames; at most MATRIX_RAMP_MAX. */
void matrix_set_ramp(struct matrix *m, uint32_t ramp_frames);

/** Starts a ramp from the weights in force to these, also in the middle of another ramp. Sizes stay as at init. */
void matrix_retarget(struct matrix *m, const struct matrix_weights *weights);

/**
 * Renders `frames` frames. in[n] and out[m] are blocks of that many floats; a NULL input is silence, a NULL output is
 * left out. Outputs are overwritten and must not alias inputs.
 */
void matrix_process(struct matrix *m, const float *const *in, float *const *out, size_t frames);

#endif
