/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_ADDRESS_PROOF_H
#define FASCIA_STACK_ADDRESS_PROOF_H

#include "stack/address/nd_classify.h"
#include "stack/address/policy.h"

/*
 * The proof of one interface: what was sent and received of ND and MLD since it was prepared, and the first packet that
 * its mode does not allow. Times are monotonic microseconds.
 *
 *   none     nothing of it may be sent
 *   answer   advertisements (136) that answer, and MLD reports, may; solicitations, RS, RA and redirects may not
 *   kernel   everything may: it is only counted
 */

struct address_proof {
    int64_t since_us;
    uint64_t nd, mld; /* sent: ICMPv6 133-137; 130-132 and 143 */
    uint64_t rs, na;  /* of nd: 133; 136 */
    uint64_t offences;
    uint64_t nd_received, mld_received, ra_received;
    bool offended;
    struct nd_packet first; /* when offended */
    int64_t first_us;
};

/** Starts anew. */
void address_proof_start(struct address_proof *proof, int64_t now_us);

/** Counts a packet of class ND or MLD. True when it is the first one that the mode does not allow. */
bool address_proof_add(struct address_proof *proof, enum address_nd nd, bool sent, const struct nd_packet *packet,
                       int64_t now_us);

/** "neighbour solicitation (ICMPv6 135) from fe80::1 to ff02::1:ff00:2, 1.500 s after preparation"; appends nothing
 * when there is none. */
void address_proof_format(const struct address_proof *proof, struct fascia_text *to);

/** "neighbour solicitation"; "ICMPv6" for a type that is neither ND nor MLD. */
const char *address_icmp_name(uint8_t type);

#define ADDRESS_IPV6_TEXT_SIZE 40

/** Any IPv6 address as in RFC 5952 (without the dotted forms). */
const char *address_ipv6_format(const uint8_t octets[static 16], char to[static ADDRESS_IPV6_TEXT_SIZE]);

#endif
