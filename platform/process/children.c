/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/process/children.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct found {
    pid_t *pids;
    size_t size;
    ssize_t count;
};

static void add(struct found *found, pid_t pid)
{
    if ((size_t)found->count < found->size)
        found->pids[found->count] = pid;
    found->count++;
}

/* Decimal numbers, each followed by a space; one may lie across two reads. */
static int add_all(struct found *found, int fd)
{
    char data[4096];
    pid_t pid = 0;
    ssize_t n;

    while ((n = read(fd, data, sizeof data)) > 0) {
        for (ssize_t i = 0; i < n; i++) {
            if (isdigit((unsigned char)data[i])) {
                pid = pid * 10 + (data[i] - '0');
            } else if (pid > 0) {
                add(found, pid);
                pid = 0;
            }
        }
    }
    return n < 0 ? -errno : 0;
}

/* proc(5), /proc/PID/task/TID/children: an orphan is the child of whichever thread; needs CONFIG_PROC_CHILDREN. */
static int list_by_task(struct found *found)
{
    DIR *tasks = opendir("/proc/self/task");
    int r = 0;

    if (!tasks)
        return -errno;
    for (struct dirent *e; r == 0 && (e = readdir(tasks)) != NULL;) {
        char path[32];

        if (!isdigit((unsigned char)e->d_name[0]))
            continue;
        (void)snprintf(path, sizeof path, "%.16s/children", e->d_name);
        int fd = openat(dirfd(tasks), path, O_RDONLY | O_CLOEXEC);
        if (fd < 0) {
            r = -errno;
        } else {
            r = add_all(found, fd);
            (void)close(fd);
        }
    }
    (void)closedir(tasks);
    return r;
}

/* proc(5): the parent is the second field after the name, which is in parentheses and may hold anything, even a ')'. */
pid_t process_parent(pid_t pid)
{
    char path[64], line[512];

    (void)snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    FILE *file = fopen(path, "re");
    if (!file)
        return 0;
    size_t n = fread(line, 1, sizeof line - 1, file);
    (void)fclose(file);
    line[n] = '\0';

    const char *end = strrchr(line, ')');
    return end && strlen(end) > 4 ? (pid_t)strtol(end + 4, NULL, 10) : 0;
}

static int list_by_parent(struct found *found)
{
    DIR *proc = opendir("/proc");

    if (!proc)
        return -errno;
    for (struct dirent *e; (e = readdir(proc)) != NULL;) {
        pid_t pid = isdigit((unsigned char)e->d_name[0]) ? (pid_t)strtol(e->d_name, NULL, 10) : 0;
        if (pid > 0 && process_parent(pid) == getpid())
            add(found, pid);
    }
    (void)closedir(proc);
    return 0;
}

/* NOLINTNEXTLINE(readability-non-const-parameter): written through `found` */
ssize_t children_list(pid_t *ret_pids, size_t size)
{
    struct found found = {.pids = ret_pids, .size = size};

    int r = list_by_task(&found);
    if (r < 0) {
        found.count = 0;
        r = list_by_parent(&found);
    }
    return r < 0 ? r : found.count;
}
