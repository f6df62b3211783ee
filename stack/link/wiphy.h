/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_LINK_WIPHY_H
#define FASCIA_STACK_LINK_WIPHY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stack/link/link_config.h"
#include "stack/link/mimo.h"

/*
 * What a radio can do, as nl80211 describes it (include/uapi/linux/nl80211.h: NL80211_CMD_NEW_WIPHY). The kernel
 * splits the description of one radio over many messages, even that of one band; wiphy_parse() merges them.
 */

#define WIPHY_NAME_SIZE        32
#define WIPHY_CHANNELS_MAX     64 /* per band; 6 GHz has 60 */
#define WIPHY_RADIOS_MAX       16
#define WIPHY_COMBINATIONS_MAX 16
#define WIPHY_LIMITS_MAX       8 /* of one combination */
#define WIPHY_PARTS_MAX        8

enum wiphy_band { /* the kernel's band numbers; others are skipped */
                  WIPHY_BAND_2GHZ = 0,
                  WIPHY_BAND_5GHZ = 1,
                  WIPHY_BAND_60GHZ = 2,
                  WIPHY_BAND_6GHZ = 3,
                  WIPHY_BANDS_
};

enum wiphy_channel_flag {
    WIPHY_CHANNEL_DISABLED = 1 << 0,
    WIPHY_CHANNEL_NO_IR = 1 << 1, /* no initiating radiation: a client may listen, an AP may not start */
    WIPHY_CHANNEL_RADAR = 1 << 2, /* radar detection (DFS) is mandatory */
    WIPHY_CHANNEL_NO_HT40_MINUS = 1 << 3,
    WIPHY_CHANNEL_NO_HT40_PLUS = 1 << 4,
    WIPHY_CHANNEL_NO_80 = 1 << 5,
    WIPHY_CHANNEL_NO_160 = 1 << 6,
    WIPHY_CHANNEL_NO_HE = 1 << 7,
    WIPHY_CHANNEL_NO_EHT = 1 << 8,
    WIPHY_CHANNEL_NO_320 = 1 << 9,
    WIPHY_CHANNEL_NO_20 = 1 << 10,
    WIPHY_CHANNEL_INDOOR_ONLY = 1 << 11, /* the country permits it inside buildings; a vehicle is not one */
    WIPHY_CHANNEL_VLP_AP = 1 << 12,      /* 6 GHz: an access point of very low power may start in spite of NO_IR */
};

/** What the kernel knows of radar on a channel that has WIPHY_CHANNEL_RADAR. */
enum wiphy_dfs_state {
    WIPHY_DFS_NOT_TOLD,
    WIPHY_DFS_USABLE,      /* after a channel availability check */
    WIPHY_DFS_UNAVAILABLE, /* radar was seen; closed for half an hour */
    WIPHY_DFS_AVAILABLE,   /* checked and free: an AP may start at once */
};

struct wiphy_channel {
    uint32_t frequency_mhz; /* centre of the 20 MHz channel */
    unsigned int flags;     /* enum wiphy_channel_flag, or-ed */
    uint32_t cac_ms;        /* duration of the channel availability check; 0 = not told */
    uint16_t dfs_state;     /* enum wiphy_dfs_state */
    int16_t power_dbm;      /* highest permitted; 0 = also when not told */
};

/* HE and EHT are described per band and interface type. */
enum wiphy_role { WIPHY_ROLE_AP, WIPHY_ROLE_STATION, WIPHY_ROLE_NAN, WIPHY_ROLES_ };

struct wiphy_he {
    bool he, eht;                                                  /* present */
    struct mimo_map he_maps[MIMO_WIDTHS_], eht_maps[MIMO_WIDTHS_]; /* MIMO_MAP_NONE for a width that it does not have */
    uint8_t he_phy0;  /* first octet of the HE PHY capabilities: channel width set in bits 1-7 */
    uint8_t eht_phy0; /* first octet of the EHT PHY capabilities: bit 1 = 320 MHz in 6 GHz */
};

struct wiphy_band_caps {
    bool present;
    bool ht, vht;
    uint16_t ht_caps;  /* HT Capability Information */
    uint32_t vht_caps; /* VHT Capabilities Information */
    struct mimo_map ht_map, vht_map;
    struct wiphy_he roles[WIPHY_ROLES_];
    size_t channel_count;
    struct wiphy_channel channels[WIPHY_CHANNELS_MAX]; /* in the kernel's order */
};

/** So many interfaces of these types together. */
struct wiphy_limit {
    uint32_t maximum;
    uint32_t types; /* bit n = type n of enum nl80211_iftype; a type above 31 is not kept */
};

/** Interfaces that may exist at once. A radio that tells no combination has one interface at a time. */
struct wiphy_combination {
    uint32_t maximum;      /* interfaces in all */
    uint32_t channels;     /* different channels at once */
    uint32_t radar_widths; /* bit n = width n of enum nl80211_chan_width at which radar can be watched for */
    size_t limit_count;
    struct wiphy_limit
        limits[WIPHY_LIMITS_MAX]; /* those that do not fit are left out: an ability less, never one more */
};

/** One of several radios behind one wiphy, with the chains that are its own. */
struct wiphy_part {
    uint32_t from_mhz, to_mhz;
    uint32_t antennas; /* 0 = not told */
};

/**
 * NL80211_ATTR_NAN_CAPABILITIES: what the NAN device does on every band. Without HT, which is mandatory, the block
 * tells no modes: it came before they did, and radios without NAN have it too.
 */
struct wiphy_nan {
    uint8_t antennas_tx, antennas_rx; /* 0 = not told */
    bool configurable_sync;           /* a cluster can be configured */
    bool userspace_discovery;         /* the discovery engine may be a program's */
    bool ampdu;                       /* A-MPDU factor and density are told; without them data paths are not offered */
    bool ht, vht, he;
    uint16_t ht_caps;
    uint32_t vht_caps;
    uint8_t he_phy0;
    struct mimo_map ht_map, vht_map, he_maps[MIMO_WIDTHS_];
};

/** Whose rules for radar detection are in force. */
enum wiphy_dfs_region { WIPHY_DFS_REGION_UNSET, WIPHY_DFS_REGION_FCC, WIPHY_DFS_REGION_ETSI, WIPHY_DFS_REGION_JP };

struct wiphy {
    uint32_t index;
    char name[WIPHY_NAME_SIZE];     /* for people only */
    bool ap, station, nan;          /* interface modes */
    bool nan_data;                  /* NAN data interfaces of their own (Linux 7.2), which carry the traffic */
    bool self_managed;              /* the driver keeps its own regulatory domain and ignores ours */
    bool dfs_offload;               /* the firmware watches for radar by itself */
    bool secure_nan;                /* keys for NAN: pairing, secured data paths */
    bool smps_static, smps_dynamic; /* SM power save that an access point can do */
    char country[3]; /* regulatory domain in force for it; "" = not known. Not in NEW_WIPHY: the door asks */
    enum wiphy_dfs_region dfs_region; /* of that domain; from the same door */
    uint32_t nan_bands;               /* bit n = enum wiphy_band; 0 = not told */
    struct mimo_antennas antennas;
    struct wiphy_nan nan_caps;
    size_t combination_count;
    struct wiphy_combination combinations[WIPHY_COMBINATIONS_MAX]; /* those that do not fit are left out */
    size_t part_count;
    struct wiphy_part parts[WIPHY_PARTS_MAX]; /* none: the wiphy is one radio */
    struct wiphy_band_caps bands[WIPHY_BANDS_];
    unsigned int left_out; /* channels that did not fit */
};

/** All radios of the machine. Large (some 120 kB): keep it on the heap or static. */
struct wiphy_table {
    size_t count;
    struct wiphy radios[WIPHY_RADIOS_MAX]; /* in order of arrival */
    unsigned int left_out;                 /* radios that did not fit */
};

/**
 * Merges the attributes of one NEW_WIPHY message (behind the generic netlink header) into the table, in whatever
 * order the messages come: what is told twice counts as told last. Unknown attributes are skipped, known ones may be
 * longer than this program knows them. Returns 0, or -EBADMSG when the bytes are truncated, contradict a layout, or
 * name no wiphy; the table is then as before.
 */
int wiphy_parse(struct wiphy_table *table, const void *attributes, size_t size);

/** By kernel index; NULL when absent. */
const struct wiphy *wiphy_find(const struct wiphy_table *table, uint32_t index);

/** The modes of a band as they count for a role. */
struct wiphy_phys {
    bool ht, vht, he, eht;
    uint16_t ht_caps;
    uint32_t vht_caps;
    uint8_t he_phy0, eht_phy0;
    struct mimo_map ht_map, vht_map, he_maps[MIMO_WIDTHS_], eht_maps[MIMO_WIDTHS_];
};

/**
 * Puts a role's modes together. HT and VHT belong to the band, HE and EHT to band and role; VHT does not exist in
 * 2.4 GHz, neither HT nor VHT in 6 GHz, whatever a driver tells. NAN without a set of its own has those of
 * NL80211_ATTR_NAN_CAPABILITIES.
 */
void wiphy_phys_of(const struct wiphy *wiphy, enum wiphy_band band, enum wiphy_role role, struct wiphy_phys *ret_phys);

/** Leaves out the modes that are newer than `standard`. */
void wiphy_phys_limit(struct wiphy_phys *phys, enum link_standard standard);

/** Streams of the modes (up to 80 MHz, which is where all maps are told). */
struct mimo_modes wiphy_phys_streams(const struct wiphy_phys *phys);

/** The same for a role of a band. */
struct mimo_modes wiphy_modes(const struct wiphy *wiphy, enum wiphy_band band, enum wiphy_role role);

/**
 * The chains that serve a band in a role: the masks of the wiphy, of which one radio among several, or the NAN device,
 * may have a part only.
 */
struct mimo_antennas wiphy_antennas(const struct wiphy *wiphy, enum wiphy_band band, enum wiphy_role role);

/** The widest channel of a single mode on a band, MHz; 0 when it is absent. */
uint16_t wiphy_ht_width(const struct wiphy_phys *phys, enum wiphy_band band);
uint16_t wiphy_vht_width(const struct wiphy_phys *phys, enum wiphy_band band);
uint16_t wiphy_he_width(const struct wiphy_phys *phys, enum wiphy_band band);
uint16_t wiphy_eht_width(const struct wiphy_phys *phys, enum wiphy_band band);

/**
 * The widest channel that the modes can be asked for, MHz. hostapd checks every mode that it enables, so all that are
 * present must agree. 20 when nothing wider is told; 0 in 60 GHz, and in 6 GHz without HE.
 */
uint16_t wiphy_phys_width(const struct wiphy_phys *phys, enum wiphy_band band);

/**
 * The same for a role, of modes not newer than `standard`; 0 also when the radio does not have the band. What the
 * country permits is another question (channel_plan()).
 */
uint16_t wiphy_role_width(const struct wiphy *wiphy, enum wiphy_band band, enum wiphy_role role,
                          enum link_standard standard);

/**
 * True when interfaces of all these types may exist at once, one of each. `types`: bit n = type n of enum
 * nl80211_iftype. The kernel's own rule: every limit that names a type counts it.
 */
bool wiphy_combination_permits(const struct wiphy_combination *combination, uint32_t types);

/**
 * True when an access point of that width (MHz) can watch for radar, so that a DFS channel can be used at all: a
 * combination with an AP says so, or the firmware does it.
 */
bool wiphy_radar_detection(const struct wiphy *wiphy, uint16_t width_mhz);

/** The channel of that frequency; NULL when the radio does not have it. */
const struct wiphy_channel *wiphy_channel(const struct wiphy *wiphy, enum wiphy_band band, uint32_t frequency_mhz);

/** "2.4GHz" …; "?" beyond. */
const char *wiphy_band_name(enum wiphy_band band);

/** The kernel's band for a configured one. */
enum wiphy_band wiphy_band_of(enum link_band band);

#define WIPHY_INTERFACE_NAME_SIZE 16 /* IFNAMSIZ */

/** A network interface of a radio (NEW_INTERFACE). */
struct wiphy_interface {
    uint32_t wiphy;
    uint32_t ifindex; /* 0: a device without network interface, for instance P2P device or NAN */
    uint32_t type;    /* enum nl80211_iftype */
    char name[WIPHY_INTERFACE_NAME_SIZE];
    uint8_t mac[6];
    uint32_t frequency_mhz; /* of the channel in use; 0 = none, or the driver does not say */
};

#define WIPHY_INTERFACES_MAX 32

struct wiphy_interfaces {
    size_t count;
    struct wiphy_interface list[WIPHY_INTERFACES_MAX];
    unsigned int left_out;
};

/** Adds the interface that one NEW_INTERFACE message describes. Returns 0 or -EBADMSG. */
int wiphy_parse_interface(struct wiphy_interfaces *interfaces, const void *attributes, size_t size);

/** A regulatory domain. */
struct wiphy_regulatory {
    char country[3]; /* "00" = world */
    enum wiphy_dfs_region dfs_region;
    bool self_managed; /* it is a driver's own, not the machine's */
};

/**
 * Reads a GET_REG answer. Returns 0, or -EBADMSG when it is malformed or without a country of two characters;
 * *ret_regulatory is then untouched.
 */
int wiphy_parse_regulatory(const void *attributes, size_t size, struct wiphy_regulatory *ret_regulatory);

/** "FCC", "ETSI", "JP"; "" when unset. */
const char *wiphy_dfs_region_name(enum wiphy_dfs_region region);

#endif
