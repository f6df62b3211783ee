/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/process/path_watch.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "platform/loop/loop.h"
#include "stack/base/text.h"

struct path_watch {
    char path[108]; /* of a socket address */
    path_watch_fn fn;
    void *userdata;
    sd_event_source *source;
};

bool path_is_socket(const char *path)
{
    struct stat st;

    return lstat(path, &st) == 0 && S_ISSOCK(st.st_mode);
}

bool path_is_stale_socket(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    if (!path_is_socket(path) || fascia_text_copy(address.sun_path, sizeof address.sun_path, path) < 0)
        return false;
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return false;
    /* Somebody of the other kind (stream) gives EPROTOTYPE, nobody ECONNREFUSED: unix(7). */
    bool stale = connect(fd, (const struct sockaddr *)&address, sizeof address) < 0 && errno == ECONNREFUSED;
    (void)close(fd);
    return stale;
}

static int on_change(sd_event_source *source, const struct inotify_event *event, void *userdata)
{
    struct path_watch *watch = userdata;
    (void)event;

    if (!path_is_socket(watch->path))
        return 0;
    (void)sd_event_source_set_enabled(source, SD_EVENT_OFF);
    watch->fn(watch->userdata); /* may free the watch */
    return 0;
}

int path_watch_new(sd_event *loop, const char *path, path_watch_fn fn, void *userdata, struct path_watch **ret_watch)
{
    char folder[sizeof((struct path_watch *)NULL)->path];

    if (fascia_text_copy(folder, sizeof folder, path) < 0)
        return -ENAMETOOLONG;
    char *slash = strrchr(folder, '/');
    if (!slash || slash == folder)
        return -EINVAL;
    *slash = '\0';

    _cleanup_(path_watch_free) struct path_watch *watch = calloc(1, sizeof *watch);
    if (!watch)
        return -ENOMEM;
    watch->fn = fn;
    watch->userdata = userdata;
    memcpy(watch->path, path, strlen(path) + 1);
    int r = sd_event_add_inotify(loop, &watch->source, folder, IN_CREATE | IN_MOVED_TO, on_change, watch);
    if (r < 0)
        return r;
    *ret_watch = FASCIA_STEAL(watch);
    return 0;
}

void path_watch_free(struct path_watch *watch)
{
    if (!watch)
        return;
    watch->source = loop_source_free(watch->source);
    free(watch);
}
