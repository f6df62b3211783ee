/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <string.h>

#include "stack/report/render_html.h"

static void names(struct report_out *out, const char (*channels)[REPORT_CHANNEL_SIZE], size_t count)
{
    for (size_t i = 0; i < count; i++) {
        report_put(out, i > 0 ? " " : "");
        report_escape(out, channels[i]);
    }
    report_put(out, count == 0 ? "none" : "");
}

static void html_row(struct report_out *out, const char *key, const char *value)
{
    report_add(out, "<tr><th scope=\"row\">%s</th><td>", key);
    report_escape(out, value);
    report_put(out, "</td></tr>\n");
}

static void html_summary(const struct report_audio *audio, struct report_out *out)
{
    report_put(out, "<table class=\"keys\">\n<tr><th scope=\"row\">Rendered</th><td>");
    report_escape(out, audio->source);
    report_put(out, " as <strong>");
    report_escape(out, audio->mode[0] != '\0' ? audio->mode : "nothing yet");
    report_put(out, "</strong> on ");
    names(out, audio->speakers, audio->speakers_count);
    report_put(out, "</td></tr>\n<tr><th scope=\"row\">Lost channels</th><td>");
    names(out, audio->lost, audio->lost_count);
    report_put(out, "</td></tr>\n");
    html_row(out, "Why", audio->mode_reason);
    report_add(out,
               "<tr><th scope=\"row\">Worst-case gain</th><td>%+.1f dB, every channel at full scale and in phase"
               "</td></tr>\n<tr><th scope=\"row\">Latency</th><td>%u frames at %u Hz</td></tr>\n",
               audio->worst_gain_db, audio->latency_frames, audio->rate);
    html_row(out, "Plays from", audio->projection_sink);
    html_row(out, "Plays to", audio->target_sink[0] != '\0' ? audio->target_sink : "no sink");
    report_put(out, "</table>\n");
}

static void html_matrix(const struct report_audio *audio, struct report_out *out)
{
    struct report_heat heat = {
        .label = "Matrix: level of each channel at each speaker, dB",
        .rows = audio->speakers,
        .rows_count = audio->speakers_count,
        .columns = audio->channels,
        .columns_count = audio->channels_count,
    };

    memcpy(heat.gains, audio->matrix, sizeof heat.gains);
    report_put(out, "<figure><figcaption>Matrix: what the renderer sets, dB</figcaption>\n");
    report_svg_heat(&heat, out);
    report_put(out, "</figure>\n");
}

/* In the order of the matrix when there is one, so that both pictures can be laid side by side. */
static void html_measured(const struct report_facts *facts, struct report_out *out)
{
    const struct report_audio *audio = &facts->audio;
    const struct report_sound *sound = &facts->sound;
    char channels[REPORT_CHANNELS_MAX][REPORT_CHANNEL_SIZE] = {""};
    struct report_heat heat = {
        .label = "Measured level of each channel at each speaker, dB",
        .rows = audio->has_matrix ? audio->speakers : sound->speakers,
        .rows_count = audio->has_matrix ? audio->speakers_count : sound->speakers_count,
        .columns = audio->channels,
        .columns_count = audio->channels_count,
    };

    if (!audio->has_matrix) {
        for (size_t j = 0; j < sound->channels_count; j++)
            memcpy(channels[j], sound->channels[j].name, REPORT_CHANNEL_SIZE);
        heat.columns = channels;
        heat.columns_count = sound->channels_count;
    }
    for (size_t i = 0; i < heat.rows_count; i++) {
        size_t k = report_sound_speaker(sound, heat.rows[i]);
        for (size_t j = 0; j < heat.columns_count; j++) {
            const struct report_sound_channel *channel = report_sound_channel(sound, heat.columns[j]);
            bool known = channel != NULL && k != SIZE_MAX && channel->known[k];
            heat.gains[i][j] = known ? channel->gains[k] : (double)NAN;
        }
    }
    report_add(out, "<figure><figcaption>Measured: one sine per channel, %.1f s at %u Hz, dB</figcaption>\n",
               sound->seconds, sound->rate);
    report_svg_heat(&heat, out);
    report_put(out, "</figure>\n");
}

void report_html_sound(const struct report *report, struct report_out *out)
{
    const struct report_facts *facts = report->facts;

    report_put(out, "<section>\n<h2>Sound</h2>\n");
    if (facts->audio.answered)
        html_summary(&facts->audio, out);
    else
        report_put(out, "<p class=\"empty\">The audio service does not answer.</p>\n");
    if (facts->audio.has_matrix || facts->sound.attached) {
        report_put(out, "<div class=\"figures\">\n");
        if (facts->audio.has_matrix)
            html_matrix(&facts->audio, out);
        if (facts->sound.attached)
            html_measured(facts, out);
        report_put(out, "</div>\n<p class=\"note\">Rows are speakers, columns are channels of the programme. A point "
                        "stands for silence (below -60 dB).</p>\n");
    }
    report_put(out, "</section>\n");
}
