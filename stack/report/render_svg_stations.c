/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>

#include "stack/report/chart.h"
#include "stack/report/render_html.h"
#include "stack/report/series.h"

/*
 * A phone's past as SVG: one panel per measure over the same time. Both directions share a panel; they differ by
 * colour and by the dash of the line.
 */

#define LEFT   150 /* pixels */
#define PLOT   700
#define RIGHT  170
#define TOP    8
#define GAP    14
#define AXIS   24
#define TICKS  8
#define LEGEND 16

struct panel {
    const char *title;
    int64_t unit;      /* divides the value for people */
    int64_t least_top; /* the scale reaches at least so far; 0 below */
    enum report_measure measures[2];
    unsigned int count;
    int height, decimals;
    bool around; /* the scale goes around the values, in place of from 0 */
};

static const struct panel panels[] = {
    {.title = "rate, Mbit/s",
     .measures = {REPORT_MEASURE_TX_RATE, REPORT_MEASURE_RX_RATE},
     .count = 2,
     .height = 96,
     .unit = 1000,
     .decimals = 1,
     .least_top = 1000},
    {.title = "streams",
     .measures = {REPORT_MEASURE_TX_NSS, REPORT_MEASURE_RX_NSS},
     .count = 2,
     .height = 44,
     .unit = 1,
     .least_top = 2},
    {.title = "signal, dBm", .measures = {REPORT_MEASURE_SIGNAL}, .count = 1, .height = 56, .unit = 1, .around = true},
    {.title = "retries", .measures = {REPORT_MEASURE_RETRIES}, .count = 1, .height = 40, .unit = 1, .least_top = 10},
    {.title = "airtime, %",
     .measures = {REPORT_MEASURE_AIRTIME},
     .count = 1,
     .height = 40,
     .unit = 10,
     .decimals = 1,
     .least_top = 1000},
};

#define PANELS (sizeof panels / sizeof panels[0])

struct scale {
    bool known;
    int64_t bottom, top; /* bottom < top */
};

static struct scale scale_of(const struct report_series *series, const struct panel *panel)
{
    struct scale scale = {.top = panel->least_top};

    for (size_t i = 0; i < panel->count; i++) {
        struct report_summary summary = report_series_summary(series, panel->measures[i]);
        if (summary.count == 0)
            continue;
        if (panel->around && (!scale.known || summary.min < scale.bottom))
            scale.bottom = summary.min;
        if (summary.max > scale.top || (panel->around && !scale.known))
            scale.top = summary.max;
        scale.known = true;
    }
    if (panel->around) { /* room on both sides, so that a flat line is in the middle */
        scale.bottom -= 5;
        scale.top += 5;
    }
    return scale;
}

struct picture {
    const struct report_series *series;
    int64_t from_ms, span_ms; /* span above 0 */
    struct scale scales[PANELS];
    int height;
};

static struct picture picture_of(const struct report_series *series)
{
    struct picture picture = {.series = series, .from_ms = series->samples[0].t_ms, .height = TOP};

    picture.span_ms = report_series_span_ms(series);
    if (picture.span_ms <= 0)
        picture.span_ms = 1;
    for (size_t i = 0; i < PANELS; i++) {
        picture.scales[i] = scale_of(series, &panels[i]);
        if (picture.scales[i].known)
            picture.height += panels[i].height + GAP;
    }
    picture.height += AXIS;
    return picture;
}

static int x_of(const struct picture *picture, int64_t t_ms)
{
    return LEFT + (int)((t_ms - picture->from_ms) * PLOT / picture->span_ms);
}

static int y_of(const struct scale *scale, const struct panel *panel, int64_t value)
{
    return (int)((scale->top - value) * panel->height / (scale->top - scale->bottom));
}

static void number(const struct panel *panel, int64_t value, struct report_out *out)
{
    report_add(out, "%.*f", panel->decimals, (double)value / (double)panel->unit);
}

/* One measure. Where it is not known the line is interrupted; a sample alone is a dot. */
static void svg_line(const struct picture *picture, size_t index, size_t which, int y, struct report_out *out)
{
    const struct panel *panel = &panels[index];
    const struct report_series *series = picture->series;
    const char *class = which == 0 ? "tx" : "rx";
    size_t run = 0;

    for (size_t i = 0; i <= series->count; i++) {
        int64_t value = 0;
        bool known = i < series->count && report_sample_value(&series->samples[i], panel->measures[which], &value);
        int x = known ? x_of(picture, series->samples[i].t_ms) : 0;
        int at = known ? y + y_of(&picture->scales[index], panel, value) : 0;
        if (known && run++ == 0)
            report_add(out, "<path class=\"line %s\" d=\"M%d %dh1", class, x, at);
        else if (known)
            report_add(out, "L%d %d", x, at);
        else if (run > 0) {
            report_put(out, "\"/>");
            run = 0;
        }
    }
    report_put(out, "\n");
}

/* "- TX 24.0 to 1201.0": the least and the most, beside the panel. */
static void svg_legend(const struct picture *picture, size_t index, size_t which, int y, struct report_out *out)
{
    const struct panel *panel = &panels[index];
    struct report_summary summary = report_series_summary(picture->series, panel->measures[which]);
    const char *class = which == 0 ? "tx" : "rx";
    int x = LEFT + PLOT + 12, at = y + 10 + (int)which * LEGEND;

    if (summary.count == 0)
        return;
    if (panel->count > 1)
        report_add(out, "<path class=\"line %s\" d=\"M%d %dh18\"/><text class=\"axis\" x=\"%d\" y=\"%d\">%s ", class, x,
                   at - 4, x + 24, at, which == 0 ? "TX" : "RX");
    else
        report_add(out, "<text class=\"axis\" x=\"%d\" y=\"%d\">", x, at);
    number(panel, summary.min, out);
    if (summary.max != summary.min) {
        report_put(out, " to ");
        number(panel, summary.max, out);
    }
    report_put(out, "</text>\n");
}

static void svg_panel(const struct picture *picture, size_t index, int y, struct report_out *out)
{
    const struct panel *panel = &panels[index];
    const struct scale *scale = &picture->scales[index];

    report_add(out, "<text x=\"0\" y=\"%d\">%s</text>", y + panel->height / 2 + 4, panel->title);
    report_add(out,
               "<line class=\"grid\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>"
               "<line class=\"grid\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>",
               LEFT, y, LEFT + PLOT, y, LEFT, y + panel->height, LEFT + PLOT, y + panel->height);
    report_add(out, "<text class=\"axis\" text-anchor=\"end\" x=\"%d\" y=\"%d\">", LEFT - 8, y + 9);
    number(panel, scale->top, out);
    report_add(out, "</text><text class=\"axis\" text-anchor=\"end\" x=\"%d\" y=\"%d\">", LEFT - 8, y + panel->height);
    number(panel, scale->bottom, out);
    report_put(out, "</text>\n");
    for (size_t i = 0; i < panel->count; i++) {
        svg_line(picture, index, i, y, out);
        svg_legend(picture, index, i, y, out);
    }
}

static void svg_axis(const struct picture *picture, struct report_out *out)
{
    int64_t from_us = picture->from_ms * 1000, to_us = from_us + picture->span_ms * 1000;
    int64_t step = chart_tick_step(to_us - from_us, TICKS);
    int64_t first = from_us / step * step;

    for (int64_t t = first < from_us ? first + step : first; t <= to_us; t += step) {
        char text[32];
        struct fascia_text tick;
        int x = x_of(picture, t / 1000);
        fascia_text_init(&tick, text, sizeof text);
        chart_tick_text(t, step, &tick);
        report_add(out,
                   "<line class=\"grid\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>"
                   "<text class=\"axis\" text-anchor=\"middle\" x=\"%d\" y=\"%d\">%s</text>\n",
                   x, TOP, x, picture->height - AXIS, x, picture->height - 6, tick.start);
    }
}

void report_svg_station(const struct report_peer *peer, struct report_out *out)
{
    if (peer->history.count == 0)
        return;

    struct picture picture = picture_of(&peer->history);
    int y = TOP;

    report_put(out, "<svg role=\"img\" aria-label=\"Rates, streams, signal and retries of phone ");
    report_escape(out, peer->mac);
    report_add(out, " over time\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\">\n", LEFT + PLOT + RIGHT,
               picture.height, LEFT + PLOT + RIGHT, picture.height);
    svg_axis(&picture, out);
    for (size_t i = 0; i < PANELS; i++) {
        if (!picture.scales[i].known)
            continue;
        svg_panel(&picture, i, y, out);
        y += panels[i].height + GAP;
    }
    report_put(out, "</svg>\n");
}
