/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_PLATFORM_NL80211_NL80211_H
#define FASCIA_PLATFORM_NL80211_NL80211_H

#include <stdbool.h>
#include <stdint.h>
#include <systemd/sd-event.h>

#include "stack/base/cleanup.h"
#include "stack/link/radio_news.h"
#include "stack/link/station.h"
#include "stack/link/survey.h"
#include "stack/link/wiphy.h"

/*
 * The door to the kernel's Wi-Fi configuration, for reading: dumps, and the news that something changed. It needs
 * no privilege. Each request waits for the kernel at most NL80211_TIME_US in total (dumps take milliseconds);
 * an interrupted dump is begun anew a few times.
 *
 * Errors: -ENOENT the kernel has no nl80211; -ETIMEDOUT; -EAGAIN interrupted again and again; -EBADMSG the
 * answer is malformed; -ENODEV the interface or radio is gone; others as the kernel gave them.
 */

#define NL80211_TIME_US 1000000

struct nl80211;

/** Opens the socket and finds the family. */
int nl80211_open(struct nl80211 **ret_nl);
void nl80211_close(struct nl80211 *nl);

/** Every radio, with its country and DFS region filled in; replaces *table, which is untouched on error. */
int nl80211_dump_wiphys(struct nl80211 *nl, struct wiphy_table *table);

/** Every wireless interface of this network namespace; *ret_interfaces is untouched on error. */
int nl80211_dump_interfaces(struct nl80211 *nl, struct wiphy_interfaces *ret_interfaces);

/** Every station of an access point; a snapshot, maxima are the caller's business. Of *ret_stations only the rows that
 *  are used are written; it is untouched on error. */
int nl80211_dump_stations(struct nl80211 *nl, uint32_t ifindex, struct station_table *ret_stations);

/** What the driver measured of channels; -EOPNOTSUPP when it does not do that. *ret_survey as above. */
int nl80211_dump_survey(struct nl80211 *nl, uint32_t ifindex, struct survey *ret_survey);

/** The country of the regulatory domain in force: for one radio (which may manage its own), or in general (self_managed
 * false). */
int nl80211_country(struct nl80211 *nl, uint32_t wiphy, bool self_managed, char ret_country[static 3]);

enum nl80211_news {
    NL80211_NEWS_RADIOS,     /* radios or interfaces changed */
    NL80211_NEWS_REGULATORY, /* what channels may be used: the country, if it is told; of all radios, or of one */
    NL80211_NEWS_STATIONS,   /* a station was added or removed */
    NL80211_NEWS_AP_STOPPED,
    NL80211_NEWS_RADAR,          /* radar, or the check for it: event and channel */
    NL80211_NEWS_SWITCH_STARTED, /* a channel switch was announced: channel and count of beacons */
    NL80211_NEWS_SWITCHED,       /* the channel was switched: channel */
    NL80211_NEWS_LOST,           /* the socket overflowed, or it cannot be read: anything may have changed */
};

/** `about` is what the message named, valid during the call; of NL80211_NEWS_LOST nothing. */
typedef void (*nl80211_news_fn)(enum nl80211_news news, const struct radio_news *about, void *userdata);

/** Subscribes to changes; `fn` is called from the loop, once per message, and must not close the door. */
int nl80211_watch(struct nl80211 *nl, sd_event *loop, nl80211_news_fn fn, void *userdata);

/** True when the radio of that name is blocked, by software or hardware switch (sysfs; false when it cannot say). */
bool nl80211_is_blocked(const char *wiphy_name);

typedef void (*nl80211_blocked_fn)(void *userdata);

/**
 * Calls `fn` from the loop whenever a switch of any radio was made, removed, set or reset, by the kernel's uevents
 * (no right to /dev/rfkill is needed). Free the source with loop_source_free(). Negative errno where the kernel does
 * not tell, as in a network namespace of another user's.
 */
int nl80211_watch_blocked(sd_event *loop, nl80211_blocked_fn fn, void *userdata, sd_event_source **ret_source);

FASCIA_DEFINE_CLEANUP(struct nl80211, nl80211_close)

#endif
