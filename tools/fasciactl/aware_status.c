/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "platform/loop/loop.h"
#include "tools/fasciactl/aware.h"
#include "tools/fasciactl/aware_client.h"
#include "tools/fasciactl/json.h"
#include "tools/fasciactl/output.h"
#include "tools/fasciactl/verbs.h"

static const char status_help[] =
    "Usage: fasciactl aware status [--json]\n"
    "\n"
    "Shows the engine, the services, data paths with their addresses, and who is asked for a PIN.\n"
    "\n"
    "  --json  as org.fascia.Aware1 publishes it\n";

static const char peers_help[] = "Usage: fasciactl aware peers [--json]\n"
                                 "\n"
                                 "Lists the peers that are present and those that are paired.\n"
                                 "\n"
                                 "  --json  as org.fascia.Aware1 publishes it\n";

/* --- status --- */

static void print_service(struct json_object *row, void *userdata)
{
    (void)userdata;
    printf("  %-4" PRId64 " %-10s %-24s %-8s %s", aware_number(row, "id"), aware_clean(row, "role"),
           aware_clean(row, "name"), aware_flag(row, "running") ? "running" : "waiting", aware_clean(row, "security"));
    if (aware_number(row, "port") != 0)
        printf(", port %" PRId64, aware_number(row, "port"));
    puts("");
}

static void print_path(struct json_object *row, void *userdata)
{
    (void)userdata;
    printf("  %-4" PRId64 " %-10s %-18s ", aware_number(row, "id"), aware_clean(row, "role"), aware_clean(row, "nmi"));
    if (!aware_flag(row, "connected")) {
        puts("not yet");
        return;
    }
    printf("%s", aware_clean(row, "address"));
    if (aware_number(row, "port") != 0)
        printf(" port %" PRId64 "/%s", aware_number(row, "port"), aware_clean(row, "transport"));
    puts(aware_number(row, "cipher") == 0 ? ", open: the address is not authenticated" : "");
}

static void print_request(struct json_object *row, void *userdata)
{
    int64_t left_s = (aware_number(row, "until") - loop_now_us()) / 1000000;
    (void)userdata;

    printf("  %-4" PRId64 " %s %s, %" PRId64 " s left\n", aware_number(row, "id"), aware_clean(row, "nmi"),
           strcmp(aware_text(row, "kind"), "show-pin") == 0 ? "wants to pair: `fasciactl aware pair` shows the PIN"
                                                            : "shows a PIN that has to be entered here",
           left_s > 0 ? left_s : 0);
}

static void count(struct json_object *row, void *userdata)
{
    (void)row;
    (*(unsigned int *)userdata)++;
}

static void print_table(struct json_object *properties, const char *property, const char *title, aware_row_fn fn)
{
    unsigned int rows = 0;

    aware_each(properties, property, count, &rows);
    if (rows == 0)
        return;
    printf("%s\n", title);
    aware_each(properties, property, fn, NULL);
}

static void print_engine(struct json_object *properties)
{
    struct json_object *engine = NULL;

    if (!json_object_object_get_ex(properties, "Engine", &engine))
        return;
    printf("engine    %s", aware_clean(engine, "state"));
    if (aware_text(engine, "interface")[0] != '\0')
        printf(" on the radio of %s", aware_clean(engine, "interface"));
    if (aware_text(engine, "cluster")[0] != '\0')
        printf(", cluster %s", aware_clean(engine, "cluster"));
    if (aware_number(engine, "run") > 1)
        printf(", %" PRId64 " restart%s", aware_number(engine, "run") - 1, aware_number(engine, "run") == 2 ? "" : "s");
    puts("");
}

static void print_status(struct json_object *properties)
{
    int64_t window_us = aware_number(properties, "WindowUntil") - loop_now_us();
    unsigned int peers = 0;

    printf("aware     %s", aware_clean(properties, "State"));
    if (strcmp(aware_text(properties, "Reason"), "none") != 0)
        printf(" (%s)", aware_clean(properties, "Reason"));
    printf("%s%s\n", aware_text(properties, "Detail")[0] != '\0' ? ": " : "", aware_clean(properties, "Detail"));
    print_engine(properties);
    if (window_us > 0)
        printf("pairing   open for %" PRId64 " s\n", window_us / 1000000);
    else
        puts("pairing   closed (`fasciactl aware pair` opens it)");
    aware_each(properties, "Peers", count, &peers);
    printf("peers     %u%s\n", peers, peers > 0 ? " (`fasciactl aware peers` lists them)" : "");
    print_table(properties, "Services", "services", print_service);
    print_table(properties, "DataPaths", "data paths", print_path);
    print_table(properties, "Requests", "requests", print_request);
}

/* --- peers --- */

static const char *pairing_of(struct json_object *row)
{
    if (aware_flag(row, "must_pair_again"))
        return "must pair again: the engine was restarted";
    if (aware_flag(row, "paired") && !aware_flag(row, "remembered"))
        return "paired, but not remembered: pair again";
    return aware_flag(row, "paired") ? "paired" : "-";
}

static void print_seen(int64_t seen_s)
{
    time_t at = (time_t)seen_s;
    char text[32] = "-";
    struct tm broken;

    if (seen_s > 0 && localtime_r(&at, &broken) != NULL)
        (void)strftime(text, sizeof text, "%Y-%m-%d %H:%M", &broken);
    printf(" %-16s", text);
}

static void print_peer(struct json_object *row, void *userdata)
{
    char id[24] = "-";
    (void)userdata;

    if (aware_number(row, "id") != 0)
        (void)snprintf(id, sizeof id, "%" PRId64, aware_number(row, "id"));
    printf("%-4s %-20s %-17s %-13s", id, aware_text(row, "name")[0] != '\0' ? aware_clean(row, "name") : "-",
           aware_text(row, "nmi")[0] != '\0' ? aware_clean(row, "nmi") : "-", aware_clean(row, "state"));
    print_seen(aware_number(row, "last_seen"));
    printf(" %s\n", pairing_of(row));
    if (aware_text(row, "text")[0] != '\0')
        printf("     last failure: %s\n", aware_clean(row, "text"));
}

static void print_peers(struct json_object *properties)
{
    unsigned int rows = 0;

    aware_each(properties, "Peers", count, &rows);
    if (rows == 0) {
        puts("No peer is present, and none is paired.");
        return;
    }
    printf("%-4s %-20s %-17s %-13s %-16s %s\n", "ID", "NAME", "ADDRESS", "STATE", "LAST SEEN", "PAIRING");
    aware_each(properties, "Peers", print_peer, NULL);
}

/* --- both --- */

static int show_json(struct json_object *properties, const char *only)
{
    struct json_object *part = properties;

    if (only != NULL && !json_object_object_get_ex(properties, only, &part))
        return -1;
    return output_json(stdout, part);
}

static int show(struct fasciactl *ctl, int argc, char **argv, const char *help, const char *only,
                void (*print)(struct json_object *properties))
{
    _cleanup_(json_release) struct json_object *properties = NULL;
    _cleanup_(client_close) sd_bus *bus = NULL;
    bool json = false;
    int status = 0;

    if (only_json(ctl, argc, argv, help, &json, &status) != 0)
        return status;
    if (client_open(ctl->bus, &bus) < 0)
        return STATUS_IMPOSSIBLE;
    properties = aware_properties(bus, ctl->bus);
    if (properties == NULL)
        return STATUS_IMPOSSIBLE;
    if (json)
        return show_json(properties, only) == 0 ? STATUS_OK : STATUS_IMPOSSIBLE;
    print(properties);
    return fflush(stdout) == 0 ? STATUS_OK : STATUS_IMPOSSIBLE;
}

int aware_status(struct fasciactl *ctl, int argc, char **argv)
{
    return show(ctl, argc, argv, status_help, NULL, print_status);
}

int aware_peers(struct fasciactl *ctl, int argc, char **argv)
{
    return show(ctl, argc, argv, peers_help, "Peers", print_peers);
}
