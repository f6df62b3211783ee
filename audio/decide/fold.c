/* SPDX-License-Identifier: Apache-2.0 */
#include "audio/decide/fold.h"

#include <string.h>

#include "stack/base/cleanup.h"

#define HALF_POWER 0.70710678F

enum weight {
    W_NONE, /* ends a list */
    W_ONE,
    W_HALF,
    W_CENTRE,
    W_LFE,
    W_SURROUND,      /* surround, or rear for the pair that is behind another one */
    W_SURROUND_PAIR, /* the same for one that goes to both sides */
    W_SURROUND_ONE,  /* the same, into the one speaker in front */
    W_JOIN,
    W_HEIGHT, /* into other heights: 1 for a lone pair, else join */
    W_TOP_FRONT,
    W_TOP_FRONT_ONE,
    W_TOP_REAR,
    W_TOP_REAR_ONE,
    W_TOP_REAR_BEHIND,
    W_TOP_REAR_SIDE,
    W_TOP_SIDE,
    W_TOP_SIDE_BEHIND,
    W_TOP_SIDE_HALF,
    W_TOP_SIDE_ONE,
    W_MONO,
};

/* One place where a channel can go: to one channel, or to two that both must be there. */
struct option {
    enum weight weight;
    enum layout_channel to, also; /* the same: only one */
};

#define OPTIONS_MAX 14
#define C(channel)  LAYOUT_##channel
#define ONE(weight, to)                                                                                                \
    {                                                                                                                  \
        W_##weight, C(to), C(to)                                                                                       \
    }
#define TWO(weight, to, also)                                                                                          \
    {                                                                                                                  \
        W_##weight, C(to), C(also)                                                                                     \
    }

/*
 * In the order of preference: the near side first, fronts in front and rears behind, heights above, and what remains.
 * Left channels and central ones; a right channel has its mirror image's list, mirrored.
 */
static const struct option options[LAYOUT_CHANNEL_COUNT][OPTIONS_MAX] = {
    [C(FL)] = {ONE(MONO, FC), ONE(ONE, TFL), ONE(ONE, TSL), ONE(ONE, SL), ONE(ONE, RL), ONE(ONE, TRL)},
    [C(FC)] = {TWO(CENTRE, FL, FR), ONE(ONE, FL), ONE(ONE, FR), TWO(CENTRE, TFL, TFR), TWO(CENTRE, SL, SR),
               TWO(CENTRE, TSL, TSR), TWO(CENTRE, RL, RR), TWO(CENTRE, TRL, TRR)},
    [C(LFE)] = {ONE(ONE, LFE2), TWO(LFE, FL, FR), ONE(LFE, FC), ONE(LFE, FL), ONE(LFE, FR), TWO(LFE, SL, SR),
                TWO(LFE, RL, RR), TWO(LFE, TFL, TFR), TWO(LFE, TSL, TSR), TWO(LFE, TRL, TRR)},
    /* BS.775-3 Annex 4: "3/1" is .7071 of both. */
    [C(SL)] = {ONE(JOIN, RL), ONE(HALF, RC), ONE(SURROUND, FL), ONE(SURROUND_ONE, FC), ONE(ONE, TRL), ONE(ONE, TSL),
               ONE(ONE, TFL)},
    [C(RL)] = {ONE(JOIN, SL), ONE(HALF, RC), ONE(SURROUND, FL), ONE(SURROUND_ONE, FC), ONE(ONE, TRL), ONE(ONE, TSL),
               ONE(ONE, TFL)},
    [C(RC)] = {TWO(HALF, RL, RR), TWO(HALF, SL, SR), TWO(SURROUND_PAIR, FL, FR), ONE(SURROUND, FC), TWO(HALF, TRL, TRR),
               TWO(HALF, TSL, TSR), TWO(HALF, TFL, TFR)},
    [C(TFL)] = {ONE(HEIGHT, TSL), ONE(TOP_FRONT, FL), ONE(TOP_FRONT_ONE, FC), ONE(HEIGHT, TRL), ONE(ONE, SL),
                ONE(ONE, RL)},
    [C(TSL)] = {TWO(HALF, TFL, TRL), ONE(HEIGHT, TFL), ONE(HEIGHT, TRL), ONE(TOP_SIDE_BEHIND, SL),
                ONE(TOP_SIDE_BEHIND, RL), TWO(TOP_SIDE_HALF, FL, SL), TWO(TOP_SIDE_HALF, FL, RL), ONE(TOP_SIDE, FL),
                ONE(ONE, SL), ONE(ONE, RL), ONE(TOP_SIDE_ONE, FC)},
    [C(TRL)] = {ONE(HEIGHT, TSL), ONE(TOP_REAR_BEHIND, RL), ONE(TOP_REAR_SIDE, SL), ONE(HALF, RC), ONE(HEIGHT, TFL),
                ONE(TOP_REAR, FL), ONE(TOP_REAR_ONE, FC)},
};
#undef ONE
#undef TWO

static enum layout_side side_of(enum layout_channel channel)
{
    return layout_channel_position(channel)->side;
}

static enum layout_role role_of(enum layout_channel channel)
{
    return layout_channel_position(channel)->role;
}

static bool is_target(const struct fold *fold, enum layout_channel channel)
{
    return layout_find(fold->targets, channel) >= 0;
}

/* A speaker labelled MONO is one in the middle. */
static bool find_target(const struct fold *fold, enum layout_channel *channel)
{
    if (*channel == LAYOUT_FC && !is_target(fold, LAYOUT_FC))
        *channel = LAYOUT_MONO;
    return is_target(fold, *channel);
}

/* --- weights -------------------------------------------------------------------------------------------------- */

static bool in_source(const struct fold *fold, enum layout_channel channel)
{
    return layout_find(fold->source, channel) >= 0;
}

/* Of two pairs the one that is behind, which a set can weigh by itself. */
static float surround_weight(const struct fold *fold, enum layout_channel channel)
{
    const bool left = side_of(channel) == LAYOUT_SIDE_LEFT;
    const bool rear = (channel == LAYOUT_RL || channel == LAYOUT_RR) && in_source(fold, left ? LAYOUT_SL : LAYOUT_SR);

    return rear ? fold->weights->rear : fold->weights->surround;
}

static float height_weight(const struct fold *fold)
{
    const bool front = in_source(fold, LAYOUT_TFL) || in_source(fold, LAYOUT_TFR);
    const bool side = in_source(fold, LAYOUT_TSL) || in_source(fold, LAYOUT_TSR);
    const bool rear = in_source(fold, LAYOUT_TRL) || in_source(fold, LAYOUT_TRR);

    return front + side + rear > 1 ? fold->weights->join : 1;
}

static float weight_of(const struct fold *fold, enum layout_channel channel, const struct option *option)
{
    const struct coefficients *c = fold->weights;

    switch (option->weight) {
    case W_NONE:
        return 0;
    case W_ONE:
        return 1;
    case W_HALF:
        return HALF_POWER;
    case W_CENTRE:
        return channel == LAYOUT_MONO && fold->source->count == 1 ? c->single : c->centre;
    case W_LFE:
        return c->lfe;
    case W_SURROUND:
        return surround_weight(fold, channel);
    case W_SURROUND_PAIR:
        return surround_weight(fold, channel) * HALF_POWER;
    case W_SURROUND_ONE:
        return surround_weight(fold, channel) * c->mono;
    case W_JOIN:
        return c->join;
    case W_HEIGHT:
        return height_weight(fold);
    case W_TOP_FRONT:
        return c->top_front;
    case W_TOP_FRONT_ONE:
        return c->top_front * c->mono;
    case W_TOP_REAR:
        return c->top_rear;
    case W_TOP_REAR_ONE:
        return c->top_rear * c->mono;
    case W_TOP_REAR_BEHIND: /* alone there, it needs not make room */
        return in_source(fold, option->to) ? c->top_rear_behind : 1;
    case W_TOP_REAR_SIDE:
        return c->top_rear_side;
    case W_TOP_SIDE:
        return c->top_side;
    case W_TOP_SIDE_BEHIND:
        return c->top_side_behind;
    case W_TOP_SIDE_HALF:
        return c->top_side * HALF_POWER;
    case W_TOP_SIDE_ONE:
        return c->top_side * c->mono;
    case W_MONO:
        return c->mono;
    }
    return 0;
}

/* --- where to ------------------------------------------------------------------------------------------------- */

static struct option mirrored(struct option option)
{
    option.to = layout_channel_mirror(option.to);
    option.also = layout_channel_mirror(option.also);
    return option;
}

static bool fits(const struct fold *fold, struct option *option)
{
    if ((option->weight == W_TOP_REAR_SIDE && fold->weights->top_rear_side == 0) ||
        (option->weight == W_TOP_SIDE_BEHIND && fold->weights->top_side_behind == 0))
        return false;
    return find_target(fold, &option->to) && find_target(fold, &option->also);
}

/* The lists of channels that have none of their own. */
static enum layout_channel list_of(enum layout_channel channel)
{
    if (channel == LAYOUT_MONO || layout_channel_is_aux(channel))
        return LAYOUT_FC;
    if (channel == LAYOUT_LFE2)
        return LAYOUT_LFE;
    return side_of(channel) == LAYOUT_SIDE_RIGHT ? layout_channel_mirror(channel) : channel;
}

static bool find_option(const struct fold *fold, enum layout_channel channel, struct option *ret_option)
{
    const struct option *list = options[list_of(channel)];
    const bool right = side_of(channel) == LAYOUT_SIDE_RIGHT;

    for (size_t i = 0; i < OPTIONS_MAX && list[i].weight != W_NONE; i++) {
        struct option option = right ? mirrored(list[i]) : list[i];
        if (channel == LAYOUT_LFE2 && option.to == LAYOUT_LFE2)
            option.to = option.also = LAYOUT_LFE;
        if (fits(fold, &option)) {
            *ret_option = option;
            return true;
        }
    }
    return false;
}

/* A cabin like no other (FL and RR): what is nearest to the front plays it, and rather not what is across. */
static struct option last_resort(const struct fold *fold, enum layout_channel channel)
{
    static const enum layout_channel order[] = {
        C(FC), C(MONO), C(FL), C(TFL), C(SL), C(TSL), C(RL), C(RC), C(TRL), C(FR), C(TFR), C(SR), C(TSR), C(RR), C(TRR),
    };
    const bool right = side_of(channel) == LAYOUT_SIDE_RIGHT;
    enum weight weight = side_of(channel) == LAYOUT_SIDE_CENTRE ? W_ONE : W_MONO;

    if (role_of(channel) == LAYOUT_ROLE_LFE)
        weight = W_LFE;
    for (size_t i = 0; i < FASCIA_ARRAY_SIZE(order); i++) {
        struct option option = {weight, order[i], order[i]};
        if (right)
            option = mirrored(option);
        if (is_target(fold, option.to))
            return option;
    }
    return (struct option){W_NONE, C(MONO), C(MONO)};
}

/* Which speaker is meant for a channel; LAYOUT_CHANNEL_COUNT: none. */
static enum layout_channel own_target(const struct fold *fold, enum layout_channel channel)
{
    int at = layout_find_speaker(fold->targets, fold->source, channel);
    return at >= 0 ? fold->targets->channels[at] : LAYOUT_CHANNEL_COUNT;
}

/*
 * Lt/Rt as ATSC A/52 has it for two channels: surrounds go to both fronts at .7071, in the left one with the other
 * sign, so that a decoder finds them in the difference. (A phase shift by 90 degrees would need filters; A/52 has it in
 * the encoder.) What is behind and above is encoded like what is behind.
 */
static bool encode(const struct fold *fold, enum layout_channel channel, struct fold_column *column)
{
    const enum layout_role role = role_of(channel);

    if (!fold->encode || (role != LAYOUT_ROLE_SURROUND && role != LAYOUT_ROLE_TOP_REAR))
        return false;
    float w = role == LAYOUT_ROLE_SURROUND ? surround_weight(fold, channel) : fold->weights->top_rear;
    column->w[LAYOUT_FL] = -w;
    column->w[LAYOUT_FR] = w;
    return true;
}

static bool has_sides(const struct layout *layout)
{
    return layout_find(layout, LAYOUT_SL) >= 0 && layout_find(layout, LAYOUT_SR) >= 0;
}

static bool has_rears(const struct layout *layout)
{
    return layout_find(layout, LAYOUT_RL) >= 0 && layout_find(layout, LAYOUT_RR) >= 0;
}

/* BS.2127 on two pairs of which there is one: by where they stand, not by what they are called. */
static bool split(const struct fold *fold, enum layout_channel channel, struct fold_column *column)
{
    const bool side = channel == LAYOUT_SL || channel == LAYOUT_SR;
    const bool rear = channel == LAYOUT_RL || channel == LAYOUT_RR;
    const bool right = side_of(channel) == LAYOUT_SIDE_RIGHT;

    if (!fold->weights->split || (!side && !rear) || !has_sides(fold->source) || !has_rears(fold->source))
        return false;
    if (has_sides(fold->targets) == has_rears(fold->targets) || !is_target(fold, LAYOUT_FL) ||
        !is_target(fold, LAYOUT_FR))
        return false;
    enum layout_channel pair = has_sides(fold->targets) ? LAYOUT_SL : LAYOUT_RL;
    if (right)
        pair = layout_channel_mirror(pair);
    column->w[pair] = side ? HALF_POWER : 1;
    if (side)
        column->w[right ? LAYOUT_FR : LAYOUT_FL] = HALF_POWER;
    return true;
}

void fold_channel(const struct fold *fold, enum layout_channel channel, struct fold_column *ret_column)
{
    const enum layout_channel own = own_target(fold, channel);
    struct fold_column column = {{0}};
    struct option option;

    if (split(fold, channel, &column) || (own == LAYOUT_CHANNEL_COUNT && encode(fold, channel, &column))) {
        /* is done */
    } else if (own != LAYOUT_CHANNEL_COUNT) {
        column.w[own] = 1;
    } else {
        if (!find_option(fold, channel, &option))
            option = last_resort(fold, channel);
        const float w = weight_of(fold, channel, &option);
        column.w[option.to] = w;
        column.w[option.also] = w;
    }
    *ret_column = column;
}

float fold_mono(const struct fold *fold, enum layout_channel channel)
{
    static const struct layout fronts = {{LAYOUT_FL, LAYOUT_FR}, 2};
    struct fold stereo = *fold;
    struct fold_column column;

    if (channel == LAYOUT_MONO && fold->source->count == 1)
        return 1;
    stereo.targets = &fronts;
    stereo.encode = false;
    fold_channel(&stereo, channel, &column);
    if (role_of(channel) == LAYOUT_ROLE_LFE)
        return column.w[LAYOUT_FL]; /* at its own level: it is no sum of two sides */
    return fold->weights->mono * (column.w[LAYOUT_FL] + column.w[LAYOUT_FR]);
}
