/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/identity/store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "platform/file/file.h"
#include "stack/base/cleanup.h"
#include "stack/base/text.h"

#define FOLDER_FLAGS (O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
#define DRAFT        ".new" /* of a generation, a file or a link */
#define DEPTH_MAX    4      /* of what is ever removed: DIR draft, leaf, NAME, N */

static void close_fd(const int *fd)
{
    if (*fd >= 0)
        (void)close(*fd);
}
#define _cleanup_fd_ __attribute__((cleanup(close_fd)))

static void close_dir(DIR **dir)
{
    if (*dir != NULL)
        (void)closedir(*dir);
}

static int sync_fd(int fd)
{
    return fsync(fd) < 0 ? -errno : 0;
}

/* A stream over a folder that leaves `at` itself as it is. */
static DIR *list(int at)
{
    int fd = openat(at, ".", FOLDER_FLAGS);
    DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;

    if (dir == NULL && fd >= 0)
        (void)close(fd);
    return dir;
}

static int remove_all(int at, const char *name, unsigned int depth)
{
    if (unlinkat(at, name, 0) == 0 || errno == ENOENT)
        return 0;
    if ((errno != EISDIR && errno != EPERM) || depth == 0)
        return -errno;
    _cleanup_fd_ int fd = openat(at, name, FOLDER_FLAGS);
    __attribute__((cleanup(close_dir))) DIR *dir = fd >= 0 ? list(fd) : NULL;
    if (dir == NULL)
        return -errno;
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        int r = remove_all(fd, entry->d_name, depth - 1);
        if (r < 0)
            return r;
    }
    return unlinkat(at, name, AT_REMOVEDIR) < 0 ? -errno : 0;
}

/* Splits DIR into the folder it is in and its name there. */
static int open_parent(const char *path, char name[static NAME_MAX + 1], char draft[static NAME_MAX + 1])
{
    char copy[PATH_MAX];
    struct fascia_text text;

    if (fascia_text_copy(copy, sizeof copy, path) < 0)
        return -ENAMETOOLONG;
    size_t size = strlen(copy);
    while (size > 1 && copy[size - 1] == '/')
        copy[--size] = '\0';
    char *slash = strrchr(copy, '/');
    const char *last = slash != NULL ? slash + 1 : copy;
    if (last[0] == '\0' || strcmp(last, ".") == 0 || strcmp(last, "..") == 0)
        return -EINVAL;
    if (fascia_text_copy(name, NAME_MAX + 1, last) < 0)
        return -ENAMETOOLONG;
    fascia_text_init(&text, draft, NAME_MAX + 1);
    fascia_text_add(&text, ".%s.fascia-identity-new", last);
    if (!fascia_text_ok(&text))
        return -ENAMETOOLONG;
    if (slash != NULL)
        slash[slash == copy ? 1 : 0] = '\0';
    int fd = open(slash != NULL ? copy : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return fd < 0 ? -errno : fd;
}

int store_draft(const char *path)
{
    char name[NAME_MAX + 1], draft[NAME_MAX + 1];
    _cleanup_fd_ int parent = open_parent(path, name, draft);

    if (parent < 0)
        return parent;
    __attribute__((cleanup(close_dir))) DIR *dir = NULL;
    _cleanup_fd_ int there = openat(parent, name, FOLDER_FLAGS);
    if (there < 0 && errno != ENOENT)
        return -errno;
    dir = there >= 0 ? list(there) : NULL;
    for (struct dirent *entry; dir != NULL && (entry = readdir(dir)) != NULL;) {
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            return -EEXIST;
    }
    int r = remove_all(parent, draft, DEPTH_MAX);
    return r < 0 ? r : store_folder(parent, draft, true);
}

int store_draft_commit(const char *path)
{
    char name[NAME_MAX + 1], draft[NAME_MAX + 1];
    _cleanup_fd_ int parent = open_parent(path, name, draft);

    if (parent < 0)
        return parent;
    /* Over an empty folder it goes in one step, too; over anything else not at all. */
    if (renameat(parent, draft, parent, name) < 0)
        return -errno;
    return sync_fd(parent);
}

int store_open(const char *path)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd < 0)
        return -errno;
    int r = fstat(fd, &st) < 0 ? -errno : 0;
    if (r == 0 && ((st.st_mode & 077) != 0 || st.st_uid != geteuid()))
        r = -EPERM;
    if (r == 0 && flock(fd, LOCK_EX | LOCK_NB) < 0)
        r = -errno;
    if (r == 0)
        return fd;
    (void)close(fd);
    return r;
}

int store_folder(int at, const char *name, bool make)
{
    if (make && mkdirat(at, name, 0700) < 0 && errno != EEXIST)
        return -errno;
    int fd = openat(at, name, FOLDER_FLAGS);
    if (fd < 0)
        return -errno;
    int r = make ? sync_fd(at) : 0;
    if (r == 0)
        return fd;
    (void)close(fd);
    return r;
}

int store_write(int at, const struct store_file *file)
{
    return file_replace_at(at, file->name, DRAFT, file->mode, file->data, file->size);
}

/* "7" -> 7; 0 for what is no generation. */
static unsigned int number_of(const char *name)
{
    int64_t number = 0;

    if (name[0] < '1' || name[0] > '9' || fascia_text_to_i64(name, 1, INT32_MAX - 1, &number) < 0)
        return 0;
    return (unsigned int)number;
}

static void name_of(unsigned int number, char name[static 16])
{
    (void)snprintf(name, 16, "%u", number);
}

static int highest(int at, unsigned int *ret_number)
{
    __attribute__((cleanup(close_dir))) DIR *dir = list(at);
    unsigned int most = 0;

    if (dir == NULL)
        return -errno;
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        unsigned int number = number_of(entry->d_name);
        most = number > most ? number : most;
    }
    *ret_number = most;
    return 0;
}

int store_add(int at, const struct store_file *files, size_t count, unsigned int *ret_number)
{
    unsigned int number = 0;
    char name[16];

    int r = remove_all(at, DRAFT, DEPTH_MAX);
    if (r == 0)
        r = highest(at, &number);
    if (r < 0)
        return r;
    _cleanup_fd_ int fd = store_folder(at, DRAFT, true);
    if (fd < 0)
        return fd;
    for (size_t i = 0; i < count && r == 0; i++)
        r = file_create_at(fd, files[i].name, files[i].mode, files[i].data, files[i].size);
    if (r == 0)
        r = sync_fd(fd);
    if (r < 0)
        return r;
    name_of(++number, name);
    if (renameat(at, DRAFT, at, name) < 0)
        return -errno;
    *ret_number = number;
    return sync_fd(at);
}

int store_link(int at, const char *link, unsigned int number)
{
    char target[16];

    name_of(number, target);
    int r = remove_all(at, DRAFT, DEPTH_MAX);
    if (r < 0)
        return r;
    if (symlinkat(target, at, DRAFT) < 0 || renameat(at, DRAFT, at, link) < 0)
        return -errno;
    return sync_fd(at);
}

int store_linked(int at, const char *link, unsigned int *ret_number)
{
    char target[16];
    ssize_t size = readlinkat(at, link, target, sizeof target - 1);

    if (size < 0)
        return -errno;
    target[size] = '\0';
    unsigned int number = number_of(target);
    if (number == 0)
        return -EBADMSG;
    *ret_number = number;
    return 0;
}

int store_unlink(int at, const char *link)
{
    if (unlinkat(at, link, 0) < 0)
        return -errno;
    return sync_fd(at);
}

int store_prune(int at)
{
    static const char *const links[] = {"current", "next", "previous"};
    unsigned int kept[FASCIA_ARRAY_SIZE(links)] = {0};
    __attribute__((cleanup(close_dir))) DIR *dir = list(at);

    if (dir == NULL)
        return -errno;
    for (size_t i = 0; i < FASCIA_ARRAY_SIZE(links); i++) {
        int r = store_linked(at, links[i], &kept[i]);
        if (r < 0 && r != -ENOENT)
            return r;
    }
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        unsigned int number = number_of(entry->d_name);
        bool linked = number == kept[0] || number == kept[1] || number == kept[2];
        if (strcmp(entry->d_name, DRAFT) != 0 && (number == 0 || linked))
            continue;
        int r = remove_all(at, entry->d_name, DEPTH_MAX);
        if (r < 0)
            return r;
    }
    return sync_fd(at);
}

ssize_t store_read(int at, const char *link, const char *name, bool secret, void *data, size_t size)
{
    unsigned int number = 0;
    char folder[16];
    struct stat st;
    size_t used = 0;

    int r = store_linked(at, link, &number);
    if (r < 0)
        return r;
    name_of(number, folder);
    _cleanup_fd_ int generation = openat(at, folder, FOLDER_FLAGS);
    if (generation < 0)
        return -errno;
    _cleanup_fd_ int fd = openat(generation, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &st) < 0)
        return -errno;
    if (secret && ((st.st_mode & 077) != 0 || st.st_uid != geteuid() || !S_ISREG(st.st_mode)))
        return -EPERM;
    while (used < size) {
        ssize_t n = read(fd, (char *)data + used, size - used);
        if (n < 0)
            return -errno;
        if (n == 0)
            return (ssize_t)used;
        used += (size_t)n;
    }
    return -EFBIG;
}
