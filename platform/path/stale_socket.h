/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_PLATFORM_PATH_STALE_SOCKET_H
#define FASCIA_PLATFORM_PATH_STALE_SOCKET_H

#include <stdbool.h>

/** True when a socket is at `path` that nobody has open any more: a killed process left it. A symbolic link is none. */
bool path_is_stale_socket(const char *path);

#endif
