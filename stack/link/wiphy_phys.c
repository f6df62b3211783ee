/* SPDX-License-Identifier: Apache-2.0 */
/* What the modes, widths and chains of a radio are for one band and role. */
#include "stack/link/wiphy_parts.h"

/* HT Capability Information and VHT Capabilities Information: IEEE 802.11-2020, 9.4.2.55.2 and 9.4.2.157.2 */
enum { HT_CAP_40 = 0x0002, VHT_CAP_160 = 0x000c /* 1 = 160, 2 = also 80+80 */ };

static void take_he(struct wiphy_phys *phys, const struct wiphy_he *he)
{
    phys->he = he->he;
    phys->eht = he->eht;
    phys->he_phy0 = he->he_phy0;
    phys->eht_phy0 = he->eht_phy0;
    for (unsigned int i = 0; i < MIMO_WIDTHS_; i++) {
        phys->he_maps[i] = he->he_maps[i];
        phys->eht_maps[i] = he->eht_maps[i];
    }
}

static void take_nan(struct wiphy_phys *phys, const struct wiphy_nan *nan)
{
    phys->ht = nan->ht;
    phys->vht = nan->vht;
    phys->he = nan->he;
    phys->ht_caps = nan->ht_caps;
    phys->vht_caps = nan->vht_caps;
    phys->he_phy0 = nan->he_phy0;
    phys->ht_map = nan->ht_map;
    phys->vht_map = nan->vht_map;
    for (unsigned int i = 0; i < MIMO_WIDTHS_; i++)
        phys->he_maps[i] = nan->he_maps[i];
}

void wiphy_phys_of(const struct wiphy *wiphy, enum wiphy_band band, enum wiphy_role role, struct wiphy_phys *ret_phys)
{
    const struct wiphy_band_caps *caps = &wiphy->bands[band];
    const struct wiphy_he *he = &caps->roles[role];
    struct wiphy_phys phys = {
        .ht = caps->ht,
        .vht = caps->vht,
        .ht_caps = caps->ht_caps,
        .vht_caps = caps->vht_caps,
        .ht_map = caps->ht_map,
        .vht_map = caps->vht_map,
    };

    if (role == WIPHY_ROLE_NAN && wiphy->nan_caps.ht && !he->he && !he->eht)
        take_nan(&phys, &wiphy->nan_caps);
    else
        take_he(&phys, he);
    if (band == WIPHY_BAND_6GHZ || band == WIPHY_BAND_60GHZ)
        phys.ht = false;
    if (band != WIPHY_BAND_5GHZ)
        phys.vht = false;
    *ret_phys = phys;
}

void wiphy_phys_limit(struct wiphy_phys *phys, enum link_standard standard)
{
    if (standard == LINK_STANDARD_NEWEST)
        return;
    phys->eht = phys->eht && standard >= LINK_STANDARD_BE;
    phys->he = phys->he && standard >= LINK_STANDARD_AX;
    phys->vht = phys->vht && standard >= LINK_STANDARD_AC;
    phys->ht = phys->ht && standard >= LINK_STANDARD_N;
}

struct mimo_modes wiphy_phys_streams(const struct wiphy_phys *phys)
{
    struct mimo_modes modes = {0};

    if (phys->ht)
        modes.ht = phys->ht_map.streams;
    if (phys->vht)
        modes.vht = phys->vht_map.streams;
    if (phys->he)
        modes.he = phys->he_maps[MIMO_WIDTH_80].streams;
    if (phys->eht)
        modes.eht = phys->eht_maps[MIMO_WIDTH_80].streams;
    return modes;
}

struct mimo_modes wiphy_modes(const struct wiphy *wiphy, enum wiphy_band band, enum wiphy_role role)
{
    struct wiphy_phys phys;

    wiphy_phys_of(wiphy, band, role, &phys);
    return wiphy_phys_streams(&phys);
}

/* Of several radios the one with fewest chains that reaches into the band: what an access point there surely has. */
static uint32_t part_mask(const struct wiphy *wiphy, const struct wiphy_band_caps *caps)
{
    uint32_t mask = 0;

    for (size_t i = 0; i < wiphy->part_count; i++) {
        const struct wiphy_part *part = &wiphy->parts[i];
        bool reaches = false;
        for (size_t c = 0; c < caps->channel_count && !reaches; c++)
            reaches =
                caps->channels[c].frequency_mhz >= part->from_mhz && caps->channels[c].frequency_mhz <= part->to_mhz;
        if (!reaches || part->antennas == 0)
            continue;
        if (mask == 0 || __builtin_popcount(part->antennas) < __builtin_popcount(mask))
            mask = part->antennas;
    }
    return mask;
}

static void keep(uint32_t *mask, uint32_t of)
{
    if (*mask & of) /* a radio whose mask is of other bits contradicts the wiphy: believe the wiphy */
        *mask &= of;
}

/* Leaves the `count` lowest chains of a mask; says so many where the driver tells no mask. */
static void bound(uint32_t *available, uint32_t *used, uint8_t count)
{
    if (count == 0)
        return;
    if (*available == 0)
        *available = (1U << count) - 1;
    while (__builtin_popcount(*available) > count)
        *available &= ~(1U << (31 - __builtin_clz(*available)));
    while (__builtin_popcount(*used) > count)
        *used &= ~(1U << (31 - __builtin_clz(*used)));
}

struct mimo_antennas wiphy_antennas(const struct wiphy *wiphy, enum wiphy_band band, enum wiphy_role role)
{
    struct mimo_antennas antennas = wiphy->antennas;
    uint32_t mask = part_mask(wiphy, &wiphy->bands[band]);

    if (mask) {
        keep(&antennas.available_tx, mask);
        keep(&antennas.available_rx, mask);
        keep(&antennas.used_tx, mask);
        keep(&antennas.used_rx, mask);
    }
    if (role == WIPHY_ROLE_NAN) {
        bound(&antennas.available_tx, &antennas.used_tx, wiphy->nan_caps.antennas_tx);
        bound(&antennas.available_rx, &antennas.used_rx, wiphy->nan_caps.antennas_rx);
    }
    return antennas;
}

uint16_t wiphy_ht_width(const struct wiphy_phys *phys, enum wiphy_band band)
{
    (void)band;
    if (!phys->ht)
        return 0;
    return phys->ht_caps & HT_CAP_40 ? 40 : 20;
}

uint16_t wiphy_vht_width(const struct wiphy_phys *phys, enum wiphy_band band)
{
    (void)band;
    if (!phys->vht)
        return 0;
    return phys->vht_caps & VHT_CAP_160 ? 160 : 80;
}

uint16_t wiphy_he_width(const struct wiphy_phys *phys, enum wiphy_band band)
{
    if (!phys->he)
        return 0;
    if (band == WIPHY_BAND_2GHZ)
        return phys->he_phy0 & WIPHY_HE_PHY0_40_IN_2GHZ ? 40 : 20;
    if (!(phys->he_phy0 & WIPHY_HE_PHY0_40_80))
        return 20;
    return phys->he_phy0 & WIPHY_HE_PHY0_160 ? 160 : 80;
}

uint16_t wiphy_eht_width(const struct wiphy_phys *phys, enum wiphy_band band)
{
    uint16_t he = wiphy_he_width(phys, band); /* EHT tells only what HE cannot: the rest is in the HE capabilities */

    if (!phys->eht)
        return 0;
    if (band == WIPHY_BAND_6GHZ && phys->eht_phy0 & WIPHY_EHT_PHY0_320_IN_6GHZ)
        return 320;
    return he ? he : 20;
}

uint16_t wiphy_phys_width(const struct wiphy_phys *phys, enum wiphy_band band)
{
    uint16_t ht = wiphy_ht_width(phys, band), vht = wiphy_vht_width(phys, band);
    uint16_t he = wiphy_he_width(phys, band), eht = wiphy_eht_width(phys, band);

    switch (band) {
    case WIPHY_BAND_2GHZ:
        return ht == 40 && (he == 0 || he == 40) ? 40 : 20;
    case WIPHY_BAND_5GHZ:
        if (ht != 40 || he == 20)
            return 20;
        if (vht == 0)
            return 40;
        return he == 0 || vht < he ? vht : he;
    case WIPHY_BAND_6GHZ:
        if (he == 0)
            return 0;
        return eht == 320 ? 320 : he;
    case WIPHY_BAND_60GHZ:
    case WIPHY_BANDS_:
        break;
    }
    return 0;
}

uint16_t wiphy_role_width(const struct wiphy *wiphy, enum wiphy_band band, enum wiphy_role role,
                          enum link_standard standard)
{
    struct wiphy_phys phys;

    if (!wiphy->bands[band].present)
        return 0;
    wiphy_phys_of(wiphy, band, role, &phys);
    wiphy_phys_limit(&phys, standard);
    return wiphy_phys_width(&phys, band);
}
