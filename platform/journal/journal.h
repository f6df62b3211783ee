/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_PLATFORM_JOURNAL_JOURNAL_H
#define FASCIA_PLATFORM_JOURNAL_JOURNAL_H

#include "stack/base/event.h"

/*
 * The log. To the journal with MESSAGE_ID when stderr is the journal's ($JOURNAL_STREAM), else one line on
 * stderr: "fascia-link: warning: text". Never pass a secret; there is no formatter for one.
 */

/** Sets the program name and the most verbose severity that is shown. */
void journal_open(const char *program, enum fascia_severity show);

void journal_log(enum fascia_severity severity, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** Logs a typed event with its MESSAGE_ID. */
void journal_event(const struct fascia_event *event);

#endif
