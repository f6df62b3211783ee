/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_LINK_LINK_CONFIG_H
#define FASCIA_STACK_LINK_LINK_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

/* The `link:` section of fascia.yaml, validated. Defaults and ranges: platform/config/schema.c. */

enum link_band { LINK_BAND_2GHZ, LINK_BAND_5GHZ, LINK_BAND_6GHZ, LINK_BANDS_ };

enum link_security {
    LINK_SECURITY_WPA3_SAE,        /* SAE only, PMF required */
    LINK_SECURITY_WPA3_TRANSITION, /* SAE and WPA2-PSK, PMF optional */
    LINK_SECURITY_WPA2_PSK,
    LINK_SECURITIES_
};

enum link_manage { LINK_MANAGE_SPAWN, LINK_MANAGE_ADOPT, LINK_MANAGES_ };

struct link_config {
    bool enabled;
    char ssid[33];   /* 1..32 octets */
    char country[3]; /* ISO 3166-1 alpha-2, "00" is refused */
    enum link_band band;
    int64_t channel;   /* primary 20 MHz channel number of that band */
    int64_t width_mhz; /* 20, 40, 80, 160 */
    enum link_security security;
    char passphrase_file[256]; /* "" = random per boot */
    int64_t max_stations;
    int64_t min_streams; /* a radio with fewer tx streams is chosen last, and reported */
    struct {
        enum link_manage manage;
        char program[256];
        char control[256]; /* global control socket of an adopted hostapd; "" = in runtime_dir */
    } hostapd;
};

#endif
