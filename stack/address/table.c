/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/address/table.h"

#include <string.h>

#include "stack/address/rows.h"

const char *address_sysctl_name(enum address_sysctl sysctl)
{
    static const char *const names[ADDRESS_SYSCTLS_] = {
        [ADDRESS_SYSCTL_ACCEPT_RA] = "accept_ra",
        [ADDRESS_SYSCTL_ROUTER_SOLICITATIONS] = "router_solicitations",
        [ADDRESS_SYSCTL_DAD_TRANSMITS] = "dad_transmits",
        [ADDRESS_SYSCTL_NDISC_NOTIFY] = "ndisc_notify",
        [ADDRESS_SYSCTL_MCAST_SOLICIT] = "neigh/mcast_solicit",
        [ADDRESS_SYSCTL_UCAST_SOLICIT] = "neigh/ucast_solicit",
        [ADDRESS_SYSCTL_APP_SOLICIT] = "neigh/app_solicit",
    };
    return (unsigned int)sysctl < ADDRESS_SYSCTLS_ ? names[sysctl] : "?";
}

void address_table_init(struct address_table *table, size_t peers_max, uint64_t seed)
{
    *table = (struct address_table){.peers_max = peers_max};
    fascia_list_init(&table->news);
    /* Twice: what an earlier run left in the kernel has to be noted to be removed, also when the table is full. */
    address_peers_init(&table->peers, 2 * peers_max, seed);
}

void address_table_deinit(struct address_table *table)
{
    address_peers_deinit(&table->peers);
    address_table_init(table, table->peers_max, table->peers.seed);
}

/* Interfaces */

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

static struct address_interface *new_interface(struct address_table *table, unsigned int ifindex)
{
    for (size_t i = 0; i < ADDRESS_INTERFACES_MAX; i++) {
        struct address_interface *interface = &table->interfaces[i];
        if (interface->ifindex != 0)
            continue;
        *interface = (struct address_interface){.ifindex = ifindex};
        fascia_list_init(&interface->peers);
        fascia_list_init(&interface->work);
        return interface;
    }
    return NULL;
}

/* The kernel's own mode is left alone both ways: what we would have to put back is not known after a restart. */
static bool can_change(const struct address_interface *interface, enum address_nd nd)
{
    return !interface->releasing && (interface->nd == ADDRESS_ND_KERNEL) == (nd == ADDRESS_ND_KERNEL);
}

static void change_mode(struct address_interface *interface, enum address_nd nd)
{
    if (interface->nd == nd)
        return;
    /* An address that came while ARP was on has joined its solicited-node group: it goes while it can still leave it,
     * and comes back behind IFF_NOARP. */
    if (nd == ADDRESS_ND_NONE && interface->own_seen) {
        interface->own_seen = false;
        interface->own_wrong = true;
    }
    interface->nd = nd;
    interface->set_before = interface->own_seen_before = false;
}

int address_table_prepare(struct address_table *table, unsigned int ifindex, const struct address_wish *wish,
                          bool *ret_new)
{
    struct address_interface *interface = address_table_interface(table, ifindex);
    bool new = !interface;
    int r = wish->policy == ADDRESS_IID_EUI64 ? 0 : address_iid_check(&wish->iid);

    if (r != 0)
        return r;
    if (!new && !can_change(interface, wish->nd))
        return ADDRESS_E_MANAGED;
    if (new) {
        interface = new_interface(table, ifindex);
        if (!interface)
            return ADDRESS_E_FULL;
        interface->nd = wish->nd;
    }
    change_mode(interface, wish->nd);
    interface->policy = wish->policy;
    if (wish->nd != ADDRESS_ND_KERNEL) {
        struct address_iid of_mac = address_iid_from_mac(&interface->link.mac);
        if (wish->policy != ADDRESS_IID_EUI64)
            rows_set_own_iid(table, interface, &wish->iid);
        else if (!new)
            rows_set_own_iid(table, interface, &of_mac);
    }
    rows_touch_all(table, interface);
    if (ret_new)
        *ret_new = new;
    return 0;
}

/* Whether a missing entry has to be deleted all the same: an observation of it may be on its way. */
static void unwant(struct address_table *table, struct address_peer *peer)
{
    if (peer->installed && peer->interface->link.up && peer->interface->nd != ADDRESS_ND_KERNEL)
        peer->route_seen = peer->neighbour_seen = true;
    rows_touch(table, peer);
}

void address_table_release_interface(struct address_table *table, unsigned int ifindex)
{
    struct address_interface *interface = address_table_interface(table, ifindex);
    if (!interface)
        return;

    interface->releasing = true;
    interface->held = false;
    fascia_list_for_each (node, &interface->peers) {
        struct address_peer *peer = FASCIA_LIST_ENTRY(node, struct address_peer, of_interface);
        bool wanted = address_peer_is_wanted(peer);
        memset(peer->claims, 0, sizeof peer->claims);
        if (wanted)
            unwant(table, peer);
    }
}

void address_table_forget(struct address_table *table, unsigned int ifindex, address_news_fn fn, void *userdata)
{
    struct address_interface *interface = address_table_interface(table, ifindex);
    if (!interface)
        return;

    fascia_list_for_each_safe (node, &interface->peers) {
        struct address_peer *peer = FASCIA_LIST_ENTRY(node, struct address_peer, of_interface);
        if (peer->announced && fn)
            fn(peer, false, userdata);
        address_peers_remove(&table->peers, peer);
    }
    table->wanted -= interface->wanted;
    *interface = (struct address_interface){.ifindex = 0};
}

/* Claims */

static bool has_owner(const struct address_peer *peer)
{
    return peer->claims[ADDRESS_CLAIM_STATION] != 0 || peer->claims[ADDRESS_CLAIM_METHOD] != 0;
}

static bool mac_has_owner(const struct address_table *table, unsigned int ifindex, const struct fascia_mac *mac)
{
    const struct address_peer *peer = NULL;

    while ((peer = address_peers_of_mac(&table->peers, ifindex, mac, peer)) != NULL) {
        if (has_owner(peer))
            return true;
    }
    return false;
}

struct address_peer *address_table_peer(const struct address_table *table, unsigned int ifindex,
                                        const struct address_iid *iid)
{
    return ifindex == 0 ? NULL : address_peers_find(&table->peers, ifindex, iid);
}

static void take(struct address_table *table, struct address_peer *peer, const struct fascia_mac *mac,
                 enum address_claim claim)
{
    struct address_interface *interface = peer->interface;

    if (!fascia_mac_equal(&peer->mac, mac))
        peer->installed = false; /* the entry for the other MAC address is not a repair */
    if (claim != ADDRESS_CLAIM_LEARNT && interface->nd == ADDRESS_ND_ANSWER &&
        !mac_has_owner(table, interface->ifindex, mac))
        interface->relearn = true;
    address_peers_set_mac(&table->peers, peer, mac);
    peer->claims[claim] = claim == ADDRESS_CLAIM_METHOD ? peer->claims[claim] + 1 : 1;
    if (claim != ADDRESS_CLAIM_ADOPTED)
        peer->claims[ADDRESS_CLAIM_ADOPTED] = 0; /* it has an owner again */
    rows_touch(table, peer);
}

int address_table_claim(struct address_table *table, unsigned int ifindex, const struct fascia_mac *mac,
                        const struct address_iid *iid, enum address_claim claim, struct address_peer **ret_peer)
{
    struct address_interface *interface = address_table_interface(table, ifindex);
    if (!interface || interface->releasing)
        return ADDRESS_E_NOT_PREPARED;

    struct address_iid of_mac = address_iid_from_mac(mac);
    if (!iid)
        iid = &of_mac;
    int r = address_peer_check(mac, iid, &interface->link.mac, &interface->own_iid);
    if (r != 0)
        return r;

    struct address_peer *peer = address_table_peer(table, ifindex, iid);
    if (peer && (has_owner(peer) || peer->claims[ADDRESS_CLAIM_LEARNT] != 0) && !fascia_mac_equal(&peer->mac, mac))
        return ADDRESS_E_IID_TAKEN;
    if (peer && peer->claims[claim] == UINT32_MAX)
        return ADDRESS_E_FULL;
    if (table->wanted >= table->peers_max && !(peer && address_peer_is_wanted(peer)))
        return ADDRESS_E_FULL;
    if (!peer)
        peer = rows_new_peer(table, interface, iid, mac);
    if (!peer)
        return ADDRESS_E_FULL;
    take(table, peer, mac, claim);
    if (ret_peer)
        *ret_peer = peer;
    return 0;
}

/* The last owner of a MAC address is gone: nobody answers for what it called itself. */
static void drop_learnt(struct address_table *table, unsigned int ifindex, const struct fascia_mac *mac)
{
    struct address_peer *peer = NULL;

    while ((peer = address_peers_of_mac(&table->peers, ifindex, mac, peer)) != NULL) {
        if (peer->claims[ADDRESS_CLAIM_LEARNT] == 0)
            continue;
        peer->claims[ADDRESS_CLAIM_LEARNT] = 0;
        if (!address_peer_is_wanted(peer))
            unwant(table, peer);
    }
}

void address_table_release(struct address_table *table, struct address_peer *peer, enum address_claim claim)
{
    if (peer->claims[claim] == 0)
        return;
    peer->claims[claim]--;
    if (!address_peer_is_wanted(peer))
        unwant(table, peer);
    else
        rows_touch(table, peer);
    if (!mac_has_owner(table, peer->ifindex, &peer->mac))
        drop_learnt(table, peer->ifindex, &peer->mac);
}

int address_table_learn(struct address_table *table, unsigned int ifindex, const struct fascia_mac *mac,
                        const struct address_iid *iid)
{
    const struct address_interface *interface = address_table_interface(table, ifindex);
    const struct address_peer *peer = NULL;
    unsigned int learnt = 0;
    bool owned = false;

    if (!interface || interface->nd != ADDRESS_ND_ANSWER)
        return ADDRESS_E_NOT_PREPARED;
    while ((peer = address_peers_of_mac(&table->peers, ifindex, mac, peer)) != NULL) {
        if (address_peer_is_wanted(peer) && address_iid_equal(&peer->iid, iid))
            return 0;
        owned = owned || has_owner(peer);
        learnt += peer->claims[ADDRESS_CLAIM_LEARNT] != 0;
    }
    if (!owned)
        return ADDRESS_E_STRANGER;
    if (learnt >= ADDRESS_LEARNT_MAX)
        return ADDRESS_E_LEARNT_FULL;
    return address_table_claim(table, ifindex, mac, iid, ADDRESS_CLAIM_LEARNT, NULL);
}

size_t address_table_count(const struct address_table *table, unsigned int ifindex)
{
    size_t n = 0;
    for (size_t i = 0; i < ADDRESS_INTERFACES_MAX; i++) {
        const struct address_interface *interface = &table->interfaces[i];
        if (interface->ifindex != 0 && (ifindex == 0 || interface->ifindex == ifindex))
            n += interface->wanted;
    }
    return n;
}

void address_table_tell(struct address_table *table, address_news_fn fn, void *userdata)
{
    fascia_list_for_each_safe (node, &table->news) {
        struct address_peer *peer = FASCIA_LIST_ENTRY(node, struct address_peer, news);
        bool added = address_peer_is_ready(peer);
        if (fn && added != peer->announced)
            fn(peer, added, userdata);
        peer->announced = added;
        if (!added)
            address_peers_remove(&table->peers, peer);
        else
            rows_touch(table, peer);
    }
}

void address_table_adopt(struct address_table *table, unsigned int ifindex)
{
    struct address_interface *interface = address_table_interface(table, ifindex);
    if (!interface || interface->nd == ADDRESS_ND_KERNEL)
        return;

    fascia_list_for_each (node, &interface->peers) {
        struct address_peer *peer = FASCIA_LIST_ENTRY(node, struct address_peer, of_interface);
        if (address_peer_is_wanted(peer) || !peer->route_seen || !peer->neighbour_seen)
            continue;
        struct fascia_mac mac = peer->neighbour_mac;
        struct address_iid iid = peer->iid;
        /* One that the rules refuse stays unwanted, and the planner takes it away. */
        (void)address_table_claim(table, ifindex, &mac, &iid, ADDRESS_CLAIM_ADOPTED, NULL);
    }
}

/* What somebody else changed */

bool address_interface_is_edited(const struct address_interface *interface)
{
    if (interface->nd == ADDRESS_ND_KERNEL || interface->releasing || interface->link.ipv6_disabled)
        return false;
    return interface->repairs != 0 || (interface->set_before && !rows_interface_is_set(interface)) ||
           (interface->own_seen_before && interface->link.up && !interface->own_seen);
}

void address_interface_accept(struct address_table *table, struct address_interface *interface)
{
    interface->held = false;
    interface->set_before = rows_interface_is_set(interface);
    interface->own_seen_before = interface->own_seen;
    if (interface->repairs == 0)
        return;
    fascia_list_for_each (node, &interface->peers) {
        struct address_peer *peer = FASCIA_LIST_ENTRY(node, struct address_peer, of_interface);
        if (!peer->counted_repair)
            continue;
        peer->installed = false;
        rows_touch(table, peer);
    }
}

void address_interface_hold(struct address_table *table, struct address_interface *interface, bool held)
{
    if (interface->held == held)
        return;
    interface->held = held;
    rows_touch_all(table, interface);
}
