/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/fasciactl/aware_client.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "tools/fasciactl/json.h"
#include "tools/fasciactl/service.h"

struct json_object *aware_properties(sd_bus *bus, const char *address)
{
    return service_properties(bus, address, &service_aware);
}

int aware_new_call(sd_bus *bus, const char *member, sd_bus_message **ret_call)
{
    return service_new_call(bus, &service_aware, member, ret_call);
}

int aware_send(sd_bus *bus, const char *address, const char *what, sd_bus_message *call, sd_bus_message **ret_reply)
{
    return service_send(bus, address, &service_aware, what, call, ret_reply);
}

int aware_call(sd_bus *bus, const char *address, const char *what, sd_bus_message **ret_reply, const char *member,
               const char *types, ...)
{
    va_list args;

    va_start(args, types);
    int r = service_callv(bus, address, &service_aware, what, ret_reply, member, types, args);
    va_end(args);
    return r;
}

/* Rows */

static struct json_object *value_of(struct json_object *row, const char *key)
{
    struct json_object *value = NULL;

    return json_object_is_type(row, json_type_object) && json_object_object_get_ex(row, key, &value) ? value : NULL;
}

const char *aware_text(struct json_object *row, const char *key)
{
    struct json_object *value = value_of(row, key);

    return json_object_is_type(value, json_type_string) ? json_object_get_string(value) : "";
}

int64_t aware_number(struct json_object *row, const char *key)
{
    struct json_object *value = value_of(row, key);

    return json_object_is_type(value, json_type_int) ? json_object_get_int64(value) : 0;
}

bool aware_flag(struct json_object *row, const char *key)
{
    struct json_object *value = value_of(row, key);

    return json_object_is_type(value, json_type_boolean) && json_object_get_boolean(value);
}

const char *aware_clean(struct json_object *row, const char *key)
{
    static char texts[8][256];
    static unsigned int next;
    char *to = texts[next++ % 8];

    (void)report_text_clean(to, sizeof texts[0], aware_text(row, key));
    return to;
}

void aware_each(struct json_object *properties, const char *property, aware_row_fn fn, void *userdata)
{
    struct json_object *rows = value_of(properties, property);

    for (size_t i = 0; json_object_is_type(rows, json_type_array) && i < json_object_array_length(rows); i++)
        fn(json_object_array_get_idx(rows, i), userdata);
}

struct search {
    const char *const *keys;
    const char *text;
    struct json_object *found;
    unsigned int count;
};

static void look_at(struct json_object *row, void *userdata)
{
    struct search *search = userdata;

    for (const char *const *key = search->keys; *key != NULL; key++) {
        struct json_object *value = value_of(row, *key);
        /* A number is what the whole unit knows it by; 0 is none. */
        if (value == NULL || strcmp(json_object_get_string(value), search->text) != 0 || strcmp(search->text, "0") == 0)
            continue;
        search->found = row;
        search->count++;
        return;
    }
}

struct json_object *aware_find(struct json_object *properties, const char *property, const char *const *keys,
                               const char *text, const char *what)
{
    struct search search = {.keys = keys, .text = text};

    aware_each(properties, property, look_at, &search);
    if (search.count == 1)
        return search.found;
    (void)fprintf(stderr,
                  "fasciactl: %s %s is called \"%s\"\n"
                  "  `fasciactl aware status` and `fasciactl aware peers` show what there is.\n",
                  search.count == 0 ? "no" : "more than one", what, text);
    return NULL;
}
