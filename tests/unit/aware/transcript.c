/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/aware/transcript.h"

#include <stdio.h>
#include <string.h>

#include "tests/unit/test.h"

static struct transcript transcript;
static char read_file[64];

static void replace_tabs(char *text)
{
    static const char mark[] = "<TAB>";

    for (char *at; (at = strstr(text, mark)) != NULL;) {
        *at = '\t';
        memmove(at + 1, at + sizeof mark - 1, strlen(at + sizeof mark - 1) + 1);
    }
}

static void take_command(char *text)
{
    struct transcript_line *line = &transcript.lines[transcript.count++];
    char *reply = strstr(text, " -> ");

    assert_non_null(reply);
    *reply = '\0';
    reply += 4;
    char *time = strstr(reply, "   (");
    if (time)
        *time = '\0';
    replace_tabs(text);
    assert_true(strlen(text) < sizeof line->text && strlen(reply) < sizeof line->reply);
    memcpy(line->text, text, strlen(text) + 1);
    memcpy(line->reply, reply, strlen(reply) + 1);
    line->event = false;
}

/* The recorder sometimes wrote two records on one line, two blanks apart; the second is left out. */
static void take_event(char *text)
{
    struct transcript_line *line = &transcript.lines[transcript.count++];
    char *second = strstr(text, "  ");

    if (second)
        *second = '\0';
    assert_true(strlen(text) < sizeof line->text);
    memcpy(line->text, text, strlen(text) + 1);
    line->event = true;
    line->reply[0] = '\0';
}

const struct transcript *transcript_read(const char *file)
{
    char line[2048], who[16], what[4], path[256];
    int at = 0;

    if (strcmp(file, read_file) == 0)
        return &transcript;
    (void)snprintf(read_file, sizeof read_file, "%s", file);
    (void)snprintf(path, sizeof path, FIXTURES "/aware/%s", file);
    transcript.count = 0;
    FILE *f = fopen(path, "re");
    assert_non_null(f);
    while (fgets(line, sizeof line, f)) {
        line[strcspn(line, "\r\n")] = '\0'; /* it went over a serial line */
        /* Notes of the recorder's have longer names. */
        if (sscanf(line, "%*f %3s %15s %n", what, who, &at) != 2)
            continue;
        assert_true(transcript.count < sizeof transcript.lines / sizeof transcript.lines[0]);
        if (strcmp(what, "CMD") == 0)
            take_command(line + at);
        else if (strcmp(what, "EV") == 0)
            take_event(line + at);
    }
    (void)fclose(f);
    return &transcript;
}

const char *transcript_value(const char *line, const char *key, char *to, size_t size)
{
    char name[64];

    (void)snprintf(name, sizeof name, " %s=", key);
    const char *at = strstr(line, name);
    if (!at)
        return NULL;
    at += strlen(name);
    size_t n = strcspn(at, " ");
    assert_true(n < size);
    memcpy(to, at, n);
    to[n] = '\0';
    return to;
}
