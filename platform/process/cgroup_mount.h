/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_PLATFORM_PROCESS_CGROUP_MOUNT_H
#define FASCIA_PLATFORM_PROCESS_CGROUP_MOUNT_H

#include <stdbool.h>

#include "platform/process/cgroup.h"

/* What cgroup.c understands of /proc/self/mountinfo, apart from its reading. */

struct cgroup_mount {
    char root[CGROUP_PATH_SIZE]; /* what of the hierarchy is mounted */
    char point[CGROUP_PATH_SIZE];
};

/**
 * Takes one line apart, in place: ID PARENT DEVICE ROOT POINT OPTIONS … - TYPE …. False when it is no cgroup v2 or a
 * path of it is too long.
 */
bool cgroup_mount_parse(char *line, struct cgroup_mount *ret_mount);

#endif
