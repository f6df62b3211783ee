/* SPDX-License-Identifier: Apache-2.0 */
#include <json-c/json.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "stack/report/render_json.h"

/* Six significant digits: enough for levels, and 0.7071 does not become 0.70710000000000006. */
struct json_object *json_number(double value)
{
    char text[32];
    if (!isfinite(value))
        return NULL;
    int n = snprintf(text, sizeof text - 2, "%.6g", value);
    if (n > 0 && text[strcspn(text, ".e")] == '\0') /* stays a number with a fraction when it is read again */
        memcpy(text + n, ".0", 3);
    return json_object_new_double_s(value, text);
}

static struct json_object *names(const char (*channels)[REPORT_CHANNEL_SIZE], size_t count)
{
    struct json_object *array = json_object_new_array();
    for (size_t i = 0; i < count; i++)
        (void)json_object_array_add(array, json_object_new_string(channels[i]));
    return array;
}

/* How it was decided. Null: a service that does not say. */
static void add_decision(struct json_object *object, const struct report_audio *audio)
{
    struct json_object *rules = json_object_new_array();

    for (size_t i = 0; i < audio->policy_count; i++) {
        struct json_object *rule = json_object_new_object();
        json_add_text(rule, "mode", audio->policy[i].mode);
        json_add_u64(rule, "min_speakers", audio->policy[i].min_speakers);
        (void)json_object_array_add(rules, rule);
    }
    json_add_text(object, "mode_wanted", audio->mode_wanted);
    json_add(object, "spatial", audio->has_spatial ? json_object_new_boolean(audio->spatial) : NULL);
    json_add_text(object, "filters", audio->filters);
    json_add_bool(object, "upmix", audio->upmix);
    json_add_text(object, "coefficients", audio->coefficients);
    json_add(object, "policy", rules);
    json_add(object, "expected_gain_db", json_number(audio->expected_gain_db));
    json_add(object, "makeup_db", json_number(audio->makeup_db));
    json_add(object, "ceiling_db", json_number(audio->ceiling_db));
    json_add_u64(object, "quantum", audio->quantum);
}

static struct json_object *cabin_of(const struct report_audio *audio)
{
    struct json_object *cabin = json_object_new_array();

    for (size_t i = 0; audio->has_cabin && i < audio->speakers_count; i++) {
        const struct report_speaker *speaker = &audio->cabin[i];
        struct json_object *row = json_object_new_object();
        json_add_text(row, "channel", audio->speakers[i]);
        json_add_text(row, "plays", speaker->plays);
        json_add(row, "azimuth_deg", json_number(speaker->azimuth_deg));
        json_add(row, "elevation_deg", json_number(speaker->elevation_deg));
        json_add(row, "distance_m", json_number(speaker->distance_m));
        json_add(row, "low_hz", json_number(speaker->low_hz));
        (void)json_object_array_add(cabin, row);
    }
    return cabin;
}

static struct json_object *classes_of(const struct report_audio *audio)
{
    struct json_object *classes = json_object_new_array();

    for (size_t i = 0; i < audio->classes_count; i++) {
        const struct report_class *class = &audio->classes[i];
        struct json_object *row = json_object_new_object();
        json_add_text(row, "name", class->name);
        json_add_text(row, "sink", class->sink);
        json_add_u64(row, "streams", class->streams);
        json_add_bool(row, "sounds", class->sounds);
        json_add(row, "volume_db", json_number(class->volume_db));
        json_add(row, "level_db", json_number(class->level_db));
        json_add_text(row, "why", class->why);
        (void)json_object_array_add(classes, row);
    }
    return classes;
}

static struct json_object *network_of(const struct report_network *network)
{
    struct json_object *object = json_object_new_object();

    json_add_text(object, "state", network->state);
    json_add_text(object, "address", network->address);
    json_add_u64(object, "port", network->port);
    json_add_text(object, "sender", network->sender);
    return object;
}

/* A level; null is silence. */
static struct json_object *level(double db)
{
    return db > REPORT_SILENCE_DB ? json_number(db) : NULL;
}

static void add_level(struct json_object *row, const struct report_sound_level *pair)
{
    json_add(row, "peak_dbfs", level(pair->peak_db));
    json_add(row, "rms_dbfs", level(pair->rms_db));
}

struct json_object *report_json_levels(const struct report_levels *levels)
{
    struct json_object *object = json_object_new_object();
    struct json_object *speakers = json_object_new_array(), *classes = json_object_new_array();

    for (size_t i = 0; i < levels->speakers_count; i++) {
        struct json_object *row = json_object_new_object();
        json_add_text(row, "channel", levels->speakers[i]);
        add_level(row, &levels->speaker[i]);
        (void)json_object_array_add(speakers, row);
    }
    for (size_t i = 0; i < levels->classes_count; i++) {
        struct json_object *row = json_object_new_object();
        json_add_text(row, "name", levels->classes[i]);
        add_level(row, &levels->class[i]);
        json_add(row, "gain_db", level(levels->class_gain_db[i]));
        (void)json_object_array_add(classes, row);
    }
    json_add(object, "speakers", speakers);
    json_add(object, "classes", classes);
    json_add(object, "reduction_db", json_number(levels->reduction_db));
    json_add(object, "momentary_lufs", level(levels->momentary));
    json_add(object, "short_term_lufs", level(levels->short_term));
    json_add(object, "integrated_lufs", level(levels->integrated));
    json_add(object, "true_peak_dbtp", level(levels->true_peak_db));
    return object;
}

struct json_object *report_json_audio(const struct report_facts *facts)
{
    const struct report_audio *audio = &facts->audio;
    struct json_object *object = json_object_new_object(), *matrix = json_object_new_array();

    for (size_t i = 0; audio->has_matrix && i < audio->speakers_count; i++) {
        struct json_object *row = json_object_new_array();
        for (size_t j = 0; j < audio->channels_count; j++)
            (void)json_object_array_add(row, json_number(audio->matrix[i][j]));
        (void)json_object_array_add(matrix, row);
    }
    json_add(object, "speakers", names(audio->speakers, audio->speakers_count));
    json_add_text(object, "source", audio->source);
    json_add(object, "channels", names(audio->channels, audio->channels_count));
    json_add_text(object, "mode", audio->mode);
    json_add_text(object, "mode_reason", audio->mode_reason);
    json_add(object, "lost_channels", names(audio->lost, audio->lost_count));
    json_add(object, "matrix", matrix);
    json_add(object, "worst_gain_db", json_number(audio->worst_gain_db));
    json_add_u64(object, "latency_frames", audio->latency_frames);
    json_add_u64(object, "rate", audio->rate);
    json_add_text(object, "projection_sink", audio->projection_sink);
    json_add_text(object, "target_sink", audio->target_sink);
    add_decision(object, audio);
    json_add(object, "cabin", cabin_of(audio));
    json_add(object, "classes", classes_of(audio));
    json_add(object, "network", network_of(&audio->network));
    if (audio->levels.known)
        json_add(object, "levels", report_json_levels(&audio->levels));
    return object;
}
