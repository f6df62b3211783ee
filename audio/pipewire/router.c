/* SPDX-License-Identifier: Apache-2.0 */
#include "audio/pipewire/router.h"

#include <stdlib.h>
#include <string.h>

#define MS INT64_C(1000) /* microseconds */

#define PORTS_RETRY_US   (1000 * MS)
#define MANAGER_LIMIT_US (1500 * MS) /* for a session manager to link a stream, before it is reminded */
#define REMINDS_MAX      3U

#define TARGET_KEY "target.object"
#define NO_TARGET  "-1"

static void tell(struct router *router)
{
    router->connection->events->changed(router->connection->userdata);
}

/* --- the session manager's metadata ------------------------------------------------------------------------------- */

static struct router_target *find_target(struct router *router, uint32_t subject)
{
    for (size_t i = 0; i < router->targets_count; i++)
        if (router->targets[i].subject == subject)
            return &router->targets[i];
    return NULL;
}

static void forget_target(struct router *router, uint32_t subject)
{
    struct router_target *target = find_target(router, subject);
    if (target)
        *target = router->targets[--router->targets_count];
}

static int on_property(void *data, uint32_t subject, const char *key, const char *type, const char *value)
{
    struct router *router = data;
    struct router_target *target = find_target(router, subject);

    (void)type;
    if (key && strcmp(key, TARGET_KEY) != 0 && strcmp(key, "target.node") != 0)
        return 0;
    if (!key || !value) { /* all of its properties are gone, or this one is */
        forget_target(router, subject);
    } else {
        if (!target && router->targets_count < ROUTER_STREAMS_MAX)
            target = &router->targets[router->targets_count++];
        if (!target)
            return 0;
        target->subject = subject;
        (void)fascia_text_copy(target->value, sizeof target->value, value);
    }
    tell(router);
    return 0;
}

static const struct pw_metadata_events metadata_events = {
    .version = PW_VERSION_METADATA_EVENTS,
    .property = on_property,
};

static void on_metadata_removed(void *data)
{
    struct router *router = data;
    router->metadata_gone = true;
}

static const struct pw_proxy_events metadata_proxy_events = {
    .version = PW_VERSION_PROXY_EVENTS,
    .removed = on_metadata_removed,
};

static void release_metadata(struct router *router)
{
    if (router->metadata) {
        spa_hook_remove(&router->metadata_hook);
        spa_hook_remove(&router->metadata_proxy_hook);
        pw_proxy_destroy(router->metadata);
    }
    router->metadata = NULL;
    router->metadata_id = GRAPH_ID_NONE;
    router->metadata_gone = false;
    router->targets_count = 0;
    for (size_t i = 0; i < ROUTER_STREAMS_MAX; i++)
        if (router->streams[i])
            router->streams[i]->asked = router->streams[i]->waiting = false;
}

static void follow_metadata(struct router *router)
{
    const uint32_t id = router->connection->session_manager;

    if (router->metadata_id == id && !router->metadata_gone)
        return;
    release_metadata(router);
    router->metadata_id = id;
    if (id == GRAPH_ID_NONE)
        return;
    router->metadata =
        pw_registry_bind(router->connection->registry, id, PW_TYPE_INTERFACE_Metadata, PW_VERSION_METADATA, 0);
    if (!router->metadata)
        return;
    pw_proxy_add_listener(router->metadata, &router->metadata_proxy_hook, &metadata_proxy_events, router);
    (void)pw_metadata_add_listener((struct pw_metadata *)router->metadata, &router->metadata_hook, &metadata_events,
                                   router);
}

static void set_property(struct router *router, uint32_t subject, const char *type, const char *value)
{
    if (router->metadata && !router->metadata_gone)
        (void)pw_metadata_set_property((struct pw_metadata *)router->metadata, subject, TARGET_KEY, type, value);
}

static void set_target(struct router *router, uint32_t subject, const char *value)
{
    set_property(router, subject, value ? "Spa:String" : NULL, value);
}

/* --- streams ------------------------------------------------------------------------------------------------------ */

static void on_removed(void *data)
{
    struct router_stream *stream = data;
    stream->gone = true;
}

static const struct pw_proxy_events proxy_events = {
    .version = PW_VERSION_PROXY_EVENTS,
    .removed = on_removed,
};

static bool is_true(const struct spa_dict *props, const char *key)
{
    const char *value = spa_dict_lookup(props, key);
    return value && (strcmp(value, "true") == 0 || strcmp(value, "1") == 0);
}

static void on_info(void *data, const struct pw_node_info *info)
{
    struct router_stream *stream = data;
    const char *role;

    if (!info->props || (info->change_mask & PW_NODE_CHANGE_MASK_PROPS) == 0)
        return;
    role = spa_dict_lookup(info->props, PW_KEY_MEDIA_ROLE);
    stream->facts = (struct stream_facts){
        .autoconnect = is_true(info->props, PW_KEY_NODE_AUTOCONNECT),
        .names_target = spa_dict_lookup(info->props, TARGET_KEY) || spa_dict_lookup(info->props, "node.target"),
        .stays_put = is_true(info->props, PW_KEY_NODE_DONT_RECONNECT) || is_true(info->props, "node.dont-move"),
    };
    if (fascia_text_copy(stream->facts.role, sizeof stream->facts.role, role ? role : "") != 0)
        stream->facts.role[0] = '\0'; /* too long to be one of ours */
    stream->told = true;
    tell(stream->router);
}

static void on_param(void *data, int seq, uint32_t id, uint32_t index, uint32_t next, const struct spa_pod *param)
{
    struct router_stream *stream = data;

    (void)seq;
    (void)index;
    (void)next;
    if (id == SPA_PARAM_EnumFormat && param && stream->channels.count == 0 &&
        params_format_channels(param, &stream->channels))
        tell(stream->router);
}

static const struct pw_node_events node_events = {
    .version = PW_VERSION_NODE_EVENTS,
    .info = on_info,
    .param = on_param,
};

static void release_stream(struct router *router, size_t slot)
{
    struct router_stream *stream = router->streams[slot];

    if (stream->asked) /* ids are used again: the next one of this number has made no wish */
        set_target(router, stream->id, NULL);
    forget_target(router, stream->id);
    spa_hook_remove(&stream->proxy_hook);
    spa_hook_remove(&stream->node_hook);
    pw_proxy_destroy(stream->proxy);
    free(stream);
    router->streams[slot] = NULL;
}

static void bind_stream(struct router *router, size_t slot, uint32_t id)
{
    struct router_stream *stream = calloc(1, sizeof *stream);

    if (!stream)
        return;
    stream->proxy = pw_registry_bind(router->connection->registry, id, PW_TYPE_INTERFACE_Node, PW_VERSION_NODE, 0);
    if (!stream->proxy) {
        free(stream);
        return;
    }
    stream->router = router;
    stream->id = id;
    stream->bus = STREAM_NO_BUS;
    pw_proxy_add_listener(stream->proxy, &stream->proxy_hook, &proxy_events, stream);
    (void)pw_node_add_listener((struct pw_node *)stream->proxy, &stream->node_hook, &node_events, stream);
    (void)pw_node_enum_params((struct pw_node *)stream->proxy, 0, SPA_PARAM_EnumFormat, 0, UINT32_MAX, NULL);
    router->streams[slot] = stream;
}

static void follow_streams(struct router *router)
{
    const struct graph *g = &router->connection->graph;

    for (size_t i = 0; i < ROUTER_STREAMS_MAX; i++)
        if (router->streams[i] && (router->streams[i]->gone || !graph_node(g, router->streams[i]->id)))
            release_stream(router, i);
    for (size_t n = 0; n < g->nodes_count; n++) {
        size_t free_slot = ROUTER_STREAMS_MAX;
        bool known = !g->nodes[n].is_stream || g->nodes[n].client == router->connection->client;
        for (size_t i = 0; i < ROUTER_STREAMS_MAX && !known; i++) {
            known = router->streams[i] && router->streams[i]->id == g->nodes[n].id;
            if (!router->streams[i] && free_slot == ROUTER_STREAMS_MAX)
                free_slot = i;
        }
        if (!known && free_slot < ROUTER_STREAMS_MAX)
            bind_stream(router, free_slot, g->nodes[n].id);
    }
}

/* --- leading them ------------------------------------------------------------------------------------------------- */

/* A target that names one of our sinks is our own wish, or that of one that we were before. */
static bool is_ours(const struct router_stream *stream, const char *value, const struct router_sink *sinks,
                    size_t count)
{
    if (stream->asked && strcmp(stream->target, value) == 0)
        return true;
    if (stream->waiting && strcmp(value, NO_TARGET) == 0)
        return true; /* a reminder */
    for (size_t i = 0; i < count; i++)
        if (sinks[i].name[0] != '\0' && strcmp(sinks[i].name, value) == 0)
            return true;
    return false;
}

static void ask_manager(struct router *router, struct router_stream *stream, const char *name, int64_t now_us)
{
    if (name ? stream->asked && strcmp(stream->target, name) == 0 : !stream->asked)
        return;
    set_target(router, stream->id, name);
    (void)fascia_text_copy(stream->target, sizeof stream->target, name ? name : "");
    stream->asked = name;
    stream->waiting = true;
    stream->reminds = 0;
    stream->asked_at_us = now_us;
}

/*
 * False while the session manager may still be about to link a stream. WirePlumber (0.4.13 to 0.5.12) does not try
 * again when its link fails, which that of a stream does now and then whose last link is still being negotiated; it
 * looks again when the target changes: to none, in its own words, and back.
 */
static bool is_settled(struct router *router, struct router_stream *stream, int64_t now_us)
{
    if (!stream->waiting)
        return true;
    if (now_us - stream->asked_at_us <= MANAGER_LIMIT_US)
        return false;
    stream->waiting = !graph_is_linked(&router->connection->graph, stream->id) && stream->reminds < REMINDS_MAX;
    if (!stream->waiting)
        return true;
    set_property(router, stream->id, "Spa:Id", NO_TARGET);
    set_target(router, stream->id, stream->asked ? stream->target : NULL);
    stream->reminds++;
    stream->asked_at_us = now_us;
    return false;
}

static void want_channel(struct router *router, const struct graph_port *from, const struct router_sink *sink,
                         bool only_one)
{
    const struct graph *g = &router->connection->graph;
    struct layout to;

    stream_goes_to(only_one && !from->known ? LAYOUT_MONO : from->channel, sink->channels, &to);
    for (size_t i = 0; i < to.count; i++) {
        const struct graph_port *port = graph_port(g, sink->node, GRAPH_INPUT, false, to.channels[i]);
        if (port)
            links_want(&router->links, from, port);
    }
}

static void link_stream(struct router *router, struct router_stream *stream, const struct router_sink *sink,
                        int64_t now_us)
{
    const struct graph *g = &router->connection->graph;
    const size_t count = graph_ports(g, stream->id, GRAPH_OUTPUT, false, NULL);
    struct layout own, ports;
    struct params_channels channels;

    if (count == 0 && now_us >= stream->ports_at_us) {
        if (params_to_layout(&stream->channels, &own) > 0)
            own.count = 0; /* what we do not know, its own adapter may */
        stream_ports(&own, sink->channels, &ports);
        params_from_layout(&ports, &channels);
        (void)params_set_stream_ports((struct pw_node *)stream->proxy, &channels);
        stream->ports_at_us = now_us + PORTS_RETRY_US;
    }
    for (size_t i = 0; i < g->ports_count; i++) {
        const struct graph_port *port = &g->ports[i];
        if (port->node == stream->id && port->direction == GRAPH_OUTPUT && !port->monitor &&
            (port->known || count == 1))
            want_channel(router, port, sink, count == 1);
    }
}

static size_t choose(struct router *router, struct router_stream *stream, const struct router_sink *sinks, size_t count)
{
    const struct router_target *target = find_target(router, stream->id);
    struct stream_facts facts = stream->facts;

    facts.moved = target && !is_ours(stream, target->value, sinks, count);
    size_t bus = stream->told ? stream_bus(router->roles, router->roles_count, &facts) : STREAM_NO_BUS;
    if (facts.moved)
        stream->asked = stream->waiting = false; /* what stands there is no longer ours to take back, or to repeat */
    return bus < count && sinks[bus].node != GRAPH_ID_NONE ? bus : STREAM_NO_BUS;
}

/* False when there is something to wait for. */
static bool lead(struct router *router, struct router_stream *stream, const struct router_sink *sink, int64_t now_us)
{
    if (router->metadata && !router->metadata_gone) {
        ask_manager(router, stream, sink ? sink->name : NULL, now_us);
        return is_settled(router, stream, now_us);
    }
    if (sink)
        link_stream(router, stream, sink, now_us);
    return true;
}

void router_init(struct router *router, struct connection *connection, const struct stream_role *roles, size_t count)
{
    memset(router, 0, sizeof *router);
    router->connection = connection;
    router->roles = roles;
    router->roles_count = count;
    router->metadata_id = GRAPH_ID_NONE;
    links_init(&router->links, connection);
}

bool router_update(struct router *router, const struct router_sink *sinks, size_t count, int64_t now_us)
{
    bool settled = true;

    if (router->roles_count == 0)
        return true;
    follow_metadata(router);
    follow_streams(router);
    if (router->links.refused)
        return false; /* not at once again */
    links_begin(&router->links, now_us);
    for (size_t i = 0; i < ROUTER_STREAMS_MAX; i++) {
        struct router_stream *stream = router->streams[i];
        if (!stream)
            continue;
        stream->bus = choose(router, stream, sinks, count);
        if (!lead(router, stream, stream->bus != STREAM_NO_BUS ? &sinks[stream->bus] : NULL, now_us))
            settled = false;
    }
    return links_end(&router->links) && settled;
}

void router_close(struct router *router)
{
    if (!router->connection)
        return;
    links_clear(&router->links);
    for (size_t i = 0; i < ROUTER_STREAMS_MAX; i++)
        if (router->streams[i])
            release_stream(router, i);
    release_metadata(router);
    router->connection = NULL;
}
