/* SPDX-License-Identifier: Apache-2.0 */
#include "audio/virtual/spectrum.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "audio/virtual/fft.h"

int spectrum_init(struct spectrum *s, size_t points)
{
    *s = (struct spectrum){.points = points, .bins = points / 2 + 1};
    int r = fft_new(points, &s->fft);
    if (r < 0)
        return r;
    s->time = fft_alloc(2 * points);
    s->frequency = fft_alloc(2 * points);
    if (!s->time || !s->frequency) {
        spectrum_deinit(s);
        return -ENOMEM;
    }
    return 0;
}

void spectrum_deinit(struct spectrum *s)
{
    fft_free(s->fft);
    free(s->time);
    free(s->frequency);
    *s = (struct spectrum){.points = 0};
}

static void take_bins(const struct spectrum *s, double complex *to)
{
    for (size_t k = 0; k < s->bins; k++)
        to[k] = (double)s->frequency[k] + I * (double)s->frequency[s->points + k];
}

void spectrum_of(struct spectrum *s, const float *ir, size_t taps, double complex *to)
{
    memset(s->time, 0, 2 * s->points * sizeof *s->time);
    memcpy(s->time, ir, taps * sizeof *ir);
    fft_forward(s->fft, s->time, s->frequency);
    take_bins(s, to);
}

void spectrum_to_pair(struct spectrum *s, const double complex *left, const double complex *right, float *const to[2],
                      size_t taps)
{
    const size_t n = s->points;

    for (size_t k = 0; k < n; k++) {
        const double complex l = k < s->bins ? left[k] : conj(left[n - k]);
        const double complex r = k < s->bins ? right[k] : conj(right[n - k]);
        const double complex both = (l + I * r) / (double)n;
        s->frequency[k] = (float)creal(both);
        s->frequency[n + k] = (float)cimag(both);
    }
    fft_inverse(s->fft, s->frequency, s->time);
    for (size_t part = 0; part < 2; part++)
        memcpy(to[part], s->time + part * n, taps * sizeof *to[part]);
}

void spectrum_minimum_phase(struct spectrum *s, const double *magnitude, double complex *to)
{
    const size_t n = s->points;

    memset(s->frequency, 0, 2 * n * sizeof *s->frequency);
    for (size_t k = 0; k < n; k++)
        s->frequency[k] = (float)(log(magnitude[k < s->bins ? k : n - k]) / (double)n);
    fft_inverse(s->fft, s->frequency, s->time);
    memset(s->time + n, 0, n * sizeof *s->time); /* real up to rounding */
    for (size_t t = 1; t < n; t++)
        s->time[t] = t < n / 2 ? 2 * s->time[t] : t == n / 2 ? s->time[t] : 0;
    fft_forward(s->fft, s->time, s->frequency);
    take_bins(s, to);
    for (size_t k = 0; k < s->bins; k++)
        to[k] = cexp(to[k]);
}
