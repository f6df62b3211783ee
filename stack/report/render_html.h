/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_REPORT_RENDER_HTML_H
#define FASCIA_STACK_REPORT_RENDER_HTML_H

#include "stack/report/render.h"

/* Parts of the HTML page; only render_html.c puts them together. Each writes whole, balanced elements. */

/** The sound section: what is rendered, matrix, measured levels. */
void report_html_sound(const struct report *report, struct report_out *out);

/** The boot section: chart and numbers; nothing when the boot is not known. */
void report_html_boot(const struct report_facts *facts, struct report_out *out);

/** Inline SVG: the boot chart. */
void report_svg_boot(const struct report_facts *facts, struct report_out *out);

/** Inline SVG: events as points on one lane per source. */
void report_svg_timeline(const struct report_facts *facts, struct report_out *out);

/** A table of gains, for report_svg_heat(). */
struct report_heat {
    const char *label; /* for screen readers */
    const char (*rows)[REPORT_CHANNEL_SIZE];
    size_t rows_count;
    const char (*columns)[REPORT_CHANNEL_SIZE];
    size_t columns_count;
    double gains[REPORT_CHANNELS_MAX][REPORT_CHANNELS_MAX]; /* [row][column], linear; NaN = not known */
};

/** Inline SVG: a heat map with the decibels written into it. */
void report_svg_heat(const struct report_heat *heat, struct report_out *out);

#endif
