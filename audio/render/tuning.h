/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_AUDIO_RENDER_TUNING_H
#define FASCIA_AUDIO_RENDER_TUNING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audio/layout/speakers.h"

/*
 * What a cabin needs after the fold-down, speaker by speaker: bass management, equalisation, level and delay.
 */

#define TUNING_FILTERS_MAX 8
#define TUNING_DELAY_MS    50.0 /* at most */

enum tuning_filter {
    TUNING_PEAK,
    TUNING_LOW_SHELF,
    TUNING_HIGH_SHELF,
    TUNING_LOW_PASS,
    TUNING_HIGH_PASS,
    TUNING_NOTCH,
    TUNING_FILTERS_
};

struct tuning_eq {
    enum tuning_filter type;
    double hz, q, gain_db; /* 10 … 0.45 times the rate; 0.1 … 20; -24 … 24 (peak and shelves) */
};

struct tuning_speaker {
    const char *name;         /* of its port, for messages; NULL: its number. Lives as long as the tuning */
    double gain_db, delay_ms; /* -60 … 12; 0 … TUNING_DELAY_MS */
    bool invert;
    struct tuning_eq eq[TUNING_FILTERS_MAX];
    size_t eq_count;
    double low_hz; /* bass management: what is below goes to the bass speakers; 0: it keeps its bass */
    bool bass;     /* it takes the others' bass (an LFE speaker, or a full-range one when there is none) */
};

struct tuning {
    struct tuning_speaker speaker[LAYOUT_CHANNELS_MAX];
    size_t count;
    double bass_db; /* of what is redirected */
};

/** "peak", "low-shelf", …, by enum tuning_filter; NULL ends. */
extern const char *const tuning_filter_names[TUNING_FILTERS_ + 1];

/** No tuning at all. */
void tuning_flat(size_t count, struct tuning *ret_tuning);

/** Bass management for these speakers: who gives, who takes. Nothing is lost: without a taker nobody gives. */
void tuning_manage_bass(const struct speakers *speakers, struct tuning *tuning);

/** Returns 0, or -EINVAL and in `message` which speaker and which number. `rate` in Hz. */
int tuning_check(const struct tuning *tuning, uint32_t rate, struct fascia_text *message);

#endif
