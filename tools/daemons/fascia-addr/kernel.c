/* SPDX-License-Identifier: Apache-2.0 */
/* The kernel's side: doors and observations. */
#include <errno.h>
#include <linux/capability.h>
#include <linux/neighbour.h>
#include <string.h>
#include <sys/epoll.h>

#include "platform/capability/capability.h"
#include "platform/journal/journal.h"
#include "platform/loop/loop.h"
#include "platform/rtnetlink/observe.h"
#include "tools/daemons/fascia-addr/addr.h"

#define DUMP_TRIES 5
#define MARKED_MAX ADDRESS_INTERFACES_MAX

static bool is_ours(uint8_t protocol)
{
    return protocol == RTNL_PROTOCOL_FASCIA;
}

/* Observations */

static const uint16_t known_states = NUD_REACHABLE | NUD_STALE | NUD_DELAY | NUD_PROBE;

/*
 * Mode "answer": who solicited us has an entry of the kernel's making now. Learnt from there and not from the packets:
 * the kernel has checked the solicitation (RFC 4861 section 7.1.1), and took it only when it was for an address of
 * ours.
 */
static void learn(struct addr *addr, const struct rtnl_neighbour *neighbour, const struct address_iid *iid)
{
    int r = address_table_learn(&addr->table, neighbour->ifindex, &neighbour->mac, iid);

    if (r == 0 || r == ADDRESS_E_STRANGER || r == ADDRESS_E_NOT_PREPARED)
        return;
    /* Whoever shows ever more identifiers is told of once. */
    struct addr_note *note = addr_note(addr, address_table_interface(&addr->table, neighbour->ifindex));
    if (fascia_mac_equal(&note->unlearnt, &neighbour->mac))
        return;
    note->unlearnt = neighbour->mac;
    addr_refused(addr, neighbour->ifindex, &neighbour->mac, r);
}

static void learn_from(struct addr *addr, const struct rtnl_neighbour *neighbour)
{
    struct address_iid iid;

    if (neighbour->has_mac && (neighbour->state & known_states) &&
        address_link_local_iid(neighbour->address.s6_addr, &iid))
        learn(addr, neighbour, &iid);
}

/* Who changed it, as far as the kernel tells. */
static void note_editor(struct addr *addr, unsigned int ifindex, uint32_t port, uint8_t protocol)
{
    const struct address_interface *interface = port != 0 ? address_table_interface(&addr->table, ifindex) : NULL;

    if (!interface)
        return;
    addr_note(addr, interface)->editor = port;
    addr_note(addr, interface)->editor_protocol = is_ours(protocol) ? 0 : protocol;
}

static void on_link(struct addr *addr, const struct rtnl_link *link, bool gone)
{
    if (gone)
        addr_forget(addr, link->ifindex);
    else if (!address_table_interface(&addr->table, link->ifindex) && link->name[0] != '\0')
        addr_returned(addr, link->ifindex, link->name);
}

static void on_change(const struct rtnl_change *change, void *userdata)
{
    struct addr *addr = (struct addr *)userdata;

    switch (change->kind) {
    case RTNL_LINK:
        on_link(addr, &change->link, change->gone);
        break;
    case RTNL_ADDRESS:
        break;
    case RTNL_ROUTE:
        note_editor(addr, change->route.ifindex, change->port, change->route.protocol);
        break;
    case RTNL_NEIGHBOUR:
        note_editor(addr, change->neighbour.ifindex, change->port, change->neighbour.protocol);
        break;
    case RTNL_KINDS_:
        break;
    }
    rtnl_observe(&addr->table, change);
    if (change->kind == RTNL_NEIGHBOUR && !change->gone)
        learn_from(addr, &change->neighbour);
}

/* A row of a dump: its port is our own. */
static void on_row(const struct rtnl_change *row, void *userdata)
{
    struct rtnl_change change = *row;

    change.port = 0;
    on_change(&change, userdata);
}

static int read_tables(struct addr *addr, unsigned int ifindex)
{
    static const enum rtnl_kind kinds[] = {RTNL_ADDRESS, RTNL_ROUTE, RTNL_NEIGHBOUR};
    int r = 0;

    for (size_t i = 0; r == 0 && i < FASCIA_ARRAY_SIZE(kinds); i++)
        r = rtnl_dump(addr->rtnl, kinds[i], ifindex, on_row, addr);
    return r;
}

void addr_kernel_learn(struct addr *addr, unsigned int ifindex)
{
    /* A table that changed meanwhile only repeats a row or hides one that is told as a change. */
    (void)rtnl_dump(addr->rtnl, RTNL_NEIGHBOUR, ifindex, on_row, addr);
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
            on_change(&(struct rtnl_change){.kind = RTNL_LINK, .link = link}, addr);
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
    struct {
        unsigned int ifindex;
        bool has_iid;
        struct address_iid iid; /* of the address with our mark */
    } rows[MARKED_MAX];
    size_t count;
};

static void mark(struct marked *marked, unsigned int ifindex, const struct address_iid *iid)
{
    size_t i = 0;

    while (i < marked->count && marked->rows[i].ifindex != ifindex)
        i++;
    if (i == MARKED_MAX)
        return;
    if (i == marked->count) {
        marked->rows[i].ifindex = ifindex;
        marked->rows[marked->count++].has_iid = false;
    }
    if (iid && !marked->rows[i].has_iid) {
        marked->rows[i].has_iid = true;
        marked->rows[i].iid = *iid;
    }
}

static void collect_marked(const struct rtnl_change *change, void *userdata)
{
    struct marked *marked = (struct marked *)userdata;
    struct address_iid iid;

    if (change->kind == RTNL_ADDRESS && is_ours(change->address.protocol) &&
        address_link_local_iid(change->address.address.s6_addr, &iid))
        mark(marked, change->address.ifindex, &iid);
    else if (change->kind == RTNL_ROUTE && is_ours(change->route.protocol))
        mark(marked, change->route.ifindex, NULL);
    else if (change->kind == RTNL_NEIGHBOUR && is_ours(change->neighbour.protocol))
        mark(marked, change->neighbour.ifindex, NULL);
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
        int r = addr_adopt(addr, marked.rows[i].ifindex, marked.rows[i].has_iid ? &marked.rows[i].iid : NULL);
        if (r != 0)
            journal_log(FASCIA_SEVERITY_WARNING, "cannot take over interface %u of an earlier run: %s",
                        marked.rows[i].ifindex, r < 0 ? strerror(-r) : address_result_text(r));
    }
}

/* Following */

int addr_kernel_follow(struct addr *addr)
{
    int r = rtnl_monitor_read(addr->monitor, on_change, addr);

    if (r == RTNL_E_OVERRUN) {
        journal_log(FASCIA_SEVERITY_INFO, "kernel changes were lost, reading everything again");
        r = addr_kernel_read(addr, 0);
    }
    return r;
}

static int on_monitor(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
    struct addr *addr = (struct addr *)userdata;
    (void)source;
    (void)fd;
    (void)revents;

    if (addr_kernel_follow(addr) < 0)
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
    /* Without the filter our own changes are read, too: more work, the same end. */
    (void)rtnl_monitor_ignore(addr->monitor, addr->rtnl);
    return loop_io_new(addr->service.loop, rtnl_monitor_fd(addr->monitor), EPOLLIN, on_monitor, addr,
                       &addr->monitor_source);
}

int addr_kernel_open(struct addr *addr)
{
    int r = loop_timer_new(addr->service.loop, on_retry, addr, &addr->retry);
    if (r < 0)
        return r;

    r = addr_packets_open(addr);
    if (r < 0)
        return r;
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
    addr->retry = loop_source_free(addr->retry);
    rtnl_monitor_close(FASCIA_STEAL(addr->monitor));
    rtnl_close(FASCIA_STEAL(addr->rtnl));
    addr_packets_close(addr);
}
