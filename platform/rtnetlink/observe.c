/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/rtnetlink/observe.h"

#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>

#define DUMP_TRIES 5

static bool is_ours(uint8_t protocol)
{
    return protocol == RTNL_PROTOCOL_FASCIA;
}

static void observe_link(struct address_table *table, const struct rtnl_link *link)
{
    struct address_link seen = {.mac = link->mac,
                                .up = link->flags & IFF_UP,
                                .carrier = link->flags & IFF_RUNNING,
                                .noarp = link->flags & IFF_NOARP,
                                .gen_mode_none = link->gen_mode == IN6_ADDR_GEN_MODE_NONE,
                                .ipv6_disabled = link->gen_mode < 0};
    int value = 0;

    if (!address_table_interface(table, link->ifindex))
        return; /* nor are the sysctls of others read */
    (void)fascia_text_copy(seen.name, sizeof seen.name, link->name);
    if (rtnl_sysctl_read(link->ifindex, "disable_ipv6", &value) != 0 || value != 0)
        seen.ipv6_disabled = true;
    for (unsigned int i = 0; i < ADDRESS_SYSCTLS_ && !seen.ipv6_disabled; i++) {
        if (rtnl_sysctl_read(link->ifindex, address_sysctl_name((enum address_sysctl)i), &value) != 0 || value != 0)
            seen.sysctls_wrong |= 1U << i;
    }
    address_observe_link(table, link->ifindex, &seen);
}

static void observe_address(struct address_table *table, const struct rtnl_address *address, bool gone)
{
    const uint32_t needed = IFA_F_NODAD | IFA_F_NOPREFIXROUTE;
    struct address_iid iid;

    if (!address_link_local_iid(address->address.s6_addr, &iid))
        return;
    bool right = (address->flags & needed) == needed && !(address->flags & (IFA_F_TENTATIVE | IFA_F_DADFAILED));
    address_observe_address(table, address->ifindex, &iid, address->prefix_length, right, gone);
}

static void observe_route(struct address_table *table, const struct rtnl_route *route, bool gone)
{
    struct address_iid iid;

    if (!route->has_gateway && address_link_local_iid(route->destination.s6_addr, &iid))
        address_observe_route(table, route->ifindex, &iid, route->prefix_length, is_ours(route->protocol), gone);
}

static void observe_neighbour(struct address_table *table, const struct rtnl_neighbour *neighbour, bool gone)
{
    enum address_neighbour how = ADDRESS_NEIGHBOUR_NONE;
    struct address_iid iid;

    if (!address_link_local_iid(neighbour->address.s6_addr, &iid))
        return;
    if (!gone && neighbour->has_mac && (neighbour->state & NUD_PERMANENT))
        how = is_ours(neighbour->protocol) ? ADDRESS_NEIGHBOUR_OURS : ADDRESS_NEIGHBOUR_FOREIGN;
    address_observe_neighbour(table, neighbour->ifindex, &iid, &neighbour->mac, how);
}

void rtnl_observe(struct address_table *table, const struct rtnl_change *change)
{
    switch (change->kind) {
    case RTNL_LINK:
        if (!change->gone)
            observe_link(table, &change->link);
        break;
    case RTNL_ADDRESS:
        observe_address(table, &change->address, change->gone);
        break;
    case RTNL_ROUTE:
        observe_route(table, &change->route, change->gone);
        break;
    case RTNL_NEIGHBOUR:
        observe_neighbour(table, &change->neighbour, change->gone);
        break;
    case RTNL_KINDS_:
        break;
    }
}

static void on_row(const struct rtnl_change *row, void *userdata)
{
    rtnl_observe((struct address_table *)userdata, row);
}

static int read_once(struct rtnl *rtnl, struct address_table *table, unsigned int ifindex)
{
    static const enum rtnl_kind kinds[] = {RTNL_ADDRESS, RTNL_ROUTE, RTNL_NEIGHBOUR};
    struct rtnl_link link;

    int r = rtnl_link_get(rtnl, ifindex, &link);
    if (r != 0)
        return r;
    observe_link(table, &link);
    address_observe_reset(table, ifindex);
    for (size_t i = 0; r == 0 && i < FASCIA_ARRAY_SIZE(kinds); i++)
        r = rtnl_dump(rtnl, kinds[i], ifindex, on_row, table);
    return r;
}

int rtnl_observe_read(struct rtnl *rtnl, struct address_table *table, unsigned int ifindex)
{
    int r = RTNL_E_AGAIN;

    for (int i = 0; i < DUMP_TRIES && r == RTNL_E_AGAIN; i++)
        r = read_once(rtnl, table, ifindex);
    return r;
}
