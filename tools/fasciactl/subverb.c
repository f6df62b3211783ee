/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/fasciactl/subverb.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "stack/base/text.h"

#define NAME_SIZE 64 /* "aware subscribe" */

static void print_help(const struct subverb_family *family)
{
    int width = 0;

    for (size_t i = 0; i < family->count; i++) {
        int length = (int)strlen(family->members[i].name);
        width = length > width ? length : width;
    }
    printf("Usage: fasciactl %s VERB [OPTIONS]\n\n%s\n", family->verb, family->about);
    for (size_t i = 0; i < family->count; i++)
        printf("  %-*s  %s\n", width, family->members[i].name, family->members[i].about);
    puts("\n  --help  after a verb: its options");
}

static int run_member(struct fasciactl *ctl, int argc, char **argv, const struct subverb_family *family)
{
    char whole[NAME_SIZE];
    struct fascia_text name;

    for (size_t i = 0; i < family->count; i++) {
        if (strcmp(argv[0], family->members[i].name) != 0)
            continue;
        fascia_text_init(&name, whole, sizeof whole);
        fascia_text_add(&name, "%s %s", family->verb, argv[0]);
        argv[0] = whole; /* what messages call it */
        optind = 0;      /* glibc: start over, with other options */
        return family->members[i].run(ctl, argc, argv);
    }
    (void)fprintf(stderr, "fasciactl: unknown verb \"%s %s\"; known are", family->verb, argv[0]);
    for (size_t i = 0; i < family->count; i++)
        (void)fprintf(stderr, " %s", family->members[i].name);
    (void)fputs("\n", stderr);
    return STATUS_USAGE;
}

int subverb_run(struct fasciactl *ctl, int argc, char **argv, const struct subverb_family *family)
{
    enum { BUS = 1, HELP };
    static const struct option options[] = {
        {"bus", required_argument, NULL, BUS}, {"help", no_argument, NULL, HELP}, {0}};

    for (int option = 0; (option = getopt_long(argc, argv, "+", options, NULL)) != -1;) {
        switch (option) {
        case BUS:
            ctl->bus = optarg;
            break;
        case HELP:
            print_help(family);
            return STATUS_OK;
        default:
            (void)fprintf(stderr, "Try: fasciactl %s --help\n", family->verb);
            return STATUS_USAGE;
        }
    }
    if (optind >= argc) {
        print_help(family);
        return STATUS_USAGE;
    }
    return run_member(ctl, argc - optind, argv + optind, family);
}
