/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/link/channel.h"

#include <stddef.h>

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
        [CHANNEL_ALLOWED] = "is allowed",
        [CHANNEL_MISSING] = "is not among the radio's channels",
        [CHANNEL_DISABLED] = "is disabled",
        [CHANNEL_NO_IR] = "is for listening only (no-IR)",
        [CHANNEL_RADAR] = "needs radar detection (link.dfs)",
        [CHANNEL_NO_DETECTION] = "needs radar detection, which the radio does not do",
        [CHANNEL_RADAR_SEEN] = "is closed, because radar was seen",
    };
    return (unsigned int)verdict < CHANNEL_VERDICTS_ ? texts[verdict] : "?";
}

static enum channel_verdict judge_radar(const struct wiphy *wiphy, const struct wiphy_channel *channel,
                                        uint16_t width_mhz, const struct channel_rules *rules)
{
    if (!rules->dfs)
        return CHANNEL_RADAR;
    if (!wiphy_radar_detection(wiphy, width_mhz))
        return CHANNEL_NO_DETECTION;
    return channel->dfs_state == WIPHY_DFS_UNAVAILABLE ? CHANNEL_RADAR_SEEN : CHANNEL_ALLOWED;
}

/* One 20 MHz channel of a block of that width. */
static enum channel_verdict judge_in_block(const struct wiphy *wiphy, enum link_band band, uint32_t frequency_mhz,
                                           uint32_t width_mhz, const struct channel_rules *rules)
{
    const struct wiphy_channel *channel = wiphy_channel(wiphy, wiphy_band_of(band), frequency_mhz);

    if (!channel)
        return CHANNEL_MISSING;
    if (!rules->settled)
        return CHANNEL_ALLOWED;
    if (channel->flags & WIPHY_CHANNEL_DISABLED)
        return CHANNEL_DISABLED;
    if (channel->flags & WIPHY_CHANNEL_RADAR) {
        enum channel_verdict verdict = judge_radar(wiphy, channel, (uint16_t)width_mhz, rules);
        if (verdict != CHANNEL_ALLOWED)
            return verdict;
    }
    return channel->flags & WIPHY_CHANNEL_NO_IR ? CHANNEL_NO_IR : CHANNEL_ALLOWED;
}

enum channel_verdict channel_judge(const struct wiphy *wiphy, enum link_band band, uint32_t frequency_mhz,
                                   const struct channel_rules *rules)
{
    return judge_in_block(wiphy, band, frequency_mhz, 20, rules);
}

/* Centre of the lowest 20 MHz channel of a block. */
static uint32_t lowest_of(const struct channel_plan *plan)
{
    return channel_frequency(plan->band, plan->number) + 5 * (plan->centre_segment - plan->number) -
           10 * (plan->width_mhz / 20 - 1); /* wraps and comes back */
}

static bool block_allowed(const struct wiphy *wiphy, const struct channel_plan *plan, const struct channel_rules *rules)
{
    static const unsigned int too_wide[] = {
        [40 / 40] = 0, [80 / 40] = WIPHY_CHANNEL_NO_80, [160 / 40] = WIPHY_CHANNEL_NO_160};
    const struct wiphy_channel *primary = wiphy_channel(wiphy, wiphy_band_of(plan->band), plan->frequency_mhz);
    unsigned int refused = too_wide[plan->width_mhz / 40];

    if (plan->secondary > 0)
        refused |= WIPHY_CHANNEL_NO_HT40_PLUS;
    if (plan->secondary < 0)
        refused |= WIPHY_CHANNEL_NO_HT40_MINUS;
    if (rules->settled && primary && primary->flags & refused)
        return false;

    uint32_t lowest = lowest_of(plan);
    for (uint32_t i = 0; i < plan->width_mhz / 20; i++) {
        if (judge_in_block(wiphy, plan->band, lowest + 20 * i, plan->width_mhz, rules) != CHANNEL_ALLOWED)
            return false;
    }
    return true;
}

static bool can_be(const struct wiphy *wiphy, enum link_band band, uint32_t number, uint32_t width_mhz,
                   const struct channel_rules *rules, struct channel_plan *plan)
{
    return channel_block(band, number, width_mhz, plan) && block_allowed(wiphy, plan, rules);
}

static uint32_t widest_of(const struct wiphy *wiphy, enum link_band band, uint32_t width_mhz,
                          const struct channel_rules *rules)
{
    uint32_t radio = wiphy_role_width(wiphy, wiphy_band_of(band), WIPHY_ROLE_AP, rules->standard);

    while (width_mhz > 20 && width_mhz > radio)
        width_mhz /= 2;
    return width_mhz;
}

void channel_plan(const struct wiphy *wiphy, enum link_band band, uint32_t number, uint32_t width_mhz,
                  const struct channel_rules *rules, struct channel_plan *ret_plan)
{
    for (uint32_t width = widest_of(wiphy, band, width_mhz, rules); width >= 40; width /= 2) {
        struct channel_plan plan;
        if (can_be(wiphy, band, number, width, rules, &plan)) {
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

static bool is_wished(const struct channel_wish *wish, uint32_t number)
{
    for (size_t i = 0; i < wish->only_count; i++) {
        if (wish->only[i] == (int64_t)number)
            return true;
    }
    return wish->only_count == 0;
}

/* A country that is not in force yet says nothing; radar shares these channels in most. */
static bool is_often_radar(enum link_band band, uint32_t frequency_mhz)
{
    return band == LINK_BAND_5GHZ && frequency_mhz >= 5260 && frequency_mhz <= 5720;
}

/* May hostapd take the channel by itself? */
static enum channel_verdict judge_candidate(const struct wiphy *wiphy, const struct channel_wish *wish,
                                            uint32_t frequency_mhz, const struct channel_rules *rules)
{
    uint32_t number = channel_number(frequency_mhz);

    if (channel_frequency(wish->band, number) != frequency_mhz || !is_wished(wish, number))
        return CHANNEL_MISSING;
    if (!rules->settled && !rules->dfs && is_often_radar(wish->band, frequency_mhz))
        return CHANNEL_RADAR;
    return channel_judge(wiphy, wish->band, frequency_mhz, rules);
}

/* Keeps the list ascending, and each once. */
static void add_candidate(struct channel_plan *plan, uint32_t frequency_mhz)
{
    size_t i = plan->candidate_count;

    for (size_t j = 0; j < plan->candidate_count; j++) {
        if (plan->candidates[j] == frequency_mhz)
            return;
    }
    if (plan->candidate_count >= WIPHY_CHANNELS_MAX)
        return;
    for (; i > 0 && plan->candidates[i - 1] > frequency_mhz; i--)
        plan->candidates[i] = plan->candidates[i - 1];
    plan->candidates[i] = (uint16_t)frequency_mhz;
    plan->candidate_count++;
}

/*
 * hostapd measures the 20 MHz channels of whole blocks, as far as they are wished for: 2.11 takes any of them as the
 * primary one. In 2.4 GHz, where blocks overlap, the leading ones are enough.
 */
static void add_block(const struct channel_wish *wish, const struct channel_plan *block, struct channel_plan *to)
{
    uint32_t lowest = lowest_of(block);

    if (block->band == LINK_BAND_2GHZ) {
        add_candidate(to, block->frequency_mhz);
        return;
    }
    for (uint32_t i = 0; i < block->width_mhz / 20; i++) {
        if (is_wished(wish, channel_number(lowest + 20 * i)))
            add_candidate(to, lowest + 20 * i);
    }
}

/* Can the channel lead a block of the width? With `measured`, hostapd must be able to choose it. */
static bool can_lead(const struct wiphy *wiphy, const struct channel_wish *wish, uint32_t number, uint32_t width_mhz,
                     bool measured, const struct channel_rules *rules, struct channel_plan *ret_plan)
{
    if (wish->band == LINK_BAND_6GHZ && !wish->only_count && number % 16 != 5) /* not a preferred scanning channel */
        return false;
    if (!can_be(wiphy, wish->band, number, width_mhz, rules, ret_plan))
        return false;
    if (!rules->settled && !rules->dfs && wish->band == LINK_BAND_5GHZ &&
        is_often_radar(wish->band, lowest_of(ret_plan) + width_mhz - 20))
        return false;
    return !measured || width_mhz == 20 || lowest_of(ret_plan) == ret_plan->frequency_mhz;
}

/* All that can be had at a width, or the first of it. */
static bool plan_at(const struct wiphy *wiphy, const struct channel_wish *wish, uint32_t width_mhz,
                    const struct channel_rules *rules, struct channel_plan *ret_plan)
{
    const struct wiphy_band_caps *caps = &wiphy->bands[wiphy_band_of(wish->band)];
    bool measured = !wish->measured_already && wish->band != LINK_BAND_6GHZ;
    struct channel_plan plan = {.band = wish->band, .width_mhz = width_mhz, .secondary = width_mhz > 20 ? 1 : 0};

    for (size_t i = 0; i < caps->channel_count; i++) {
        uint32_t frequency = caps->channels[i].frequency_mhz;
        struct channel_plan block;
        if (judge_candidate(wiphy, wish, frequency, rules) != CHANNEL_ALLOWED ||
            !can_lead(wiphy, wish, channel_number(frequency), width_mhz, measured, rules, &block))
            continue;
        if (!measured) {
            *ret_plan = block;
            return true;
        }
        add_block(wish, &block, &plan);
    }
    if (plan.candidate_count == 0)
        return false;
    *ret_plan = plan;
    return true;
}

bool channel_plan_auto(const struct wiphy *wiphy, const struct channel_wish *wish, const struct channel_rules *rules,
                       struct channel_plan *ret_plan, enum channel_verdict *ret_verdict)
{
    const struct wiphy_band_caps *caps = &wiphy->bands[wiphy_band_of(wish->band)];
    enum channel_verdict verdict = CHANNEL_MISSING;

    for (uint32_t width = widest_of(wiphy, wish->band, wish->width_mhz, rules); width >= 20; width /= 2) {
        if (plan_at(wiphy, wish, width, rules, ret_plan))
            return true;
    }
    for (size_t i = 0; i < caps->channel_count; i++) {
        enum channel_verdict one = judge_candidate(wiphy, wish, caps->channels[i].frequency_mhz, rules);
        if (one != CHANNEL_MISSING && one != CHANNEL_ALLOWED)
            verdict = one;
    }
    *ret_verdict = verdict;
    return false;
}
