/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>

#include "platform/rtnetlink/parse.h"
#include "platform/rtnetlink/request.h"

#define REQUEST_SIZE  512
#define ERRORS_WANTED (1 << 20) /* socket buffer, octets: room for a refusal of every request of a batch */
#define ANSWER_WAIT_S 2         /* answers are there when the request returns; this only bounds a kernel fault */

struct request {
    char buffer[REQUEST_SIZE] __attribute__((aligned(8)));
    struct nlmsghdr *header;
};

int rtnl_open(struct rtnl **ret_rtnl)
{
    struct rtnl *rtnl = (struct rtnl *)calloc(1, sizeof *rtnl);
    if (!rtnl)
        return -ENOMEM;

    rtnl->socket = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
    if (!rtnl->socket || mnl_socket_bind(rtnl->socket, 0, MNL_SOCKET_AUTOPID) < 0) {
        int r = -errno;
        rtnl_close(rtnl);
        return r;
    }
    /* Wishes, not needs: the kernel's sentence with an error, and the request not repeated in it. */
    int on = 1;
    (void)mnl_socket_setsockopt(rtnl->socket, NETLINK_EXT_ACK, &on, sizeof on);
    (void)mnl_socket_setsockopt(rtnl->socket, NETLINK_CAP_ACK, &on, sizeof on);
    int size = ERRORS_WANTED;
    if (setsockopt(mnl_socket_get_fd(rtnl->socket), SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size) < 0)
        (void)setsockopt(mnl_socket_get_fd(rtnl->socket), SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
    struct timeval wait = {.tv_sec = ANSWER_WAIT_S};
    (void)setsockopt(mnl_socket_get_fd(rtnl->socket), SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
    *ret_rtnl = rtnl;
    return 0;
}

void rtnl_close(struct rtnl *rtnl)
{
    if (!rtnl)
        return;
    if (rtnl->socket)
        (void)mnl_socket_close(rtnl->socket);
    free(rtnl);
}

const char *rtnl_explanation(const struct rtnl *rtnl)
{
    return rtnl->explanation;
}

static void start_request(struct request *request, uint16_t type, uint16_t flags)
{
    memset(request->buffer, 0, sizeof request->buffer);
    request->header = mnl_nlmsg_put_header(request->buffer);
    request->header->nlmsg_type = type;
    request->header->nlmsg_flags = (uint16_t)(NLM_F_REQUEST | flags);
}

static int send_request(struct rtnl *rtnl, struct request *request)
{
    rtnl->explanation[0] = '\0';
    request->header->nlmsg_seq = ++rtnl->sequence;
    return mnl_socket_sendto(rtnl->socket, request->header, request->header->nlmsg_len) < 0 ? -errno : 0;
}

static int keep_explanation(const struct nlattr *attribute, void *userdata)
{
    struct rtnl *rtnl = (struct rtnl *)userdata;

    if (mnl_attr_get_type(attribute) == NLMSGERR_ATTR_MSG && mnl_attr_validate(attribute, MNL_TYPE_NUL_STRING) == 0)
        (void)fascia_text_copy(rtnl->explanation, sizeof rtnl->explanation, mnl_attr_get_str(attribute));
    return MNL_CB_OK;
}

/* The error of an NLMSG_ERROR message (0: an acknowledgement); keeps the kernel's sentence. */
static int error_of(struct rtnl *rtnl, const struct nlmsghdr *message)
{
    const struct nlmsgerr *error = (const struct nlmsgerr *)mnl_nlmsg_get_payload(message);

    if (mnl_nlmsg_get_payload_len(message) < sizeof *error)
        return -EBADMSG;
    if (message->nlmsg_flags & NLM_F_ACK_TLVS) {
        size_t skip = sizeof *error;
        if (!(message->nlmsg_flags & NLM_F_CAPPED)) /* the request is repeated in front of the attributes */
            skip += error->msg.nlmsg_len > sizeof error->msg ? error->msg.nlmsg_len - sizeof error->msg : 0;
        if (skip <= mnl_nlmsg_get_payload_len(message))
            (void)mnl_attr_parse(message, (unsigned int)skip, keep_explanation, rtnl);
    }
    return error->error > 0 ? -EBADMSG : error->error;
}

/*
 * Reads answers to the last request up to its end: NLMSG_ERROR, NLMSG_DONE, or the only answer when `single`.
 * `fn` may be NULL.
 */
static int receive(struct rtnl *rtnl, bool single, rtnl_change_fn fn, void *userdata)
{
    bool interrupted = false;

    for (;;) {
        ssize_t n = mnl_socket_recvfrom(rtnl->socket, rtnl->answer, sizeof rtnl->answer);
        if (n < 0)
            return errno == EAGAIN ? -ETIMEDOUT : -errno;
        int left = (int)n;
        for (const struct nlmsghdr *m = (const struct nlmsghdr *)(const void *)rtnl->answer; rtnl_message_ok(m, left);
             m = mnl_nlmsg_next(m, &left)) {
            if (m->nlmsg_seq != rtnl->sequence)
                continue; /* a late answer to a request that was given up */
            if (m->nlmsg_flags & NLM_F_DUMP_INTR)
                interrupted = true;
            if (m->nlmsg_type == NLMSG_ERROR)
                return error_of(rtnl, m);
            if (m->nlmsg_type == NLMSG_DONE)
                return interrupted ? RTNL_E_AGAIN : 0;
            struct rtnl_change change;
            if (fn && rtnl_parse(m, &change))
                fn(&change, userdata);
            if (single)
                return 0;
        }
    }
}

static int batch_add(struct rtnl *rtnl, const struct request *request, int absent)
{
    size_t length = NLMSG_ALIGN(request->header->nlmsg_len);

    if (rtnl->batch.count == RTNL_BATCH_MAX || length > sizeof rtnl->batch.buffer - rtnl->batch.used)
        return -ENOBUFS;
    char *to = rtnl->batch.buffer + rtnl->batch.used;
    memcpy(to, request->header, length);
    rtnl->batch.last = (struct nlmsghdr *)(void *)to;
    rtnl->batch.last->nlmsg_seq = rtnl->sequence + 1 + (uint32_t)rtnl->batch.count;
    rtnl->batch.absent[rtnl->batch.count++] = absent;
    rtnl->batch.used += length;
    return 0;
}

/* Whatever was on an interface that is gone is gone too; `absent` is the error that means "was not there", or 0. */
static int settle(int r, int absent)
{
    return absent != 0 && (r == -absent || r == -ENODEV || r == -ENXIO) ? 0 : r;
}

/* Sends and waits for the acknowledgement; or collects. */
static int talk_about(struct rtnl *rtnl, struct request *request, int absent)
{
    if (rtnl->batch.on)
        return batch_add(rtnl, request, absent);
    request->header->nlmsg_flags |= NLM_F_ACK;
    int r = send_request(rtnl, request);
    return settle(r < 0 ? r : receive(rtnl, false, NULL, NULL), absent);
}

static int talk(struct rtnl *rtnl, struct request *request)
{
    return talk_about(rtnl, request, 0);
}

/* Batches */

void rtnl_batch_start(struct rtnl *rtnl)
{
    rtnl->batch.on = true;
    rtnl->batch.count = 0;
    rtnl->batch.used = 0;
}

/* Reads refusals up to the answer to the last request, which alone is acknowledged. */
static int batch_receive(struct rtnl *rtnl, uint32_t first, int *results)
{
    char explanation[sizeof rtnl->explanation] = "";
    bool failed = false;

    for (;;) {
        ssize_t n = mnl_socket_recvfrom(rtnl->socket, rtnl->answer, sizeof rtnl->answer);
        if (n < 0)
            return errno == EAGAIN ? -ETIMEDOUT : -errno;
        int left = (int)n;
        for (const struct nlmsghdr *m = (const struct nlmsghdr *)(const void *)rtnl->answer; rtnl_message_ok(m, left);
             m = mnl_nlmsg_next(m, &left)) {
            uint32_t at = m->nlmsg_seq - first;
            if (m->nlmsg_type != NLMSG_ERROR || at >= rtnl->batch.count)
                continue;
            rtnl->explanation[0] = '\0';
            results[at] = settle(error_of(rtnl, m), rtnl->batch.absent[at]);
            if (results[at] != 0 && !failed) {
                failed = true;
                memcpy(explanation, rtnl->explanation, sizeof explanation);
            }
            if (at + 1 == rtnl->batch.count) {
                memcpy(rtnl->explanation, explanation, sizeof explanation);
                return 0;
            }
        }
    }
}

int rtnl_batch_send(struct rtnl *rtnl, int *results)
{
    rtnl->batch.on = false;
    rtnl->explanation[0] = '\0';
    if (rtnl->batch.count == 0)
        return 0;
    memset(results, 0, rtnl->batch.count * sizeof results[0]);
    rtnl->batch.last->nlmsg_flags |= NLM_F_ACK;
    uint32_t first = rtnl->sequence + 1;
    rtnl->sequence += (uint32_t)rtnl->batch.count;
    if (mnl_socket_sendto(rtnl->socket, rtnl->batch.buffer, rtnl->batch.used) < 0)
        return -errno;
    return batch_receive(rtnl, first, results);
}

/* Links */

static struct ifinfomsg *start_link(struct request *request, uint16_t type, unsigned int ifindex)
{
    start_request(request, type, 0);
    struct ifinfomsg *info = (struct ifinfomsg *)mnl_nlmsg_put_extra_header(request->header, sizeof *info);
    info->ifi_family = AF_UNSPEC;
    info->ifi_index = (int)ifindex;
    return info;
}

static void keep_link(const struct rtnl_change *change, void *userdata)
{
    if (change->kind == RTNL_LINK && !change->gone)
        *(struct rtnl_link *)userdata = change->link;
}

int rtnl_link_get(struct rtnl *rtnl, unsigned int ifindex, struct rtnl_link *ret_link)
{
    struct request request;
    struct rtnl_link link = {.ifindex = 0};

    if (ifindex == 0 || ifindex > INT32_MAX)
        return -ENODEV;
    (void)start_link(&request, RTM_GETLINK, ifindex);
    int r = send_request(rtnl, &request);
    if (r >= 0)
        r = receive(rtnl, true, keep_link, &link);
    if (r < 0)
        return r;
    if (link.ifindex != ifindex)
        return -ENODEV;
    *ret_link = link;
    return 0;
}

static int set_flags(struct rtnl *rtnl, unsigned int ifindex, unsigned int which, bool on)
{
    struct request request;
    struct ifinfomsg *info = start_link(&request, RTM_NEWLINK, ifindex);

    info->ifi_change = which;
    info->ifi_flags = on ? which : 0;
    return talk(rtnl, &request);
}

int rtnl_link_set_up(struct rtnl *rtnl, unsigned int ifindex, bool up)
{
    return set_flags(rtnl, ifindex, IFF_UP, up);
}

int rtnl_link_set_noarp(struct rtnl *rtnl, unsigned int ifindex, bool noarp)
{
    return set_flags(rtnl, ifindex, IFF_NOARP, noarp);
}

int rtnl_link_set_gen_mode(struct rtnl *rtnl, unsigned int ifindex, uint8_t mode)
{
    struct request request;

    (void)start_link(&request, RTM_NEWLINK, ifindex);
    struct nlattr *spec = mnl_attr_nest_start(request.header, IFLA_AF_SPEC);
    struct nlattr *inet6 = mnl_attr_nest_start(request.header, AF_INET6);
    mnl_attr_put_u8(request.header, IFLA_INET6_ADDR_GEN_MODE, mode);
    mnl_attr_nest_end(request.header, inet6);
    mnl_attr_nest_end(request.header, spec);
    return talk(rtnl, &request);
}

/* Addresses */

static void start_address(struct request *request, uint16_t type, uint16_t flags, unsigned int ifindex,
                          const struct in6_addr *address, uint8_t prefix_length)
{
    start_request(request, type, flags);
    struct ifaddrmsg *info = (struct ifaddrmsg *)mnl_nlmsg_put_extra_header(request->header, sizeof *info);
    info->ifa_family = AF_INET6;
    info->ifa_prefixlen = prefix_length;
    info->ifa_scope = RT_SCOPE_LINK;
    info->ifa_index = ifindex;
    mnl_attr_put(request->header, IFA_LOCAL, sizeof *address, address);
}

int rtnl_address_add(struct rtnl *rtnl, unsigned int ifindex, const struct in6_addr *address, uint8_t prefix_length,
                     uint32_t flags)
{
    struct request request;

    start_address(&request, RTM_NEWADDR, NLM_F_CREATE | NLM_F_REPLACE, ifindex, address, prefix_length);
    mnl_attr_put_u32(request.header, IFA_FLAGS, flags);
    mnl_attr_put_u8(request.header, IFA_PROTO, RTNL_PROTOCOL_FASCIA);
    return talk(rtnl, &request);
}

int rtnl_address_delete(struct rtnl *rtnl, unsigned int ifindex, const struct in6_addr *address, uint8_t prefix_length)
{
    struct request request;

    start_address(&request, RTM_DELADDR, 0, ifindex, address, prefix_length);
    return talk_about(rtnl, &request, EADDRNOTAVAIL);
}

/* Routes */

static struct rtmsg *start_route(struct request *request, uint16_t type, uint16_t flags, unsigned int ifindex,
                                 const struct in6_addr *destination, uint8_t prefix_length)
{
    start_request(request, type, flags);
    struct rtmsg *info = (struct rtmsg *)mnl_nlmsg_put_extra_header(request->header, sizeof *info);
    info->rtm_family = AF_INET6;
    info->rtm_dst_len = prefix_length;
    info->rtm_table = RT_TABLE_MAIN;
    mnl_attr_put(request->header, RTA_DST, sizeof *destination, destination);
    mnl_attr_put_u32(request->header, RTA_OIF, ifindex);
    return info;
}

int rtnl_route_add(struct rtnl *rtnl, unsigned int ifindex, const struct in6_addr *destination, uint8_t prefix_length)
{
    struct request request;
    struct rtmsg *info =
        start_route(&request, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_REPLACE, ifindex, destination, prefix_length);

    info->rtm_protocol = RTNL_PROTOCOL_FASCIA;
    info->rtm_scope = RT_SCOPE_LINK;
    info->rtm_type = RTN_UNICAST;
    return talk(rtnl, &request);
}

int rtnl_route_delete(struct rtnl *rtnl, unsigned int ifindex, const struct in6_addr *destination,
                      uint8_t prefix_length)
{
    struct request request;
    struct rtmsg *info = start_route(&request, RTM_DELROUTE, 0, ifindex, destination, prefix_length);

    info->rtm_scope = RT_SCOPE_NOWHERE; /* any */
    return talk_about(rtnl, &request, ESRCH);
}

/* Neighbours */

static struct ndmsg *start_neighbour(struct request *request, uint16_t type, uint16_t flags, unsigned int ifindex,
                                     const struct in6_addr *address)
{
    start_request(request, type, flags);
    struct ndmsg *info = (struct ndmsg *)mnl_nlmsg_put_extra_header(request->header, sizeof *info);
    info->ndm_family = AF_INET6;
    info->ndm_ifindex = (int)ifindex;
    mnl_attr_put(request->header, NDA_DST, sizeof *address, address);
    return info;
}

int rtnl_neighbour_add(struct rtnl *rtnl, unsigned int ifindex, const struct in6_addr *address,
                       const struct fascia_mac *mac)
{
    struct request request;
    struct ndmsg *info = start_neighbour(&request, RTM_NEWNEIGH, NLM_F_CREATE | NLM_F_REPLACE, ifindex, address);

    info->ndm_state = NUD_PERMANENT;
    mnl_attr_put(request.header, NDA_LLADDR, sizeof mac->octets, mac->octets);
    mnl_attr_put_u8(request.header, NDA_PROTOCOL, RTNL_PROTOCOL_FASCIA);
    return talk(rtnl, &request);
}

int rtnl_neighbour_delete(struct rtnl *rtnl, unsigned int ifindex, const struct in6_addr *address)
{
    struct request request;

    (void)start_neighbour(&request, RTM_DELNEIGH, 0, ifindex, address);
    return talk_about(rtnl, &request, ENOENT);
}

/* Dumps */

struct filter {
    unsigned int ifindex; /* 0: all */
    rtnl_change_fn fn;
    void *userdata;
};

static unsigned int ifindex_of(const struct rtnl_change *change)
{
    switch (change->kind) {
    case RTNL_LINK:
        return change->link.ifindex;
    case RTNL_ADDRESS:
        return change->address.ifindex;
    case RTNL_ROUTE:
        return change->route.ifindex;
    case RTNL_NEIGHBOUR:
        return change->neighbour.ifindex;
    case RTNL_KINDS_:
        break;
    }
    return 0;
}

static void pass_filter(const struct rtnl_change *change, void *userdata)
{
    const struct filter *filter = (const struct filter *)userdata;

    if (filter->ifindex == 0 || filter->ifindex == ifindex_of(change))
        filter->fn(change, filter->userdata);
}

int rtnl_dump(struct rtnl *rtnl, enum rtnl_kind kind, unsigned int ifindex, rtnl_change_fn fn, void *userdata)
{
    static const struct {
        size_t header;
        uint16_t type;
        unsigned char family;
    } kinds[RTNL_KINDS_] = {
        [RTNL_LINK] = {sizeof(struct ifinfomsg), RTM_GETLINK, AF_UNSPEC},
        [RTNL_ADDRESS] = {sizeof(struct ifaddrmsg), RTM_GETADDR, AF_INET6},
        [RTNL_ROUTE] = {sizeof(struct rtmsg), RTM_GETROUTE, AF_INET6},
        [RTNL_NEIGHBOUR] = {sizeof(struct ndmsg), RTM_GETNEIGH, AF_INET6},
    };
    struct request request;
    struct filter filter = {.ifindex = ifindex, .fn = fn, .userdata = userdata};

    if ((unsigned int)kind >= RTNL_KINDS_)
        return -EINVAL;
    start_request(&request, kinds[kind].type, NLM_F_DUMP);
    unsigned char *header = (unsigned char *)mnl_nlmsg_put_extra_header(request.header, kinds[kind].header);
    header[0] = kinds[kind].family; /* the first octet of each of these headers */
    int r = send_request(rtnl, &request);
    return r < 0 ? r : receive(rtnl, false, pass_filter, &filter);
}
