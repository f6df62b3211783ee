/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/report/render_html.h"

/* Level of each speaker: a bar up to the effective value, a stroke at the peak, and the limiter's ceiling. */

#define HEAD   60
#define PLOT   400
#define ROW    24
#define FOOT   26
#define TAIL   70
#define LOWEST (-60.0) /* dB at the left edge */

static int x_of(double db)
{
    double share = (db - LOWEST) / -LOWEST;

    share = share < 0 ? 0 : share;
    return HEAD + (int)(PLOT * (share > 1 ? 1 : share));
}

static void svg_row(const struct report_levels *levels, size_t i, struct report_out *out)
{
    const struct report_sound_level *level = &levels->speaker[i];
    int y = (int)i * ROW + 6;

    report_add(out, "<text class=\"axis\" text-anchor=\"end\" x=\"%d\" y=\"%d\">", HEAD - 10, y + 12);
    report_escape(out, levels->speakers[i]);
    report_add(out, "</text><rect class=\"cell\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"/>", HEAD, y, PLOT,
               ROW - 8);
    if (level->rms_db > LOWEST)
        report_add(out, "<rect class=\"heat\" fill-opacity=\"0.7\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"/>",
                   HEAD, y, x_of(level->rms_db) - HEAD, ROW - 8);
    if (level->peak_db > LOWEST)
        report_add(out, "<line class=\"budget\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>", x_of(level->peak_db), y,
                   x_of(level->peak_db), y + ROW - 8);
    if (level->peak_db > REPORT_SILENCE_DB)
        report_add(out, "<text class=\"label\" x=\"%d\" y=\"%d\">%.1f dBFS</text>\n", HEAD + PLOT + 8, y + 12,
                   level->peak_db);
    else
        report_add(out, "<text class=\"label\" x=\"%d\" y=\"%d\">silent</text>\n", HEAD + PLOT + 8, y + 12);
}

void report_svg_levels(const struct report_levels *levels, double ceiling_db, struct report_out *out)
{
    int bottom = (int)levels->speakers_count * ROW + 6, height = bottom + FOOT;

    report_add(out,
               "<svg role=\"img\" aria-label=\"Level of each speaker, dBFS\" viewBox=\"0 0 %d %d\" width=\"%d\" "
               "height=\"%d\">\n",
               HEAD + PLOT + TAIL, height, HEAD + PLOT + TAIL, height);
    for (size_t i = 0; i < levels->speakers_count; i++)
        svg_row(levels, i, out);
    for (int db = (int)LOWEST; db <= 0; db += 12)
        report_add(out,
                   "<line class=\"grid\" x1=\"%d\" y1=\"0\" x2=\"%d\" y2=\"%d\"/><text class=\"axis\" "
                   "text-anchor=\"middle\" x=\"%d\" y=\"%d\">%d</text>\n",
                   x_of(db), x_of(db), bottom, x_of(db), bottom + 16, db);
    report_add(out, "<line class=\"bad ceiling\" x1=\"%d\" y1=\"0\" x2=\"%d\" y2=\"%d\"/>\n</svg>\n", x_of(ceiling_db),
               x_of(ceiling_db), bottom);
}
