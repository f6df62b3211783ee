/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_LINK_RADIO_NEWS_H
#define FASCIA_STACK_LINK_RADIO_NEWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What nl80211 says unasked about a radio: which one, and what came of it. Which command carries which of these:
 * include/uapi/linux/nl80211.h, NL80211_CMD_REG_CHANGE, _RADAR_DETECT, _CH_SWITCH_STARTED_NOTIFY, _CH_SWITCH_NOTIFY.
 */

enum radio_news_radar {
    RADIO_NEWS_RADAR_NONE,         /* the message is not about radar, or of an event newer than this code */
    RADIO_NEWS_RADAR_DETECTED,     /* the channel is to be left within seconds, and not to be used for 30 minutes */
    RADIO_NEWS_RADAR_CAC_STARTED,  /* the availability check runs */
    RADIO_NEWS_RADAR_CAC_FINISHED, /* no radar was found: an access point may start */
    RADIO_NEWS_RADAR_CAC_ABORTED,
    RADIO_NEWS_RADAR_NOP_FINISHED, /* the 30 minutes are over */
    RADIO_NEWS_RADAR_CAC_EXPIRED,  /* an earlier check does not count any more */
    RADIO_NEWS_RADARS_
};

struct radio_news {
    bool has_wiphy; /* without: about the machine, for instance the country of all radios */
    uint32_t wiphy;
    uint32_t ifindex;            /* 0 = names none */
    uint32_t frequency_mhz;      /* primary channel; 0 = names none */
    uint32_t centre_mhz;         /* of the whole width; 0 = not told */
    uint32_t width_mhz;          /* 0 = not told */
    enum radio_news_radar radar; /* NL80211_CMD_RADAR_DETECT */
    uint32_t switch_count;       /* NL80211_CMD_CH_SWITCH_STARTED_NOTIFY: beacons until the switch; 0 = at once */
    bool switch_quiet;           /* and stations are to be quiet until then */
    char country[3];             /* NL80211_CMD_REG_CHANGE; "" = world, or made of several countries' rules */
};

/**
 * Parses the attributes of one message (behind the generic netlink header). Unknown attributes are skipped. Returns 0,
 * or -EBADMSG when truncated or malformed; *ret_news is then untouched.
 */
int radio_news_parse(const void *attributes, size_t size, struct radio_news *ret_news);

#endif
