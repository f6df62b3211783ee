/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/aware/nan_frame.h"

#include <string.h>

#include "stack/aware/nan_id.h"
#include "stack/base/bytes.h"

/* IEEE 802.11-2020, 9.2.4.1 and 9.3.3: frame control of management frames. */
enum {
    CONTROL_VERSION_TYPE = 0x0f, /* protocol version 0, type management: 0 */
    CONTROL_MANAGEMENT = 0x00,
    CONTROL_SUBTYPE = 0xf0,
    CONTROL_BEACON = 0x80,
    CONTROL_AUTHENTICATION = 0xb0,
    CONTROL_ACTION = 0xd0,
    FLAG_PROTECTED = 0x40, /* second octet */
};

enum { ACTION_VENDOR = 0x09, OUI_TYPE_ELEMENT_SDF = 0x13, OUI_TYPE_NAF = 0x18 };
enum { EID_VENDOR = 221, EID_FRAGMENT = 242 };
enum { AUTHENTICATION_PASN = 7 };

static const uint8_t wfa_oui[3] = {0x50, 0x6f, 0x9a};

const char *nan_explain(int result)
{
    static const char *const texts[] = {
        [NAN_E_OTHER] = "is not of Wi-Fi Aware",
        [NAN_E_ENCRYPTED] = "is encrypted",
        [NAN_E_CUT] = "is too short",
        [NAN_E_CHAIN] = "has attributes that do not fill it exactly",
        [NAN_E_FRAGMENTED] = "has a fragmented NAN element",
        [NAN_E_MANY] = "has too many NAN elements",
        [NAN_E_MISSING] = "is missing",
        [NAN_E_TWICE] = "is there twice",
        [NAN_E_LENGTH] = "has a length that does not fit its content",
        [NAN_E_VALUE] = "has a reserved value",
    };
    return result > 0 && (size_t)result < sizeof texts / sizeof texts[0] ? texts[result] : NULL;
}

bool nan_is_cluster(const struct fascia_mac *address)
{
    static const uint8_t cluster[4] = {0x50, 0x6f, 0x9a, 0x01}, network[6] = {0x51, 0x6f, 0x9a, 0x01, 0x00, 0x00};

    return memcmp(address->octets, cluster, sizeof cluster) == 0 ||
           memcmp(address->octets, network, sizeof network) == 0;
}

/* Takes one attribute off the front; false when it does not fit. */
static bool take_attr(struct nan_octets *left, struct nan_attr *ret_attr)
{
    if (left->size < 3)
        return false;
    size_t size = (size_t)left->data[1] | (size_t)left->data[2] << 8;
    if (size > left->size - 3)
        return false;
    *ret_attr = (struct nan_attr){.id = left->data[0], .body = {.data = left->data + 3, .size = size}};
    left->data += 3 + size;
    left->size -= 3 + size;
    return true;
}

/* Adds a run of attributes when it is one. */
static int add_part(struct nan_frame *frame, const uint8_t *data, size_t size)
{
    struct nan_octets left = {.data = data, .size = size};
    struct nan_attr attr;

    if (frame->parts_count == NAN_PARTS_MAX)
        return NAN_E_MANY;
    while (left.size > 0) {
        if (!take_attr(&left, &attr))
            return NAN_E_CHAIN;
        frame->attributes++;
    }
    frame->parts[frame->parts_count++] = (struct nan_octets){.data = data, .size = size};
    return 0;
}

static int parse_action(struct fascia_reader *r, struct nan_frame *frame)
{
    frame->body = (struct nan_octets){.data = r->at, .size = fascia_reader_left(r)};
    frame->category = fascia_read_u8(r);
    uint8_t action = fascia_read_u8(r);
    const uint8_t *oui = fascia_read_bytes(r, sizeof wfa_oui);
    uint8_t type = fascia_read_u8(r);
    if (oui == NULL || !fascia_reader_ok(r))
        return NAN_E_OTHER;
    if ((frame->category != NAN_CATEGORY_PUBLIC && frame->category != NAN_CATEGORY_PROTECTED_DUAL) ||
        action != ACTION_VENDOR || memcmp(oui, wfa_oui, sizeof wfa_oui) != 0)
        return NAN_E_OTHER;
    if (type == OUI_TYPE_NAF) {
        frame->kind = NAN_KIND_NAF;
        frame->subtype = fascia_read_u8(r);
        if (!fascia_reader_ok(r))
            return NAN_E_CUT;
    } else if (type == OUI_TYPE_ELEMENT_SDF) {
        frame->kind = NAN_KIND_SDF;
    } else {
        return NAN_E_OTHER;
    }
    return add_part(frame, r->at, fascia_reader_left(r));
}

/* A NAN element is looked for in all of them; the others are only passed over. */
static int parse_elements(struct fascia_reader *r, struct nan_frame *frame)
{
    bool last_was_nan = false;

    while (fascia_reader_left(r) > 0) {
        uint8_t id = fascia_read_u8(r), size = fascia_read_u8(r);
        const uint8_t *body = fascia_read_bytes(r, size);
        if (body == NULL)
            return frame->parts_count > 0 ? NAN_E_CUT : NAN_E_OTHER;
        if (id == EID_FRAGMENT && last_was_nan)
            return NAN_E_FRAGMENTED;
        last_was_nan = id == EID_VENDOR && size >= 4 && memcmp(body, wfa_oui, sizeof wfa_oui) == 0 &&
                       body[3] == OUI_TYPE_ELEMENT_SDF;
        if (!last_was_nan)
            continue;
        /* An element that a fragment follows is full, and ends within an attribute. */
        bool full = size == UINT8_MAX && fascia_reader_left(r) > 0 && r->at[0] == EID_FRAGMENT;
        int result = full ? NAN_E_FRAGMENTED : add_part(frame, body + 4, (size_t)size - 4);
        if (result != 0)
            return result;
    }
    return frame->parts_count > 0 ? 0 : NAN_E_OTHER;
}

static int parse_beacon(struct fascia_reader *r, struct nan_frame *frame)
{
    frame->kind = NAN_KIND_BEACON;
    fascia_read_skip(r, 8); /* timestamp */
    frame->beacon_interval = fascia_read_le16(r);
    fascia_read_skip(r, 2); /* capability information */
    return fascia_reader_ok(r) ? parse_elements(r, frame) : NAN_E_OTHER;
}

static int parse_authentication(struct fascia_reader *r, struct nan_frame *frame)
{
    frame->kind = NAN_KIND_AUTHENTICATION;
    uint16_t algorithm = fascia_read_le16(r);
    frame->auth_sequence = fascia_read_le16(r);
    frame->auth_status = fascia_read_le16(r);
    if (!fascia_reader_ok(r) || algorithm != AUTHENTICATION_PASN)
        return NAN_E_OTHER;
    return parse_elements(r, frame);
}

int nan_frame_parse(const void *data, size_t size, struct nan_frame *ret_frame)
{
    struct nan_frame frame = {.parts_count = 0};
    struct fascia_reader r;

    fascia_reader_init(&r, data, size);
    uint8_t control = fascia_read_u8(&r), flags = fascia_read_u8(&r);
    fascia_read_skip(&r, 2); /* duration */
    fascia_read_copy(&r, frame.to.octets, sizeof frame.to.octets);
    fascia_read_copy(&r, frame.from.octets, sizeof frame.from.octets);
    fascia_read_copy(&r, frame.cluster.octets, sizeof frame.cluster.octets);
    fascia_read_skip(&r, 2); /* sequence control */
    if (!fascia_reader_ok(&r) || (control & CONTROL_VERSION_TYPE) != CONTROL_MANAGEMENT)
        return NAN_E_OTHER;
    int result = NAN_E_OTHER;
    if (flags & FLAG_PROTECTED)
        return nan_is_cluster(&frame.cluster) ? NAN_E_ENCRYPTED : NAN_E_OTHER;
    if ((control & CONTROL_SUBTYPE) == CONTROL_ACTION)
        result = parse_action(&r, &frame);
    else if ((control & CONTROL_SUBTYPE) == CONTROL_BEACON)
        result = parse_beacon(&r, &frame);
    else if ((control & CONTROL_SUBTYPE) == CONTROL_AUTHENTICATION)
        result = parse_authentication(&r, &frame);
    if (result == 0)
        *ret_frame = frame;
    return result;
}

int nan_body_parse(const void *body, size_t size, struct nan_frame *ret_frame)
{
    struct nan_frame frame = {.parts_count = 0};
    struct fascia_reader r;

    fascia_reader_init(&r, body, size);
    int result = parse_action(&r, &frame);
    if (result == 0)
        *ret_frame = frame;
    return result;
}

void nan_walk_init(struct nan_walk *walk, const struct nan_frame *frame)
{
    *walk = (struct nan_walk){.frame = frame};
    if (frame->parts_count > 0)
        walk->left = frame->parts[0];
}

bool nan_attr_next(struct nan_walk *walk, struct nan_attr *ret_attr)
{
    while (walk->left.size == 0) {
        if (walk->part + 1 >= walk->frame->parts_count)
            return false;
        walk->left = walk->frame->parts[++walk->part];
    }
    return take_attr(&walk->left, ret_attr);
}

int nan_attr_only(const struct nan_frame *frame, uint8_t id, struct nan_attr *ret_attr)
{
    struct nan_attr attr, found = {.id = id};
    struct nan_walk walk;
    size_t count = 0;

    nan_walk_init(&walk, frame);
    while (nan_attr_next(&walk, &attr)) {
        if (attr.id == id && count++ == 0)
            found = attr;
    }
    if (count != 1)
        return count == 0 ? NAN_E_MISSING : NAN_E_TWICE;
    *ret_attr = found;
    return 0;
}

size_t nan_unknown_count(const struct nan_frame *frame)
{
    struct nan_attr attr;
    struct nan_walk walk;
    size_t count = 0;

    nan_walk_init(&walk, frame);
    while (nan_attr_next(&walk, &attr))
        count += nan_attr_name(attr.id) == NULL;
    return count;
}
