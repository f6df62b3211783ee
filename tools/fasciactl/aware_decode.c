/* SPDX-License-Identifier: Apache-2.0 */
#include <getopt.h>
#include <stdio.h>

#include "tools/fasciactl/aware.h"
#include "tools/fasciactl/verbs.h"

static const char help[] = "Usage: fasciactl aware decode [--keys FILE] [--json] FILE\n"
                           "\n"
                           "Explains the Wi-Fi Aware frames of a capture.\n"
                           "\n"
                           "  --keys FILE  keys, to check MICs with\n"
                           "  --json       the same as JSON\n"
                           "\n"
                           "Exit status: 0 shown, 3 it cannot be done.\n";

int aware_decode(struct fasciactl *ctl, int argc, char **argv)
{
    enum { KEYS = 1, JSON };
    static const struct option options[] = {
        {"keys", required_argument, NULL, KEYS}, {"json", no_argument, NULL, JSON}, {0}};
    int option = 0, status = 0;

    while ((option = next_option(ctl, argc, argv, options, help, &status)) >= 0) {
    }
    if (option == -2)
        return status;
    (void)fputs("fasciactl: the decoder is not in this build yet\n", stderr);
    return STATUS_IMPOSSIBLE;
}
