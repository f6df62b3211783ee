/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_PLATFORM_PACKET_FILTER_H
#define FASCIA_PLATFORM_PACKET_FILTER_H

/* Private to this folder: classic BPF programs, see linux/filter.h. Both return 0 or a negative errno. */

/** Passes outgoing IPv6 packets that are ND or MLD, or that have an extension header in front; 256 octets of each. */
int packet_filter_suspects(int fd);

/** Passes every outgoing IPv6 packet; one octet of each, for the count only. */
int packet_filter_ipv6(int fd);

#endif
