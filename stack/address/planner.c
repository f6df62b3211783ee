/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/address/planner.h"

#include "stack/address/rows.h"
#include "stack/base/cleanup.h"

static void add(struct address_plan *plan, struct address_op op)
{
    if (plan->count == ADDRESS_PLAN_MAX) {
        plan->more = true;
        return;
    }
    plan->ops[plan->count++] = op;
}

/* Steps 1 to 3: what can be done, and has to be, before the interface is up. */
static void plan_attributes(const struct address_interface *interface, struct address_plan *plan)
{
    unsigned int ifindex = interface->ifindex;

    if (!interface->link.gen_mode_none)
        add(plan, (struct address_op){.kind = ADDRESS_OP_GEN_MODE_NONE, .ifindex = ifindex});
    for (unsigned int i = 0; i < ADDRESS_SYSCTLS_; i++) {
        if (interface->link.sysctls_wrong & 1U << i)
            add(plan,
                (struct address_op){.kind = ADDRESS_OP_SYSCTL, .ifindex = ifindex, .sysctl = (enum address_sysctl)i});
    }
    for (size_t i = 0; i < interface->strangers_count; i++)
        add(plan, (struct address_op){.kind = ADDRESS_OP_ADDRESS_DELETE,
                                      .ifindex = ifindex,
                                      .iid = interface->strangers[i],
                                      .prefix_length = interface->strangers_prefix[i]});
    /* An address that is there while ARP is on may have joined its solicited-node group: it goes while it can still
     * leave it, and comes back behind IFF_NOARP. */
    bool joined = interface->own_seen && interface->nd == ADDRESS_ND_NONE && !interface->link.noarp;
    if (interface->own_wrong || joined)
        add(plan,
            (struct address_op){
                .kind = ADDRESS_OP_ADDRESS_DELETE, .ifindex = ifindex, .iid = interface->own_iid, .prefix_length = 64});
    if (interface->nd == ADDRESS_ND_NONE && interface->prefix_route_seen)
        add(plan, (struct address_op){.kind = ADDRESS_OP_ROUTE_DELETE, .ifindex = ifindex, .prefix_length = 64});

    bool noarp = interface->nd == ADDRESS_ND_NONE;
    if (interface->link.noarp != noarp)
        add(plan, (struct address_op){.kind = noarp ? ADDRESS_OP_NOARP_ON : ADDRESS_OP_NOARP_OFF, .ifindex = ifindex});
}

static void plan_address(const struct address_interface *interface, struct address_plan *plan)
{
    struct address_op op = {.ifindex = interface->ifindex, .iid = interface->own_iid, .prefix_length = 64};

    if (!interface->link.up || address_iid_is_zero(&interface->own_iid))
        return;
    if (!interface->own_seen) {
        op.kind = ADDRESS_OP_ADDRESS_ADD;
        add(plan, op);
    }
    if (interface->nd == ADDRESS_ND_ANSWER && !interface->prefix_route_seen) {
        op.kind = ADDRESS_OP_ROUTE_ADD;
        op.iid = (struct address_iid){{0}};
        add(plan, op);
    }
}

/* What of ours is left on an interface that is given back. */
static void plan_release(const struct address_interface *interface, struct address_plan *plan)
{
    if (interface->nd == ADDRESS_ND_KERNEL)
        return;
    if (interface->prefix_route_seen)
        add(plan,
            (struct address_op){.kind = ADDRESS_OP_ROUTE_DELETE, .ifindex = interface->ifindex, .prefix_length = 64});
    if (interface->own_seen || interface->own_wrong)
        add(plan, (struct address_op){.kind = ADDRESS_OP_ADDRESS_DELETE,
                                      .ifindex = interface->ifindex,
                                      .iid = interface->own_iid,
                                      .prefix_length = 64});
}

static struct address_op peer_op(const struct address_peer *peer, enum address_op_kind kind)
{
    return (struct address_op){
        .kind = kind, .ifindex = peer->ifindex, .iid = peer->iid, .prefix_length = 128, .mac = peer->mac};
}

/*
 * As many peers as have room. The routes that are added come after all neighbours, so that whoever carries the plan out
 * can do either in one go and leave out the route of a neighbour that was refused.
 */
static void plan_peers(const struct address_interface *interface, struct address_plan *plan)
{
    static const struct {
        enum address_lack lack;
        enum address_op_kind kind;
    } first[] = {
        {ADDRESS_LACK_ROUTE_DELETE, ADDRESS_OP_ROUTE_DELETE},
        {ADDRESS_LACK_NEIGHBOUR_DELETE, ADDRESS_OP_NEIGHBOUR_DELETE},
        {ADDRESS_LACK_NEIGHBOUR_ADD, ADDRESS_OP_NEIGHBOUR_ADD},
    };
    struct fascia_list *end = interface->work.next;
    size_t routes = 0;

    for (; end != &interface->work && plan->count + routes + 3 <= ADDRESS_PLAN_MAX; end = end->next) {
        const struct address_peer *peer = FASCIA_LIST_ENTRY(end, struct address_peer, work);
        unsigned int lacks = address_peer_lacks(peer);
        for (size_t i = 0; i < FASCIA_ARRAY_SIZE(first); i++) {
            if (lacks & first[i].lack)
                add(plan, peer_op(peer, first[i].kind));
        }
        routes += (lacks & ADDRESS_LACK_ROUTE_ADD) != 0;
    }
    if (end != &interface->work)
        plan->more = true;
    for (struct fascia_list *node = interface->work.next; node != end; node = node->next) {
        const struct address_peer *peer = FASCIA_LIST_ENTRY(node, struct address_peer, work);
        if (address_peer_lacks(peer) & ADDRESS_LACK_ROUTE_ADD)
            add(plan, peer_op(peer, ADDRESS_OP_ROUTE_ADD));
    }
}

static void plan_interface(const struct address_interface *interface, struct address_plan *plan)
{
    if (interface->link.ipv6_disabled)
        return; /* the kernel would refuse everything; the caller reports it */

    if (interface->nd != ADDRESS_ND_KERNEL && !interface->releasing &&
        !(interface->held && address_interface_is_edited(interface))) {
        plan_attributes(interface, plan);
        plan_address(interface, plan);
        if (interface->link.noarp != (interface->nd == ADDRESS_ND_NONE)) {
            plan->more = true; /* the kernel forgets all neighbours then: peers come in the next plan */
            return;
        }
    }
    plan_peers(interface, plan);
    if (interface->releasing && fascia_list_is_empty(&interface->work))
        plan_release(interface, plan);
}

void address_plan_make(const struct address_table *table, struct address_plan *ret_plan)
{
    ret_plan->count = 0;
    ret_plan->more = false;
    for (size_t i = 0; i < ADDRESS_INTERFACES_MAX; i++) {
        if (table->interfaces[i].ifindex != 0)
            plan_interface(&table->interfaces[i], ret_plan);
    }
}

void address_plan_done(struct address_table *table, const struct address_op *op)
{
    struct address_interface *interface = address_table_interface(table, op->ifindex);
    if (!interface)
        return;

    struct address_link link = interface->link;
    switch (op->kind) {
    case ADDRESS_OP_GEN_MODE_NONE:
        interface->link.gen_mode_none = true;
        break;
    case ADDRESS_OP_SYSCTL:
        interface->link.sysctls_wrong &= ~(1U << op->sysctl);
        break;
    case ADDRESS_OP_NOARP_ON:
    case ADDRESS_OP_NOARP_OFF:
        link.noarp = op->kind == ADDRESS_OP_NOARP_ON;
        address_observe_link(table, op->ifindex, &link); /* also forgets the neighbours */
        break;
    case ADDRESS_OP_ADDRESS_ADD:
    case ADDRESS_OP_ADDRESS_DELETE:
        address_observe_address(table, op->ifindex, &op->iid, op->prefix_length, true,
                                op->kind == ADDRESS_OP_ADDRESS_DELETE);
        break;
    case ADDRESS_OP_ROUTE_ADD:
    case ADDRESS_OP_ROUTE_DELETE:
        address_observe_route(table, op->ifindex, &op->iid, op->prefix_length, true,
                              op->kind == ADDRESS_OP_ROUTE_DELETE);
        break;
    case ADDRESS_OP_NEIGHBOUR_ADD:
        address_observe_neighbour(table, op->ifindex, &op->iid, &op->mac, ADDRESS_NEIGHBOUR_OURS);
        break;
    case ADDRESS_OP_NEIGHBOUR_DELETE:
        address_observe_neighbour(table, op->ifindex, &op->iid, NULL, ADDRESS_NEIGHBOUR_NONE);
        break;
    case ADDRESS_OPS_:
        break;
    }
}

void address_op_format(const struct address_op *op, struct fascia_text *to)
{
    static const char *const texts[ADDRESS_OPS_] = {
        [ADDRESS_OP_GEN_MODE_NONE] = "turn automatic addresses off",
        [ADDRESS_OP_SYSCTL] = "set sysctl",
        [ADDRESS_OP_NOARP_ON] = "set NOARP",
        [ADDRESS_OP_NOARP_OFF] = "clear NOARP",
        [ADDRESS_OP_ADDRESS_ADD] = "add address",
        [ADDRESS_OP_ADDRESS_DELETE] = "delete address",
        [ADDRESS_OP_ROUTE_ADD] = "add route",
        [ADDRESS_OP_ROUTE_DELETE] = "delete route",
        [ADDRESS_OP_NEIGHBOUR_ADD] = "add neighbour",
        [ADDRESS_OP_NEIGHBOUR_DELETE] = "delete neighbour",
    };
    char address[ADDRESS_LINK_LOCAL_TEXT_SIZE] = "";

    if ((unsigned int)op->kind >= ADDRESS_OPS_)
        return;
    fascia_text_add(to, "%s", texts[op->kind]);
    if (op->kind == ADDRESS_OP_SYSCTL)
        fascia_text_add(to, " %s=0", address_sysctl_name(op->sysctl));
    else if (op->kind >= ADDRESS_OP_ADDRESS_ADD)
        fascia_text_add(to, " %s", address_link_local_format(&op->iid, NULL, address));
    if (op->prefix_length != 0)
        fascia_text_add(to, "/%u", op->prefix_length);
}

enum address_progress address_interface_progress(const struct address_interface *interface)
{
    const struct address_link *link = &interface->link;

    if (link->ipv6_disabled)
        return ADDRESS_PROGRESS_DISABLED;
    if (!rows_interface_is_set(interface))
        return ADDRESS_PROGRESS_UNPREPARED;
    if (!link->up)
        return ADDRESS_PROGRESS_DOWN;
    bool routed = interface->nd != ADDRESS_ND_ANSWER || interface->prefix_route_seen;
    return interface->own_seen && routed ? ADDRESS_PROGRESS_READY : ADDRESS_PROGRESS_UNADDRESSED;
}

const char *address_progress_name(enum address_progress progress)
{
    static const char *const names[ADDRESS_PROGRESSES_] = {
        [ADDRESS_PROGRESS_DISABLED] = "disabled", [ADDRESS_PROGRESS_UNPREPARED] = "unprepared",
        [ADDRESS_PROGRESS_DOWN] = "down",         [ADDRESS_PROGRESS_UNADDRESSED] = "unaddressed",
        [ADDRESS_PROGRESS_READY] = "ready",
    };
    return (unsigned int)progress < ADDRESS_PROGRESSES_ ? names[progress] : "?";
}
