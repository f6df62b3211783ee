/* SPDX-License-Identifier: Apache-2.0 */
/* Which interfaces may exist at once, and of which radios a wiphy is made. */
#include <errno.h>
#include <string.h>

#include "stack/link/attr.h"
#include "stack/link/nl80211_values.h"
#include "stack/link/wiphy_parts.h"

#define KHZ_PER_MHZ 1000

static int parse_limit(struct fascia_reader at, struct wiphy_combination *combination)
{
    struct wiphy_limit limit = {0};

    for (struct link_attr a; link_attr_next(&at, &a);) {
        if (a.type == NL80211_IFACE_LIMIT_MAX) {
            if (!link_attr_u32(&a, &limit.maximum))
                return -EBADMSG;
        } else if (a.type == NL80211_IFACE_LIMIT_TYPES) {
            struct fascia_reader types = a.value;
            for (struct link_attr type; link_attr_next(&types, &type);) {
                if (type.type < 32)
                    limit.types |= 1U << type.type;
            }
            if (!link_attrs_ok(&types))
                return -EBADMSG;
        }
    }
    if (!link_attrs_ok(&at))
        return -EBADMSG;
    if (combination->limit_count < WIPHY_LIMITS_MAX)
        combination->limits[combination->limit_count++] = limit;
    return 0;
}

static int parse_limits(struct fascia_reader at, struct wiphy_combination *combination)
{
    combination->limit_count = 0;
    for (struct link_attr a; link_attr_next(&at, &a);) {
        int r = parse_limit(a.value, combination);
        if (r < 0)
            return r;
    }
    return link_attrs_ok(&at) ? 0 : -EBADMSG;
}

static int parse_combination(struct fascia_reader at, struct wiphy *wiphy)
{
    struct wiphy_combination combination = {0};

    for (struct link_attr a; link_attr_next(&at, &a);) {
        int r = 0;
        if (a.type == NL80211_IFACE_COMB_LIMITS)
            r = parse_limits(a.value, &combination);
        else if (a.type == NL80211_IFACE_COMB_MAXNUM)
            r = link_attr_u32(&a, &combination.maximum) ? 0 : -EBADMSG;
        else if (a.type == NL80211_IFACE_COMB_NUM_CHANNELS)
            r = link_attr_u32(&a, &combination.channels) ? 0 : -EBADMSG;
        else if (a.type == NL80211_IFACE_COMB_RADAR_DETECT_WIDTHS)
            r = link_attr_u32(&a, &combination.radar_widths) ? 0 : -EBADMSG;
        if (r < 0)
            return r;
    }
    if (!link_attrs_ok(&at))
        return -EBADMSG;
    if (wiphy->combination_count < WIPHY_COMBINATIONS_MAX)
        wiphy->combinations[wiphy->combination_count++] = combination;
    return 0;
}

int wiphy_parse_combinations(struct fascia_reader at, struct wiphy *wiphy)
{
    wiphy->combination_count = 0;
    for (struct link_attr a; link_attr_next(&at, &a);) {
        int r = parse_combination(a.value, wiphy);
        if (r < 0)
            return r;
    }
    return link_attrs_ok(&at) ? 0 : -EBADMSG;
}

bool wiphy_combination_permits(const struct wiphy_combination *combination, uint32_t types)
{
    uint32_t named = 0;

    if ((uint32_t)__builtin_popcount(types) > combination->maximum)
        return false;
    for (size_t i = 0; i < combination->limit_count; i++) {
        const struct wiphy_limit *limit = &combination->limits[i];
        if ((uint32_t)__builtin_popcount(limit->types & types) > limit->maximum)
            return false;
        named |= limit->types;
    }
    return (named & types) == types;
}

bool wiphy_radar_detection(const struct wiphy *wiphy, uint16_t width_mhz)
{
    uint32_t width = 1U << NL80211_CHAN_WIDTH_20_NOHT | 1U << NL80211_CHAN_WIDTH_20;

    if (wiphy->dfs_offload && wiphy->ap)
        return true;
    if (width_mhz > 160)
        width = 1U << NL80211_CHAN_WIDTH_320;
    else if (width_mhz > 80)
        width = 1U << NL80211_CHAN_WIDTH_160;
    else if (width_mhz > 40)
        width = 1U << NL80211_CHAN_WIDTH_80;
    else if (width_mhz > 20)
        width = 1U << NL80211_CHAN_WIDTH_40;
    for (size_t i = 0; i < wiphy->combination_count; i++) {
        const struct wiphy_combination *combination = &wiphy->combinations[i];
        if (combination->radar_widths & width && wiphy_combination_permits(combination, 1U << NL80211_IFTYPE_AP))
            return true;
    }
    return false;
}

static int parse_range(struct fascia_reader at, struct wiphy_part *part)
{
    uint32_t from = 0, to = 0;

    for (struct link_attr a; link_attr_next(&at, &a);) {
        if (a.type == FASCIA_NL80211_WIPHY_RADIO_FREQ_ATTR_START && !link_attr_u32(&a, &from))
            return -EBADMSG;
        if (a.type == FASCIA_NL80211_WIPHY_RADIO_FREQ_ATTR_END && !link_attr_u32(&a, &to))
            return -EBADMSG;
    }
    if (!link_attrs_ok(&at))
        return -EBADMSG;
    part->from_mhz = from / KHZ_PER_MHZ;
    part->to_mhz = to / KHZ_PER_MHZ;
    return 0;
}

/* A radio may have several ranges; each becomes a part with the radio's chains. */
static int parse_part(struct fascia_reader at, struct wiphy *wiphy)
{
    size_t first = wiphy->part_count;
    uint32_t antennas = 0;

    for (struct link_attr a; link_attr_next(&at, &a);) {
        struct wiphy_part part = {0};
        if (a.type == FASCIA_NL80211_WIPHY_RADIO_ATTR_ANTENNA_MASK && !link_attr_u32(&a, &antennas))
            return -EBADMSG;
        if (a.type != FASCIA_NL80211_WIPHY_RADIO_ATTR_FREQ_RANGE)
            continue;
        if (parse_range(a.value, &part) < 0)
            return -EBADMSG;
        if (wiphy->part_count < WIPHY_PARTS_MAX)
            wiphy->parts[wiphy->part_count++] = part;
    }
    for (size_t i = first; i < wiphy->part_count; i++)
        wiphy->parts[i].antennas = antennas;
    return link_attrs_ok(&at) ? 0 : -EBADMSG;
}

int wiphy_parse_parts(struct fascia_reader at, struct wiphy *wiphy)
{
    wiphy->part_count = 0;
    for (struct link_attr a; link_attr_next(&at, &a);) {
        int r = parse_part(a.value, wiphy);
        if (r < 0)
            return r;
    }
    return link_attrs_ok(&at) ? 0 : -EBADMSG;
}
