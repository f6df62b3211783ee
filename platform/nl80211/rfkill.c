/* SPDX-License-Identifier: Apache-2.0 */
#include <dirent.h>
#include <errno.h>
#include <linux/netlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "platform/loop/loop.h"
#include "platform/nl80211/nl80211.h"

/* /sys/class/ieee80211/<radio>/rfkill<n>/{soft,hard}: "1" = blocked. */

static bool file_says_one(const char *folder, const char *switch_name, const char *file)
{
    char path[512];
    char value = '0';

    int n = snprintf(path, sizeof path, "%s/%s/%s", folder, switch_name, file);
    if (n < 0 || (size_t)n >= sizeof path)
        return false;
    FILE *f = fopen(path, "re");
    if (!f)
        return false;
    if (fread(&value, 1, 1, f) != 1)
        value = '0';
    (void)fclose(f);
    return value == '1';
}

bool nl80211_is_blocked(const char *wiphy_name)
{
    char folder[128];
    bool blocked = false;

    int n = snprintf(folder, sizeof folder, "/sys/class/ieee80211/%s", wiphy_name);
    if (n < 0 || (size_t)n >= sizeof folder || strchr(wiphy_name, '/'))
        return false;
    DIR *dir = opendir(folder);
    if (!dir)
        return false;
    for (struct dirent *e; !blocked && (e = readdir(dir)) != NULL;) {
        if (strncmp(e->d_name, "rfkill", 6) == 0)
            blocked = file_says_one(folder, e->d_name, "soft") || file_says_one(folder, e->d_name, "hard");
    }
    (void)closedir(dir);
    return blocked;
}

/* The kernel's own uevents; 2 would be udev's. */
#define UEVENT_GROUP 1
#define UEVENT_MAX   8192

struct blocked_watch {
    nl80211_blocked_fn fn;
    void *userdata;
};

/* "change@/devices/…/rfkill0" and then KEY=value, each with a NUL behind it (lib/kobject_uevent.c). */
static bool is_about_a_switch(const char *text, size_t size)
{
    static const char subsystem[] = "\0SUBSYSTEM=rfkill"; /* with both its NULs */

    return memmem(text, size, subsystem, sizeof subsystem) != NULL;
}

static int on_uevent(sd_event_source *source, int fd, uint32_t events, void *userdata)
{
    struct blocked_watch *watch = userdata;
    char text[UEVENT_MAX];
    bool told = false;
    (void)source;
    (void)events;

    for (;;) {
        struct sockaddr_nl from = {0};
        socklen_t from_size = sizeof from;
        ssize_t n = recvfrom(fd, text, sizeof text, MSG_DONTWAIT, (struct sockaddr *)&from, &from_size);
        if (n < 0 && errno == ENOBUFS) {
            told = true; /* some were lost */
            continue;
        }
        if (n < 0)
            break;
        told = told || (from.nl_pid == 0 && is_about_a_switch(text, (size_t)n));
    }
    if (told)
        watch->fn(watch->userdata);
    return 0;
}

static int open_uevents(void)
{
    struct sockaddr_nl address = {.nl_family = AF_NETLINK, .nl_groups = UEVENT_GROUP};

    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_KOBJECT_UEVENT);
    if (fd < 0)
        return -errno;
    if (bind(fd, (const struct sockaddr *)&address, sizeof address) == 0)
        return fd;
    int r = -errno;
    (void)close(fd);
    return r;
}

int nl80211_watch_blocked(sd_event *loop, nl80211_blocked_fn fn, void *userdata, sd_event_source **ret_source)
{
    sd_event_source *source = NULL;
    struct blocked_watch *watch = calloc(1, sizeof *watch);

    if (!watch)
        return -ENOMEM;
    *watch = (struct blocked_watch){.fn = fn, .userdata = userdata};
    int fd = open_uevents();
    int r = fd < 0 ? fd : loop_io_new(loop, fd, EPOLLIN, on_uevent, watch, &source);
    if (r >= 0)
        r = sd_event_source_set_destroy_callback(source, free);
    if (r < 0) {
        loop_source_free(source);
        if (fd >= 0)
            (void)close(fd);
        free(watch);
        return r;
    }
    (void)sd_event_source_set_io_fd_own(source, 1);
    *ret_source = source;
    return 0;
}
