/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What services and attached records say, down to the rendered page: {"supervisor": …, "events": …, "boot": …,
 * "link": …, "address": …, "audio": …, "levels": …, "attachments": [ … ], "snapshot": …, "histories": {MAC: …}}.
 */
#include <errno.h>
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#include "stack/report/facts_json.h"
#include "stack/report/render.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct report_profile profile = {
    .name = "fuzz",
    .title = "Every check",
    .requirements_count = REPORT_CHECKS_,
};

static char *page;
static size_t page_used;

#define PAGE_SIZE (8U << 20)

static int into_page(void *userdata, const char *text, size_t size)
{
    (void)userdata;
    if (size >= PAGE_SIZE - page_used)
        return -ENOSPC;
    memcpy(page + page_used, text, size);
    page_used += size;
    page[page_used] = '\0';
    return 0;
}

static struct json_object *member(struct json_object *object, const char *key)
{
    struct json_object *value = NULL;
    if (json_object_is_type(object, json_type_object))
        (void)json_object_object_get_ex(object, key, &value);
    return value;
}

static void render(const struct report_facts *facts)
{
    static struct report_profile all, some;
    static struct report_judgement judgement;
    static struct report_comparison one, two;
    const struct report_column columns[] = {{&all, &judgement}, {&some, &judgement}};
    struct report report = {.facts = facts, .comparison = &one, .generated = "now", .version = "0"};

    all = profile;
    for (unsigned int i = 0; i < REPORT_CHECKS_; i++) {
        all.requirements[i].check = (enum report_check)i;
        report_check_defaults((enum report_check)i, &all.requirements[i].parameters);
    }
    report_judge(facts, &all, &judgement);
    report_compare(columns, 1, &one);
    some = all; /* the same rules under another name */
    some.name[0] = 'g';
    report_compare(columns, 2, &two);

    struct report_out out = {.write = into_page};
    page_used = 0;
    report_html(&report, &out);
    if (out.error != 0 || strstr(page, "<script") != NULL || strchr(page, '\033') != NULL)
        abort(); /* every page can be written, and nothing foreign becomes part of it */
    page_used = 0;
    report_text(&report, &out);
    if (out.error != 0 || strchr(page, '\033') != NULL)
        abort();

    report.comparison = &two;
    page_used = 0;
    report_html(&report, &out);
    if (out.error != 0 || strstr(page, "<script") != NULL || strchr(page, '\033') != NULL)
        abort();
    page_used = 0;
    report_text(&report, &out);
    if (out.error != 0 || strchr(page, '\033') != NULL)
        abort();

    page_used = 0;
    report_svg_boot_document(facts, &out);
    if (out.error != 0 || strstr(page, "<script") != NULL || strchr(page, '\033') != NULL)
        abort();

    struct json_object *json = report_json(&report);
    struct json_object *again = json_tokener_parse(json_object_to_json_string(json));
    if (again == NULL)
        abort(); /* what is printed is JSON */
    (void)json_object_put(again);
    (void)json_object_put(json);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct report_facts facts;
    struct json_tokener *tokener = json_tokener_new();

    if (page == NULL)
        page = malloc(PAGE_SIZE);
    if (tokener == NULL || page == NULL || size > 1U << 20)
        return 0;
    struct json_object *document = json_tokener_parse_ex(tokener, (const char *)data, (int)size);
    json_tokener_free(tokener);
    if (document == NULL)
        return 0;

    memset(&facts, 0, sizeof facts);
    report_facts_read_supervisor(&facts, member(document, "supervisor"));
    report_facts_read_events(&facts, member(document, "events"));
    report_facts_read_boot(&facts, member(document, "boot"));
    report_facts_read_link(&facts, member(document, "link"));
    report_facts_read_address(&facts, member(document, "address"));
    report_facts_read_audio(&facts, member(document, "audio"));
    report_facts_read_levels(&facts, member(document, "levels"));
    struct json_object *histories = member(document, "histories");
    for (size_t i = 0; i < facts.link.peers_count; i++)
        report_facts_read_history(&facts, facts.link.peers[i].mac, member(histories, facts.link.peers[i].mac));
    struct json_object *attachments = member(document, "attachments");
    for (size_t i = 0; json_object_is_type(attachments, json_type_array) && i < 4; i++)
        (void)report_facts_read_attachment(&facts, json_object_array_get_idx(attachments, i));
    if (member(document, "snapshot") != NULL) /* in the place of the properties, as when an order is followed */
        report_facts_read_snapshot(&facts, member(document, "snapshot"));
    report_facts_settle(&facts);
    render(&facts);
    (void)json_object_put(document);
    return 0;
}
