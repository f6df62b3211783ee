/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/link/station_series.h"

void station_series_init(struct station_series *series)
{
    series->count = 0;
    series->stride = 1;
    series->open = 0;
    series->last_us = -1;
}

/* Merging; `a` is the older one. Weights are counts of looks, or microseconds. */

static int64_t mean(int64_t a, int64_t a_weight, int64_t b, int64_t b_weight)
{
    int64_t weight = a_weight + b_weight;
    return weight > 0 ? (a * a_weight + b * b_weight) / weight : b;
}

/* 0 = not known */
static uint32_t mean_rate(uint32_t a, unsigned int a_looks, uint32_t b, unsigned int b_looks)
{
    if (a == 0 || b == 0)
        return a ? a : b;
    return (uint32_t)mean(a, a_looks, b, b_looks);
}

static int8_t mean_signal(int8_t a, unsigned int a_looks, int8_t b, unsigned int b_looks)
{
    if (a == 0)
        return b;
    if (b == 0)
        return a;
    return (int8_t)mean(a, a_looks, b, b_looks);
}

static uint32_t mean_airtime(uint32_t a, int64_t a_us, uint32_t b, int64_t b_us)
{
    if (a == STATION_AIRTIME_UNKNOWN || b == STATION_AIRTIME_UNKNOWN)
        return a == STATION_AIRTIME_UNKNOWN ? b : a;
    return (uint32_t)mean(a, a_us, b, b_us);
}

static uint8_t larger(uint8_t a, uint8_t b)
{
    return a > b ? a : b;
}

static uint32_t sum(uint32_t a, uint32_t b)
{
    return a > UINT32_MAX - b ? UINT32_MAX : a + b;
}

struct stretch {
    int64_t since_us; /* its beginning: the end of the one before */
    unsigned int looks;
};

static void merge(struct station_sample *a, const struct stretch *stretch, const struct station_sample *b,
                  unsigned int b_looks)
{
    unsigned int a_looks = stretch->looks;

    *a = (struct station_sample){
        .time_us = b->time_us,
        .tx_rate_kbps = mean_rate(a->tx_rate_kbps, a_looks, b->tx_rate_kbps, b_looks),
        .rx_rate_kbps = mean_rate(a->rx_rate_kbps, a_looks, b->rx_rate_kbps, b_looks),
        .tx_nss = larger(a->tx_nss, b->tx_nss),
        .rx_nss = larger(a->rx_nss, b->rx_nss),
        .signal_dbm = mean_signal(a->signal_dbm, a_looks, b->signal_dbm, b_looks),
        .retries = sum(a->retries, b->retries),
        .airtime_permille = mean_airtime(a->airtime_permille, a->time_us - stretch->since_us, b->airtime_permille,
                                         b->time_us - a->time_us),
    };
}

/* Neighbours become one; the number of samples is even. */
static void coarsen(struct station_series *series)
{
    struct station_sample *samples = series->samples;
    int64_t since_us = series->first_us;
    size_t count = 0;

    for (size_t i = 0; i + 1 < series->count; i += 2) {
        struct station_sample joined = samples[i];
        merge(&joined, &(struct stretch){.since_us = since_us, .looks = series->stride}, &samples[i + 1],
              series->stride);
        since_us = joined.time_us;
        samples[count++] = joined;
    }
    series->count = count;
    series->stride *= 2;
}

static void append(struct station_series *series, const struct station_sample *sample)
{
    _Static_assert(STATION_SERIES_SAMPLES % 2 == 0, "samples are merged in pairs");

    if (series->count > 0 && series->open < series->stride) {
        size_t last = series->count - 1;
        int64_t since_us = last > 0 ? series->samples[last - 1].time_us : series->first_us;
        merge(&series->samples[last], &(struct stretch){.since_us = since_us, .looks = series->open}, sample, 1);
        series->open++;
        return;
    }
    if (series->count == STATION_SERIES_SAMPLES)
        coarsen(series);
    series->samples[series->count++] = *sample;
    series->open = 1;
}

/* By what a counter grew; after a new association it began at 0. */
static uint64_t grown(uint64_t before, uint64_t now, bool anew)
{
    return anew || now < before ? now : now - before;
}

static uint32_t airtime_permille(const struct station_series *series, uint64_t airtime_us, bool anew, int64_t now_us)
{
    uint64_t since_us = (uint64_t)(now_us - series->last_us);
    uint64_t used_us = grown(series->last_airtime_us, airtime_us, anew);

    if (used_us >= since_us)
        return 1000;
    return (uint32_t)(used_us * 1000 / since_us);
}

bool station_series_add(struct station_series *series, const struct station *station, int64_t now_us)
{
    bool first = series->last_us < 0, anew = !first && station->connected_s < series->last_connected_s;
    bool has_airtime = station->has_tx_airtime || station->has_rx_airtime;
    uint64_t airtime_us = station->tx_airtime_us + station->rx_airtime_us;
    struct station_sample sample = {.time_us = now_us,
                                    .tx_rate_kbps = station->tx.rate_kbps,
                                    .rx_rate_kbps = station->rx.rate_kbps,
                                    .tx_nss = station->tx.nss,
                                    .rx_nss = station->rx.nss,
                                    .airtime_permille = STATION_AIRTIME_UNKNOWN};

    if (!first && now_us - series->last_us < STATION_SAMPLE_US)
        return false;
    if (station->has_signal)
        sample.signal_dbm = station->signal_dbm;
    if (!first)
        sample.retries = (uint32_t)grown(series->last_retries, station->retries, anew);
    if (!first && has_airtime && series->had_airtime)
        sample.airtime_permille = airtime_permille(series, airtime_us, anew, now_us);
    if (first)
        series->first_us = now_us;
    series->last_us = now_us;
    series->last_connected_s = station->connected_s;
    series->last_retries = station->retries;
    series->last_airtime_us = airtime_us;
    series->had_airtime = has_airtime;
    append(series, &sample);
    return true;
}

static struct station_history *find(struct station_histories *histories, const struct fascia_mac *mac)
{
    for (size_t i = 0; i < STATION_HISTORIES; i++) {
        struct station_history *it = &histories->list[i];
        if (it->used && fascia_mac_equal(&it->mac, mac))
            return it;
    }
    return NULL;
}

/* A free place, else that of the phone that left first; NULL while all are there. */
static struct station_history *place(struct station_histories *histories)
{
    struct station_history *oldest = NULL;

    for (size_t i = 0; i < STATION_HISTORIES; i++) {
        struct station_history *it = &histories->list[i];
        if (!it->used)
            return it;
        if (it->left && (!oldest || it->left_us < oldest->left_us))
            oldest = it;
    }
    return oldest;
}

bool station_histories_add(struct station_histories *histories, const struct station *station, int64_t now_us)
{
    struct station_history *history = find(histories, &station->mac);

    if (!history) {
        history = place(histories);
        if (!history)
            return false;
        history->used = true;
        history->mac = station->mac;
        station_series_init(&history->series);
    }
    history->left = false;
    return station_series_add(&history->series, station, now_us);
}

void station_histories_left(struct station_histories *histories, const struct fascia_mac *mac, int64_t now_us)
{
    struct station_history *history = find(histories, mac);

    if (!history)
        return;
    history->left = true;
    history->left_us = now_us;
}

const struct station_history *station_histories_find(const struct station_histories *histories,
                                                     const struct fascia_mac *mac)
{
    for (size_t i = 0; i < STATION_HISTORIES; i++) {
        const struct station_history *it = &histories->list[i];
        if (it->used && fascia_mac_equal(&it->mac, mac))
            return it;
    }
    return NULL;
}
