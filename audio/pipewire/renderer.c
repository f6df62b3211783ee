/* SPDX-License-Identifier: Apache-2.0 */
#include "audio/pipewire/renderer.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* --- the sound thread: no lock, no allocation, no system call ---------------------------------------------------- */

/* Samples of an input; NULL (silence) when nothing is linked or the block is short. */
static const float *input_block(struct pw_buffer *buffer, uint32_t frames)
{
    if (!buffer)
        return NULL;

    const struct spa_data *d = &buffer->buffer->datas[0];
    if (!d->data || d->chunk->offset > d->maxsize || d->chunk->offset % sizeof(float) != 0)
        return NULL;
    uint32_t size = d->chunk->size;
    if (size > d->maxsize - d->chunk->offset || size < frames * sizeof(float))
        return NULL;
    return (const float *)(const void *)((const char *)d->data + d->chunk->offset);
}

static float *output_block(struct pw_buffer *buffer, uint32_t frames)
{
    if (!buffer)
        return NULL;

    struct spa_data *d = &buffer->buffer->datas[0];
    if (!d->data || d->maxsize < frames * sizeof(float))
        return NULL;
    *d->chunk = (struct spa_chunk){.size = (uint32_t)(frames * sizeof(float)), .stride = sizeof(float)};
    return d->data;
}

static void take_news(struct renderer *r, uint32_t rate)
{
    if (rate != r->ramp_rate) {
        r->ramp_rate = rate;
        matrix_set_ramp(&r->matrix, (uint32_t)((uint64_t)rate * RENDERER_RAMP_MS / 1000));
    }
    const struct matrix_weights *weights = mailbox_take(&r->mailbox);
    if (weights)
        matrix_retarget(&r->matrix, weights);
    atomic_store_explicit(&r->rate, rate, memory_order_relaxed);
    atomic_fetch_add_explicit(&r->cycles, 1, memory_order_relaxed);
}

static void on_process(void *data, struct spa_io_position *position)
{
    struct renderer *r = data;
    const uint64_t duration = position->clock.duration;
    const uint32_t frames = duration < UINT32_MAX / sizeof(float) ? (uint32_t)duration : 0;
    struct pw_buffer *in_buffers[LAYOUT_CHANNELS_MAX] = {NULL}, *out_buffers[LAYOUT_CHANNELS_MAX] = {NULL};
    const float *in[LAYOUT_CHANNELS_MAX] = {NULL};
    float *out[LAYOUT_CHANNELS_MAX] = {NULL};

    take_news(r, position->clock.rate.denom);
    for (size_t i = 0; i < r->source.count; i++) {
        in_buffers[i] = pw_filter_dequeue_buffer(r->inputs[i]);
        in[i] = input_block(in_buffers[i], frames);
    }
    for (size_t o = 0; o < r->speakers.count; o++) {
        out_buffers[o] = pw_filter_dequeue_buffer(r->outputs[o]);
        out[o] = output_block(out_buffers[o], frames);
    }
    matrix_process(&r->matrix, in, out, frames);
    for (size_t i = 0; i < r->source.count; i++)
        if (in_buffers[i])
            (void)pw_filter_queue_buffer(r->inputs[i], in_buffers[i]);
    for (size_t o = 0; o < r->speakers.count; o++)
        if (out_buffers[o])
            (void)pw_filter_queue_buffer(r->outputs[o], out_buffers[o]);
}

/* --- the control thread ----------------------------------------------------------------------------------------- */

static void on_state(void *data, enum pw_filter_state old, enum pw_filter_state state, const char *error)
{
    struct renderer *r = data;

    (void)old;
    (void)error;
    r->is_failed = state == PW_FILTER_STATE_ERROR || state == PW_FILTER_STATE_UNCONNECTED;
    r->events->changed(r->userdata);
}

static const struct pw_filter_events filter_events = {
    .version = PW_VERSION_FILTER_EVENTS,
    .state_changed = on_state,
    .process = on_process,
};

static int add_ports(struct pw_filter *filter, enum pw_direction direction, const struct layout *layout,
                     void **ret_ports)
{
    for (size_t i = 0; i < layout->count; i++) {
        const char *channel = layout_channel_name(layout->channels[i]);
        char name[32];

        (void)snprintf(name, sizeof name, "%s_%s", direction == PW_DIRECTION_INPUT ? "input" : "output", channel);
        ret_ports[i] =
            pw_filter_add_port(filter, direction, PW_FILTER_PORT_FLAG_MAP_BUFFERS, sizeof(void *),
                               pw_properties_new(PW_KEY_FORMAT_DSP, "32 bit float mono audio", PW_KEY_PORT_NAME, name,
                                                 PW_KEY_AUDIO_CHANNEL, channel, NULL),
                               NULL, 0);
        if (!ret_ports[i])
            return errno > 0 ? -errno : -ENOMEM;
    }
    return 0;
}

int renderer_open(struct renderer *r, struct connection *connection, const char *name, const struct layout *source,
                  const struct layout *speakers)
{
    memset(r, 0, sizeof *r);
    r->events = connection->events;
    r->userdata = connection->userdata;
    r->source = *source;
    r->speakers = *speakers;
    matrix_init(&r->matrix, speakers->count, source->count, 1);
    mailbox_init(&r->mailbox);

    /* No session manager is to link it: what it plays to is our decision. */
    r->filter =
        pw_filter_new(connection->core, name,
                      pw_properties_new(PW_KEY_NODE_NAME, name, PW_KEY_NODE_DESCRIPTION, "fascia renderer",
                                        PW_KEY_MEDIA_TYPE, "Audio", PW_KEY_MEDIA_CATEGORY, "Filter", PW_KEY_MEDIA_ROLE,
                                        "DSP", PW_KEY_NODE_AUTOCONNECT, "false", "state.restore-props", "false", NULL));
    if (!r->filter)
        return errno > 0 ? -errno : -ENOMEM;
    pw_filter_add_listener(r->filter, &r->hook, &filter_events, r);
    int e = add_ports(r->filter, PW_DIRECTION_INPUT, source, r->inputs);
    if (e == 0)
        e = add_ports(r->filter, PW_DIRECTION_OUTPUT, speakers, r->outputs);
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

void renderer_set_weights(struct renderer *r, const struct matrix_weights *weights)
{
    mailbox_put(&r->mailbox, weights);
}

void renderer_close(struct renderer *r)
{
    if (!r->filter)
        return;
    spa_hook_remove(&r->hook);
    pw_filter_destroy(r->filter);
    r->filter = NULL;
}
