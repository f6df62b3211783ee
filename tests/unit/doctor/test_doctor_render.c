/* SPDX-License-Identifier: Apache-2.0 */
#include <json-c/json.h>
#include <string.h>

#include "stack/doctor/render.h"
#include "tests/unit/doctor/good_machine.h"
#include "tests/unit/test.h"

static char text[65536];
static size_t used;

static int keep(void *userdata, const char *piece, size_t size)
{
    (void)userdata;
    assert_true(used + size < sizeof text);
    memcpy(text + used, piece, size);
    used += size;
    text[used] = '\0';
    return 0;
}

static void render(const struct good_machine *m, bool all, bool colour)
{
    struct report_out out = {.write = keep, .colour = colour};

    used = 0;
    doctor_render_text(&m->findings, all, &out);
    assert_int_equal(out.error, 0);
}

static void problems_come_first_with_their_remedy_and_what_is_well_is_one_line(void **state)
{
    struct good_machine *m = good_machine();
    (void)state;

    m->facts.clock.synchronised = DOCTOR_NO;
    m->facts.entropy = DOCTOR_NO;
    good_machine_judge(m);
    render(m, false, false);
    const char *problem = strstr(text, "PROBLEM  entropy"), *warning = strstr(text, "WARNING  clock");
    assert_ptr_equal(problem, text);
    assert_true(warning > problem);
    assert_true(strstr(problem, "do:   Enable the board's generator") < warning);
    assert_non_null(strstr(text, "ok       kernel, modules, regulatory, firmware, radio, rfkill, owner, "));
    assert_non_null(strstr(text, "\n1 problem, 1 warning\n"));
    assert_null(strchr(text, '\033'));
}

static void all_gives_a_line_for_each_check(void **state)
{
    struct good_machine *m = good_machine();
    (void)state;

    good_machine_judge(m);
    render(m, true, true);
    for (unsigned int i = 0; i < DOCTOR_CHECKS_; i++)
        assert_non_null(strstr(text, doctor_check_id((enum doctor_check)i)));
    assert_non_null(strstr(text, "\033["));
    assert_non_null(strstr(text, "0 problems, 0 warnings\n"));
}

static void what_needs_root_says_what_root_would_see(void **state)
{
    struct good_machine *m = good_machine();
    (void)state;

    m->facts.firewall.readable = DOCTOR_NO;
    good_machine_judge(m);
    render(m, false, false);
    assert_non_null(strstr(text, "skipped  firewall"));
    assert_non_null(strstr(text, "as root: whether a packet filter drops"));
}

static void json_has_each_check_by_its_id(void **state)
{
    struct good_machine *m = good_machine();
    struct json_object *checks = NULL, *check = NULL, *findings = NULL, *value = NULL;
    (void)state;

    m->facts.switches[0].soft = true;
    good_machine_judge(m);
    struct json_object *document = doctor_render_json(&m->findings);
    assert_non_null(document);
    assert_true(json_object_object_get_ex(document, "overall", &value));
    assert_string_equal(json_object_get_string(value), "problem");
    assert_true(json_object_object_get_ex(document, "checks", &checks));
    assert_int_equal(json_object_object_length(checks), DOCTOR_CHECKS_);
    assert_true(json_object_object_get_ex(checks, "rfkill", &check));
    assert_true(json_object_object_get_ex(check, "verdict", &value));
    assert_string_equal(json_object_get_string(value), "problem");
    assert_true(json_object_object_get_ex(check, "findings", &findings));
    assert_int_equal(json_object_array_length(findings), 1);
    assert_true(json_object_object_get_ex(json_object_array_get_idx(findings, 0), "id", &value));
    assert_string_equal(json_object_get_string(value), "rfkill-soft");
    assert_true(json_object_object_get_ex(checks, "clock", &check));
    assert_true(json_object_object_get_ex(check, "findings", &findings));
    assert_false(json_object_object_get_ex(json_object_array_get_idx(findings, 0), "id", &value));
    (void)json_object_put(document);
}

static void too_many_findings_are_counted_not_lost_in_silence(void **state)
{
    struct good_machine *m = good_machine();
    (void)state;

    m->findings = (struct doctor_findings){.left_out = 3};
    render(m, false, false);
    assert_non_null(strstr(text, "and 3 more findings"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(problems_come_first_with_their_remedy_and_what_is_well_is_one_line),
        cmocka_unit_test(all_gives_a_line_for_each_check),
        cmocka_unit_test(what_needs_root_says_what_root_would_see),
        cmocka_unit_test(json_has_each_check_by_its_id),
        cmocka_unit_test(too_many_findings_are_counted_not_lost_in_silence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
