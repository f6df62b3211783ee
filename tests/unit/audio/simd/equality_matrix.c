/* SPDX-License-Identifier: Apache-2.0 */
#include <float.h>
#include <stdio.h>
#include <string.h>

#include "audio/render/matrix.h"
#include "tests/unit/audio/simd/equality.h"

#define FRAMES_MAX 1100
#define MARGIN     16 /* in front of and behind a block, floats */

enum samples { ORDINARY, LOUD, SUBNORMAL, ANY_EXPONENT, SAMPLES_ };
enum weights { FOLD, DENSE, TINY, WEIGHTS_ };

struct scene {
    size_t outputs, inputs, frames, offset;
    uint32_t ramp;
    enum samples samples;
    enum weights weights;
    uint32_t silent; /* bit n: input n, or output n, is NULL */
};

static struct matrix reference, candidate;
static float in_samples[LAYOUT_CHANNELS_MAX][FRAMES_MAX + MARGIN];
static float out_samples[2][LAYOUT_CHANNELS_MAX][MARGIN + FRAMES_MAX + MARGIN];
static char difference[200];
static uint32_t seed;

/* G. Marsaglia, Xorshift RNGs, 2003. */
static uint32_t random_bits(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 17;
    seed ^= seed << 5;
    return seed;
}

static float random_sample(enum samples kind)
{
    const float x = (float)(int32_t)random_bits() * 0x1p-31F;
    const uint32_t below_two = random_bits() & ~(UINT32_C(1) << 30); /* the highest bit of the exponent is clear */
    float any;

    switch (kind) {
    case ORDINARY:
        return x;
    case LOUD:
        return x * 60000;
    case SUBNORMAL:
        return random_bits() % 3 == 0 ? x : x * FLT_MIN;
    case ANY_EXPONENT:
    case SAMPLES_:
        break;
    }
    memcpy(&any, &below_two, sizeof any);
    return any;
}

static float random_weight(enum weights kind)
{
    static const float fold[] = {0, 0, 1, 0.7071068F, 0.7071068F, 0.5F, -0.5F};
    const float x = (float)(int32_t)random_bits() * 0x1p-31F;

    switch (kind) {
    case FOLD:
        return fold[random_bits() % (sizeof fold / sizeof fold[0])];
    case TINY: /* products become subnormal */
        return x * 4 * FLT_MIN;
    case DENSE:
    case WEIGHTS_:
        break;
    }
    return x;
}

static void draw_weights(const struct scene *scene, struct matrix_weights *weights)
{
    memset(weights, 0, sizeof *weights);
    weights->outputs = scene->outputs;
    weights->inputs = scene->inputs;
    for (size_t o = 0; o < scene->outputs; o++)
        for (size_t i = 0; i < scene->inputs; i++)
            weights->w[o][i] = random_weight(scene->weights);
}

static void process(const struct scene *scene, struct matrix *m, size_t which)
{
    const float *in[LAYOUT_CHANNELS_MAX];
    float *out[LAYOUT_CHANNELS_MAX];

    for (size_t c = 0; c < LAYOUT_CHANNELS_MAX; c++) {
        in[c] = (scene->silent >> c & 1) != 0 ? NULL : in_samples[c] + scene->offset;
        out[c] = (scene->silent >> (31 - c) & 1) != 0 ? NULL : out_samples[which][c] + MARGIN + scene->offset / 2;
    }
    matrix_process(m, in, out, scene->frames);
}

/* Some blocks; weights change now and then, also before a ramp is over. */
static const char *compare(const struct scene *scene, enum simd_level level)
{
    struct matrix_weights weights;

    matrix_init(&reference, scene->outputs, scene->inputs, scene->ramp);
    matrix_init(&candidate, scene->outputs, scene->inputs, scene->ramp);
    if (!matrix_use(&reference, SIMD_SCALAR) || !matrix_use(&candidate, level))
        return "this processor has no such path";
    memset(out_samples, 0x55, sizeof out_samples);
    for (size_t block = 0; block < 4; block++) {
        for (size_t c = 0; c < scene->inputs; c++)
            for (size_t i = 0; i < scene->offset + scene->frames; i++)
                in_samples[c][i] = random_sample(scene->samples);
        if (block != 2) {
            draw_weights(scene, &weights);
            matrix_retarget(&reference, &weights);
            matrix_retarget(&candidate, &weights);
        }
        process(scene, &reference, 0);
        process(scene, &candidate, 1);
        if (memcmp(out_samples[0], out_samples[1], sizeof out_samples[0]) == 0)
            continue;
        (void)snprintf(difference, sizeof difference,
                       "matrix %s: %zu to %zu, %zu frames at offset %zu, ramp %u, samples %d, weights %d, block %zu",
                       simd_name(level), scene->inputs, scene->outputs, scene->frames, scene->offset, scene->ramp,
                       (int)scene->samples, (int)scene->weights, block);
        return difference;
    }
    return NULL;
}

const char *equality_matrix(enum simd_level level)
{
    static const size_t inputs[] = {1, 2, 6, 8, 12, 16}, outputs[] = {1, 2, 4, 6};
    static const size_t blocks[] = {127, 128, 129, 256, 300, 511, 512, 513, 1024, FRAMES_MAX - 3};
    static const uint32_t ramps[] = {1, 100, 333, 960, 5000};
    const char *what = NULL;

    seed = 2463534242U;
    for (size_t n = 0; n < 220 && !what; n++) {
        const struct scene scene = {
            .inputs = inputs[n % 6],
            .outputs = outputs[n % 4],
            .frames = n < 150 ? n : blocks[n % 10], /* every tail, and every way to pass over the borders of a pass */
            .offset = n % 4,
            .ramp = ramps[n % 5],
            .samples = (enum samples)(n / 2 % SAMPLES_),
            .weights = (enum weights)(n / 3 % WEIGHTS_),
            .silent = n % 7 == 0 ? random_bits() & random_bits() : 0,
        };
        what = compare(&scene, level);
    }
    return what;
}
