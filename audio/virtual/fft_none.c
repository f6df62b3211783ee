/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>

#include "audio/virtual/fft.h"

/* A build without a library for transforms: virtual surround cannot be made, everything else works. */

const char *fft_library(void)
{
    return "none";
}

int fft_new(size_t points, struct fft **ret_fft)
{
    (void)points;
    (void)ret_fft;
    return -ENOTSUP;
}

void fft_free(struct fft *fft)
{
    (void)fft;
}

/* Never called, for want of a struct fft. */
void fft_forward(struct fft *fft, const float *from, float *to)
{
    (void)fft;
    to[0] = from[0];
}

void fft_inverse(struct fft *fft, const float *from, float *to)
{
    fft_forward(fft, from, to);
}
