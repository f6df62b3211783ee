/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_AUDIO_RENDER_LOUDNESS_H
#define FASCIA_AUDIO_RENDER_LOUDNESS_H

#include <stddef.h>
#include <stdint.h>

#include "audio/layout/layout.h"

/*
 * How loud the speakers are together: ITU-R BS.1770-4 and EBU R 128, by libebur128. Control thread, fed from
 * render_tap(). Surround speakers count 1.41 times, LFE speakers not at all, as the recommendation has it; speakers
 * above count as they are. Integrated loudness is kept as a histogram, so that memory does not grow however long it
 * runs.
 */

struct loudness;

struct loudness_levels {
    double momentary, short_term, integrated; /* LUFS, over 0.4 s, 3 s, and since it began; -INFINITY: silence */
    double true_peak_db;                      /* dBTP, highest since it began; -INFINITY: silence */
};

/** `speakers` 1 … 16, what each plays; `rate` 8000 … 192000 Hz. Returns 0, -EINVAL or -ENOMEM. */
int loudness_new(const struct layout *speakers, uint32_t rate, struct loudness **ret_loudness);
void loudness_free(struct loudness *loudness); /* NULL-safe */

/** Interleaved frames, one sample for each speaker. Returns 0 or -ENOMEM. */
int loudness_feed(struct loudness *loudness, const float *samples, size_t frames);

void loudness_read(const struct loudness *loudness, struct loudness_levels *ret_levels);

#endif
