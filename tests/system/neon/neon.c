/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The vector parts of the sound on a processor that is emulated: without arguments whether they equal their references;
 * with PART LEVEL TIMES the same work so many times, whose instructions somebody else counts (tests/system/neon/run).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audio/render/limiter.h"
#include "audio/render/matrix.h"
#include "audio/virtual/multiply.h"
#include "tests/unit/audio/simd/equality.h"

#define FRAMES 1024

static const struct part {
    const char *name;
    const char *(*equality)(enum simd_level level);
} parts[] = {
    {"matrix", equality_matrix},
    {"limiter", equality_limiter},
    {"convolver", equality_convolver},
};

static int check_all(void)
{
    const enum simd_level level = simd_best(SIMD_LEVELS_);
    int failed = level == SIMD_SCALAR;

    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        const char *difference = parts[i].equality(level);
        printf("%s %s: %s\n", parts[i].name, simd_name(level), difference ? difference : "equal to the reference");
        failed |= difference != NULL;
    }
    return failed;
}

static float samples[12][FRAMES] __attribute__((aligned(64))), played[12][FRAMES] __attribute__((aligned(64)));

static void make_samples(void)
{
    uint32_t seed = 1;

    for (size_t c = 0; c < 12; c++) {
        for (size_t i = 0; i < FRAMES; i++) {
            seed = seed * 1664525U + 1013904223U;
            samples[c][i] = (float)(int32_t)seed * 0x1p-32F;
        }
    }
}

/* 7.1.4 to 2 on a ramp: FL FR FC LFE SL SR RL RR TFL TFR TRL TRR. */
static void run_matrix(enum simd_level level, unsigned times)
{
    static const float sides[12] = {1, 1, .7071F, .5F, .7071F, .7071F, .7071F, .7071F, 1, 1, .7071F, .7071F};
    static struct matrix m;
    struct matrix_weights weights = {.outputs = 2, .inputs = 12};
    const float *in[12];
    float *out[2] = {played[0], played[1]};

    for (size_t i = 0; i < 12; i++) {
        in[i] = samples[i];
        weights.w[0][i] = i % 2 == 0 || i == 3 ? sides[i] : 0;
        weights.w[1][i] = i % 2 == 1 || i == 2 ? sides[i] : 0;
    }
    matrix_init(&m, 2, 12, MATRIX_RAMP_MAX);
    (void)matrix_use(&m, level);
    matrix_retarget(&m, &weights);
    while (times-- > 0)
        matrix_process(&m, in, out, FRAMES);
}

/* Stereo, loud enough to be limited all the time. */
static void run_limiter(enum simd_level level, unsigned times)
{
    static struct limiter l;

    limiter_init(&l, -20, 1.5, 100, 48000);
    (void)limiter_use(&l, level);
    while (times-- > 0) {
        for (size_t at = 0; at < FRAMES; at += LIMITER_CHUNK) {
            float *channels[2] = {played[0] + at, played[1] + at};
            memcpy(channels[0], samples[0] + at, LIMITER_CHUNK * sizeof(float));
            memcpy(channels[1], samples[1] + at, LIMITER_CHUNK * sizeof(float));
            limiter_run(&l, channels, 2, LIMITER_CHUNK);
        }
    }
}

/* Twelve inputs with four partitions each, of which two spectra come; the transforms are a library's. */
static void run_convolver(enum simd_level level, unsigned times)
{
    enum { POINTS = 128, TERMS = 24 };
    static float filter[POINTS / MULTIPLY_CHUNK * TERMS * MULTIPLY_CELL] __attribute__((aligned(64)));
    static float sum[4 * POINTS] __attribute__((aligned(64)));
    const float *terms[TERMS];
    const struct multiply_job job = {
        .filter = filter, .terms = terms, .terms_all = TERMS, .end = TERMS, .points = POINTS, .sum = sum};

    for (size_t t = 0; t < TERMS; t++)
        terms[t] = samples[t % 12] + t / 12 * 2 * POINTS;
    while (times-- > 0)
        multiply_of(level)(&job);
}

int main(int argc, char **argv)
{
    if (argc == 1)
        return check_all();
    if (argc != 4)
        return 2;
    const enum simd_level level = strcmp(argv[2], "scalar") == 0 ? SIMD_SCALAR : simd_best(SIMD_LEVELS_);
    const unsigned times = (unsigned)strtoul(argv[3], NULL, 10);
    make_samples();
    simd_flush_subnormals();
    if (strcmp(argv[1], "matrix") == 0)
        run_matrix(level, times);
    else if (strcmp(argv[1], "limiter") == 0)
        run_limiter(level, times);
    else
        run_convolver(level, times);
    return 0;
}
