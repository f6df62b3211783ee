/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/packet/packet.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <sys/socket.h>
#include <unistd.h>

#include "platform/packet/filter.h"

#define READS_MAX 256 /* per call, so that a flood cannot starve the loop */

struct watched {
    int fd;               /* the counting socket; -1 before packet_open() made it */
    unsigned int ifindex; /* 0: free */
    struct packet_counts counts;
};

struct packet {
    int fd;       /* the suspects of all interfaces */
    int received; /* what came in; -1: not asked for */
    uint64_t missed;
    struct watched watched[PACKET_INTERFACES_MAX];
};

static int bind_to(int fd, unsigned int ifindex, uint16_t protocol)
{
    struct sockaddr_ll to = {.sll_family = AF_PACKET, .sll_protocol = htons(protocol), .sll_ifindex = (int)ifindex};
    return bind(fd, (const struct sockaddr *)&to, sizeof to) < 0 ? -errno : 0;
}

/* Protocol 0: the socket sees nothing before it is bound, in particular nothing before its filter is there. */
static int tap_new(int (*filter)(int fd), int *ret_fd)
{
    int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return -errno;
    int r = filter(fd);
    if (r < 0)
        (void)close(fd);
    else
        *ret_fd = fd;
    return r;
}

static int open_taps(struct packet *packet)
{
    int r = tap_new(packet_filter_suspects, &packet->fd);
    if (r == 0)
        r = bind_to(packet->fd, 0, ETH_P_ALL); /* outgoing packets are shown to ETH_P_ALL taps only */
    for (size_t i = 0; r == 0 && i < PACKET_INTERFACES_MAX; i++) {
        r = tap_new(packet_filter_ipv6, &packet->watched[i].fd);
        if (r == 0) {
            int smallest = 1; /* the kernel raises it to its minimum */
            (void)setsockopt(packet->watched[i].fd, SOL_SOCKET, SO_RCVBUF, &smallest, sizeof smallest);
        }
    }
    return r;
}

int packet_open(struct packet **ret_packet)
{
    struct packet *packet = (struct packet *)calloc(1, sizeof *packet);
    if (!packet)
        return -ENOMEM;

    packet->fd = packet->received = -1;
    for (size_t i = 0; i < PACKET_INTERFACES_MAX; i++)
        packet->watched[i].fd = -1;
    int r = open_taps(packet);
    if (r < 0)
        packet_close(packet);
    else
        *ret_packet = packet;
    return r;
}

void packet_close(struct packet *packet)
{
    if (!packet)
        return;
    for (size_t i = 0; i < PACKET_INTERFACES_MAX; i++) {
        if (packet->watched[i].fd >= 0)
            (void)close(packet->watched[i].fd);
    }
    if (packet->fd >= 0)
        (void)close(packet->fd);
    if (packet->received >= 0)
        (void)close(packet->received);
    free(packet);
}

int packet_fd(const struct packet *packet)
{
    return packet->fd;
}

int packet_received_fd(const struct packet *packet)
{
    return packet->received;
}

/* For the interfaces that are watched now. */
static int filter_received(const struct packet *packet, int fd)
{
    unsigned int ifindexes[PACKET_INTERFACES_MAX];
    size_t count = 0;

    for (size_t i = 0; i < PACKET_INTERFACES_MAX; i++) {
        if (packet->watched[i].ifindex != 0)
            ifindexes[count++] = packet->watched[i].ifindex;
    }
    return packet_filter_received(fd, ifindexes, count);
}

int packet_open_received(struct packet *packet)
{
    int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    if (fd < 0)
        return -errno;
    int r = filter_received(packet, fd);
    if (r == 0)
        r = bind_to(fd, 0, ETH_P_IPV6); /* such a tap sees what comes in only */
    if (r < 0)
        (void)close(fd);
    else
        packet->received = fd;
    return r;
}

/* ifindex 0 finds a free one. */
static struct watched *find(struct packet *packet, unsigned int ifindex)
{
    for (size_t i = 0; i < PACKET_INTERFACES_MAX; i++) {
        if (packet->watched[i].ifindex == ifindex)
            return &packet->watched[i];
    }
    return NULL;
}

/* The kernel's counters of a socket; reading them starts them anew. tp_packets includes tp_drops. */
static struct tpacket_stats statistics(int fd)
{
    struct tpacket_stats stats = {0};
    socklen_t size = sizeof stats;

    if (getsockopt(fd, SOL_PACKET, PACKET_STATISTICS, &stats, &size) < 0)
        stats = (struct tpacket_stats){0};
    return stats;
}

int packet_watch(struct packet *packet, unsigned int ifindex)
{
    if (ifindex == 0)
        return -ENODEV;
    if (find(packet, ifindex))
        return 0;
    struct watched *watched = find(packet, 0);
    if (!watched)
        return PACKET_E_FULL;
    int r = bind_to(watched->fd, ifindex, ETH_P_ALL);
    if (r < 0)
        return r;
    (void)statistics(watched->fd); /* of an earlier interface */
    watched->ifindex = ifindex;
    watched->counts = (struct packet_counts){0};
    return packet->received < 0 ? 0 : filter_received(packet, packet->received);
}

void packet_unwatch(struct packet *packet, unsigned int ifindex)
{
    struct watched *watched = ifindex == 0 ? NULL : find(packet, ifindex);
    if (!watched)
        return;
    /* A bound packet socket cannot be unbound; a protocol that nobody sends is as good. */
    (void)bind_to(watched->fd, 0, ETH_P_LOOPBACK);
    watched->ifindex = 0;
    if (packet->received >= 0)
        (void)filter_received(packet, packet->received);
}

static void count(struct watched *watched, const struct nd_packet *seen)
{
    if (seen->class == ND_CLASS_ND)
        watched->counts.nd++;
    else
        watched->counts.mld++;
}

static int read_tap(struct packet *packet, int fd, bool sent, packet_seen_fn fn, void *userdata)
{
    uint8_t frame[256];

    for (int i = 0; i < READS_MAX; i++) {
        struct sockaddr_ll from = {0};
        socklen_t size = sizeof from;
        ssize_t n = recvfrom(fd, frame, sizeof frame, 0, (struct sockaddr *)&from, &size);
        if (n < 0) {
            if (errno == EAGAIN || errno == EINTR)
                return 0;
            if (errno == ENETDOWN) /* one interface went down: said once, the tap goes on */
                continue;
            return -errno;
        }
        struct nd_packet seen;
        enum nd_class class = nd_classify(frame, (size_t)n, &seen);
        if ((from.sll_pkttype == PACKET_OUTGOING) != sent || from.sll_ifindex <= 0 ||
            (class != ND_CLASS_ND && class != ND_CLASS_MLD))
            continue;
        struct watched *watched = find(packet, (unsigned int)from.sll_ifindex);
        if (!watched)
            continue;
        if (sent)
            count(watched, &seen);
        if (fn)
            fn(watched->ifindex, sent, &seen, userdata);
    }
    return 0;
}

int packet_read(struct packet *packet, packet_seen_fn fn, void *userdata)
{
    int r = read_tap(packet, packet->fd, true, fn, userdata);
    return r < 0 || packet->received < 0 ? r : read_tap(packet, packet->received, false, fn, userdata);
}

struct packet_counts packet_count(struct packet *packet, unsigned int ifindex)
{
    struct watched *watched = ifindex == 0 ? NULL : find(packet, ifindex);
    if (!watched)
        return (struct packet_counts){0};
    watched->counts.packets += statistics(watched->fd).tp_packets;
    return watched->counts;
}

uint64_t packet_missed(struct packet *packet)
{
    packet->missed += statistics(packet->fd).tp_drops;
    return packet->missed;
}
