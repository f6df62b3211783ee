/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/link/wiphy.h"

#include <errno.h>
#include <string.h>

#include "stack/link/attr.h"
#include "stack/link/nl80211_values.h"
#include "stack/link/wiphy_parts.h"

/* Every parser below returns 0 or -EBADMSG and may leave half of a message behind: wiphy_parse() puts it right. */

static void parse_features(uint32_t features, struct wiphy *wiphy)
{
    wiphy->smps_static = features & NL80211_FEATURE_STATIC_SMPS;
    wiphy->smps_dynamic = features & NL80211_FEATURE_DYNAMIC_SMPS;
}

static bool has_type(struct fascia_reader at, uint16_t type)
{
    bool found = false;

    for (struct link_attr a; link_attr_next(&at, &a);)
        found |= a.type == type;
    return found;
}

/* A bitmap of octets, as long as the kernel has features. */
static bool has_extended(const struct link_attr *a, unsigned int feature)
{
    return fascia_reader_left(&a->value) > feature / 8 && a->value.at[feature / 8] & 1U << feature % 8;
}

static int parse_antennas(const struct link_attr *a, struct mimo_antennas *antennas)
{
    uint32_t *mask = a->type == NL80211_ATTR_WIPHY_ANTENNA_AVAIL_TX   ? &antennas->available_tx
                     : a->type == NL80211_ATTR_WIPHY_ANTENNA_AVAIL_RX ? &antennas->available_rx
                     : a->type == NL80211_ATTR_WIPHY_ANTENNA_TX       ? &antennas->used_tx
                                                                      : &antennas->used_rx;
    return link_attr_u32(a, mask) ? 0 : -EBADMSG;
}

static int parse_attribute(const struct link_attr *a, struct wiphy *wiphy)
{
    bool roles[WIPHY_ROLES_] = {false};
    uint32_t value = 0;

    switch (a->type) {
    case NL80211_ATTR_WIPHY_NAME:
        return link_attr_name(a, wiphy->name, sizeof wiphy->name) ? 0 : -EBADMSG;
    case NL80211_ATTR_WIPHY_ANTENNA_AVAIL_TX:
    case NL80211_ATTR_WIPHY_ANTENNA_AVAIL_RX:
    case NL80211_ATTR_WIPHY_ANTENNA_TX:
    case NL80211_ATTR_WIPHY_ANTENNA_RX:
        return parse_antennas(a, &wiphy->antennas);
    case NL80211_ATTR_WIPHY_SELF_MANAGED_REG:
        wiphy->self_managed = true;
        return 0;
    case NL80211_ATTR_WIPHY_BANDS:
        return wiphy_parse_bands(a->value, wiphy);
    case NL80211_ATTR_INTERFACE_COMBINATIONS:
        return wiphy_parse_combinations(a->value, wiphy);
    case NL80211_ATTR_FEATURE_FLAGS:
        if (!link_attr_u32(a, &value))
            return -EBADMSG;
        parse_features(value, wiphy);
        return 0;
    case NL80211_ATTR_EXT_FEATURES:
        wiphy->dfs_offload = has_extended(a, NL80211_EXT_FEATURE_DFS_OFFLOAD);
        wiphy->secure_nan = has_extended(a, FASCIA_NL80211_EXT_FEATURE_SECURE_NAN);
        return 0;
    case NL80211_ATTR_BANDS: /* on which NAN can be started */
        return link_attr_u32(a, &wiphy->nan_bands) ? 0 : -EBADMSG;
    case FASCIA_NL80211_ATTR_NAN_CAPABILITIES:
        return wiphy_parse_nan(a->value, wiphy);
    case FASCIA_NL80211_ATTR_WIPHY_RADIOS:
        return wiphy_parse_parts(a->value, wiphy);
    case NL80211_ATTR_SUPPORTED_IFTYPES:
        if (wiphy_parse_types(a->value, roles) < 0)
            return -EBADMSG;
        wiphy->ap = roles[WIPHY_ROLE_AP];
        wiphy->station = roles[WIPHY_ROLE_STATION];
        wiphy->nan = roles[WIPHY_ROLE_NAN];
        wiphy->nan_data = has_type(a->value, FASCIA_NL80211_IFTYPE_NAN_DATA);
        return 0;
    default: /* not our enum */
        return 0;
    }
}

/* Finds NL80211_ATTR_WIPHY before anything is merged: which record a message belongs to is not known earlier. */
static int find_u32(const void *attributes, size_t size, uint16_t type, uint32_t *ret_value)
{
    struct fascia_reader at;
    bool found = false;
    uint32_t value = 0;

    fascia_reader_init(&at, attributes, size);
    for (struct link_attr a; link_attr_next(&at, &a);) {
        if (a.type != type)
            continue;
        if (!link_attr_u32(&a, &value))
            return -EBADMSG;
        found = true;
    }
    if (!link_attrs_ok(&at) || !found)
        return -EBADMSG;
    *ret_value = value;
    return 0;
}

static size_t position_of(const struct wiphy_table *table, uint32_t index)
{
    size_t i = 0;
    while (i < table->count && table->radios[i].index != index)
        i++;
    return i;
}

static int parse_message(const void *attributes, size_t size, struct wiphy *wiphy)
{
    struct fascia_reader at;

    fascia_reader_init(&at, attributes, size);
    for (struct link_attr a; link_attr_next(&at, &a);) {
        int r = parse_attribute(&a, wiphy);
        if (r < 0)
            return r;
    }
    return link_attrs_ok(&at) ? 0 : -EBADMSG;
}

int wiphy_parse(struct wiphy_table *table, const void *attributes, size_t size)
{
    uint32_t index = 0;

    int r = find_u32(attributes, size, NL80211_ATTR_WIPHY, &index);
    if (r < 0)
        return r;
    size_t i = position_of(table, index);
    if (i == WIPHY_RADIOS_MAX) {
        table->left_out++;
        return 0;
    }

    /* Merged in place and put back on an error: a split dump has hundreds of messages, each changing little. */
    struct wiphy *wiphy = &table->radios[i];
    if (i == table->count)
        *wiphy = (struct wiphy){.index = index};
    const struct wiphy before = *wiphy;
    r = parse_message(attributes, size, wiphy);
    if (r < 0) {
        *wiphy = before;
        return r;
    }
    if (i == table->count)
        table->count++;
    return 0;
}

const struct wiphy *wiphy_find(const struct wiphy_table *table, uint32_t index)
{
    size_t i = position_of(table, index);
    return i < table->count ? &table->radios[i] : NULL;
}

const struct wiphy_channel *wiphy_channel(const struct wiphy *wiphy, enum wiphy_band band, uint32_t frequency_mhz)
{
    const struct wiphy_band_caps *caps = &wiphy->bands[band];

    for (size_t i = 0; i < caps->channel_count; i++) {
        if (caps->channels[i].frequency_mhz == frequency_mhz)
            return &caps->channels[i];
    }
    return NULL;
}

const char *wiphy_band_name(enum wiphy_band band)
{
    static const char *const names[WIPHY_BANDS_] = {
        [WIPHY_BAND_2GHZ] = "2.4GHz",
        [WIPHY_BAND_5GHZ] = "5GHz",
        [WIPHY_BAND_60GHZ] = "60GHz",
        [WIPHY_BAND_6GHZ] = "6GHz",
    };
    return (unsigned int)band < WIPHY_BANDS_ ? names[band] : "?";
}

enum wiphy_band wiphy_band_of(enum link_band band)
{
    static const enum wiphy_band bands[LINK_BANDS_] = {
        [LINK_BAND_2GHZ] = WIPHY_BAND_2GHZ,
        [LINK_BAND_5GHZ] = WIPHY_BAND_5GHZ,
        [LINK_BAND_6GHZ] = WIPHY_BAND_6GHZ,
    };
    return bands[band];
}

int wiphy_parse_interface(struct wiphy_interfaces *interfaces, const void *attributes, size_t size)
{
    struct wiphy_interface interface = {0};
    struct fascia_reader at;
    bool ok = true, wiphy = false;

    fascia_reader_init(&at, attributes, size);
    for (struct link_attr a; ok && link_attr_next(&at, &a);) {
        switch (a.type) {
        case NL80211_ATTR_WIPHY:
            ok = wiphy = link_attr_u32(&a, &interface.wiphy);
            break;
        case NL80211_ATTR_IFINDEX:
            ok = link_attr_u32(&a, &interface.ifindex);
            break;
        case NL80211_ATTR_IFTYPE:
            ok = link_attr_u32(&a, &interface.type);
            break;
        case NL80211_ATTR_IFNAME:
            ok = link_attr_name(&a, interface.name, sizeof interface.name);
            break;
        case NL80211_ATTR_WIPHY_FREQ:
            ok = link_attr_u32(&a, &interface.frequency_mhz);
            break;
        case NL80211_ATTR_MAC:
            ok = link_attr_octets(&a, interface.mac, sizeof interface.mac);
            break;
        default: /* not our enum */
            break;
        }
    }
    if (!ok || !wiphy || !link_attrs_ok(&at))
        return -EBADMSG;
    if (interfaces->count == WIPHY_INTERFACES_MAX)
        interfaces->left_out++;
    else
        interfaces->list[interfaces->count++] = interface;
    return 0;
}

int wiphy_parse_regulatory(const void *attributes, size_t size, struct wiphy_regulatory *ret_regulatory)
{
    struct wiphy_regulatory regulatory = {.country = ""};
    struct fascia_reader at;

    fascia_reader_init(&at, attributes, size);
    for (struct link_attr a; link_attr_next(&at, &a);) {
        uint8_t region = 0;
        if (a.type == NL80211_ATTR_REG_ALPHA2 && !link_attr_name(&a, regulatory.country, sizeof regulatory.country))
            return -EBADMSG;
        if (a.type == NL80211_ATTR_WIPHY_SELF_MANAGED_REG)
            regulatory.self_managed = true;
        if (a.type == NL80211_ATTR_DFS_REGION) {
            if (!link_attr_u8(&a, &region))
                return -EBADMSG;
            regulatory.dfs_region = region <= NL80211_DFS_JP ? (enum wiphy_dfs_region)region : WIPHY_DFS_REGION_UNSET;
        }
    }
    if (!link_attrs_ok(&at) || strlen(regulatory.country) != 2)
        return -EBADMSG;
    *ret_regulatory = regulatory;
    return 0;
}

const char *wiphy_dfs_region_name(enum wiphy_dfs_region region)
{
    static const char *const names[] = {
        [WIPHY_DFS_REGION_UNSET] = "",
        [WIPHY_DFS_REGION_FCC] = "FCC",
        [WIPHY_DFS_REGION_ETSI] = "ETSI",
        [WIPHY_DFS_REGION_JP] = "JP",
    };
    return (unsigned int)region < sizeof names / sizeof names[0] ? names[region] : "";
}
