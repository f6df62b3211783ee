/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "platform/config/config.h"
#include "platform/config/walk.h"
#include "stack/base/text.h"

/* config_print_reference(): the schema's tables and the defaults, for people. */

static void add_allowed(struct fascia_text *text, const struct config_key *key)
{
    char names[160];

    switch (key->type) {
    case CONFIG_TYPE_SECTION:
        break;
    case CONFIG_TYPE_INT:
        fascia_text_add(text, "%s%s%" PRId64 " to %" PRId64, key->word ? key->word : "", key->word ? ", " : "",
                        key->min, key->max);
        break;
    case CONFIG_TYPE_NUMBER:
        fascia_text_add(text, "%g to %g", key->number_min, key->number_max);
        break;
    case CONFIG_TYPE_BOOL:
        fascia_text_add(text, "true, false");
        break;
    case CONFIG_TYPE_ENUM:
        fascia_text_add(text, "%s", walk_names(key->names, names, sizeof names));
        break;
    case CONFIG_TYPE_STRINGS:
        fascia_text_add(text, "list of %" PRId64 " to %" PRId64 ": %s", key->min, key->max,
                        key->names ? walk_names(key->names, names, sizeof names) : "text");
        break;
    case CONFIG_TYPE_INTS:
        fascia_text_add(text, "list of %" PRId64 " to %" PRId64 ": %" PRId64 " to %" PRId64, key->min, key->max,
                        key->item_min, key->item_max);
        break;
    case CONFIG_TYPE_ENUMS:
        fascia_text_add(text, "list of %" PRId64 " to %" PRId64 ": %s", key->min, key->max,
                        walk_names(key->names, names, sizeof names));
        break;
    case CONFIG_TYPE_LIST:
        fascia_text_add(text, "list of %" PRId64 " to %" PRId64 " sections", key->min, key->max);
        break;
    case CONFIG_TYPE_STRING:
        fascia_text_add(text, "text");
        break;
    case CONFIG_TYPE_PATH:
        fascia_text_add(text, "absolute path%s", key->or_none ? ", none" : "");
        break;
    case CONFIG_TYPE_PROGRAM:
        fascia_text_add(text, "name or path");
        break;
    }
}

static void add_strings(struct fascia_text *text, const struct config_key *key, const char *base)
{
    size_t n = *(const size_t *)(const void *)(base + key->count_offset);

    for (size_t i = 0; i < n; i++)
        fascia_text_add(text, "%s%s", i ? ", " : "; default ", base + key->offset + i * key->size);
}

/* `base` is what is there when the file says nothing. */
static void add_default(struct fascia_text *text, const struct config_key *key, const char *base)
{
    const void *value = base + key->offset;

    switch (key->type) {
    case CONFIG_TYPE_INT:
        if (key->word && *(const int64_t *)value == key->word_value)
            fascia_text_add(text, "; default %s", key->word);
        else if (*(const int64_t *)value >= key->min) /* below: it stands for something that the help explains */
            fascia_text_add(text, "; default %" PRId64, *(const int64_t *)value);
        break;
    case CONFIG_TYPE_NUMBER:
        if (isfinite(*(const double *)value)) /* not: it stands for something that the help explains */
            fascia_text_add(text, "; default %g", *(const double *)value);
        break;
    case CONFIG_TYPE_BOOL:
        fascia_text_add(text, "; default %s", *(const bool *)value ? "true" : "false");
        break;
    case CONFIG_TYPE_ENUM:
        fascia_text_add(text, "; default %s", key->names[*(const unsigned int *)value]);
        break;
    case CONFIG_TYPE_STRINGS:
        add_strings(text, key, base);
        break;
    case CONFIG_TYPE_STRING:
    case CONFIG_TYPE_PATH:
    case CONFIG_TYPE_PROGRAM:
        if (*(const char *)value != '\0')
            fascia_text_add(text, "; default %s", (const char *)value);
        break;
    case CONFIG_TYPE_INTS: /* the defaults of these are empty */
    case CONFIG_TYPE_ENUMS:
    case CONFIG_TYPE_SECTION:
    case CONFIG_TYPE_LIST:
        break;
    }
}

static void print_keys(FILE *out, const struct config_key *keys, const char *path, const char *base)
{
    for (; keys->name; keys++) {
        char below[CONFIG_KEY_PATH_SIZE], line[320];
        struct fascia_text text;

        (void)snprintf(below, sizeof below, "%s%s%s", path, path[0] ? "." : "", keys->name);
        if (keys->type == CONFIG_TYPE_SECTION) {
            print_keys(out, keys->keys, below, base);
            continue;
        }
        fascia_text_init(&text, line, sizeof line);
        add_allowed(&text, keys);
        if (keys->required)
            fascia_text_add(&text, "; required");
        else
            add_default(&text, keys, base);
        (void)fprintf(out, "%-43s %s\n%-43s   (%s)\n", below, keys->help, "", line);
        if (keys->type == CONFIG_TYPE_LIST) {
            (void)strncat(below, "[]", sizeof below - strlen(below) - 1);
            print_keys(out, keys->keys, below, keys->initial);
        }
    }
}

void config_print_reference(FILE *out)
{
    static struct fascia_config defaults;

    config_defaults(&defaults);
    print_keys(out, config_schema, "", (const char *)&defaults);
}
