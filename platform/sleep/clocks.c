/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/sleep/clocks.h"

#include <time.h>

#define TRIES    8
#define CLOSE_US 20

static int64_t read_us(clockid_t clock)
{
    struct timespec now = {0};

    (void)clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* One after the other, and again when too much time has passed in between: the closest reading is taken. */
void sleep_read_clocks(struct sleep_clocks *ret_clocks)
{
    int64_t best_us = INT64_MAX;

    for (int i = 0; i < TRIES && best_us > CLOSE_US; i++) {
        int64_t begin = read_us(CLOCK_MONOTONIC);
        int64_t boottime = read_us(CLOCK_BOOTTIME);
        int64_t realtime = read_us(CLOCK_REALTIME);
        int64_t took_us = read_us(CLOCK_MONOTONIC) - begin;
        if (took_us >= best_us)
            continue;
        best_us = took_us;
        *ret_clocks = (struct sleep_clocks){
            .realtime_us = realtime, .monotonic_us = begin + took_us / 2, .boottime_us = boottime};
    }
}
