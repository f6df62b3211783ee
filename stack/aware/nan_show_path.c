/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/aware/nan_id.h"
#include "stack/aware/nan_ndp.h"
#include "stack/aware/nan_pairing.h"
#include "stack/aware/nan_schedule.h"
#include "stack/aware/nan_security.h"
#include "stack/aware/nan_show_parts.h"
#include "stack/base/cleanup.h"

/* The attributes of a data path: its set-up, security, pairing, schedule. */

static const char *ndp_control_name(unsigned int bit)
{
    static const char *const names[] = {"confirm required", NULL,          "security", "publish id",
                                        "responder NDI",    "service info"};
    return nan_name_of(names, FASCIA_ARRAY_SIZE(names), bit);
}

static const char *ndpe_control_name(unsigned int bit)
{
    return bit == 5 ? "GTK required" : ndp_control_name(bit);
}

static void show_data_path(struct nan_show *show, const struct nan_ndp *ndp, const char *(*control)(unsigned int bit))
{
    nan_show_uint(show, "dialog_token", ndp->dialog_token);
    nan_show_named(show, "type", ndp->type, nan_ndp_type_name(ndp->type));
    nan_show_named(show, "status", ndp->status, nan_status_name(ndp->status));
    nan_show_named(show, "reason", ndp->reason, nan_reason_name(ndp->reason));
    nan_show_mac(show, "initiator_ndi", &ndp->initiator_ndi);
    nan_show_uint(show, "ndp_id", ndp->ndp_id);
    nan_show_bits(show, "control", ndp->control);
    nan_show_names(show, "flags", ndp->control, control);
    if (ndp->control & NAN_NDP_PUBLISH_ID)
        nan_show_uint(show, "publish_id", ndp->publish_id);
    if (ndp->control & NAN_NDP_RESPONDER_NDI)
        nan_show_mac(show, "responder_ndi", &ndp->responder_ndi);
}

int nan_show_ndp(struct nan_show *show, const struct nan_attr *attr)
{
    struct nan_ndp ndp;

    int result = nan_ndp_parse(attr, &ndp);
    if (result != 0)
        return result;
    show_data_path(show, &ndp, ndp_control_name);
    if (ndp.control & NAN_NDP_INFO)
        nan_show_octets(show, "service_info", ndp.info.data, ndp.info.size);
    return 0;
}

int nan_show_ndpe(struct nan_show *show, const struct nan_attr *attr)
{
    struct nan_ndpe ndpe;
    struct nan_tlv tlv;

    int result = nan_ndpe_parse(attr, &ndpe);
    if (result != 0)
        return result;
    show_data_path(show, &ndpe.ndp, ndpe_control_name);
    nan_show_list(show, "tlvs");
    while (nan_tlv_next(&ndpe.tlvs, &tlv)) {
        nan_show_open(show, NULL, "tlv");
        nan_show_named(show, "tlv", tlv.type,
                       tlv.type == 0   ? "interface identifier"
                       : tlv.type == 1 ? "service info"
                                       : NULL);
        if (tlv.type == 0)
            nan_show_octets(show, "interface_id", ndpe.iid, sizeof ndpe.iid);
        else if (tlv.type == 1)
            nan_show_service_info(show, &ndpe.service);
        else
            nan_show_octets(show, "value", tlv.value.data, tlv.value.size);
        nan_show_close(show);
    }
    nan_show_list_end(show);
    return 0;
}

int nan_show_csia(struct nan_show *show, const struct nan_attr *attr)
{
    struct nan_csia_suite suite;
    struct nan_csia csia;

    int result = nan_csia_parse(attr, &csia);
    if (result != 0)
        return result;
    nan_show_bits(show, "capabilities", csia.capabilities);
    nan_show_list(show, "suites");
    while (nan_suite_next(&csia.suites, &suite)) {
        nan_show_open(show, NULL, "suite");
        nan_show_named(show, "csid", suite.suite, nan_suite_name(suite.suite));
        nan_show_uint(show, "publish_id", suite.publish_id);
        nan_show_close(show);
    }
    nan_show_list_end(show);
    return 0;
}

int nan_show_scia(struct nan_show *show, const struct nan_attr *attr)
{
    struct nan_octets left = attr->body;
    struct nan_context context;

    int result = nan_scia_check(attr);
    if (result != 0)
        return result;
    nan_show_list(show, "contexts");
    while (nan_context_next(&left, &context)) {
        nan_show_open(show, NULL, "context");
        nan_show_named(show, "context_type", context.type, context.type == NAN_CONTEXT_PMKID ? "ND-PMKID" : NULL);
        nan_show_uint(show, "publish_id", context.publish_id);
        nan_show_octets(show, "context_id", context.id.data, context.id.size);
        nan_show_close(show);
    }
    nan_show_list_end(show);
    return 0;
}

static const char *key_information_name(unsigned int bit)
{
    static const char *const names[] = {
        NULL,     NULL,    NULL,      "pairwise",      NULL, NULL, "install", "ack", "MIC",
        "secure", "error", "request", "encrypted data"};
    return nan_name_of(names, FASCIA_ARRAY_SIZE(names), bit);
}

int nan_show_skda(struct nan_show *show, const struct nan_attr *attr)
{
    struct nan_key key;

    int result = nan_key_parse(attr, 0, &key);
    if (result != 0)
        return result;
    nan_show_uint(show, "publish_id", key.publish_id);
    nan_show_uint(show, "descriptor", key.descriptor);
    nan_show_bits(show, "information", key.information);
    nan_show_names(show, "information_names", key.information, key_information_name);
    nan_show_word(show, "message", nan_key_message_name(nan_key_message(&key)));
    nan_show_uint(show, "key_length", key.key_length);
    nan_show_uint(show, "replay_counter", key.replay_counter);
    nan_show_octets(show, "nonce", key.nonce, sizeof key.nonce);
    nan_show_octets(show, "mic", key.mic.data, key.mic.size);
    nan_show_octets(show, "key_data", key.data.data, key.data.size);
    return 0;
}

int nan_show_nira(struct nan_show *show, const struct nan_attr *attr)
{
    struct nan_nira nira;

    int result = nan_nira_parse(attr, &nira);
    if (result != 0)
        return result;
    nan_show_uint(show, "cipher_version", nira.version);
    nan_show_octets(show, "nonce", nira.nonce, sizeof nira.nonce);
    nan_show_octets(show, "tag", nira.tag, sizeof nira.tag);
    return 0;
}

int nan_show_npba(struct nan_show *show, const struct nan_attr *attr)
{
    struct nan_npba npba;

    int result = nan_npba_parse(attr, &npba);
    if (result != 0)
        return result;
    nan_show_uint(show, "dialog_token", npba.dialog_token);
    nan_show_named(show, "type", npba.type, nan_npba_type_name(npba.type));
    nan_show_named(show, "status", npba.status, nan_npba_status_name(npba.status));
    nan_show_named(show, "reason", npba.reason, nan_reason_name(npba.reason));
    if (npba.status == NAN_NPBA_COMEBACK) {
        if (npba.type == NAN_NPBA_RESPONSE)
            nan_show_uint(show, "comeback_after_tu", npba.comeback_after);
        nan_show_octets(show, "cookie", npba.cookie.data, npba.cookie.size);
    }
    nan_show_bits(show, "methods", npba.methods);
    nan_show_names(show, "method_names", npba.methods, nan_method_name);
    return 0;
}

static void show_time(struct nan_show *show, const struct nan_time_bitmap *time)
{
    nan_show_bits(show, "time_control", time->control);
    nan_show_uint(show, "bit_tu", time->bit_tu);
    nan_show_uint(show, "period_tu", time->period_tu);
    nan_show_uint(show, "start_offset", time->start_offset);
    nan_show_octets(show, "slots", time->slots.data, time->slots.size);
}

static const char *entry_type_name(unsigned int bit)
{
    static const char *const names[] = {"committed", "potential", "conditional"};
    return nan_name_of(names, FASCIA_ARRAY_SIZE(names), bit);
}

static const char *band_entry_name(uint8_t band)
{
    return band < 8 ? nan_band_name(band) : NULL;
}

static void show_entry_list(struct nan_show *show, const struct nan_entry *entry)
{
    struct nan_octets left = entry->list;
    struct nan_channel channel;

    nan_show_flag(show, "non_contiguous", entry->non_contiguous);
    nan_show_list(show, entry->is_channels ? "channels" : "bands");
    while (entry->is_channels && nan_channel_next(&left, entry->non_contiguous, &channel)) {
        nan_show_open(show, NULL, "channel");
        nan_show_uint(show, "operating_class", channel.operating_class);
        nan_show_bits(show, "bitmap", channel.bitmap);
        nan_show_bits(show, "primary", channel.primary);
        if (entry->non_contiguous)
            nan_show_bits(show, "auxiliary", channel.auxiliary);
        nan_show_close(show);
    }
    for (size_t i = 0; !entry->is_channels && i < left.size; i++) {
        nan_show_open(show, NULL, "band");
        nan_show_named(show, "band", left.data[i], band_entry_name(left.data[i]));
        nan_show_close(show);
    }
    nan_show_list_end(show);
}

static void show_entry(struct nan_show *show, const struct nan_entry *entry)
{
    nan_show_open(show, NULL, "entry");
    nan_show_bits(show, "control", entry->control);
    nan_show_uint(show, "entry_type", entry->control & 7U);
    nan_show_names(show, "entry_types", entry->control & 7U, entry_type_name);
    nan_show_uint(show, "usage_preference", entry->usage_preference);
    nan_show_uint(show, "utilization", entry->utilization);
    nan_show_uint(show, "rx_nss", entry->rx_nss);
    if (entry->control & NAN_ENTRY_TIME_BITMAP)
        show_time(show, &entry->time);
    if (entry->has_list)
        show_entry_list(show, entry);
    nan_show_close(show);
}

int nan_show_availability(struct nan_show *show, const struct nan_attr *attr)
{
    struct nan_availability availability;
    struct nan_entry entry;

    int result = nan_availability_parse(attr, &availability);
    if (result != 0)
        return result;
    nan_show_uint(show, "sequence", availability.sequence);
    nan_show_bits(show, "control", availability.control);
    nan_show_uint(show, "map_id", availability.control & NAN_AVAILABILITY_MAP_ID);
    nan_show_flag(show, "committed_changed", availability.control & NAN_AVAILABILITY_COMMITTED_CHANGED);
    nan_show_flag(show, "potential_changed", availability.control & NAN_AVAILABILITY_POTENTIAL_CHANGED);
    nan_show_flag(show, "public_changed", availability.control & NAN_AVAILABILITY_PUBLIC_CHANGED);
    nan_show_flag(show, "ndc_changed", availability.control & NAN_AVAILABILITY_NDC_CHANGED);
    nan_show_list(show, "entries");
    while (nan_entry_next(&availability.entries, &entry))
        show_entry(show, &entry);
    nan_show_list_end(show);
    return 0;
}

static void show_schedule(struct nan_show *show, struct nan_octets left)
{
    struct nan_ndc_entry entry;

    nan_show_list(show, "schedule");
    while (nan_ndc_entry_next(&left, &entry)) {
        nan_show_open(show, NULL, "entry");
        nan_show_uint(show, "map_id", entry.map_id);
        show_time(show, &entry.time);
        nan_show_close(show);
    }
    nan_show_list_end(show);
}

int nan_show_ndc(struct nan_show *show, const struct nan_attr *attr)
{
    struct nan_ndc ndc;

    int result = nan_ndc_parse(attr, &ndc);
    if (result != 0)
        return result;
    nan_show_mac(show, "ndc_id", &ndc.id);
    nan_show_flag(show, "selected", ndc.selected);
    show_schedule(show, ndc.schedule);
    return 0;
}

int nan_show_ndl(struct nan_show *show, const struct nan_attr *attr)
{
    struct nan_ndl ndl;

    int result = nan_ndl_parse(attr, &ndl);
    if (result != 0)
        return result;
    nan_show_uint(show, "dialog_token", ndl.dialog_token);
    nan_show_named(show, "type", ndl.type, nan_ndp_type_name(ndl.type));
    nan_show_named(show, "status", ndl.status, nan_status_name(ndl.status));
    nan_show_named(show, "reason", ndl.reason, nan_reason_name(ndl.reason));
    nan_show_bits(show, "control", ndl.control);
    if (ndl.control & NAN_NDL_PEER_ID)
        nan_show_uint(show, "peer_id", ndl.peer_id);
    if (ndl.control & NAN_NDL_MAX_IDLE)
        nan_show_uint(show, "max_idle", ndl.max_idle);
    if (ndl.control & NAN_NDL_IMMUTABLE_SCHEDULE)
        show_schedule(show, ndl.immutable);
    return 0;
}

int nan_show_qos(struct nan_show *show, const struct nan_attr *attr)
{
    struct nan_qos qos;

    int result = nan_qos_parse(attr, &qos);
    if (result != 0)
        return result;
    nan_show_uint(show, "min_slots", qos.min_slots);
    nan_show_uint(show, "max_latency", qos.max_latency);
    return 0;
}
