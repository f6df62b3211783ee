/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/process/cgroup_mount.h"

#include <string.h>

#include "stack/base/cleanup.h"
#include "stack/base/text.h"

/* proc(5): mountinfo writes space, tab, newline and backslash of a path as three octal digits. */
static void decode(char *text)
{
    char *to = text;

    for (const char *at = text; *at != '\0'; at++) {
        if (at[0] == '\\' && at[1] >= '0' && at[1] <= '3' && at[2] >= '0' && at[2] <= '7' && at[3] >= '0' &&
            at[3] <= '7') {
            *to++ = (char)((at[1] - '0') * 64 + (at[2] - '0') * 8 + (at[3] - '0'));
            at += 3;
        } else {
            *to++ = *at;
        }
    }
    *to = '\0';
}

bool cgroup_mount_parse(char *line, struct cgroup_mount *ret_mount)
{
    const char *rest = strstr(line, " - ");
    char *fields[5] = {NULL}, *at = NULL;

    if (!rest || strncmp(rest + 3, "cgroup2 ", 8) != 0)
        return false;
    for (size_t i = 0; i < FASCIA_ARRAY_SIZE(fields); i++) {
        fields[i] = strtok_r(i == 0 ? line : NULL, " ", &at);
        if (!fields[i])
            return false;
    }
    decode(fields[3]);
    decode(fields[4]);
    return fascia_text_copy(ret_mount->root, sizeof ret_mount->root, fields[3]) == 0 &&
           fascia_text_copy(ret_mount->point, sizeof ret_mount->point, fields[4]) == 0;
}
