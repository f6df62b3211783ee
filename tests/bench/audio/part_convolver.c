/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <stdlib.h>

#include "audio/virtual/convolver.h"
#include "tests/bench/audio/contest.h"
#include "tests/bench/audio/parts.h"
#include "tests/bench/audio/peers.h"

#define FRAMES_MAX 256
#define TAPS_MAX   512

struct filtering {
    const char *key;
    size_t inputs, outputs, taps, quantum;
};

struct ours {
    struct convolver *convolver;
    struct peer_buffers buffers;
};

static float in_samples[LAYOUT_CHANNELS_MAX][FRAMES_MAX] __attribute__((aligned(64)));
static float out_samples[2][LAYOUT_CHANNELS_MAX][FRAMES_MAX] __attribute__((aligned(64))); /* ours, the peer's */
static float responses[LAYOUT_CHANNELS_MAX * LAYOUT_CHANNELS_MAX][TAPS_MAX];

static struct peer_buffers buffers_of(const struct filtering *f, size_t whose)
{
    struct peer_buffers buffers = {.inputs = f->inputs, .outputs = f->outputs, .frames = f->quantum};

    for (size_t c = 0; c < LAYOUT_CHANNELS_MAX; c++) {
        buffers.in[c] = in_samples[c];
        buffers.out[c] = out_samples[whose][c];
    }
    return buffers;
}

static void our_block(void *state)
{
    struct ours *ours = state;
    const float *in[LAYOUT_CHANNELS_MAX];

    for (size_t c = 0; c < LAYOUT_CHANNELS_MAX; c++)
        in[c] = ours->buffers.in[c];
    convolver_process(ours->convolver, in, ours->buffers.out, ours->buffers.frames);
}

/* Relative to the largest sample. Both have heard the same block often enough to be periodic. */
static double largest_difference(const struct filtering *f)
{
    double largest = 0, peak = 0;

    for (size_t o = 0; o < f->outputs; o++) {
        for (size_t i = 0; i < f->quantum; i++) {
            largest = fmax(largest, fabs((double)out_samples[0][o][i] - (double)out_samples[1][o][i]));
            peak = fmax(peak, fabs((double)out_samples[0][o][i]));
        }
    }
    return largest / peak;
}

static bool open_ours(struct ours *ours, const struct filtering *f, const float *const *ir, enum simd_level limit)
{
    ours->buffers = buffers_of(f, 0);
    if (convolver_new(f->inputs, f->outputs, f->taps, f->quantum, ir, &ours->convolver) != 0)
        return false;
    convolver_limit(ours->convolver, limit);
    return true;
}

static void measure(struct json_object *entry, const struct filtering *f, const char *folder, struct ours *best,
                    struct ours *scalar, const float *const *ir)
{
    const struct peer_buffers buffers = buffers_of(f, 1);
    const char *why = NULL;
    struct spa_graph *graph = spa_graph_open(folder, &buffers, f->taps, 0, ir, &why);
    struct spa_graph *tuned = spa_graph_open(folder, &buffers, f->taps, f->quantum, ir, &why);
    struct contestant all[] = {
        {.name = "best", .block = our_block, .state = best},
        {.name = "pipewire", .block = graph ? spa_graph_block : NULL, .state = graph},
        {.name = "pipewire_tuned", .block = tuned ? spa_graph_block : NULL, .state = tuned}, /* block: the quantum */
        {.name = "scalar", .block = our_block, .state = scalar},
    };

    contest(all, sizeof all / sizeof all[0], f->quantum);
    bench_put_double(entry, "ns", all[0].ns);
    bench_put_double(entry, "scalar_ns", all[3].ns);
    bench_put_text(entry, "kernel", simd_name(simd_best(SIMD_LEVELS_)));
    bench_put_peer(entry, all[0].ns, &all[1]);
    bench_put_peer(entry, all[0].ns, &all[2]);
    if (graph) {
        our_block(best);
        spa_graph_block(graph);
        bench_put_double(entry, "largest_difference", largest_difference(f));
    } else {
        bench_put_text(entry, "no_pipewire", why);
    }
    spa_graph_close(graph);
    spa_graph_close(tuned);
}

void bench_convolver(struct json_object *all, const char *folder)
{
    static const struct filtering cases[] = {
        {"convolver_12x2x256_q64", 12, 2, 256, 64},
        {"convolver_12x2x256_q256", 12, 2, 256, 256},
        {"convolver_2x2x512_q256", 2, 2, 512, 256},
    };
    const float *ir[LAYOUT_CHANNELS_MAX * LAYOUT_CHANNELS_MAX];

    for (size_t c = 0; c < LAYOUT_CHANNELS_MAX; c++)
        for (size_t i = 0; i < FRAMES_MAX; i++)
            in_samples[c][i] = bench_noise(c, i) * 0.01F;
    for (size_t c = 0; c < LAYOUT_CHANNELS_MAX * LAYOUT_CHANNELS_MAX; c++) {
        ir[c] = responses[c];
        for (size_t i = 0; i < TAPS_MAX; i++)
            responses[c][i] = bench_noise(1000 + c, i) * 0.001F;
    }
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct json_object *entry = json_object_new_object();
        struct ours best = {0}, scalar = {0};

        if (open_ours(&best, &cases[i], ir, SIMD_LEVELS_) && open_ours(&scalar, &cases[i], ir, SIMD_SCALAR))
            measure(entry, &cases[i], folder, &best, &scalar, ir);
        else
            bench_put_text(entry, "skipped", "this build has no transform");
        convolver_free(best.convolver);
        convolver_free(scalar.convolver);
        (void)json_object_object_add(all, cases[i].key, entry);
    }
}
