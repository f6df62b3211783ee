/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_TESTS_UNIT_REPORT_FACTS_FIXTURE_H
#define FASCIA_TESTS_UNIT_REPORT_FACTS_FIXTURE_H

#include "stack/report/facts.h"

/** A unit on which everything works: 2x2 on channel 36, one phone, 5.1 on two speakers, both records attached. */
void facts_of_good_unit(struct report_facts *facts);

#endif
