/* SPDX-License-Identifier: Apache-2.0 */
/* Any text as an identifier, a policy or a MAC address: what is accepted survives formatting and the address it makes.
 */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "stack/address/policy.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct address_iid *iid)
{
    char text[ADDRESS_IID_TEXT_SIZE], address[ADDRESS_LINK_LOCAL_TEXT_SIZE], reference[INET6_ADDRSTRLEN];
    uint8_t octets[16], parsed[16];
    struct address_iid again;

    if (address_iid_parse(address_iid_format(iid, text), &again) != 0 || !address_iid_equal(iid, &again))
        abort();
    address_link_local(iid, octets);
    if (!address_link_local_iid(octets, &again) || !address_iid_equal(iid, &again))
        abort();
    /* The C library is the reference for the text form. */
    (void)address_link_local_format(iid, NULL, address);
    if (inet_pton(AF_INET6, address, parsed) != 1 || memcmp(parsed, octets, sizeof octets) != 0)
        abort();
    if (!inet_ntop(AF_INET6, octets, reference, sizeof reference) || strcmp(reference, address) != 0)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char text[64];
    struct address_iid iid;
    struct fascia_mac mac;

    if (size == sizeof iid.octets) {
        memcpy(iid.octets, data, sizeof iid.octets);
        check(&iid);
    }
    if (size >= sizeof text)
        return 0;
    if (size != 0)
        memcpy(text, data, size);
    text[size] = '\0';
    if (address_iid_parse(text, &iid) == 0)
        check(&iid);
    enum address_iid_policy policy;
    if (address_iid_policy_parse(text, &policy, &iid) == 0 && policy == ADDRESS_IID_FIXED &&
        address_iid_check(&iid) != 0)
        abort();
    if (fascia_mac_parse(text, &mac) == 0) {
        iid = address_iid_from_mac(&mac);
        check(&iid);
    }
    return 0;
}
