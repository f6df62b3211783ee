/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_LINK_ATTR_H
#define FASCIA_STACK_LINK_ATTR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stack/base/bytes.h"

/*
 * Netlink attributes as bytes, without a socket: a bounded iterator over type-length-value records.
 * Layout (include/uapi/linux/netlink.h): u16 length including this 4-octet header, u16 type whose two highest
 * bits are flags, value, padding to 4 octets. Both numbers and the integers in values are in host byte order.
 */

struct link_attr {
    uint16_t type;              /* without the NESTED and BYTE-ORDER flags */
    struct fascia_reader value; /* the value; for a nested attribute iterate over it */
};

/**
 * Takes the next attribute. False at the end, and when a length points outside (then `at` has failed: check with
 * link_attrs_ok() after the loop). Padding may be missing behind the last attribute.
 */
bool link_attr_next(struct fascia_reader *at, struct link_attr *ret_attr);

/** True when the iteration ended at the end of the bytes. */
bool link_attrs_ok(const struct fascia_reader *at);

/** The value as an integer. True and stored when it has exactly that size; a longer or shorter one is refused. */
bool link_attr_u8(const struct link_attr *attr, uint8_t *ret_value);
bool link_attr_u16(const struct link_attr *attr, uint16_t *ret_value);
bool link_attr_u32(const struct link_attr *attr, uint32_t *ret_value);

/** Copies exactly `size` octets; false when the value has another size. */
bool link_attr_octets(const struct link_attr *attr, void *to, size_t size);

/** Copies a NUL-terminated name into a fixed array; a value that is too long or holds control characters is refused. */
bool link_attr_name(const struct link_attr *attr, char *to, size_t size);

#endif
