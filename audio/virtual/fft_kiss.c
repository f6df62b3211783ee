/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <kiss_fft.h>
#include <stdlib.h>

#include "audio/virtual/fft.h"

struct fft {
    size_t points;
    kiss_fft_cfg forward, inverse;
    kiss_fft_cpx *from, *to; /* this library wants its numbers interleaved */
};

const char *fft_library(void)
{
    return "kissfft";
}

int fft_new(size_t points, struct fft **ret_fft)
{
    if (points < 16 || points > FFT_POINTS_MAX || (points & (points - 1)) != 0)
        return -EINVAL;

    struct fft *fft = calloc(1, sizeof *fft);
    if (!fft)
        return -ENOMEM;
    fft->points = points;
    fft->forward = kiss_fft_alloc((int)points, 0, NULL, NULL);
    fft->inverse = kiss_fft_alloc((int)points, 1, NULL, NULL);
    fft->from = calloc(points, sizeof *fft->from);
    fft->to = calloc(points, sizeof *fft->to);
    if (!fft->forward || !fft->inverse || !fft->from || !fft->to) {
        fft_free(fft);
        return -ENOMEM;
    }
    *ret_fft = fft;
    return 0;
}

void fft_free(struct fft *fft)
{
    if (!fft)
        return;
    kiss_fft_free(fft->forward);
    kiss_fft_free(fft->inverse);
    free(fft->from);
    free(fft->to);
    free(fft);
}

static void transform(struct fft *fft, kiss_fft_cfg plan, const float *from, float *to)
{
    for (size_t i = 0; i < fft->points; i++)
        fft->from[i] = (kiss_fft_cpx){.r = from[i], .i = from[fft->points + i]};
    kiss_fft(plan, fft->from, fft->to);
    for (size_t i = 0; i < fft->points; i++) {
        to[i] = fft->to[i].r;
        to[fft->points + i] = fft->to[i].i;
    }
}

void fft_forward(struct fft *fft, const float *from, float *to)
{
    transform(fft, fft->forward, from, to);
}

void fft_inverse(struct fft *fft, const float *from, float *to)
{
    transform(fft, fft->inverse, from, to);
}
