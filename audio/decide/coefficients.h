/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_AUDIO_DECIDE_COEFFICIENTS_H
#define FASCIA_AUDIO_DECIDE_COEFFICIENTS_H

#include <stdbool.h>
#include <stddef.h>

#include "stack/base/text.h"

/*
 * Weights of a fold-down, by the part a channel plays. All are linear, into the near side's front unless said
 * otherwise; a front has 1. They are data: four published sets, or a file. Where a set is silent, the preset says in a
 * comment what was put there.
 */

struct coefficients {
    char name[32];         /* of the preset, or of the file */
    float centre;          /* into each front */
    float lfe;             /* into each front, where the policy folds the LFE */
    float surround;        /* side or rear pair, into the front of its side */
    float rear;            /* of two pairs the one that is behind, into the front */
    float join;            /* a surround pair without speakers, into the other pair, which has some; of heights too */
    float top_front;       /* into the front below */
    float top_rear;        /* into the front, where there is nothing behind */
    float top_rear_behind; /* into the rear speaker below, beside what that one plays itself */
    float top_rear_side;   /* into the side speaker below, where there is no rear one; 0: into the front instead */
    float top_side;        /* into the front */
    float top_side_behind; /* into the surround below, when there is one; 0: top_side, half its power to each of both */
    float mono;            /* left and right, into one speaker */
    float single;          /* a programme of one channel, into each front */
    bool split; /* of two surround pairs on one, the side one goes half to the front, half to the pair, and the rear one
                 * to the pair; else the one of the pair's own label plays there and the other joins it */
    bool mean;  /* a speaker labelled MONO plays the mean of all channels, whatever the weights are */
};

enum coefficients_result {
    COEFFICIENTS_E_UNKNOWN = 1, /* no such preset */
    COEFFICIENTS_E_RANGE,       /* not finite, negative, or above 2 */
};

/** "bs775", "bs2127", "android" or "pipewire". Returns 0 or COEFFICIENTS_E_UNKNOWN. */
int coefficients_preset(const char *name, struct coefficients *ret);

size_t coefficients_presets(void);
const char *coefficients_preset_at(size_t i);

/** Returns 0, or COEFFICIENTS_E_RANGE and in `message` which one. */
int coefficients_check(const struct coefficients *coefficients, struct fascia_text *message);

#endif
