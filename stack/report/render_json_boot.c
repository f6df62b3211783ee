/* SPDX-License-Identifier: Apache-2.0 */
#include <json-c/json.h>

#include "stack/report/render.h"

/* As in render_json.c: a node that could not be made becomes a null, and only the outermost object is looked at. */

static void add(struct json_object *object, const char *key, struct json_object *value)
{
    (void)json_object_object_add(object, key, value);
}

static void add_text(struct json_object *object, const char *key, const char *text)
{
    add(object, key, json_object_new_string(text));
}

static struct json_object *ladders_of(const struct report_facts *facts)
{
    struct json_object *ladders = json_object_new_object();

    for (size_t i = 0; i < facts->ladders_count; i++) {
        const struct report_ladder *ladder = &facts->ladders[i];
        struct json_object *object = json_object_new_object();
        add_text(object, "step", ladder->step);
        add(object, "number", json_object_new_int64(ladder->number));
        add(object, "attempt", json_object_new_int64(ladder->attempt));
        add_text(object, "hmi", ladder->hmi);
        add(ladders, ladder->function, object);
    }
    return ladders;
}

void report_json_add_supervisor(const struct report_facts *facts, struct json_object *object)
{
    if (facts->phase[0] == '\0')
        return;
    struct json_object *black_box = json_object_new_object();
    add_text(black_box, "path", facts->black_box_path);
    add_text(black_box, "state", facts->black_box_state);
    add_text(object, "phase", facts->phase);
    add(object, "generation", json_object_new_uint64(facts->generation));
    add(object, "black_box", black_box);
    add(object, "ladders", ladders_of(facts));
}

static void add_time(struct json_object *object, const char *key, int64_t t_us)
{
    add(object, key, t_us >= 0 ? json_object_new_int64(t_us) : NULL);
}

struct json_object *report_json_boot(const struct report_facts *facts)
{
    const struct report_boot *boot = &facts->boot;
    struct json_object *object = json_object_new_object();
    struct json_object *units = json_object_new_object(), *stages = json_object_new_array();

    for (size_t i = 0; i < boot->units_count; i++) {
        struct json_object *unit = json_object_new_object();
        add_time(unit, "exec_us", boot->units[i].exec_us);
        add_time(unit, "ready_us", boot->units[i].ready_us);
        add(units, boot->units[i].name, unit);
    }
    for (size_t i = 0; i < boot->stages_count; i++) {
        struct json_object *stage = json_object_new_object();
        add_text(stage, "stage", boot->stages[i].name);
        add_text(stage, "wait_for", boot->stages[i].wait_for);
        add_time(stage, "budget_us", boot->stages[i].budget_us);
        add_time(stage, "reached_us", boot->stages[i].reached_us);
        add_text(stage, "verdict", boot->stages[i].verdict);
        (void)json_object_array_add(stages, stage);
    }
    add_time(object, "fasciad_us", boot->fasciad_us);
    add(object, "units", units);
    add(object, "stages", stages);
    return object;
}
