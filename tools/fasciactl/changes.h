/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_TOOLS_FASCIACTL_CHANGES_H
#define FASCIA_TOOLS_FASCIACTL_CHANGES_H

#include "stack/report/facts.h"

/* What differs between two looks at the unit, as lines for people and programs. */

struct change {
    const char *kind;      /* "function", "ladder", "phase", "unit", "station", "link", "sound"; static */
    const char *name;      /* of the function, unit or station; valid during the call */
    char from[64], to[64]; /* "" = was not there, is not there any more */
    const char *detail;    /* may be ""; valid during the call */
};

typedef void (*change_fn)(const struct change *change, void *userdata);

/** Calls `fn` for each difference, in a stable order. Both are settled; `before` may be all zero. */
void changes_find(const struct report_facts *before, const struct report_facts *now, change_fn fn, void *userdata);

#endif
