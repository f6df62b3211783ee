/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "platform/nl80211/nl80211.h"
#include "platform/radio/radio.h"
#include "tools/fasciactl/json.h"
#include "tools/fasciactl/lookup.h"
#include "tools/fasciactl/output.h"
#include "tools/fasciactl/radio_show.h"
#include "tools/fasciactl/verbs.h"

static const char help[] =
    "Usage: fasciactl radio [--board NAME|FILE] [--json]\n"
    "\n"
    "Shows what each radio of this machine can do per band and interface type, and what limits it.\n"
    "Needs no root and no running fascia.\n"
    "\n"
    "  --board NAME|FILE  a described radio instead, before it is bought. A NAME is looked up as NAME.yaml in\n"
    "                     $FASCIA_RADIOS, then among the radios that come with fascia\n"
    "  --json             the same as JSON\n"
    "\n"
    "Exit status: 0 shown, 1 there is no radio, 3 it cannot be done.\n";

enum { STATUS_NO_RADIO = 1 };

/* 0 with the table filled, or the status to return. */
static int ask_kernel(struct wiphy_table *table)
{
    _cleanup_(nl80211_close) struct nl80211 *nl = NULL;

    int r = nl80211_open(&nl);
    if (r == -ENOENT) {
        (void)fputs("fasciactl: this machine has no radio: its kernel has no cfg80211, or the module is not loaded\n",
                    stderr);
        return STATUS_NO_RADIO;
    }
    if (r == 0)
        r = nl80211_dump_wiphys(nl, table);
    if (r < 0) {
        (void)fprintf(stderr, "fasciactl: the kernel cannot be asked for its radios: %s\n", strerror(-r));
        return STATUS_IMPOSSIBLE;
    }
    if (table->count == 0) {
        (void)fputs("fasciactl: this machine has no radio, or none in this network namespace\n"
                    "  fasciactl radio --board NAME shows a described one.\n",
                    stderr);
        return STATUS_NO_RADIO;
    }
    return STATUS_OK;
}

static int load_board(const char *name, struct wiphy_table *table, struct radio_about *about)
{
    char path[PATH_MAX] = "", message[RADIO_MESSAGE_SIZE] = "";

    if (lookup_or_explain(&lookup_radios, name, path) < 0)
        return STATUS_IMPOSSIBLE;
    if (radio_load(path, table, about, message) != 0) {
        (void)fprintf(stderr, "fasciactl: %s\n", message);
        return STATUS_IMPOSSIBLE;
    }
    return STATUS_OK;
}

static int show_json(const struct wiphy_table *table, const struct radio_about *about)
{
    _cleanup_(json_release) struct json_object *document = json_object_new_object();
    struct json_object *radios = json_object_new_array();
    static struct capability radio; /* large */

    for (size_t i = 0; i < table->count; i++) {
        struct aware_gates gates;
        capability_of(&table->radios[i], LINK_STANDARD_NEWEST, &radio);
        aware_gates_of(&table->radios[i], NULL, &gates);
        (void)json_object_array_add(radios, radio_show_json(&radio, &gates, about));
    }
    (void)json_object_object_add(document, "radios", radios);
    return document != NULL ? output_json(stdout, document) : -ENOMEM;
}

static int show_text(const struct wiphy_table *table, const struct radio_about *about)
{
    struct report_out out = output_to(stdout);
    static struct capability radio;

    for (size_t i = 0; i < table->count; i++) {
        struct aware_gates gates;
        capability_of(&table->radios[i], LINK_STANDARD_NEWEST, &radio);
        aware_gates_of(&table->radios[i], NULL, &gates);
        report_put(&out, i > 0 ? "\n" : "");
        radio_show_text(&radio, &gates, about, &out);
    }
    if (table->left_out > 0)
        report_add(&out, "\n%u more radios are not shown.\n", table->left_out);
    return out.error != 0 ? out.error : fflush(stdout) != 0 ? -errno : 0;
}

int verb_radio(struct fasciactl *ctl, int argc, char **argv)
{
    enum { BOARD = 1, JSON };
    static const struct option options[] = {
        {"board", required_argument, NULL, BOARD}, {"json", no_argument, NULL, JSON}, {0}};
    static struct wiphy_table table; /* large */
    static struct radio_about about;
    const char *board = NULL;
    bool json = false;
    int option = 0, status = 0;

    while ((option = next_option(ctl, argc, argv, options, help, &status)) >= 0) {
        if (option == BOARD)
            board = optarg;
        else
            json = true;
    }
    if (option == -2)
        return status;
    if (no_operand(argc, argv) != 0)
        return STATUS_USAGE;

    status = board != NULL ? load_board(board, &table, &about) : ask_kernel(&table);
    if (status == STATUS_IMPOSSIBLE || (status == STATUS_NO_RADIO && !json))
        return status;
    const struct radio_about *described = board != NULL ? &about : NULL;
    int r = json ? show_json(&table, described) : show_text(&table, described);
    if (r < 0) {
        (void)fprintf(stderr, "fasciactl: standard output: %s\n", strerror(-r));
        return STATUS_IMPOSSIBLE;
    }
    return status;
}
