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

/* Each weight once: its key, its member and what it is for. */
#define WEIGHTS(X)                                                                                                     \
    X(centre, "into each front")                                                                                       \
    X(lfe, "into each front, where the policy folds the LFE")                                                          \
    X(surround, "side or rear pair, into the front of its side")                                                       \
    X(rear, "of two pairs the one that is behind, into the front")                                                     \
    X(join, "a surround pair without speakers, into the other pair")                                                   \
    X(top_front, "into the front below")                                                                               \
    X(top_rear, "into the front, where there is nothing behind")                                                       \
    X(top_rear_behind, "into the rear speaker below")                                                                  \
    X(top_rear_side, "into the side speaker below, where there is no rear one; 0: into the front")                     \
    X(top_side, "into the front")                                                                                      \
    X(top_side_behind, "into the surround below, besides")                                                             \
    X(mono, "left and right, into one speaker")                                                                        \
    X(single, "a programme of one channel, into each front")

struct values { /* what the file says; NAN: nothing */
    char name[sizeof((struct coefficients *)0)->name];
    unsigned int base; /* of `bases` */
#define MEMBER(weight, about) double weight;
    WEIGHTS(MEMBER)
    bool split, mean;
};

#define COUNT(weight, about) +1
_Static_assert(offsetof(struct coefficients, split) ==
                   sizeof((struct coefficients *)0)->name + (0 WEIGHTS(COUNT)) * sizeof(float),
               "each weight has a key");

static const char *const bases[] = {"none", "bs775", "bs2127", "android", "pipewire", NULL};

static const char *check_name(const char *value)
{
    return value[strspn(value, "abcdefghijklmnopqrstuvwxyz0123456789-_.")] == '\0'
               ? NULL
               : "a word of a-z, 0-9, hyphen, underline and dot";
}

static const struct config_key keys[] = {
    {"name", CONFIG_TYPE_STRING, CONFIG_TEXT(values, name), .min = 1, .check = check_name, .required = true,
     .help = "of the set"},
    {"base", CONFIG_TYPE_ENUM, CONFIG_AT(values, base), .names = bases, .help = "preset that gives what is left out"},
#define KEY(weight, about)                                                                                             \
    {#weight, CONFIG_TYPE_NUMBER, CONFIG_AT(values, weight), .number_max = WEIGHT_MAX, .help = (about)},
    WEIGHTS(KEY){"split", CONFIG_TYPE_BOOL, CONFIG_AT(values, split),
                 .help = "of two surround pairs on one, the side one goes half to the front"},
    {"mean", CONFIG_TYPE_BOOL, CONFIG_AT(values, mean), .help = "a speaker MONO plays the mean of all channels"},
    CONFIG_END,
};

static void nothing_said(struct values *v)
{
    *v = (struct values){.base = 0};
#define UNSAID(weight, about) v->weight = (double)NAN;
    WEIGHTS(UNSAID)
}

static void take_preset(struct values *v, const struct coefficients *preset)
{
#define TAKE(weight, about) v->weight = (double)preset->weight;
    WEIGHTS(TAKE)
    v->split = preset->split;
    v->mean = preset->mean;
}

static void give(const struct values *v, struct coefficients *to)
{
    memset(to, 0, sizeof *to); /* its padding, too: configurations are compared by their octets */
    to->split = v->split;
    to->mean = v->mean;
    memcpy(to->name, v->name, sizeof to->name);
#define GIVE(weight, about) to->weight = (float)v->weight;
    WEIGHTS(GIVE)
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
    struct coefficients preset;
    struct values values;

    nothing_said(&values);
    int r = walk_parse(name, data, size, &file, &values, message);
    if (r == 0 && values.base != 0) { /* again, over what the base has */
        r = coefficients_preset(bases[values.base], &preset);
        take_preset(&values, &preset);
        if (r == 0)
            r = walk_parse(name, data, size, &file, &values, message);
    }
    if (r == 0)
        give(&values, ret);
    return r;
}

int coefficients_of_config(struct audio_config *audio, char message[static CONFIG_MESSAGE_SIZE])
{
    struct audio_spatial_config *spatial = &audio->spatial;
    _cleanup_(freep) char *data = NULL;
    struct coefficients set;
    size_t size = 0;

    message[0] = '\0';
    memset(&spatial->weights, 0, sizeof spatial->weights);
    if (coefficients_preset(spatial->coefficients, &set) == 0)
        return 0;
    data = malloc(WALK_FILE_MAX + 1);
    int r = data ? file_read(spatial->coefficients, data, WALK_FILE_MAX + 1, &size) : -ENOMEM;
    if (r < 0) {
        (void)snprintf(message, CONFIG_MESSAGE_SIZE, "audio.spatial.coefficients: %s: %s", spatial->coefficients,
                       strerror(-r));
        return r;
    }
    r = coefficients_file_parse(spatial->coefficients, data, size, &set, message);
    if (r == 0)
        memcpy(&spatial->weights, &set, sizeof set);
    return r;
}
