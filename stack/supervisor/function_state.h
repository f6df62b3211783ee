/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_SUPERVISOR_FUNCTION_STATE_H
#define FASCIA_STACK_SUPERVISOR_FUNCTION_STATE_H

#include <stdbool.h>
#include <stddef.h>

#include "stack/base/function.h"
#include "stack/supervisor/plan.h"
#include "stack/supervisor/unit.h"

/*
 * The state of a function: what its service publishes, as long as every process that it stands on is up; else what the
 * state of those processes makes of it. One table for all functions, because functions are data: a configuration may
 * add some. What is particular to one (how long trouble is borne, what is done about it) is its ladder.
 */

/* What there is to say about a function, from the strongest word to the weakest. */
enum function_word {
    FUNCTION_IS_DISABLED, /* not configured */
    FUNCTION_IS_GOING,    /* everything goes down, or is */
    FUNCTION_IS_SAFE,     /* escalation put it into safety */
    FUNCTION_IS_STOPPED,  /* an operator stopped one of its processes */
    FUNCTION_IS_MISSING,  /* one of its processes cannot be executed */
    FUNCTION_IS_DOWN,     /* one of its processes is not up and was not asked to end */
    FUNCTION_IS_HELD,     /* one of its processes waits for another that it needs */
    FUNCTION_IS_COMING,   /* one of its processes is on its first way up */
    FUNCTION_IS_UNKNOWN,  /* all are up, and the one that publishes has not done so yet */
    FUNCTION_IS_UP,       /* all are up, and none of them publishes */
    FUNCTION_IS_TOLD,     /* all are up; the fact counts */
    FUNCTION_WORDS_
};

/** What is known about a function beside its processes and its fact. */
struct function_circumstances {
    bool going;          /* everything goes down */
    bool safe;           /* escalation ended in safety */
    bool crash_loop;     /* one of its processes ended too often; not forgotten yet */
    bool late;           /* a boot stage that waits for it has missed its budget */
    const bool *stopped; /* per unit of the plan: by an operator; NULL = none */
};

/** The strongest word that fits. `ret_unit` (may be NULL): the process that it is about, or NULL. */
enum function_word function_word(const struct plan *plan, size_t index, const struct unit units[],
                                 const struct fascia_fact *fact, const struct function_circumstances *circumstances,
                                 const struct unit **ret_unit);

/**
 * Computes functions[index] of the plan. `units` are the plan's, in its order; `fact` is the last one of this function,
 * with an empty name where none was published by the process that runs now. Writes name, state, reason and detail to
 * `ret`.
 */
void function_state_compute(const struct plan *plan, size_t index, const struct unit units[],
                            const struct fascia_fact *fact, const struct function_circumstances *circumstances,
                            struct fascia_fact *ret);

#endif
