/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/report/chart.h"

#include <string.h>

#define HAIRLINE 10 /* less than a tenth of the picture is too little for what it is about */

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

struct chart chart_of_boot(const struct report_boot *boot)
{
    int64_t start = later(boot->fasciad_us, 0), end = start;

    for (size_t i = 0; i < boot->units_count; i++)
        end = later(end, later(boot->units[i].exec_us, boot->units[i].ready_us));
    for (size_t i = 0; i < boot->stages_count; i++) {
        end = later(end, boot->stages[i].reached_us);
        if (strcmp(boot->stages[i].verdict, "untimed") != 0) /* a budget that counts is a part of the picture */
            end = later(end, boot->stages[i].budget_us);
    }
    bool hairline = end - start < end / HAIRLINE;
    struct chart chart = {.from_us = hairline ? start : 0};
    chart.to_us = end + (end - chart.from_us) / 40 + 1000;
    return chart;
}

int chart_x(const struct chart *chart, int64_t t_us, int width)
{
    int64_t x = (t_us - chart->from_us) * width / (chart->to_us - chart->from_us);

    if (x < 0)
        return 0;
    return x < width ? (int)x : width;
}

int64_t chart_tick_step(int64_t span, int64_t most)
{
    int64_t step = 1;

    for (int i = 0; span / step > most; i++)
        step = i % 3 == 1 ? step / 2 * 5 : step * 2;
    return step;
}

static double seconds(int64_t us)
{
    return (double)us / 1e6;
}

void chart_tick_text(int64_t t_us, int64_t step_us, struct fascia_text *text)
{
    int decimals = 0;

    for (int64_t unit = 1000000; decimals < 6 && step_us % unit != 0; unit /= 10)
        decimals++;
    fascia_text_add(text, "%.*f s", decimals, seconds(t_us));
}

void chart_unit_text(const struct report_boot_unit *unit, struct fascia_text *text)
{
    if (unit->exec_us < 0 && unit->ready_us < 0)
        fascia_text_add(text, "not started");
    else if (unit->ready_us < 0)
        fascia_text_add(text, "%.3f s, not ready", seconds(unit->exec_us));
    else if (unit->exec_us < 0) /* adopted: somebody else started it */
        fascia_text_add(text, "ready at %.3f s", seconds(unit->ready_us));
    else
        fascia_text_add(text, "%.3f to %.3f s", seconds(unit->exec_us), seconds(unit->ready_us));
}

void chart_stage_text(const struct report_boot_stage *stage, struct fascia_text *text)
{
    bool missed = strcmp(stage->verdict, "missed") == 0, late = strcmp(stage->verdict, "late") == 0;

    if (stage->reached_us < 0)
        fascia_text_add(text, "-");
    else
        fascia_text_add(text, "%.3f", seconds(stage->reached_us));
    if (strcmp(stage->verdict, "untimed") == 0)
        fascia_text_add(text, " s untimed");
    else
        fascia_text_add(text, " of %.3f s %s", seconds(later(stage->budget_us, 0)),
                        missed ? "MISSED" : (late ? "LATE" : stage->verdict));
}
