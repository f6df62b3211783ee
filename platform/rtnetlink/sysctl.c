/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "platform/rtnetlink/rtnetlink.h"

bool rtnl_ipv6_available(void)
{
    return access("/proc/sys/net/ipv6/conf", F_OK) == 0;
}

static int open_key(unsigned int ifindex, const char *key, int flags)
{
    bool neigh = strncmp(key, "neigh/", 6) == 0;
    char name[IF_NAMESIZE], path[128];

    if (!if_indextoname(ifindex, name))
        return errno == ENXIO ? -ENODEV : -errno;
    int n = snprintf(path, sizeof path, "/proc/sys/net/ipv6/%s/%s/%s", neigh ? "neigh" : "conf", name,
                     neigh ? key + 6 : key);
    if (n < 0 || (size_t)n >= sizeof path)
        return -ENAMETOOLONG;
    int fd = open(path, flags | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return -errno;
    /* The name may have moved to another interface between the two steps. */
    if (if_nametoindex(name) != ifindex) {
        (void)close(fd);
        return -ENODEV;
    }
    return fd;
}

int rtnl_sysctl_read(unsigned int ifindex, const char *key, int *ret_value)
{
    char text[24] = "";
    int64_t value = 0;

    int fd = open_key(ifindex, key, O_RDONLY);
    if (fd < 0)
        return fd;
    ssize_t n = read(fd, text, sizeof text - 1);
    int r = n < 0 ? -errno : 0;
    (void)close(fd);
    if (r < 0)
        return r;
    text[strcspn(text, "\n")] = '\0';
    r = fascia_text_to_i64(text, INT32_MIN, INT32_MAX, &value);
    if (r < 0)
        return r;
    *ret_value = (int)value;
    return 0;
}

int rtnl_sysctl_write(unsigned int ifindex, const char *key, int value)
{
    char text[16];
    int length = snprintf(text, sizeof text, "%d\n", value);

    int fd = open_key(ifindex, key, O_WRONLY);
    if (fd < 0)
        return fd;
    int r = write(fd, text, (size_t)length) == length ? 0 : -errno;
    (void)close(fd);
    return r;
}
