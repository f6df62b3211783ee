/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_ADDRESS_POLICY_H
#define FASCIA_STACK_ADDRESS_POLICY_H

#include "stack/address/address_config.h"
#include "stack/address/iid.h"

/* How a link is to be managed, and where its own identifier comes from. */

enum address_iid_policy {
    ADDRESS_IID_EUI64,  /* modified EUI-64 of the interface's MAC address; follows it */
    ADDRESS_IID_STABLE, /* RFC 7217: private, the same after each start; stays through a new MAC address */
    ADDRESS_IID_FIXED,  /* given */
    ADDRESS_IID_POLICIES_
};

struct address_wish {
    enum address_nd nd;
    enum address_iid_policy policy;
    struct address_iid iid; /* of ADDRESS_IID_FIXED and, once made, of ADDRESS_IID_STABLE */
};

/** "none", "answer", "kernel". */
const char *address_nd_name(enum address_nd nd);

/** The inverse. Returns 0 or -EINVAL. */
int address_nd_parse(const char *text, enum address_nd *ret_nd);

/** "eui64", "stable", "fixed". */
const char *address_iid_policy_name(enum address_iid_policy policy);

/** "eui64", "stable", or 16 hexadecimal digits. Returns 0, -EINVAL, or the address_result that refuses the digits. */
int address_iid_policy_parse(const char *text, enum address_iid_policy *ret_policy, struct address_iid *ret_iid);

#define ADDRESS_PRF_SIZE        32 /* octets of HMAC-SHA-256 */
#define ADDRESS_STABLE_KEY_SIZE 32 /* RFC 7217 section 5: at least 128 bits */

/** A pseudo-random function, from outside this room. Returns 0 or a negative errno. */
typedef int (*address_prf_fn)(const void *data, size_t size, uint8_t ret_octets[static ADDRESS_PRF_SIZE],
                              void *userdata);

/**
 * RFC 7217 section 5: RID = F(Prefix, Net_Iface, Network_ID, DAD_Counter, secret_key), its first 8 octets as
 * identifier. Net_Iface is the interface's name; Network_ID is left out (no network has one here); the prefix is
 * fe80::/64. `prf` is keyed with the secret. What RFC 5453 reserves, and what `refused` (may be NULL) names, is passed
 * over with the next DAD_Counter. Returns 0, ADDRESS_E_IID_RESERVED when eight in a row were, or what `prf` returned.
 */
int address_iid_stable(const char *interface, address_prf_fn prf, void *userdata, const struct address_iid *refused,
                       struct address_iid *ret_iid);

#endif
