/* SPDX-License-Identifier: Apache-2.0 */
#include <json-c/json.h>
#include <math.h>

#include "stack/report/facts_json.h"
#include "stack/report/facts_read.h"

static void read_matrix(struct report_audio *audio, struct json_object *matrix)
{
    audio->has_matrix =
        audio->speakers_count > 0 && audio->channels_count > 0 && facts_length(matrix) == audio->speakers_count;
    for (size_t i = 0; audio->has_matrix && i < audio->speakers_count; i++) {
        struct json_object *row = facts_element(matrix, i);
        if (facts_length(row) != audio->channels_count)
            audio->has_matrix = false;
        for (size_t j = 0; audio->has_matrix && j < audio->channels_count; j++)
            audio->matrix[i][j] = facts_double(facts_element(row, j));
    }
}

static double between(double value, double min, double max)
{
    if (value < min)
        return min;
    return value > max ? max : value;
}

/* (ssdddd) of each speaker, in their order. */
static void read_cabin(struct report_facts *facts, struct json_object *cabin)
{
    struct report_audio *audio = &facts->audio;

    audio->has_cabin = audio->speakers_count > 0 && facts_length(cabin) == audio->speakers_count;
    for (size_t i = 0; audio->has_cabin && i < audio->speakers_count; i++) {
        struct json_object *row = facts_element(cabin, i);
        struct report_speaker *speaker = &audio->cabin[i];
        FACTS_TEXT(facts, facts_element(row, 1), speaker->plays);
        speaker->azimuth_deg = between(facts_double(facts_element(row, 2)), -360, 360);
        speaker->elevation_deg = between(facts_double(facts_element(row, 3)), -90, 90);
        speaker->distance_m = between(facts_double(facts_element(row, 4)), 0, 100);
        speaker->low_hz = between(facts_double(facts_element(row, 5)), 0, 20000);
    }
}

static void read_policy(struct report_facts *facts, struct json_object *rules)
{
    struct report_audio *audio = &facts->audio;

    audio->policy_count = facts_fitting(facts, facts_length(rules), REPORT_RULES_MAX);
    for (size_t i = 0; i < audio->policy_count; i++) {
        FACTS_TEXT(facts, facts_element(facts_element(rules, i), 0), audio->policy[i].mode);
        audio->policy[i].min_speakers = facts_u32(facts_element(facts_element(rules, i), 1));
    }
}

/* A level in dB; minus infinity is null in JSON, and silence. */
static double level_of(struct json_object *value)
{
    return facts_is_number(value) ? between(facts_double(value), REPORT_SILENCE_DB, 200) : REPORT_SILENCE_DB;
}

/* (ssubdds) */
static void read_classes(struct report_facts *facts, struct json_object *classes)
{
    struct report_audio *audio = &facts->audio;

    audio->classes_count = facts_fitting(facts, facts_length(classes), REPORT_CLASSES_MAX);
    for (size_t i = 0; i < audio->classes_count; i++) {
        struct json_object *row = facts_element(classes, i);
        struct report_class *class = &audio->classes[i];
        FACTS_TEXT(facts, facts_element(row, 0), class->name);
        FACTS_TEXT(facts, facts_element(row, 1), class->sink);
        class->streams = facts_u32(facts_element(row, 2));
        class->sounds = facts_bool(facts_element(row, 3));
        class->volume_db = level_of(facts_element(row, 4));
        class->level_db = level_of(facts_element(row, 5));
        FACTS_TEXT(facts, facts_element(row, 6), class->why);
    }
}

/* (ssqs) */
static void read_network(struct report_facts *facts, struct json_object *network)
{
    struct report_network *to = &facts->audio.network;

    FACTS_TEXT(facts, facts_element(network, 0), to->state);
    FACTS_TEXT(facts, facts_element(network, 1), to->address);
    to->port = facts_u32(facts_element(network, 2));
    FACTS_TEXT(facts, facts_element(network, 3), to->sender);
}

void report_facts_read_audio(struct report_facts *facts, struct json_object *properties)
{
    struct report_audio *audio = &facts->audio;

    audio->answered = json_object_is_type(properties, json_type_object);
    facts_read_own_state(facts, "audio", properties);
    FACTS_TEXT(facts, facts_member(properties, "Source"), audio->source);
    FACTS_TEXT(facts, facts_member(properties, "Mode"), audio->mode);
    FACTS_TEXT(facts, facts_member(properties, "ModeWanted"), audio->mode_wanted);
    FACTS_TEXT(facts, facts_member(properties, "ModeReason"), audio->mode_reason);
    FACTS_TEXT(facts, facts_member(properties, "Filters"), audio->filters);
    FACTS_TEXT(facts, facts_member(properties, "Coefficients"), audio->coefficients);
    FACTS_TEXT(facts, facts_member(properties, "ProjectionSink"), audio->projection_sink);
    FACTS_TEXT(facts, facts_member(properties, "TargetSink"), audio->target_sink);
    audio->has_spatial = json_object_is_type(facts_member(properties, "Spatial"), json_type_boolean);
    audio->spatial = facts_bool(facts_member(properties, "Spatial"));
    audio->upmix = facts_bool(facts_member(properties, "Upmix"));
    audio->speakers_count = facts_channels(facts, facts_member(properties, "Speakers"), audio->speakers);
    audio->channels_count = facts_channels(facts, facts_member(properties, "Channels"), audio->channels);
    audio->lost_count = facts_channels(facts, facts_member(properties, "LostChannels"), audio->lost);
    audio->worst_gain_db = facts_double(facts_member(properties, "WorstGainDb"));
    audio->expected_gain_db = between(facts_double(facts_member(properties, "ExpectedGainDb")), -200, 200);
    audio->makeup_db = between(facts_double(facts_member(properties, "MakeupDb")), -200, 200);
    audio->ceiling_db = between(facts_double(facts_member(properties, "CeilingDb")), -200, 200);
    audio->latency_frames = facts_u32(facts_member(properties, "LatencyFrames"));
    audio->rate = facts_u32(facts_member(properties, "Rate"));
    audio->quantum = facts_u32(facts_member(properties, "Quantum"));
    read_matrix(audio, facts_member(properties, "Matrix"));
    read_cabin(facts, facts_member(properties, "Cabin"));
    read_policy(facts, facts_member(properties, "Policy"));
    read_classes(facts, facts_member(properties, "Classes"));
    read_network(facts, facts_member(properties, "Network"));
}

static struct report_sound_level level_pair(struct json_object *row, size_t first)
{
    return (struct report_sound_level){.peak_db = level_of(facts_element(row, first)),
                                       .rms_db = level_of(facts_element(row, first + 1))};
}

void report_facts_read_levels(struct report_facts *facts, struct json_object *reply)
{
    struct report_levels *levels = &facts->audio.levels;
    struct json_object *speakers = facts_element(reply, 0), *classes = facts_element(reply, 1);
    struct json_object *loudness = facts_element(reply, 3);

    *levels = (struct report_levels){.known = facts_length(reply) >= 5};
    levels->speakers_count = facts_fitting(facts, facts_length(speakers), REPORT_CHANNELS_MAX);
    for (size_t i = 0; i < levels->speakers_count; i++) {
        FACTS_TEXT(facts, facts_element(facts_element(speakers, i), 0), levels->speakers[i]);
        levels->speaker[i] = level_pair(facts_element(speakers, i), 1);
    }
    levels->classes_count = facts_fitting(facts, facts_length(classes), REPORT_CLASSES_MAX);
    for (size_t i = 0; i < levels->classes_count; i++) {
        FACTS_TEXT(facts, facts_element(facts_element(classes, i), 0), levels->classes[i]);
        levels->class[i] = level_pair(facts_element(classes, i), 1);
        levels->class_gain_db[i] = level_of(facts_element(facts_element(classes, i), 3));
    }
    levels->reduction_db = between(facts_double(facts_element(reply, 2)), REPORT_SILENCE_DB, 0);
    levels->momentary = level_of(facts_element(loudness, 0));
    levels->short_term = level_of(facts_element(loudness, 1));
    levels->integrated = level_of(facts_element(loudness, 2));
    levels->true_peak_db = level_of(facts_element(reply, 4));
}
