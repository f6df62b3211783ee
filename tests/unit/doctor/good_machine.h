/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_TESTS_UNIT_DOCTOR_GOOD_MACHINE_H
#define FASCIA_TESTS_UNIT_DOCTOR_GOOD_MACHINE_H

#include "stack/doctor/doctor.h"

/* A machine with nothing wrong, and a configuration for it; tests break one thing each. */

struct good_machine {
    struct doctor_facts facts;
    struct link_config link;
    struct address_config address;
    struct audio_config audio;
    struct supervisor_config supervisor;
    struct aware_config aware;
    struct doctor_config config;
    struct doctor_findings findings;
};

/** Static, made anew by each call. */
struct good_machine *good_machine(void);

/** Judges by all checks. */
void good_machine_judge(struct good_machine *m);

/** The first finding with that cause; NULL when there is none. */
const struct doctor_finding *good_machine_find(const struct good_machine *m, enum doctor_cause cause);

/** How many findings are faults. */
size_t good_machine_faults(const struct good_machine *m);

#endif
