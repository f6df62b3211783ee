/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/process/account.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>

#include "stack/base/text.h"

#define ENTRY_SIZE 4096 /* octets of one passwd entry's strings; a longer one is -ERANGE */

int account_find(const char *name, struct account *ret_account)
{
    struct account account = {0};
    struct passwd entry, *found = NULL;
    char strings[ENTRY_SIZE];
    int count = ACCOUNT_GROUPS_MAX;

    int r = getpwnam_r(name, &entry, strings, sizeof strings, &found);
    if (r != 0)
        return -r;
    if (!found)
        return -ESRCH;
    if (fascia_text_copy(account.name, sizeof account.name, name) != 0 ||
        fascia_text_copy(account.home, sizeof account.home, entry.pw_dir) != 0)
        return -ENAMETOOLONG;
    account.uid = entry.pw_uid;
    account.gid = entry.pw_gid;
    if (getgrouplist(name, entry.pw_gid, account.groups, &count) < 0)
        return -E2BIG;
    account.groups_count = (size_t)count;
    *ret_account = account;
    return 0;
}
