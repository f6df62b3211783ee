/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_AUDIO_RENDER_UPMIX_H
#define FASCIA_AUDIO_RENDER_UPMIX_H

#include "audio/render/biquad.h"
#include "audio/render/delay.h"

/*
 * Passive matrix surround: what differs between left and right is played from behind, delayed, so that the fronts are
 * heard first, and without the highest octave, as matrix decoders have done since the 1970s. What is the same in both,
 * a voice in the middle above all, cancels and stays in front.
 *
 *   surround = (left - right) / sqrt(2), to each of two speakers at -3 dB; the right one inverted, so that left and
 *   right of a programme may be exchanged and the cabin is exactly mirrored.
 */

#define UPMIX_DELAY_MS  13
#define UPMIX_LOWPASS   7000 /* Hz */
#define UPMIX_CHUNK     256  /* frames at a time */
#define UPMIX_SETTLE_MS 2    /* of the low-pass */

struct upmix {
    struct delay delay;
    struct biquad lowpass;
    float surround[UPMIX_CHUNK];
    uint32_t warm_up; /* frames until it has forgotten how it began */
};

/** Control thread. Returns 0 or -ENOMEM. */
int upmix_init(struct upmix *u, uint32_t rate);
void upmix_finish(struct upmix *u);

/** Adds to left_to[] and right_to[]; an input that is NULL is silence. Sound thread. */
void upmix_run(struct upmix *u, const float *left, const float *right, float *left_to, float *right_to, size_t frames);

#endif
