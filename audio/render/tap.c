/* SPDX-License-Identifier: Apache-2.0 */
#include "audio/render/tap.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define MASK (TAP_FLOATS - 1)

void tap_init(struct tap *t)
{
    memset(t, 0, sizeof *t);
    atomic_init(&t->open, NULL);
    atomic_init(&t->written, 0);
    atomic_init(&t->read, 0);
    atomic_init(&t->overrun, false);
}

void tap_finish(struct tap *t)
{
    free(t->ring);
    tap_init(t);
}

static float to_header(size_t channels, size_t frames)
{
    const uint32_t bits = (uint32_t)channels << 24 | (uint32_t)frames;
    float header;

    memcpy(&header, &bits, sizeof header);
    return header;
}

void tap_put(struct tap *t, const float *const *channels, size_t count, size_t frames)
{
    float *ring = atomic_load_explicit(&t->open, memory_order_acquire);

    if (!ring || count == 0 || frames == 0)
        return;
    uint32_t at = atomic_load_explicit(&t->written, memory_order_relaxed);
    const uint32_t used = at - atomic_load_explicit(&t->read, memory_order_acquire);
    if (1 + count * frames > TAP_FLOATS - used) {
        atomic_store_explicit(&t->overrun, true, memory_order_release);
        return;
    }
    ring[at++ & MASK] = to_header(count, frames);
    for (size_t i = 0; i < frames; i++)
        for (size_t c = 0; c < count; c++)
            ring[at++ & MASK] = channels[c][i];
    atomic_store_explicit(&t->written, at, memory_order_release);
}

static void open_ring(struct tap *t)
{
    t->ring = calloc(TAP_FLOATS, sizeof *t->ring);
    atomic_store_explicit(&t->open, t->ring, memory_order_release);
}

size_t tap_take(struct tap *t, float *to, size_t floats, size_t *ret_channels)
{
    size_t frames = 0;

    *ret_channels = 0;
    if (!t->ring) {
        open_ring(t);
        return 0;
    }
    const uint32_t end = atomic_load_explicit(&t->written, memory_order_acquire);
    uint32_t at = atomic_load_explicit(&t->read, memory_order_relaxed);
    if (atomic_exchange_explicit(&t->overrun, false, memory_order_acquire)) {
        at = end;
        t->block_left = 0;
    }
    while (at != end || t->block_left > 0) {
        if (t->block_left == 0) {
            uint32_t header;
            memcpy(&header, &t->ring[at & MASK], sizeof header);
            if (*ret_channels != 0 && *ret_channels != header >> 24)
                break; /* the next call has the others */
            t->block_chan = header >> 24;
            t->block_left = header & 0xffffff;
            at++;
        }
        *ret_channels = t->block_chan;
        if ((frames + 1) * t->block_chan > floats)
            break;
        for (uint32_t c = 0; c < t->block_chan; c++)
            to[frames * t->block_chan + c] = t->ring[at++ & MASK];
        frames++;
        t->block_left--;
    }
    atomic_store_explicit(&t->read, at, memory_order_release);
    return frames;
}
