/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_AUDIO_ROUTE_STREAM_H
#define FASCIA_AUDIO_ROUTE_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audio/layout/layout.h"

/*
 * Which of our sinks a program's stream belongs to, by the media.role that it states. Who has said where it is to go
 * (the program itself, or a user with a mixer) is left alone.
 */

#define STREAM_ROLE_SIZE   32
#define STREAM_TARGET_SIZE 128
#define STREAM_NO_BUS      SIZE_MAX

struct stream_role {
    char role[STREAM_ROLE_SIZE]; /* media.role, compared without regard to case */
    size_t bus;
};

struct stream_facts {
    char role[STREAM_ROLE_SIZE]; /* "": it states none */
    bool autoconnect;            /* it leaves its connections to others (node.autoconnect) */
    bool names_target;           /* target.object, or node.target of old */
    bool stays_put;              /* node.dont-reconnect, node.dont-move */
    bool moved;                  /* somebody has given it a target by the session manager's metadata, and not we */
};

/** The bus of a stream, or STREAM_NO_BUS. */
size_t stream_bus(const struct stream_role *roles, size_t count, const struct stream_facts *facts);

/**
 * The channels that a stream's node is to have so that a sink with `sink` plays them without a mixer in between: its
 * own when all of them are there (or it has but one, which goes to both fronts); else those of the sink, into which the
 * stream's own adapter then mixes them. Count 0 of `own`: not known.
 */
void stream_ports(const struct layout *own, const struct layout *sink, struct layout *ret_ports);

/** The channels of a sink that a channel of a stream goes to: itself, or both fronts for a lone one. */
void stream_goes_to(enum layout_channel channel, const struct layout *sink, struct layout *ret_channels);

#endif
