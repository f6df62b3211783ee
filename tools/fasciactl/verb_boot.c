/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <getopt.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "stack/report/facts_json.h"
#include "stack/report/render.h"
#include "tools/fasciactl/client.h"
#include "tools/fasciactl/json.h"
#include "tools/fasciactl/output.h"
#include "tools/fasciactl/verbs.h"

static const char help[] =
    "Usage: fasciactl boot [--json | --svg FILE]\n"
    "\n"
    "Draws the boot on the clock since the kernel's start: when fasciad began, from exec to ready of each\n"
    "process, and the stages with their budgets.\n"
    "\n"
    "  --json      the same as JSON, times in microseconds, null = not yet\n"
    "  --svg FILE  the chart as a picture; \"-\" is standard output\n"
    "\n"
    "Exit status: 0 when it could be shown, whatever it shows; 3 when it cannot.\n";

#define WIDTH_DEFAULT 80

static size_t terminal_width(void)
{
    struct winsize size;
    bool known = isatty(STDOUT_FILENO) == 1 && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
    return known ? size.ws_col : WIDTH_DEFAULT;
}

static int print_text(const struct report_facts *facts)
{
    struct report_out out = output_to(stdout);

    report_text_boot(facts, terminal_width(), &out);
    return out.error != 0 || fflush(stdout) != 0 ? -EIO : 0;
}

static int write_svg(FILE *file, const void *userdata)
{
    struct report_out out = output_to(file);

    report_svg_boot_document(userdata, &out);
    return out.error;
}

static int print_svg(const struct report_facts *facts, const char *path)
{
    bool to_stdout = strcmp(path, "-") == 0;
    int r = to_stdout ? write_svg(stdout, facts) : output_file(path, write_svg, facts);

    if (to_stdout && r == 0 && fflush(stdout) != 0)
        r = -errno;
    if (r < 0)
        (void)fprintf(stderr, "fasciactl: %s cannot be written: %s\n", to_stdout ? "standard output" : path,
                      strerror(-r));
    return r;
}

static int read_boot(const struct fasciactl *ctl, struct report_facts *facts)
{
    _cleanup_(json_release) struct json_object *reply = NULL;

    int r = client_ask(ctl->bus, "GetBoot", "show the boot", &reply);
    if (r == 0)
        report_facts_read_boot(facts, reply);
    return r;
}

int verb_boot(struct fasciactl *ctl, int argc, char **argv)
{
    enum { JSON = 1, SVG };
    static const struct option options[] = {
        {"json", no_argument, NULL, JSON}, {"svg", required_argument, NULL, SVG}, {0}};
    _cleanup_(freep) struct report_facts *facts = NULL;
    const char *svg = NULL;
    bool json = false;
    int option = 0, status = 0;

    while ((option = next_option(ctl, argc, argv, options, help, &status)) >= 0) {
        json = json || option == JSON;
        if (option == SVG)
            svg = optarg;
    }
    if (option == -2)
        return status;
    if (no_operand(argc, argv) != 0)
        return STATUS_USAGE;
    if (json && svg != NULL) {
        (void)fputs("fasciactl: boot shows either --json or --svg\n", stderr);
        return STATUS_USAGE;
    }
    facts = client_facts_new();
    if (facts == NULL || read_boot(ctl, facts) < 0)
        return STATUS_IMPOSSIBLE;
    if (svg != NULL)
        return print_svg(facts, svg) == 0 ? STATUS_OK : STATUS_IMPOSSIBLE;
    if (!json)
        return print_text(facts) == 0 ? STATUS_OK : STATUS_IMPOSSIBLE;
    _cleanup_(json_release) struct json_object *document = report_json_boot(facts);
    return document != NULL && output_json(stdout, document) == 0 ? STATUS_OK : STATUS_IMPOSSIBLE;
}
