/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/blackbox/box_make.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <unistd.h>

#include "stack/base/cleanup.h"
#include "stack/base/error.h"
#include "stack/blackbox/writer.h"

/* Pages of our own, not malloc: they go back to the system at once, and no thread gets an arena for a one-off. */
static uint8_t *take_pages(size_t size)
{
    void *pages = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return pages == MAP_FAILED ? NULL : pages;
}

static void give_pages(uint8_t *pages, size_t size)
{
    if (pages != NULL)
        (void)munmap(pages, size);
}

static int read_all(int fd, uint8_t *to, size_t size, size_t *ret_used)
{
    size_t used = 0;

    while (used < size) {
        ssize_t n = pread(fd, to + used, size - used, (off_t)used);
        if (n < 0)
            return -errno;
        if (n == 0)
            break;
        used += (size_t)n;
    }
    *ret_used = used;
    return 0;
}

static int write_all(int fd, const uint8_t *from, size_t size)
{
    for (size_t done = 0; done < size;) {
        ssize_t n = pwrite(fd, from + done, size - done, (off_t)done);
        if (n < 0)
            return -errno;
        done += (size_t)n;
    }
    return 0;
}

/* The new name must be on the disk, too. */
static int sync_folder(const char *path)
{
    char folder[PATH_MAX];
    (void)snprintf(folder, sizeof folder, "%s", path);
    char *slash = strrchr(folder, '/');

    if (slash == NULL)
        return -EINVAL;
    slash[slash == folder ? 1 : 0] = '\0';
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    int r = fsync(fd) == 0 ? 0 : -errno;
    (void)close(fd);
    return r;
}

/*
 * The content, not only the room: a first write to preallocated room changes the file system's tables, one to a sector
 * that has been written does not. So each later record costs one write, and none can meet a full disk.
 */
static int fill(int fd, const uint8_t *content, size_t size, const struct stat *status, const char **ret_what)
{
    *ret_what = "it cannot be locked";
    if (flock(fd, LOCK_EX | LOCK_NB) != 0)
        return -errno;
    *ret_what = "no room for it";
    int r = posix_fallocate(fd, 0, (off_t)size);
    if (r != 0)
        return -r;
    *ret_what = "its first writing failed";
    r = write_all(fd, content, size);
    if (r < 0)
        return r;
    /* As the old one: an integrator may have given it to a group. An empty one is what open() has just made. */
    mode_t mode = status->st_size > 0 ? status->st_mode & 0777 : BOX_MAKE_MODE;
    if (fchmod(fd, mode) != 0 || (status->st_size > 0 && fchown(fd, status->st_uid, status->st_gid) != 0))
        return -errno;
    return fsync(fd) == 0 ? 0 : -errno;
}

static int replace(const char *path, const uint8_t *content, size_t size, int *fd, const struct stat *status,
                   bool keep_old, const char **ret_what)
{
    char new_path[PATH_MAX], old_path[PATH_MAX];

    (void)snprintf(new_path, sizeof new_path, "%s.new", path);
    (void)snprintf(old_path, sizeof old_path, "%s.old", path);
    *ret_what = "no new file can be made";
    (void)unlink(new_path); /* of an attempt that a power cut ended; never follow a link that lies there */
    int new_fd = open(new_path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, BOX_MAKE_MODE);
    if (new_fd < 0)
        return -errno;
    int r = fill(new_fd, content, size, status, ret_what);
    if (r == 0) {
        *ret_what = "the new file cannot take its place";
        if ((keep_old && rename(path, old_path) != 0) || rename(new_path, path) != 0)
            r = -errno;
    }
    if (r == 0)
        r = sync_folder(path);
    if (r < 0) {
        (void)close(new_fd);
        (void)unlink(new_path);
        return r;
    }
    (void)close(*fd);
    *fd = new_fd;
    return 0;
}

/* True when there is not one octet in it that says anything: what posix_fallocate() leaves after a power cut. */
static bool is_blank(const uint8_t *data, size_t size)
{
    return size == 0 || (data[0] == 0 && memcmp(data, data + 1, size - 1) == 0);
}

int box_make(const char *path, const struct box_layout *layout, int *fd, const struct stat *status,
             const char **ret_what)
{
    /* Of what is too large for a black box the beginning is enough to see that it is none. */
    size_t old_size = (uint64_t)status->st_size < BOX_FILE_SIZE_MAX ? (size_t)status->st_size : BOX_FILE_SIZE_MAX;
    size_t size = box_layout_size(layout), used = 0;
    uint8_t *old = old_size > 0 ? take_pages(old_size) : NULL;
    uint8_t *content = take_pages(size);
    _cleanup_(box_image_free) struct box_image image = {0};
    int r = 0;

    *ret_what = "no memory for it";
    if (content == NULL || (old == NULL && old_size > 0)) {
        r = -ENOMEM;
    } else if (old_size > 0) {
        *ret_what = "it cannot be read";
        r = read_all(*fd, old, old_size, &used);
    }
    if (r == 0) {
        int known = box_image_read(old, used, &image);
        r = FASCIA_FATAL(known) ? known : 0;
        if (r == 0) {
            box_writer_format(layout, known == 0 ? &image : NULL, content);
            r = replace(path, content, size, fd, status, known != 0 && !is_blank(old, used), ret_what);
        }
    }
    give_pages(old, old_size);
    give_pages(content, size);
    return r;
}
