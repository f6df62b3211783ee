/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_AUDIO_PIPEWIRE_PARAMS_H
#define FASCIA_AUDIO_PIPEWIRE_PARAMS_H

#include <pipewire/pipewire.h>

#include "audio/layout/layout.h"

/*
 * The ports of a sink's node. An adapter has none until somebody sets its PortConfig: the session manager, or we.
 * (Its own adapter.auto-port-config works in some versions of PipeWire only.)
 */

/** Gives a sink one DSP port per channel, and monitor ports. Returns a negative errno when it could not be sent. */
int params_set_ports(struct pw_node *node, const struct layout *layout);

/** The same for a program's stream: its output ports, no monitor. */
int params_set_stream_ports(struct pw_node *node, const struct layout *layout);

/**
 * The channels of a format that EnumFormat announced. Returns 0; LAYOUT_E_COUNT when it leaves them open;
 * LAYOUT_E_UNKNOWN when it is no raw audio, or has a channel that we do not know.
 */
int params_format_layout(const struct spa_pod *format, struct layout *ret_layout);

/** How many channels such a format has, known or not; 0 when it leaves that open. */
uint32_t params_format_channels(const struct spa_pod *format);

/** "[ FL, FR ]" as audio.position wants it. */
void params_position(const struct layout *layout, struct fascia_text *text);

#endif
