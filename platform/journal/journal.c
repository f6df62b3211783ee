/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/journal/journal.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <systemd/sd-journal.h>
#include <unistd.h>

#include "stack/base/cleanup.h"

#define LINE_SIZE 512

static struct {
    const char *program;
    enum fascia_severity show;
    bool to_journal;
} log_state = {.program = "fascia", .show = FASCIA_SEVERITY_INFO};

/* systemd's protocol: $JOURNAL_STREAM is "device:inode" of the stream it gave us; ours only if stderr is that
 * one. */
static bool stderr_is_the_journal(void)
{
    const char *stream = getenv("JOURNAL_STREAM");
    char *end = NULL;
    struct stat st;

    if (!stream || fstat(STDERR_FILENO, &st) < 0)
        return false;
    unsigned long long device = strtoull(stream, &end, 10);
    if (*end != ':')
        return false;
    unsigned long long inode = strtoull(end + 1, &end, 10);
    return *end == '\0' && st.st_dev == device && st.st_ino == inode;
}

void journal_open(const char *program, enum fascia_severity show)
{
    log_state.program = program;
    log_state.show = show;
    log_state.to_journal = stderr_is_the_journal();
}

static const char *severity_word(enum fascia_severity severity)
{
    switch (severity) {
    case FASCIA_SEVERITY_ERROR:
        return "error: ";
    case FASCIA_SEVERITY_WARNING:
        return "warning: ";
    case FASCIA_SEVERITY_NOTICE:
    case FASCIA_SEVERITY_INFO:
        return "";
    case FASCIA_SEVERITY_DEBUG:
        return "debug: ";
    }
    return "";
}

static void write_line(enum fascia_severity severity, const char *line)
{
    /* One write, so that lines of several services on one terminal do not mix. */
    char text[LINE_SIZE + 64];
    int n = snprintf(text, sizeof text, "%s: %s%s\n", log_state.program, severity_word(severity), line);

    if (n > 0)
        (void)!write(STDERR_FILENO, text, (size_t)n < sizeof text ? (size_t)n : sizeof text - 1);
}

void journal_log(enum fascia_severity severity, const char *format, ...)
{
    char line[LINE_SIZE];
    va_list args;

    if (severity > log_state.show)
        return;
    va_start(args, format);
    (void)vsnprintf(line, sizeof line, format, args);
    va_end(args);

    if (log_state.to_journal)
        (void)sd_journal_send("MESSAGE=%s", line, "PRIORITY=%d", (int)severity, "SYSLOG_IDENTIFIER=%s",
                              log_state.program, NULL);
    else
        write_line(severity, line);
}

void journal_event(const struct fascia_event *event)
{
    enum fascia_severity severity = fascia_event_severity(event->kind);
    char line[LINE_SIZE];

    if (severity > log_state.show)
        return;
    (void)snprintf(line, sizeof line, "[%s] %s", fascia_event_name(event->kind), event->detail);
    if (log_state.to_journal)
        (void)sd_journal_send("MESSAGE=%s", line, "MESSAGE_ID=%s", fascia_event_message_id(event->kind), "PRIORITY=%d",
                              (int)severity, "SYSLOG_IDENTIFIER=%s", event->source, "FASCIA_EVENT=%s",
                              fascia_event_name(event->kind), "FASCIA_MONOTONIC_US=%" PRId64, event->t_us, NULL);
    else
        write_line(severity, line);
}
