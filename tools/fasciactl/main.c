/* SPDX-License-Identifier: Apache-2.0 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/fasciactl/verbs.h"

static const struct {
    const char *name;
    int (*run)(struct fasciactl *ctl, int argc, char **argv);
    const char *about;
} verbs[] = {
    {"status", verb_status, "what works and what runs"},
    {"plan", verb_plan, "the processes, their accounts, needs and order"},
    {"boot", verb_boot, "how long the start took, as a chart"},
    {"report", verb_report, "judge the unit by a requirement profile"},
    {"radio", verb_radio, "what a radio can do, and what limits it"},
    {"addr", verb_addr, "link-local addresses, and the proof that no ND leaves"},
    {"audio", verb_audio, "the sound: decision, levels, test of the speakers, ducking"},
    {"aware", verb_aware, "Wi-Fi Aware: services, peers, pairing, captures"},
    {"watch", verb_watch, "print changes and events as they happen"},
    {"events", verb_events, "print the events that the supervisor remembers"},
    {"doctor", verb_doctor, "check the machine: causes and remedies"},
    {"explain", verb_explain, "explain a reason or an event"},
    {"start", verb_start, "start a process, or everything"},
    {"stop", verb_stop, "stop a process, or everything"},
    {"restart", verb_restart, "restart a process, or everything"},
    {"reload", verb_reload, "go over to the changed configuration file"},
};

enum { OPTION_BUS = 1000, OPTION_HELP, OPTION_VERSION };

static void print_help(void)
{
    puts("Usage: fasciactl [--bus ADDRESS] VERB [OPTIONS]\n"
         "\n"
         "Shows, judges and orders a running fascia.\n");
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++)
        printf("  %-8s  %s\n", verbs[i].name, verbs[i].about);
    puts("\n"
         "  --bus ADDRESS  system (default), session, or a D-Bus address; also from $FASCIA_BUS\n"
         "  --help         after a verb: its options\n"
         "  --version\n"
         "\n"
         "Exit status: 0 done (report: pass), 1 report, doctor: warnings, radio: none,\n"
         "2 report: failures, doctor: problems, addr prove: ND left, audio decide: refused, audio test: a speaker is "
         "wrong,\n"
         "3 it cannot be done (the message says why and what to do), 64 wrong arguments.");
}

int next_option(struct fasciactl *ctl, int argc, char **argv, const struct option *options, const char *help,
                int *ret_status)
{
    struct option all[17] = {{"bus", required_argument, NULL, OPTION_BUS}, {"help", no_argument, NULL, OPTION_HELP}};
    size_t count = 2;

    for (; options->name != NULL && count + 1 < sizeof all / sizeof all[0]; options++)
        all[count++] = *options;
    for (;;) {
        int option = getopt_long(argc, argv, "", all, NULL);
        switch (option) {
        case OPTION_BUS:
            ctl->bus = optarg;
            continue;
        case OPTION_HELP:
            (void)fputs(help, stdout);
            *ret_status = STATUS_OK;
            return -2;
        case '?':
            (void)fprintf(stderr, "Try: fasciactl %s --help\n", argv[0]);
            *ret_status = STATUS_USAGE;
            return -2;
        default: /* the verb's own, or the end */
            return option;
        }
    }
}

int no_operand(int argc, char **argv)
{
    if (optind >= argc)
        return 0;
    (void)fprintf(stderr, "fasciactl: %s takes no operand: \"%s\"\n", argv[0], argv[optind]);
    return 1;
}

int only_json(struct fasciactl *ctl, int argc, char **argv, const char *help, bool *ret_json, int *ret_status)
{
    enum { JSON = 1 };
    static const struct option options[] = {{"json", no_argument, NULL, JSON}, {0}};
    bool json = false;
    int option = 0;

    while ((option = next_option(ctl, argc, argv, options, help, ret_status)) >= 0)
        json = true;
    if (option == -2)
        return -1;
    if (no_operand(argc, argv) != 0) {
        *ret_status = STATUS_USAGE;
        return -1;
    }
    *ret_json = json;
    return 0;
}

static int run_verb(struct fasciactl *ctl, int argc, char **argv)
{
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
        if (strcmp(argv[0], verbs[i].name) != 0)
            continue;
        optind = 0; /* glibc: start over, with other options */
        return verbs[i].run(ctl, argc, argv);
    }
    (void)fprintf(stderr, "fasciactl: unknown verb \"%s\"; known are", argv[0]);
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++)
        (void)fprintf(stderr, " %s", verbs[i].name);
    (void)fputs("\n", stderr);
    return STATUS_USAGE;
}

int main(int argc, char **argv)
{
    static const struct option options[] = {{"bus", required_argument, NULL, OPTION_BUS},
                                            {"help", no_argument, NULL, OPTION_HELP},
                                            {"version", no_argument, NULL, OPTION_VERSION},
                                            {0}};
    const char *bus = getenv("FASCIA_BUS");
    struct fasciactl ctl = {.bus = bus != NULL && bus[0] != '\0' ? bus : "system"};

    for (int option = 0; (option = getopt_long(argc, argv, "+", options, NULL)) != -1;) {
        switch (option) {
        case OPTION_BUS:
            ctl.bus = optarg;
            break;
        case OPTION_HELP:
            print_help();
            return STATUS_OK;
        case OPTION_VERSION:
            puts("fasciactl " FASCIA_VERSION);
            return STATUS_OK;
        default:
            return STATUS_USAGE;
        }
    }
    if (optind >= argc) {
        print_help();
        return STATUS_USAGE;
    }
    return run_verb(&ctl, argc - optind, argv + optind);
}
