/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/bench/audio/peers.h"

#ifdef HAVE_SWRESAMPLE
#include <libavutil/channel_layout.h>
#include <libswresample/swresample.h>
#include <stdlib.h>

#include "tests/bench/audio/contest.h"

struct swresample {
    struct SwrContext *context;
    struct peer_buffers buffers;
};

/* Only the number of channels counts: the matrix is given. */
static struct SwrContext *open_context(const struct peer_buffers *buffers, const struct matrix_weights *weights)
{
    AVChannelLayout from = {0}, to = {0};
    double table[LAYOUT_CHANNELS_MAX * LAYOUT_CHANNELS_MAX];
    struct SwrContext *context = NULL;

    for (size_t o = 0; o < buffers->outputs; o++)
        for (size_t i = 0; i < buffers->inputs; i++)
            table[o * buffers->inputs + i] = (double)weights->w[o][i];
    if (av_channel_layout_from_mask(&from, (UINT64_C(1) << buffers->inputs) - 1) < 0 ||
        av_channel_layout_from_mask(&to, (UINT64_C(1) << buffers->outputs) - 1) < 0)
        return NULL;
    if (swr_alloc_set_opts2(&context, &to, AV_SAMPLE_FMT_FLTP, CONTEST_RATE, &from, AV_SAMPLE_FMT_FLTP, CONTEST_RATE, 0,
                            NULL) < 0 ||
        swr_set_matrix(context, table, (int)buffers->inputs) < 0 || swr_init(context) < 0)
        swr_free(&context);
    return context;
}

struct swresample *swresample_open(const struct peer_buffers *buffers, const struct matrix_weights *weights,
                                   const char **why)
{
    struct swresample *peer = malloc(sizeof *peer);

    *why = "libswresample does not take this matrix";
    if (!peer)
        return NULL;
    peer->buffers = *buffers;
    peer->context = open_context(buffers, weights);
    if (peer->context)
        return peer;
    free(peer);
    return NULL;
}

void swresample_block(void *swresample)
{
    struct swresample *peer = swresample;
    const uint8_t *in[LAYOUT_CHANNELS_MAX];
    uint8_t *out[LAYOUT_CHANNELS_MAX];

    for (size_t i = 0; i < LAYOUT_CHANNELS_MAX; i++) {
        in[i] = (const uint8_t *)peer->buffers.in[i];
        out[i] = (uint8_t *)peer->buffers.out[i];
    }
    (void)swr_convert(peer->context, out, (int)peer->buffers.frames, in, (int)peer->buffers.frames);
}

void swresample_close(struct swresample *swresample)
{
    if (swresample)
        swr_free(&swresample->context);
    free(swresample);
}
#else
struct swresample *swresample_open(const struct peer_buffers *buffers, const struct matrix_weights *weights,
                                   const char **why)
{
    (void)buffers;
    (void)weights;
    *why = "libswresample was not there at build time";
    return NULL;
}

void swresample_block(void *swresample)
{
    (void)swresample;
}

void swresample_close(struct swresample *swresample)
{
    (void)swresample;
}
#endif
