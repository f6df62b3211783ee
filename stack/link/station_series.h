/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_LINK_STATION_SERIES_H
#define FASCIA_STACK_LINK_STATION_SERIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stack/link/station.h"

/*
 * How well a phone was connected over time, in bounded memory. A series holds at most STATION_SERIES_SAMPLES samples;
 * when it is full, neighbours are merged two by two and from then on each sample stands for twice as many looks. So a
 * session of any length is drawn from its beginning, the longer the coarser, at no less than half of the samples.
 *
 * What a merged sample says of its stretch of time:
 *   time               its end
 *   rates, signal      the mean of what was known
 *   streams            the maximum: an idle link shows one stream, whatever it can do
 *   retries            the sum
 *   airtime            the mean, weighted by time
 *
 * Histories are kept for the last STATION_HISTORIES phones, also when they have left: a report after the ride still
 * shows them. A phone that comes again goes on where it was. When all places are taken the phone that left first gives
 * its place; while all of them are there, further phones have no history. Phones that change their address are new
 * ones.
 */

#define STATION_SERIES_SAMPLES  128
#define STATION_HISTORIES       16
#define STATION_SAMPLE_US       1000000 /* looks that follow sooner are passed over: shares of so short a time say little */
#define STATION_AIRTIME_UNKNOWN UINT32_MAX /* not offered by the driver */

struct station_sample {
    int64_t time_us;                     /* CLOCK_MONOTONIC */
    uint32_t tx_rate_kbps, rx_rate_kbps; /* 0 = not known */
    uint8_t tx_nss, rx_nss;              /* 0 = not known */
    int8_t signal_dbm;                   /* 0 = not known */
    uint32_t retries;                    /* since the sample before; 0 in the first */
    uint32_t airtime_permille;           /* both directions, since the sample before */
};

struct station_series {
    size_t count;
    struct station_sample samples[STATION_SERIES_SAMPLES]; /* oldest first; the last may be in the making */
    unsigned int stride;                                   /* looks per sample: 1, 2, 4 … */
    unsigned int open;                                     /* looks in the last sample; == stride: it is complete */

    int64_t first_us;
    int64_t last_us; /* of the last look; -1 = none yet */
    uint32_t last_connected_s, last_retries;
    uint64_t last_airtime_us;
    bool had_airtime;
};

void station_series_init(struct station_series *series);

/** Adds what a look showed. Counters that went back, or all when the time since
 * association did, are those of a new association. False when passed over. */
bool station_series_add(struct station_series *series, const struct station *station, int64_t now_us);

struct station_history {
    struct fascia_mac mac;
    bool used;
    bool left;
    int64_t left_us; /* when it left */
    struct station_series series;
};

struct station_histories {
    struct station_history list[STATION_HISTORIES];
};

/** Adds to the phone's history, beginning one when it has none. False when there is no place, or it was passed over. */
bool station_histories_add(struct station_histories *histories, const struct station *station, int64_t now_us);

/** The phone has left: its history stays until the place is needed. */
void station_histories_left(struct station_histories *histories, const struct fascia_mac *mac, int64_t now_us);

/** NULL when nothing is known of that phone. */
const struct station_history *station_histories_find(const struct station_histories *histories,
                                                     const struct fascia_mac *mac);

#endif
