/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_SUPERVISOR_CRASH_COUNTER_H
#define FASCIA_STACK_SUPERVISOR_CRASH_COUNTER_H

#include <stdint.h>

#include "stack/supervisor/supervisor_config.h"

/*
 * Counts the ends of one unit that nobody asked for, and forgets one per `age_ms` (a leaky bucket: the clock of
 * forgetting starts with the first crash and goes on while the count is above 0). Says which levels of escalation are
 * newly reached; each is said once until the count is 0 again.
 */

enum escalation_level {
    ESCALATION_GROUP,
    ESCALATION_RADIO_RESET,
    ESCALATION_DEGRADE,
    ESCALATION_SAFE,
    ESCALATION_REBOOT,
    ESCALATION_LEVELS_
};

struct crash_counter {
    struct escalation_config config;
    int64_t count;
    int64_t forget_us;    /* when the next one is forgotten; INT64_MAX = nothing to forget */
    unsigned int reached; /* bit per level, said since the count was last 0 */
};

void crash_counter_init(struct crash_counter *c, const struct escalation_config *config);

/** One more at `now_us`. Returns the levels newly reached, a bit (1 << level) each. */
unsigned int crash_counter_add(struct crash_counter *c, int64_t now_us);

/** Forgets what is due; to be called at `forget_us` at the latest. Returns 1 when the count became 0 by it, else 0. */
int crash_counter_age(struct crash_counter *c, int64_t now_us);

/** An operator's word: everything is forgotten at once. */
void crash_counter_clear(struct crash_counter *c);

const char *escalation_level_name(
    enum escalation_level level); /* "group", "radio-reset", "degrade", "safe", "reboot" */

#endif
