/* SPDX-License-Identifier: Apache-2.0 */
#include "audio/audio_setup.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#define SOUND_M_PER_S 343.0 /* in air of 20 degrees Celsius */
#define RATE_MAX      192000

int audio_setup_source(const struct audio_config *config, struct layout *ret_source, struct fascia_text *message)
{
    if (layout_named(config->source, ret_source) == 0)
        return 0;
    fascia_text_add(message, "audio.source: \"%s\" is not the name of a layout", config->source);
    return -EINVAL;
}

/* --- ports ---------------------------------------------------------------------------------------------------- */

static bool is_auto(const struct audio_config *config)
{
    return config->speakers_count == 0 && (config->layout[0] == '\0' || strcmp(config->layout, "auto") == 0);
}

static int listed_ports(const struct audio_config *config, struct layout *ret_ports, struct fascia_text *message)
{
    struct layout ports = {.count = 0};

    for (size_t i = 0; i < config->speakers_count; i++) {
        enum layout_channel channel;
        int r = layout_channel_parse(config->speakers[i], &channel);
        if (r == 0)
            r = layout_add(&ports, channel);
        if (r != 0) {
            fascia_text_add(message, "audio.speakers: \"%s\" is %s", config->speakers[i],
                            r == LAYOUT_E_UNKNOWN     ? "not the name of a channel"
                            : r == LAYOUT_E_DUPLICATE ? "named twice"
                                                      : "one too many");
            return -EINVAL;
        }
    }
    *ret_ports = ports;
    return 0;
}

int audio_setup_ports(const struct audio_config *config, struct layout *ret_ports, struct fascia_text *message)
{
    struct speakers preset;

    if (config->speakers_count > 0)
        return listed_ports(config, ret_ports, message);
    if (is_auto(config)) {
        *ret_ports = (struct layout){.count = 0};
        return 0;
    }
    if (speakers_preset(config->layout, &preset) == 0) {
        speakers_ports(&preset, ret_ports);
        return 0;
    }
    fascia_text_add(message, "audio.layout: \"%s\" is neither auto nor a preset:", config->layout);
    for (size_t i = 0; i < speakers_presets(); i++)
        fascia_text_add(message, " %s", speakers_preset_at(i));
    return -EINVAL;
}

/* --- speakers ------------------------------------------------------------------------------------------------- */

static int fault(struct fascia_text *message, const struct audio_speaker_config *s, const char *what)
{
    fascia_text_add(message, "audio.cabin: the speaker %s %s", s->channel, what);
    return -EINVAL;
}

static int find_port(const struct speakers *speakers, enum layout_channel channel)
{
    for (size_t i = 0; i < speakers->count; i++)
        if (speakers->at[i].channel == channel)
            return (int)i;
    return -1;
}

/* Index of a configured speaker among those that there are: 0, -ENODEV (the sink has no such port), -EINVAL. */
static int find_speaker(const struct audio_speaker_config *s, const struct speakers *speakers, size_t *ret_at,
                        struct fascia_text *message)
{
    enum layout_channel channel;

    if (layout_channel_parse(s->channel, &channel) != 0)
        return fault(message, s, "is on no channel that we know");
    int at = find_port(speakers, channel);
    if (at < 0)
        return -ENODEV;
    *ret_at = (size_t)at;
    return 0;
}

static int describe(const struct audio_speaker_config *s, struct speaker *to, struct fascia_text *message)
{
    if (s->plays[0] != '\0') {
        enum layout_channel plays;
        if (layout_channel_parse(s->plays, &plays) != 0 || layout_channel_is_aux(plays))
            return fault(message, s, "plays no channel of a programme (plays: FL, FR, …)");
        to->plays = plays;
        to->azimuth_deg = layout_channel_position(plays)->azimuth_deg;
        to->elevation_deg = layout_channel_position(plays)->elevation_deg;
    }
    if (s->placed) {
        to->azimuth_deg = (float)s->azimuth_deg;
        to->elevation_deg = (float)s->elevation_deg;
    }
    to->distance_m = (float)s->distance_m;
    to->low_hz = (float)s->low_hz;
    return 0;
}

/* What stands somewhere and has no name plays the nearest channel that is left when all others have theirs. */
static void name_placed(const struct audio_config *config, struct speakers *speakers)
{
    bool placed[SPEAKERS_MAX] = {false};

    for (size_t i = 0; i < config->cabin_count; i++) {
        const struct audio_speaker_config *s = &config->cabin[i];
        enum layout_channel channel;
        if (!s->placed || s->plays[0] != '\0' || layout_channel_parse(s->channel, &channel) != 0)
            continue;
        int at = find_port(speakers, channel);
        if (at >= 0 && layout_channel_is_aux(channel)) {
            placed[at] = true;
            speakers->at[at].plays = LAYOUT_CHANNEL_COUNT; /* its guess must not stand in the way */
        }
    }
    for (size_t i = 0; i < speakers->count; i++) {
        struct speaker *s = &speakers->at[i];
        if (placed[i])
            s->plays = speakers_nearest(s->azimuth_deg, s->elevation_deg, speakers);
    }
}

static bool are_two(const struct speakers *worn)
{
    return worn->count == 2 && speakers_find(worn, LAYOUT_FL) >= 0 && speakers_find(worn, LAYOUT_FR) >= 0;
}

int audio_setup_speakers(const struct audio_config *config, const struct layout *ports, struct speakers *ret_speakers,
                         struct fascia_text *message)
{
    struct speakers speakers;
    bool described[SPEAKERS_MAX] = {false};

    speakers_nominal(ports, &speakers);
    speakers.headphones = config->output == AUDIO_OUTPUT_HEADPHONES;
    for (size_t i = 0; i < config->cabin_count; i++) {
        const struct audio_speaker_config *s = &config->cabin[i];
        size_t at = 0;
        int r = find_speaker(s, &speakers, &at, message);
        if (r == -ENODEV && is_auto(config))
            continue; /* another sink is there now; what is known of its own speakers still holds */
        if (r == -ENODEV)
            return fault(message, s, "is not among the sink's channels");
        if (r == 0 && described[at])
            return fault(message, s, "is there twice");
        if (r == 0)
            r = describe(s, &speakers.at[at], message);
        if (r < 0)
            return r;
        described[at] = true;
    }
    name_placed(config, &speakers);
    if (speakers.headphones && !are_two(&speakers)) {
        fascia_text_add(message, "audio.output: headphones have two channels, FL and FR; here are ");
        layout_format(ports, message);
        return -EINVAL;
    }

    fascia_text_add(message, "audio.cabin: ");
    if (speakers_check(&speakers, message) != 0)
        return -EINVAL;
    fascia_text_init(message, message->start, message->size);
    *ret_speakers = speakers;
    return 0;
}

/* --- policy --------------------------------------------------------------------------------------------------- */

static int take_coefficients(const struct audio_config *config, struct coefficients *ret_coefficients,
                             struct fascia_text *message)
{
    const char *name = config->spatial.coefficients;

    if (name[0] == '\0' || coefficients_preset(name, ret_coefficients) == 0)
        return 0;
    if (config->spatial.weights.name[0] != '\0') {
        *ret_coefficients = config->spatial.weights;
        return 0;
    }
    fascia_text_add(message, "audio.spatial.coefficients: \"%s\" is %s", name,
                    name[0] == '/' ? "a file that was not read" : "not the name of a set");
    return -EINVAL;
}

static unsigned count_of(int64_t configured)
{
    if (configured < 0)
        return 0;
    return configured > SPEAKERS_MAX ? SPEAKERS_MAX + 1 : (unsigned)configured; /* one more: the check says so */
}

int audio_setup_policy(const struct audio_config *config, struct decide_policy *ret_policy, struct fascia_text *message)
{
    const struct audio_spatial_config *spatial = &config->spatial;
    struct decide_policy policy;

    decide_policy_default(&policy);
    int r = take_coefficients(config, &policy.coefficients, message);
    if (r < 0)
        return r;
    policy.min_speakers = count_of(spatial->min_speakers);
    if (spatial->policy_count > 0) {
        policy.count = spatial->policy_count <= DECIDE_MODES_ ? spatial->policy_count : DECIDE_MODES_;
        for (size_t i = 0; i < policy.count; i++)
            policy.rules[i] = (struct decide_rule){
                .mode = spatial->policy[i].mode,
                .min_speakers = count_of(spatial->policy[i].min_speakers),
            };
    }
    policy.lfe = config->lfe;
    policy.dialogue_db = (float)spatial->dialogue_db;
    policy.lfe_db = (float)spatial->lfe_db;
    for (size_t i = 0; i < DECIDE_MODES_; i++)
        policy.makeup_db[i] = (float)spatial->makeup_db[i];
    policy.crosstalk = spatial->crosstalk;
    policy.upmix = spatial->upmix;

    fascia_text_add(message, "audio.spatial: ");
    if (decide_policy_check(&policy, message) < 0)
        return -EINVAL;
    fascia_text_init(message, message->start, message->size);
    *ret_policy = policy;
    return 0;
}

/* --- tuning --------------------------------------------------------------------------------------------------- */

/*
 * Where the distance of every speaker is known, those that are nearer wait for the farthest. What a speaker's own
 * delay_ms says comes on top.
 */
static void align(const struct speakers *speakers, struct tuning *tuning)
{
    double farthest = 0;

    for (size_t i = 0; i < speakers->count; i++) {
        if (!(speakers->at[i].distance_m > 0))
            return;
        farthest = fmax(farthest, (double)speakers->at[i].distance_m);
    }
    for (size_t i = 0; i < speakers->count; i++)
        tuning->speaker[i].delay_ms += (farthest - (double)speakers->at[i].distance_m) / SOUND_M_PER_S * 1000;
}

static void tune(const struct audio_speaker_config *s, struct tuning_speaker *to)
{
    to->gain_db = s->gain_db;
    to->delay_ms += s->delay_ms;
    to->invert = s->invert;
    to->eq_count = s->eq_count <= TUNING_FILTERS_MAX ? s->eq_count : TUNING_FILTERS_MAX;
    memcpy(to->eq, s->eq, to->eq_count * sizeof s->eq[0]);
}

int audio_setup_tuning(const struct audio_config *config, const struct speakers *speakers, struct tuning *ret_tuning,
                       struct fascia_text *message)
{
    struct tuning tuning;

    tuning_flat(speakers->count, &tuning);
    for (size_t i = 0; i < tuning.count; i++)
        tuning.speaker[i].name = layout_channel_name(speakers->at[i].channel);
    align(speakers, &tuning);
    for (size_t i = 0; i < config->cabin_count; i++) {
        const struct audio_speaker_config *s = &config->cabin[i];
        size_t at = 0;
        int r = find_speaker(s, speakers, &at, message);
        if (r == -ENODEV)
            continue; /* of another sink */
        if (r < 0)
            return r;
        tune(s, &tuning.speaker[at]);
    }
    if (config->lfe == DECIDE_LFE_MANAGE)
        tuning_manage_bass(speakers, &tuning);

    /* At the highest rate that there is; a lower one is checked when it is known. */
    fascia_text_add(message, "audio.cabin: ");
    if (tuning_check(&tuning, RATE_MAX, message) < 0)
        return -EINVAL;
    fascia_text_init(message, message->start, message->size);
    *ret_tuning = tuning;
    return 0;
}

/* --- focus ---------------------------------------------------------------------------------------------------- */

static uint32_t ms_of(int64_t configured, uint32_t usual)
{
    return configured < 0 ? usual : configured > UINT32_MAX ? UINT32_MAX : (uint32_t)configured;
}

void audio_setup_focus(const struct audio_config *config, struct focus_table *ret_table)
{
    struct focus_table table;

    focus_table_default(&table);
    for (size_t i = 0; i < config->interactions_count; i++) {
        const struct audio_edge_config *edge = &config->interactions[i];
        struct focus_edge *to = &table.edge[edge->holder][edge->requester];
        focus_edge_times(edge->holder, edge->requester, edge->interaction, to);
        *to = (struct focus_edge){
            .interaction = edge->interaction,
            .target_db = edge->target_db,
            .attack_ms = ms_of(edge->attack_ms, to->attack_ms),
            .hold_ms = ms_of(edge->hold_ms, to->hold_ms),
            .release_ms = ms_of(edge->release_ms, to->release_ms),
        };
    }
    *ret_table = table;
}
