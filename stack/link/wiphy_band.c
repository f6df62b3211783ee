/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>

#include "stack/link/attr.h"
#include "stack/link/nl80211_values.h"
#include "stack/link/wiphy_parts.h"

static struct wiphy_channel *channel_of(struct wiphy_band_caps *band, uint32_t frequency, unsigned int *left_out)
{
    for (size_t i = 0; i < band->channel_count; i++) {
        if (band->channels[i].frequency_mhz == frequency)
            return &band->channels[i];
    }
    if (band->channel_count == WIPHY_CHANNELS_MAX) {
        (*left_out)++;
        return NULL;
    }
    return &band->channels[band->channel_count++];
}

static unsigned int channel_flag(uint16_t attribute)
{
    static const unsigned int flags[] = {
        [NL80211_FREQUENCY_ATTR_DISABLED] = WIPHY_CHANNEL_DISABLED,
        [NL80211_FREQUENCY_ATTR_NO_IR] = WIPHY_CHANNEL_NO_IR,
        [NL80211_FREQUENCY_ATTR_RADAR] = WIPHY_CHANNEL_RADAR,
        [NL80211_FREQUENCY_ATTR_NO_HT40_MINUS] = WIPHY_CHANNEL_NO_HT40_MINUS,
        [NL80211_FREQUENCY_ATTR_NO_HT40_PLUS] = WIPHY_CHANNEL_NO_HT40_PLUS,
        [NL80211_FREQUENCY_ATTR_NO_80MHZ] = WIPHY_CHANNEL_NO_80,
        [NL80211_FREQUENCY_ATTR_NO_160MHZ] = WIPHY_CHANNEL_NO_160,
        [NL80211_FREQUENCY_ATTR_NO_HE] = WIPHY_CHANNEL_NO_HE,
        [NL80211_FREQUENCY_ATTR_NO_EHT] = WIPHY_CHANNEL_NO_EHT,
        [NL80211_FREQUENCY_ATTR_NO_320MHZ] = WIPHY_CHANNEL_NO_320,
        [NL80211_FREQUENCY_ATTR_NO_20MHZ] = WIPHY_CHANNEL_NO_20,
        [NL80211_FREQUENCY_ATTR_INDOOR_ONLY] = WIPHY_CHANNEL_INDOOR_ONLY,
        [FASCIA_NL80211_FREQUENCY_ATTR_ALLOW_6GHZ_VLP_AP] = WIPHY_CHANNEL_VLP_AP,
    };
    return attribute < sizeof flags / sizeof flags[0] ? flags[attribute] : 0;
}

static uint16_t dfs_state(uint32_t value)
{
    static const uint16_t states[] = {
        [NL80211_DFS_USABLE] = WIPHY_DFS_USABLE,
        [NL80211_DFS_UNAVAILABLE] = WIPHY_DFS_UNAVAILABLE,
        [NL80211_DFS_AVAILABLE] = WIPHY_DFS_AVAILABLE,
    };
    return value < sizeof states / sizeof states[0] ? states[value] : WIPHY_DFS_NOT_TOLD;
}

static int parse_channel_attribute(const struct link_attr *a, struct wiphy_channel *channel)
{
    uint32_t value = 0;

    switch (a->type) {
    case NL80211_FREQUENCY_ATTR_FREQ:
        return link_attr_u32(a, &channel->frequency_mhz) ? 0 : -EBADMSG;
    case NL80211_FREQUENCY_ATTR_DFS_CAC_TIME:
        return link_attr_u32(a, &channel->cac_ms) ? 0 : -EBADMSG;
    case NL80211_FREQUENCY_ATTR_DFS_STATE:
        if (!link_attr_u32(a, &value))
            return -EBADMSG;
        channel->dfs_state = dfs_state(value);
        return 0;
    case NL80211_FREQUENCY_ATTR_MAX_TX_POWER: /* mBm */
        if (!link_attr_u32(a, &value))
            return -EBADMSG;
        if (value / 100 <= INT16_MAX)
            channel->power_dbm = (int16_t)(value / 100);
        return 0;
    default: /* not our enum: attributes of newer kernels are skipped */
        channel->flags |= channel_flag(a->type);
        return 0;
    }
}

static int parse_channel(struct fascia_reader at, struct wiphy_band_caps *band, unsigned int *left_out)
{
    struct wiphy_channel channel = {0};

    for (struct link_attr a; link_attr_next(&at, &a);) {
        int r = parse_channel_attribute(&a, &channel);
        if (r < 0)
            return r;
    }
    if (!link_attrs_ok(&at) || channel.frequency_mhz == 0)
        return -EBADMSG;
    struct wiphy_channel *slot = channel_of(band, channel.frequency_mhz, left_out);
    if (slot)
        *slot = channel;
    return 0;
}

static int parse_channels(struct fascia_reader at, struct wiphy_band_caps *band, unsigned int *left_out)
{
    for (struct link_attr a; link_attr_next(&at, &a);) {
        int r = parse_channel(a.value, band, left_out);
        if (r < 0)
            return r;
    }
    return link_attrs_ok(&at) ? 0 : -EBADMSG;
}

int wiphy_parse_types(struct fascia_reader at, bool roles[static WIPHY_ROLES_])
{
    for (struct link_attr a; link_attr_next(&at, &a);) {
        if (a.type == NL80211_IFTYPE_AP)
            roles[WIPHY_ROLE_AP] = true;
        else if (a.type == NL80211_IFTYPE_STATION)
            roles[WIPHY_ROLE_STATION] = true;
        else if (a.type == NL80211_IFTYPE_NAN || a.type == FASCIA_NL80211_IFTYPE_NAN_DATA)
            roles[WIPHY_ROLE_NAN] = true;
    }
    return link_attrs_ok(&at) ? 0 : -EBADMSG;
}

/* One entry of NL80211_BAND_ATTR_IFTYPE_DATA, whose attributes explain each other and come in any order. */
struct entry {
    bool roles[WIPHY_ROLES_];
    struct wiphy_he he;
    struct fascia_reader eht_set;
};

static int parse_entry_attribute(const struct link_attr *a, struct entry *entry)
{
    const uint8_t *octets = a->value.at;
    size_t size = fascia_reader_left(&a->value);

    switch (a->type) {
    case NL80211_BAND_IFTYPE_ATTR_IFTYPES:
        return wiphy_parse_types(a->value, entry->roles);
    case NL80211_BAND_IFTYPE_ATTR_HE_CAP_PHY:
        if (size == 0)
            return -EBADMSG;
        entry->he.he_phy0 = octets[0];
        return 0;
    case NL80211_BAND_IFTYPE_ATTR_EHT_CAP_PHY:
        if (size == 0)
            return -EBADMSG;
        entry->he.eht_phy0 = octets[0];
        return 0;
    case NL80211_BAND_IFTYPE_ATTR_HE_CAP_MCS_SET:
        entry->he.he = true;
        return mimo_decode_he(octets, size, entry->he.he_maps);
    case NL80211_BAND_IFTYPE_ATTR_EHT_CAP_MCS_SET:
        entry->eht_set = a->value;
        return size == 0 ? -EBADMSG : 0;
    default: /* not our enum */
        return 0;
    }
}

void wiphy_trim_he(struct mimo_map maps[static MIMO_WIDTHS_], uint8_t he_phy0)
{
    if (!(he_phy0 & WIPHY_HE_PHY0_160))
        maps[MIMO_WIDTH_160] = MIMO_MAP_NONE;
    if (!(he_phy0 & WIPHY_HE_PHY0_80_80))
        maps[MIMO_WIDTH_THIRD] = MIMO_MAP_NONE;
}

/*
 * The kernel sends the EHT array in full length, whatever it holds. A client whose HE PHY capabilities have nothing
 * wider than 20 MHz fills its first four octets in another layout (IEEE 802.11be, EHT-MCS Map (20 MHz-Only Non-AP
 * STA)); an access point never does.
 */
static void decode_eht(const struct entry *entry, enum wiphy_role role, struct wiphy_he *he)
{
    const unsigned int wider = WIPHY_HE_PHY0_40_IN_2GHZ | WIPHY_HE_PHY0_40_80 | WIPHY_HE_PHY0_160;
    const uint8_t *octets = entry->eht_set.at;
    size_t size = fascia_reader_left(&entry->eht_set);

    if (size == 0)
        return;
    for (size_t i = 0; i < MIMO_WIDTHS_; i++)
        he->eht_maps[i] = MIMO_MAP_NONE;
    if (role != WIPHY_ROLE_AP && !(he->he_phy0 & wider)) {
        he->eht = mimo_decode_eht_20(octets, size, &he->eht_maps[MIMO_WIDTH_80]) == 0;
        return;
    }
    if (size == MIMO_EHT_20_MCS_SET_SIZE) /* the other layout says nothing about this role */
        return;
    size_t known = size < MIMO_EHT_MCS_SET_SIZE ? size - size % 3 : MIMO_EHT_MCS_SET_SIZE;
    he->eht = mimo_decode_eht(octets, known, he->eht_maps) == 0;
    if (!(he->he_phy0 & WIPHY_HE_PHY0_160))
        he->eht_maps[MIMO_WIDTH_160] = MIMO_MAP_NONE;
    if (!(he->eht_phy0 & WIPHY_EHT_PHY0_320_IN_6GHZ))
        he->eht_maps[MIMO_WIDTH_THIRD] = MIMO_MAP_NONE;
}

static int parse_iftype_data(struct fascia_reader at, struct wiphy_band_caps *band)
{
    struct entry entry = {.he = {.he = false}};

    for (struct link_attr a; link_attr_next(&at, &a);) {
        int r = parse_entry_attribute(&a, &entry);
        if (r < 0)
            return r;
    }
    if (!link_attrs_ok(&at))
        return -EBADMSG;
    wiphy_trim_he(entry.he.he_maps, entry.he.he_phy0);
    for (unsigned int i = 0; i < WIPHY_ROLES_; i++) {
        if (!entry.roles[i])
            continue;
        band->roles[i] = entry.he;
        decode_eht(&entry, (enum wiphy_role)i, &band->roles[i]);
    }
    return 0;
}

static int parse_band_attribute(const struct link_attr *a, struct wiphy_band_caps *band, unsigned int *left_out)
{
    const uint8_t *octets = a->value.at;
    size_t size = fascia_reader_left(&a->value);

    switch (a->type) {
    case NL80211_BAND_ATTR_FREQS:
        return parse_channels(a->value, band, left_out);
    case NL80211_BAND_ATTR_HT_MCS_SET:
        return mimo_decode_ht(octets, size, &band->ht_map);
    case NL80211_BAND_ATTR_HT_CAPA:
        band->ht = true;
        return link_attr_u16(a, &band->ht_caps) ? 0 : -EBADMSG;
    case NL80211_BAND_ATTR_VHT_MCS_SET:
        return mimo_decode_vht(octets, size, &band->vht_map);
    case NL80211_BAND_ATTR_VHT_CAPA:
        band->vht = true;
        return link_attr_u32(a, &band->vht_caps) ? 0 : -EBADMSG;
    case NL80211_BAND_ATTR_IFTYPE_DATA: {
        struct fascia_reader at = a->value;
        for (struct link_attr entry; link_attr_next(&at, &entry);) {
            int r = parse_iftype_data(entry.value, band);
            if (r < 0)
                return r;
        }
        return link_attrs_ok(&at) ? 0 : -EBADMSG;
    }
    default: /* not our enum */
        return 0;
    }
}

int wiphy_parse_bands(struct fascia_reader at, struct wiphy *wiphy)
{
    for (struct link_attr nested; link_attr_next(&at, &nested);) {
        if (nested.type >= WIPHY_BANDS_)
            continue;
        struct wiphy_band_caps *band = &wiphy->bands[nested.type];
        struct fascia_reader inner = nested.value;
        band->present = true;
        for (struct link_attr a; link_attr_next(&inner, &a);) {
            int r = parse_band_attribute(&a, band, &wiphy->left_out);
            if (r < 0)
                return r;
        }
        if (!link_attrs_ok(&inner))
            return -EBADMSG;
    }
    return link_attrs_ok(&at) ? 0 : -EBADMSG;
}
