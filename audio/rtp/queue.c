/* SPDX-License-Identifier: Apache-2.0 */
#include "audio/rtp/queue.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define WRAP UINT32_MAX

_Static_assert(sizeof(struct rtp_record) == 24, "records lie at multiples of 8 only");

static size_t room_of(size_t payload)
{
    return sizeof(struct rtp_record) + (payload + 7) / 8 * 8;
}

int rtp_queue_init(struct rtp_queue *q, size_t octets)
{
    size_t size = 4096;

    while (size < octets)
        size *= 2;
    q->octets = malloc(size);
    q->size = size;
    atomic_init(&q->head, 0);
    atomic_init(&q->tail, 0);
    return q->octets ? 0 : -ENOMEM;
}

void rtp_queue_finish(struct rtp_queue *q)
{
    free(q->octets);
    q->octets = NULL;
}

bool rtp_queue_put(struct rtp_queue *q, const struct rtp_record *record, const void *payload)
{
    const size_t room = room_of(record->size);
    const size_t tail = atomic_load_explicit(&q->tail, memory_order_acquire);
    size_t head = atomic_load_explicit(&q->head, memory_order_relaxed);
    size_t at = head & (q->size - 1);
    const size_t to_end = q->size - at;
    const size_t skipped = to_end < room ? to_end : 0;

    if (room > q->size || q->size - (head - tail) < room + skipped)
        return false;
    if (skipped > 0) {
        /* A rest that has no room for a record is skipped by the reader without one. */
        const struct rtp_record wrap = {.size = WRAP};
        if (skipped >= sizeof wrap)
            memcpy(q->octets + at, &wrap, sizeof wrap);
        head += skipped;
        at = 0;
    }
    memcpy(q->octets + at, record, sizeof *record);
    if (record->size > 0)
        memcpy(q->octets + at + sizeof *record, payload, record->size);
    atomic_store_explicit(&q->head, head + room, memory_order_release);
    return true;
}

bool rtp_queue_peek(struct rtp_queue *q, struct rtp_record *ret_record, const uint8_t **ret_payload)
{
    const size_t head = atomic_load_explicit(&q->head, memory_order_acquire);
    size_t tail = atomic_load_explicit(&q->tail, memory_order_relaxed);

    if (tail == head)
        return false;
    size_t at = tail & (q->size - 1);
    const size_t to_end = q->size - at;
    struct rtp_record record = {.size = WRAP};
    if (to_end >= sizeof record)
        memcpy(&record, q->octets + at, sizeof record);
    if (record.size == WRAP) {
        atomic_store_explicit(&q->tail, tail + to_end, memory_order_release);
        at = 0;
        memcpy(&record, q->octets, sizeof record);
    }
    *ret_record = record;
    *ret_payload = q->octets + at + sizeof record;
    return true;
}

void rtp_queue_drop(struct rtp_queue *q)
{
    const size_t tail = atomic_load_explicit(&q->tail, memory_order_relaxed);
    struct rtp_record record;

    memcpy(&record, q->octets + (tail & (q->size - 1)), sizeof record);
    atomic_store_explicit(&q->tail, tail + room_of(record.size), memory_order_release);
}
