/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/supervisor/notify_message.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "stack/base/cleanup.h"
#include "stack/base/text.h"

/*
 * Length of the UTF-8 sequence at `s` (RFC 3629, section 4), 0 when it is none. The text ends with a NUL, which no
 * continuation octet equals, so nothing beyond it is read.
 */
static size_t utf8_length(const unsigned char *s)
{
    size_t n = s[0] < 0x80 ? 1 : s[0] >= 0xc2 && s[0] < 0xe0 ? 2 : s[0] >= 0xe0 && s[0] < 0xf0 ? 3 : 4;

    if (n == 1)
        return 1;
    if (s[0] < 0xc2 || s[0] > 0xf4)
        return 0;
    for (size_t i = 1; i < n; i++) {
        if ((s[i] & 0xc0) != 0x80)
            return 0;
    }
    if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) || (s[0] == 0xf0 && s[1] < 0x90) ||
        (s[0] == 0xf4 && s[1] > 0x8f))
        return 0;
    return n;
}

/*
 * A detail may quote what came over the air (an SSID). D-Bus takes valid UTF-8 only, so one odd octet must not make
 * the whole snapshot unreadable: it becomes '?', and so does what was cut in the middle of a character.
 */
static void clean_text(char *text)
{
    unsigned char *at = (unsigned char *)text;

    while (*at != '\0') {
        size_t n = utf8_length(at);
        if (n == 0 || (n == 1 && iscntrl(*at))) {
            *at = '?';
            n = 1;
        }
        at += n;
    }
}

static int parse_ready(const char *value, struct notify_message *m)
{
    m->ready = true;
    return strcmp(value, "1") == 0 ? 0 : -EBADMSG;
}

static int parse_stopping(const char *value, struct notify_message *m)
{
    m->stopping = true;
    return strcmp(value, "1") == 0 ? 0 : -EBADMSG;
}

static int parse_watchdog(const char *value, struct notify_message *m)
{
    m->watchdog = strcmp(value, "1") == 0;
    m->watchdog_trigger = strcmp(value, "trigger") == 0;
    return m->watchdog || m->watchdog_trigger ? 0 : -EBADMSG;
}

static int parse_status(const char *value, struct notify_message *m)
{
    struct fascia_text text;

    fascia_text_init(&text, m->status, sizeof m->status);
    fascia_text_add(&text, "%s", value);
    clean_text(m->status);
    m->has_status = true;
    return 0;
}

static int parse_errno(const char *value, struct notify_message *m)
{
    int64_t error = 0;

    if (fascia_text_to_i64(value, 0, 4095, &error) != 0) /* 4095: MAX_ERRNO of the kernel */
        return -EBADMSG;
    m->error = (int)error;
    return 0;
}

static int parse_extend(const char *value, struct notify_message *m)
{
    return fascia_text_to_i64(value, 0, INT64_MAX, &m->extend_us) == 0 ? 0 : -EBADMSG;
}

static int parse_fact(const char *value, struct notify_message *m)
{
    int r = fascia_fact_parse(value, &m->fact);

    if (r != 0)
        return r;
    clean_text(m->fact.function);
    clean_text(m->fact.detail);
    m->has_fact = true;
    return 0;
}

static int parse_event(const char *value, struct notify_message *m)
{
    int r = fascia_event_parse(value, &m->event);

    if (r != 0)
        return r;
    clean_text(m->event.source);
    clean_text(m->event.detail);
    m->has_event = true;
    return 0;
}

/* It becomes part of a path below /sys: a name, no more. */
static int parse_radio(const char *value, struct notify_message *m)
{
    for (const char *c = value; *c; c++) {
        if (!isalnum((unsigned char)*c) && *c != '-' && *c != '_')
            return -EBADMSG;
    }
    return value[0] != '\0' && fascia_text_copy(m->radio, sizeof m->radio, value) == 0 ? 0 : -EBADMSG;
}

static const struct {
    const char *key;
    int (*parse)(const char *value, struct notify_message *m);
} keys[] = {
    {"READY", parse_ready},        {"STOPPING", parse_stopping},    {"WATCHDOG", parse_watchdog},
    {"STATUS", parse_status},      {"ERRNO", parse_errno},          {"EXTEND_TIMEOUT_USEC", parse_extend},
    {"X_FASCIA_FACT", parse_fact}, {"X_FASCIA_EVENT", parse_event}, {"X_FASCIA_RADIO", parse_radio},
};

/* One NUL-terminated line; `seen` has a bit for each known key. */
static int parse_line(char *line, unsigned int *seen, struct notify_message *m)
{
    char *equals = strchr(line, '=');

    if (!equals || equals == line)
        return -EBADMSG;
    *equals = '\0';
    for (unsigned int i = 0; i < FASCIA_ARRAY_SIZE(keys); i++) {
        if (strcmp(line, keys[i].key) != 0)
            continue;
        if (*seen & (1U << i))
            return -EBADMSG;
        *seen |= 1U << i;
        return keys[i].parse(equals + 1, m);
    }
    return 0;
}

int notify_message_parse(const void *data, size_t size, struct notify_message *ret_message)
{
    char text[NOTIFY_MESSAGE_MAX + 1];
    struct notify_message m = {0};
    unsigned int seen = 0;

    if (size > NOTIFY_MESSAGE_MAX)
        return -EMSGSIZE;
    if (size == 0 || memchr(data, '\0', size))
        return -EBADMSG;
    memcpy(text, data, size);
    text[size] = '\0';

    for (char *line = text, *next = NULL; line; line = next) {
        next = strchr(line, '\n');
        if (next)
            *next++ = '\0';
        if (line[0] == '\0') /* the protocol allows a newline at the end */
            continue;
        int r = parse_line(line, &seen, &m);
        if (r != 0)
            return -EBADMSG;
    }
    *ret_message = m;
    return 0;
}
