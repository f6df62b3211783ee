/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_AUDIO_DECIDE_COEFFICIENTS_H
#define FASCIA_AUDIO_DECIDE_COEFFICIENTS_H

#include <stddef.h>

#include "stack/base/text.h"

/*
 * Weights of a fold-down, by the part a channel plays. All are linear, into the near side's front unless said
 * otherwise; a front has 1. They are data: four published sets, or a file.
 */

struct coefficients {
    char name[32];   /* of the preset, or of the file */
    float centre;    /* into each front */
    float lfe;       /* into each front, where the policy folds the LFE */
    float surround;  /* side or rear pair, into the front of its side */
    float rear;      /* of two pairs the one that is behind, into the front */
    float join;      /* a surround pair without speakers, into the other pair, which has some */
    float top_front; /* into the front below */
    float top_rear;  /* into the front; into the surround below it is 1 when there is one */
    float top_side;  /* into the front */
    float mono;      /* the sum of left and right, into one speaker */
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
