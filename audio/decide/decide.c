/* SPDX-License-Identifier: Apache-2.0 */
#include "audio/decide/decide.h"

#include <math.h>
#include <string.h>

#include "audio/decide/fold.h"
#include "audio/decide/modes.h"
#include "stack/base/cleanup.h"

#define HALF_POWER 0.70710678F

static bool is_lfe(enum layout_channel channel)
{
    return layout_channel_position(channel)->role == LAYOUT_ROLE_LFE;
}

static float linear(float db)
{
    return db == 0 ? 1 : (float)pow(10, (double)db / 20);
}

/* --- from the channels that are played to the speakers that play them ----------------------------------------- */

/*
 * Speakers that play the same channel share its power, each 1/sqrt(n): what they play is alike, but they stand apart.
 * Subwoofers are closer to one another than a wavelength, their pressures add up: 1/n. A tweeter and its woofer play
 * different parts of it: each has all.
 */
static float share_of(const struct speakers *speakers, size_t speaker)
{
    const struct speaker *s = &speakers->at[speaker];
    const bool tweeter = speakers_is_tweeter(speakers, speaker);
    size_t n = 0;

    for (size_t i = 0; i < speakers->count; i++)
        n += speakers->at[i].plays == s->plays && speakers_is_tweeter(speakers, i) == tweeter;
    if (n <= 1)
        return 1;
    return speaker_is_lfe(s) ? 1 / (float)n : 1 / sqrtf((float)n);
}

static void put_column(struct decision *d, const struct speakers *speakers, size_t input,
                       const struct fold_column *column)
{
    for (size_t o = 0; o < speakers->count; o++) {
        const enum layout_channel plays = speakers->at[o].plays;
        if (plays < LAYOUT_AUX0 && column->w[plays] != 0)
            d->matrix.w[o][input] = column->w[plays] * share_of(speakers, o);
    }
}

/* --- the modes ------------------------------------------------------------------------------------------------ */

/* One signal for all: from the middle, from a pair, or from the one speaker that there is; the nearer to the front, the
 * better. */
static void mono_shares(const struct question *q, struct fold_column *ret_shares)
{
    static const enum layout_channel places[][2] = {
        {LAYOUT_FC, LAYOUT_FC},   {LAYOUT_MONO, LAYOUT_MONO}, {LAYOUT_FL, LAYOUT_FR}, {LAYOUT_TFL, LAYOUT_TFR},
        {LAYOUT_SL, LAYOUT_SR},   {LAYOUT_TSL, LAYOUT_TSR},   {LAYOUT_RC, LAYOUT_RC}, {LAYOUT_RL, LAYOUT_RR},
        {LAYOUT_TRL, LAYOUT_TRR}, {LAYOUT_FL, LAYOUT_FL},     {LAYOUT_FR, LAYOUT_FR}, {LAYOUT_TFL, LAYOUT_TFL},
        {LAYOUT_TFR, LAYOUT_TFR}, {LAYOUT_SL, LAYOUT_SL},     {LAYOUT_SR, LAYOUT_SR}, {LAYOUT_TSL, LAYOUT_TSL},
        {LAYOUT_TSR, LAYOUT_TSR}, {LAYOUT_RL, LAYOUT_RL},     {LAYOUT_RR, LAYOUT_RR}, {LAYOUT_TRL, LAYOUT_TRL},
        {LAYOUT_TRR, LAYOUT_TRR},
    };
    struct fold_column shares = {{0}};

    for (size_t i = 0; i < FASCIA_ARRAY_SIZE(places); i++) {
        const enum layout_channel a = places[i][0], b = places[i][1];
        if (layout_find(&q->plays, a) >= 0 && layout_find(&q->plays, b) >= 0) {
            shares.w[a] = shares.w[b] = a == b ? 1 : HALF_POWER;
            break;
        }
    }
    *ret_shares = shares;
}

static void mono_column(const struct question *q, const struct fold *fold, enum layout_channel channel,
                        struct fold_column *ret_column)
{
    struct fold_column column;

    if (is_lfe(channel) && fold->targets->count > 0) { /* a speaker for it is there */
        fold_channel(fold, channel, ret_column);
        return;
    }
    mono_shares(q, &column);
    const bool mean = fold->weights->mean && column.w[LAYOUT_MONO] != 0;
    float w = mean ? 1 / (float)q->source->count : fold_mono(fold, channel);
    if (question_drops(q, channel))
        w = 0;
    for (size_t i = 0; i < LAYOUT_CHANNEL_COUNT; i++)
        column.w[i] *= w;
    *ret_column = column;
}

static void fill_column(struct decision *d, const struct question *q, const struct fold *fold, size_t input)
{
    const enum layout_channel channel = q->source->channels[input];
    const int port = question_port(q, channel);
    struct fold_column column = {{0}};

    switch (d->mode) {
    case DECIDE_DISCRETE:
    case DECIDE_PARTIAL:
    case DECIDE_QUAD:
    case DECIDE_STEREO:
    case DECIDE_LTRT:
        if (port >= 0 && (d->mode == DECIDE_DISCRETE || d->mode == DECIDE_PARTIAL)) {
            d->matrix.w[port][input] = 1;
            return;
        }
        if (!question_drops(q, channel))
            fold_channel(fold, channel, &column);
        break;
    case DECIDE_MONO:
        mono_column(q, fold, channel, &column);
        break;
    case DECIDE_VIRTUAL:
        if (is_lfe(channel) && fold->targets->count > 0)
            fold_channel(fold, channel, &column);
        else
            d->filters_gain[input] = question_drops(q, channel) ? 0 : is_lfe(channel) ? fold->weights->lfe : 1;
        break;
    case DECIDE_REFUSE:
    case DECIDE_MODES_:
        break;
    }
    put_column(d, q->speakers, input, &column);
}

/* --- gains ---------------------------------------------------------------------------------------------------- */

/* Of a programme that has a centre among other channels, that is where the dialogue is. */
static float gain_of(const struct question *q, enum layout_channel channel)
{
    if (channel == LAYOUT_FC && q->programme > 1)
        return linear(q->policy->dialogue_db);
    return is_lfe(channel) ? linear(q->policy->lfe_db) : 1;
}

static void apply_gains(struct decision *d, const struct question *q)
{
    d->makeup_db = d->mode == DECIDE_REFUSE ? 0 : q->policy->makeup_db[d->mode];
    const float makeup = linear(d->makeup_db);

    for (size_t i = 0; i < q->source->count; i++) {
        const float gain = makeup * gain_of(q, q->source->channels[i]);
        d->filters_gain[i] *= gain;
        for (size_t o = 0; o < q->speakers->count; o++)
            d->matrix.w[o][i] *= gain;
    }
}

static double to_db(double linear_gain)
{
    return linear_gain > 0 ? 20 * log10(linear_gain) : 0;
}

struct gains {
    double worst, expected; /* linear; 0: silence */
};

static struct gains matrix_gains(const struct matrix_weights *m)
{
    struct gains gains = {0, 0};

    for (size_t o = 0; o < m->outputs; o++) {
        double sum = 0, squares = 0;
        for (size_t i = 0; i < m->inputs; i++) {
            const double w = (double)m->w[o][i];
            sum += fabs(w);
            squares += w * w;
        }
        gains.worst = fmax(gains.worst, sum);
        gains.expected = fmax(gains.expected, sqrt(squares));
    }
    return gains;
}

/*
 * Filters are levelled so that the front pair is as loud as without them: each channel gives either ear half its power
 * on the average. At worst, what the filters say of themselves.
 */
static struct gains filters_gains(const float gain[LAYOUT_CHANNELS_MAX], double filters_worst_db)
{
    double largest = 0, power = 0;

    for (size_t i = 0; i < LAYOUT_CHANNELS_MAX; i++) {
        largest = fmax(largest, (double)gain[i]);
        power += (double)gain[i] * (double)gain[i] / 2;
    }
    const double worst = largest * pow(10, filters_worst_db / 20);
    return (struct gains){.worst = worst, .expected = fmin(sqrt(power), worst)};
}

static void measure(struct decision *d, const struct decide_policy *policy)
{
    struct gains gains = matrix_gains(&d->matrix);

    if (d->mode == DECIDE_VIRTUAL) {
        const struct gains filters = filters_gains(d->filters_gain, (double)policy->virtual_cost.worst_gain_db);
        gains.worst = fmax(gains.worst, filters.worst);
        gains.expected = fmax(gains.expected, filters.expected);
        d->latency_frames = policy->virtual_cost.latency_frames;
    }
    d->worst_gain_db = to_db(gains.worst);
    d->expected_gain_db = to_db(gains.expected);
}

/* --- the record ----------------------------------------------------------------------------------------------- */

static void find_lost(struct decision *d, const struct layout *source)
{
    for (size_t i = 0; i < source->count; i++) {
        bool heard = d->filters_gain[i] != 0;
        for (size_t o = 0; o < d->matrix.outputs; o++)
            heard = heard || d->matrix.w[o][i] != 0;
        if (!heard)
            (void)layout_add(&d->lost, source->channels[i]); /* cannot fail: channels of a layout are distinct */
    }
}

static bool is_stereo(const struct layout *source)
{
    return source->count == 2 && layout_find(source, LAYOUT_FL) >= 0 && layout_find(source, LAYOUT_FR) >= 0;
}

static bool is_upmixed(const struct decision *d, const struct question *q)
{
    const struct layout *plays = &q->plays;
    const bool side = layout_find(plays, LAYOUT_SL) >= 0 && layout_find(plays, LAYOUT_SR) >= 0;
    const bool rear = layout_find(plays, LAYOUT_RL) >= 0 && layout_find(plays, LAYOUT_RR) >= 0;

    return q->policy->upmix && d->mode == DECIDE_DISCRETE && is_stereo(q->source) && (side || rear);
}

static size_t count_full_range(const struct speakers *speakers, const struct layout *targets)
{
    struct speakers used = {.count = 0};

    for (size_t i = 0; i < speakers->count; i++)
        if (layout_find(targets, speakers->at[i].plays) >= 0)
            used.at[used.count++] = speakers->at[i];
    return speakers_full_range(&used);
}

/* Quad leaves other speakers than its four places silent: those do not count. */
static bool is_spatial(const struct decision *d, const struct question *q)
{
    const bool around = d->mode == DECIDE_DISCRETE || d->mode == DECIDE_PARTIAL || d->mode == DECIDE_QUAD;

    if (q->programme <= 2)
        return false;
    return d->mode == DECIDE_VIRTUAL || (around && d->full_range >= q->policy->min_speakers);
}

static bool can_be_asked(const struct question *q)
{
    return q->source->count > 0 && (q->places > 0 || q->programme == 0) && q->plays.count > 0;
}

/* Index of the rule that fits; policy->count: none. */
static size_t choose(const struct question *q)
{
    char words[64];

    for (size_t i = 0; can_be_asked(q) && i < q->policy->count; i++) {
        struct fascia_text why;
        fascia_text_init(&why, words, sizeof words);
        if (rule_fits(q, &q->policy->rules[i], &why))
            return i;
    }
    return q->policy->count;
}

void decide(const struct layout *source, const struct speakers *speakers, const struct decide_policy *policy,
            struct decision *ret_decision)
{
    struct decision d = {.mode = DECIDE_REFUSE};
    struct layout targets;
    struct question q;

    question_ask(source, speakers, policy, &q);
    const size_t rule = choose(&q);
    if (rule < policy->count)
        d.mode = policy->rules[rule].mode;
    if (d.mode == DECIDE_VIRTUAL)
        d.filters = speakers->headphones ? DECIDE_FILTERS_HEADPHONES : DECIDE_FILTERS_CROSSTALK;
    mode_targets(&q, d.mode, &targets);

    const struct fold fold = {
        .source = source,
        .targets = &targets,
        .weights = &policy->coefficients,
        .encode = d.mode == DECIDE_LTRT,
    };
    d.matrix.outputs = speakers->count;
    d.matrix.inputs = source->count;
    for (size_t i = 0; i < source->count; i++)
        fill_column(&d, &q, &fold, i);
    apply_gains(&d, &q);
    find_lost(&d, source);
    measure(&d, policy);
    d.full_range = count_full_range(speakers, &targets);
    d.upmix = is_upmixed(&d, &q);
    d.spatial = is_spatial(&d, &q);
    decision_explain(&q, rule, &d);
    *ret_decision = d;
}
