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

/**
 * Each channel of the sink at its nominal place, and playing itself. AUX channels have no place; in their order they
 * get those that the named ones leave, in the order in which ALSA numbers the channels of a device (FL FR RL RR FC LFE
 * SL SR; a lone AUX plays FC, the third of three FC): a guess that the configuration of a cabin replaces.
 */
void speakers_nominal(const struct layout *sink, struct speakers *ret_speakers);

/**
 * The channel whose nominal place is nearest to a direction (angle between the two, seen from the listener), of those
 * that no speaker of `taken` plays; of all when none is left. Never an LFE. For AUX channels whose place is known.
 * `taken` may be NULL.
 */
enum layout_channel speakers_nearest(float azimuth_deg, float elevation_deg, const struct speakers *taken);

/** A preset of common car layouts: "1", "2", "2.1", "3", "4", "4.1", "5", "5.1", "6" (FL FR SL SR RL RR), "7.1",
 * "5.1.2", "5.1.4", "7.1.4" and more. Returns 0 or SPEAKERS_E_UNKNOWN. */
int speakers_preset(const char *name, struct speakers *ret_speakers);

/** Number of presets, and name i of them (NULL beyond the end). */
size_t speakers_presets(void);
const char *speakers_preset_at(size_t i);

/**
 * Whether a cabin can be like that: 1 … SPEAKERS_MAX speakers, channels distinct, finite angles in range, left ones to
 * the left and right ones to the right, nothing behind that plays a front channel and the like; headphones are FL and
 * FR. Returns 0 or SPEAKERS_E_IMPOSSIBLE with one sentence in `message`.
 */
int speakers_check(const struct speakers *speakers, struct fascia_text *message);

/** The ports of the sink, in order. */
void speakers_ports(const struct speakers *speakers, struct layout *ret_layout);

/** Index of the first speaker that plays a channel, or -1. */
int speakers_find(const struct speakers *speakers, enum layout_channel plays);

/**
 * The treble half of a pair of ways: another speaker plays the same channel and reaches lower, and this one begins at
 * SPEAKERS_TWEETER_HZ or above. Both get the whole feed, and they count as one.
 */
#define SPEAKERS_TWEETER_HZ 500
bool speakers_is_tweeter(const struct speakers *speakers, size_t i);

/** How many are neither LFE nor a tweeter beside its woofer: what thresholds of the policy count. */
size_t speakers_full_range(const struct speakers *speakers);

/** True when a speaker plays an LFE channel. */
bool speaker_is_lfe(const struct speaker *speaker);

#endif
