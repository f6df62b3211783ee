/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/link/capability.h"

#include "stack/base/text.h"
#include "stack/link/channel.h"
#include "stack/link/nl80211_values.h"

enum { WIDEST_PLAN_MHZ = 160 }; /* channel_plan() knows no wider block */

static uint8_t count(uint32_t mask)
{
    return (uint8_t)__builtin_popcount(mask);
}

struct direction {
    uint8_t effective, maps; /* of the modes that count */
    uint8_t all;             /* effective, were every mode permitted */
    uint32_t used, available;
};

static enum capability_limit limit_of(const struct direction *d)
{
    if (d->all > d->effective)
        return CAPABILITY_LIMIT_STANDARD;
    if (d->effective == 0)
        return CAPABILITY_LIMIT_UNKNOWN;
    /* Many drivers shrink their MCS maps together with the mask, so that both agree: the mask is the cause. */
    if (d->used && count(d->used) < count(d->available) && d->effective == count(d->used))
        return CAPABILITY_LIMIT_CONFIGURED;
    return d->effective < d->maps ? CAPABILITY_LIMIT_ANTENNAS : CAPABILITY_LIMIT_MCS;
}

static enum capability_limit limit_tx(const struct capability_role *role, uint8_t maps, uint8_t all)
{
    return limit_of(&(struct direction){.effective = role->effective.tx,
                                        .maps = maps,
                                        .all = all,
                                        .used = role->antennas.used_tx,
                                        .available = role->antennas.available_tx});
}

static enum capability_limit limit_rx(const struct capability_role *role, uint8_t maps, uint8_t all)
{
    return limit_of(&(struct direction){.effective = role->effective.rx,
                                        .maps = maps,
                                        .all = all,
                                        .used = role->antennas.used_rx,
                                        .available = role->antennas.available_rx});
}

static struct mimo_streams told_or(struct mimo_streams streams, struct mimo_streams otherwise)
{
    return (struct mimo_streams){.tx = streams.tx ? streams.tx : otherwise.tx,
                                 .rx = streams.rx ? streams.rx : otherwise.rx};
}

/* The streams of the modes at a width; a mode without a map for it keeps that of 80 MHz. */
static struct mimo_modes modes_at(const struct wiphy_phys *phys, uint16_t width_mhz)
{
    struct mimo_modes modes = wiphy_phys_streams(phys);
    enum mimo_width eht = width_mhz > 160 ? MIMO_WIDTH_THIRD : MIMO_WIDTH_160;

    if (width_mhz <= 80)
        return modes;
    if (phys->he)
        modes.he = told_or(phys->he_maps[MIMO_WIDTH_160].streams, modes.he);
    if (phys->eht)
        modes.eht = told_or(phys->eht_maps[eht].streams, modes.eht);
    return modes;
}

static void put_effective(const struct wiphy_phys *phys, const struct wiphy_phys *all, struct capability_role *role)
{
    static const struct mimo_antennas none = {0};
    const struct mimo_modes modes = wiphy_phys_streams(phys), all_modes = wiphy_phys_streams(all);
    const struct mimo_modes widest = modes_at(phys, role->width_mhz);
    struct mimo_result result = mimo_bound(&modes, &role->antennas);
    struct mimo_streams maps = mimo_bound(&modes, &none).streams;
    struct mimo_streams permitted = mimo_bound(&all_modes, &role->antennas).streams;

    struct mimo_streams wide = mimo_bound(&widest, &role->antennas).streams;

    role->effective = result.streams;
    role->effective_widest.tx = wide.tx < result.streams.tx ? wide.tx : result.streams.tx;
    role->effective_widest.rx = wide.rx < result.streams.rx ? wide.rx : result.streams.rx;
    role->notes = result.notes;
    (void)mimo_class(&role->effective, role->class);
    role->limit_tx = limit_tx(role, maps.tx, permitted.tx);
    role->limit_rx = limit_rx(role, maps.rx, permitted.rx);
}

static struct capability_mode mode_of(const struct mimo_map *map, uint16_t width_mhz)
{
    return (struct capability_mode){
        .present = true,
        .streams = map->streams,
        .mcs_tx = (int8_t)(map->streams.tx ? map->mcs_tx : -1),
        .mcs_rx = (int8_t)(map->streams.rx ? map->mcs_rx : -1),
        .width_mhz = width_mhz,
    };
}

static void put_modes(const struct wiphy_phys *phys, enum wiphy_band band, struct capability_role *role)
{
    struct capability_mode *modes = role->modes;

    for (unsigned int phy = 0; phy < CAPABILITY_PHYS_; phy++)
        modes[phy] = (struct capability_mode){.mcs_tx = -1, .mcs_rx = -1};
    role->standard = band == WIPHY_BAND_60GHZ ? STATION_STANDARD_UNKNOWN : STATION_STANDARD_LEGACY;
    if (phys->ht) {
        modes[CAPABILITY_PHY_HT] = mode_of(&phys->ht_map, wiphy_ht_width(phys, band));
        role->standard = STATION_STANDARD_HT;
    }
    if (phys->vht) {
        struct capability_mode *vht = &modes[CAPABILITY_PHY_VHT];
        *vht = mode_of(&phys->vht_map, wiphy_vht_width(phys, band));
        if (vht->width_mhz == 160)
            vht->streams_160 = vht->streams;
        role->standard = STATION_STANDARD_VHT;
    }
    if (phys->he) {
        modes[CAPABILITY_PHY_HE] = mode_of(&phys->he_maps[MIMO_WIDTH_80], wiphy_he_width(phys, band));
        modes[CAPABILITY_PHY_HE].streams_160 = phys->he_maps[MIMO_WIDTH_160].streams;
        role->standard = STATION_STANDARD_HE;
    }
    if (phys->eht) {
        modes[CAPABILITY_PHY_EHT] = mode_of(&phys->eht_maps[MIMO_WIDTH_80], wiphy_eht_width(phys, band));
        modes[CAPABILITY_PHY_EHT].streams_160 = phys->eht_maps[MIMO_WIDTH_160].streams;
        modes[CAPABILITY_PHY_EHT].streams_320 = phys->eht_maps[MIMO_WIDTH_THIRD].streams;
        role->standard = STATION_STANDARD_EHT;
    }
}

/* The interface type is one of the whole radio; whether a band can carry it is another question. */
static bool supported(const struct wiphy *wiphy, enum wiphy_band band, enum wiphy_role role)
{
    const struct wiphy_he *he = &wiphy->bands[band].roles[role];

    switch (role) {
    case WIPHY_ROLE_AP:
        return wiphy->ap && (band != WIPHY_BAND_6GHZ || he->he); /* 6 GHz begins with HE */
    case WIPHY_ROLE_STATION:
        return wiphy->station && (band != WIPHY_BAND_6GHZ || he->he);
    case WIPHY_ROLE_NAN:
        if (wiphy->nan_bands)
            return wiphy->nan && wiphy->nan_bands & 1U << band;
        return wiphy->nan && (band == WIPHY_BAND_2GHZ || band == WIPHY_BAND_5GHZ || he->he);
    case WIPHY_ROLES_:
        break;
    }
    return false;
}

static void put_role(const struct wiphy *wiphy, enum wiphy_band band, enum wiphy_role id, enum link_standard standard,
                     struct capability_role *role)
{
    struct wiphy_phys all, phys;

    if (!supported(wiphy, band, id))
        return;
    wiphy_phys_of(wiphy, band, id, &all);
    phys = all;
    wiphy_phys_limit(&phys, standard);
    role->supported = true;
    role->antennas = wiphy_antennas(wiphy, band, id);
    role->width_mhz = wiphy_phys_width(&phys, band);
    put_modes(&phys, band, role);
    put_effective(&phys, &all, role);
}

/* Of a channel on which an access point may start; nothing to gain once the role's own width is reached. */
static uint16_t startable_width(const struct wiphy *wiphy, enum wiphy_band band, uint32_t frequency_mhz,
                                uint32_t widest_mhz, enum link_standard standard)
{
    static const enum link_band bands[WIPHY_BANDS_] = {
        [WIPHY_BAND_2GHZ] = LINK_BAND_2GHZ,
        [WIPHY_BAND_5GHZ] = LINK_BAND_5GHZ,
        [WIPHY_BAND_60GHZ] = LINK_BANDS_,
        [WIPHY_BAND_6GHZ] = LINK_BAND_6GHZ,
    };
    const struct channel_rules rules = {.settled = true, .standard = standard};
    struct channel_plan plan = {.width_mhz = 20};
    uint32_t number = channel_number(frequency_mhz);

    if (bands[band] == LINK_BANDS_ || widest_mhz == 0)
        return 0;
    if (number != 0)
        channel_plan(wiphy, bands[band], number, widest_mhz, &rules, &plan);
    return (uint16_t)plan.width_mhz;
}

static void count_radar(const struct wiphy_channel *channel, struct capability_band *to)
{
    to->radar++;
    if (channel->dfs_state == WIPHY_DFS_AVAILABLE)
        to->radar_free++;
    if (channel->dfs_state == WIPHY_DFS_UNAVAILABLE)
        to->radar_seen++;
}

static void put_channels(const struct wiphy *wiphy, enum wiphy_band band, enum link_standard standard,
                         struct capability_band *to)
{
    const struct wiphy_band_caps *caps = &wiphy->bands[band];
    uint32_t widest = to->roles[WIPHY_ROLE_AP].width_mhz;

    if (widest > WIDEST_PLAN_MHZ)
        widest = WIDEST_PLAN_MHZ;
    to->channels = (uint16_t)caps->channel_count;
    for (size_t i = 0; i < caps->channel_count; i++) {
        const struct wiphy_channel *channel = &caps->channels[i];
        if (channel->flags & WIPHY_CHANNEL_DISABLED) {
            to->disabled++;
            continue;
        }
        if (channel->flags & WIPHY_CHANNEL_INDOOR_ONLY)
            to->indoor_only++;
        if (channel->flags & WIPHY_CHANNEL_RADAR) {
            count_radar(channel, to);
        } else if (channel->flags & WIPHY_CHANNEL_NO_IR) {
            to->listen_only++;
        } else {
            to->startable++;
            if (to->width_startable_mhz >= widest)
                continue;
            uint16_t width = startable_width(wiphy, band, channel->frequency_mhz, widest, standard);
            if (width > to->width_startable_mhz)
                to->width_startable_mhz = width;
        }
    }
}

static void put_combinations(const struct wiphy *wiphy, struct capability *c)
{
    static const uint16_t widths[] = {320, 160, 80, 40, 20};
    const uint32_t ap = 1U << NL80211_IFTYPE_AP;
    const uint32_t data = wiphy->nan_data ? 1U << FASCIA_NL80211_IFTYPE_NAN_DATA : 0;

    for (size_t i = 0; i < wiphy->combination_count; i++) {
        const struct wiphy_combination *combination = &wiphy->combinations[i];
        if (!wiphy_combination_permits(combination, ap))
            continue;
        if (wiphy_combination_permits(combination, ap | 1U << NL80211_IFTYPE_STATION))
            c->ap_and_station = true;
        if (wiphy_combination_permits(combination, ap | data | 1U << NL80211_IFTYPE_NAN))
            c->ap_and_nan = true;
        if (combination->channels > c->combination_channels)
            c->combination_channels =
                (uint16_t)(combination->channels < UINT16_MAX ? combination->channels : UINT16_MAX);
    }
    for (size_t i = 0; i < sizeof widths / sizeof widths[0] && !wiphy->dfs_offload; i++) {
        if (c->radar_width_mhz == 0 && wiphy_radar_detection(wiphy, widths[i]))
            c->radar_width_mhz = widths[i];
    }
    c->radar_detection = wiphy->dfs_offload ? wiphy->ap : c->radar_width_mhz != 0;
}

/* HT Capability Information, SM Power Save (IEEE 802.11-2020, 9.4.2.55.2): bits 2-3, 0 = static, 1 = dynamic. */
static void put_smps(const struct wiphy *wiphy, struct capability *c)
{
    c->smps_static = wiphy->smps_static;
    c->smps_dynamic = wiphy->smps_dynamic;
    for (unsigned int band = 0; band < WIPHY_BANDS_; band++) {
        const struct wiphy_band_caps *caps = &wiphy->bands[band];
        unsigned int smps = caps->ht_caps >> 2 & 3U;
        if (!caps->ht)
            continue;
        c->smps_static |= smps == 0;
        c->smps_dynamic |= smps == 1;
    }
}

void capability_of(const struct wiphy *wiphy, enum link_standard standard, struct capability *ret_capability)
{
    struct capability c = {
        .index = wiphy->index,
        .dfs_region = wiphy->dfs_region,
        .self_managed = wiphy->self_managed,
        .antennas = wiphy->antennas,
        .roles = {[WIPHY_ROLE_AP] = wiphy->ap, [WIPHY_ROLE_STATION] = wiphy->station, [WIPHY_ROLE_NAN] = wiphy->nan},
    };

    (void)fascia_text_copy(c.name, sizeof c.name, wiphy->name);
    (void)fascia_text_copy(c.country, sizeof c.country, wiphy->country);
    put_combinations(wiphy, &c);
    put_smps(wiphy, &c);
    for (unsigned int band = 0; band < WIPHY_BANDS_; band++) {
        struct capability_band *to = &c.bands[band];
        to->present = wiphy->bands[band].present;
        if (!to->present)
            continue;
        for (unsigned int role = 0; role < WIPHY_ROLES_; role++)
            put_role(wiphy, (enum wiphy_band)band, (enum wiphy_role)role, standard, &to->roles[role]);
        put_channels(wiphy, (enum wiphy_band)band, standard, to);
    }
    *ret_capability = c;
}

const char *capability_limit_name(enum capability_limit limit)
{
    static const char *const names[CAPABILITY_LIMITS_] = {
        [CAPABILITY_LIMIT_UNKNOWN] = "unknown",   [CAPABILITY_LIMIT_MCS] = "mcs-map",
        [CAPABILITY_LIMIT_ANTENNAS] = "antennas", [CAPABILITY_LIMIT_CONFIGURED] = "antennas-configured",
        [CAPABILITY_LIMIT_STANDARD] = "standard",
    };
    return (unsigned int)limit < CAPABILITY_LIMITS_ ? names[limit] : "?";
}

const char *capability_limit_text(enum capability_limit limit)
{
    static const char *const texts[CAPABILITY_LIMITS_] = {
        [CAPABILITY_LIMIT_UNKNOWN] = "the driver does not say how many streams there are",
        [CAPABILITY_LIMIT_MCS] = "the MCS maps of the driver have no more streams",
        [CAPABILITY_LIMIT_ANTENNAS] = "the radio has fewer antennas than its MCS maps have streams",
        [CAPABILITY_LIMIT_CONFIGURED] = "antennas are switched off; see `iw phy … set antenna`",
        [CAPABILITY_LIMIT_STANDARD] = "link.standard leaves out the modes that would carry more",
    };
    return (unsigned int)limit < CAPABILITY_LIMITS_ ? texts[limit] : "?";
}

const char *capability_phy_name(enum capability_phy phy)
{
    static const char *const names[CAPABILITY_PHYS_] = {
        [CAPABILITY_PHY_HT] = "HT",
        [CAPABILITY_PHY_VHT] = "VHT",
        [CAPABILITY_PHY_HE] = "HE",
        [CAPABILITY_PHY_EHT] = "EHT",
    };
    return (unsigned int)phy < CAPABILITY_PHYS_ ? names[phy] : "?";
}

const char *capability_role_name(enum wiphy_role role)
{
    static const char *const names[WIPHY_ROLES_] = {
        [WIPHY_ROLE_AP] = "AP",
        [WIPHY_ROLE_STATION] = "station",
        [WIPHY_ROLE_NAN] = "NAN",
    };
    return (unsigned int)role < WIPHY_ROLES_ ? names[role] : "?";
}
