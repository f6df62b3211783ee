/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_TOOLS_FASCIACTL_AWARE_KEYS_H
#define FASCIA_TOOLS_FASCIACTL_AWARE_KEYS_H

#include "stack/aware/nan_key_file.h"

/** Reads a file of keys, which must be readable for its owner alone. Returns 0; or -1, having said why on standard
 * error. The caller wipes `ret_keys`. */
int aware_keys_read(const char *path, struct nan_key_file *ret_keys);

#endif
