/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/profile/profile.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <yaml.h>

#include "platform/file/file.h"
#include "stack/base/cleanup.h"
#include "stack/base/text.h"
#include "stack/report/facts.h"

#define PATH_SIZE 96 /* "requirements[31].parameters.tolerance_db" */

struct walk {
    const char *name; /* of the file */
    yaml_document_t *document;
    struct report_profile *profile;
    char *message;
};

typedef const char *(*name_fn)(unsigned int value);

static const char *level_name(unsigned int value)
{
    return report_level_name((enum report_level)value);
}

static const char *wording_name(unsigned int value)
{
    return report_wording_name((enum report_wording)value);
}

static const char *check_name(unsigned int value)
{
    return report_check_name((enum report_check)value);
}

__attribute__((format(printf, 4, 5))) static int invalid(const struct walk *w, const yaml_mark_t *mark, const char *key,
                                                         const char *format, ...)
{
    struct fascia_text text;
    char what[384] = "";
    va_list args;

    va_start(args, format);
    (void)vsnprintf(what, sizeof what, format, args);
    va_end(args);
    fascia_text_init(&text, w->message, PROFILE_MESSAGE_SIZE);
    fascia_text_add(&text, "%s:%zu:%zu: %s%s%s", w->name, mark->line + 1, mark->column + 1, key,
                    key[0] != '\0' ? ": " : "", what);
    return PROFILE_E_INVALID;
}

static const yaml_node_t *node_at(const struct walk *w, int index)
{
    return yaml_document_get_node(w->document, index);
}

/* Foreign text inside a message: short, and without control characters. */
static const char *shown(const yaml_node_t *node, char to[static 40])
{
    if (node->type != YAML_SCALAR_NODE)
        return "(not a word)";
    if (!report_text_clean(to, 36, (const char *)node->data.scalar.value))
        memcpy(to + strlen(to), "...", 4);
    return to;
}

/* A text that fits and can be shown as it is. `least` and `size` (with the NUL) are octets. */
static int take_text(const struct walk *w, const yaml_node_t *node, const char *path, size_t least, char *to,
                     size_t size)
{
    if (node->type != YAML_SCALAR_NODE)
        return invalid(w, &node->start_mark, path, "must be a text");

    const char *value = (const char *)node->data.scalar.value;
    size_t length = node->data.scalar.length;
    /* A folded block ends in a line feed that belongs to the notation, not to the text. */
    while (length > 0 && value[length - 1] == '\n')
        length--;
    if (length < least || length >= size)
        return invalid(w, &node->start_mark, path, "is %zu characters long; allowed are %zu to %zu", length, least,
                       size - 1);
    for (size_t i = 0; i < length; i++) {
        if ((unsigned char)value[i] < 0x20 || value[i] == 0x7f)
            return invalid(w, &node->start_mark, path, "holds a control character; write it as one paragraph");
    }
    memcpy(to, value, length);
    to[length] = '\0';
    (void)report_text_clean(to, size, to);
    return 0;
}

/* A word that can be used in file names and on command lines. */
static int take_name(const struct walk *w, const yaml_node_t *node, const char *path, char *to, size_t size)
{
    char show[40];
    int r = take_text(w, node, path, 1, to, size);
    if (r != 0)
        return r;
    if (to[strspn(to, "abcdefghijklmnopqrstuvwxyz0123456789-")] != '\0')
        return invalid(w, &node->start_mark, path, "\"%s\" is not valid; allowed are a-z, 0-9 and hyphens",
                       shown(node, show));
    return 0;
}

static int take_enum(const struct walk *w, const yaml_node_t *node, const char *path, name_fn name, unsigned int count,
                     unsigned int *ret_value)
{
    char names[320], show[40];
    struct fascia_text text;

    fascia_text_init(&text, names, sizeof names);
    for (unsigned int i = 0; i < count; i++) {
        if (node->type == YAML_SCALAR_NODE && strcmp((const char *)node->data.scalar.value, name(i)) == 0) {
            *ret_value = i;
            return 0;
        }
        fascia_text_add(&text, "%s%s", i > 0 ? ", " : "", name(i));
    }
    return invalid(w, &node->start_mark, path, "\"%s\" is not known; allowed are %s", shown(node, show), names);
}

/* --- parameters of a check --- */

static int take_number(const struct walk *w, const yaml_node_t *node, const char *path,
                       const struct report_parameter_spec *spec, struct report_parameters *parameters)
{
    int64_t value = 0;
    char show[40];
    int r = -EINVAL;

    if (node->type == YAML_SCALAR_NODE && node->data.scalar.style == YAML_PLAIN_SCALAR_STYLE)
        r = fascia_text_to_i64((const char *)node->data.scalar.value, spec->min, spec->max, &value);
    if (r < 0)
        return invalid(w, &node->start_mark, path, "\"%s\" is not valid; allowed are whole numbers from %u to %u",
                       shown(node, show), spec->min, spec->max);
    uint32_t number = (uint32_t)value;
    memcpy((char *)parameters + spec->offset, &number, sizeof number);
    return 0;
}

static int take_bool(const struct walk *w, const yaml_node_t *node, const char *path,
                     const struct report_parameter_spec *spec, struct report_parameters *parameters)
{
    char show[40];
    bool plain = node->type == YAML_SCALAR_NODE && node->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    bool value = plain && strcmp((const char *)node->data.scalar.value, "true") == 0;

    if (!value && !(plain && strcmp((const char *)node->data.scalar.value, "false") == 0))
        return invalid(w, &node->start_mark, path, "\"%s\" is not true or false", shown(node, show));
    memcpy((char *)parameters + spec->offset, &value, sizeof value);
    return 0;
}

static int take_choice(const struct walk *w, const yaml_node_t *node, const char *path,
                       const struct report_parameter_spec *spec, struct report_parameters *parameters)
{
    char names[160], show[40];
    struct fascia_text text;

    fascia_text_init(&text, names, sizeof names);
    for (size_t i = 0; spec->choices[i] != NULL; i++) {
        if (node->type == YAML_SCALAR_NODE && strcmp((const char *)node->data.scalar.value, spec->choices[i]) == 0)
            return fascia_text_copy((char *)parameters + spec->offset, spec->size, spec->choices[i]);
        fascia_text_add(&text, "%s%s", i > 0 ? ", " : "", spec->choices[i]);
    }
    return invalid(w, &node->start_mark, path, "\"%s\" is not known; allowed are %s", shown(node, show), names);
}

static int take_parameter(const struct walk *w, const yaml_node_t *node, const char *path,
                          const struct report_parameter_spec *spec, struct report_parameters *parameters)
{
    switch (spec->type) {
    case REPORT_PARAMETER_U32:
        return take_number(w, node, path, spec, parameters);
    case REPORT_PARAMETER_BOOL:
        return take_bool(w, node, path, spec, parameters);
    case REPORT_PARAMETER_TEXT:
        return take_name(w, node, path, (char *)parameters + spec->offset, spec->size);
    case REPORT_PARAMETER_CHOICE:
        return take_choice(w, node, path, spec, parameters);
    }
    return -EINVAL;
}

static const struct report_parameter_spec *find_spec(const struct report_parameter_spec *specs, size_t count,
                                                     const yaml_node_t *key)
{
    for (size_t i = 0; i < count; i++) {
        if (key->type == YAML_SCALAR_NODE && strcmp((const char *)key->data.scalar.value, specs[i].name) == 0)
            return &specs[i];
    }
    return NULL;
}

static int unknown_parameter(const struct walk *w, const yaml_node_t *key, const char *path, enum report_check check)
{
    char known[128] = "", show[40];
    struct fascia_text text;
    size_t count = 0;
    const struct report_parameter_spec *specs = report_check_parameters(check, &count);

    fascia_text_init(&text, known, sizeof known);
    for (size_t i = 0; i < count; i++)
        fascia_text_add(&text, "%s%s", i > 0 ? ", " : "", specs[i].name);
    return invalid(w, &key->start_mark, path, "unknown parameter \"%s\"; check %s takes %s", shown(key, show),
                   report_check_name(check), count > 0 ? known : "none");
}

/* `node` may be NULL: the requirement has no parameters; `mark` is then where it begins. */
static int take_parameters(const struct walk *w, const yaml_node_t *node, const yaml_mark_t *mark, const char *path,
                           struct report_requirement *requirement)
{
    size_t count = 0;
    uint32_t seen = 0;
    const struct report_parameter_spec *specs = report_check_parameters(requirement->check, &count);

    report_check_defaults(requirement->check, &requirement->parameters);
    if (node != NULL && node->type != YAML_MAPPING_NODE)
        return invalid(w, &node->start_mark, path, "must be a mapping, for instance {tx: 2, rx: 2}");
    const yaml_node_pair_t *pair = node != NULL ? node->data.mapping.pairs.start : NULL;
    const yaml_node_pair_t *end = node != NULL ? node->data.mapping.pairs.top : NULL;
    for (; pair < end; pair++) {
        const yaml_node_t *key = node_at(w, pair->key), *value = node_at(w, pair->value);
        const struct report_parameter_spec *spec = find_spec(specs, count, key);
        char below[2 * PATH_SIZE];
        if (spec == NULL)
            return unknown_parameter(w, key, path, requirement->check);
        (void)snprintf(below, sizeof below, "%s.%s", path, spec->name);
        if (seen & UINT32_C(1) << (spec - specs))
            return invalid(w, &key->start_mark, below, "is set twice");
        seen |= UINT32_C(1) << (spec - specs);
        int r = take_parameter(w, value, below, spec, &requirement->parameters);
        if (r != 0)
            return r;
    }
    for (size_t i = 0; i < count; i++) {
        if (!specs[i].required || seen & UINT32_C(1) << i)
            continue;
        if (specs[i].type == REPORT_PARAMETER_U32)
            return invalid(w, node != NULL ? &node->start_mark : mark, path, "%s is missing; allowed are %u to %u",
                           specs[i].name, specs[i].min, specs[i].max);
        return invalid(w, node != NULL ? &node->start_mark : mark, path, "%s is missing", specs[i].name);
    }
    return 0;
}

/* --- mappings with fixed keys --- */

/* Finds the value of each key; unknown and repeated keys and missing mandatory ones are errors. */
static int find_members(const struct walk *w, const yaml_node_t *node, const char *path, const char *const *keys,
                        size_t count, size_t mandatory, const yaml_node_t **ret_values)
{
    char known[160], show[40];
    struct fascia_text text;

    fascia_text_init(&text, known, sizeof known);
    for (size_t i = 0; i < count; i++) {
        fascia_text_add(&text, "%s%s", i > 0 ? ", " : "", keys[i]);
        ret_values[i] = NULL;
    }
    if (node->type != YAML_MAPPING_NODE)
        return invalid(w, &node->start_mark, path, "must be a mapping with the keys %s", known);
    for (const yaml_node_pair_t *pair = node->data.mapping.pairs.start; pair < node->data.mapping.pairs.top; pair++) {
        const yaml_node_t *key = node_at(w, pair->key);
        size_t i = 0;
        while (i < count &&
               (key->type != YAML_SCALAR_NODE || strcmp((const char *)key->data.scalar.value, keys[i]) != 0))
            i++;
        if (i == count)
            return invalid(w, &key->start_mark, path, "unknown key \"%s\"; known here are %s", shown(key, show), known);
        if (ret_values[i] != NULL)
            return invalid(w, &key->start_mark, path, "%s is set twice", keys[i]);
        ret_values[i] = node_at(w, pair->value);
    }
    for (size_t i = 0; i < mandatory; i++) {
        if (ret_values[i] == NULL)
            return invalid(w, &node->start_mark, path, "%s is missing", keys[i]);
    }
    return 0;
}

enum { KEY_ID, KEY_TITLE, KEY_LEVEL, KEY_CHECK, KEY_WORDING, KEY_SOURCE, KEY_PARAMETERS, KEYS_ };

static const char *const requirement_keys[KEYS_] = {
    [KEY_ID] = "id",           [KEY_TITLE] = "title",   [KEY_LEVEL] = "level",           [KEY_CHECK] = "check",
    [KEY_WORDING] = "wording", [KEY_SOURCE] = "source", [KEY_PARAMETERS] = "parameters",
};

static int take_enums(const struct walk *w, const yaml_node_t *const *values, const char *path,
                      struct report_requirement *requirement)
{
    static const struct {
        int key;
        name_fn name;
        unsigned int count;
    } enums[] = {{KEY_LEVEL, level_name, REPORT_LEVELS_},
                 {KEY_CHECK, check_name, REPORT_CHECKS_},
                 {KEY_WORDING, wording_name, REPORT_WORDINGS_}};
    unsigned int found[FASCIA_ARRAY_SIZE(enums)] = {0};

    for (size_t i = 0; i < FASCIA_ARRAY_SIZE(enums); i++) {
        char below[PATH_SIZE];
        (void)snprintf(below, sizeof below, "%s.%s", path, requirement_keys[enums[i].key]);
        int r = take_enum(w, values[enums[i].key], below, enums[i].name, enums[i].count, &found[i]);
        if (r != 0)
            return r;
    }
    requirement->level = (enum report_level)found[0];
    requirement->check = (enum report_check)found[1];
    requirement->wording = (enum report_wording)found[2];
    return 0;
}

static int take_requirement(const struct walk *w, const yaml_node_t *node, size_t index)
{
    struct report_requirement *requirement = &w->profile->requirements[index];
    const yaml_node_t *values[KEYS_];
    char path[64], below[PATH_SIZE];

    (void)snprintf(path, sizeof path, "requirements[%zu]", index);
    int r = find_members(w, node, path, requirement_keys, KEYS_, KEY_PARAMETERS, values);
    if (r != 0)
        return r;
    (void)snprintf(below, sizeof below, "%s.id", path);
    r = take_name(w, values[KEY_ID], below, requirement->id, sizeof requirement->id);
    for (size_t i = 0; r == 0 && i < index; i++) {
        if (strcmp(w->profile->requirements[i].id, requirement->id) == 0)
            r = invalid(w, &values[KEY_ID]->start_mark, below, "\"%s\" is the id of requirements[%zu] already",
                        requirement->id, i);
    }
    if (r != 0)
        return r;
    (void)snprintf(below, sizeof below, "%s.title", path);
    r = take_text(w, values[KEY_TITLE], below, 1, requirement->title, sizeof requirement->title);
    if (r != 0)
        return r;
    (void)snprintf(below, sizeof below, "%s.source", path);
    r = take_text(w, values[KEY_SOURCE], below, 1, requirement->source, sizeof requirement->source);
    if (r != 0)
        return r;
    r = take_enums(w, values, path, requirement);
    if (r != 0)
        return r;
    (void)snprintf(below, sizeof below, "%s.parameters", path);
    return take_parameters(w, values[KEY_PARAMETERS], &node->start_mark, below, requirement);
}

static int take_profile(const struct walk *w, const yaml_node_t *root)
{
    static const char *const keys[] = {"profile", "title", "about", "requirements"};
    const yaml_node_t *values[FASCIA_ARRAY_SIZE(keys)];
    struct report_profile *profile = w->profile;

    int r = find_members(w, root, "", keys, FASCIA_ARRAY_SIZE(keys), FASCIA_ARRAY_SIZE(keys), values);
    if (r != 0)
        return r;
    r = take_name(w, values[0], keys[0], profile->name, sizeof profile->name);
    if (r != 0)
        return r;
    r = take_text(w, values[1], keys[1], 1, profile->title, sizeof profile->title);
    if (r != 0)
        return r;
    r = take_text(w, values[2], keys[2], 0, profile->about, sizeof profile->about);
    if (r != 0)
        return r;

    const yaml_node_t *list = values[3];
    if (list->type != YAML_SEQUENCE_NODE)
        return invalid(w, &list->start_mark, keys[3], "must be a list");
    size_t count = (size_t)(list->data.sequence.items.top - list->data.sequence.items.start);
    if (count < 1 || count > REPORT_REQUIREMENTS_MAX)
        return invalid(w, &list->start_mark, keys[3], "has %zu entries; allowed are 1 to %d", count,
                       REPORT_REQUIREMENTS_MAX);
    for (size_t i = 0; r == 0 && i < count; i++)
        r = take_requirement(w, node_at(w, list->data.sequence.items.start[i]), i);
    profile->requirements_count = count;
    return r;
}

static int take_document(const struct walk *before, yaml_parser_t *parser)
{
    yaml_document_t document, next;
    struct walk here = *before, *w = &here;

    if (!yaml_parser_load(parser, &document))
        return invalid(w, &parser->problem_mark, "", "not YAML: %s", parser->problem ? parser->problem : "?");
    w->document = &document;
    const yaml_node_t *root = yaml_document_get_root_node(&document);
    int r = root != NULL ? take_profile(w, root) : invalid(w, &(yaml_mark_t){0}, "", "the file is empty");
    if (r == 0 && !yaml_parser_load(parser, &next)) {
        r = invalid(w, &parser->problem_mark, "", "not YAML: %s", parser->problem ? parser->problem : "?");
    } else if (r == 0) {
        root = yaml_document_get_root_node(&next);
        if (root != NULL)
            r = invalid(w, &root->start_mark, "", "a second document; one file holds one profile");
        yaml_document_delete(&next);
    }
    yaml_document_delete(&document);
    return r;
}

int profile_parse(const char *name, const void *data, size_t size, struct report_profile *ret_profile,
                  char message[static PROFILE_MESSAGE_SIZE])
{
    _cleanup_(freep) struct report_profile *profile = calloc(1, sizeof *profile);
    struct walk w = {.name = name, .profile = profile, .message = message};
    yaml_parser_t parser;

    message[0] = '\0';
    if (size > PROFILE_FILE_MAX)
        return invalid(&w, &(yaml_mark_t){0}, "", "the file is larger than %d octets", PROFILE_FILE_MAX);
    if (profile == NULL || !yaml_parser_initialize(&parser)) {
        (void)snprintf(message, PROFILE_MESSAGE_SIZE, "%s: out of memory", name);
        return -ENOMEM;
    }
    yaml_parser_set_input_string(&parser, data, size);
    int r = take_document(&w, &parser);
    yaml_parser_delete(&parser);
    if (r == 0)
        *ret_profile = *profile;
    return r;
}

int profile_load(const char *path, struct report_profile *ret_profile, char message[static PROFILE_MESSAGE_SIZE])
{
    _cleanup_(freep) char *data = malloc(PROFILE_FILE_MAX + 1);
    size_t size = 0;

    /* One octet more than allowed is asked for, so that "too large" is seen. */
    int r = data != NULL ? file_read(path, data, PROFILE_FILE_MAX + 1, &size) : -ENOMEM;
    if (r < 0) {
        (void)snprintf(message, PROFILE_MESSAGE_SIZE, "%s: cannot be read: %s", path, strerror(-r));
        return r;
    }
    return profile_parse(path, data, size, ret_profile, message);
}
