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

#define WIPHY_NAME_SIZE    32
#define WIPHY_CHANNELS_MAX 64 /* per band; 6 GHz has 60 */
#define WIPHY_RADIOS_MAX   16

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
};

struct wiphy_channel {
    uint32_t frequency_mhz; /* centre of the 20 MHz channel */
    unsigned int flags;     /* enum wiphy_channel_flag, or-ed */
};

/* HE and EHT are described per band and interface type. */
enum wiphy_role { WIPHY_ROLE_AP, WIPHY_ROLE_STATION, WIPHY_ROLE_NAN, WIPHY_ROLES_ };

struct wiphy_he {
    bool he, eht; /* present */
    struct mimo_streams he_streams, eht_streams;
    uint8_t he_phy0;  /* first octet of the HE PHY capabilities: channel width set in bits 1-7 */
    uint8_t eht_phy0; /* first octet of the EHT PHY capabilities: bit 1 = 320 MHz in 6 GHz */
};

struct wiphy_band_caps {
    bool present;
    bool ht, vht;
    uint16_t ht_caps;  /* HT Capability Information */
    uint32_t vht_caps; /* VHT Capabilities Information */
    struct mimo_streams ht_streams, vht_streams;
    struct wiphy_he roles[WIPHY_ROLES_];
    size_t channel_count;
    struct wiphy_channel channels[WIPHY_CHANNELS_MAX]; /* in the kernel's order */
};

struct wiphy {
    uint32_t index;
    char name[WIPHY_NAME_SIZE]; /* for people only */
    bool ap, station, nan;      /* interface modes */
    bool self_managed;          /* the driver keeps its own regulatory domain and ignores ours */
    char country[3];            /* regulatory domain in force for it; "" = not known. Not in NEW_WIPHY: the door asks */
    struct mimo_antennas antennas;
    struct wiphy_band_caps bands[WIPHY_BANDS_];
    unsigned int left_out; /* channels that did not fit */
};

/** All radios of the machine. Large (some 50 kB): keep it on the heap or static. */
struct wiphy_table {
    size_t count;
    struct wiphy radios[WIPHY_RADIOS_MAX]; /* in order of arrival */
    unsigned int left_out;                 /* radios that did not fit */
};

/**
 * Merges the attributes of one NEW_WIPHY message (behind the generic netlink header) into the table. Unknown
 * attributes are skipped. Returns 0, or -EBADMSG when the bytes are truncated, contradict a layout, or name no
 * wiphy; the table is then as before.
 */
int wiphy_parse(struct wiphy_table *table, const void *attributes, size_t size);

/** By kernel index; NULL when absent. */
const struct wiphy *wiphy_find(const struct wiphy_table *table, uint32_t index);

/** Streams of the modes of a band for a role. */
struct mimo_modes wiphy_modes(const struct wiphy *wiphy, enum wiphy_band band, enum wiphy_role role);

/**
 * The widest channel that the modes of a role can be asked for, MHz. hostapd checks every mode that it enables, so all
 * that are present, and not newer than `standard`, must agree. 20 when nothing wider is told; 0 when the radio does not
 * have the band, and in 60 GHz. What the country permits is another question (channel_plan()).
 */
uint16_t wiphy_role_width(const struct wiphy *wiphy, enum wiphy_band band, enum wiphy_role role,
                          enum link_standard standard);

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

/** Reads the country out of a GET_REG answer: two characters ("00" = world). Returns 0 or -EBADMSG. */
int wiphy_parse_country(const void *attributes, size_t size, char ret_country[static 3]);

#endif
