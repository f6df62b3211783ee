/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_TOOLS_PHONE_REPORT_H
#define FASCIA_TOOLS_PHONE_REPORT_H

#include <json-c/json.h>

#include "stack/base/cleanup.h"
#include "stack/phone/result.h"

/* The records of the phone as JSON. Objects are new and go back with json_object_put(). */

/** What `fascia-phone join` saw. */
struct json_object *report_of_result(const struct phone_result *result);

/** {ok, bytes, ms, attempts, peer, error}: one direction of TCP. */
struct json_object *report_of_transfer(const struct phone_transfer *transfer);

/** Removes the report of an earlier run, which must not pass for this one's. NULL-safe. */
void report_forget(const char *path);

/** Writes to `path` in one piece (a new file renamed into place), or to stdout when NULL. 0 or negative errno. */
int report_write(struct json_object *json, const char *path);

static inline void json_object_release(struct json_object *json)
{
    (void)json_object_put(json);
}
FASCIA_DEFINE_CLEANUP(struct json_object, json_object_release)

#endif
