/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_LINK_CAPABILITY_H
#define FASCIA_STACK_LINK_CAPABILITY_H

#include <stdbool.h>
#include <stdint.h>

#include "stack/link/link_config.h"
#include "stack/link/mimo.h"
#include "stack/link/station.h"
#include "stack/link/wiphy.h"

/*
 * What a radio amounts to: the record that fascia publishes, judges by and prints. struct wiphy holds what the driver
 * says; here it is put together per band and interface type, and every figure that is smaller than it could be says
 * what limits it. Pure: the same radio gives the same record, live or described in a file.
 */

enum capability_phy { CAPABILITY_PHY_HT, CAPABILITY_PHY_VHT, CAPABILITY_PHY_HE, CAPABILITY_PHY_EHT, CAPABILITY_PHYS_ };

/** What the number of streams of one direction comes from. */
enum capability_limit {
    CAPABILITY_LIMIT_UNKNOWN,    /* the streams are not known */
    CAPABILITY_LIMIT_MCS,        /* the driver's MCS maps: the chains would carry more, or as many, or are not told */
    CAPABILITY_LIMIT_ANTENNAS,   /* the chains that exist are fewer than the maps claim */
    CAPABILITY_LIMIT_CONFIGURED, /* chains are switched off (`iw phy … set antenna`) */
    CAPABILITY_LIMIT_STANDARD,   /* link.standard leaves out a mode that has more streams */
    CAPABILITY_LIMITS_
};

struct capability_mode {
    bool present;                /* the driver has it and link.standard permits it */
    struct mimo_streams streams; /* of its MCS map */
    int8_t mcs_tx, mcs_rx;       /* highest MCS index at that number of streams (HT: 0-7 per stream); -1 = not known */
    uint16_t width_mhz;          /* widest; 0 = absent */
};

/** One interface type on one band. */
struct capability_role {
    bool supported; /* the radio has the interface type and the band for it */
    struct capability_mode modes[CAPABILITY_PHYS_];
    enum station_standard standard; /* the newest mode present */
    uint16_t width_mhz;             /* what hostapd could be asked for: the widest that all modes present can do */
    struct mimo_streams effective;  /* antennas, maps and configuration together; 0 = unknown */
    enum capability_limit limit_tx, limit_rx;
    char class[MIMO_CLASS_SIZE]; /* "2x2", "1x2" (TX x RX), "" = unknown */
    unsigned int notes;          /* enum mimo_note, or-ed */
};

struct capability_band {
    bool present;
    struct capability_role roles[WIPHY_ROLES_];
    uint16_t channels;            /* the radio has */
    uint16_t startable;           /* of these an access point may start on at once, in the country in force */
    uint16_t radar;               /* of these after radar detection only */
    uint16_t listen_only;         /* no-IR, and not radar */
    uint16_t disabled;            /* by the regulatory domain */
    uint16_t width_startable_mhz; /* widest block of startable channels that the AP role can use; 0 = none */
};

struct capability {
    uint32_t index;
    char name[WIPHY_NAME_SIZE];
    char country[3]; /* regulatory domain in force; "" = not known */
    bool self_managed;
    struct mimo_antennas antennas;
    bool roles[WIPHY_ROLES_]; /* interface types, on whatever band */
    bool ap_and_station;      /* at once, by an interface combination */
    bool ap_and_nan;
    uint16_t combination_channels; /* different channels at once with an AP among them; 0 = no combination told */
    bool radar_detection;          /* an AP can watch for radar: a combination says so, or the firmware does it */
    bool smps_static, smps_dynamic;
    struct capability_band bands[WIPHY_BANDS_];
};

/** Makes the record. `standard` is link.standard: modes newer than it do not count. */
void capability_of(const struct wiphy *wiphy, enum link_standard standard, struct capability *ret_capability);

/** Stable ids, as on the bus and in JSON: "mcs-map", "antennas", "antennas-configured", "standard", "unknown". */
const char *capability_limit_name(enum capability_limit limit);

/** One sentence for people. */
const char *capability_limit_text(enum capability_limit limit);

/** "HT", "VHT", "HE", "EHT". */
const char *capability_phy_name(enum capability_phy phy);

/** "AP", "station", "NAN". */
const char *capability_role_name(enum wiphy_role role);

#endif
