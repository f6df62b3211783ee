/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>

#include "platform/config/config.h"
#include "platform/config/walk.h"

static int not_yaml(const struct walk *w, const yaml_parser_t *parser)
{
    return walk_invalid(w, &parser->problem_mark, "", "not YAML: %s", parser->problem ? parser->problem : "?");
}

static int walk_root(const struct walk *w, const struct walk_file *file, void *base)
{
    const yaml_node_t *root = yaml_document_get_root_node(w->document);

    if (root ? root->type != YAML_MAPPING_NODE : !file->may_be_empty)
        return walk_invalid(w, root ? &root->start_mark : &(yaml_mark_t){0}, "", "the file must be %s", file->shape);
    int r = root ? walk_section(w, base, file->keys, root, "") : 0;
    return r == 0 && file->check ? file->check(w, base) : r;
}

static int expect_end(const struct walk *w, const struct walk_file *file, yaml_parser_t *parser)
{
    yaml_document_t next;
    int r = 0;

    if (!yaml_parser_load(parser, &next))
        return not_yaml(w, parser);
    const yaml_node_t *root = yaml_document_get_root_node(&next);
    if (root)
        r = walk_invalid(w, &root->start_mark, "", "a second document; %s", file->one);
    yaml_document_delete(&next);
    return r;
}

static int walk_documents(struct walk *w, const struct walk_file *file, void *base, yaml_parser_t *parser)
{
    yaml_document_t document;

    if (!yaml_parser_load(parser, &document))
        return not_yaml(w, parser);
    w->document = &document;
    int r = walk_root(w, file, base);
    if (r == 0)
        r = expect_end(w, file, parser);
    yaml_document_delete(&document);
    w->document = NULL;
    return r;
}

int walk_parse(const char *name, const void *data, size_t size, const struct walk_file *file, void *base, char *message)
{
    struct walk w = {.name = name, .message = message};
    yaml_parser_t parser;

    message[0] = '\0';
    if (size > WALK_FILE_MAX)
        return walk_invalid(&w, &(yaml_mark_t){0}, "", "the file is larger than %d octets", WALK_FILE_MAX);
    if (!yaml_parser_initialize(&parser))
        return -ENOMEM;
    yaml_parser_set_input_string(&parser, data, size);
    int r = walk_documents(&w, file, base, &parser);
    yaml_parser_delete(&parser);
    return r;
}
