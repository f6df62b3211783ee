/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_REPORT_FACTS_RADIO_H
#define FASCIA_STACK_REPORT_FACTS_RADIO_H

#include "stack/link/capability.h"
#include "stack/link/radio_description.h"
#include "stack/report/facts.h"

/*
 * Facts from a radio's capability record: what an access point on it could do. For a radio that is described, so that
 * a board can be judged before it is bought; no function, phone or sound is known then, and nothing was measured.
 */

struct report_radio {
    const struct capability *capability;
    const struct radio_about *about; /* name, title and sources of the description */
    const char *country;             /* judge for this one; NULL = the one that the description is of */
    const char *band; /* "2.4GHz", "5GHz", "6GHz"; NULL = the first of 5, 2.4, 6 GHz that can be started */
};

/**
 * Fills zeroed facts. The regulatory state of the channels is part of the description: for another country than the
 * described one it is not known which may be used, and the facts say so instead of guessing. Otherwise a band on
 * which no access point can start (radar detection counts as a way) is not judged on: `described.band` stays "" when
 * there is none left.
 */
void report_facts_of_radio(struct report_facts *facts, const struct report_radio *radio);

#endif
