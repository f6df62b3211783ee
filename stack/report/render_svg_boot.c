/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "stack/report/chart.h"
#include "stack/report/render_html.h"

/* The boot chart as SVG. In the page colours come from its style sheet; alone, from one of its own. */

#define TOP   10 /* pixels */
#define ROW   24
#define BAR   12
#define LEFT  170
#define PLOT  560
#define RIGHT 250
#define AXIS  26
#define GAP   14 /* between units and stages */
#define TICKS 6

/* Literal colours: many programs that show an SVG know neither variables nor colour schemes. */
static const char alone_style[] =
    "<style>text{fill:#1b2330;font-family:system-ui,\"Segoe UI\",Roboto,\"DejaVu Sans\",sans-serif;font-size:12px}"
    ".axis{fill:#5b6675}.grid{stroke:#dde2e8}.bar{fill:currentColor;fill-opacity:.5}"
    ".open{fill:none;stroke:currentColor;stroke-dasharray:4 3}.budget{stroke:#1b2330;stroke-width:2}"
    ".cross{fill:none;stroke:currentColor;stroke-width:3}circle{fill:currentColor;stroke:#ffffff}"
    ".good{color:#1a7f4b}.warn{color:#9a6700}.bad{color:#c4314b}.info{color:#6b7a8d}text.bad{fill:#c4314b;"
    "font-weight:700}</style>\n";

struct picture {
    struct chart chart;
    int height;
};

static struct picture picture_of(const struct report_boot *boot)
{
    int rows = 1 + (int)boot->units_count + (int)boot->stages_count;
    return (struct picture){.chart = chart_of_boot(boot),
                            .height = TOP + rows * ROW + (boot->stages_count > 0 ? GAP : 0) + AXIS};
}

static int x_of(const struct picture *picture, int64_t t_us)
{
    return LEFT + chart_x(&picture->chart, t_us, PLOT);
}

static void label(const char *name, int y, struct report_out *out)
{
    report_add(out, "<text text-anchor=\"end\" x=\"%d\" y=\"%d\">", LEFT - 12, y + ROW / 2 + 4);
    report_escape(out, name);
    report_put(out, "</text>");
}

static void numbers(const char *class, const char *text, int y, struct report_out *out)
{
    report_add(out, "<text class=\"%s\" x=\"%d\" y=\"%d\">", class, LEFT + PLOT + 18, y + ROW / 2 + 4);
    report_escape(out, text);
    report_put(out, "</text>\n");
}

static void bar(const struct picture *picture, const char *class, int64_t from_us, int64_t to_us, int y,
                struct report_out *out)
{
    int x = x_of(picture, from_us), width = x_of(picture, to_us) - x;

    report_add(out, "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"2\"/>", class, x,
               y + (ROW - BAR) / 2, width > 2 ? width : 2, BAR);
}

static void cross(int x, int y, struct report_out *out)
{
    int middle = y + ROW / 2;
    report_add(out, "<path class=\"cross bad\" d=\"M%d %dL%d %dM%d %dL%d %d\"/>", x - 5, middle - 5, x + 5, middle + 5,
               x - 5, middle + 5, x + 5, middle - 5);
}

static void svg_axis(const struct picture *picture, struct report_out *out)
{
    const struct chart *chart = &picture->chart;
    int64_t step = chart_tick_step(chart->to_us - chart->from_us, TICKS);

    for (int64_t t = (chart->from_us + step - 1) / step * step; t < chart->to_us; t += step) {
        char text[24];
        struct fascia_text tick;
        fascia_text_init(&tick, text, sizeof text);
        chart_tick_text(t, step, &tick);
        report_add(out,
                   "<line class=\"grid\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>"
                   "<text class=\"axis\" text-anchor=\"middle\" x=\"%d\" y=\"%d\">%s</text>\n",
                   x_of(picture, t), TOP, x_of(picture, t), picture->height - AXIS + 4, x_of(picture, t),
                   picture->height - 8, tick.start);
    }
}

static void svg_unit(const struct picture *picture, const struct report_boot_unit *unit, int y, struct report_out *out)
{
    char text[64];
    struct fascia_text times;
    bool ready = unit->ready_us >= 0;

    fascia_text_init(&times, text, sizeof text);
    chart_unit_text(unit, &times);
    label(unit->name, y, out);
    if (unit->exec_us >= 0 && ready)
        bar(picture, "bar info", unit->exec_us, unit->ready_us, y, out);
    else if (unit->exec_us >= 0)
        bar(picture, "open bad", unit->exec_us, picture->chart.to_us, y, out);
    if (ready)
        report_add(out, "<circle class=\"good\" cx=\"%d\" cy=\"%d\" r=\"5\"/>", x_of(picture, unit->ready_us),
                   y + ROW / 2);
    numbers(ready ? "axis" : "bad", times.start, y, out);
}

/* A missed budget shows as a cross and by a word in capitals, not by its colour alone. */
static void svg_stage(const struct picture *picture, const struct report_boot_stage *stage, int y,
                      struct report_out *out)
{
    char text[96];
    struct fascia_text times;
    bool missed = report_stage_is_missed(stage);
    int64_t reached_us = stage->reached_us >= 0 ? stage->reached_us : picture->chart.to_us;

    fascia_text_init(&times, text, sizeof text);
    chart_stage_text(stage, &times);
    report_put(out, "<g><title>waits for ");
    report_escape(out, stage->wait_for);
    report_put(out, "</title>");
    label(stage->name, y, out);
    if (stage->budget_us >= picture->chart.from_us && strcmp(stage->verdict, "untimed") != 0)
        report_add(out, "<line class=\"budget\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>",
                   x_of(picture, stage->budget_us), y + 2, x_of(picture, stage->budget_us), y + ROW - 2);
    if (missed)
        cross(x_of(picture, reached_us), y, out);
    else if (stage->reached_us >= 0)
        report_add(out, "<circle class=\"good\" cx=\"%d\" cy=\"%d\" r=\"5\"/>", x_of(picture, reached_us), y + ROW / 2);
    numbers(missed ? "bad" : "axis", times.start, y, out);
    report_put(out, "</g>\n");
}

static void svg_rows(const struct picture *picture, const struct report_boot *boot, struct report_out *out)
{
    char text[64];
    struct fascia_text times;
    int y = TOP;

    svg_axis(picture, out);
    label("before fasciad", y, out);
    if (boot->fasciad_us >= 0) {
        fascia_text_init(&times, text, sizeof text);
        fascia_text_add(&times, "%.3f s", (double)boot->fasciad_us / 1e6);
        bar(picture, "bar info", picture->chart.from_us, boot->fasciad_us, y, out);
        numbers("axis", times.start, y, out);
    }
    for (size_t i = 0; i < boot->units_count; i++)
        svg_unit(picture, &boot->units[i], y += ROW, out);
    y += GAP;
    for (size_t i = 0; i < boot->stages_count; i++)
        svg_stage(picture, &boot->stages[i], y += ROW, out);
}

static void open_svg(const struct picture *picture, const char *attributes, struct report_out *out)
{
    report_add(out,
               "<svg%s role=\"img\" aria-label=\"Boot: time from exec to ready of each process, and budgets of the "
               "stages\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\">\n",
               attributes, LEFT + PLOT + RIGHT, picture->height, LEFT + PLOT + RIGHT, picture->height);
}

void report_svg_boot(const struct report_facts *facts, struct report_out *out)
{
    struct picture picture = picture_of(&facts->boot);

    open_svg(&picture, "", out);
    svg_rows(&picture, &facts->boot, out);
    report_put(out, "</svg>\n");
}

void report_svg_boot_document(const struct report_facts *facts, struct report_out *out)
{
    struct picture picture = picture_of(&facts->boot);

    report_put(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    open_svg(&picture, " xmlns=\"http://www.w3.org/2000/svg\"", out);
    report_put(out, alone_style);
    report_add(out, "<rect x=\"0\" y=\"0\" width=\"%d\" height=\"%d\" fill=\"#ffffff\"/>\n", LEFT + PLOT + RIGHT,
               picture.height);
    svg_rows(&picture, &facts->boot, out);
    report_put(out, "</svg>\n");
}
