/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_TESTS_UNIT_AWARE_TRANSCRIPT_H
#define FASCIA_TESTS_UNIT_AWARE_TRANSCRIPT_H

#include <stdbool.h>
#include <stddef.h>

/* tests/fixtures/aware/nan-control-transcript.txt: what two real engines were told, answered and said, line by line. */

struct transcript_line {
    bool event;
    char text[1024];  /* the event, or the command with its tabs */
    char reply[1024]; /* of a command */
};

struct transcript {
    struct transcript_line lines[512];
    size_t count;
};

/** Reads it; fails the test when it is not there. The result lives until the end of the program. */
const struct transcript *transcript_read(void);

/** The value of " key=", up to the next blank, into `to`. NULL when it is not on the line. */
const char *transcript_value(const char *line, const char *key, char *to, size_t size);

#endif
