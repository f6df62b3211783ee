/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_TOOLS_PHONE_OPTIONS_H
#define FASCIA_TOOLS_PHONE_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PHONE_OPTIONS_MAX 20

/*
 * One option of a verb. Exactly one of the five places where its value goes is given; it keeps its default while the
 * option is absent.
 */
struct phone_option {
    const char *name;  /* without the dashes */
    bool *flag;        /* the option has no value */
    const char **text; /* borrowed from argv */
    int64_t *number;   /* min to max */
    double *real;      /* min to max, a plain decimal fraction */
    double min, max;
    /** Anything else: 0, or not; then `refusal` is what the message says behind the value ("is not …"). */
    int (*take)(const char *value, void *to);
    void *to;
    const char *refusal;
};

/**
 * The whole command line of a verb: `argv[0]` is its name, `options` has `count` (at most PHONE_OPTIONS_MAX) entries,
 * operands are refused; --help and -h print `help`. Says on stderr what is wrong. Returns 0; 1: help was printed;
 * -EINVAL: usage error.
 */
int phone_options_parse(int argc, char **argv, const struct phone_option *options, size_t count, const char *help);

#endif
