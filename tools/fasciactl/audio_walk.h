/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_TOOLS_FASCIACTL_AUDIO_WALK_H
#define FASCIA_TOOLS_FASCIACTL_AUDIO_WALK_H

#include <stdbool.h>
#include <stddef.h>

/* The verdict on one speaker of a walk: its tone was asked for, and levels were heard at all. Pure. */

enum walk_verdict {
    WALK_OK,
    WALK_MISSING, /* nothing, or much too little, was heard where it should be */
    WALK_SWAPPED, /* another one is louder: the wires are crossed */
    WALK_LEAKS,   /* it is heard, and so is another one */
    WALK_VERDICTS_
};

#define WALK_APART_DB 30.0 /* all others are at least so much quieter */
#define WALK_LOSS_DB  12.0 /* it may be so much quieter than it was asked to be */

/** "ok", "missing", "swapped", "leaks" */
const char *walk_verdict_name(enum walk_verdict verdict);

/**
 * `heard`: dBFS at each of `count` speakers (-120: nothing) while `asked` (an index) plays at `level_dbfs`. For SWAPPED
 * and LEAKS *ret_other is the loudest other one.
 */
enum walk_verdict walk_judge(const double *heard, size_t count, size_t asked, double level_dbfs, size_t *ret_other);

#endif
