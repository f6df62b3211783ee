/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>

#include "platform/loop/loop.h"
#include "platform/notify/notify.h"
#include "tools/daemons/fascia-link/linkd.h"

#define NEWS_SETTLE_US 100000 /* a driver announces a radio in several messages */

/* Only arms timers: what they do may close the door that is calling. */
static void on_news(enum nl80211_news news, const struct radio_news *about, void *userdata)
{
    struct linkd *linkd = (struct linkd *)userdata;
    bool ours = linkd->chosen && about->ifindex == linkd->choice.ifindex;

    switch (news) {
    case NL80211_NEWS_RADIOS:
    case NL80211_NEWS_REGULATORY:
    case NL80211_NEWS_RADAR:    /* the states of channels */
    case NL80211_NEWS_SWITCHED: /* the channel of an interface */
        (void)loop_timer_arm(linkd->news_timer, NEWS_SETTLE_US);
        break;
    case NL80211_NEWS_STATIONS:
        if (ours)
            linkd_stations_soon(linkd);
        break;
    case NL80211_NEWS_SWITCH_STARTED:
        break;
    case NL80211_NEWS_AP_STOPPED:
        if (ours)
            linkd_ap_ping(linkd); /* a killed hostapd says nothing; the kernel does */
        break;
    case NL80211_NEWS_LOST:
        (void)loop_timer_arm(linkd->news_timer, NEWS_SETTLE_US);
        linkd_stations_soon(linkd);
        linkd_ap_ping(linkd);
        break;
    }
}

static int open_nl(struct linkd *linkd)
{
    if (linkd->nl)
        return 0;
    struct nl80211 *nl = NULL;
    int r = nl80211_open(&nl);
    if (r == 0)
        r = nl80211_watch(nl, linkd->service.loop, on_news, linkd);
    if (r < 0) {
        nl80211_close(nl);
        return r;
    }
    linkd->nl = nl;
    return 0;
}

/* After an error the door is opened anew: the driver core may have been unloaded and have another family number. */
static int dump(struct linkd *linkd)
{
    int r = open_nl(linkd);
    if (r < 0)
        return r;
    r = nl80211_dump_wiphys(linkd->nl, &linkd->radios);
    if (r == 0)
        r = nl80211_dump_interfaces(linkd->nl, &linkd->interfaces);
    if (r < 0) {
        nl80211_close(FASCIA_STEAL(linkd->nl));
        linkd->radios.count = 0;
        linkd->interfaces.count = 0;
    }
    return r;
}

static void choose(struct linkd *linkd, struct choose_result *result)
{
    struct choose_input input = {.config = &linkd->service.config.link,
                                 .radios = &linkd->radios,
                                 .interfaces = &linkd->interfaces,
                                 .last = linkd->last,
                                 .unmeasured = linkd->unmeasured};

    for (size_t i = 0; i < linkd->radios.count; i++) {
        if (nl80211_is_blocked(linkd->radios.radios[i].name))
            input.blocked |= 1U << i;
    }
    choose_radio(&input, result);
}

/* The record that is published follows the radio, whose antennas and country may change at any time. */
static void update_capability(struct linkd *linkd)
{
    const struct wiphy *wiphy = wiphy_find(&linkd->radios, linkd->choice.wiphy);

    if (wiphy)
        capability_of(wiphy, linkd->service.config.link.standard, &linkd->capability);
}

static void announce_choice(struct linkd *linkd, const struct choose_result *before)
{
    const struct choose_result *now = &linkd->choice;

    if (before->wiphy != now->wiphy || before->ifindex != now->ifindex || strcmp(before->detail, now->detail) != 0)
        service_event(&linkd->service, FASCIA_EVENT_RADIO_CHOSEN, "%s", now->detail);
}

void linkd_radio_scan(struct linkd *linkd)
{
    struct choose_result before = linkd->choice;
    bool was_chosen = linkd->chosen;
    size_t radios = linkd->radios.count;

    linkd->chosen = false;
    int r = dump(linkd);
    if (r < 0) {
        linkd_fail(linkd, FASCIA_FUNCTION_FAILED, r == -ENOENT ? FASCIA_REASON_NO_NL80211 : FASCIA_REASON_NO_RADIO,
                   "nl80211: %s", strerror(-r));
        if (was_chosen || radios != 0)
            linkd_bus_changed(linkd);
        linkd_post(linkd, LINK_EVENT_RADIO_NONE);
        return;
    }
    choose(linkd, &linkd->choice);
    linkd->chosen = linkd->choice.reason == FASCIA_REASON_NONE;
    if (linkd->chosen)
        update_capability(linkd);
    if (linkd->chosen || was_chosen || radios != linkd->radios.count)
        linkd_bus_changed(linkd);
    if (linkd->choice.reason != FASCIA_REASON_NONE) {
        linkd_fail(linkd, FASCIA_FUNCTION_FAILED, linkd->choice.reason, "%s", linkd->choice.detail);
        linkd_post(linkd, LINK_EVENT_RADIO_NONE);
        return;
    }
    notify_radio(linkd->choice.wiphy_name);
    announce_choice(linkd, &before);
    linkd_post(linkd, LINK_EVENT_RADIO_FOUND);
}

static const struct wiphy_interface *chosen_interface(const struct linkd *linkd)
{
    for (size_t i = 0; i < linkd->interfaces.count; i++) {
        const struct wiphy_interface *it = &linkd->interfaces.list[i];
        if (it->ifindex == linkd->choice.ifindex && it->wiphy == linkd->choice.wiphy &&
            strcmp(it->name, linkd->choice.interface) == 0)
            return it;
    }
    return NULL;
}

/* Held down because there was no radio to choose; now there is one. */
static bool is_ground_back(struct linkd *linkd)
{
    struct choose_result result;

    if (linkd->machine.state != LINK_STATE_HELD || linkd->choice.reason == FASCIA_REASON_NONE || dump(linkd) < 0)
        return false;
    choose(linkd, &result);
    return result.reason == FASCIA_REASON_NONE;
}

void linkd_radio_look_soon(struct linkd *linkd)
{
    (void)loop_timer_arm(linkd->news_timer, NEWS_SETTLE_US);
}

static int on_news_settled(sd_event_source *source, uint64_t usec, void *userdata)
{
    struct linkd *linkd = userdata;
    (void)source;
    (void)usec;

    if (linkd->machine.state == LINK_STATE_NO_RADIO) {
        linkd_post(linkd, LINK_EVENT_RADIO_CHANGED);
        return 0;
    }
    if (is_ground_back(linkd)) {
        linkd_post(linkd, LINK_EVENT_GROUND_BACK);
        return 0;
    }
    if (!linkd->chosen)
        return 0;
    int r = dump(linkd);
    if (r < 0 || !chosen_interface(linkd)) {
        linkd_fail(linkd, FASCIA_FUNCTION_FAILED, FASCIA_REASON_NO_RADIO, "%s (%s) is gone", linkd->choice.interface,
                   linkd->choice.wiphy_name);
        linkd_post(linkd, LINK_EVENT_RADIO_LOST);
        return 0;
    }
    update_capability(linkd);
    linkd_bus_changed(linkd); /* antennas or interfaces may have changed */
    return 0;
}

bool linkd_radio_is_beaconing(struct linkd *linkd)
{
    if (dump(linkd) < 0)
        return false;
    const struct wiphy_interface *interface = chosen_interface(linkd);
    return interface && interface->frequency_mhz != 0;
}

void linkd_radio_country(struct linkd *linkd)
{
    const struct wiphy *wiphy = wiphy_find(&linkd->radios, linkd->choice.wiphy);

    linkd->country[0] = '\0';
    if (linkd->nl && wiphy)
        (void)nl80211_country(linkd->nl, wiphy->index, wiphy->self_managed, linkd->country);
}

void linkd_radio_blame(struct linkd *linkd, const char *what)
{
    const char *configured = linkd->service.config.link.country;
    struct choose_result result;

    if (!linkd->chosen || dump(linkd) < 0) {
        linkd_fail(linkd, FASCIA_FUNCTION_FAILED, FASCIA_REASON_HOSTAPD_REFUSED, "%s", what);
        return;
    }
    choose(linkd, &result);
    const struct wiphy *wiphy = wiphy_find(&linkd->radios, linkd->choice.wiphy);
    if (nl80211_is_blocked(linkd->choice.wiphy_name))
        linkd_fail(linkd, FASCIA_FUNCTION_FAILED, FASCIA_REASON_RFKILL, "%s: %s", linkd->choice.wiphy_name, what);
    else if (result.reason == FASCIA_REASON_COUNTRY)
        linkd_fail(linkd, FASCIA_FUNCTION_FAILED, FASCIA_REASON_COUNTRY, "%s", result.detail);
    else if (result.reason == FASCIA_REASON_NONE && !result.settled)
        linkd_fail(linkd, FASCIA_FUNCTION_FAILED, FASCIA_REASON_COUNTRY, "%s; the kernel uses country %s, not %s", what,
                   wiphy && wiphy->country[0] ? wiphy->country : "?", configured);
    else {
        linkd_channel_forget(linkd);
        linkd_fail(linkd, FASCIA_FUNCTION_FAILED, FASCIA_REASON_HOSTAPD_REFUSED, "%s", what);
    }
}

int linkd_radio_open(struct linkd *linkd)
{
    return loop_timer_new(linkd->service.loop, on_news_settled, linkd, &linkd->news_timer);
}

void linkd_radio_close(struct linkd *linkd)
{
    linkd->news_timer = loop_source_free(linkd->news_timer);
    nl80211_close(FASCIA_STEAL(linkd->nl));
}
