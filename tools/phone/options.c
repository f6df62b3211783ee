/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/phone/options.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>

#include "stack/base/text.h"

static int refuse(const char *verb, const struct phone_option *option, const char *value)
{
    (void)fprintf(stderr, "fascia-phone %s: --%s: '%s' %s\n", verb, option->name, value, option->refusal);
    return -EINVAL;
}

static int take(const char *verb, const struct phone_option *option, const char *value)
{
    int r = 0;

    if (option->take)
        return option->take(value, option->to) == 0 ? 0 : refuse(verb, option, value);
    if (option->flag)
        *option->flag = true;
    else if (option->text)
        *option->text = value;
    else if (option->number)
        r = fascia_text_to_i64(value, (int64_t)option->min, (int64_t)option->max, option->number);
    else
        r = fascia_text_to_double(value, option->min, option->max, option->real);
    if (r == 0)
        return 0;
    (void)fprintf(stderr, "fascia-phone %s: --%s: '%s' is not a number from %.15g to %.15g\n", verb, option->name,
                  value, option->min, option->max);
    return -EINVAL;
}

int phone_options_parse(int argc, char **argv, const struct phone_option *options, size_t count, const char *help)
{
    struct option all[PHONE_OPTIONS_MAX + 2] = {{"help", no_argument, NULL, 'h'}};
    int id = 0, index = 0;

    if (count > PHONE_OPTIONS_MAX)
        return -EINVAL;
    for (size_t i = 0; i < count; i++)
        all[i + 1] = (struct option){options[i].name, options[i].flag ? no_argument : required_argument, NULL, 1};
    optind = 1;
    while ((id = getopt_long(argc, argv, "h", all, &index)) != -1) {
        if (id == 'h') {
            (void)puts(help);
            return 1;
        }
        /* Of an unknown option, or a value that is missing, getopt has told. */
        if (id == '?' || take(argv[0], &options[index - 1], optarg) != 0)
            return -EINVAL;
    }
    if (optind < argc) {
        (void)fprintf(stderr, "fascia-phone %s: '%s' is too much: see fascia-phone %s --help\n", argv[0], argv[optind],
                      argv[0]);
        return -EINVAL;
    }
    return 0;
}
