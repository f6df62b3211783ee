/* SPDX-License-Identifier: Apache-2.0 */
/* org.fascia.Link1: the access point's interface and its stations become prepared and addressed. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "platform/journal/journal.h"
#include "tools/daemons/fascia-addr/addr.h"

#define STATIONS_MAX 256

/* What is used of Link1's properties. */
struct view {
    bool settled; /* the link is up: its list of stations is complete, an absent one has left */
    uint32_t ifindex;
    struct fascia_mac stations[STATIONS_MAX];
    size_t count;
};

/* Reading: sd-bus returns > 0 while there is an element, 0 at the end, < 0 on an error; all are handed on. */

static int read_station(sd_bus_message *m, struct view *view)
{
    int r = sd_bus_message_enter_container(m, 'a', "{sv}");
    if (r < 0)
        return r;
    while ((r = sd_bus_message_enter_container(m, 'e', "sv")) > 0) {
        const char *key = NULL, *text = NULL;
        struct fascia_mac mac;
        r = sd_bus_message_read(m, "s", &key);
        if (r >= 0 && strcmp(key, "mac") == 0) {
            r = sd_bus_message_read(m, "v", "s", &text);
            if (r >= 0 && fascia_mac_parse(text, &mac) == 0 && view->count < STATIONS_MAX)
                view->stations[view->count++] = mac;
        } else if (r >= 0) {
            r = sd_bus_message_skip(m, "v");
        }
        if (r >= 0)
            r = sd_bus_message_exit_container(m);
        if (r < 0)
            return r;
    }
    return r < 0 ? r : sd_bus_message_exit_container(m);
}

static int read_stations(sd_bus_message *m, struct view *view)
{
    int r = sd_bus_message_enter_container(m, 'v', "aa{sv}");
    if (r >= 0)
        r = sd_bus_message_enter_container(m, 'a', "a{sv}");
    while (r >= 0 && (r = sd_bus_message_at_end(m, 0)) == 0)
        r = read_station(m, view);
    if (r >= 0)
        r = sd_bus_message_exit_container(m);
    return r < 0 ? r : sd_bus_message_exit_container(m);
}

static int read_property(sd_bus_message *m, struct view *view)
{
    const char *key = NULL, *text = NULL;
    enum fascia_function_state state;

    int r = sd_bus_message_read(m, "s", &key);
    if (r < 0)
        return r;
    if (strcmp(key, "InterfaceIndex") == 0)
        return sd_bus_message_read(m, "v", "u", &view->ifindex);
    if (strcmp(key, "Stations") == 0)
        return read_stations(m, view);
    if (strcmp(key, "State") != 0)
        return sd_bus_message_skip(m, "v");
    r = sd_bus_message_read(m, "v", "s", &text);
    if (r >= 0 && fascia_function_state_parse(text, &state) == 0)
        view->settled = state == FASCIA_FUNCTION_FULL || state == FASCIA_FUNCTION_DEGRADED;
    return r;
}

static int read_view(sd_bus_message *m, struct view *view)
{
    int r = sd_bus_message_enter_container(m, 'a', "{sv}");
    if (r < 0)
        return r;
    while ((r = sd_bus_message_enter_container(m, 'e', "sv")) > 0) {
        r = read_property(m, view);
        if (r >= 0)
            r = sd_bus_message_exit_container(m);
        if (r < 0)
            return r;
    }
    return r < 0 ? r : sd_bus_message_exit_container(m);
}

/* Applying */

static int compare(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(struct fascia_mac));
}

static bool is_in(const struct view *view, const struct fascia_mac *mac)
{
    return bsearch(mac, view->stations, view->count, sizeof view->stations[0], compare) != NULL;
}

void addr_refused(struct addr *addr, unsigned int ifindex, const struct fascia_mac *mac, int result)
{
    char text[FASCIA_MAC_TEXT_SIZE];

    service_event(&addr->service, FASCIA_EVENT_PEER_REFUSED, "%s on interface %u: %s", fascia_mac_format(mac, text),
                  ifindex, address_result_text(result));
}

/* A station is there for as long as it likes: told once. */
static void refuse_station(struct addr *addr, unsigned int ifindex, const struct fascia_mac *mac, int result)
{
    for (size_t i = 0; i < addr->refused_count; i++) {
        if (fascia_mac_equal(&addr->refused[i], mac))
            return;
    }
    if (addr->refused_count == ADDR_REFUSED_MAX)
        return;
    addr->refused[addr->refused_count++] = *mac;
    addr_refused(addr, ifindex, mac, result);
}

static void claim_stations(struct addr *addr, const struct view *view)
{
    for (size_t i = 0; i < view->count; i++) {
        int r = address_table_claim(&addr->table, view->ifindex, &view->stations[i], NULL, ADDRESS_CLAIM_STATION, NULL);
        if (r != 0)
            refuse_station(addr, view->ifindex, &view->stations[i], r);
    }
}

bool addr_stations_retry(struct addr *addr)
{
    size_t before = addr->refused_count, kept = 0;

    for (size_t i = 0; i < before; i++) {
        if (address_table_claim(&addr->table, addr->link_ifindex, &addr->refused[i], NULL, ADDRESS_CLAIM_STATION,
                                NULL) != 0)
            addr->refused[kept++] = addr->refused[i];
    }
    addr->refused_count = kept;
    return kept < before;
}

/* Peers of an interface that are not among the stations lose their claim as a station, or as one found at start. */
static void release_stations(struct addr *addr, unsigned int ifindex, const struct view *view)
{
    const struct address_interface *interface = address_table_interface(&addr->table, ifindex);

    for (struct fascia_list *node = interface ? interface->peers.next : NULL; node && node != &interface->peers;
         node = node->next) {
        struct address_peer *peer = FASCIA_LIST_ENTRY(node, struct address_peer, of_interface);
        if (is_in(view, &peer->mac))
            continue;
        address_table_release(&addr->table, peer, ADDRESS_CLAIM_STATION);
        address_table_release(&addr->table, peer, ADDRESS_CLAIM_ADOPTED);
    }
    size_t kept = 0;
    for (size_t i = 0; i < addr->refused_count; i++) {
        if (is_in(view, &addr->refused[i]))
            addr->refused[kept++] = addr->refused[i];
    }
    addr->refused_count = kept;
}

static void apply(struct addr *addr, struct view *view)
{
    if (view->ifindex == 0)
        return; /* the link starts or was lost; the phone's entries cost nothing and may be right again soon */
    if (addr->link_ifindex != 0 && addr->link_ifindex != view->ifindex) {
        static const struct view nobody;
        release_stations(addr, addr->link_ifindex, &nobody);
    }
    addr->link_ifindex = view->ifindex;

    if (!address_table_interface(&addr->table, view->ifindex)) {
        int r = addr_prepare(addr, view->ifindex, NULL);
        if (r != 0)
            journal_log(FASCIA_SEVERITY_WARNING, "the link's interface %u is not prepared: %s", view->ifindex,
                        r < 0 ? strerror(-r) : address_result_text(r));
    }
    qsort(view->stations, view->count, sizeof view->stations[0], compare);
    claim_stations(addr, view);
    if (view->settled)
        release_stations(addr, view->ifindex, view);
    addr_reconcile(addr);
}

static void on_link(struct bus *bus, sd_bus_message *properties, void *userdata)
{
    struct addr *addr = (struct addr *)userdata;
    static struct view view; /* some kilobytes */
    (void)bus;

    if (!properties)
        return; /* fascia-link restarts: what it told stays true until it says otherwise */
    view = (struct view){.settled = false};
    int r = read_view(properties, &view);
    if (r < 0)
        journal_log(FASCIA_SEVERITY_WARNING, "org.fascia.Link1 cannot be read: %s", strerror(-r));
    else
        apply(addr, &view);
}

int addr_stations_watch(struct addr *addr)
{
    return bus_watch(addr->service.bus, "org.fascia.Link1", "/org/fascia/Link1", "org.fascia.Link1", on_link, addr);
}
