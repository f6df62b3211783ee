/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_AUDIO_VIRTUAL_SPECTRUM_H
#define FASCIA_AUDIO_VIRTUAL_SPECTRUM_H

#include <complex.h>
#include <stddef.h>

/*
 * Spectra of impulse responses, for the design of filters: bins 0 … points / 2 in double precision, behind which the
 * rest is their mirror image. Control thread.
 */

struct spectrum {
    size_t points, bins; /* bins = points / 2 + 1 */
    struct fft *fft;
    float *time, *frequency; /* [2][points] */
};

/** Returns 0 or what fft_new() does. */
int spectrum_init(struct spectrum *s, size_t points);
void spectrum_deinit(struct spectrum *s); /* idempotent; of a zeroed one, too */

/** Of at most `points` taps. */
void spectrum_of(struct spectrum *s, const float *ir, size_t taps, double complex *to);

/** Back to `taps` (at most `points`) samples, two at once. */
void spectrum_to_pair(struct spectrum *s, const double complex *left, const double complex *right, float *const to[2],
                      size_t taps);

/** The response of these magnitudes (> 0) that has all its energy as early as can be: by the folded cepstrum
 * (Oppenheim and Schafer, Discrete-Time Signal Processing, ch. 13). `to` may not be `magnitude`. */
void spectrum_minimum_phase(struct spectrum *s, const double *magnitude, double complex *to);

#endif
