/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <json-c/json.h>
#include <string.h>

#include "stack/report/chart.h"
#include "stack/report/facts_json.h"
#include "stack/report/render.h"
#include "tests/unit/test.h"

/* fasciad at 2 s; one unit ready, one not, one adopted, one never started; a stage of each verdict. */
static const char boot_json[] = "[2000000,[[\"one\",2100000,2600000],[\"two\",2700000,-1],[\"three\",-1,1500000],"
                                "[\"four\",-1,-1]],"
                                "[[\"a\",\"one\",4000000,2600000,\"met\"],[\"b\",\"link\",3000000,3500000,\"late\"],"
                                "[\"c\",\"two\",5000000,-1,\"missed\"],[\"d\",\"audio\",8000000,-1,\"pending\"]]]";

static struct report_facts facts;
static char page[1 << 17];
static size_t page_used;

static void read_json(const char *text)
{
    struct json_object *json = json_tokener_parse(text);

    memset(&facts, 0, sizeof facts);
    report_facts_read_boot(&facts, json);
    json_object_put(json);
}

static int a_boot(void **state)
{
    (void)state;
    read_json(boot_json);
    return 0;
}

static int into_page(void *userdata, const char *text, size_t size)
{
    (void)userdata;
    if (size >= sizeof page - page_used)
        return -ENOSPC;
    memcpy(page + page_used, text, size);
    page_used += size;
    page[page_used] = '\0';
    return 0;
}

static void text_of_boot(size_t width)
{
    struct report_out out = {.write = into_page};

    page_used = 0;
    page[0] = '\0';
    report_text_boot(&facts, width, &out);
    assert_int_equal(out.error, 0);
}

static void svg_of_boot(void)
{
    struct report_out out = {.write = into_page};

    page_used = 0;
    report_svg_boot_document(&facts, &out);
    assert_int_equal(out.error, 0);
}

#define CONTAINS(part) assert_non_null(strstr(page, part))

static void a_boot_is_read(void **state)
{
    (void)state;
    assert_true(facts.boot.known);
    assert_int_equal(facts.boot.fasciad_us, 2000000);
    assert_int_equal(facts.boot.units_count, 4);
    assert_int_equal(facts.boot.units[2].exec_us, -1);
    assert_int_equal(facts.boot.units[2].ready_us, 1500000);
    assert_string_equal(facts.boot.stages[1].wait_for, "link");
    assert_int_equal(facts.boot.stages[1].budget_us, 3000000);
    assert_false(report_stage_is_missed(&facts.boot.stages[0]));
    assert_true(report_stage_is_missed(&facts.boot.stages[1]));
    assert_true(report_stage_is_missed(&facts.boot.stages[2]));
    assert_false(report_stage_is_missed(&facts.boot.stages[3]));
}

static void what_is_no_boot_stays_unknown(void **state)
{
    static const char *const texts[] = {"null", "[]", "[1]", "{}", "7", "[1,[]]"};
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        read_json(texts[i]);
        assert_false(facts.boot.known);
        text_of_boot(80);
        assert_string_equal(page, "");
    }
}

static void times_that_cannot_be_are_cut_or_not_yet(void **state)
{
    (void)state;
    read_json("[9223372036854775807,[[\"x\",-9,\"soon\"],[],null],[[\"s\",null,1e300,-1e300,5]]]");
    assert_int_equal(facts.boot.fasciad_us, REPORT_BOOT_LONGEST_US);
    assert_int_equal(facts.boot.units[0].exec_us, -1);
    assert_int_equal(facts.boot.units[0].ready_us, -1);
    assert_string_equal(facts.boot.units[2].name, "");
    assert_int_equal(facts.boot.stages[0].reached_us, -1);
    text_of_boot(80);
    svg_of_boot();
}

static void a_snapshot_is_what_changes(void **state)
{
    struct json_object *json =
        json_tokener_parse("[9,\"STANDBY\",[[\"link\",\"OFF\",\"none\",\"\"]],[[\"hostapd\",\"IDLE\",0,2]],"
                           "[[\"link\",\"safe\",1,\"link.safe\",4],[\"audio\",\"preferred\",1,\"\",0]]]");
    (void)state;
    memset(&facts, 0, sizeof facts);
    report_facts_read_snapshot(&facts, json);
    json_object_put(json);
    assert_true(facts.supervisor_answered);
    assert_true(facts.generation == 9);
    assert_string_equal(facts.phase, "STANDBY");
    assert_int_equal(facts.functions[0].state, FASCIA_FUNCTION_OFF);
    assert_int_equal(facts.units[0].restarts, 2);
    assert_string_equal(report_facts_fallen(&facts, "link")->hmi, "link.safe");
    assert_null(report_facts_fallen(&facts, "audio")); /* on its first step */
    assert_null(report_facts_fallen(&facts, "address"));
}

static void the_picture_spans_the_boot_and_the_budgets_that_count(void **state)
{
    struct chart chart = chart_of_boot(&facts.boot);
    (void)state;
    assert_int_equal(chart.from_us, 0);
    assert_true(chart.to_us > 8000000 && chart.to_us < 9000000);
    assert_int_equal(chart_x(&chart, -5, 100), 0);
    assert_int_equal(chart_x(&chart, chart.to_us * 2, 100), 100);

    for (size_t i = 0; i < facts.boot.stages_count; i++)
        memcpy(facts.boot.stages[i].verdict, "untimed", sizeof "untimed");
    chart = chart_of_boot(&facts.boot);
    assert_true(chart.to_us < 4000000);
}

static void a_late_fasciad_begins_its_own_picture(void **state)
{
    (void)state;
    read_json("[86400000000,[[\"one\",86400100000,86400300000]],[[\"a\",\"one\",4000000,86400300000,\"untimed\"]]]");
    struct chart chart = chart_of_boot(&facts.boot);
    assert_int_equal(chart.from_us, INT64_C(86400000000));
    text_of_boot(100);
    CONTAINS("started long after the kernel");
    CONTAINS("86400.300 s untimed");
    CONTAINS("86400.10 s");
    char *legend = strstr(page, "  = exec");
    assert_non_null(legend);
    *legend = '\0';
    assert_null(strchr(page, '|')); /* no budget to meet */
}

static void ticks_are_round_and_few(void **state)
{
    static const int64_t spans[] = {1, 9, 10, 999, 12345, 6200000, 86400000000, REPORT_BOOT_LONGEST_US};
    (void)state;
    for (size_t i = 0; i < sizeof spans / sizeof spans[0]; i++) {
        int64_t step = chart_tick_step(spans[i], 8), leading = step;
        assert_true(spans[i] / step <= 8);
        while (leading >= 10) {
            assert_int_equal(leading % 10, 0);
            leading /= 10;
        }
        assert_true(leading == 1 || leading == 2 || leading == 5);
    }
}

static void a_tick_has_the_decimals_that_its_step_needs(void **state)
{
    static const struct {
        int64_t t_us, step_us;
        const char *text;
    } rows[] = {{2000000, 1000000, "2 s"}, {2400000, 200000, "2.4 s"}, {50000, 50000, "0.05 s"}, {0, 2000000, "0 s"}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[24];
        struct fascia_text tick;
        fascia_text_init(&tick, text, sizeof text);
        chart_tick_text(rows[i].t_us, rows[i].step_us, &tick);
        assert_string_equal(text, rows[i].text);
    }
}

static void each_row_says_what_its_bar_shows(void **state)
{
    (void)state;
    text_of_boot(80);
    CONTAINS(" 2.100 to 2.600 s\n");
    CONTAINS("?  2.700 s, not ready\n");
    CONTAINS(" ready at 1.500 s\n");
    CONTAINS(" not started\n");
    CONTAINS(" 2.600 of 4.000 s met\n");
    CONTAINS(" 3.500 of 3.000 s LATE\n");
    CONTAINS("X  - of 5.000 s MISSED\n");
    CONTAINS(" - of 8.000 s pending\n");
}

static void the_text_keeps_to_its_width(void **state)
{
    static const size_t widths[] = {0, 72, 80, 133, 200, 100000};
    (void)state;
    memset(facts.boot.units[0].name, 'n', sizeof facts.boot.units[0].name - 1);
    for (size_t i = 0; i < sizeof widths / sizeof widths[0]; i++) {
        size_t most = widths[i] < 72 ? 72 : widths[i];
        text_of_boot(widths[i]);
        for (const char *line = page; *line != '\0';) {
            size_t n = strcspn(line, "\n");
            /* A name that is longer than its column moves its own row by what is too much. */
            assert_true(n <= (most < 200 ? most : 200) + (line[2] == 'n' && line[3] == 'n' ? 8 : 0));
            line += n + (line[n] == '\n');
        }
    }
}

static void the_picture_marks_a_miss_by_a_sign_and_a_word(void **state)
{
    const char *at = page;
    size_t crosses = 0;
    (void)state;
    svg_of_boot();
    while ((at = strstr(at, "class=\"cross bad\"")) != NULL) {
        crosses++;
        at++;
    }
    assert_int_equal(crosses, 2);
    CONTAINS("MISSED");
    CONTAINS("LATE");
    CONTAINS("class=\"open bad\"");
    assert_null(strstr(page, "var(")); /* a viewer of pictures may not know variables */
}

static void the_json_says_not_yet_as_null(void **state)
{
    struct json_object *json = report_json_boot(&facts), *value = NULL;
    (void)state;
    assert_int_equal(json_pointer_get(json, "/units/two/ready_us", &value), 0);
    assert_null(value);
    assert_int_equal(json_pointer_get(json, "/units/two/exec_us", &value), 0);
    assert_int_equal(json_object_get_int64(value), 2700000);
    assert_int_equal(json_pointer_get(json, "/stages/1/verdict", &value), 0);
    assert_string_equal(json_object_get_string(value), "late");
    json_object_put(json);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_boot_is_read, a_boot),
        cmocka_unit_test(what_is_no_boot_stays_unknown),
        cmocka_unit_test(times_that_cannot_be_are_cut_or_not_yet),
        cmocka_unit_test(a_snapshot_is_what_changes),
        cmocka_unit_test_setup(the_picture_spans_the_boot_and_the_budgets_that_count, a_boot),
        cmocka_unit_test(a_late_fasciad_begins_its_own_picture),
        cmocka_unit_test(ticks_are_round_and_few),
        cmocka_unit_test(a_tick_has_the_decimals_that_its_step_needs),
        cmocka_unit_test_setup(each_row_says_what_its_bar_shows, a_boot),
        cmocka_unit_test_setup(the_text_keeps_to_its_width, a_boot),
        cmocka_unit_test_setup(the_picture_marks_a_miss_by_a_sign_and_a_word, a_boot),
        cmocka_unit_test_setup(the_json_says_not_yet_as_null, a_boot),
    };
    return cmocka_run_group_tests_name("report/boot", tests, NULL, NULL);
}
