/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tinystack: the smallest complete accessory side. It asks fascia-addr for a peer on a Wi-Fi Aware data interface and
 * exchanges bytes with it over link-local IPv6, without a single packet of Neighbor Discovery.
 *
 *     tinystack INTERFACE PEER-MAC PEER-IID PORT        ("-" as PEER-IID: the one that follows from the MAC address)
 *
 * What a program of your own needs is in exchange(); all four arguments come from the set-up of the data path. Build:
 *
 *     cc tinystack.c $(pkg-config --cflags --libs --static fascia-addr-client)
 */
#include <fascia_addr_client.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define GREETING "hello from the accessory\n"

/* Sends a greeting to a peer and prints what it answers. 0, or -1 with errno. */
static int greet(const struct sockaddr_in6 *peer)
{
    char answer[256];
    ssize_t length = -1;

    int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    /* The address carries its scope (sin6_scope_id). Without one, connect() to fe80::… is EINVAL. */
    if (connect(fd, (const struct sockaddr *)peer, sizeof *peer) == 0 &&
        send(fd, GREETING, strlen(GREETING), MSG_NOSIGNAL) == (ssize_t)strlen(GREETING))
        length = recv(fd, answer, sizeof answer, 0);
    if (length > 0)
        (void)fwrite(answer, 1, (size_t)length, stdout);
    (void)close(fd);
    return length > 0 ? 0 : -1;
}

/* Steps 1 to 5. Returns 0 or what went wrong; the client has a sentence for it. */
static int exchange(struct fascia_addr *addr, unsigned int ifindex, const char *mac, const char *iid, uint16_t port)
{
    struct sockaddr_in6 own, peer;

    /* 1. While the interface is down: no automatic address, no ND. Whoever owns it brings it up afterwards. */
    int r = fascia_addr_prepare(addr, ifindex, NULL, NULL);
    /* 2. It is up and has its address. */
    if (r == 0)
        r = fascia_addr_wait(addr, ifindex, &own);
    /* 3. The data path is connected: the peer is reachable when this returns, because nothing has to be resolved. */
    if (r == 0)
        r = fascia_addr_peer_add(addr, ifindex, mac, iid, port, &peer);
    if (r != 0)
        return r;
    /* 4. Bytes. */
    if (greet(&peer) != 0)
        perror("tinystack: the peer");
    /* 5. The data path has ended. */
    return fascia_addr_peer_remove(addr, ifindex, mac, iid);
}

int main(int argc, char **argv)
{
    const char *bus = getenv("FASCIA_BUS");
    struct fascia_addr *addr = NULL;

    if (argc != 5) {
        (void)fprintf(stderr, "Usage: tinystack INTERFACE PEER-MAC PEER-IID PORT\n");
        return 64;
    }
    /* An index, not a name, from here on: names move. 0 is none, and fascia-addr says so. */
    unsigned int ifindex = if_nametoindex(argv[1]);
    const char *iid = strcmp(argv[3], "-") == 0 ? NULL : argv[3];
    uint16_t port = (uint16_t)strtoul(argv[4], NULL, 10);

    int r = fascia_addr_new(bus ? bus : "system", 5000, &addr);
    if (r == 0)
        r = exchange(addr, ifindex, argv[2], iid, port);
    if (r != 0)
        (void)fprintf(stderr, "tinystack: %s: %s\n", fascia_addr_result_name(r), addr ? fascia_addr_message(addr) : "");
    fascia_addr_free(addr);
    return r == 0 ? 0 : 1;
}
