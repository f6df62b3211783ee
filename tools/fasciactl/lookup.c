/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/fasciactl/lookup.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "stack/base/cleanup.h"
#include "stack/base/text.h"

const struct lookup lookup_profiles = {
    .kind = "profile",
    .environment = "FASCIA_PROFILES",
    .source = FASCIA_PROFILES_SOURCE,
    .installed = FASCIA_PROFILES_INSTALLED,
};

const struct lookup lookup_radios = {
    .kind = "radio",
    .environment = "FASCIA_RADIOS",
    .source = FASCIA_RADIOS_SOURCE,
    .installed = FASCIA_RADIOS_INSTALLED,
};

enum { FOLDERS = 3 };

static void folders_of(const struct lookup *lookup, const char *to[static FOLDERS])
{
    const char *environment = getenv(lookup->environment);

    to[0] = environment != NULL ? environment : "";
    to[1] = lookup->source;
    to[2] = lookup->installed;
}

static int find(const struct lookup *lookup, const char *name, char path[static PATH_MAX])
{
    const char *folders[FOLDERS];

    if (strpbrk(name, "/.") != NULL)
        return fascia_text_copy(path, PATH_MAX, name);
    folders_of(lookup, folders);
    for (size_t i = 0; i < FOLDERS; i++) {
        struct fascia_text text;
        if (folders[i][0] == '\0')
            continue;
        fascia_text_init(&text, path, PATH_MAX);
        fascia_text_add(&text, "%s/%s.yaml", folders[i], name);
        if (fascia_text_ok(&text) && access(path, R_OK) == 0)
            return 0;
    }
    path[0] = '\0';
    return -ENOENT;
}

static int is_description(const struct dirent *entry)
{
    size_t length = strlen(entry->d_name);

    return length > 5 && entry->d_name[0] != '.' && strcmp(entry->d_name + length - 5, ".yaml") == 0;
}

/* The names of the first folder that has any: enough to see what a name looks like. */
static void print_known(const struct lookup *lookup)
{
    const char *folders[FOLDERS];
    bool any = false;

    folders_of(lookup, folders);
    for (size_t i = 0; i < FOLDERS && !any; i++) {
        struct dirent **entries = NULL;
        int n = folders[i][0] != '\0' ? scandir(folders[i], &entries, is_description, alphasort) : 0;
        for (int k = 0; k < n; k++) {
            (void)fprintf(stderr, "%s%.*s", any ? ", " : "  Known here: ", (int)strlen(entries[k]->d_name) - 5,
                          entries[k]->d_name);
            any = true;
            free(entries[k]);
        }
        free(entries);
    }
    if (any)
        (void)fputs("\n", stderr);
}

int lookup_or_explain(const struct lookup *lookup, const char *name, char path[static PATH_MAX])
{
    int r = find(lookup, name, path);

    if (r == 0)
        return 0;
    (void)fprintf(stderr,
                  "fasciactl: there is no %s \"%s\"\n"
                  "  Put %s.yaml into a folder and name that by $%s, or give the file's path.\n",
                  lookup->kind, name, name, lookup->environment);
    print_known(lookup);
    return r;
}
