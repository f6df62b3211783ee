/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/profile/profile.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/test.h"

static struct report_profile profile;
static char message[PROFILE_MESSAGE_SIZE];

#define HEAD "profile: p\ntitle: t\nabout: a\nrequirements:\n"
#define REQUIREMENT                                                                                                    \
    "  - id: x\n    title: t\n    level: mandatory\n    check: link-local-address\n    wording: own\n    source: s\n"

static int parse(const char *text)
{
    memset(&profile, 0xaa, sizeof profile);
    return profile_parse("f.yaml", text, strlen(text), &profile, message);
}

static void expect_error(const char *text, const char *expected)
{
    assert_int_equal(parse(text), PROFILE_E_INVALID);
    assert_string_equal(message, expected);
    assert_int_equal((unsigned char)profile.name[0], 0xaa); /* untouched */
}

static void every_shipped_profile_is_valid_and_bears_its_file_s_name(void **state)
{
    static const char *const names[] = {"carplay-r10", "carplay-r10-strict", "wifi-aware-r26", "aftermarket"};
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char path[512];
        (void)snprintf(path, sizeof path, "%s/%s.yaml", PROFILES, names[i]);
        if (profile_load(path, &profile, message) != 0)
            fail_msg("%s", message);
        assert_string_equal(profile.name, names[i]);
        assert_true(profile.requirements_count > 0);
    }
}

static const struct report_requirement *requirement(const char *name, const char *id)
{
    char path[512];
    (void)snprintf(path, sizeof path, "%s/%s.yaml", PROFILES, name);
    assert_int_equal(profile_load(path, &profile, message), 0);
    for (size_t i = 0; i < profile.requirements_count; i++) {
        if (strcmp(profile.requirements[i].id, id) == 0)
            return &profile.requirements[i];
    }
    fail_msg("%s has no %s", name, id);
    return NULL;
}

static void second_hand_rules_say_that_they_are(void **state)
{
    const struct report_requirement *r = requirement("carplay-r10", "mimo-2x2");
    (void)state;
    assert_int_equal(r->level, REPORT_LEVEL_RECOMMENDED);
    assert_int_equal(r->wording, REPORT_WORDING_QUOTED);
    assert_non_null(strstr(r->source, "not read"));
    r = requirement("carplay-r10", "spatial-audio");
    assert_int_equal(r->level, REPORT_LEVEL_MANDATORY);
    assert_int_equal(r->wording, REPORT_WORDING_QUOTED);
    r = requirement("carplay-r10-strict", "mimo-2x2");
    assert_int_equal(r->level, REPORT_LEVEL_MANDATORY);
    assert_int_equal(r->wording, REPORT_WORDING_WHAT_IF);
    r = requirement("wifi-aware-r26", "no-neighbor-discovery");
    assert_int_equal(r->level, REPORT_LEVEL_MANDATORY);
    assert_int_equal(r->check, REPORT_CHECK_NO_NEIGHBOR_DISCOVERY);
    r = requirement("aftermarket", "six-speakers");
    assert_int_equal(r->level, REPORT_LEVEL_UNKNOWN);
    assert_int_equal(r->parameters.count, 6);
}

static void parameters_and_their_defaults_are_read(void **state)
{
    (void)state;
    assert_int_equal(
        parse(HEAD "  - {id: a, title: t, level: optional, check: mimo-min-streams, wording: own, source: s,"
                   " parameters: {tx: 2, rx: 3}}\n"
                   "  - {id: b, title: t, level: unknown, check: sound-measured, wording: quoted, source: s}\n"
                   "  - {id: c, title: t, level: recommended, check: functions-full, wording: what-if, source: s,"
                   " parameters: {function: audio}}\n"
                   "  - {id: d, title: t, level: mandatory, check: security-wpa3, wording: published, source: s,"
                   " parameters: {transition: true}}\n"),
        0);
    assert_int_equal(profile.requirements_count, 4);
    assert_int_equal(profile.requirements[0].parameters.tx, 2);
    assert_int_equal(profile.requirements[0].parameters.rx, 3);
    assert_int_equal(profile.requirements[1].parameters.tolerance_db, 1);
    assert_string_equal(profile.requirements[2].parameters.function, "audio");
    assert_true(profile.requirements[3].parameters.transition);
}

static void a_paragraph_is_folded_into_one_line(void **state)
{
    (void)state;
    assert_int_equal(parse("profile: p\ntitle: t\nabout: >\n  one\n  two\nrequirements:\n" REQUIREMENT), 0);
    assert_string_equal(profile.about, "one two");
}

static void an_unknown_key_names_place_and_known_keys(void **state)
{
    (void)state;
    expect_error(HEAD REQUIREMENT "    severity: high\n",
                 "f.yaml:11:5: requirements[0]: unknown key \"severity\"; known here are id, title, level, check, "
                 "wording, source, parameters");
    expect_error("profil: p\n",
                 "f.yaml:1:1: unknown key \"profil\"; known here are profile, title, about, requirements");
}

static void a_wrong_word_names_the_allowed_ones(void **state)
{
    (void)state;
    expect_error(HEAD "  - {id: a, title: t, level: must, check: functions-full, wording: own, source: s}\n",
                 "f.yaml:5:30: requirements[0].level: \"must\" is not known; allowed are mandatory, recommended, "
                 "optional, unknown");
    expect_error(HEAD "  - {id: a, title: t, level: optional, check: functions-full, wording: sure, source: s}\n",
                 "f.yaml:5:72: requirements[0].wording: \"sure\" is not known; allowed are published, quoted, what-if, "
                 "own");
    assert_int_equal(parse(HEAD "  - {id: a, title: t, level: optional, check: magic, wording: own, source: s}\n"),
                     PROFILE_E_INVALID);
    assert_non_null(strstr(message, "f.yaml:5:47: requirements[0].check: \"magic\" is not known; allowed are "
                                    "functions-full, mimo-min-streams"));
}

static void a_parameter_that_does_not_fit_its_check_is_an_error(void **state)
{
    (void)state;
    expect_error(HEAD REQUIREMENT "    parameters: {tx: 2}\n",
                 "f.yaml:11:18: requirements[0].parameters: unknown parameter \"tx\"; check link-local-address takes "
                 "none");
    expect_error(
        HEAD "  - {id: a, title: t, level: optional, check: speakers-min, wording: own, source: s,"
             " parameters: {count: 99}}\n",
        "f.yaml:5:106: requirements[0].parameters.count: \"99\" is not valid; allowed are whole numbers from 1 "
        "to 16");
    expect_error(HEAD "  - {id: a, title: t, level: optional, check: speakers-min, wording: own, source: s}\n",
                 "f.yaml:5:5: requirements[0].parameters: count is missing; allowed are 1 to 16");
    expect_error(HEAD "  - {id: a, title: t, level: optional, check: security-wpa3, wording: own, source: s,"
                      " parameters: {transition: 1}}\n",
                 "f.yaml:5:112: requirements[0].parameters.transition: \"1\" is not true or false");
}

static void what_is_missing_or_twice_is_an_error(void **state)
{
    (void)state;
    expect_error("profile: p\ntitle: t\nabout: a\n", "f.yaml:1:1: requirements is missing");
    expect_error("profile: p\nprofile: q\n", "f.yaml:2:1: profile is set twice");
    expect_error(HEAD REQUIREMENT REQUIREMENT,
                 "f.yaml:11:9: requirements[1].id: \"x\" is the id of requirements[0] already");
    expect_error(HEAD "  - id: x\n", "f.yaml:5:5: requirements[0]: title is missing");
    expect_error("profile: p\ntitle: t\nabout: a\nrequirements: []\n",
                 "f.yaml:4:15: requirements: has 0 entries; allowed are 1 to 32");
    expect_error("", "f.yaml:1:1: the file is empty");
    expect_error(HEAD REQUIREMENT "--- \nprofile: q\n", "f.yaml:12:1: a second document; one file holds one profile");
}

static void names_and_texts_are_bounded(void **state)
{
    static char text[PROFILE_FILE_MAX + 2];
    (void)state;
    expect_error("profile: ../x\ntitle: t\nabout: a\nrequirements:\n" REQUIREMENT,
                 "f.yaml:1:10: profile: \"../x\" is not valid; allowed are a-z, 0-9 and hyphens");
    expect_error("profile: p\ntitle: \"a\\nb\"\nabout: a\nrequirements:\n" REQUIREMENT,
                 "f.yaml:2:8: title: holds a control character; write it as one paragraph");
    expect_error("profile: p\ntitle: \"\"\nabout: a\nrequirements:\n" REQUIREMENT,
                 "f.yaml:2:8: title: is 0 characters long; allowed are 1 to 95");
    expect_error("profile: p\ntitle: [t]\nabout: a\nrequirements:\n" REQUIREMENT, "f.yaml:2:8: title: must be a text");
    memset(text, 'x', sizeof text - 1);
    expect_error(text, "f.yaml:1:1: the file is larger than 65536 octets");
}

static void text_that_is_not_yaml_is_refused_with_its_place(void **state)
{
    (void)state;
    assert_int_equal(parse("profile: [\n"), PROFILE_E_INVALID);
    assert_non_null(strstr(message, "f.yaml:2:1: not YAML: "));
    assert_int_equal(parse("- 1\n"), PROFILE_E_INVALID);
    assert_string_equal(message, "f.yaml:1:1: must be a mapping with the keys profile, title, about, requirements");
    assert_int_equal(parse("&a profile: *a\n"), PROFILE_E_INVALID);
}

static void a_file_that_is_not_there_says_so(void **state)
{
    (void)state;
    assert_int_equal(profile_load("/nonexistent/p.yaml", &profile, message), -ENOENT);
    assert_string_equal(message, "/nonexistent/p.yaml: cannot be read: No such file or directory");
    assert_true(profile_load("/", &profile, message) < 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_shipped_profile_is_valid_and_bears_its_file_s_name),
        cmocka_unit_test(second_hand_rules_say_that_they_are),
        cmocka_unit_test(parameters_and_their_defaults_are_read),
        cmocka_unit_test(a_paragraph_is_folded_into_one_line),
        cmocka_unit_test(an_unknown_key_names_place_and_known_keys),
        cmocka_unit_test(a_wrong_word_names_the_allowed_ones),
        cmocka_unit_test(a_parameter_that_does_not_fit_its_check_is_an_error),
        cmocka_unit_test(what_is_missing_or_twice_is_an_error),
        cmocka_unit_test(names_and_texts_are_bounded),
        cmocka_unit_test(text_that_is_not_yaml_is_refused_with_its_place),
        cmocka_unit_test(a_file_that_is_not_there_says_so),
    };
    return cmocka_run_group_tests_name("report/profile", tests, NULL, NULL);
}
