/* SPDX-License-Identifier: Apache-2.0 */
/* From the plan to the kernel, and from the result to what others are told. */
#include <errno.h>
#include <string.h>

#include "platform/journal/journal.h"
#include "platform/loop/loop.h"
#include "platform/rtnetlink/no_nd.h"
#include "tools/daemons/fascia-addr/addr.h"

#define ROUNDS_MAX 64      /* plans in a row: 64 operations each, more than the table can need */
#define RETRY_US   1000000 /* after a failure, and while IPv6 is disabled */

struct addr_note *addr_note(struct addr *addr, const struct address_interface *interface)
{
    return &addr->notes[interface - addr->table.interfaces];
}

/* Carrying out */

static void note_failure(struct addr *addr, const struct address_op *op, int error)
{
    const struct address_interface *interface = address_table_interface(&addr->table, op->ifindex);
    const char *kernel = rtnl_explanation(addr->rtnl);
    struct fascia_text text;

    addr->error = error;
    fascia_text_init(&text, addr->what, sizeof addr->what);
    address_op_format(op, &text);
    fascia_text_add(&text, " on %s", interface ? interface->link.name : "?");
    if (kernel[0] != '\0')
        fascia_text_add(&text, " (%s)", kernel);
}

/* One plan. False when there is nothing (more) to do: it was empty, or something failed. */
static bool work_round(struct addr *addr)
{
    struct address_plan plan;
    unsigned int blocked = 0; /* interface with a failed operation: later ones build on it */
    bool failed = false;

    address_plan_make(&addr->table, &plan);
    for (size_t i = 0; i < plan.count; i++) {
        const struct address_op *op = &plan.ops[i];
        if (op->ifindex == blocked)
            continue;
        int r = no_nd_execute(addr->rtnl, op);
        if (r == 0) {
            address_plan_done(&addr->table, op);
            continue;
        }
        failed = true;
        blocked = op->ifindex;
        /* Down or gone between the plan and now: the monitor is about to say so. */
        if (r == -ENETDOWN || r == -ENODEV || r == -ENXIO)
            continue;
        note_failure(addr, op, r);
    }
    return plan.count != 0 && !failed;
}

static void work(struct addr *addr)
{
    addr->error = 0;
    addr->what[0] = '\0';
    for (int i = 0; i < ROUNDS_MAX && work_round(addr); i++)
        ;
}

/* Telling */

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
        service_event(&addr->service, FASCIA_EVENT_INTERFACE_PREPARED, "%s (index %u)%s", interface->link.name,
                      interface->ifindex,
                      note->in_place ? "; it was up already, ND may have left before it was changed" : "");
    if (ready && !note->ready)
        service_event(&addr->service, FASCIA_EVENT_ADDRESS_READY, "%s", scoped(interface, &interface->own_iid, text));
    if (prepared != note->prepared || ready != note->ready || peers != note->peers)
        addr->interfaces_changed = true;
    note->prepared = prepared;
    note->ready = ready;
    note->peers = peers;
}

static void tell_peer(struct addr *addr, struct address_peer *peer)
{
    const struct address_interface *interface = address_table_interface(&addr->table, peer->ifindex);
    char address[ADDRESS_LINK_LOCAL_TEXT_SIZE], mac[FASCIA_MAC_TEXT_SIZE];
    bool ready = address_peer_is_ready(peer);
    /* Entries that come and go with the link are the link's story; a peer is removed when nobody wants it. */
    bool removed = !address_peer_is_wanted(peer) && !peer->route_seen && !peer->neighbour_seen;

    if (!interface || (peer->announced ? !removed : !ready))
        return;
    service_event(&addr->service, ready ? FASCIA_EVENT_PEER_ADDRESSED : FASCIA_EVENT_PEER_REMOVED, "%s %s",
                  fascia_mac_format(&peer->mac, mac), scoped(interface, &peer->iid, address));
    peer->announced = ready;
    addr->peers_changed = true;
}

static void tell_peers(struct addr *addr)
{
    for (size_t i = 0; i < ADDRESS_PEERS_MAX; i++) {
        if (addr->table.peers[i].ifindex != 0)
            tell_peer(addr, &addr->table.peers[i]);
    }
}

/* Packets are judged on interfaces in mode "none" only; in "answer" they are expected. */
static void add_packets(struct addr *addr, struct address_health *health)
{
    for (size_t i = 0; addr->packet && i < ADDRESS_INTERFACES_MAX; i++) {
        const struct address_interface *interface = &addr->table.interfaces[i];
        if (interface->ifindex == 0 || interface->nd != ADDRESS_ND_NONE)
            continue;
        struct packet_counts counts = packet_count(addr->packet, interface->ifindex);
        health->nd += counts.nd;
        health->mld += counts.mld;
        if (health->first[0] == '\0')
            health->first = addr->notes[i].first;
    }
    if (addr->packet)
        health->missed = packet_missed(addr->packet);
}

static void tell(struct addr *addr)
{
    struct address_health health = {.enabled = addr->service.config.address.enabled,
                                    .name_taken = addr->name_taken,
                                    .error = addr->error,
                                    .what = addr->packet_error < 0 && addr->error == 0 ? strerror(-addr->packet_error)
                                                                                       : addr->what,
                                    .counted = addr->packet_error == 0,
                                    .first = "",
                                    .refused = addr->refused_count};

    for (size_t i = 0; i < ADDRESS_INTERFACES_MAX; i++) {
        if (addr->table.interfaces[i].ifindex != 0)
            tell_interface(addr, &addr->table.interfaces[i]);
    }
    add_packets(addr, &health);

    struct address_verdict verdict = address_judge(&addr->table, &health);
    service_fact(&addr->service, verdict.state, verdict.reason, "%s", verdict.detail);
    addr_bus_publish(addr);
    if (verdict.state == FASCIA_FUNCTION_FAILED && !addr->door_failed && !addr->name_taken)
        (void)loop_timer_arm(addr->retry, RETRY_US);
}

void addr_reconcile(struct addr *addr)
{
    if (!addr->door_failed && !addr->name_taken)
        work(addr);
    tell_peers(addr);
    address_table_prune(&addr->table);
    tell(addr);
}

/* Interfaces */

void addr_forget(struct addr *addr, unsigned int ifindex)
{
    struct address_interface *interface = address_table_interface(&addr->table, ifindex);
    if (!interface)
        return;

    journal_log(FASCIA_SEVERITY_INFO, "%s (index %u) is gone", interface->link.name, ifindex);
    for (size_t i = 0; i < ADDRESS_PEERS_MAX; i++) {
        struct address_peer *peer = &addr->table.peers[i];
        if (peer->ifindex != ifindex)
            continue;
        memset(peer->claims, 0, sizeof peer->claims);
        peer->route_seen = peer->neighbour_seen = false;
        tell_peer(addr, peer);
    }
    *addr_note(addr, interface) = (struct addr_note){0};
    address_table_forget(&addr->table, ifindex);
    if (addr->packet)
        packet_unwatch(addr->packet, ifindex);
    addr->interfaces_changed = true;
}

static int prepare_new(struct addr *addr, unsigned int ifindex)
{
    int r = addr->packet ? packet_watch(addr->packet, ifindex) : 0;
    if (r > 0)
        return ADDRESS_E_FULL;
    if (r == 0)
        r = addr_kernel_read(addr, ifindex);
    if (r < 0)
        return r;

    struct address_interface *interface = address_table_interface(&addr->table, ifindex);
    if (!interface)
        return -ENODEV;
    if (interface->link.up) {
        address_table_adopt(&addr->table, ifindex);
        addr_note(addr, interface)->in_place = address_interface_progress(interface) == ADDRESS_PROGRESS_UNPREPARED;
    }
    addr->interfaces_changed = true;
    return 0;
}

int addr_prepare(struct addr *addr, unsigned int ifindex)
{
    struct rtnl_link link;
    bool new = false;

    if (addr->door_failed)
        return addr->error;
    if (addr->name_taken)
        return -EBUSY;
    int r = rtnl_link_get(addr->rtnl, ifindex, &link);
    if (r < 0)
        return r;
    if (!link.has_mac || (link.flags & IFF_LOOPBACK))
        return -EOPNOTSUPP;

    r = address_table_prepare(&addr->table, ifindex, addr->service.config.address.nd,
                              addr->own_fixed ? &addr->own_iid : NULL, &new);
    if (r == 0 && new) {
        r = prepare_new(addr, ifindex);
        if (r != 0)
            addr_forget(addr, ifindex);
    }
    if (r != 0)
        return r;
    addr_reconcile(addr);

    const struct address_interface *interface = address_table_interface(&addr->table, ifindex);
    if (!interface)
        return -ENODEV;
    switch (address_interface_progress(interface)) {
    case ADDRESS_PROGRESS_DISABLED:
        return -EAFNOSUPPORT;
    case ADDRESS_PROGRESS_UNPREPARED:
        return addr->error != 0 ? addr->error : -EIO;
    case ADDRESS_PROGRESS_DOWN:
    case ADDRESS_PROGRESS_UNADDRESSED:
    case ADDRESS_PROGRESS_READY:
    case ADDRESS_PROGRESSES_:
        break;
    }
    return 0;
}
