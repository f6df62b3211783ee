/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_TOOLS_FASCIACTL_RADIO_SHOW_H
#define FASCIA_TOOLS_FASCIACTL_RADIO_SHOW_H

#include "stack/aware/gate.h"
#include "stack/link/capability.h"
#include "stack/link/radio_description.h"
#include "stack/report/out.h"

/* How `fasciactl radio` shows capability records. */

struct json_object;

/** What one radio amounts to, as text. `gates`: of Wi-Fi Aware on it. `about` is NULL for a radio of this machine. */
void radio_show_text(const struct capability *radio, const struct aware_gates *gates, const struct radio_about *about,
                     struct report_out *out);

/** The same as a JSON object; the caller owns it. NULL without memory. */
struct json_object *radio_show_json(const struct capability *radio, const struct aware_gates *gates,
                                    const struct radio_about *about);

#endif
