/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_LINK_ATTR_WRITER_H
#define FASCIA_STACK_LINK_ATTR_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Writes netlink attributes as the kernel does; the counterpart of attr.h. Sticky: after the first attribute that
 * does not fit nothing more is written, and one check at the end tells.
 */

struct link_attrs {
    uint8_t *start; /* borrowed */
    size_t size;    /* capacity, octets */
    size_t used;
    bool failed;
};

/** Starts writing into `size` octets at `buffer` (borrowed). */
void link_attrs_init(struct link_attrs *a, void *buffer, size_t size);

/** True when everything fitted. */
bool link_attrs_written(const struct link_attrs *a);

/** Appends one attribute, padded to 4 octets. `value` may be NULL when size is 0. */
void link_put(struct link_attrs *a, uint16_t type, const void *value, size_t size);
void link_put_u8(struct link_attrs *a, uint16_t type, uint8_t value);
void link_put_u16(struct link_attrs *a, uint16_t type, uint16_t value);
void link_put_u32(struct link_attrs *a, uint16_t type, uint32_t value);
void link_put_text(struct link_attrs *a, uint16_t type, const char *value);
void link_put_flag(struct link_attrs *a, uint16_t type);

/** Opens a nested attribute; returns what link_nest_end() wants. */
size_t link_nest_begin(struct link_attrs *a, uint16_t type);
void link_nest_end(struct link_attrs *a, size_t begun);

#endif
