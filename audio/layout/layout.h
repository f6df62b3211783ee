/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_AUDIO_LAYOUT_LAYOUT_H
#define FASCIA_AUDIO_LAYOUT_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stack/base/text.h"

/*
 * Channels and layouts. A layout is an ordered list of distinct channels: the channels of a programme, or the
 * speakers of a sink. Names are those PipeWire uses for audio.position; angles are nominal (ITU-R BS.2051-3, for the
 * side and rear pairs of 5.1 and 7.1; a car's speakers stand elsewhere, which is a matter of tuning, not of folding).
 */

#define LAYOUT_CHANNELS_MAX 16

enum layout_channel {
    LAYOUT_MONO,
    LAYOUT_FL,
    LAYOUT_FR,
    LAYOUT_FC,
    LAYOUT_LFE,
    LAYOUT_SL,
    LAYOUT_SR,
    LAYOUT_RL,
    LAYOUT_RR,
    LAYOUT_RC,
    LAYOUT_TFL,
    LAYOUT_TFR,
    LAYOUT_TSL,
    LAYOUT_TSR,
    LAYOUT_TRL,
    LAYOUT_TRR,
    LAYOUT_LFE2,
    LAYOUT_AUX0, /* and on to AUX15: a channel without a nominal place, told apart by its number alone */
    LAYOUT_AUX15 = LAYOUT_AUX0 + 15,
    LAYOUT_CHANNEL_COUNT
};

/* What a channel is for: the fold-down is written in these terms. */
enum layout_role {
    LAYOUT_ROLE_FRONT,    /* FL, FR */
    LAYOUT_ROLE_CENTRE,   /* FC, MONO */
    LAYOUT_ROLE_LFE,      /* low-frequency effects: no direction */
    LAYOUT_ROLE_SURROUND, /* SL, SR, RL, RR, RC */
    LAYOUT_ROLE_TOP_FRONT,
    LAYOUT_ROLE_TOP_SIDE,
    LAYOUT_ROLE_TOP_REAR,
    LAYOUT_ROLE_AUX, /* AUX0 …: nothing is known of it, and its angles are 0 */
    LAYOUT_ROLES_
};

enum layout_side { LAYOUT_SIDE_LEFT, LAYOUT_SIDE_CENTRE, LAYOUT_SIDE_RIGHT, LAYOUT_SIDES_ };

struct layout_position {
    float azimuth_deg;   /* positive to the left, 0 in front, 180 behind */
    float elevation_deg; /* positive up */
    enum layout_role role;
    enum layout_side side;
};

struct layout {
    enum layout_channel channels[LAYOUT_CHANNELS_MAX];
    size_t count; /* 0 … LAYOUT_CHANNELS_MAX */
};

enum layout_result {
    LAYOUT_E_UNKNOWN = 1, /* not the name of a channel (or of a layout) that we know */
    LAYOUT_E_DUPLICATE,   /* a channel is named twice */
    LAYOUT_E_COUNT,       /* none, or more than LAYOUT_CHANNELS_MAX */
};

/** "FL", "LFE", …; "?" out of range. */
const char *layout_channel_name(enum layout_channel channel);

/** The inverse; exact upper-case names only. Returns 0 or LAYOUT_E_UNKNOWN. */
int layout_channel_parse(const char *name, enum layout_channel *ret_channel);

/** Nominal position. `channel` must be a channel. */
const struct layout_position *layout_channel_position(enum layout_channel channel);

/** The channel on the other side; a centre channel is its own mirror image. */
enum layout_channel layout_channel_mirror(enum layout_channel channel);

/** True for AUX0 … AUX15. */
bool layout_channel_is_aux(enum layout_channel channel);

/**
 * "mono", "stereo", "quad" (FL FR RL RR), "quad-side" (FL FR SL SR), "5.1", "7.1.4" and others; docs/audio.md has them
 * all. A plain name means side surrounds and, of 5.1.2, side heights; "-rear", "-front" and "-side" say otherwise.
 * 0 or LAYOUT_E_UNKNOWN.
 */
int layout_named(const char *name, struct layout *ret_layout);

/** Number of named layouts, and name i of them (NULL beyond the end): for tests and help texts. */
size_t layout_names(void);
const char *layout_name_at(size_t i);

/** The name of a layout with exactly these channels in this order, or NULL. */
const char *layout_name(const struct layout *layout);

/** Appends a channel. Returns 0, LAYOUT_E_DUPLICATE or LAYOUT_E_COUNT. */
int layout_add(struct layout *layout, enum layout_channel channel);

/**
 * Parses what PipeWire calls audio.position: channel names separated by spaces or commas, with or without brackets:
 * "[ FL, FR ]", "FL,FR", "FL FR". Returns 0 or a layout_result; ret_layout is written on 0 only.
 */
int layout_parse(const char *text, struct layout *ret_layout);

/** Appends "FL FR …". */
void layout_format(const struct layout *layout, struct fascia_text *text);

/** Index of a channel, or -1. */
int layout_find(const struct layout *layout, enum layout_channel channel);

/**
 * Index of the speaker that plays a channel of a programme discretely, or -1: the channel itself; a lone surround pair
 * stands for the other one (5.1 is labelled SL SR by some and RL RR by others); MONO and FC stand for one another.
 * `speakers` holds what the speakers play (struct speaker.plays).
 */
int layout_find_speaker(const struct layout *speakers, const struct layout *source, enum layout_channel channel);

/** True when both hold the same channels, in any order. */
bool layout_same_channels(const struct layout *a, const struct layout *b);

#endif
