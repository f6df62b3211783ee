/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/aware/nan_device.h"

#include "stack/aware/nan_reader.h"

/* One map (bit 0) and its id (bits 1-4) share an octet. */
static uint8_t map_id_of(uint8_t octet)
{
    return octet >> 1 & 0x0f;
}

int nan_capability_parse(const struct nan_attr *attr, struct nan_capability *ret_capability)
{
    struct fascia_reader r = nan_reader(attr->body);
    struct nan_capability capability = {.one_map = false};

    uint8_t map = fascia_read_u8(&r);
    capability.one_map = map & 1;
    capability.map_id = map_id_of(map);
    capability.committed_dw = fascia_read_le16(&r);
    capability.bands = fascia_read_u8(&r);
    capability.modes = fascia_read_u8(&r);
    uint8_t antennas = fascia_read_u8(&r);
    capability.tx_antennas = antennas & 0x0f;
    capability.rx_antennas = antennas >> 4;
    capability.switch_time = fascia_read_le16(&r);
    capability.capabilities = fascia_read_u8(&r);
    if (!fascia_reader_ok(&r))
        return NAN_E_LENGTH;
    *ret_capability = capability;
    return 0;
}

int nan_dcea_parse(const struct nan_attr *attr, struct nan_dcea *ret_dcea)
{
    struct fascia_reader r = nan_reader(attr->body);

    uint8_t regulatory = fascia_read_u8(&r), pairing = fascia_read_u8(&r);
    if (!fascia_reader_ok(&r))
        return NAN_E_LENGTH;
    *ret_dcea = (struct nan_dcea){
        .regulatory = regulatory,
        .pairing_setup = pairing & 1 << 0,
        .key_caching = pairing & 1 << 1,
    };
    return 0;
}

int nan_master_parse(const struct nan_attr *attr, struct nan_master *ret_master)
{
    struct fascia_reader r = nan_reader(attr->body);

    uint8_t preference = fascia_read_u8(&r), random_factor = fascia_read_u8(&r);
    if (!fascia_reader_ok(&r))
        return NAN_E_LENGTH;
    *ret_master = (struct nan_master){.preference = preference, .random_factor = random_factor};
    return 0;
}

int nan_cluster_parse(const struct nan_attr *attr, struct nan_cluster *ret_cluster)
{
    struct fascia_reader r = nan_reader(attr->body);
    struct nan_cluster cluster = {.hops = 0};

    fascia_read_copy(&r, cluster.anchor_rank, sizeof cluster.anchor_rank);
    cluster.hops = fascia_read_u8(&r);
    cluster.beacon_time = fascia_read_le32(&r);
    if (!fascia_reader_ok(&r))
        return NAN_E_LENGTH;
    *ret_cluster = cluster;
    return 0;
}

bool nan_element_next(struct nan_octets *left, struct nan_element *ret_element)
{
    struct fascia_reader r = nan_reader(*left);
    struct nan_element element = {.id = fascia_read_u8(&r)};

    element.body = nan_read_octets(&r, fascia_read_u8(&r));
    if (!fascia_reader_ok(&r))
        return false;
    *left = (struct nan_octets){.data = r.at, .size = r.left};
    *ret_element = element;
    return true;
}

int nan_container_parse(const struct nan_attr *attr, struct nan_container *ret_container)
{
    struct fascia_reader r = nan_reader(attr->body);
    struct nan_element element;

    uint8_t map = fascia_read_u8(&r);
    struct nan_octets elements = nan_read_octets(&r, fascia_reader_left(&r));
    if (!fascia_reader_ok(&r))
        return NAN_E_LENGTH;
    for (struct nan_octets left = elements; left.size > 0;) {
        if (!nan_element_next(&left, &element))
            return NAN_E_LENGTH;
    }
    *ret_container = (struct nan_container){.one_map = map & 1, .map_id = map_id_of(map), .elements = elements};
    return 0;
}

int nan_vendor_parse(const struct nan_attr *attr, struct nan_vendor *ret_vendor)
{
    struct fascia_reader r = nan_reader(attr->body);
    struct nan_vendor vendor = {.oui = {0}};

    fascia_read_copy(&r, vendor.oui, sizeof vendor.oui);
    vendor.body = nan_read_octets(&r, fascia_reader_left(&r));
    if (!fascia_reader_ok(&r))
        return NAN_E_LENGTH;
    *ret_vendor = vendor;
    return 0;
}
