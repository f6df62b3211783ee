/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_DOCTOR_RENDER_H
#define FASCIA_STACK_DOCTOR_RENDER_H

#include "stack/doctor/doctor.h"
#include "stack/report/out.h"

struct json_object;

/** Problems with cause and remedy first, then warnings, what is not known, and what is well: one line, or with `all` a
 * line for each. */
void doctor_render_text(const struct doctor_findings *findings, bool all, struct report_out *out);

/** {"overall": …, "checks": {ID: {"title", "verdict", "findings": [{"verdict", "seen", "id", "cause", "remedy"}]}}};
 * the last three for faults only. NULL without memory. The caller's to release. */
struct json_object *doctor_render_json(const struct doctor_findings *findings);

#endif
