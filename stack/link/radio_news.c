/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/link/radio_news.h"

#include <errno.h>
#include <string.h>

#include "stack/link/attr.h"
#include "stack/link/nl80211_values.h"

static enum radio_news_radar radar_of(uint32_t event)
{
    switch (event) {
    case NL80211_RADAR_DETECTED:
        return RADIO_NEWS_RADAR_DETECTED;
    case NL80211_RADAR_CAC_STARTED:
        return RADIO_NEWS_RADAR_CAC_STARTED;
    case NL80211_RADAR_CAC_FINISHED:
        return RADIO_NEWS_RADAR_CAC_FINISHED;
    case NL80211_RADAR_CAC_ABORTED:
        return RADIO_NEWS_RADAR_CAC_ABORTED;
    case NL80211_RADAR_NOP_FINISHED:
        return RADIO_NEWS_RADAR_NOP_FINISHED;
    case NL80211_RADAR_PRE_CAC_EXPIRED:
        return RADIO_NEWS_RADAR_CAC_EXPIRED;
    default: /* not our enum */
        return RADIO_NEWS_RADAR_NONE;
    }
}

static uint32_t width_of(uint32_t width)
{
    switch (width) {
    case NL80211_CHAN_WIDTH_20_NOHT:
    case NL80211_CHAN_WIDTH_20:
        return 20;
    case NL80211_CHAN_WIDTH_40:
        return 40;
    case NL80211_CHAN_WIDTH_80:
        return 80;
    case NL80211_CHAN_WIDTH_80P80:
    case NL80211_CHAN_WIDTH_160:
        return 160;
    case NL80211_CHAN_WIDTH_320:
        return 320;
    case NL80211_CHAN_WIDTH_5:
        return 5;
    case NL80211_CHAN_WIDTH_10:
        return 10;
    default: /* not our enum */
        return 0;
    }
}

/* Two letters; "00" (world), "98" and "99" (of several sources) name no country. */
static bool read_country(const struct link_attr *a, char country[static 3])
{
    struct fascia_reader at = a->value;
    char letters[2];

    fascia_read_copy(&at, letters, sizeof letters);
    if (!fascia_reader_ok(&at))
        return false;
    for (size_t i = 0; i < sizeof letters; i++) {
        if (letters[i] < 'A' || letters[i] > 'Z')
            return true;
    }
    memcpy(country, letters, sizeof letters);
    country[2] = '\0';
    return true;
}

static bool read_width(const struct link_attr *a, uint32_t *width_mhz)
{
    uint32_t width = 0;

    if (!link_attr_u32(a, &width))
        return false;
    *width_mhz = width_of(width);
    return true;
}

static bool read_radar(const struct link_attr *a, enum radio_news_radar *radar)
{
    uint32_t event = 0;

    if (!link_attr_u32(a, &event))
        return false;
    *radar = radar_of(event);
    return true;
}

/* False when the attribute is known and malformed. */
static bool parse_attribute(const struct link_attr *a, struct radio_news *news)
{
    switch (a->type) {
    case NL80211_ATTR_WIPHY:
        news->has_wiphy = link_attr_u32(a, &news->wiphy);
        return news->has_wiphy;
    case NL80211_ATTR_IFINDEX:
        return link_attr_u32(a, &news->ifindex);
    case NL80211_ATTR_WIPHY_FREQ:
        return link_attr_u32(a, &news->frequency_mhz);
    case NL80211_ATTR_CENTER_FREQ1:
        return link_attr_u32(a, &news->centre_mhz);
    case NL80211_ATTR_CHANNEL_WIDTH:
        return read_width(a, &news->width_mhz);
    case NL80211_ATTR_RADAR_EVENT:
        return read_radar(a, &news->radar);
    case NL80211_ATTR_CH_SWITCH_COUNT:
        return link_attr_u32(a, &news->switch_count);
    case NL80211_ATTR_CH_SWITCH_BLOCK_TX:
        news->switch_quiet = true;
        return true;
    case NL80211_ATTR_REG_ALPHA2:
        return read_country(a, news->country);
    default: /* not our enum */
        return true;
    }
}

int radio_news_parse(const void *attributes, size_t size, struct radio_news *ret_news)
{
    struct radio_news news = {.country = ""};
    struct fascia_reader at;

    fascia_reader_init(&at, attributes, size);
    for (struct link_attr a; link_attr_next(&at, &a);) {
        if (!parse_attribute(&a, &news))
            return -EBADMSG;
    }
    if (!link_attrs_ok(&at))
        return -EBADMSG;
    *ret_news = news;
    return 0;
}
