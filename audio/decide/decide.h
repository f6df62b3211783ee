/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_AUDIO_DECIDE_DECIDE_H
#define FASCIA_AUDIO_DECIDE_DECIDE_H

#include <stdbool.h>
#include <stdint.h>

#include "audio/decide/coefficients.h"
#include "audio/layout/speakers.h"
#include "audio/render/matrix.h"

/*
 * How a programme is rendered on the speakers that there are: a pure, total, deterministic function of the programme's
 * layout, the speakers and a policy. The policy is an ordered list; the first rule that fits is taken:
 *
 *   discrete   each channel has a speaker of its own
 *   partial    channels without a speaker are folded into their neighbours; needs more places than two fronts
 *   quad       fronts and one surround pair: ITU-R BS.775-3 Annex 4, "2/2". Other speakers are silent, but an LFE's
 *   virtual    two outputs stand for all: headphones by head-related transfer functions; loudspeakers by crosstalk
 *              cancellation, which somebody must have asked for
 *   stereo     fronts only: "2/0", Lo/Ro. Other speakers are silent, but an LFE's
 *   ltrt       the same, encoded so that a matrix decoder finds the surrounds again: Lt/Rt
 *   mono       one signal: "1/0", from the centre, or from both fronts, or from the one speaker that there is
 *   refuse     nothing is played, and the reason says why
 *
 * The four folds are one rule with a choice of speakers, so partial on a cabin of four is what quad is. Where the
 * policy would come to quad next, partial leaves it such a cabin, so that the record says what it is.
 *
 * A channel is lost only when the policy says so (lfe: drop, a weight of zero, an outright refusal), and then `lost`
 * names it. With the default policy nothing is refused as long as there is one full-range speaker.
 */

enum decide_mode {
    DECIDE_DISCRETE,
    DECIDE_PARTIAL,
    DECIDE_QUAD,
    DECIDE_VIRTUAL,
    DECIDE_STEREO,
    DECIDE_LTRT,
    DECIDE_MONO,
    DECIDE_REFUSE,
    DECIDE_MODES_
};

enum decide_lfe {
    DECIDE_LFE_MINUS6, /* into the fronts at the coefficient set's weight, -6 dB by default */
    DECIDE_LFE_DROP,   /* left out, and reported */
    DECIDE_LFE_MANAGE, /* as MINUS6; besides, the bass of small speakers goes to those that can play it */
    DECIDE_LFES_
};

enum decide_filters { DECIDE_FILTERS_NONE, DECIDE_FILTERS_HEADPHONES, DECIDE_FILTERS_CROSSTALK };

struct decide_rule {
    enum decide_mode mode;
    unsigned min_speakers; /* full-range ones; the rule does not fit with fewer. 0: no limit */
};

struct decide_policy {
    struct decide_rule rules[DECIDE_MODES_]; /* each mode once at most */
    size_t count;                            /* refuse is what is left when none fits, also when it is not listed */
    unsigned min_speakers; /* from so many full-range speakers on a multichannel programme counts as spatial */
    enum decide_lfe lfe;
    struct coefficients coefficients;
    float dialogue_db;              /* added to the centre channel wherever it goes */
    float lfe_db;                   /* added to the LFE wherever it goes */
    float makeup_db[DECIDE_MODES_]; /* added to all of a mode, so that modes are equally loud */
    bool crosstalk;                 /* virtual is allowed on two loudspeakers */
    bool upmix;                     /* a stereo programme also plays from surround speakers, by a matrix decoder */
    /* What virtual would cost; all zero: there are no filters, and the mode does not fit. */
    struct decide_virtual {
        bool headphones, crosstalk; /* which there are */
        bool coming;                /* none yet, they are being made: for the reason */
        uint32_t latency_frames;
        float worst_gain_db;
    } virtual_cost;
};

#define DECIDE_REASON_SIZE 256

struct decision {
    enum decide_mode mode;
    enum decide_filters filters; /* virtual: which; the matrix then holds what is left beside them (an LFE's speaker) */
    bool upmix;                  /* surround speakers play what a matrix decoder finds; their rows are zero */
    bool spatial; /* more than two channels (LFE apart) are discrete, partial or quad on min_speakers, or are virtual */
    size_t full_range; /* speakers that the mode plays from, as min_speakers counts them; 0: virtual, mono, refuse */
    /* virtual: what each channel is multiplied by on its way into the filters, linear; 0: it does not go there. The
     * filters themselves then have the LFE at 1. All zero otherwise. */
    float filters_gain[LAYOUT_CHANNELS_MAX];
    struct matrix_weights matrix;    /* outputs: speakers; inputs: channels of the source; all zero when refused */
    uint32_t latency_frames;         /* added by the mode; the limiter's is not in it */
    double worst_gain_db;            /* largest row sum: every channel at full scale and in phase; 0 when refused */
    double expected_gain_db;         /* the same for channels that have nothing in common: root of the sum of squares */
    float makeup_db;                 /* of the mode; it is in the matrix and in both gains */
    struct layout lost;              /* channels of the source that no speaker plays */
    char reason[DECIDE_REASON_SIZE]; /* one sentence; with what has passed over the rules before it */
};

/** "discrete", "partial", …, by enum decide_mode; "minus6", …, by enum decide_lfe; NULL ends either. */
extern const char *const decide_mode_names[DECIDE_MODES_ + 1];
extern const char *const decide_lfe_names[DECIDE_LFES_ + 1];

/** One of the modes' names; "?" out of range. */
const char *decide_mode_name(enum decide_mode mode);

/** The inverse. Returns 0 or -ENOENT. */
int decide_mode_parse(const char *name, enum decide_mode *ret_mode);

/** "none", "headphones", "crosstalk"; "?" out of range. */
const char *decide_filters_name(enum decide_filters filters);

/**
 * The default policy: all modes in the order above, ltrt left out, bs775, lfe minus6. No rule has a threshold: the
 * number 6 that the public question of docs/audio.md names (no vendor states one) says what *counts* as spatial
 * (min_speakers), not what is played. A cabin of five sounds better with its five than with four of them.
 */
void decide_policy_default(struct decide_policy *ret_policy);

/** Returns 0, or -EINVAL and in `message` which rule or number is wrong. */
int decide_policy_check(const struct decide_policy *policy, struct fascia_text *message);

/**
 * Decides. Any source and any speakers are allowed, none too (refused), and speakers that play no channel of a
 * programme (silent). The policy has passed decide_policy_check().
 */
void decide(const struct layout *source, const struct speakers *speakers, const struct decide_policy *policy,
            struct decision *ret_decision);

#endif
