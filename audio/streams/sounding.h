/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_AUDIO_STREAMS_SOUNDING_H
#define FASCIA_AUDIO_STREAMS_SOUNDING_H

#include <stdbool.h>
#include <stdint.h>

#include "audio/streams/class.h"

/*
 * Whether a class sounds, from the level of its bus before its gain and from whether a stream is linked to its sink.
 * Streams stay open in pauses, so the level decides when it begins; but who listens, waits for the next ring or thinks
 * about an answer has not ended, so a class goes on through pauses that are usual for it.
 */

#define SOUNDING_LEVEL_DB (-70.0) /* of a peak, re full scale: what is below is silence */

struct sounding {
    bool sounds;
    int64_t heard_us; /* when it was last above the level */
};

/** Longest pause that belongs to a class, ms. */
uint32_t sounding_pause_ms(enum stream_class stream);

/** `peak`: the highest linear level since the last call. Returns whether it sounds now. Without a linked stream it ends
 * at once. */
bool sounding_turn(struct sounding *s, enum stream_class stream, bool linked, float peak, int64_t now_us);

#endif
