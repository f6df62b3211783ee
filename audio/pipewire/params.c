/* SPDX-License-Identifier: Apache-2.0 */
#include "audio/pipewire/params.h"

#include <errno.h>
#include <spa/debug/types.h>
#include <spa/param/audio/format-utils.h>
#include <spa/param/audio/type-info.h>
#include <spa/param/param.h>
#include <spa/param/port-config.h>
#include <spa/pod/builder.h>
#include <string.h>

/* SPA's number of a channel. Both sides use the same short names. */
static uint32_t to_spa(enum layout_channel channel)
{
    return spa_debug_type_find_type_short(spa_type_audio_channel, layout_channel_name(channel));
}

static int from_spa(uint32_t position, enum layout_channel *ret_channel)
{
    const char *name = spa_debug_type_find_short_name(spa_type_audio_channel, position);
    return name ? layout_channel_parse(name, ret_channel) : LAYOUT_E_UNKNOWN;
}

static int set_ports(struct pw_node *node, enum spa_direction direction, bool monitor,
                     const struct params_channels *channels)
{
    struct spa_audio_info_raw info = {
        .format = SPA_AUDIO_FORMAT_F32P,
        .rate = 48000, /* must be there and means nothing: DSP ports run at the rate of the graph */
        .channels = channels->count,
    };
    uint8_t buffer[1024];
    struct spa_pod_builder builder = SPA_POD_BUILDER_INIT(buffer, sizeof buffer);

    if (channels->count > LAYOUT_CHANNELS_MAX)
        return -EINVAL;
    for (uint32_t i = 0; i < channels->count; i++)
        info.position[i] = channels->position[i];
    struct spa_pod *format = spa_format_audio_raw_build(&builder, SPA_PARAM_Format, &info);
    struct spa_pod *param = spa_pod_builder_add_object(
        &builder, SPA_TYPE_OBJECT_ParamPortConfig, SPA_PARAM_PortConfig, SPA_PARAM_PORT_CONFIG_direction,
        SPA_POD_Id(direction), SPA_PARAM_PORT_CONFIG_mode, SPA_POD_Id(SPA_PARAM_PORT_CONFIG_MODE_dsp),
        SPA_PARAM_PORT_CONFIG_monitor, SPA_POD_Bool(monitor), SPA_PARAM_PORT_CONFIG_format, SPA_POD_Pod(format));
    return pw_node_set_param(node, SPA_PARAM_PortConfig, 0, param);
}

int params_set_ports(struct pw_node *node, const struct params_channels *channels)
{
    return set_ports(node, SPA_DIRECTION_INPUT, true, channels);
}

int params_set_stream_ports(struct pw_node *node, const struct params_channels *channels)
{
    return set_ports(node, SPA_DIRECTION_OUTPUT, false, channels);
}

bool params_format_channels(const struct spa_pod *format, struct params_channels *ret_channels)
{
    struct spa_audio_info_raw info = {0};
    uint32_t type, subtype;
    int32_t count = 0;

    if (spa_format_parse(format, &type, &subtype) < 0 || type != SPA_MEDIA_TYPE_audio ||
        subtype != SPA_MEDIA_SUBTYPE_raw)
        return false;
    /* A choice of counts does not parse as one count: 0 remains. */
    if (spa_pod_parse_object(format, SPA_TYPE_OBJECT_Format, NULL, SPA_FORMAT_AUDIO_channels, SPA_POD_OPT_Int(&count)) <
            0 ||
        count <= 0)
        return false;
    *ret_channels = (struct params_channels){.count = (uint32_t)count};
    if (count > LAYOUT_CHANNELS_MAX)
        return true;
    const bool placed =
        spa_format_audio_raw_parse(format, &info) >= 0 && !SPA_FLAG_IS_SET(info.flags, SPA_AUDIO_FLAG_UNPOSITIONED);
    for (uint32_t i = 0; i < ret_channels->count; i++) {
        uint32_t position = placed ? info.position[i] : SPA_AUDIO_CHANNEL_UNKNOWN;
        ret_channels->position[i] = position > SPA_AUDIO_CHANNEL_NA ? position : SPA_AUDIO_CHANNEL_AUX0 + i;
    }
    return true;
}

uint32_t params_to_layout(const struct params_channels *channels, struct layout *ret_layout)
{
    uint32_t unknown = 0;

    *ret_layout = (struct layout){.count = 0};
    for (uint32_t i = 0; i < channels->count && i < LAYOUT_CHANNELS_MAX; i++) {
        enum layout_channel channel;
        if (from_spa(channels->position[i], &channel) != 0 || layout_add(ret_layout, channel) != 0)
            unknown++;
    }
    return unknown;
}

void params_from_layout(const struct layout *layout, struct params_channels *ret_channels)
{
    *ret_channels = (struct params_channels){.count = (uint32_t)layout->count};
    for (size_t i = 0; i < layout->count; i++)
        ret_channels->position[i] = to_spa(layout->channels[i]);
}

void params_position(const struct layout *layout, struct fascia_text *text)
{
    fascia_text_add(text, "[ ");
    for (size_t i = 0; i < layout->count; i++)
        fascia_text_add(text, "%s%s", i == 0 ? "" : ", ", layout_channel_name(layout->channels[i]));
    fascia_text_add(text, " ]");
}
