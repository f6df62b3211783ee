/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_PLATFORM_CONFIG_WALK_H
#define FASCIA_PLATFORM_CONFIG_WALK_H

#include <stdbool.h>
#include <stddef.h>
#include <yaml.h>

#include "audio/audio_config.h"
#include "platform/config/schema.h"
#include "stack/aware/aware_config.h"
#include "stack/link/link_config.h"

/* Carries a YAML document over into a struct, as a schema says, and describes the first thing that is wrong. */

#define CONFIG_KEY_PATH_SIZE 128 /* "supervisor.units[11].limits.processes" */

struct walk {
    const char *name;          /* of the file, in messages; borrowed */
    yaml_document_t *document; /* borrowed */
    char *message;             /* CONFIG_MESSAGE_SIZE octets; borrowed */
};

/**
 * Reads a mapping into `base`, of which `keys` describe the members; `path` names it in messages. What the mapping does
 * not name keeps its value; what it names is overwritten as a whole, so that no stale octet stays behind a string's
 * NUL. Returns 0 or CONFIG_E_INVALID with the message set; `base` is then half filled.
 */
int walk_section(const struct walk *w, void *base, const struct config_key *keys, const yaml_node_t *node,
                 const char *path);

/** A kind of file: one document, which is a mapping. */
struct walk_file {
    const struct config_key *keys;
    const char *shape; /* in messages: "a mapping of sections" */
    const char *one;   /* "one file holds one configuration" */
    bool may_be_empty; /* a file without a mapping says nothing, and that is allowed */
    int (*check)(const struct walk *w, const void *base); /* NULL, or rules between keys: 0 or walk_invalid() */
};

#define WALK_FILE_MAX 65536 /* octets */

/**
 * Reads and validates text in memory into `base`, which holds the defaults; `name` stands for the file in messages
 * (CONFIG_MESSAGE_SIZE octets). Returns 0, CONFIG_E_INVALID with the message set, or -ENOMEM; `base` is then half
 * filled.
 */
int walk_parse(const char *name, const void *data, size_t size, const struct walk_file *file, void *base,
               char *message);

/** Describes what is wrong with `key` at `mark`. Returns CONFIG_E_INVALID. */
int walk_invalid(const struct walk *w, const yaml_mark_t *mark, const char *key, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/** Where to point at for a key: at its value, or else at the innermost section around it that there is. */
yaml_mark_t walk_mark(const struct walk *w, const char *path);

/** Rules between the keys of the link section. Returns 0 or CONFIG_E_INVALID with the message set. */
int walk_check_link(const struct walk *w, const struct link_config *link);

/** Rules between the keys of the aware section; its country is the link's. */
int walk_check_aware(const struct walk *w, const struct aware_config *aware, const struct link_config *link);

/** Rules between the keys of the audio section: whether there can be such a cabin, and such a policy. */
int walk_check_audio(const struct walk *w, const struct audio_config *audio);

/** Fills in what depends on other keys and was left out. */
void config_settle_aware(struct aware_config *aware);
void config_settle_audio(struct audio_config *audio);

/** "spawn, adopt" into `to`; returns it. */
const char *walk_names(const char *const *names, char *to, size_t size);

#endif
