/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_BASE_BYTES_H
#define FASCIA_STACK_BASE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Sticky reader and writer for foreign bytes. A chain of calls, one check at the end: after the first access
 * beyond the end every further one yields zero and `failed` stays set. All bounds checks subtract from what
 * is left; no pointer is ever formed beyond the buffer.
 */

struct fascia_reader {
    const uint8_t *at; /* next octet; borrowed */
    size_t left;       /* octets from `at` to the end */
    bool failed;
};

/** Starts reading `size` octets at `data`, which is borrowed and may be NULL when size is 0. */
void fascia_reader_init(struct fascia_reader *r, const void *data, size_t size);

/** True while no read has gone beyond the end. */
bool fascia_reader_ok(const struct fascia_reader *r);

/** Octets left; 0 after a failure. */
size_t fascia_reader_left(const struct fascia_reader *r);

uint8_t fascia_read_u8(struct fascia_reader *r);
uint16_t fascia_read_le16(struct fascia_reader *r);
uint16_t fascia_read_be16(struct fascia_reader *r);
uint32_t fascia_read_le32(struct fascia_reader *r);
uint32_t fascia_read_be32(struct fascia_reader *r);

/** The next n octets in place, or NULL (and failed) when fewer are left. n = 0 gives a non-NULL pointer. */
const uint8_t *fascia_read_bytes(struct fascia_reader *r, size_t n);

/** Copies n octets to `to`; zeros them when fewer are left. */
void fascia_read_copy(struct fascia_reader *r, void *to, size_t n);

/** Passes over n octets. */
void fascia_read_skip(struct fascia_reader *r, size_t n);

/** A reader over the next n octets, which are consumed here; failed from the start when fewer are left. */
struct fascia_reader fascia_read_part(struct fascia_reader *r, size_t n);

struct fascia_writer {
    uint8_t *start; /* borrowed */
    size_t size;    /* capacity, octets */
    size_t used;
    bool failed;
};

/** Starts writing into `size` octets at `data` (borrowed). */
void fascia_writer_init(struct fascia_writer *w, void *data, size_t size);
bool fascia_writer_ok(const struct fascia_writer *w);

void fascia_write_u8(struct fascia_writer *w, uint8_t v);
void fascia_write_le16(struct fascia_writer *w, uint16_t v);
void fascia_write_be16(struct fascia_writer *w, uint16_t v);
void fascia_write_le32(struct fascia_writer *w, uint32_t v);
void fascia_write_be32(struct fascia_writer *w, uint32_t v);
void fascia_write_bytes(struct fascia_writer *w, const void *data, size_t n);

#endif
