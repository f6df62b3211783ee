/* SPDX-License-Identifier: Apache-2.0 */
#include "audio/pipewire/network_node.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "audio/pipewire/block.h"
#include "stack/base/cleanup.h"

/* --- the sound thread: no lock, no allocation, no system call ---------------------------------------------------- */

static void on_process(void *data, struct spa_io_position *position)
{
    struct network_node *node = data;
    const uint32_t frames = block_frames(position);
    float *out[LAYOUT_CHANNELS_MAX] = {NULL};

    if (!position)
        return;
    for (size_t i = 0; i < node->channels.count; i++)
        out[i] = block_output(node->outputs[i], frames);
    rtp_receiver_pull(node->receiver, out, frames, position->clock.rate.denom,
                      (int64_t)(position->clock.nsec / SPA_NSEC_PER_USEC));
}

/* --- the control thread ------------------------------------------------------------------------------------------ */

static void on_state(void *data, enum pw_filter_state old, enum pw_filter_state state, const char *error)
{
    struct network_node *node = data;

    (void)old;
    (void)error;
    node->is_failed = state == PW_FILTER_STATE_ERROR || state == PW_FILTER_STATE_UNCONNECTED;
    watch_node(&node->self, node->connection, pw_filter_get_node_id(node->filter));
    node->connection->events->changed(node->connection->userdata);
}

static const struct pw_filter_events filter_events = {
    .version = PW_VERSION_FILTER_EVENTS,
    .state_changed = on_state,
    .process = on_process,
};

static int add_ports(struct network_node *node)
{
    for (size_t i = 0; i < node->channels.count; i++) {
        const char *channel = layout_channel_name(node->channels.channels[i]);
        char name[32];

        (void)snprintf(name, sizeof name, "output_%s", channel);
        node->outputs[i] =
            pw_filter_add_port(node->filter, PW_DIRECTION_OUTPUT, PW_FILTER_PORT_FLAG_MAP_BUFFERS, sizeof(void *),
                               pw_properties_new(PW_KEY_FORMAT_DSP, "32 bit float mono audio", PW_KEY_PORT_NAME, name,
                                                 PW_KEY_AUDIO_CHANNEL, channel, NULL),
                               NULL, 0);
        if (!node->outputs[i])
            return errno > 0 ? -errno : -ENOMEM;
    }
    return 0;
}

int network_node_open(struct network_node *node, struct connection *connection, const char *name,
                      const struct layout *channels, struct rtp_receiver *receiver)
{
    *node = (struct network_node){
        .receiver = receiver,
        .channels = *channels,
        .connection = connection,
    };
    /* No session manager is to link it: what it plays into is our decision. */
    node->filter = pw_filter_new(
        connection->core, name,
        pw_properties_new(PW_KEY_NODE_NAME, name, PW_KEY_NODE_DESCRIPTION, "fascia network source", PW_KEY_MEDIA_TYPE,
                          "Audio", PW_KEY_MEDIA_CATEGORY, "Playback", PW_KEY_MEDIA_ROLE, "DSP", PW_KEY_NODE_AUTOCONNECT,
                          "false", "state.restore-props", "false", NULL));
    if (!node->filter)
        return errno > 0 ? -errno : -ENOMEM;
    pw_filter_add_listener(node->filter, &node->hook, &filter_events, node);
    int r = add_ports(node);
    if (r == 0)
        r = pw_filter_connect(node->filter, PW_FILTER_FLAG_RT_PROCESS, NULL, 0);
    if (r < 0)
        network_node_close(node);
    return r;
}

/* Where a channel may go instead, best first; it goes to each of the first pair that is there. */
struct stand_in {
    enum layout_channel channel, to[2];
};

static const struct stand_in stand_ins[] = {
    {LAYOUT_SL, {LAYOUT_RL, LAYOUT_RL}},     {LAYOUT_SR, {LAYOUT_RR, LAYOUT_RR}},
    {LAYOUT_RL, {LAYOUT_SL, LAYOUT_SL}},     {LAYOUT_RR, {LAYOUT_SR, LAYOUT_SR}},
    {LAYOUT_MONO, {LAYOUT_FC, LAYOUT_FC}},   {LAYOUT_MONO, {LAYOUT_FL, LAYOUT_FR}},
    {LAYOUT_FC, {LAYOUT_MONO, LAYOUT_MONO}},
};

static bool want(struct links *links, const struct graph_port *from, uint32_t sink, enum layout_channel to)
{
    const struct graph_port *port = graph_port(&links->connection->graph, sink, GRAPH_INPUT, false, to);

    if (port)
        links_want(links, from, port);
    return port;
}

static bool want_channel(const struct network_node *node, struct links *links, const struct graph_port *from,
                         uint32_t sink, enum layout_channel channel)
{
    if (want(links, from, sink, channel))
        return true;
    for (size_t i = 0; i < FASCIA_ARRAY_SIZE(stand_ins); i++) {
        const struct stand_in *other = &stand_ins[i];
        /* not onto a channel that the programme has itself */
        if (other->channel != channel || layout_find(&node->channels, other->to[0]) >= 0)
            continue;
        bool first = want(links, from, sink, other->to[0]);
        if (other->to[1] != other->to[0])
            first = want(links, from, sink, other->to[1]) || first;
        if (first)
            return true;
    }
    return false;
}

int network_node_link(const struct network_node *node, struct links *links, uint32_t sink, struct layout *ret_lost)
{
    const uint32_t id = node->filter ? pw_filter_get_node_id(node->filter) : GRAPH_ID_NONE;

    ret_lost->count = 0;
    for (size_t i = 0; i < node->channels.count; i++) {
        const enum layout_channel channel = node->channels.channels[i];
        const struct graph_port *from = graph_port(&links->connection->graph, id, GRAPH_OUTPUT, false, channel);
        if (!from)
            return -EAGAIN;
        if (!want_channel(node, links, from, sink, channel))
            (void)layout_add(ret_lost, channel);
    }
    return (int)ret_lost->count;
}

void network_node_close(struct network_node *node)
{
    if (!node->filter)
        return;
    watch_node(&node->self, NULL, GRAPH_ID_NONE);
    spa_hook_remove(&node->hook);
    pw_filter_destroy(node->filter);
    node->filter = NULL;
}
