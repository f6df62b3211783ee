/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "stack/report/chart.h"
#include "stack/report/render.h"

/* The boot chart in characters: a name, a bar, and the numbers of each row. */

#define WIDTH_LEAST 72
#define WIDTH_MOST  200
#define RIGHT       26 /* the numbers */
#define NAME_MOST   24

struct canvas {
    struct chart chart;
    size_t name_width;
    int width; /* of the bars */
};

static struct canvas canvas_of(const struct report_boot *boot, size_t width)
{
    struct canvas canvas = {.chart = chart_of_boot(boot), .name_width = sizeof "before fasciad" - 1};

    for (size_t i = 0; i < boot->units_count; i++) {
        size_t columns = report_columns(boot->units[i].name);
        canvas.name_width = columns > canvas.name_width ? columns : canvas.name_width;
    }
    for (size_t i = 0; i < boot->stages_count; i++) {
        size_t columns = report_columns(boot->stages[i].name);
        canvas.name_width = columns > canvas.name_width ? columns : canvas.name_width;
    }
    if (canvas.name_width > NAME_MOST)
        canvas.name_width = NAME_MOST;
    if (width < WIDTH_LEAST)
        width = WIDTH_LEAST;
    if (width > WIDTH_MOST)
        width = WIDTH_MOST;
    canvas.width = (int)(width - 2 - canvas.name_width - 2 - 2 - RIGHT);
    return canvas;
}

static void row(const struct canvas *canvas, const char *name, const char *bar, const char *numbers,
                struct report_out *out)
{
    report_put(out, "  ");
    report_pad(out, name, canvas->name_width + 2);
    report_pad(out, bar, numbers[0] != '\0' ? (size_t)canvas->width + 2 : 0);
    report_put(out, numbers);
    report_put(out, "\n");
}

static void clear(const struct canvas *canvas, char bar[static WIDTH_MOST])
{
    memset(bar, ' ', (size_t)canvas->width);
    bar[canvas->width] = '\0';
}

/* The column of a time; the last one for what lies at the end. */
static int column(const struct canvas *canvas, int64_t t_us)
{
    int x = chart_x(&canvas->chart, t_us, canvas->width);
    return x < canvas->width ? x : canvas->width - 1;
}

static void fill(const struct canvas *canvas, char *bar, int64_t from_us, int64_t to_us, char mark)
{
    int from = column(canvas, from_us), to = column(canvas, to_us);
    memset(bar + from, mark, (size_t)(to - from) + 1);
}

/* Labels of the axis begin where their time lies; one that would touch another is left out. */
static void axis(const struct canvas *canvas, struct report_out *out)
{
    const struct chart *chart = &canvas->chart;
    int64_t step = chart_tick_step(chart->to_us - chart->from_us, canvas->width / 8);
    char line[WIDTH_MOST];
    int taken = 0; /* columns, by the labels so far */

    clear(canvas, line);
    for (int64_t t = (chart->from_us + step - 1) / step * step; t < chart->to_us; t += step) {
        char label_text[24];
        struct fascia_text label;
        fascia_text_init(&label, label_text, sizeof label_text);
        chart_tick_text(t, step, &label);
        int x = column(canvas, t);
        if (x < taken || x + (int)label.used > canvas->width)
            continue;
        memcpy(line + x, label.start, label.used);
        taken = x + (int)label.used + 1;
    }
    for (int x = canvas->width; x > 0 && line[x - 1] == ' '; x--)
        line[x - 1] = '\0';
    row(canvas, "", line, "", out);
}

static void unit_row(const struct canvas *canvas, const struct report_boot_unit *unit, struct report_out *out)
{
    char bar[WIDTH_MOST], numbers_text[64];
    struct fascia_text numbers;

    clear(canvas, bar);
    fascia_text_init(&numbers, numbers_text, sizeof numbers_text);
    chart_unit_text(unit, &numbers);
    if (unit->exec_us >= 0)
        fill(canvas, bar, unit->exec_us, unit->ready_us >= unit->exec_us ? unit->ready_us : canvas->chart.to_us, '=');
    if (unit->ready_us >= 0)
        bar[column(canvas, unit->ready_us)] = '>';
    else if (unit->exec_us >= 0)
        bar[canvas->width - 1] = '?';
    row(canvas, unit->name, bar, numbers.start, out);
}

static void stage_row(const struct canvas *canvas, const struct report_boot_stage *stage, struct report_out *out)
{
    bool missed = report_stage_is_missed(stage);
    char bar[WIDTH_MOST], numbers_text[96];
    struct fascia_text numbers;

    clear(canvas, bar);
    fascia_text_init(&numbers, numbers_text, sizeof numbers_text);
    chart_stage_text(stage, &numbers);
    if (stage->budget_us >= canvas->chart.from_us && strcmp(stage->verdict, "untimed") != 0)
        bar[column(canvas, stage->budget_us)] = '|';
    if (stage->reached_us >= 0)
        bar[column(canvas, stage->reached_us)] = missed ? 'X' : 'o';
    else if (missed)
        bar[canvas->width - 1] = 'X';
    row(canvas, stage->name, bar, numbers.start, out);
}

void report_text_boot(const struct report_facts *facts, size_t width, struct report_out *out)
{
    const struct report_boot *boot = &facts->boot;
    char bar[WIDTH_MOST], numbers_text[64];
    struct fascia_text numbers;

    if (!boot->known)
        return;
    struct canvas canvas = canvas_of(boot, width);
    axis(&canvas, out);
    if (boot->fasciad_us >= 0) {
        clear(&canvas, bar);
        fill(&canvas, bar, canvas.chart.from_us, boot->fasciad_us, '.');
        fascia_text_init(&numbers, numbers_text, sizeof numbers_text);
        fascia_text_add(&numbers, "%.3f s", (double)boot->fasciad_us / 1e6);
        row(&canvas, "before fasciad", bar, numbers.start, out);
    }
    for (size_t i = 0; i < boot->units_count; i++)
        unit_row(&canvas, &boot->units[i], out);
    for (size_t i = 0; i < boot->stages_count; i++)
        stage_row(&canvas, &boot->stages[i], out);
    report_put(out, "  = exec to > ready");
    report_put(out, boot->stages_count > 0 ? "; o stage reached, | its budget, X budget missed\n" : "\n");
    if (canvas.chart.from_us > 0)
        report_put(out, "  fasciad was started long after the kernel: the picture begins with it\n");
}
