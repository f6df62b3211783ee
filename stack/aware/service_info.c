/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/aware/service_info.h"

#include <errno.h>
#include <string.h>

#include "stack/base/bytes.h"

enum sub_tlv { SUB_TLV_PORT = 0x00, SUB_TLV_PROTOCOL = 0x01, SUB_TLV_UNUSED = 0x02, SUB_TLV_INSTANCE = 0x03 };

static void put_head(struct fascia_writer *w, enum sub_tlv type, size_t size)
{
    fascia_write_u8(w, (uint8_t)type);
    fascia_write_le16(w, (uint16_t)size);
}

int service_info_build(const struct service_info *info, uint8_t *to, size_t size, size_t *ret_size)
{
    struct fascia_writer w;
    size_t instance = strnlen(info->instance, sizeof info->instance);

    fascia_writer_init(&w, to, size);
    if (info->port != 0) {
        put_head(&w, SUB_TLV_PORT, 2);
        fascia_write_le16(&w, info->port);
    }
    if (info->has_transport) {
        put_head(&w, SUB_TLV_PROTOCOL, 1);
        fascia_write_u8(&w, info->transport == AWARE_TRANSPORT_TCP ? SERVICE_INFO_TCP : SERVICE_INFO_UDP);
    }
    if (instance > 0) {
        put_head(&w, SUB_TLV_INSTANCE, instance);
        fascia_write_bytes(&w, info->instance, instance);
    }
    if (!fascia_writer_ok(&w))
        return -EMSGSIZE;
    *ret_size = w.used;
    return 0;
}

/* Each take_x() consumes its value whole; what is left, or read beyond the end, is a length that is not the type's. */

static void take_protocol(struct fascia_reader *value, struct service_info *info)
{
    uint8_t protocol = fascia_read_u8(value);

    /* Another protocol than these two is none that a socket of ours could be for: as good as not said. */
    info->has_transport = protocol == SERVICE_INFO_TCP || protocol == SERVICE_INFO_UDP;
    info->transport = protocol == SERVICE_INFO_UDP ? AWARE_TRANSPORT_UDP : AWARE_TRANSPORT_TCP;
}

/* The text of another device goes to people, logs and D-Bus. */
static void take_instance(struct fascia_reader *value, struct service_info *info)
{
    size_t size = fascia_reader_left(value), used = 0;
    const uint8_t *text = fascia_read_bytes(value, size);

    for (size_t i = 0; text && i < size && used < sizeof info->instance - 1; i++) {
        bool printable = text[i] >= ' ' && text[i] <= '~';
        info->instance[used++] = (char)(printable ? text[i] : '?');
    }
    info->instance[used] = '\0';
}

static bool take_value(uint8_t type, struct fascia_reader *value, struct service_info *info)
{
    switch (type) {
    case SUB_TLV_PORT:
        info->port = fascia_read_le16(value);
        break;
    case SUB_TLV_PROTOCOL:
        take_protocol(value, info);
        break;
    case SUB_TLV_INSTANCE:
        take_instance(value, info);
        break;
    default: /* not an enum of ours: the peer may know more */
        return true;
    }
    return fascia_reader_ok(value) && fascia_reader_left(value) == 0;
}

static uint32_t bit_of(uint8_t type)
{
    return type <= SUB_TLV_INSTANCE && type != SUB_TLV_UNUSED ? 1U << type : 0;
}

int service_info_parse(const uint8_t *data, size_t size, struct service_info *ret_info)
{
    struct service_info info = {0};
    struct fascia_reader r;
    uint32_t seen = 0;

    fascia_reader_init(&r, data, size);
    while (fascia_reader_left(&r) > 0) {
        uint8_t type = fascia_read_u8(&r);
        struct fascia_reader value = fascia_read_part(&r, fascia_read_le16(&r));
        if (!fascia_reader_ok(&value) || (seen & bit_of(type)) || !take_value(type, &value, &info))
            return SERVICE_INFO_E_MALFORMED;
        seen |= bit_of(type);
    }
    if (!fascia_reader_ok(&r))
        return SERVICE_INFO_E_MALFORMED;
    *ret_info = info;
    return 0;
}
