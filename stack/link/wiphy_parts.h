/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_LINK_WIPHY_PARTS_H
#define FASCIA_STACK_LINK_WIPHY_PARTS_H

#include "stack/base/bytes.h"
#include "stack/link/wiphy.h"

/*
 * The parts of the parser, for wiphy_parse() alone. Each takes the inside of a nested attribute and returns 0 or
 * -EBADMSG; on an error it may leave half of it behind, which wiphy_parse() puts right.
 */

/** NL80211_ATTR_WIPHY_BANDS */
int wiphy_parse_bands(struct fascia_reader at, struct wiphy *wiphy);

/** NL80211_ATTR_INTERFACE_COMBINATIONS; told again, it replaces what was told before. */
int wiphy_parse_combinations(struct fascia_reader at, struct wiphy *wiphy);

/** NL80211_ATTR_NAN_CAPABILITIES; replaces too. */
int wiphy_parse_nan(struct fascia_reader at, struct wiphy *wiphy);

/** NL80211_ATTR_WIPHY_RADIOS; replaces too. */
int wiphy_parse_parts(struct fascia_reader at, struct wiphy *wiphy);

/** A nested list of flags whose attribute types are interface type numbers. Sets, never clears. */
int wiphy_parse_types(struct fascia_reader at, bool roles[static WIPHY_ROLES_]);

/** The maps of widths that the HE PHY capabilities do not have say nothing. */
void wiphy_trim_he(struct mimo_map maps[static MIMO_WIDTHS_], uint8_t he_phy0);

/* HE PHY capabilities, first octet (IEEE 802.11ax-2021, 9.4.2.248.3, Supported Channel Width Set in bits 1-7) */
enum {
    WIPHY_HE_PHY0_40_IN_2GHZ = 0x02,
    WIPHY_HE_PHY0_40_80 = 0x04,
    WIPHY_HE_PHY0_160 = 0x08,
    WIPHY_HE_PHY0_80_80 = 0x10,
};

/* EHT PHY capabilities, first octet (IEEE 802.11be) */
enum { WIPHY_EHT_PHY0_320_IN_6GHZ = 0x02 };

#endif
