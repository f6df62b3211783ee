/* SPDX-License-Identifier: Apache-2.0 */
/* From the plan to the kernel. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "platform/journal/journal.h"
#include "platform/loop/loop.h"
#include "platform/rtnetlink/no_nd.h"
#include "tools/daemons/fascia-addr/addr.h"

#define ROUNDS_MAX 1024    /* plans in a row: more than the largest table can need */
#define RETRY_US   1000000 /* after a failure, and while IPv6 is disabled */

/* Carrying out */

/* The first failure of a reconciliation is told; later ones mostly follow from it. */
static void note_failure(struct addr *addr, const struct address_op *op, int error)
{
    const struct address_interface *interface = address_table_interface(&addr->table, op->ifindex);
    const char *kernel = rtnl_explanation(addr->rtnl);
    struct fascia_text text;

    if (addr->error != 0)
        return;
    addr->error = error;
    fascia_text_init(&text, addr->what, sizeof addr->what);
    address_op_format(op, &text);
    fascia_text_add(&text, " on %s", interface ? interface->link.name : "?");
    if (kernel[0] != '\0')
        fascia_text_add(&text, " (%s)", kernel);
}

struct round {
    struct address_plan plan;
    unsigned int blocked; /* interface whose attributes or address failed: what is left of it builds on them */
    size_t done, failed;
};

static void settle(struct addr *addr, struct round *round, const struct address_op *op, int result)
{
    if (result == 0) {
        address_plan_done(&addr->table, op);
        round->done++;
        return;
    }
    round->failed++;
    if (op->kind <= ADDRESS_OP_ADDRESS_DELETE)
        round->blocked = op->ifindex;
    /* Down or gone between the plan and now: the monitor is about to say so. */
    if (result != -ENETDOWN && result != -ENODEV && result != -ENXIO)
        note_failure(addr, op, result);
}

/* What can go with others in one system call. */
static bool is_batched(const struct address_op *op)
{
    return op->kind >= ADDRESS_OP_ADDRESS_ADD;
}

/* With IFF_NOARP a packet that finds a route but no neighbour is sent to our own MAC address. */
static bool lacks_neighbour(struct addr *addr, const struct address_op *op)
{
    if (op->kind != ADDRESS_OP_ROUTE_ADD || op->prefix_length != 128)
        return false;
    const struct address_peer *peer = address_table_peer(&addr->table, op->ifindex, &op->iid);
    return !peer || !peer->neighbour_seen;
}

/* The operations from `at` on that go together: up to the next one of another kind of work, or to the first route
 * behind a neighbour. Moves those that are to be left out away. Returns how many were looked at. */
static size_t collect(struct addr *addr, const struct round *round, size_t at, struct address_op *ops,
                      size_t *ret_count)
{
    size_t i = at, count = 0;
    bool neighbours = false;

    for (; i < round->plan.count && count < RTNL_BATCH_MAX; i++) {
        const struct address_op *op = &round->plan.ops[i];
        bool route = op->kind == ADDRESS_OP_ROUTE_ADD && op->prefix_length == 128;
        if (!is_batched(op) || (route && neighbours))
            break;
        neighbours = neighbours || op->kind == ADDRESS_OP_NEIGHBOUR_ADD;
        if (op->ifindex != round->blocked && !lacks_neighbour(addr, op))
            ops[count++] = *op;
    }
    *ret_count = count;
    return i - at;
}

static size_t work_batch(struct addr *addr, struct round *round, size_t at)
{
    static struct address_op ops[RTNL_BATCH_MAX];
    static int results[RTNL_BATCH_MAX];
    size_t count = 0, looked_at = collect(addr, round, at, ops, &count);

    if (count == 0)
        return looked_at;
    int r = no_nd_execute_all(addr->rtnl, ops, count, results);
    if (r < 0) {
        /* Nobody knows how far it went: the kernel is asked. */
        round->failed += count;
        note_failure(addr, &ops[0], r);
        (void)loop_timer_arm(addr->retry, RETRY_US);
        return round->plan.count - at;
    }
    for (size_t i = 0; i < count; i++)
        settle(addr, round, &ops[i], results[i]);
    return looked_at;
}

/* One plan. False when there is nothing (more) to do: it was empty, or all of it failed. */
static bool work_round(struct addr *addr)
{
    static struct round round; /* some kilobytes */

    round.blocked = 0;
    round.done = round.failed = 0;
    address_plan_make(&addr->table, &round.plan);
    for (size_t i = 0; i < round.plan.count;) {
        const struct address_op *op = &round.plan.ops[i];
        if (is_batched(op)) {
            i += work_batch(addr, &round, i);
            continue;
        }
        i++;
        if (op->ifindex != round.blocked)
            settle(addr, &round, op, no_nd_execute(addr->rtnl, op));
    }
    return round.done != 0;
}

static void learn(struct addr *addr)
{
    for (size_t i = 0; i < ADDRESS_INTERFACES_MAX; i++) {
        struct address_interface *interface = &addr->table.interfaces[i];
        if (interface->ifindex == 0 || !interface->relearn)
            continue;
        interface->relearn = false;
        addr_kernel_learn(addr, interface->ifindex);
    }
}

/* Between two plans the kernel's own changes are read, so that its socket does not overflow. */
static void work(struct addr *addr)
{
    addr->error = 0;
    addr->what[0] = '\0';
    learn(addr);
    for (int i = 0; i < ROUNDS_MAX && work_round(addr); i++) {
        if (addr_kernel_follow(addr) < 0)
            (void)loop_timer_arm(addr->retry, 0);
    }
}

/* What others changed */

static const char *protocol_name(uint8_t protocol)
{
    static const char *const names[] = {
        /* linux/rtnetlink.h, RTPROT_* */
        [1] = "redirect", [2] = "kernel", [3] = "boot",  [4] = "static",      [9] = "ra",
        [11] = "zebra",   [12] = "bird",  [16] = "dhcp", [18] = "keepalived",
    };
    const char *name = protocol < FASCIA_ARRAY_SIZE(names) ? names[protocol] : NULL;
    return name ? name : "";
}

static void format_edit(struct addr *addr, const struct address_interface *interface, struct fascia_text *to)
{
    static struct address_plan plan;
    const struct addr_note *note = addr_note(addr, interface);
    size_t repairs = 0, first = 0;

    address_plan_make(&addr->table, &plan);
    for (size_t i = plan.count; i > 0; i--) {
        if (plan.ops[i - 1].ifindex == interface->ifindex) {
            first = i - 1;
            repairs++;
        }
    }
    fascia_text_add(to, "%s: needs ", interface->link.name);
    if (repairs != 0)
        address_op_format(&plan.ops[first], to);
    if (repairs > 1)
        fascia_text_add(to, " and %zu%s more", repairs - 1, plan.more ? " or" : "");
    if (note->editor != 0) /* a program's first netlink socket has its process id */
        fascia_text_add(to, "; changed by netlink port %u", note->editor);
    if (note->editor_protocol != 0)
        fascia_text_add(to, ", protocol %u %s", note->editor_protocol, protocol_name(note->editor_protocol));
}

/* Returns when it is to be looked at again, 0: not by time. */
static int64_t check_edit(struct addr *addr, struct address_interface *interface, int64_t now)
{
    struct addr_note *note = addr_note(addr, interface);
    struct fascia_text text;

    if (!address_interface_is_edited(interface)) {
        address_interface_hold(&addr->table, interface, false);
        note->editor = note->editor_protocol = 0;
        return 0;
    }
    bool was_held = interface->held;
    bool repair = address_guard_may_repair(&note->guard, now);
    if (!was_held) {
        fascia_text_init(&text, note->held, sizeof note->held);
        format_edit(addr, interface, &text);
    }
    address_interface_hold(&addr->table, interface, !repair);
    if (!repair && !was_held)
        service_event(&addr->service, FASCIA_EVENT_FOREIGN_EDIT,
                      "%s; put back %" PRIu64 " times already, again in %" PRId64 " s", note->held,
                      note->guard.restored, (note->guard.held_until_us - now) / 1000000);
    if (!repair)
        return note->guard.held_until_us;
    address_interface_accept(&addr->table, interface);
    service_event(&addr->service, FASCIA_EVENT_FOREIGN_EDIT, "%s; put back", note->held);
    note->editor = note->editor_protocol = 0;
    addr->interfaces_changed = true;
    return 0;
}

static void check_edits(struct addr *addr)
{
    int64_t now = loop_now_us(), next = INT64_MAX;

    for (size_t i = 0; i < ADDRESS_INTERFACES_MAX; i++) {
        int64_t when = addr->table.interfaces[i].ifindex ? check_edit(addr, &addr->table.interfaces[i], now) : 0;
        if (when != 0 && when < next)
            next = when;
    }
    if (next != INT64_MAX)
        (void)loop_timer_arm(addr->hold, next - now);
}

/* Entry points */

void addr_reconcile(struct addr *addr)
{
    if (addr->working)
        return; /* the loop in work() plans again */
    addr->working = true;
    (void)sd_event_source_set_enabled(addr->work, SD_EVENT_OFF);
    if (!addr->door_failed && !addr->name_taken) {
        check_edits(addr);
        work(addr);
        if (addr_stations_retry(addr))
            addr_reconcile_soon(addr);
    }
    addr->working = false;
    addr_methods_answer(addr);
    addr_tell(addr);
}

void addr_reconcile_soon(struct addr *addr)
{
    (void)sd_event_source_set_enabled(addr->work, SD_EVENT_ONESHOT);
}

static int on_work(sd_event_source *source, void *userdata)
{
    (void)source;
    addr_reconcile((struct addr *)userdata);
    return 0;
}

static int on_hold(sd_event_source *source, uint64_t usec, void *userdata)
{
    (void)source;
    (void)usec;
    addr_reconcile((struct addr *)userdata);
    return 0;
}

int addr_work_open(struct addr *addr)
{
    int r = sd_event_add_defer(addr->service.loop, &addr->work, on_work, addr);

    if (r >= 0)
        r = sd_event_source_set_enabled(addr->work, SD_EVENT_OFF);
    /* Behind everything that is there to be read: calls that arrive together are worked on together. */
    if (r >= 0)
        r = sd_event_source_set_priority(addr->work, SD_EVENT_PRIORITY_NORMAL + 1);
    if (r >= 0)
        r = loop_timer_new(addr->service.loop, on_hold, addr, &addr->hold);
    return r < 0 ? r : 0;
}

void addr_work_close(struct addr *addr)
{
    addr->work = loop_source_free(addr->work);
    addr->hold = loop_source_free(addr->hold);
}
