/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_TESTS_PLAYER_H
#define FASCIA_TESTS_PLAYER_H

#include "audio/render/render.h"

/*
 * A renderer with something that plays into it, and an ear at each output: the largest step from one sample to the
 * next, the longest run of zeros, the highest sample.
 */

#define PLAYER_BLOCK  8192
#define PLAYER_PERIOD (192000 / 20)

struct player_ear {
    float last;
    double step, peak;
    size_t zeros, longest_zeros;
};

struct player {
    struct render *render;
    struct render_options options;
    uint32_t rate;
    uint64_t at; /* frames that were played */
    /** The sample of a channel; NULL: all channels of bus 0 play a 20 Hz sine at full scale, each at
     * another phase. */
    float (*sample)(const struct player *player, size_t bus, size_t channel, uint64_t at);
    float period[PLAYER_PERIOD]; /* of the sine */
    struct player_ear ear[RENDER_OUTPUTS_MAX];
    float in[RENDER_BUSES_MAX][LAYOUT_CHANNELS_MAX][PLAYER_BLOCK];
    float out[RENDER_OUTPUTS_MAX][PLAYER_BLOCK];
};

/** One bus of `inputs` channels, and a second of two; ceiling 0 dBTP. Asserts. */
void player_open(struct player *p, size_t inputs, uint32_t rate);
void player_close(struct player *p);

/** A recipe for bus 0 with `outputs` outputs and these weights, row by row; flat and without filters. */
void player_recipe(const struct player *p, size_t outputs, const float *weights, struct render_recipe *ret_recipe);

/** Asserts that it is accepted, and plays it. */
void player_play(struct player *p, const struct render_recipe *recipe);

/** So many frames in blocks of `block` (<= PLAYER_BLOCK); asserts that everything stays at or below the ceiling. */
void player_run(struct player *p, size_t frames, size_t block);

/** Forgets what was heard, not where the signal was. */
void player_forget(struct player *p);

#endif
