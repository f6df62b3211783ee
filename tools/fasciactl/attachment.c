/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/fasciactl/attachment.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "platform/file/file.h"
#include "stack/report/facts_json.h"
#include "tools/fasciactl/json.h"

#define DEPTH_MAX 16

static int refuse(const char *path, int error, const char *what)
{
    (void)fprintf(stderr, "fasciactl: %s: %s\n", path, what);
    return error;
}

static struct json_object *parse(const char *text, size_t size, const char **ret_what)
{
    struct json_tokener *tokener = json_tokener_new_ex(DEPTH_MAX);
    struct json_object *document = NULL;

    *ret_what = "out of memory";
    if (tokener == NULL)
        return NULL;
    json_tokener_set_flags(tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
    document = json_tokener_parse_ex(tokener, text, (int)size);
    enum json_tokener_error error = json_tokener_get_error(tokener);
    *ret_what = error == json_tokener_continue ? "unexpected end of data" : json_tokener_error_desc(error);
    json_tokener_free(tokener);
    return document;
}

static bool is_not_json(struct json_object *value)
{
    return json_object_is_type(value, json_type_double) && !isfinite(json_object_get_double(value));
}

/* json-c reads NaN and Infinity, and would print them again: JSON has neither. Depth is bounded by the parser. */
static void drop_non_numbers(struct json_object *value)
{
    if (json_object_is_type(value, json_type_array)) {
        for (size_t i = 0; i < json_object_array_length(value); i++) {
            if (is_not_json(json_object_array_get_idx(value, i)))
                (void)json_object_array_put_idx(value, i, NULL);
            else
                drop_non_numbers(json_object_array_get_idx(value, i));
        }
    } else if (json_object_is_type(value, json_type_object)) {
        struct json_object_iterator at = json_object_iter_begin(value), end = json_object_iter_end(value);
        for (; !json_object_iter_equal(&at, &end); json_object_iter_next(&at)) {
            struct json_object *member = json_object_iter_peek_value(&at);
            if (is_not_json(member))
                (void)json_object_set_double(member, 0.0);
            else
                drop_non_numbers(member);
        }
    }
}

int attachment_load(const char *path, struct report_facts *facts, struct attachments *attachments)
{
    _cleanup_(freep) char *text = malloc(ATTACHMENT_MAX + 1);
    _cleanup_(json_release) struct json_object *document = NULL;
    const char *what = "";
    size_t size = 0;

    int r = text != NULL ? file_read(path, text, ATTACHMENT_MAX + 1, &size) : -ENOMEM;
    if (r < 0)
        return refuse(path, r, strerror(-r));
    if (size > ATTACHMENT_MAX)
        return refuse(path, -EFBIG, "is larger than 4 MiB; attach the record that fascia-phone wrote");
    document = parse(text, size, &what);
    if (document == NULL) {
        (void)fprintf(stderr, "fasciactl: %s: not JSON: %s\n", path, what);
        return -EBADMSG;
    }
    drop_non_numbers(document);

    struct json_object **slot = NULL;
    switch (report_facts_read_attachment(facts, document)) {
    case REPORT_ATTACHMENT_PHONE:
        slot = &attachments->phone;
        break;
    case REPORT_ATTACHMENT_SOUND:
        slot = &attachments->sound;
        break;
    case REPORT_ATTACHMENT_UNKNOWN:
        return refuse(path, -EINVAL,
                      "is neither a phone's record (\"joined\" or \"tcp\") nor a sound measurement (\"speakers\" and "
                      "\"channels\")");
    }
    if (!slot) /* no such kind: report_facts_read_attachment() gives one of the three */
        return -EINVAL;
    (void)json_object_put(*slot);
    *slot = FASCIA_STEAL(document);
    return 0;
}

void attachments_free(struct attachments *attachments)
{
    (void)json_object_put(attachments->phone);
    (void)json_object_put(attachments->sound);
    *attachments = (struct attachments){0};
}
