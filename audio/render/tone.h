/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_AUDIO_RENDER_TONE_H
#define FASCIA_AUDIO_RENDER_TONE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A sine on one output, which comes and goes within TONE_FADE_MS. Another one waits until this one has gone. All of it
 * is the sound thread's.
 */

#define TONE_FADE_MS 20
#define TONE_NOWHERE SIZE_MAX

struct tone_wish {
    size_t output; /* TONE_NOWHERE: silence */
    double hz, dbfs;
};

struct tone {
    struct tone_wish now, next;
    double re, im; /* a vector that turns once in a period */
    float level, fade;
};

void tone_init(struct tone *t);

/** Frequencies are clamped to 1 Hz … 0.45 times the rate, levels to -120 … 0 dBFS. */
void tone_set(struct tone *t, const struct tone_wish *wish);

/** Whether anything sounds, or is about to. */
bool tone_sounds(const struct tone *t);

/** Adds `frames` frames to to[output]; `count` outputs. */
void tone_run(struct tone *t, float *const *to, size_t count, size_t frames, uint32_t rate);

#endif
