/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_PLATFORM_FILE_FILE_H
#define FASCIA_PLATFORM_FILE_FILE_H

#include <stddef.h>

/**
 * Reads at most `size` octets of a file into `data` (borrowed). Ask for one octet more than is allowed to see "too
 * large" without trusting st_size. Returns 0 or a negative errno; `ret_size` is the number of octets read.
 */
int file_read(const char *path, char *data, size_t size, size_t *ret_size);

/**
 * Reads a whole file that holds a secret: fewer than `size` octets, else -EFBIG. What a failed read left in `data` is
 * wiped here; what a successful one left, the caller wipes. Returns 0 or a negative errno.
 */
int file_read_secret(const char *path, char *data, size_t size, size_t *ret_size);

#endif
