/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/aware/engine_event.h"

#include <errno.h>
#include <string.h>

#include "stack/base/cleanup.h"

#define FIELDS_MAX 10
#define VALUE_SIZE 80 /* the longest bounded value: 64 digits of a key, and NUL */

/* How a value is written. */
enum form {
    FORM_NONE,
    FORM_NUMBER,      /* decimal, 32 bits */
    FORM_OCTET,       /* decimal, 8 bits */
    FORM_MASK,        /* 0x%04x */
    FORM_FLAG,        /* 0 or 1 */
    FORM_MAC,         /* any */
    FORM_STATION,     /* of a station: not zero, not a group */
    FORM_INFO,        /* hexadecimal of any length, also none */
    FORM_IID,         /* 16 digits, or none */
    FORM_SUCCESS,     /* "success" or "failure" */
    FORM_TERMINATION, /* "timeout", "user-request", "failure", "unknown" */
    FORM_CIPHERS,     /* decimal, separated by commas */
    FORM_TEXT,
    FORM_KEY_16, /* octets */
    FORM_KEY_32,
};

struct field {
    const char *key;
    enum form form;
    bool optional;
    size_t at, size; /* of the member */
};

struct row {
    const char *wire;                /* first word of the line */
    struct field fields[FIELDS_MAX]; /* up to the first without a key */
};

#define MEMBER(member) offsetof(struct engine_event, member), sizeof(((struct engine_event *)NULL)->member)
#define MUST(key, form, member)                                                                                        \
    {                                                                                                                  \
        key, FORM_##form, false, MEMBER(member)                                                                        \
    }
#define MAY(key, form, member)                                                                                         \
    {                                                                                                                  \
        key, FORM_##form, true, MEMBER(member)                                                                         \
    }

/* As wpa_supplicant 2.12 prints them (wpa_supplicant/notify.c). Keys that nobody here needs are not in the table; those
 * without which an event still means something are not demanded. */
static const struct row rows[ENGINE_EVENTS_] = {
    [ENGINE_EVENT_CLUSTER_JOIN] = {"NAN-CLUSTER-JOIN", {MUST("cluster_id", MAC, cluster), MAY("new", FLAG, is_new)}},
    [ENGINE_EVENT_STOPPED] = {"NAN-STOPPED", {MAY("ifname", TEXT, ifname)}},
    [ENGINE_EVENT_DISCOVERY_RESULT] = {"NAN-DISCOVERY-RESULT",
                                       {MUST("subscribe_id", NUMBER, own_id), MUST("publish_id", NUMBER, peer_id),
                                        MUST("address", STATION, peer), MAY("srv_proto_type", NUMBER, protocol),
                                        MAY("ssi", INFO, info), MAY("cipher_suites", CIPHERS, ciphers),
                                        MAY("pairing_setup_supp", FLAG, pairing_setup),
                                        MAY("npk_nik_caching_supp", FLAG, npk_caching), MAY("pbm", MASK, methods),
                                        MAY("data_path", FLAG, data_path)}},
    [ENGINE_EVENT_REPLIED] = {"NAN-REPLIED",
                              {MUST("publish_id", NUMBER, own_id), MUST("address", STATION, peer),
                               MUST("subscribe_id", NUMBER, peer_id), MAY("srv_proto_type", NUMBER, protocol),
                               MAY("ssi", INFO, info)}},
    [ENGINE_EVENT_RECEIVE] = {"NAN-RECEIVE",
                              {MUST("id", NUMBER, own_id), MUST("peer_instance_id", NUMBER, peer_id),
                               MUST("address", STATION, peer), MAY("ssi", INFO, info)}},
    [ENGINE_EVENT_PUBLISH_TERMINATED] = {"NAN-PUBLISH-TERMINATED",
                                         {MUST("publish_id", NUMBER, own_id), MAY("reason", TERMINATION, reason)}},
    [ENGINE_EVENT_SUBSCRIBE_TERMINATED] = {"NAN-SUBSCRIBE-TERMINATED",
                                           {MUST("subscribe_id", NUMBER, own_id), MAY("reason", TERMINATION, reason)}},
    [ENGINE_EVENT_TRANSMIT_STATUS] = {"NAN-TRANSMIT-STATUS",
                                      {MUST("cookie", NUMBER, cookie), MUST("acked", FLAG, success)}},
    [ENGINE_EVENT_BOOTSTRAP_REQUEST] = {"NAN-BOOTSTRAP-REQUEST",
                                        {MUST("peer_nmi", STATION, peer), MUST("pbm", MASK, methods),
                                         MUST("handle", NUMBER, own_id),
                                         MUST("requestor_instance_id", NUMBER, peer_id)}},
    [ENGINE_EVENT_BOOTSTRAP_SUCCESS] = {"NAN-BOOTSTRAP-SUCCESS",
                                        {MUST("peer_nmi", STATION, peer), MUST("pbm", MASK, methods),
                                         MUST("handle", NUMBER, own_id),
                                         MUST("requestor_instance_id", NUMBER, peer_id)}},
    [ENGINE_EVENT_BOOTSTRAP_FAILURE] = {"NAN-BOOTSTRAP-FAILURE",
                                        {MUST("peer_nmi", STATION, peer), MAY("pbm", MASK, methods),
                                         MUST("reason", NUMBER, reason), MUST("handle", NUMBER, own_id),
                                         MUST("requestor_instance_id", NUMBER, peer_id)}},
    [ENGINE_EVENT_PAIRING_REQUEST] = {"NAN-PAIRING-REQUEST",
                                      {MUST("peer_nmi", STATION, peer), MUST("csid", NUMBER, cipher),
                                       MUST("instance_id", NUMBER, own_id), MUST("key_mgmt", TEXT, akm),
                                       MUST("verify", FLAG, verify)}},
    [ENGINE_EVENT_PAIRING_STATUS] = {"NAN-PAIRING-STATUS",
                                     {MUST("addr", STATION, peer), MAY("akmp", TEXT, akm),
                                      MAY("cipher", TEXT, pairing_cipher), MUST("status", SUCCESS, success),
                                      MAY("nd_pmk", KEY_32, nd_pmk)}},
    [ENGINE_EVENT_NIK_RECEIVED] = {"NAN-NIK-RECEIVED",
                                   {MUST("nik", KEY_16, nik), MUST("cipher_version", OCTET, cipher_version),
                                    MUST("akmp", TEXT, akm), MUST("pmk", KEY_32, npk),
                                    MAY("lifetime", NUMBER, lifetime_s), MAY("identity_id", NUMBER, identity_id)}},
    [ENGINE_EVENT_NDP_REQUEST] = {"NAN-NDP-REQUEST",
                                  {MUST("peer_nmi", STATION, peer), MUST("init_ndi", STATION, init_ndi),
                                   MUST("ndp_id", NUMBER, ndp_id), MUST("publish_inst_id", NUMBER, own_id),
                                   MAY("ssi", INFO, info), MUST("csid", NUMBER, cipher)}},
    [ENGINE_EVENT_NDP_COUNTER_REQUEST] = {"NAN-NDP-COUNTER-REQUEST",
                                          {MUST("peer_nmi", STATION, peer), MUST("init_ndi", STATION, init_ndi),
                                           MUST("ndp_id", NUMBER, ndp_id), MAY("ssi", INFO, info)}},
    [ENGINE_EVENT_NDP_CONNECTED] = {"NAN-NDP-CONNECTED",
                                    {MUST("peer", STATION, peer), MUST("ndp_id", NUMBER, ndp_id),
                                     MUST("local_ndi", STATION, local_ndi), MUST("peer_ndi", STATION, peer_ndi),
                                     MAY("ssi", INFO, info), MAY("interface_id", IID, iid)}},
    [ENGINE_EVENT_NDP_DISCONNECTED] = {"NAN-NDP-DISCONNECTED",
                                       {MUST("peer", STATION, peer), MUST("ndp_id", NUMBER, ndp_id),
                                        MUST("local_ndi", MAC, local_ndi), MUST("peer_ndi", MAC, peer_ndi),
                                        MAY("reason", NUMBER, reason),
                                        MAY("locally_generated", FLAG, locally_generated),
                                        MAY("failure", FLAG, failure)}},
    [ENGINE_EVENT_PEER_SCHEDULE_CHANGED] = {"NAN-PEER-SCHEDULE-CHANGED", {MUST("peer_nmi", STATION, peer)}},
    [ENGINE_EVENT_SCHEDULE_UPDATE_DONE] = {"NAN-SCHEDULE-UPDATE-DONE", {MUST("status", SUCCESS, success)}},
    [ENGINE_EVENT_CHANNEL_EVACUATION] = {"NAN-CHAN-EVACUATION",
                                         {MUST("map_id", NUMBER, map_id), MUST("freq", NUMBER, frequency_mhz)}},
    [ENGINE_EVENT_TERMINATING] = {.wire = "CTRL-EVENT-TERMINATING"},
};

void engine_event_wipe(struct engine_event *event)
{
    fascia_secret_wipe(&event->nd_pmk);
    fascia_secret_wipe(&event->nik);
    fascia_secret_wipe(&event->npk);
}

/* A part of the line. */
struct slice {
    const char *at;
    size_t size;
};

static bool slice_is(struct slice slice, const char *text)
{
    size_t n = strlen(text);
    return slice.size == n && memcmp(slice.at, text, n) == 0;
}

/* The part of *rest up to `separator`, which is passed over. */
static struct slice take_until(struct slice *rest, char separator)
{
    const char *end = rest->size > 0 ? memchr(rest->at, separator, rest->size) : NULL;
    struct slice part = {.at = rest->at, .size = end ? (size_t)(end - rest->at) : rest->size};
    size_t taken = part.size + (end ? 1 : 0);

    rest->at += taken;
    rest->size -= taken;
    return part;
}

/* False when it does not fit, or holds a NUL. */
static bool to_text(struct slice slice, char *to, size_t size)
{
    if (slice.size >= size || memchr(slice.at, '\0', slice.size))
        return false;
    memcpy(to, slice.at, slice.size);
    to[slice.size] = '\0';
    return true;
}

static bool to_number(const char *value, uint32_t max, uint32_t *ret_number)
{
    int64_t number = 0;

    if (fascia_text_to_i64(value, 0, max, &number) < 0)
        return false;
    *ret_number = (uint32_t)number;
    return true;
}

static bool take_mask(const char *value, uint32_t *ret_mask)
{
    uint8_t octets[2];

    if (strncmp(value, "0x", 2) != 0 || fascia_text_to_bytes(value + 2, octets, sizeof octets) < 0)
        return false;
    *ret_mask = (uint32_t)octets[0] << 8 | octets[1];
    return true;
}

static bool take_flag(const char *value, bool *ret_flag)
{
    *ret_flag = value[0] == '1';
    return (value[0] == '0' || value[0] == '1') && value[1] == '\0';
}

static bool take_success(const char *value, bool *ret_success)
{
    *ret_success = strcmp(value, "success") == 0;
    return *ret_success || strcmp(value, "failure") == 0;
}

/* A word that is not known is an unknown reason: the service has ended in any case. */
static bool take_termination(const char *value, uint32_t *ret_reason)
{
    static const char *const words[] = {[ENGINE_TERMINATION_UNKNOWN] = "unknown",
                                        [ENGINE_TERMINATION_TIMEOUT] = "timeout",
                                        [ENGINE_TERMINATION_USER] = "user-request",
                                        [ENGINE_TERMINATION_FAILURE] = "failure"};

    *ret_reason = ENGINE_TERMINATION_UNKNOWN;
    for (uint32_t i = 0; i < FASCIA_ARRAY_SIZE(words); i++) {
        if (strcmp(value, words[i]) == 0)
            *ret_reason = i;
    }
    return true;
}

static bool take_mac(const char *value, bool station, struct fascia_mac *ret_mac)
{
    return fascia_mac_parse(value, ret_mac) == 0 && (!station || fascia_mac_is_unicast(ret_mac));
}

static bool take_iid(const char *value, struct engine_event *event)
{
    event->has_iid = value[0] != '\0';
    return !event->has_iid || address_iid_parse(value, &event->iid) == 0;
}

static bool take_key(const char *value, size_t size, struct fascia_secret *ret_key)
{
    uint8_t octets[32];

    bool ok = fascia_text_to_bytes(value, octets, size) == 0 && fascia_secret_set(ret_key, octets, size) == 0;
    explicit_bzero(octets, sizeof octets);
    return ok;
}

static bool take_text(const char *value, char *to, size_t size)
{
    for (const char *c = value; *c; c++) {
        if (*c <= ' ' || *c > '~')
            return false;
    }
    return value[0] != '\0' && fascia_text_copy(to, size, value) == 0;
}

/* The one value without a bound that could be told beforehand; an octet beyond ours must still be one. */
static bool take_info(struct slice value, struct engine_event *event)
{
    if (value.size % 2 != 0)
        return false;
    for (size_t i = 0; i < value.size; i += 2) {
        uint8_t octet = 0;
        if (fascia_text_to_bytes((const char[]){value.at[i], value.at[i + 1], '\0'}, &octet, 1) < 0)
            return false;
        if (event->info_size < sizeof event->info)
            event->info[event->info_size++] = octet;
        else
            event->info_cut = true;
    }
    return true;
}

static bool take_ciphers(struct slice value, struct engine_event *event)
{
    while (value.size > 0) {
        char text[4];
        uint32_t cipher = 0;
        if (!to_text(take_until(&value, ','), text, sizeof text) || !to_number(text, UINT8_MAX, &cipher))
            return false;
        if (event->ciphers_count < FASCIA_ARRAY_SIZE(event->ciphers))
            event->ciphers[event->ciphers_count++] = (uint8_t)cipher;
    }
    return true;
}

static bool take_bounded(const struct field *field, const char *value, struct engine_event *event)
{
    void *to = (char *)event + field->at;
    uint32_t number = 0;

    switch (field->form) {
    case FORM_NUMBER:
        return to_number(value, UINT32_MAX, to);
    case FORM_OCTET:
        if (!to_number(value, UINT8_MAX, &number))
            return false;
        *(uint8_t *)to = (uint8_t)number;
        return true;
    case FORM_MASK:
        return take_mask(value, to);
    case FORM_FLAG:
        return take_flag(value, to);
    case FORM_MAC:
        return take_mac(value, false, to);
    case FORM_STATION:
        return take_mac(value, true, to);
    case FORM_IID:
        return take_iid(value, event);
    case FORM_SUCCESS:
        return take_success(value, to);
    case FORM_TERMINATION:
        return take_termination(value, to);
    case FORM_TEXT:
        return take_text(value, to, field->size);
    case FORM_KEY_16:
        return take_key(value, 16, to);
    case FORM_KEY_32:
        return take_key(value, 32, to);
    case FORM_INFO:
    case FORM_CIPHERS:
    case FORM_NONE:
        break;
    }
    return false;
}

static bool take_value(const struct field *field, struct slice value, struct engine_event *event)
{
    char text[VALUE_SIZE];

    if (value.size > 0 && value.at[value.size - 1] == ',')
        value.size--;
    if (field->form == FORM_INFO)
        return take_info(value, event);
    if (field->form == FORM_CIPHERS)
        return take_ciphers(value, event);
    bool ok = to_text(value, text, sizeof text) && take_bounded(field, text, event);
    explicit_bzero(text, sizeof text); /* may have been a key */
    return ok;
}

static const struct field *find_field(const struct row *row, struct slice key, uint32_t *ret_bit)
{
    for (size_t i = 0; i < FIELDS_MAX && row->fields[i].key; i++) {
        if (slice_is(key, row->fields[i].key)) {
            *ret_bit = UINT32_C(1) << i;
            return &row->fields[i];
        }
    }
    return NULL;
}

static uint32_t demanded(const struct row *row)
{
    uint32_t bits = 0;

    for (size_t i = 0; i < FIELDS_MAX && row->fields[i].key; i++)
        bits |= row->fields[i].optional ? 0 : UINT32_C(1) << i;
    return bits;
}

static int parse_fields(const struct row *row, struct slice rest, struct engine_event *event)
{
    uint32_t seen = 0;

    while (rest.size > 0) {
        struct slice value = take_until(&rest, ' ');
        uint32_t bit = 0;
        if (!memchr(value.at, '=', value.size))
            continue;
        const struct field *field = find_field(row, take_until(&value, '='), &bit);
        if (!field)
            continue;
        if ((seen & bit) || !take_value(field, value, event))
            return ENGINE_E_MALFORMED;
        seen |= bit;
    }
    return (seen & demanded(row)) == demanded(row) ? 0 : ENGINE_E_MALFORMED;
}

/* "IFNAME=nan0 " and "<3>" in front, and a line end behind, are not part of what is said. */
static struct slice without_envelope(struct slice line)
{
    struct slice rest = line;

    if (line.size > 0 && line.at[line.size - 1] == '\n')
        rest.size = --line.size;
    if (rest.size > 7 && memcmp(rest.at, "IFNAME=", 7) == 0)
        (void)take_until(&rest, ' ');
    if (rest.size >= 3 && rest.at[0] == '<' && rest.at[1] >= '0' && rest.at[1] <= '9' && rest.at[2] == '>') {
        rest.at += 3;
        rest.size -= 3;
    }
    return rest;
}

int engine_event_parse(const char *line, size_t size, struct engine_event *ret_event)
{
    _cleanup_(engine_event) struct engine_event event = {0};
    struct slice rest = without_envelope((struct slice){.at = line, .size = size});
    struct slice name = take_until(&rest, ' ');

    for (int kind = 0; kind < ENGINE_EVENTS_; kind++) {
        if (!slice_is(name, rows[kind].wire))
            continue;
        event.kind = (enum engine_event_kind)kind;
        int r = parse_fields(&rows[kind], rest, &event);
        if (r == 0)
            *ret_event = event;
        return r;
    }
    return ENGINE_E_FOREIGN;
}
