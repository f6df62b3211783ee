/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_SUPERVISOR_SUPERVISOR_CONFIG_H
#define FASCIA_STACK_SUPERVISOR_SUPERVISOR_CONFIG_H

#include <stdint.h>

/* The `supervisor:` section of fascia.yaml, validated. All times in milliseconds. */

struct supervisor_config {
    int64_t start_timeout_ms; /* exec to READY=1 */
    int64_t stop_timeout_ms;  /* SIGTERM to SIGKILL, each process */
    int64_t watchdog_ms;      /* 0 = off; our services send WATCHDOG=1 at half of it */
    int64_t backoff_first_ms; /* first restart delay, doubles up to … */
    int64_t backoff_max_ms;
    int64_t backoff_reset_ms; /* READY for this long: the next delay is the first one again */
    struct {
        char link[33], address[33], audio[33]; /* account names; "" = stay as fasciad is */
    } users;
};

#endif
