/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_AUDIO_PIPEWIRE_WATCH_H
#define FASCIA_AUDIO_PIPEWIRE_WATCH_H

#include "audio/pipewire/connection.h"

/*
 * What a node says of its state, which the registry does not: into the graph. Each watched node costs messages;
 * PipeWire 0.3.65 loses descriptors when too many wait for a client at once, so watch what needs it, and nothing twice.
 */

/**
 * Hands on what a node has told: for those who are bound to it for other reasons. A node of ours that is in error
 * (0.3.65 puts one there when descriptors were lost, and does not tell the pw_filter) ends the connection, which has
 * then told `lost` with -EIO: with another one all is made anew.
 */
void watch_info(struct connection *connection, const struct pw_node_info *info);

struct watch {
    struct connection *connection; /* borrowed */
    uint32_t id;
    struct pw_proxy *proxy; /* NULL: nothing is watched */
    struct spa_hook hook, proxy_hook;
    bool gone;
};

/** Watches that node from now on, and no other one; GRAPH_ID_NONE: none. To be called again and again. `watch` is zero
 * at first, and must stay where it is. */
void watch_node(struct watch *watch, struct connection *connection, uint32_t id);

#endif
