/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/link/capability.h"

#include "stack/base/text.h"
#include "stack/link/channel.h"

static enum link_band band_of(enum wiphy_band band)
{
    static const enum link_band bands[WIPHY_BANDS_] = {
        [WIPHY_BAND_2GHZ] = LINK_BAND_2GHZ,
        [WIPHY_BAND_5GHZ] = LINK_BAND_5GHZ,
        [WIPHY_BAND_60GHZ] = LINK_BANDS_,
        [WIPHY_BAND_6GHZ] = LINK_BAND_6GHZ,
    };
    return bands[band];
}

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

static void put_effective(const struct wiphy *wiphy, const struct mimo_modes *modes, const struct mimo_modes *all,
                          struct capability_role *role)
{
    static const struct mimo_antennas none = {0};
    const struct mimo_antennas *antennas = &wiphy->antennas;
    struct mimo_result result = mimo_bound(modes, antennas);
    struct mimo_streams maps = mimo_bound(modes, &none).streams;
    struct mimo_streams permitted = mimo_bound(all, antennas).streams;

    role->effective = result.streams;
    role->notes = result.notes;
    (void)mimo_class(&role->effective, role->class);
    role->limit_tx = limit_of(&(struct direction){.effective = role->effective.tx,
                                                  .maps = maps.tx,
                                                  .all = permitted.tx,
                                                  .used = antennas->used_tx,
                                                  .available = antennas->available_tx});
    role->limit_rx = limit_of(&(struct direction){.effective = role->effective.rx,
                                                  .maps = maps.rx,
                                                  .all = permitted.rx,
                                                  .used = antennas->used_rx,
                                                  .available = antennas->available_rx});
}

static bool permitted(enum link_standard standard, enum capability_phy phy)
{
    static const enum link_standard needs[CAPABILITY_PHYS_] = {
        [CAPABILITY_PHY_HT] = LINK_STANDARD_N,
        [CAPABILITY_PHY_VHT] = LINK_STANDARD_AC,
        [CAPABILITY_PHY_HE] = LINK_STANDARD_AX,
        [CAPABILITY_PHY_EHT] = LINK_STANDARD_BE,
    };
    return standard == LINK_STANDARD_NEWEST || standard >= needs[phy];
}

static struct mimo_streams *streams_of(struct mimo_modes *modes, enum capability_phy phy)
{
    switch (phy) {
    case CAPABILITY_PHY_HT:
        return &modes->ht;
    case CAPABILITY_PHY_VHT:
        return &modes->vht;
    case CAPABILITY_PHY_HE:
        return &modes->he;
    case CAPABILITY_PHY_EHT:
    case CAPABILITY_PHYS_:
        break;
    }
    return &modes->eht;
}

static void put_role(const struct wiphy *wiphy, enum wiphy_band band, enum wiphy_role id, enum link_standard standard,
                     struct capability_role *role)
{
    const struct wiphy_band_caps *caps = &wiphy->bands[band];
    const bool has[CAPABILITY_PHYS_] = {
        [CAPABILITY_PHY_HT] = caps->ht,
        [CAPABILITY_PHY_VHT] = caps->vht,
        [CAPABILITY_PHY_HE] = caps->roles[id].he,
        [CAPABILITY_PHY_EHT] = caps->roles[id].eht,
    };
    static const enum station_standard standards[CAPABILITY_PHYS_] = {
        [CAPABILITY_PHY_HT] = STATION_STANDARD_HT,
        [CAPABILITY_PHY_VHT] = STATION_STANDARD_VHT,
        [CAPABILITY_PHY_HE] = STATION_STANDARD_HE,
        [CAPABILITY_PHY_EHT] = STATION_STANDARD_EHT,
    };
    const struct mimo_modes all = wiphy_modes(wiphy, band, id);
    struct mimo_modes modes = all;

    role->supported = true;
    role->standard = STATION_STANDARD_LEGACY;
    for (unsigned int phy = 0; phy < CAPABILITY_PHYS_; phy++) {
        struct capability_mode *mode = &role->modes[phy];
        mode->mcs_tx = mode->mcs_rx = -1;
        if (!has[phy] || !permitted(standard, (enum capability_phy)phy)) {
            *streams_of(&modes, (enum capability_phy)phy) = (struct mimo_streams){0};
            continue;
        }
        mode->present = true;
        mode->streams = *streams_of(&modes, (enum capability_phy)phy);
        role->standard = standards[phy];
    }
    put_effective(wiphy, &modes, &all, role);
    role->width_mhz = wiphy_role_width(wiphy, band, id, standard);
}

static void put_channels(const struct wiphy *wiphy, enum wiphy_band band, struct capability_band *to)
{
    const struct wiphy_band_caps *caps = &wiphy->bands[band];
    const struct capability_role *ap = &to->roles[WIPHY_ROLE_AP];
    uint32_t widest = ap->width_mhz < WIDEST_PLAN_MHZ ? ap->width_mhz : WIDEST_PLAN_MHZ;

    to->channels = (uint16_t)caps->channel_count;
    for (size_t i = 0; i < caps->channel_count; i++) {
        const struct wiphy_channel *channel = &caps->channels[i];
        if (channel->flags & WIPHY_CHANNEL_DISABLED) {
            to->disabled++;
        } else if (channel->flags & WIPHY_CHANNEL_RADAR) {
            to->radar++;
        } else if (channel->flags & WIPHY_CHANNEL_NO_IR) {
            to->listen_only++;
        } else {
            struct channel_plan plan = {.width_mhz = 20};
            uint32_t number = channel_number(channel->frequency_mhz);
            to->startable++;
            if (!ap->supported || band_of(band) == LINK_BANDS_)
                continue;
            if (number != 0)
                channel_plan(wiphy, band_of(band), number, widest, true, &plan);
            if (plan.width_mhz > to->width_startable_mhz)
                to->width_startable_mhz = (uint16_t)plan.width_mhz;
        }
    }
}

void capability_of(const struct wiphy *wiphy, enum link_standard standard, struct capability *ret_capability)
{
    struct capability c = {
        .index = wiphy->index,
        .self_managed = wiphy->self_managed,
        .antennas = wiphy->antennas,
        .roles = {[WIPHY_ROLE_AP] = wiphy->ap, [WIPHY_ROLE_STATION] = wiphy->station, [WIPHY_ROLE_NAN] = wiphy->nan},
    };

    (void)fascia_text_copy(c.name, sizeof c.name, wiphy->name);
    (void)fascia_text_copy(c.country, sizeof c.country, wiphy->country);
    for (unsigned int band = 0; band < WIPHY_BANDS_; band++) {
        const struct wiphy_band_caps *caps = &wiphy->bands[band];
        c.bands[band].present = caps->present;
        if (!caps->present)
            continue;
        for (unsigned int role = 0; role < WIPHY_ROLES_; role++) {
            /* An access point in 6 GHz begins with HE. */
            if (c.roles[role] && (band != WIPHY_BAND_6GHZ || caps->roles[role].he))
                put_role(wiphy, (enum wiphy_band)band, (enum wiphy_role)role, standard, &c.bands[band].roles[role]);
        }
        put_channels(wiphy, (enum wiphy_band)band, &c.bands[band]);
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
        [CAPABILITY_LIMIT_STANDARD] = "link.standard leaves out the mode that has more streams",
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
