/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_PLATFORM_PROCESS_PATH_WATCH_H
#define FASCIA_PLATFORM_PROCESS_PATH_WATCH_H

#include <stdbool.h>
#include <systemd/sd-event.h>

#include "stack/base/cleanup.h"

/* Waits for a socket to appear in an existing folder: the readiness of a daemon that does not speak the notify
 * protocol. */

struct path_watch;

typedef void (*path_watch_fn)(void *userdata);

/**
 * Calls `fn` once from the loop when a socket is at `path`. Look with path_is_socket() after the start of whoever
 * makes it. Returns 0 or a negative errno (-ENOENT: the folder is not there).
 */
int path_watch_new(sd_event *loop, const char *path, path_watch_fn fn, void *userdata, struct path_watch **ret_watch);

/** NULL-safe; may be called from `fn`. */
void path_watch_free(struct path_watch *watch);

/** True when a socket is at `path` (a symbolic link is none). */
bool path_is_socket(const char *path);

/** True when a socket is at `path` that nobody has open any more: a killed process left it. */
bool path_is_stale_socket(const char *path);

FASCIA_DEFINE_CLEANUP(struct path_watch, path_watch_free)

#endif
