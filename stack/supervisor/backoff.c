/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/supervisor/backoff.h"

void backoff_init(struct backoff *b, int64_t first_us, int64_t max_us, int64_t reset_us)
{
    if (first_us > max_us)
        first_us = max_us;
    *b = (struct backoff){.first_us = first_us, .max_us = max_us, .reset_us = reset_us, .next_us = first_us};
}

int64_t backoff_next(struct backoff *b, int64_t ready_us)
{
    /* Never READY is never a life that lasted, also when reset_us is 0. */
    if (ready_us > 0 && ready_us >= b->reset_us)
        b->next_us = b->first_us;

    int64_t delay = b->next_us;
    b->next_us = delay > b->max_us / 2 ? b->max_us : delay * 2;
    return delay;
}
