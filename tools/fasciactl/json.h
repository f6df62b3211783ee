/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_TOOLS_FASCIACTL_JSON_H
#define FASCIA_TOOLS_FASCIACTL_JSON_H

#include <json-c/json.h>

#include "stack/base/cleanup.h"

/* `_cleanup_(json_release) struct json_object *x = NULL;` */
static inline void json_release(struct json_object *object)
{
    (void)json_object_put(object);
}
FASCIA_DEFINE_CLEANUP(struct json_object, json_release)

/** Text `i` of an array, borrowed from it; "" when it is none, or `array` is no array. */
static inline const char *json_text_at(struct json_object *array, size_t i)
{
    struct json_object *value =
        json_object_is_type(array, json_type_array) ? json_object_array_get_idx(array, i) : NULL;

    return json_object_is_type(value, json_type_string) ? json_object_get_string(value) : "";
}

#endif
