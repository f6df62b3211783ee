/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_AUDIO_RENDER_CABIN_H
#define FASCIA_AUDIO_RENDER_CABIN_H

#include "audio/render/bass.h"
#include "audio/render/delay.h"
#include "audio/render/tuning.h"

/* A tuning at work: bass management, equalisation, level, polarity and delay, speaker by speaker. */

#define CABIN_CHUNK     256 /* frames at a time */
#define CABIN_SETTLE_MS 50  /* after which nothing is heard of a filter's beginning */

struct cabin_speaker {
    struct bass bass;
    struct biquad eq[TUNING_FILTERS_MAX];
    size_t eq_count;
    struct delay delay;
    float gain; /* linear, negative when inverted */
    bool gives, takes;
};

struct cabin {
    struct cabin_speaker speaker[LAYOUT_CHANNELS_MAX];
    size_t count;
    bool redirects;   /* somebody gives */
    float share;      /* of the bass that each taker gets, linear: together they play all of it, in phase */
    uint32_t longest; /* delay, frames */
    uint32_t warm_up; /* frames until it has forgotten how it began */
    float low[CABIN_CHUNK], sum[CABIN_CHUNK];
};

/** `tuning` has been checked for `rate`. Control thread. Returns 0 or -ENOMEM (nothing is left to be freed). */
int cabin_init(struct cabin *c, const struct tuning *tuning, uint32_t rate);
void cabin_finish(struct cabin *c);

/** In place: x[speaker]; at most CABIN_CHUNK frames. Sound thread. */
void cabin_run(struct cabin *c, float (*x)[CABIN_CHUNK], size_t frames);

#endif
