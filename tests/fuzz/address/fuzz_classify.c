/* SPDX-License-Identifier: Apache-2.0 */
/* Any octets as a captured frame: the class fits its type, only IPv6 has addresses, and an offender can be told. */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "stack/address/proof.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The C library is the reference for the text form, its dotted forms apart. */
static void check_text(const uint8_t octets[static 16])
{
    char text[ADDRESS_IPV6_TEXT_SIZE], reference[INET6_ADDRSTRLEN];

    (void)address_ipv6_format(octets, text);
    if (!inet_ntop(AF_INET6, octets, reference, sizeof reference))
        abort();
    if (!strchr(reference, '.') && strcmp(reference, text) != 0)
        abort();
}

static void check_offender(const struct nd_packet *packet)
{
    struct address_proof proof;
    struct fascia_text text;
    char to[256];

    address_proof_start(&proof, 0);
    if (!address_proof_add(&proof, ADDRESS_ND_NONE, true, packet, 1) || proof.nd + proof.mld != 1)
        abort();
    fascia_text_init(&text, to, sizeof to);
    address_proof_format(&proof, &text);
    if (!fascia_text_ok(&text) || to[0] == '\0')
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct nd_packet packet;
    enum nd_class class = nd_classify(data, size, &packet);

    if (class != packet.class || class >= ND_CLASSES_)
        abort();
    if (class == ND_CLASS_ND && (packet.icmp_type < 133 || packet.icmp_type > 137))
        abort();
    if (class == ND_CLASS_MLD && packet.icmp_type != 143 && (packet.icmp_type < 130 || packet.icmp_type > 132))
        abort();
    if ((class == ND_CLASS_NONE || class == ND_CLASS_OTHER) && packet.icmp_type != 0)
        abort();
    if (class != ND_CLASS_NONE && size < 54)
        abort();
    if (class == ND_CLASS_ND || class == ND_CLASS_MLD)
        check_offender(&packet);
    check_text(packet.source);
    check_text(packet.destination);
    return 0;
}
