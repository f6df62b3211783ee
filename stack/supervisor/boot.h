/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_SUPERVISOR_BOOT_H
#define FASCIA_STACK_SUPERVISOR_BOOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stack/supervisor/supervisor_config.h"

/*
 * Boot stages and their budgets, on the clock since the kernel's start (CLOCK_BOOTTIME). Inputs are CLOCK_MONOTONIC
 * like everywhere; `offset_us` (BOOTTIME - MONOTONIC, taken once) converts. A miss is said once and changes nothing
 * else.
 */

enum boot_verdict {
    BOOT_PENDING,
    BOOT_MET,     /* reached within its budget */
    BOOT_MISSED,  /* the budget has passed, not reached yet */
    BOOT_LATE,    /* reached after its budget */
    BOOT_UNTIMED, /* not judged: fasciad was not started by this boot, or the stage was not known in time */
    BOOT_VERDICTS_
};

struct boot_stage {
    const struct boot_stage_config *config; /* borrowed */
    enum boot_verdict verdict;
    int64_t reached_us; /* since the kernel's start; -1 = not */
};

struct boot {
    struct boot_stage stages[SUPERVISOR_STAGES_MAX];
    size_t stages_count;
    int64_t offset_us;
    bool timed;
};

/** `config` is borrowed. `timed` false: fasciad was restarted later; stages are noted, budgets do not count. */
void boot_init(struct boot *b, const struct supervisor_config *config, int64_t offset_us, bool timed);

/**
 * fasciad begins at `now_us`. When even the longest budget has passed by then, this boot did not start it (somebody did
 * so by hand), and budgets do not count.
 */
void boot_begin(struct boot *b, int64_t now_us);

/** Stage `i` is reached. Returns true when that is news. */
bool boot_reach(struct boot *b, size_t i, int64_t now_us);

/** Stage `i` is new: when its budget has passed by `now_us`, nobody can be blamed for it, and it is not judged. */
void boot_excuse(struct boot *b, size_t i, int64_t now_us);

/** Returns the stages (a bit each) whose budget has passed by `now_us` and was not known to have. */
unsigned int boot_timer(struct boot *b, int64_t now_us);

/** CLOCK_MONOTONIC at which boot_timer() has something to say; INT64_MAX = never. */
int64_t boot_deadline(const struct boot *b);

/** True while stage `i` has missed its budget and has not been reached. */
bool boot_is_late(const struct boot *b, size_t i);

const char *boot_verdict_name(enum boot_verdict verdict); /* "pending", "met", "missed", "late", "untimed" */

#endif
