/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "audio/decide/decide.h"
#include "tests/bench/audio/contest.h"
#include "tests/bench/audio/parts.h"
#include "tests/bench/audio/peers.h"

#define FRAMES 1024 /* a usual quantum for media */

struct fold {
    const char *key, *source, *speakers;
};

struct ours {
    struct matrix matrix;
    struct matrix_weights weights;
    struct peer_buffers buffers;
};

static float in_samples[LAYOUT_CHANNELS_MAX][FRAMES] __attribute__((aligned(64)));
static float out_samples[2][LAYOUT_CHANNELS_MAX][FRAMES] __attribute__((aligned(64))); /* ours, a peer's */
static struct ours steady, ramps[SIMD_LEVELS_];

static struct peer_buffers buffers_of(size_t inputs, size_t outputs, size_t whose)
{
    struct peer_buffers buffers = {.inputs = inputs, .outputs = outputs, .frames = FRAMES};

    for (size_t c = 0; c < LAYOUT_CHANNELS_MAX; c++) {
        buffers.in[c] = in_samples[c];
        buffers.out[c] = out_samples[whose][c];
    }
    return buffers;
}

static void steady_block(void *state)
{
    struct ours *ours = state;
    const float *in[LAYOUT_CHANNELS_MAX];

    for (size_t c = 0; c < LAYOUT_CHANNELS_MAX; c++)
        in[c] = ours->buffers.in[c];
    matrix_process(&ours->matrix, in, ours->buffers.out, FRAMES);
}

/* A ramp is always on, on every sample. */
static void ramp_block(void *state)
{
    static const struct matrix_weights silence = {0};
    struct ours *ours = state;

    if (ours->matrix.ramp_left == 0)
        matrix_retarget(&ours->matrix,
                        ours->matrix.target.w[0][0] == ours->weights.w[0][0] ? &silence : &ours->weights);
    steady_block(ours);
}

/* What a switch costs once: new weights, and the first frame of their ramp. */
static void switch_block(void *state)
{
    struct ours *ours = state;
    const float *in[LAYOUT_CHANNELS_MAX];

    for (size_t c = 0; c < LAYOUT_CHANNELS_MAX; c++)
        in[c] = ours->buffers.in[c];
    matrix_retarget(&ours->matrix, &ours->weights);
    matrix_process(&ours->matrix, in, ours->buffers.out, 1);
}

static void open_ours(struct ours *ours, const struct matrix_weights *weights, uint32_t ramp_frames,
                      enum simd_level level)
{
    ours->weights = *weights;
    ours->buffers = buffers_of(weights->inputs, weights->outputs, 0);
    matrix_init(&ours->matrix, weights->outputs, weights->inputs, ramp_frames);
    (void)matrix_use(&ours->matrix, simd_best(level));
    matrix_retarget(&ours->matrix, weights);
    steady_block(ours);
}

static double largest_difference(size_t outputs)
{
    double largest = 0;

    for (size_t o = 0; o < outputs; o++)
        for (size_t i = 0; i < FRAMES; i++)
            largest = fmax(largest, fabs((double)out_samples[0][o][i] - (double)out_samples[1][o][i]));
    return largest;
}

/* What it does with an impulse in each channel: its matrix. */
static void ask_matrix(struct spa_mixer *mixer, const struct peer_buffers *buffers, struct matrix_weights *ret_weights)
{
    static float keep[LAYOUT_CHANNELS_MAX][FRAMES];

    memcpy(keep, in_samples, sizeof keep);
    memset(in_samples, 0, sizeof in_samples);
    *ret_weights = (struct matrix_weights){.inputs = buffers->inputs, .outputs = buffers->outputs};
    for (size_t i = 0; i < buffers->inputs; i++) {
        in_samples[i][FRAMES / 2] = 1;
        spa_mixer_block(mixer);
        in_samples[i][FRAMES / 2] = 0;
        for (size_t o = 0; o < buffers->outputs; o++)
            ret_weights->w[o][i] = buffers->out[o][FRAMES / 2];
    }
    memcpy(in_samples, keep, sizeof keep);
}

static void put_mixer(struct json_object *entry, struct spa_mixer *mixer, const struct layout *from,
                      const struct peer_buffers *buffers)
{
    struct json_object *lost = json_object_new_array();
    struct matrix_weights theirs;

    ask_matrix(mixer, buffers, &theirs);
    for (size_t i = 0; i < theirs.inputs; i++) {
        float sum = 0;
        for (size_t o = 0; o < theirs.outputs; o++)
            sum += fabsf(theirs.w[o][i]);
        if (sum == 0)
            (void)json_object_array_add(lost, json_object_new_string(layout_channel_name(from->channels[i])));
    }
    /* With fewer channels it has less to do: the ratio is then against a peer that leaves work out. */
    (void)json_object_object_add(entry, "pipewire_channels_lost", lost);
    spa_mixer_block(mixer);
    open_ours(&steady, &theirs, 1, SIMD_LEVELS_);
    steady_block(&steady);
    bench_put_double(entry, "largest_difference_pipewire", largest_difference(theirs.outputs));
}

/* "sse2_ns", and "ratio_vs_PEER_sse2" for each peer that took part. */
static void put_level(struct json_object *entry, const struct contestant *level, const struct contestant *peers,
                      size_t count)
{
    char key[64];

    (void)snprintf(key, sizeof key, "%s_ns", level->name);
    bench_put_double(entry, key, level->ns);
    for (size_t i = 0; i < count; i++) {
        (void)snprintf(key, sizeof key, "ratio_vs_%s_%s", peers[i].name, level->name);
        if (peers[i].block)
            bench_put_double(entry, key, level->ns / peers[i].ns);
    }
}

/* `all`: ours without a ramp, two peers; then one for each level, in the order of simd.h. */
static void put_ours(struct json_object *entry, const struct contestant *all, const struct contestant *levels)
{
    const struct contestant *best = &levels[simd_best(SIMD_LEVELS_)], *peers = &all[1];

    bench_put_double(entry, "ns", best->ns);
    bench_put_double(entry, "scalar_ns", levels[SIMD_SCALAR].ns);
    bench_put_double(entry, "steady_ns", all[0].ns);
    bench_put_text(entry, "kernel", best->name);
    for (size_t level = SIMD_SCALAR + 1; level < SIMD_LEVELS_; level++)
        if (levels[level].block)
            put_level(entry, &levels[level], peers, 2);
    bench_put_peer(entry, best->ns, &peers[0]);
    bench_put_peer(entry, best->ns, &peers[1]);
}

static void compete(struct json_object *entry, const struct matrix_weights *weights, struct swresample *swresample,
                    struct spa_mixer *mixer)
{
    struct contestant all[3 + SIMD_LEVELS_] = {
        {.name = "steady", .block = steady_block, .state = &steady},
        {.name = "swresample", .block = swresample ? swresample_block : NULL, .state = swresample},
        {.name = "pipewire", .block = mixer ? spa_mixer_block : NULL, .state = mixer},
    };
    struct contestant one = {.name = "switch", .block = switch_block, .state = &steady};

    open_ours(&steady, weights, 1, SIMD_LEVELS_);
    for (int level = 0; level < SIMD_LEVELS_; level++) {
        open_ours(&ramps[level], weights, CONTEST_RATE, (enum simd_level)level);
        all[3 + level] = (struct contestant){.name = simd_name((enum simd_level)level),
                                             .block = simd_has((enum simd_level)level) ? ramp_block : NULL,
                                             .state = &ramps[level]};
    }
    contest(all, sizeof all / sizeof all[0], FRAMES);
    put_ours(entry, all, all + 3);
    contest(&one, 1, 1);
    bench_put_double(entry, "switch_ns", one.ns);
}

static struct json_object *measure(const struct matrix_weights *weights, const struct layout *from,
                                   const struct layout *to)
{
    const struct peer_buffers buffers = buffers_of(weights->inputs, weights->outputs, 1);
    const char *no_swresample = NULL, *no_pipewire = NULL;
    struct json_object *entry = json_object_new_object();
    struct swresample *swresample = swresample_open(&buffers, weights, &no_swresample);
    struct spa_mixer *mixer = spa_mixer_open(&buffers, from, to, &no_pipewire);

    compete(entry, weights, swresample, mixer);
    if (swresample) {
        open_ours(&steady, weights, 1, SIMD_LEVELS_);
        steady_block(&steady);
        swresample_block(swresample);
        bench_put_double(entry, "largest_difference", largest_difference(weights->outputs));
    } else {
        bench_put_text(entry, "no_swresample", no_swresample);
    }
    if (mixer)
        put_mixer(entry, mixer, from, &buffers);
    else
        bench_put_text(entry, "no_pipewire", no_pipewire);
    swresample_close(swresample);
    spa_mixer_close(mixer);
    return entry;
}

void bench_matrix(struct json_object *all)
{
    static const struct fold folds[] = {
        {"matrix_51_2", "5.1", "2"},
        {"matrix_51_4", "5.1", "4"},
        {"matrix_714_2", "7.1.4", "2"},
        {"matrix_714_6", "7.1.4", "5.1"},
    };

    for (size_t c = 0; c < LAYOUT_CHANNELS_MAX; c++)
        for (size_t i = 0; i < FRAMES; i++)
            in_samples[c][i] = bench_sample(c, i);
    for (size_t f = 0; f < sizeof folds / sizeof folds[0]; f++) {
        struct layout from, to;
        struct speakers speakers;
        struct decide_policy policy;
        struct decision decision;

        decide_policy_default(&policy);
        if (layout_named(folds[f].source, &from) != 0 || speakers_preset(folds[f].speakers, &speakers) != 0)
            continue;
        speakers_ports(&speakers, &to);
        decide(&from, &speakers, &policy, &decision);
        (void)json_object_object_add(all, folds[f].key, measure(&decision.matrix, &from, &to));
    }
}
