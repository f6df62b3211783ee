/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "audio/render/limiter.h"
#include "tests/unit/audio/render/noise.h"
#include "tests/unit/audio/simd/equality.h"

#define FRAMES_MAX 300

static struct limiter limiter;
static float samples[FRAMES_MAX + LIMITER_TAPS], expected[FRAMES_MAX], got[FRAMES_MAX];
static char difference[100];

const char *equality_limiter(enum simd_level level)
{
    uint32_t seed = 9;

    limiter_init(&limiter, -1, 1.5, 100, 48000);
    if (!limiter_use(&limiter, level))
        return "this processor has no such path";
    const struct limiter_kernel *kernel = limiter.kernel;
    for (size_t n = 0; n <= FRAMES_MAX - 2; n = n < 40 ? n + 1 : n * 5 / 3) {
        for (size_t i = 0; i < FRAMES_MAX + LIMITER_TAPS; i++)
            samples[i] = (i % 7 == 0 ? 1000 : 1) * noise(&seed);
        for (size_t i = 0; i < FRAMES_MAX; i++)
            expected[i] = got[i] = fabsf(noise(&seed));
        limiter_kernel_scalar.peaks(expected, samples + 1, n);
        kernel->peaks(got, samples + 1, n); /* not aligned */
        const bool same = memcmp(expected, got, sizeof got) == 0 &&
                          kernel->largest(samples + 1, n) == limiter_kernel_scalar.largest(samples + 1, n);
        if (!same) {
            (void)snprintf(difference, sizeof difference, "limiter, %s: %zu frames differ", kernel->name, n);
            return difference;
        }
    }
    return NULL;
}
