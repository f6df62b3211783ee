/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From "the peer is connected" to the first octet that it has acknowledged.
 *
 *   serve PORT                                     accepts and drops what arrives; the other side of both
 *   fascia BUS INTERFACE MAC IID PORT ROUNDS [flap]  the peer is told to fascia-addr, which is all that is needed
 *   kernel INTERFACE ADDRESS PORT ROUNDS [flap]    the kernel finds out: address with DAD as configured, then ND
 *
 * "flap": the interface is brought up as part of each round, as a data interface is that comes with its peer.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "platform/rtnetlink/rtnetlink.h"
#include "rounds.h"

#include <fascia_addr_client.h>

#define MS       INT64_C(1000000)
#define S        INT64_C(1000000000)
#define SPINS    1000
#define LIMIT_NS (15 * S) /* of one round; the kernel may take several seconds */

/* One try. 0, or the errno of connect(). */
static int try_first_byte(const struct sockaddr_in6 *peer, int64_t end)
{
    struct timeval patience = {.tv_sec = LIMIT_NS / S};
    int outstanding = 1;

    int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        die("socket", errno);
    (void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience); /* bounds connect() */
    if (connect(fd, (const struct sockaddr *)peer, sizeof *peer) != 0) {
        int error = errno;
        (void)close(fd);
        return error;
    }
    if (send(fd, "x", 1, MSG_NOSIGNAL) != 1)
        die("send", errno);
    /* The acknowledgement comes within microseconds; later on the processor may be needed for it. */
    for (int i = 0; outstanding != 0; i++) {
        const struct timespec pause = {.tv_nsec = i < SPINS ? 0 : 20000};
        if (ioctl(fd, SIOCOUTQ, &outstanding) != 0)
            die("SIOCOUTQ", errno);
        if (now_ns() > end)
            die("acknowledgement", ETIMEDOUT);
        if (pause.tv_nsec != 0)
            (void)nanosleep(&pause, NULL);
    }
    (void)close(fd);
    return 0;
}

void first_byte(const struct sockaddr_in6 *peer, bool keep_trying, int64_t limit_ns)
{
    int64_t end = now_ns() + limit_ns;
    const struct timespec pause = {.tv_nsec = MS};

    for (;;) {
        int error = try_first_byte(peer, end);
        if (error == 0)
            return;
        bool not_yet = error == EADDRNOTAVAIL || error == ENETUNREACH || error == EHOSTUNREACH || error == ENETDOWN;
        if (!keep_trying || !not_yet || now_ns() > end)
            die("connect", error);
        (void)nanosleep(&pause, NULL);
    }
}

static struct rtnl *rtnetlink(void)
{
    static struct rtnl *rtnl;

    int r = rtnl ? 0 : rtnl_open(&rtnl);
    if (r < 0)
        die("rtnetlink", -r);
    return rtnl;
}

static void set_up(unsigned int ifindex, bool up)
{
    int r = rtnl_link_set_up(rtnetlink(), ifindex, up);
    if (r < 0)
        die("link", -r);
}

/* The kernel knows nothing of the peer, as before its first packet. */
static void forget(unsigned int ifindex, const struct in6_addr *peer)
{
    int r = rtnl_neighbour_delete(rtnetlink(), ifindex, peer);
    if (r < 0)
        die("neighbour", -r);
}

static unsigned int index_of(const char *name)
{
    unsigned int ifindex = if_nametoindex(name);
    if (ifindex == 0)
        die(name, errno);
    return ifindex;
}

static void check(const struct fascia_addr *addr, int r)
{
    if (r == 0)
        return;
    (void)fprintf(stderr, "%s: %s\n", fascia_addr_result_name(r), fascia_addr_message(addr));
    exit(1);
}

int run_fascia(int argc, char **argv)
{
    struct fascia_addr *addr = NULL;
    struct sockaddr_in6 own, peer;

    if (argc < 7)
        die("arguments", EINVAL);
    unsigned int ifindex = index_of(argv[2]), port = number(argv[5], 1, 65535), rounds = number(argv[6], 1, 100000);
    bool flap = argc > 7;
    if (fascia_addr_new(argv[1], 10000, &addr) != 0)
        die("client", ENOMEM);
    check(addr, fascia_addr_wait(addr, ifindex, &own));
    for (unsigned int i = 0; i < rounds; i++) {
        if (flap)
            set_up(ifindex, false);
        const struct timespec pause = {.tv_nsec = flap ? 20 * MS : 0}; /* what belongs to the round before ends */
        (void)nanosleep(&pause, NULL);
        int64_t begin = now_ns();
        if (flap)
            set_up(ifindex, true);
        check(addr, fascia_addr_peer_add(addr, ifindex, argv[3], argv[4], (uint16_t)port, &peer));
        first_byte(&peer, flap, LIMIT_NS);
        (void)printf("%lld\n", (long long)(now_ns() - begin));
        check(addr, fascia_addr_peer_remove(addr, ifindex, argv[3], argv[4]));
    }
    fascia_addr_free(addr);
    return 0;
}

int run_kernel(int argc, char **argv)
{
    if (argc < 5)
        die("arguments", EINVAL);
    unsigned int ifindex = index_of(argv[1]), rounds = number(argv[4], 1, 100000);
    struct sockaddr_in6 peer = {
        .sin6_family = AF_INET6, .sin6_scope_id = ifindex, .sin6_port = htons((uint16_t)number(argv[3], 1, 65535))};
    if (inet_pton(AF_INET6, argv[2], &peer.sin6_addr) != 1)
        die(argv[2], EINVAL);
    bool flap = argc > 5;
    for (unsigned int i = 0; i < rounds; i++) {
        if (flap)
            set_up(ifindex, false);
        else
            forget(ifindex, &peer.sin6_addr);
        const struct timespec pause = {.tv_nsec = 20 * MS};
        (void)nanosleep(&pause, NULL);
        int64_t begin = now_ns();
        if (flap)
            set_up(ifindex, true);
        first_byte(&peer, true, LIMIT_NS);
        (void)printf("%lld\n", (long long)(now_ns() - begin));
    }
    return 0;
}

int run_serve(int argc, char **argv)
{
    struct sockaddr_in6 any = {.sin6_family = AF_INET6};
    int on = 1;
    char octet = 0;

    if (argc < 2)
        die("arguments", EINVAL);
    any.sin6_port = htons((uint16_t)number(argv[1], 1, 65535));
    int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
        bind(fd, (const struct sockaddr *)&any, sizeof any) != 0 || listen(fd, 256) != 0)
        die("serve", errno);
    (void)puts("ready");
    (void)fflush(stdout);
    for (;;) {
        int one = accept4(fd, NULL, NULL, SOCK_CLOEXEC);
        if (one < 0)
            continue;
        struct timeval patience = {.tv_sec = 1};
        (void)setsockopt(one, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        while (recv(one, &octet, 1, 0) > 0)
            ;
        (void)close(one);
    }
}
