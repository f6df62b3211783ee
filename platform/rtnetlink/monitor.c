/* SPDX-License-Identifier: Apache-2.0 */
#include <arpa/inet.h>
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/filter.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include "platform/rtnetlink/parse.h"
#include "platform/rtnetlink/request.h"

#define READS_MAX     1024      /* datagrams per call, so that a flood cannot starve the loop */
#define BUFFER_WANTED (1 << 20) /* socket buffer, octets: some 2,000 changes */

struct rtnl_monitor {
    struct mnl_socket *socket;
    char buffer[16384] __attribute__((aligned(8)));
    bool behind; /* changes were lost; until the socket is empty, what it holds is stale */
};

static int open_groups(const unsigned int *groups, size_t count, struct rtnl_monitor **ret_monitor)
{
    struct rtnl_monitor *monitor = (struct rtnl_monitor *)calloc(1, sizeof *monitor);
    if (!monitor)
        return -ENOMEM;

    monitor->socket = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (!monitor->socket || mnl_socket_bind(monitor->socket, 0, MNL_SOCKET_AUTOPID) < 0)
        goto fail;
    int size = BUFFER_WANTED;
    /* With CAP_NET_ADMIN beyond net.core.rmem_max; a smaller buffer only means more overruns, which are handled. */
    if (setsockopt(mnl_socket_get_fd(monitor->socket), SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size) < 0)
        (void)setsockopt(mnl_socket_get_fd(monitor->socket), SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
    for (size_t i = 0; i < count; i++) {
        unsigned int group = groups[i];
        if (mnl_socket_setsockopt(monitor->socket, NETLINK_ADD_MEMBERSHIP, &group, sizeof group) < 0)
            goto fail;
    }
    *ret_monitor = monitor;
    return 0;

fail:;
    int r = -errno;
    rtnl_monitor_close(monitor);
    return r;
}

int rtnl_monitor_open(struct rtnl_monitor **ret_monitor)
{
    static const unsigned int groups[] = {RTNLGRP_LINK, RTNLGRP_IPV6_IFADDR, RTNLGRP_NEIGH, RTNLGRP_IPV6_ROUTE};

    return open_groups(groups, FASCIA_ARRAY_SIZE(groups), ret_monitor);
}

int rtnl_monitor_open_links(struct rtnl_monitor **ret_monitor)
{
    static const unsigned int groups[] = {RTNLGRP_LINK};

    return open_groups(groups, FASCIA_ARRAY_SIZE(groups), ret_monitor);
}

void rtnl_monitor_close(struct rtnl_monitor *monitor)
{
    if (!monitor)
        return;
    if (monitor->socket)
        (void)mnl_socket_close(monitor->socket);
    free(monitor);
}

/* In the kernel, so that what is left out neither wakes us nor fills the buffer. Loads are in network order. */
int rtnl_monitor_ignore(struct rtnl_monitor *monitor, const struct rtnl *rtnl)
{
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct nlmsghdr, nlmsg_pid)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, htonl(mnl_socket_get_portid(rtnl->socket)), 0, 1),
        BPF_STMT(BPF_RET | BPF_K, 0),
        BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
    };
    struct sock_fprog program = {.len = FASCIA_ARRAY_SIZE(code), .filter = code};
    int fd = mnl_socket_get_fd(monitor->socket);

    return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) < 0 ? -errno : 0;
}

int rtnl_monitor_fd(const struct rtnl_monitor *monitor)
{
    return mnl_socket_get_fd(monitor->socket);
}

int rtnl_monitor_read(struct rtnl_monitor *monitor, rtnl_change_fn fn, void *userdata)
{
    int result = monitor->behind ? RTNL_E_OVERRUN : 0;

    for (int i = 0; i < READS_MAX; i++) {
        ssize_t n = mnl_socket_recvfrom(monitor->socket, monitor->buffer, sizeof monitor->buffer);
        if (n < 0) {
            if (errno == EAGAIN)
                monitor->behind = false;
            if (errno == EAGAIN || errno == EINTR)
                break;
            if (errno != ENOBUFS && errno != ENOSPC)
                return -errno;
            result = RTNL_E_OVERRUN; /* lost, or cut (ENOSPC): either way a change is missing */
            monitor->behind = true;
            continue;
        }
        /* What still waits is older than what was lost: applied after the new reading it would undo it. */
        if (monitor->behind)
            continue;
        int left = (int)n;
        for (const struct nlmsghdr *m = (const struct nlmsghdr *)(const void *)monitor->buffer;
             rtnl_message_ok(m, left); m = mnl_nlmsg_next(m, &left)) {
            struct rtnl_change change;
            if (rtnl_parse(m, &change))
                fn(&change, userdata);
        }
    }
    return result;
}
