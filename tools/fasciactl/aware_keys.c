/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/fasciactl/aware_keys.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The file that was looked at is the file that is read. */
static int open_private(const char *path)
{
    struct stat info;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

    if (fd < 0 || fstat(fd, &info) < 0) {
        (void)fprintf(stderr, "fasciactl: %s: %s\n", path, strerror(errno));
    } else if (!S_ISREG(info.st_mode)) {
        (void)fprintf(stderr, "fasciactl: %s is not a regular file\n", path);
    } else if ((info.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        (void)fprintf(stderr,
                      "fasciactl: %s holds keys, and others may read or write it (mode %04o)\n"
                      "  chmod 600 %s\n",
                      path, (unsigned int)info.st_mode & 07777U, path);
    } else {
        return fd;
    }
    if (fd >= 0)
        (void)close(fd);
    return -1;
}

static int read_all(int fd, char *text, size_t size, size_t *ret_size)
{
    size_t used = 0;

    while (used < size) {
        ssize_t n = read(fd, text + used, size - used);
        if (n < 0)
            return -errno;
        if (n == 0)
            break;
        used += (size_t)n;
    }
    *ret_size = used;
    return used < size ? 0 : -EFBIG;
}

int aware_keys_read(const char *path, struct nan_key_file *ret_keys)
{
    size_t size = 0, room = NAN_KEY_FILE_SIZE_MAX + 1;
    unsigned int line = 0;
    int fd = open_private(path);

    if (fd < 0)
        return -1;
    char *text = calloc(1, room);
    int r = text != NULL ? read_all(fd, text, room, &size) : -ENOMEM;
    (void)close(fd);
    if (r == 0)
        r = nan_key_file_parse(text, size, ret_keys, &line);
    if (text != NULL)
        explicit_bzero(text, room);
    free(text);
    if (r < 0)
        (void)fprintf(stderr, "fasciactl: %s: %s\n", path, strerror(-r));
    else if (r > 0)
        (void)fprintf(stderr, "fasciactl: %s:%u: %s (see fasciactl aware decode --help)\n", path, line,
                      nan_key_file_explain(r));
    return r == 0 ? 0 : -1;
}
