/* SPDX-License-Identifier: Apache-2.0 */
#include "audio/layout/layout.h"

#include <string.h>

#include "stack/base/cleanup.h"

struct channel_row {
    const char *name;
    enum layout_channel mirror;
    struct layout_position position;
};

#define ROW(mirror_, azimuth, elevation, role_, side_)                                                                 \
    .mirror = LAYOUT_##mirror_, .position = {.azimuth_deg = (azimuth),                                                 \
                                             .elevation_deg = (elevation),                                             \
                                             .role = LAYOUT_ROLE_##role_,                                              \
                                             .side = LAYOUT_SIDE_##side_}

/* Angles: ITU-R BS.2051-3 systems B (5.1: surrounds at 110), I (7.1: rears at 135) and J (7.1.4). LFE has no direction.
 */
static const struct channel_row channel_rows[LAYOUT_CHANNEL_COUNT] = {
    [LAYOUT_MONO] = {"MONO", ROW(MONO, 0, 0, CENTRE, CENTRE)},
    [LAYOUT_FL] = {"FL", ROW(FR, 30, 0, FRONT, LEFT)},
    [LAYOUT_FR] = {"FR", ROW(FL, -30, 0, FRONT, RIGHT)},
    [LAYOUT_FC] = {"FC", ROW(FC, 0, 0, CENTRE, CENTRE)},
    [LAYOUT_LFE] = {"LFE", ROW(LFE, 0, 0, LFE, CENTRE)},
    [LAYOUT_SL] = {"SL", ROW(SR, 110, 0, SURROUND, LEFT)},
    [LAYOUT_SR] = {"SR", ROW(SL, -110, 0, SURROUND, RIGHT)},
    [LAYOUT_RL] = {"RL", ROW(RR, 135, 0, SURROUND, LEFT)},
    [LAYOUT_RR] = {"RR", ROW(RL, -135, 0, SURROUND, RIGHT)},
    [LAYOUT_RC] = {"RC", ROW(RC, 180, 0, SURROUND, CENTRE)},
    [LAYOUT_TFL] = {"TFL", ROW(TFR, 45, 35, TOP_FRONT, LEFT)},
    [LAYOUT_TFR] = {"TFR", ROW(TFL, -45, 35, TOP_FRONT, RIGHT)},
    [LAYOUT_TSL] = {"TSL", ROW(TSR, 90, 35, TOP_SIDE, LEFT)},
    [LAYOUT_TSR] = {"TSR", ROW(TSL, -90, 35, TOP_SIDE, RIGHT)},
    [LAYOUT_TRL] = {"TRL", ROW(TRR, 135, 35, TOP_REAR, LEFT)},
    [LAYOUT_TRR] = {"TRR", ROW(TRL, -135, 35, TOP_REAR, RIGHT)},
    [LAYOUT_LFE2] = {"LFE2", ROW(LFE2, 0, 0, LFE, CENTRE)},
#define AUX(n)                                                                                                         \
    [LAYOUT_AUX0 + (n)] = {"AUX" #n, .mirror = LAYOUT_AUX0 + (n),                                                      \
                           .position = {0, 0, LAYOUT_ROLE_AUX, LAYOUT_SIDE_CENTRE}}
    AUX(0),
    AUX(1),
    AUX(2),
    AUX(3),
    AUX(4),
    AUX(5),
    AUX(6),
    AUX(7),
    AUX(8),
    AUX(9),
    AUX(10),
    AUX(11),
    AUX(12),
    AUX(13),
    AUX(14),
    AUX(15),
#undef AUX
};

/* clang-format off */
#define C(channel) LAYOUT_##channel
static const struct {
    const char *name;
    struct layout layout;
} named_layouts[] = {
    {"mono", {{C(MONO)}, 1}},
    {"stereo", {{C(FL), C(FR)}, 2}},
    {"2.1", {{C(FL), C(FR), C(LFE)}, 3}},
    {"3.0", {{C(FL), C(FR), C(FC)}, 3}},
    {"3.1", {{C(FL), C(FR), C(FC), C(LFE)}, 4}},
    {"4.0", {{C(FL), C(FR), C(FC), C(RC)}, 4}},
    {"quad", {{C(FL), C(FR), C(RL), C(RR)}, 4}},
    {"quad-side", {{C(FL), C(FR), C(SL), C(SR)}, 4}},
    {"4.1", {{C(FL), C(FR), C(LFE), C(RL), C(RR)}, 5}},
    {"5.0", {{C(FL), C(FR), C(FC), C(SL), C(SR)}, 5}},
    {"5.0-rear", {{C(FL), C(FR), C(FC), C(RL), C(RR)}, 5}},
    {"5.1", {{C(FL), C(FR), C(FC), C(LFE), C(SL), C(SR)}, 6}},
    {"5.1-rear", {{C(FL), C(FR), C(FC), C(LFE), C(RL), C(RR)}, 6}},
    {"5.1.2", {{C(FL), C(FR), C(FC), C(LFE), C(SL), C(SR), C(TSL), C(TSR)}, 8}},
    {"5.1.2-front", {{C(FL), C(FR), C(FC), C(LFE), C(SL), C(SR), C(TFL), C(TFR)}, 8}},
    {"5.1.4", {{C(FL), C(FR), C(FC), C(LFE), C(SL), C(SR), C(TFL), C(TFR), C(TRL), C(TRR)}, 10}},
    {"6.1", {{C(FL), C(FR), C(FC), C(LFE), C(RC), C(SL), C(SR)}, 7}},
    {"7.0", {{C(FL), C(FR), C(FC), C(SL), C(SR), C(RL), C(RR)}, 7}},
    {"7.1", {{C(FL), C(FR), C(FC), C(LFE), C(SL), C(SR), C(RL), C(RR)}, 8}},
    {"7.1.2", {{C(FL), C(FR), C(FC), C(LFE), C(SL), C(SR), C(RL), C(RR), C(TSL), C(TSR)}, 10}},
    {"7.1.2-front", {{C(FL), C(FR), C(FC), C(LFE), C(SL), C(SR), C(RL), C(RR), C(TFL), C(TFR)}, 10}},
    {"7.1.4", {{C(FL), C(FR), C(FC), C(LFE), C(SL), C(SR), C(RL), C(RR), C(TFL), C(TFR), C(TRL), C(TRR)}, 12}},
};
#undef C
/* clang-format on */

bool layout_channel_is_aux(enum layout_channel channel)
{
    return channel >= LAYOUT_AUX0 && channel <= LAYOUT_AUX15;
}

const char *layout_channel_name(enum layout_channel channel)
{
    return (size_t)channel < LAYOUT_CHANNEL_COUNT ? channel_rows[channel].name : "?";
}

static int parse_channel(const char *name, size_t length, enum layout_channel *ret_channel)
{
    for (size_t i = 0; i < LAYOUT_CHANNEL_COUNT; i++) {
        if (strlen(channel_rows[i].name) == length && memcmp(channel_rows[i].name, name, length) == 0) {
            *ret_channel = (enum layout_channel)i;
            return 0;
        }
    }
    return LAYOUT_E_UNKNOWN;
}

int layout_channel_parse(const char *name, enum layout_channel *ret_channel)
{
    return parse_channel(name, strlen(name), ret_channel);
}

const struct layout_position *layout_channel_position(enum layout_channel channel)
{
    return &channel_rows[channel].position;
}

enum layout_channel layout_channel_mirror(enum layout_channel channel)
{
    return channel_rows[channel].mirror;
}

size_t layout_names(void)
{
    return FASCIA_ARRAY_SIZE(named_layouts);
}

const char *layout_name_at(size_t i)
{
    return i < FASCIA_ARRAY_SIZE(named_layouts) ? named_layouts[i].name : NULL;
}

int layout_named(const char *name, struct layout *ret_layout)
{
    for (size_t i = 0; i < FASCIA_ARRAY_SIZE(named_layouts); i++) {
        if (strcmp(named_layouts[i].name, name) == 0) {
            *ret_layout = named_layouts[i].layout;
            return 0;
        }
    }
    return LAYOUT_E_UNKNOWN;
}

static bool same_order(const struct layout *a, const struct layout *b)
{
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (a->channels[i] != b->channels[i])
            return false;
    return true;
}

const char *layout_name(const struct layout *layout)
{
    for (size_t i = 0; i < FASCIA_ARRAY_SIZE(named_layouts); i++)
        if (same_order(&named_layouts[i].layout, layout))
            return named_layouts[i].name;
    return NULL;
}

int layout_add(struct layout *layout, enum layout_channel channel)
{
    if (layout_find(layout, channel) >= 0)
        return LAYOUT_E_DUPLICATE;
    if (layout->count >= LAYOUT_CHANNELS_MAX)
        return LAYOUT_E_COUNT;
    layout->channels[layout->count++] = channel;
    return 0;
}

int layout_parse(const char *text, struct layout *ret_layout)
{
    static const char separators[] = " \t\n,[]";
    struct layout layout = {.count = 0};

    for (const char *at = text + strspn(text, separators); *at != '\0'; at += strspn(at, separators)) {
        enum layout_channel channel;
        size_t length = strcspn(at, separators);
        int r = parse_channel(at, length, &channel);
        if (r == 0)
            r = layout_add(&layout, channel);
        if (r != 0)
            return r;
        at += length;
    }
    if (layout.count == 0)
        return LAYOUT_E_COUNT;
    *ret_layout = layout;
    return 0;
}

void layout_format(const struct layout *layout, struct fascia_text *text)
{
    for (size_t i = 0; i < layout->count; i++)
        fascia_text_add(text, "%s%s", i == 0 ? "" : " ", layout_channel_name(layout->channels[i]));
}

int layout_find(const struct layout *layout, enum layout_channel channel)
{
    for (size_t i = 0; i < layout->count; i++)
        if (layout->channels[i] == channel)
            return (int)i;
    return -1;
}

/* The channel that plays the same part under another label, or the channel itself when there is none. */
static enum layout_channel other_label(enum layout_channel channel)
{
    static const struct {
        enum layout_channel a, b;
    } pairs[] = {
        {LAYOUT_MONO, LAYOUT_FC},
        {LAYOUT_SL, LAYOUT_RL},
        {LAYOUT_SR, LAYOUT_RR},
    };

    for (size_t i = 0; i < FASCIA_ARRAY_SIZE(pairs); i++) {
        if (pairs[i].a == channel)
            return pairs[i].b;
        if (pairs[i].b == channel)
            return pairs[i].a;
    }
    return channel;
}

int layout_find_speaker(const struct layout *speakers, const struct layout *source, enum layout_channel channel)
{
    int at = layout_find(speakers, channel);
    if (at >= 0)
        return at;
    enum layout_channel other = other_label(channel);
    /* When the programme has a channel of that label too, the speaker is that channel's. */
    return other != channel && layout_find(source, other) < 0 ? layout_find(speakers, other) : -1;
}

bool layout_same_channels(const struct layout *a, const struct layout *b)
{
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (layout_find(b, a->channels[i]) < 0)
            return false;
    return true; /* channels of a layout are distinct */
}
