/* SPDX-License-Identifier: Apache-2.0 */
/* NL80211_ATTR_NAN_CAPABILITIES (Linux 7.2): what the NAN device does, the same on every band. */
#include <errno.h>

#include "stack/link/attr.h"
#include "stack/link/nl80211_values.h"
#include "stack/link/wiphy_parts.h"

enum { /* a mode counts when both of its halves are there */
       HAS_HT_MAP = 1 << 0,
       HAS_HT_CAPS = 1 << 1,
       HAS_VHT_MAP = 1 << 2,
       HAS_VHT_CAPS = 1 << 3,
       HAS_HE_MAP = 1 << 4,
       HAS_HE_PHY = 1 << 5,
       HAS_FACTOR = 1 << 6,
       HAS_DENSITY = 1 << 7,
       HAS_HT = HAS_HT_MAP | HAS_HT_CAPS,
       HAS_VHT = HAS_VHT_MAP | HAS_VHT_CAPS,
       HAS_HE = HAS_HE_MAP | HAS_HE_PHY,
       HAS_AMPDU = HAS_FACTOR | HAS_DENSITY,
};

static int parse_phy_attribute(const struct link_attr *a, struct wiphy_nan *nan, unsigned int *has)
{
    const uint8_t *octets = a->value.at;
    size_t size = fascia_reader_left(&a->value);

    switch (a->type) {
    case FASCIA_NL80211_NAN_PHY_CAP_ATTR_HT_MCS_SET:
        *has |= HAS_HT_MAP;
        return mimo_decode_ht(octets, size, &nan->ht_map);
    case FASCIA_NL80211_NAN_PHY_CAP_ATTR_HT_CAPA:
        *has |= HAS_HT_CAPS;
        return link_attr_u16(a, &nan->ht_caps) ? 0 : -EBADMSG;
    case FASCIA_NL80211_NAN_PHY_CAP_ATTR_HT_AMPDU_FACTOR:
        *has |= HAS_FACTOR;
        return 0;
    case FASCIA_NL80211_NAN_PHY_CAP_ATTR_HT_AMPDU_DENSITY:
        *has |= HAS_DENSITY;
        return 0;
    case FASCIA_NL80211_NAN_PHY_CAP_ATTR_VHT_MCS_SET:
        *has |= HAS_VHT_MAP;
        return mimo_decode_vht(octets, size, &nan->vht_map);
    case FASCIA_NL80211_NAN_PHY_CAP_ATTR_VHT_CAPA:
        *has |= HAS_VHT_CAPS;
        return link_attr_u32(a, &nan->vht_caps) ? 0 : -EBADMSG;
    case FASCIA_NL80211_NAN_PHY_CAP_ATTR_HE_PHY:
        if (size == 0)
            return -EBADMSG;
        *has |= HAS_HE_PHY;
        nan->he_phy0 = octets[0];
        return 0;
    case FASCIA_NL80211_NAN_PHY_CAP_ATTR_HE_MCS_SET:
        *has |= HAS_HE_MAP;
        return mimo_decode_he(octets, size, nan->he_maps);
    default: /* not our enum */
        return 0;
    }
}

static int parse_phy(struct fascia_reader at, struct wiphy_nan *nan)
{
    unsigned int has = 0;

    for (struct link_attr a; link_attr_next(&at, &a);) {
        int r = parse_phy_attribute(&a, nan, &has);
        if (r < 0)
            return r;
    }
    if (!link_attrs_ok(&at))
        return -EBADMSG;
    nan->ampdu = (has & HAS_AMPDU) == HAS_AMPDU;
    nan->ht = (has & HAS_HT) == HAS_HT;
    nan->vht = (has & HAS_VHT) == HAS_VHT;
    nan->he = (has & HAS_HE) == HAS_HE;
    wiphy_trim_he(nan->he_maps, nan->he_phy0);
    return 0;
}

int wiphy_parse_nan(struct fascia_reader at, struct wiphy *wiphy)
{
    struct wiphy_nan nan = {0};

    for (struct link_attr a; link_attr_next(&at, &a);) {
        uint8_t antennas = 0;
        if (a.type == FASCIA_NL80211_NAN_CAPA_CONFIGURABLE_SYNC) {
            nan.configurable_sync = true;
        } else if (a.type == FASCIA_NL80211_NAN_CAPA_USERSPACE_DE) {
            nan.userspace_discovery = true;
        } else if (a.type == FASCIA_NL80211_NAN_CAPA_NUM_ANTENNAS) {
            if (!link_attr_u8(&a, &antennas))
                return -EBADMSG;
            nan.antennas_tx = antennas & 0x0f;
            nan.antennas_rx = antennas >> 4;
        } else if (a.type == FASCIA_NL80211_NAN_CAPA_PHY && parse_phy(a.value, &nan) < 0) {
            return -EBADMSG;
        }
    }
    if (!link_attrs_ok(&at))
        return -EBADMSG;
    wiphy->nan_caps = nan;
    return 0;
}
