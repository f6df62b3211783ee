/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_AUDIO_PIPEWIRE_BLOCK_H
#define FASCIA_AUDIO_PIPEWIRE_BLOCK_H

#include <pipewire/pipewire.h>

/*
 * The samples in a buffer of a pw_filter's port, in the sound thread. The library's own pw_filter_get_dsp_buffer() does
 * not look at the buffer's size, which a graph with a larger quantum than the library's limit exceeds.
 */

/** Samples of an input; NULL (silence) without a buffer, or when its block is short. */
static inline const float *block_input(struct pw_buffer *buffer, uint32_t frames)
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

/** Room for the samples of an output, marked as filled; NULL without a buffer, or when it is too small. */
static inline float *block_output(struct pw_buffer *buffer, uint32_t frames)
{
    if (!buffer)
        return NULL;

    struct spa_data *d = &buffer->buffer->datas[0];
    if (!d->data || d->maxsize < frames * sizeof(float))
        return NULL;
    *d->chunk = (struct spa_chunk){.size = (uint32_t)(frames * sizeof(float)), .stride = sizeof(float)};
    return d->data;
}

/** Frames of a cycle; 0 for what no block could hold. */
static inline uint32_t block_frames(const struct spa_io_position *position)
{
    const uint64_t duration = position->clock.duration;
    return duration < UINT32_MAX / sizeof(float) ? (uint32_t)duration : 0;
}

#endif
