/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/config/config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "platform/config/schema.h"
#include "platform/config/walk.h"
#include "platform/file/file.h"

static bool is_disabled(const struct fascia_config *c, const char *function)
{
    return (strcmp(function, "link") == 0 && !c->link.enabled) ||
           (strcmp(function, "address") == 0 && !c->address.enabled) ||
           (strcmp(function, "audio") == 0 && !c->audio.enabled) ||
           (strcmp(function, "aware") == 0 && !c->aware.enabled);
}

/*
 * A function that is not enabled is never FULL: its stage would be missed at every boot. This holds for stages of the
 * file, too: to list a default changes nothing.
 */
static void drop_disabled_stages(struct fascia_config *c)
{
    struct supervisor_config *s = &c->supervisor;
    size_t kept = 0;

    for (size_t i = 0; i < s->stages_count; i++) {
        if (!is_disabled(c, s->stages[i].wait_for))
            memmove(&s->stages[kept++], &s->stages[i], sizeof s->stages[0]);
    }
    memset(&s->stages[kept], 0, (s->stages_count - kept) * sizeof s->stages[0]);
    s->stages_count = kept;
}

static void inherit_limit(int64_t *limit, int64_t from)
{
    if (*limit < 0)
        *limit = from;
}

static void inherit_limits(struct supervisor_config *s)
{
    for (size_t i = 0; i < s->units_count; i++) {
        inherit_limit(&s->units[i].limits.processes, s->limits.processes);
        inherit_limit(&s->units[i].limits.memory_mb, s->limits.memory_mb);
        inherit_limit(&s->units[i].limits.files, s->limits.files);
    }
}

static int broken(const struct walk *w, const char *key, const char *what)
{
    yaml_mark_t mark = walk_mark(w, key);

    return walk_invalid(w, &mark, key, "%s", what);
}

/* Rules between keys of different sections. */
static int check_whole(const struct walk *w, const struct fascia_config *c)
{
    int r = walk_check_link(w, &c->link);

    if (r == 0)
        r = walk_check_aware(w, &c->aware, &c->link);
    if (r == 0)
        r = walk_check_audio(w, &c->audio);
    if (r != 0)
        return r;
    if (c->supervisor.backoff_first_ms > c->supervisor.backoff_max_ms)
        return broken(w, "supervisor.backoff_first_ms", "is above supervisor.backoff_max_ms");
    return 0;
}

static int walk_document(const struct walk *w, struct fascia_config *config)
{
    const yaml_node_t *root = yaml_document_get_root_node(w->document);

    if (root && root->type != YAML_MAPPING_NODE)
        return walk_invalid(w, &root->start_mark, "", "the file must be a mapping of sections");
    int r = root ? walk_section(w, config, config_schema, root, "") : 0;
    if (r == 0)
        r = check_whole(w, config);
    if (r != 0)
        return r;
    drop_disabled_stages(config);
    inherit_limits(&config->supervisor);
    config_settle_aware(&config->aware);
    config_settle_audio(&config->audio);
    return 0;
}

static int parse(struct walk *w, struct fascia_config *config, yaml_parser_t *parser)
{
    yaml_document_t document, next;
    struct walk second = *w;

    if (!yaml_parser_load(parser, &document))
        return walk_invalid(w, &parser->problem_mark, "", "not YAML: %s", parser->problem ? parser->problem : "?");
    w->document = &document;
    int r = walk_document(w, config);
    if (r == 0 && yaml_parser_load(parser, &next)) {
        const yaml_node_t *root = yaml_document_get_root_node(&next);
        if (root)
            r = walk_invalid(&second, &root->start_mark, "", "a second document; one file holds one configuration");
        yaml_document_delete(&next);
    } else if (r == 0) {
        r = walk_invalid(w, &parser->problem_mark, "", "not YAML: %s", parser->problem ? parser->problem : "?");
    }
    yaml_document_delete(&document);
    w->document = NULL;
    return r;
}

int config_parse(const char *name, const void *data, size_t size, struct fascia_config *ret_config,
                 char message[static CONFIG_MESSAGE_SIZE])
{
    struct fascia_config config;
    struct walk w = {.name = name, .message = message};
    yaml_parser_t parser;

    message[0] = '\0';
    if (size > CONFIG_FILE_MAX)
        return walk_invalid(&w, &(yaml_mark_t){0}, "", "the file is larger than %d octets", CONFIG_FILE_MAX);
    if (!yaml_parser_initialize(&parser))
        return -ENOMEM;
    config_defaults(&config);
    yaml_parser_set_input_string(&parser, data, size);
    int r = parse(&w, &config, &parser);
    yaml_parser_delete(&parser);
    if (r == 0)
        memcpy(ret_config, &config, sizeof config); /* with the padding: its octets are compared and hashed */
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
