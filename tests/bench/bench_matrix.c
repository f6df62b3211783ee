/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Our matrix, steady and on a ramp, against libswresample with the same weights, in one run on hot buffers:
 * nanoseconds per frame (all outputs), best of several rounds. Ratios travel between machines, nanoseconds do not.
 * Exit status 77 when the peer is not installed.
 */
#include <json-c/json.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#ifdef HAVE_SWRESAMPLE
#include <libavutil/channel_layout.h>
#include <libswresample/swresample.h>
#endif

#include "audio/decide/decide.h"
#include "audio/render/matrix.h"

#define RATE   48000
#define FRAMES 1024
#define BLOCKS 2000 /* per round */
#define ROUNDS 9

static float in_samples[LAYOUT_CHANNELS_MAX][FRAMES], out_samples[LAYOUT_CHANNELS_MAX][FRAMES];
static struct matrix m;

static double now_ns(void)
{
    struct timespec now = {0};

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

typedef void (*block_fn)(void *userdata);

static double best_ns_per_frame(block_fn block, void *userdata)
{
    double best = HUGE_VAL;

    for (int round = 0; round < ROUNDS; round++) {
        double begin = now_ns();
        for (int i = 0; i < BLOCKS; i++)
            block(userdata);
        best = fmin(best, (now_ns() - begin) / ((double)BLOCKS * FRAMES));
    }
    return best;
}

static void process(float (*to)[FRAMES])
{
    const float *in[LAYOUT_CHANNELS_MAX];
    float *out[LAYOUT_CHANNELS_MAX];

    for (size_t i = 0; i < LAYOUT_CHANNELS_MAX; i++) {
        in[i] = in_samples[i];
        out[i] = to[i];
    }
    matrix_process(&m, in, out, FRAMES);
}

static void steady_block(void *userdata)
{
    (void)userdata;
    process(out_samples);
}

/* Every block is all ramp: to the weights and back to silence in turn. */
static void ramp_block(void *userdata)
{
    static const struct matrix_weights silence = {0};
    const struct matrix_weights *weights = userdata;

    matrix_retarget(&m, m.target.w[0][0] == weights->w[0][0] ? &silence : weights);
    process(out_samples);
}

#ifdef HAVE_SWRESAMPLE
static float peer_samples[LAYOUT_CHANNELS_MAX][FRAMES];

static void peer_block(void *userdata)
{
    const uint8_t *in[LAYOUT_CHANNELS_MAX];
    uint8_t *out[LAYOUT_CHANNELS_MAX];

    for (size_t i = 0; i < LAYOUT_CHANNELS_MAX; i++) {
        in[i] = (const uint8_t *)in_samples[i];
        out[i] = (uint8_t *)peer_samples[i];
    }
    (void)swr_convert(userdata, out, FRAMES, in, FRAMES);
}

static struct SwrContext *open_peer(const struct matrix_weights *weights)
{
    AVChannelLayout from = AV_CHANNEL_LAYOUT_5POINT1, to = AV_CHANNEL_LAYOUT_STEREO;
    double table[2 * 6];
    struct SwrContext *swr = NULL;

    for (size_t o = 0; o < 2; o++)
        for (size_t i = 0; i < 6; i++)
            table[o * 6 + i] = (double)weights->w[o][i];
    if (swr_alloc_set_opts2(&swr, &to, AV_SAMPLE_FMT_FLTP, RATE, &from, AV_SAMPLE_FMT_FLTP, RATE, 0, NULL) < 0 ||
        swr_set_matrix(swr, table, 6) < 0 || swr_init(swr) < 0)
        return NULL;
    return swr;
}
#endif

/* Nanoseconds of the peer, or 0 without one; `ret_error` is the largest difference of a sample. */
static double measure_peer(const struct matrix_weights *weights, double *ret_error)
{
#ifdef HAVE_SWRESAMPLE
    struct SwrContext *swr = open_peer(weights);
    if (!swr)
        return 0;
    double ns = best_ns_per_frame(peer_block, swr);
    swr_free(&swr);
    *ret_error = 0;
    for (size_t o = 0; o < weights->outputs; o++)
        for (size_t i = 0; i < FRAMES; i++)
            *ret_error = fmax(*ret_error, fabs((double)out_samples[o][i] - (double)peer_samples[o][i]));
    return ns;
#else
    (void)weights;
    *ret_error = 0;
    return 0;
#endif
}

static void print_json(double steady, double ramp, double peer, double error)
{
    struct json_object *all = json_object_new_object(), *entry = json_object_new_object();

    (void)json_object_object_add(entry, "ns", json_object_new_double(ramp));
    (void)json_object_object_add(entry, "steady_ns", json_object_new_double(steady));
    (void)json_object_object_add(entry, "scalar_ns", json_object_new_double(ramp));
    (void)json_object_object_add(entry, "kernel", json_object_new_string(m.kernel->name));
    if (peer > 0) {
        (void)json_object_object_add(entry, "swresample_ns", json_object_new_double(peer));
        (void)json_object_object_add(entry, "ratio_vs_swresample", json_object_new_double(ramp / peer));
        (void)json_object_object_add(entry, "largest_difference", json_object_new_double(error));
    }
    (void)json_object_object_add(all, "matrix_51_2", entry);
    printf("%s\n", json_object_to_json_string_ext(all, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED));
    (void)json_object_put(all);
}

int main(int argc, char **argv)
{
    const bool json = argc > 1 && strcmp(argv[1], "--json") == 0;
    struct layout source, speakers;
    struct decision decision;
    double error = 0;

    (void)layout_named("5.1", &source);
    (void)layout_named("stereo", &speakers);
    decide(&source, &speakers, AUDIO_LFE_MINUS6, &decision);
    for (size_t c = 0; c < LAYOUT_CHANNELS_MAX; c++)
        for (size_t i = 0; i < FRAMES; i++)
            in_samples[c][i] = (float)(0.1 * sin(2 * M_PI * (double)((c + 1) * i) / 97));

    matrix_init(&m, 2, 6, FRAMES);
    double ramp = best_ns_per_frame(ramp_block, &decision.matrix);
    matrix_retarget(&m, &decision.matrix);
    process(out_samples);
    double steady = best_ns_per_frame(steady_block, NULL);
    double peer = measure_peer(&decision.matrix, &error);

    if (json)
        print_json(steady, ramp, peer, error);
    else
        printf("5.1 -> 2, %s: steady %.3f ns/frame, ramp %.3f ns/frame\n", m.kernel->name, steady, ramp);
    if (peer > 0 && !json)
        printf("libswresample: %.3f ns/frame; ours with ramp takes %.2f of it; largest difference %.1e\n", peer,
               ramp / peer, error);
    if (peer > 0)
        return 0;
    (void)fprintf(stderr, "bench_matrix: libswresample is not installed, nothing to compare with\n");
    return 77;
}
