/* SPDX-License-Identifier: Apache-2.0 */
#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "platform/nl80211/nl80211.h"

/* /sys/class/ieee80211/<radio>/rfkill<n>/{soft,hard}: "1" = blocked. */

static bool file_says_one(const char *folder, const char *switch_name, const char *file)
{
    char path[512];
    char value = '0';

    int n = snprintf(path, sizeof path, "%s/%s/%s", folder, switch_name, file);
    if (n < 0 || (size_t)n >= sizeof path)
        return false;
    FILE *f = fopen(path, "re");
    if (!f)
        return false;
    if (fread(&value, 1, 1, f) != 1)
        value = '0';
    (void)fclose(f);
    return value == '1';
}

bool nl80211_is_blocked(const char *wiphy_name)
{
    char folder[128];
    bool blocked = false;

    int n = snprintf(folder, sizeof folder, "/sys/class/ieee80211/%s", wiphy_name);
    if (n < 0 || (size_t)n >= sizeof folder || strchr(wiphy_name, '/'))
        return false;
    DIR *dir = opendir(folder);
    if (!dir)
        return false;
    for (struct dirent *e; !blocked && (e = readdir(dir)) != NULL;) {
        if (strncmp(e->d_name, "rfkill", 6) == 0)
            blocked = file_says_one(folder, e->d_name, "soft") || file_says_one(folder, e->d_name, "hard");
    }
    (void)closedir(dir);
    return blocked;
}
