/* SPDX-License-Identifier: Apache-2.0 */
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "stack/base/text.h"
#include "tools/identity/verbs.h"

static const struct {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *about;
} verbs[] = {
    {"init", verb_init, "make an identity: a folder with a private CA"},
    {"issue", verb_issue, "issue a certificate for a TLS server of this unit"},
    {"rotate", verb_rotate, "replace certificates before they end, or the CA"},
    {"show", verb_show, "list what an identity holds"},
    {"check", verb_check, "judge a certificate file or a running server by the published rules"},
    {"export-pin", verb_export_pin, "print the pin of a CA or certificate (SHA-256 of its public key)"},
};

enum { OPTION_HELP = 1000, OPTION_VERSION };

static void print_help(void)
{
    puts("Usage: fascia-identity VERB [OPTIONS]\n"
         "\n"
         "Issues and checks certificates for TLS between a phone and a head unit.\n");
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++)
        printf("  %-10s  %s\n", verbs[i].name, verbs[i].about);
    puts("\n"
         "  --help      after a verb: its options\n"
         "  --version\n"
         "\n"
         "Exit status: 0 done (check: all rules are met), 1 check: warnings, 2 check: rules are violated,\n"
         "3 it cannot be done (the message says why and what to do), 64 wrong arguments.");
}

int next_option(int argc, char **argv, const struct option *options, const char *help, int *ret_status)
{
    struct option all[17] = {{"help", no_argument, NULL, OPTION_HELP}};
    size_t count = 1;

    for (; options->name != NULL && count + 1 < sizeof all / sizeof all[0]; options++)
        all[count++] = *options;
    int option = getopt_long(argc, argv, "", all, NULL);
    if (option == OPTION_HELP) {
        (void)fputs(help, stdout);
        *ret_status = STATUS_OK;
        return -2;
    }
    if (option == '?') {
        (void)fprintf(stderr, "Try: fascia-identity %s --help\n", argv[0]);
        *ret_status = STATUS_USAGE;
        return -2;
    }
    return option;
}

int usage(const char *verb, const char *format, ...)
{
    va_list arguments;

    (void)fprintf(stderr, "fascia-identity %s: ", verb);
    va_start(arguments, format);
    (void)vfprintf(stderr, format, arguments);
    va_end(arguments);
    (void)fprintf(stderr, "\nTry: fascia-identity %s --help\n", verb);
    return STATUS_USAGE;
}

const char *one_operand(int argc, char **argv, const char *what)
{
    if (optind + 1 == argc)
        return argv[optind];
    (void)usage(argv[0], optind >= argc ? "%s is missing" : "one %s only", what);
    return NULL;
}

int take_days(const char *verb, const char *option, const char *text, int64_t max, int64_t *ret_days)
{
    if (fascia_text_to_i64(text, 1, max, ret_days) == 0)
        return 0;
    return usage(verb, "%s: \"%s\" is not a number of days from 1 to %lld", option, text, (long long)max);
}

static int run_verb(int argc, char **argv)
{
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
        if (strcmp(argv[0], verbs[i].name) != 0)
            continue;
        optind = 0; /* glibc: start over, with other options */
        return verbs[i].run(argc, argv);
    }
    (void)fprintf(stderr, "fascia-identity: unknown verb \"%s\"; known are", argv[0]);
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++)
        (void)fprintf(stderr, " %s", verbs[i].name);
    (void)fputs("\n", stderr);
    return STATUS_USAGE;
}

int main(int argc, char **argv)
{
    static const struct option options[] = {
        {"help", no_argument, NULL, OPTION_HELP}, {"version", no_argument, NULL, OPTION_VERSION}, {0}};
    const struct rlimit no_core = {0};

    /* No key in a core file; no file wider than it is asked for. */
    (void)setrlimit(RLIMIT_CORE, &no_core);
    (void)umask(022);
    /* A server that hangs up while we write is to be told of, not to end us. */
    (void)signal(SIGPIPE, SIG_IGN);
    for (int option = 0; (option = getopt_long(argc, argv, "+", options, NULL)) != -1;) {
        switch (option) {
        case OPTION_HELP:
            print_help();
            return STATUS_OK;
        case OPTION_VERSION:
            puts("fascia-identity " FASCIA_VERSION);
            return STATUS_OK;
        default:
            return STATUS_USAGE;
        }
    }
    if (optind >= argc) {
        print_help();
        return STATUS_USAGE;
    }
    return run_verb(argc - optind, argv + optind);
}
