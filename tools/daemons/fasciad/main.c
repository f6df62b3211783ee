/* SPDX-License-Identifier: Apache-2.0 */
/* fasciad: starts, watches and stops the processes of fascia. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "platform/journal/journal.h"
#include "platform/service/service.h"
#include "tools/daemons/fasciad/fasciad.h"

static void print_help(void)
{
    puts("fasciad - starts, watches and stops the processes of fascia\n\n"
         "Usage: fasciad --config FILE [--check | --plan]\n"
         "       fasciad --help-config\n\n"
         "  -c, --config FILE   configuration (fascia.yaml)\n"
         "      --check         only say whether the configuration is valid\n"
         "      --plan          only show what would be started, in order\n"
         "      --help-config   every key of the configuration with its range and default\n"
         "  -h, --help          this text\n"
         "  -V, --version       version\n\n"
         "Runs in the foreground; under systemd as Type=notify. SIGTERM stops everything in reverse order;\n"
         "SIGHUP reads the configuration again and restarts only what changed.\n"
         "$FASCIA_LIBEXEC: folder in which the units' programs are looked for first (tests, a build in place).\n"
         "Exit status: 0 stopped as asked, 1 failed, 2 wrong usage or configuration (nothing was started).");
}

enum mode { MODE_RUN, MODE_CHECK, MODE_PLAN };

static enum fasciad_status load(struct fasciad *f, const char *config, enum mode mode)
{
    char message[CONFIG_MESSAGE_SIZE];

    if (!realpath(config, f->config_path)) {
        journal_log(FASCIA_SEVERITY_ERROR, "%s: %s", config, strerror(errno));
        return FASCIAD_USAGE;
    }
    f->setup = &f->setups[0];
    if (fasciad_load(f->config_path, mode == MODE_CHECK, f->setup, message) != 0) {
        journal_log(FASCIA_SEVERITY_ERROR, "%s", message);
        return FASCIAD_USAGE;
    }
    f->config = &f->setup->config;
    f->plan = &f->setup->plan;
    journal_open("fasciad", service_severity(f->config->log_level));
    return FASCIAD_OK;
}

static void show_plan(const struct fasciad *f)
{
    static char table[16384];
    struct fascia_text text;

    fascia_text_init(&text, table, sizeof table);
    plan_format(f->plan, &text);
    (void)fputs(table, stdout);
}

int main(int argc, char **argv)
{
    enum { CHECK = 256, PLAN, HELP_CONFIG };
    static const struct option options[] = {
        {"config", required_argument, NULL, 'c'},
        {"check", no_argument, NULL, CHECK},
        {"plan", no_argument, NULL, PLAN},
        {"help", no_argument, NULL, 'h'},
        {"version", no_argument, NULL, 'V'},
        {"help-config", no_argument, NULL, HELP_CONFIG},
        {0},
    };
    static struct fasciad fasciad; /* all 0, so that it takes neither a file nor memory before it is used */
    const char *config = NULL;
    enum mode mode = MODE_RUN;

    fasciad.lock = -1;
    for (int c; (c = getopt_long(argc, argv, "c:hV", options, NULL)) != -1;) {
        switch (c) {
        case 'c':
            config = optarg;
            break;
        case CHECK:
            mode = MODE_CHECK;
            break;
        case PLAN:
            mode = MODE_PLAN;
            break;
        case HELP_CONFIG:
            config_print_reference(stdout);
            return FASCIAD_OK;
        case 'h':
            print_help();
            return FASCIAD_OK;
        case 'V':
            puts("fasciad " FASCIA_VERSION);
            return FASCIAD_OK;
        default:
            return FASCIAD_USAGE;
        }
    }
    if (!config || optind != argc) {
        (void)fputs("fasciad: usage: fasciad --config FILE [--check | --plan] (see --help)\n", stderr);
        return FASCIAD_USAGE;
    }

    journal_open("fasciad", FASCIA_SEVERITY_INFO);
    enum fasciad_status status = load(&fasciad, config, mode);
    if (status == FASCIAD_OK && mode == MODE_PLAN)
        show_plan(&fasciad);
    if (status == FASCIAD_OK && mode == MODE_RUN) {
        status = fasciad_run(&fasciad);
        fasciad_close(&fasciad);
    }
    return (int)status;
}
