/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_PLATFORM_RFKILL_PLACES_H
#define FASCIA_PLATFORM_RFKILL_PLACES_H

#include "platform/rfkill/rfkill.h"

/* For tests: the same with another tree and another device than the system's. */

struct rfkill_places {
    const char *radios; /* "/sys/class/ieee80211" */
    const char *device; /* "/dev/rfkill" */
};

int rfkill_reset_at(const struct rfkill_places *places, sd_event *loop, const char *wiphy);

#endif
