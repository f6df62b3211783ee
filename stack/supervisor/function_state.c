/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/supervisor/function_state.h"

#include <stdio.h>
#include <string.h>

/* The table: what a word makes of the function. The reason and the detail follow from the word as well, see explain().
 */
static const enum fascia_function_state states[FUNCTION_WORDS_] = {
    [FUNCTION_IS_DISABLED] = FASCIA_FUNCTION_OFF,     [FUNCTION_IS_GOING] = FASCIA_FUNCTION_OFF,
    [FUNCTION_IS_SAFE] = FASCIA_FUNCTION_SAFE,        [FUNCTION_IS_STOPPED] = FASCIA_FUNCTION_OFF,
    [FUNCTION_IS_MISSING] = FASCIA_FUNCTION_FAILED,   [FUNCTION_IS_DOWN] = FASCIA_FUNCTION_FAILED,
    [FUNCTION_IS_HELD] = FASCIA_FUNCTION_FAILED,      [FUNCTION_IS_COMING] = FASCIA_FUNCTION_STARTING,
    [FUNCTION_IS_UNKNOWN] = FASCIA_FUNCTION_STARTING, [FUNCTION_IS_UP] = FASCIA_FUNCTION_FULL,
    [FUNCTION_IS_TOLD] = FASCIA_FUNCTION_FULL, /* or what the fact says */
};

static bool is_of(const struct unit *u, const char *function)
{
    return strcmp(u->spec->function, function) == 0;
}

static enum function_word word_of_unit(const struct unit *u)
{
    switch (u->state) {
    case UNIT_READY:
        return FUNCTION_IS_UP;
    case UNIT_FAILED:
        return FUNCTION_IS_MISSING;
    case UNIT_HELD:
        return FUNCTION_IS_HELD;
    case UNIT_BACKOFF:
    case UNIT_ABORTING:
    case UNIT_KILLING:
    case UNIT_ABSENT:
        return FUNCTION_IS_DOWN;
    case UNIT_IDLE:
        if (u->pid != 0) /* it was given up on the way down, and is still there */
            return FUNCTION_IS_DOWN;
        break;
    case UNIT_STARTING:
    case UNIT_STOPPING:
    case UNIT_STATES_:
        break;
    }
    /* A first start is on its way; a restart is the rest of a failure. */
    return u->cause == UNIT_CAUSE_NONE ? FUNCTION_IS_COMING : FUNCTION_IS_DOWN;
}

/* The strongest word of its processes, from the first one in plan order among equals. */
static enum function_word word_of_units(const struct plan *plan, const struct unit units[], const char *function,
                                        const struct unit **ret_unit)
{
    enum function_word strongest = FUNCTION_IS_DISABLED;

    for (size_t i = 0; i < plan->units_count; i++) {
        if (!is_of(&units[i], function))
            continue;
        enum function_word word = word_of_unit(&units[i]);
        if (!*ret_unit || word < strongest) {
            strongest = word;
            *ret_unit = &units[i];
        }
    }
    return strongest;
}

/* On the way down a function is off as soon as one process that it stands on is asked to end. */
static bool any_is_going(const struct plan *plan, const struct unit units[], const char *function)
{
    for (size_t i = 0; i < plan->units_count; i++) {
        if (is_of(&units[i], function) && units[i].state != UNIT_READY && units[i].state != UNIT_STARTING)
            return true;
    }
    return false;
}

static const struct unit *stopped_unit(const struct plan *plan, const struct unit units[], const char *function,
                                       const bool *stopped)
{
    for (size_t i = 0; stopped && i < plan->units_count; i++) {
        if (stopped[i] && is_of(&units[i], function))
            return &units[i];
    }
    return NULL;
}

/* Whether anybody has to publish before the function counts as being there. */
static bool fact_is_expected(const struct plan *plan, const char *function)
{
    for (size_t i = 0; i < plan->units_count; i++) {
        if (plan->units[i].fact_expected && strcmp(plan->units[i].function, function) == 0)
            return true;
    }
    return false;
}

enum function_word function_word(const struct plan *plan, size_t index, const struct unit units[],
                                 const struct fascia_fact *fact, const struct function_circumstances *circumstances,
                                 const struct unit **ret_unit)
{
    const struct plan_function *function = &plan->functions[index];
    const struct unit *about = NULL;
    enum function_word word = word_of_units(plan, units, function->name, &about);
    const struct unit *stopped = stopped_unit(plan, units, function->name, circumstances->stopped);

    if (!function->enabled || !about)
        word = FUNCTION_IS_DISABLED;
    else if (circumstances->going && any_is_going(plan, units, function->name))
        word = FUNCTION_IS_GOING;
    else if (circumstances->safe)
        word = FUNCTION_IS_SAFE;
    else if (stopped) {
        word = FUNCTION_IS_STOPPED;
        about = stopped;
    } else if (word == FUNCTION_IS_UP && fact->function[0] != '\0')
        word = FUNCTION_IS_TOLD;
    else if (word == FUNCTION_IS_UP && fact_is_expected(plan, function->name))
        word = FUNCTION_IS_UNKNOWN;
    if (ret_unit)
        *ret_unit = about;
    return word;
}

static void explain(struct fascia_fact *fact, enum fascia_reason reason, const char *subject, const char *why)
{
    fact->reason = reason;
    (void)snprintf(fact->detail, sizeof fact->detail, "%s%s%s", subject,
                   subject[0] != '\0' && why[0] != '\0' ? " " : "", why);
}

/* A unit that one of this function's units needs (reaction degrade) and that is not up. */
static const struct unit *lost_need(const struct plan *plan, const struct unit units[], const char *function)
{
    for (size_t i = 0; i < plan->units_count; i++) {
        if (!is_of(&units[i], function))
            continue;
        for (size_t n = 0; n < units[i].spec->needs_count; n++) {
            int need = plan_find(plan, units[i].spec->needs[n].unit);
            if (need >= 0 && units[i].spec->needs[n].on_loss == SUPERVISOR_REACTION_DEGRADE &&
                units[need].state != UNIT_READY)
                return &units[need];
        }
    }
    return NULL;
}

/* What works, but for the circumstances. */
static void weaken(const struct plan *plan, const struct unit units[],
                   const struct function_circumstances *circumstances, struct fascia_fact *fact)
{
    const struct unit *lost = lost_need(plan, units, fact->function);

    if (fact->state != FASCIA_FUNCTION_FULL)
        return;
    if (lost)
        explain(fact, FASCIA_REASON_DEPENDENCY, lost->spec->function, lost->spec->name);
    else if (circumstances->crash_loop)
        explain(fact, FASCIA_REASON_CRASH_LOOP, "", "");
    else
        return;
    fact->state = FASCIA_FUNCTION_DEGRADED;
}

static void describe(enum function_word word, const struct unit *about, const struct fascia_fact *told,
                     struct fascia_fact *fact)
{
    switch (word) {
    case FUNCTION_IS_SAFE:
        explain(fact, FASCIA_REASON_CRASH_LOOP, "stopped, because it ended again and again", "");
        break;
    case FUNCTION_IS_STOPPED:
        explain(fact, FASCIA_REASON_STOPPED, about->spec->name, "");
        break;
    case FUNCTION_IS_MISSING:
        explain(fact, about->spec->missing, about->spec->name, about->why);
        break;
    case FUNCTION_IS_DOWN: /* of somebody else's process it is not known that it runs */
        explain(fact,
                about->cause == UNIT_CAUSE_NOT_READY && about->spec->manage == SUPERVISOR_MANAGE_SPAWN
                    ? FASCIA_REASON_NOT_READY
                    : about->spec->down,
                about->spec->name, about->why[0] != '\0' ? about->why : "does not end");
        break;
    case FUNCTION_IS_HELD:
        explain(fact, FASCIA_REASON_ON_HOLD, about->spec->name, about->why);
        break;
    case FUNCTION_IS_COMING:
        explain(fact, FASCIA_REASON_NONE, about->spec->name, about->state == UNIT_IDLE ? "waits for its turn" : "");
        break;
    case FUNCTION_IS_UNKNOWN:
        explain(fact, FASCIA_REASON_NONE, "nothing published yet", "");
        break;
    case FUNCTION_IS_TOLD:
        *fact = *told;
        break;
    case FUNCTION_IS_DISABLED:
    case FUNCTION_IS_GOING:
    case FUNCTION_IS_UP:
    case FUNCTION_WORDS_:
        break;
    }
}

void function_state_compute(const struct plan *plan, size_t index, const struct unit units[],
                            const struct fascia_fact *fact, const struct function_circumstances *circumstances,
                            struct fascia_fact *ret)
{
    const struct unit *about = NULL;
    enum function_word word = function_word(plan, index, units, fact, circumstances, &about);
    struct fascia_fact result = {.state = states[word]};

    memcpy(result.function, plan->functions[index].name, sizeof result.function);
    describe(word, about, fact, &result);
    weaken(plan, units, circumstances, &result);
    if (circumstances->late && result.state == FASCIA_FUNCTION_STARTING) {
        result.state = FASCIA_FUNCTION_DEGRADED;
        result.reason = FASCIA_REASON_BOOT_LATE;
    }
    *ret = result;
}
