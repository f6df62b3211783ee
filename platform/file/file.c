/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/file/file.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

int file_read(const char *path, char *data, size_t size, size_t *ret_size)
{
    size_t used = 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC);

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
