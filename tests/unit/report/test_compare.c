/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/report/compare.h"

#include <stdio.h>
#include <string.h>

#include "tests/unit/report/facts_fixture.h"
#include "tests/unit/test.h"

static struct report_facts facts;
static struct report_profile profiles[REPORT_PROFILES_MAX];
static struct report_judgement judgements[REPORT_PROFILES_MAX];
static struct report_column columns[REPORT_PROFILES_MAX];
static struct report_comparison comparison;

static void add(size_t profile, const char *id, enum report_level level, uint32_t streams)
{
    struct report_requirement *to = &profiles[profile].requirements[profiles[profile].requirements_count++];

    *to = (struct report_requirement){
        .level = level, .check = REPORT_CHECK_MIMO_MIN_STREAMS, .parameters = {.tx = streams, .rx = streams}};
    (void)snprintf(to->id, sizeof to->id, "%s", id);
}

static void compare(size_t count)
{
    for (size_t i = 0; i < count; i++) {
        report_judge(&facts, &profiles[i], &judgements[i]);
        columns[i] = (struct report_column){&profiles[i], &judgements[i]};
    }
    memset(&comparison, 0xaa, sizeof comparison);
    report_compare(columns, count, &comparison);
}

static int two_profiles(void **state)
{
    (void)state;
    facts_of_good_unit(&facts);
    memset(profiles, 0, sizeof profiles);
    add(0, "both", REPORT_LEVEL_RECOMMENDED, 2);
    add(0, "first-only", REPORT_LEVEL_OPTIONAL, 2);
    add(1, "second-only", REPORT_LEVEL_OPTIONAL, 2);
    add(1, "both", REPORT_LEVEL_MANDATORY, 2);
    return 0;
}

static void rows_are_joined_by_id_in_the_first_profile_s_order(void **state)
{
    (void)state;
    compare(2);
    assert_int_equal(comparison.rows_count, 3);
    assert_ptr_equal(comparison.rows[0].cells[0]->requirement, &profiles[0].requirements[0]);
    assert_ptr_equal(comparison.rows[0].cells[1]->requirement, &profiles[1].requirements[1]);
    assert_null(comparison.rows[1].cells[1]);
    assert_null(comparison.rows[2].cells[0]);
    assert_int_equal(comparison.rows[2].first, 1);
    assert_string_equal(comparison.rows[2].cells[1]->requirement->id, "second-only");
}

static void evidence_that_reads_the_same_is_told_once(void **state)
{
    char line[32];
    struct fascia_text text;
    (void)state;
    compare(2);
    assert_int_equal(comparison.rows[0].evidence[0], 0);
    assert_int_equal(comparison.rows[0].evidence[1], 0);
    fascia_text_init(&text, line, sizeof line);
    report_row_letters(&comparison, &comparison.rows[0], 0, &text);
    assert_string_equal(line, "A, B");
    profiles[1].requirements[1].parameters.tx = 4; /* the same id, another figure: other evidence */
    compare(2);
    assert_int_equal(comparison.rows[0].evidence[1], 1);
    fascia_text_init(&text, line, sizeof line);
    report_row_letters(&comparison, &comparison.rows[0], 1, &text);
    assert_string_equal(line, "B");
}

static void the_first_of_the_worst_decides(void **state)
{
    (void)state;
    compare(2);
    assert_int_equal(comparison.worst, 0);
    profiles[0].requirements[0].parameters.tx = 4; /* recommended: warns */
    compare(2);
    assert_int_equal(comparison.worst, 0);
    profiles[1].requirements[1].parameters.tx = 4; /* mandatory: fails */
    compare(2);
    assert_int_equal(comparison.worst, 1);
    profiles[0].requirements[0].level = REPORT_LEVEL_MANDATORY;
    compare(2);
    assert_int_equal(comparison.worst, 0);
}

static void four_full_profiles_without_a_common_id_fit(void **state)
{
    (void)state;
    memset(profiles, 0, sizeof profiles);
    for (size_t i = 0; i < REPORT_ROWS_MAX; i++) {
        char id[16];
        (void)snprintf(id, sizeof id, "r-%zu", i);
        add(i / REPORT_REQUIREMENTS_MAX, id, REPORT_LEVEL_OPTIONAL, 2);
    }
    compare(REPORT_PROFILES_MAX);
    assert_int_equal(comparison.rows_count, REPORT_ROWS_MAX);
    assert_string_equal(comparison.rows[REPORT_ROWS_MAX - 1].cells[3]->requirement->id, "r-127");
    assert_int_equal(report_column_letter(3), 'D');
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(rows_are_joined_by_id_in_the_first_profile_s_order, two_profiles),
        cmocka_unit_test_setup(evidence_that_reads_the_same_is_told_once, two_profiles),
        cmocka_unit_test_setup(the_first_of_the_worst_decides, two_profiles),
        cmocka_unit_test_setup(four_full_profiles_without_a_common_id_fit, two_profiles),
    };
    return cmocka_run_group_tests_name("report/compare", tests, NULL, NULL);
}
