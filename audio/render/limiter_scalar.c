/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>

#include "audio/render/limiter_kernel.h"

/* c(t) = sinc(t) * (1 + cos(pi t / 6)) / 2 with t = k - 5 - phase; even and odd are half the sum and half the
 * difference of c at k and at 11 - k, for phase 1/4. */
const float limiter_half[LIMITER_TAPS / 2] = {-0.000986013305F, 0.0103589786F, -0.0337036036F,
                                              0.0801389094F,    -0.181129655F, 0.625773626F};
const float limiter_even[LIMITER_TAPS / 2] = {-0.00089958407F, 0.00762796906F, -0.0243168771F,
                                              0.0577117616F,   -0.132457627F,  0.592574253F};
const float limiter_odd[LIMITER_TAPS / 2] = {-0.000732142094F, 0.00273198591F, -0.00579087118F,
                                             0.0114467081F,    -0.0290009007F, 0.303890898F};

static float larger(float a, float b)
{
    return a > b ? a : b;
}

static void scalar_peaks(float *restrict peaks, const float *restrict x, size_t frames)
{
    for (size_t i = 0; i < frames; i++) {
        float half = 0, even = 0, odd = 0;
        for (size_t k = 0; k < LIMITER_TAPS / 2; k++) {
            const float sum = x[i + k] + x[i + LIMITER_TAPS - 1 - k];
            const float difference = x[i + k] - x[i + LIMITER_TAPS - 1 - k];
            half += limiter_half[k] * sum;
            even += limiter_even[k] * sum;
            odd += limiter_odd[k] * difference;
        }
        float peak = larger(fabsf(x[i + LIMITER_CENTRE]), fabsf(half));
        peak = larger(peak, fabsf(even + odd));
        peak = larger(peak, fabsf(even - odd));
        peaks[i] = larger(peaks[i], peak);
    }
}

static float scalar_largest(const float *x, size_t frames)
{
    float largest = 0;

    for (size_t i = 0; i < frames; i++)
        largest = larger(fabsf(x[i]), largest);
    return largest;
}

const struct limiter_kernel limiter_kernel_scalar = {
    .name = "scalar", .peaks = scalar_peaks, .largest = scalar_largest};
