/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_BASE_RING_H
#define FASCIA_STACK_BASE_RING_H

#include <stddef.h>

/*
 * A bounded history: fixed number of fixed-size elements, the oldest is overwritten. The storage is the
 * caller's array, so a ring never allocates.
 */

struct fascia_ring {
    unsigned char *storage; /* borrowed: capacity * element octets */
    size_t element;         /* octets of one element */
    size_t capacity;        /* elements, >= 1 */
    size_t first;           /* index of the oldest */
    size_t count;
};

/** Uses a C array as storage: FASCIA_RING_INIT(&ring, array). */
#define FASCIA_RING_INIT(ring, array)                                                                                  \
    fascia_ring_init((ring), (array), sizeof((array)[0]), sizeof(array) / sizeof((array)[0]))

void fascia_ring_init(struct fascia_ring *ring, void *storage, size_t element, size_t capacity);

/** Copies one element in; overwrites the oldest when full. */
void fascia_ring_push(struct fascia_ring *ring, const void *element);

/** Element i, 0 = oldest; NULL beyond the end. Valid until the next push. */
const void *fascia_ring_at(const struct fascia_ring *ring, size_t i);

#endif
