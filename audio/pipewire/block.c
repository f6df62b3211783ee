/* SPDX-License-Identifier: Apache-2.0 */
#include "audio/pipewire/block.h"

uint32_t block_frames(const struct spa_io_position *position)
{
    if (!position || position->clock.duration >= UINT32_MAX / sizeof(float))
        return 0;
    return (uint32_t)position->clock.duration;
}

/* Its data is ours until the cycle's end also when it has been given back. */
static struct spa_data *take(void *port)
{
    struct pw_buffer *buffer = pw_filter_dequeue_buffer(port);

    if (!buffer)
        return NULL;
    (void)pw_filter_queue_buffer(port, buffer);
    return &buffer->buffer->datas[0];
}

const float *block_input(void *port, uint32_t frames)
{
    const struct spa_data *d = take(port);

    if (!d || !d->data || d->chunk->offset > d->maxsize || d->chunk->offset % sizeof(float) != 0)
        return NULL;
    const uint32_t size = d->chunk->size;
    if (size > d->maxsize - d->chunk->offset || size < frames * sizeof(float))
        return NULL;
    return (const float *)(const void *)((const char *)d->data + d->chunk->offset);
}

float *block_output(void *port, uint32_t frames)
{
    struct spa_data *d = take(port);

    if (!d || !d->data || d->maxsize < frames * sizeof(float))
        return NULL;
    *d->chunk = (struct spa_chunk){.size = (uint32_t)(frames * sizeof(float)), .stride = sizeof(float)};
    return d->data;
}
