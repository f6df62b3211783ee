/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/supervisor/ladder.h"

/* Where a condition leads. Trouble while counting is also what the budget is spent in: see spend(). */
static const enum ladder_state next_states[LADDER_STATES_][LADDER_CONDITIONS_] = {
    [LADDER_RESTING] =
        {
            [LADDER_IS_FULL] = LADDER_RESTING,
            [LADDER_IS_USABLE] = LADDER_RESTING, /* less than it should be, but there is nothing to climb from */
            [LADDER_IS_TROUBLE] = LADDER_COUNTING,
            [LADDER_IS_IDLE] = LADDER_RESTING,
        },
    [LADDER_COUNTING] =
        {
            [LADDER_IS_FULL] = LADDER_RESTING,
            [LADDER_IS_USABLE] = LADDER_PAUSED,
            [LADDER_IS_TROUBLE] = LADDER_COUNTING,
            [LADDER_IS_IDLE] = LADDER_RESTING,
        },
    [LADDER_PAUSED] =
        {
            [LADDER_IS_FULL] = LADDER_RESTING,
            [LADDER_IS_USABLE] = LADDER_PAUSED,
            [LADDER_IS_TROUBLE] = LADDER_COUNTING,
            [LADDER_IS_IDLE] = LADDER_RESTING,
        },
    [LADDER_AT_END] =
        {
            [LADDER_IS_FULL] = LADDER_RESTING,
            [LADDER_IS_USABLE] = LADDER_AT_END, /* there is no budget left that could stand still */
            [LADDER_IS_TROUBLE] = LADDER_AT_END,
            [LADDER_IS_IDLE] = LADDER_RESTING,
        },
};

/* Of the attempt that is under way. */
static int64_t budget_us(const struct ladder *l)
{
    const struct ladder_step *step = &l->config->steps[l->step];
    int64_t bound_ms = step->budget_max_ms > 0 ? step->budget_max_ms : LADDER_BUDGET_LONGEST_US / 1000;
    int64_t budget_ms = step->budget_ms;

    for (int64_t i = 1; i < l->attempt && budget_ms > 0 && budget_ms < bound_ms; i++)
        budget_ms = budget_ms > bound_ms / 2 ? bound_ms : budget_ms * 2;
    return (budget_ms < bound_ms ? budget_ms : bound_ms) * 1000;
}

static void take_step(struct ladder *l, size_t step)
{
    l->step = step;
    l->attempt = 1;
    l->left_us = budget_us(l);
}

/* The one door. */
static void enter_state(struct ladder *l, enum ladder_state state, int64_t now_us)
{
    switch (state) {
    case LADDER_RESTING:
        take_step(l, 0);
        l->deadline_us = INT64_MAX;
        break;
    case LADDER_COUNTING:
        l->deadline_us = now_us + l->left_us;
        l->left_us = 0;
        break;
    case LADDER_PAUSED:
        l->left_us = l->deadline_us > now_us ? l->deadline_us - now_us : 0;
        l->deadline_us = INT64_MAX;
        break;
    case LADDER_AT_END:
        l->left_us = 0;
        l->deadline_us = INT64_MAX;
        break;
    case LADDER_STATES_:
        return;
    }
    l->state = state;
}

/* The budget of the attempt has run out. */
static unsigned int spend(struct ladder *l, int64_t now_us)
{
    if (l->attempt < l->config->steps[l->step].attempts) {
        l->attempt++;
        l->left_us = budget_us(l);
        enter_state(l, LADDER_COUNTING, now_us);
        return LADDER_DO_AGAIN;
    }
    if (l->step + 1 == l->config->steps_count) {
        enter_state(l, LADDER_AT_END, now_us);
        return 0;
    }
    take_step(l, l->step + 1);
    enter_state(l, LADDER_COUNTING, now_us);
    return LADDER_DO_ENTER;
}

void ladder_init(struct ladder *l, const struct ladder_config *config)
{
    *l = (struct ladder){.config = config, .state = LADDER_RESTING, .deadline_us = INT64_MAX};
    if (config)
        enter_state(l, LADDER_RESTING, 0);
}

unsigned int ladder_handle(struct ladder *l, enum ladder_condition condition, int64_t now_us)
{
    if (!l->config || (unsigned int)condition >= LADDER_CONDITIONS_)
        return 0;
    /* More is not asked for, so this is as good as full. */
    if (condition == LADDER_IS_USABLE && l->config->steps[l->step].until == LADDER_UNTIL_USABLE)
        condition = LADDER_IS_FULL;

    enum ladder_state next = next_states[l->state][condition];
    size_t before = l->step;
    if (next != l->state)
        enter_state(l, next, now_us);
    else if (next == LADDER_COUNTING && now_us >= l->deadline_us)
        return spend(l, now_us);
    return l->step == before ? 0 : LADDER_DO_ENTER;
}

const struct ladder_step *ladder_step(const struct ladder *l)
{
    return l->config ? &l->config->steps[l->step] : NULL;
}

const char *ladder_state_name(enum ladder_state state)
{
    static const char *const names[LADDER_STATES_] = {
        [LADDER_RESTING] = "RESTING",
        [LADDER_COUNTING] = "COUNTING",
        [LADDER_PAUSED] = "PAUSED",
        [LADDER_AT_END] = "AT_END",
    };
    return (unsigned int)state < LADDER_STATES_ ? names[state] : "?";
}
