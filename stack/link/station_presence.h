/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_LINK_STATION_PRESENCE_H
#define FASCIA_STACK_LINK_STATION_PRESENCE_H

#include <stdint.h>

#include "stack/link/station.h"

/*
 * Who is there. A phone drops off and is back a second later all the time: it roams between bands, its user walks past,
 * the access point is begun anew. One that is back within the debounce time has not left: it stays in the table, marked
 * as away, keeps its maxima, and its `returns` count. Others build on that: the address service keeps a peer for as
 * long as its station is listed.
 *
 * Pure: time is CLOCK_MONOTONIC in microseconds and comes in; what happened goes out by a callback, which must not call
 * back into the machine. The table is bounded. In a full one a newcomer takes the place of whoever is away for longest;
 * when all are there it is left out and counted.
 */

enum station_change {
    STATION_JOINED,      /* was not in the table */
    STATION_AWAY,        /* gone, for now */
    STATION_BACK,        /* within the debounce time; or associated anew between two looks */
    STATION_SHOWED_MORE, /* there all the time: more streams or a newer standard than ever before */
    STATION_LEFT,        /* gone for good: no more in the table */
    STATION_CHANGES_
};

/** `station` is valid during the call; for STATION_LEFT as it was last. */
typedef void (*station_presence_fn)(enum station_change change, const struct station *station, void *userdata);

struct station_presence {
    int64_t debounce_us; /* 0: who is gone has left */
    station_presence_fn fn;
    void *userdata;
    struct station_table *table; /* everybody who has not left; left_out: of the last look */
};

/** Empties `table`, which is borrowed. `fn` may be NULL. */
void station_presence_init(struct station_presence *presence, struct station_table *table, int64_t debounce_us,
                           station_presence_fn fn, void *userdata);

/** A station is there. Whoever's time is over leaves first. */
void station_presence_seen(struct station_presence *presence, const struct station *snapshot, int64_t now_us);

/** A station is gone, for instance because hostapd says so; nothing when it is not in the table, or away already. */
void station_presence_gone(struct station_presence *presence, const struct fascia_mac *mac, int64_t now_us);

/**
 * One look at the kernel's complete list. Who is not in it, or has no keys (any more), is gone. Returns true when
 * somebody in the list has no keys yet: look again soon.
 */
bool station_presence_look(struct station_presence *presence, const struct station_table *snapshot, int64_t now_us);

/** Lets those leave whose time is over. */
void station_presence_tick(struct station_presence *presence, int64_t now_us);

/** When station_presence_tick() has something to do next; -1 = nobody is away. */
int64_t station_presence_deadline(const struct station_presence *presence);

#endif
