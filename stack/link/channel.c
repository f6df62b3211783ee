/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/link/channel.h"

#include <stddef.h>

enum { HT_CAP_40 = 0x0002, VHT_CAP_160 = 0x000c };
/* HE PHY capabilities, first octet (IEEE 802.11ax-2021, 9.4.2.248.3, Supported Channel Width Set in bits 1-7) */
enum { HE_PHY0_40_IN_2GHZ = 0x02, HE_PHY0_40_80 = 0x04, HE_PHY0_160 = 0x08 };

/* Runs of 20 MHz channels four numbers apart, to whose first number the wider blocks are aligned. */
struct run {
    uint32_t first, last;
};
static const struct run runs_5ghz[] = {{36, 64}, {100, 144}, {149, 177}};
static const struct run runs_6ghz[] = {{1, 233}};

static const struct run *run_of(enum link_band band, uint32_t number)
{
    const struct run *runs = band == LINK_BAND_6GHZ ? runs_6ghz : runs_5ghz;
    size_t count = band == LINK_BAND_6GHZ ? 1 : sizeof runs_5ghz / sizeof runs_5ghz[0];

    for (size_t i = 0; i < count; i++) {
        if (number >= runs[i].first && number <= runs[i].last && (number - runs[i].first) % 4 == 0)
            return &runs[i];
    }
    return NULL;
}

uint32_t channel_frequency(enum link_band band, int64_t number)
{
    switch (band) {
    case LINK_BAND_2GHZ:
        if (number == 14)
            return 2484;
        return number >= 1 && number <= 13 ? (uint32_t)(2407 + 5 * number) : 0;
    case LINK_BAND_5GHZ:
        return number >= 0 && number <= 200 && run_of(band, (uint32_t)number) ? (uint32_t)(5000 + 5 * number) : 0;
    case LINK_BAND_6GHZ:
        return number >= 0 && number <= 233 && run_of(band, (uint32_t)number) ? (uint32_t)(5950 + 5 * number) : 0;
    case LINK_BANDS_:
        break;
    }
    return 0;
}

uint32_t channel_number(uint32_t frequency_mhz)
{
    if (frequency_mhz == 2484)
        return 14;
    if (frequency_mhz >= 2412 && frequency_mhz <= 2472)
        return (frequency_mhz - 2407) / 5;
    if (frequency_mhz >= 5180 && frequency_mhz <= 5885)
        return (frequency_mhz - 5000) / 5;
    if (frequency_mhz >= 5955 && frequency_mhz <= 7115)
        return (frequency_mhz - 5950) / 5;
    return 0;
}

/* In 2.4 GHz every channel may be the primary one of a 40 MHz channel; keep the secondary inside 1..13. */
static bool block_2ghz(uint32_t number, uint32_t width_mhz, struct channel_plan *plan)
{
    if (width_mhz == 20) {
        plan->centre_segment = number;
        return true;
    }
    if (width_mhz != 40 || number > 13)
        return false;
    plan->secondary = number <= 7 ? 1 : -1;
    plan->centre_segment = number <= 7 ? number + 2 : number - 2;
    return true;
}

bool channel_block(enum link_band band, uint32_t number, uint32_t width_mhz, struct channel_plan *ret_plan)
{
    struct channel_plan plan = {
        .band = band,
        .number = number,
        .frequency_mhz = channel_frequency(band, number),
        .width_mhz = width_mhz,
    };

    if (plan.frequency_mhz == 0)
        return false;
    if (band == LINK_BAND_2GHZ) {
        if (!block_2ghz(number, width_mhz, &plan))
            return false;
        *ret_plan = plan;
        return true;
    }

    const struct run *run = run_of(band, number);
    if (!run)
        return false;
    uint32_t n = width_mhz / 20; /* 20 MHz channels in the block */
    uint32_t place = (number - run->first) / 4;
    uint32_t block = place / n * n;
    if (run->first + 4 * (block + n - 1) > run->last)
        return false;
    plan.centre_segment = run->first + 4 * block + 2 * (n - 1);
    if (n > 1)
        plan.secondary = place % 2 == 0 ? 1 : -1;
    *ret_plan = plan;
    return true;
}

const char *channel_verdict_text(enum channel_verdict verdict)
{
    static const char *const texts[CHANNEL_VERDICTS_] = {
        [CHANNEL_ALLOWED] = "is allowed",          [CHANNEL_MISSING] = "is not among the radio's channels",
        [CHANNEL_DISABLED] = "is disabled",        [CHANNEL_NO_IR] = "is for listening only (no-IR)",
        [CHANNEL_RADAR] = "needs radar detection",
    };
    return (unsigned int)verdict < CHANNEL_VERDICTS_ ? texts[verdict] : "?";
}

enum channel_verdict channel_judge(const struct wiphy *wiphy, enum link_band band, uint32_t frequency_mhz, bool settled)
{
    const struct wiphy_channel *channel = wiphy_channel(wiphy, wiphy_band_of(band), frequency_mhz);

    if (!channel)
        return CHANNEL_MISSING;
    if (!settled)
        return CHANNEL_ALLOWED;
    if (channel->flags & WIPHY_CHANNEL_DISABLED)
        return CHANNEL_DISABLED;
    if (channel->flags & WIPHY_CHANNEL_RADAR)
        return CHANNEL_RADAR;
    if (channel->flags & WIPHY_CHANNEL_NO_IR)
        return CHANNEL_NO_IR;
    return CHANNEL_ALLOWED;
}

/* What the modes can do. hostapd checks every mode that it enables, so all present ones must agree. */
static bool modes_can(const struct wiphy_band_caps *caps, enum link_band band, uint32_t width_mhz)
{
    const struct wiphy_he *ap = &caps->roles[WIPHY_ROLE_AP];

    if (width_mhz == 20)
        return true;
    if (band == LINK_BAND_2GHZ)
        return width_mhz == 40 && caps->ht_caps & HT_CAP_40 && (!ap->he || ap->he_phy0 & HE_PHY0_40_IN_2GHZ);
    if (ap->he && !(ap->he_phy0 & HE_PHY0_40_80))
        return false;
    if (width_mhz == 160 && ap->he && !(ap->he_phy0 & HE_PHY0_160))
        return false;
    if (band == LINK_BAND_6GHZ)
        return ap->he;
    if (!(caps->ht_caps & HT_CAP_40))
        return false;
    if (width_mhz >= 80 && !caps->vht)
        return false;
    return width_mhz < 160 || caps->vht_caps & VHT_CAP_160;
}

static bool block_allowed(const struct wiphy *wiphy, const struct channel_plan *plan, bool settled)
{
    static const unsigned int too_wide[] = {
        [40 / 40] = 0, [80 / 40] = WIPHY_CHANNEL_NO_80, [160 / 40] = WIPHY_CHANNEL_NO_160};
    const struct wiphy_channel *primary = wiphy_channel(wiphy, wiphy_band_of(plan->band), plan->frequency_mhz);
    unsigned int refused = too_wide[plan->width_mhz / 40];

    if (plan->secondary > 0)
        refused |= WIPHY_CHANNEL_NO_HT40_PLUS;
    if (plan->secondary < 0)
        refused |= WIPHY_CHANNEL_NO_HT40_MINUS;
    if (settled && primary && primary->flags & refused)
        return false;

    uint32_t n = plan->width_mhz / 20;
    uint32_t lowest = channel_frequency(plan->band, plan->number) + 5 * (plan->centre_segment - plan->number) -
                      10 * (n - 1); /* wraps and comes back */
    for (uint32_t i = 0; i < n; i++) {
        if (channel_judge(wiphy, plan->band, lowest + 20 * i, settled) != CHANNEL_ALLOWED)
            return false;
    }
    return true;
}

void channel_plan(const struct wiphy *wiphy, enum link_band band, uint32_t number, uint32_t width_mhz, bool settled,
                  struct channel_plan *ret_plan)
{
    const struct wiphy_band_caps *caps = &wiphy->bands[wiphy_band_of(band)];

    for (uint32_t width = width_mhz; width >= 40; width /= 2) {
        struct channel_plan plan;
        if (modes_can(caps, band, width) && channel_block(band, number, width, &plan) &&
            block_allowed(wiphy, &plan, settled)) {
            *ret_plan = plan;
            return;
        }
    }
    *ret_plan = (struct channel_plan){
        .band = band,
        .number = number,
        .frequency_mhz = channel_frequency(band, number),
        .width_mhz = 20,
        .centre_segment = number,
    };
}
