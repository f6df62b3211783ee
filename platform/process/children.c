/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/process/children.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
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

/* proc(5), /proc/PID/task/TID/children: all children of our one thread; needs CONFIG_PROC_CHILDREN. */
static int list_by_task(struct found *found)
{
    char path[64];

    (void)snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)getpid());
    FILE *file = fopen(path, "re");
    if (!file)
        return -errno;
    for (char word[16]; fscanf(file, "%15s", word) == 1;)
        add(found, (pid_t)strtol(word, NULL, 10));
    (void)fclose(file);
    return 0;
}

/* The parent is the second field after the name, which is in parentheses and may hold anything, even a ')'. */
static pid_t parent_of(const char *pid)
{
    char path[64], line[512];

    (void)snprintf(path, sizeof path, "/proc/%.20s/stat", pid);
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
        if (isdigit((unsigned char)e->d_name[0]) && parent_of(e->d_name) == getpid())
            add(found, (pid_t)strtol(e->d_name, NULL, 10));
    }
    (void)closedir(proc);
    return 0;
}

/* NOLINTNEXTLINE(readability-non-const-parameter): written through `found` */
ssize_t children_list(pid_t *ret_pids, size_t size)
{
    struct found found = {.pids = ret_pids, .size = size};

    int r = list_by_task(&found);
    if (r < 0)
        r = list_by_parent(&found);
    return r < 0 ? r : found.count;
}

bool children_has_environment(pid_t pid, const char *entry)
{
    char path[64];
    char *line = NULL;
    size_t size = 0;
    bool has = false;

    (void)snprintf(path, sizeof path, "/proc/%d/environ", (int)pid);
    FILE *file = fopen(path, "re");
    if (!file)
        return false;
    while (!has && getdelim(&line, &size, '\0', file) > 0)
        has = strcmp(line, entry) == 0;
    free(line);
    (void)fclose(file);
    return has;
}
