/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_LINK_LINK_CONFIG_H
#define FASCIA_STACK_LINK_LINK_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stack/base/text.h"

/* The `link:` section of fascia.yaml, validated. Defaults and ranges: platform/config/schema_link.c. */

enum link_band { LINK_BAND_2GHZ, LINK_BAND_5GHZ, LINK_BAND_6GHZ, LINK_BANDS_ };

enum link_security {
    LINK_SECURITY_WPA3_SAE,        /* SAE only, PMF required */
    LINK_SECURITY_WPA3_TRANSITION, /* SAE and WPA2-PSK, PMF optional */
    LINK_SECURITY_WPA2_PSK,
    LINK_SECURITIES_
};

enum link_manage { LINK_MANAGE_SPAWN, LINK_MANAGE_ADOPT, LINK_MANAGES_ };

/** The newest amendment that is switched on. */
enum link_standard {
    LINK_STANDARD_NEWEST, /* whatever the radio has */
    LINK_STANDARD_N,      /* HT */
    LINK_STANDARD_AC,     /* VHT */
    LINK_STANDARD_AX,     /* HE */
    LINK_STANDARD_BE,     /* EHT */
    LINK_STANDARDS_
};

#define LINK_CHANNEL_AUTO        0
#define LINK_CHANNELS_MAX        32
#define LINK_VENDOR_ELEMENTS_MAX 4
#define LINK_VENDOR_ELEMENT_SIZE (2 * 257 + 1) /* hexadecimal digits of a whole element: id, length, 255 octets */
#define LINK_ELEMENT_TEXT_SIZE   65

/** IEEE 802.11-2020, 9.4.2.91 (Interworking element). Which values a phone wants is not publicly known. */
struct link_interworking {
    bool enabled;
    int64_t access_network_type; /* 0..15 */
    bool internet, asra, esr, uesa;
    int64_t venue_group, venue_type; /* 0..255 */
};

/**
 * The vendor-specific element by which an accessory names itself (docs/provenance.md has the sources of each part).
 * What is left out is not sent.
 */
struct link_accessory_element {
    bool enabled;
    int64_t flags; /* 0..65535; -1 = not sent: the meaning of the bits is contested, so they are never guessed */
    char name[LINK_ELEMENT_TEXT_SIZE], manufacturer[LINK_ELEMENT_TEXT_SIZE], model[LINK_ELEMENT_TEXT_SIZE];
    char oui[9];                              /* "aa:bb:cc" */
    char bluetooth_mac[FASCIA_MAC_TEXT_SIZE]; /* "" = not sent */
    char device_id[FASCIA_MAC_TEXT_SIZE];     /* "" = not sent */
};

struct link_config {
    bool enabled;
    char ssid[33];   /* 1..32 octets */
    char country[3]; /* ISO 3166-1 alpha-2, "00" is refused */
    enum link_band band;
    enum link_band
        other_bands[LINK_BANDS_]; /* in order, tried where no radio can start on `band`; channel is automatic */
    size_t other_bands_count;
    int64_t channel;                     /* primary 20 MHz channel number of `band`; LINK_CHANNEL_AUTO */
    int64_t channels[LINK_CHANNELS_MAX]; /* automatic choice only among these; none = all that are allowed */
    size_t channels_count;
    bool dfs;          /* channels that need radar detection may be used, after the availability check (60 s or more) */
    int64_t width_mhz; /* 20, 40, 80, 160; the radio and the country may allow less */
    enum link_standard standard;
    enum link_security security;
    char passphrase_file[256]; /* "" = random per boot */
    int64_t max_stations;
    int64_t min_streams;       /* a radio with fewer tx streams is chosen last, and reported */
    bool isolate;              /* phones do not see each other */
    bool bss_transition;       /* 802.11v, for the method RequestTransition */
    int64_t leave_debounce_ms; /* a phone that is back within this time has not left; 0 = off */
    struct link_interworking interworking;
    struct link_accessory_element accessory;
    char vendor_elements[LINK_VENDOR_ELEMENTS_MAX][LINK_VENDOR_ELEMENT_SIZE]; /* whole elements "dd…", hexadecimal */
    size_t vendor_elements_count;
    struct {
        enum link_manage manage;
        char program[256];
        char control[256]; /* global control socket of an adopted hostapd; "" = in runtime_dir */
    } hostapd;
};

#endif
