/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_AUDIO_RENDER_BASS_H
#define FASCIA_AUDIO_RENDER_BASS_H

#include "audio/render/biquad.h"

/*
 * The crossover between a small speaker and those that take its bass: fourth order after S. Linkwitz and R. Riley (JAES
 * 24, 1976), each half two Butterworth filters of second order. Both halves are in phase with one another at every
 * frequency, and their sum is an all-pass.
 */

struct bass {
    struct biquad high[2], low[2];
};

void bass_design(struct bass *b, double hz, double rate);

/** What stays is left in x[], what goes elsewhere is written to low[]. Sound thread. */
void bass_run(struct bass *b, float *x, float *low, size_t frames);

#endif
