/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/aware/nan_pairing.h"

#include "stack/aware/nan_reader.h"
#include "stack/base/cleanup.h"

int nan_nira_parse(const struct nan_attr *attr, struct nan_nira *ret_nira)
{
    struct fascia_reader r = nan_reader(attr->body);
    struct nan_nira nira = {.version = fascia_read_u8(&r)};

    if (fascia_reader_ok(&r) && nira.version != 0)
        return NAN_E_VALUE;
    fascia_read_copy(&r, nira.nonce, sizeof nira.nonce);
    fascia_read_copy(&r, nira.tag, sizeof nira.tag);
    if (!fascia_reader_ok(&r) || fascia_reader_left(&r) > 0)
        return NAN_E_LENGTH;
    *ret_nira = nira;
    return 0;
}

const char *nan_npba_type_name(uint8_t type)
{
    static const char *const names[NAN_NPBA_TYPES_] = {
        [NAN_NPBA_ADVERTISE] = "advertise",
        [NAN_NPBA_REQUEST] = "request",
        [NAN_NPBA_RESPONSE] = "response",
    };
    return type < FASCIA_ARRAY_SIZE(names) ? names[type] : NULL;
}

const char *nan_npba_status_name(uint8_t status)
{
    static const char *const names[NAN_NPBA_STATUSES_] = {
        [NAN_NPBA_ACCEPTED] = "accepted",
        [NAN_NPBA_REJECTED] = "rejected",
        [NAN_NPBA_COMEBACK] = "comeback",
    };
    return status < FASCIA_ARRAY_SIZE(names) ? names[status] : NULL;
}

int nan_npba_parse(const struct nan_attr *attr, struct nan_npba *ret_npba)
{
    struct fascia_reader r = nan_reader(attr->body);
    struct nan_npba npba = {.dialog_token = fascia_read_u8(&r)};

    uint8_t type_status = fascia_read_u8(&r);
    npba.type = type_status & 0x0f;
    npba.status = type_status >> 4;
    npba.reason = fascia_read_u8(&r);
    if (fascia_reader_ok(&r) && (npba.type >= NAN_NPBA_TYPES_ || npba.status >= NAN_NPBA_STATUSES_))
        return NAN_E_VALUE;
    if (npba.status == NAN_NPBA_COMEBACK) {
        if (npba.type == NAN_NPBA_RESPONSE)
            npba.comeback_after = fascia_read_le16(&r);
        npba.cookie = nan_read_octets(&r, fascia_read_u8(&r));
    }
    npba.methods = fascia_read_le16(&r);
    if (!fascia_reader_ok(&r))
        return NAN_E_LENGTH;
    *ret_npba = npba;
    return 0;
}
