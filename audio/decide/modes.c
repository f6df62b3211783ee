/* SPDX-License-Identifier: Apache-2.0 */
#include "audio/decide/modes.h"

static bool is_lfe(enum layout_channel channel)
{
    return layout_channel_position(channel)->role == LAYOUT_ROLE_LFE;
}

static bool has(const struct layout *layout, enum layout_channel channel)
{
    return layout_find(layout, channel) >= 0;
}

static bool has_pair(const struct layout *layout, enum layout_channel left, enum layout_channel right)
{
    return has(layout, left) && has(layout, right);
}

void question_ask(const struct layout *source, const struct speakers *speakers, const struct decide_policy *policy,
                  struct question *ret_question)
{
    struct question q = {.source = source, .speakers = speakers, .policy = policy};

    for (size_t i = 0; i < speakers->count; i++)
        if (speakers->at[i].plays < LAYOUT_AUX0) /* nor what is no channel at all: speakers_check() was not asked */
            (void)layout_add(&q.plays, speakers->at[i].plays); /* what is there already stays once */
    for (size_t i = 0; i < q.plays.count; i++)
        q.places += !is_lfe(q.plays.channels[i]);
    for (size_t i = 0; i < source->count; i++)
        q.programme += !is_lfe(source->channels[i]);
    q.full_range = speakers_full_range(speakers);
    *ret_question = q;
}

bool question_drops(const struct question *q, enum layout_channel channel)
{
    return is_lfe(channel) && q->policy->lfe == DECIDE_LFE_DROP && !has(&q->plays, LAYOUT_LFE) &&
           !has(&q->plays, LAYOUT_LFE2);
}

int question_port(const struct question *q, enum layout_channel channel)
{
    if (!layout_channel_is_aux(channel))
        return -1;
    for (size_t i = 0; i < q->speakers->count; i++)
        if (q->speakers->at[i].channel == channel)
            return (int)i;
    return -1;
}

/* --- which speakers a mode plays from ------------------------------------------------------------------------- */

/* The surround pair of a quad: the one that the programme names, else the one at the sides, where BS.775 has it. */
static bool surround_pair(const struct question *q, enum layout_channel pair[2])
{
    const bool side = has_pair(&q->plays, LAYOUT_SL, LAYOUT_SR), rear = has_pair(&q->plays, LAYOUT_RL, LAYOUT_RR);
    const bool wants_rear = has(q->source, LAYOUT_RL) && !has(q->source, LAYOUT_SL);
    const bool take_rear = rear && (!side || wants_rear);

    pair[0] = take_rear ? LAYOUT_RL : LAYOUT_SL;
    pair[1] = take_rear ? LAYOUT_RR : LAYOUT_SR;
    return side || rear;
}

void mode_targets(const struct question *q, enum decide_mode mode, struct layout *ret_targets)
{
    struct layout targets = {.count = 0};
    enum layout_channel pair[2];

    for (size_t i = 0; i < q->plays.count; i++) {
        const enum layout_channel channel = q->plays.channels[i];
        const bool front = channel == LAYOUT_FL || channel == LAYOUT_FR;
        bool used = is_lfe(channel);
        switch (mode) {
        case DECIDE_DISCRETE:
        case DECIDE_PARTIAL:
            used = true;
            break;
        case DECIDE_QUAD:
            used = used || front || (surround_pair(q, pair) && (channel == pair[0] || channel == pair[1]));
            break;
        case DECIDE_STEREO:
        case DECIDE_LTRT:
            used = used || front;
            break;
        case DECIDE_MONO: /* shares a sum out by itself */
        case DECIDE_VIRTUAL:
        case DECIDE_REFUSE:
        case DECIDE_MODES_:
            break;
        }
        if (used)
            (void)layout_add(&targets, channel);
    }
    *ret_targets = targets;
}

/* --- whether a mode fits -------------------------------------------------------------------------------------- */

static bool fits_discrete(const struct question *q, struct fascia_text *why)
{
    size_t played = 0, missing = 0;
    enum layout_channel first = LAYOUT_MONO;

    for (size_t i = 0; i < q->source->count; i++) {
        const enum layout_channel channel = q->source->channels[i];
        if (layout_find_speaker(&q->plays, q->source, channel) >= 0 || question_port(q, channel) >= 0)
            played++;
        else if (!question_drops(q, channel) && missing++ == 0)
            first = channel;
    }
    if (missing > 1)
        fascia_text_add(why, "%s and %zu more have no speaker", layout_channel_name(first), missing - 1);
    else if (missing == 1)
        fascia_text_add(why, "%s has no speaker", layout_channel_name(first));
    else if (played == 0)
        fascia_text_add(why, "nothing is left to play");
    return missing == 0 && played > 0;
}

static bool fits_partial(const struct question *q, struct fascia_text *why)
{
    if (q->places < 2)
        fascia_text_add(why, "one place to play from");
    else if (q->places == 2 && has_pair(&q->plays, LAYOUT_FL, LAYOUT_FR))
        fascia_text_add(why, "two fronts alone");
    else
        return true;
    return false;
}

static bool fits_quad(const struct question *q, struct fascia_text *why)
{
    enum layout_channel pair[2];

    if (!has_pair(&q->plays, LAYOUT_FL, LAYOUT_FR))
        fascia_text_add(why, "no front pair");
    else if (!surround_pair(q, pair))
        fascia_text_add(why, "no surround pair");
    else
        return true;
    return false;
}

static bool fits_virtual(const struct question *q, struct fascia_text *why)
{
    const struct decide_policy *policy = q->policy;

    if (q->programme <= 2)
        fascia_text_add(why, "nothing to place around");
    else if (!has_pair(&q->plays, LAYOUT_FL, LAYOUT_FR) || q->places != 2)
        fascia_text_add(why, "not two outputs");
    else if (!q->speakers->headphones && !policy->crosstalk)
        fascia_text_add(why, "crosstalk is off");
    else if (q->speakers->headphones ? !policy->virtual_cost.headphones : !policy->virtual_cost.crosstalk)
        fascia_text_add(why, "%s", policy->virtual_cost.coming ? "its filters are being made" : "no filters");
    else
        return true;
    return false;
}

static bool fits_fronts(const struct question *q, struct fascia_text *why)
{
    if (has_pair(&q->plays, LAYOUT_FL, LAYOUT_FR))
        return true;
    fascia_text_add(why, "no front pair");
    return false;
}

static bool fits_mono(const struct question *q, struct fascia_text *why)
{
    if (q->places > 0)
        return true;
    fascia_text_add(why, "no full-range speaker");
    return false;
}

static bool fits_speakers(const struct question *q, const struct decide_rule *rule, struct fascia_text *why)
{
    if (q->full_range < rule->min_speakers && rule->mode != DECIDE_REFUSE) {
        fascia_text_add(why, "%zu of %u speakers", q->full_range, rule->min_speakers);
        return false;
    }
    switch (rule->mode) {
    case DECIDE_DISCRETE:
        return fits_discrete(q, why);
    case DECIDE_PARTIAL:
        return fits_partial(q, why);
    case DECIDE_QUAD:
        return fits_quad(q, why);
    case DECIDE_VIRTUAL:
        return fits_virtual(q, why);
    case DECIDE_STEREO:
    case DECIDE_LTRT:
        return fits_fronts(q, why);
    case DECIDE_MONO:
        return fits_mono(q, why);
    case DECIDE_REFUSE:
        return true;
    case DECIDE_MODES_:
        break;
    }
    return false;
}

/* Two rules of a policy that are the same on a cabin of four: partial, and quad behind it when none between them fits.
 */
static bool is_left_to_quad(const struct question *q)
{
    const struct decide_policy *policy = q->policy;
    enum layout_channel pair[2];
    char words[64];
    size_t i = 0;

    if (q->places != 4 || !has_pair(&q->plays, LAYOUT_FL, LAYOUT_FR) || !surround_pair(q, pair))
        return false;
    while (i < policy->count && policy->rules[i].mode != DECIDE_PARTIAL)
        i++;
    while (++i < policy->count) {
        struct fascia_text why;
        fascia_text_init(&why, words, sizeof words);
        if (fits_speakers(q, &policy->rules[i], &why))
            return policy->rules[i].mode == DECIDE_QUAD;
    }
    return false;
}

bool rule_fits(const struct question *q, const struct decide_rule *rule, struct fascia_text *why)
{
    if (!fits_speakers(q, rule, why))
        return false;
    if (rule->mode != DECIDE_PARTIAL || !is_left_to_quad(q))
        return true;
    fascia_text_add(why, "it would be the same as quad");
    return false;
}
