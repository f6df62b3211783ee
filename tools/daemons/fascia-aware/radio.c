/* SPDX-License-Identifier: Apache-2.0 */
/* The radio interface that the engine is given: of a radio with a data path, and not the access point's. */
#include <errno.h>
#include <net/if.h>
#include <string.h>

#include "platform/loop/loop.h"
#include "stack/aware/gate.h"
#include "stack/link/nl80211_values.h"
#include "tools/daemons/fascia-aware/awared.h"

#define LINK           "org.fascia.Link1"
#define LINK_PATH      "/org/fascia/Link1"
#define NEWS_SETTLE_US 100000  /* a driver announces a radio in several messages */
#define PATIENCE_US    5000000 /* for the link to choose its interface first */

/* Doors */

/* Only arms a timer: what it does may close the door that is calling. */
static void on_news(enum nl80211_news news, const struct radio_news *about, void *userdata)
{
    struct awared *awared = (struct awared *)userdata;
    (void)about;

    if (news == NL80211_NEWS_RADIOS || news == NL80211_NEWS_LOST)
        (void)loop_timer_arm(awared->radio.news_timer, NEWS_SETTLE_US);
}

static int open_nl(struct awared *awared)
{
    struct nl80211 *nl = NULL;

    if (awared->radio.nl)
        return 0;
    int r = nl80211_open(&nl);
    if (r == 0)
        r = nl80211_watch(nl, awared->service.loop, on_news, awared);
    if (r < 0) {
        nl80211_close(nl);
        return r;
    }
    awared->radio.nl = nl;
    return 0;
}

/* After an error the door is opened anew: the driver core may have been unloaded and have another family number. */
static int dump(struct awared *awared)
{
    struct awared_radio *radio = &awared->radio;

    int r = open_nl(awared);
    if (r == 0)
        r = nl80211_dump_wiphys(radio->nl, &radio->radios);
    if (r == 0)
        r = nl80211_dump_interfaces(radio->nl, &radio->interfaces);
    if (r < 0) {
        nl80211_close(FASCIA_STEAL(radio->nl));
        radio->radios.count = 0;
        radio->interfaces.count = 0;
    }
    return r;
}

/* The choice */

static bool is_the_links(const struct awared_radio *radio, const struct wiphy_interface *interface)
{
    return interface->type == NL80211_IFTYPE_AP || strcmp(interface->name, radio->link_interface) == 0;
}

/* The link takes the lowest index of a radio, so the highest is what is least likely to be taken from us. */
static const struct wiphy_interface *interface_of(const struct awared_radio *radio, uint32_t wiphy)
{
    const struct wiphy_interface *best = NULL;

    for (size_t i = 0; i < radio->interfaces.count; i++) {
        const struct wiphy_interface *it = &radio->interfaces.list[i];
        if (it->wiphy == wiphy && it->ifindex != 0 && it->type == NL80211_IFTYPE_STATION && !is_the_links(radio, it) &&
            (!best || it->ifindex > best->ifindex))
            best = it;
    }
    return best;
}

/* NULL: the radio can do it; else a clause that says which part is missing. */
static const char *lacking(const struct wiphy *wiphy)
{
    struct aware_gates gates;

    aware_gates_of(wiphy, NULL, &gates);
    return gates.data_path ? NULL : aware_gate_text(aware_gates_first_shut(&gates, false));
}

static void choose_by_capability(struct awared *awared, char ifname[static AWARE_INTERFACE_SIZE],
                                 struct fascia_text *why)
{
    const struct awared_radio *radio = &awared->radio;

    for (size_t i = 0; i < radio->radios.count; i++) {
        const struct wiphy *wiphy = &radio->radios.radios[i];
        const char *missing = lacking(wiphy);
        const struct wiphy_interface *interface = missing ? NULL : interface_of(radio, wiphy->index);

        if (interface) {
            (void)fascia_text_copy(ifname, AWARE_INTERFACE_SIZE, interface->name);
            return;
        }
        fascia_text_add(why, "%s%s: %s", why->used > 0 ? "; " : "", wiphy->name,
                        missing ? missing
                                : "it has no managed interface besides the access point's (iw phy … interface add)");
    }
    if (radio->radios.count == 0)
        fascia_text_add(why, "there is no radio");
}

static const struct wiphy_interface *find_interface(const struct awared_radio *radio, const char *name)
{
    for (size_t i = 0; i < radio->interfaces.count; i++) {
        if (radio->interfaces.list[i].ifindex != 0 && strcmp(radio->interfaces.list[i].name, name) == 0)
            return &radio->interfaces.list[i];
    }
    return NULL;
}

/* A configured interface that nl80211 does not know is the engine's to judge. */
static void choose_configured(struct awared *awared, char ifname[static AWARE_INTERFACE_SIZE], struct fascia_text *why)
{
    const char *name = awared->service.config.aware.interface;
    const struct awared_radio *radio = &awared->radio;
    const struct wiphy_interface *interface = find_interface(radio, name);
    const struct wiphy *wiphy = interface ? wiphy_find(&radio->radios, interface->wiphy) : NULL;
    const char *missing = wiphy ? lacking(wiphy) : NULL;

    if (if_nametoindex(name) == 0)
        fascia_text_add(why, "there is no interface %s (aware.interface)", name);
    else if (missing)
        fascia_text_add(why, "%s, the radio of %s (aware.interface): %s", wiphy->name, name, missing);
    else if (interface && is_the_links(radio, interface))
        fascia_text_add(why, "%s (aware.interface) is the access point's", name);
    else
        (void)fascia_text_copy(ifname, AWARE_INTERFACE_SIZE, name);
}

/* As long as the link has not chosen it could want what we take. */
static bool must_wait(const struct awared *awared)
{
    const struct awared_radio *radio = &awared->radio;
    const struct fascia_config *config = &awared->service.config;

    if (!config->link.enabled || radio->patient || radio->link_interface[0])
        return false;
    return !radio->link_present || radio->link_undecided;
}

static void look(struct awared *awared)
{
    struct awared_radio *radio = &awared->radio;
    char ifname[AWARE_INTERFACE_SIZE] = "", why_octets[FASCIA_DETAIL_SIZE];
    struct fascia_text why;

    if (!radio->asked || must_wait(awared))
        return;
    fascia_text_init(&why, why_octets, sizeof why_octets);
    int r = dump(awared);
    if (awared->service.config.aware.interface[0])
        choose_configured(awared, ifname, &why);
    else if (r == -ENOENT)
        fascia_text_add(&why, "the kernel has no nl80211");
    else if (r < 0)
        fascia_text_add(&why, "nl80211: %s", strerror(-r));
    else
        choose_by_capability(awared, ifname, &why);
    if (radio->told && strcmp(radio->ifname, ifname) == 0 && strcmp(radio->why, why_octets) == 0)
        return;
    radio->told = true;
    memcpy(radio->ifname, ifname, sizeof radio->ifname);
    memcpy(radio->why, why_octets, sizeof radio->why);
    aware_on_radio(awared->aware, radio->ifname, ifname[0] ? "" : radio->why, loop_now_us());
    awared_drive(awared);
}

void awared_radio_find(struct awared *awared)
{
    struct awared_radio *radio = &awared->radio;

    if (!radio->asked)
        (void)loop_timer_arm(radio->patience_timer, PATIENCE_US);
    radio->asked = true;
    radio->told = false; /* the core asks: it wants an answer, also the same one */
    look(awared);
}

void awared_radio_look_soon(struct awared *awared)
{
    (void)loop_timer_arm(awared->radio.news_timer, NEWS_SETTLE_US);
}

static int on_settled(sd_event_source *source, uint64_t usec, void *userdata)
{
    (void)source;
    (void)usec;
    look(userdata);
    return 0;
}

static int on_patience(sd_event_source *source, uint64_t usec, void *userdata)
{
    struct awared *awared = (struct awared *)userdata;
    (void)source;
    (void)usec;

    awared->radio.patient = true;
    look(awared);
    return 0;
}

/* The link */

static int read_link(struct awared_radio *radio, sd_bus_message *m)
{
    const char *name = NULL, *text = NULL;

    int r = sd_bus_message_enter_container(m, 'a', "{sv}");
    while (r >= 0 && (r = sd_bus_message_enter_container(m, 'e', "sv")) > 0) {
        r = sd_bus_message_read(m, "s", &name);
        if (r >= 0 && (strcmp(name, "Interface") == 0 || strcmp(name, "State") == 0)) {
            r = sd_bus_message_read(m, "v", "s", &text);
            if (r >= 0 && strcmp(name, "Interface") == 0)
                (void)fascia_text_copy(radio->link_interface, sizeof radio->link_interface, text);
            else if (r >= 0)
                radio->link_undecided = strcmp(text, "STARTING") == 0;
        } else if (r >= 0) {
            r = sd_bus_message_skip(m, "v");
        }
        if (r >= 0)
            r = sd_bus_message_exit_container(m);
    }
    return r < 0 ? r : 0;
}

/* Its last word stands while it is away: the access point does not end with it. */
static void on_link(struct bus *bus, sd_bus_message *properties, void *userdata)
{
    struct awared *awared = (struct awared *)userdata;
    (void)bus;

    awared->radio.link_present = properties != NULL;
    if (properties)
        (void)read_link(&awared->radio, properties);
    awared_radio_look_soon(awared);
}

int awared_radio_open(struct awared *awared)
{
    struct awared_radio *radio = &awared->radio;

    int r = loop_timer_new(awared->service.loop, on_settled, awared, &radio->news_timer);
    if (r == 0)
        r = loop_timer_new(awared->service.loop, on_patience, awared, &radio->patience_timer);
    if (r < 0 || !awared->service.config.link.enabled)
        return r;
    return bus_watch(awared->service.bus, LINK, LINK_PATH, LINK, on_link, awared);
}

void awared_radio_close(struct awared *awared)
{
    awared->radio.news_timer = loop_source_free(awared->radio.news_timer);
    awared->radio.patience_timer = loop_source_free(awared->radio.patience_timer);
    nl80211_close(FASCIA_STEAL(awared->radio.nl));
}
