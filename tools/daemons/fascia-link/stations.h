/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_TOOLS_DAEMONS_FASCIA_LINK_STATIONS_H
#define FASCIA_TOOLS_DAEMONS_FASCIA_LINK_STATIONS_H

#include <systemd/sd-event.h>

#include "stack/link/station_presence.h"
#include "stack/link/station_series.h"
#include "stack/link/survey.h"

/* The phones at the access point: the kernel is asked for them, events and org.fascia.Link1 tell of them. */

struct linkd;

struct linkd_stations {
    sd_event_source *timer, *leave_timer;
    struct station_table table; /* who has not left, those away among them */
    struct station_presence presence;
    bool changed; /* and nobody was told yet */
    struct station_histories histories;
    struct station_table snapshot; /* of the kernel's, while it is looked at */
    struct survey survey;
    int64_t survey_us; /* when it was made */
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

/** The survey, some seconds old at most; empty when there is no radio or its driver has none. */
const struct survey *linkd_stations_survey(struct linkd *linkd);

/* stations_bus.c */

int linkd_stations_bus_open(struct linkd *linkd);
void linkd_stations_bus_changed(struct linkd *linkd);

#endif
