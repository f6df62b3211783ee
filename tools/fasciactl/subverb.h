/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_TOOLS_FASCIACTL_SUBVERB_H
#define FASCIA_TOOLS_FASCIACTL_SUBVERB_H

#include <stddef.h>

#include "tools/fasciactl/verbs.h"

/* A verb that is a family: `fasciactl aware decode FILE`. One row per member; the man page and the completions are held
 * against what `fasciactl aware --help` prints of them. */

struct subverb {
    const char *name;
    int (*run)(struct fasciactl *ctl, int argc, char **argv); /* argv[0] is "aware decode" */
    const char *about;
};

struct subverb_family {
    const char *verb;  /* "aware" */
    const char *about; /* what the family is for: lines, each with its newline */
    const struct subverb *members;
    size_t count;
};

/** Runs the member that the arguments name; prints the list for --help, and for none. Returns the status. */
int subverb_run(struct fasciactl *ctl, int argc, char **argv, const struct subverb_family *family);

#endif
