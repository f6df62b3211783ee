/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether packets for a new address are taken in already. Linux acknowledges RTM_NEWADDR, and uses the address as a
 * source, before its local route exists: that is inserted by a work queue a moment later (net/ipv6/addrconf.c). An
 * answer that arrives in between is refused with "no route to destination", and TCP waits a second before it tries
 * again.
 */
#include <errno.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <time.h>

#include "platform/rtnetlink/parse.h"
#include "platform/rtnetlink/request.h"

#define TRIES    500
#define PAUSE_NS 100000

/* Where a packet for `address` would go: RTN_LOCAL, another RTN_…, or a negative errno. */
static int type_of_route(struct rtnl *rtnl, unsigned int ifindex, const struct in6_addr *address)
{
    char buffer[128] __attribute__((aligned(8))) = {0};
    struct nlmsghdr *request = mnl_nlmsg_put_header(buffer);

    request->nlmsg_type = RTM_GETROUTE;
    request->nlmsg_flags = NLM_F_REQUEST;
    request->nlmsg_seq = ++rtnl->sequence;
    struct rtmsg *route = (struct rtmsg *)mnl_nlmsg_put_extra_header(request, sizeof *route);
    route->rtm_family = AF_INET6;
    route->rtm_dst_len = 128;
    mnl_attr_put(request, RTA_DST, sizeof *address, address);
    mnl_attr_put_u32(request, RTA_OIF, ifindex);
    if (mnl_socket_sendto(rtnl->socket, request, request->nlmsg_len) < 0)
        return -errno;
    for (;;) {
        ssize_t n = mnl_socket_recvfrom(rtnl->socket, rtnl->answer, sizeof rtnl->answer);
        if (n < 0)
            return errno == EAGAIN ? -ETIMEDOUT : -errno;
        const struct nlmsghdr *m = (const struct nlmsghdr *)(const void *)rtnl->answer;
        if (!rtnl_message_ok(m, (int)n) || m->nlmsg_seq != rtnl->sequence)
            continue;
        if (m->nlmsg_type != RTM_NEWROUTE || mnl_nlmsg_get_payload_len(m) < sizeof *route)
            return -ENETUNREACH;
        return ((const struct rtmsg *)mnl_nlmsg_get_payload(m))->rtm_type;
    }
}

int rtnl_address_wait(struct rtnl *rtnl, unsigned int ifindex, const struct in6_addr *address)
{
    const struct timespec pause = {.tv_nsec = PAUSE_NS};

    for (int i = 0; i < TRIES; i++) {
        if (type_of_route(rtnl, ifindex, address) == RTN_LOCAL)
            return 0;
        (void)nanosleep(&pause, NULL);
    }
    return RTNL_E_AGAIN;
}
