/* SPDX-License-Identifier: Apache-2.0 */
#include <getopt.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "stack/base/event.h"
#include "tools/fasciactl/verbs.h"

static const char help[] = "Usage: fasciactl explain [REASON|EVENT|MESSAGE_ID]...\n"
                           "\n"
                           "Explains reason ids, event names and MESSAGE_IDs of events; without one, lists all.\n";

#define WORD_MAX 40 /* longer ones are near to none of ours */
#define NEAR_MAX 5

static void list_all(void)
{
    puts("Reasons (of functions):");
    for (unsigned int i = 1; i < FASCIA_REASONS_; i++)
        printf("  %-22s %s\n", fascia_reason_id((enum fascia_reason)i), fascia_reason_cause((enum fascia_reason)i));
    puts("\nEvents:");
    for (unsigned int i = 0; i < FASCIA_EVENTS_; i++)
        printf("  %-22s %s\n", fascia_event_name((enum fascia_event_kind)i),
               fascia_event_paragraph((enum fascia_event_kind)i));
}

static const char *severity_name(enum fascia_severity severity)
{
    switch (severity) {
    case FASCIA_SEVERITY_ERROR:
        return "error";
    case FASCIA_SEVERITY_WARNING:
        return "warning";
    case FASCIA_SEVERITY_NOTICE:
        return "notice";
    case FASCIA_SEVERITY_INFO:
        return "info";
    case FASCIA_SEVERITY_DEBUG:
        return "debug";
    }
    return "?";
}

static void explain_reason(enum fascia_reason reason)
{
    printf("%s (reason)\n  Cause:  %s\n  Remedy: %s\n", fascia_reason_id(reason), fascia_reason_cause(reason),
           fascia_reason_remedy(reason));
}

static void explain_event(enum fascia_event_kind kind)
{
    printf("%s (event, %s)\n  %s\n  journalctl MESSAGE_ID=%s\n", fascia_event_name(kind),
           severity_name(fascia_event_severity(kind)), fascia_event_paragraph(kind), fascia_event_message_id(kind));
}

/* Optimal string alignment: how many letters must be changed, added, left out, or swapped with the next. */
static size_t distance(const char *a, const char *b)
{
    size_t rows[3][WORD_MAX + 1] = {0}, a_size = strlen(a), b_size = strlen(b);

    if (a_size > WORD_MAX || b_size > WORD_MAX)
        return SIZE_MAX;
    for (size_t j = 0; j <= b_size; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= a_size; i++) {
        size_t *row = rows[i % 3], *above = rows[(i + 2) % 3], *top = rows[(i + 1) % 3];
        row[0] = i;
        for (size_t j = 1; j <= b_size; j++) {
            size_t best = above[j - 1] + (a[i - 1] != b[j - 1]);
            best = above[j] + 1 < best ? above[j] + 1 : best;
            best = row[j - 1] + 1 < best ? row[j - 1] + 1 : best;
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] && top[j - 2] + 1 < best)
                best = top[j - 2] + 1;
            row[j] = best;
        }
    }
    return rows[a_size % 3][b_size];
}

struct near {
    const char *names[NEAR_MAX];
    size_t distances[NEAR_MAX], count;
};

/* Keeps the nearest; a part of a name is near, and as near as a typing error. */
static void consider(struct near *near, const char *word, const char *name)
{
    size_t length = strlen(word), far = distance(word, name), at = 0;

    if (length >= 3 && strstr(name, word) != NULL && far > 1)
        far = 2;
    if (far > 2 && far > length / 3)
        return;
    while (at < near->count && near->distances[at] <= far) {
        if (strcmp(near->names[at], name) == 0)
            return;
        at++;
    }
    if (at == NEAR_MAX)
        return;
    near->count += near->count < NEAR_MAX;
    for (size_t i = near->count - 1; i > at; i--) {
        near->names[i] = near->names[i - 1];
        near->distances[i] = near->distances[i - 1];
    }
    near->names[at] = name;
    near->distances[at] = far;
}

static void suggest(const char *word)
{
    struct near near = {.count = 0};

    for (unsigned int i = 1; i < FASCIA_REASONS_; i++)
        consider(&near, word, fascia_reason_id((enum fascia_reason)i));
    for (unsigned int i = 0; i < FASCIA_EVENTS_; i++)
        consider(&near, word, fascia_event_name((enum fascia_event_kind)i));
    (void)fprintf(stderr, "fasciactl: \"%s\" is neither a reason nor an event", word);
    if (near.count > 0) {
        (void)fputs("; did you mean", stderr);
        for (size_t i = 0; i < near.count; i++)
            (void)fprintf(stderr, "%s %s", i == 0 ? "" : i + 1 == near.count ? " or" : ",", near.names[i]);
        (void)fputs("?\n", stderr);
    } else {
        (void)fputs("; `fasciactl explain` lists them\n", stderr);
    }
}

static bool explain(const char *word)
{
    enum fascia_reason reason = FASCIA_REASON_NONE;
    enum fascia_event_kind kind = FASCIA_EVENTS_;
    bool known = false;

    /* One word may be both: the reason of a function, and the event of its becoming so. */
    if (fascia_reason_parse(word, &reason) == 0 && reason != FASCIA_REASON_NONE) {
        explain_reason(reason);
        known = true;
    }
    if (fascia_event_parse_name(word, &kind) == 0) {
        explain_event(kind);
        known = true;
    }
    for (unsigned int i = 0; !known && i < FASCIA_EVENTS_; i++) {
        if (strcasecmp(word, fascia_event_message_id((enum fascia_event_kind)i)) == 0) {
            explain_event((enum fascia_event_kind)i);
            known = true;
        }
    }
    return known;
}

int verb_explain(struct fasciactl *ctl, int argc, char **argv)
{
    static const struct option options[] = {{0}};
    int status = STATUS_OK, option = 0;

    while ((option = next_option(ctl, argc, argv, options, help, &status)) >= 0)
        continue;
    if (option == -2)
        return status;
    if (optind == argc)
        list_all();
    for (int i = optind; i < argc; i++) {
        if (!explain(argv[i])) {
            suggest(argv[i]);
            status = STATUS_USAGE;
        }
    }
    return status;
}
