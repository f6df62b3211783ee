/* SPDX-License-Identifier: Apache-2.0 */
#include "audio/render/upmix.h"

#include <math.h>

int upmix_init(struct upmix *u, uint32_t rate)
{
    biquad_design(&u->lowpass, TUNING_LOW_PASS, fmin(UPMIX_LOWPASS, 0.45 * rate), M_SQRT1_2, 0, rate);
    u->warm_up = rate * (UPMIX_DELAY_MS + UPMIX_SETTLE_MS) / 1000;
    return delay_init(&u->delay, (size_t)rate * UPMIX_DELAY_MS / 1000);
}

void upmix_finish(struct upmix *u)
{
    delay_finish(&u->delay);
}

void upmix_run(struct upmix *u, const float *left, const float *right, float *left_to, float *right_to, size_t frames)
{
    for (size_t i = 0; i < frames; i++)
        u->surround[i] = 0.5F * ((left ? left[i] : 0) - (right ? right[i] : 0));
    biquad_run(&u->lowpass, u->surround, frames);
    delay_run(&u->delay, u->surround, frames);
    for (size_t i = 0; i < frames; i++) {
        left_to[i] += u->surround[i];
        right_to[i] -= u->surround[i];
    }
}
