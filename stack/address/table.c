/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/address/table.h"

#include <string.h>

#include "stack/base/cleanup.h"

const char *address_sysctl_name(enum address_sysctl sysctl)
{
    static const char *const names[ADDRESS_SYSCTLS_] = {
        [ADDRESS_SYSCTL_ACCEPT_RA] = "accept_ra",
        [ADDRESS_SYSCTL_ROUTER_SOLICITATIONS] = "router_solicitations",
        [ADDRESS_SYSCTL_DAD_TRANSMITS] = "dad_transmits",
        [ADDRESS_SYSCTL_NDISC_NOTIFY] = "ndisc_notify",
    };
    return (unsigned int)sysctl < ADDRESS_SYSCTLS_ ? names[sysctl] : "?";
}

/* What is wanted */

struct address_interface *address_table_interface(struct address_table *table, unsigned int ifindex)
{
    if (ifindex == 0)
        return NULL;
    for (size_t i = 0; i < ADDRESS_INTERFACES_MAX; i++) {
        if (table->interfaces[i].ifindex == ifindex)
            return &table->interfaces[i];
    }
    return NULL;
}

static struct address_interface *free_interface(struct address_table *table)
{
    for (size_t i = 0; i < ADDRESS_INTERFACES_MAX; i++) {
        if (table->interfaces[i].ifindex == 0)
            return &table->interfaces[i];
    }
    return NULL;
}

static void stranger_gone(struct address_interface *interface, const struct address_iid *iid, uint8_t prefix_length)
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

/* Our identifier changed, by configuration or by a new MAC address: what was our address is a stranger now. */
static void set_own_iid(struct address_interface *interface, const struct address_iid *iid)
{
    if (address_iid_equal(&interface->own_iid, iid))
        return;
    if ((interface->own_seen || interface->own_wrong) && interface->strangers_count < ADDRESS_STRANGERS_MAX) {
        interface->strangers[interface->strangers_count] = interface->own_iid;
        interface->strangers_prefix[interface->strangers_count++] = 64;
    }
    size_t strangers = interface->strangers_count;
    stranger_gone(interface, iid, 64);
    interface->own_seen = false;
    interface->own_wrong = interface->strangers_count != strangers; /* there already, made by somebody else */
    interface->own_iid = *iid;
}

int address_table_prepare(struct address_table *table, unsigned int ifindex, enum address_nd nd,
                          const struct address_iid *own_iid, bool *ret_new)
{
    if (own_iid && address_iid_is_zero(own_iid))
        return ADDRESS_E_IID_ZERO;

    struct address_interface *interface = address_table_interface(table, ifindex);
    bool new = !interface;
    if (new) {
        interface = free_interface(table);
        if (!interface)
            return ADDRESS_E_FULL;
        *interface = (struct address_interface){.ifindex = ifindex};
    }
    interface->nd = nd;
    interface->own_fixed = own_iid != NULL;
    if (own_iid) {
        set_own_iid(interface, own_iid);
    } else if (!new) {
        struct address_iid iid = address_iid_from_mac(&interface->link.mac);
        set_own_iid(interface, &iid);
    }
    if (ret_new)
        *ret_new = new;
    return 0;
}

void address_table_forget(struct address_table *table, unsigned int ifindex)
{
    struct address_interface *interface = address_table_interface(table, ifindex);
    if (!interface)
        return;
    *interface = (struct address_interface){.ifindex = 0};
    for (size_t i = 0; i < ADDRESS_PEERS_MAX; i++) {
        if (table->peers[i].ifindex == ifindex)
            table->peers[i] = (struct address_peer){.ifindex = 0};
    }
}

struct address_peer *address_table_peer(struct address_table *table, unsigned int ifindex,
                                        const struct address_iid *iid)
{
    if (ifindex == 0)
        return NULL;
    for (size_t i = 0; i < ADDRESS_PEERS_MAX; i++) {
        struct address_peer *peer = &table->peers[i];
        if (peer->ifindex == ifindex && address_iid_equal(&peer->iid, iid))
            return peer;
    }
    return NULL;
}

static struct address_peer *new_peer(struct address_table *table, unsigned int ifindex, const struct address_iid *iid)
{
    for (size_t i = 0; i < ADDRESS_PEERS_MAX; i++) {
        struct address_peer *peer = &table->peers[i];
        if (peer->ifindex == 0) {
            *peer = (struct address_peer){.ifindex = ifindex, .iid = *iid};
            return peer;
        }
    }
    return NULL;
}

static bool has_owner(const struct address_peer *peer)
{
    return peer->claims[ADDRESS_CLAIM_STATION] != 0 || peer->claims[ADDRESS_CLAIM_METHOD] != 0;
}

int address_table_claim(struct address_table *table, unsigned int ifindex, const struct fascia_mac *mac,
                        const struct address_iid *iid, enum address_claim claim, struct address_peer **ret_peer)
{
    const struct address_interface *interface = address_table_interface(table, ifindex);
    if (!interface)
        return ADDRESS_E_NOT_PREPARED;

    struct address_iid of_mac = address_iid_from_mac(mac);
    if (!iid)
        iid = &of_mac;
    int r = address_peer_check(mac, iid, &interface->link.mac, &interface->own_iid);
    if (r != 0)
        return r;

    struct address_peer *peer = address_table_peer(table, ifindex, iid);
    if (peer && has_owner(peer) && !fascia_mac_equal(&peer->mac, mac))
        return ADDRESS_E_IID_TAKEN;
    if (!peer)
        peer = new_peer(table, ifindex, iid);
    if (!peer)
        return ADDRESS_E_FULL;

    peer->mac = *mac;
    peer->claims[claim] = claim == ADDRESS_CLAIM_METHOD ? peer->claims[claim] + 1 : 1;
    if (claim != ADDRESS_CLAIM_ADOPTED)
        peer->claims[ADDRESS_CLAIM_ADOPTED] = 0; /* it has an owner again */
    if (ret_peer)
        *ret_peer = peer;
    return 0;
}

void address_table_release(struct address_peer *peer, enum address_claim claim)
{
    if (peer->claims[claim] == 0)
        return;
    peer->claims[claim]--;
    if (!address_peer_is_wanted(peer)) {
        /* An observation may be on its way still: delete both, a missing one is no error. */
        peer->route_seen = peer->neighbour_seen = true;
    }
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
    return address_peer_is_wanted(peer) && peer->route_seen && peer->neighbour_seen &&
           fascia_mac_equal(&peer->mac, &peer->neighbour_mac);
}

size_t address_table_count(const struct address_table *table, unsigned int ifindex)
{
    size_t n = 0;
    for (size_t i = 0; i < ADDRESS_PEERS_MAX; i++) {
        const struct address_peer *peer = &table->peers[i];
        if (peer->ifindex != 0 && (ifindex == 0 || peer->ifindex == ifindex) && address_peer_is_wanted(peer))
            n++;
    }
    return n;
}

/* What was observed */

enum forget { FORGET_NEIGHBOURS, FORGET_ROUTES_TOO };

static void forget_peers(struct address_table *table, unsigned int ifindex, enum forget what)
{
    for (size_t i = 0; i < ADDRESS_PEERS_MAX; i++) {
        struct address_peer *peer = &table->peers[i];
        if (peer->ifindex != ifindex)
            continue;
        peer->neighbour_seen = false;
        if (what == FORGET_ROUTES_TOO)
            peer->route_seen = false;
    }
}

static void forget_addresses(struct address_interface *interface)
{
    interface->own_seen = interface->own_wrong = interface->prefix_route_seen = false;
    interface->strangers_count = 0;
}

void address_observe_reset(struct address_table *table, unsigned int ifindex)
{
    struct address_interface *interface = address_table_interface(table, ifindex);
    if (!interface)
        return;
    forget_addresses(interface);
    forget_peers(table, ifindex, FORGET_ROUTES_TOO);
}

void address_observe_link(struct address_table *table, unsigned int ifindex, const struct address_link *link)
{
    struct address_interface *interface = address_table_interface(table, ifindex);
    if (!interface)
        return;

    struct address_link before = interface->link;
    interface->link = *link;
    if (before.up && !link->up) {
        /* Linux drops link-local addresses, their routes and all neighbours at admin down. */
        forget_addresses(interface);
        forget_peers(table, ifindex, FORGET_ROUTES_TOO);
    } else if (before.noarp != link->noarp || !fascia_mac_equal(&before.mac, &link->mac)) {
        forget_peers(table, ifindex, FORGET_NEIGHBOURS);
    }
    if (!interface->own_fixed) {
        struct address_iid iid = address_iid_from_mac(&link->mac);
        set_own_iid(interface, &iid);
    }
}

void address_observe_address(struct address_table *table, unsigned int ifindex, const struct address_iid *iid,
                             uint8_t prefix_length, bool right, bool gone)
{
    struct address_interface *interface = address_table_interface(table, ifindex);
    if (!interface)
        return;

    stranger_gone(interface, iid, prefix_length);
    if (address_iid_equal(iid, &interface->own_iid) && prefix_length == 64) {
        interface->own_seen = !gone && right;
        interface->own_wrong = !gone && !right;
    } else if (!gone && interface->strangers_count < ADDRESS_STRANGERS_MAX) {
        interface->strangers[interface->strangers_count] = *iid;
        interface->strangers_prefix[interface->strangers_count++] = prefix_length;
    }
}

void address_observe_route(struct address_table *table, unsigned int ifindex, const struct address_iid *iid,
                           uint8_t prefix_length, bool ours, bool gone)
{
    struct address_interface *interface = address_table_interface(table, ifindex);
    if (!interface)
        return;
    if (prefix_length == 64) {
        interface->prefix_route_seen = !gone;
        return;
    }
    if (prefix_length != 128)
        return;

    struct address_peer *peer = address_table_peer(table, ifindex, iid);
    if (!peer && ours && !gone)
        peer = new_peer(table, ifindex, iid);
    if (peer)
        peer->route_seen = ours && !gone;
}

void address_observe_neighbour(struct address_table *table, unsigned int ifindex, const struct address_iid *iid,
                               const struct fascia_mac *mac, enum address_neighbour how)
{
    if (!address_table_interface(table, ifindex))
        return;

    bool there = how != ADDRESS_NEIGHBOUR_NONE;
    struct address_peer *peer = address_table_peer(table, ifindex, iid);
    if (!peer && how == ADDRESS_NEIGHBOUR_OURS)
        peer = new_peer(table, ifindex, iid);
    if (!peer)
        return;
    peer->neighbour_seen = there;
    if (there)
        peer->neighbour_mac = *mac;
}

void address_table_adopt(struct address_table *table, unsigned int ifindex)
{
    for (size_t i = 0; i < ADDRESS_PEERS_MAX; i++) {
        struct address_peer *peer = &table->peers[i];
        if (peer->ifindex != ifindex || address_peer_is_wanted(peer) || !peer->route_seen || !peer->neighbour_seen)
            continue;
        struct fascia_mac mac = peer->neighbour_mac;
        struct address_iid iid = peer->iid;
        /* One that the rules refuse stays unwanted, and the planner takes it away. */
        (void)address_table_claim(table, ifindex, &mac, &iid, ADDRESS_CLAIM_ADOPTED, NULL);
    }
}

void address_table_prune(struct address_table *table)
{
    for (size_t i = 0; i < ADDRESS_PEERS_MAX; i++) {
        struct address_peer *peer = &table->peers[i];
        if (peer->ifindex != 0 && !address_peer_is_wanted(peer) && !peer->route_seen && !peer->neighbour_seen)
            *peer = (struct address_peer){.ifindex = 0};
    }
}
