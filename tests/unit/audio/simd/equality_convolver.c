/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "audio/virtual/multiply.h"
#include "tests/unit/audio/simd/equality.h"

/* The sums of products alone: the transforms are a library's. */

#define POINTS_MAX ((size_t)256)
#define TERMS_MAX  ((size_t)7)

static float filter[POINTS_MAX / MULTIPLY_CHUNK * TERMS_MAX * MULTIPLY_CELL] __attribute__((aligned(64)));
static float spectra[TERMS_MAX][2 * POINTS_MAX] __attribute__((aligned(64)));
static float start[4 * POINTS_MAX] __attribute__((aligned(64)));
static float sums[2][4 * POINTS_MAX] __attribute__((aligned(64)));
static char difference[120];
static uint32_t seed;

static void draw(float *to, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        seed = seed * 1664525U + 1013904223U;
        to[i] = (float)(int32_t)seed * 0x1p-31F;
    }
}

const char *equality_convolver(enum simd_level level)
{
    const float *terms[TERMS_MAX];

    seed = 1;
    for (size_t n = 0; n < 60; n++) {
        struct multiply_job job = {
            .filter = filter,
            .terms = terms,
            .terms_all = 1 + n % TERMS_MAX,
            .points = (size_t)64 << n % 3,
            .start = n % 4 == 1 ? start : NULL,
        };
        job.first = n % 5 == 2 ? job.terms_all / 2 : 0;
        job.end = n % 5 == 3 ? job.terms_all - 1 : job.terms_all; /* also none at all */
        draw(filter, sizeof filter / sizeof filter[0]);
        draw(start, sizeof start / sizeof start[0]);
        for (size_t t = 0; t < TERMS_MAX; t++) {
            draw(spectra[t], 2 * POINTS_MAX);
            terms[t] = spectra[t];
        }
        memset(sums, 0x55, sizeof sums);
        job.sum = sums[0];
        multiply_scalar(&job);
        job.sum = sums[1];
        multiply_of(level)(&job);
        if (memcmp(sums[0], sums[1], sizeof sums[0]) == 0)
            continue;
        (void)snprintf(difference, sizeof difference, "convolver %s: %zu points, terms %zu to %zu of %zu%s",
                       simd_name(level), job.points, job.first, job.end, job.terms_all, job.start ? ", from sums" : "");
        return difference;
    }
    return NULL;
}
