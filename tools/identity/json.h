/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_TOOLS_IDENTITY_JSON_H
#define FASCIA_TOOLS_IDENTITY_JSON_H

#include <json-c/json.h>

#include "stack/identity/certificate.h"

/** Adds a member; out of memory leaves it out. */
static inline void json_add_text(struct json_object *object, const char *key, const char *value)
{
    (void)json_object_object_add(object, key, json_object_new_string(value));
}

static inline void json_add_int(struct json_object *object, const char *key, int64_t value)
{
    (void)json_object_object_add(object, key, json_object_new_int64(value));
}

/** What people want to know of a certificate. The caller's. */
struct json_object *json_of_certificate(const struct identity_certificate *certificate, int64_t now);

/** Prints it readably and frees it. Returns 0 or -EIO. */
int json_print(struct json_object *object);

#endif
