/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_TOOLS_FASCIACTL_VERBS_H
#define FASCIA_TOOLS_FASCIACTL_VERBS_H

#include <stdbool.h>

/* The verbs of fasciactl: one file each. Each gets its own arguments (argv[0] is the verb) and returns the status. */

enum {
    STATUS_OK = 0,         /* report: the verdict is pass */
    STATUS_WARN = 1,       /* report: the verdict is warn */
    STATUS_FAIL = 2,       /* report: the verdict is fail */
    STATUS_IMPOSSIBLE = 3, /* it could not be done; standard error says why and what to do */
    STATUS_USAGE = 64,     /* wrong arguments */
};

struct fasciactl {
    const char *bus; /* "system", "session", or an address */
};

int verb_plan(struct fasciactl *ctl, int argc, char **argv);
int verb_boot(struct fasciactl *ctl, int argc, char **argv);
int verb_start(struct fasciactl *ctl, int argc, char **argv);
int verb_stop(struct fasciactl *ctl, int argc, char **argv);
int verb_restart(struct fasciactl *ctl, int argc, char **argv);
int verb_reload(struct fasciactl *ctl, int argc, char **argv);
int verb_status(struct fasciactl *ctl, int argc, char **argv);
int verb_report(struct fasciactl *ctl, int argc, char **argv);
int verb_radio(struct fasciactl *ctl, int argc, char **argv);
int verb_addr(struct fasciactl *ctl, int argc, char **argv);
int verb_audio(struct fasciactl *ctl, int argc, char **argv);
int verb_aware(struct fasciactl *ctl, int argc, char **argv);
int verb_watch(struct fasciactl *ctl, int argc, char **argv);
int verb_events(struct fasciactl *ctl, int argc, char **argv);
int verb_doctor(struct fasciactl *ctl, int argc, char **argv);
int verb_explain(struct fasciactl *ctl, int argc, char **argv);

/**
 * getopt_long() with the options that every verb has: --bus goes to `ctl`, --help prints `help` and ends the verb.
 * `options` ends with a zero entry, has at most 14 entries, each with a `val` above 0. Returns the next option's `val`,
 * -1 at the end (optind is then the first operand), or -2 with *ret_status when the verb is to return.
 */
struct option;
int next_option(struct fasciactl *ctl, int argc, char **argv, const struct option *options, const char *help,
                int *ret_status);

/**
 * All of the arguments of a verb that takes --json and nothing else: 0 with *ret_json, or -1 with *ret_status when the
 * verb is to return.
 */
int only_json(struct fasciactl *ctl, int argc, char **argv, const char *help, bool *ret_json, int *ret_status);

/** After the options: 0 when no operand is left; else says so and returns 1. */
int no_operand(int argc, char **argv);

#endif
