/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/aware/nan_service.h"

#include <string.h>

#include "stack/aware/nan_id.h"
#include "stack/aware/nan_reader.h"

enum { PART_PORT = 0x00, PART_TRANSPORT = 0x01, PART_NAME = 0x03 };

static bool is_filter(struct nan_octets left)
{
    struct nan_octets value;

    while (left.size > 0) {
        if (!nan_filter_next(&left, &value))
            return false;
    }
    return true;
}

bool nan_filter_next(struct nan_octets *left, struct nan_octets *ret_value)
{
    if (left->size == 0 || left->data[0] > left->size - 1)
        return false;
    size_t size = left->data[0];
    *ret_value = (struct nan_octets){.data = left->data + 1, .size = size};
    left->data += 1 + size;
    left->size -= 1 + size;
    return true;
}

int nan_sda_parse(const struct nan_attr *attr, struct nan_sda *ret_sda)
{
    struct fascia_reader r = nan_reader(attr->body);
    struct nan_sda sda = {.instance = 0};

    fascia_read_copy(&r, sda.service_id, sizeof sda.service_id);
    sda.instance = fascia_read_u8(&r);
    sda.requestor_instance = fascia_read_u8(&r);
    sda.control = fascia_read_u8(&r);
    if (sda.control & NAN_SDA_BINDING_BITMAP)
        sda.binding_bitmap = fascia_read_le16(&r);
    if (sda.control & NAN_SDA_MATCHING_FILTER)
        sda.matching_filter = nan_read_octets(&r, fascia_read_u8(&r));
    if (sda.control & NAN_SDA_RESPONSE_FILTER)
        sda.response_filter = nan_read_octets(&r, fascia_read_u8(&r));
    if (sda.control & NAN_SDA_SERVICE_INFO)
        sda.info = nan_read_octets(&r, fascia_read_u8(&r));
    if (!fascia_reader_ok(&r) || !is_filter(sda.matching_filter))
        return NAN_E_LENGTH;
    if ((sda.control & NAN_SDA_TYPE) > NAN_SDA_FOLLOW_UP)
        return NAN_E_VALUE;
    *ret_sda = sda;
    return 0;
}

/* One part into its member; false when it has another size than its type says. */
static bool take_part(uint8_t type, struct nan_octets value, struct nan_service_info *info)
{
    struct fascia_reader r = nan_reader(value);

    switch (type) {
    case PART_PORT:
        info->has_port = true;
        info->port = fascia_read_le16(&r);
        return value.size == 2;
    case PART_TRANSPORT:
        info->has_transport = true;
        info->transport = fascia_read_u8(&r);
        return value.size == 1;
    case PART_NAME:
        info->has_name = true;
        info->name = value;
        return true;
    default: /* a number of the other side's */
        info->unknown_parts++;
        return true;
    }
}

static bool take_parts(struct nan_service_info *info)
{
    struct fascia_reader r = nan_reader(info->info);

    while (fascia_reader_left(&r) > 0) {
        uint8_t type = fascia_read_u8(&r);
        struct nan_octets value = nan_read_octets(&r, fascia_read_le16(&r));
        if (!fascia_reader_ok(&r) || !take_part(type, value, info))
            return false;
    }
    return true;
}

int nan_service_info_parse(struct nan_octets octets, struct nan_service_info *ret_info)
{
    struct fascia_reader r = nan_reader(octets);
    struct nan_service_info info = {.protocol = 0};

    fascia_read_copy(&r, info.oui, sizeof info.oui);
    info.protocol = fascia_read_u8(&r);
    info.info = nan_read_octets(&r, fascia_reader_left(&r));
    if (!fascia_reader_ok(&r))
        return NAN_E_LENGTH;
    struct nan_service_info taken = info;
    taken.has_parts = nan_is_wfa(info.oui) && info.protocol == NAN_PROTOCOL_GENERIC && info.info.size > 0;
    if (taken.has_parts && take_parts(&taken))
        info = taken;
    *ret_info = info;
    return 0;
}

int nan_sdea_parse(const struct nan_attr *attr, struct nan_sdea *ret_sdea)
{
    struct fascia_reader r = nan_reader(attr->body);
    struct nan_sdea sdea = {.instance = 0};

    sdea.instance = fascia_read_u8(&r);
    sdea.control = fascia_read_le16(&r);
    if (sdea.control & NAN_SDEA_RANGE_LIMIT) {
        sdea.ingress_limit = fascia_read_le16(&r);
        sdea.egress_limit = fascia_read_le16(&r);
    }
    if (sdea.control & NAN_SDEA_UPDATE_INDICATOR)
        sdea.update_indicator = fascia_read_u8(&r);
    if (!fascia_reader_ok(&r))
        return NAN_E_LENGTH;
    if (fascia_reader_left(&r) > 0) {
        struct nan_octets info = nan_read_octets(&r, fascia_read_le16(&r));
        if (!fascia_reader_ok(&r))
            return NAN_E_LENGTH;
        sdea.has_info = info.size > 0;
        if (sdea.has_info && nan_service_info_parse(info, &sdea.info) != 0)
            return NAN_E_LENGTH;
    }
    *ret_sdea = sdea;
    return 0;
}

int nan_service_ids_check(const struct nan_attr *attr)
{
    return attr->body.size % NAN_SERVICE_ID_SIZE == 0 ? 0 : NAN_E_LENGTH;
}

const uint8_t *nan_service_id_next(struct nan_octets *left)
{
    if (left->size < NAN_SERVICE_ID_SIZE)
        return NULL;
    const uint8_t *id = left->data;
    left->data += NAN_SERVICE_ID_SIZE;
    left->size -= NAN_SERVICE_ID_SIZE;
    return id;
}
