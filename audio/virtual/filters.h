/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_AUDIO_VIRTUAL_FILTERS_H
#define FASCIA_AUDIO_VIRTUAL_FILTERS_H

#include <stddef.h>
#include <stdint.h>

/*
 * Filters from each channel of a programme to two outputs, left and right.
 */

#define VIRTUAL_TAPS_MAX 8192

struct virtual_filters {
    size_t inputs, taps;
    uint32_t rate;           /* Hz */
    float *ir;               /* [input][2][taps], owned */
    uint32_t latency_frames; /* at which the direct sound comes out */
    double worst_gain_db;    /* largest sum of magnitudes over an output: every sample of every channel at its worst */
};

static inline float *virtual_filters_ir(const struct virtual_filters *f, size_t input, size_t output)
{
    return f->ir + (input * 2 + output) * f->taps;
}

#endif
