/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/phone/nd_count.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

void nd_count_init(struct nd_count *count)
{
    *count = (struct nd_count){.receive_fd = -1};
}

/* A tap for ETH_P_IPV6 (rather than ETH_P_ALL) is given received frames only. The filter lets pass what is ICMPv6, or
 * might be behind an extension header (MLD has a hop-by-hop header), so that TCP costs nothing. */
static int open_receive_tap(int *ret_fd)
{
    static struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_B | BPF_ABS, ETH_HLEN + 6), /* next header, RFC 8200 section 3 */
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, IPPROTO_TCP, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, 0),
        BPF_STMT(BPF_RET | BPF_K, 256),
    };
    const struct sock_fprog program = {.len = FASCIA_ARRAY_SIZE(code), .filter = code};

    int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0); /* protocol 0: deaf until bound */
    if (fd < 0)
        return -errno;
    struct sockaddr_ll any = {.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_IPV6)};
    if (setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) < 0 ||
        bind(fd, (const struct sockaddr *)&any, sizeof any) < 0) { /* sll_ifindex 0: never off, see packet.h */
        int r = -errno;
        (void)close(fd);
        return r;
    }
    *ret_fd = fd;
    return 0;
}

int nd_count_start(struct nd_count *count, unsigned int ifindex)
{
    count->ifindex = ifindex;
    int r = packet_open(&count->sent);
    if (r == 0)
        r = packet_watch(count->sent, ifindex);
    if (r == 0)
        r = open_receive_tap(&count->receive_fd);
    if (r != 0)
        nd_count_finish(count);
    return r;
}

static void take_frame(struct nd_count *count, const uint8_t *frame, size_t size)
{
    struct nd_packet packet;

    switch (nd_classify(frame, size, &packet)) {
    case ND_CLASS_ND:
        count->nd_received++;
        break;
    case ND_CLASS_MLD:
        count->mld_received++;
        break;
    case ND_CLASS_NONE:
    case ND_CLASS_OTHER:
    case ND_CLASSES_:
        break;
    }
}

void nd_count_turn(struct nd_count *count)
{
    uint8_t frame[256];
    struct sockaddr_ll from = {0};
    socklen_t from_size = sizeof from;
    ssize_t n = 0;

    if (!count->sent)
        return;
    (void)packet_read(count->sent, NULL, NULL);
    while ((n = recvfrom(count->receive_fd, frame, sizeof frame, 0, (struct sockaddr *)&from, &from_size)) >= 0) {
        if (from.sll_ifindex == (int)count->ifindex)
            take_frame(count, frame, (size_t)n);
        from_size = sizeof from;
    }
}

static void read_kernel(struct phone_nd *nd)
{
    char text[PHONE_SNMP6_SIZE];
    size_t used = 0;
    ssize_t n = 0;

    int fd = open("/proc/net/snmp6", O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return;
    while (used < sizeof text && (n = read(fd, text + used, sizeof text - used)) > 0)
        used += (size_t)n;
    (void)close(fd);
    nd->has_kernel = phone_snmp6_parse(text, used, &nd->kernel) == 0;
}

void nd_count_read(struct nd_count *count, struct phone_nd *ret_nd)
{
    struct phone_nd nd = {0};
    struct tpacket_stats stats = {0};
    socklen_t size = sizeof stats;

    if (!count->sent)
        return;
    nd_count_turn(count);
    if (getsockopt(count->receive_fd, SOL_PACKET, PACKET_STATISTICS, &stats, &size) == 0)
        count->dropped += stats.tp_drops; /* reading resets them */

    struct packet_counts sent = packet_count(count->sent, count->ifindex);
    nd.counted = true;
    nd.nd_sent = sent.nd;
    nd.mld_sent = sent.mld;
    nd.frames = sent.packets;
    nd.nd_received = count->nd_received;
    nd.mld_received = count->mld_received;
    nd.dropped = count->dropped + packet_missed(count->sent);
    read_kernel(&nd);
    *ret_nd = nd;
}

void nd_count_finish(struct nd_count *count)
{
    packet_close(count->sent);
    count->sent = NULL;
    if (count->receive_fd >= 0)
        (void)close(count->receive_fd);
    count->receive_fd = -1;
}
