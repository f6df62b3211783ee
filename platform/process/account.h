/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_PLATFORM_PROCESS_ACCOUNT_H
#define FASCIA_PLATFORM_PROCESS_ACCOUNT_H

#include <stddef.h>
#include <sys/types.h>

/* A user account, looked up once and before any fork: nothing of the name service runs in a child. */

#define ACCOUNT_GROUPS_MAX 64

struct account {
    uid_t uid;
    gid_t gid;
    gid_t groups[ACCOUNT_GROUPS_MAX]; /* with gid, as initgroups(3) would set them */
    size_t groups_count;
    char name[33];
    char home[256];
};

/** Looks up `name`. Returns 0, -ESRCH when there is no such account, -E2BIG for one in too many groups, or -errno. */
int account_find(const char *name, struct account *ret_account);

#endif
