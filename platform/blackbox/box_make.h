/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_PLATFORM_BLACKBOX_BOX_MAKE_H
#define FASCIA_PLATFORM_BLACKBOX_BOX_MAKE_H

#include <sys/stat.h>

#include "stack/blackbox/layout.h"

#define BOX_MAKE_MODE 0640

/**
 * Makes a new black box at `path` with what fits of the old one, which `*fd` has open and `status` describes. It is
 * written beside it, down to the disk, and renamed over it, so that a power cut leaves one or the other. What is there
 * and is neither empty nor a black box goes to PATH.old. On success `*fd` is the new one, locked, and the old one is
 * closed. Returns 0, or a negative errno with what failed in `ret_what` (static text); `*fd` is then as it was.
 */
int box_make(const char *path, const struct box_layout *layout, int *fd, const struct stat *status,
             const char **ret_what);

#endif
