/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_PLATFORM_CONFIG_SCHEMA_H
#define FASCIA_PLATFORM_CONFIG_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A schema is a table of keys. To add a key: a member in the room's *_config.h, a row here, a default in
 * config_defaults(), a line in config/fascia.yaml. The walker (config.c) does the rest.
 */

enum config_type {
    CONFIG_TYPE_STRING,  /* char[size]; min..max = length in octets */
    CONFIG_TYPE_PATH,    /* char[size]; absolute */
    CONFIG_TYPE_PROGRAM, /* char[size]; absolute, or a bare name looked up in PATH */
    CONFIG_TYPE_INT,     /* int64_t; min..max */
    CONFIG_TYPE_BOOL,    /* bool: true or false */
    CONFIG_TYPE_ENUM,    /* enum (unsigned int); index into names */
    CONFIG_TYPE_STRINGS, /* char[max][size] and size_t at count_offset; min..max = number; each from names */
    CONFIG_TYPE_SECTION, /* nested mapping: keys */
};

struct config_key {
    const char *name;
    enum config_type type;
    size_t offset;       /* in struct fascia_config */
    size_t size;         /* of one string's array, octets */
    size_t count_offset; /* CONFIG_TYPE_STRINGS */
    int64_t min, max;
    const char *const *names;                /* NULL-terminated */
    const struct config_key *keys;           /* name == NULL ends */
    const char *(*check)(const char *value); /* NULL, or returns what is allowed when value is not */
    const char *help;
};

extern const struct config_key config_schema[];

#endif
