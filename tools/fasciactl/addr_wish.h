/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_TOOLS_FASCIACTL_ADDR_WISH_H
#define FASCIA_TOOLS_FASCIACTL_ADDR_WISH_H

#include "stack/address/table.h"

struct json_object;

/* What `fasciactl addr plan` plans for: into a table, from the words of a command line or from the running service. */

#define ADDR_WISH_PEERS_MAX 256 /* on a command line */

struct addr_words {
    const char *interface;
    const char *nd, *own_iid; /* NULL: the default */
    const char *peers[ADDR_WISH_PEERS_MAX];
    size_t peers_count;
};

/** Called with each interface that is wanted, before its peers: reads the kernel's side of it. 0 or a status. */
typedef int (*addr_wish_fn)(struct address_table *table, unsigned int ifindex, void *userdata);

/** Fills an initialised table. Returns STATUS_OK, or another status: said why on standard error. */
int addr_wish_from_words(const struct addr_words *words, struct address_table *table, addr_wish_fn fn, void *userdata);
int addr_wish_from_service(struct json_object *properties, struct address_table *table, addr_wish_fn fn,
                           void *userdata);

#endif
