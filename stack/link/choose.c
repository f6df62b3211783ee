/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/link/choose.h"

#include <string.h>

#include "stack/base/text.h"
#include "stack/link/nl80211_values.h"

/* How far a radio comes; the order is that in which an operator would solve the problems. */
enum hurdle {
    HURDLE_MODE,
    HURDLE_RFKILL,
    HURDLE_CHANNEL,
    HURDLE_INTERFACE,
    HURDLE_NONE,
    HURDLES_,
};

static enum fascia_reason reason_of(enum hurdle hurdle)
{
    static const enum fascia_reason reasons[HURDLES_] = {
        [HURDLE_MODE] = FASCIA_REASON_NO_AP_MODE, [HURDLE_RFKILL] = FASCIA_REASON_RFKILL,
        [HURDLE_CHANNEL] = FASCIA_REASON_COUNTRY, [HURDLE_INTERFACE] = FASCIA_REASON_NO_INTERFACE,
        [HURDLE_NONE] = FASCIA_REASON_NONE,
    };
    return reasons[hurdle];
}

/* The interface that hostapd gets: an AP one (left by a former run) before a managed one, then the lowest index. */
static const struct wiphy_interface *interface_of(const struct wiphy_interfaces *interfaces, uint32_t wiphy)
{
    const struct wiphy_interface *best = NULL;

    for (size_t i = 0; i < interfaces->count; i++) {
        const struct wiphy_interface *it = &interfaces->list[i];
        if (it->wiphy != wiphy || it->ifindex == 0)
            continue;
        if (it->type != NL80211_IFTYPE_AP && it->type != NL80211_IFTYPE_STATION)
            continue;
        if (!best || (it->type == NL80211_IFTYPE_AP && best->type != NL80211_IFTYPE_AP) ||
            (it->type == best->type && it->ifindex < best->ifindex))
            best = it;
    }
    return best;
}

static enum station_standard standard_of(const struct wiphy_band_caps *caps)
{
    if (caps->roles[WIPHY_ROLE_AP].eht)
        return STATION_STANDARD_EHT;
    if (caps->roles[WIPHY_ROLE_AP].he)
        return STATION_STANDARD_HE;
    if (caps->vht)
        return STATION_STANDARD_VHT;
    return caps->ht ? STATION_STANDARD_HT : STATION_STANDARD_LEGACY;
}

/* Judges one radio into `result`; its `detail` says what stopped it. */
static enum hurdle judge(const struct choose_input *input, size_t i, struct choose_result *result)
{
    const struct link_config *config = input->config;
    const struct wiphy *wiphy = &input->radios->radios[i];
    const struct wiphy_band_caps *caps = &wiphy->bands[wiphy_band_of(config->band)];
    const char *band = wiphy_band_name(wiphy_band_of(config->band));
    uint32_t frequency = channel_frequency(config->band, config->channel);
    struct fascia_text detail;

    *result = (struct choose_result){.wiphy = wiphy->index};
    result->settled = wiphy->self_managed || strcmp(wiphy->country, config->country) == 0;
    (void)fascia_text_copy(result->wiphy_name, sizeof result->wiphy_name, wiphy->name);
    fascia_text_init(&detail, result->detail, sizeof result->detail);

    if (!wiphy->ap) {
        fascia_text_add(&detail, "%s has no AP mode", wiphy->name);
        return HURDLE_MODE;
    }
    if (!caps->present || (config->band == LINK_BAND_6GHZ && !caps->roles[WIPHY_ROLE_AP].he)) {
        fascia_text_add(&detail, "%s has no %s band for an AP", wiphy->name, band);
        return HURDLE_MODE;
    }
    enum channel_verdict verdict = channel_judge(wiphy, config->band, frequency, result->settled);
    if (verdict == CHANNEL_MISSING) {
        fascia_text_add(&detail, "%s has no channel %d in %s", wiphy->name, (int)config->channel, band);
        return HURDLE_MODE;
    }
    if (input->blocked & 1U << i) {
        fascia_text_add(&detail, "%s is blocked", wiphy->name);
        return HURDLE_RFKILL;
    }
    if (verdict != CHANNEL_ALLOWED) {
        fascia_text_add(&detail, "%s: channel %d %s in %s", wiphy->name, (int)config->channel,
                        channel_verdict_text(verdict), wiphy->country);
        return HURDLE_CHANNEL;
    }
    const struct wiphy_interface *interface = interface_of(input->interfaces, wiphy->index);
    if (!interface) {
        fascia_text_add(&detail, "%s has no managed or AP interface", wiphy->name);
        return HURDLE_INTERFACE;
    }

    result->ifindex = interface->ifindex;
    (void)fascia_text_copy(result->interface, sizeof result->interface, interface->name);
    channel_plan(wiphy, config->band, (uint32_t)config->channel, (uint32_t)config->width_mhz, result->settled,
                 &result->plan);
    struct mimo_modes modes = wiphy_modes(wiphy, wiphy_band_of(config->band), WIPHY_ROLE_AP);
    result->mimo = mimo_bound(&modes, &wiphy->antennas);
    result->standard = standard_of(caps);
    return HURDLE_NONE;
}

/* True when a is the better radio. The last rule makes the choice the same on every boot. */
static bool better(const struct choose_result *a, const struct choose_result *b, int64_t min_streams)
{
    bool a_enough = a->mimo.streams.tx >= min_streams, b_enough = b->mimo.streams.tx >= min_streams;
    unsigned int a_streams = a->mimo.streams.tx + a->mimo.streams.rx;
    unsigned int b_streams = b->mimo.streams.tx + b->mimo.streams.rx;

    if (a_enough != b_enough)
        return a_enough;
    if (a_streams != b_streams)
        return a_streams > b_streams;
    if (a->standard != b->standard)
        return a->standard > b->standard;
    return a->wiphy < b->wiphy;
}

void choose_radio(const struct choose_input *input, struct choose_result *ret_result)
{
    struct choose_result best = {.reason = FASCIA_REASON_NO_RADIO};
    enum hurdle farthest = HURDLE_MODE;

    for (size_t i = 0; i < input->radios->count; i++) {
        struct choose_result result;
        enum hurdle hurdle = judge(input, i, &result);
        bool first = best.reason == FASCIA_REASON_NO_RADIO;
        result.reason = reason_of(hurdle);
        if (!first && hurdle < farthest)
            continue;
        if (!first && hurdle == farthest &&
            (hurdle != HURDLE_NONE || !better(&result, &best, input->config->min_streams)))
            continue;
        best = result;
        farthest = hurdle;
    }
    if (best.reason == FASCIA_REASON_NONE) {
        struct fascia_text detail;
        char class[MIMO_CLASS_SIZE];
        fascia_text_init(&detail, best.detail, sizeof best.detail);
        fascia_text_add(&detail, "%s (%s, %s) of %zu, %s channel %u, %u MHz", best.wiphy_name,
                        mimo_class(&best.mimo.streams, class), station_standard_name(best.standard),
                        input->radios->count, wiphy_band_name(wiphy_band_of(best.plan.band)), best.plan.number,
                        best.plan.width_mhz);
    }
    if (best.reason == FASCIA_REASON_NO_RADIO)
        (void)fascia_text_copy(best.detail, sizeof best.detail, "nl80211 lists none in this network namespace");
    *ret_result = best;
}
