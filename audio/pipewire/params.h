/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_AUDIO_PIPEWIRE_PARAMS_H
#define FASCIA_AUDIO_PIPEWIRE_PARAMS_H

#include <pipewire/pipewire.h>

#include "audio/layout/layout.h"

/*
 * The ports of a sink's node. An adapter has none until somebody sets its PortConfig: the session manager, or we.
 * (Its own adapter.auto-port-config works in some versions of PipeWire only.)
 */

/* Channels as PipeWire numbers them, also such as we have no name for. */
struct params_channels {
    uint32_t count; /* 0: not known; may be more than there is room for, and then only it holds */
    uint32_t position[LAYOUT_CHANNELS_MAX]; /* enum spa_audio_channel */
};

/** Gives a sink one DSP port per channel, and monitor ports. Returns a negative errno when it could not be sent. */
int params_set_ports(struct pw_node *node, const struct params_channels *channels);

/** The same for a program's stream: its output ports, no monitor. */
int params_set_stream_ports(struct pw_node *node, const struct params_channels *channels);

/** The channels of a format that EnumFormat announced. False when it leaves them open, or is no raw audio. */
bool params_format_channels(const struct spa_pod *format, struct params_channels *ret_channels);

/** The ones that we know. Returns how many we do not. */
uint32_t params_to_layout(const struct params_channels *channels, struct layout *ret_layout);
void params_from_layout(const struct layout *layout, struct params_channels *ret_channels);

/** "[ FL, FR ]" as audio.position wants it. */
void params_position(const struct layout *layout, struct fascia_text *text);

#endif
