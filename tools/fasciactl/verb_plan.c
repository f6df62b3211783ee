/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>

#include "stack/base/text.h"
#include "tools/fasciactl/client.h"
#include "tools/fasciactl/json.h"
#include "tools/fasciactl/output.h"
#include "tools/fasciactl/verbs.h"

static const char help[] = "Usage: fasciactl plan [--json]\n"
                           "\n"
                           "Shows the plan that fasciad runs: each process in start order, its account, capabilities,\n"
                           "needs (with the reaction to their loss), function, readiness and command line.\n"
                           "`fasciad --plan --config FILE` shows what another file would give.\n"
                           "\n"
                           "  --json  the same as JSON\n";

/* Columns of the table; the last one is as wide as it is. */
enum { UNIT, USER, CAPABILITIES, NEEDS, PROVIDES, READY, COMMAND, COLUMNS_ };

static const char *const heads[COLUMNS_] = {
    [UNIT] = "UNIT",         [USER] = "USER",   [CAPABILITIES] = "CAPABILITIES", [NEEDS] = "NEEDS",
    [PROVIDES] = "PROVIDES", [READY] = "READY", [COMMAND] = "COMMAND",
};

#define CELL_SIZE 1024

struct line {
    char cells[COLUMNS_][CELL_SIZE];
};

/* A member of a row of GetPlan that is a string; "" otherwise. */
static size_t needs_of(struct json_object *row, struct json_object **ret_needs)
{
    struct json_object *needs = json_object_is_type(row, json_type_array) ? json_object_array_get_idx(row, 4) : NULL;

    *ret_needs = needs;
    return json_object_is_type(needs, json_type_array) ? json_object_array_length(needs) : 0;
}

static void cell(char to[static CELL_SIZE], const char *text)
{
    (void)report_text_clean(to, CELL_SIZE, text[0] != '\0' ? text : "-");
}

static void line_of(struct json_object *row, struct line *line)
{
    bool adopted = strcmp(json_text_at(row, 1), "adopt") == 0;
    char text[CELL_SIZE];
    struct json_object *needs = NULL;
    struct fascia_text list, command;

    cell(line->cells[UNIT], json_text_at(row, 0));
    cell(line->cells[USER], json_text_at(row, 2));
    cell(line->cells[CAPABILITIES], json_text_at(row, 3));
    cell(line->cells[PROVIDES], json_text_at(row, 5));
    cell(line->cells[READY], json_text_at(row, 6));
    fascia_text_init(&list, text, sizeof text);
    for (size_t i = 0, count = needs_of(row, &needs); i < count; i++) {
        struct json_object *need = json_object_array_get_idx(needs, i);
        fascia_text_add(&list, "%s%s:%s", i > 0 ? "," : "", json_text_at(need, 0), json_text_at(need, 1));
    }
    cell(line->cells[NEEDS], list.start);
    fascia_text_init(&command, text, sizeof text);
    fascia_text_add(&command, "%s%s", adopted ? "adopted: " : "", json_text_at(row, 7));
    cell(line->cells[COMMAND], command.start);
}

static void print_line(struct report_out *out, const char *order, const struct line *line,
                       const size_t widths[static COLUMNS_])
{
    report_pad(out, order, 6);
    for (size_t i = 0; i < COLUMNS_; i++)
        report_pad(out, line->cells[i], i + 1 < COLUMNS_ ? widths[i] + 2 : 0);
    report_put(out, "\n");
}

static int print_table(struct json_object *plan)
{
    struct report_out out = output_to(stdout);
    size_t count = json_object_array_length(plan), widths[COLUMNS_] = {0};
    _cleanup_(freep) struct line *lines = calloc(count + 1, sizeof *lines);

    if (lines == NULL)
        return -ENOMEM;
    for (size_t i = 0; i < COLUMNS_; i++)
        cell(lines[0].cells[i], heads[i]);
    for (size_t n = 0; n < count; n++)
        line_of(json_object_array_get_idx(plan, n), &lines[n + 1]);
    for (size_t n = 0; n <= count; n++) {
        for (size_t i = 0; i < COLUMNS_; i++) {
            size_t columns = report_columns(lines[n].cells[i]);
            widths[i] = columns > widths[i] ? columns : widths[i];
        }
    }
    for (size_t n = 0; n <= count; n++) {
        char order[24];
        struct fascia_text text;
        fascia_text_init(&text, order, sizeof order);
        if (n == 0)
            fascia_text_add(&text, "ORDER");
        else
            fascia_text_add(&text, "%zu", n);
        print_line(&out, order, &lines[n], widths);
    }
    return out.error != 0 || fflush(stdout) != 0 ? -EIO : 0;
}

static void add_text(struct json_object *object, const char *key, const char *text)
{
    (void)json_object_object_add(object, key, json_object_new_string(text));
}

/* "NET_ADMIN,NET_RAW" as a list; "-" is the empty one. */
static struct json_object *capabilities_of(const char *text)
{
    struct json_object *list = json_object_new_array();

    while (text[0] != '\0' && strcmp(text, "-") != 0) {
        size_t length = strcspn(text, ",");
        (void)json_object_array_add(list, json_object_new_string_len(text, (int)length));
        text += length + (text[length] == ',');
    }
    return list;
}

static struct json_object *unit_of(struct json_object *row)
{
    struct json_object *object = json_object_new_object(), *list = json_object_new_array(), *needs = NULL;

    add_text(object, "unit", json_text_at(row, 0));
    add_text(object, "manage", json_text_at(row, 1));
    add_text(object, "user", json_text_at(row, 2));
    (void)json_object_object_add(object, "capabilities", capabilities_of(json_text_at(row, 3)));
    for (size_t i = 0, count = needs_of(row, &needs); i < count; i++) {
        struct json_object *need = json_object_array_get_idx(needs, i), *edge = json_object_new_object();
        add_text(edge, "unit", json_text_at(need, 0));
        add_text(edge, "on_loss", json_text_at(need, 1));
        (void)json_object_array_add(list, edge);
    }
    (void)json_object_object_add(object, "needs", list);
    add_text(object, "function", json_text_at(row, 5));
    add_text(object, "ready", json_text_at(row, 6));
    add_text(object, "command", json_text_at(row, 7));
    return object;
}

static int print_json(struct json_object *plan)
{
    _cleanup_(json_release) struct json_object *units = json_object_new_array();

    for (size_t n = 0; n < json_object_array_length(plan); n++)
        (void)json_object_array_add(units, unit_of(json_object_array_get_idx(plan, n)));
    return output_json(stdout, units);
}

int verb_plan(struct fasciactl *ctl, int argc, char **argv)
{
    _cleanup_(json_release) struct json_object *reply = NULL;
    bool json = false;
    int status = 0;

    if (only_json(ctl, argc, argv, help, &json, &status) != 0)
        return status;
    if (client_ask(ctl->bus, "GetPlan", "show the plan", &reply) < 0)
        return STATUS_IMPOSSIBLE;
    struct json_object *plan = json_object_array_get_idx(reply, 0);
    if (!json_object_is_type(plan, json_type_array)) {
        (void)fputs("fasciactl: the answer of fasciad is not a plan\n", stderr);
        return STATUS_IMPOSSIBLE;
    }
    return (json ? print_json(plan) : print_table(plan)) == 0 ? STATUS_OK : STATUS_IMPOSSIBLE;
}
