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

/* What a service that tells of its policy adds. */
static void html_decision(const struct report_audio *audio, struct report_out *out)
{
    if (audio->policy_count == 0)
        return;
    report_put(out, "<tr><th scope=\"row\">Policy</th><td>");
    for (size_t i = 0; i < audio->policy_count; i++) {
        report_put(out, i > 0 ? ", " : "");
        report_escape(out, audio->policy[i].mode);
        if (audio->policy[i].min_speakers > 0)
            report_add(out, " from %u speakers", audio->policy[i].min_speakers);
    }
    report_put(out, "; weights ");
    report_escape(out, audio->coefficients);
    if (audio->mode_wanted[0] != '\0' && strcmp(audio->mode_wanted, "auto") != 0) {
        report_put(out, "; ordered by hand: ");
        report_escape(out, audio->mode_wanted);
    }
    report_add(out,
               "</td></tr>\n<tr><th scope=\"row\">Spatial sound</th><td>%s</td></tr>\n"
               "<tr><th scope=\"row\">Gain</th><td>%+.1f dB for unrelated channels, make-up %+.1f dB, ceiling %.1f "
               "dBTP</td></tr>\n",
               audio->spatial ? "yes" : report_not_spatial, audio->expected_gain_db, audio->makeup_db,
               audio->ceiling_db);
}

static void html_cabin(const struct report_audio *audio, struct report_out *out)
{
    report_put(out,
               "<figure><figcaption>The cabin from above. Triangles stand above ear height, circles at it or below, "
               "squares for the low-frequency effects</figcaption>\n");
    report_svg_cabin(audio, out);
    report_put(out, "</figure>\n");
}

static void html_lufs(const struct report_levels *levels, double value, const char *unit, struct report_out *out)
{
    if (value > REPORT_SILENCE_DB)
        report_add(out, "%.1f %s", value, unit);
    else
        report_put(out, report_levels_absence(levels));
}

static void html_loudness(const struct report_audio *audio, struct report_out *out)
{
    const struct report_levels *levels = &audio->levels;

    report_put(out, "<figure><figcaption>Loudness: momentary ");
    html_lufs(levels, levels->momentary, "LUFS", out);
    report_put(out, ", short-term ");
    html_lufs(levels, levels->short_term, "LUFS", out);
    report_put(out, ", integrated ");
    html_lufs(levels, levels->integrated, "LUFS", out);
    report_put(out, "; true peak ");
    html_lufs(levels, levels->true_peak_db, "dBTP", out);
    report_add(out, "; limiter %.1f dB. Bars: effective value; strokes: peak; dashed: the ceiling</figcaption>\n",
               levels->reduction_db);
    report_svg_levels(levels, audio->ceiling_db, out);
    report_put(out, "</figure>\n");
}

static void html_db(double db, struct report_out *out)
{
    if (db > REPORT_SILENCE_DB)
        report_add(out, "<td class=\"num\">%+.1f dB</td>", db);
    else
        report_put(out, "<td class=\"num\">silent</td>");
}

static void html_classes(const struct report_audio *audio, struct report_out *out)
{
    if (audio->classes_count == 0)
        return;
    report_put(out, "<h3>Streams</h3>\n<table class=\"streams\"><thead><tr><th>Class</th><th>Sink</th><th "
                    "class=\"num\">Streams</th>"
                    "<th class=\"num\">Volume</th><th class=\"num\">Level</th><th>State</th></tr></thead>\n");
    for (size_t i = 0; i < audio->classes_count; i++) {
        const struct report_class *class = &audio->classes[i];
        html_element(out, "<tr><td>", class->name, "</td>");
        html_element(out, "<td class=\"mono\">", class->sink[0] != '\0' ? class->sink : "-", "</td>");
        report_add(out, "<td class=\"num\">%u</td>", class->streams);
        html_db(class->volume_db, out);
        html_db(class->level_db, out);
        html_element(out, "<td>", class->why, class->sounds ? ", sounds</td></tr>\n" : "</td></tr>\n");
    }
    report_put(out, "</table>\n");
}

static void html_network(const struct report_network *network, struct report_out *out)
{
    if (network->state[0] == '\0' || strcmp(network->state, "off") == 0)
        return;
    html_element(out, "<p>Network source: ", network->state, "");
    if (network->address[0] != '\0') {
        html_element(out, " on <span class=\"mono\">", network->address, "</span>");
        report_add(out, " port %u", network->port);
    }
    if (network->sender[0] != '\0')
        html_element(out, ", from <span class=\"mono\">", network->sender, "</span>");
    report_put(out, "</p>\n");
}

static void html_summary(const struct report_audio *audio, struct report_out *out)
{
    report_put(out, "<table class=\"keys\">\n<tr><th scope=\"row\">Rendered</th><td>");
    report_escape(out, audio->source);
    if (strcmp(audio->mode, "refuse") == 0)
        report_put(out, " is <strong>refused</strong>");
    else
        html_element(out, " as <strong>", audio->mode[0] != '\0' ? audio->mode : "nothing yet", "</strong>");
    if (audio->speakers_count > 0) {
        report_put(out, " on ");
        names(out, audio->speakers, audio->speakers_count);
    }
    report_put(out, "</td></tr>\n<tr><th scope=\"row\">Lost channels</th><td>");
    names(out, audio->lost, audio->lost_count);
    report_put(out, "</td></tr>\n");
    html_row(out, "Why", audio->mode_reason);
    report_add(out,
               "<tr><th scope=\"row\">Worst-case gain</th><td>%+.1f dB, every channel at full scale and in phase"
               "</td></tr>\n<tr><th scope=\"row\">Latency</th><td>",
               audio->worst_gain_db);
    report_latency(audio, out);
    report_put(out, "</td></tr>\n");
    html_decision(audio, out);
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

/* Where all channels go through filters there is no matrix to be drawn, and headphones are worn, not placed. */
static void html_figures(const struct report_facts *facts, struct report_out *out)
{
    const struct report_audio *audio = &facts->audio;
    bool filters = report_audio_has_filters(audio), loudness = audio->levels.known && audio->levels.speakers_count > 0;
    bool cabin = audio->has_cabin && !(filters && strcmp(audio->filters, "headphones") == 0);
    bool matrix = audio->has_matrix && (!filters || report_audio_has_levels(audio));

    if (cabin || loudness) {
        report_put(out, "<div class=\"figures\">\n");
        if (cabin)
            html_cabin(audio, out);
        if (loudness)
            html_loudness(audio, out);
        report_put(out, "</div>\n");
    }
    if (filters)
        html_element(out, "<p>Two outputs stand for all channels, by filters (", audio->filters,
                     matrix ? "); the matrix has the others.</p>\n" : "): there is no matrix.</p>\n");
    if (matrix || facts->sound.attached) {
        report_put(out, "<div class=\"figures\">\n");
        if (matrix)
            html_matrix(audio, out);
        if (facts->sound.attached)
            html_measured(facts, out);
        report_put(out, "</div>\n<p class=\"note\">Rows are speakers, columns are channels of the programme. A point "
                        "stands for silence (below -60 dB).</p>\n");
    }
}

void report_html_sound(const struct report *report, struct report_out *out)
{
    const struct report_facts *facts = report->facts;

    report_put(out, "<section>\n<h2>Sound</h2>\n");
    if (facts->audio.answered)
        html_summary(&facts->audio, out);
    else
        html_empty(out, report_facts_is_off(facts, "audio") ? "The sound is switched off."
                                                            : "The audio service does not answer.");
    html_figures(facts, out);
    html_classes(&facts->audio, out);
    html_network(&facts->audio.network, out);
    report_put(out, "</section>\n");
}
