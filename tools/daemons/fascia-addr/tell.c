/* SPDX-License-Identifier: Apache-2.0 */
/* What happened, told: events, the fact, and by bus.c properties and signals. */
#include <stdio.h>
#include <string.h>

#include "platform/loop/loop.h"
#include "tools/daemons/fascia-addr/addr.h"

#define RETRY_US   1000000 /* while the function is FAILED */
#define EVENTS_MAX 8       /* of peers, per kind and reconciliation: the rest is one line */

static const char *scoped(const struct address_interface *interface, const struct address_iid *iid,
                          char to[static ADDRESS_LINK_LOCAL_TEXT_SIZE])
{
    return address_link_local_format(iid, interface->link.name, to);
}

static void tell_interface(struct addr *addr, struct address_interface *interface)
{
    struct addr_note *note = addr_note(addr, interface);
    enum address_progress progress = address_interface_progress(interface);
    char text[ADDRESS_LINK_LOCAL_TEXT_SIZE];
    size_t peers = address_table_count(&addr->table, interface->ifindex);
    bool prepared = progress >= ADDRESS_PROGRESS_DOWN, ready = progress == ADDRESS_PROGRESS_READY;

    if (prepared && !note->prepared)
        service_event(&addr->service, FASCIA_EVENT_INTERFACE_PREPARED, "%s (index %u), nd %s%s", interface->link.name,
                      interface->ifindex, address_nd_name(interface->nd),
                      note->in_place ? "; it was up already, ND may have left before it was changed" : "");
    if (ready && !note->ready)
        service_event(&addr->service, FASCIA_EVENT_ADDRESS_READY, "%s", scoped(interface, &interface->own_iid, text));
    if (prepared != note->prepared || ready != note->ready || peers != note->peers)
        addr->interfaces_changed = true;
    note->prepared = prepared;
    note->ready = ready;
    note->peers = peers;
}

void addr_tell_peer(const struct address_peer *peer, bool added, void *userdata)
{
    struct addr_news *news = (struct addr_news *)userdata;
    struct addr *addr = news->addr;
    char address[ADDRESS_LINK_LOCAL_TEXT_SIZE], mac[FASCIA_MAC_TEXT_SIZE];
    size_t *told = added ? &news->added : &news->removed;

    if (++*told <= EVENTS_MAX)
        service_event(&addr->service, added ? FASCIA_EVENT_PEER_ADDRESSED : FASCIA_EVENT_PEER_REMOVED, "%s %s",
                      fascia_mac_format(&peer->mac, mac), scoped(peer->interface, &peer->iid, address));
    addr_bus_peer(addr, peer, added);
    addr->peers_changed = true;
}

static void tell_peers(struct addr *addr)
{
    struct addr_news news = {.addr = addr};

    address_table_tell(&addr->table, addr_tell_peer, &news);
    if (news.added > EVENTS_MAX)
        service_event(&addr->service, FASCIA_EVENT_PEER_ADDRESSED, "and %zu more, %zu in all", news.added - EVENTS_MAX,
                      address_table_count(&addr->table, 0));
    if (news.removed > EVENTS_MAX)
        service_event(&addr->service, FASCIA_EVENT_PEER_REMOVED, "and %zu more, %zu are left",
                      news.removed - EVENTS_MAX, address_table_count(&addr->table, 0));
}

/* Packets are judged by the mode of their interface. `first` holds what health->first points to. */
static void add_packets(struct addr *addr, struct address_health *health, char *first, size_t size)
{
    struct fascia_text text;

    fascia_text_init(&text, first, size);
    for (size_t i = 0; i < ADDRESS_INTERFACES_MAX; i++) {
        const struct address_interface *interface = &addr->table.interfaces[i];
        const struct address_proof *proof = &addr->notes[i].proof;
        if (interface->ifindex == 0 || proof->offences == 0)
            continue;
        health->nd += interface->nd == ADDRESS_ND_ANSWER ? proof->offences : proof->nd;
        health->mld += interface->nd == ADDRESS_ND_ANSWER ? 0 : proof->mld;
        if (first[0] == '\0') {
            fascia_text_add(&text, "%s: ", interface->link.name);
            address_proof_format(proof, &text);
        }
    }
    health->first = first;
    if (addr->packet)
        health->missed = packet_missed(addr->packet);
}

static void add_held(struct addr *addr, struct address_health *health)
{
    for (size_t i = 0; i < ADDRESS_INTERFACES_MAX && health->held[0] == '\0'; i++) {
        if (addr->table.interfaces[i].ifindex != 0 && addr->table.interfaces[i].held)
            health->held = addr->notes[i].held;
    }
}

void addr_tell(struct addr *addr)
{
    char first[256];
    struct address_health health = {.enabled = addr->service.config.address.enabled,
                                    .name_taken = addr->name_taken,
                                    .error = addr->error,
                                    .what = addr->packet_error < 0 && addr->error == 0 ? strerror(-addr->packet_error)
                                                                                       : addr->what,
                                    .counted = addr->packet_error == 0,
                                    .held = "",
                                    .refused = addr->refused_count};

    for (size_t i = 0; i < ADDRESS_INTERFACES_MAX; i++) {
        if (addr->table.interfaces[i].ifindex != 0)
            tell_interface(addr, &addr->table.interfaces[i]);
    }
    tell_peers(addr);
    add_packets(addr, &health, first, sizeof first);
    add_held(addr, &health);

    struct address_verdict verdict = address_judge(&addr->table, &health);
    service_fact(&addr->service, verdict.state, verdict.reason, "%s", verdict.detail);
    addr_bus_publish(addr);
    if (verdict.state == FASCIA_FUNCTION_FAILED && !addr->door_failed && !addr->name_taken)
        (void)loop_timer_arm(addr->retry, RETRY_US);
}
