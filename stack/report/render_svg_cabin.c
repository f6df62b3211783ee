/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "stack/report/render_html.h"

/*
 * The cabin from above. Markers stand where the speakers do; what is written about them stands in two columns beside
 * the car, joined by lines, so that texts never lie on one another, wherever the speakers are.
 */

#define WIDTH   (2 * CENTRE)
#define CENTRE  330
#define RADIUS  128 /* pixels: a speaker at ear height, as far away as the farthest */
#define NEAREST 0.4 /* of that, at least: markers keep clear of the listener */
#define COLUMN  140 /* width of a column of texts: "10.00 m, from 10000 Hz" */
#define ROW     46  /* three lines of text */
#define MARKER  9
#define HEIGHT  (2 * RADIUS + 110)

struct mark {
    double x, y;
    size_t speaker;
    int row_y; /* of its text */
};

struct column {
    struct mark marks[REPORT_CHANNELS_MAX];
    size_t count;
};

static double farthest(const struct report_audio *audio)
{
    double most = 0;

    for (size_t i = 0; i < audio->speakers_count; i++) {
        if (audio->cabin[i].distance_m <= 0)
            return 0; /* not all are known: all are drawn equally far */
        most = audio->cabin[i].distance_m > most ? audio->cabin[i].distance_m : most;
    }
    return most;
}

/* A speaker above or below is nearer to the listener, seen from above. */
static void place(const struct report_speaker *speaker, double most, int middle, struct mark *mark)
{
    double azimuth = speaker->azimuth_deg * M_PI / 180, elevation = speaker->elevation_deg * M_PI / 180;
    double share = (most > 0 ? speaker->distance_m / most : 1) * cos(elevation);
    double radius = RADIUS * (share > NEAREST ? share : NEAREST);

    mark->x = CENTRE - radius * sin(azimuth);
    mark->y = middle - radius * cos(azimuth);
}

static int by_height(const void *a, const void *b)
{
    const struct mark *left = a, *right = b;

    if (left->y < right->y)
        return -1;
    return left->y > right->y ? 1 : (left->speaker > right->speaker) - (left->speaker < right->speaker);
}

/* Texts at the height of their markers, pushed down where they would touch, and up again at the lower edge. */
static void spread(struct column *column, int height)
{
    int next = 28;

    if (column->count == 0)
        return;
    qsort(column->marks, column->count, sizeof column->marks[0], by_height);
    for (size_t i = 0; i < column->count; i++) {
        int wanted = (int)lround(column->marks[i].y);
        column->marks[i].row_y = wanted > next ? wanted : next;
        next = column->marks[i].row_y + ROW;
    }
    int last = height - 34;
    for (size_t i = column->count; i-- > 0;) {
        if (column->marks[i].row_y > last)
            column->marks[i].row_y = last;
        last = column->marks[i].row_y - ROW;
    }
}

static void svg_car(int middle, struct report_out *out)
{
    int top = middle - RADIUS - 26, bottom = middle + RADIUS + 26;

    report_add(out,
               "<rect class=\"cell\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"64\"/>\n"
               "<circle class=\"ring\" cx=\"%d\" cy=\"%d\" r=\"%d\"/>\n"
               "<path class=\"ring\" d=\"M%d %d q%d -24 %d 0\"/>\n"
               "<text class=\"axis\" text-anchor=\"middle\" x=\"%d\" y=\"%d\">front</text>\n"
               "<circle class=\"ring\" cx=\"%d\" cy=\"%d\" r=\"11\"/><path class=\"ring\" d=\"M%d %d l4 -7 l4 7\"/>\n",
               CENTRE - RADIUS - 26, top, 2 * RADIUS + 52, bottom - top, CENTRE, middle, RADIUS, CENTRE - 70, top + 46,
               70, 140, CENTRE, top + 18, CENTRE, middle, CENTRE - 4, middle - 10);
}

static void svg_marker(const struct report_audio *audio, const struct mark *mark, struct report_out *out)
{
    const struct report_speaker *speaker = &audio->cabin[mark->speaker];
    int x = (int)lround(mark->x), y = (int)lround(mark->y);

    if (strncmp(speaker->plays, "LFE", 3) == 0)
        report_add(out, "<rect class=\"sub\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"2\"/>", x - MARKER,
                   y - MARKER, 2 * MARKER, 2 * MARKER);
    else if (speaker->elevation_deg >= 15)
        report_add(out, "<path class=\"above\" d=\"M%d %d l%d %d h%d z\"/>", x, y - MARKER - 1, MARKER + 1, 2 * MARKER,
                   -2 * (MARKER + 1));
    else
        report_add(out, "<circle class=\"speaker\" cx=\"%d\" cy=\"%d\" r=\"%d\"/>", x, y, MARKER);
    report_put(out, "\n");
}

static void svg_text(const struct report_audio *audio, const struct mark *mark, bool left, struct report_out *out)
{
    const struct report_speaker *speaker = &audio->cabin[mark->speaker];
    const char *anchor = left ? "end" : "start";
    int x = left ? COLUMN - 8 : WIDTH - COLUMN + 8, y = mark->row_y;

    report_add(out, "<path class=\"leader\" d=\"M%d %d L%.1f %.1f\"/>\n", left ? x + 4 : x - 4, y - 2, mark->x,
               mark->y);
    report_add(out, "<text class=\"value\" text-anchor=\"%s\" x=\"%d\" y=\"%d\">", anchor, x, y);
    report_escape(out, audio->speakers[mark->speaker]);
    if (strcmp(audio->speakers[mark->speaker], speaker->plays) != 0) {
        report_put(out, " plays ");
        report_escape(out, speaker->plays);
    }
    report_add(out, "</text><text class=\"label axis\" text-anchor=\"%s\" x=\"%d\" y=\"%d\">%.0f\302\260", anchor, x,
               y + 14, speaker->azimuth_deg);
    if (speaker->elevation_deg != 0)
        report_add(out, ", %.0f\302\260 %s", fabs(speaker->elevation_deg), speaker->elevation_deg > 0 ? "up" : "down");
    report_add(out, "</text><text class=\"label axis\" text-anchor=\"%s\" x=\"%d\" y=\"%d\">", anchor, x, y + 27);
    if (speaker->distance_m > 0)
        report_add(out, "%.2f m", speaker->distance_m);
    if (speaker->low_hz > 0)
        report_add(out, "%sfrom %.0f Hz", speaker->distance_m > 0 ? ", " : "", speaker->low_hz);
    report_put(out, "</text>\n");
}

/* Who stands in the middle goes to the column with more room. */
static void sort_out(const struct report_audio *audio, struct column columns[static 2], int middle)
{
    double most = farthest(audio);

    for (size_t pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < audio->speakers_count; i++) {
            struct mark mark = {.speaker = i};
            place(&audio->cabin[i], most, middle, &mark);
            bool central = fabs(mark.x - CENTRE) < 1;
            if (central != (pass == 1))
                continue;
            size_t side = central ? columns[0].count > columns[1].count : mark.x > CENTRE;
            columns[side].marks[columns[side].count++] = mark;
        }
    }
}

void report_svg_cabin(const struct report_audio *audio, struct report_out *out)
{
    static const int empty_rows = 2; /* above and below */
    struct column columns[2] = {{.count = 0}, {.count = 0}};
    size_t rows = 0;
    int height = HEIGHT;

    sort_out(audio, columns, 0); /* once to count */
    rows = columns[0].count > columns[1].count ? columns[0].count : columns[1].count;
    if ((int)rows * ROW + empty_rows * ROW > height)
        height = (int)rows * ROW + empty_rows * ROW;
    memset(columns, 0, sizeof columns);
    sort_out(audio, columns, height / 2);
    report_add(out,
               "<svg role=\"img\" aria-label=\"The cabin from above: where the speakers are and what they play\" "
               "viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\">\n",
               WIDTH, height, WIDTH, height);
    svg_car(height / 2, out);
    for (size_t side = 0; side < 2; side++) {
        spread(&columns[side], height);
        for (size_t i = 0; i < columns[side].count; i++)
            svg_text(audio, &columns[side].marks[i], side == 0, out);
    }
    for (size_t side = 0; side < 2; side++) {
        for (size_t i = 0; i < columns[side].count; i++)
            svg_marker(audio, &columns[side].marks[i], out);
    }
    report_put(out, "</svg>\n");
}
