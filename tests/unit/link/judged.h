/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_TESTS_UNIT_LINK_JUDGED_H
#define FASCIA_TESTS_UNIT_LINK_JUDGED_H

#include "stack/link/capability.h"
#include "tests/unit/link/radio_builder.h"

/* What the tests of capability records share: the radios that were told of, and the record of the first one. */

extern struct wiphy_table table;
extern struct capability record;

/** For cmocka: forgets both. */
int clean(void **state);

/** Makes the record of the first radio; the part about that band and interface type. */
const struct capability_role *judged(enum wiphy_band band, enum wiphy_role role, enum link_standard standard);

/** Adds a radio, and judges it as an access point on its band, by its newest standard. */
const struct capability_role *ap(const struct radio *radio);

#endif
