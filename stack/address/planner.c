/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/address/planner.h"

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
    if (interface->own_wrong)
        add(plan,
            (struct address_op){
                .kind = ADDRESS_OP_ADDRESS_DELETE, .ifindex = ifindex, .iid = interface->own_iid, .prefix_length = 64});
    if (interface->prefix_route_seen)
        add(plan, (struct address_op){.kind = ADDRESS_OP_ROUTE_DELETE, .ifindex = ifindex, .prefix_length = 64});

    bool noarp = interface->nd == ADDRESS_ND_NONE;
    if (interface->link.noarp != noarp)
        add(plan, (struct address_op){.kind = noarp ? ADDRESS_OP_NOARP_ON : ADDRESS_OP_NOARP_OFF, .ifindex = ifindex});
}

static void plan_peer(const struct address_interface *interface, const struct address_peer *peer,
                      struct address_plan *plan)
{
    struct address_op op = {.ifindex = peer->ifindex, .iid = peer->iid, .prefix_length = 128, .mac = peer->mac};

    if (!address_peer_is_wanted(peer)) {
        if (peer->route_seen) {
            op.kind = ADDRESS_OP_ROUTE_DELETE;
            add(plan, op);
        }
        if (peer->neighbour_seen) {
            op.kind = ADDRESS_OP_NEIGHBOUR_DELETE;
            add(plan, op);
        }
        return;
    }
    /* A MAC address of ours that changed may have made the peer's identifier our own. */
    if (!interface->link.up || address_iid_equal(&peer->iid, &interface->own_iid))
        return;
    if (!peer->neighbour_seen || !fascia_mac_equal(&peer->mac, &peer->neighbour_mac)) {
        op.kind = ADDRESS_OP_NEIGHBOUR_ADD;
        add(plan, op);
    }
    if (!peer->route_seen) {
        op.kind = ADDRESS_OP_ROUTE_ADD;
        add(plan, op);
    }
}

static void plan_interface(const struct address_table *table, const struct address_interface *interface,
                           struct address_plan *plan)
{
    if (interface->link.ipv6_disabled)
        return; /* the kernel would refuse everything; the caller reports it */

    plan_attributes(interface, plan);
    if (interface->link.up && !interface->own_seen && !address_iid_is_zero(&interface->own_iid))
        add(plan, (struct address_op){.kind = ADDRESS_OP_ADDRESS_ADD,
                                      .ifindex = interface->ifindex,
                                      .iid = interface->own_iid,
                                      .prefix_length = 64});
    for (size_t i = 0; i < ADDRESS_PEERS_MAX; i++) {
        if (table->peers[i].ifindex == interface->ifindex)
            plan_peer(interface, &table->peers[i], plan);
    }
}

void address_plan_make(const struct address_table *table, struct address_plan *ret_plan)
{
    ret_plan->count = 0;
    ret_plan->more = false;
    for (size_t i = 0; i < ADDRESS_INTERFACES_MAX; i++) {
        if (table->interfaces[i].ifindex != 0)
            plan_interface(table, &table->interfaces[i], ret_plan);
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
    if (!link->gen_mode_none || link->sysctls_wrong != 0 || interface->strangers_count != 0 || interface->own_wrong ||
        interface->prefix_route_seen || link->noarp != (interface->nd == ADDRESS_ND_NONE))
        return ADDRESS_PROGRESS_UNPREPARED;
    if (!link->up)
        return ADDRESS_PROGRESS_DOWN;
    return interface->own_seen ? ADDRESS_PROGRESS_READY : ADDRESS_PROGRESS_UNADDRESSED;
}
