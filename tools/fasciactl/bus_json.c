/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/fasciactl/bus_json.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "tools/fasciactl/json.h"

#define DEPTH_MAX 32 /* containers in containers; D-Bus itself allows 64 */

static int read_value(sd_bus_message *message, unsigned int depth, struct json_object **ret_json);

union basic {
    uint8_t y;
    int b;
    int16_t n;
    uint16_t q;
    int32_t i;
    uint32_t u;
    int64_t x;
    uint64_t t;
    double d;
    const char *s;
    int h;
};

/* `ret_null` is set when the value is JSON's null and no object is meant. */
static struct json_object *from_basic(char type, const union basic *value, bool *ret_null)
{
    *ret_null = false;
    switch (type) {
    case SD_BUS_TYPE_BYTE:
        return json_object_new_int(value->y);
    case SD_BUS_TYPE_BOOLEAN:
        return json_object_new_boolean(value->b);
    case SD_BUS_TYPE_INT16:
        return json_object_new_int(value->n);
    case SD_BUS_TYPE_UINT16:
        return json_object_new_int(value->q);
    case SD_BUS_TYPE_INT32:
        return json_object_new_int(value->i);
    case SD_BUS_TYPE_UINT32:
        return json_object_new_int64(value->u);
    case SD_BUS_TYPE_INT64:
        return json_object_new_int64(value->x);
    case SD_BUS_TYPE_UINT64:
        return json_object_new_uint64(value->t);
    case SD_BUS_TYPE_DOUBLE:
        *ret_null = !isfinite(value->d);
        return *ret_null ? NULL : json_object_new_double(value->d);
    case SD_BUS_TYPE_STRING:
    case SD_BUS_TYPE_OBJECT_PATH:
    case SD_BUS_TYPE_SIGNATURE:
        return json_object_new_string(value->s);
    default: /* a descriptor has no meaning outside of its process */
        *ret_null = true;
        return NULL;
    }
}

static int read_basic(sd_bus_message *message, char type, struct json_object **ret_json)
{
    union basic value = {0};
    bool null = false;

    int r = sd_bus_message_read_basic(message, type, &value);
    if (r < 0)
        return r;
    struct json_object *json = from_basic(type, &value, &null);
    if (json == NULL && !null)
        return -ENOMEM;
    *ret_json = json;
    return 0;
}

/* One {key, value} of a dictionary into an object; keys are strings. Returns 1, or 0 at the end. */
static int read_entry(sd_bus_message *message, const char *contents, unsigned int depth, struct json_object *object)
{
    _cleanup_(json_release) struct json_object *value = NULL;
    const char *key = NULL;

    int r = sd_bus_message_enter_container(message, SD_BUS_TYPE_DICT_ENTRY, contents);
    if (r <= 0)
        return r;
    r = sd_bus_message_read_basic(message, SD_BUS_TYPE_STRING, &key);
    if (r < 0)
        return r;
    r = read_value(message, depth, &value);
    if (r < 0)
        return r;
    if (json_object_object_add(object, key, FASCIA_STEAL(value)) < 0)
        return -ENOMEM;
    r = sd_bus_message_exit_container(message);
    return r < 0 ? r : 1;
}

static int read_dictionary(sd_bus_message *message, const char *contents, unsigned int depth,
                           struct json_object **ret_json)
{
    _cleanup_(json_release) struct json_object *object = json_object_new_object();
    char entry[256];
    size_t length = strlen(contents);
    int r = 0;

    /* "{sv}" without its braces is what sd-bus wants to enter. */
    if (object == NULL)
        return -ENOMEM;
    if (length < 4 || length - 2 >= sizeof entry)
        return -EBADMSG;
    memcpy(entry, contents + 1, length - 2);
    entry[length - 2] = '\0';
    do {
        r = read_entry(message, entry, depth, object);
    } while (r > 0);
    if (r == 0)
        *ret_json = FASCIA_STEAL(object);
    return r;
}

static int read_list(sd_bus_message *message, unsigned int depth, struct json_object **ret_json)
{
    _cleanup_(json_release) struct json_object *array = json_object_new_array();

    if (array == NULL)
        return -ENOMEM;
    for (;;) {
        _cleanup_(json_release) struct json_object *value = NULL;
        int r = read_value(message, depth, &value);
        if (r == -ENODATA)
            break;
        if (r < 0)
            return r;
        if (json_object_array_add(array, value) < 0)
            return -ENOMEM;
        value = NULL; /* the array's now */
    }
    *ret_json = FASCIA_STEAL(array);
    return 0;
}

static int read_container(sd_bus_message *message, char type, const char *contents, unsigned int depth,
                          struct json_object **ret_json)
{
    _cleanup_(json_release) struct json_object *json = NULL;

    if (depth >= DEPTH_MAX)
        return -EMSGSIZE;
    int r = sd_bus_message_enter_container(message, type, contents);
    if (r < 0)
        return r;
    if (type == SD_BUS_TYPE_VARIANT)
        r = read_value(message, depth + 1, &json);
    else if (type == SD_BUS_TYPE_ARRAY && strncmp(contents, "{s", 2) == 0)
        r = read_dictionary(message, contents, depth + 1, &json);
    else
        r = read_list(message, depth + 1, &json);
    if (r < 0)
        return r;
    r = sd_bus_message_exit_container(message);
    if (r < 0)
        return r;
    *ret_json = FASCIA_STEAL(json);
    return 0;
}

static int read_value(sd_bus_message *message, unsigned int depth, struct json_object **ret_json)
{
    const char *contents = NULL;
    char type = 0;

    int r = sd_bus_message_peek_type(message, &type, &contents);
    if (r < 0)
        return r;
    if (r == 0)
        return -ENODATA;
    if (contents != NULL)
        return read_container(message, type, contents, depth, ret_json);
    return read_basic(message, type, ret_json);
}

int bus_json_read(sd_bus_message *message, struct json_object **ret_json)
{
    return read_value(message, 0, ret_json);
}
