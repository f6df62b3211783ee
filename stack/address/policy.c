/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/address/policy.h"

#include <errno.h>
#include <string.h>

#include "stack/base/bytes.h"
#include "stack/base/cleanup.h"

#define STABLE_TRIES 8

static const char *const nd_names[ADDRESS_NDS_] = {
    [ADDRESS_ND_NONE] = "none",
    [ADDRESS_ND_ANSWER] = "answer",
    [ADDRESS_ND_KERNEL] = "kernel",
};

const char *address_nd_name(enum address_nd nd)
{
    return (unsigned int)nd < ADDRESS_NDS_ ? nd_names[nd] : "?";
}

int address_nd_parse(const char *text, enum address_nd *ret_nd)
{
    for (unsigned int i = 0; i < ADDRESS_NDS_; i++) {
        if (strcmp(text, nd_names[i]) == 0) {
            *ret_nd = (enum address_nd)i;
            return 0;
        }
    }
    return -EINVAL;
}

const char *address_iid_policy_name(enum address_iid_policy policy)
{
    static const char *const names[ADDRESS_IID_POLICIES_] = {
        [ADDRESS_IID_EUI64] = "eui64",
        [ADDRESS_IID_STABLE] = "stable",
        [ADDRESS_IID_FIXED] = "fixed",
    };
    return (unsigned int)policy < ADDRESS_IID_POLICIES_ ? names[policy] : "?";
}

int address_iid_policy_parse(const char *text, enum address_iid_policy *ret_policy, struct address_iid *ret_iid)
{
    struct address_iid iid = {{0}};

    if (strcmp(text, "eui64") == 0 || strcmp(text, "stable") == 0) {
        *ret_policy = text[0] == 'e' ? ADDRESS_IID_EUI64 : ADDRESS_IID_STABLE;
        *ret_iid = iid;
        return 0;
    }
    int r = address_iid_parse(text, &iid);
    if (r == 0)
        r = address_iid_check(&iid);
    if (r != 0)
        return r;
    *ret_policy = ADDRESS_IID_FIXED;
    *ret_iid = iid;
    return 0;
}

int address_iid_stable(const char *interface, address_prf_fn prf, void *userdata, const struct address_iid *refused,
                       struct address_iid *ret_iid)
{
    static const uint8_t prefix[8] = {0xfe, 0x80};
    uint8_t input[64], output[ADDRESS_PRF_SIZE];
    size_t length = strlen(interface);

    if (length >= ADDRESS_INTERFACE_NAME_SIZE)
        return -EINVAL;
    for (uint8_t counter = 0; counter < STABLE_TRIES; counter++) {
        struct fascia_writer w;
        struct address_iid iid;

        /* Lengths in front, so that no two inputs are the same octets. */
        fascia_writer_init(&w, input, sizeof input);
        fascia_write_bytes(&w, prefix, sizeof prefix);
        fascia_write_u8(&w, (uint8_t)length);
        fascia_write_bytes(&w, interface, length);
        fascia_write_u8(&w, 0); /* Network_ID */
        fascia_write_u8(&w, counter);
        int r = prf(input, w.used, output, userdata);
        if (r != 0)
            return r;
        memcpy(iid.octets, output, sizeof iid.octets);
        if (address_iid_check(&iid) == 0 && !(refused && address_iid_equal(&iid, refused))) {
            *ret_iid = iid;
            return 0;
        }
    }
    return ADDRESS_E_IID_RESERVED;
}
