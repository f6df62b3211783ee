/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_REPORT_RENDER_HTML_H
#define FASCIA_STACK_REPORT_RENDER_HTML_H

#include "stack/report/render.h"

/* Parts of the HTML page; only render_html.c puts them together. Each writes whole, balanced elements. */

struct html_tag {
    const char *word, *class;
};

extern const struct html_tag html_verdict_tags[REPORT_VERDICTS_];

/** Writes `open` and `close` as they are, and the text between them escaped. */
void html_element(struct report_out *out, const char *open, const char *text, const char *close);

/** A paragraph in place of something that is not there. */
void html_empty(struct report_out *out, const char *text);

/** A row of a table of keys; "-" for an empty value. */
void html_key(struct report_out *out, const char *key, const char *value);

/** The requirements of several profiles side by side. */
void report_html_comparison(const struct report_comparison *comparison, struct report_out *out);

/** The link section: link, radio, phones and their past. */
void report_html_link(const struct report_facts *facts, struct report_out *out);

/** Inline SVG: a phone's past; nothing when there is none. */
void report_svg_station(const struct report_peer *peer, struct report_out *out);

/** The Wi-Fi Aware section; nothing where it is switched off. */
void report_html_aware(const struct report_facts *facts, struct report_out *out);

/** The sound section: what is rendered, matrix, measured levels. */
void report_html_sound(const struct report *report, struct report_out *out);

/** Inline SVG: the cabin from above; only where audio->has_cabin. */
void report_svg_cabin(const struct report_audio *audio, struct report_out *out);

/** Inline SVG: a bar for each speaker. */
void report_svg_levels(const struct report_levels *levels, double ceiling_db, struct report_out *out);

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
