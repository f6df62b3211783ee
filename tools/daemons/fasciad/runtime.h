/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_TOOLS_FASCIAD_RUNTIME_H
#define FASCIA_TOOLS_FASCIAD_RUNTIME_H

#include <stdbool.h>
#include <sys/types.h>

#include "platform/process/account.h"

/* runtime_dir and what is below it: one supervisor per folder, one private folder per account. */

enum runtime_result {
    RUNTIME_E_TAKEN = 1, /* another fasciad runs on this folder */
    RUNTIME_E_FOREIGN,   /* the folder is a link, no folder, or belongs to somebody else */
};

/**
 * Makes `path` (0755) unless it is there and ours, and locks it. Returns 0 and a descriptor that holds the lock until
 * it is closed or we end; RUNTIME_E_TAKEN with the other's pid in `ret_other` (0 = unknown); RUNTIME_E_FOREIGN; or a
 * negative errno.
 */
int runtime_open(const char *path, int *ret_lock, pid_t *ret_other);

/** True for the first call with this folder since the kernel's start: later ones find the boot's id there. */
bool runtime_is_first_of_boot(const char *path);

/** Makes a folder 0700 that belongs to `account` (NULL: to us); owner and mode of an existing one are corrected. */
int runtime_make_private(const char *path, const struct account *account);

/**
 * Makes a folder 0700 for `account` when there is none, with those above it (0755, ours). What is there is left as it
 * is. Returns 0 or a negative errno.
 */
int runtime_make_state(const char *path, const struct account *account);

#endif
