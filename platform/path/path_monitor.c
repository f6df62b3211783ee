/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/path/path_monitor.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>

#include "platform/loop/loop.h"

#define SELF_GONE (IN_DELETE_SELF | IN_MOVE_SELF | IN_IGNORED | IN_UNMOUNT | IN_Q_OVERFLOW)
#define WATCHED   (IN_CREATE | IN_MOVED_TO | IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR)

/* Folders may come and go while we go down to the deepest one: so often we look again before we wait. */
#define ARM_ROUNDS 16

struct path_monitor {
    sd_event *loop;
    path_monitor_fn fn;
    void *userdata;
    char *path;
    size_t folder; /* path[0..folder) is the folder in question ("" = the root) */
    size_t depth;  /* path[0..depth) is the one that is watched */
    sd_event_source *source, *blind;
};

static bool is_folder(struct path_monitor *monitor, size_t length)
{
    struct stat st;
    bool found;

    if (length == 0)
        return true;
    monitor->path[length] = '\0';
    found = stat(monitor->path, &st) == 0 && S_ISDIR(st.st_mode);
    monitor->path[length] = '/';
    return found;
}

static size_t parent_of(const struct path_monitor *monitor, size_t length)
{
    while (length > 0 && monitor->path[length - 1] != '/')
        length--;
    while (length > 0 && monitor->path[length - 1] == '/')
        length--;
    return length;
}

static size_t deepest_folder(struct path_monitor *monitor)
{
    size_t length = monitor->folder;

    while (!is_folder(monitor, length))
        length = parent_of(monitor, length);
    return length;
}

static int on_event(sd_event_source *source, const struct inotify_event *event, void *userdata);

static int watch_folder(struct path_monitor *monitor, size_t length)
{
    monitor->source = loop_source_free(monitor->source);
    monitor->path[length] = '\0';
    int r = sd_event_add_inotify(monitor->loop, &monitor->source, length > 0 ? monitor->path : "/", WATCHED, on_event,
                                 monitor);
    monitor->path[length] = '/';
    if (r >= 0)
        monitor->depth = length;
    return r;
}

/* Watches the deepest folder there is; looks again after that, as a deeper one may have appeared just before. */
static int go_to_deepest(struct path_monitor *monitor)
{
    for (int round = 0; round < ARM_ROUNDS; round++) {
        size_t length = deepest_folder(monitor);
        if (monitor->source && length == monitor->depth)
            return 0;
        int r = watch_folder(monitor, length);
        if (r < 0 && r != -ENOENT && r != -ENOTDIR)
            return r;
    }
    return -EAGAIN;
}

static void arm(struct path_monitor *monitor)
{
    if (go_to_deepest(monitor) < 0) {
        monitor->source = loop_source_free(monitor->source);
        (void)loop_timer_arm(monitor->blind, PATH_MONITOR_BLIND_US);
    } else {
        (void)loop_timer_disarm(monitor->blind);
    }
}

static int on_blind(sd_event_source *source, uint64_t usec, void *userdata)
{
    struct path_monitor *monitor = userdata;
    (void)source;
    (void)usec;

    arm(monitor);
    monitor->fn(monitor->userdata); /* may free the monitor */
    return 0;
}

/* Whether an event is about the next step of the path below the watched folder. */
static bool is_ours(const struct path_monitor *monitor, const struct inotify_event *event)
{
    if (event->len == 0)
        return true; /* the watched folder itself */
    const char *step = monitor->path + monitor->depth;
    step += strspn(step, "/");
    size_t size = strcspn(step, "/");
    return strlen(event->name) == size && memcmp(event->name, step, size) == 0;
}

static int on_event(sd_event_source *source, const struct inotify_event *event, void *userdata)
{
    struct path_monitor *monitor = userdata;
    (void)source;

    if (!is_ours(monitor, event))
        return 0;
    if (event->mask & SELF_GONE)
        monitor->source = loop_source_free(monitor->source); /* a folder of that name would be another one */
    arm(monitor);
    if (monitor->source && monitor->depth == monitor->folder)
        monitor->fn(monitor->userdata); /* may free the monitor */
    return 0;
}

int path_monitor_new(sd_event *loop, const char *path, path_monitor_fn fn, void *userdata,
                     struct path_monitor **ret_monitor)
{
    if (path[0] != '/')
        return -EINVAL;
    _cleanup_(path_monitor_free) struct path_monitor *monitor = calloc(1, sizeof *monitor);
    if (!monitor)
        return -ENOMEM;
    monitor->loop = sd_event_ref(loop);
    monitor->fn = fn;
    monitor->userdata = userdata;
    monitor->path = strdup(path);
    int r = monitor->path ? loop_timer_new(loop, on_blind, monitor, &monitor->blind) : -ENOMEM;
    if (r < 0)
        return r;
    monitor->folder = parent_of(monitor, strlen(path));
    arm(monitor);
    *ret_monitor = FASCIA_STEAL(monitor);
    return 0;
}

void path_monitor_free(struct path_monitor *monitor)
{
    if (!monitor)
        return;
    monitor->source = loop_source_free(monitor->source);
    monitor->blind = loop_source_free(monitor->blind);
    sd_event_unref(monitor->loop);
    free(monitor->path);
    free(monitor);
}
