/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_AUDIO_RENDER_FILTERS_H
#define FASCIA_AUDIO_RENDER_FILTERS_H

#include "audio/virtual/filters.h"

/* A programme's way to two outputs by convolution: audio/virtual/convolver.h, and where its results go. */

#define FILTERS_CHUNK 256 /* frames at a time */

struct convolver;

struct filters {
    struct convolver *convolver; /* NULL: there are none */
    size_t left, right;          /* outputs */
    float made[2][FILTERS_CHUNK];
};

/** `partition` as in struct render_recipe. Control thread. Returns 0 or what convolver_new() returns. */
int filters_init(struct filters *f, const struct virtual_filters *filters, uint32_t partition);
void filters_finish(struct filters *f);

/** Adds to out[left] and out[right]. Sound thread. */
void filters_run(struct filters *f, const float *const *in, float (*out)[FILTERS_CHUNK], size_t frames);

#endif
