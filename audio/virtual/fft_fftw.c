/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fftw3.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>

#include "audio/virtual/fft.h"

struct fft {
    size_t points;
    fftwf_plan forward, inverse;
};

/* "the only thread-safe routine in FFTW is fftw_execute (and the new-array variants thereof)": FFTW manual 5.4. */
static pthread_mutex_t planner = PTHREAD_MUTEX_INITIALIZER;

const char *fft_library(void)
{
    return "fftw";
}

/* FFTW_ESTIMATE: measured plans are at most a tenth faster at these sizes, take up to a second to make, and differ from
 * run to run. */
static void plan(struct fft *fft, float *a, float *b)
{
    const fftwf_iodim dimension = {.n = (int)fft->points, .is = 1, .os = 1};
    float *ai = a + fft->points, *bi = b + fft->points;

    (void)pthread_mutex_lock(&planner);
    fft->forward = fftwf_plan_guru_split_dft(1, &dimension, 0, NULL, a, ai, b, bi, FFTW_ESTIMATE);
    /* An inverse transform is a forward one with both parts swapped, on either side. */
    fft->inverse = fftwf_plan_guru_split_dft(1, &dimension, 0, NULL, ai, a, bi, b, FFTW_ESTIMATE);
    (void)pthread_mutex_unlock(&planner);
}

int fft_new(size_t points, struct fft **ret_fft)
{
    if (points < 16 || points > FFT_POINTS_MAX || (points & (points - 1)) != 0)
        return -EINVAL;

    struct fft *fft = calloc(1, sizeof *fft);
    float *a = fft_alloc(2 * points), *b = fft_alloc(2 * points);
    if (fft && a && b) {
        fft->points = points;
        plan(fft, a, b);
    }
    free(a);
    free(b);
    if (!fft || !fft->forward || !fft->inverse) {
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
    (void)pthread_mutex_lock(&planner);
    fftwf_destroy_plan(fft->forward);
    fftwf_destroy_plan(fft->inverse);
    (void)pthread_mutex_unlock(&planner);
    free(fft);
}

/* Its interface knows no const; a transform to another place leaves its input as it is (FFTW_PRESERVE_INPUT). */
void fft_forward(struct fft *fft, const float *from, float *to)
{
    float *x = (float *)(uintptr_t)from;

    fftwf_execute_split_dft(fft->forward, x, x + fft->points, to, to + fft->points);
}

void fft_inverse(struct fft *fft, const float *from, float *to)
{
    float *x = (float *)(uintptr_t)from;

    fftwf_execute_split_dft(fft->inverse, x + fft->points, x, to + fft->points, to);
}
