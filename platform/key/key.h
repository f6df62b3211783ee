/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_PLATFORM_KEY_KEY_H
#define FASCIA_PLATFORM_KEY_KEY_H

#include <stdint.h>

#include "stack/base/secret.h"

/* A secret of this unit that is made once and kept, and what is computed with it. */

/**
 * Reads `size` octets of a file that only its owner can read (mode 0600, a regular file); when it is not there, makes
 * it from the kernel's generator, whole or not at all. Of two processes that make it at once both get the same. Returns
 * 0, -EACCES: others can read it; -EBADMSG: it has another size; or another negative errno.
 */
int key_load(const char *path, size_t size, struct fascia_secret *ret_key);

/** HMAC-SHA-256 (RFC 2104, FIPS 198-1). Returns 0 or -EIO. */
int key_hmac_sha256(const struct fascia_secret *key, const void *data, size_t size, uint8_t ret_octets[static 32]);

#endif
