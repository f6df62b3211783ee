/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/packet/filter.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <string.h>
#include <sys/socket.h>

#include "stack/base/cleanup.h"

#define SNAP 256 /* Ethernet, IPv6, a hop-by-hop header and the start of ICMPv6 with much room to spare */

/* Offsets are from the network header, so VLAN tags do not matter. */
#define ANCILLARY(what)    (unsigned int)(SKF_AD_OFF + (what))
#define NETWORK(offset)    (unsigned int)(SKF_NET_OFF + (offset))
#define JUMP(how, k, t, f) BPF_JUMP(BPF_JMP | (how) | BPF_K, (k), (t), (f))
#define EQUAL(k, t, f)     JUMP(BPF_JEQ, (k), (t), (f))

static int attach(int fd, struct sock_filter *code, unsigned short length)
{
    struct sock_fprog program = {.len = length, .filter = code};
    return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) < 0 ? -errno : 0;
}

int packet_filter_suspects(int fd)
{
    struct sock_filter code[] = {
        /*  0 */ BPF_STMT(BPF_LD | BPF_B | BPF_ABS, ANCILLARY(SKF_AD_PKTTYPE)),
        /*  1 */ EQUAL(PACKET_OUTGOING, 0, 14),
        /*  2 */ BPF_STMT(BPF_LD | BPF_H | BPF_ABS, ANCILLARY(SKF_AD_PROTOCOL)),
        /*  3 */ EQUAL(ETH_P_IPV6, 0, 12),
        /*  4 */ BPF_STMT(BPF_LD | BPF_B | BPF_ABS, NETWORK(6)),  /* next header */
        /*  5 */ EQUAL(58, 5, 0),                                 /* ICMPv6 */
        /*  6 */ EQUAL(0, 8, 0),                                  /* hop-by-hop: MLD is behind one */
        /*  7 */ EQUAL(60, 7, 0),                                 /* destination options */
        /*  8 */ EQUAL(44, 6, 0),                                 /* fragment */
        /*  9 */ EQUAL(43, 5, 0),                                 /* routing */
        /* 10 */ EQUAL(51, 4, 5),                                 /* authentication */
        /* 11 */ BPF_STMT(BPF_LD | BPF_B | BPF_ABS, NETWORK(40)), /* ICMPv6 type */
        /* 12 */ EQUAL(143, 2, 0),
        /* 13 */ JUMP(BPF_JGE, 130, 0, 2),
        /* 14 */ JUMP(BPF_JGT, 137, 1, 0),
        /* 15 */ BPF_STMT(BPF_RET | BPF_K, SNAP),
        /* 16 */ BPF_STMT(BPF_RET | BPF_K, 0),
    };
    return attach(fd, code, FASCIA_ARRAY_SIZE(code));
}

int packet_filter_received(int fd, const unsigned int *ifindexes, size_t count)
{
    const struct sock_filter tail[] = {
        BPF_STMT(BPF_RET | BPF_K, 0),
        /*  0 */ BPF_STMT(BPF_LD | BPF_B | BPF_ABS, NETWORK(6)), /* next header */
        /*  1 */ EQUAL(58, 5, 0),                                /* ICMPv6 */
        /*  2 */ EQUAL(0, 8, 0),                                 /* hop-by-hop */
        /*  3 */ EQUAL(60, 7, 0),                                /* destination options */
        /*  4 */ EQUAL(44, 6, 0),                                /* fragment */
        /*  5 */ EQUAL(43, 5, 0),                                /* routing */
        /*  6 */ EQUAL(51, 4, 5),                                /* authentication */
        /*  7 */ BPF_STMT(BPF_LD | BPF_B | BPF_ABS, NETWORK(40)),
        /*  8 */ EQUAL(143, 2, 0),
        /*  9 */ JUMP(BPF_JGE, 130, 0, 2),
        /* 10 */ JUMP(BPF_JGT, 137, 1, 0),
        /* 11 */ BPF_STMT(BPF_RET | BPF_K, SNAP),
        /* 12 */ BPF_STMT(BPF_RET | BPF_K, 0),
    };
    struct sock_filter code[1 + PACKET_FILTER_INTERFACES_MAX + FASCIA_ARRAY_SIZE(tail)] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, ANCILLARY(SKF_AD_IFINDEX))};

    if (count > PACKET_FILTER_INTERFACES_MAX)
        return -EINVAL;
    for (size_t i = 0; i < count; i++) /* to behind the first of `tail` */
        code[1 + i] = (struct sock_filter)EQUAL(ifindexes[i], (unsigned char)(count - i), 0);
    memcpy(&code[1 + count], tail, sizeof tail);
    return attach(fd, code, (unsigned short)(1 + count + FASCIA_ARRAY_SIZE(tail)));
}

int packet_filter_ipv6(int fd)
{
    struct sock_filter code[] = {
        /*  0 */ BPF_STMT(BPF_LD | BPF_B | BPF_ABS, ANCILLARY(SKF_AD_PKTTYPE)),
        /*  1 */ EQUAL(PACKET_OUTGOING, 0, 3),
        /*  2 */ BPF_STMT(BPF_LD | BPF_H | BPF_ABS, ANCILLARY(SKF_AD_PROTOCOL)),
        /*  3 */ EQUAL(ETH_P_IPV6, 0, 1),
        /*  4 */ BPF_STMT(BPF_RET | BPF_K, 1),
        /*  5 */ BPF_STMT(BPF_RET | BPF_K, 0),
    };
    return attach(fd, code, FASCIA_ARRAY_SIZE(code));
}
