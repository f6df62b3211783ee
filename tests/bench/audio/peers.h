/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_TESTS_BENCH_AUDIO_PEERS_H
#define FASCIA_TESTS_BENCH_AUDIO_PEERS_H

#include <stdbool.h>

#include "audio/render/matrix.h"

/*
 * The other programs that do parts of the same work, each through its public interface. Buffers are planar float32,
 * 64 octets aligned, and the caller's. Each *_open() returns NULL, and in `why` (a literal) the reason, when the peer
 * is not here.
 */

#define PEER_FRAMES_MAX 1024

/* One block after another through the same buffers. */
struct peer_buffers {
    float *in[LAYOUT_CHANNELS_MAX], *out[LAYOUT_CHANNELS_MAX];
    size_t inputs, outputs, frames;
};

/* libswresample with a given matrix. */
struct swresample;
struct swresample *swresample_open(const struct peer_buffers *buffers, const struct matrix_weights *weights,
                                   const char **why);
void swresample_block(void *swresample);
void swresample_close(struct swresample *swresample);

/* PipeWire's audioconvert, loaded from libspa (SPA_PLUGIN_DIR, else the installed one), with its own matrix. */
struct spa_mixer;
struct spa_mixer *spa_mixer_open(const struct peer_buffers *buffers, const struct layout *from, const struct layout *to,
                                 const char **why);
void spa_mixer_block(void *mixer);
void spa_mixer_close(struct spa_mixer *mixer);

/* PipeWire's filter graph (from 1.4 on), loaded from libspa in a folder: the built-in convolver for each pair, and its
 * built-in mixers. ir[input * outputs + output], `taps` floats each. `block`: of its convolution; 0: its own choice. */
struct spa_graph;
struct spa_graph *spa_graph_open(const char *folder, const struct peer_buffers *buffers, size_t taps, size_t block,
                                 const float *const *ir, const char **why);
void spa_graph_block(void *graph);
void spa_graph_close(struct spa_graph *graph);

#endif
