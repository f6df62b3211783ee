/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/fasciactl/audio_bars.h"

#include <math.h>
#include <stdio.h>

#define NAME_WIDTH  12
#define VALUE_WIDTH 18 /* " -12.3 peak -6.0" */

/* Columns of a bar that a level fills. */
static size_t columns_of(double db, size_t width)
{
    double share = (db - BARS_LOWEST_DB) / -BARS_LOWEST_DB;

    if (!(share > 0))
        return 0;
    return share >= 1 ? width : (size_t)lround(share * (double)width);
}

void bars_add(struct fascia_text *text, const struct report_sound_level *level, double ceiling_db, size_t width)
{
    size_t filled = columns_of(level->rms_db, width), peak = columns_of(level->peak_db, width);

    for (size_t i = 0; i < width; i++) {
        const char *glyph = i < filled ? "=" : " ";
        if (peak > 0 && i == peak - 1)
            glyph = level->peak_db >= ceiling_db ? "!" : "|";
        fascia_text_add(text, "%s", glyph);
    }
}

static void add_db(struct fascia_text *text, double db)
{
    if (db > REPORT_SILENCE_DB)
        fascia_text_add(text, "%6.1f", db);
    else
        fascia_text_add(text, "%6s", "-");
}

static void add_row(struct fascia_text *text, const char *name, const struct report_sound_level *level,
                    double ceiling_db, size_t width)
{
    fascia_text_add(text, "%-*.*s[", NAME_WIDTH, NAME_WIDTH - 1, name);
    bars_add(text, level, ceiling_db, width - NAME_WIDTH - VALUE_WIDTH - 2);
    fascia_text_add(text, "]");
    add_db(text, level->rms_db);
    fascia_text_add(text, " peak");
    add_db(text, level->peak_db);
    fascia_text_add(text, "\n");
}

static void add_loudness(struct fascia_text *text, const struct report_levels *levels)
{
    fascia_text_add(text, "LUFS momentary");
    add_db(text, levels->momentary);
    fascia_text_add(text, "  short-term");
    add_db(text, levels->short_term);
    fascia_text_add(text, "  integrated");
    add_db(text, levels->integrated);
    fascia_text_add(text, "  dBTP");
    add_db(text, levels->true_peak_db);
    fascia_text_add(text, "  limiter %5.1f", levels->reduction_db);
}

size_t bars_screen(const struct report_levels *levels, double ceiling_db, size_t width, struct fascia_text *text)
{
    size_t lines = 1;

    for (size_t i = 0; i < levels->speakers_count; i++, lines++)
        add_row(text, levels->speakers[i], &levels->speaker[i], ceiling_db, width);
    for (size_t i = 0; i < levels->classes_count; i++) {
        if (levels->class[i].peak_db <= REPORT_SILENCE_DB)
            continue; /* the classes that are silent would only push the others away */
        add_row(text, levels->classes[i], &levels->class[i], 0, width);
        lines++;
    }
    add_loudness(text, levels);
    fascia_text_add(text, "\n");
    return lines;
}

void bars_line(const struct report_levels *levels, struct fascia_text *text)
{
    for (size_t i = 0; i < levels->speakers_count; i++) {
        fascia_text_add(text, "%s", levels->speakers[i]);
        add_db(text, levels->speaker[i].rms_db);
        fascia_text_add(text, "/");
        add_db(text, levels->speaker[i].peak_db);
        fascia_text_add(text, "  ");
    }
    add_loudness(text, levels);
}
