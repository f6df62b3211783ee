/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_LINK_MIMO_H
#define FASCIA_STACK_LINK_MIMO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Spatial streams, decoded from the capability sets as a driver reports them. Pure; octets are those of the
 * elements on the air (little-endian), so the same decoders serve nl80211 and association requests.
 */

/** Streams per direction, seen from the radio that reported the set. 0 = none, or not said. */
struct mimo_streams {
    uint8_t tx, rx;
};

/** The modes of one band for one interface type. A mode that is absent has tx = rx = 0. */
struct mimo_modes {
    struct mimo_streams ht, vht, he, eht;
};

/** Antenna masks of a radio; a bit is a receive or transmit chain. 0 = the driver does not say. */
struct mimo_antennas {
    uint32_t available_tx, available_rx; /* what exists */
    uint32_t used_tx, used_rx;           /* what is configured */
};

enum mimo_note {
    MIMO_NOTE_ANTENNAS_NOT_REPORTED = 1 << 0, /* no mask at all: the streams are those of the MCS sets */
    MIMO_NOTE_ANTENNAS_MASKED = 1 << 1,       /* fewer antennas configured than available */
    MIMO_NOTE_MODES_DISAGREE = 1 << 2,        /* for instance VHT with more streams than HT: implausible */
    MIMO_NOTE_MORE_THAN_ANTENNAS = 1 << 3,    /* an MCS set claims more streams than there are antennas */
};

struct mimo_result {
    struct mimo_streams streams; /* smallest over the modes present, bounded by the antennas */
    unsigned int notes;          /* enum mimo_note, or-ed */
};

/** What one MCS set says. */
struct mimo_map {
    struct mimo_streams streams;
    int8_t mcs_tx, mcs_rx; /* highest index at that number of streams (HT: 0-7 of it); -1 = none, or not said */
};

/** The widths that HE and EHT sets tell apart, in the order of their parts. The third is 80+80 in HE, 320 in EHT. */
enum mimo_width { MIMO_WIDTH_80, MIMO_WIDTH_160, MIMO_WIDTH_THIRD, MIMO_WIDTHS_ };

#define MIMO_HT_MCS_SET_SIZE     16
#define MIMO_VHT_MCS_SET_SIZE    8
#define MIMO_EHT_MCS_SET_SIZE    9
#define MIMO_EHT_20_MCS_SET_SIZE 4

/** A map of no streams. */
#define MIMO_MAP_NONE ((struct mimo_map){.mcs_tx = -1, .mcs_rx = -1})

/*
 * Decoders. `set` is borrowed, `size` in octets; octets behind the known layout are a newer kernel's and are left
 * alone. Return 0, or -EBADMSG when the set is too short for its layout; the result is then untouched.
 */

/**
 * HT, 16 octets: IEEE 802.11-2020, 9.4.2.55.4 Supported MCS Set field. Unequal modulation (MCS 33-76) adds nothing.
 * A transmit set that differs from the receive set tells its streams, not its indices.
 */
int mimo_decode_ht(const uint8_t *set, size_t size, struct mimo_map *ret_map);

/** VHT, 8 octets: IEEE 802.11-2020, 9.4.2.157.3 Supported VHT-MCS and NSS Set field. */
int mimo_decode_vht(const uint8_t *set, size_t size, struct mimo_map *ret_map);

/**
 * HE, 4, 8 or 12 octets: IEEE 802.11ax-2021, 9.4.2.248.4; one map per width, MIMO_MAP_NONE where the set is shorter.
 * A tail shorter than a pair is an error. Which widths exist the PHY capabilities say: a driver may leave the maps of
 * absent ones at zero, which reads as eight streams.
 */
int mimo_decode_he(const uint8_t *set, size_t size, struct mimo_map ret_maps[static MIMO_WIDTHS_]);

/**
 * EHT, 3, 6 or 9 octets: IEEE 802.11be, Supported EHT-MCS And NSS Set field; one map per width, highest number of
 * streams over the MCS ranges. Reserved numbers (above 8) count as none.
 */
int mimo_decode_eht(const uint8_t *set, size_t size, struct mimo_map ret_maps[static MIMO_WIDTHS_]);

/** EHT of a client that has 20 MHz only, 4 octets; not for an access point. */
int mimo_decode_eht_20(const uint8_t *set, size_t size, struct mimo_map *ret_map);

/** HT MCS index to streams: 1..4 for 0..31, 1 for 32, 0 (unknown) above. */
uint8_t mimo_streams_of_ht_mcs(uint8_t mcs);

/** Joins modes and antennas; see struct mimo_result. All modes absent gives 0 streams. */
struct mimo_result mimo_bound(const struct mimo_modes *modes, const struct mimo_antennas *antennas);

#define MIMO_CLASS_SIZE 8

/** "2x2", transmit x receive; "" when either is unknown. Writes to `to` and returns it. */
const char *mimo_class(const struct mimo_streams *streams, char to[static MIMO_CLASS_SIZE]);

/** One sentence for a single note bit. */
const char *mimo_note_text(enum mimo_note note);

#endif
