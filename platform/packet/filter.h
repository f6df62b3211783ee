/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_PLATFORM_PACKET_FILTER_H
#define FASCIA_PLATFORM_PACKET_FILTER_H

#include <stddef.h>

/* Private to this folder: classic BPF programs, see linux/filter.h. All return 0 or a negative errno. */

#define PACKET_FILTER_INTERFACES_MAX 32

/** Passes outgoing IPv6 packets that are ND or MLD, or that have an extension header in front; 256 octets of each. */
int packet_filter_suspects(int fd);

/** Passes every outgoing IPv6 packet; one octet of each, for the count only. */
int packet_filter_ipv6(int fd);

/** Passes IPv6 packets that came in over one of the interfaces and are, or might be, ND or MLD; 256 octets of each. */
int packet_filter_received(int fd, const unsigned int *ifindexes, size_t count);

#endif
