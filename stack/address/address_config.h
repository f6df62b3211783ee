/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_ADDRESS_ADDRESS_CONFIG_H
#define FASCIA_STACK_ADDRESS_ADDRESS_CONFIG_H

#include <stdbool.h>

/* The `address:` section of fascia.yaml, validated. */

enum address_nd {
    ADDRESS_ND_NONE,   /* IFF_NOARP: no ND, DAD, RS or MLD packet ever leaves */
    ADDRESS_ND_ANSWER, /* solicitations of peers are answered, we never solicit (MLD reports leave) */
    ADDRESS_NDS_
};

struct address_config {
    bool enabled;
    enum address_nd nd;
    char own_iid[17]; /* "eui64", or 16 hex digits */
};

#endif
