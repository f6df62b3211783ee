/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_REPORT_RENDER_JSON_H
#define FASCIA_STACK_REPORT_RENDER_JSON_H

#include "stack/report/render.h"

/* What the files that build the JSON report share. A value that could not be made becomes a null; see render_json.c. */

void json_add(struct json_object *object, const char *key, struct json_object *value);
void json_add_text(struct json_object *object, const char *key, const char *text);
void json_add_u64(struct json_object *object, const char *key, uint64_t value);
void json_add_bool(struct json_object *object, const char *key, bool value);

/** A number of six significant digits; null when it is none. */
struct json_object *json_number(double value);

/** `check` and `parameters` of a requirement. */
void json_add_check(struct json_object *object, const struct report_requirement *requirement);

/** Requirements by verdict. */
struct json_object *report_json_counts(const struct report_judgement *judgement);

/** Adds `aware`, unless it is switched off. */
void report_json_add_aware(const struct report_facts *facts, struct json_object *object);

#endif
