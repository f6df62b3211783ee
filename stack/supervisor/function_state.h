/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_SUPERVISOR_FUNCTION_STATE_H
#define FASCIA_STACK_SUPERVISOR_FUNCTION_STATE_H

#include <stdbool.h>
#include <stddef.h>

#include "stack/base/function.h"
#include "stack/supervisor/plan.h"
#include "stack/supervisor/unit.h"

/*
 * The state of a function: what its service publishes, as long as every process that it stands on is up; else
 * what the state of those processes makes of it.
 */

/**
 * Computes functions[index] of the plan. `units` are the plan's, in its order; `facts` holds the last fact of each
 * function, with an empty name where none was published by the process that runs now. `stopping`: the supervisor
 * takes everything down. Writes name, state, reason and detail to `ret`.
 */
void function_state_compute(const struct plan *plan, size_t index, const struct unit units[],
                            const struct fascia_fact facts[], bool stopping, struct fascia_fact *ret);

#endif
