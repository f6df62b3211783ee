/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any order of sightings, losses and looks, at any distance in time: the table stays consistent, everybody who joined
 * leaves in the end, and a history keeps its bounds. Four octets an event: what, who, and how much later (u16, ms).
 */
#include <stdlib.h>
#include <string.h>

#include "stack/base/bytes.h"
#include "stack/link/station_presence.h"
#include "stack/link/station_series.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct station_presence presence;
static struct station_histories histories;
static struct station_table table, list;
static size_t there;

static void on_change(enum station_change change, const struct station *station, void *userdata)
{
    const int64_t *now_us = userdata;

    if (change == STATION_JOINED)
        there++;
    if (change == STATION_LEFT)
        station_histories_left(&histories, &station->mac, *now_us);
    if (change == STATION_LEFT && there-- == 0)
        abort();
    if ((change == STATION_AWAY) != (station->away && change != STATION_LEFT))
        abort();
}

static void check(int64_t now_us)
{
    if (table.count != there || table.count > STATIONS_MAX)
        abort();
    if (table.count > 0 && station_find(&table, &table.list[table.count - 1].mac) != &table.list[table.count - 1])
        abort(); /* the last one is twice in it */
    int64_t deadline = station_presence_deadline(&presence);
    if (deadline >= 0 && deadline > now_us + presence.debounce_us)
        abort();
    for (size_t i = 0; i < STATION_HISTORIES; i++) {
        if (histories.list[i].series.count > STATION_SERIES_SAMPLES)
            abort();
    }
}

static void feed(uint8_t what, uint8_t who, int64_t now_us)
{
    struct station it = {.mac = {{2, 0, 0, 0, what & 1, who}},
                         .authorised = what & 2,
                         .retries = (uint32_t)what * who,
                         .connected_s = what >> 4,
                         .has_tx_airtime = what & 4,
                         .tx_airtime_us = (uint64_t)who * 10000};

    switch (what >> 2 & 3) {
    case 0:
        station_presence_seen(&presence, &it, now_us);
        (void)station_histories_add(&histories, &it, now_us);
        break;
    case 1:
        station_presence_gone(&presence, &it.mac, now_us);
        break;
    case 2: /* the next look's list */
        (void)station_update(&list, &it);
        break;
    default:
        (void)station_presence_look(&presence, &list, now_us);
        list.count = list.left_out = 0;
        break;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fascia_reader r;
    int64_t now_us = 0;

    memset(&histories, 0, sizeof histories);
    list.count = there = 0;
    list.left_out = 0;
    fascia_reader_init(&r, data, size);
    station_presence_init(&presence, &table, (int64_t)fascia_read_u8(&r) * 100000, on_change, &now_us);
    while (fascia_reader_left(&r) >= 4) {
        uint8_t what = fascia_read_u8(&r), who = fascia_read_u8(&r);
        now_us += (int64_t)fascia_read_le16(&r) * 1000;
        feed(what, who, now_us);
        check(now_us);
    }
    list.count = 0;
    (void)station_presence_look(&presence, &list, now_us);
    station_presence_tick(&presence, now_us + presence.debounce_us);
    if (table.count != 0 || there != 0)
        abort();
    return 0;
}
