/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/supervisor/function_state.h"

#include <stdio.h>
#include <string.h>

static void set(struct fascia_fact *fact, enum fascia_function_state state, enum fascia_reason reason, const char *unit,
                const char *why)
{
    fact->state = state;
    fact->reason = reason;
    (void)snprintf(fact->detail, sizeof fact->detail, "%s%s%s", unit, unit[0] != '\0' && why[0] != '\0' ? " " : "",
                   why);
}

static bool is_of(const struct unit *u, const char *function)
{
    return strcmp(u->spec->function, function) == 0;
}

/* How bad a unit is for its function; the worst one decides, the first in plan order among equals. */
enum weight { WEIGHT_UP, WEIGHT_COMING, WEIGHT_DOWN, WEIGHT_MISSING };

static enum weight weigh(const struct unit *u)
{
    switch (u->state) {
    case UNIT_READY:
        return WEIGHT_UP;
    case UNIT_FAILED:
        return WEIGHT_MISSING;
    case UNIT_BACKOFF:
    case UNIT_ABORTING:
    case UNIT_KILLING:
        return WEIGHT_DOWN;
    case UNIT_IDLE:
    case UNIT_STARTING:
    case UNIT_STOPPING:
    case UNIT_STATES_:
        break;
    }
    /* A first start is on its way; a restart is the rest of a failure. */
    return u->cause == UNIT_CAUSE_NONE ? WEIGHT_COMING : WEIGHT_DOWN;
}

static const struct unit *worst_unit(const struct plan *plan, const struct unit units[], const char *function)
{
    const struct unit *worst = NULL;

    for (size_t i = 0; i < plan->units_count; i++) {
        if (is_of(&units[i], function) && (!worst || weigh(&units[i]) > weigh(worst)))
            worst = &units[i];
    }
    return worst;
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

/* A unit that this function's units need, that belongs to another function, and that cannot be executed. */
static const struct unit *missing_need(const struct plan *plan, const struct unit units[], const char *function)
{
    for (size_t i = 0; i < plan->units_count; i++) {
        if (!is_of(&units[i], function))
            continue;
        for (size_t n = 0; n < units[i].spec->needs_count; n++) {
            int need = plan_find(plan, units[i].spec->needs[n].unit);
            if (need >= 0 && !is_of(&units[need], function) && units[need].state == UNIT_FAILED)
                return &units[need];
        }
    }
    return NULL;
}

static void from_fact(const struct plan *plan, const struct unit units[], const struct fascia_fact *fact,
                      struct fascia_fact *ret)
{
    if (fact->function[0] == '\0') {
        set(ret, FASCIA_FUNCTION_STARTING, FASCIA_REASON_NONE, "", "nothing published yet");
        return;
    }
    const struct unit *missing = missing_need(plan, units, ret->function);
    if (missing && fact->state == FASCIA_FUNCTION_FULL)
        set(ret, FASCIA_FUNCTION_DEGRADED, FASCIA_REASON_DEPENDENCY, missing->spec->function, "");
    else
        *ret = *fact;
}

void function_state_compute(const struct plan *plan, size_t index, const struct unit units[],
                            const struct fascia_fact facts[], bool stopping, struct fascia_fact *ret)
{
    const struct plan_function *function = &plan->functions[index];
    const struct unit *worst = worst_unit(plan, units, function->name);
    struct fascia_fact fact = {0};

    memcpy(fact.function, function->name, sizeof fact.function);
    if (!function->enabled || !worst || (stopping && any_is_going(plan, units, function->name))) {
        set(&fact, FASCIA_FUNCTION_OFF, FASCIA_REASON_NONE, "", "");
        *ret = fact;
        return;
    }

    switch (weigh(worst)) {
    case WEIGHT_MISSING:
        set(&fact, FASCIA_FUNCTION_FAILED, worst->spec->missing, worst->spec->name, worst->why);
        break;
    case WEIGHT_DOWN:
        set(&fact, FASCIA_FUNCTION_FAILED,
            worst->cause == UNIT_CAUSE_NOT_READY ? FASCIA_REASON_NOT_READY : worst->spec->down, worst->spec->name,
            worst->why);
        break;
    case WEIGHT_COMING:
        set(&fact, FASCIA_FUNCTION_STARTING, FASCIA_REASON_NONE, worst->spec->name,
            worst->state == UNIT_IDLE ? "waits for its turn" : "");
        break;
    case WEIGHT_UP:
        from_fact(plan, units, &facts[index], &fact);
        break;
    }
    *ret = fact;
}
