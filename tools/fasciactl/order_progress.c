/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "tools/fasciactl/order.h"

static const struct report_unit *find(const struct report_facts *facts, const char *unit)
{
    for (size_t i = 0; i < facts->units_count; i++) {
        if (strcmp(facts->units[i].name, unit) == 0)
            return &facts->units[i];
    }
    return NULL;
}

/* Whether it is another process than before; one that was not there before is another one. */
static bool is_another(const struct report_unit *was, const struct report_unit *is)
{
    return was == NULL || was->pid == 0 || was->pid != is->pid || was->restarts != is->restarts;
}

static enum order_progress waits_for_unit(const struct report_unit *unit, struct fascia_text *about)
{
    if (strcmp(unit->state, "READY") == 0)
        fascia_text_add(about, "%s is still the old process", unit->name);
    else
        fascia_text_add(about, "%s is %s", unit->name, unit->state);
    return strcmp(unit->state, "FAILED") == 0 ? ORDER_HOPELESS : ORDER_WAITING;
}

static enum order_progress unit_progress(enum order_goal goal, const struct report_unit *was,
                                         const struct report_unit *is, struct fascia_text *about)
{
    bool up = strcmp(is->state, "READY") == 0;
    bool down = is->pid == 0 && strcmp(is->state, "BACKOFF") != 0;

    switch (goal) {
    case ORDER_UP:
        return up ? ORDER_REACHED : waits_for_unit(is, about);
    case ORDER_AGAIN:
        if (up && is_another(was, is))
            return ORDER_REACHED;
        return waits_for_unit(is, about);
    case ORDER_DOWN:
        if (down)
            return ORDER_REACHED;
        fascia_text_add(about, "%s is %s", is->name, is->state);
        return ORDER_WAITING;
    }
    return ORDER_WAITING;
}

static enum order_progress functions_progress(const struct report_facts *now, struct fascia_text *about)
{
    for (size_t i = 0; i < now->functions_count; i++) {
        const struct report_function *function = &now->functions[i];
        if (function->state == FASCIA_FUNCTION_OFF || function->state == FASCIA_FUNCTION_FULL)
            continue;
        fascia_text_add(about, "%s is %s", function->name, fascia_function_state_name(function->state));
        if (function->reason[0] != '\0' && strcmp(function->reason, "none") != 0)
            fascia_text_add(about, " (%s)", function->reason);
        return ORDER_WAITING;
    }
    return ORDER_REACHED;
}

static enum order_progress whole_progress(enum order_goal goal, const struct report_facts *before,
                                          const struct report_facts *now, struct fascia_text *about)
{
    const char *wanted = goal == ORDER_DOWN ? "STANDBY" : "RUNNING";

    if (strcmp(now->phase, wanted) != 0) {
        fascia_text_add(about, "fasciad is %s", now->phase);
        return ORDER_WAITING;
    }
    if (goal == ORDER_DOWN)
        return ORDER_REACHED;
    for (size_t i = 0; i < now->units_count; i++) {
        const struct report_unit *is = &now->units[i], *was = find(before, is->name);
        if (strcmp(is->state, "FAILED") == 0)
            return waits_for_unit(is, about);
        /* A function may be shown as it was for a moment: only its new process proves the restart. */
        if (goal == ORDER_AGAIN && was != NULL && was->pid != 0 && !is_another(was, is))
            return waits_for_unit(is, about);
    }
    return functions_progress(now, about);
}

enum order_progress order_progress_of(enum order_goal goal, const char *unit, const struct report_facts *before,
                                      const struct report_facts *now, struct fascia_text *about)
{
    if (unit[0] == '\0')
        return whole_progress(goal, before, now, about);

    const struct report_unit *is = find(now, unit);
    if (is == NULL) {
        fascia_text_add(about, "%s is not in the plan any more", unit);
        return ORDER_HOPELESS;
    }
    return unit_progress(goal, find(before, unit), is, about);
}
