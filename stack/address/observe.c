/* SPDX-License-Identifier: Apache-2.0 */
/* What the kernel was seen to have, and what it takes away by itself. */
#include "stack/address/rows.h"

enum forget { FORGET_NEIGHBOURS, FORGET_ROUTES_TOO };

static void forget_peers(struct address_table *table, struct address_interface *interface, enum forget what)
{
    fascia_list_for_each (node, &interface->peers) {
        struct address_peer *peer = FASCIA_LIST_ENTRY(node, struct address_peer, of_interface);
        peer->neighbour_seen = false;
        if (what == FORGET_ROUTES_TOO)
            peer->route_seen = false;
        peer->installed = false; /* nobody took it away */
        rows_touch(table, peer);
    }
}

static void forget_addresses(struct address_interface *interface)
{
    interface->own_seen = interface->own_wrong = interface->prefix_route_seen = false;
    interface->own_seen_before = false;
    interface->strangers_count = 0;
}

/* After a change of what is observed: from here on a difference is somebody else's doing. */
static void note(struct address_interface *interface)
{
    interface->set_before = interface->set_before || rows_interface_is_set(interface);
    interface->own_seen_before = interface->own_seen_before || interface->own_seen;
}

void address_observe_reset(struct address_table *table, unsigned int ifindex)
{
    struct address_interface *interface = address_table_interface(table, ifindex);
    if (!interface)
        return;
    forget_addresses(interface);
    interface->set_before = false;
    forget_peers(table, interface, FORGET_ROUTES_TOO);
}

void address_observe_link(struct address_table *table, unsigned int ifindex, const struct address_link *link)
{
    struct address_interface *interface = address_table_interface(table, ifindex);
    if (!interface)
        return;

    struct address_link before = interface->link;
    bool new_mac = !fascia_mac_equal(&before.mac, &link->mac);
    interface->link = *link;
    if ((before.up && !link->up) || before.ipv6_disabled != link->ipv6_disabled) {
        /* Linux drops link-local addresses, their routes and all neighbours at admin down; and with IPv6 itself, which
         * comes back with the defaults of the system. */
        forget_addresses(interface);
        interface->set_before = interface->set_before && before.ipv6_disabled == link->ipv6_disabled;
        forget_peers(table, interface, FORGET_ROUTES_TOO);
    } else if (before.noarp != link->noarp || new_mac) {
        forget_peers(table, interface, FORGET_NEIGHBOURS);
    } else if (before.up != link->up) {
        rows_touch_all(table, interface);
    }
    if (interface->policy == ADDRESS_IID_EUI64 && !(interface->nd == ADDRESS_ND_KERNEL && interface->own_seen)) {
        struct address_iid iid = address_iid_from_mac(&link->mac);
        rows_set_own_iid(table, interface, &iid);
    }
    note(interface);
}

/* Whatever address the kernel made is ours there; the first of several counts. */
static void observe_kernel_address(struct address_table *table, struct address_interface *interface,
                                   const struct address_iid *iid, bool gone)
{
    bool known = interface->own_seen && address_iid_equal(iid, &interface->own_iid);

    if (gone) {
        interface->own_seen = interface->own_seen && !known;
        return;
    }
    if (interface->own_seen)
        return;
    rows_set_own_iid(table, interface, iid);
    interface->own_seen = true;
    interface->own_wrong = false;
}

void address_observe_address(struct address_table *table, unsigned int ifindex, const struct address_iid *iid,
                             uint8_t prefix_length, bool right, bool gone)
{
    struct address_interface *interface = address_table_interface(table, ifindex);
    if (!interface)
        return;

    if (interface->nd == ADDRESS_ND_KERNEL) {
        observe_kernel_address(table, interface, iid, gone);
        return;
    }
    rows_stranger_gone(interface, iid, prefix_length);
    if (address_iid_equal(iid, &interface->own_iid) && prefix_length == 64) {
        interface->own_seen = !gone && right;
        interface->own_wrong = !gone && !right;
    } else if (!gone) {
        rows_stranger_add(interface, iid, prefix_length);
    }
    note(interface);
}

void address_observe_route(struct address_table *table, unsigned int ifindex, const struct address_iid *iid,
                           uint8_t prefix_length, bool ours, bool gone)
{
    struct address_interface *interface = address_table_interface(table, ifindex);
    if (!interface)
        return;
    if (prefix_length == 64) {
        interface->prefix_route_seen = !gone;
        note(interface);
        return;
    }
    if (prefix_length != 128)
        return;

    struct address_peer *peer = address_table_peer(table, ifindex, iid);
    if (!peer && ours && !gone) {
        struct fascia_mac unknown = {{0}};
        peer = rows_new_peer(table, interface, iid, &unknown);
    }
    if (!peer)
        return;
    peer->route_seen = ours && !gone;
    rows_touch(table, peer);
}

void address_observe_neighbour(struct address_table *table, unsigned int ifindex, const struct address_iid *iid,
                               const struct fascia_mac *mac, enum address_neighbour how)
{
    struct address_interface *interface = address_table_interface(table, ifindex);
    if (!interface)
        return;

    bool there =
        how == ADDRESS_NEIGHBOUR_OURS || (how == ADDRESS_NEIGHBOUR_FOREIGN && interface->nd != ADDRESS_ND_KERNEL);
    struct address_peer *peer = address_table_peer(table, ifindex, iid);
    if (!peer && how == ADDRESS_NEIGHBOUR_OURS)
        peer = rows_new_peer(table, interface, iid, mac);
    if (!peer)
        return;
    peer->neighbour_seen = there;
    if (there)
        peer->neighbour_mac = *mac;
    rows_touch(table, peer);
}
