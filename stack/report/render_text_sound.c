/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "stack/report/render_text.h"

static void text_levels(const struct report_facts *facts, struct report_out *out)
{
    const struct report_audio *audio = &facts->audio;
    const struct report_sound *sound = &facts->sound;
    char text[16];

    report_put(out, "  level in dB         ");
    for (size_t j = 0; j < audio->channels_count; j++)
        report_add(out, "%6s", audio->channels[j]);
    for (size_t i = 0; audio->has_matrix && i < audio->speakers_count; i++) {
        report_add(out, "\n    at %-6s matrix  ", audio->speakers[i]);
        for (size_t j = 0; j < audio->channels_count; j++)
            report_add(out, "%6s", report_db_text(audio->matrix[i][j], text));
        size_t k = report_sound_speaker(sound, audio->speakers[i]);
        if (k == SIZE_MAX)
            continue;
        report_put(out, "\n            measured  ");
        for (size_t j = 0; j < audio->channels_count; j++) {
            const struct report_sound_channel *channel = report_sound_channel(sound, audio->channels[j]);
            bool known = channel != NULL && channel->known[k];
            report_add(out, "%6s", known ? report_db_text(channel->gains[k], text) : "?");
        }
    }
    report_put(out, "\n");
}

/* What was asked, when it is said: the policy, and what belongs to it. */
static void text_decision(const struct report_audio *audio, struct report_out *out)
{
    char rules[320];
    struct fascia_text text;

    if (audio->policy_count == 0)
        return;
    fascia_text_init(&text, rules, sizeof rules);
    for (size_t i = 0; i < audio->policy_count; i++) {
        fascia_text_add(&text, "%s%s", i == 0 ? "" : ", ", audio->policy[i].mode);
        if (audio->policy[i].min_speakers > 0)
            fascia_text_add(&text, " from %u", audio->policy[i].min_speakers);
    }
    text_paragraph(out, "policy  %s; weights %s", rules,
                   audio->coefficients[0] != '\0' ? audio->coefficients : "not said");
    if (audio->mode_wanted[0] != '\0' && strcmp(audio->mode_wanted, "auto") != 0)
        text_paragraph(out, "ordered %s, whatever the policy says", audio->mode_wanted);
    text_paragraph(out, "gain    %+.1f dB for unrelated channels, make-up %+.1f dB, ceiling %.1f dBTP",
                   audio->expected_gain_db, audio->makeup_db, audio->ceiling_db);
    text_paragraph(out, "spatial %s", audio->spatial ? "yes" : report_not_spatial);
    if (audio->filters[0] != '\0' && strcmp(audio->filters, "none") != 0)
        text_paragraph(out, "filters %s: two outputs stand for all channels", audio->filters);
    if (audio->upmix)
        text_paragraph(out, "upmix   surround speakers play along with a stereo programme");
}

static void text_cabin(const struct report_audio *audio, struct report_out *out)
{
    bool worn = report_audio_has_filters(audio) && strcmp(audio->filters, "headphones") == 0;

    for (size_t i = 0; audio->has_cabin && !worn && i < audio->speakers_count; i++) {
        const struct report_speaker *speaker = &audio->cabin[i];
        report_add(out, "  %s%-6s plays %-6s at %+4.0f\302\260", i == 0 ? "cabin   " : "        ", audio->speakers[i],
                   speaker->plays, speaker->azimuth_deg);
        if (speaker->elevation_deg != 0)
            report_add(out, ", %.0f\302\260 %s", fabs(speaker->elevation_deg),
                       speaker->elevation_deg > 0 ? "up" : "down");
        if (speaker->distance_m > 0)
            report_add(out, ", %.2f m", speaker->distance_m);
        if (speaker->low_hz > 0)
            report_add(out, ", from %.0f Hz", speaker->low_hz);
        report_put(out, "\n");
    }
}

static const char *db_or_silence(double db, char to[static 16])
{
    if (db <= REPORT_SILENCE_DB)
        return "silent";
    (void)snprintf(to, 16, "%.1f dB", db);
    return to;
}

static void text_classes(const struct report_audio *audio, struct report_out *out)
{
    char volume[16], level[16];

    for (size_t i = 0; i < audio->classes_count; i++) {
        const struct report_class *class = &audio->classes[i];
        if (i == 0)
            report_put(out, "  class          volume      level  streams  state\n");
        report_add(out, "  %-11s %9s  %9s  %7u  %s%s\n", class->name, db_or_silence(class->volume_db, volume),
                   db_or_silence(class->level_db, level), class->streams, class->why, class->sounds ? ", sounds" : "");
    }
}

static void text_network(const struct report_network *network, struct report_out *out)
{
    char line[256];
    struct fascia_text text;

    if (network->state[0] == '\0' || strcmp(network->state, "off") == 0)
        return;
    fascia_text_init(&text, line, sizeof line);
    fascia_text_add(&text, "network %s", network->state);
    if (network->address[0] != '\0')
        fascia_text_add(&text, " on %s port %u", network->address, network->port);
    if (network->sender[0] != '\0')
        fascia_text_add(&text, ", from %s", network->sender);
    text_paragraph(out, "%s", line);
}

static const char *lufs(const struct report_levels *levels, double value, char to[static 16])
{
    if (value <= REPORT_SILENCE_DB)
        return report_levels_absence(levels);
    (void)snprintf(to, 16, "%.1f", value);
    return to;
}

static void text_loudness(const struct report_levels *levels, struct report_out *out)
{
    char texts[4][16];

    text_paragraph(
        out, "loudness, LUFS: momentary %s, short-term %s, integrated %s; true peak %s dBTP; limiter %.1f dB",
        lufs(levels, levels->momentary, texts[0]), lufs(levels, levels->short_term, texts[1]),
        lufs(levels, levels->integrated, texts[2]), lufs(levels, levels->true_peak_db, texts[3]), levels->reduction_db);
}

static void text_names(const char *before, const char (*names)[REPORT_CHANNEL_SIZE], size_t count,
                       struct report_out *out)
{
    report_put(out, before);
    for (size_t i = 0; i < count; i++)
        report_add(out, " %s", names[i]);
}

const char report_not_spatial[] = "no: folded to too few full-range speakers, or a programme of two channels";

void report_latency(const struct report_audio *audio, struct report_out *out)
{
    report_add(out, "%u frames", audio->latency_frames);
    if (audio->rate > 0)
        report_add(out, " (%.1f ms) at %u Hz", 1e3 * audio->latency_frames / audio->rate, audio->rate);
}

const char *report_levels_absence(const struct report_levels *levels)
{
    return levels->momentary > REPORT_SILENCE_DB ? "not yet" : "silence";
}

static void text_rendered(const struct report_audio *audio, struct report_out *out)
{
    bool refused = strcmp(audio->mode, "refuse") == 0;

    report_add(out, "  %s %s", audio->source, refused ? "is refused" : "as ");
    report_put(out, refused ? "" : audio->mode);
    text_names(audio->speakers_count > 0 ? " on" : "", audio->speakers, audio->speakers_count, out);
    if (audio->lost_count > 0)
        text_names("; lost:", audio->lost, audio->lost_count, out);
    else if (!refused)
        report_put(out, "; lost: none");
    report_put(out, "\n");
    if (audio->mode_reason[0] != '\0')
        text_paragraph(out, "%s", audio->mode_reason);
    report_add(out, "  worst-case gain %+.1f dB; latency ", audio->worst_gain_db);
    report_latency(audio, out);
    report_put(out, "\n");
}

void report_text_sound(const struct report_facts *facts, struct report_out *out)
{
    const struct report_audio *audio = &facts->audio;

    text_heading(out, "SOUND", text_absence(facts, audio->answered, "audio", "the audio service does not answer"));
    if (!audio->answered)
        return;
    if (audio->mode[0] == '\0')
        report_put(out, "  no programme is being rendered\n");
    else
        text_rendered(audio, out);
    text_decision(audio, out);
    text_cabin(audio, out);
    if (report_audio_has_filters(audio) && !report_audio_has_levels(audio))
        report_put(out, "  level   of no channel: all go through filters\n");
    else if (audio->channels_count > 0)
        text_levels(facts, out);
    text_classes(audio, out);
    text_network(&audio->network, out);
    if (audio->levels.known)
        text_loudness(&audio->levels, out);
}
