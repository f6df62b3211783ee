/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_TOOLS_FASCIACTL_REPORT_RADIO_H
#define FASCIA_TOOLS_FASCIACTL_REPORT_RADIO_H

#include "stack/report/facts.h"

/* A described radio in the place of a running unit. */

/**
 * Loads the radio NAME|FILE and fills zeroed facts; `country` and `band` may be NULL. Prints what is wrong and returns
 * a negative errno when it cannot.
 */
int report_radio_load(const char *radio, const char *country, const char *band, struct report_facts *facts);

/** Whether a text can be a country ("DE") or a band ("5GHz"). */
bool report_radio_is_country(const char *text);
bool report_radio_is_band(const char *text);

#endif
