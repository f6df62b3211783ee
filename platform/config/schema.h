/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_PLATFORM_CONFIG_SCHEMA_H
#define FASCIA_PLATFORM_CONFIG_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A schema is a table of keys. To add a key: a member in the room's *_config.h, a row here, a default in
 * config_defaults(), a line in config/fascia.yaml, an entry in docs/man/fascia.yaml.5. The walker (walk.c) does the
 * rest.
 *
 * A section is a mapping whose members lie in the struct around it. A list is an array of structs: the keys of its
 * table are relative to one element, which starts as a copy of `initial`. A list that a file names replaces the
 * default one as a whole.
 */

enum config_type {
    CONFIG_TYPE_STRING,  /* char[size]; min..max = length in octets */
    CONFIG_TYPE_PATH,    /* char[size]; absolute */
    CONFIG_TYPE_PROGRAM, /* char[size]; absolute, or a bare name looked up in PATH */
    CONFIG_TYPE_INT,     /* int64_t; min..max, or `word` */
    CONFIG_TYPE_NUMBER,  /* double; number_min..number_max */
    CONFIG_TYPE_BOOL,    /* bool: true or false */
    CONFIG_TYPE_ENUM,    /* enum (unsigned int); index into names, or the value at that index */
    CONFIG_TYPE_STRINGS, /* char[max][size] and size_t at count_offset; min..max = number; each once and from names, or
                            any text when names is NULL, each once when `distinct` */
    CONFIG_TYPE_INTS,    /* int64_t[max] and size_t at count_offset; min..max = number; each once, item_min..item_max */
    CONFIG_TYPE_ENUMS,   /* enum[max] and size_t at count_offset; min..max = number; each once, index into names */
    CONFIG_TYPE_SECTION, /* nested mapping: keys */
    CONFIG_TYPE_LIST,    /* struct[max] of size octets and size_t at count_offset; min..max = number; keys of one */
};

struct config_key {
    const char *name;
    enum config_type type;
    bool required;       /* must be there, in the mapping that its table describes */
    bool identity;       /* no two elements of its list are equal in all keys of this kind; strings and enums */
    bool distinct;       /* CONFIG_TYPE_STRINGS without names: no two entries are equal */
    bool or_none;        /* CONFIG_TYPE_PATH: the word "none" is allowed and stored as "" */
    size_t offset;       /* in struct fascia_config, or in the element of the list around it */
    size_t size;         /* of one string's array or one list element, octets */
    size_t count_offset; /* of the list types; in the same struct as offset */
    int64_t min, max;
    int64_t item_min, item_max;    /* CONFIG_TYPE_INTS */
    double number_min, number_max; /* CONFIG_TYPE_NUMBER */
    const char *word;              /* CONFIG_TYPE_INT: NULL, or allowed instead of a number and stored as word_value */
    int64_t word_value;
    const char *const *names;                /* NULL-terminated */
    const unsigned int *values;              /* of the enumerators, in the order of names; NULL: 0, 1, 2 … */
    const struct config_key *keys;           /* name == NULL ends; at most 64 */
    const char *(*check)(const char *value); /* NULL, or returns what is allowed when value (or an entry) is not */
    const void *initial;                     /* CONFIG_TYPE_LIST: what an element is before its keys are read */
    /* CONFIG_TYPE_LIST: NULL, or a rule between the keys of one element: returns what is wrong and sets the key
     * concerned when it is broken, NULL when it holds. */
    const char *(*rule)(const void *element, const char **ret_key);
    const char *help;
};

/* Rows of the tables: where a member of the struct `type` is. */
#define CONFIG_AT(type, member)   .offset = offsetof(struct type, member)
#define CONFIG_TEXT(type, member) CONFIG_AT(type, member), .size = sizeof(((struct type *)0)->member)
#define CONFIG_ARRAY(type, member)                                                                                     \
    CONFIG_AT(type, member), .size = sizeof(((struct type *)0)->member[0]),                                            \
                             .count_offset = offsetof(struct type, member##_count)
#define CONFIG_SECTION(table) .type = CONFIG_TYPE_SECTION, .keys = (table)
#define CONFIG_END                                                                                                     \
    {                                                                                                                  \
        .name = NULL                                                                                                   \
    }

extern const struct config_key config_schema[];
extern const struct config_key config_link_keys[];
extern const struct config_key config_aware_keys[];
extern const struct config_key config_audio_keys[];
extern const struct config_key config_supervisor_keys[];

/** A `check`: the name of a network interface. */
const char *config_check_interface(const char *value);

#endif
