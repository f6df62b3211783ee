/* SPDX-License-Identifier: Apache-2.0 */
#include <json-c/json.h>

#include "stack/report/render_json.h"

/* Several profiles side by side; their names are the keys, so they must differ. */

static const char *name_of(const struct report_comparison *comparison, size_t column)
{
    return comparison->columns[column].profile->name;
}

static struct json_object *json_profiles(const struct report_comparison *comparison)
{
    struct json_object *array = json_object_new_array();

    for (size_t i = 0; i < comparison->columns_count; i++) {
        const struct report_column *column = &comparison->columns[i];
        struct json_object *object = json_object_new_object();
        json_add_text(object, "name", column->profile->name);
        json_add_text(object, "title", column->profile->title);
        json_add_text(object, "about", column->profile->about);
        json_add_text(object, "verdict", report_verdict_name(column->judgement->overall));
        json_add_text(object, "headline", column->judgement->headline);
        json_add(object, "counts", report_json_counts(column->judgement));
        (void)json_object_array_add(array, object);
    }
    return array;
}

static struct json_object *json_cell(const struct report_finding *finding)
{
    const struct report_requirement *requirement = finding->requirement;
    struct json_object *object = json_object_new_object();

    json_add_text(object, "level", report_level_name(requirement->level));
    json_add_text(object, "verdict", report_verdict_name(finding->verdict));
    json_add_text(object, "outcome", report_outcome_name(finding->outcome));
    json_add_check(object, requirement);
    json_add_text(object, "source", requirement->source);
    json_add_text(object, "wording", report_wording_name(requirement->wording));
    return object;
}

/* Each evidence once, with the profiles that it is of. */
static struct json_object *json_evidence(const struct report_comparison *comparison, const struct report_row *row)
{
    struct json_object *array = json_object_new_array();

    for (size_t i = 0; i < comparison->columns_count; i++) {
        if (row->cells[i] == NULL || row->evidence[i] != i)
            continue;
        struct json_object *object = json_object_new_object(), *profiles = json_object_new_array();
        for (size_t k = i; k < comparison->columns_count; k++) {
            if (row->cells[k] != NULL && row->evidence[k] == i)
                (void)json_object_array_add(profiles, json_object_new_string(name_of(comparison, k)));
        }
        json_add_text(object, "text", row->cells[i]->evidence);
        json_add(object, "profiles", profiles);
        (void)json_object_array_add(array, object);
    }
    return array;
}

static struct json_object *json_row(const struct report_comparison *comparison, const struct report_row *row)
{
    struct json_object *object = json_object_new_object(), *profiles = json_object_new_object();

    for (size_t i = 0; i < comparison->columns_count; i++) {
        if (row->cells[i] != NULL)
            json_add(profiles, name_of(comparison, i), json_cell(row->cells[i]));
    }
    json_add_text(object, "id", row->cells[row->first]->requirement->id);
    json_add_text(object, "title", row->cells[row->first]->requirement->title);
    json_add(object, "evidence", json_evidence(comparison, row));
    json_add(object, "profiles", profiles);
    return object;
}

struct json_object *report_json_comparison(const struct report_comparison *comparison)
{
    struct json_object *object = json_object_new_object(), *rows = json_object_new_array();

    for (size_t i = 0; i < comparison->rows_count; i++)
        (void)json_object_array_add(rows, json_row(comparison, &comparison->rows[i]));
    json_add(object, "profiles", json_profiles(comparison));
    json_add(object, "requirements", rows);
    return object;
}
