/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/link/attr.h"

#include <string.h>

#include "stack/base/text.h"

#define HEADER_SIZE 4
#define TYPE_MASK   0x3fffU /* without NLA_F_NESTED and NLA_F_NET_BYTEORDER */
#define NAME_SIZE   64

/* A dump has thousands of attributes, so this steps by itself instead of through the reader's calls. */
bool link_attr_next(struct fascia_reader *at, struct link_attr *ret_attr)
{
    size_t left = fascia_reader_left(at);
    uint16_t header[2]; /* length, type: host order */

    if (left == 0)
        return false;
    if (left < HEADER_SIZE) {
        at->failed = true;
        return false;
    }
    memcpy(header, at->at, sizeof header);
    size_t length = header[0];
    if (length < HEADER_SIZE || length > left) {
        at->failed = true;
        return false;
    }
    *ret_attr = (struct link_attr){
        .type = (uint16_t)(header[1] & TYPE_MASK),
        .value = {.at = at->at + HEADER_SIZE, .left = length - HEADER_SIZE},
    };

    size_t padded = (length + 3) / 4 * 4;
    size_t step = padded < left ? padded : left; /* padding may be missing at the end */
    at->at += step;
    at->left -= step;
    return true;
}

bool link_attrs_ok(const struct fascia_reader *at)
{
    return fascia_reader_ok(at) && fascia_reader_left(at) == 0;
}

bool link_attr_octets(const struct link_attr *attr, void *to, size_t size)
{
    struct fascia_reader value = attr->value;

    if (fascia_reader_left(&value) != size)
        return false;
    fascia_read_copy(&value, to, size);
    return true;
}

bool link_attr_u8(const struct link_attr *attr, uint8_t *ret_value)
{
    return link_attr_octets(attr, ret_value, sizeof *ret_value);
}

bool link_attr_u16(const struct link_attr *attr, uint16_t *ret_value)
{
    return link_attr_octets(attr, ret_value, sizeof *ret_value);
}

bool link_attr_u32(const struct link_attr *attr, uint32_t *ret_value)
{
    return link_attr_octets(attr, ret_value, sizeof *ret_value);
}

bool link_attr_name(const struct link_attr *attr, char *to, size_t size)
{
    struct fascia_reader value = attr->value;
    size_t n = fascia_reader_left(&value);
    char name[NAME_SIZE];

    if (n == 0 || n > sizeof name)
        return false;
    fascia_read_copy(&value, name, n);
    size_t length = strnlen(name, n);
    if (length == n) /* the NUL is part of the value */
        return false;
    return fascia_text_rest(name, to, size) == 0;
}
