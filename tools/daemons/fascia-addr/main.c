/* SPDX-License-Identifier: Apache-2.0 */
/* fascia-addr: IPv6 link-local addresses without Neighbor Discovery, and the proof that none leaves. */
#include "tools/daemons/fascia-addr/addr.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

#include "platform/journal/journal.h"

/* The kernel is touched only when no other instance may be doing it: that is who owns the name. */
static void on_bus(struct bus *bus, bool connected, bool name_taken, void *userdata)
{
    struct addr *addr = (struct addr *)userdata;
    (void)bus;
    (void)connected;

    if (name_taken && !addr->name_taken)
        journal_log(FASCIA_SEVERITY_WARNING, "another process owns %s: waiting for it to end", addr->service.interface);
    addr->name_taken = name_taken;
    if (!name_taken && !addr->adopted) {
        addr->adopted = true; /* once: later on, the table knows more than the marks in the kernel */
        addr_kernel_adopt(addr);
    }
    addr_reconcile(addr);
}

static int start(struct addr *addr)
{
    const struct address_config *config = &addr->service.config.address;
    uint64_t seed = 0;

    addr->wish.nd = config->nd;
    (void)address_iid_policy_parse(config->own_iid, &addr->wish.policy, &addr->wish.iid); /* was validated */
    if (getrandom(&seed, sizeof seed, 0) != (ssize_t)sizeof seed)
        return -EIO; /* cannot be: Linux fills up to 256 octets whole */
    address_table_init(&addr->table, (size_t)config->max_peers, seed);

    int r = addr_work_open(addr);
    if (r == 0)
        r = addr_kernel_open(addr);
    if (r == 0)
        r = addr_bus_open(addr);
    if (r == 0 && config->enabled)
        r = addr_stations_watch(addr);
    return r;
}

int main(int argc, char **argv)
{
    static struct addr addr = {.service = {.program = "fascia-addr",
                                           .function = "address",
                                           .bus_name = "Addr",
                                           .about = "link-local addresses without Neighbor Discovery",
                                           .userdata = &addr,
                                           .on_bus = on_bus}};

    int status = service_open(&addr.service, argc, argv);
    if (status > 0)
        return status - 1;
    int r = start(&addr);
    if (r < 0) {
        journal_log(FASCIA_SEVERITY_ERROR, "cannot start: %s", strerror(-r));
        status = 1;
    } else {
        addr_reconcile(&addr);
        service_ready(&addr.service);
        status = service_run(&addr.service);
    }
    /* The kernel keeps what was installed: the phone stays reachable while this service restarts. */
    addr_bus_close(&addr);
    addr_kernel_close(&addr);
    addr_work_close(&addr);
    address_table_deinit(&addr.table);
    service_close(&addr.service);
    return status;
}
