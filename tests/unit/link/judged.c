/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/link/judged.h"

#include <string.h>

struct wiphy_table table;
struct capability record;

int clean(void **state)
{
    (void)state;
    memset(&table, 0, sizeof table);
    memset(&record, 0, sizeof record);
    return 0;
}

const struct capability_role *judged(enum wiphy_band band, enum wiphy_role role, enum link_standard standard)
{
    capability_of(&table.radios[0], standard, &record);
    return &record.bands[band].roles[role];
}

const struct capability_role *ap(const struct radio *radio)
{
    radio_add(&table, radio);
    return judged((enum wiphy_band)radio->band, WIPHY_ROLE_AP, LINK_STANDARD_NEWEST);
}
