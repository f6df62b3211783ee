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
};

#endif
