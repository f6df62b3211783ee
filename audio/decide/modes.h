/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_AUDIO_DECIDE_MODES_H
#define FASCIA_AUDIO_DECIDE_MODES_H

#include "audio/decide/decide.h"

/* What the modes ask of a cabin, and which of its speakers each plays from. */

struct question {
    const struct layout *source;
    const struct speakers *speakers;
    const struct decide_policy *policy;
    struct layout plays; /* what the speakers play, each channel once */
    size_t places;       /* of these, those that are no LFE */
    size_t full_range;   /* speakers_full_range() */
    size_t programme;    /* channels of the source that are no LFE */
};

void question_ask(const struct layout *source, const struct speakers *speakers, const struct decide_policy *policy,
                  struct question *ret_question);

/** True when the policy leaves the LFE out, because no speaker is for it. */
bool question_drops(const struct question *q, enum layout_channel channel);

/** The speaker whose port an AUX channel of the programme names, or -1. */
int question_port(const struct question *q, enum layout_channel channel);

/** Whether a rule fits. When it does not, `why` gets a few words that go on "not quad: ". Of two rules that would
 * render alike (partial and quad on a cabin of four) the one that says what the cabin is fits. */
bool rule_fits(const struct question *q, const struct decide_rule *rule, struct fascia_text *why);

/** The channels that a mode plays from; those of LFE speakers are among them always. */
void mode_targets(const struct question *q, enum decide_mode mode, struct layout *ret_targets);

/** One sentence: what was chosen, and what was not, with the reasons. */
void decision_explain(const struct question *q, size_t rule, struct decision *d);

#endif
