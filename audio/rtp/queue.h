/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_AUDIO_RTP_QUEUE_H
#define FASCIA_AUDIO_RTP_QUEUE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Payloads on their way from the control thread to the sound thread: one writer, one reader, neither ever waits. A ring
 * of octets, in which each payload lies in one piece.
 */

struct rtp_record {
    int64_t position; /* frames since the epoch began */
    int64_t arrived_us;
    uint32_t epoch;
    uint32_t size; /* octets of the payload that follows; UINT32_MAX: none, and the ring begins again at its start */
};

struct rtp_queue {
    uint8_t *octets;
    size_t size;        /* a power of two */
    atomic_size_t head; /* written up to here, the writer's; both only grow, and wrap */
    atomic_size_t tail; /* read up to here, the reader's */
};

/** Room for at least `octets` of records with payloads. Returns 0 or -ENOMEM. */
int rtp_queue_init(struct rtp_queue *queue, size_t octets);
void rtp_queue_finish(struct rtp_queue *queue); /* idempotent */

/** Writer. False when it does not fit. */
bool rtp_queue_put(struct rtp_queue *queue, const struct rtp_record *record, const void *payload);

/** Reader: the oldest record and its payload, which lasts until rtp_queue_drop(); false when there is none. */
bool rtp_queue_peek(struct rtp_queue *queue, struct rtp_record *ret_record, const uint8_t **ret_payload);
void rtp_queue_drop(struct rtp_queue *queue);

#endif
