/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_BASE_EVENT_H
#define FASCIA_STACK_BASE_EVENT_H

#include <stdint.h>

#include "stack/base/function.h"

/*
 * Typed events. Each kind has a stable name, a journal MESSAGE_ID, a severity and a catalogue paragraph:
 * event.def. An event never carries a secret.
 */

enum fascia_severity { /* the values are syslog's */
                       FASCIA_SEVERITY_ERROR = 3,
                       FASCIA_SEVERITY_WARNING = 4,
                       FASCIA_SEVERITY_NOTICE = 5,
                       FASCIA_SEVERITY_INFO = 6,
                       FASCIA_SEVERITY_DEBUG = 7,
};

enum fascia_event_kind {
#define FASCIA_EVENT(symbol, name, severity, message_id, paragraph) FASCIA_EVENT_##symbol,
#include "stack/base/event.def"
#undef FASCIA_EVENT
    FASCIA_EVENTS_
};

#define FASCIA_SOURCE_SIZE 24

struct fascia_event {
    enum fascia_event_kind kind;
    int64_t t_us;                    /* CLOCK_MONOTONIC, microseconds */
    char source[FASCIA_SOURCE_SIZE]; /* program that saw it: "fascia-link" */
    char detail[FASCIA_DETAIL_SIZE]; /* one line */
};

const char *fascia_event_name(enum fascia_event_kind kind);       /* "link-up" */
const char *fascia_event_message_id(enum fascia_event_kind kind); /* 32 hex digits, as journald wants */
const char *fascia_event_paragraph(enum fascia_event_kind kind);  /* what it means, what to do */
enum fascia_severity fascia_event_severity(enum fascia_event_kind kind);

/** From a name. Returns 0 or -ENOENT. */
int fascia_event_parse_name(const char *name, enum fascia_event_kind *ret_kind);

/** Formats "name t_us source detail…" into `text`. */
void fascia_event_format(const struct fascia_event *event, struct fascia_text *text);

/** The inverse, for bytes of another process. Returns 0 or -EBADMSG. */
int fascia_event_parse(const char *line, struct fascia_event *ret_event);

#endif
