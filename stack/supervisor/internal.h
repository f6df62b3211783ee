/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_SUPERVISOR_INTERNAL_H
#define FASCIA_STACK_SUPERVISOR_INTERNAL_H

#include "stack/supervisor/supervisor.h"

/*
 * What the files of the supervisor's machine share. One concept each:
 *   queue.c      what is to be done and what is to be told
 *   units.c      an event of a unit, and its consequences: reactions, escalation
 *   wanted.c     which units are wanted, and the next step towards that
 *   functions.c  functions, ladders, boot stages
 *   reload.c     going over to another plan
 *   supervisor.c the inputs
 */

/* queue.c */

struct supervisor_action *supervisor_push(struct supervisor *s, enum supervisor_action_kind kind);

void supervisor_tell(struct supervisor *s, enum fascia_event_kind kind, int64_t now_us, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/** Puts what unit_handle() asked for into the queue. `started_us`: when the process was started. */
void supervisor_perform(struct supervisor *s, size_t unit, unsigned int does, int64_t started_us, int64_t now_us);

/* units.c */

/** One event for one unit, with all that follows for others; supervisor_settle() is still to come. */
void supervisor_feed(struct supervisor *s, size_t unit, const struct unit_input *input, int64_t now_us);
void supervisor_feed_event(struct supervisor *s, size_t unit, enum unit_event event, int64_t now_us);

/** Has a unit stopped in order to be started again; one that is idle is left so. */
void supervisor_restart(struct supervisor *s, size_t unit);

/** The same for every unit of a function, except one (PLAN_UNITS_MAX = no exception). */
void supervisor_restart_group(struct supervisor *s, const char *function, size_t except);

void supervisor_reset_radio(struct supervisor *s, const char *function);

/** Forgets what is due in every crash counter. */
void supervisor_age_crashes(struct supervisor *s, int64_t now_us);

/* wanted.c */

/** After every input: takes all steps that can be taken now, then looks what has become of the functions. */
void supervisor_settle(struct supervisor *s, int64_t now_us);

/* functions.c */

/** Computes functions, moves ladders, reaches boot stages. Returns true when a ladder asked for something that has to
 * be settled again. */
bool supervisor_update_functions(struct supervisor *s, int64_t now_us);

/** Gives every function its ladder of the configuration, at rest. */
void supervisor_init_ladders(struct supervisor *s);

/** An order: the function begins anew, on the first step; its service is told when it was on another one. */
void supervisor_reset_ladder(struct supervisor *s, size_t function, int64_t now_us);

/** The process that publishes for a function is ready: it has to be told the step in force. */
void supervisor_reapply_step(struct supervisor *s, const char *function);

/** When functions.c wants to be called again; INT64_MAX = never. */
int64_t supervisor_functions_deadline(const struct supervisor *s);

/** True while everything is on its way down. */
bool supervisor_is_going_down(const struct supervisor *s);

/* reload.c */

/** True when only the queue has to be emptied before the plans can be swapped. */
bool supervisor_swap_is_due(const struct supervisor *s);

/** Swaps plan and configuration once everything that had to end has ended. Returns true when it did. */
bool supervisor_try_swap(struct supervisor *s, int64_t now_us);

#endif
