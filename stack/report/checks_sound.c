/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <string.h>

#include "stack/report/checks.h"

static bool sound_is_there(const struct report_facts *facts, struct fascia_text *evidence)
{
    if (!facts->audio.answered)
        check_say_absent(facts, "audio", evidence);
    else if (facts->audio.mode[0] == '\0')
        fascia_text_add(evidence, "no programme is being rendered");
    return facts->audio.answered && facts->audio.mode[0] != '\0';
}

enum report_outcome check_speakers(const struct report_facts *facts, const struct report_parameters *parameters,
                                   struct fascia_text *evidence)
{
    const struct report_audio *audio = &facts->audio;

    if (!audio->answered || audio->speakers_count == 0) {
        fascia_text_add(evidence, "the speakers are not known");
        return REPORT_OUTCOME_UNKNOWN;
    }
    fascia_text_add(evidence, "%zu speaker%s (", audio->speakers_count, audio->speakers_count == 1 ? "" : "s");
    for (size_t i = 0; i < audio->speakers_count; i++)
        fascia_text_add(evidence, "%s%s", i > 0 ? " " : "", audio->speakers[i]);
    fascia_text_add(evidence, "); asked: %u", parameters->count);
    return check_met_if(audio->speakers_count >= parameters->count);
}

static bool is_lfe(const char *channel)
{
    return strncmp(channel, "LFE", 3) == 0;
}

static bool is_admitted(const struct report_audio *audio, const char *channel)
{
    for (size_t i = 0; i < audio->lost_count; i++) {
        if (strcmp(audio->lost[i], channel) == 0)
            return true;
    }
    return false;
}

static bool is_heard(const struct report_audio *audio, size_t channel)
{
    for (size_t i = 0; i < audio->speakers_count; i++) {
        if (fabs(audio->matrix[i][channel]) > REPORT_SILENCE)
            return true;
    }
    return false;
}

/* Takes nobody's word for it: a channel without a weight in the matrix is lost, whether it is listed or not. */
static bool channels_survive(const struct report_audio *audio, struct fascia_text *evidence)
{
    bool survive = true, any = false;

    for (size_t i = 0; i < audio->channels_count; i++) {
        const char *channel = audio->channels[i];
        bool admitted = is_admitted(audio, channel);
        if (!admitted && (report_audio_has_filters(audio) || is_heard(audio, i)))
            continue;
        any = true;
        survive = survive && admitted && is_lfe(channel);
        fascia_text_add(evidence, "; %s is lost%s", channel, admitted ? "" : " and the service does not say so");
        if (admitted && is_lfe(channel))
            fascia_text_add(evidence, " by the configured LFE policy");
    }
    if (!any)
        fascia_text_add(evidence, "; no channel is lost");
    return survive;
}

enum report_outcome check_spatial(const struct report_facts *facts, const struct report_parameters *parameters,
                                  struct fascia_text *evidence)
{
    const struct report_audio *audio = &facts->audio;

    (void)parameters;
    if (!sound_is_there(facts, evidence))
        return REPORT_OUTCOME_UNKNOWN;
    fascia_text_add(evidence, "%s (%zu channels) as %s on %zu speaker%s", audio->source, audio->channels_count,
                    audio->mode, audio->speakers_count, audio->speakers_count == 1 ? "" : "s");
    if (strcmp(audio->mode, "refuse") == 0) {
        fascia_text_add(evidence, ": %s", audio->mode_reason);
        return REPORT_OUTCOME_NOT_MET;
    }
    if (!audio->has_matrix) {
        fascia_text_add(evidence, "; the matrix is not known");
        return REPORT_OUTCOME_UNKNOWN;
    }
    bool survive = channels_survive(audio, evidence);
    if (report_audio_has_filters(audio))
        fascia_text_add(evidence, " (%s filters)", audio->filters);
    if (audio->has_spatial)
        fascia_text_add(evidence, "; %s as spatial sound", audio->spatial ? "counts" : "does not count");
    fascia_text_add(evidence, "; worst-case gain %+.1f dB", audio->worst_gain_db);
    if (audio->channels_count < 3) {
        fascia_text_add(evidence, "; but the source is no multichannel programme");
        return REPORT_OUTCOME_NOT_MET;
    }
    return check_met_if(survive);
}

struct deviation {
    size_t compared, missing;
    double worst_db;
    const char *channel, *speaker;
};

/* Measured against expected level of one path. Expected silence must be 40 dB down: crosstalk, not a tolerance. */
static double path_error_db(double expected, double measured)
{
    double want = report_db(fabs(expected)), got = report_db(fabs(measured));

    if (want > -60.0)
        return fabs(got - want);
    return got > -40.0 ? got + 40.0 : 0.0;
}

static struct deviation compare_sound(const struct report_audio *audio, const struct report_sound *sound)
{
    struct deviation d = {.channel = "", .speaker = ""};

    for (size_t j = 0; j < audio->channels_count; j++) {
        const struct report_sound_channel *channel = report_sound_channel(sound, audio->channels[j]);
        for (size_t i = 0; i < audio->speakers_count; i++) {
            size_t k = report_sound_speaker(sound, audio->speakers[i]);
            if (channel == NULL || k == SIZE_MAX || !channel->known[k]) {
                d.missing++;
                continue;
            }
            double error = path_error_db(audio->matrix[i][j], channel->gains[k]);
            if (d.compared++ > 0 && error <= d.worst_db)
                continue;
            d.worst_db = error;
            d.channel = audio->channels[j];
            d.speaker = audio->speakers[i];
        }
    }
    return d;
}

enum report_outcome check_sound_measured(const struct report_facts *facts, const struct report_parameters *parameters,
                                         struct fascia_text *evidence)
{
    if (!facts->sound.attached) {
        fascia_text_add(evidence, "no sound measurement is attached");
        return REPORT_OUTCOME_NOT_APPLICABLE;
    }
    if (!facts->audio.has_matrix) {
        fascia_text_add(evidence, "there is no matrix to compare the measurement with");
        return REPORT_OUTCOME_UNKNOWN;
    }

    if (report_audio_has_filters(&facts->audio)) {
        fascia_text_add(evidence, "%s filters are in use: their levels are not a matrix", facts->audio.filters);
        return REPORT_OUTCOME_UNKNOWN;
    }
    struct deviation d = compare_sound(&facts->audio, &facts->sound);
    if (d.compared > 0)
        fascia_text_add(evidence,
                        "%zu paths measured; largest deviation from the matrix %.2f dB (%s at %s); "
                        "tolerance %u dB",
                        d.compared, d.worst_db, d.channel, d.speaker, parameters->tolerance_db);
    if (d.missing > 0)
        fascia_text_add(evidence, "%s%zu paths not measured", d.compared > 0 ? "; " : "", d.missing);
    if (d.compared > 0 && d.worst_db > parameters->tolerance_db)
        return REPORT_OUTCOME_NOT_MET;
    return d.missing > 0 ? REPORT_OUTCOME_UNKNOWN : REPORT_OUTCOME_MET;
}
