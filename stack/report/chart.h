/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_REPORT_CHART_H
#define FASCIA_STACK_REPORT_CHART_H

#include "stack/base/text.h"
#include "stack/report/facts.h"

/* The boot as a picture, whatever it is drawn on: its span, where a time lies, and what is written beside a row. */

struct chart {
    int64_t from_us, to_us; /* since the kernel's start; from < to */
};

/**
 * From the kernel's start to the last thing known, with a little room behind it. When fasciad was started so much later
 * (restarted by hand, days after) that its units would be a hairline, from fasciad's start.
 */
struct chart chart_of_boot(const struct report_boot *boot);

/** Position of a time in 0..width, inside or not. */
int chart_x(const struct chart *chart, int64_t t_us, int width);

/** 1, 2 or 5 times a power of ten, so that `span` has at most `most` (>= 2) of them. */
int64_t chart_tick_step(int64_t span, int64_t most);

/** "2 s", "2.4 s": with as many decimals as the step between two ticks needs. */
void chart_tick_text(int64_t t_us, int64_t step_us, struct fascia_text *text);

/** "2.113 to 2.412 s", "2.113 s, not ready", "not started". */
void chart_unit_text(const struct report_boot_unit *unit, struct fascia_text *text);

/** "4.212 of 6.000 s met", "- of 6.000 s MISSED", "4.212 s untimed": what went wrong is in capitals. */
void chart_stage_text(const struct report_boot_stage *stage, struct fascia_text *text);

#endif
