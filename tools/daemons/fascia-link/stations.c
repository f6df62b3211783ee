/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/loop/loop.h"
#include "tools/daemons/fascia-link/linkd.h"

#define STATIONS_PERIOD_US 2000000
#define STATIONS_KEYS_US   250000 /* while one is joining: hostapd tells of it before the kernel marks it authorised */
#define STATIONS_SOON_US   20000

static void joined(struct linkd *linkd, const struct station *station)
{
    char mac[FASCIA_MAC_TEXT_SIZE];
    service_event(&linkd->service, FASCIA_EVENT_STATION_JOINED, "%s", fascia_mac_format(&station->mac, mac));
}

static void left(struct linkd *linkd, const struct fascia_mac *mac)
{
    char text[FASCIA_MAC_TEXT_SIZE];
    service_event(&linkd->service, FASCIA_EVENT_STATION_LEFT, "%s", fascia_mac_format(mac, text));
}

/* Removes who is not (any more) an authorised station of the snapshot. */
static void drop_missing(struct linkd *linkd, struct station_table *snapshot)
{
    for (size_t i = 0; i < linkd->stations.table.count;) {
        struct fascia_mac mac = linkd->stations.table.list[i].mac;
        const struct station *now = station_find(snapshot, &mac);
        if (now && now->authorised) {
            i++;
            continue;
        }
        (void)station_remove(&linkd->stations.table, &mac);
        left(linkd, &mac);
    }
}

/*
 * The kernel's word on who is there, also while hostapd is not: a phone stays associated when hostapd merely hangs,
 * and is gone when it was killed.
 */
void linkd_stations_poll(struct linkd *linkd)
{
    struct station_table snapshot = {0};
    bool joining = false;

    if (linkd->nl && linkd->chosen && nl80211_dump_stations(linkd->nl, linkd->choice.ifindex, &snapshot) < 0)
        snapshot.count = 0; /* the interface is gone, or no access point any more */
    size_t before = linkd->stations.table.count;
    drop_missing(linkd, &snapshot);
    for (size_t i = 0; i < snapshot.count; i++) {
        joining |= !snapshot.list[i].authorised;
        if (snapshot.list[i].authorised && station_update(&linkd->stations.table, &snapshot.list[i]))
            joined(linkd, &snapshot.list[i]);
    }
    if (before > 0 || linkd->stations.table.count > 0)
        linkd_stations_bus_changed(linkd);
    if (snapshot.count > 0)
        (void)loop_timer_arm(linkd->stations.timer, joining ? STATIONS_KEYS_US : STATIONS_PERIOD_US);
}

void linkd_station_gone(struct linkd *linkd, const struct fascia_mac *mac)
{
    if (!station_remove(&linkd->stations.table, mac))
        return;
    left(linkd, mac);
    linkd_stations_bus_changed(linkd);
}

static int on_stations(sd_event_source *source, uint64_t usec, void *userdata)
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

int linkd_stations_open(struct linkd *linkd)
{
    int r = linkd_stations_bus_open(linkd);
    if (r < 0)
        return r;
    return loop_timer_new(linkd->service.loop, on_stations, linkd, &linkd->stations.timer);
}

void linkd_stations_close(struct linkd *linkd)
{
    linkd->stations.timer = loop_source_free(linkd->stations.timer);
}
