/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_AUDIO_PIPEWIRE_NETWORK_NODE_H
#define FASCIA_AUDIO_PIPEWIRE_NETWORK_NODE_H

#include "audio/pipewire/connection.h"
#include "audio/pipewire/links.h"
#include "audio/pipewire/watch.h"
#include "audio/rtp/receiver.h"

/* The network source in PipeWire's graph: one output port per channel, and links from those to a sink. */

struct network_node {
    struct rtp_receiver *receiver; /* borrowed */
    struct layout channels;
    struct pw_filter *filter;
    struct spa_hook hook;
    struct connection *connection;      /* borrowed */
    void *outputs[LAYOUT_CHANNELS_MAX]; /* port data of pw_filter */
    bool is_failed;
    struct watch self;
};

/** Makes the node. It must stay where it is until network_node_close(). Returns 0 or a negative errno. */
int network_node_open(struct network_node *node, struct connection *connection, const char *name,
                      const struct layout *channels, struct rtp_receiver *receiver);

/**
 * Declares its links to a sink (between links_begin() and links_end()). Returns how many channels have nowhere to go
 * there, or -EAGAIN while ports of ours are not announced yet; `ret_lost` (not NULL) gets those channels.
 */
int network_node_link(const struct network_node *node, struct links *links, uint32_t sink, struct layout *ret_lost);

/** Leaves the graph. Idempotent. */
void network_node_close(struct network_node *node);

#endif
