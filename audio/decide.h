/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_AUDIO_DECIDE_H
#define FASCIA_AUDIO_DECIDE_H

#include <stdint.h>

#include "audio/audio_config.h"
#include "audio/layout.h"
#include "audio/matrix.h"

/*
 * How a programme is rendered on the speakers that there are: a pure, total, deterministic function. The first mode of
 * this order that fits is taken:
 *
 *   discrete  each channel has a speaker of its own
 *   quad      speakers FL FR and one surround pair: ITU-R BS.775-3 Annex 4, "2/2"
 *   stereo    speakers FL FR: "2/0", also called Lo/Ro
 *   mono      one full-range speaker: "1/0"
 *   refuse    anything else
 *
 * Weights of BS.775-3 Annex 4: centre .7071 into both fronts; surround .7071 into the front of its side (2/0), 1 into
 * the surround of its side (2/2), .5 (1/0); fronts 1 (2/0, 2/2), .7071 (1/0); centre 1 (1/0). Mono programme: as a
 * centre. Where a programme has two surround pairs and there is one pair of speakers, the pair that has no speaker
 * joins it at .7071. A rear centre counts as a surround at .7071 to each side. Heights, which BS.775 does not know,
 * fold as in ITU-R BS.2127: top front 1, top side 1, top rear .7071 into the front of their side (2/0); into 2/2 top
 * front joins the fronts, top rear the surrounds at 1, top side both at .7071; 1/0 is .7071 of the sum of 2/0.
 *
 * LFE: BS.775-3 Annex 7 leaves it to the receiver. "minus6" adds it at .5 (-6.02 dB) to each front speaker (or the only
 * one); "drop" leaves it out, and reports it as lost. A speaker that is an LFE plays it discretely under either.
 */

enum decide_mode { DECIDE_DISCRETE, DECIDE_QUAD, DECIDE_STEREO, DECIDE_MONO, DECIDE_REFUSE, DECIDE_MODES_ };

#define DECIDE_REASON_SIZE 160

struct decision {
    enum decide_mode mode;
    struct matrix_weights matrix;    /* outputs: speakers; inputs: channels of the source; all zero when refused */
    uint32_t latency_frames;         /* added by the renderer: a matrix adds none */
    double worst_gain_db;            /* largest row sum: every channel at full scale and in phase; 0 when refused */
    struct layout lost;              /* channels of the source that no speaker plays */
    char reason[DECIDE_REASON_SIZE]; /* one sentence */
};

/** "discrete", "quad", "stereo", "mono", "refuse"; "?" out of range. */
const char *decide_mode_name(enum decide_mode mode);

/** Decides. Any two layouts are allowed, empty ones too (refused). */
void decide(const struct layout *source, const struct layout *speakers, enum audio_lfe lfe,
            struct decision *ret_decision);

/** Layout of the `source:` key. */
const struct layout *decide_source_layout(enum audio_source source);

/**
 * Layout of the `speakers:` key. Returns 0 or a layout_result; on error `message` says which name is wrong.
 */
int decide_speakers(const struct audio_config *config, struct layout *ret_speakers, struct fascia_text *message);

#endif
