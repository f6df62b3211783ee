/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/process/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

/* As the kernel writes it for getdents64(2). */
struct entry {
    uint64_t inode;
    int64_t offset;
    uint16_t length;
    uint8_t type;
    char name[];
};

int folder_each(int at, const char *path, folder_fn fn, void *userdata)
{
    char data[4096] __attribute__((aligned(8)));
    long n;

    int fd = openat(at, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC); /* with a position of its own */
    if (fd < 0)
        return -errno;
    while ((n = syscall(SYS_getdents64, fd, data, sizeof data)) > 0) {
        for (long i = 0; i < n;) {
            const struct entry *entry = (const struct entry *)(const void *)(data + i);

            fn(entry->name, userdata);
            i += entry->length;
        }
    }
    int r = n < 0 ? -errno : 0;
    (void)close(fd);
    return r;
}
