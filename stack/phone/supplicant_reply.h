/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_PHONE_SUPPLICANT_REPLY_H
#define FASCIA_STACK_PHONE_SUPPLICANT_REPLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stack/base/text.h"
#include "stack/phone/credentials.h"

/*
 * Replies of wpa_supplicant's control interface: lines of "key=value". Keys that are not known are passed over;
 * a known key twice, or with a value that cannot be, spoils the reply.
 */

#define PHONE_REPLY_SIZE 4096 /* largest reply taken, octets */

/* STATUS. What is not associated leaves most keys out. */
struct phone_status {
    char state[24]; /* "COMPLETED", "SCANNING", … */
    bool has_bssid;
    struct fascia_mac bssid;
    bool has_address;
    struct fascia_mac address; /* own MAC */
    uint8_t ssid[PHONE_SSID_MAX];
    size_t ssid_size;
    uint32_t freq_mhz;        /* 0 = not said */
    char key_mgmt[32];        /* "SAE", "WPA2-PSK", …; "" = not said */
    char pairwise_cipher[16]; /* "CCMP", …; "" = not said */
    uint32_t wifi_generation; /* 4..7; 0 = not said */
    uint32_t pmf;             /* 0 none, 1 capable, 2 required */
};

/* SIGNAL_POLL. */
struct phone_signal {
    int32_t rssi_dbm;
    uint32_t link_speed_mbps; /* transmit */
    uint32_t freq_mhz;
    uint32_t width_mhz;  /* 0 = not said */
    uint32_t center_mhz; /* CENTER_FRQ1; 0 = not said */
};

/** Parses a reply to STATUS. 0, -EMSGSIZE beyond PHONE_REPLY_SIZE, -EBADMSG for contradiction or no state. */
int phone_status_parse(const char *text, size_t size, struct phone_status *ret_status);

/** Parses a reply to SIGNAL_POLL. 0, -EMSGSIZE, -EBADMSG (also for "FAIL": not associated). */
int phone_signal_parse(const char *text, size_t size, struct phone_signal *ret_signal);

/**
 * Undoes wpa_supplicant's escaping of a network name (\" \\ \n \r \t \e \xHH).
 * Returns 0, -EINVAL for an unknown escape, -EMSGSIZE for more than 32 octets.
 */
int phone_ssid_decode(const char *text, size_t size, uint8_t to[static PHONE_SSID_MAX], size_t *ret_size);

#endif
