/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/link/station_presence.h"

static void tell(const struct station_presence *presence, enum station_change change, const struct station *station)
{
    if (presence->fn)
        presence->fn(change, station, presence->userdata);
}

void station_presence_init(struct station_presence *presence, struct station_table *table, int64_t debounce_us,
                           station_presence_fn fn, void *userdata)
{
    presence->table = table;
    presence->debounce_us = debounce_us > 0 ? debounce_us : 0;
    presence->fn = fn;
    presence->userdata = userdata;
    presence->table->count = 0;
    presence->table->left_out = 0;
}

/* The row is taken by the last one of the table. */
static void leave(struct station_presence *presence, const struct station *station)
{
    struct station last = *station;

    (void)station_remove(presence->table, &last.mac);
    tell(presence, STATION_LEFT, &last);
}

/* The one that is away for longest, which is the one whose time is over first; NULL = nobody is. */
static struct station *first_away(struct station_table *table)
{
    struct station *first = NULL;

    for (size_t i = 0; i < table->count; i++) {
        struct station *it = &table->list[i];
        if (it->away && (!first || it->away_until_us < first->away_until_us))
            first = it;
    }
    return first;
}

static void join(struct station_presence *presence, const struct station *snapshot)
{
    struct station_table *table = presence->table;

    if (table->count == STATIONS_MAX) {
        const struct station *away = first_away(table);
        if (away)
            leave(presence, away);
    }
    if (station_update(table, snapshot))
        tell(presence, STATION_JOINED, &table->list[table->count - 1]);
}

static void see(struct station_presence *presence, const struct station *snapshot)
{
    struct station *station = station_find(presence->table, &snapshot->mac);

    if (!station) {
        join(presence, snapshot);
        return;
    }
    /* The kernel counts the time since association: a smaller one is a new association that nobody told us of. */
    bool back = station->away || snapshot->connected_s < station->connected_s;
    const struct station before = *station;
    station->away = false;
    station->returns += back ? 1 : 0;
    (void)station_update(presence->table, snapshot);
    if (back)
        tell(presence, STATION_BACK, station);
    else if (station->tx_nss_max != before.tx_nss_max || station->rx_nss_max != before.rx_nss_max ||
             station->standard_max != before.standard_max)
        tell(presence, STATION_SHOWED_MORE, station);
}

void station_presence_seen(struct station_presence *presence, const struct station *snapshot, int64_t now_us)
{
    station_presence_tick(presence, now_us);
    see(presence, snapshot);
}

/* True when the row is free again, so that another one may be in its place. */
static bool go(struct station_presence *presence, struct station *station, int64_t now_us)
{
    if (station->away)
        return false;
    if (presence->debounce_us == 0) {
        leave(presence, station);
        return true;
    }
    station->away = true;
    station->away_until_us = now_us + presence->debounce_us;
    tell(presence, STATION_AWAY, station);
    return false;
}

void station_presence_gone(struct station_presence *presence, const struct fascia_mac *mac, int64_t now_us)
{
    struct station *station = station_find(presence->table, mac);

    if (station)
        (void)go(presence, station, now_us);
}

static const struct station *find(const struct station_table *snapshot, const struct fascia_mac *mac)
{
    for (size_t i = 0; i < snapshot->count; i++) {
        if (fascia_mac_equal(&snapshot->list[i].mac, mac))
            return &snapshot->list[i];
    }
    return NULL;
}

bool station_presence_look(struct station_presence *presence, const struct station_table *snapshot, int64_t now_us)
{
    struct station_table *table = presence->table;
    bool joining = false;

    station_presence_tick(presence, now_us);
    for (size_t i = 0; i < table->count;) {
        const struct station *now = find(snapshot, &table->list[i].mac);
        bool there = now && now->authorised;
        if (there || !go(presence, &table->list[i], now_us))
            i++;
    }
    table->left_out = snapshot->left_out;
    for (size_t i = 0; i < snapshot->count; i++) {
        joining |= !snapshot->list[i].authorised;
        if (snapshot->list[i].authorised)
            see(presence, &snapshot->list[i]);
    }
    return joining;
}

void station_presence_tick(struct station_presence *presence, int64_t now_us)
{
    for (const struct station *away = first_away(presence->table); away && away->away_until_us <= now_us;
         away = first_away(presence->table))
        leave(presence, away);
}

int64_t station_presence_deadline(const struct station_presence *presence)
{
    int64_t deadline = -1;

    for (size_t i = 0; i < presence->table->count; i++) {
        const struct station *it = &presence->table->list[i];
        if (it->away && (deadline < 0 || it->away_until_us < deadline))
            deadline = it->away_until_us;
    }
    return deadline;
}
