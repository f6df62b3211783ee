/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_ADDRESS_ADDRESS_CONFIG_H
#define FASCIA_STACK_ADDRESS_ADDRESS_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

/* The `address:` section of fascia.yaml, validated. */

enum address_nd {
    ADDRESS_ND_NONE,   /* IFF_NOARP: no ND, DAD, RS or MLD packet ever leaves */
    ADDRESS_ND_ANSWER, /* solicitations of peers are answered, we never solicit (MLD reports leave) */
    ADDRESS_ND_KERNEL, /* hands off: packets are counted, nothing is changed */
    ADDRESS_NDS_
};

struct address_config {
    bool enabled;
    enum address_nd nd;
    char own_iid[17];   /* "eui64", "stable", or 16 hex digits */
    char key_file[256]; /* of "stable" */
    int64_t max_peers;
};

#endif
