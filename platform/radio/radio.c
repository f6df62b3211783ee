/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/radio/radio.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "platform/config/config.h"
#include "platform/config/walk.h"
#include "platform/file/file.h"
#include "platform/radio/radio_schema.h"
#include "stack/base/cleanup.h"
#include "stack/link/radio_compile.h"

_Static_assert(RADIO_MESSAGE_SIZE == CONFIG_MESSAGE_SIZE, "the walker writes the message");
_Static_assert((int)RADIO_E_INVALID == (int)CONFIG_E_INVALID, "the walker's result is passed on");

/* Rules between elements and sections. */
static int check_whole(const struct walk *w, const struct radio_description *d)
{
    for (size_t i = 0; i < d->bands_count; i++) {
        for (size_t k = 0; k < i; k++) {
            yaml_mark_t mark = walk_mark(w, "bands");
            if (d->bands[i].band == d->bands[k].band)
                return walk_invalid(w, &mark, "bands", "%s is described twice; allowed is each band once",
                                    radio_band_words[d->bands[i].band]);
        }
    }
    return 0;
}

static int take_document(struct walk *w, yaml_parser_t *parser, struct radio_description *description)
{
    yaml_document_t document, next;

    if (!yaml_parser_load(parser, &document))
        return walk_invalid(w, &parser->problem_mark, "", "not YAML: %s", parser->problem ? parser->problem : "?");
    w->document = &document;
    const yaml_node_t *root = yaml_document_get_root_node(&document);
    int r = 0;
    if (root == NULL || root->type != YAML_MAPPING_NODE)
        r = walk_invalid(w, root != NULL ? &root->start_mark : &(yaml_mark_t){0}, "",
                         "the file must be a mapping that describes a radio");
    if (r == 0)
        r = walk_section(w, description, radio_schema, root, "");
    if (r == 0)
        r = check_whole(w, description);
    if (r == 0 && !yaml_parser_load(parser, &next)) {
        r = walk_invalid(w, &parser->problem_mark, "", "not YAML: %s", parser->problem ? parser->problem : "?");
    } else if (r == 0) {
        root = yaml_document_get_root_node(&next);
        if (root != NULL)
            r = walk_invalid(w, &root->start_mark, "", "a second document; one file describes one radio");
        yaml_document_delete(&next);
    }
    yaml_document_delete(&document);
    w->document = NULL;
    return r;
}

static int out_of_memory(const struct walk *w)
{
    (void)snprintf(w->message, RADIO_MESSAGE_SIZE, "%s: out of memory", w->name);
    return -ENOMEM;
}

/* Into a description of its own first: the caller's stays whole on an error. */
static int take_text(struct walk *w, yaml_parser_t *parser, struct radio_description *ret_description)
{
    _cleanup_(freep) struct radio_description *description = malloc(sizeof *description);

    if (description == NULL)
        return out_of_memory(w);
    radio_description_init(description);
    int r = take_document(w, parser, description);
    if (r == 0)
        *ret_description = *description;
    return r;
}

int radio_parse(const char *name, const void *data, size_t size, struct radio_description *ret_description,
                char message[static RADIO_MESSAGE_SIZE])
{
    struct walk w = {.name = name, .message = message};
    yaml_parser_t parser;

    message[0] = '\0';
    if (size > RADIO_FILE_MAX)
        return walk_invalid(&w, &(yaml_mark_t){0}, "", "the file is larger than %d octets", RADIO_FILE_MAX);
    if (!yaml_parser_initialize(&parser))
        return out_of_memory(&w);
    yaml_parser_set_input_string(&parser, data, size);
    int r = take_text(&w, &parser, ret_description);
    yaml_parser_delete(&parser);
    return r;
}

static int take_message(const void *attributes, size_t size, void *userdata)
{
    return wiphy_parse(userdata, attributes, size);
}

static int take_regulatory(const void *attributes, size_t size, void *userdata)
{
    struct wiphy *wiphy = userdata;
    struct wiphy_regulatory regulatory;

    int r = wiphy_parse_regulatory(attributes, size, &regulatory);
    if (r < 0)
        return r;
    memcpy(wiphy->country, regulatory.country, sizeof wiphy->country);
    wiphy->dfs_region = regulatory.dfs_region;
    return 0;
}

/* The way of a radio that is there: messages of a split dump, and the regulatory domain asked for afterwards. */
static int fill(const struct radio_description *description, struct wiphy_table *table)
{
    const struct radio_compile_how how = {.split = RADIO_SPLIT_KERNEL};

    int r = radio_compile(description, &how, take_message, table);
    if (r == 0 && description->country[0] != '\0')
        r = radio_compile_regulatory(description, take_regulatory, &table->radios[0]);
    return r;
}

struct load {
    struct radio_description description;
    struct wiphy_table table;
    char data[RADIO_FILE_MAX + 1]; /* one octet more than allowed is asked for, so that "too large" is seen */
};

static int load(const char *path, struct load *load, char message[static RADIO_MESSAGE_SIZE])
{
    size_t size = 0;

    int r = load != NULL ? file_read(path, load->data, sizeof load->data, &size) : -ENOMEM;
    if (r < 0) {
        (void)snprintf(message, RADIO_MESSAGE_SIZE, "%s: cannot be read: %s", path, strerror(-r));
        return r;
    }
    r = radio_parse(path, load->data, size, &load->description, message);
    if (r != 0)
        return r;
    r = fill(&load->description, &load->table);
    if (r < 0)
        (void)snprintf(message, RADIO_MESSAGE_SIZE, "%s: cannot be compiled: %s", path, strerror(-r));
    return r;
}

int radio_load(const char *path, struct wiphy_table *table, struct radio_about *ret_about,
               char message[static RADIO_MESSAGE_SIZE])
{
    _cleanup_(freep) struct load *loaded = calloc(1, sizeof *loaded); /* large */

    message[0] = '\0';
    int r = load(path, loaded, message);
    if (r != 0)
        return r;
    *table = loaded->table;
    if (ret_about != NULL)
        *ret_about = loaded->description.about;
    return 0;
}
