/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A radio's description, down to the rendered offline report. Input as of link_wiphy: messages of
 * <u16 little-endian length><attributes>.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "stack/link/capability.h"
#include "stack/report/facts_radio.h"
#include "stack/report/render.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char page[1U << 20];
static size_t used;

static int into_page(void *userdata, const char *text, size_t size)
{
    (void)userdata;
    if (size >= sizeof page - used)
        return -ENOSPC;
    memcpy(page + used, text, size);
    used += size;
    page[used] = '\0';
    return 0;
}

static void expect_clean(const struct report_out *out)
{
    if (out->error != 0 || strchr(page, '\033') != NULL || strstr(page, "<script") != NULL)
        abort();
    used = 0;
}

static void judge(const struct report_facts *facts)
{
    static struct report_profile profile;
    static struct report_judgement judgement;
    static struct report_comparison comparison;
    const struct report_column column = {&profile, &judgement};
    const struct report report = {.facts = facts, .comparison = &comparison, .generated = "now", .version = "0"};
    struct report_out out = {.write = into_page};

    profile = (struct report_profile){.name = "fuzz", .title = "Every check", .requirements_count = REPORT_CHECKS_};
    for (unsigned int i = 0; i < REPORT_CHECKS_; i++) {
        profile.requirements[i].check = (enum report_check)i;
        report_check_defaults((enum report_check)i, &profile.requirements[i].parameters);
    }
    report_judge(facts, &profile, &judgement);
    report_compare(&column, 1, &comparison);
    for (unsigned int i = 0; i < REPORT_CHECKS_; i++) {
        if (judgement.findings[i].evidence[0] == '\0')
            abort(); /* every line has evidence */
    }
    used = 0;
    report_html(&report, &out);
    expect_clean(&out);
    report_text(&report, &out);
    expect_clean(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const bands[] = {NULL, "2.4GHz", "6GHz"};
    static struct wiphy_table table;
    static struct capability capability;
    static struct report_facts facts;
    static const struct radio_about about = {.radio = "fuzz"};

    memset(&table, 0, sizeof table);
    while (size >= 2) {
        size_t length = (size_t)data[0] | (size_t)data[1] << 8;
        data += 2;
        size -= 2;
        if (length > size)
            length = size;
        (void)wiphy_parse(&table, data, length);
        data += length;
        size -= length;
    }
    if (table.count == 0)
        return 0;
    capability_of(&table.radios[0], LINK_STANDARD_NEWEST, &capability);
    for (size_t i = 0; i < sizeof bands / sizeof bands[0]; i++) {
        memset(&facts, 0, sizeof facts);
        report_facts_of_radio(
            &facts, &(struct report_radio){
                        .capability = &capability, .about = &about, .country = i == 1 ? "DE" : NULL, .band = bands[i]});
        judge(&facts);
    }
    return 0;
}
