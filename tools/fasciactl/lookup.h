/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_TOOLS_FASCIACTL_LOOKUP_H
#define FASCIA_TOOLS_FASCIACTL_LOOKUP_H

#include <limits.h>

/* Finds what a person names: a requirement profile (--profile), a described radio (--board, --radio). */

/** Where files of one kind are looked for, in this order. */
struct lookup {
    const char *kind;        /* "profile", for messages */
    const char *environment; /* variable that names a folder: "FASCIA_PROFILES" */
    const char *source;      /* folder of the source tree that this program was built from */
    const char *installed;   /* folder that comes with fascia */
};

extern const struct lookup lookup_profiles, lookup_radios;

/**
 * A name is looked up as NAME.yaml in the folders; whatever has a slash or a dot is a file's path and is taken as it
 * is. Returns 0, -ENOENT when no folder has it, or -ENAMETOOLONG; `path` is then empty, and what is missing, which
 * names are known and what to do was said on standard error.
 */
int lookup_or_explain(const struct lookup *lookup, const char *name, char path[static PATH_MAX]);

#endif
