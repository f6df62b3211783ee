/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/config/coefficients.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "platform/config/walk.h"
#include "platform/file/file.h"
#include "stack/base/cleanup.h"
#include "stack/base/text.h"

#define WEIGHT_MAX 2.0

enum { CENTRE, LFE, SURROUND, REAR, JOIN, TOP_FRONT, TOP_REAR, TOP_SIDE, MONO, WEIGHTS };

struct values { /* what the file says; NAN: nothing */
    char name[sizeof((struct coefficients *)0)->name];
    unsigned int base; /* of `bases` */
    double weight[WEIGHTS];
};

static const char *const bases[] = {"none", "bs775", "bs2127", "android", "pipewire", NULL};

static const char *check_name(const char *value)
{
    return value[strspn(value, "abcdefghijklmnopqrstuvwxyz0123456789-_.")] == '\0'
               ? NULL
               : "a word of a-z, 0-9, hyphen, underline and dot";
}

#define WEIGHT(word, index, text)                                                                                      \
    {                                                                                                                  \
        word, CONFIG_TYPE_NUMBER, CONFIG_AT(values, weight[index]), .number_max = WEIGHT_MAX, .help = text             \
    }

static const struct config_key keys[] = {
    {"name", CONFIG_TYPE_STRING, CONFIG_TEXT(values, name), .min = 1, .check = check_name, .required = true,
     .help = "of the set"},
    {"base", CONFIG_TYPE_ENUM, CONFIG_AT(values, base), .names = bases, .help = "preset that gives what is left out"},
    WEIGHT("centre", CENTRE, "into each front"),
    WEIGHT("lfe", LFE, "into each front"),
    WEIGHT("surround", SURROUND, "into the front of its side"),
    WEIGHT("rear", REAR, "of two pairs the one behind, into the front"),
    WEIGHT("join", JOIN, "a surround pair into the other one"),
    WEIGHT("top_front", TOP_FRONT, "into the front below"),
    WEIGHT("top_rear", TOP_REAR, "into the front"),
    WEIGHT("top_side", TOP_SIDE, "into the front"),
    WEIGHT("mono", MONO, "left and right into one speaker"),
    CONFIG_END,
};

static float *member(struct coefficients *c, size_t weight)
{
    float *const members[WEIGHTS] = {
        [CENTRE] = &c->centre,     [LFE] = &c->lfe,           [SURROUND] = &c->surround,
        [REAR] = &c->rear,         [JOIN] = &c->join,         [TOP_FRONT] = &c->top_front,
        [TOP_REAR] = &c->top_rear, [TOP_SIDE] = &c->top_side, [MONO] = &c->mono,
    };

    return members[weight];
}

static int check_complete(const struct walk *w, const void *base)
{
    const struct values *values = base;

    for (const struct config_key *key = keys; key->name && values->base == 0; key++) {
        if (key->type != CONFIG_TYPE_NUMBER ||
            !isnan(*(const double *)(const void *)((const char *)base + key->offset)))
            continue;
        yaml_mark_t mark = walk_mark(w, key->name);
        return walk_invalid(w, &mark, key->name, "is missing; without a base each weight must be there");
    }
    return 0;
}

int coefficients_file_parse(const char *name, const void *data, size_t size, struct coefficients *ret,
                            char message[static CONFIG_MESSAGE_SIZE])
{
    static const struct walk_file file = {
        .keys = keys, .shape = "a mapping of weights", .one = "one file holds one set", .check = check_complete};
    struct values values = {.base = 0};
    struct coefficients set = {.centre = 0};

    for (size_t i = 0; i < WEIGHTS; i++)
        values.weight[i] = NAN;
    int r = walk_parse(name, data, size, &file, &values, message);
    if (r == 0 && values.base != 0)
        r = coefficients_preset(bases[values.base], &set);
    if (r != 0)
        return r;
    memcpy(set.name, values.name, sizeof set.name);
    for (size_t i = 0; i < WEIGHTS; i++) {
        if (!isnan(values.weight[i]))
            *member(&set, i) = (float)values.weight[i];
    }
    *ret = set;
    return 0;
}

int coefficients_file_load(const char *path, struct coefficients *ret, char message[static CONFIG_MESSAGE_SIZE])
{
    _cleanup_(freep) char *data = malloc(WALK_FILE_MAX + 1);
    size_t size = 0;

    message[0] = '\0';
    int r = data ? file_read(path, data, WALK_FILE_MAX + 1, &size) : -ENOMEM;
    if (r < 0) {
        (void)snprintf(message, CONFIG_MESSAGE_SIZE, "%s: cannot be read: %s", path, strerror(-r));
        return r;
    }
    return coefficients_file_parse(path, data, size, ret, message);
}
