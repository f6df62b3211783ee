/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/rtnetlink/no_nd.h"

#include <errno.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>

int no_nd_execute(struct rtnl *rtnl, const struct address_op *op)
{
    struct in6_addr address;

    address_link_local(&op->iid, address.s6_addr);
    switch (op->kind) {
    case ADDRESS_OP_GEN_MODE_NONE:
        return rtnl_link_set_gen_mode(rtnl, op->ifindex, IN6_ADDR_GEN_MODE_NONE);
    case ADDRESS_OP_SYSCTL:
        return rtnl_sysctl_write(op->ifindex, address_sysctl_name(op->sysctl), 0);
    case ADDRESS_OP_NOARP_ON:
        return rtnl_link_set_noarp(rtnl, op->ifindex, true);
    case ADDRESS_OP_NOARP_OFF:
        return rtnl_link_set_noarp(rtnl, op->ifindex, false);
    case ADDRESS_OP_ADDRESS_ADD:
        return rtnl_address_add(rtnl, op->ifindex, &address, op->prefix_length, IFA_F_NODAD | IFA_F_NOPREFIXROUTE);
    case ADDRESS_OP_ADDRESS_DELETE:
        return rtnl_address_delete(rtnl, op->ifindex, &address, op->prefix_length);
    case ADDRESS_OP_ROUTE_ADD:
        return rtnl_route_add(rtnl, op->ifindex, &address, op->prefix_length);
    case ADDRESS_OP_ROUTE_DELETE:
        return rtnl_route_delete(rtnl, op->ifindex, &address, op->prefix_length);
    case ADDRESS_OP_NEIGHBOUR_ADD:
        return rtnl_neighbour_add(rtnl, op->ifindex, &address, &op->mac);
    case ADDRESS_OP_NEIGHBOUR_DELETE:
        return rtnl_neighbour_delete(rtnl, op->ifindex, &address);
    case ADDRESS_OPS_:
        break;
    }
    return -EINVAL;
}

/* An address is ours only when packets for it are taken in. One of an interface that went down again never is. */
static void wait_for_address(struct rtnl *rtnl, const struct address_op *op)
{
    struct in6_addr address;

    if (op->kind != ADDRESS_OP_ADDRESS_ADD)
        return;
    address_link_local(&op->iid, address.s6_addr);
    (void)rtnl_address_wait(rtnl, op->ifindex, &address);
}

int no_nd_execute_all(struct rtnl *rtnl, const struct address_op *ops, size_t count, int *results)
{
    int r = count > RTNL_BATCH_MAX ? -EINVAL : 0;

    rtnl_batch_start(rtnl);
    for (size_t i = 0; r == 0 && i < count; i++)
        r = ops[i].kind < ADDRESS_OP_ADDRESS_ADD ? -EINVAL : no_nd_execute(rtnl, &ops[i]);
    if (r == 0) {
        r = rtnl_batch_send(rtnl, results);
        for (size_t i = 0; r == 0 && i < count; i++) {
            if (results[i] == 0)
                wait_for_address(rtnl, &ops[i]);
        }
        return r;
    }
    rtnl_batch_start(rtnl); /* nothing of it */
    (void)rtnl_batch_send(rtnl, results);
    return r;
}

static int execute(struct rtnl *rtnl, enum address_op_kind kind, unsigned int ifindex, const struct address_iid *iid,
                   uint8_t prefix_length, const struct fascia_mac *mac)
{
    struct address_op op = {.kind = kind, .ifindex = ifindex, .prefix_length = prefix_length};

    if (iid)
        op.iid = *iid;
    if (mac)
        op.mac = *mac;
    int r = no_nd_execute(rtnl, &op);
    if (r == 0)
        wait_for_address(rtnl, &op);
    return r;
}

int no_nd_prepare(struct rtnl *rtnl, unsigned int ifindex)
{
    int r = execute(rtnl, ADDRESS_OP_GEN_MODE_NONE, ifindex, NULL, 0, NULL);

    for (unsigned int i = 0; r == 0 && i < ADDRESS_SYSCTLS_; i++) {
        struct address_op op = {.kind = ADDRESS_OP_SYSCTL, .ifindex = ifindex, .sysctl = (enum address_sysctl)i};
        r = no_nd_execute(rtnl, &op);
    }
    return r != 0 ? r : execute(rtnl, ADDRESS_OP_NOARP_ON, ifindex, NULL, 0, NULL);
}

int no_nd_address(struct rtnl *rtnl, unsigned int ifindex, const struct address_iid *own)
{
    return execute(rtnl, ADDRESS_OP_ADDRESS_ADD, ifindex, own, 64, NULL);
}

int no_nd_peer_add(struct rtnl *rtnl, unsigned int ifindex, const struct fascia_mac *mac, const struct address_iid *iid)
{
    int r = execute(rtnl, ADDRESS_OP_NEIGHBOUR_ADD, ifindex, iid, 128, mac);
    return r != 0 ? r : execute(rtnl, ADDRESS_OP_ROUTE_ADD, ifindex, iid, 128, NULL);
}

int no_nd_peer_remove(struct rtnl *rtnl, unsigned int ifindex, const struct address_iid *iid)
{
    int r = execute(rtnl, ADDRESS_OP_ROUTE_DELETE, ifindex, iid, 128, NULL);
    return r != 0 ? r : execute(rtnl, ADDRESS_OP_NEIGHBOUR_DELETE, ifindex, iid, 128, NULL);
}
