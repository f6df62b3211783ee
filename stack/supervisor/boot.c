/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/supervisor/boot.h"

/* A budget has passed once the clock shows it: then a stage that is not reached has missed it. */
static bool is_over(const struct boot *b, const struct boot_stage *stage, int64_t now_us)
{
    return now_us + b->offset_us >= stage->config->within_ms * 1000;
}

void boot_init(struct boot *b, const struct supervisor_config *config, int64_t offset_us, bool timed)
{
    *b = (struct boot){.stages_count = config->stages_count, .offset_us = offset_us, .timed = timed};
    for (size_t i = 0; i < b->stages_count; i++)
        b->stages[i] = (struct boot_stage){.config = &config->stages[i], .verdict = BOOT_PENDING, .reached_us = -1};
}

void boot_begin(struct boot *b, int64_t now_us)
{
    int64_t longest_us = 0;

    for (size_t i = 0; i < b->stages_count; i++) {
        int64_t within_us = b->stages[i].config->within_ms * 1000;
        longest_us = within_us > longest_us ? within_us : longest_us;
    }
    if (now_us + b->offset_us > longest_us)
        b->timed = false;
}

bool boot_reach(struct boot *b, size_t i, int64_t now_us)
{
    if (i >= b->stages_count || b->stages[i].reached_us >= 0)
        return false;

    struct boot_stage *stage = &b->stages[i];
    stage->reached_us = now_us + b->offset_us;
    if (!b->timed || stage->verdict == BOOT_UNTIMED)
        stage->verdict = BOOT_UNTIMED;
    else if (is_over(b, stage, now_us))
        stage->verdict = BOOT_LATE;
    else
        stage->verdict = BOOT_MET;
    return true;
}

void boot_excuse(struct boot *b, size_t i, int64_t now_us)
{
    if (i < b->stages_count && b->stages[i].verdict == BOOT_PENDING && is_over(b, &b->stages[i], now_us))
        b->stages[i].verdict = BOOT_UNTIMED;
}

unsigned int boot_timer(struct boot *b, int64_t now_us)
{
    unsigned int missed = 0;

    for (size_t i = 0; b->timed && i < b->stages_count; i++) {
        if (b->stages[i].verdict != BOOT_PENDING || !is_over(b, &b->stages[i], now_us))
            continue;
        b->stages[i].verdict = BOOT_MISSED;
        missed |= 1U << i;
    }
    return missed;
}

int64_t boot_deadline(const struct boot *b)
{
    int64_t deadline_us = INT64_MAX;

    for (size_t i = 0; b->timed && i < b->stages_count; i++) {
        int64_t due_us = b->stages[i].config->within_ms * 1000 - b->offset_us;
        if (b->stages[i].verdict == BOOT_PENDING && due_us < deadline_us)
            deadline_us = due_us;
    }
    return deadline_us;
}

bool boot_is_late(const struct boot *b, size_t i)
{
    return i < b->stages_count && b->stages[i].verdict == BOOT_MISSED;
}

const char *boot_verdict_name(enum boot_verdict verdict)
{
    static const char *const names[BOOT_VERDICTS_] = {
        [BOOT_PENDING] = "pending", [BOOT_MET] = "met",         [BOOT_MISSED] = "missed",
        [BOOT_LATE] = "late",       [BOOT_UNTIMED] = "untimed",
    };
    return (unsigned int)verdict < BOOT_VERDICTS_ ? names[verdict] : "?";
}
