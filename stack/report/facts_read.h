/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_REPORT_FACTS_READ_H
#define FASCIA_STACK_REPORT_FACTS_READ_H

#include <json-c/json_types.h>

#include "stack/report/facts.h"

/*
 * How facts_json.c and facts_json_link.c read: tolerant of what is missing or of another type, which is then NULL, 0,
 * false or left as it was. Nothing takes a reference.
 */

struct json_object *facts_member(struct json_object *object, const char *key);
struct json_object *facts_element(struct json_object *array, size_t i);
size_t facts_length(struct json_object *array);

/** Cleans a text into `to`; counts it as cut when it does not fit. */
void facts_text(struct report_facts *facts, struct json_object *value, char *to, size_t size);

#define FACTS_TEXT(facts, value, array) facts_text((facts), (value), (array), sizeof(array))

bool facts_is_number(struct json_object *value);
bool facts_bool(struct json_object *value);
int64_t facts_i64(struct json_object *value);
uint64_t facts_u64(struct json_object *value);
uint32_t facts_u32(struct json_object *value);  /* UINT32_MAX for what is larger */
double facts_double(struct json_object *value); /* finite */

/** Names of channels into a table of REPORT_CHANNELS_MAX; returns their number. */
size_t facts_channels(struct report_facts *facts, struct json_object *array, char (*to)[REPORT_CHANNEL_SIZE]);

/** A level in dBm; false when it is none, or cannot be one. */
bool facts_dbm(struct json_object *value, int32_t *ret_dbm);

/** How many of `count` entries fit into a table of `max`; the others are counted as cut. */
size_t facts_fitting(struct report_facts *facts, size_t count, size_t max);

/** The state of that name; FAILED with an explanation when this version does not know it. */
void facts_set_function(struct report_function *function, const char *state);

/** What the service says of itself stands in when no supervisor has said it. */
void facts_read_own_state(struct report_facts *facts, const char *name, struct json_object *properties);

#endif
