/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/doctor/render.h"

#include <json-c/json.h>
#include <string.h>

static const char *const marks[DOCTOR_VERDICTS_] = {
    [DOCTOR_VERDICT_OK] = "ok",           [DOCTOR_VERDICT_SKIPPED] = "skipped", [DOCTOR_VERDICT_UNKNOWN] = "unknown",
    [DOCTOR_VERDICT_WARNING] = "WARNING", [DOCTOR_VERDICT_PROBLEM] = "PROBLEM",
};

static const char *const colours[DOCTOR_VERDICTS_] = {
    [DOCTOR_VERDICT_OK] = "\033[1;32m",      [DOCTOR_VERDICT_SKIPPED] = "\033[2m",
    [DOCTOR_VERDICT_UNKNOWN] = "\033[2m",    [DOCTOR_VERDICT_WARNING] = "\033[1;33m",
    [DOCTOR_VERDICT_PROBLEM] = "\033[1;31m",
};

static void mark(struct report_out *out, enum doctor_verdict verdict)
{
    report_put(out, out->colour ? colours[verdict] : "");
    report_pad(out, marks[verdict], 9);
    report_put(out, out->colour ? "\033[0m" : "");
}

/* Lines of a finding are not wrapped: a remedy is copied to a shell. */
static void one(const struct doctor_finding *finding, struct report_out *out)
{
    mark(out, finding->verdict);
    report_pad(out, doctor_check_id(finding->check), 13);
    if (finding->cause_id == DOCTOR_CAUSE_NONE) {
        report_add(out, "%s\n", finding->seen);
        if (finding->verdict == DOCTOR_VERDICT_SKIPPED && doctor_check_denied(finding->check)[0] != '\0')
            report_add(out, "                      as root: %s\n", doctor_check_denied(finding->check));
        return;
    }
    report_add(out, "%s\n                      seen: %s\n                      do:   %s\n", finding->cause,
               finding->seen, finding->remedy);
}

static size_t those(const struct doctor_findings *findings, enum doctor_verdict verdict, struct report_out *out)
{
    size_t count = 0;

    for (size_t i = 0; i < findings->count; i++) {
        if (findings->list[i].verdict != verdict)
            continue;
        count++;
        if (out)
            one(&findings->list[i], out);
    }
    return count;
}

static void well(const struct doctor_findings *findings, struct report_out *out)
{
    size_t count = those(findings, DOCTOR_VERDICT_OK, NULL);

    if (count == 0)
        return;
    mark(out, DOCTOR_VERDICT_OK);
    for (size_t i = 0; i < findings->count; i++) {
        if (findings->list[i].verdict == DOCTOR_VERDICT_OK)
            report_add(out, "%s%s", doctor_check_id(findings->list[i].check), --count > 0 ? ", " : "\n");
    }
}

void doctor_render_text(const struct doctor_findings *findings, bool all, struct report_out *out)
{
    size_t problems = those(findings, DOCTOR_VERDICT_PROBLEM, out);
    size_t warnings = those(findings, DOCTOR_VERDICT_WARNING, out);

    (void)those(findings, DOCTOR_VERDICT_UNKNOWN, out);
    (void)those(findings, DOCTOR_VERDICT_SKIPPED, out);
    if (all)
        (void)those(findings, DOCTOR_VERDICT_OK, out);
    else
        well(findings, out);
    if (findings->left_out > 0)
        report_add(out, "and %u more findings\n", findings->left_out);
    report_add(out, "%zu problem%s, %zu warning%s\n", problems, problems == 1 ? "" : "s", warnings,
               warnings == 1 ? "" : "s");
}

static int put_text(struct json_object *object, const char *key, const char *text)
{
    struct json_object *value = json_object_new_string(text);

    if (!value || json_object_object_add(object, key, value) < 0) {
        (void)json_object_put(value);
        return -1;
    }
    return 0;
}

static int put(struct json_object *object, const char *key, struct json_object *value)
{
    if (!value || json_object_object_add(object, key, value) < 0) {
        (void)json_object_put(value);
        return -1;
    }
    return 0;
}

static int append(struct json_object *array, struct json_object *value)
{
    if (!value || json_object_array_add(array, value) < 0) {
        (void)json_object_put(value);
        return -1;
    }
    return 0;
}

static struct json_object *json_finding(const struct doctor_finding *finding)
{
    struct json_object *object = json_object_new_object();
    int r = object ? put_text(object, "verdict", doctor_verdict_name(finding->verdict)) : -1;

    if (r == 0)
        r = put_text(object, "seen", finding->seen);
    if (r == 0 && finding->cause_id != DOCTOR_CAUSE_NONE) {
        r = put_text(object, "id", doctor_cause_id(finding->cause_id));
        if (r == 0)
            r = put_text(object, "cause", finding->cause);
        if (r == 0)
            r = put_text(object, "remedy", finding->remedy);
    }
    if (r == 0 && finding->verdict == DOCTOR_VERDICT_SKIPPED && doctor_check_denied(finding->check)[0] != '\0')
        r = put_text(object, "as_root", doctor_check_denied(finding->check));
    if (r == 0)
        return object;
    (void)json_object_put(object);
    return NULL;
}

/* The check that begins at `first`; its verdict is the worst of its findings. */
static struct json_object *json_check(const struct doctor_findings *findings, size_t first, size_t *ret_next)
{
    enum doctor_check check = findings->list[first].check;
    enum doctor_verdict worst = DOCTOR_VERDICT_OK;
    struct json_object *object = json_object_new_object(), *list = json_object_new_array();
    int r = object && list ? 0 : -1;
    size_t at = first;

    for (; at < findings->count && findings->list[at].check == check; at++) {
        worst = findings->list[at].verdict > worst ? findings->list[at].verdict : worst;
        if (r == 0)
            r = append(list, json_finding(&findings->list[at]));
    }
    *ret_next = at;
    if (r == 0)
        r = put_text(object, "title", doctor_check_title(check));
    if (r == 0)
        r = put_text(object, "verdict", doctor_verdict_name(worst));
    if (r == 0) {
        r = put(object, "findings", list);
        list = NULL; /* given away, or released */
    }
    if (r == 0)
        return object;
    (void)json_object_put(list);
    (void)json_object_put(object);
    return NULL;
}

struct json_object *doctor_render_json(const struct doctor_findings *findings)
{
    struct json_object *document = json_object_new_object(), *checks = json_object_new_object();
    int r = document && checks ? 0 : -1;

    for (size_t i = 0; r == 0 && i < findings->count;) {
        const char *id = doctor_check_id(findings->list[i].check);
        r = put(checks, id, json_check(findings, i, &i));
    }
    if (r == 0)
        r = put_text(document, "overall", doctor_verdict_name(doctor_overall(findings)));
    if (r == 0) {
        r = put(document, "checks", checks);
        checks = NULL;
    }
    if (r == 0)
        return document;
    (void)json_object_put(checks);
    (void)json_object_put(document);
    return NULL;
}
