/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_ADDRESS_WISHES_H
#define FASCIA_STACK_ADDRESS_WISHES_H

#include <stddef.h>

#include "stack/address/policy.h"

/*
 * How interfaces that are gone were managed, by name: one that comes back under another index is managed again at
 * once, before it can send anything, and not only when somebody asks. Its peers are not remembered: they belonged to
 * data paths that are gone.
 */

#define ADDRESS_WISHES_MAX 32

struct address_wishes {
    struct {
        char name[ADDRESS_INTERFACE_NAME_SIZE]; /* "": free */
        struct address_wish wish;
    } rows[ADDRESS_WISHES_MAX];
    size_t next; /* the row that gives way when all are taken */
};

/** Remembers, or replaces what was remembered. The oldest gives way to the 33rd. */
void address_wishes_keep(struct address_wishes *wishes, const char *name, const struct address_wish *wish);

/** Takes out; false when nothing is remembered under that name. */
bool address_wishes_take(struct address_wishes *wishes, const char *name, struct address_wish *ret_wish);

#endif
