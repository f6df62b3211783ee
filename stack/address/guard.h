/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_ADDRESS_GUARD_H
#define FASCIA_STACK_ADDRESS_GUARD_H

#include <stdbool.h>
#include <stdint.h>

/*
 * How often what another program changed is put back, per interface: at once for a person or a program that starts;
 * ever more rarely against one that insists, so that two managers do not fight at the speed of the machine. Times are
 * monotonic microseconds.
 */

#define ADDRESS_GUARD_BURST    32               /* repairs at once */
#define ADDRESS_GUARD_REGAIN   INT64_C(1000000) /* one more each second */
#define ADDRESS_GUARD_HOLD     INT64_C(1000000) /* the first wait; doubles */
#define ADDRESS_GUARD_HOLD_MAX INT64_C(64000000)
#define ADDRESS_GUARD_CALM     INT64_C(120000000) /* without repairs: the next wait is the first again */

struct address_guard {
    uint64_t restored; /* repairs */
    uint32_t score;    /* of the burst */
    uint32_t holds;    /* in a row */
    int64_t regained_us, last_us;
    int64_t held_until_us; /* 0: not held */
};

/**
 * Something was changed: true when it is to be put back now (counted), false when the time for that is
 * guard->held_until_us.
 */
bool address_guard_may_repair(struct address_guard *guard, int64_t now_us);

#endif
