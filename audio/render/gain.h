/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_AUDIO_RENDER_GAIN_H
#define FASCIA_AUDIO_RENDER_GAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A gain that moves linearly in decibels, sample by sample, which is what ears hear as an even fade. Silence is the
 * level GAIN_SILENCE_DB; the last step of a way down goes from there (one millionth) to exactly zero.
 *
 * A move is never steeper than GAIN_STEEPEST_DB_PER_MS, whatever time it is given: at 1.2 dB in a millisecond a
 * full-scale sample changes by less from one frame to the next than a 20 Hz sine does at its steepest, at any rate. So
 * a cut to silence takes 100 ms, of which all but the first 40 are below -48 dB.
 */

#define GAIN_SILENCE_DB         (-120.0)
#define GAIN_MAX_DB             24.0
#define GAIN_STEEPEST_DB_PER_MS 1.2

struct gain {
    double db, target_db, step_db; /* now, where it goes, per frame */
    uint32_t left;                 /* frames of the move that are left */
    float linear;                  /* now; 0 when silent */
};

/** At rest at a level in dB. */
void gain_init(struct gain *g, double db);

/** Moves to a level in so much time, from wherever it is. Levels are clamped to GAIN_SILENCE_DB … GAIN_MAX_DB; what is
 * not a number is silence. `rate` in Hz, not 0. */
void gain_move(struct gain *g, double target_db, uint32_t ms, uint32_t rate);

/** Goes on for `frames` frames: true with the gain of each frame in to[], or false when it rests at g->linear (to[] is
 * then left alone). */
bool gain_run(struct gain *g, float *to, size_t frames);

#endif
