/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The body of each multiply_LEVEL.c, which defines MULTIPLY_NAME, MULTIPLY_LANES (floats in a vector) and
 * MULTIPLY_WIDTH (vectors that are worked on together: more of them hide the latency of additions, until registers run
 * out). Included once per file, hence no guard.
 */
#include "audio/virtual/multiply.h"

#if MULTIPLY_LANES == 1
typedef float lanes;
#else
typedef float lanes __attribute__((vector_size(MULTIPLY_LANES * sizeof(float)), may_alias));
#endif

struct sums {
    lanes ar[MULTIPLY_WIDTH], ai[MULTIPLY_WIDTH], br[MULTIPLY_WIDTH], bi[MULTIPLY_WIDTH];
};

static inline const lanes *at(const float *p, size_t vector)
{
    return (const lanes *)(const void *)(p + vector * MULTIPLY_LANES);
}

static inline void sum_terms(const struct multiply_job *job, size_t chunk, size_t bin, struct sums *s)
{
    const float *cell = job->filter + (chunk * job->terms_all + job->first) * MULTIPLY_CELL + bin % MULTIPLY_CHUNK;

    for (size_t t = job->first; t < job->end; t++, cell += MULTIPLY_CELL) {
        const float *re = job->terms[t] + bin, *im = re + job->points;
        for (size_t v = 0; v < MULTIPLY_WIDTH; v++) {
            lanes xr = *at(re, v), xi = *at(im, v);
            lanes ar = *at(cell, v), ai = *at(cell + MULTIPLY_CHUNK, v);
            lanes br = *at(cell + 2 * MULTIPLY_CHUNK, v), bi = *at(cell + 3 * MULTIPLY_CHUNK, v);
            s->ar[v] += xr * ar - xi * ai;
            s->ai[v] += xr * ai + xi * ar;
            s->br[v] += xr * br - xi * bi;
            s->bi[v] += xr * bi + xi * br;
        }
    }
}

void MULTIPLY_NAME(const struct multiply_job *job)
{
    const size_t n = job->points;
    const lanes zero = {0};

    for (size_t bin = 0; bin < n; bin += (size_t)MULTIPLY_LANES * MULTIPLY_WIDTH) {
        struct sums s;
        for (size_t v = 0; v < MULTIPLY_WIDTH; v++) {
            s.ar[v] = job->start ? *at(job->start + bin, v) : zero;
            s.ai[v] = job->start ? *at(job->start + n + bin, v) : zero;
            s.br[v] = job->start ? *at(job->start + 2 * n + bin, v) : zero;
            s.bi[v] = job->start ? *at(job->start + 3 * n + bin, v) : zero;
        }
        sum_terms(job, bin / MULTIPLY_CHUNK, bin, &s);
        lanes *ar = (lanes *)(void *)(job->sum + bin), *ai = (lanes *)(void *)(job->sum + n + bin);
        lanes *br = (lanes *)(void *)(job->sum + 2 * n + bin), *bi = (lanes *)(void *)(job->sum + 3 * n + bin);
        for (size_t v = 0; v < MULTIPLY_WIDTH; v++) {
            ar[v] = s.ar[v];
            ai[v] = s.ai[v];
            br[v] = s.br[v];
            bi[v] = s.bi[v];
        }
    }
}
