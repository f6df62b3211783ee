/* SPDX-License-Identifier: Apache-2.0 */
/* What the kernel says of our data interface; and the datagrams that keep an idle data path. */
#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "platform/journal/journal.h"
#include "platform/loop/loop.h"
#include "tools/daemons/fascia-aware/awared.h"

#define DISCARD_PORT 9 /* RFC 863 */

static const char *ndi_of(const struct awared *awared)
{
    return awared->service.config.aware.ndi;
}

static void tell(struct awared *awared, unsigned int ifindex, bool up)
{
    if (awared->kernel.ndi_index == ifindex && (ifindex == 0 || awared->kernel.ndi_up == up))
        return;
    /* Another one of the same name is another interface: whatever was installed on the former is gone. */
    if (awared->kernel.ndi_index != 0 && ifindex != 0 && awared->kernel.ndi_index != ifindex)
        tell(awared, 0, false);
    awared->kernel.ndi_index = ifindex;
    awared->kernel.ndi_up = up;
    if (!awared->started)
        return;
    aware_on_interface(awared->aware, ndi_of(awared), ifindex, up, loop_now_us());
    awared_drive(awared);
}

void awared_kernel_look(struct awared *awared)
{
    struct rtnl_link link = {.ifindex = if_nametoindex(ndi_of(awared))};

    if (link.ifindex == 0 || rtnl_link_get(awared->kernel.rtnl, link.ifindex, &link) < 0) {
        tell(awared, 0, false);
        return;
    }
    awared->kernel.ndi_index = 0; /* said again, also when it is the same */
    tell(awared, link.ifindex, link.flags & IFF_UP);
}

static void on_change(const struct rtnl_change *change, void *userdata)
{
    struct awared *awared = (struct awared *)userdata;
    const struct rtnl_link *link = &change->link;

    if (change->kind != RTNL_LINK)
        return;
    bool named = strcmp(link->name, ndi_of(awared)) == 0;
    if (!change->gone && named)
        tell(awared, link->ifindex, link->flags & IFF_UP);
    else if (link->ifindex == awared->kernel.ndi_index && awared->kernel.ndi_index != 0)
        tell(awared, 0, false); /* deleted, or renamed */
    else if (change->gone || strcmp(link->name, awared->service.config.aware.interface) == 0)
        awared_radio_look_soon(awared);
}

static int on_monitor(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
    struct awared *awared = (struct awared *)userdata;
    (void)source;
    (void)fd;
    (void)revents;

    int r = rtnl_monitor_read(awared->kernel.monitor, on_change, awared);
    if (r == RTNL_E_OVERRUN) {
        awared_kernel_look(awared);
        awared_radio_look_soon(awared);
    } else if (r < 0) {
        journal_log(FASCIA_SEVERITY_ERROR, "rtnetlink: %s", strerror(-r));
        return sd_event_exit(awared->service.loop, 1); /* deaf it would be wrong; the supervisor starts another one */
    }
    return 0;
}

/* It is lost where the path is; that is told by others. */
void awared_keep_alive(struct awared *awared, unsigned int ifindex, const struct address_iid *iid)
{
    struct sockaddr_in6 to = {.sin6_family = AF_INET6, .sin6_port = htons(DISCARD_PORT), .sin6_scope_id = ifindex};

    if (awared->kernel.keep_alive_fd < 0)
        awared->kernel.keep_alive_fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    address_link_local(iid, to.sin6_addr.s6_addr);
    (void)sendto(awared->kernel.keep_alive_fd, "", 1, 0, (const struct sockaddr *)&to, sizeof to);
}

int awared_kernel_open(struct awared *awared)
{
    awared->kernel.keep_alive_fd = -1;
    int r = rtnl_open(&awared->kernel.rtnl);
    if (r == 0)
        r = rtnl_monitor_open_links(&awared->kernel.monitor);
    if (r < 0)
        return r;
    return loop_io_new(awared->service.loop, rtnl_monitor_fd(awared->kernel.monitor), EPOLLIN, on_monitor, awared,
                       &awared->kernel.source);
}

void awared_kernel_close(struct awared *awared)
{
    awared->kernel.source = loop_source_free(awared->kernel.source);
    rtnl_monitor_close(FASCIA_STEAL(awared->kernel.monitor));
    rtnl_close(FASCIA_STEAL(awared->kernel.rtnl));
    if (awared->kernel.keep_alive_fd >= 0)
        (void)close(awared->kernel.keep_alive_fd);
    awared->kernel.keep_alive_fd = -1;
}
