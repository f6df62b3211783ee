/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_AUDIO_RENDER_MATRIX_H
#define FASCIA_AUDIO_RENDER_MATRIX_H

#include <stddef.h>
#include <stdint.h>

#include "audio/layout/layout.h"

/*
 * N inputs to M outputs: y[m] = sum over n of w[m][n] * x[n], on planar float32 blocks, with a linear ramp of every
 * weight on every sample when the weights change. Nothing here allocates, locks or calls the system; all storage is in
 * struct matrix, which may live in memory that is locked.
 *
 * Foreign samples: NaN, infinity, subnormal numbers and magnitudes from 2^16 (+96 dB re full scale) up count as
 * zero, so that a faulty client is heard as silence and never as a burst, and costs no extra time.
 */

struct matrix_weights {
    size_t outputs, inputs;                            /* 0 … LAYOUT_CHANNELS_MAX each */
    float w[LAYOUT_CHANNELS_MAX][LAYOUT_CHANNELS_MAX]; /* [output][input], linear */
};

#define MATRIX_CHUNK 128 /* frames that are worked on at a time; the input is cleaned once per chunk */

/* The seam for vector paths: each must equal the scalar one. `frames` is at most MATRIX_CHUNK; no pointers alias. */
struct matrix_kernel {
    const char *name;
    /** to[i] = x[i], or 0 when x[i] is none of our samples (see above). */
    void (*clean)(float *to, const float *x, size_t frames);
    /** y[i] += w * x[i] */
    void (*add)(float *y, const float *x, float w, size_t frames);
    /** y[i] += (w + (i + 1) * step) * x[i] */
    void (*add_ramp)(float *y, const float *x, float w, float step, size_t frames);
};

extern const struct matrix_kernel matrix_kernel_scalar;

struct matrix {
    const struct matrix_kernel *kernel;
    struct matrix_weights now;    /* in force at the next frame */
    struct matrix_weights target; /* where the ramp ends; equals `now` when there is none */
    struct matrix_weights step;   /* per frame, while ramp_left > 0 */
    uint32_t ramp_frames;         /* length of a whole ramp */
    uint32_t ramp_left;
    float clean[LAYOUT_CHANNELS_MAX][MATRIX_CHUNK];
    float mix[MATRIX_CHUNK];
};

/**
 * All weights zero: the first target fades in. `ramp_frames` (>= 1; 20 ms at the rate in use is right) is how long a
 * change takes; at most LAYOUT_CHANNELS_MAX inputs and outputs (more are cut off).
 */
void matrix_init(struct matrix *m, size_t outputs, size_t inputs, uint32_t ramp_frames);

/** Length of the ramps that begin from now on, frames. */
void matrix_set_ramp(struct matrix *m, uint32_t ramp_frames);

/** Starts a ramp from the weights in force to these, also in the middle of another ramp. Sizes stay as at init. */
void matrix_retarget(struct matrix *m, const struct matrix_weights *weights);

/**
 * Renders `frames` frames. in[n] and out[m] are blocks of that many floats; a NULL input is silence, a NULL output is
 * left out. Outputs are overwritten and must not alias inputs.
 */
void matrix_process(struct matrix *m, const float *const *in, float *const *out, size_t frames);

#endif
