/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_AWARE_NAN_NDP_H
#define FASCIA_STACK_AWARE_NAN_NDP_H

#include "stack/aware/nan_service.h"

/* The NAN data path: its attribute (NDP, 10) and the extended one (NDPE, 29), which alone carries an interface
 * identifier.
 */

enum nan_ndp_type {
    NAN_NDP_REQUEST = 0,
    NAN_NDP_RESPONSE = 1,
    NAN_NDP_CONFIRM = 2,
    NAN_NDP_SECURITY_INSTALL = 3,
    NAN_NDP_TERMINATE = 4,
    NAN_NDP_TYPES_
};
const char *nan_ndp_type_name(uint8_t type); /* "request"; NULL beyond */

enum nan_status { NAN_STATUS_CONTINUED = 0, NAN_STATUS_ACCEPTED = 1, NAN_STATUS_REJECTED = 2, NAN_STATUSES_ };
const char *nan_status_name(uint8_t status); /* "continued"; NULL beyond */

enum nan_ndp_control {
    NAN_NDP_CONFIRM_REQUIRED = 1 << 0,
    NAN_NDP_SECURITY = 1 << 2,
    NAN_NDP_PUBLISH_ID = 1 << 3,
    NAN_NDP_RESPONDER_NDI = 1 << 4,
    NAN_NDP_INFO = 1 << 5,          /* of NDP: service information follows */
    NAN_NDPE_GTK_REQUIRED = 1 << 5, /* of NDPE */
};

#define NAN_IID_SIZE 8

struct nan_ndp {
    uint8_t dialog_token;
    uint8_t type;   /* enum nan_ndp_type */
    uint8_t status; /* enum nan_status */
    uint8_t reason;
    struct fascia_mac initiator_ndi;
    uint8_t ndp_id;  /* unique per initiator NDI only */
    uint8_t control; /* which of those below are there */
    uint8_t publish_id;
    struct fascia_mac responder_ndi;
    struct nan_octets info; /* NDP: service information, its protocol is not said */
};

/** Returns 0, NAN_E_LENGTH or NAN_E_VALUE (type or status). */
int nan_ndp_parse(const struct nan_attr *attr, struct nan_ndp *ret_ndp);

struct nan_ndpe {
    struct nan_ndp ndp; /* without `info` */
    bool has_iid, has_service;
    uint8_t iid[NAN_IID_SIZE];       /* TLV 0: octets 8..15 of the link-local address */
    struct nan_service_info service; /* TLV 1 */
    struct nan_octets tlvs;          /* all: use nan_tlv_next() */
    size_t unknown_tlvs;
};

/**
 * Returns 0, NAN_E_LENGTH (also: TLV 0 that has not 8 octets), NAN_E_VALUE (also: service information of another OUI or
 * protocol than the generic one) or NAN_E_TWICE (TLV 0 or 1). Other TLVs are passed over.
 */
int nan_ndpe_parse(const struct nan_attr *attr, struct nan_ndpe *ret_ndpe);

struct nan_tlv {
    uint8_t type;
    struct nan_octets value;
};

/** The next TLV of an NDPE that was parsed; false at the end. */
bool nan_tlv_next(struct nan_octets *left, struct nan_tlv *ret_tlv);

/** The data path of a frame: out of its NDPE, or else out of its NDP. */
struct nan_data_path {
    bool extended;
    struct nan_ndpe ndpe; /* .ndp alone is filled when not extended */
};

/** Returns 0, NAN_E_MISSING (neither is there), NAN_E_TWICE, NAN_E_LENGTH or NAN_E_VALUE. */
int nan_data_path_of(const struct nan_frame *frame, struct nan_data_path *ret_path);

#endif
