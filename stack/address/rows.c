/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/address/rows.h"

/* Peers */

static void set_member(struct fascia_list *head, struct fascia_list *node, bool member)
{
    bool linked = !fascia_list_is_empty(node);

    if (member && !linked)
        fascia_list_append(head, node);
    else if (!member && linked)
        fascia_list_unlink(node);
}

static size_t changed(size_t count, bool before, bool now)
{
    return count + (now && !before) - (before && !now);
}

bool address_peer_is_wanted(const struct address_peer *peer)
{
    for (size_t i = 0; i < ADDRESS_CLAIMS_; i++) {
        if (peer->claims[i] != 0)
            return true;
    }
    return false;
}

bool address_peer_is_ready(const struct address_peer *peer)
{
    if (!address_peer_is_wanted(peer))
        return false;
    if (peer->interface->nd == ADDRESS_ND_KERNEL)
        return peer->interface->link.up;
    return peer->route_seen && peer->neighbour_seen && fascia_mac_equal(&peer->mac, &peer->neighbour_mac);
}

static unsigned int seen(const struct address_peer *peer)
{
    return (peer->route_seen ? ADDRESS_LACK_ROUTE_DELETE : 0U) |
           (peer->neighbour_seen ? ADDRESS_LACK_NEIGHBOUR_DELETE : 0U);
}

unsigned int address_peer_lacks(const struct address_peer *peer)
{
    const struct address_interface *interface = peer->interface;
    unsigned int lacks = 0;

    if (interface->link.ipv6_disabled)
        return 0; /* the kernel would refuse everything */
    if (interface->nd == ADDRESS_ND_KERNEL || !address_peer_is_wanted(peer))
        return seen(peer);
    /* A MAC address of ours that changed may have made the peer's identifier our own. */
    if (!interface->link.up || address_iid_equal(&peer->iid, &interface->own_iid))
        return 0;
    if (interface->held && peer->installed)
        return 0;
    if (!peer->neighbour_seen || !fascia_mac_equal(&peer->mac, &peer->neighbour_mac))
        lacks |= ADDRESS_LACK_NEIGHBOUR_ADD;
    if (!peer->route_seen)
        lacks |= ADDRESS_LACK_ROUTE_ADD;
    return lacks;
}

void rows_touch(struct address_table *table, struct address_peer *peer)
{
    struct address_interface *interface = peer->interface;
    bool wanted = address_peer_is_wanted(peer), ready = address_peer_is_ready(peer);
    bool gone = !wanted && !peer->route_seen && !peer->neighbour_seen;

    if (!wanted)
        peer->installed = false;
    else if (ready)
        peer->installed = true;
    bool repair = peer->installed && !ready && interface->link.up && !interface->link.ipv6_disabled;

    interface->wanted = changed(interface->wanted, peer->counted_wanted, wanted);
    table->wanted = changed(table->wanted, peer->counted_wanted, wanted);
    interface->ready = changed(interface->ready, peer->counted_ready, ready);
    interface->repairs = changed(interface->repairs, peer->counted_repair, repair);
    peer->counted_wanted = wanted;
    peer->counted_ready = ready;
    peer->counted_repair = repair;

    set_member(&interface->work, &peer->work, address_peer_lacks(peer) != 0);
    /* Entries that come and go with the link are the link's story; a peer is removed when nobody wants it. */
    set_member(&table->news, &peer->news, gone || (ready && !peer->announced));
}

void rows_touch_all(struct address_table *table, struct address_interface *interface)
{
    fascia_list_for_each (node, &interface->peers)
        rows_touch(table, FASCIA_LIST_ENTRY(node, struct address_peer, of_interface));
}

struct address_peer *rows_new_peer(struct address_table *table, struct address_interface *interface,
                                   const struct address_iid *iid, const struct fascia_mac *mac)
{
    struct address_peer *peer = address_peers_add(&table->peers, interface->ifindex, iid, mac);

    if (!peer)
        return NULL;
    peer->interface = interface;
    fascia_list_append(&interface->peers, &peer->of_interface);
    return peer;
}

/* Interfaces */

void rows_stranger_add(struct address_interface *interface, const struct address_iid *iid, uint8_t prefix_length)
{
    /* One that does not fit is found by the next reading, when the others are gone. */
    if (interface->strangers_count == ADDRESS_STRANGERS_MAX)
        return;
    interface->strangers[interface->strangers_count] = *iid;
    interface->strangers_prefix[interface->strangers_count++] = prefix_length;
}

void rows_stranger_gone(struct address_interface *interface, const struct address_iid *iid, uint8_t prefix_length)
{
    size_t kept = 0;
    for (size_t i = 0; i < interface->strangers_count; i++) {
        if (interface->strangers_prefix[i] == prefix_length && address_iid_equal(&interface->strangers[i], iid))
            continue;
        interface->strangers[kept] = interface->strangers[i];
        interface->strangers_prefix[kept++] = interface->strangers_prefix[i];
    }
    interface->strangers_count = kept;
}

void rows_set_own_iid(struct address_table *table, struct address_interface *interface, const struct address_iid *iid)
{
    if (address_iid_equal(&interface->own_iid, iid))
        return;
    if (interface->own_seen || interface->own_wrong)
        rows_stranger_add(interface, &interface->own_iid, 64);
    size_t strangers = interface->strangers_count;
    rows_stranger_gone(interface, iid, 64);
    interface->own_seen = interface->own_seen_before = false;
    interface->own_wrong = interface->strangers_count != strangers; /* there already, made by somebody else */
    interface->set_before = false;
    interface->own_iid = *iid;
    rows_touch_all(table, interface);
}

bool rows_interface_is_set(const struct address_interface *interface)
{
    const struct address_link *link = &interface->link;

    if (interface->nd == ADDRESS_ND_KERNEL)
        return true;
    return link->gen_mode_none && link->sysctls_wrong == 0 && interface->strangers_count == 0 &&
           !interface->own_wrong && !(interface->nd == ADDRESS_ND_NONE && interface->prefix_route_seen) &&
           link->noarp == (interface->nd == ADDRESS_ND_NONE);
}
