/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/file/file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

int file_read(const char *path, char *data, size_t size, size_t *ret_size)
{
    size_t used = 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

    if (fd < 0)
        return -errno;
    while (used < size) {
        ssize_t n = read(fd, data + used, size - used);
        if (n < 0) {
            int error = errno;
            (void)close(fd);
            return -error;
        }
        if (n == 0)
            break;
        used += (size_t)n;
    }
    (void)close(fd);
    *ret_size = used;
    return 0;
}

int file_read_secret(const char *path, char *data, size_t size, size_t *ret_size)
{
    size_t used = 0;

    int r = file_read(path, data, size, &used);
    if (r == 0 && used == size)
        r = -EFBIG;
    if (r < 0) {
        explicit_bzero(data, size);
        return r;
    }
    *ret_size = used;
    return 0;
}
