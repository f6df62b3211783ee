/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/rtp_socket/rtp_socket.h"

#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define KERNEL_BUFFER (512 * 1024) /* octets: a burst, while the loop is busy with something else */

struct rtp_socket {
    int fd;
    unsigned int ifindex;
    struct sockaddr_in6 senders[RTP_SOCKET_BATCH];
    struct iovec parts[RTP_SOCKET_BATCH];
    struct mmsghdr messages[RTP_SOCKET_BATCH];
    uint8_t bytes[RTP_SOCKET_BATCH][RTP_SOCKET_SIZE_MAX];
};

/* RFC 4291 section 2.5.6: the 54 bits behind fe80::/10 are zero. */
static bool is_neighbour(const struct in6_addr *address)
{
    static const uint8_t prefix[8] = {0xfe, 0x80};
    return memcmp(address->s6_addr, prefix, sizeof prefix) == 0;
}

int rtp_place_find(const char *interface, struct rtp_place *ret_place)
{
    struct rtp_place place = {.ifindex = if_nametoindex(interface)};
    struct ifaddrs *all = NULL;
    int r = -EADDRNOTAVAIL;

    if (place.ifindex == 0 || strlen(interface) >= sizeof place.interface)
        return -ENODEV;
    (void)strcpy(place.interface, interface); /* NOLINT(clang-analyzer-security.insecureAPI.strcpy): it fits */
    if (getifaddrs(&all) < 0)
        return -errno;
    for (const struct ifaddrs *a = all; a && r != 0; a = a->ifa_next) {
        if (!a->ifa_addr || a->ifa_addr->sa_family != AF_INET6 || strcmp(a->ifa_name, interface) != 0)
            continue;
        const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)(const void *)a->ifa_addr;
        if ((a->ifa_flags & IFF_UP) == 0) {
            r = -ENETDOWN;
        } else if (is_neighbour(&in6->sin6_addr)) {
            place.address = in6->sin6_addr;
            *ret_place = place;
            r = 0;
        }
    }
    freeifaddrs(all);
    return r;
}

const char *rtp_place_format(const struct rtp_place *place, const struct in6_addr *address,
                             char to[static RTP_SOCKET_TEXT_SIZE])
{
    char text[INET6_ADDRSTRLEN] = "";

    (void)inet_ntop(AF_INET6, address, text, sizeof text);
    (void)snprintf(to, RTP_SOCKET_TEXT_SIZE, "%.46s%%%.15s", text, place->interface);
    return to;
}

static int open_at(const struct rtp_place *place, uint16_t port, int *ret_fd)
{
    const struct sockaddr_in6 own = {
        .sin6_family = AF_INET6,
        .sin6_port = htons(port),
        .sin6_addr = place->address,
        .sin6_scope_id = place->ifindex,
    };
    const int size = KERNEL_BUFFER, on = 1;

    int fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return -errno;
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size); /* a wish: the kernel has its limit */
    if (setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on) < 0 ||
        bind(fd, (const struct sockaddr *)&own, sizeof own) < 0) {
        const int r = -errno;
        (void)close(fd);
        return r;
    }
    *ret_fd = fd;
    return 0;
}

int rtp_socket_open(const struct rtp_place *place, uint16_t port, struct rtp_socket **ret_socket)
{
    struct rtp_socket *s = calloc(1, sizeof *s);

    if (!s)
        return -ENOMEM;
    s->ifindex = place->ifindex;
    int r = open_at(place, port, &s->fd);
    if (r < 0) {
        free(s);
        return r;
    }
    for (size_t i = 0; i < RTP_SOCKET_BATCH; i++) {
        s->parts[i] = (struct iovec){.iov_base = s->bytes[i], .iov_len = sizeof s->bytes[i]};
        s->messages[i].msg_hdr = (struct msghdr){
            .msg_name = &s->senders[i],
            .msg_iov = &s->parts[i],
            .msg_iovlen = 1,
        };
    }
    *ret_socket = s;
    return 0;
}

int rtp_socket_fd(const struct rtp_socket *s)
{
    return s->fd;
}

int rtp_socket_read(struct rtp_socket *s, rtp_socket_fn fn, void *userdata)
{
    for (size_t i = 0; i < RTP_SOCKET_BATCH; i++)
        s->messages[i].msg_hdr.msg_namelen = sizeof s->senders[i];
    const int count = recvmmsg(s->fd, s->messages, RTP_SOCKET_BATCH, MSG_DONTWAIT, NULL);
    if (count < 0)
        return errno == EAGAIN || errno == EINTR ? 0 : -errno;
    for (int i = 0; i < count; i++) {
        const struct sockaddr_in6 *sender = &s->senders[i];
        if (sender->sin6_family == AF_INET6 && sender->sin6_scope_id == s->ifindex && is_neighbour(&sender->sin6_addr))
            fn(s->bytes[i], s->messages[i].msg_len, &sender->sin6_addr, userdata);
    }
    return count;
}

int rtp_socket_connect(const struct rtp_place *from, const struct in6_addr *to, uint16_t port, int *ret_fd)
{
    const struct sockaddr_in6 peer = {
        .sin6_family = AF_INET6,
        .sin6_port = htons(port),
        .sin6_addr = *to,
        .sin6_scope_id = from->ifindex,
    };
    int fd = -1;

    if (!is_neighbour(to))
        return -EINVAL;
    int r = open_at(from, 0, &fd);
    if (r < 0)
        return r;
    if (connect(fd, (const struct sockaddr *)&peer, sizeof peer) < 0) {
        r = -errno;
        (void)close(fd);
        return r;
    }
    *ret_fd = fd;
    return 0;
}

void rtp_socket_close(struct rtp_socket *s)
{
    if (!s)
        return;
    (void)close(s->fd);
    free(s);
}
