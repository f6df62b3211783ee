/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/config/config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "platform/config/schema.h"
#include "platform/file/file.h"
#include "stack/base/text.h"

#define PATH_SIZE 128 /* "audio.pipewire.runtime_dir" */

struct walk {
    const char *name; /* of the file */
    yaml_document_t *document;
    struct fascia_config *config;
    char *message;
};

void config_defaults(struct fascia_config *ret_config)
{
    *ret_config = (struct fascia_config){
        .bus = "system",
        .runtime_dir = "/run/fascia",
        .profile = "carplay-r10",
        .log_level = FASCIA_LOG_INFO,
        .link = {.enabled = true,
                 .ssid = "fascia",
                 .band = LINK_BAND_5GHZ,
                 .channel = 36,
                 .width_mhz = 80,
                 .security = LINK_SECURITY_WPA3_SAE,
                 .max_stations = 1,
                 .min_streams = 2,
                 .hostapd = {.manage = LINK_MANAGE_SPAWN, .program = "hostapd"}},
        .address = {.enabled = true, .nd = ADDRESS_ND_NONE, .own_iid = "eui64"},
        .audio = {.enabled = true,
                  .source = AUDIO_SOURCE_51,
                  .speakers = {"FL", "FR"},
                  .speakers_count = 2,
                  .sink_name = "fascia.projection",
                  .lfe = AUDIO_LFE_MINUS6,
                  .pipewire = {.manage = AUDIO_MANAGE_ADOPT, .program = "pipewire"}},
        .supervisor = {.start_timeout_ms = 20000,
                       .stop_timeout_ms = 5000,
                       .watchdog_ms = 10000,
                       .backoff_first_ms = 100,
                       .backoff_max_ms = 10000,
                       .backoff_reset_ms = 10000},
    };
}

__attribute__((format(printf, 4, 5))) static int invalid(const struct walk *w, const yaml_mark_t *mark, const char *key,
                                                         const char *format, ...)
{
    struct fascia_text text;
    char what[256];
    va_list args;

    va_start(args, format);
    (void)vsnprintf(what, sizeof what, format, args);
    va_end(args);
    fascia_text_init(&text, w->message, CONFIG_MESSAGE_SIZE);
    fascia_text_add(&text, "%s:%zu:%zu: %s%s%s", w->name, mark->line + 1, mark->column + 1, key, key[0] ? ": " : "",
                    what);
    return CONFIG_E_INVALID;
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

static const char *allowed_names(const char *const *names, char *to, size_t size)
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

static void *target(const struct walk *w, size_t offset)
{
    return (char *)w->config + offset;
}

static int apply_text(const struct walk *w, const struct config_key *key, const yaml_node_t *node, const char *path)
{
    const char *value = scalar(node);
    size_t length = node->data.scalar.length;
    int64_t max = key->max > 0 ? key->max : (int64_t)key->size - 1;
    char show[40];

    if (strlen(value) != length)
        return invalid(w, &node->start_mark, path, "holds a NUL character");
    if ((int64_t)length < key->min || (int64_t)length > max)
        return invalid(w, &node->start_mark, path, "is %zu characters long; allowed are %" PRId64 " to %" PRId64,
                       length, key->min, max);
    if (key->type == CONFIG_TYPE_PATH && value[0] != '/')
        return invalid(w, &node->start_mark, path, "\"%s\" is not an absolute path", shown(node, show));
    if (key->type == CONFIG_TYPE_PROGRAM && value[0] != '/' && strchr(value, '/'))
        return invalid(w, &node->start_mark, path, "\"%s\" is neither a bare name nor an absolute path",
                       shown(node, show));
    const char *allowed = key->check ? key->check(value) : NULL;
    if (allowed)
        return invalid(w, &node->start_mark, path, "\"%s\" is not valid; allowed is %s", shown(node, show), allowed);
    (void)fascia_text_copy(target(w, key->offset), key->size, value);
    return 0;
}

static int apply_int(const struct walk *w, const struct config_key *key, const yaml_node_t *node, const char *path)
{
    int64_t value = 0;
    char show[40];

    int r = fascia_text_to_i64(scalar(node), key->min, key->max, &value);
    if (r == -EINVAL || node->data.scalar.style != YAML_PLAIN_SCALAR_STYLE)
        return invalid(w, &node->start_mark, path, "\"%s\" is not a whole number; allowed are %" PRId64 " to %" PRId64,
                       shown(node, show), key->min, key->max);
    if (r < 0)
        return invalid(w, &node->start_mark, path, "%s is out of range; allowed are %" PRId64 " to %" PRId64,
                       shown(node, show), key->min, key->max);
    const char *allowed = key->check ? key->check(scalar(node)) : NULL;
    if (allowed)
        return invalid(w, &node->start_mark, path, "%s is not allowed; allowed is %s", shown(node, show), allowed);
    *(int64_t *)target(w, key->offset) = value;
    return 0;
}

static int apply_bool(const struct walk *w, const struct config_key *key, const yaml_node_t *node, const char *path)
{
    bool value = strcmp(scalar(node), "true") == 0;
    char show[40];

    if ((!value && strcmp(scalar(node), "false") != 0) || node->data.scalar.style != YAML_PLAIN_SCALAR_STYLE)
        return invalid(w, &node->start_mark, path, "\"%s\" is not true or false", shown(node, show));
    *(bool *)target(w, key->offset) = value;
    return 0;
}

static int apply_enum(const struct walk *w, const struct config_key *key, const yaml_node_t *node, const char *path)
{
    int index = name_index(key->names, scalar(node));
    char names[160], show[40];

    if (index < 0)
        return invalid(w, &node->start_mark, path, "\"%s\" is not known; allowed are %s", shown(node, show),
                       allowed_names(key->names, names, sizeof names));
    *(unsigned int *)target(w, key->offset) = (unsigned int)index;
    return 0;
}

static int apply_strings(const struct walk *w, const struct config_key *key, const yaml_node_t *node, const char *path)
{
    size_t n = (size_t)(node->data.sequence.items.top - node->data.sequence.items.start);
    char *to = target(w, key->offset);
    char names[160], show[40];

    if ((int64_t)n < key->min || (int64_t)n > key->max)
        return invalid(w, &node->start_mark, path, "has %zu entries; allowed are %" PRId64 " to %" PRId64, n, key->min,
                       key->max);
    for (size_t i = 0; i < n; i++) {
        const yaml_node_t *item = yaml_document_get_node(w->document, node->data.sequence.items.start[i]);
        if (item->type != YAML_SCALAR_NODE || name_index(key->names, scalar(item)) < 0)
            return invalid(w, &item->start_mark, path, "\"%s\" is not known; allowed are %s",
                           item->type == YAML_SCALAR_NODE ? shown(item, show) : "(not a word)",
                           allowed_names(key->names, names, sizeof names));
        for (size_t j = 0; j < i; j++) {
            if (strcmp(to + j * key->size, scalar(item)) == 0)
                return invalid(w, &item->start_mark, path, "%s is named twice", shown(item, show));
        }
        (void)fascia_text_copy(to + i * key->size, key->size, scalar(item));
    }
    *(size_t *)target(w, key->count_offset) = n;
    return 0;
}

static int walk_section(const struct walk *w, const struct config_key *keys, const yaml_node_t *node, const char *path);

static int apply(const struct walk *w, const struct config_key *key, const yaml_node_t *node, const char *path)
{
    static const struct {
        yaml_node_type_t node;
        const char *want;
    } shapes[] = {
        [CONFIG_TYPE_STRING] = {YAML_SCALAR_NODE, "a text"},
        [CONFIG_TYPE_PATH] = {YAML_SCALAR_NODE, "a path"},
        [CONFIG_TYPE_PROGRAM] = {YAML_SCALAR_NODE, "a program"},
        [CONFIG_TYPE_INT] = {YAML_SCALAR_NODE, "a whole number"},
        [CONFIG_TYPE_BOOL] = {YAML_SCALAR_NODE, "true or false"},
        [CONFIG_TYPE_ENUM] = {YAML_SCALAR_NODE, "a word"},
        [CONFIG_TYPE_STRINGS] = {YAML_SEQUENCE_NODE, "a list"},
        [CONFIG_TYPE_SECTION] = {YAML_MAPPING_NODE, "a section"},
    };

    if (node->type != shapes[key->type].node)
        return invalid(w, &node->start_mark, path, "must be %s", shapes[key->type].want);
    switch (key->type) {
    case CONFIG_TYPE_STRING:
    case CONFIG_TYPE_PATH:
    case CONFIG_TYPE_PROGRAM:
        return apply_text(w, key, node, path);
    case CONFIG_TYPE_INT:
        return apply_int(w, key, node, path);
    case CONFIG_TYPE_BOOL:
        return apply_bool(w, key, node, path);
    case CONFIG_TYPE_ENUM:
        return apply_enum(w, key, node, path);
    case CONFIG_TYPE_STRINGS:
        return apply_strings(w, key, node, path);
    case CONFIG_TYPE_SECTION:
        return walk_section(w, key->keys, node, path);
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
    char known[256], show[40];
    struct fascia_text text;

    fascia_text_init(&text, known, sizeof known);
    for (const struct config_key *key = keys; key->name; key++)
        fascia_text_add(&text, "%s%s", key == keys ? "" : ", ", key->name);
    return invalid(w, &name->start_mark, path, "unknown key \"%s\"; known here are %s", shown(name, show), known);
}

static int walk_section(const struct walk *w, const struct config_key *keys, const yaml_node_t *node, const char *path)
{
    uint64_t seen = 0;

    for (yaml_node_pair_t *pair = node->data.mapping.pairs.start; pair < node->data.mapping.pairs.top; pair++) {
        const yaml_node_t *name = yaml_document_get_node(w->document, pair->key);
        const yaml_node_t *value = yaml_document_get_node(w->document, pair->value);
        char below[PATH_SIZE];

        if (name->type != YAML_SCALAR_NODE)
            return invalid(w, &name->start_mark, path, "a key must be a word");
        const struct config_key *key = find_key(keys, scalar(name));
        if (!key)
            return unknown_key(w, keys, name, path);
        (void)snprintf(below, sizeof below, "%s%s%s", path, path[0] ? "." : "", key->name);
        if (seen & UINT64_C(1) << (key - keys))
            return invalid(w, &name->start_mark, below, "is set twice");
        seen |= UINT64_C(1) << (key - keys);

        int r = apply(w, key, value, below);
        if (r != 0)
            return r;
    }
    return 0;
}

/* Rules between keys. They are reported at the section that they concern. */
static int check_whole(const struct walk *w, const yaml_node_t *root)
{
    const struct fascia_config *c = w->config;
    yaml_mark_t mark = root ? root->start_mark : (yaml_mark_t){0};

    if (c->link.enabled && c->link.country[0] == '\0')
        return invalid(w, &mark, "link.country",
                       "is missing; an access point needs its ISO 3166-1 alpha-2 country, for instance DE");
    if (c->link.hostapd.manage == LINK_MANAGE_ADOPT && c->link.hostapd.control[0] == '\0')
        return invalid(w, &mark, "link.hostapd.control", "is missing; manage: adopt needs the global control socket");
    if (c->audio.pipewire.manage == AUDIO_MANAGE_SPAWN && c->audio.pipewire.config[0] == '\0')
        return invalid(w, &mark, "audio.pipewire.config", "is missing; manage: spawn needs PipeWire's configuration");
    if (c->audio.speakers_count != 1 && c->audio.speakers_count != 2 && c->audio.speakers_count != 4)
        return invalid(w, &mark, "audio.speakers", "has %zu entries; allowed are 1, 2 or 4", c->audio.speakers_count);
    if (c->supervisor.backoff_first_ms > c->supervisor.backoff_max_ms)
        return invalid(w, &mark, "supervisor.backoff_first_ms", "is above supervisor.backoff_max_ms");
    return 0;
}

static int walk_document(struct walk *w)
{
    const yaml_node_t *root = yaml_document_get_root_node(w->document);

    if (root && root->type != YAML_MAPPING_NODE)
        return invalid(w, &root->start_mark, "", "the file must be a mapping of sections");
    int r = root ? walk_section(w, config_schema, root, "") : 0;
    return r != 0 ? r : check_whole(w, root);
}

static int parse(struct walk *w, yaml_parser_t *parser)
{
    yaml_document_t document, next;
    struct walk second = *w;

    if (!yaml_parser_load(parser, &document))
        return invalid(w, &parser->problem_mark, "", "not YAML: %s", parser->problem ? parser->problem : "?");
    w->document = &document;
    int r = walk_document(w);
    if (r == 0 && yaml_parser_load(parser, &next)) {
        const yaml_node_t *root = yaml_document_get_root_node(&next);
        if (root)
            r = invalid(&second, &root->start_mark, "", "a second document; one file holds one configuration");
        yaml_document_delete(&next);
    } else if (r == 0) {
        r = invalid(w, &parser->problem_mark, "", "not YAML: %s", parser->problem ? parser->problem : "?");
    }
    yaml_document_delete(&document);
    w->document = NULL;
    return r;
}

int config_parse(const char *name, const void *data, size_t size, struct fascia_config *ret_config,
                 char message[static CONFIG_MESSAGE_SIZE])
{
    struct fascia_config config;
    struct walk w = {.name = name, .config = &config, .message = message};
    yaml_parser_t parser;

    message[0] = '\0';
    if (size > CONFIG_FILE_MAX)
        return invalid(&w, &(yaml_mark_t){0}, "", "the file is larger than %d octets", CONFIG_FILE_MAX);
    if (!yaml_parser_initialize(&parser))
        return -ENOMEM;
    config_defaults(&config);
    yaml_parser_set_input_string(&parser, data, size);
    int r = parse(&w, &parser);
    yaml_parser_delete(&parser);
    if (r == 0)
        *ret_config = config;
    return r;
}

int config_load(const char *path, struct fascia_config *ret_config, char message[static CONFIG_MESSAGE_SIZE])
{
    char *data = malloc(CONFIG_FILE_MAX + 1);
    size_t size = 0;

    if (!data)
        return -ENOMEM;
    int r = file_read(path, data, CONFIG_FILE_MAX + 1, &size);
    if (r < 0) {
        (void)snprintf(message, CONFIG_MESSAGE_SIZE, "%s: cannot be read: %s", path, strerror(-r));
    } else {
        r = config_parse(path, data, size, ret_config, message);
    }
    free(data);
    return r;
}

static void print_keys(FILE *out, const struct config_key *keys, const char *path)
{
    for (; keys->name; keys++) {
        char below[PATH_SIZE], names[160];

        (void)snprintf(below, sizeof below, "%s%s%s", path, path[0] ? "." : "", keys->name);
        switch (keys->type) {
        case CONFIG_TYPE_SECTION:
            print_keys(out, keys->keys, below);
            continue;
        case CONFIG_TYPE_INT:
            (void)snprintf(names, sizeof names, "%" PRId64 " to %" PRId64, keys->min, keys->max);
            break;
        case CONFIG_TYPE_BOOL:
            (void)snprintf(names, sizeof names, "true, false");
            break;
        case CONFIG_TYPE_ENUM:
        case CONFIG_TYPE_STRINGS:
            (void)allowed_names(keys->names, names, sizeof names);
            break;
        case CONFIG_TYPE_STRING:
        case CONFIG_TYPE_PATH:
        case CONFIG_TYPE_PROGRAM:
            (void)snprintf(names, sizeof names, "%s",
                           keys->type == CONFIG_TYPE_STRING ? "text"
                           : keys->type == CONFIG_TYPE_PATH ? "absolute path"
                                                            : "name or path");
            break;
        }
        (void)fprintf(out, "%-32s %s\n%-32s   (%s)\n", below, keys->help, "", names);
    }
}

void config_print_reference(FILE *out)
{
    print_keys(out, config_schema, "");
}
