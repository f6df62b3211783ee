/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/blackbox/box_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "platform/blackbox/box_make.h"
#include "stack/base/text.h"

#define CHUNK_SECTORS 16 /* read at a time: the whole file need not be in memory */

/* `error` is an errno. */
static int failed(struct box_file *file, const char *what, int error)
{
    errno = error > 0 ? error : EIO;
    (void)snprintf(file->why, sizeof file->why, "%s: %m", what); /* unlike strerror(), for any thread */
    return error > 0 ? -error : -EIO;
}

/* mkdir -p of the folder that the file is in. */
static int make_folders(struct box_file *file)
{
    char folder[BOX_FILE_PATH_SIZE];

    if (fascia_text_copy(folder, sizeof folder, file->path) != 0)
        return failed(file, "the path", ENAMETOOLONG);
    for (char *at = strchr(folder + 1, '/'); at != NULL; at = strchr(at + 1, '/')) {
        *at = '\0';
        if (mkdir(folder, 0755) != 0 && errno != EEXIST)
            return failed(file, "the folder cannot be made", errno);
        *at = '/';
    }
    return 0;
}

/*
 * Opens what is there, or an empty file, and locks it: two supervisors on one box would overwrite each other.
 * O_NONBLOCK: a pipe at that path must not hold us up.
 */
static int open_locked(struct box_file *file, struct stat *ret_status)
{
    file->fd = open(file->path, O_RDWR | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, BOX_MAKE_MODE);
    if (file->fd < 0)
        return failed(file, "it cannot be opened", errno);
    if (fstat(file->fd, ret_status) != 0)
        return failed(file, "it cannot be looked at", errno);
    if (!S_ISREG(ret_status->st_mode)) {
        (void)snprintf(file->why, sizeof file->why, "it is not a file");
        return -EINVAL;
    }
    if (flock(file->fd, LOCK_EX | LOCK_NB) != 0) {
        int error = errno;
        if (error != EWOULDBLOCK)
            return failed(file, "it cannot be locked", error);
        (void)snprintf(file->why, sizeof file->why, "another process writes it");
        return -error;
    }
    return 0;
}

/* True when both headers are whole, say `layout`, and the file is as long as they say. */
static bool has_layout(const struct box_file *file, const struct box_layout *layout, const struct stat *status)
{
    uint8_t headers[BOX_HEADERS * BOX_SECTOR];
    struct box_layout found;

    if ((uint64_t)status->st_size != box_layout_size(layout) ||
        pread(file->fd, headers, sizeof headers, 0) != (ssize_t)sizeof headers)
        return false;
    for (size_t i = 0; i < BOX_HEADERS; i++) {
        if (box_layout_decode(headers + i * BOX_SECTOR, &found) != 0 || !box_layout_equal(&found, layout))
            return false;
    }
    return true;
}

static int scan(struct box_file *file)
{
    uint8_t chunk[CHUNK_SECTORS * BOX_SECTOR];
    size_t sectors = box_layout_size(&file->writer.layout) / BOX_SECTOR;

    for (size_t sector = 0; sector < sectors;) {
        ssize_t n = pread(file->fd, chunk, sizeof chunk, (off_t)(sector * BOX_SECTOR));
        if (n < 0)
            return failed(file, "it cannot be read", errno);
        if (n < BOX_SECTOR)
            return failed(file, "it cannot be read", EIO);
        for (size_t i = 0; i < (size_t)n / BOX_SECTOR; i++, sector++)
            box_writer_seen(&file->writer, sector, chunk + i * BOX_SECTOR);
    }
    return 0;
}

/* Through links: a new file is renamed over the old one, which must not replace a link to another disk. */
static int resolve(struct box_file *file)
{
    char target[PATH_MAX];

    if (realpath(file->path, target) == NULL)
        return failed(file, "its path", errno);
    return fascia_text_copy(file->path, sizeof file->path, target) == 0 ? 0 : failed(file, "its path", ENAMETOOLONG);
}

int box_file_open(struct box_file *file, const struct box_layout *layout, const uint8_t boot[static BOX_ID_SIZE])
{
    struct stat status = {0};

    file->fd = -1;
    int r = make_folders(file);
    if (r == 0)
        r = open_locked(file, &status);
    if (r == 0)
        r = resolve(file);
    if (r == 0 && !has_layout(file, layout, &status)) {
        const char *what = "";
        r = box_make(file->path, layout, &file->fd, &status, &what);
        if (r < 0)
            r = failed(file, what, -r);
    }
    if (r == 0) {
        box_writer_init(&file->writer, layout, boot);
        r = scan(file);
    }
    if (r < 0) {
        box_file_close(file);
        return r;
    }
    file->boots = box_writer_begin(&file->writer);
    return 0;
}

int box_file_write(struct box_file *file, struct box_record *record)
{
    uint8_t sector[BOX_SECTOR];
    size_t offset = box_writer_place(&file->writer, record, sector);
    ssize_t n = pwrite(file->fd, sector, sizeof sector, (off_t)offset);

    if (n < 0)
        return failed(file, "writing failed", errno);
    return n == (ssize_t)sizeof sector ? 0 : failed(file, "writing failed", ENOSPC);
}

bool box_file_is_there(struct box_file *file)
{
    struct stat status;

    if (fstat(file->fd, &status) != 0)
        (void)failed(file, "it cannot be looked at", errno);
    else if (status.st_nlink == 0)
        (void)snprintf(file->why, sizeof file->why, "the file was removed");
    else if ((uint64_t)status.st_size < box_layout_size(&file->writer.layout))
        (void)snprintf(file->why, sizeof file->why, "the file was cut short");
    else
        return true;
    return false;
}

int box_file_sync(struct box_file *file)
{
    return fdatasync(file->fd) == 0 ? 0 : failed(file, "writing to the disk failed", errno);
}

void box_file_close(struct box_file *file)
{
    if (file->fd >= 0)
        (void)close(file->fd);
    file->fd = -1;
}
