/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_AUDIO_VIRTUAL_FFT_H
#define FASCIA_AUDIO_VIRTUAL_FFT_H

#include <stddef.h>

/*
 * The seam behind which a library computes Fourier transforms: fft_fftw.c (FFTW, GPL-2.0-or-later), fft_kiss.c
 * (KISS FFT, BSD-3-Clause) or fft_none.c; which one is chosen when fascia is configured (FASCIA_FFTW, FASCIA_KISSFFT).
 *
 * Complex transforms of a power of two of points on split arrays: `points` real parts and behind them as many
 * imaginary ones, aligned to FFT_ALIGNMENT octets.
 */

#define FFT_ALIGNMENT  64
#define FFT_POINTS_MAX 65536

struct fft;

/** "fftw", "kissfft" or "none". */
const char *fft_library(void);

/** `points`: a power of two, 16 … FFT_POINTS_MAX. Plans are made alike on every run. Not for the sound thread. Returns
 * 0, -EINVAL, -ENOMEM, or -ENOTSUP where this build has no transform. */
int fft_new(size_t points, struct fft **ret_fft);
void fft_free(struct fft *fft); /* NULL-safe */

/** Not scaled: forward and inverse together multiply by `points`. `from` is left as it is; the arrays do not overlap.
 * One thread at a time for each struct fft. No allocation, no system call. */
void fft_forward(struct fft *fft, const float *from, float *to);
void fft_inverse(struct fft *fft, const float *from, float *to);

/** Zeroed floats, aligned to FFT_ALIGNMENT, for free(); NULL when there is no memory. */
float *fft_alloc(size_t floats);

#endif
