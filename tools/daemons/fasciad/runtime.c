/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/daemons/fasciad/runtime.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "platform/file/file.h"
#include "stack/base/text.h"

#define LOCK_NAME "fasciad.lock"
#define BOOT_NAME "boot-id"

static bool read_line(const char *path, char *to, size_t size)
{
    size_t used = 0;
    bool got = file_read(path, to, size - 1, &used) == 0 && used > 0;

    to[used] = '\0';
    to[strcspn(to, "\n")] = '\0';
    return got;
}

/* A folder in which somebody else could replace files is none to keep a passphrase below. */
static int open_folder(const char *path, mode_t mode)
{
    struct stat st;

    if (mkdir(path, mode) < 0 && errno != EEXIST)
        return -errno;
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return errno == ELOOP || errno == ENOTDIR ? RUNTIME_E_FOREIGN : -errno;
    if (fstat(fd, &st) < 0) {
        int error = -errno;
        (void)close(fd);
        return error;
    }
    if (st.st_uid != geteuid() || (st.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
        (void)close(fd);
        return RUNTIME_E_FOREIGN;
    }
    int r = fchmod(fd, mode) < 0 ? -errno : 0; /* whatever the umask */
    (void)close(fd);
    return r;
}

static pid_t read_owner(int lock)
{
    char text[16] = "";

    ssize_t n = pread(lock, text, sizeof text - 1, 0);
    return n > 0 ? (pid_t)strtol(text, NULL, 10) : 0;
}

int runtime_open(const char *path, int *ret_lock, pid_t *ret_other)
{
    char name[PATH_MAX], text[16];

    int r = open_folder(path, 0755);
    if (r != 0)
        return r;
    int n = snprintf(name, sizeof name, "%s/%s", path, LOCK_NAME);
    if (n < 0 || (size_t)n >= sizeof name)
        return -ENAMETOOLONG;
    int lock = open(name, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0644);
    if (lock < 0)
        return -errno;
    if (flock(lock, LOCK_EX | LOCK_NB) < 0) {
        r = errno == EWOULDBLOCK ? RUNTIME_E_TAKEN : -errno;
        *ret_other = r == RUNTIME_E_TAKEN ? read_owner(lock) : 0;
        (void)close(lock);
        return r;
    }
    n = snprintf(text, sizeof text, "%d\n", (int)getpid());
    /* The number is a courtesy to whoever finds the lock taken; the lock itself is what counts. */
    if (ftruncate(lock, 0) == 0 && n > 0)
        (void)!pwrite(lock, text, (size_t)n, 0);
    *ret_lock = lock;
    return 0;
}

int runtime_make_private(const char *path, const struct account *account)
{
    int r = 0;

    if (mkdir(path, 0700) < 0 && errno != EEXIST)
        return -errno;
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    uid_t uid = account ? account->uid : geteuid();
    gid_t gid = account ? account->gid : getegid();
    if (fchown(fd, uid, gid) < 0 || fchmod(fd, 0700) < 0)
        r = -errno;
    (void)close(fd);
    return r;
}

/* mkdir -p of the folders above. */
static int make_parents(const char *path)
{
    char part[PATH_MAX];

    int r = fascia_text_copy(part, sizeof part, path);
    for (char *slash = r < 0 ? NULL : strchr(part + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (mkdir(part, 0755) < 0 && errno != EEXIST)
            return -errno;
        *slash = '/';
    }
    return r;
}

int runtime_make_state(const char *path, const struct account *account)
{
    int r = make_parents(path);

    if (r < 0)
        return r;
    if (mkdir(path, 0700) < 0)
        return errno == EEXIST ? 0 : -errno;
    return runtime_make_private(path, account);
}

bool runtime_is_first_of_boot(const char *path)
{
    char name[PATH_MAX], boot[64] = "", marked[64] = "";

    int n = snprintf(name, sizeof name, "%s/%s", path, BOOT_NAME);
    if (n < 0 || (size_t)n >= sizeof name || !read_line("/proc/sys/kernel/random/boot_id", boot, sizeof boot))
        return false;
    if (read_line(name, marked, sizeof marked) && strcmp(boot, marked) == 0)
        return false;
    FILE *file = fopen(name, "we");
    if (file) {
        (void)fprintf(file, "%s\n", boot);
        (void)fclose(file);
    }
    return true;
}
