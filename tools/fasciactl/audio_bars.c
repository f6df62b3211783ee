/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/fasciactl/audio_bars.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define NAME_WIDTH         12
#define NUMBER_WIDTH       6
#define VALUE_WIDTH        (2 * NUMBER_WIDTH + 5) /* " -12.3 peak  -6.0" */
#define VALUE_WIDTH_NARROW (2 * NUMBER_WIDTH + 1) /* " -12.3/  -6.0" */
#define BARS_FOOT_SIZE     256

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
        fascia_text_add(text, "%*.1f", NUMBER_WIDTH, db);
    else
        fascia_text_add(text, "%*s", NUMBER_WIDTH, "-");
}

/* Narrow screens leave out what is least missed: the word "peak", then the bars. */
struct columns {
    size_t bar; /* 0: there is none */
    const char *between;
};

static struct columns columns_for(size_t width)
{
    const size_t edges = 2, wide = 60, narrow = NAME_WIDTH + VALUE_WIDTH_NARROW + edges;

    if (width >= wide)
        return (struct columns){width - NAME_WIDTH - VALUE_WIDTH - edges, " peak"};
    return (struct columns){width > narrow ? width - narrow : 0, "/"};
}

static void add_row(struct fascia_text *text, const char *name, const struct report_sound_level *level,
                    double ceiling_db, size_t width)
{
    const struct columns columns = columns_for(width);

    fascia_text_add(text, "%-*.*s", NAME_WIDTH, NAME_WIDTH - 1, name);
    if (columns.bar > 0) {
        fascia_text_add(text, "[");
        bars_add(text, level, ceiling_db, columns.bar);
        fascia_text_add(text, "]");
    }
    add_db(text, level->rms_db);
    fascia_text_add(text, "%s", columns.between);
    add_db(text, level->peak_db);
    fascia_text_add(text, "\n");
}

/* As many to a line as fit; returns the number of lines. The last one has no newline. */
static size_t add_loudness(struct fascia_text *text, const struct report_levels *levels, size_t width)
{
    const struct {
        const char *name;
        double db;
    } values[] = {
        {"LUFS momentary", levels->momentary}, {"short-term", levels->short_term}, {"integrated", levels->integrated},
        {"dBTP", levels->true_peak_db},        {"limiter", levels->reduction_db},
    };
    size_t lines = 1, column = 0;

    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        size_t length = strlen(values[i].name) + NUMBER_WIDTH;
        bool fits = column + 2 + length <= width;
        if (i > 0)
            fascia_text_add(text, "%s", fits ? "  " : "\n");
        if (i > 0 && !fits) {
            lines++;
            column = 0;
        }
        fascia_text_add(text, "%s", values[i].name);
        add_db(text, values[i].db);
        column += length + (column > 0 ? 2 : 0);
    }
    return lines;
}

/* Speakers first, then the classes that sound: silent ones would only push the others away. */
static size_t rows_of(const struct report_levels *levels, size_t rows[static REPORT_CHANNELS_MAX + REPORT_CLASSES_MAX])
{
    size_t count = 0;

    for (size_t i = 0; i < levels->speakers_count; i++)
        rows[count++] = i;
    for (size_t i = 0; i < levels->classes_count; i++) {
        if (levels->class[i].peak_db > REPORT_SILENCE_DB)
            rows[count++] = levels->speakers_count + i;
    }
    return count;
}

size_t bars_screen(const struct report_levels *levels, double ceiling_db, size_t width, size_t height,
                   struct fascia_text *text)
{
    const size_t speakers = levels->speakers_count;
    char buffer[BARS_FOOT_SIZE];
    size_t rows[REPORT_CHANNELS_MAX + REPORT_CLASSES_MAX] = {0}, count = rows_of(levels, rows), shown = count;
    struct fascia_text foot;

    fascia_text_init(&foot, buffer, sizeof buffer);
    size_t lines = add_loudness(&foot, levels, width);
    if (count + lines > height) {
        shown = height > lines + 1 ? height - lines - 1 : 0;
        lines++; /* the one that says so */
    }
    for (size_t i = 0; i < shown; i++) {
        size_t class = rows[i] - speakers;
        if (rows[i] < speakers)
            add_row(text, levels->speakers[rows[i]], &levels->speaker[rows[i]], ceiling_db, width);
        else
            add_row(text, levels->classes[class], &levels->class[class], 0, width);
    }
    if (shown < count)
        fascia_text_add(text, "%zu more: no room\n", count - shown);
    fascia_text_add(text, "%s\n", buffer);
    return shown + lines;
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
    (void)add_loudness(text, levels, SIZE_MAX);
}
