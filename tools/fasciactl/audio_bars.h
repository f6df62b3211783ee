/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_TOOLS_FASCIACTL_AUDIO_BARS_H
#define FASCIA_TOOLS_FASCIACTL_AUDIO_BARS_H

#include "stack/base/text.h"
#include "stack/report/facts.h"

/* Levels as text: bars for a terminal, or one line. Pure. */

#define BARS_LOWEST_DB  (-60.0) /* at the left edge of a bar; the right one is 0 dB */
#define BARS_WIDTH_MIN  25      /* a name and two numbers */
#define BARS_HEIGHT_MIN 7
#define BARS_LINES_MAX  (REPORT_CHANNELS_MAX + REPORT_CLASSES_MAX + 5)

/** A bar of `width` columns: '=' up to the effective value, '|' at the peak, '!' for a peak at or above the ceiling. */
void bars_add(struct fascia_text *text, const struct report_sound_level *level, double ceiling_db, size_t width);

/**
 * Everything as lines of at most `width` (BARS_WIDTH_MIN … 200) columns, each with its newline; returns how many. They
 * are at most `height` (BARS_HEIGHT_MIN at least): what has no room is counted in a line, and loudness always has room.
 */
size_t bars_screen(const struct report_levels *levels, double ceiling_db, size_t width, size_t height,
                   struct fascia_text *text);

/** Everything in one line without a newline. */
void bars_line(const struct report_levels *levels, struct fascia_text *text);

#endif
