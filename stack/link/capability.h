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
    CAPABILITY_LIMIT_CONFIGURED, /* chains are switched off (`iw phy … set antenna`); also when the maps shrank along */
    CAPABILITY_LIMIT_STANDARD,   /* with the modes that link.standard leaves out it would be more */
    CAPABILITY_LIMITS_
};

struct capability_mode {
    bool present;                /* the driver has it and link.standard permits it */
    struct mimo_streams streams; /* of its MCS map, up to 80 MHz */
    struct mimo_streams streams_160,
        streams_320;       /* at these widths; 0 = the mode does not have them, or does not say */
    int8_t mcs_tx, mcs_rx; /* highest MCS index at `streams` (HT: 0-7 per stream); -1 = not known */
    uint16_t width_mhz;    /* widest; 0 = absent */
};

/** One interface type on one band. */
struct capability_role {
    bool supported; /* the radio has the interface type and the band for it */
    struct capability_mode modes[CAPABILITY_PHYS_];
    enum station_standard standard; /* the newest mode present */
    uint16_t width_mhz;             /* what hostapd could be asked for: the widest that all modes present can do */
    struct mimo_streams effective;  /* antennas, maps and configuration together, up to 80 MHz; 0 = unknown */
    struct mimo_streams effective_widest; /* at width_mhz: some chips pay for a wide channel with streams */
    struct mimo_antennas antennas;        /* the chains that serve it; 0 = not told */
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
    uint16_t indoor_only;         /* of all but the disabled ones: for use inside buildings, which a vehicle is not */
    uint16_t radar_free;          /* of `radar`: checked already, an AP may start at once */
    uint16_t radar_seen;          /* of `radar`: closed for now, because radar was seen */
    uint16_t width_startable_mhz; /* widest block of startable channels that the AP role can use; 0 = none */
};

struct capability {
    uint32_t index;
    char name[WIPHY_NAME_SIZE];
    char country[3]; /* regulatory domain in force; "" = not known */
    enum wiphy_dfs_region dfs_region;
    bool self_managed;
    struct mimo_antennas antennas; /* of the whole wiphy */
    bool roles[WIPHY_ROLES_];      /* interface types, on whatever band */
    bool ap_and_station;           /* at once, by an interface combination */
    bool ap_and_nan; /* together with a NAN data interface, where the radio has these: it carries the traffic */
    uint16_t combination_channels; /* different channels at once with an AP among them; 0 = no combination told */
    bool radar_detection;          /* an AP can watch for radar: a combination says so, or the firmware does it */
    uint16_t radar_width_mhz; /* the widest channel on which it can; 0 = none. The firmware's widths are not told */
    bool smps_static, smps_dynamic; /* SM power save: an AP can do it, or an HT capability announces it */
    struct capability_band bands[WIPHY_BANDS_];
};

/**
 * Makes the record. `standard` is link.standard: modes newer than it do not count.
 *
 * Effective streams of a direction are the smallest over the modes present (a phone of any generation gets them),
 * never more than the chains that are switched on. A mode or mask that says nothing does not bound.
 */
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
