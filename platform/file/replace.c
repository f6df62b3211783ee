/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "platform/file/file.h"

static int write_all(int fd, const void *data, size_t size)
{
    const char *at = data;

    while (size > 0) {
        ssize_t n = write(fd, at, size);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -errno;
        at += n;
        size -= (size_t)n;
    }
    return 0;
}

static int sync_fd(int fd)
{
    return fsync(fd) < 0 ? -errno : 0;
}

int file_create_at(int folder, const char *name, mode_t mode, const void *data, size_t size)
{
    int fd = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);

    if (fd < 0)
        return -errno;
    int r = fchmod(fd, mode) < 0 ? -errno : write_all(fd, data, size);
    if (r == 0)
        r = sync_fd(fd);
    if (close(fd) < 0 && r == 0)
        r = -errno;
    return r;
}

int file_replace_at(int folder, const char *name, const char *draft, mode_t mode, const void *data, size_t size)
{
    if (unlinkat(folder, draft, 0) < 0 && errno != ENOENT)
        return -errno;
    int r = file_create_at(folder, draft, mode, data, size);
    if (r == 0 && renameat(folder, draft, folder, name) < 0)
        r = -errno;
    if (r < 0)
        (void)unlinkat(folder, draft, 0);
    return r < 0 ? r : sync_fd(folder);
}

/* Splits a path into its folder, which is opened, and the name there. */
static int open_folder(const char *path, const char **ret_name)
{
    char folder[PATH_MAX];
    const char *slash = strrchr(path, '/');
    size_t size = slash ? (size_t)(slash - path) : 0;

    if (size >= sizeof folder)
        return -ENAMETOOLONG;
    memcpy(folder, path, size);
    folder[size] = '\0';
    *ret_name = slash ? slash + 1 : path;
    if ((*ret_name)[0] == '\0')
        return -EISDIR;
    int fd = open(size > 0 ? folder : slash ? "/" : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return fd < 0 ? -errno : fd;
}

static int with_suffix(const char *name, const char *suffix, char to[static NAME_MAX + 1])
{
    int n = snprintf(to, NAME_MAX + 1, "%s%s", name, suffix);
    return n < 0 || n > NAME_MAX ? -ENAMETOOLONG : 0;
}

int file_replace(const char *path, mode_t mode, const void *data, size_t size)
{
    const char *name = NULL;
    char draft[NAME_MAX + 1];
    int folder = open_folder(path, &name);

    if (folder < 0)
        return folder;
    int r = with_suffix(name, ".new", draft);
    if (r == 0)
        r = file_replace_at(folder, name, draft, mode, data, size);
    (void)close(folder);
    return r;
}

int file_make_folder(const char *path, mode_t mode)
{
    char folder[PATH_MAX];
    const char *slash = strrchr(path, '/');

    if (!slash || slash == path)
        return 0; /* the current folder, or the root */
    int n = snprintf(folder, sizeof folder, "%.*s", (int)(slash - path), path);
    if (n < 0 || (size_t)n >= sizeof folder)
        return -ENAMETOOLONG;
    return mkdir(folder, mode) < 0 && errno != EEXIST ? -errno : 0;
}

int file_set_aside(const char *path, const char *suffix)
{
    const char *name = NULL;
    char aside[NAME_MAX + 1];
    int folder = open_folder(path, &name);

    if (folder < 0)
        return folder;
    int r = with_suffix(name, suffix, aside);
    if (r == 0 && renameat(folder, name, folder, aside) < 0)
        r = -errno;
    if (r == 0)
        r = sync_fd(folder);
    (void)close(folder);
    return r;
}
