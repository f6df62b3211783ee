/* SPDX-License-Identifier: Apache-2.0 */
/* Interfaces: managed, released, gone, back again. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "platform/journal/journal.h"
#include "platform/key/key.h"
#include "platform/loop/loop.h"
#include "tools/daemons/fascia-addr/addr.h"

struct addr_note *addr_note(struct addr *addr, const struct address_interface *interface)
{
    return &addr->notes[interface - addr->table.interfaces];
}

/* Our identifier */

static int keyed_prf(const void *data, size_t size, uint8_t ret_octets[static ADDRESS_PRF_SIZE], void *userdata)
{
    return key_hmac_sha256((const struct fascia_secret *)userdata, data, size, ret_octets);
}

/* The key is read for each use: it is needed as often as an interface is made, and else is not in our memory. */
static int make_stable(struct addr *addr, const char *name, struct address_iid *ret_iid)
{
    _cleanup_(secret) struct fascia_secret key = {.size_ = 0};
    const char *path = addr->service.config.address.key_file;

    int r = key_load(path, ADDRESS_STABLE_KEY_SIZE, &key);
    if (r < 0) {
        (void)snprintf(addr->what, sizeof addr->what, "address.key_file %.100s", path);
        return r;
    }
    return address_iid_stable(name, keyed_prf, &key, NULL, ret_iid);
}

static int complete_wish(struct addr *addr, const char *name, const struct address_wish *wish,
                         struct address_wish *ret_wish)
{
    struct address_wish complete = *wish;
    int r = 0;

    if (wish->policy == ADDRESS_IID_STABLE && wish->nd != ADDRESS_ND_KERNEL)
        r = make_stable(addr, name, &complete.iid);
    else if (wish->nd == ADDRESS_ND_KERNEL)
        complete = (struct address_wish){.nd = ADDRESS_ND_KERNEL};
    if (r == 0)
        *ret_wish = complete;
    return r;
}

/* Prepare */

static int check_link(struct addr *addr, unsigned int ifindex, struct rtnl_link *ret_link)
{
    struct rtnl_link link;

    if (addr->door_failed)
        return addr->error;
    if (addr->name_taken)
        return -EBUSY;
    int r = rtnl_link_get(addr->rtnl, ifindex, &link);
    if (r < 0)
        return r;
    if (!link.has_mac || (link.flags & IFF_LOOPBACK))
        return -EOPNOTSUPP;
    *ret_link = link;
    return 0;
}

static int prepare_new(struct addr *addr, unsigned int ifindex)
{
    struct address_interface *interface = address_table_interface(&addr->table, ifindex);

    *addr_note(addr, interface) = (struct addr_note){.prepared = false};
    int r = addr_packets_watch(addr, interface);
    if (r == 0)
        r = addr_kernel_read(addr, ifindex);
    if (r != 0)
        return r;
    interface = address_table_interface(&addr->table, ifindex);
    if (!interface)
        return -ENODEV;
    if (interface->link.up && interface->link.carrier)
        addr_note(addr, interface)->in_place = address_interface_progress(interface) == ADDRESS_PROGRESS_UNPREPARED;
    addr->interfaces_changed = true;
    return 0;
}

/* From the wish to the row; what the kernel needs is done by the next reconciliation. */
static int enter(struct addr *addr, unsigned int ifindex, const struct address_wish *wish)
{
    struct address_interface *interface = address_table_interface(&addr->table, ifindex);
    struct address_wish forgotten;
    bool changes = interface && interface->nd != wish->nd, new = false;

    int r = address_table_prepare(&addr->table, ifindex, wish, &new);
    if (r == 0 && new) {
        r = prepare_new(addr, ifindex);
        if (r != 0)
            addr_forget(addr, ifindex);
    }
    interface = address_table_interface(&addr->table, ifindex);
    if (r != 0 || !interface)
        return r != 0 ? r : -ENODEV;
    if (changes)
        addr->interfaces_changed = true;
    interface->adopted = false;
    (void)address_wishes_take(&addr->wishes, interface->link.name, &forgotten);
    return 0;
}

static int result_of(struct addr *addr, unsigned int ifindex)
{
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

int addr_prepare(struct addr *addr, unsigned int ifindex, const struct address_wish *wish)
{
    struct address_wish complete;
    struct rtnl_link link;

    int r = check_link(addr, ifindex, &link);
    if (r < 0)
        return r;
    const struct address_interface *interface = address_table_interface(&addr->table, ifindex);
    if (!interface || interface->adopted || wish) {
        enum address_nd before = interface ? interface->nd : ADDRESS_NDS_;
        r = complete_wish(addr, link.name, wish ? wish : &addr->wish, &complete);
        if (r == 0)
            r = enter(addr, ifindex, &complete);
        if (r != 0)
            return r;
        addr_reconcile(addr);
        /* What left under another mode's rules is no offence against the new ones. */
        interface = address_table_interface(&addr->table, ifindex);
        if (interface && before != ADDRESS_NDS_ && before != complete.nd) {
            addr_packets_read(addr);
            address_proof_start(&addr_note(addr, interface)->proof, loop_now_us());
        }
    } else {
        addr_reconcile(addr);
    }
    return result_of(addr, ifindex);
}

/* An interface with our mark keeps its mode and its address until somebody prepares it. */
int addr_adopt(struct addr *addr, unsigned int ifindex, const struct address_iid *own_iid)
{
    struct address_wish wish = addr->wish;
    struct rtnl_link link = {.ifindex = 0};

    int r = check_link(addr, ifindex, &link);
    if (r < 0)
        return r;
    if (link.flags & IFF_NOARP)
        wish.nd = ADDRESS_ND_NONE;
    else if (wish.nd == ADDRESS_ND_NONE)
        wish.nd = ADDRESS_ND_ANSWER;
    if (own_iid && wish.nd != ADDRESS_ND_KERNEL) {
        struct address_iid of_mac = address_iid_from_mac(&link.mac);
        wish.policy = address_iid_equal(own_iid, &of_mac) ? ADDRESS_IID_EUI64 : ADDRESS_IID_FIXED;
        wish.iid = *own_iid;
    } else {
        r = complete_wish(addr, link.name, &wish, &wish);
    }
    if (r == 0)
        r = enter(addr, ifindex, &wish);
    if (r != 0)
        return r;
    struct address_interface *interface = address_table_interface(&addr->table, ifindex);
    if (!interface)
        return -ENODEV;
    interface->adopted = true;
    if (interface->link.up)
        address_table_adopt(&addr->table, ifindex);
    return 0;
}

/* Release and loss */

static void drop(struct addr *addr, struct address_interface *interface)
{
    unsigned int ifindex = interface->ifindex;
    struct addr_news news = {.addr = addr};

    *addr_note(addr, interface) = (struct addr_note){.prepared = false};
    address_table_forget(&addr->table, ifindex, addr_tell_peer, &news);
    if (addr->packet)
        packet_unwatch(addr->packet, ifindex);
    addr->interfaces_changed = true;
}

int addr_release(struct addr *addr, unsigned int ifindex)
{
    struct address_interface *interface = address_table_interface(&addr->table, ifindex);
    struct address_wish forgotten;

    if (!interface)
        return 0;
    if (addr->door_failed || addr->name_taken)
        return addr->door_failed ? addr->error : -EBUSY;
    address_table_release_interface(&addr->table, ifindex);
    addr_reconcile(addr);
    interface = address_table_interface(&addr->table, ifindex);
    if (!interface)
        return 0;
    /* What could not be removed is tried again by the next reconciliation: the row stays until then. */
    if (!fascia_list_is_empty(&interface->work) || interface->own_seen || interface->own_wrong)
        return addr->error != 0 ? addr->error : -EIO;
    (void)address_wishes_take(&addr->wishes, interface->link.name, &forgotten);
    journal_log(FASCIA_SEVERITY_INFO, "%s (index %u) is not managed any more", interface->link.name, ifindex);
    drop(addr, interface);
    addr_tell(addr);
    return 0;
}

void addr_forget(struct addr *addr, unsigned int ifindex)
{
    struct address_interface *interface = address_table_interface(&addr->table, ifindex);
    if (!interface)
        return;

    struct address_wish wish = {.nd = interface->nd, .policy = interface->policy, .iid = interface->own_iid};
    if (!interface->releasing && !interface->adopted)
        address_wishes_keep(&addr->wishes, interface->link.name, &wish);
    journal_log(FASCIA_SEVERITY_INFO, "%s (index %u) is gone", interface->link.name, ifindex);
    drop(addr, interface);
}

void addr_returned(struct addr *addr, unsigned int ifindex, const char *name)
{
    struct address_wish wish;

    if (addr->name_taken || addr->door_failed || !address_wishes_take(&addr->wishes, name, &wish))
        return;
    int r = enter(addr, ifindex, &wish);
    if (r != 0)
        journal_log(FASCIA_SEVERITY_WARNING, "%s is back and cannot be managed: %s", name,
                    r < 0 ? strerror(-r) : address_result_text(r));
    else
        journal_log(FASCIA_SEVERITY_INFO, "%s is back (index %u)", name, ifindex);
}
