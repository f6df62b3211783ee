/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_AUDIO_RENDER_LIMITER_KERNEL_H
#define FASCIA_AUDIO_RENDER_LIMITER_KERNEL_H

#include <stddef.h>

/*
 * True peaks, as ITU-R BS.1770-4 Annex 2 has them: the signal at four times the rate, by a polyphase filter of 48 taps,
 * twelve for each phase. The prototype is our own: sinc(t) with a Hann window of +-6 samples. It lets everything up to
 * 0.35 of the rate pass within 0.12 dB; the phase between is that of the samples themselves. The norm wants less at
 * higher rates (twice the rate at 96 kHz); here it is four times at any rate, so that at 96 kHz all up to 33 kHz is
 * found. Above 0.4 of the rate peaks are found too low: by 1.5 dB in the worst of a hundred pieces of white noise.
 *
 * Phase 3/4 is phase 1/4 backwards and 1/2 is its own mirror image, so that sums and differences of the samples at
 * equal distance from the middle serve all of them:
 *
 *   sum_k = x[k] + x[11 - k], difference_k = x[k] - x[11 - k]
 *   1/2: sum of half_k * sum_k;  1/4, 3/4: (sum of even_k * sum_k) +- (sum of odd_k * difference_k)
 */

#define LIMITER_TAPS   12
#define LIMITER_CENTRE 5      /* peaks[i] is about what lies from x[i + 5] up to x[i + 6] */
#define LIMITER_GROWTH 1.865F /* no phase is larger than that times the largest of its twelve samples */

extern const float limiter_half[LIMITER_TAPS / 2], limiter_even[LIMITER_TAPS / 2], limiter_odd[LIMITER_TAPS / 2];

/* Each path equals the scalar one bit by bit. Samples must be finite; no pointers alias. */
struct limiter_kernel {
    const char *name;
    /** peaks[i] = the larger of peaks[i] and the true peak there; reads x[0 … frames + LIMITER_TAPS - 2]. */
    void (*peaks)(float *peaks, const float *x, size_t frames);
    /** The largest magnitude. */
    float (*largest)(const float *x, size_t frames);
};

extern const struct limiter_kernel limiter_kernel_scalar;
extern const struct limiter_kernel limiter_kernel_sse2; /* where it is built, see limiter.c */
extern const struct limiter_kernel limiter_kernel_avx2;
extern const struct limiter_kernel limiter_kernel_neon;

#endif
