/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/base/event.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

static const struct {
    const char *name, *message_id, *paragraph;
    enum fascia_severity severity;
} kinds[FASCIA_EVENTS_] = {
#define FASCIA_EVENT(symbol, name_, severity_, message_id_, paragraph_)                                                \
    [FASCIA_EVENT_##                                                                                                   \
        symbol] = {.name = (name_), .message_id = (message_id_), .paragraph = (paragraph_), .severity = (severity_)},
#include "stack/base/event.def"
#undef FASCIA_EVENT
};

const char *fascia_event_name(enum fascia_event_kind kind)
{
    return (unsigned int)kind < FASCIA_EVENTS_ ? kinds[kind].name : "?";
}

const char *fascia_event_message_id(enum fascia_event_kind kind)
{
    return (unsigned int)kind < FASCIA_EVENTS_ ? kinds[kind].message_id : "";
}

const char *fascia_event_paragraph(enum fascia_event_kind kind)
{
    return (unsigned int)kind < FASCIA_EVENTS_ ? kinds[kind].paragraph : "";
}

enum fascia_severity fascia_event_severity(enum fascia_event_kind kind)
{
    return (unsigned int)kind < FASCIA_EVENTS_ ? kinds[kind].severity : FASCIA_SEVERITY_ERROR;
}

int fascia_event_parse_name(const char *name, enum fascia_event_kind *ret_kind)
{
    for (unsigned int i = 0; i < FASCIA_EVENTS_; i++) {
        if (strcmp(name, kinds[i].name) == 0) {
            *ret_kind = (enum fascia_event_kind)i;
            return 0;
        }
    }
    return -ENOENT;
}

void fascia_event_format(const struct fascia_event *event, struct fascia_text *text)
{
    fascia_text_add(text, "%s %" PRId64 " %s %s", fascia_event_name(event->kind), event->t_us, event->source,
                    event->detail);
}

int fascia_event_parse(const char *line, struct fascia_event *ret_event)
{
    struct fascia_event event = {0};
    char name[32] = "", time[24] = "";
    const char *at = line;

    if (fascia_text_word(&at, name, sizeof name) != 0 || fascia_event_parse_name(name, &event.kind) != 0)
        return -EBADMSG;
    if (fascia_text_word(&at, time, sizeof time) != 0 || fascia_text_to_i64(time, 0, INT64_MAX, &event.t_us) != 0)
        return -EBADMSG;
    if (fascia_text_word(&at, event.source, sizeof event.source) != 0 ||
        fascia_text_rest(at, event.detail, sizeof event.detail) != 0)
        return -EBADMSG;
    *ret_event = event;
    return 0;
}
