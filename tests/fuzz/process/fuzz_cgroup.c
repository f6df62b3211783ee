/* SPDX-License-Identifier: Apache-2.0 */
/* Any octets as a line of mountinfo; and any two paths, which whoever mounts chooses, in a line as the kernel writes.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "platform/process/cgroup_mount.h"

#define TEXT_MAX 1024

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* proc(5): four octets of a path are written as octal digits. */
static void encode(char *to, const char *path)
{
    for (; *path != '\0'; path++) {
        if (strchr(" \t\n\\", *path))
            to += sprintf(to, "\\%03o", (unsigned)*path);
        else
            *to++ = *path;
    }
    *to = '\0';
}

static void check_paths(const char *root, const char *point, const char *type)
{
    static char roots[4 * TEXT_MAX + 8], points[4 * TEXT_MAX + 8], line[sizeof roots + sizeof points + 64];
    struct cgroup_mount mount;
    bool fits = strlen(root) < sizeof mount.root && strlen(point) < sizeof mount.point;

    encode(roots, root);
    encode(points, point);
    (void)snprintf(line, sizeof line, "36 35 0:30 %s %s rw,nosuid shared:9 - %s none rw\n", roots, points, type);
    if (cgroup_mount_parse(line, &mount) != (fits && strcmp(type, "cgroup2") == 0))
        abort();
    if (fits && strcmp(type, "cgroup2") == 0 && (strcmp(mount.root, root) != 0 || strcmp(mount.point, point) != 0))
        abort();
}

static void check_line(const char *text)
{
    struct cgroup_mount mount;
    char *line = strdup(text); /* of its exact size */

    if (!line)
        abort();
    memset(&mount, 0xa5, sizeof mount);
    if (cgroup_mount_parse(line, &mount) &&
        (!strstr(text, " - cgroup2 ") || !memchr(mount.root, '\0', sizeof mount.root) ||
         !memchr(mount.point, '\0', sizeof mount.point) || strlen(mount.root) + strlen(mount.point) >= strlen(text)))
        abort();
    free(line);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char text[TEXT_MAX], root[TEXT_MAX + 1] = "/", point[TEXT_MAX + 1] = "/";

    if (size >= sizeof text)
        return 0;
    if (size != 0)
        memcpy(text, data, size);
    text[size] = '\0';
    check_line(text);
    /* The root up to the first NUL, the point behind it. */
    size_t n = strlen(text);
    memcpy(root + 1, text, n + 1);
    if (n < size)
        memcpy(point + 1, text + n + 1, strlen(text + n + 1) + 1);
    check_paths(root, point, "cgroup2");
    check_paths(root, point, "cgroup");
    return 0;
}
