/* SPDX-License-Identifier: Apache-2.0 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "audio/virtual/fft.h"

float *fft_alloc(size_t floats)
{
    if (floats == 0 || floats > (SIZE_MAX - FFT_ALIGNMENT) / sizeof(float))
        return NULL;

    size_t size = (floats * sizeof(float) + FFT_ALIGNMENT - 1) / FFT_ALIGNMENT * FFT_ALIGNMENT;
    float *p = aligned_alloc(FFT_ALIGNMENT, size);
    if (p)
        memset(p, 0, size);
    return p;
}
