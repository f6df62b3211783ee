/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_AUDIO_LAYOUT_SPEAKERS_H
#define FASCIA_AUDIO_LAYOUT_SPEAKERS_H

#include "audio/layout/layout.h"

/*
 * The loudspeakers of a cabin: what each port of the sink is connected to. A car's speakers do not stand where a
 * standard has them, so each has its own angles; `plays` says which channel of the standard it stands for when a
 * programme is folded, `channel` which port of the sink it is. Several speakers may play the same channel (a tweeter
 * and its woofer).
 */

#define SPEAKERS_MAX LAYOUT_CHANNELS_MAX

struct speaker {
    enum layout_channel channel; /* of the sink's port; AUX0 … when the sink does not name its channels */
    enum layout_channel plays;   /* never an AUX channel */
    float azimuth_deg;           /* positive to the left, seen from the listener (the driver, or the cabin's middle) */
    float elevation_deg;         /* positive up */
    float distance_m;            /* from the listener; 0: not known */
    float low_hz; /* lower edge of its band; 0: full range. Below it, the bass goes elsewhere if it can */
};

struct speakers {
    struct speaker at[SPEAKERS_MAX]; /* in the order of the sink's channels */
    size_t count;
    bool headphones; /* the two channels of the sink are worn, not placed */
};

enum speakers_result {
    SPEAKERS_E_UNKNOWN = 1, /* no such preset */
    SPEAKERS_E_IMPOSSIBLE,  /* no cabin is like that; the message says which speaker, and what about it */
};

/** Each channel of the sink at its nominal place. AUX channels play what the nearest free nominal place has. */
void speakers_nominal(const struct layout *sink, struct speakers *ret_speakers);

/** A preset of common car layouts: "1", "2", "2.1", "4", "4.1", "5.1", "6", "7.1", "5.1.2", "5.1.4", "7.1.4" and more.
 * Returns 0 or SPEAKERS_E_UNKNOWN. */
int speakers_preset(const char *name, struct speakers *ret_speakers);

/** Number of presets, and name i of them (NULL beyond the end). */
size_t speakers_presets(void);
const char *speakers_preset_at(size_t i);

/**
 * Whether a cabin can be like that: 1 … SPEAKERS_MAX speakers, channels distinct, finite angles in range, nothing
 * behind that plays a front channel and the like. Returns 0 or SPEAKERS_E_IMPOSSIBLE with one sentence in `message`.
 */
int speakers_check(const struct speakers *speakers, struct fascia_text *message);

/** The ports of the sink, in order. */
void speakers_ports(const struct speakers *speakers, struct layout *ret_layout);

/** Index of the first speaker that plays a channel, or -1. */
int speakers_find(const struct speakers *speakers, enum layout_channel plays);

/** How many are no LFE: what thresholds of the policy count. */
size_t speakers_full_range(const struct speakers *speakers);

#endif
