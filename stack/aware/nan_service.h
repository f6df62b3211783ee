/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_AWARE_NAN_SERVICE_H
#define FASCIA_STACK_AWARE_NAN_SERVICE_H

#include "stack/aware/nan_frame.h"

/* What a service says of itself: descriptor (SDA, 03), its extension (SDEA, 0e), service information. */

#define NAN_SERVICE_ID_SIZE 6

enum nan_sda_type { NAN_SDA_PUBLISH = 0, NAN_SDA_SUBSCRIBE = 1, NAN_SDA_FOLLOW_UP = 2 };

enum nan_sda_control {
    NAN_SDA_TYPE = 0x03,
    NAN_SDA_MATCHING_FILTER = 1 << 2,
    NAN_SDA_RESPONSE_FILTER = 1 << 3,
    NAN_SDA_SERVICE_INFO = 1 << 4,
    NAN_SDA_RANGE_LIMITED = 1 << 5,
    NAN_SDA_BINDING_BITMAP = 1 << 6,
};

struct nan_sda {
    uint8_t service_id[NAN_SERVICE_ID_SIZE];
    uint8_t instance, requestor_instance;
    uint8_t control;                   /* which of those below are there */
    uint16_t binding_bitmap;           /* which of the frame's attributes this service is bound to */
    struct nan_octets matching_filter; /* a run of length (1), value: use nan_filter_next() */
    struct nan_octets response_filter; /* control octet, address set */
    struct nan_octets info;            /* at most 255 octets */
};

/** Returns 0, NAN_E_LENGTH or NAN_E_VALUE (the reserved type 3). */
int nan_sda_parse(const struct nan_attr *attr, struct nan_sda *ret_sda);

/** The next value of a matching filter, which may be empty; false at the end. */
bool nan_filter_next(struct nan_octets *left, struct nan_octets *ret_value);

/**
 * Service information behind its protocol number. Applications may put anything into it; where it is a run of type (1),
 * length (2), value, as the generic protocol has it, the known ones are taken out.
 */
struct nan_service_info {
    uint8_t oui[3];
    uint8_t protocol; /* enum nan_protocol, or newer */
    struct nan_octets info;

    bool has_parts; /* generic, and `info` is such a run */
    bool has_port, has_transport, has_name;
    uint16_t port;          /* type 00: transport port */
    uint8_t transport;      /* type 01: 6 TCP, 17 UDP */
    struct nan_octets name; /* type 03: instance name */
    size_t unknown_parts;
};

/** Parses OUI, protocol and the rest. Returns 0 or NAN_E_LENGTH. */
int nan_service_info_parse(struct nan_octets octets, struct nan_service_info *ret_info);

enum nan_sdea_control {
    NAN_SDEA_FSD = 1 << 0, /* further service discovery */
    NAN_SDEA_FSD_GAS = 1 << 1,
    NAN_SDEA_DATA_PATH = 1 << 2,
    NAN_SDEA_MULTICAST = 1 << 3, /* data path type */
    NAN_SDEA_QOS = 1 << 5,
    NAN_SDEA_SECURITY = 1 << 6,
    NAN_SDEA_RANGING = 1 << 7,
    NAN_SDEA_RANGE_LIMIT = 1 << 8,
    NAN_SDEA_UPDATE_INDICATOR = 1 << 9,
    NAN_SDEA_GTK = 1 << 10,
};

struct nan_sdea {
    uint8_t instance;
    uint16_t control;                     /* which of those below are there */
    uint16_t ingress_limit, egress_limit; /* cm */
    uint8_t update_indicator;
    bool has_info;
    struct nan_service_info info;
};

/** Returns 0 or NAN_E_LENGTH. */
int nan_sdea_parse(const struct nan_attr *attr, struct nan_sdea *ret_sdea);

/** The next service id of a list (02), six octets; false at the end. Check with nan_service_ids_check() first. */
const uint8_t *nan_service_id_next(struct nan_octets *left);

/** Returns 0 or NAN_E_LENGTH. */
int nan_service_ids_check(const struct nan_attr *attr);

#endif
