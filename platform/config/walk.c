/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/config/walk.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "platform/config/config.h"
#include "stack/base/text.h"

int walk_invalid(const struct walk *w, const yaml_mark_t *mark, const char *key, const char *format, ...)
{
    struct fascia_text text;
    char what[384];
    va_list args;

    va_start(args, format);
    (void)vsnprintf(what, sizeof what, format, args);
    va_end(args);
    fascia_text_init(&text, w->message, CONFIG_MESSAGE_SIZE);
    fascia_text_add(&text, "%s:%zu:%zu: %s%s%s", w->name, mark->line + 1, mark->column + 1, key, key[0] ? ": " : "",
                    what);
    return CONFIG_E_INVALID;
}

/* Paths of keys: bounded by the schema, and cut when they are not. */
__attribute__((format(printf, 2, 3))) static void make_path(char to[static CONFIG_KEY_PATH_SIZE], const char *format,
                                                            ...)
{
    va_list args;

    va_start(args, format);
    (void)vsnprintf(to, CONFIG_KEY_PATH_SIZE, format, args);
    va_end(args);
}

static const char *scalar(const yaml_node_t *node)
{
    return (const char *)node->data.scalar.value;
}

/* Shows foreign text inside a message: short, and without control characters. */
static const char *shown(const yaml_node_t *node, char to[static 40])
{
    const char *text = scalar(node);
    size_t n = 0;

    for (; n < 36 && text[n]; n++)
        to[n] = (char)((unsigned char)text[n] < 0x20 || text[n] == 0x7f ? '?' : text[n]);
    (void)snprintf(to + n, 4, "%s", text[n] ? "..." : "");
    return to;
}

const char *walk_names(const char *const *names, char *to, size_t size)
{
    struct fascia_text text;

    fascia_text_init(&text, to, size);
    for (size_t i = 0; names[i]; i++)
        fascia_text_add(&text, "%s%s", i ? ", " : "", names[i]);
    return to;
}

/* Index in names, or -1. */
static int name_index(const char *const *names, const char *value)
{
    for (int i = 0; names[i]; i++) {
        if (strcmp(names[i], value) == 0)
            return i;
    }
    return -1;
}

static void *at(void *base, size_t offset)
{
    return (char *)base + offset;
}

/* The value is known to fit. */
static void put_text(char *to, size_t size, const char *value)
{
    memset(to, 0, size);
    (void)fascia_text_copy(to, size, value);
}

static int check_length(const struct walk *w, const yaml_node_t *node, int64_t min, int64_t max, const char *path)
{
    size_t length = node->data.scalar.length;

    if (strlen(scalar(node)) != length)
        return walk_invalid(w, &node->start_mark, path, "holds a NUL character");
    if ((int64_t)length < min || (int64_t)length > max)
        return walk_invalid(w, &node->start_mark, path, "is %zu characters long; allowed are %" PRId64 " to %" PRId64,
                            length, min, max);
    return 0;
}

static int apply_text(const struct walk *w, void *base, const struct config_key *key, const yaml_node_t *node,
                      const char *path)
{
    const char *value = scalar(node);
    int64_t max = key->max > 0 ? key->max : (int64_t)key->size - 1;
    char show[40];

    int r = check_length(w, node, key->min, max, path);
    if (r != 0)
        return r;
    if (key->or_none && strcmp(value, "none") == 0)
        value = "";
    else if (key->type == CONFIG_TYPE_PATH && value[0] != '/')
        return walk_invalid(w, &node->start_mark, path, "\"%s\" is not an absolute path%s", shown(node, show),
                            key->or_none ? "; none is allowed, too" : "");
    if (key->type == CONFIG_TYPE_PROGRAM && value[0] != '/' && strchr(value, '/'))
        return walk_invalid(w, &node->start_mark, path, "\"%s\" is neither a bare name nor an absolute path",
                            shown(node, show));
    const char *allowed = key->check ? key->check(value) : NULL;
    if (allowed)
        return walk_invalid(w, &node->start_mark, path, "\"%s\" is not valid; allowed is %s", shown(node, show),
                            allowed);
    put_text(at(base, key->offset), key->size, value);
    return 0;
}

/* `word` (NULL: none) is only named as what is allowed, too. */
static int read_number(const struct walk *w, const yaml_node_t *node, int64_t min, int64_t max, const char *word,
                       const char *path, int64_t *ret_value)
{
    const char *comma = word ? ", " : "";
    char show[40];

    int r = fascia_text_to_i64(scalar(node), min, max, ret_value);
    if (r == -EINVAL || node->data.scalar.style != YAML_PLAIN_SCALAR_STYLE)
        return walk_invalid(w, &node->start_mark, path,
                            "\"%s\" is not a whole number; allowed are %s%s%" PRId64 " to %" PRId64, shown(node, show),
                            word ? word : "", comma, min, max);
    if (r < 0)
        return walk_invalid(w, &node->start_mark, path, "%s is out of range; allowed are %s%s%" PRId64 " to %" PRId64,
                            shown(node, show), word ? word : "", comma, min, max);
    return 0;
}

static int apply_int(const struct walk *w, void *base, const struct config_key *key, const yaml_node_t *node,
                     const char *path)
{
    int64_t value = 0;
    char show[40];

    if (key->word && strcmp(scalar(node), key->word) == 0) {
        *(int64_t *)at(base, key->offset) = key->word_value;
        return 0;
    }
    int r = read_number(w, node, key->min, key->max, key->word, path, &value);
    if (r != 0)
        return r;
    const char *allowed = key->check ? key->check(scalar(node)) : NULL;
    if (allowed)
        return walk_invalid(w, &node->start_mark, path, "%s is not allowed; allowed is %s", shown(node, show), allowed);
    *(int64_t *)at(base, key->offset) = value;
    return 0;
}

static int apply_number(const struct walk *w, void *base, const struct config_key *key, const yaml_node_t *node,
                        const char *path)
{
    char show[40];

    int r = fascia_text_to_double(scalar(node), key->number_min, key->number_max, at(base, key->offset));
    if (r == -EINVAL || node->data.scalar.style != YAML_PLAIN_SCALAR_STYLE)
        return walk_invalid(w, &node->start_mark, path, "\"%s\" is not a number; allowed are %g to %g",
                            shown(node, show), key->number_min, key->number_max);
    if (r < 0)
        return walk_invalid(w, &node->start_mark, path, "%s is out of range; allowed are %g to %g", shown(node, show),
                            key->number_min, key->number_max);
    return 0;
}

static int apply_bool(const struct walk *w, void *base, const struct config_key *key, const yaml_node_t *node,
                      const char *path)
{
    bool value = strcmp(scalar(node), "true") == 0;
    char show[40];

    if ((!value && strcmp(scalar(node), "false") != 0) || node->data.scalar.style != YAML_PLAIN_SCALAR_STYLE)
        return walk_invalid(w, &node->start_mark, path, "\"%s\" is not true or false", shown(node, show));
    *(bool *)at(base, key->offset) = value;
    return 0;
}

static int apply_enum(const struct walk *w, void *base, const struct config_key *key, const yaml_node_t *node,
                      const char *path)
{
    int index = name_index(key->names, scalar(node));
    char names[160], show[40];

    if (index < 0)
        return walk_invalid(w, &node->start_mark, path, "\"%s\" is not known; allowed are %s", shown(node, show),
                            walk_names(key->names, names, sizeof names));
    *(unsigned int *)at(base, key->offset) = key->values ? key->values[index] : (unsigned int)index;
    return 0;
}

/* Number of entries of a list, or -1 with the message set. */
static int count_entries(const struct walk *w, const struct config_key *key, const yaml_node_t *node, const char *path)
{
    ptrdiff_t n = node->data.sequence.items.top - node->data.sequence.items.start;

    if (n < key->min || n > key->max) {
        (void)walk_invalid(w, &node->start_mark, path, "has %td entries; allowed are %" PRId64 " to %" PRId64, n,
                           key->min, key->max);
        return -1;
    }
    return (int)n;
}

static const yaml_node_t *entry(const struct walk *w, const yaml_node_t *node, int i)
{
    return yaml_document_get_node(w->document, node->data.sequence.items.start[i]);
}

/* One of `key->names`, and not one of the `before` entries in front of it. */
static int check_word(const struct walk *w, const struct config_key *key, const yaml_node_t *item, const char *list,
                      int before, const char *path)
{
    char names[160], show[40];

    if (item->type != YAML_SCALAR_NODE || name_index(key->names, scalar(item)) < 0)
        return walk_invalid(w, &item->start_mark, path, "\"%s\" is not known; allowed are %s",
                            item->type == YAML_SCALAR_NODE ? shown(item, show) : "(not a word)",
                            walk_names(key->names, names, sizeof names));
    for (int i = 0; i < before; i++) {
        if (strcmp(list + (size_t)i * key->size, scalar(item)) == 0)
            return walk_invalid(w, &item->start_mark, path, "%s is named twice", shown(item, show));
    }
    return 0;
}

static int check_free_text(const struct walk *w, const struct config_key *key, const yaml_node_t *item,
                           const char *path)
{
    char show[40];

    if (item->type != YAML_SCALAR_NODE)
        return walk_invalid(w, &item->start_mark, path, "must be a list of texts");
    int r = check_length(w, item, 0, (int64_t)key->size - 1, path);
    const char *allowed = r == 0 && key->check ? key->check(scalar(item)) : NULL;
    if (allowed)
        return walk_invalid(w, &item->start_mark, path, "\"%s\" is not valid; allowed is %s", shown(item, show),
                            allowed);
    return r;
}

static int apply_strings(const struct walk *w, void *base, const struct config_key *key, const yaml_node_t *node,
                         const char *path)
{
    int n = count_entries(w, key, node, path);
    char *list = at(base, key->offset);

    if (n < 0)
        return CONFIG_E_INVALID;
    memset(list, 0, (size_t)key->max * key->size);
    for (int i = 0; i < n; i++) {
        const yaml_node_t *item = entry(w, node, i);
        int r = key->names ? check_word(w, key, item, list, i, path) : check_free_text(w, key, item, path);
        if (r != 0)
            return r;
        put_text(list + (size_t)i * key->size, key->size, scalar(item));
        for (int j = 0; key->distinct && j < i; j++) {
            if (strcmp(list + (size_t)j * key->size, scalar(item)) == 0)
                return walk_invalid(w, &item->start_mark, path, "%s is named twice", scalar(item));
        }
    }
    *(size_t *)at(base, key->count_offset) = (size_t)n;
    return 0;
}

static int apply_ints(const struct walk *w, void *base, const struct config_key *key, const yaml_node_t *node,
                      const char *path)
{
    int n = count_entries(w, key, node, path);
    int64_t *list = at(base, key->offset);

    if (n < 0)
        return CONFIG_E_INVALID;
    memset(list, 0, (size_t)key->max * sizeof *list);
    for (int i = 0; i < n; i++) {
        const yaml_node_t *item = entry(w, node, i);
        if (item->type != YAML_SCALAR_NODE)
            return walk_invalid(w, &item->start_mark, path, "must be a list of whole numbers");
        int r = read_number(w, item, key->item_min, key->item_max, NULL, path, &list[i]);
        if (r != 0)
            return r;
        for (int j = 0; j < i; j++) {
            if (list[j] == list[i])
                return walk_invalid(w, &item->start_mark, path, "%" PRId64 " is named twice", list[i]);
        }
    }
    *(size_t *)at(base, key->count_offset) = (size_t)n;
    return 0;
}

static int apply_enums(const struct walk *w, void *base, const struct config_key *key, const yaml_node_t *node,
                       const char *path)
{
    int n = count_entries(w, key, node, path);
    unsigned int *list = at(base, key->offset);
    struct config_key one = {.type = CONFIG_TYPE_ENUM, .names = key->names, .values = key->values};

    if (n < 0)
        return CONFIG_E_INVALID;
    memset(list, 0, (size_t)key->max * sizeof *list);
    for (int i = 0; i < n; i++) {
        const yaml_node_t *item = entry(w, node, i);
        if (item->type != YAML_SCALAR_NODE)
            return walk_invalid(w, &item->start_mark, path, "must be a list of words");
        int r = apply_enum(w, &list[i], &one, item, path);
        if (r != 0)
            return r;
        for (int j = 0; j < i; j++) {
            if (list[j] == list[i])
                return walk_invalid(w, &item->start_mark, path, "%s is named twice", scalar(item));
        }
    }
    *(size_t *)at(base, key->count_offset) = (size_t)n;
    return 0;
}

static const yaml_node_t *child(const struct walk *w, const yaml_node_t *node, const char *name, size_t length)
{
    if (!node || node->type != YAML_MAPPING_NODE)
        return NULL;
    for (yaml_node_pair_t *pair = node->data.mapping.pairs.start; pair < node->data.mapping.pairs.top; pair++) {
        const yaml_node_t *key = yaml_document_get_node(w->document, pair->key);
        if (key->type == YAML_SCALAR_NODE && key->data.scalar.length == length &&
            memcmp(key->data.scalar.value, name, length) == 0)
            return yaml_document_get_node(w->document, pair->value);
    }
    return NULL;
}

/* Points at a key of an element, or at the element when it does not name the key. */
static const yaml_mark_t *mark_in(const struct walk *w, const yaml_node_t *element, const char *key)
{
    const yaml_node_t *value = child(w, element, key, strlen(key));

    return value ? &value->start_mark : &element->start_mark;
}

static bool same_value(const struct config_key *key, char *a, char *b)
{
    if (key->type == CONFIG_TYPE_ENUM)
        return *(unsigned int *)at(a, key->offset) == *(unsigned int *)at(b, key->offset);
    return strcmp(a + key->offset, b + key->offset) == 0;
}

static bool same_identity(const struct config_key *keys, char *a, char *b)
{
    bool any = false;

    for (; keys->name; keys++) {
        if (!keys->identity)
            continue;
        if (!same_value(keys, a, b))
            return false;
        any = true;
    }
    return any;
}

/* Element `last` is not one of those in front of it. */
static int check_unique(const struct walk *w, char *list, const struct config_key *key, const yaml_node_t *node,
                        int last, const char *path)
{
    const struct config_key *first = NULL;
    char below[CONFIG_KEY_PATH_SIZE], names[64];
    struct fascia_text text;
    int i = 0;

    while (i < last && !same_identity(key->keys, list + (size_t)i * key->size, list + (size_t)last * key->size))
        i++;
    if (i == last)
        return 0;
    fascia_text_init(&text, names, sizeof names);
    for (const struct config_key *k = key->keys; k->name; k++) {
        if (!k->identity)
            continue;
        fascia_text_add(&text, "%s%s", first ? " and " : "", k->name);
        first = first ? first : k;
    }
    make_path(below, "%s[%d].%s", path, last, first ? first->name : "");
    return walk_invalid(w, mark_in(w, node, first ? first->name : ""), below,
                        "is the same as in %s[%d]; allowed is each %s once", path, i, names);
}

static int apply_element(const struct walk *w, void *element, const struct config_key *key, const yaml_node_t *node,
                         const char *path)
{
    char below[CONFIG_KEY_PATH_SIZE];
    const char *about = "";

    if (node->type != YAML_MAPPING_NODE)
        return walk_invalid(w, &node->start_mark, path, "must be a section, for instance {%s: ...}", key->keys[0].name);
    memcpy(element, key->initial, key->size);
    int r = walk_section(w, element, key->keys, node, path);
    if (r != 0)
        return r;
    const char *wrong = key->rule ? key->rule(element, &about) : NULL;
    if (!wrong)
        return 0;
    make_path(below, "%s.%s", path, about);
    return walk_invalid(w, mark_in(w, node, about), below, "%s", wrong);
}

static int apply_list(const struct walk *w, void *base, const struct config_key *key, const yaml_node_t *node,
                      const char *path)
{
    int n = count_entries(w, key, node, path);
    char *list = at(base, key->offset);

    if (n < 0)
        return CONFIG_E_INVALID;
    memset(list, 0, (size_t)key->max * key->size);
    for (int i = 0; i < n; i++) {
        const yaml_node_t *item = entry(w, node, i);
        char below[CONFIG_KEY_PATH_SIZE];

        make_path(below, "%s[%d]", path, i);
        int r = apply_element(w, list + (size_t)i * key->size, key, item, below);
        if (r == 0)
            r = check_unique(w, list, key, item, i, path);
        if (r != 0)
            return r;
    }
    *(size_t *)at(base, key->count_offset) = (size_t)n;
    return 0;
}

static int apply(const struct walk *w, void *base, const struct config_key *key, const yaml_node_t *node,
                 const char *path)
{
    static const struct {
        yaml_node_type_t node;
        const char *want;
    } shapes[] = {
        [CONFIG_TYPE_STRING] = {YAML_SCALAR_NODE, "a text"},
        [CONFIG_TYPE_PATH] = {YAML_SCALAR_NODE, "a path"},
        [CONFIG_TYPE_PROGRAM] = {YAML_SCALAR_NODE, "a program"},
        [CONFIG_TYPE_INT] = {YAML_SCALAR_NODE, "a whole number"},
        [CONFIG_TYPE_NUMBER] = {YAML_SCALAR_NODE, "a number"},
        [CONFIG_TYPE_BOOL] = {YAML_SCALAR_NODE, "true or false"},
        [CONFIG_TYPE_ENUM] = {YAML_SCALAR_NODE, "a word"},
        [CONFIG_TYPE_STRINGS] = {YAML_SEQUENCE_NODE, "a list"},
        [CONFIG_TYPE_INTS] = {YAML_SEQUENCE_NODE, "a list"},
        [CONFIG_TYPE_ENUMS] = {YAML_SEQUENCE_NODE, "a list"},
        [CONFIG_TYPE_SECTION] = {YAML_MAPPING_NODE, "a section"},
        [CONFIG_TYPE_LIST] = {YAML_SEQUENCE_NODE, "a list of sections"},
    };

    if (node->type != shapes[key->type].node)
        return walk_invalid(w, &node->start_mark, path, "must be %s", shapes[key->type].want);
    switch (key->type) {
    case CONFIG_TYPE_STRING:
    case CONFIG_TYPE_PATH:
    case CONFIG_TYPE_PROGRAM:
        return apply_text(w, base, key, node, path);
    case CONFIG_TYPE_INT:
        return apply_int(w, base, key, node, path);
    case CONFIG_TYPE_NUMBER:
        return apply_number(w, base, key, node, path);
    case CONFIG_TYPE_BOOL:
        return apply_bool(w, base, key, node, path);
    case CONFIG_TYPE_ENUM:
        return apply_enum(w, base, key, node, path);
    case CONFIG_TYPE_STRINGS:
        return apply_strings(w, base, key, node, path);
    case CONFIG_TYPE_INTS:
        return apply_ints(w, base, key, node, path);
    case CONFIG_TYPE_ENUMS:
        return apply_enums(w, base, key, node, path);
    case CONFIG_TYPE_SECTION:
        return walk_section(w, base, key->keys, node, path);
    case CONFIG_TYPE_LIST:
        return apply_list(w, base, key, node, path);
    }
    return -EINVAL;
}

static const struct config_key *find_key(const struct config_key *keys, const char *name)
{
    for (; keys->name; keys++) {
        if (strcmp(keys->name, name) == 0)
            return keys;
    }
    return NULL;
}

static int unknown_key(const struct walk *w, const struct config_key *keys, const yaml_node_t *name, const char *path)
{
    char known[320], show[40];
    struct fascia_text text;

    fascia_text_init(&text, known, sizeof known);
    for (const struct config_key *key = keys; key->name; key++)
        fascia_text_add(&text, "%s%s", key == keys ? "" : ", ", key->name);
    return walk_invalid(w, &name->start_mark, path, "unknown key \"%s\"; known here are %s", shown(name, show), known);
}

static int check_required(const struct walk *w, const struct config_key *keys, uint64_t seen, const yaml_node_t *node,
                          const char *path)
{
    for (const struct config_key *key = keys; key->name; key++) {
        char below[CONFIG_KEY_PATH_SIZE];

        if (!key->required || (seen & UINT64_C(1) << (key - keys)))
            continue;
        make_path(below, "%s%s%s", path, path[0] ? "." : "", key->name);
        return walk_invalid(w, &node->start_mark, below, "is missing; it is required here (%s)", key->help);
    }
    return 0;
}

int walk_section(const struct walk *w, void *base, const struct config_key *keys, const yaml_node_t *node,
                 const char *path)
{
    uint64_t seen = 0;

    for (yaml_node_pair_t *pair = node->data.mapping.pairs.start; pair < node->data.mapping.pairs.top; pair++) {
        const yaml_node_t *name = yaml_document_get_node(w->document, pair->key);
        const yaml_node_t *value = yaml_document_get_node(w->document, pair->value);
        char below[CONFIG_KEY_PATH_SIZE];

        if (name->type != YAML_SCALAR_NODE)
            return walk_invalid(w, &name->start_mark, path, "a key must be a word");
        const struct config_key *key = find_key(keys, scalar(name));
        if (!key)
            return unknown_key(w, keys, name, path);
        make_path(below, "%s%s%s", path, path[0] ? "." : "", key->name);
        if (seen & UINT64_C(1) << (key - keys))
            return walk_invalid(w, &name->start_mark, below, "is set twice");
        seen |= UINT64_C(1) << (key - keys);

        int r = apply(w, base, key, value, below);
        if (r != 0)
            return r;
    }
    return check_required(w, keys, seen, node, path);
}

yaml_mark_t walk_mark(const struct walk *w, const char *path)
{
    const yaml_node_t *node = yaml_document_get_root_node(w->document), *inner = node;

    while (inner && *path) {
        size_t length = strcspn(path, ".");
        inner = child(w, inner, path, length);
        node = inner ? inner : node;
        path += length + (path[length] == '.');
    }
    return node ? node->start_mark : (yaml_mark_t){0};
}
