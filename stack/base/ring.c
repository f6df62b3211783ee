/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/base/ring.h"

#include <string.h>

void fascia_ring_init(struct fascia_ring *ring, void *storage, size_t element, size_t capacity)
{
    *ring = (struct fascia_ring){.storage = storage, .element = element, .capacity = capacity};
}

void fascia_ring_push(struct fascia_ring *ring, const void *element)
{
    size_t slot = (ring->first + ring->count) % ring->capacity;

    memcpy(ring->storage + slot * ring->element, element, ring->element);
    if (ring->count < ring->capacity)
        ring->count++;
    else
        ring->first = (ring->first + 1) % ring->capacity;
}

const void *fascia_ring_at(const struct fascia_ring *ring, size_t i)
{
    if (i >= ring->count)
        return NULL;
    return ring->storage + (ring->first + i) % ring->capacity * ring->element;
}
