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
    r = requirement("carplay-r10-strict", "wifi-6");
    assert_int_equal(r->level, REPORT_LEVEL_MANDATORY);
    assert_int_equal(r->wording, REPORT_WORDING_WHAT_IF);
    r = requirement("aftermarket", "mimo-1x1");
    assert_int_equal(r->level, REPORT_LEVEL_MANDATORY);
    assert_int_equal(r->parameters.tx, 1);
    assert_int_equal(requirement("aftermarket", "mimo-2x2")->level, REPORT_LEVEL_OPTIONAL); /* 1x1 is tolerated */
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

static void a_band_is_one_of_a_list_and_has_defaults_beside_it(void **state)
{
    (void)state;
    assert_int_equal(parse(HEAD
                           "  - {id: a, title: t, level: optional, check: band-available, wording: own, source: s,"
                           " parameters: {band: 5GHz, radar: true}}\n"
                           "  - {id: b, title: t, level: optional, check: wifi-generation-capable, wording: own,"
                           " source: s, parameters: {generation: 6}}\n"
                           "  - {id: c, title: t, level: optional, check: nan-available, wording: own, source: s}\n"),
                     0);
    assert_string_equal(profile.requirements[0].parameters.band, "5GHz");
    assert_int_equal(profile.requirements[0].parameters.mhz, 20);
    assert_true(profile.requirements[0].parameters.radar);
    assert_string_equal(profile.requirements[1].parameters.band, "any");
    assert_false(profile.requirements[2].parameters.with_ap);
}

static void parameters_can_be_written_as_a_file_has_them(void **state)
{
    char line[128];
    struct fascia_text text;
    struct report_parameters parameters;
    (void)state;
    report_check_defaults(REPORT_CHECK_BAND_AVAILABLE, &parameters);
    memcpy(parameters.band, "6GHz", 5);
    fascia_text_init(&text, line, sizeof line);
    report_parameters_text(REPORT_CHECK_BAND_AVAILABLE, &parameters, &text);
    assert_string_equal(line, "band: 6GHz, mhz: 20, radar: false");
    fascia_text_init(&text, line, sizeof line);
    report_parameters_text(REPORT_CHECK_PHONE_TRAFFIC, &parameters, &text);
    assert_string_equal(line, "");
    report_parameters_text(REPORT_CHECKS_, &parameters, &text);
    assert_string_equal(line, "");
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

#define BAND_CHECK(parameters)                                                                                         \
    HEAD "  - {id: a, title: t, level: optional, check: band-available, wording: own, source: s" parameters "}\n"

static void a_wrong_choice_names_the_allowed_ones(void **state)
{
    (void)state;
    expect_error(
        BAND_CHECK(", parameters: {band: 5 GHz}"),
        "f.yaml:5:107: requirements[0].parameters.band: \"5 GHz\" is not known; allowed are 2.4GHz, 5GHz, 6GHz");
    expect_error(
        BAND_CHECK(", parameters: {band: [5GHz]}"),
        "f.yaml:5:107: requirements[0].parameters.band: \"(not a word)\" is not known; allowed are 2.4GHz, 5GHz, "
        "6GHz");
    expect_error(BAND_CHECK(", parameters: {band: any}"),
                 "f.yaml:5:107: requirements[0].parameters.band: \"any\" is not known; allowed are 2.4GHz, 5GHz, 6GHz");
    expect_error(BAND_CHECK(", parameters: {radar: true}"),
                 "f.yaml:5:100: requirements[0].parameters: band is missing");
    expect_error(BAND_CHECK(""), "f.yaml:5:5: requirements[0].parameters: band is missing");
    expect_error(BAND_CHECK(", parameters: {band: 5GHz, mhz: 10}"),
                 "f.yaml:5:118: requirements[0].parameters.mhz: \"10\" is not valid; allowed are whole numbers from 20 "
                 "to 320");
    expect_error(BAND_CHECK(", parameters: {band: 5GHz, band: 6GHz}"),
                 "f.yaml:5:113: requirements[0].parameters.band: is set twice");
}

/* One requirement with one line of it in place of the good one. */
static const char *with(const char *key, const char *line)
{
    static const char *const lines[][2] = {{"id", "id: x"},
                                           {"title", "title: t"},
                                           {"level", "level: mandatory"},
                                           {"check", "check: speakers-min"},
                                           {"wording", "wording: own"},
                                           {"source", "source: s"},
                                           {"parameters", "parameters: {count: 6}"}};
    static char text[4096];
    size_t used = (size_t)snprintf(text, sizeof text, HEAD);

    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        const char *put = strcmp(lines[i][0], key) == 0 ? line : lines[i][1];
        if (put[0] != '\0')
            used += (size_t)snprintf(text + used, sizeof text - used, "%s%s\n", i == 0 ? "  - " : "    ", put);
    }
    return text;
}

static void each_kind_of_wrong_line_is_named_with_file_line_and_key(void **state)
{
    static const struct {
        const char *key, *line, *message;
    } wrong[] = {
        {"title", "", "f.yaml:5:5: requirements[0]: title is missing"},
        {"level", "", "f.yaml:5:5: requirements[0]: level is missing"},
        {"check", "", "f.yaml:5:5: requirements[0]: check is missing"},
        {"wording", "", "f.yaml:5:5: requirements[0]: wording is missing"},
        {"source", "", "f.yaml:5:5: requirements[0]: source is missing"},
        {"parameters", "", "f.yaml:5:5: requirements[0].parameters: count is missing; allowed are 1 to 16"},
        {"id", "id: X y", "f.yaml:5:9: requirements[0].id: \"X y\" is not valid; allowed are a-z, 0-9 and hyphens"},
        {"id", "id: ''", "f.yaml:5:9: requirements[0].id: is 0 characters long; allowed are 1 to 39"},
        {"id", "id: {a: b}", "f.yaml:5:9: requirements[0].id: must be a text"},
        {"source", "source: ''", "f.yaml:10:13: requirements[0].source: is 0 characters long; allowed are 1 to 511"},
        {"source", "source:", "f.yaml:10:12: requirements[0].source: is 0 characters long; allowed are 1 to 511"},
        {"source", "source: [a, b]", "f.yaml:10:13: requirements[0].source: must be a text"},
        {"source", "source: |\n      two\n      lines",
         "f.yaml:10:13: requirements[0].source: holds a control character; write it as one paragraph"},
        {"level", "level: Mandatory",
         "f.yaml:7:12: requirements[0].level: \"Mandatory\" is not known; allowed are mandatory, recommended, "
         "optional, "
         "unknown"},
        {"level", "level: [mandatory]",
         "f.yaml:7:12: requirements[0].level: \"(not a word)\" is not known; allowed are mandatory, recommended, "
         "optional, unknown"},
        {"parameters", "parameters: 6",
         "f.yaml:11:17: requirements[0].parameters: must be a mapping, for instance {tx: 2, "
         "rx: 2}"},
        {"parameters", "parameters: {count: 0}",
         "f.yaml:11:25: requirements[0].parameters.count: \"0\" is not valid; allowed are whole numbers from 1 to 16"},
        {"parameters", "parameters: {count: -1}",
         "f.yaml:11:25: requirements[0].parameters.count: \"-1\" is not valid; allowed are whole numbers from 1 to 16"},
        {"parameters", "parameters: {count: 4294967298}",
         "f.yaml:11:25: requirements[0].parameters.count: \"4294967298\" is not valid; allowed are whole numbers from "
         "1 "
         "to 16"},
        {"parameters", "parameters: {count: 6.0}",
         "f.yaml:11:25: requirements[0].parameters.count: \"6.0\" is not valid; allowed are whole numbers from 1 to "
         "16"},
        {"parameters", "parameters: {count: '6'}",
         "f.yaml:11:25: requirements[0].parameters.count: \"6\" is not valid; allowed are whole numbers from 1 to 16"},
        {"parameters", "parameters: {count: six}",
         "f.yaml:11:25: requirements[0].parameters.count: \"six\" is not valid; allowed are whole numbers from 1 to "
         "16"},
        {"parameters", "parameters: {count: {count: 6}}",
         "f.yaml:11:25: requirements[0].parameters.count: \"(not a word)\" is not valid; allowed are whole numbers "
         "from "
         "1 to 16"},
        {"parameters", "parameters: {count: 6, count: 6}",
         "f.yaml:11:28: requirements[0].parameters.count: is set twice"},
        {"parameters", "parameters: {count: 6, band: 5GHz}",
         "f.yaml:11:28: requirements[0].parameters: unknown parameter \"band\"; check speakers-min takes count"},
        {"parameters", "parameters: {[1]: 6}",
         "f.yaml:11:18: requirements[0].parameters: unknown parameter \"(not a word)\"; check speakers-min takes "
         "count"},
        {"title", "title: t\n    title: u", "f.yaml:7:5: requirements[0]: title is set twice"},
        {"title", "title: t\n    ? [a]\n    : b",
         "f.yaml:7:7: requirements[0]: unknown key \"(not a word)\"; known here are id, title, level, check, wording, "
         "source, parameters"},
    };
    (void)state;
    assert_int_equal(parse(with("", "")), 0);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        expect_error(with(wrong[i].key, wrong[i].line), wrong[i].message);
}

static void what_is_no_profile_at_all_is_refused(void **state)
{
    static const char *const wrong[][2] = {
        {" \n\n", "f.yaml:1:1: the file is empty"},
        {"# only a remark\n", "f.yaml:1:1: the file is empty"},
        {"---\n...\n", "f.yaml:2:1: must be a mapping with the keys profile, title, about, requirements"},
        {"carplay\n", "f.yaml:1:1: must be a mapping with the keys profile, title, about, requirements"},
        {HEAD "  - carplay\n", "f.yaml:5:5: requirements[0]: must be a mapping with the keys id, title, level, check, "
                               "wording, source, parameters"},
        {HEAD "  - [[[[[[{a: [b]}]]]]]]\n", "f.yaml:5:5: requirements[0]: must be a mapping with the keys id, title, "
                                            "level, check, wording, source, parameters"},
        {"profile: p\ntitle: t\nabout: a\nrequirements: {id: x}\n", "f.yaml:4:15: requirements: must be a list"},
        {"profile: p\ntitle: t\nabout: a\nrequirements: many\n", "f.yaml:4:15: requirements: must be a list"},
        {HEAD REQUIREMENT "requirements: []\n", "f.yaml:11:1: requirements is set twice"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        expect_error(wrong[i][0], wrong[i][1]);
}

static void thirty_three_requirements_are_too_many(void **state)
{
    static char text[16384];
    size_t used = (size_t)snprintf(text, sizeof text, HEAD);
    (void)state;
    for (int i = 0; i < REPORT_REQUIREMENTS_MAX + 1; i++)
        used += (size_t)snprintf(text + used, sizeof text - used,
                                 "  - {id: r%d, title: t, level: optional, check: phone-traffic, wording: own, source: "
                                 "s}\n",
                                 i);
    expect_error(text, "f.yaml:5:3: requirements: has 33 entries; allowed are 1 to 32");
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
        cmocka_unit_test(a_band_is_one_of_a_list_and_has_defaults_beside_it),
        cmocka_unit_test(parameters_can_be_written_as_a_file_has_them),
        cmocka_unit_test(a_wrong_choice_names_the_allowed_ones),
        cmocka_unit_test(each_kind_of_wrong_line_is_named_with_file_line_and_key),
        cmocka_unit_test(what_is_no_profile_at_all_is_refused),
        cmocka_unit_test(thirty_three_requirements_are_too_many),
        cmocka_unit_test(what_is_missing_or_twice_is_an_error),
        cmocka_unit_test(names_and_texts_are_bounded),
        cmocka_unit_test(text_that_is_not_yaml_is_refused_with_its_place),
        cmocka_unit_test(a_file_that_is_not_there_says_so),
    };
    return cmocka_run_group_tests_name("report/profile", tests, NULL, NULL);
}
