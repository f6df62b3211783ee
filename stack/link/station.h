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
    bool has_mcs;
    uint8_t mcs;        /* HT: the index over all streams, 0-76; newer: per stream */
    uint16_t width_mhz; /* 0 = unknown */
    uint16_t gi_ns;     /* guard interval: 400, 800, 1600, 3200; 0 = unknown, legacy rates do not tell it */
    enum station_standard standard;
};

struct station {
    struct fascia_mac mac;
    bool authorised; /* keys are installed; true when the driver reports no flags */
    bool has_signal;
    int8_t signal_dbm;
    uint8_t chains; /* receiving chains that told a signal; 0 = not reported */
    uint8_t links;  /* of a multi-link station; 0 = it is none */
    struct station_rate tx, rx;

    /* Counters of this association; 0 also when not reported. */
    uint32_t tx_packets, rx_packets;
    uint32_t retries, failed; /* of frames to the station */
    uint32_t connected_s;
    uint32_t beacon_loss;              /* beacons that a client missed; an access point reports none */
    uint32_t expected_throughput_kbps; /* the rate control's estimate */
    bool has_tx_airtime, has_rx_airtime;
    uint64_t tx_airtime_us, rx_airtime_us;

    /* Since it joined, over all snapshots: station_update() */
    uint8_t tx_nss_max, rx_nss_max;
    enum station_standard standard_max; /* the newest seen */

    /* station_presence.h; nothing in a snapshot */
    bool away;
    int64_t away_until_us; /* CLOCK_MONOTONIC; while away */
    uint32_t returns;      /* times it was back before it counted as left */
};

/**
 * Parses the attributes of one NEW_STATION message (behind the generic netlink header) as a snapshot, maxima being
 * those of this message. Of a multi-link station (NL80211_ATTR_MLO_LINKS) the kernel tells rates and signal per link:
 * the fastest link's rates, the strongest signal and the sum of airtime stand for the whole. Unknown attributes are
 * skipped. Returns 0, or -EBADMSG when truncated, malformed or without a MAC address; *ret_station is then untouched.
 */
int station_parse(const void *attributes, size_t size, struct station *ret_station);

#define STATIONS_MAX 256

/** Large (some 40 kB): keep it on the heap or static. */
struct station_table {
    size_t count;
    struct station list[STATIONS_MAX];
    unsigned int left_out; /* stations that did not fit */
};

struct station *station_find(struct station_table *table, const struct fascia_mac *mac);

/** Adds or updates a station with a newer snapshot, keeping its maxima and its presence. True when it is new and did
 * fit. */
bool station_update(struct station_table *table, const struct station *snapshot);

/** Removes a station; true when it was there. */
bool station_remove(struct station_table *table, const struct fascia_mac *mac);

#endif
