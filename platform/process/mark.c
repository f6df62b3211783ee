/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/process/mark.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/random.h>
#include <unistd.h>

#include "platform/process/mark_finder.h"

#define ENVIRONMENT_MAX (4 << 20) /* octets looked at; the kernel's own bound is near */

int mark_init(char ret_prefix[static MARK_PREFIX_SIZE])
{
    uint64_t random = 0;

    if (getrandom(&random, sizeof random, 0) != (ssize_t)sizeof random)
        return -EIO;
    (void)snprintf(ret_prefix, MARK_PREFIX_SIZE, "FASCIA_MARK=%016" PRIx64 ".", random);
    return 0;
}

void mark_format(char to[static MARK_SIZE], const char *prefix, uint64_t instance, const char *name)
{
    (void)snprintf(to, MARK_SIZE, "%s%" PRIu64 ".%s", prefix, instance, name);
}

int mark_read(pid_t pid, const char *prefix, uint64_t *ret_instance, char ret_name[static MARK_NAME_SIZE])
{
    struct mark_finder finder = {.prefix = prefix};
    char path[32], data[4096];
    size_t total = 0;
    ssize_t n = 0;

    (void)snprintf(path, sizeof path, "/proc/%d/environ", (int)pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    while (total < ENVIRONMENT_MAX && (n = read(fd, data, sizeof data)) > 0) {
        total += (size_t)n;
        if (mark_finder_feed(&finder, data, (size_t)n)) {
            (void)close(fd);
            mark_finder_get(&finder, ret_instance, ret_name);
            return 0;
        }
    }
    int error = n < 0 ? errno : ENODATA;
    (void)close(fd);
    return -error;
}
