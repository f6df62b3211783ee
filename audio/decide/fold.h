/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_AUDIO_DECIDE_FOLD_H
#define FASCIA_AUDIO_DECIDE_FOLD_H

#include <stdbool.h>

#include "audio/decide/coefficients.h"
#include "audio/layout/layout.h"

/*
 * Where one channel of a programme goes, among the channels that speakers play. One rule for all modes: a mode is a
 * choice of speakers. Every list ends at any speaker at all, so no channel is ever left over.
 */

struct fold {
    const struct layout *source;
    const struct layout *targets; /* that the mode plays from: at least one that is no LFE */
    const struct coefficients *weights;
    bool encode; /* surrounds as a matrix decoder wants them (Lt/Rt) */
};

struct fold_column {
    float w[LAYOUT_CHANNEL_COUNT]; /* of the channel, into each target */
};

/** The weights of a channel of the source; zero for all that are no targets. */
void fold_channel(const struct fold *fold, enum layout_channel channel, struct fold_column *ret_column);

/** The weight of a channel in the sum of all, for one speaker: BS.775-3 Annex 4, "1/0". */
float fold_mono(const struct fold *fold, enum layout_channel channel);

#endif
