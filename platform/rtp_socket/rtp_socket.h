/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_PLATFORM_RTP_SOCKET_RTP_SOCKET_H
#define FASCIA_PLATFORM_RTP_SOCKET_RTP_SOCKET_H

#include <net/if.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>

#include "stack/base/cleanup.h"

/*
 * A UDP socket on one link: bound to the link-local address of one interface, by its scope, and deaf to everybody who
 * is not a link-local neighbour there. It needs no privilege, and nothing of it is ever reachable through a router.
 */

#define RTP_SOCKET_BATCH 32 /* datagrams that are taken at once */
#define RTP_SOCKET_SIZE_MAX                                                                                            \
    9001                        /* octets of one that are taken: one more than are of use, so that too long ones show */
#define RTP_SOCKET_TEXT_SIZE 64 /* "fe80::1%wlan0" and NUL */

struct rtp_socket;

struct rtp_place {
    unsigned int ifindex;
    char interface[IF_NAMESIZE];
    struct in6_addr address; /* fe80::/64 */
};

/**
 * The link-local address of an interface that is up; the first one of several. Returns 0, -ENODEV: there is no such
 * interface, -ENETDOWN, -EADDRNOTAVAIL: it has no such address, or another negative errno.
 */
int rtp_place_find(const char *interface, struct rtp_place *ret_place);

/** "fe80::1%wlan0" of an address in that place. Returns `to`. */
const char *rtp_place_format(const struct rtp_place *place, const struct in6_addr *address,
                             char to[static RTP_SOCKET_TEXT_SIZE]);

/** Returns 0 or a negative errno: -EADDRINUSE, -EACCES (a port below 1024), -EADDRNOTAVAIL (not yet), … */
int rtp_socket_open(const struct rtp_place *place, uint16_t port, struct rtp_socket **ret_socket);

/** To poll for reading; it stays the socket's. */
int rtp_socket_fd(const struct rtp_socket *socket);

/** A datagram of a neighbour; both are borrowed for the call. */
typedef void (*rtp_socket_fn)(const void *bytes, size_t size, const struct in6_addr *sender, void *userdata);

/** Hands on at most RTP_SOCKET_BATCH datagrams without blocking. Returns how many were read, or a negative errno. */
int rtp_socket_read(struct rtp_socket *socket, rtp_socket_fn fn, void *userdata);

/** For who sends: a socket to a neighbour. -ENETUNREACH, …; send(2) on the descriptor, which is the caller's. */
int rtp_socket_connect(const struct rtp_place *from, const struct in6_addr *to, uint16_t port, int *ret_fd);

void rtp_socket_close(struct rtp_socket *socket); /* NULL-safe */

FASCIA_DEFINE_CLEANUP(struct rtp_socket, rtp_socket_close)

#endif
