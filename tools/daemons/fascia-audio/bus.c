/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/daemons/fascia-audio/audio.h"

/* The contract is config/dbus/org.fascia.Audio1.xml. */

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

GETTER(get_speakers)
{
    const struct audio *audio = userdata;
    UNUSED_GETTER_ARGUMENTS;
    struct layout ports;

    speakers_ports(&audio->speakers, &ports);
    return append_layout(reply, &ports);
}

GETTER(get_channels)
{
    const struct audio *audio = userdata;
    UNUSED_GETTER_ARGUMENTS;
    return append_layout(reply, &audio->sources[STREAM_MEDIA]);
}

GETTER(get_lost_channels)
{
    const struct audio *audio = userdata;
    UNUSED_GETTER_ARGUMENTS;
    return append_layout(reply, &audio->decision.lost);
}

GETTER(get_source)
{
    const struct audio *audio = userdata;
    const char *name = layout_name(&audio->sources[STREAM_MEDIA]);
    UNUSED_GETTER_ARGUMENTS;
    return sd_bus_message_append(reply, "s", name ? name : "");
}

GETTER(get_mode)
{
    const struct audio *audio = userdata;
    UNUSED_GETTER_ARGUMENTS;
    return sd_bus_message_append(reply, "s", decide_mode_name(audio->decision.mode));
}

GETTER(get_mode_reason)
{
    const struct audio *audio = userdata;
    UNUSED_GETTER_ARGUMENTS;
    return sd_bus_message_append(reply, "s", audio->decision.reason);
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
    const struct audio *audio = userdata;
    const struct matrix_weights *m = &audio->decision.matrix;
    UNUSED_GETTER_ARGUMENTS;

    int r = sd_bus_message_open_container(reply, 'a', "ad");
    for (size_t o = 0; r >= 0 && o < m->outputs; o++)
        r = append_row(reply, m->w[o], m->inputs);
    return r < 0 ? r : sd_bus_message_close_container(reply);
}

GETTER(get_worst_gain)
{
    const struct audio *audio = userdata;
    UNUSED_GETTER_ARGUMENTS;
    return sd_bus_message_append(reply, "d", audio->decision.worst_gain_db);
}

GETTER(get_latency)
{
    const struct audio *audio = userdata;
    UNUSED_GETTER_ARGUMENTS;
    return sd_bus_message_append(reply, "u", audio->decision.latency_frames);
}

GETTER(get_projection_sink)
{
    const struct audio *audio = userdata;
    UNUSED_GETTER_ARGUMENTS;
    return sd_bus_message_append(reply, "s", audio->service->config.audio.sink_name);
}

GETTER(get_target_sink)
{
    const struct audio *audio = userdata;
    UNUSED_GETTER_ARGUMENTS;
    return sd_bus_message_append(reply, "s", audio->sound ? sound_status(audio->sound)->target : "");
}

GETTER(get_rate)
{
    const struct audio *audio = userdata;
    UNUSED_GETTER_ARGUMENTS;
    return sd_bus_message_append(reply, "u", audio->sound ? sound_status(audio->sound)->rate : 0);
}

static const sd_bus_vtable vtable[] = {
    SD_BUS_VTABLE_START(0),
    SD_BUS_PROPERTY("Speakers", "as", get_speakers, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_PROPERTY("Source", "s", get_source, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_PROPERTY("Channels", "as", get_channels, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_PROPERTY("Mode", "s", get_mode, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_PROPERTY("ModeReason", "s", get_mode_reason, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_PROPERTY("LostChannels", "as", get_lost_channels, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_PROPERTY("Matrix", "aad", get_matrix, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_PROPERTY("WorstGainDb", "d", get_worst_gain, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_PROPERTY("LatencyFrames", "u", get_latency, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_PROPERTY("ProjectionSink", "s", get_projection_sink, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_PROPERTY("TargetSink", "s", get_target_sink, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_PROPERTY("Rate", "u", get_rate, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_VTABLE_END,
};

int audio_bus_export(struct audio *audio)
{
    return service_add_object(audio->service, vtable, audio);
}

void audio_bus_sound_changed(struct audio *audio)
{
    static const char *const names[] = {"TargetSink", "Rate", NULL};
    service_emit_changed(audio->service, names);
}
