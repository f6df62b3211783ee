/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_PLATFORM_SLEEP_CLOCKS_H
#define FASCIA_PLATFORM_SLEEP_CLOCKS_H

#include <stdint.h>

/* The three clocks of clock_gettime(2), read together. MONOTONIC stands still while the machine sleeps, BOOTTIME goes
 * on; both are slewed, but never set. */
struct sleep_clocks {
    int64_t realtime_us, monotonic_us, boottime_us;
};

/* What is shorter or smaller is the inaccuracy of reading them together. */
#define SLEEP_SLEPT_MIN_US 10000
#define SLEEP_SET_MIN_US   1000

/** What happened between two readings; 0 = nothing. */
struct sleep_change {
    int64_t slept_us;  /* BOOTTIME gained on MONOTONIC */
    int64_t set_by_us; /* REALTIME gained on BOOTTIME; negative: it was set back */
};

struct sleep_change sleep_compare(const struct sleep_clocks *before, const struct sleep_clocks *now);

/** Reads the clocks. In a file of its own, so that a test can put other clocks in its place. */
void sleep_read_clocks(struct sleep_clocks *ret_clocks);

#endif
