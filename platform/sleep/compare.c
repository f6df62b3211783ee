/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/sleep/clocks.h"

struct sleep_change sleep_compare(const struct sleep_clocks *before, const struct sleep_clocks *now)
{
    int64_t boottime = now->boottime_us - before->boottime_us;
    int64_t slept = boottime - (now->monotonic_us - before->monotonic_us);
    int64_t set_by = now->realtime_us - before->realtime_us - boottime;

    return (struct sleep_change){
        .slept_us = slept >= SLEEP_SLEPT_MIN_US ? slept : 0,
        .set_by_us = set_by >= SLEEP_SET_MIN_US || set_by <= -SLEEP_SET_MIN_US ? set_by : 0,
    };
}
