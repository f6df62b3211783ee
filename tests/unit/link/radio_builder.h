/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_TESTS_UNIT_LINK_RADIO_BUILDER_H
#define FASCIA_TESTS_UNIT_LINK_RADIO_BUILDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stack/link/wiphy.h"

/* Writes netlink attributes as the kernel does, so that a test reads like the radio that it describes. */

struct attrs {
    uint8_t octets[8192];
    size_t used;
};

/** Appends one attribute, padded. */
void attrs_put(struct attrs *a, uint16_t type, const void *value, size_t size);
void attrs_put_u8(struct attrs *a, uint16_t type, uint8_t value);
void attrs_put_u16(struct attrs *a, uint16_t type, uint16_t value);
void attrs_put_u32(struct attrs *a, uint16_t type, uint32_t value);
void attrs_put_text(struct attrs *a, uint16_t type, const char *value);
void attrs_flag(struct attrs *a, uint16_t type);

/** Opens a nested attribute; returns what attrs_end() wants. */
size_t attrs_begin(struct attrs *a, uint16_t type);
void attrs_end(struct attrs *a, size_t begun);

/** A radio in words. Streams 0 = the mode is absent. */
struct radio {
    uint32_t index;
    const char *name;
    bool no_ap;
    unsigned int band; /* kernel number */
    unsigned int ht_streams, vht_streams, he_streams, he_station_streams, eht_streams;
    bool only_20, only_80; /* narrower than 160 */
    uint32_t antennas_available, antennas_used;
    unsigned int no_ir, radar, disabled; /* a channel frequency that has this flag, MHz */
    unsigned int no_80;
};

/** The whole description as one message; channels 36 to 64 (or 1 to 13, or 6 GHz 1 to 29). */
void radio_message(const struct radio *radio, struct attrs *a);

/** Adds it to a table through wiphy_parse(); asserts success. */
void radio_add(struct wiphy_table *table, const struct radio *radio);

/*
 * The same in parts, of the radio with index 0: each adds one message to the table and asserts success.
 */

/** Starts a message whose attributes the test writes itself. */
void radio_begin(struct attrs *a, uint32_t index);
void radio_send(struct wiphy_table *table, const struct attrs *a);

/** NL80211_ATTR_SUPPORTED_IFTYPES */
void radio_add_types(struct wiphy_table *table, const uint16_t *types, size_t count);
void radio_add_u32(struct wiphy_table *table, uint16_t attribute, uint32_t value);

/** One entry of NL80211_BAND_ATTR_IFTYPE_DATA, octet by octet. */
struct radio_sets {
    uint16_t type, other_type; /* interface types; 0 = no other */
    uint8_t he_phy0, eht_phy0;
    const uint8_t *he, *eht;
    size_t he_size, eht_size; /* eht_size 0 = no EHT */
    bool maps_first;          /* the EHT set before what explains it */
};

void radio_add_sets(struct wiphy_table *table, uint16_t band, const struct radio_sets *sets);

#endif
