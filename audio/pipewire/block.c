/* SPDX-License-Identifier: Apache-2.0 */
#include "audio/pipewire/block.h"

uint32_t block_frames(const struct spa_io_position *position)
{
    if (!position || position->clock.duration >= UINT32_MAX / sizeof(float))
        return 0;
    return (uint32_t)position->clock.duration;
}

const float *block_input(struct pw_buffer *buffer, uint32_t frames)
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

float *block_output(struct pw_buffer *buffer, uint32_t frames)
{
    if (!buffer)
        return NULL;

    struct spa_data *d = &buffer->buffer->datas[0];
    if (!d->data || d->maxsize < frames * sizeof(float))
        return NULL;
    *d->chunk = (struct spa_chunk){.size = (uint32_t)(frames * sizeof(float)), .stride = sizeof(float)};
    return d->data;
}
