/* SPDX-License-Identifier: Apache-2.0 */
#include "audio/pipewire/watch.h"

#include <errno.h>

static enum graph_state state_of(enum pw_node_state state)
{
    if (state == PW_NODE_STATE_RUNNING)
        return GRAPH_RUNS;
    return state == PW_NODE_STATE_SUSPENDED ? GRAPH_SUSPENDED : GRAPH_ELSE;
}

void watch_info(struct connection *connection, const struct pw_node_info *info)
{
    const struct graph_node *node = graph_node(&connection->graph, info->id);

    if ((info->change_mask & PW_NODE_CHANGE_MASK_STATE) == 0)
        return;
    graph_set_state(&connection->graph, info->id, state_of(info->state));
    if (info->state == PW_NODE_STATE_ERROR && node && node->client == connection->client)
        connection_fail(connection, -EIO);
    connection->events->changed(connection->userdata);
}

static void on_info(void *data, const struct pw_node_info *info)
{
    struct watch *watch = data;
    watch_info(watch->connection, info);
}

static const struct pw_node_events node_events = {
    .version = PW_VERSION_NODE_EVENTS,
    .info = on_info,
};

static void on_removed(void *data)
{
    struct watch *watch = data;
    watch->gone = true;
}

static const struct pw_proxy_events proxy_events = {
    .version = PW_VERSION_PROXY_EVENTS,
    .removed = on_removed,
};

void watch_node(struct watch *watch, struct connection *connection, uint32_t id)
{
    if (watch->proxy && (watch->gone || watch->id != id)) {
        spa_hook_remove(&watch->hook);
        spa_hook_remove(&watch->proxy_hook);
        pw_proxy_destroy(watch->proxy);
        *watch = (struct watch){.proxy = NULL};
    }
    if (watch->proxy || id == GRAPH_ID_NONE)
        return;
    watch->proxy = pw_registry_bind(connection->registry, id, PW_TYPE_INTERFACE_Node, PW_VERSION_NODE, 0);
    if (!watch->proxy)
        return;
    watch->connection = connection;
    watch->id = id;
    pw_proxy_add_listener(watch->proxy, &watch->proxy_hook, &proxy_events, watch);
    (void)pw_node_add_listener((struct pw_node *)watch->proxy, &watch->hook, &node_events, watch);
}
