/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_AWARE_NAN_FRAME_H
#define FASCIA_STACK_AWARE_NAN_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stack/base/text.h"

/*
 * Wi-Fi Aware (NAN) frames: IEEE 802.11 management frames that carry a list of NAN attributes. Layouts as in hostap's
 * nan_defs.h and Wireshark's dissector, read for behaviour (docs/provenance.md). Numbers are little-endian.
 *
 *   action   category (04 public, 09 protected dual), 09, 50 6f 9a, then 13 and attributes (SDF),
 *            or 18, subtype and attributes (NAF)
 *   element  dd, length, 50 6f 9a 13, attributes: in beacons and in PASN authentication frames
 *   attribute  id (1), length (2), body
 *
 * A frame is checked as a whole before anything of it is handed out: its attributes fill their room exactly.
 */

enum nan_result {
    NAN_E_OTHER = 1,  /* not a frame of Wi-Fi Aware */
    NAN_E_ENCRYPTED,  /* a protected frame within a cluster: what it is cannot be seen */
    NAN_E_CUT,        /* it ends inside what every such frame has */
    NAN_E_CHAIN,      /* its attributes do not fill their room exactly */
    NAN_E_FRAGMENTED, /* a NAN element goes on in a fragment element (IEEE 802.11-2020, 10.28.11) */
    NAN_E_MANY,       /* more NAN elements than NAN_PARTS_MAX */
    NAN_E_MISSING,    /* there is no such attribute */
    NAN_E_TWICE,      /* there are two of what may be there once */
    NAN_E_LENGTH,     /* an attribute's body is too short for what it says is in it, or a length in it is wrong */
    NAN_E_VALUE,      /* a field decides over the rest and holds a reserved value */
};

/** What a result above means, as the end of a sentence; NULL for 0 and negative ones. */
const char *nan_explain(int result);

/** Octets inside a frame, borrowed from it: checked, never beyond its end. */
struct nan_octets {
    const uint8_t *data; /* may be NULL when size is 0 */
    size_t size;
};

struct nan_attr {
    uint8_t id; /* enum nan_attr_id (nan_id.h), or one that is newer than this code */
    struct nan_octets body;
};

enum nan_kind { NAN_KIND_SDF, NAN_KIND_NAF, NAN_KIND_BEACON, NAN_KIND_AUTHENTICATION, NAN_KINDS_ };

#define NAN_PARTS_MAX 8

struct nan_frame {
    enum nan_kind kind;
    struct fascia_mac to, from; /* addresses 1 and 2; all zero when only a body was parsed */
    struct fascia_mac cluster;  /* address 3: cluster id, or network id (USD, multicast) */
    uint8_t category;           /* SDF, NAF */
    uint8_t subtype;            /* NAF: enum nan_subtype, or newer */
    uint16_t beacon_interval;   /* beacon: TU; 512 in synchronisation beacons */
    uint16_t auth_sequence;     /* authentication */
    uint16_t auth_status;
    struct nan_octets body; /* from the category octet on (SDF, NAF): what MICs and tokens are computed over */

    struct nan_octets parts[NAN_PARTS_MAX]; /* where the attributes are; use nan_attr_next() */
    size_t parts_count;
    size_t attributes; /* how many there are */
};

/**
 * Parses a whole management frame without FCS: 24-octet header and body. `data` is borrowed and must outlive the
 * result. Returns 0, or NAN_E_OTHER, _ENCRYPTED, _CUT, _CHAIN, _FRAGMENTED or _MANY.
 */
int nan_frame_parse(const void *data, size_t size, struct nan_frame *ret_frame);

/** The same for the body of an action frame alone, from the category octet on. */
int nan_body_parse(const void *body, size_t size, struct nan_frame *ret_frame);

/** True for a cluster id (50:6f:9a:01:xx:xx) or the network id (51:6f:9a:01:00:00). */
bool nan_is_cluster(const struct fascia_mac *address);

/** A walk over the attributes of a frame that was parsed, which is borrowed. */
struct nan_walk {
    const struct nan_frame *frame;
    size_t part;
    struct nan_octets left; /* of that part */
};

void nan_walk_init(struct nan_walk *walk, const struct nan_frame *frame);

/** The next attribute, whatever its id; false at the end. */
bool nan_attr_next(struct nan_walk *walk, struct nan_attr *ret_attr);

/** The only attribute with this id. Returns 0, NAN_E_MISSING or NAN_E_TWICE. */
int nan_attr_only(const struct nan_frame *frame, uint8_t id, struct nan_attr *ret_attr);

/** How many attributes have an id that nan_attr_name() does not know. */
size_t nan_unknown_count(const struct nan_frame *frame);

#endif
