/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/link/wiphy.h"

#include <errno.h>
#include <string.h>

#include "stack/link/attr.h"
#include "stack/link/nl80211_values.h"

/* Every parser below returns 0 or -EBADMSG and is only ever given a copy: wiphy_parse() commits at the end. */

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
    struct wiphy_channel *channel = &band->channels[band->channel_count++];
    channel->frequency_mhz = frequency;
    return channel;
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
    };
    return attribute < sizeof flags / sizeof flags[0] ? flags[attribute] : 0;
}

static int parse_channel(struct fascia_reader at, struct wiphy_band_caps *band, unsigned int *left_out)
{
    struct wiphy_channel channel = {0};

    for (struct link_attr a; link_attr_next(&at, &a);) {
        if (a.type == NL80211_FREQUENCY_ATTR_FREQ) {
            if (!link_attr_u32(&a, &channel.frequency_mhz))
                return -EBADMSG;
        } else {
            channel.flags |= channel_flag(a.type);
        }
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

/* A nested list of flags whose attribute types are interface type numbers. */
static int parse_types(struct fascia_reader at, bool roles[static WIPHY_ROLES_])
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

static int parse_he(const struct link_attr *a, struct wiphy_he *he, bool roles[static WIPHY_ROLES_])
{
    const uint8_t *octets = a->value.at;
    size_t size = fascia_reader_left(&a->value);

    switch (a->type) {
    case NL80211_BAND_IFTYPE_ATTR_IFTYPES:
        return parse_types(a->value, roles);
    case NL80211_BAND_IFTYPE_ATTR_HE_CAP_PHY:
        if (size == 0)
            return -EBADMSG;
        he->he_phy0 = octets[0];
        return 0;
    case NL80211_BAND_IFTYPE_ATTR_EHT_CAP_PHY:
        if (size == 0)
            return -EBADMSG;
        he->eht_phy0 = octets[0];
        return 0;
    case NL80211_BAND_IFTYPE_ATTR_HE_CAP_MCS_SET:
        he->he = true;
        return mimo_decode_he(octets, size, &he->he_streams);
    case NL80211_BAND_IFTYPE_ATTR_EHT_CAP_MCS_SET:
        /* The kernel sends the array in full length (9). Another multiple of 3 is a newer or older kernel's; the
         * four octets of a 20 MHz-only client have another layout and say nothing about an AP. */
        if (size % 3 != 0)
            return 0;
        he->eht = true;
        return mimo_decode_eht(octets, size, &he->eht_streams);
    default: /* not our enum: attributes of newer kernels are skipped */
        return 0;
    }
}

static int parse_iftype_data(struct fascia_reader at, struct wiphy_band_caps *band)
{
    bool roles[WIPHY_ROLES_] = {false};
    struct wiphy_he he = {0};

    for (struct link_attr a; link_attr_next(&at, &a);) {
        int r = parse_he(&a, &he, roles);
        if (r < 0)
            return r;
    }
    if (!link_attrs_ok(&at))
        return -EBADMSG;
    for (size_t i = 0; i < WIPHY_ROLES_; i++) {
        if (roles[i])
            band->roles[i] = he;
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
        return mimo_decode_ht(octets, size, &band->ht_streams);
    case NL80211_BAND_ATTR_HT_CAPA:
        band->ht = true;
        return link_attr_u16(a, &band->ht_caps) ? 0 : -EBADMSG;
    case NL80211_BAND_ATTR_VHT_MCS_SET:
        return mimo_decode_vht(octets, size, &band->vht_streams);
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

static int parse_bands(struct fascia_reader at, struct wiphy *wiphy)
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

static int parse_attribute(const struct link_attr *a, struct wiphy *wiphy)
{
    bool roles[WIPHY_ROLES_] = {false};

    switch (a->type) {
    case NL80211_ATTR_WIPHY_NAME:
        return link_attr_name(a, wiphy->name, sizeof wiphy->name) ? 0 : -EBADMSG;
    case NL80211_ATTR_WIPHY_ANTENNA_AVAIL_TX:
        return link_attr_u32(a, &wiphy->antennas.available_tx) ? 0 : -EBADMSG;
    case NL80211_ATTR_WIPHY_ANTENNA_AVAIL_RX:
        return link_attr_u32(a, &wiphy->antennas.available_rx) ? 0 : -EBADMSG;
    case NL80211_ATTR_WIPHY_ANTENNA_TX:
        return link_attr_u32(a, &wiphy->antennas.used_tx) ? 0 : -EBADMSG;
    case NL80211_ATTR_WIPHY_ANTENNA_RX:
        return link_attr_u32(a, &wiphy->antennas.used_rx) ? 0 : -EBADMSG;
    case NL80211_ATTR_WIPHY_SELF_MANAGED_REG:
        wiphy->self_managed = true;
        return 0;
    case NL80211_ATTR_WIPHY_BANDS:
        return parse_bands(a->value, wiphy);
    case NL80211_ATTR_SUPPORTED_IFTYPES:
        if (parse_types(a->value, roles) < 0)
            return -EBADMSG;
        wiphy->ap = roles[WIPHY_ROLE_AP];
        wiphy->station = roles[WIPHY_ROLE_STATION];
        wiphy->nan = roles[WIPHY_ROLE_NAN];
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

int wiphy_parse(struct wiphy_table *table, const void *attributes, size_t size)
{
    struct fascia_reader at;
    uint32_t index = 0;

    if (find_u32(attributes, size, NL80211_ATTR_WIPHY, &index) < 0)
        return -EBADMSG;
    size_t i = position_of(table, index);
    if (i == WIPHY_RADIOS_MAX) {
        table->left_out++;
        return 0;
    }

    struct wiphy wiphy = {.index = index};
    if (i < table->count)
        wiphy = table->radios[i];
    fascia_reader_init(&at, attributes, size);
    for (struct link_attr a; link_attr_next(&at, &a);) {
        int r = parse_attribute(&a, &wiphy);
        if (r < 0)
            return r;
    }
    if (!link_attrs_ok(&at))
        return -EBADMSG;

    table->radios[i] = wiphy;
    if (i == table->count)
        table->count++;
    return 0;
}

const struct wiphy *wiphy_find(const struct wiphy_table *table, uint32_t index)
{
    size_t i = position_of(table, index);
    return i < table->count ? &table->radios[i] : NULL;
}

struct mimo_modes wiphy_modes(const struct wiphy *wiphy, enum wiphy_band band, enum wiphy_role role)
{
    const struct wiphy_band_caps *caps = &wiphy->bands[band];
    const struct wiphy_he *he = &caps->roles[role];
    struct mimo_modes modes = {0};

    if (caps->ht)
        modes.ht = caps->ht_streams;
    if (caps->vht)
        modes.vht = caps->vht_streams;
    if (he->he)
        modes.he = he->he_streams;
    if (he->eht)
        modes.eht = he->eht_streams;
    return modes;
}

/* HT Capability Information and VHT Capabilities Information: IEEE 802.11-2020, 9.4.2.55.2 and 9.4.2.157.2 */
enum { HT_CAP_40 = 0x0002, VHT_CAP_160 = 0x000c };
/* HE PHY capabilities, first octet (IEEE 802.11ax-2021, 9.4.2.248.3, Supported Channel Width Set in bits 1-7) */
enum { HE_PHY0_40_IN_2GHZ = 0x02, HE_PHY0_40_80 = 0x04, HE_PHY0_160 = 0x08 };
/* EHT PHY capabilities, first octet (IEEE 802.11be) */
enum { EHT_PHY0_320_IN_6GHZ = 0x02 };

static bool counts(enum link_standard standard, enum link_standard mode)
{
    return standard == LINK_STANDARD_NEWEST || standard >= mode;
}

uint16_t wiphy_role_width(const struct wiphy *wiphy, enum wiphy_band band, enum wiphy_role role,
                          enum link_standard standard)
{
    const struct wiphy_band_caps *caps = &wiphy->bands[band];
    const struct wiphy_he *he = &caps->roles[role];
    bool ht = caps->ht && counts(standard, LINK_STANDARD_N);
    bool vht = caps->vht && counts(standard, LINK_STANDARD_AC);
    bool ax = he->he && counts(standard, LINK_STANDARD_AX);
    bool be = he->eht && counts(standard, LINK_STANDARD_BE);

    if (!caps->present || band == WIPHY_BAND_60GHZ)
        return 0;
    if (band == WIPHY_BAND_2GHZ)
        return ht && caps->ht_caps & HT_CAP_40 && (!ax || he->he_phy0 & HE_PHY0_40_IN_2GHZ) ? 40 : 20;
    if (ax && !(he->he_phy0 & HE_PHY0_40_80))
        return 20;
    if (band == WIPHY_BAND_6GHZ) {
        if (be && he->eht_phy0 & EHT_PHY0_320_IN_6GHZ)
            return 320;
        return !ax ? 20 : he->he_phy0 & HE_PHY0_160 ? 160 : 80;
    }
    if (!ht || !(caps->ht_caps & HT_CAP_40))
        return 20;
    if (!vht)
        return 40;
    return caps->vht_caps & VHT_CAP_160 && (!ax || he->he_phy0 & HE_PHY0_160) ? 160 : 80;
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

int wiphy_parse_country(const void *attributes, size_t size, char ret_country[static 3])
{
    char country[3] = "";
    struct fascia_reader at;

    fascia_reader_init(&at, attributes, size);
    for (struct link_attr a; link_attr_next(&at, &a);) {
        if (a.type == NL80211_ATTR_REG_ALPHA2 && !link_attr_name(&a, country, sizeof country))
            return -EBADMSG;
    }
    if (!link_attrs_ok(&at) || strlen(country) != 2)
        return -EBADMSG;
    memcpy(ret_country, country, sizeof country);
    return 0;
}
