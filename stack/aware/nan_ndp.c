/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/aware/nan_ndp.h"

#include "stack/aware/nan_id.h"
#include "stack/aware/nan_reader.h"
#include "stack/base/cleanup.h"

enum { TLV_IID = 0, TLV_SERVICE_INFO = 1 };

const char *nan_ndp_type_name(uint8_t type)
{
    static const char *const names[NAN_NDP_TYPES_] = {
        [NAN_NDP_REQUEST] = "request",     [NAN_NDP_RESPONSE] = "response",
        [NAN_NDP_CONFIRM] = "confirm",     [NAN_NDP_SECURITY_INSTALL] = "security install",
        [NAN_NDP_TERMINATE] = "terminate",
    };
    return type < FASCIA_ARRAY_SIZE(names) ? names[type] : NULL;
}

const char *nan_status_name(uint8_t status)
{
    static const char *const names[NAN_STATUSES_] = {
        [NAN_STATUS_CONTINUED] = "continued",
        [NAN_STATUS_ACCEPTED] = "accepted",
        [NAN_STATUS_REJECTED] = "rejected",
    };
    return status < FASCIA_ARRAY_SIZE(names) ? names[status] : NULL;
}

/* What both have in front. */
static int parse_common(struct fascia_reader *r, struct nan_ndp *ndp)
{
    ndp->dialog_token = fascia_read_u8(r);
    uint8_t type_status = fascia_read_u8(r);
    ndp->type = type_status & 0x0f;
    ndp->status = type_status >> 4;
    ndp->reason = fascia_read_u8(r);
    fascia_read_copy(r, ndp->initiator_ndi.octets, sizeof ndp->initiator_ndi.octets);
    ndp->ndp_id = fascia_read_u8(r);
    ndp->control = fascia_read_u8(r);
    if (ndp->control & NAN_NDP_PUBLISH_ID)
        ndp->publish_id = fascia_read_u8(r);
    if (ndp->control & NAN_NDP_RESPONDER_NDI)
        fascia_read_copy(r, ndp->responder_ndi.octets, sizeof ndp->responder_ndi.octets);
    if (!fascia_reader_ok(r))
        return NAN_E_LENGTH;
    return ndp->type < NAN_NDP_TYPES_ && ndp->status < NAN_STATUSES_ ? 0 : NAN_E_VALUE;
}

int nan_ndp_parse(const struct nan_attr *attr, struct nan_ndp *ret_ndp)
{
    struct fascia_reader r = nan_reader(attr->body);
    struct nan_ndp ndp = {.control = 0};

    int result = parse_common(&r, &ndp);
    if (result != 0)
        return result;
    if (ndp.control & NAN_NDP_INFO)
        ndp.info = nan_read_octets(&r, fascia_reader_left(&r));
    *ret_ndp = ndp;
    return 0;
}

bool nan_tlv_next(struct nan_octets *left, struct nan_tlv *ret_tlv)
{
    struct fascia_reader r = nan_reader(*left);
    struct nan_tlv tlv = {.type = fascia_read_u8(&r)};

    tlv.value = nan_read_octets(&r, fascia_read_le16(&r));
    if (!fascia_reader_ok(&r))
        return false;
    *left = (struct nan_octets){.data = r.at, .size = r.left};
    *ret_tlv = tlv;
    return true;
}

static int take_tlv(const struct nan_tlv *tlv, struct nan_ndpe *ndpe)
{
    switch (tlv->type) {
    case TLV_IID:
        if (ndpe->has_iid)
            return NAN_E_TWICE;
        if (tlv->value.size != sizeof ndpe->iid)
            return NAN_E_LENGTH;
        ndpe->has_iid = true;
        memcpy(ndpe->iid, tlv->value.data, sizeof ndpe->iid);
        return 0;
    case TLV_SERVICE_INFO:
        if (ndpe->has_service)
            return NAN_E_TWICE;
        ndpe->has_service = true;
        if (nan_service_info_parse(tlv->value, &ndpe->service) != 0)
            return NAN_E_LENGTH;
        return nan_is_wfa(ndpe->service.oui) && ndpe->service.protocol == NAN_PROTOCOL_GENERIC ? 0 : NAN_E_VALUE;
    default: /* a number of the other side's */
        ndpe->unknown_tlvs++;
        return 0;
    }
}

int nan_ndpe_parse(const struct nan_attr *attr, struct nan_ndpe *ret_ndpe)
{
    struct fascia_reader r = nan_reader(attr->body);
    struct nan_ndpe ndpe = {.has_iid = false};
    struct nan_tlv tlv;

    int result = parse_common(&r, &ndpe.ndp);
    if (result != 0)
        return result;
    ndpe.tlvs = nan_read_octets(&r, fascia_reader_left(&r));
    for (struct nan_octets left = ndpe.tlvs; left.size > 0;) {
        if (!nan_tlv_next(&left, &tlv))
            return NAN_E_LENGTH;
        result = take_tlv(&tlv, &ndpe);
        if (result != 0)
            return result;
    }
    *ret_ndpe = ndpe;
    return 0;
}

int nan_data_path_of(const struct nan_frame *frame, struct nan_data_path *ret_path)
{
    struct nan_data_path path = {.extended = true};
    struct nan_attr attr;

    int result = nan_attr_only(frame, NAN_ATTR_NDPE, &attr);
    if (result == 0)
        result = nan_ndpe_parse(&attr, &path.ndpe);
    else if (result == NAN_E_MISSING) {
        path.extended = false;
        result = nan_attr_only(frame, NAN_ATTR_NDP, &attr);
        if (result == 0)
            result = nan_ndp_parse(&attr, &path.ndpe.ndp);
    }
    if (result == 0)
        *ret_path = path;
    return result;
}
