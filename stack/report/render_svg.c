/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "stack/report/chart.h"
#include "stack/report/render_html.h"

/* Colours come from the page's style sheet by class, so that pictures follow the light or dark scheme. */

/* --- timeline --- */

#define LANES_MAX  10
#define BAND       20 /* pixels */
#define LANE       36
#define LEFT       120
#define RIGHT      30
#define PLOT_WIDTH 830
#define TOP        12
#define GLYPH      6 /* estimated width of a character */

struct lanes {
    const char *names[LANES_MAX];
    size_t count;
    int label_end[LANES_MAX]; /* x up to which the lane's labels reach */
};

/* Lane of a source; further sources share the last lane. */
static size_t lane_of(struct lanes *lanes, const char *source)
{
    for (size_t i = 0; i < lanes->count; i++) {
        if (strcmp(lanes->names[i], source) == 0)
            return i;
    }
    if (lanes->count == LANES_MAX) {
        lanes->names[LANES_MAX - 1] = "others";
        return LANES_MAX - 1;
    }
    lanes->names[lanes->count] = source;
    return lanes->count++;
}

static int x_of(int64_t t_ms, int64_t span)
{
    return LEFT + (int)(t_ms * PLOT_WIDTH / span);
}

static const char *severity_class(const struct report_event *event)
{
    enum fascia_event_kind kind;

    if (fascia_event_parse_name(event->name, &kind) != 0)
        return strcmp(event->source, "fascia-phone") == 0 ? "good" : "info";
    switch (fascia_event_severity(kind)) {
    case FASCIA_SEVERITY_ERROR:
        return "bad";
    case FASCIA_SEVERITY_WARNING:
        return "warn";
    case FASCIA_SEVERITY_NOTICE:
        return "good";
    case FASCIA_SEVERITY_INFO:
    case FASCIA_SEVERITY_DEBUG:
        break;
    }
    return "info";
}

static void svg_axis(int64_t span, int height, struct report_out *out)
{
    int64_t step = chart_tick_step(span, 10);

    for (int64_t t = 0; t <= span; t += step) {
        int x = x_of(t, span);
        report_add(out, "<line class=\"grid\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>", x, TOP, x, height - 22);
        if (step >= 100)
            report_add(out, "<text class=\"axis\" text-anchor=\"middle\" x=\"%d\" y=\"%d\">%.1f s</text>\n", x,
                       height - 8, (double)t / 1000.0);
        else
            report_add(out, "<text class=\"axis\" text-anchor=\"middle\" x=\"%d\" y=\"%d\">%" PRId64 " ms</text>\n", x,
                       height - 8, t);
    }
}

static void svg_event(const struct report_event *event, struct lanes *lanes, int64_t span, int top,
                      struct report_out *out)
{
    size_t lane = lane_of(lanes, event->source);
    int x = x_of(event->t_ms < span ? event->t_ms : span, span), y = top + (int)lane * LANE + 24;
    int label_width = (int)report_columns(event->name) * GLYPH;
    const char *class = severity_class(event);

    report_add(out, "<circle class=\"%s\" cx=\"%d\" cy=\"%d\" r=\"4\"><title>%" PRId64 " ms: ", class, x, y,
               event->t_ms);
    report_escape(out, event->name);
    report_put(out, " ");
    report_escape(out, event->detail);
    report_put(out, "</title></circle>\n");
    /* A label only where the lane has room for it, and none for what the bands show; the table below has them all. */
    bool fits = x - 4 >= lanes->label_end[lane] && x - 4 + label_width <= LEFT + PLOT_WIDTH + RIGHT;
    if (!fits || strcmp(class, "info") == 0 || strcmp(event->name, "function-changed") == 0)
        return;
    lanes->label_end[lane] = x + label_width + GLYPH;
    report_add(out, "<text class=\"label\" x=\"%d\" y=\"%d\">", x - 4, y - 9);
    report_escape(out, event->name);
    report_put(out, "</text>\n");
}

/* --- state bands --- */

static const char *const band_classes[FASCIA_FUNCTION_STATES_] = {
    [FASCIA_FUNCTION_OFF] = "info",      [FASCIA_FUNCTION_STARTING] = "info", [FASCIA_FUNCTION_FULL] = "good",
    [FASCIA_FUNCTION_DEGRADED] = "warn", [FASCIA_FUNCTION_SAFE] = "warn",     [FASCIA_FUNCTION_FAILED] = "bad",
};

/*
 * "link STARTING -> FULL (reason): …", or "link STARTING -> FULL: …": the detail of a function-changed event. Whether
 * it is about `name`.
 */
static bool state_change(const struct report_event *event, const char *name, enum fascia_function_state *ret_from,
                         enum fascia_function_state *ret_to)
{
    char function[FASCIA_FUNCTION_NAME_SIZE] = "", from[12] = "", arrow[4] = "", to[12] = "";
    const char *at = event->detail;

    if (strcmp(event->name, "function-changed") != 0 || fascia_text_word(&at, function, sizeof function) != 0 ||
        fascia_text_word(&at, from, sizeof from) != 0 || fascia_text_word(&at, arrow, sizeof arrow) != 0 ||
        fascia_text_word(&at, to, sizeof to) != 0)
        return false;
    to[strcspn(to, ":")] = '\0';
    return strcmp(function, name) == 0 && fascia_function_state_parse(from, ret_from) == 0 &&
           fascia_function_state_parse(to, ret_to) == 0;
}

static void svg_segment(enum fascia_function_state state, int64_t from, int64_t to, int64_t span, int y,
                        struct report_out *out)
{
    int x = x_of(from, span), width = x_of(to, span) - x;

    if (width < 1)
        width = 1;
    report_add(out,
               "<rect class=\"state %s\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"12\"><title>%s, %" PRId64
               " to %" PRId64 " ms</title></rect>\n",
               band_classes[state], x, y, width, fascia_function_state_name(state), from, to);
}

static void svg_band(const struct report_facts *facts, const struct report_function *function, int64_t span, int y,
                     struct report_out *out)
{
    enum fascia_function_state from = FASCIA_FUNCTION_OFF, to = function->state;
    int64_t since = 0;
    bool changed = false;

    report_add(out, "<text class=\"axis\" text-anchor=\"end\" x=\"%d\" y=\"%d\">", LEFT - 12, y + 10);
    report_escape(out, function->name);
    report_put(out, "</text>\n");
    for (size_t i = 0; i < facts->events_count; i++) {
        const struct report_event *event = &facts->events[i];
        if (!state_change(event, function->name, &from, &to))
            continue;
        int64_t t = event->t_ms < span ? event->t_ms : span;
        svg_segment(from, since, t, span, y, out);
        since = t;
        changed = true;
    }
    /* Without a change that is still remembered the state has been the same all the time. */
    svg_segment(changed ? to : function->state, since, span, span, y, out);
}

/* --- the picture --- */

static void svg_lanes(const struct lanes *lanes, int top, struct report_out *out)
{
    for (size_t i = 0; i < lanes->count; i++) {
        int y = top + (int)i * LANE + 24;
        report_add(out, "<line class=\"lane\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>", LEFT, y, LEFT + PLOT_WIDTH,
                   y);
        report_add(out, "<text class=\"axis\" text-anchor=\"end\" x=\"%d\" y=\"%d\">", LEFT - 12, y + 4);
        report_escape(out, lanes->names[i]);
        report_put(out, "</text>\n");
    }
}

void report_svg_timeline(const struct report_facts *facts, struct report_out *out)
{
    struct lanes lanes = {0};
    int64_t span = 1;

    for (size_t i = 0; i < facts->events_count; i++) {
        (void)lane_of(&lanes, facts->events[i].source);
        if (facts->events[i].t_ms > span)
            span = facts->events[i].t_ms;
    }
    /* A little is kept free at the end, so that the last state can be seen. */
    span = span < INT64_MAX / PLOT_WIDTH / 2 ? span + span / 20 + 1 : INT64_MAX / PLOT_WIDTH;

    int top = TOP + (int)facts->functions_count * BAND + 8, height = top + (int)lanes.count * LANE + 26;
    report_add(out,
               "<svg role=\"img\" aria-label=\"Timeline of function states and events\" viewBox=\"0 0 %d %d\" "
               "width=\"%d\" height=\"%d\">\n",
               LEFT + PLOT_WIDTH + RIGHT, height, LEFT + PLOT_WIDTH + RIGHT, height);
    svg_axis(span, height, out);
    for (size_t i = 0; i < facts->functions_count; i++)
        svg_band(facts, &facts->functions[i], span, TOP + (int)i * BAND, out);
    svg_lanes(&lanes, top, out);
    for (size_t i = 0; i < facts->events_count; i++)
        svg_event(&facts->events[i], &lanes, span, top, out);
    report_put(out, "</svg>\n");
}

/* --- heat map --- */

#define CELL_WIDTH  54
#define CELL_HEIGHT 34
#define HEAD_WIDTH  48
#define HEAD_HEIGHT 24

/* Full strength at 0 dB, nothing below -30 dB: what matters in a fold-down lies between. */
static double heat_of(double gain)
{
    double db = report_db(fabs(gain));
    if (db <= -30.0)
        return 0.0;
    return db >= 0.0 ? 0.85 : 0.85 * (db + 30.0) / 30.0;
}

static void svg_cell(double gain, int x, int y, struct report_out *out)
{
    char text[16];

    report_add(out, "<rect class=\"cell\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"3\"/>", x, y,
               CELL_WIDTH - 3, CELL_HEIGHT - 3);
    if (!isnan(gain) && heat_of(gain) > 0.0)
        report_add(out,
                   "<rect class=\"heat\" fill-opacity=\"%.2f\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" "
                   "rx=\"3\"/>",
                   heat_of(gain), x, y, CELL_WIDTH - 3, CELL_HEIGHT - 3);
    report_add(out, "<text class=\"value\" text-anchor=\"middle\" x=\"%d\" y=\"%d\">%s</text>\n",
               x + (CELL_WIDTH - 3) / 2, y + CELL_HEIGHT / 2 + 3, isnan(gain) ? "?" : report_db_text(gain, text));
}

void report_svg_heat(const struct report_heat *heat, struct report_out *out)
{
    int width = HEAD_WIDTH + (int)heat->columns_count * CELL_WIDTH;
    int height = HEAD_HEIGHT + (int)heat->rows_count * CELL_HEIGHT;

    report_put(out, "<svg role=\"img\" aria-label=\"");
    report_escape(out, heat->label);
    report_add(out, "\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\">\n", width, height, width, height);
    for (size_t j = 0; j < heat->columns_count; j++) {
        report_add(out, "<text class=\"axis\" text-anchor=\"middle\" x=\"%d\" y=\"%d\">",
                   HEAD_WIDTH + (int)j * CELL_WIDTH + (CELL_WIDTH - 3) / 2, HEAD_HEIGHT - 8);
        report_escape(out, heat->columns[j]);
        report_put(out, "</text>");
    }
    for (size_t i = 0; i < heat->rows_count; i++) {
        int y = HEAD_HEIGHT + (int)i * CELL_HEIGHT;
        report_add(out, "<text class=\"axis\" text-anchor=\"end\" x=\"%d\" y=\"%d\">", HEAD_WIDTH - 10,
                   y + CELL_HEIGHT / 2 + 3);
        report_escape(out, heat->rows[i]);
        report_put(out, "</text>\n");
        for (size_t j = 0; j < heat->columns_count; j++)
            svg_cell(heat->gains[i][j], HEAD_WIDTH + (int)j * CELL_WIDTH, y, out);
    }
    report_put(out, "</svg>\n");
}
