/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/aware/nan_device.h"
#include "stack/aware/nan_id.h"
#include "stack/aware/nan_show_parts.h"
#include "stack/base/cleanup.h"

/* The attributes of a service and of a device, and which attribute is shown how. */

static const char *sda_type_name(uint8_t type)
{
    static const char *const names[] = {"publish", "subscribe", "follow-up"};
    return type < FASCIA_ARRAY_SIZE(names) ? names[type] : NULL;
}

static int show_sda(struct nan_show *show, const struct nan_attr *attr)
{
    struct nan_octets value;
    struct nan_sda sda;

    int result = nan_sda_parse(attr, &sda);
    if (result != 0)
        return result;
    uint8_t type = sda.control & NAN_SDA_TYPE;
    nan_show_octets(show, "service_id", sda.service_id, sizeof sda.service_id);
    nan_show_uint(show, "instance", sda.instance);
    nan_show_uint(show, "requestor_instance", sda.requestor_instance);
    nan_show_bits(show, "control", sda.control);
    nan_show_named(show, "service_type", type, sda_type_name(type));
    nan_show_flag(show, "range_limited", sda.control & NAN_SDA_RANGE_LIMITED);
    if (sda.control & NAN_SDA_BINDING_BITMAP)
        nan_show_bits(show, "binding_bitmap", sda.binding_bitmap);
    if (sda.control & NAN_SDA_RESPONSE_FILTER)
        nan_show_octets(show, "response_filter", sda.response_filter.data, sda.response_filter.size);
    if (sda.control & NAN_SDA_SERVICE_INFO)
        nan_show_octets(show, "service_info", sda.info.data, sda.info.size);
    if (sda.control & NAN_SDA_MATCHING_FILTER) {
        nan_show_list(show, "matching_filter");
        while (nan_filter_next(&sda.matching_filter, &value)) {
            nan_show_open(show, NULL, "filter");
            nan_show_octets(show, "value", value.data, value.size);
            nan_show_close(show);
        }
        nan_show_list_end(show);
    }
    return 0;
}

void nan_show_service_info(struct nan_show *show, const struct nan_service_info *info)
{
    nan_show_octets(show, "oui", info->oui, sizeof info->oui);
    nan_show_named(show, "protocol", info->protocol, nan_protocol_name(info->protocol));
    nan_show_octets(show, "info", info->info.data, info->info.size);
    if (info->has_port)
        nan_show_uint(show, "port", info->port);
    if (info->has_transport)
        nan_show_named(show, "transport", info->transport,
                       info->transport == 6    ? "TCP"
                       : info->transport == 17 ? "UDP"
                                               : NULL);
    if (info->has_name)
        nan_show_string(show, "instance_name", info->name.data, info->name.size);
    if (info->unknown_parts > 0)
        nan_show_uint(show, "unknown_parts", info->unknown_parts);
}

static const char *sdea_control_name(unsigned int bit)
{
    static const char *const names[] = {"FSD",      "FSD with GAS", "data path",   "multicast",        NULL, "QoS",
                                        "security", "ranging",      "range limit", "update indicator", "GTK"};
    return nan_name_of(names, FASCIA_ARRAY_SIZE(names), bit);
}

static int show_sdea(struct nan_show *show, const struct nan_attr *attr)
{
    struct nan_sdea sdea;

    int result = nan_sdea_parse(attr, &sdea);
    if (result != 0)
        return result;
    nan_show_uint(show, "instance", sdea.instance);
    nan_show_bits(show, "control", sdea.control);
    nan_show_names(show, "flags", sdea.control, sdea_control_name);
    if (sdea.control & NAN_SDEA_RANGE_LIMIT) {
        nan_show_uint(show, "ingress_limit_cm", sdea.ingress_limit);
        nan_show_uint(show, "egress_limit_cm", sdea.egress_limit);
    }
    if (sdea.control & NAN_SDEA_UPDATE_INDICATOR)
        nan_show_uint(show, "update_indicator", sdea.update_indicator);
    if (sdea.has_info)
        nan_show_service_info(show, &sdea.info);
    return 0;
}

static int show_service_ids(struct nan_show *show, const struct nan_attr *attr)
{
    struct nan_octets left = attr->body;

    int result = nan_service_ids_check(attr);
    if (result != 0)
        return result;
    nan_show_list(show, "services");
    for (const uint8_t *id; (id = nan_service_id_next(&left)) != NULL;) {
        nan_show_open(show, NULL, "service");
        nan_show_octets(show, "service_id", id, NAN_SERVICE_ID_SIZE);
        nan_show_close(show);
    }
    nan_show_list_end(show);
    return 0;
}

const char *nan_band_name(unsigned int bit)
{
    static const char *const names[] = {"TV white space", "sub-1 GHz", "2.4 GHz", "3.6 GHz",
                                        "5 GHz",          "60 GHz",    "45 GHz",  "6 GHz"};
    return nan_name_of(names, FASCIA_ARRAY_SIZE(names), bit);
}

static const char *mode_name(unsigned int bit)
{
    static const char *const names[] = {"VHT", "80+80 MHz", "160 MHz", "paging NDL", "HE"};
    return nan_name_of(names, FASCIA_ARRAY_SIZE(names), bit);
}

static const char *capability_name(unsigned int bit)
{
    static const char *const names[] = {"DFS master", "extended key id", "simultaneous NDP", "NDPE", "S3"};
    return nan_name_of(names, FASCIA_ARRAY_SIZE(names), bit);
}

static int show_capability(struct nan_show *show, const struct nan_attr *attr)
{
    struct nan_capability capability;

    int result = nan_capability_parse(attr, &capability);
    if (result != 0)
        return result;
    nan_show_flag(show, "one_map", capability.one_map);
    nan_show_uint(show, "map_id", capability.map_id);
    nan_show_bits(show, "committed_dw", capability.committed_dw);
    nan_show_bits(show, "bands", capability.bands);
    nan_show_names(show, "band_names", capability.bands, nan_band_name);
    nan_show_bits(show, "modes", capability.modes);
    nan_show_names(show, "mode_names", capability.modes, mode_name);
    nan_show_uint(show, "tx_antennas", capability.tx_antennas);
    nan_show_uint(show, "rx_antennas", capability.rx_antennas);
    nan_show_uint(show, "switch_time_us", capability.switch_time);
    nan_show_bits(show, "capabilities", capability.capabilities);
    nan_show_names(show, "capability_names", capability.capabilities, capability_name);
    return 0;
}

static int show_dcea(struct nan_show *show, const struct nan_attr *attr)
{
    struct nan_dcea dcea;

    int result = nan_dcea_parse(attr, &dcea);
    if (result != 0)
        return result;
    nan_show_bits(show, "regulatory", dcea.regulatory);
    nan_show_flag(show, "pairing_setup", dcea.pairing_setup);
    nan_show_flag(show, "key_caching", dcea.key_caching);
    return 0;
}

static int show_master(struct nan_show *show, const struct nan_attr *attr)
{
    struct nan_master master;

    int result = nan_master_parse(attr, &master);
    if (result != 0)
        return result;
    nan_show_uint(show, "preference", master.preference);
    nan_show_uint(show, "random_factor", master.random_factor);
    return 0;
}

static int show_cluster(struct nan_show *show, const struct nan_attr *attr)
{
    struct nan_cluster cluster;

    int result = nan_cluster_parse(attr, &cluster);
    if (result != 0)
        return result;
    nan_show_octets(show, "anchor_rank", cluster.anchor_rank, sizeof cluster.anchor_rank);
    nan_show_uint(show, "hops", cluster.hops);
    nan_show_uint(show, "beacon_time", cluster.beacon_time);
    return 0;
}

static int show_container(struct nan_show *show, const struct nan_attr *attr)
{
    struct nan_container container;
    struct nan_element element;

    int result = nan_container_parse(attr, &container);
    if (result != 0)
        return result;
    nan_show_flag(show, "one_map", container.one_map);
    nan_show_uint(show, "map_id", container.map_id);
    nan_show_list(show, "elements");
    while (nan_element_next(&container.elements, &element)) {
        nan_show_open(show, NULL, "element");
        nan_show_uint(show, "element_id", element.id);
        nan_show_octets(show, "body", element.body.data, element.body.size);
        nan_show_close(show);
    }
    nan_show_list_end(show);
    return 0;
}

static int show_vendor(struct nan_show *show, const struct nan_attr *attr)
{
    struct nan_vendor vendor;

    int result = nan_vendor_parse(attr, &vendor);
    if (result != 0)
        return result;
    nan_show_octets(show, "oui", vendor.oui, sizeof vendor.oui);
    nan_show_octets(show, "body", vendor.body.data, vendor.body.size);
    return 0;
}

typedef int (*show_fn)(struct nan_show *show, const struct nan_attr *attr);

static show_fn show_of(uint8_t id)
{
    static const show_fn table[UINT8_MAX + 1] = {
        [NAN_ATTR_MASTER_INDICATION] = show_master,
        [NAN_ATTR_CLUSTER] = show_cluster,
        [NAN_ATTR_SERVICE_ID_LIST] = show_service_ids,
        [NAN_ATTR_SDA] = show_sda,
        [NAN_ATTR_SDEA] = show_sdea,
        [NAN_ATTR_DEVICE_CAPABILITY] = show_capability,
        [NAN_ATTR_NDP] = nan_show_ndp,
        [NAN_ATTR_AVAILABILITY] = nan_show_availability,
        [NAN_ATTR_NDC] = nan_show_ndc,
        [NAN_ATTR_NDL] = nan_show_ndl,
        [NAN_ATTR_NDL_QOS] = nan_show_qos,
        [NAN_ATTR_ELEMENT_CONTAINER] = show_container,
        [NAN_ATTR_CSIA] = nan_show_csia,
        [NAN_ATTR_SCIA] = nan_show_scia,
        [NAN_ATTR_SKDA] = nan_show_skda,
        [NAN_ATTR_NDPE] = nan_show_ndpe,
        [NAN_ATTR_DCEA] = show_dcea,
        [NAN_ATTR_NIRA] = nan_show_nira,
        [NAN_ATTR_NPBA] = nan_show_npba,
        [NAN_ATTR_VENDOR] = show_vendor,
    };
    return table[id];
}

bool nan_is_decoded(uint8_t id)
{
    return show_of(id) != NULL;
}

static bool show_attribute(struct nan_show *show, const struct nan_attr *attr)
{
    const char *name = nan_attr_name(attr->id);
    show_fn fn = show_of(attr->id);
    int result = 0;

    nan_show_open(show, NULL, name != NULL ? name : "attribute");
    if (show->json || fn == NULL)
        nan_show_bits(show, "id", attr->id);
    if (show->json) {
        nan_show_word(show, "name", name != NULL ? name : "");
        nan_show_uint(show, "size", attr->body.size);
    }
    if (fn != NULL)
        result = fn(show, attr);
    if (fn == NULL)
        nan_show_flag(show, "not_decoded", true);
    if (result != 0)
        nan_show_word(show, "error", nan_explain(result));
    if (fn == NULL || result != 0)
        nan_show_octets(show, "octets", attr->body.data, attr->body.size);
    nan_show_close(show);
    return result == 0;
}

size_t nan_show_attributes(struct nan_show *show, const struct nan_frame *frame)
{
    struct nan_attr attr;
    struct nan_walk walk;
    size_t malformed = 0;

    nan_walk_init(&walk, frame);
    nan_show_list(show, "attributes");
    while (nan_attr_next(&walk, &attr))
        malformed += !show_attribute(show, &attr);
    nan_show_list_end(show);
    return malformed;
}
