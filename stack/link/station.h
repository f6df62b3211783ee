/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_LINK_STATION_H
#define FASCIA_STACK_LINK_STATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stack/base/text.h"

/*
 * What was negotiated with a phone, from NL80211_CMD_NEW_STATION. A rate is that of the last frames: a 2x2 link
 * shows one stream while it is idle or far away, so the maxima over time are kept.
 */

enum station_standard { /* ordered: later is newer */
                        STATION_STANDARD_UNKNOWN,
                        STATION_STANDARD_LEGACY, /* a rate without an MCS index: 802.11a/b/g */
                        STATION_STANDARD_HT,
                        STATION_STANDARD_VHT,
                        STATION_STANDARD_HE,
                        STATION_STANDARD_EHT,
                        STATION_STANDARD_UHR,
                        STATION_STANDARDS_
};

/** "802.11n" …; "legacy", "" for unknown. */
const char *station_standard_name(enum station_standard standard);

/** One direction of the link, seen from the access point. */
struct station_rate {
    uint32_t rate_kbps; /* 0 = not reported */
    uint8_t nss;        /* 0 = unknown; legacy rates have none */
    uint16_t width_mhz; /* 0 = unknown */
    enum station_standard standard;
};

struct station {
    struct fascia_mac mac;
    bool authorised; /* keys are installed; true when the driver reports no flags */
    struct station_rate tx, rx;
    bool has_signal;
    int8_t signal_dbm;
    uint8_t tx_nss_max, rx_nss_max;     /* maxima since it joined */
    enum station_standard standard_max; /* the newest seen */
};

/**
 * Parses the attributes of one NEW_STATION message (behind the generic netlink header) as a snapshot, maxima being
 * those of this message. Unknown attributes are skipped. Returns 0, or -EBADMSG when truncated, malformed or
 * without a MAC address; *ret_station is then untouched.
 */
int station_parse(const void *attributes, size_t size, struct station *ret_station);

#define STATIONS_MAX 64

struct station_table {
    size_t count;
    struct station list[STATIONS_MAX];
    unsigned int left_out; /* stations that did not fit */
};

struct station *station_find(struct station_table *table, const struct fascia_mac *mac);

/** Adds or updates a station with a newer snapshot, keeping its maxima. True when it is new and did fit. */
bool station_update(struct station_table *table, const struct station *snapshot);

/** Removes a station; true when it was there. */
bool station_remove(struct station_table *table, const struct fascia_mac *mac);

#endif
