/* SPDX-License-Identifier: Apache-2.0 */
/* fascia-phone: the virtual phone, the other side of every interface of the head unit. */
#include <stdio.h>
#include <string.h>

#include "stack/base/cleanup.h"
#include "tools/phone/verbs.h"

struct verb {
    const char *name;
    const char *summary;
    int (*run)(int argc, char **argv);
};

static const struct verb verbs[] = {
    {"join", "join the head unit's network with a radio of its own, address without ND, TCP both ways", verb_join},
    {"peer", "the head unit's end of that TCP: answer or call over one interface", verb_peer},
    {"play", "send a programme, one sine per channel, as RTP over the link", verb_play},
    {"sound", "measure each speaker: one sine per channel into the projection sink, or what is sent", verb_sound},
};

static void print_help(FILE *to)
{
    (void)fprintf(to, "fascia-phone %s: the virtual phone\n\n", FASCIA_VERSION);
    for (size_t i = 0; i < FASCIA_ARRAY_SIZE(verbs); i++)
        (void)fprintf(to, "  fascia-phone %-6s %s\n", verbs[i].name, verbs[i].summary);
    (void)fprintf(to, "\n  fascia-phone VERB --help says more. Results are JSON; exit status 0 only if all worked.\n");
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        print_help(stderr);
        return PHONE_EXIT_USAGE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "help") == 0) {
        print_help(stdout);
        return PHONE_EXIT_OK;
    }
    if (strcmp(argv[1], "--version") == 0) {
        (void)puts(FASCIA_VERSION);
        return PHONE_EXIT_OK;
    }
    for (size_t i = 0; i < FASCIA_ARRAY_SIZE(verbs); i++) {
        if (strcmp(argv[1], verbs[i].name) == 0)
            return verbs[i].run(argc - 1, argv + 1);
    }
    (void)fprintf(stderr, "fascia-phone: there is no verb '%s': see fascia-phone --help\n", argv[1]);
    return PHONE_EXIT_USAGE;
}
