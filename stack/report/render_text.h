/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_REPORT_RENDER_TEXT_H
#define FASCIA_STACK_REPORT_RENDER_TEXT_H

#include "stack/report/render.h"

/* What the files of the text report share; only render_text.c puts the sections together. */

#define TEXT_WIDTH 100 /* columns */

enum text_colour { TEXT_NONE, TEXT_BOLD, TEXT_DIM, TEXT_GOOD, TEXT_WARN, TEXT_BAD };

extern const enum text_colour text_verdict_colours[REPORT_VERDICTS_];
extern const char *const text_verdict_marks[REPORT_VERDICTS_]; /* "PASS"; "skip" */

/** Writes text in a colour, if there are any, and pads it to `width`. */
void text_coloured(struct report_out *out, enum text_colour colour, const char *text, size_t width);

/** A section's title on a line of its own, behind an empty one. */
void text_heading(struct report_out *out, const char *title, const char *rest);

/** What a heading says of a service: nothing when it answered, that it is switched off, or `silent`. */
const char *text_absence(const struct report_facts *facts, bool answered, const char *function, const char *silent);

void text_rule(struct report_out *out);

/** Writes a paragraph whose first line begins at column `indent`; every further one is indented by it. */
void text_wrapped(struct report_out *out, const char *text, size_t indent);

/** A formatted paragraph of at most 1023 octets at column 2. */
void text_paragraph(struct report_out *out, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** The section about link, radio and phones (render_text_link.c). */
void text_link(const struct report_facts *facts, struct report_out *out);

/** The section about Wi-Fi Aware; nothing where it is switched off (render_aware.c). */
void report_text_aware(const struct report_facts *facts, struct report_out *out);

/** The requirements of several profiles side by side, and their sources (render_text_compare.c). */
void text_comparison(const struct report_comparison *comparison, struct report_out *out);
void text_comparison_sources(const struct report_comparison *comparison, struct report_out *out);

#endif
