/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_BASE_SECRET_H
#define FASCIA_STACK_BASE_SECRET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A passphrase or key. It has no formatter on purpose: whoever needs the octets borrows them for the one call
 * that hands them to a file descriptor or a cipher. Never copy them into an event, a log, argv or an
 * environment.
 */

#define FASCIA_SECRET_MAX 128 /* octets */

struct fascia_secret {
    uint8_t octets_[FASCIA_SECRET_MAX]; /* use fascia_secret_borrow() */
    size_t size_;
};

/** Replaces the content. Returns 0 or -EMSGSIZE (content then empty). */
int fascia_secret_set(struct fascia_secret *s, const void *data, size_t size);

/**
 * Fills it with `length` characters of a 64-character alphabet (6 bits each), from random octets that the
 * caller took from the kernel's generator. Returns 0 or -EINVAL when fewer than `length` octets were given.
 */
int fascia_secret_set_random_text(struct fascia_secret *s, size_t length, const uint8_t *random, size_t size);

/** The octets, valid until the next change or wipe; `ret_size` may be NULL. Not NUL-terminated by contract.
 */
const uint8_t *fascia_secret_borrow(const struct fascia_secret *s, size_t *ret_size);

bool fascia_secret_is_empty(const struct fascia_secret *s);

/** Compares in time that depends on the sizes only. */
bool fascia_secret_equal(const struct fascia_secret *a, const struct fascia_secret *b);

/** Overwrites it so that the compiler may not remove the store. NULL-safe, idempotent. */
void fascia_secret_wipe(struct fascia_secret *s);

static inline void fascia_cleanup_secret(struct fascia_secret *s)
{
    fascia_secret_wipe(s);
}

#endif
