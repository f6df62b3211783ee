/* SPDX-License-Identifier: Apache-2.0 */
#include "audio/pipewire/sink.h"

#include <stdio.h>
#include <string.h>

#include "audio/pipewire/params.h"
#include "audio/pipewire/watch.h"

#define MS INT64_C(1000) /* microseconds */

#define FORMAT_WAIT_US  (200 * MS)  /* for a sink's answer to EnumFormat */
#define MANAGER_WAIT_US (1000 * MS) /* for a session manager to give a sink its ports */
#define RETRY_US        (1000 * MS)

static void on_proxy_removed(void *data)
{
    struct sink *sink = data;
    sink->gone = true;
}

static void on_proxy_error(void *data, int seq, int res, const char *message)
{
    struct sink *sink = data;

    (void)seq;
    (void)res;
    (void)message;
    /* A parameter that is refused on an existing node is no end of it: its ports tell. */
    if (sink->id == GRAPH_ID_NONE)
        sink->gone = true;
}

static void on_proxy_bound(void *data, uint32_t id)
{
    struct sink *sink = data;
    sink->id = id;
}

static const struct pw_proxy_events proxy_events = {
    .version = PW_VERSION_PROXY_EVENTS,
    .bound = on_proxy_bound,
    .removed = on_proxy_removed,
    .error = on_proxy_error,
};

static void on_param(void *data, int seq, uint32_t id, uint32_t index, uint32_t next, const struct spa_pod *param)
{
    struct sink *sink = data;

    (void)seq;
    (void)index;
    (void)next;
    if (id != SPA_PARAM_EnumFormat || !param || sink->channels.count > 0)
        return;
    if (!params_format_channels(param, &sink->channels))
        return; /* what leaves it open tells us nothing */
    if (sink->connection->session_manager == GRAPH_ID_NONE)
        sink->ports_at_us = 0; /* that is all we waited for */
    sink->connection->events->changed(sink->connection->userdata);
}

static void on_info(void *data, const struct pw_node_info *info)
{
    struct sink *sink = data;

    watch_info(sink->connection, info);
    if (sink->ports == info->n_input_ports)
        return;
    sink->ports = info->n_input_ports;
    sink->connection->events->changed(sink->connection->userdata);
}

static const struct pw_node_events node_events = {
    .version = PW_VERSION_NODE_EVENTS,
    .info = on_info,
    .param = on_param,
};

void sink_init(struct sink *sink)
{
    memset(sink, 0, sizeof *sink);
    sink->id = GRAPH_ID_NONE;
}

void sink_release(struct sink *sink)
{
    if (sink->proxy) {
        spa_hook_remove(&sink->proxy_hook);
        if (sink->node_hook.link.next)
            spa_hook_remove(&sink->node_hook);
        pw_proxy_destroy(sink->proxy);
    }
    sink_init(sink);
}

static int64_t first_turn(const struct connection *connection, int64_t now_us, int64_t without_manager_us)
{
    return now_us + (connection->session_manager != GRAPH_ID_NONE ? MANAGER_WAIT_US : without_manager_us);
}

void sink_create(struct sink *sink, struct connection *connection, const char *name, const char *description,
                 int priority, const struct layout *channels, int64_t now_us)
{
    char count[8], rank[16], position[LAYOUT_CHANNELS_MAX * 8];
    struct fascia_text text;

    (void)snprintf(count, sizeof count, "%zu", channels->count);
    (void)snprintf(rank, sizeof rank, "%d", priority);
    fascia_text_init(&text, position, sizeof position);
    params_position(channels, &text);

    struct spa_dict_item items[] = {
        SPA_DICT_ITEM_INIT(PW_KEY_FACTORY_NAME, "support.null-audio-sink"),
        SPA_DICT_ITEM_INIT(PW_KEY_NODE_NAME, name),
        SPA_DICT_ITEM_INIT(PW_KEY_NODE_DESCRIPTION, description),
        SPA_DICT_ITEM_INIT(PW_KEY_MEDIA_CLASS, "Audio/Sink"),
        SPA_DICT_ITEM_INIT(PW_KEY_NODE_VIRTUAL, "true"),
        SPA_DICT_ITEM_INIT(PW_KEY_PRIORITY_SESSION, rank),
        SPA_DICT_ITEM_INIT(PW_KEY_OBJECT_LINGER, "false"),
        SPA_DICT_ITEM_INIT("session.suspend-timeout-seconds", "0"),
        SPA_DICT_ITEM_INIT("audio.channels", count),
        SPA_DICT_ITEM_INIT("audio.position", position),
    };
    sink->proxy = pw_core_create_object(connection->core, "adapter", PW_TYPE_INTERFACE_Node, PW_VERSION_NODE,
                                        &SPA_DICT_INIT_ARRAY(items), 0);
    if (!sink->proxy)
        return;
    sink->connection = connection;
    pw_proxy_add_listener(sink->proxy, &sink->proxy_hook, &proxy_events, sink);
    (void)pw_node_add_listener((struct pw_node *)sink->proxy, &sink->node_hook, &node_events, sink);
    sink->ports_at_us = first_turn(connection, now_us, 0);
}

void sink_bind(struct sink *sink, struct connection *connection, uint32_t id, int64_t now_us)
{
    sink->proxy = pw_registry_bind(connection->registry, id, PW_TYPE_INTERFACE_Node, PW_VERSION_NODE, 0);
    if (!sink->proxy)
        return;
    sink->id = id;
    sink->connection = connection;
    pw_proxy_add_listener(sink->proxy, &sink->proxy_hook, &proxy_events, sink);
    struct pw_node *node = (struct pw_node *)sink->proxy;
    (void)pw_node_add_listener(node, &sink->node_hook, &node_events, sink);
    (void)pw_node_enum_params(node, 0, SPA_PARAM_EnumFormat, 0, UINT32_MAX, NULL);
    sink->ports_at_us = first_turn(connection, now_us, FORMAT_WAIT_US);
}

void sink_give_ports(struct sink *sink, const struct layout *layout, int64_t now_us)
{
    if (!sink->proxy || now_us < sink->ports_at_us)
        return;
    struct params_channels channels = sink->channels;
    if (channels.count == 0)
        params_from_layout(layout, &channels);
    (void)params_set_ports((struct pw_node *)sink->proxy, &channels);
    sink->ports_at_us = now_us + RETRY_US;
}
