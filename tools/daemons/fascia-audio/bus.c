/* SPDX-License-Identifier: Apache-2.0 */
/* org.fascia.Audio1, as in config/dbus/org.fascia.Audio1.xml: properties. */
#include <errno.h>
#include <string.h>

#include "tools/daemons/fascia-audio/audio.h"

#define GETTER(name)                                                                                                   \
    static int name(sd_bus *bus, const char *path, const char *interface, const char *property, sd_bus_message *reply, \
                    void *userdata, sd_bus_error *error)

#define UNUSED_GETTER_ARGUMENTS (void)bus, (void)path, (void)interface, (void)property, (void)error

static int append_layout(sd_bus_message *reply, const struct layout *layout)
{
    int r = sd_bus_message_open_container(reply, 'a', "s");
    for (size_t i = 0; r >= 0 && i < layout->count; i++)
        r = sd_bus_message_append(reply, "s", layout_channel_name(layout->channels[i]));
    return r < 0 ? r : sd_bus_message_close_container(reply);
}

GETTER(get_layout)
{
    const struct audio_play *play = &((const struct audio *)userdata)->play;
    struct layout ports;
    UNUSED_GETTER_ARGUMENTS;

    if (strcmp(property, "Channels") == 0)
        return append_layout(reply, &play->sources[STREAM_MEDIA]);
    if (strcmp(property, "LostChannels") == 0)
        return append_layout(reply, &play->decision.lost);
    speakers_ports(&play->speakers, &ports);
    return append_layout(reply, &ports);
}

GETTER(get_cabin)
{
    const struct speakers *speakers = &((const struct audio *)userdata)->play.speakers;
    UNUSED_GETTER_ARGUMENTS;

    int r = sd_bus_message_open_container(reply, 'a', "(ssdddd)");
    for (size_t i = 0; r >= 0 && i < speakers->count; i++) {
        const struct speaker *s = &speakers->at[i];
        r = sd_bus_message_append(reply, "(ssdddd)", layout_channel_name(s->channel), layout_channel_name(s->plays),
                                  (double)s->azimuth_deg, (double)s->elevation_deg, (double)s->distance_m,
                                  (double)s->low_hz);
    }
    return r < 0 ? r : sd_bus_message_close_container(reply);
}

GETTER(get_text)
{
    const struct audio *audio = userdata;
    const struct audio_play *play = &audio->play;
    const struct audio_config *config = &audio->service->config.audio;
    const char *source = layout_name(&play->sources[STREAM_MEDIA]);
    const struct {
        const char *property, *value;
    } texts[] = {
        {"Source", source ? source : ""},
        {"Mode", decide_mode_name(play->decision.mode)},
        {"ModeWanted", play->wanted == AUDIO_MODE_AUTO ? "auto" : decide_mode_name(play->wanted)},
        {"ModeReason", play->decision.reason},
        {"Filters", decide_filters_name(play->decision.filters)},
        {"Coefficients", play->policy.coefficients.name},
        {"ProjectionSink", config->sink_name},
        {"TargetSink", audio->sound ? sound_status(audio->sound)->target : ""},
    };
    UNUSED_GETTER_ARGUMENTS;

    for (size_t i = 0; i < FASCIA_ARRAY_SIZE(texts); i++) {
        if (strcmp(texts[i].property, property) == 0)
            return sd_bus_message_append(reply, "s", texts[i].value);
    }
    return -ENOENT;
}

GETTER(get_flag)
{
    const struct decision *d = &((const struct audio *)userdata)->play.decision;
    UNUSED_GETTER_ARGUMENTS;

    return sd_bus_message_append(reply, "b", (int)(strcmp(property, "Upmix") == 0 ? d->upmix : d->spatial));
}

GETTER(get_policy)
{
    const struct decide_policy *policy = &((const struct audio *)userdata)->play.policy;
    UNUSED_GETTER_ARGUMENTS;

    int r = sd_bus_message_open_container(reply, 'a', "(su)");
    for (size_t i = 0; r >= 0 && i < policy->count; i++)
        r = sd_bus_message_append(reply, "(su)", decide_mode_name(policy->rules[i].mode),
                                  (uint32_t)policy->rules[i].min_speakers);
    return r < 0 ? r : sd_bus_message_close_container(reply);
}

static int append_row(sd_bus_message *reply, const float *row, size_t count)
{
    int r = sd_bus_message_open_container(reply, 'a', "d");
    for (size_t i = 0; r >= 0 && i < count; i++)
        r = sd_bus_message_append(reply, "d", (double)row[i]);
    return r < 0 ? r : sd_bus_message_close_container(reply);
}

GETTER(get_matrix)
{
    const struct matrix_weights *m = &((const struct audio *)userdata)->play.decision.matrix;
    UNUSED_GETTER_ARGUMENTS;

    int r = sd_bus_message_open_container(reply, 'a', "ad");
    for (size_t o = 0; r >= 0 && o < m->outputs; o++)
        r = append_row(reply, m->w[o], m->inputs);
    return r < 0 ? r : sd_bus_message_close_container(reply);
}

GETTER(get_decibels)
{
    const struct audio *audio = userdata;
    const struct decision *d = &audio->play.decision;
    double db = audio->service->config.audio.limiter.ceiling_dbtp;
    UNUSED_GETTER_ARGUMENTS;

    if (strcmp(property, "WorstGainDb") == 0)
        db = d->worst_gain_db;
    else if (strcmp(property, "ExpectedGainDb") == 0)
        db = d->expected_gain_db;
    else if (strcmp(property, "MakeupDb") == 0)
        db = (double)d->makeup_db;
    return sd_bus_message_append(reply, "d", db);
}

GETTER(get_number)
{
    const struct audio *audio = userdata;
    const struct sound_status *status = audio->sound ? sound_status(audio->sound) : NULL;
    uint32_t number = 0;
    UNUSED_GETTER_ARGUMENTS;

    if (strcmp(property, "LatencyFrames") == 0)
        number = audio->latency_frames != 0 ? audio->latency_frames : audio->play.decision.latency_frames;
    else if (status)
        number = strcmp(property, "Rate") == 0 ? status->rate : status->quantum;
    return sd_bus_message_append(reply, "u", number);
}

GETTER(get_classes)
{
    const struct audio *audio = userdata;
    const struct audio_config *config = &audio->service->config.audio;
    const struct focus *f = &audio->focus;
    UNUSED_GETTER_ARGUMENTS;

    int r = sd_bus_message_open_container(reply, 'a', "(ssubdds)");
    for (unsigned c = 0; r >= 0 && c < STREAM_CLASSES; c++)
        r = sd_bus_message_append(reply, "(ssubdds)", stream_class_name((enum stream_class)c),
                                  c == STREAM_MEDIA ? config->sink_name : config->classes[c].sink_name,
                                  audio->sound ? sound_status(audio->sound)->streams[c] : 0U,
                                  (int)focus_is_sounding(f, (enum stream_class)c), f->volume_db[c],
                                  f->gains[c].target_db, focus_why_name(f->why[c]));
    return r < 0 ? r : sd_bus_message_close_container(reply);
}

GETTER(get_network)
{
    const struct audio *audio = userdata;
    const struct network_status *status = &audio->network_status;
    UNUSED_GETTER_ARGUMENTS;

    if (!audio->network)
        return sd_bus_message_append(reply, "(ssqs)", "off", "", (uint16_t)0, "");
    return sd_bus_message_append(reply, "(ssqs)", network_state_name(status->state), status->address,
                                 (uint16_t)audio->service->config.audio.network.port, status->sender);
}

#define PROPERTY(name, type, get) SD_BUS_PROPERTY(name, type, get, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE)

static const sd_bus_vtable vtable[] = {
    SD_BUS_VTABLE_START(0),
    PROPERTY("Speakers", "as", get_layout),
    PROPERTY("Cabin", "a(ssdddd)", get_cabin),
    PROPERTY("Source", "s", get_text),
    PROPERTY("Channels", "as", get_layout),
    PROPERTY("Mode", "s", get_text),
    PROPERTY("ModeWanted", "s", get_text),
    PROPERTY("Spatial", "b", get_flag),
    PROPERTY("Filters", "s", get_text),
    PROPERTY("Upmix", "b", get_flag),
    PROPERTY("Policy", "a(su)", get_policy),
    PROPERTY("Coefficients", "s", get_text),
    PROPERTY("ModeReason", "s", get_text),
    PROPERTY("LostChannels", "as", get_layout),
    PROPERTY("Matrix", "aad", get_matrix),
    PROPERTY("WorstGainDb", "d", get_decibels),
    PROPERTY("ExpectedGainDb", "d", get_decibels),
    PROPERTY("MakeupDb", "d", get_decibels),
    PROPERTY("CeilingDb", "d", get_decibels),
    PROPERTY("LatencyFrames", "u", get_number),
    PROPERTY("ProjectionSink", "s", get_text),
    PROPERTY("TargetSink", "s", get_text),
    PROPERTY("Rate", "u", get_number),
    PROPERTY("Quantum", "u", get_number),
    PROPERTY("Classes", "a(ssubdds)", get_classes),
    PROPERTY("Network", "(ssqs)", get_network),
    SD_BUS_VTABLE_END,
};

int audio_bus_export(struct audio *audio)
{
    int r = service_add_object(audio->service, vtable, audio);
    return r < 0 ? r : service_add_object(audio->service, audio_orders_vtable, audio);
}

void audio_bus_decision_changed(struct audio *audio)
{
    static const char *const names[] = {"Speakers", "Cabin",    "Mode",        "ModeWanted",     "Spatial",
                                        "Filters",  "Upmix",    "Policy",      "ModeReason",     "LostChannels",
                                        "Matrix",   "MakeupDb", "WorstGainDb", "ExpectedGainDb", NULL};
    service_emit_changed(audio->service, names);
}

void audio_bus_sound_changed(struct audio *audio)
{
    static const char *const names[] = {"TargetSink", "Rate", "Quantum", NULL};
    service_emit_changed(audio->service, names);
}

void audio_bus_classes_changed(struct audio *audio)
{
    static const char *const names[] = {"Classes", NULL};
    service_emit_changed(audio->service, names);
}

void audio_bus_latency_changed(struct audio *audio)
{
    static const char *const names[] = {"LatencyFrames", NULL};
    service_emit_changed(audio->service, names);
}

void audio_bus_network_changed(struct audio *audio)
{
    static const char *const names[] = {"Network", NULL};
    service_emit_changed(audio->service, names);
}
