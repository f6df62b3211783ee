/* SPDX-License-Identifier: Apache-2.0 */
#include <json-c/json.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "stack/report/render_json.h"

/*
 * Building never checks each node: json-c reports lack of memory as NULL, and a NULL member is a JSON null. Only the
 * outermost object is looked at. The schema test would see a null where a value belongs.
 */

void json_add(struct json_object *object, const char *key, struct json_object *value)
{
    (void)json_object_object_add(object, key, value);
}

void json_add_text(struct json_object *object, const char *key, const char *text)
{
    json_add(object, key, json_object_new_string(text));
}

void json_add_u64(struct json_object *object, const char *key, uint64_t value)
{
    json_add(object, key, json_object_new_uint64(value));
}

void json_add_bool(struct json_object *object, const char *key, bool value)
{
    json_add(object, key, json_object_new_boolean(value));
}

void json_add_check(struct json_object *object, const struct report_requirement *requirement)
{
    char parameters[128];
    struct fascia_text text;

    fascia_text_init(&text, parameters, sizeof parameters);
    report_parameters_text(requirement->check, &requirement->parameters, &text);
    json_add_text(object, "check", report_check_name(requirement->check));
    json_add_text(object, "parameters", text.start);
}

static struct json_object *functions_json(const struct report_facts *facts)
{
    struct json_object *functions = json_object_new_object();

    for (size_t i = 0; i < facts->functions_count; i++) {
        const struct report_function *function = &facts->functions[i];
        struct json_object *object = json_object_new_object();
        enum fascia_reason reason = FASCIA_REASON_NONE;
        json_add_text(object, "state", fascia_function_state_name(function->state));
        json_add_text(object, "reason", function->reason[0] != '\0' ? function->reason : "none");
        json_add_text(object, "detail", function->detail);
        if (fascia_reason_parse(function->reason, &reason) == 0 && reason != FASCIA_REASON_NONE) {
            json_add_text(object, "cause", fascia_reason_cause(reason));
            json_add_text(object, "remedy", fascia_reason_remedy(reason));
        }
        json_add(functions, function->name, object);
    }
    return functions;
}

static struct json_object *units_json(const struct report_facts *facts)
{
    struct json_object *units = json_object_new_object();

    for (size_t i = 0; i < facts->units_count; i++) {
        struct json_object *object = json_object_new_object();
        json_add_text(object, "state", facts->units[i].state);
        json_add_u64(object, "pid", facts->units[i].pid);
        json_add_u64(object, "restarts", facts->units[i].restarts);
        json_add(units, facts->units[i].name, object);
    }
    return units;
}

static struct json_object *address_json(const struct report_facts *facts)
{
    const struct report_address *address = &facts->address;
    struct json_object *object = json_object_new_object();
    struct json_object *interfaces = json_object_new_array(), *peers = json_object_new_array();

    for (size_t i = 0; i < address->interfaces_count; i++) {
        const struct report_interface *interface = &address->interfaces[i];
        struct json_object *row = json_object_new_object();
        json_add_text(row, "name", interface->name);
        json_add_text(row, "nd", interface->nd);
        json_add_u64(row, "peers", interface->peers);
        json_add_u64(row, "nd_packets", interface->nd_packets);
        json_add_u64(row, "mld_packets", interface->mld_packets);
        json_add_u64(row, "rs_packets", interface->rs_packets);
        json_add_u64(row, "packets", interface->packets);
        json_add_text(row, "offender", interface->offender);
        json_add_text(row, "address", interface->address);
        json_add_text(row, "mac", interface->mac);
        (void)json_object_array_add(interfaces, row);
    }
    for (size_t i = 0; i < address->peers_count; i++) {
        struct json_object *row = json_object_new_object();
        json_add_text(row, "mac", address->peers[i].mac);
        json_add_text(row, "address", address->peers[i].address);
        (void)json_object_array_add(peers, row);
    }
    json_add(object, "interfaces", interfaces);
    json_add(object, "peers", peers);
    return object;
}

struct json_object *report_json_status(const struct report_facts *facts)
{
    struct json_object *object = json_object_new_object();

    if (object == NULL)
        return NULL;
    json_add(object, "functions", functions_json(facts));
    json_add(object, "units", units_json(facts));
    report_json_add_supervisor(facts, object);
    json_add(object, "link", report_json_link(facts));
    json_add(object, "address", address_json(facts));
    report_json_add_aware(facts, object);
    json_add(object, "audio", report_json_audio(facts));
    json_add_text(object, "profile", facts->profile);
    json_add_text(object, "config_file", facts->config_file);
    return object;
}

static struct json_object *json_requirement(const struct report_finding *finding)
{
    const struct report_requirement *requirement = finding->requirement;
    struct json_object *object = json_object_new_object();

    json_add_text(object, "id", requirement->id);
    json_add_text(object, "title", requirement->title);
    json_add_text(object, "level", report_level_name(requirement->level));
    json_add_text(object, "verdict", report_verdict_name(finding->verdict));
    json_add_text(object, "outcome", report_outcome_name(finding->outcome));
    json_add_check(object, requirement);
    json_add_text(object, "evidence", finding->evidence);
    json_add_text(object, "source", requirement->source);
    json_add_text(object, "wording", report_wording_name(requirement->wording));
    return object;
}

static struct json_object *json_requirements(const struct report_judgement *judgement)
{
    struct json_object *array = json_object_new_array();

    for (size_t i = 0; i < judgement->findings_count; i++)
        (void)json_object_array_add(array, json_requirement(&judgement->findings[i]));
    return array;
}

static struct json_object *json_timeline(const struct report_facts *facts)
{
    struct json_object *array = json_object_new_array();

    for (size_t i = 0; i < facts->events_count; i++) {
        struct json_object *object = json_object_new_object();
        json_add(object, "t_ms", json_object_new_int64(facts->events[i].t_ms));
        json_add_text(object, "event", facts->events[i].name);
        json_add_text(object, "source", facts->events[i].source);
        json_add_text(object, "detail", facts->events[i].detail);
        (void)json_object_array_add(array, object);
    }
    return array;
}

struct json_object *report_json_counts(const struct report_judgement *judgement)
{
    struct json_object *counts = json_object_new_object();

    for (unsigned int i = 0; i < REPORT_VERDICTS_; i++)
        json_add_u64(counts, report_verdict_name((enum report_verdict)i), judgement->counts[i]);
    return counts;
}

static struct json_object *json_described(const struct report_described *described)
{
    struct json_object *object = json_object_new_object();

    json_add_text(object, "radio", described->radio);
    json_add_text(object, "title", described->title);
    json_add_text(object, "source", described->source);
    json_add_text(object, "country", described->country);
    json_add_text(object, "band", described->band);
    return object;
}

/* The verdict, and what it is by and about. */
static void add_head(struct json_object *object, const struct report *report)
{
    const struct report_profile *by = report_profile_of(report);
    const struct report_judgement *judgement = report_judgement_of(report);
    struct json_object *profile = json_object_new_object();

    json_add_text(profile, "name", by->name);
    json_add_text(profile, "title", by->title);
    json_add_text(profile, "about", by->about);
    json_add(object, "schema", json_object_new_int(REPORT_SCHEMA_VERSION));
    json_add_text(object, "fascia", report->version);
    json_add_text(object, "generated", report->generated);
    json_add_text(object, "verdict", report_verdict_name(judgement->overall));
    json_add_text(object, "headline", judgement->headline);
    json_add_text(object, "basis", report->facts->described.is ? "description" : "unit");
    if (report->facts->described.is)
        json_add(object, "described", json_described(&report->facts->described));
    json_add(object, "profile", profile);
    json_add(object, "counts", report_json_counts(judgement));
}

struct json_object *report_json(const struct report *report)
{
    struct json_object *object = json_object_new_object();

    if (object == NULL)
        return NULL;
    add_head(object, report);
    json_add(object, "functions", functions_json(report->facts));
    json_add(object, "units", units_json(report->facts));
    report_json_add_supervisor(report->facts, object);
    if (report->facts->boot.known)
        json_add(object, "boot", report_json_boot(report->facts));
    json_add(object, "requirements", json_requirements(report_judgement_of(report)));
    if (report->comparison->columns_count > 1)
        json_add(object, "comparison", report_json_comparison(report->comparison));
    json_add(object, "link", report_json_link(report->facts));
    json_add(object, "address", address_json(report->facts));
    report_json_add_aware(report->facts, object);
    json_add(object, "audio", report_json_audio(report->facts));
    if (report->phone != NULL)
        json_add(object, "phone", json_object_get(report->phone));
    if (report->sound != NULL)
        json_add(object, "sound", json_object_get(report->sound));
    json_add(object, "timeline", json_timeline(report->facts));
    json_add_u64(object, "cut", report->facts->cut);
    return object;
}
