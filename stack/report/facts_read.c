/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/report/facts_read.h"

#include <json-c/json.h>
#include <math.h>

struct json_object *facts_member(struct json_object *object, const char *key)
{
    struct json_object *value = NULL;
    if (json_object_is_type(object, json_type_object))
        (void)json_object_object_get_ex(object, key, &value);
    return value;
}

size_t facts_length(struct json_object *array)
{
    return json_object_is_type(array, json_type_array) ? json_object_array_length(array) : 0;
}

struct json_object *facts_element(struct json_object *array, size_t i)
{
    return i < facts_length(array) ? json_object_array_get_idx(array, i) : NULL;
}

void facts_text(struct report_facts *facts, struct json_object *value, char *to, size_t size)
{
    if (json_object_is_type(value, json_type_string) && !report_text_clean(to, size, json_object_get_string(value)))
        facts->cut++;
}

bool facts_is_number(struct json_object *value)
{
    return json_object_is_type(value, json_type_int) || json_object_is_type(value, json_type_double);
}

int64_t facts_i64(struct json_object *value)
{
    return facts_is_number(value) ? json_object_get_int64(value) : 0;
}

uint64_t facts_u64(struct json_object *value)
{
    return facts_is_number(value) ? json_object_get_uint64(value) : 0;
}

uint32_t facts_u32(struct json_object *value)
{
    uint64_t v = facts_u64(value);
    return v <= UINT32_MAX ? (uint32_t)v : UINT32_MAX;
}

bool facts_bool(struct json_object *value)
{
    return json_object_is_type(value, json_type_boolean) && json_object_get_boolean(value);
}

bool facts_dbm(struct json_object *value, int32_t *ret_dbm)
{
    int64_t dbm = facts_i64(value);

    if (!facts_is_number(value) || dbm < -200 || dbm > 100)
        return false;
    *ret_dbm = (int32_t)dbm;
    return true;
}

double facts_double(struct json_object *value)
{
    double v = facts_is_number(value) ? json_object_get_double(value) : 0.0;
    return isfinite(v) ? v : 0.0;
}

size_t facts_fitting(struct report_facts *facts, size_t count, size_t max)
{
    if (count <= max)
        return count;
    facts->cut += count - max;
    return max;
}

size_t facts_channels(struct report_facts *facts, struct json_object *array, char (*to)[REPORT_CHANNEL_SIZE])
{
    size_t count = facts_fitting(facts, facts_length(array), REPORT_CHANNELS_MAX);
    for (size_t i = 0; i < count; i++)
        facts_text(facts, facts_element(array, i), to[i], REPORT_CHANNEL_SIZE);
    return count;
}

void facts_set_function(struct report_function *function, const char *state)
{
    if (fascia_function_state_parse(state, &function->state) == 0)
        return;
    /* A state that this version does not know must not look like a working function. */
    struct fascia_text detail;
    fascia_text_init(&detail, function->detail, sizeof function->detail);
    fascia_text_add(&detail, "unknown state \"%s\"", state);
    function->state = FASCIA_FUNCTION_FAILED;
}

void facts_read_own_state(struct report_facts *facts, const char *name, struct json_object *properties)
{
    if (report_facts_function(facts, name) != NULL || facts_member(properties, "State") == NULL ||
        facts->functions_count == REPORT_FUNCTIONS_MAX)
        return;

    struct report_function *function = &facts->functions[facts->functions_count++];
    char state[16] = "";
    (void)report_text_clean(function->name, sizeof function->name, name);
    FACTS_TEXT(facts, facts_member(properties, "State"), state);
    FACTS_TEXT(facts, facts_member(properties, "Reason"), function->reason);
    FACTS_TEXT(facts, facts_member(properties, "Detail"), function->detail);
    facts_set_function(function, state);
}
