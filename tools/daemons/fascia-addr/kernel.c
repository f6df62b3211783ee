/* SPDX-License-Identifier: Apache-2.0 */
/* The kernel's side: doors, observations, packets. */
#include <errno.h>
#include <linux/capability.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>

#include "platform/capability/capability.h"
#include "platform/journal/journal.h"
#include "platform/loop/loop.h"
#include "tools/daemons/fascia-addr/addr.h"

#define DUMP_TRIES 5
#define MARKED_MAX ADDRESS_INTERFACES_MAX

static bool is_ours(uint8_t protocol)
{
    return protocol == RTNL_PROTOCOL_FASCIA;
}

/* Observations */

static void observe_link(struct addr *addr, const struct rtnl_link *link)
{
    struct address_link seen = {.mac = link->mac,
                                .up = link->flags & IFF_UP,
                                .noarp = link->flags & IFF_NOARP,
                                .gen_mode_none = link->gen_mode == IN6_ADDR_GEN_MODE_NONE,
                                .ipv6_disabled = link->gen_mode < 0};
    int value = 0;

    (void)fascia_text_copy(seen.name, sizeof seen.name, link->name);
    if (rtnl_sysctl_read(link->ifindex, "disable_ipv6", &value) != 0 || value != 0)
        seen.ipv6_disabled = true;
    for (unsigned int i = 0; i < ADDRESS_SYSCTLS_ && !seen.ipv6_disabled; i++) {
        if (rtnl_sysctl_read(link->ifindex, address_sysctl_name((enum address_sysctl)i), &value) != 0 || value != 0)
            seen.sysctls_wrong |= 1U << i;
    }
    address_observe_link(&addr->table, link->ifindex, &seen);
}

static void observe_address(struct addr *addr, const struct rtnl_address *address, bool gone)
{
    const uint32_t needed = IFA_F_NODAD | IFA_F_NOPREFIXROUTE;
    struct address_iid iid;

    if (!address_link_local_iid(address->address.s6_addr, &iid))
        return;
    bool right = (address->flags & needed) == needed && !(address->flags & (IFA_F_TENTATIVE | IFA_F_DADFAILED));
    address_observe_address(&addr->table, address->ifindex, &iid, address->prefix_length, right, gone);
}

static void observe_route(struct addr *addr, const struct rtnl_route *route, bool gone)
{
    struct address_iid iid;

    if (!route->has_gateway && address_link_local_iid(route->destination.s6_addr, &iid))
        address_observe_route(&addr->table, route->ifindex, &iid, route->prefix_length, is_ours(route->protocol), gone);
}

static void observe_neighbour(struct addr *addr, const struct rtnl_neighbour *neighbour, bool gone)
{
    enum address_neighbour how = ADDRESS_NEIGHBOUR_NONE;
    struct address_iid iid;

    if (!address_link_local_iid(neighbour->address.s6_addr, &iid))
        return;
    if (!gone && neighbour->has_mac && (neighbour->state & NUD_PERMANENT))
        how = is_ours(neighbour->protocol) ? ADDRESS_NEIGHBOUR_OURS : ADDRESS_NEIGHBOUR_FOREIGN;
    address_observe_neighbour(&addr->table, neighbour->ifindex, &iid, &neighbour->mac, how);
}

static void on_change(const struct rtnl_change *change, void *userdata)
{
    struct addr *addr = (struct addr *)userdata;

    switch (change->kind) {
    case RTNL_LINK:
        if (!address_table_interface(&addr->table, change->link.ifindex))
            break;
        if (change->gone)
            addr_forget(addr, change->link.ifindex);
        else
            observe_link(addr, &change->link);
        break;
    case RTNL_ADDRESS:
        observe_address(addr, &change->address, change->gone);
        break;
    case RTNL_ROUTE:
        observe_route(addr, &change->route, change->gone);
        break;
    case RTNL_NEIGHBOUR:
        observe_neighbour(addr, &change->neighbour, change->gone);
        break;
    case RTNL_KINDS_:
        break;
    }
}

static int read_tables(struct addr *addr, unsigned int ifindex)
{
    static const enum rtnl_kind kinds[] = {RTNL_ADDRESS, RTNL_ROUTE, RTNL_NEIGHBOUR};
    int r = 0;

    for (size_t i = 0; r == 0 && i < FASCIA_ARRAY_SIZE(kinds); i++)
        r = rtnl_dump(addr->rtnl, kinds[i], ifindex, on_change, addr);
    return r;
}

/* Links one by one: a dump would not tell which of ours is gone. */
static int read_links(struct addr *addr, unsigned int ifindex)
{
    for (size_t i = 0; i < ADDRESS_INTERFACES_MAX; i++) {
        struct rtnl_link link;
        unsigned int one = addr->table.interfaces[i].ifindex;
        if (one == 0 || (ifindex != 0 && one != ifindex))
            continue;
        int r = rtnl_link_get(addr->rtnl, one, &link);
        if (r == -ENODEV)
            addr_forget(addr, one);
        else if (r < 0)
            return r;
        else
            observe_link(addr, &link);
        address_observe_reset(&addr->table, one);
    }
    return 0;
}

int addr_kernel_read(struct addr *addr, unsigned int ifindex)
{
    int r = RTNL_E_AGAIN;

    for (int i = 0; i < DUMP_TRIES && r == RTNL_E_AGAIN; i++) {
        r = read_links(addr, ifindex);
        if (r == 0)
            r = read_tables(addr, ifindex);
    }
    return r == RTNL_E_AGAIN ? -EAGAIN : r;
}

/* Adoption */

struct marked {
    unsigned int ifindex[MARKED_MAX];
    size_t count;
};

static void collect_marked(const struct rtnl_change *change, void *userdata)
{
    struct marked *marked = (struct marked *)userdata;
    unsigned int ifindex = 0;

    if (change->kind == RTNL_ADDRESS && is_ours(change->address.protocol))
        ifindex = change->address.ifindex;
    else if (change->kind == RTNL_ROUTE && is_ours(change->route.protocol))
        ifindex = change->route.ifindex;
    else if (change->kind == RTNL_NEIGHBOUR && is_ours(change->neighbour.protocol))
        ifindex = change->neighbour.ifindex;
    for (size_t i = 0; i < marked->count; i++) {
        if (marked->ifindex[i] == ifindex)
            return;
    }
    if (ifindex != 0 && marked->count < MARKED_MAX)
        marked->ifindex[marked->count++] = ifindex;
}

void addr_kernel_adopt(struct addr *addr)
{
    static const enum rtnl_kind kinds[] = {RTNL_ADDRESS, RTNL_ROUTE, RTNL_NEIGHBOUR};
    struct marked marked = {.count = 0};

    if (!addr->rtnl || !addr->service.config.address.enabled)
        return;
    /* A table that changed meanwhile at worst hides a mark; there are three kinds of them. */
    for (size_t i = 0; i < FASCIA_ARRAY_SIZE(kinds); i++)
        (void)rtnl_dump(addr->rtnl, kinds[i], 0, collect_marked, &marked);
    for (size_t i = 0; i < marked.count; i++) {
        int r = addr_prepare(addr, marked.ifindex[i]);
        if (r < 0)
            journal_log(FASCIA_SEVERITY_WARNING, "cannot take over interface %u of an earlier run: %s",
                        marked.ifindex[i], strerror(-r));
    }
}

/* Packets */

static void on_seen(unsigned int ifindex, const struct nd_packet *seen, void *userdata)
{
    struct addr *addr = (struct addr *)userdata;
    struct address_interface *interface = address_table_interface(&addr->table, ifindex);
    struct address_iid iid;
    char to[ADDRESS_LINK_LOCAL_TEXT_SIZE] = "a multicast address";

    if (!interface)
        return;
    addr->interfaces_changed = true;
    struct addr_note *note = addr_note(addr, interface);
    if (note->nd_seen)
        return;
    if (address_link_local_iid(seen->destination, &iid))
        (void)address_link_local_format(&iid, NULL, to);
    note->nd_seen = true;
    (void)snprintf(note->first, sizeof note->first, "ICMPv6 type %u to %s on %s", seen->icmp_type, to,
                   interface->link.name);
    if (interface->nd == ADDRESS_ND_NONE)
        service_event(&addr->service, FASCIA_EVENT_ND_SEEN, "%s", note->first);
}

static int on_packets(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
    struct addr *addr = (struct addr *)userdata;
    (void)source;
    (void)fd;
    (void)revents;

    int r = packet_read(addr->packet, on_seen, addr);
    if (r < 0) {
        journal_log(FASCIA_SEVERITY_ERROR, "packet tap: %s", strerror(-r));
        addr->packet_error = r;
        addr->packet_source = loop_source_free(addr->packet_source);
    }
    addr_reconcile(addr);
    return 0;
}

static int on_monitor(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
    struct addr *addr = (struct addr *)userdata;
    (void)source;
    (void)fd;
    (void)revents;

    int r = rtnl_monitor_read(addr->monitor, on_change, addr);
    if (r == RTNL_E_OVERRUN) {
        journal_log(FASCIA_SEVERITY_INFO, "kernel changes were lost, reading everything again");
        r = addr_kernel_read(addr, 0);
    }
    if (r < 0)
        (void)loop_timer_arm(addr->retry, 0); /* reads everything again */
    addr_reconcile(addr);
    return 0;
}

static int on_retry(sd_event_source *source, uint64_t usec, void *userdata)
{
    struct addr *addr = (struct addr *)userdata;
    (void)source;
    (void)usec;

    /* What failed may have failed because the table is not what the kernel has. */
    (void)addr_kernel_read(addr, 0);
    addr_reconcile(addr);
    return 0;
}

/* Doors */

static void fail(struct addr *addr, int error, const char *what)
{
    if (addr->error != 0)
        return;
    addr->error = error;
    addr->door_failed = true;
    (void)fascia_text_copy(addr->what, sizeof addr->what, what);
    journal_log(FASCIA_SEVERITY_ERROR, "%s: %s", what, strerror(-error));
}

static int open_doors(struct addr *addr)
{
    int r = rtnl_open(&addr->rtnl);
    if (r < 0) {
        fail(addr, r, "rtnetlink");
        return 0;
    }
    r = rtnl_monitor_open(&addr->monitor);
    if (r < 0) {
        fail(addr, r, "rtnetlink monitor");
        return 0;
    }
    return loop_io_new(addr->service.loop, rtnl_monitor_fd(addr->monitor), EPOLLIN, on_monitor, addr,
                       &addr->monitor_source);
}

int addr_kernel_open(struct addr *addr)
{
    int r = loop_timer_new(addr->service.loop, on_retry, addr, &addr->retry);
    if (r < 0)
        return r;

    addr->packet_error = packet_open(&addr->packet);
    if (addr->packet_error < 0) {
        journal_log(FASCIA_SEVERITY_WARNING, "packets cannot be counted: %s", strerror(-addr->packet_error));
    } else {
        r = loop_io_new(addr->service.loop, packet_fd(addr->packet), EPOLLIN, on_packets, addr, &addr->packet_source);
        if (r < 0)
            return r;
    }
    /* The taps are open; from here on only CAP_NET_ADMIN is needed. */
    r = capability_keep(CAPABILITY_BIT(CAP_NET_ADMIN));
    if (r < 0)
        fail(addr, r, "CAP_NET_ADMIN");
    if (!rtnl_ipv6_available())
        fail(addr, -EAFNOSUPPORT, "/proc/sys/net/ipv6");
    return open_doors(addr);
}

void addr_kernel_close(struct addr *addr)
{
    addr->monitor_source = loop_source_free(addr->monitor_source);
    addr->packet_source = loop_source_free(addr->packet_source);
    addr->retry = loop_source_free(addr->retry);
    rtnl_monitor_close(FASCIA_STEAL(addr->monitor));
    rtnl_close(FASCIA_STEAL(addr->rtnl));
    packet_close(FASCIA_STEAL(addr->packet));
}
