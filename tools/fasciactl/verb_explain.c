/* SPDX-License-Identifier: Apache-2.0 */
#include <getopt.h>
#include <stdio.h>

#include "stack/base/event.h"
#include "tools/fasciactl/verbs.h"

static const char help[] = "Usage: fasciactl explain [REASON|EVENT]\n"
                           "\n"
                           "Explains a reason id or an event name; without one, lists all.\n";

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

int verb_explain(struct fasciactl *ctl, int argc, char **argv)
{
    static const struct option options[] = {{0}};
    enum fascia_reason reason = FASCIA_REASON_NONE;
    enum fascia_event_kind kind = FASCIA_EVENTS_;
    int status = 0, option = 0;

    while ((option = next_option(ctl, argc, argv, options, help, &status)) >= 0)
        continue;
    if (option == -2)
        return status;
    if (optind == argc) {
        list_all();
        return STATUS_OK;
    }
    /* One word may be both: the reason of a function, and the event of its becoming so. */
    const char *word = argv[optind];
    bool known = false;
    if (fascia_reason_parse(word, &reason) == 0 && reason != FASCIA_REASON_NONE) {
        printf("%s (reason)\n  Cause:  %s\n  Remedy: %s\n", word, fascia_reason_cause(reason),
               fascia_reason_remedy(reason));
        known = true;
    }
    if (fascia_event_parse_name(word, &kind) == 0) {
        printf("%s (event, %s)\n  %s\n  journalctl MESSAGE_ID=%s\n", word, severity_name(fascia_event_severity(kind)),
               fascia_event_paragraph(kind), fascia_event_message_id(kind));
        known = true;
    }
    if (!known) {
        (void)fprintf(stderr, "fasciactl: \"%s\" is neither a reason nor an event; `fasciactl explain` lists them\n",
                      word);
        return STATUS_USAGE;
    }
    return STATUS_OK;
}
