/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_ADDRESS_VERDICT_H
#define FASCIA_STACK_ADDRESS_VERDICT_H

#include "stack/address/planner.h"
#include "stack/base/function.h"

/* The state of the address function, from the table and from what its owner met. */

struct address_health {
    bool enabled;      /* address.enabled */
    bool name_taken;   /* another instance owns our D-Bus name: we do not touch the kernel */
    int error;         /* of the last failed operation or door, a negative errno; 0: none */
    const char *what;  /* which one, one clause; borrowed, "" when none */
    bool counted;      /* the packet taps work; without them there is no proof */
    uint64_t nd, mld;  /* packets of ours that the mode of their interface does not allow */
    const char *first; /* the first of them, for people; borrowed, "" when none */
    uint64_t missed;   /* packets that might have been some and could not be looked at */
    size_t refused;    /* peers that are on a link and that the rules refuse */
    const char *held;  /* what another program changes again and again, for people; borrowed, "" when nothing */
};

struct address_verdict {
    enum fascia_function_state state;
    enum fascia_reason reason;
    char detail[FASCIA_DETAIL_SIZE];
};

/**
 * OFF: not enabled. STARTING: no prepared interface is up yet. FULL: every prepared interface that is up has its
 * address, every wanted peer there its entries, and nothing that must not has left. DEGRADED: a packet did leave, the
 * taps are missing, a peer was refused, or another program undoes what is installed. FAILED: the kernel refuses, or
 * another instance runs.
 */
struct address_verdict address_judge(const struct address_table *table, const struct address_health *health);

#endif
