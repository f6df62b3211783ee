/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_TOOLS_IDENTITY_VERBS_H
#define FASCIA_TOOLS_IDENTITY_VERBS_H

#include <getopt.h>
#include <stdint.h>

#include "stack/identity/certificate.h"

enum {
    STATUS_OK = 0,
    STATUS_WARNINGS = 1,
    STATUS_VIOLATED = 2,
    STATUS_IMPOSSIBLE = 3,
    STATUS_USAGE = 64,
};

/* A verb: its own arguments, argv[0] being its name. Returns the exit status. */
int verb_init(int argc, char **argv);
int verb_issue(int argc, char **argv);
int verb_rotate(int argc, char **argv);
int verb_show(int argc, char **argv);
int verb_check(int argc, char **argv);
int verb_export_pin(int argc, char **argv);

/**
 * getopt_long() with --help added. Returns the option, -1 at the end, or -2 when the verb is over: `ret_status` then.
 */
int next_option(int argc, char **argv, const struct option *options, const char *help, int *ret_status);

/** Says what is wrong with the arguments of a verb; returns STATUS_USAGE. */
int usage(const char *verb, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** The only operand; NULL (and said so) when there is none, or more. `what` is its name. */
const char *one_operand(int argc, char **argv, const char *what);

/** A number of days from an option. Returns 0, or STATUS_USAGE having said so. */
int take_days(const char *verb, const char *option, const char *text, int64_t max, int64_t *ret_days);

/** The time to work with: `text` (of --now: seconds since 1970 or YYYY-MM-DD) or, when it is NULL, the clock, unless
 * that stands before the day this program was built. Returns 0, STATUS_USAGE or STATUS_IMPOSSIBLE, having said why. */
int take_time(const char *verb, const char *text, int64_t *ret_now);

#define TIME_TEXT_SIZE 32
#define PIN_TEXT_SIZE  48

/** "2026-11-25 21:49:11Z" */
const char *time_text(int64_t seconds, char text[static TIME_TEXT_SIZE]);

/** Base64 of a pin (RFC 7469 2.4). */
const char *pin_text(const uint8_t pin[static IDENTITY_PIN_SIZE], char text[static PIN_TEXT_SIZE]);

#endif
