/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_AWARE_NAN_DEVICE_H
#define FASCIA_STACK_AWARE_NAN_DEVICE_H

#include "stack/aware/nan_frame.h"

/* What a device says of itself: capability (0f), its extension (DCEA, 2a); its place in the cluster (00, 01); elements
 * of IEEE 802.11 in a container (1d); what only a vendor understands (dd). */

enum nan_band { NAN_BAND_SUB_1GHZ = 1 << 1, NAN_BAND_2GHZ = 1 << 2, NAN_BAND_5GHZ = 1 << 4, NAN_BAND_6GHZ = 1 << 7 };

enum nan_mode { NAN_MODE_VHT = 1 << 0, NAN_MODE_80P80 = 1 << 1, NAN_MODE_160 = 1 << 2, NAN_MODE_HE = 1 << 4 };

enum nan_capability_bit {
    NAN_CAPABILITY_DFS_MASTER = 1 << 0,
    NAN_CAPABILITY_EXTENDED_KEY_ID = 1 << 1,
    NAN_CAPABILITY_SIMULTANEOUS_NDP = 1 << 2,
    NAN_CAPABILITY_NDPE = 1 << 3, /* without it the peer ignores our interface identifier */
    NAN_CAPABILITY_S3 = 1 << 4,
};

struct nan_capability {
    bool one_map; /* of map_id only, otherwise of all */
    uint8_t map_id;
    uint16_t committed_dw; /* bits 0-2: 2.4 GHz, 3-5: 5 GHz, 6-9 and 10-13: their overrides */
    uint8_t bands;         /* enum nan_band */
    uint8_t modes;         /* enum nan_mode */
    uint8_t tx_antennas, rx_antennas;
    uint16_t switch_time; /* us */
    uint8_t capabilities; /* enum nan_capability_bit */
};

/** Returns 0 or NAN_E_LENGTH. */
int nan_capability_parse(const struct nan_attr *attr, struct nan_capability *ret_capability);

struct nan_dcea {
    uint8_t regulatory; /* 6 GHz: bit 0 valid, bits 1-3 kind of access point */
    bool pairing_setup, key_caching;
};

/** Returns 0 or NAN_E_LENGTH. */
int nan_dcea_parse(const struct nan_attr *attr, struct nan_dcea *ret_dcea);

struct nan_master {
    uint8_t preference, random_factor;
};

/** Returns 0 or NAN_E_LENGTH. */
int nan_master_parse(const struct nan_attr *attr, struct nan_master *ret_master);

struct nan_cluster {
    uint8_t anchor_rank[8]; /* in the order of the air */
    uint8_t hops;
    uint32_t beacon_time; /* lowest 32 bits of the anchor master's TSF */
};

/** Returns 0 or NAN_E_LENGTH. */
int nan_cluster_parse(const struct nan_attr *attr, struct nan_cluster *ret_cluster);

struct nan_container {
    bool one_map;
    uint8_t map_id;
    struct nan_octets elements; /* use nan_element_next() */
};

struct nan_element {
    uint8_t id;
    struct nan_octets body;
};

/** Returns 0 or NAN_E_LENGTH (also: elements that do not fill it exactly). */
int nan_container_parse(const struct nan_attr *attr, struct nan_container *ret_container);

/** The next element; false at the end. */
bool nan_element_next(struct nan_octets *left, struct nan_element *ret_element);

struct nan_vendor {
    uint8_t oui[3];
    struct nan_octets body;
};

/** Returns 0 or NAN_E_LENGTH. */
int nan_vendor_parse(const struct nan_attr *attr, struct nan_vendor *ret_vendor);

#endif
