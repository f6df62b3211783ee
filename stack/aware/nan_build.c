/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/aware/nan_build.h"

#include <errno.h>

#include "stack/aware/nan_id.h"

#define LIST_MAX 15

/* An attribute, entry or TLV under way: where its length goes. */
struct mark {
    size_t length_at;
};

static struct mark begin(struct fascia_writer *w, uint8_t id)
{
    fascia_write_u8(w, id);
    struct mark mark = {.length_at = w->used};
    fascia_write_le16(w, 0);
    return mark;
}

static struct mark begin_entry(struct fascia_writer *w)
{
    struct mark mark = {.length_at = w->used};

    fascia_write_le16(w, 0);
    return mark;
}

static void end(struct fascia_writer *w, struct mark mark)
{
    if (!fascia_writer_ok(w))
        return;
    size_t size = w->used - mark.length_at - 2;
    if (size > UINT16_MAX) {
        w->failed = true;
        return;
    }
    w->start[mark.length_at] = (uint8_t)size;
    w->start[mark.length_at + 1] = (uint8_t)(size >> 8);
}

static void require(struct fascia_writer *w, bool condition)
{
    if (!condition)
        w->failed = true;
}

static void write_octets(struct fascia_writer *w, struct nan_octets octets)
{
    fascia_write_bytes(w, octets.data, octets.size);
}

/* With a length of one octet in front. */
static void write_short(struct fascia_writer *w, struct nan_octets octets)
{
    require(w, octets.size <= UINT8_MAX);
    fascia_write_u8(w, (uint8_t)octets.size);
    write_octets(w, octets);
}

static void write_mac(struct fascia_writer *w, const struct fascia_mac *mac)
{
    fascia_write_bytes(w, mac->octets, sizeof mac->octets);
}

void nan_build_header(struct fascia_writer *w, const struct fascia_mac *to, const struct fascia_mac *from,
                      const struct fascia_mac *cluster)
{
    fascia_write_le16(w, 0x00d0); /* management, action */
    fascia_write_le16(w, 0);      /* duration */
    write_mac(w, to);
    write_mac(w, from);
    write_mac(w, cluster);
    fascia_write_le16(w, 0);
}

void nan_build_sdf(struct fascia_writer *w, uint8_t category)
{
    fascia_write_u8(w, category);
    fascia_write_bytes(w, (const uint8_t[]){0x09, 0x50, 0x6f, 0x9a, 0x13}, 5);
}

void nan_build_naf(struct fascia_writer *w, uint8_t category, uint8_t subtype)
{
    fascia_write_u8(w, category);
    fascia_write_bytes(w, (const uint8_t[]){0x09, 0x50, 0x6f, 0x9a, 0x18}, 5);
    fascia_write_u8(w, subtype);
}

void nan_build_attr(struct fascia_writer *w, uint8_t id, const void *body, size_t size)
{
    struct mark mark = begin(w, id);

    fascia_write_bytes(w, body, size);
    end(w, mark);
}

void nan_build_sda(struct fascia_writer *w, const struct nan_sda *sda)
{
    struct mark mark = begin(w, NAN_ATTR_SDA);

    require(w, (sda->control & NAN_SDA_TYPE) <= NAN_SDA_FOLLOW_UP);
    fascia_write_bytes(w, sda->service_id, sizeof sda->service_id);
    fascia_write_u8(w, sda->instance);
    fascia_write_u8(w, sda->requestor_instance);
    fascia_write_u8(w, sda->control);
    if (sda->control & NAN_SDA_BINDING_BITMAP)
        fascia_write_le16(w, sda->binding_bitmap);
    if (sda->control & NAN_SDA_MATCHING_FILTER)
        write_short(w, sda->matching_filter);
    if (sda->control & NAN_SDA_RESPONSE_FILTER)
        write_short(w, sda->response_filter);
    if (sda->control & NAN_SDA_SERVICE_INFO)
        write_short(w, sda->info);
    end(w, mark);
}

static void write_service_info(struct fascia_writer *w, const struct nan_service_info *info)
{
    fascia_write_bytes(w, info->oui, sizeof info->oui);
    fascia_write_u8(w, info->protocol);
    write_octets(w, info->info);
}

void nan_build_sdea(struct fascia_writer *w, const struct nan_sdea *sdea)
{
    struct mark mark = begin(w, NAN_ATTR_SDEA);

    fascia_write_u8(w, sdea->instance);
    fascia_write_le16(w, sdea->control);
    if (sdea->control & NAN_SDEA_RANGE_LIMIT) {
        fascia_write_le16(w, sdea->ingress_limit);
        fascia_write_le16(w, sdea->egress_limit);
    }
    if (sdea->control & NAN_SDEA_UPDATE_INDICATOR)
        fascia_write_u8(w, sdea->update_indicator);
    if (sdea->has_info) {
        struct mark info = begin_entry(w);
        write_service_info(w, &sdea->info);
        end(w, info);
    }
    end(w, mark);
}

void nan_build_service_parts(struct fascia_writer *w, const struct nan_service_info *info)
{
    if (info->has_port)
        nan_build_attr(w, 0x00, (const uint8_t[]){(uint8_t)info->port, (uint8_t)(info->port >> 8)}, 2);
    if (info->has_transport)
        nan_build_attr(w, 0x01, &info->transport, 1);
    if (info->has_name)
        nan_build_attr(w, 0x03, info->name.data, info->name.size);
}

static void write_ndp(struct fascia_writer *w, const struct nan_ndp *ndp)
{
    require(w, ndp->type < NAN_NDP_TYPES_ && ndp->status < NAN_STATUSES_);
    fascia_write_u8(w, ndp->dialog_token);
    fascia_write_u8(w, (uint8_t)(ndp->type | ndp->status << 4));
    fascia_write_u8(w, ndp->reason);
    write_mac(w, &ndp->initiator_ndi);
    fascia_write_u8(w, ndp->ndp_id);
    fascia_write_u8(w, ndp->control);
    if (ndp->control & NAN_NDP_PUBLISH_ID)
        fascia_write_u8(w, ndp->publish_id);
    if (ndp->control & NAN_NDP_RESPONDER_NDI)
        write_mac(w, &ndp->responder_ndi);
}

void nan_build_ndp(struct fascia_writer *w, const struct nan_ndp *ndp)
{
    struct mark mark = begin(w, NAN_ATTR_NDP);

    write_ndp(w, ndp);
    require(w, ndp->info.size == 0 || ndp->control & NAN_NDP_INFO);
    write_octets(w, ndp->info);
    end(w, mark);
}

void nan_build_ndpe(struct fascia_writer *w, const struct nan_ndpe *ndpe)
{
    struct mark mark = begin(w, NAN_ATTR_NDPE);

    write_ndp(w, &ndpe->ndp);
    if (ndpe->has_iid)
        nan_build_attr(w, 0, ndpe->iid, sizeof ndpe->iid); /* a TLV has the same head */
    if (ndpe->has_service) {
        struct mark tlv = begin(w, 1);
        write_service_info(w, &ndpe->service);
        end(w, tlv);
    }
    end(w, mark);
}

void nan_build_csia(struct fascia_writer *w, uint8_t capabilities, const struct nan_csia_suite *suites, size_t count)
{
    struct mark mark = begin(w, NAN_ATTR_CSIA);

    require(w, count > 0);
    fascia_write_u8(w, capabilities);
    for (size_t i = 0; i < count; i++) {
        fascia_write_u8(w, suites[i].suite);
        fascia_write_u8(w, suites[i].publish_id);
    }
    end(w, mark);
}

void nan_build_scia(struct fascia_writer *w, const struct nan_context *contexts, size_t count)
{
    struct mark mark = begin(w, NAN_ATTR_SCIA);

    require(w, count > 0);
    for (size_t i = 0; i < count; i++) {
        require(w, contexts[i].type != NAN_CONTEXT_PMKID || contexts[i].id.size == NAN_PMKID_SIZE);
        require(w, contexts[i].id.size <= UINT16_MAX);
        fascia_write_le16(w, (uint16_t)contexts[i].id.size);
        fascia_write_u8(w, contexts[i].type);
        fascia_write_u8(w, contexts[i].publish_id);
        write_octets(w, contexts[i].id);
    }
    end(w, mark);
}

void nan_build_skda(struct fascia_writer *w, const struct nan_key *key)
{
    static const uint8_t zeros[32] = {0}; /* IV, RSC, reserved */
    struct mark mark = begin(w, NAN_ATTR_SKDA);

    require(w, (key->mic.size == 16 || key->mic.size == 24) && key->data.size <= UINT16_MAX);
    fascia_write_u8(w, key->publish_id);
    fascia_write_u8(w, key->descriptor);
    fascia_write_be16(w, key->information);
    fascia_write_be16(w, key->key_length);
    fascia_write_be32(w, (uint32_t)(key->replay_counter >> 32));
    fascia_write_be32(w, (uint32_t)key->replay_counter);
    fascia_write_bytes(w, key->nonce, sizeof key->nonce);
    fascia_write_bytes(w, zeros, sizeof zeros);
    write_octets(w, key->mic);
    fascia_write_be16(w, (uint16_t)key->data.size);
    write_octets(w, key->data);
    end(w, mark);
}

void nan_build_capability(struct fascia_writer *w, const struct nan_capability *capability)
{
    struct mark mark = begin(w, NAN_ATTR_DEVICE_CAPABILITY);

    require(w, capability->map_id <= 15 && capability->tx_antennas <= 15 && capability->rx_antennas <= 15);
    fascia_write_u8(w, (uint8_t)(capability->one_map | capability->map_id << 1));
    fascia_write_le16(w, capability->committed_dw);
    fascia_write_u8(w, capability->bands);
    fascia_write_u8(w, capability->modes);
    fascia_write_u8(w, (uint8_t)(capability->tx_antennas | capability->rx_antennas << 4));
    fascia_write_le16(w, capability->switch_time);
    fascia_write_u8(w, capability->capabilities);
    end(w, mark);
}

void nan_build_dcea(struct fascia_writer *w, const struct nan_dcea *dcea)
{
    nan_build_attr(
        w, NAN_ATTR_DCEA,
        (const uint8_t[]){dcea->regulatory, (uint8_t)((dcea->pairing_setup ? 1 : 0) | (dcea->key_caching ? 2 : 0))}, 2);
}

void nan_build_nira(struct fascia_writer *w, const struct nan_nira *nira)
{
    struct mark mark = begin(w, NAN_ATTR_NIRA);

    require(w, nira->version == 0);
    fascia_write_u8(w, nira->version);
    fascia_write_bytes(w, nira->nonce, sizeof nira->nonce);
    fascia_write_bytes(w, nira->tag, sizeof nira->tag);
    end(w, mark);
}

void nan_build_npba(struct fascia_writer *w, const struct nan_npba *npba)
{
    struct mark mark = begin(w, NAN_ATTR_NPBA);

    require(w, npba->type < NAN_NPBA_TYPES_ && npba->status < NAN_NPBA_STATUSES_);
    fascia_write_u8(w, npba->dialog_token);
    fascia_write_u8(w, (uint8_t)(npba->type | npba->status << 4));
    fascia_write_u8(w, npba->reason);
    if (npba->status == NAN_NPBA_COMEBACK) {
        if (npba->type == NAN_NPBA_RESPONSE)
            fascia_write_le16(w, npba->comeback_after);
        write_short(w, npba->cookie);
    }
    fascia_write_le16(w, npba->methods);
    end(w, mark);
}

static void write_entry(struct fascia_writer *w, const struct nan_entry_draft *entry)
{
    bool channels = entry->channels_count > 0;
    size_t count = channels ? entry->channels_count : entry->bands_count;
    struct mark mark = begin_entry(w);

    require(w, count <= LIST_MAX);
    fascia_write_le16(w, entry->control);
    if (entry->control & NAN_ENTRY_TIME_BITMAP) {
        fascia_write_le16(w, entry->time.control);
        write_short(w, entry->time.slots);
    }
    uint8_t kind = channels ? entry->non_contiguous ? 3 : 1 : 0; /* channels; with an auxiliary bitmap */
    fascia_write_u8(w, (uint8_t)(kind | (count & LIST_MAX) << 4));
    for (size_t i = 0; channels && i < count; i++) {
        fascia_write_u8(w, entry->channels[i].operating_class);
        fascia_write_le16(w, entry->channels[i].bitmap);
        fascia_write_u8(w, entry->channels[i].primary);
        if (entry->non_contiguous)
            fascia_write_le16(w, entry->channels[i].auxiliary);
    }
    if (!channels)
        fascia_write_bytes(w, entry->bands, count);
    end(w, mark);
}

void nan_build_availability(struct fascia_writer *w, uint8_t sequence, uint16_t control,
                            const struct nan_entry_draft *entries, size_t count)
{
    struct mark mark = begin(w, NAN_ATTR_AVAILABILITY);

    fascia_write_u8(w, sequence);
    fascia_write_le16(w, control);
    for (size_t i = 0; i < count; i++)
        write_entry(w, &entries[i]);
    end(w, mark);
}

/* The power of two in units of `unit`, or -1. */
static int exponent_of(unsigned int value, unsigned int unit, unsigned int max)
{
    for (unsigned int e = 0; e <= max; e++) {
        if (value == unit << e)
            return (int)e;
    }
    return -1;
}

int nan_time_control(unsigned int bit_tu, unsigned int period_tu, unsigned int start_offset, uint16_t *ret_control)
{
    int bit = exponent_of(bit_tu, 16, 3), period = period_tu == 0 ? 0 : exponent_of(period_tu, 64, 7);

    if (bit < 0 || period < 0 || (period_tu != 0 && period == 0) || start_offset > 0x1ff)
        return -EINVAL;
    *ret_control = (uint16_t)((unsigned int)bit | (unsigned int)period << 3 | start_offset << 6);
    return 0;
}
