/* SPDX-License-Identifier: Apache-2.0 */
#include "audio/render/bass.h"

#include <math.h>
#include <string.h>

void bass_design(struct bass *b, double hz, double rate)
{
    for (size_t i = 0; i < 2; i++) {
        biquad_design(&b->high[i], TUNING_HIGH_PASS, hz, M_SQRT1_2, 0, rate);
        biquad_design(&b->low[i], TUNING_LOW_PASS, hz, M_SQRT1_2, 0, rate);
    }
}

void bass_run(struct bass *b, float *x, float *low, size_t frames)
{
    memcpy(low, x, frames * sizeof *x);
    for (size_t i = 0; i < 2; i++) {
        biquad_run(&b->low[i], low, frames);
        biquad_run(&b->high[i], x, frames);
    }
}
