/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_TOOLS_DAEMONS_FASCIA_LINK_STATIONS_H
#define FASCIA_TOOLS_DAEMONS_FASCIA_LINK_STATIONS_H

#include <systemd/sd-event.h>

#include "stack/link/station.h"

/* The phones at the access point: the kernel is asked for them, events and org.fascia.Link1 tell of them. */

struct linkd;

struct linkd_stations {
    sd_event_source *timer;
    struct station_table table;
};

/* stations.c */

int linkd_stations_open(struct linkd *linkd);
void linkd_stations_close(struct linkd *linkd);

/** Asks the kernel now. */
void linkd_stations_poll(struct linkd *linkd);

/** Asks in a moment; only arms a timer. */
void linkd_stations_soon(struct linkd *linkd);

/** hostapd says that one disconnected. */
void linkd_station_gone(struct linkd *linkd, const struct fascia_mac *mac);

/* stations_bus.c */

int linkd_stations_bus_open(struct linkd *linkd);
void linkd_stations_bus_changed(struct linkd *linkd);

#endif
