/* SPDX-License-Identifier: Apache-2.0 */
#include "audio/pipewire/renderer.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "audio/pipewire/block.h"

/* --- the sound thread: no lock, no allocation, no system call ---------------------------------------------------- */

static void on_process(void *data, struct spa_io_position *position)
{
    struct renderer *r = data;
    const float *in[RENDER_BUSES_MAX][LAYOUT_CHANNELS_MAX] = {{NULL}};
    float *out[RENDER_OUTPUTS_MAX];

    if (!position)
        return;
    const uint32_t frames = block_frames(position);
    const uint32_t rate = position->clock.rate.denom;

    for (size_t b = 0; b < r->buses_count; b++)
        for (size_t i = 0; i < r->buses[b].count; i++)
            in[b][i] = block_input(r->inputs[b][i], frames);
    for (size_t o = 0; o < RENDER_OUTPUTS_MAX; o++)
        out[o] = block_output(r->outputs[o], frames);
    render_process(r->render, (const float *const(*)[LAYOUT_CHANNELS_MAX])in, out, frames, rate);
    atomic_store_explicit(&r->rate, rate, memory_order_relaxed);
    atomic_store_explicit(&r->quantum, frames, memory_order_relaxed);
    atomic_fetch_add_explicit(&r->cycles, 1, memory_order_relaxed);
}

/* --- the control thread ----------------------------------------------------------------------------------------- */

static void on_state(void *data, enum pw_filter_state old, enum pw_filter_state state, const char *error)
{
    struct renderer *r = data;

    (void)old;
    (void)error;
    r->is_failed = state == PW_FILTER_STATE_ERROR || state == PW_FILTER_STATE_UNCONNECTED;
    watch_node(&r->self, r->connection, renderer_node(r));
    r->connection->events->changed(r->connection->userdata);
}

static const struct pw_filter_events filter_events = {
    .version = PW_VERSION_FILTER_EVENTS,
    .state_changed = on_state,
    .process = on_process,
};

static int add_port(struct renderer *r, enum pw_direction direction, const char *name, void **ret_port)
{
    *ret_port = pw_filter_add_port(
        r->filter, direction, PW_FILTER_PORT_FLAG_MAP_BUFFERS, sizeof(void *),
        pw_properties_new(PW_KEY_FORMAT_DSP, "32 bit float mono audio", PW_KEY_PORT_NAME, name, NULL), NULL, 0);
    if (*ret_port)
        return 0;
    return errno > 0 ? -errno : -ENOMEM;
}

static int add_ports(struct renderer *r)
{
    char name[32];
    int e = 0;

    for (size_t b = 0; b < r->buses_count; b++) {
        for (size_t i = 0; e == 0 && i < r->buses[b].count; i++) {
            (void)snprintf(name, sizeof name, "input_%zu_%s", b, layout_channel_name(r->buses[b].channels[i]));
            e = add_port(r, PW_DIRECTION_INPUT, name, &r->inputs[b][i]);
        }
    }
    for (size_t o = 0; e == 0 && o < RENDER_OUTPUTS_MAX; o++) {
        (void)snprintf(name, sizeof name, "output_%zu", o);
        e = add_port(r, PW_DIRECTION_OUTPUT, name, &r->outputs[o]);
    }
    return e;
}

int renderer_open(struct renderer *r, struct connection *connection, const char *name, const struct layout *buses,
                  size_t buses_count, struct render *render)
{
    memset(r, 0, sizeof *r);
    r->connection = connection;
    r->render = render;
    r->buses_count = buses_count < RENDER_BUSES_MAX ? buses_count : RENDER_BUSES_MAX;
    for (size_t b = 0; b < r->buses_count; b++)
        r->buses[b] = buses[b];

    /* No session manager is to link it: what it plays to is our decision. */
    r->filter =
        pw_filter_new(connection->core, name,
                      pw_properties_new(PW_KEY_NODE_NAME, name, PW_KEY_NODE_DESCRIPTION, "fascia renderer",
                                        PW_KEY_MEDIA_TYPE, "Audio", PW_KEY_MEDIA_CATEGORY, "Filter", PW_KEY_MEDIA_ROLE,
                                        "DSP", PW_KEY_NODE_AUTOCONNECT, "false", "state.restore-props", "false", NULL));
    if (!r->filter)
        return errno > 0 ? -errno : -ENOMEM;
    pw_filter_add_listener(r->filter, &r->hook, &filter_events, r);
    int e = add_ports(r);
    if (e == 0)
        e = pw_filter_connect(r->filter, PW_FILTER_FLAG_RT_PROCESS, NULL, 0);
    if (e < 0)
        renderer_close(r);
    return e;
}

uint32_t renderer_node(const struct renderer *r)
{
    return r->filter ? pw_filter_get_node_id(r->filter) : GRAPH_ID_NONE;
}

const struct graph_port *renderer_input(const struct renderer *r, const struct graph *g, size_t bus, size_t channel)
{
    size_t index = channel;

    for (size_t b = 0; b < bus; b++)
        index += r->buses[b].count;
    return graph_port_at(g, renderer_node(r), GRAPH_INPUT, false, (uint32_t)index);
}

const struct graph_port *renderer_output(const struct renderer *r, const struct graph *g, size_t output)
{
    return graph_port_at(g, renderer_node(r), GRAPH_OUTPUT, false, (uint32_t)output);
}

bool renderer_has_ports(const struct renderer *r, const struct graph *g)
{
    size_t inputs = 0;

    for (size_t b = 0; b < r->buses_count; b++)
        inputs += r->buses[b].count;
    const uint32_t node = renderer_node(r);
    return node != GRAPH_ID_NONE && graph_ports(g, node, GRAPH_INPUT, false, NULL) == inputs &&
           graph_ports(g, node, GRAPH_OUTPUT, false, NULL) == RENDER_OUTPUTS_MAX;
}

void renderer_close(struct renderer *r)
{
    if (!r->filter)
        return;
    watch_node(&r->self, NULL, GRAPH_ID_NONE);
    spa_hook_remove(&r->hook);
    pw_filter_destroy(r->filter);
    r->filter = NULL;
}
