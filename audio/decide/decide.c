/* SPDX-License-Identifier: Apache-2.0 */
#include "audio/decide/decide.h"

#include <math.h>
#include <string.h>

static const float MINUS_3_DB = 0.70710678F;
static const float MINUS_6_DB = 0.5F;

/* Every fold ends in these four; where there are no surround speakers, their share is already in the fronts. */
enum bus { BUS_FRONT_LEFT, BUS_FRONT_RIGHT, BUS_SURROUND_LEFT, BUS_SURROUND_RIGHT, BUSES_ };

const char *decide_mode_name(enum decide_mode mode)
{
    static const char *const names[DECIDE_MODES_] = {
        [DECIDE_DISCRETE] = "discrete", [DECIDE_QUAD] = "quad",     [DECIDE_STEREO] = "stereo",
        [DECIDE_MONO] = "mono",         [DECIDE_REFUSE] = "refuse",
    };
    return (unsigned)mode < DECIDE_MODES_ ? names[mode] : "?";
}

const struct layout *decide_source_layout(enum audio_source source)
{
    static const struct layout layouts[AUDIO_SOURCES_] = {
        [AUDIO_SOURCE_51] = {{LAYOUT_FL, LAYOUT_FR, LAYOUT_FC, LAYOUT_LFE, LAYOUT_SL, LAYOUT_SR}, 6},
    };
    return &layouts[source];
}

int decide_speakers(const struct audio_config *config, struct layout *ret_speakers, struct fascia_text *message)
{
    struct layout speakers = {.count = 0};

    for (size_t i = 0; i < config->speakers_count; i++) {
        enum layout_channel channel;
        int r = layout_channel_parse(config->speakers[i], &channel);
        if (r == 0)
            r = layout_add(&speakers, channel);
        if (r != 0) {
            fascia_text_add(message, "audio.speakers: \"%s\" is %s", config->speakers[i],
                            r == LAYOUT_E_UNKNOWN     ? "not the name of a channel"
                            : r == LAYOUT_E_DUPLICATE ? "named twice"
                                                      : "one too many");
            return r;
        }
    }
    *ret_speakers = speakers;
    return 0;
}

/* --- what a channel adds to the buses ------------------------------------------------------------------------- */

struct fold {
    float to[BUSES_];
};

static enum bus front_of(enum layout_side side)
{
    return side == LAYOUT_SIDE_LEFT ? BUS_FRONT_LEFT : BUS_FRONT_RIGHT;
}

static enum bus surround_of(enum layout_side side)
{
    return side == LAYOUT_SIDE_LEFT ? BUS_SURROUND_LEFT : BUS_SURROUND_RIGHT;
}

static void to_both(struct fold *fold, enum bus left, enum bus right, float weight)
{
    fold->to[left] = weight;
    fold->to[right] = weight;
}

/* ITU-R BS.775-3 Annex 4, "2/0". */
static struct fold fold_stereo(enum layout_channel channel, enum audio_lfe lfe)
{
    const struct layout_position *position = layout_channel_position(channel);
    struct fold fold = {{0}};

    switch (position->role) {
    case LAYOUT_ROLE_FRONT:
    case LAYOUT_ROLE_TOP_FRONT:
    case LAYOUT_ROLE_TOP_SIDE:
        fold.to[front_of(position->side)] = 1;
        break;
    case LAYOUT_ROLE_CENTRE:
        to_both(&fold, BUS_FRONT_LEFT, BUS_FRONT_RIGHT, MINUS_3_DB);
        break;
    case LAYOUT_ROLE_LFE:
        if (lfe == AUDIO_LFE_MINUS6)
            to_both(&fold, BUS_FRONT_LEFT, BUS_FRONT_RIGHT, MINUS_6_DB);
        break;
    case LAYOUT_ROLE_SURROUND:
        if (position->side == LAYOUT_SIDE_CENTRE)
            to_both(&fold, BUS_FRONT_LEFT, BUS_FRONT_RIGHT, MINUS_6_DB);
        else
            fold.to[front_of(position->side)] = MINUS_3_DB;
        break;
    case LAYOUT_ROLE_TOP_REAR:
        fold.to[front_of(position->side)] = MINUS_3_DB;
        break;
    case LAYOUT_ROLES_:
        break;
    }
    return fold;
}

/* "2/2". `discrete`: the speakers have this surround channel (under this label or the other). */
static struct fold fold_quad(enum layout_channel channel, enum audio_lfe lfe, bool discrete)
{
    const struct layout_position *position = layout_channel_position(channel);
    struct fold fold = {{0}};

    switch (position->role) {
    case LAYOUT_ROLE_SURROUND:
        if (position->side == LAYOUT_SIDE_CENTRE)
            to_both(&fold, BUS_SURROUND_LEFT, BUS_SURROUND_RIGHT, MINUS_3_DB);
        else
            fold.to[surround_of(position->side)] = discrete ? 1 : MINUS_3_DB;
        break;
    case LAYOUT_ROLE_TOP_SIDE:
        fold.to[front_of(position->side)] = MINUS_3_DB;
        fold.to[surround_of(position->side)] = MINUS_3_DB;
        break;
    case LAYOUT_ROLE_TOP_REAR:
        fold.to[surround_of(position->side)] = 1;
        break;
    case LAYOUT_ROLE_FRONT:
    case LAYOUT_ROLE_CENTRE:
    case LAYOUT_ROLE_LFE:
    case LAYOUT_ROLE_TOP_FRONT:
    case LAYOUT_ROLES_:
        fold = fold_stereo(channel, lfe);
        break;
    }
    return fold;
}

/* "1/0" is the sum of 2/0 at -3 dB, which gives Annex 4's figures; the LFE goes to the one speaker at its own level. */
static float fold_mono(enum layout_channel channel, enum audio_lfe lfe)
{
    struct fold fold = fold_stereo(channel, lfe);

    switch (layout_channel_position(channel)->role) {
    case LAYOUT_ROLE_LFE:
        return fold.to[BUS_FRONT_LEFT];
    case LAYOUT_ROLE_CENTRE:
        return 1; /* 2 * .7071 * .7071, without its rounding */
    case LAYOUT_ROLE_FRONT:
    case LAYOUT_ROLE_SURROUND:
    case LAYOUT_ROLE_TOP_FRONT:
    case LAYOUT_ROLE_TOP_SIDE:
    case LAYOUT_ROLE_TOP_REAR:
    case LAYOUT_ROLES_:
        break;
    }
    return MINUS_3_DB * (fold.to[BUS_FRONT_LEFT] + fold.to[BUS_FRONT_RIGHT]);
}

/* --- which mode fits ------------------------------------------------------------------------------------------ */

static bool has_role(const struct layout *layout, enum layout_role role)
{
    for (size_t i = 0; i < layout->count; i++)
        if (layout_channel_position(layout->channels[i])->role == role)
            return true;
    return false;
}

static bool has_pair(const struct layout *layout, enum layout_channel left, enum layout_channel right)
{
    return layout_find(layout, left) >= 0 && layout_find(layout, right) >= 0;
}

static bool is_discrete(const struct layout *source, const struct layout *speakers, enum audio_lfe lfe)
{
    for (size_t i = 0; i < source->count; i++) {
        enum layout_channel channel = source->channels[i];
        bool dropped = channel == LAYOUT_LFE && lfe == AUDIO_LFE_DROP;
        if (!dropped && layout_find_speaker(speakers, source, channel) < 0)
            return false;
    }
    return true;
}

static enum decide_mode choose_mode(const struct layout *source, const struct layout *speakers, enum audio_lfe lfe)
{
    if (source->count == 0 || speakers->count == 0)
        return DECIDE_REFUSE;
    if (is_discrete(source, speakers, lfe) &&
        !(source->count == 1 && source->channels[0] == LAYOUT_LFE && layout_find(speakers, LAYOUT_LFE) < 0))
        return DECIDE_DISCRETE;
    if (speakers->count == 4 && has_pair(speakers, LAYOUT_FL, LAYOUT_FR) &&
        (has_pair(speakers, LAYOUT_SL, LAYOUT_SR) || has_pair(speakers, LAYOUT_RL, LAYOUT_RR)))
        return DECIDE_QUAD;
    if (speakers->count == 2 && has_pair(speakers, LAYOUT_FL, LAYOUT_FR))
        return DECIDE_STEREO;
    if (speakers->count == 1 && !has_role(speakers, LAYOUT_ROLE_LFE))
        return DECIDE_MONO;
    return DECIDE_REFUSE;
}

/* --- the matrix ----------------------------------------------------------------------------------------------- */

static void put_bus(struct matrix_weights *m, const struct layout *speakers, enum layout_channel channel, size_t input,
                    float weight)
{
    int output = layout_find(speakers, channel);
    if (output >= 0)
        m->w[output][input] = weight;
}

static void put_fold(struct matrix_weights *m, const struct layout *speakers, size_t input, const struct fold *fold)
{
    bool rear = layout_find(speakers, LAYOUT_RL) >= 0;

    put_bus(m, speakers, LAYOUT_FL, input, fold->to[BUS_FRONT_LEFT]);
    put_bus(m, speakers, LAYOUT_FR, input, fold->to[BUS_FRONT_RIGHT]);
    put_bus(m, speakers, rear ? LAYOUT_RL : LAYOUT_SL, input, fold->to[BUS_SURROUND_LEFT]);
    put_bus(m, speakers, rear ? LAYOUT_RR : LAYOUT_SR, input, fold->to[BUS_SURROUND_RIGHT]);
}

static void fill_column(struct decision *d, const struct layout *source, const struct layout *speakers,
                        enum audio_lfe lfe, size_t input)
{
    enum layout_channel channel = source->channels[input];
    int speaker = layout_find_speaker(speakers, source, channel);
    struct fold fold;

    switch (d->mode) {
    case DECIDE_DISCRETE:
        if (speaker >= 0)
            d->matrix.w[speaker][input] = 1;
        break;
    case DECIDE_QUAD:
        fold = fold_quad(channel, lfe, speaker >= 0);
        put_fold(&d->matrix, speakers, input, &fold);
        break;
    case DECIDE_STEREO:
        fold = fold_stereo(channel, lfe);
        put_fold(&d->matrix, speakers, input, &fold);
        break;
    case DECIDE_MONO:
        d->matrix.w[0][input] = fold_mono(channel, lfe);
        break;
    case DECIDE_REFUSE:
    case DECIDE_MODES_:
        break;
    }
}

static void find_lost(struct decision *d, const struct layout *source)
{
    for (size_t i = 0; i < source->count; i++) {
        bool heard = false;
        for (size_t o = 0; o < d->matrix.outputs; o++)
            heard = heard || d->matrix.w[o][i] != 0;
        if (!heard)
            (void)layout_add(&d->lost, source->channels[i]); /* cannot fail: channels of a layout are distinct */
    }
}

static double worst_gain_db(const struct matrix_weights *m)
{
    double worst = 0;

    for (size_t o = 0; o < m->outputs; o++) {
        double sum = 0;
        for (size_t i = 0; i < m->inputs; i++)
            sum += fabs((double)m->w[o][i]);
        worst = fmax(worst, sum);
    }
    return worst > 0 ? 20 * log10(worst) : 0;
}

static void explain(struct decision *d, const struct layout *source, const struct layout *speakers)
{
    static const char *const why[DECIDE_MODES_] = {
        [DECIDE_DISCRETE] = "each channel of the programme has a speaker of its own",
        [DECIDE_QUAD] = "fronts and surrounds have speakers, the rest is folded (ITU-R BS.775-3, 2/2)",
        [DECIDE_STEREO] = "there are two front speakers, all is folded (ITU-R BS.775-3, 2/0)",
        [DECIDE_MONO] = "there is one speaker, all is folded (ITU-R BS.775-3, 1/0)",
        [DECIDE_REFUSE] = "no mode fits these speakers",
    };
    struct fascia_text text;

    fascia_text_init(&text, d->reason, sizeof d->reason);
    if (source->count == 0 || speakers->count == 0) {
        fascia_text_add(&text, "%s", source->count == 0 ? "the programme has no channel" : "there is no speaker");
        return;
    }
    fascia_text_add(&text, "%s", why[d->mode]);
    if (d->mode != DECIDE_REFUSE && layout_find(&d->lost, LAYOUT_LFE) >= 0)
        fascia_text_add(&text, "; LFE is left out by configuration");
}

void decide(const struct layout *source, const struct layout *speakers, enum audio_lfe lfe,
            struct decision *ret_decision)
{
    struct decision d = {.mode = choose_mode(source, speakers, lfe)};

    d.matrix.outputs = speakers->count;
    d.matrix.inputs = source->count;
    for (size_t i = 0; i < source->count; i++)
        fill_column(&d, source, speakers, lfe, i);
    find_lost(&d, source);
    d.worst_gain_db = worst_gain_db(&d.matrix);
    explain(&d, source, speakers);
    *ret_decision = d;
}
