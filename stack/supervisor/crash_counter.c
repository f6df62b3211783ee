/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/supervisor/crash_counter.h"

void crash_counter_init(struct crash_counter *c, const struct escalation_config *config)
{
    *c = (struct crash_counter){.config = *config, .forget_us = INT64_MAX};
}

static int64_t threshold(const struct escalation_config *config, enum escalation_level level)
{
    const int64_t thresholds[ESCALATION_LEVELS_] = {
        [ESCALATION_GROUP] = config->group,     [ESCALATION_RADIO_RESET] = config->radio_reset,
        [ESCALATION_DEGRADE] = config->degrade, [ESCALATION_SAFE] = config->safe,
        [ESCALATION_REBOOT] = config->reboot,
    };
    return thresholds[level];
}

unsigned int crash_counter_add(struct crash_counter *c, int64_t now_us)
{
    unsigned int news = 0;

    /* A crash that comes just after a time to forget must not be counted together with what is over. */
    (void)crash_counter_age(c, now_us);
    if (c->count == 0 && c->config.age_ms > 0)
        c->forget_us = now_us + c->config.age_ms * 1000;
    c->count++;
    for (unsigned int level = 0; level < ESCALATION_LEVELS_; level++) {
        int64_t limit = threshold(&c->config, (enum escalation_level)level);
        if (limit > 0 && c->count >= limit)
            news |= 1U << level;
    }
    news &= ~c->reached;
    c->reached |= news;
    return news;
}

int crash_counter_age(struct crash_counter *c, int64_t now_us)
{
    if (now_us < c->forget_us)
        return 0;

    int64_t age_us = c->config.age_ms * 1000;
    int64_t due = (now_us - c->forget_us) / age_us + 1;
    if (due >= c->count) {
        crash_counter_clear(c);
        return 1;
    }
    c->count -= due;
    c->forget_us += due * age_us;
    return 0;
}

void crash_counter_clear(struct crash_counter *c)
{
    c->count = 0;
    c->forget_us = INT64_MAX;
    c->reached = 0;
}

const char *escalation_level_name(enum escalation_level level)
{
    static const char *const names[ESCALATION_LEVELS_] = {
        [ESCALATION_GROUP] = "group", [ESCALATION_RADIO_RESET] = "radio-reset", [ESCALATION_DEGRADE] = "degrade",
        [ESCALATION_SAFE] = "safe",   [ESCALATION_REBOOT] = "reboot",
    };
    return (unsigned int)level < ESCALATION_LEVELS_ ? names[level] : "?";
}
