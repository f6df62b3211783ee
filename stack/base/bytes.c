/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/base/bytes.h"

#include <string.h>

static const uint8_t nothing[1];

void fascia_reader_init(struct fascia_reader *r, const void *data, size_t size)
{
    *r = (struct fascia_reader){.at = data ? data : nothing, .left = data ? size : 0};
}

bool fascia_reader_ok(const struct fascia_reader *r)
{
    return !r->failed;
}

size_t fascia_reader_left(const struct fascia_reader *r)
{
    return r->failed ? 0 : r->left;
}

const uint8_t *fascia_read_bytes(struct fascia_reader *r, size_t n)
{
    if (r->failed || n > r->left) {
        r->failed = true;
        return NULL;
    }
    const uint8_t *here = r->at;
    r->at += n;
    r->left -= n;
    return here;
}

uint8_t fascia_read_u8(struct fascia_reader *r)
{
    const uint8_t *p = fascia_read_bytes(r, 1);
    return p ? p[0] : 0;
}

uint16_t fascia_read_le16(struct fascia_reader *r)
{
    const uint8_t *p = fascia_read_bytes(r, 2);
    return p ? (uint16_t)(p[0] | p[1] << 8) : 0;
}

uint16_t fascia_read_be16(struct fascia_reader *r)
{
    const uint8_t *p = fascia_read_bytes(r, 2);
    return p ? (uint16_t)(p[0] << 8 | p[1]) : 0;
}

uint32_t fascia_read_le32(struct fascia_reader *r)
{
    const uint8_t *p = fascia_read_bytes(r, 4);
    return p ? (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24 : 0;
}

uint32_t fascia_read_be32(struct fascia_reader *r)
{
    const uint8_t *p = fascia_read_bytes(r, 4);
    return p ? (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | (uint32_t)p[3] : 0;
}

void fascia_read_copy(struct fascia_reader *r, void *to, size_t n)
{
    const uint8_t *p = fascia_read_bytes(r, n);
    if (p)
        memcpy(to, p, n);
    else
        memset(to, 0, n);
}

void fascia_read_skip(struct fascia_reader *r, size_t n)
{
    (void)fascia_read_bytes(r, n);
}

struct fascia_reader fascia_read_part(struct fascia_reader *r, size_t n)
{
    const uint8_t *p = fascia_read_bytes(r, n);
    if (!p)
        return (struct fascia_reader){.at = nothing, .failed = true};
    return (struct fascia_reader){.at = p, .left = n};
}

void fascia_writer_init(struct fascia_writer *w, void *data, size_t size)
{
    *w = (struct fascia_writer){.start = data, .size = data ? size : 0};
}

bool fascia_writer_ok(const struct fascia_writer *w)
{
    return !w->failed;
}

void fascia_write_bytes(struct fascia_writer *w, const void *data, size_t n)
{
    if (w->failed || n > w->size - w->used) {
        w->failed = true;
        return;
    }
    if (n > 0)
        memcpy(w->start + w->used, data, n);
    w->used += n;
}

void fascia_write_u8(struct fascia_writer *w, uint8_t v)
{
    fascia_write_bytes(w, &v, 1);
}

void fascia_write_le16(struct fascia_writer *w, uint16_t v)
{
    fascia_write_bytes(w, (const uint8_t[]){(uint8_t)v, (uint8_t)(v >> 8)}, 2);
}

void fascia_write_be16(struct fascia_writer *w, uint16_t v)
{
    fascia_write_bytes(w, (const uint8_t[]){(uint8_t)(v >> 8), (uint8_t)v}, 2);
}

void fascia_write_le32(struct fascia_writer *w, uint32_t v)
{
    fascia_write_le16(w, (uint16_t)v);
    fascia_write_le16(w, (uint16_t)(v >> 16));
}

void fascia_write_be32(struct fascia_writer *w, uint32_t v)
{
    fascia_write_be16(w, (uint16_t)(v >> 16));
    fascia_write_be16(w, (uint16_t)v);
}
