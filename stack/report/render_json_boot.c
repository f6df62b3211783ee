/* SPDX-License-Identifier: Apache-2.0 */
#include <json-c/json.h>

#include "stack/report/render_json.h"

/* As in render_json.c: a node that could not be made becomes a null, and only the outermost object is looked at. */

static struct json_object *ladders_of(const struct report_facts *facts)
{
    struct json_object *ladders = json_object_new_object();

    for (size_t i = 0; i < facts->ladders_count; i++) {
        const struct report_ladder *ladder = &facts->ladders[i];
        struct json_object *object = json_object_new_object();
        json_add_text(object, "step", ladder->step);
        json_add(object, "number", json_object_new_int64(ladder->number));
        json_add(object, "attempt", json_object_new_int64(ladder->attempt));
        json_add_text(object, "hmi", ladder->hmi);
        json_add(ladders, ladder->function, object);
    }
    return ladders;
}

void report_json_add_supervisor(const struct report_facts *facts, struct json_object *object)
{
    if (facts->phase[0] == '\0')
        return;
    struct json_object *black_box = json_object_new_object();
    json_add_text(black_box, "path", facts->black_box_path);
    json_add_text(black_box, "state", facts->black_box_state);
    json_add_text(object, "phase", facts->phase);
    json_add(object, "generation", json_object_new_uint64(facts->generation));
    json_add(object, "black_box", black_box);
    json_add(object, "ladders", ladders_of(facts));
}

static void add_time(struct json_object *object, const char *key, int64_t t_us)
{
    json_add(object, key, t_us >= 0 ? json_object_new_int64(t_us) : NULL);
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
        json_add(units, boot->units[i].name, unit);
    }
    for (size_t i = 0; i < boot->stages_count; i++) {
        struct json_object *stage = json_object_new_object();
        json_add_text(stage, "stage", boot->stages[i].name);
        json_add_text(stage, "wait_for", boot->stages[i].wait_for);
        add_time(stage, "budget_us", boot->stages[i].budget_us);
        add_time(stage, "reached_us", boot->stages[i].reached_us);
        json_add_text(stage, "verdict", boot->stages[i].verdict);
        (void)json_object_array_add(stages, stage);
    }
    add_time(object, "fasciad_us", boot->fasciad_us);
    json_add(object, "units", units);
    json_add(object, "stages", stages);
    return object;
}
