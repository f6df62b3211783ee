/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/aware/nan_schedule.h"

#include "stack/aware/nan_ndp.h"
#include "stack/aware/nan_reader.h"

enum { LIST_CHANNELS = 1 << 0, LIST_NON_CONTIGUOUS = 1 << 1 };

static struct nan_time_bitmap read_time_bitmap(struct fascia_reader *r)
{
    struct nan_time_bitmap time = {.control = fascia_read_le16(r)};
    unsigned int bit = time.control & 7U, period = time.control >> 3 & 7U;

    time.bit_tu = bit <= 3 ? (uint16_t)(16U << bit) : 0;
    time.period_tu = period > 0 ? (uint16_t)(64U << period) : 0;
    time.start_offset = time.control >> 6 & 0x1ff;
    time.slots = nan_read_octets(r, fascia_read_u8(r));
    return time;
}

/* What is left of an entry behind its time bitmap. */
static bool read_list(struct fascia_reader *r, struct nan_entry *entry)
{
    if (fascia_reader_left(r) == 0)
        return fascia_reader_ok(r);
    uint8_t control = fascia_read_u8(r);
    entry->has_list = true;
    entry->is_channels = control & LIST_CHANNELS;
    entry->non_contiguous = control & LIST_NON_CONTIGUOUS;
    entry->list_count = control >> 4;
    size_t each = !entry->is_channels ? 1 : entry->non_contiguous ? 6 : 4;
    entry->list = nan_read_octets(r, entry->list_count * each);
    return fascia_reader_ok(r);
}

bool nan_entry_next(struct nan_octets *left, struct nan_entry *ret_entry)
{
    struct fascia_reader r = nan_reader(*left);
    struct nan_entry entry = {.control = 0};

    struct fascia_reader part = nan_reader(nan_read_octets(&r, fascia_read_le16(&r)));
    if (!fascia_reader_ok(&r))
        return false;
    entry.control = fascia_read_le16(&part);
    entry.usage_preference = entry.control >> 3 & 3;
    entry.utilization = entry.control >> 5 & 7;
    entry.rx_nss = entry.control >> 8 & 0x0f;
    if (entry.control & NAN_ENTRY_TIME_BITMAP)
        entry.time = read_time_bitmap(&part);
    if (!read_list(&part, &entry))
        return false;
    *left = (struct nan_octets){.data = r.at, .size = r.left};
    *ret_entry = entry;
    return true;
}

bool nan_channel_next(struct nan_octets *left, bool non_contiguous, struct nan_channel *ret_channel)
{
    struct fascia_reader r = nan_reader(*left);
    struct nan_channel channel = {.operating_class = fascia_read_u8(&r)};

    channel.bitmap = fascia_read_le16(&r);
    channel.primary = fascia_read_u8(&r);
    if (non_contiguous)
        channel.auxiliary = fascia_read_le16(&r);
    if (!fascia_reader_ok(&r))
        return false;
    *left = (struct nan_octets){.data = r.at, .size = r.left};
    *ret_channel = channel;
    return true;
}

int nan_availability_parse(const struct nan_attr *attr, struct nan_availability *ret_availability)
{
    struct fascia_reader r = nan_reader(attr->body);
    struct nan_availability availability = {.sequence = fascia_read_u8(&r)};
    struct nan_entry entry;

    availability.control = fascia_read_le16(&r);
    availability.entries = nan_read_octets(&r, fascia_reader_left(&r));
    if (!fascia_reader_ok(&r))
        return NAN_E_LENGTH;
    for (struct nan_octets left = availability.entries; left.size > 0;) {
        if (!nan_entry_next(&left, &entry))
            return NAN_E_LENGTH;
    }
    *ret_availability = availability;
    return 0;
}

bool nan_ndc_entry_next(struct nan_octets *left, struct nan_ndc_entry *ret_entry)
{
    struct fascia_reader r = nan_reader(*left);
    struct nan_ndc_entry entry = {.map_id = fascia_read_u8(&r) & 0x0f};

    entry.time = read_time_bitmap(&r);
    if (!fascia_reader_ok(&r))
        return false;
    *left = (struct nan_octets){.data = r.at, .size = r.left};
    *ret_entry = entry;
    return true;
}

static bool is_schedule(struct nan_octets left)
{
    struct nan_ndc_entry entry;

    while (left.size > 0) {
        if (!nan_ndc_entry_next(&left, &entry))
            return false;
    }
    return true;
}

int nan_ndc_parse(const struct nan_attr *attr, struct nan_ndc *ret_ndc)
{
    struct fascia_reader r = nan_reader(attr->body);
    struct nan_ndc ndc = {.selected = false};

    fascia_read_copy(&r, ndc.id.octets, sizeof ndc.id.octets);
    ndc.selected = fascia_read_u8(&r) & 1;
    ndc.schedule = nan_read_octets(&r, fascia_reader_left(&r));
    if (!fascia_reader_ok(&r) || !is_schedule(ndc.schedule))
        return NAN_E_LENGTH;
    *ret_ndc = ndc;
    return 0;
}

int nan_ndl_parse(const struct nan_attr *attr, struct nan_ndl *ret_ndl)
{
    struct fascia_reader r = nan_reader(attr->body);
    struct nan_ndl ndl = {.dialog_token = fascia_read_u8(&r)};

    uint8_t type_status = fascia_read_u8(&r);
    ndl.type = type_status & 0x0f;
    ndl.status = type_status >> 4;
    ndl.reason = fascia_read_u8(&r);
    ndl.control = fascia_read_u8(&r);
    if (ndl.control & NAN_NDL_PEER_ID)
        ndl.peer_id = fascia_read_u8(&r);
    if (ndl.control & NAN_NDL_MAX_IDLE)
        ndl.max_idle = fascia_read_le16(&r);
    if (ndl.control & NAN_NDL_IMMUTABLE_SCHEDULE)
        ndl.immutable = nan_read_octets(&r, fascia_reader_left(&r));
    if (!fascia_reader_ok(&r) || !is_schedule(ndl.immutable))
        return NAN_E_LENGTH;
    if (ndl.type > NAN_NDP_CONFIRM || ndl.status >= NAN_STATUSES_)
        return NAN_E_VALUE;
    *ret_ndl = ndl;
    return 0;
}

int nan_qos_parse(const struct nan_attr *attr, struct nan_qos *ret_qos)
{
    struct fascia_reader r = nan_reader(attr->body);

    uint8_t slots = fascia_read_u8(&r);
    uint16_t latency = fascia_read_le16(&r);
    if (!fascia_reader_ok(&r))
        return NAN_E_LENGTH;
    *ret_qos = (struct nan_qos){.min_slots = slots, .max_latency = latency};
    return 0;
}
