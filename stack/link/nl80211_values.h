/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_LINK_NL80211_VALUES_H
#define FASCIA_STACK_LINK_NL80211_VALUES_H

/*
 * The kernel's nl80211 numbers. <linux/nl80211.h> is a header of constants; what Debian 12's copy (6.1) does not
 * have is given here. Its names are enumerators, so #ifdef cannot see them; numbers of released attributes never
 * change.
 */
#include <linux/nl80211.h>

enum {
    FASCIA_NL80211_IFTYPE_NAN_DATA = 13,
    FASCIA_NL80211_RATE_INFO_UHR_MCS = 30,
    FASCIA_NL80211_ATTR_WIPHY_RADIOS = 331,
    FASCIA_NL80211_ATTR_NAN_CAPABILITIES = 344,
    FASCIA_NL80211_FREQUENCY_ATTR_ALLOW_6GHZ_VLP_AP = 33,
};

enum { /* of NL80211_ATTR_WIPHY_RADIOS: the radios that one wiphy is made of (Linux 6.12) */
       FASCIA_NL80211_WIPHY_RADIO_ATTR_FREQ_RANGE = 2,
       FASCIA_NL80211_WIPHY_RADIO_ATTR_ANTENNA_MASK = 4,
       FASCIA_NL80211_WIPHY_RADIO_FREQ_ATTR_START = 1, /* kHz */
       FASCIA_NL80211_WIPHY_RADIO_FREQ_ATTR_END = 2,
};

enum { /* of NL80211_ATTR_NAN_CAPABILITIES */
       FASCIA_NL80211_NAN_CAPA_NUM_ANTENNAS = 4,
       FASCIA_NL80211_NAN_CAPA_PHY = 7,
       FASCIA_NL80211_NAN_PHY_CAP_ATTR_HT_MCS_SET = 1,
       FASCIA_NL80211_NAN_PHY_CAP_ATTR_HT_CAPA = 2,
       FASCIA_NL80211_NAN_PHY_CAP_ATTR_VHT_MCS_SET = 5,
       FASCIA_NL80211_NAN_PHY_CAP_ATTR_VHT_CAPA = 6,
       FASCIA_NL80211_NAN_PHY_CAP_ATTR_HE_PHY = 8,
       FASCIA_NL80211_NAN_PHY_CAP_ATTR_HE_MCS_SET = 9,
};

#endif
