/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>

#include "platform/journal/journal.h"
#include "platform/loop/loop.h"
#include "tools/daemons/fascia-link/linkd.h"

#define STATIONS_PERIOD_US 2000000
#define STATIONS_KEYS_US   250000 /* while one is joining: hostapd tells of it before the kernel marks it authorised */
#define STATIONS_SOON_US   20000
#define SURVEY_AGE_US      5000000

/* Changes */

static void on_change(enum station_change change, const struct station *station, void *userdata)
{
    struct linkd *linkd = userdata;
    char mac[FASCIA_MAC_TEXT_SIZE];

    linkd->stations.changed = true;
    fascia_mac_format(&station->mac, mac);
    switch (change) {
    case STATION_JOINED:
        service_event(&linkd->service, FASCIA_EVENT_STATION_JOINED, "%s", mac);
        break;
    case STATION_AWAY:
        journal_log(FASCIA_SEVERITY_DEBUG, "%s is away", mac);
        break;
    case STATION_BACK:
        journal_log(FASCIA_SEVERITY_INFO, "%s is back (%u times so far)", mac, station->returns);
        break;
    case STATION_SHOWED_MORE:
        break;
    case STATION_LEFT:
        service_event(&linkd->service, FASCIA_EVENT_STATION_LEFT, "%s", mac);
        station_histories_left(&linkd->stations.histories, &station->mac, loop_now_us());
        break;
    case STATION_CHANGES_:
        break;
    }
}

/* On the bus: who is there and what it can do. Rates and counters differ at each look; who wants those asks. */
static void tell_changes(struct linkd *linkd)
{
    if (!linkd->stations.changed)
        return;
    linkd->stations.changed = false;
    linkd_stations_bus_changed(linkd);
}

static void arm_leave_timer(struct linkd_stations *stations)
{
    int64_t deadline_us = station_presence_deadline(&stations->presence);

    if (deadline_us < 0) {
        (void)loop_timer_disarm(stations->leave_timer);
        return;
    }
    int64_t delay_us = deadline_us - loop_now_us();
    (void)loop_timer_arm(stations->leave_timer, delay_us > 0 ? delay_us : 0);
}

static int on_leave_time(sd_event_source *source, uint64_t usec, void *userdata)
{
    struct linkd *linkd = userdata;
    (void)source;
    (void)usec;

    station_presence_tick(&linkd->stations.presence, loop_now_us());
    arm_leave_timer(&linkd->stations);
    tell_changes(linkd);
    return 0;
}

void linkd_station_gone(struct linkd *linkd, const struct fascia_mac *mac)
{
    struct linkd_stations *stations = &linkd->stations;
    const struct station *station = station_find(&stations->table, mac);

    if (!station || station->away)
        return;
    station_presence_gone(&stations->presence, mac, loop_now_us());
    arm_leave_timer(stations);
    tell_changes(linkd);
}

/* Looking */

/* The kernel was too busy, or its answer was cut short: that says nothing about who is there. */
static bool is_passing(int error)
{
    return error == -EAGAIN || error == -ETIMEDOUT || error == -EBADMSG || error == -ENOMEM || error == -ENOBUFS;
}

/* False when nothing could be learnt. */
static bool look(struct linkd *linkd)
{
    struct station_table *snapshot = &linkd->stations.snapshot;

    int r = linkd->nl && linkd->chosen ? nl80211_dump_stations(linkd->nl, linkd->choice.ifindex, snapshot) : -ENODEV;
    if (r == 0)
        return true;
    if (is_passing(r)) {
        journal_log(FASCIA_SEVERITY_DEBUG, "stations: %s", strerror(-r));
        return false;
    }
    snapshot->count = snapshot->left_out = 0; /* the interface is gone, or no access point any more */
    return true;
}

static void note_histories(struct linkd_stations *stations, int64_t now_us)
{
    for (size_t i = 0; i < stations->snapshot.count; i++) {
        const struct station *station = &stations->snapshot.list[i];
        if (station->authorised)
            (void)station_histories_add(&stations->histories, station, now_us);
    }
}

/*
 * The kernel's word on who is there, also while hostapd is not: a phone stays associated when hostapd merely hangs,
 * and is gone when it was killed.
 */
void linkd_stations_poll(struct linkd *linkd)
{
    struct linkd_stations *stations = &linkd->stations;

    if (!look(linkd)) {
        (void)loop_timer_arm(stations->timer, STATIONS_PERIOD_US);
        return;
    }
    int64_t now_us = loop_now_us();
    bool joining = station_presence_look(&stations->presence, &stations->snapshot, now_us);
    note_histories(stations, now_us);
    arm_leave_timer(stations);
    tell_changes(linkd);
    if (stations->snapshot.count > 0)
        (void)loop_timer_arm(stations->timer, joining ? STATIONS_KEYS_US : STATIONS_PERIOD_US);
}

static int on_time(sd_event_source *source, uint64_t usec, void *userdata)
{
    (void)source;
    (void)usec;
    linkd_stations_poll(userdata);
    return 0;
}

void linkd_stations_soon(struct linkd *linkd)
{
    (void)loop_timer_arm(linkd->stations.timer, STATIONS_SOON_US);
}

/* Made when somebody asks, and not for each of them. */
const struct survey *linkd_stations_survey(struct linkd *linkd)
{
    struct linkd_stations *stations = &linkd->stations;
    int64_t now_us = loop_now_us();

    if (stations->survey.count > 0 && now_us - stations->survey_us < SURVEY_AGE_US)
        return &stations->survey;
    stations->survey_us = now_us;
    if (!linkd->nl || !linkd->chosen || nl80211_dump_survey(linkd->nl, linkd->choice.ifindex, &stations->survey) < 0)
        stations->survey.count = stations->survey.left_out = 0;
    return &stations->survey;
}

int linkd_stations_open(struct linkd *linkd)
{
    struct linkd_stations *stations = &linkd->stations;

    station_presence_init(&stations->presence, &stations->table, linkd->service.config.link.leave_debounce_ms * 1000,
                          on_change, linkd);
    int r = loop_timer_new(linkd->service.loop, on_time, linkd, &stations->timer);
    if (r == 0)
        r = loop_timer_new(linkd->service.loop, on_leave_time, linkd, &stations->leave_timer);
    return r < 0 ? r : linkd_stations_bus_open(linkd);
}

void linkd_stations_close(struct linkd *linkd)
{
    linkd->stations.timer = loop_source_free(linkd->stations.timer);
    linkd->stations.leave_timer = loop_source_free(linkd->stations.leave_timer);
}
