/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "stack/supervisor/function_state.h"
#include "stack/supervisor/internal.h"

void supervisor_init_ladders(struct supervisor *s)
{
    for (size_t i = 0; i < s->plan->functions_count; i++) {
        const struct ladder_config *config = NULL;

        for (size_t k = 0; k < s->config->ladders_count; k++) {
            if (strcmp(s->config->ladders[k].function, s->plan->functions[i].name) == 0)
                config = &s->config->ladders[k];
        }
        ladder_init(&s->functions[i].ladder, config);
    }
}

static void push_apply(struct supervisor *s, size_t function, const char *step)
{
    struct supervisor_action *action = supervisor_push(s, SUPERVISOR_APPLY);

    action->function = function;
    (void)fascia_text_copy(action->text, sizeof action->text, step);
}

void supervisor_reapply_step(struct supervisor *s, const char *function)
{
    int f = plan_find_function(s->plan, function);
    const struct ladder_step *step = f >= 0 ? ladder_step(&s->functions[f].ladder) : NULL;

    /* A new process begins like on the first step. */
    if (step && s->functions[f].ladder.step > 0 && step->action == LADDER_ACTION_APPLY)
        push_apply(s, (size_t)f, step->name);
}

static void act(struct supervisor *s, size_t function, const struct ladder_step *step)
{
    const char *name = s->plan->functions[function].name;

    switch (step->action) {
    case LADDER_ACTION_APPLY:
        push_apply(s, function, step->name);
        break;
    case LADDER_ACTION_RESTART:
        supervisor_restart_group(s, name, PLAN_UNITS_MAX);
        break;
    case LADDER_ACTION_RADIO_RESET:
        supervisor_reset_radio(s, name);
        break;
    case LADDER_ACTION_NONE:
    case LADDER_ACTIONS_:
        break;
    }
}

static void tell_step(struct supervisor *s, size_t function, const struct ladder_step *step, int64_t now_us)
{
    s->generation++;
    supervisor_tell(s, FASCIA_EVENT_LADDER_STEP, now_us, "%s %s, attempt %" PRId64 " of %" PRId64 "%s%s",
                    s->plan->functions[function].name, step->name, s->functions[function].ladder.attempt,
                    step->attempts, step->hmi[0] != '\0' ? ", hmi " : "", step->hmi);
}

void supervisor_reset_ladder(struct supervisor *s, size_t function, int64_t now_us)
{
    struct ladder *ladder = &s->functions[function].ladder;
    bool was_down = ladder->step > 0;

    s->functions[function].was_usable = false;
    ladder_init(ladder, ladder->config);
    if (!was_down)
        return;
    tell_step(s, function, ladder_step(ladder), now_us);
    act(s, function, ladder_step(ladder));
}

static enum ladder_condition condition_of(const struct supervisor_function_record *record)
{
    /* On the first way up nothing is wrong yet; on a later one it is the rest of the trouble. */
    enum ladder_condition starting =
        record->was_usable || record->ladder.state != LADDER_RESTING ? LADDER_IS_TROUBLE : LADDER_IS_IDLE;

    switch (record->state.state) {
    case FASCIA_FUNCTION_FULL:
        return LADDER_IS_FULL;
    case FASCIA_FUNCTION_DEGRADED: /* what is only late does not work in part, it does not work yet */
        return record->state.reason == FASCIA_REASON_BOOT_LATE ? starting : LADDER_IS_USABLE;
    case FASCIA_FUNCTION_FAILED:
    case FASCIA_FUNCTION_SAFE:
        return record->safe ? LADDER_IS_IDLE : LADDER_IS_TROUBLE;
    case FASCIA_FUNCTION_STARTING:
        return starting;
    case FASCIA_FUNCTION_OFF:
    case FASCIA_FUNCTION_STATES_:
        break;
    }
    return LADDER_IS_IDLE;
}

static bool climb(struct supervisor *s, size_t i, int64_t now_us)
{
    struct supervisor_function_record *record = &s->functions[i];

    if (s->climbed == SUPERVISOR_CLIMB_MAX) { /* steps without a budget: the rest is for the next call */
        s->unsettled = true;
        return false;
    }
    unsigned int does = ladder_handle(&record->ladder, condition_of(record), now_us);
    const struct ladder_step *step = ladder_step(&record->ladder);
    if (does == 0 || !step)
        return false;
    s->climbed++;
    tell_step(s, i, step, now_us);
    act(s, i, step);
    return true; /* the next step may be due at once */
}

static bool is_worse_than_degraded(enum fascia_function_state state)
{
    return state == FASCIA_FUNCTION_STARTING || state == FASCIA_FUNCTION_FAILED || state == FASCIA_FUNCTION_SAFE;
}

static void show_as(struct fascia_fact *shown, enum fascia_function_state state, const struct ladder_step *step)
{
    char detail[FASCIA_DETAIL_SIZE];

    shown->state = state;
    if (shown->reason == FASCIA_REASON_NONE)
        shown->reason = FASCIA_REASON_LADDER;
    memcpy(detail, shown->detail, sizeof detail);
    (void)snprintf(shown->detail, sizeof shown->detail, "%s%s%.150s", step->name, detail[0] != '\0' ? ": " : "",
                   detail);
}

/* What the step in force makes of the computed state. */
static struct fascia_fact shown_of(const struct supervisor_function_record *record)
{
    const struct ladder_step *step = ladder_step(&record->ladder);
    struct fascia_fact shown = record->state;

    if (!step || record->ladder.state == LADDER_RESTING || !is_worse_than_degraded(record->state.state))
        return shown;
    switch (step->shows) {
    case LADDER_SHOWS_HELD:
        return record->was_usable ? record->shown : shown;
    case LADDER_SHOWS_DEGRADED:
        show_as(&shown, FASCIA_FUNCTION_DEGRADED, step);
        break;
    case LADDER_SHOWS_SAFE:
        show_as(&shown, FASCIA_FUNCTION_SAFE, step);
        break;
    case LADDER_SHOWS_FAILED:
        show_as(&shown, FASCIA_FUNCTION_FAILED, step);
        break;
    case LADDER_SHOWS_COMPUTED:
    case LADDER_SHOWN_:
        break;
    }
    return shown;
}

static void tell_function(struct supervisor *s, const struct fascia_fact *old, const struct fascia_fact *new,
                          int64_t now_us)
{
    bool reason = new->reason != FASCIA_REASON_NONE;

    supervisor_tell(s, FASCIA_EVENT_FUNCTION_CHANGED, now_us, "%s %s -> %s%s%s%s%s%s", new->function,
                    fascia_function_state_name(old->state), fascia_function_state_name(new->state), reason ? " (" : "",
                    reason ? fascia_reason_id(new->reason) : "", reason ? ")" : "", new->detail[0] != '\0' ? ": " : "",
                    new->detail);
}

static void show(struct supervisor *s, size_t i, int64_t now_us)
{
    struct supervisor_function_record *record = &s->functions[i];
    struct fascia_fact shown = shown_of(record);
    bool changed = shown.state != record->shown.state || shown.reason != record->shown.reason;

    if (!changed && strcmp(shown.detail, record->shown.detail) == 0)
        return;
    s->generation++;
    if (changed)
        tell_function(s, &record->shown, &shown, now_us);
    record->shown = shown;
}

static bool is_crash_looping(const struct supervisor *s, const char *function)
{
    for (size_t i = 0; i < s->plan->units_count; i++) {
        if (strcmp(s->plan->units[i].function, function) == 0 &&
            (s->records[i].crashes.reached & (1U << ESCALATION_DEGRADE)) != 0)
            return true;
    }
    return false;
}

static bool is_late(const struct supervisor *s, const char *function)
{
    for (size_t i = 0; i < s->boot.stages_count; i++) {
        if (boot_is_late(&s->boot, i) && strcmp(s->boot.stages[i].config->wait_for, function) == 0)
            return true;
    }
    return false;
}

static void compute(struct supervisor *s, size_t i)
{
    struct supervisor_function_record *record = &s->functions[i];
    const char *name = s->plan->functions[i].name;
    bool stopped[PLAN_UNITS_MAX];

    for (size_t k = 0; k < s->plan->units_count; k++)
        stopped[k] = s->records[k].stopped_by_operator ||
                     (s->sleeping && s->plan->units[k].on_suspend == SUPERVISOR_SUSPEND_STOP);
    const struct function_circumstances circumstances = {
        .going = supervisor_is_going_down(s),
        .safe = record->safe,
        .crash_loop = is_crash_looping(s, name),
        .late = is_late(s, name),
        .stopped = stopped,
    };
    function_state_compute(s->plan, i, s->units, &record->fact, &circumstances, &record->state);
    if (record->state.state == FASCIA_FUNCTION_OFF)
        record->was_usable = false;
}

static void compute_all(struct supervisor *s)
{
    for (size_t i = 0; i < s->plan->functions_count; i++)
        compute(s, i);
}

static bool is_reached(const struct supervisor *s, const struct boot_stage_config *stage)
{
    int f = plan_find_function(s->plan, stage->wait_for);
    int u = plan_find(s->plan, stage->wait_for);

    if (f >= 0)
        return s->functions[f].state.state == FASCIA_FUNCTION_FULL;
    return u >= 0 && s->units[u].state == UNIT_READY;
}

static void tell_stage(struct supervisor *s, size_t i, int64_t now_us)
{
    const struct boot_stage *stage = &s->boot.stages[i];

    supervisor_tell(s, FASCIA_EVENT_BOOT_STAGE, now_us,
                    "%s (%s) %" PRId64 " ms after the kernel's start, budget %" PRId64 " ms: %s", stage->config->stage,
                    stage->config->wait_for, stage->reached_us / 1000, stage->config->within_ms,
                    boot_verdict_name(stage->verdict));
}

/* Returns true when a stage has been reached or missed. */
static bool update_boot(struct supervisor *s, int64_t now_us)
{
    bool news = false;

    for (size_t i = 0; i < s->boot.stages_count; i++) {
        if (!is_reached(s, s->boot.stages[i].config) || !boot_reach(&s->boot, i, now_us))
            continue;
        tell_stage(s, i, now_us);
        news = true;
    }
    unsigned int missed = boot_timer(&s->boot, now_us);
    for (size_t i = 0; i < s->boot.stages_count; i++) {
        if (missed & (1U << i))
            supervisor_tell(s, FASCIA_EVENT_BOOT_MISSED, now_us, "%s (%s) not within %" PRId64 " ms",
                            s->boot.stages[i].config->stage, s->boot.stages[i].config->wait_for,
                            s->boot.stages[i].config->within_ms);
    }
    return news || missed != 0;
}

bool supervisor_update_functions(struct supervisor *s, int64_t now_us)
{
    bool again = false;

    compute_all(s);
    /* A stage is reached by what has just been computed, and a missed one changes it. */
    if (s->phase == SUPERVISOR_RUNNING && update_boot(s, now_us))
        compute_all(s);
    for (size_t i = 0; i < s->plan->functions_count; i++) {
        struct supervisor_function_record *record = &s->functions[i];

        if (climb(s, i, now_us))
            again = true;
        show(s, i, now_us);
        if (condition_of(record) == LADDER_IS_FULL || condition_of(record) == LADDER_IS_USABLE)
            record->was_usable = true;
    }
    return again;
}

int64_t supervisor_functions_deadline(const struct supervisor *s)
{
    int64_t earliest = s->phase == SUPERVISOR_RUNNING ? boot_deadline(&s->boot) : INT64_MAX;

    for (size_t i = 0; i < s->plan->functions_count; i++) {
        if (s->functions[i].ladder.deadline_us < earliest)
            earliest = s->functions[i].ladder.deadline_us;
    }
    return earliest;
}

void supervisor_format_functions(const struct supervisor *s, struct fascia_text *text)
{
    for (size_t i = 0; i < s->plan->functions_count; i++) {
        const struct fascia_fact *f = &s->functions[i].shown;

        fascia_text_add(text, "%s%s %s", i == 0 ? "" : ", ", f->function, fascia_function_state_name(f->state));
        if (f->reason != FASCIA_REASON_NONE)
            fascia_text_add(text, " (%s)", fascia_reason_id(f->reason));
    }
}
