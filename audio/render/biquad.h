/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_AUDIO_RENDER_BIQUAD_H
#define FASCIA_AUDIO_RENDER_BIQUAD_H

#include <stddef.h>

#include "audio/render/tuning.h"

/*
 * Second-order filters after R. Bristow-Johnson's public "Cookbook formulae for audio equalizer biquad filter
 * coefficients" (published by the W3C as a note), in transposed direct form II. State and coefficients are double: at
 * 192 kHz a filter at 10 Hz has its poles so close to 1 that single precision would not hold it.
 */

struct biquad {
    double b0, b1, b2, a1, a2; /* a0 is 1 */
    double z1, z2;
};

/** From silence. `hz` and `rate` in Hz, hz below half the rate; `gain_db` of peaks and shelves. */
void biquad_design(struct biquad *f, enum tuning_filter type, double hz, double q, double gain_db, double rate);

/** In place. Sound thread. */
void biquad_run(struct biquad *f, float *x, size_t frames);

/** |H| at a frequency, linear. */
double biquad_magnitude(const struct biquad *f, double hz, double rate);

#endif
