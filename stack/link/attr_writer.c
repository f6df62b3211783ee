/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/link/attr_writer.h"

#include <string.h>

enum { HEADER = 4, NESTED = 0x8000 /* NLA_F_NESTED, as newer kernels set it */ };

void link_attrs_init(struct link_attrs *a, void *buffer, size_t size)
{
    *a = (struct link_attrs){.start = buffer, .size = size};
}

bool link_attrs_written(const struct link_attrs *a)
{
    return !a->failed;
}

void link_put(struct link_attrs *a, uint16_t type, const void *value, size_t size)
{
    size_t left = a->size - a->used, padded = 0;
    uint16_t length = (uint16_t)(size + HEADER);

    if (size <= UINT16_MAX - HEADER)
        padded = (size + 3) / 4 * 4;
    if (a->failed || size > UINT16_MAX - HEADER || left < HEADER || left - HEADER < padded) {
        a->failed = true;
        return;
    }
    memcpy(a->start + a->used, &length, sizeof length);
    memcpy(a->start + a->used + 2, &type, sizeof type);
    memset(a->start + a->used + HEADER, 0, padded);
    if (size > 0)
        memcpy(a->start + a->used + HEADER, value, size);
    a->used += HEADER + padded;
}

void link_put_u8(struct link_attrs *a, uint16_t type, uint8_t value)
{
    link_put(a, type, &value, sizeof value);
}

void link_put_u16(struct link_attrs *a, uint16_t type, uint16_t value)
{
    link_put(a, type, &value, sizeof value);
}

void link_put_u32(struct link_attrs *a, uint16_t type, uint32_t value)
{
    link_put(a, type, &value, sizeof value);
}

void link_put_text(struct link_attrs *a, uint16_t type, const char *value)
{
    link_put(a, type, value, strlen(value) + 1);
}

void link_put_flag(struct link_attrs *a, uint16_t type)
{
    link_put(a, type, NULL, 0);
}

size_t link_nest_begin(struct link_attrs *a, uint16_t type)
{
    size_t begun = a->used;

    link_put(a, (uint16_t)(type | NESTED), NULL, 0);
    return begun;
}

void link_nest_end(struct link_attrs *a, size_t begun)
{
    if (a->failed)
        return;
    if (a->used - begun > UINT16_MAX) {
        a->failed = true;
        return;
    }
    uint16_t length = (uint16_t)(a->used - begun);
    memcpy(a->start + begun, &length, sizeof length);
}
