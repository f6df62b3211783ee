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

#endif
