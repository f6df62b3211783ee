/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_PLATFORM_PATH_PATH_MONITOR_H
#define FASCIA_PLATFORM_PATH_PATH_MONITOR_H

#include <stdint.h>
#include <systemd/sd-event.h>

#include "stack/base/cleanup.h"

/*
 * Waits for what appears at a path: a daemon's socket. By inotify on its folder, or, as long as that does not exist, on
 * the nearest parent that does, moving down as folders appear and up as they go. Costs nothing while nothing happens
 * there. Not noticed: a parent further up that is renamed, or a symbolic link among the parents that is pointed
 * elsewhere.
 */

struct path_monitor;

/** Something may have changed at the path: it was made, moved there or got other permissions, or its folder did. Look.
 * May free the monitor. Not called for what is removed. */
typedef void (*path_monitor_fn)(void *userdata);

/**
 * Begins; calls `fn` from the loop, as often as there is something. What is there already is not told: look after this
 * call. Returns 0, -EINVAL for a path that is not absolute, or -ENOMEM. Where inotify is refused (permissions, limits)
 * `fn` is called every PATH_MONITOR_BLIND_US instead.
 */
int path_monitor_new(sd_event *loop, const char *path, path_monitor_fn fn, void *userdata,
                     struct path_monitor **ret_monitor);

#define PATH_MONITOR_BLIND_US 30000000

/** NULL-safe; may be called from `fn`. */
void path_monitor_free(struct path_monitor *monitor);

FASCIA_DEFINE_CLEANUP(struct path_monitor, path_monitor_free)

#define PATH_RETRIES 10

/**
 * A server binds its socket, which inotify tells, and listens a moment later, which nothing tells. So who is refused
 * tries again a few times: this counts `tries` up and returns the delay before the next one in microseconds (10 ms,
 * doubling to 1 s), or -1 when there were PATH_RETRIES.
 */
static inline int64_t path_retry_us(unsigned int *tries)
{
    if (*tries >= PATH_RETRIES)
        return -1;
    int64_t delay = INT64_C(10000) << (*tries)++;
    return delay < 1000000 ? delay : 1000000;
}

#endif
