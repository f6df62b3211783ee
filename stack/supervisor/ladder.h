/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_SUPERVISOR_LADDER_H
#define FASCIA_STACK_SUPERVISOR_LADDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stack/supervisor/supervisor_config.h"

/*
 * The ladder of one function as a pure machine; what a ladder is: supervisor_config.h. It is told how the function is
 * whenever that may have changed, and the time; it answers what is to be done.
 */

enum ladder_condition {
    LADDER_IS_FULL,
    LADDER_IS_USABLE,  /* it works in part */
    LADDER_IS_TROUBLE, /* it worked, or should by now, and does not */
    LADDER_IS_IDLE,    /* it is not wanted, or on its first way up: the ladder rests */
    LADDER_CONDITIONS_
};

enum ladder_state {
    LADDER_RESTING,  /* the first step, nothing to count */
    LADDER_COUNTING, /* trouble: the budget of this attempt runs */
    LADDER_PAUSED,   /* usable, but `until` is not met: the budget stands still */
    LADDER_AT_END,   /* trouble on the last step, its budget spent: it stays */
    LADDER_STATES_
};

/* What is to be done; a set. */
enum ladder_does {
    LADDER_DO_ENTER = 1 << 0, /* a step has been entered: perform its action, tell of it */
    LADDER_DO_AGAIN = 1 << 1, /* the next attempt of the step: perform its action again */
};

struct ladder {
    const struct ladder_config *config; /* borrowed; NULL = the function has no ladder, nothing is ever done */
    enum ladder_state state;
    size_t step;         /* in force */
    int64_t attempt;     /* of it, from 1 */
    int64_t deadline_us; /* CLOCK_MONOTONIC; INT64_MAX = none */
    int64_t left_us;     /* of the budget, while it stands still */
};

#define LADDER_BUDGET_LONGEST_US INT64_C(3600000000)

/** Rests on the first step. */
void ladder_init(struct ladder *l, const struct ladder_config *config);

/**
 * The function is in this condition at `now_us`; also to be called at `deadline_us`. Returns a set of enum ladder_does;
 * at most one step is entered by one call (a step without budget is left by the next call, which is due at once).
 */
unsigned int ladder_handle(struct ladder *l, enum ladder_condition condition, int64_t now_us);

/** The step in force; NULL without a ladder. Borrowed from the configuration. */
const struct ladder_step *ladder_step(const struct ladder *l);

const char *ladder_state_name(enum ladder_state state); /* "RESTING" … */

#endif
