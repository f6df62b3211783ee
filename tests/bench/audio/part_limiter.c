/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "audio/render/limiter.h"
#include "tests/bench/audio/contest.h"
#include "tests/bench/audio/parts.h"

#define FRAMES   LIMITER_CHUNK
#define CHANNELS 2

/* The limiter works in place: each block begins with a copy, which is in the figures. */
struct limiting {
    struct limiter limiter;
    float loudness; /* linear, on the samples */
    float source[CHANNELS][FRAMES], samples[CHANNELS][FRAMES];
};

static struct limiting loud, quiet, scalar;

static void limiter_block(void *state)
{
    struct limiting *l = state;
    float *channels[CHANNELS] = {l->samples[0], l->samples[1]};

    memcpy(l->samples, l->source, sizeof l->samples);
    limiter_run(&l->limiter, channels, CHANNELS, FRAMES);
}

static void open_limiter(struct limiting *l, float loudness, enum simd_level level)
{
    limiter_init(&l->limiter, -1, 1.5, 100, CONTEST_RATE);
    (void)limiter_use(&l->limiter, level);
    for (size_t c = 0; c < CHANNELS; c++)
        for (size_t i = 0; i < FRAMES; i++)
            l->source[c][i] = loudness * bench_sample(c, i);
}

void bench_limiter(struct json_object *all)
{
    struct json_object *entry = json_object_new_object();
    struct contestant ways[] = {
        {.name = "loud", .block = limiter_block, .state = &loud},
        {.name = "quiet", .block = limiter_block, .state = &quiet},
        {.name = "scalar", .block = limiter_block, .state = &scalar},
    };

    open_limiter(&loud, 20, simd_best(SIMD_LEVELS_)); /* +6 dBFS: always limiting */
    open_limiter(&quiet, 1, simd_best(SIMD_LEVELS_));
    open_limiter(&scalar, 20, SIMD_SCALAR);
    contest(ways, sizeof ways / sizeof ways[0], FRAMES);
    bench_put_double(entry, "ns", ways[0].ns);
    bench_put_double(entry, "quiet_ns", ways[1].ns);
    bench_put_double(entry, "scalar_ns", ways[2].ns);
    bench_put_text(entry, "kernel", loud.limiter.kernel->name);
    (void)json_object_object_add(all, "limiter", entry);
}
