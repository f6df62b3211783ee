/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/address/fake_kernel.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct fascia_mac mac_of(const char *text)
{
    struct fascia_mac mac = {{0}};
    (void)fascia_mac_parse(text, &mac);
    return mac;
}

struct address_iid iid_of(const char *text)
{
    struct address_iid iid = {{0}};
    (void)address_iid_parse(text, &iid);
    return iid;
}

struct address_wish wish_of(enum address_nd nd, const struct address_iid *own)
{
    return (struct address_wish){
        .nd = nd, .policy = own ? ADDRESS_IID_FIXED : ADDRESS_IID_EUI64, .iid = own ? *own : (struct address_iid){{0}}};
}

int prepare_as(struct address_table *table, unsigned int ifindex, enum address_nd nd, const struct address_iid *own)
{
    struct address_wish wish = wish_of(nd, own);

    return address_table_prepare(table, ifindex, &wish, NULL);
}

/* Rows */

struct fake_row *fake_row(struct fake_row rows[static FAKE_ROWS_MAX], unsigned int ifindex,
                          const struct address_iid *iid, uint8_t prefix_length)
{
    for (size_t i = 0; i < FAKE_ROWS_MAX; i++) {
        if (rows[i].used && rows[i].ifindex == ifindex && rows[i].prefix_length == prefix_length &&
            address_iid_equal(&rows[i].iid, iid))
            return &rows[i];
    }
    return NULL;
}

size_t fake_rows(const struct fake_row rows[static FAKE_ROWS_MAX], unsigned int ifindex)
{
    size_t n = 0;
    for (size_t i = 0; i < FAKE_ROWS_MAX; i++)
        n += rows[i].used && (ifindex == 0 || rows[i].ifindex == ifindex);
    return n;
}

struct fake_row *fake_row_put(struct fake_row rows[static FAKE_ROWS_MAX], unsigned int ifindex,
                              const struct address_iid *iid, uint8_t prefix_length)
{
    struct fake_row *row = fake_row(rows, ifindex, iid, prefix_length);
    for (size_t i = 0; !row && i < FAKE_ROWS_MAX; i++) {
        if (!rows[i].used)
            row = &rows[i];
    }
    if (!row)
        abort(); /* the test needs a larger FAKE_ROWS_MAX */
    *row = (struct fake_row){.used = true, .ifindex = ifindex, .iid = *iid, .prefix_length = prefix_length};
    return row;
}

static void drop(struct fake_row rows[static FAKE_ROWS_MAX], unsigned int ifindex)
{
    for (size_t i = 0; i < FAKE_ROWS_MAX; i++) {
        if (rows[i].ifindex == ifindex)
            rows[i].used = false;
    }
}

/* Links */

static struct fake_link *find_link(struct fake_kernel *kernel, unsigned int ifindex)
{
    for (size_t i = 0; i < FAKE_LINKS_MAX; i++) {
        if (kernel->links[i].ifindex == ifindex)
            return &kernel->links[i];
    }
    return NULL;
}

struct fake_link *fake_kernel_link(struct fake_kernel *kernel, unsigned int ifindex)
{
    struct fake_link *link = find_link(kernel, ifindex);
    if (!link)
        abort(); /* a mistake in the test */
    return link;
}

void fake_kernel_add_link(struct fake_kernel *kernel, unsigned int ifindex, const char *mac)
{
    struct fake_link *link = fake_kernel_link(kernel, 0);

    *link = (struct fake_link){.ifindex = ifindex};
    link->link.mac = mac_of(mac);
    link->link.sysctls_wrong = (1U << ADDRESS_SYSCTLS_) - 1;
    (void)fascia_text_copy(link->link.name, sizeof link->link.name, "test0");
}

/* "admin down: address, route, neighbours all gone; up again: nothing comes back" */
void fake_kernel_set_up(struct fake_kernel *kernel, unsigned int ifindex, bool up)
{
    struct fake_link *link = fake_kernel_link(kernel, ifindex);

    if (link->link.up == up)
        return;
    link->link.up = up;
    if (!up) {
        drop(kernel->addresses, ifindex);
        drop(kernel->routes, ifindex);
        drop(kernel->neighbours, ifindex);
        kernel->leaks += link->group_joined;
        link->group_joined = false;
    } else if (!link->link.gen_mode_none && !link->link.ipv6_disabled) {
        struct address_iid iid = address_iid_from_mac(&link->link.mac), zero = {{0}};
        (void)fake_row_put(kernel->addresses, ifindex, &iid, 64);
        (void)fake_row_put(kernel->routes, ifindex, &zero, 64);
        link->group_joined = !link->link.noarp;
        kernel->leaks++;
    }
}

/* "MAC change: neighbours flushed, address stays" */
void fake_kernel_set_mac(struct fake_kernel *kernel, unsigned int ifindex, const char *mac)
{
    fake_kernel_link(kernel, ifindex)->link.mac = mac_of(mac);
    drop(kernel->neighbours, ifindex);
}

/* Operations */

static void set_noarp(struct fake_kernel *kernel, struct fake_link *link, bool noarp)
{
    if (link->link.noarp == noarp)
        return;
    link->link.noarp = noarp;
    if (link->link.up)
        drop(kernel->neighbours, link->ifindex); /* "NOARP toggled on while up: neighbours flushed" */
}

static int add_address(struct fake_kernel *kernel, struct fake_link *link, const struct address_op *op)
{
    struct fake_row *row = fake_row_put(kernel->addresses, op->ifindex, &op->iid, op->prefix_length);
    row->ours = row->right = true;
    if (!link->link.noarp) {
        link->group_joined = true;
        kernel->leaks++; /* the MLD report for its solicited-node group */
    }
    return 0;
}

static int delete_address(struct fake_kernel *kernel, struct fake_link *link, const struct address_op *op)
{
    struct fake_row *row = fake_row(kernel->addresses, op->ifindex, &op->iid, op->prefix_length);

    if (!row)
        return 0;
    row->used = false;
    if (!link->link.noarp && link->group_joined) {
        link->group_joined = false;
        kernel->leaks++;
    }
    return 0;
}

static int change_row(struct fake_row rows[static FAKE_ROWS_MAX], const struct address_op *op, bool add)
{
    struct fake_row *row = fake_row(rows, op->ifindex, &op->iid, op->prefix_length);

    if (!add) {
        if (row)
            row->used = false;
        return 0;
    }
    row = fake_row_put(rows, op->ifindex, &op->iid, op->prefix_length);
    row->ours = row->right = true;
    row->mac = op->mac;
    return 0;
}

int fake_kernel_execute(struct fake_kernel *kernel, const struct address_op *op)
{
    struct fake_link *link = find_link(kernel, op->ifindex);

    if (!link || op->ifindex == 0)
        return -ENODEV;
    if (link->link.ipv6_disabled)
        return -EACCES; /* "neighbour and address adds are refused" */
    kernel->operations++;
    switch (op->kind) {
    case ADDRESS_OP_GEN_MODE_NONE:
        link->link.gen_mode_none = true;
        return 0;
    case ADDRESS_OP_SYSCTL:
        link->link.sysctls_wrong &= ~(1U << op->sysctl);
        return 0;
    case ADDRESS_OP_NOARP_ON:
    case ADDRESS_OP_NOARP_OFF:
        set_noarp(kernel, link, op->kind == ADDRESS_OP_NOARP_ON);
        return 0;
    case ADDRESS_OP_ADDRESS_ADD:
        return add_address(kernel, link, op);
    case ADDRESS_OP_ADDRESS_DELETE:
        return delete_address(kernel, link, op);
    case ADDRESS_OP_ROUTE_ADD:
        return link->link.up ? change_row(kernel->routes, op, true) : -ENETDOWN;
    case ADDRESS_OP_ROUTE_DELETE:
        return change_row(kernel->routes, op, false);
    case ADDRESS_OP_NEIGHBOUR_ADD:
        return change_row(kernel->neighbours, op, true);
    case ADDRESS_OP_NEIGHBOUR_DELETE:
        return change_row(kernel->neighbours, op, false);
    case ADDRESS_OPS_:
        break;
    }
    return -EINVAL;
}

/* Observation */

void fake_kernel_observe(const struct fake_kernel *kernel, struct address_table *table, unsigned int ifindex)
{
    for (size_t i = 0; i < FAKE_LINKS_MAX; i++) {
        if (kernel->links[i].ifindex == ifindex)
            address_observe_link(table, ifindex, &kernel->links[i].link);
    }
    address_observe_reset(table, ifindex);
    for (size_t i = 0; i < FAKE_ROWS_MAX; i++) {
        const struct fake_row *a = &kernel->addresses[i], *r = &kernel->routes[i];
        if (a->used && a->ifindex == ifindex)
            address_observe_address(table, ifindex, &a->iid, a->prefix_length, a->right, false);
        if (r->used && r->ifindex == ifindex)
            address_observe_route(table, ifindex, &r->iid, r->prefix_length, r->ours, false);
    }
    for (size_t i = 0; i < FAKE_ROWS_MAX; i++) {
        const struct fake_row *n = &kernel->neighbours[i];
        enum address_neighbour how = n->ours ? ADDRESS_NEIGHBOUR_OURS : ADDRESS_NEIGHBOUR_FOREIGN;
        if (n->used && n->ifindex == ifindex)
            address_observe_neighbour(table, ifindex, &n->iid, &n->mac, n->right ? how : ADDRESS_NEIGHBOUR_NONE);
    }
}

int fake_kernel_converge(struct fake_kernel *kernel, struct address_table *table)
{
    int operations = 0;

    for (int round = 0; round < 200; round++) {
        struct address_plan plan;
        address_plan_make(table, &plan);
        if (plan.count == 0) {
            address_table_tell(table, NULL, NULL);
            return operations;
        }
        for (size_t i = 0; i < plan.count; i++) {
            if (fake_kernel_execute(kernel, &plan.ops[i]) != 0)
                return -1;
            address_plan_done(table, &plan.ops[i]);
            operations++;
        }
    }
    return -1;
}
