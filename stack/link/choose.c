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

static enum station_standard standard_of(const struct wiphy_phys *phys)
{
    if (phys->eht)
        return STATION_STANDARD_EHT;
    if (phys->he)
        return STATION_STANDARD_HE;
    if (phys->vht)
        return STATION_STANDARD_VHT;
    return phys->ht ? STATION_STANDARD_HT : STATION_STANDARD_LEGACY;
}

/* One place to try: a band, and a channel there or LINK_CHANNEL_AUTO. */
struct place {
    enum link_band band;
    int64_t channel;
    struct channel_wish wish;
};

/* What of a radio matters for one place. */
struct candidate {
    const struct choose_input *input;
    const struct place *place;
    size_t index; /* in the table of radios */
    const struct wiphy *wiphy;
    struct wiphy_phys phys; /* AP role, link.standard */
    struct channel_rules rules;
};

/* The automatic channel; what stopped it goes into `detail`. */
static enum hurdle plan_auto(const struct candidate *c, struct channel_plan *plan, struct fascia_text *detail)
{
    enum wiphy_band band = wiphy_band_of(c->place->band);
    enum channel_verdict verdict = CHANNEL_MISSING;

    if (channel_plan_auto(c->wiphy, &c->place->wish, &c->rules, plan, &verdict))
        return HURDLE_NONE;
    if (verdict == CHANNEL_MISSING) {
        fascia_text_add(detail, "%s has none of the channels in %s", c->wiphy->name, wiphy_band_name(band));
        return HURDLE_MODE;
    }
    fascia_text_add(detail, "%s: no %s channel may be used in %s; the last %s", c->wiphy->name, wiphy_band_name(band),
                    c->wiphy->country, channel_verdict_text(verdict));
    return HURDLE_CHANNEL;
}

static enum hurdle plan_fixed(const struct candidate *c, struct channel_plan *plan, struct fascia_text *detail)
{
    const struct place *place = c->place;
    uint32_t frequency = channel_frequency(place->band, place->channel);
    enum channel_verdict verdict = channel_judge(c->wiphy, place->band, frequency, &c->rules);

    if (verdict == CHANNEL_MISSING) {
        fascia_text_add(detail, "%s has no channel %d in %s", c->wiphy->name, (int)place->channel,
                        wiphy_band_name(wiphy_band_of(place->band)));
        return HURDLE_MODE;
    }
    if (verdict != CHANNEL_ALLOWED) {
        fascia_text_add(detail, "%s: channel %d %s in %s", c->wiphy->name, (int)place->channel,
                        channel_verdict_text(verdict), c->wiphy->country);
        return HURDLE_CHANNEL;
    }
    channel_plan(c->wiphy, place->band, (uint32_t)place->channel, place->wish.width_mhz, &c->rules, plan);
    return HURDLE_NONE;
}

/* The hurdles in their order: a blocked radio is named before a forbidden channel, a missing channel before that. */
static enum hurdle find_hurdle(const struct candidate *c, struct choose_result *result, struct fascia_text *detail)
{
    const struct wiphy *wiphy = c->wiphy;
    enum wiphy_band band = wiphy_band_of(c->place->band);

    if (!wiphy->ap) {
        fascia_text_add(detail, "%s has no AP mode", wiphy->name);
        return HURDLE_MODE;
    }
    if (!wiphy->bands[band].present || (c->place->band == LINK_BAND_6GHZ && !c->phys.he)) {
        fascia_text_add(detail, "%s has no %s band for an AP", wiphy->name, wiphy_band_name(band));
        return HURDLE_MODE;
    }
    enum hurdle hurdle = c->place->channel == LINK_CHANNEL_AUTO ? plan_auto(c, &result->plan, detail)
                                                                : plan_fixed(c, &result->plan, detail);
    if (hurdle == HURDLE_MODE)
        return hurdle;
    if (c->input->blocked & 1U << c->index) {
        fascia_text_init(detail, detail->start, detail->size);
        fascia_text_add(detail, "%s is blocked", wiphy->name);
        return HURDLE_RFKILL;
    }
    if (hurdle != HURDLE_NONE)
        return hurdle;
    const struct wiphy_interface *interface = interface_of(c->input->interfaces, wiphy->index);
    if (!interface) {
        fascia_text_add(detail, "%s has no managed or AP interface", wiphy->name);
        return HURDLE_INTERFACE;
    }
    result->ifindex = interface->ifindex;
    (void)fascia_text_copy(result->interface, sizeof result->interface, interface->name);
    return HURDLE_NONE;
}

/* Judges one radio for a place into `result`; its `detail` says what stopped it. */
static enum hurdle judge(const struct choose_input *input, const struct place *place, size_t i,
                         struct choose_result *result)
{
    const struct link_config *config = input->config;
    const struct wiphy *wiphy = &input->radios->radios[i];
    enum wiphy_band band = wiphy_band_of(place->band);
    struct candidate c = {.input = input, .place = place, .index = i, .wiphy = wiphy};
    struct fascia_text detail;

    *result = (struct choose_result){.wiphy = wiphy->index};
    result->settled = wiphy->self_managed || strcmp(wiphy->country, config->country) == 0;
    (void)fascia_text_copy(result->wiphy_name, sizeof result->wiphy_name, wiphy->name);
    fascia_text_init(&detail, result->detail, sizeof result->detail);

    wiphy_phys_of(wiphy, band, WIPHY_ROLE_AP, &c.phys);
    wiphy_phys_limit(&c.phys, config->standard);
    c.rules = (struct channel_rules){.settled = result->settled, .dfs = config->dfs, .standard = config->standard};
    enum hurdle hurdle = find_hurdle(&c, result, &detail);
    if (hurdle != HURDLE_NONE)
        return hurdle;

    struct mimo_modes modes = wiphy_phys_streams(&c.phys);
    struct mimo_antennas antennas = wiphy_antennas(wiphy, band, WIPHY_ROLE_AP);
    result->mimo = mimo_bound(&modes, &antennas);
    result->standard = standard_of(&c.phys);
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

/* The best radio so far, over all places. */
struct search {
    struct choose_result best;
    enum hurdle farthest;
    struct fascia_text passed; /* what stopped radios, a sentence each */
};

static void add_passed(struct search *search, const char *detail)
{
    const char *known = strstr(search->passed.start, detail);
    size_t size = strlen(detail);

    if (known && (known[size] == '\0' || known[size] == ';')) /* the same for the next place: no AP mode, blocked */
        return;
    fascia_text_add(&search->passed, "%s%s", search->passed.used ? "; " : "", detail);
}

/* True when a radio can start there. */
static bool try_place(const struct choose_input *input, const struct place *place, struct search *search)
{
    for (size_t i = 0; i < input->radios->count; i++) {
        struct choose_result result;
        enum hurdle hurdle = judge(input, place, i, &result);
        bool first = search->best.reason == FASCIA_REASON_NO_RADIO;
        result.reason = reason_of(hurdle);
        if (hurdle != HURDLE_NONE)
            add_passed(search, result.detail);
        if (!first && hurdle < search->farthest)
            continue;
        if (!first && hurdle == search->farthest &&
            (hurdle != HURDLE_NONE || !better(&result, &search->best, input->config->min_streams)))
            continue;
        search->best = result;
        search->farthest = hurdle;
    }
    return search->best.reason == FASCIA_REASON_NONE;
}

static void describe(const struct choose_input *input, struct search *search)
{
    struct choose_result *best = &search->best;
    char class[MIMO_CLASS_SIZE];
    struct fascia_text detail;

    fascia_text_init(&detail, best->detail, sizeof best->detail);
    fascia_text_add(&detail, "%s (%s, %s) of %zu, %s channel ", best->wiphy_name,
                    mimo_class(&best->mimo.streams, class), station_standard_name(best->standard), input->radios->count,
                    wiphy_band_name(wiphy_band_of(best->plan.band)));
    if (best->plan.number == LINK_CHANNEL_AUTO)
        fascia_text_add(&detail, "by measurement");
    else
        fascia_text_add(&detail, "%u", best->plan.number);
    fascia_text_add(&detail, ", %u MHz", best->plan.width_mhz);
    if (search->passed.used)
        fascia_text_add(&detail, "; passed over: %s", search->passed.start);
}

/* Last, configured, others. Returns their number. */
static size_t list_places(const struct choose_input *input, struct place places[static 2 + LINK_BANDS_])
{
    const struct link_config *config = input->config;
    const struct choose_last *last = &input->last;
    size_t n = 0;
    struct channel_wish wish = {.width_mhz = (uint32_t)config->width_mhz, .measured_already = input->unmeasured};

    if (last->number != 0) {
        places[n] = (struct place){.band = last->band, .channel = last->number, .wish = wish};
        if (last->width_mhz != 0)
            places[n].wish.width_mhz = last->width_mhz;
        n++;
    }
    places[n] = (struct place){.band = config->band, .channel = config->channel, .wish = wish};
    places[n].wish.band = config->band;
    places[n].wish.only = config->channels;
    places[n++].wish.only_count = config->channels_count;
    for (size_t i = 0; i < config->other_bands_count && i < LINK_BANDS_; i++) {
        places[n] = (struct place){.band = config->other_bands[i], .channel = LINK_CHANNEL_AUTO, .wish = wish};
        places[n++].wish.band = config->other_bands[i];
    }
    return n;
}

void choose_radio(const struct choose_input *input, struct choose_result *ret_result)
{
    struct search search = {.best = {.reason = FASCIA_REASON_NO_RADIO}, .farthest = HURDLE_MODE};
    struct place places[2 + LINK_BANDS_];
    char passed[FASCIA_DETAIL_SIZE];

    fascia_text_init(&search.passed, passed, sizeof passed);
    size_t n = list_places(input, places);
    for (size_t i = 0; i < n && !try_place(input, &places[i], &search); i++)
        continue;
    if (search.best.reason == FASCIA_REASON_NONE)
        describe(input, &search);
    else if (fascia_text_ok(&search.passed) && search.passed.used != 0) /* all of them, where there is room */
        (void)fascia_text_copy(search.best.detail, sizeof search.best.detail, search.passed.start);
    if (search.best.reason == FASCIA_REASON_NO_RADIO)
        (void)fascia_text_copy(search.best.detail, sizeof search.best.detail,
                               "nl80211 lists none in this network namespace");
    *ret_result = search.best;
}
