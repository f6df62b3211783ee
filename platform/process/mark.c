/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/process/mark.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

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

/* Finds the entry that begins with `prefix` in a stream of NUL-terminated entries, and keeps what follows. */
struct finder {
    const char *prefix;
    size_t matched; /* octets of the prefix */
    bool skip;      /* to the end of this entry: it is another one */
    char rest[MARK_SIZE];
    size_t rest_size;
};

/* True when the entry was found to its end. */
static bool feed(struct finder *finder, const char *data, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        bool all = finder->prefix[finder->matched] == '\0';

        if (data[i] == '\0') {
            if (all && !finder->skip)
                return true;
            finder->matched = 0;
            finder->skip = false;
        } else if (finder->skip) {
            continue;
        } else if (!all) {
            finder->skip = data[i] != finder->prefix[finder->matched];
            finder->matched += finder->skip ? 0 : 1;
        } else if (finder->rest_size < sizeof finder->rest - 1) {
            finder->rest[finder->rest_size++] = data[i];
        }
    }
    return false;
}

static void parse(const char *rest, uint64_t *ret_instance, char *ret_name)
{
    uint64_t instance = 0;

    for (; *rest >= '0' && *rest <= '9'; rest++)
        instance = instance * 10 + (uint64_t)(*rest - '0');
    *ret_instance = instance;
    ret_name[0] = '\0';
    if (*rest == '.' && strlen(rest + 1) < MARK_NAME_SIZE)
        memcpy(ret_name, rest + 1, strlen(rest + 1) + 1);
}

int mark_read(pid_t pid, const char *prefix, uint64_t *ret_instance, char ret_name[static MARK_NAME_SIZE])
{
    struct finder finder = {.prefix = prefix};
    char path[32], data[4096];
    size_t total = 0;
    ssize_t n = 0;

    (void)snprintf(path, sizeof path, "/proc/%d/environ", (int)pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    while (total < ENVIRONMENT_MAX && (n = read(fd, data, sizeof data)) > 0) {
        total += (size_t)n;
        if (feed(&finder, data, (size_t)n)) {
            (void)close(fd);
            parse(finder.rest, ret_instance, ret_name);
            return 0;
        }
    }
    int error = n < 0 ? errno : ENODATA;
    (void)close(fd);
    return -error;
}
