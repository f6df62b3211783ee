/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/address/proof.h"

#include <inttypes.h>
#include <stddef.h>

enum icmp_type {
    ICMP_ROUTER_SOLICITATION = 133,
    ICMP_ROUTER_ADVERTISEMENT = 134,
    ICMP_NEIGHBOUR_ADVERTISEMENT = 136,
};

void address_proof_start(struct address_proof *proof, int64_t now_us)
{
    *proof = (struct address_proof){.since_us = now_us};
}

static bool is_allowed(enum address_nd nd, const struct nd_packet *packet)
{
    switch (nd) {
    case ADDRESS_ND_NONE:
        return false;
    case ADDRESS_ND_ANSWER:
        return packet->class == ND_CLASS_MLD || packet->icmp_type == ICMP_NEIGHBOUR_ADVERTISEMENT;
    case ADDRESS_ND_KERNEL:
    case ADDRESS_NDS_:
        break;
    }
    return true;
}

bool address_proof_add(struct address_proof *proof, enum address_nd nd, bool sent, const struct nd_packet *packet,
                       int64_t now_us)
{
    bool mld = packet->class == ND_CLASS_MLD;

    if (!sent) {
        proof->mld_received += mld;
        proof->nd_received += !mld;
        proof->ra_received += packet->icmp_type == ICMP_ROUTER_ADVERTISEMENT;
        return false;
    }
    proof->mld += mld;
    proof->nd += !mld;
    proof->rs += packet->icmp_type == ICMP_ROUTER_SOLICITATION;
    proof->na += packet->icmp_type == ICMP_NEIGHBOUR_ADVERTISEMENT;
    if (is_allowed(nd, packet))
        return false;
    proof->offences++;
    if (proof->offended)
        return false;
    proof->offended = true;
    proof->first = *packet;
    proof->first_us = now_us;
    return true;
}

const char *address_icmp_name(uint8_t type)
{
    static const char *const names[] = {
        [130] = "multicast listener query",
        [131] = "multicast listener report",
        [132] = "multicast listener done",
        [ICMP_ROUTER_SOLICITATION] = "router solicitation",
        [ICMP_ROUTER_ADVERTISEMENT] = "router advertisement",
        [135] = "neighbour solicitation",
        [ICMP_NEIGHBOUR_ADVERTISEMENT] = "neighbour advertisement",
        [137] = "redirect",
        [143] = "multicast listener report (2)",
    };
    const char *name = type < sizeof names / sizeof names[0] ? names[type] : NULL;

    return name ? name : "ICMPv6";
}

const char *address_ipv6_format(const uint8_t octets[static 16], char to[static ADDRESS_IPV6_TEXT_SIZE])
{
    unsigned int groups[8];
    size_t run = 8,
           run_length = 1; /* RFC 5952 section 4.2: the longest run of two or more zero groups, the first one */
    struct fascia_text text;

    for (size_t i = 0; i < 8; i++)
        groups[i] = (unsigned int)octets[2 * i] << 8 | octets[2 * i + 1];
    for (size_t i = 0; i < 8; i++) {
        size_t n = 0;
        while (i + n < 8 && groups[i + n] == 0)
            n++;
        if (n > run_length) {
            run = i;
            run_length = n;
        }
    }
    fascia_text_init(&text, to, ADDRESS_IPV6_TEXT_SIZE);
    for (size_t i = 0; i < 8; i++) {
        if (i == run) {
            fascia_text_add(&text, "::");
            i += run_length - 1;
        } else {
            fascia_text_add(&text, "%s%x", i == 0 || i == run + run_length ? "" : ":", groups[i]);
        }
    }
    return to;
}

void address_proof_format(const struct address_proof *proof, struct fascia_text *to)
{
    const struct nd_packet *packet = &proof->first;
    char from[ADDRESS_IPV6_TEXT_SIZE], target[ADDRESS_IPV6_TEXT_SIZE];

    if (!proof->offended)
        return;
    int64_t ms = (proof->first_us - proof->since_us) / 1000;
    fascia_text_add(to, "%s (ICMPv6 %u) from %s to %s, %" PRId64 ".%03" PRId64 " s after preparation",
                    address_icmp_name(packet->icmp_type), packet->icmp_type, address_ipv6_format(packet->source, from),
                    address_ipv6_format(packet->destination, target), ms / 1000, ms % 1000);
}
