/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/phone/result.h"

#include <stdarg.h>
#include <stdio.h>

void phone_result_init(struct phone_result *result, int64_t now_us)
{
    *result = (struct phone_result){.started_us = now_us};
}

void phone_result_note(struct phone_result *result, int64_t now_us, const char *format, ...)
{
    if (result->timeline_count == PHONE_TIMELINE_MAX) {
        result->timeline_lost++;
        return;
    }

    struct phone_moment *moment = &result->timeline[result->timeline_count++];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(moment->event, sizeof moment->event, format, args);
    va_end(args);
    moment->t_ms = (now_us - result->started_us) / 1000;
}

void phone_result_fail(struct phone_result *result, const char *format, ...)
{
    if (result->reason[0])
        return;

    va_list args;
    va_start(args, format);
    (void)vsnprintf(result->reason, sizeof result->reason, format, args);
    va_end(args);
}

static bool transfer_holds(const struct phone_transfer *transfer)
{
    return !transfer->asked || transfer->ok;
}

void phone_result_settle(struct phone_result *result)
{
    if (!result->joined)
        phone_result_fail(result, "the phone did not join");
    if (!transfer_holds(&result->to_head_unit))
        phone_result_fail(result, "no exchange towards the head unit: %s",
                          result->to_head_unit.error[0] ? result->to_head_unit.error : "no connection");
    if (!transfer_holds(&result->from_head_unit))
        phone_result_fail(result, "no exchange from the head unit: %s",
                          result->from_head_unit.error[0] ? result->from_head_unit.error : "it did not call");
    result->ok = result->reason[0] == '\0';
}
