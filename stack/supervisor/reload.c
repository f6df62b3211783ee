/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "stack/supervisor/internal.h"

/*
 * Going over to another plan. First what has changed or is gone is taken down under the old plan, in its order; then
 * the plans are swapped and what is the same in both is carried over as it is; then the new plan is brought up.
 */

static bool is_the_same(const struct supervisor *s, size_t i)
{
    int other = plan_find(s->next_plan, s->plan->units[i].name);

    return other >= 0 && s->next_plan->units[other].fingerprint == s->plan->units[i].fingerprint;
}

int supervisor_reload(struct supervisor *s, const struct plan *plan, const struct supervisor_config *config,
                      int64_t now_us)
{
    if (s->phase == SUPERVISOR_NEW || s->phase == SUPERVISOR_STOPPING || s->phase == SUPERVISOR_STOPPED)
        return SUPERVISOR_E_ENDING;
    if (s->next_plan)
        return SUPERVISOR_E_BUSY;
    s->next_plan = plan;
    s->next_config = config;
    for (size_t i = 0; i < s->plan->units_count; i++)
        s->records[i].dropped_by_reload = !is_the_same(s, i);
    supervisor_settle(s, now_us);
    return 0;
}

/* What is carried over, as it was under the old plan. */
struct before {
    const struct plan *plan;
    struct unit units[PLAN_UNITS_MAX];
    struct supervisor_unit_record records[PLAN_UNITS_MAX];
    struct supervisor_function_record functions[PLAN_FUNCTIONS_MAX];
    struct boot boot;
};

static void carry_unit(struct supervisor *s, const struct before *old, size_t i)
{
    const struct plan_unit *spec = &s->plan->units[i];
    int from = plan_find(old->plan, spec->name);

    if (from < 0 || old->records[from].dropped_by_reload) {
        unit_init(&s->units[i], spec, s->config);
        if (from >= 0 && spec->manage == SUPERVISOR_MANAGE_SPAWN)
            s->units[i].pid = old->units[from].pid; /* given up, but still there: it is waited for */
        s->records[i].stopped_by_operator = from >= 0 && old->records[from].stopped_by_operator;
        crash_counter_init(&s->records[i].crashes, &s->config->escalation);
        return;
    }
    s->units[i] = old->units[from];
    unit_respecify(&s->units[i], spec, s->config);
    s->records[i] = old->records[from];
    s->records[i].crashes.config = s->config->escalation;
}

static bool same_step(const struct ladder_step *a, const struct ladder_step *b)
{
    return strcmp(a->name, b->name) == 0 && a->action == b->action && a->shows == b->shows && a->until == b->until &&
           a->budget_ms == b->budget_ms && a->budget_max_ms == b->budget_max_ms && a->attempts == b->attempts &&
           strcmp(a->hmi, b->hmi) == 0;
}

static bool same_ladder(const struct ladder_config *a, const struct ladder_config *b)
{
    if (!a || !b || a->steps_count != b->steps_count)
        return false;
    for (size_t i = 0; i < a->steps_count; i++) {
        if (!same_step(&a->steps[i], &b->steps[i]))
            return false;
    }
    return true;
}

static void carry_function(struct supervisor *s, const struct before *old, size_t i)
{
    int from = plan_find_function(old->plan, s->plan->functions[i].name);
    struct ladder ladder = s->functions[i].ladder; /* at rest, of the new configuration */

    memcpy(s->functions[i].shown.function, s->plan->functions[i].name, sizeof s->functions[i].shown.function);
    if (from < 0)
        return;
    s->functions[i] = old->functions[from];
    if (!same_ladder(ladder.config, old->functions[from].ladder.config))
        s->functions[i].ladder = ladder;
    s->functions[i].ladder.config = ladder.config;
}

/* What is known of a stage stays known. Budgets are for a boot; one that was over before it was known counts not. */
static void carry_boot(struct supervisor *s, const struct before *old, int64_t now_us)
{
    boot_init(&s->boot, s->config, old->boot.offset_us, old->boot.timed);
    for (size_t i = 0; i < s->boot.stages_count; i++) {
        bool known = false;

        for (size_t k = 0; k < old->boot.stages_count; k++) {
            if (strcmp(s->boot.stages[i].config->stage, old->boot.stages[k].config->stage) != 0)
                continue;
            s->boot.stages[i].verdict = old->boot.stages[k].verdict;
            s->boot.stages[i].reached_us = old->boot.stages[k].reached_us;
            known = true;
        }
        if (!known)
            boot_excuse(&s->boot, i, now_us);
    }
}

static void swap_plans(struct supervisor *s, int64_t now_us)
{
    struct before old = {.plan = s->plan, .boot = s->boot};
    size_t restarted = 0;

    for (size_t i = 0; i < s->plan->units_count; i++)
        restarted += s->records[i].dropped_by_reload ? 1 : 0;
    size_t kept = s->plan->units_count - restarted;

    memcpy(old.units, s->units, sizeof old.units);
    memcpy(old.records, s->records, sizeof old.records);
    memcpy(old.functions, s->functions, sizeof old.functions);
    s->plan = s->next_plan;
    s->config = s->next_config;
    s->next_plan = NULL;
    s->next_config = NULL;
    memset(s->units, 0, sizeof s->units);
    memset(s->records, 0, sizeof s->records);
    memset(s->functions, 0, sizeof s->functions);
    supervisor_init_ladders(s);
    for (size_t i = 0; i < s->plan->units_count; i++)
        carry_unit(s, &old, i);
    for (size_t i = 0; i < s->plan->functions_count; i++)
        carry_function(s, &old, i);
    carry_boot(s, &old, now_us);
    s->generation++;
    (void)supervisor_push(s, SUPERVISOR_REPLACED);
    supervisor_tell(s, FASCIA_EVENT_RELOADED, now_us, "%zu units: %zu ran on, %zu were changed or are gone",
                    s->plan->units_count, kept, restarted);
}

bool supervisor_swap_is_due(const struct supervisor *s)
{
    if (!s->next_plan || s->phase == SUPERVISOR_STOPPED)
        return false;
    for (size_t i = 0; i < s->plan->units_count; i++) {
        if (s->records[i].dropped_by_reload && s->units[i].state != UNIT_IDLE)
            return false;
    }
    return true;
}

bool supervisor_try_swap(struct supervisor *s, int64_t now_us)
{
    /* Actions name units by their place in the plan: none may be under way while the places change. */
    if (!supervisor_swap_is_due(s) || s->doings.count > 0)
        return false;
    swap_plans(s, now_us);
    return true;
}
