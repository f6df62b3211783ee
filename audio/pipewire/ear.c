/* SPDX-License-Identifier: Apache-2.0 */
#include "audio/pipewire/ear.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audio/pipewire/block.h"
#include "audio/render/measure.h"

#define LIMIT_US INT64_C(5000000) /* beside the windows themselves */

enum { EAR_IDLE, EAR_RECORDING, EAR_RECORDED };

/* --- the sound thread --------------------------------------------------------------------------------------------- */

static void on_process(void *data, struct spa_io_position *position)
{
    struct ear *ear = data;

    if (!position)
        return;
    const uint32_t n = block_frames(position);
    const bool recording = atomic_load_explicit(&ear->state, memory_order_acquire) == EAR_RECORDING;
    const size_t room = recording ? ear->frames - ear->recorded : 0;
    const size_t take = n < room ? n : room;

    atomic_store_explicit(&ear->rate, position->clock.rate.denom, memory_order_relaxed);
    for (size_t i = 0; i < ear->count; i++) {
        const float *from = block_input(ear->inputs[i], n);
        if (from && take > 0)
            memcpy(ear->samples[i] + ear->recorded, from, take * sizeof *from);
    }
    if (take == 0)
        return;
    ear->recorded += take;
    if (ear->recorded == ear->frames)
        atomic_store_explicit(&ear->state, EAR_RECORDED, memory_order_release);
}

/* --- the control thread ------------------------------------------------------------------------------------------- */

static void on_state(void *data, enum pw_filter_state old, enum pw_filter_state state, const char *error)
{
    struct ear *ear = data;

    (void)old;
    (void)error;
    ear->is_failed = ear->is_failed || state == PW_FILTER_STATE_ERROR;
    ear->connection->events->changed(ear->connection->userdata);
}

static const struct pw_filter_events filter_events = {
    .version = PW_VERSION_FILTER_EVENTS,
    .state_changed = on_state,
    .process = on_process,
};

void ear_init(struct ear *ear)
{
    memset(ear, 0, sizeof *ear);
}

static int add_ports(struct ear *ear)
{
    for (size_t i = 0; i < ear->count; i++) {
        char name[32];

        (void)snprintf(name, sizeof name, "input_%zu", i);
        ear->inputs[i] = pw_filter_add_port(
            ear->filter, PW_DIRECTION_INPUT, PW_FILTER_PORT_FLAG_MAP_BUFFERS, sizeof(void *),
            pw_properties_new(PW_KEY_FORMAT_DSP, "32 bit float mono audio", PW_KEY_PORT_NAME, name, NULL), NULL, 0);
        if (!ear->inputs[i])
            return errno > 0 ? -errno : -ENOMEM;
    }
    return pw_filter_connect(ear->filter, PW_FILTER_FLAG_RT_PROCESS, NULL, 0);
}

int ear_open(struct ear *ear, struct connection *connection, const char *name, uint32_t sink, const uint32_t *ports,
             size_t count, unsigned hz, unsigned windows, int64_t now_us)
{
    ear_init(ear);
    ear->connection = connection;
    ear->sink = sink;
    ear->count = count < LAYOUT_CHANNELS_MAX ? count : LAYOUT_CHANNELS_MAX;
    memcpy(ear->ports, ports, ear->count * sizeof *ports);
    ear->hz = hz;
    ear->windows = windows > 0 ? windows : 1;
    ear->deadline_us = now_us + LIMIT_US + (int64_t)ear->windows * 1000000 / MEASURE_WINDOWS_PER_S;
    links_init(&ear->links, connection);
    ear->filter =
        pw_filter_new(connection->core, name,
                      pw_properties_new(PW_KEY_NODE_NAME, name, PW_KEY_MEDIA_TYPE, "Audio", PW_KEY_MEDIA_CATEGORY,
                                        "Filter", PW_KEY_MEDIA_ROLE, "DSP", PW_KEY_NODE_AUTOCONNECT, "false", NULL));
    if (!ear->filter)
        return errno > 0 ? -errno : -ENOMEM;
    pw_filter_add_listener(ear->filter, &ear->hook, &filter_events, ear);
    int r = add_ports(ear);
    if (r < 0)
        ear_close(ear);
    return r;
}

/* True when all is linked and cycles. */
static bool build(struct ear *ear, int64_t now_us)
{
    const struct graph *g = &ear->connection->graph;
    const uint32_t node = pw_filter_get_node_id(ear->filter);
    bool complete = node != GRAPH_ID_NONE;

    if (ear->links.refused || !complete)
        return false;
    links_begin(&ear->links, now_us);
    for (size_t i = 0; i < ear->count; i++) {
        const struct graph_port *from = graph_port_at(g, ear->sink, GRAPH_OUTPUT, true, ear->ports[i]);
        const struct graph_port *to = graph_port_at(g, node, GRAPH_INPUT, false, (uint32_t)i);
        if (from && to)
            links_want(&ear->links, from, to);
        else
            complete = false;
    }
    return links_end(&ear->links) && complete && atomic_load_explicit(&ear->rate, memory_order_relaxed) > 0;
}

static int record(struct ear *ear)
{
    const size_t window = measure_window(atomic_load_explicit(&ear->rate, memory_order_relaxed));

    if (window == 0)
        return -ENOTSUP;
    ear->frames = window * (ear->windows + 1); /* the first one settles */
    for (size_t i = 0; i < ear->count; i++) {
        ear->samples[i] = calloc(ear->frames, sizeof *ear->samples[i]);
        if (!ear->samples[i])
            return -ENOMEM;
    }
    atomic_store_explicit(&ear->state, EAR_RECORDING, memory_order_release);
    return -EAGAIN;
}

static int tell(const struct ear *ear, double *ret_amplitudes)
{
    const size_t window = ear->frames / (ear->windows + 1);

    for (size_t i = 0; i < ear->count; i++) {
        double sum = 0;
        for (unsigned w = 1; w <= ear->windows; w++)
            sum += measure_amplitude(ear->samples[i] + w * window, window, ear->hz / MEASURE_WINDOWS_PER_S);
        ret_amplitudes[i] = sum / ear->windows;
    }
    return 0;
}

int ear_update(struct ear *ear, int64_t now_us, double *ret_amplitudes)
{
    if (ear->is_failed || !graph_node(&ear->connection->graph, ear->sink))
        return -ENOTCONN;
    switch (atomic_load_explicit(&ear->state, memory_order_acquire)) {
    case EAR_RECORDED:
        return tell(ear, ret_amplitudes);
    case EAR_RECORDING:
        break;
    default:
        if (build(ear, now_us)) {
            int r = record(ear);
            if (r != -EAGAIN)
                return r;
        }
        break;
    }
    return now_us < ear->deadline_us ? -EAGAIN : -ETIMEDOUT;
}

void ear_close(struct ear *ear)
{
    if (!ear->filter)
        return;
    links_clear(&ear->links);
    spa_hook_remove(&ear->hook);
    pw_filter_destroy(ear->filter); /* after that no sound thread uses the rest */
    for (size_t i = 0; i < LAYOUT_CHANNELS_MAX; i++)
        free(ear->samples[i]);
    ear_init(ear);
}
