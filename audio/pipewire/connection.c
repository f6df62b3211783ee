/* SPDX-License-Identifier: Apache-2.0 */
#include "audio/pipewire/connection.h"

#include <errno.h>
#include <pipewire/extensions/metadata.h>
#include <spa/utils/result.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "stack/base/text.h"

/* The library says why by errno, and sometimes does not. */
static int errno_of_library(void)
{
    return errno > 0 ? -errno : -EIO;
}

/* A client's configuration that asks for a real-time thread: a file of its own before 1.3, then the only one. */
static const char *config_name(void)
{
    unsigned major = 0, minor = 0;

    if (sscanf(pw_get_library_version(), "%u.%u", &major, &minor) != 2) /* NOLINT(cert-err34-c): two small numbers */
        return "client.conf";
    return major > 1 || (major == 1 && minor >= 3) ? "client.conf" : "client-rt.conf";
}

int connection_context_new(struct pw_loop *loop, struct pw_context **ret_context)
{
    const char *const names[] = {config_name(), "client.conf"};

    pw_init(NULL, NULL);
    for (size_t i = 0; i < 2; i++) {
        struct pw_context *context = pw_context_new(loop, pw_properties_new(PW_KEY_CONFIG_NAME, names[i], NULL), 0);
        if (context) {
            *ret_context = context;
            return 0;
        }
    }
    return errno_of_library();
}

/* --- the registry --------------------------------------------------------------------------------------------- */

static const char *lookup(const struct spa_dict *props, const char *key)
{
    const char *value = props ? spa_dict_lookup(props, key) : NULL;
    return value ? value : "";
}

static uint32_t lookup_id(const struct spa_dict *props, const char *key)
{
    int64_t id;
    return fascia_text_to_i64(lookup(props, key), 0, UINT32_MAX - 1, &id) == 0 ? (uint32_t)id : GRAPH_ID_NONE;
}

static void put_node(struct graph *g, uint32_t id, const struct spa_dict *props)
{
    const char *media_class = lookup(props, PW_KEY_MEDIA_CLASS);
    struct graph_node node = {
        .id = id,
        .client = lookup_id(props, PW_KEY_CLIENT_ID),
        .is_sink = strcmp(media_class, "Audio/Sink") == 0 || strcmp(media_class, "Audio/Duplex") == 0,
        .is_stream = strcmp(media_class, "Stream/Output/Audio") == 0,
    };
    int64_t priority;

    if (fascia_text_to_i64(lookup(props, PW_KEY_PRIORITY_SESSION), INT32_MIN, INT32_MAX, &priority) == 0)
        node.priority = (int32_t)priority;
    (void)fascia_text_copy(node.name, sizeof node.name, lookup(props, PW_KEY_NODE_NAME));
    graph_put_node(g, &node);
}

static void put_port(struct graph *g, uint32_t id, const struct spa_dict *props)
{
    struct graph_port port = {
        .id = id,
        .node = lookup_id(props, PW_KEY_NODE_ID),
        .index = lookup_id(props, PW_KEY_PORT_ID),
        .direction = strcmp(lookup(props, PW_KEY_PORT_DIRECTION), "out") == 0 ? GRAPH_OUTPUT : GRAPH_INPUT,
        .monitor = strcmp(lookup(props, PW_KEY_PORT_MONITOR), "true") == 0,
    };

    port.known = layout_channel_parse(lookup(props, PW_KEY_AUDIO_CHANNEL), &port.channel) == 0;
    graph_put_port(g, &port);
}

static void put_link(struct graph *g, uint32_t id, const struct spa_dict *props)
{
    struct graph_link link = {
        .id = id,
        .output = lookup_id(props, PW_KEY_LINK_OUTPUT_PORT),
        .input = lookup_id(props, PW_KEY_LINK_INPUT_PORT),
    };
    graph_put_link(g, &link);
}

static void on_global(void *data, uint32_t id, uint32_t permissions, const char *type, uint32_t version,
                      const struct spa_dict *props)
{
    struct connection *c = data;

    (void)permissions;
    (void)version;
    if (strcmp(type, PW_TYPE_INTERFACE_Node) == 0)
        put_node(&c->graph, id, props);
    else if (strcmp(type, PW_TYPE_INTERFACE_Port) == 0)
        put_port(&c->graph, id, props);
    else if (strcmp(type, PW_TYPE_INTERFACE_Link) == 0)
        put_link(&c->graph, id, props);
    else if (strcmp(type, PW_TYPE_INTERFACE_Metadata) == 0 &&
             strcmp(lookup(props, PW_KEY_METADATA_NAME), "default") == 0)
        c->session_manager = id; /* every session manager publishes it; the daemon by itself does not */
    else
        return;
    c->events->changed(c->userdata);
}

static void on_global_remove(void *data, uint32_t id)
{
    struct connection *c = data;

    if (id == c->session_manager)
        c->session_manager = GRAPH_ID_NONE;
    graph_remove(&c->graph, id);
    c->events->changed(c->userdata);
}

static const struct pw_registry_events registry_events = {
    .version = PW_VERSION_REGISTRY_EVENTS,
    .global = on_global,
    .global_remove = on_global_remove,
};

/* --- the core ------------------------------------------------------------------------------------------------- */

static void on_core_info(void *data, const struct pw_core_info *info)
{
    struct connection *c = data;
    c->is_0_3 = info->version && strncmp(info->version, "0.3.", 4) == 0;
}

static void on_done(void *data, uint32_t id, int seq)
{
    struct connection *c = data;

    if (id == PW_ID_CORE && seq == c->sync && !c->is_synced) {
        c->is_synced = true;
        c->events->changed(c->userdata);
    }
}

void connection_fail(struct connection *c, int error)
{
    if (c->is_lost)
        return;
    c->is_lost = true;
    c->events->lost(error, c->userdata);
}

static void on_error(void *data, uint32_t id, int seq, int res, const char *message)
{
    struct connection *c = data;

    (void)seq;
    (void)message;
    /* Errors of other objects are told to their proxies; on the core itself only the end of the socket is fatal. */
    if (id == PW_ID_CORE && (res == -EPIPE || res == -ECONNRESET || res == -EPROTO))
        connection_fail(c, res);
}

static const struct pw_core_events core_events = {
    .version = PW_VERSION_CORE_EVENTS,
    .info = on_core_info,
    .done = on_done,
    .error = on_error,
};

static void on_client_info(void *data, const struct pw_client_info *info)
{
    struct connection *c = data;

    if (c->client == info->id)
        return;
    c->client = info->id;
    c->events->changed(c->userdata);
}

static const struct pw_client_events client_events = {
    .version = PW_VERSION_CLIENT_EVENTS,
    .info = on_client_info,
};

/* --- opening -------------------------------------------------------------------------------------------------- */

int connection_socket(const char *runtime_dir, char *to, size_t size)
{
    const char *name = getenv("PIPEWIRE_REMOTE");

    if (!runtime_dir || runtime_dir[0] == '\0')
        runtime_dir = getenv("PIPEWIRE_RUNTIME_DIR");
    if (!runtime_dir)
        runtime_dir = getenv("XDG_RUNTIME_DIR");
    if (!name || name[0] == '\0')
        name = "pipewire-0";
    if (name[0] != '/' && (!runtime_dir || runtime_dir[0] == '\0'))
        return -ENOTDIR;

    int n = snprintf(to, size, "%s%s%s", name[0] == '/' ? "" : runtime_dir, name[0] == '/' ? "" : "/", name);
    return n < 0 || (size_t)n >= size ? -ENAMETOOLONG : 0;
}

/* We connect ourselves: the library would take its folder from the environment only, and complain on each attempt. */
static int connect_socket(const char *runtime_dir)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    int r = connection_socket(runtime_dir, address.sun_path, sizeof address.sun_path);
    if (r < 0)
        return r;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return -errno;
    if (connect(fd, (const struct sockaddr *)&address, sizeof address) < 0) {
        r = -errno;
        (void)close(fd);
        return r;
    }
    return fd;
}

static int follow(struct connection *c)
{
    pw_core_add_listener(c->core, &c->core_hook, &core_events, c);
    (void)pw_client_add_listener(pw_core_get_client(c->core), &c->client_hook, &client_events, c);
    c->registry = pw_core_get_registry(c->core, PW_VERSION_REGISTRY, 0);
    if (!c->registry)
        return errno_of_library();
    (void)pw_registry_add_listener(c->registry, &c->registry_hook, &registry_events, c);
    c->sync = pw_core_sync(c->core, PW_ID_CORE, 0);
    return c->sync < 0 ? c->sync : 0;
}

int connection_open(struct pw_context *context, const char *runtime_dir, const char *application,
                    const struct connection_events *events, void *userdata, struct connection **ret_connection)
{
    int fd = connect_socket(runtime_dir);
    if (fd < 0)
        return fd;

    struct connection *c = calloc(1, sizeof *c);
    if (!c) {
        (void)close(fd);
        return -ENOMEM;
    }
    c->context = context;
    c->events = events;
    c->userdata = userdata;
    c->client = c->session_manager = GRAPH_ID_NONE;
    graph_init(&c->graph);

    /* takes the descriptor and the properties, also when it fails */
    c->core = pw_context_connect_fd(context, fd, pw_properties_new(PW_KEY_APP_NAME, application, NULL), 0);
    int r = c->core ? follow(c) : errno_of_library();
    if (r < 0) {
        connection_close(c);
        return r;
    }
    *ret_connection = c;
    return 0;
}

void connection_close(struct connection *c)
{
    if (!c)
        return;
    if (c->registry) {
        spa_hook_remove(&c->registry_hook);
        pw_proxy_destroy((struct pw_proxy *)c->registry);
    }
    if (c->core) {
        if (c->client_hook.link.next)
            spa_hook_remove(&c->client_hook);
        if (c->core_hook.link.next)
            spa_hook_remove(&c->core_hook);
        (void)pw_core_disconnect(c->core);
    }
    free(c);
}
