/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_SUPERVISOR_BACKOFF_H
#define FASCIA_STACK_SUPERVISOR_BACKOFF_H

#include <stdint.h>

/*
 * The delay before a restart: first, doubled with every death, up to a maximum; back to first after a life that
 * lasted. No jitter: the services of one board do not stampede, and a test can say what it expects.
 */

struct backoff {
    int64_t first_us, max_us; /* 0 <= first <= max */
    int64_t reset_us;         /* a READY of at least this long starts over */
    int64_t next_us;          /* what backoff_next() will answer */
};

/** Sets the bounds, in microseconds, and starts over. A first delay above the maximum counts as the maximum. */
void backoff_init(struct backoff *b, int64_t first_us, int64_t max_us, int64_t reset_us);

/** The delay before the next start, in microseconds. `ready_us`: how long the process had been READY, 0 = never. */
int64_t backoff_next(struct backoff *b, int64_t ready_us);

#endif
