/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_TESTS_UNIT_AWARE_TRANSCRIPT_H
#define FASCIA_TESTS_UNIT_AWARE_TRANSCRIPT_H

#include <stdbool.h>
#include <stddef.h>

/* tests/fixtures/aware/…: what real engines were told, answered and said, line by line. */

#define TRANSCRIPT_FLOWS "control-transcript.txt" /* each flow as it is wanted */
#define TRANSCRIPT_FAULTS                                                                                              \
    "control-transcript-2.txt" /* wrong commands, refusals, what goes wrong, and what more there is */

struct transcript_line {
    bool event;
    char text[1024];  /* the event, or the command with its tabs */
    char reply[1024]; /* of a command */
};

struct transcript {
    struct transcript_line lines[2560];
    size_t count;
};

/** Reads one of them; fails the test when it is not there. The result lives until another one is read. */
const struct transcript *transcript_read(const char *file);

/** The value of " key=", up to the next blank, into `to`. NULL when it is not on the line. */
const char *transcript_value(const char *line, const char *key, char *to, size_t size);

#endif
