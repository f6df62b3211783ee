/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "platform/config/config.h"
#include "tests/unit/test.h"

/* The supervisor's section: lists of sections, and the rules between their keys. */

/* Three lines in front of what a test gives, which therefore starts at line 4, column 3. */
#define HEAD "link: {country: DE}\n\nsupervisor:\n"

static struct fascia_config config;
static char message[CONFIG_MESSAGE_SIZE];

static int parse(const char *text)
{
    char file[4096];

    (void)snprintf(file, sizeof file, HEAD "%s", text);
    memset(&config, 0xa5, sizeof config);
    return config_parse("f.yaml", file, strlen(file), &config, message);
}

static void expect_error(const char *text, const char *expected)
{
    assert_int_equal(parse(text), CONFIG_E_INVALID);
    assert_string_equal(message, expected);
}

static void expect_valid(const char *text)
{
    if (parse(text) != 0)
        fail_msg("%s", message);
}

static void a_ladder_of_the_file_replaces_all_default_ones(void **state)
{
    const struct ladder_config *ladder = config.supervisor.ladders;
    (void)state;

    expect_valid("  ladders:\n    - function: seat-heater\n      steps:\n        - {step: warm}\n"
                 "        - {step: off, action: radio-reset, shows: failed, until: usable, budget_ms: 10,\n"
                 "           budget_max_ms: 40, attempts: 3, hmi: seat.off}\n");
    assert_int_equal(config.supervisor.ladders_count, 1);
    assert_string_equal(ladder->function, "seat-heater");
    assert_int_equal(ladder->steps_count, 2);
    assert_string_equal(ladder->steps[0].name, "warm");
    assert_int_equal(ladder->steps[0].action, LADDER_ACTION_NONE);
    assert_int_equal(ladder->steps[0].shows, LADDER_SHOWS_COMPUTED);
    assert_int_equal(ladder->steps[0].until, LADDER_UNTIL_FULL);
    assert_int_equal(ladder->steps[0].budget_ms, 0);
    assert_int_equal(ladder->steps[0].attempts, 1);
    assert_string_equal(ladder->steps[0].hmi, "");
    assert_int_equal(ladder->steps[1].action, LADDER_ACTION_RADIO_RESET);
    assert_int_equal(ladder->steps[1].shows, LADDER_SHOWS_FAILED);
    assert_int_equal(ladder->steps[1].until, LADDER_UNTIL_USABLE);
    assert_int_equal(ladder->steps[1].budget_ms, 10);
    assert_int_equal(ladder->steps[1].budget_max_ms, 40);
    assert_int_equal(ladder->steps[1].attempts, 3);
    assert_string_equal(ladder->steps[1].hmi, "seat.off");
}

static void an_empty_list_takes_the_default_ladders_away(void **state)
{
    (void)state;
    expect_valid("  ladders: []\n  boot: []\n");
    assert_int_equal(config.supervisor.ladders_count, 0);
    assert_int_equal(config.supervisor.stages_count, 0);
}

static void a_unit_reaches_its_members(void **state)
{
    const struct supervisor_unit_config *unit = config.supervisor.units;
    (void)state;

    expect_valid("  units:\n    - name: mixer\n      program: mixerd\n      args: [--rate, \"48000\", \"\"]\n"
                 "      user: mixer\n      function: mixer\n      ready: exec\n"
                 "      needs: [{unit: pipewire, on_loss: restart}, {unit: fascia-audio}]\n"
                 "      on_suspend: stop\n      watchdog_ms: 0\n      limits: {memory_mb: 0, files: 8}\n"
                 "    - {name: bluetoothd, manage: adopt, function: bluetooth, ready: bus-name, target: org.bluez}\n"
                 "  limits: {processes: 7, memory_mb: 9}\n");
    assert_int_equal(config.supervisor.units_count, 2);
    assert_int_equal(unit[0].manage, SUPERVISOR_MANAGE_SPAWN);
    assert_string_equal(unit[0].program, "mixerd");
    assert_int_equal(unit[0].args_count, 3);
    assert_string_equal(unit[0].args[1], "48000");
    assert_string_equal(unit[0].args[2], "");
    assert_string_equal(unit[0].user, "mixer");
    assert_int_equal(unit[0].ready, SUPERVISOR_READY_EXEC);
    assert_int_equal(unit[0].needs_count, 2);
    assert_int_equal(unit[0].needs[0].on_loss, SUPERVISOR_REACTION_RESTART);
    assert_int_equal(unit[0].needs[1].on_loss, SUPERVISOR_REACTION_NOTIFY);
    assert_int_equal(unit[0].on_suspend, SUPERVISOR_SUSPEND_STOP);
    assert_int_equal(unit[0].watchdog_ms, 0);
    assert_int_equal(unit[1].manage, SUPERVISOR_MANAGE_ADOPT);
    assert_int_equal(unit[1].ready, SUPERVISOR_READY_BUS_NAME);
    assert_string_equal(unit[1].target, "org.bluez");
    assert_int_equal(unit[1].watchdog_ms, -1);
}

static void a_unit_has_the_common_limits_where_it_names_none(void **state)
{
    const struct supervisor_unit_config *unit = config.supervisor.units;
    (void)state;

    expect_valid("  units:\n    - {name: a, program: a, function: a, limits: {memory_mb: 0, files: 8}}\n"
                 "  limits: {processes: 7, memory_mb: 9}\n");
    assert_int_equal(unit->limits.processes, 7);
    assert_int_equal(unit->limits.memory_mb, 0);
    assert_int_equal(unit->limits.files, 8);
}

static void a_reaction_and_the_plain_values_reach_their_members(void **state)
{
    (void)state;
    expect_valid("  reactions: [{unit: fascia-link, needs: hostapd, on_loss: degrade}]\n"
                 "  stop_budget_ms: 700\n  follow_sleep: true\n  cgroup: /sys/fs/cgroup/fascia\n"
                 "  black_box: {path: /data/box, size_kb: 64, boots: 2}\n"
                 "  escalation: {age_ms: 5000, group: 1, radio_reset: 2, degrade: 3, safe: 4, reboot: 5}\n"
                 "  boot: [{stage: sound, wait_for: pipewire, within_ms: 900}]\n");
    assert_int_equal(config.supervisor.reactions_count, 1);
    assert_string_equal(config.supervisor.reactions[0].unit, "fascia-link");
    assert_string_equal(config.supervisor.reactions[0].need.unit, "hostapd");
    assert_int_equal(config.supervisor.reactions[0].need.on_loss, SUPERVISOR_REACTION_DEGRADE);
    assert_int_equal(config.supervisor.stop_budget_ms, 700);
    assert_true(config.supervisor.follow_sleep);
    assert_string_equal(config.supervisor.cgroup, "/sys/fs/cgroup/fascia");
    assert_string_equal(config.supervisor.black_box.path, "/data/box");
    assert_int_equal(config.supervisor.black_box.boots, 2);
    assert_int_equal(config.supervisor.escalation.age_ms, 5000);
    assert_int_equal(config.supervisor.escalation.reboot, 5);
    assert_string_equal(config.supervisor.stages[0].stage, "sound");
    assert_string_equal(config.supervisor.stages[0].wait_for, "pipewire");
    assert_int_equal(config.supervisor.stages[0].within_ms, 900);
}

static void a_value_deep_in_a_list_is_named_with_its_place(void **state)
{
    (void)state;
    expect_error("  ladders:\n    - function: audio\n      steps: [{step: a}]\n    - function: link\n"
                 "      steps:\n        - step: keep\n          action: jump\n",
                 "f.yaml:10:19: supervisor.ladders[1].steps[0].action: \"jump\" is not known; allowed are none, apply, "
                 "restart, radio-reset");
    expect_error(
        "  units:\n    - name: a\n      program: a\n      function: a\n      needs:\n"
        "        - {unit: b}\n        - {unit: c, on_loss: panic}\n",
        "f.yaml:10:30: supervisor.units[0].needs[1].on_loss: \"panic\" is not known; allowed are notify, hold, "
        "degrade, restart");
    expect_error("  boot: [{stage: a, wait_for: a, within_ms: 0}]\n",
                 "f.yaml:4:45: supervisor.boot[0].within_ms: 0 is out of range; allowed are 1 to 3600000");
    expect_error("  units: [{name: a, program: a, function: a, limits: {files: -1}}]\n",
                 "f.yaml:4:62: supervisor.units[0].limits.files: -1 is out of range; allowed are 0 to 1000000");
    expect_error("  ladders: [{function: a, steps: [{step: b, attempts: 0}]}]\n",
                 "f.yaml:4:55: supervisor.ladders[0].steps[0].attempts: 0 is out of range; allowed are 1 to 100");
}

static void an_unknown_or_repeated_key_of_an_element_is_named_with_its_place(void **state)
{
    (void)state;
    expect_error("  reactions:\n    - unit: a\n      need: b\n",
                 "f.yaml:6:7: supervisor.reactions[0]: unknown key \"need\"; known here are unit, needs, on_loss");
    expect_error("  reactions:\n    - unit: a\n      unit: b\n",
                 "f.yaml:6:7: supervisor.reactions[0].unit: is set twice");
    assert_int_equal(parse("  ladder: []\n"), CONFIG_E_INVALID);
    /* The longest of these messages: nothing of it may be cut. */
    assert_non_null(strstr(message, "unknown key \"ladder\"; known here are start_timeout_ms, "));
    assert_non_null(strstr(message, ", ladders, boot, units, reactions"));
}

static void a_missing_key_is_named_at_its_element(void **state)
{
    (void)state;
    expect_error("  ladders:\n    - steps: [{step: a}]\n",
                 "f.yaml:5:7: supervisor.ladders[0].function: is missing; it is required here (the function that it is "
                 "for)");
    expect_error("  ladders:\n    - function: a\n      steps:\n        - action: none\n",
                 "f.yaml:7:11: supervisor.ladders[0].steps[0].step: is missing; it is required here (name of the "
                 "step)");
    expect_error("  reactions: [{unit: a, needs: b}]\n",
                 "f.yaml:4:15: supervisor.reactions[0].on_loss: is missing; it is required here (what follows when "
                 "that one goes down)");
    assert_int_equal(parse("  boot: [{stage: a, wait_for: a}]\n"), CONFIG_E_INVALID);
    assert_int_equal(parse("  units: [{name: a, program: a}]\n"), CONFIG_E_INVALID);
    assert_int_equal(parse("  units: [{name: a, program: a, function: a, needs: [{on_loss: hold}]}]\n"),
                     CONFIG_E_INVALID);
}

static void a_list_that_is_none_or_too_long_or_too_short_says_so(void **state)
{
    (void)state;
    expect_error("  boot: now\n", "f.yaml:4:9: supervisor.boot: must be a list of sections");
    expect_error("  boot: {stage: a}\n", "f.yaml:4:9: supervisor.boot: must be a list of sections");
    expect_error("  boot: [now]\n", "f.yaml:4:10: supervisor.boot[0]: must be a section, for instance {stage: ...}");
    expect_error("  ladders: [{function: a, steps: []}]\n",
                 "f.yaml:4:34: supervisor.ladders[0].steps: has 0 entries; allowed are 1 to 8");
    expect_error("  units: [{name: a, program: a, function: a, needs: [{unit: b}, {unit: c}, {unit: d}, {unit: e}, "
                 "{unit: f}]}]\n",
                 "f.yaml:4:53: supervisor.units[0].needs: has 5 entries; allowed are 0 to 4");
    expect_error("  units: [{name: a, program: a, function: a, args: [1, 2, 3, 4, 5, 6, 7, 8, 9]}]\n",
                 "f.yaml:4:52: supervisor.units[0].args: has 9 entries; allowed are 0 to 8");
    expect_error("  units: [{name: a, program: a, function: a, args: [[b]]}]\n",
                 "f.yaml:4:53: supervisor.units[0].args: must be a list of texts");
}

static void an_argument_that_does_not_fit_is_refused(void **state)
{
    char text[512];
    (void)state;

    (void)snprintf(text, sizeof text, "  units: [{name: a, program: a, function: a, args: [%0*d]}]\n",
                   SUPERVISOR_ARG_SIZE, 0);
    expect_error(text, "f.yaml:4:53: supervisor.units[0].args: is 128 characters long; allowed are 0 to 127");
    expect_error("  units: [{name: a, program: a, function: a, args: [\"b\\0c\"]}]\n",
                 "f.yaml:4:53: supervisor.units[0].args: holds a NUL character");
}

static void a_name_is_there_once(void **state)
{
    (void)state;
    expect_error("  boot:\n    - {stage: a, wait_for: a, within_ms: 1}\n    - {wait_for: b, stage: a, within_ms: 1}\n",
                 "f.yaml:6:28: supervisor.boot[1].stage: is the same as in supervisor.boot[0]; allowed is each stage "
                 "once");
    expect_error("  ladders:\n    - {function: a, steps: [{step: b}]}\n    - {function: a, steps: [{step: c}]}\n",
                 "f.yaml:6:18: supervisor.ladders[1].function: is the same as in supervisor.ladders[0]; allowed is "
                 "each function once");
    expect_error("  ladders:\n    - {function: a, steps: [{step: b}, {step: c}, {step: b}]}\n",
                 "f.yaml:5:58: supervisor.ladders[0].steps[2].step: is the same as in supervisor.ladders[0].steps[0]; "
                 "allowed is each step once");
    expect_error("  units:\n    - {name: a, program: a, function: a}\n    - {name: a, program: b, function: b}\n",
                 "f.yaml:6:14: supervisor.units[1].name: is the same as in supervisor.units[0]; allowed is each name "
                 "once");
    expect_error("  units: [{name: a, program: a, function: a, needs: [{unit: b}, {unit: b}]}]\n",
                 "f.yaml:4:72: supervisor.units[0].needs[1].unit: is the same as in supervisor.units[0].needs[0]; "
                 "allowed is each unit once");
    expect_error("  reactions:\n    - {unit: a, needs: b, on_loss: hold}\n    - {unit: a, needs: b, on_loss: notify}\n",
                 "f.yaml:6:14: supervisor.reactions[1].unit: is the same as in supervisor.reactions[0]; allowed is "
                 "each unit and needs once");
    expect_valid("  reactions:\n    - {unit: a, needs: b, on_loss: hold}\n    - {unit: a, needs: c, on_loss: hold}\n");
}

static void a_name_has_the_characters_and_the_length_of_a_name(void **state)
{
    (void)state;
    expect_error("  units: [{name: Mixer, program: a, function: a}]\n",
                 "f.yaml:4:18: supervisor.units[0].name: \"Mixer\" is not valid; allowed is lower-case letters, digits "
                 "and hyphens");
    expect_error("  units: [{name: a23456789012345678901234, program: a, function: a}]\n",
                 "f.yaml:4:18: supervisor.units[0].name: is 24 characters long; allowed are 1 to 23");
    expect_error("  units: [{name: a, program: a, function: a234567890123456}]\n",
                 "f.yaml:4:43: supervisor.units[0].function: is 16 characters long; allowed are 1 to 15");
    expect_error("  boot: [{stage: a b, wait_for: a, within_ms: 1}]\n",
                 "f.yaml:4:18: supervisor.boot[0].stage: \"a b\" is not valid; allowed is lower-case letters, digits "
                 "and hyphens");
    expect_error("  ladders: [{function: a, steps: [{step: b, hmi: \"a b\"}]}]\n",
                 "f.yaml:4:50: supervisor.ladders[0].steps[0].hmi: \"a b\" is not valid; allowed is lower-case "
                 "letters, digits, hyphens and full stops");
}

static void a_built_in_unit_cannot_be_added(void **state)
{
    (void)state;
    expect_error("  units: [{name: hostapd, program: a, function: link}]\n",
                 "f.yaml:4:18: supervisor.units[0].name: \"hostapd\" is not valid; allowed is a name that no built-in "
                 "unit has (fascia-addr, hostapd, fascia-link, pipewire, fascia-audio, wpa_supplicant, fascia-aware)");
    assert_int_equal(parse("  units: [{name: fascia-addr, program: a, function: a}]\n"), CONFIG_E_INVALID);
    assert_int_equal(parse("  units: [{name: fascia-link, program: a, function: a}]\n"), CONFIG_E_INVALID);
    assert_int_equal(parse("  units: [{name: fascia-audio, program: a, function: a}]\n"), CONFIG_E_INVALID);
    assert_int_equal(parse("  units: [{name: pipewire, program: a, function: a}]\n"), CONFIG_E_INVALID);
}

static void a_unit_to_spawn_needs_a_program(void **state)
{
    (void)state;
    expect_error("  units:\n    - {name: a, function: a}\n",
                 "f.yaml:5:7: supervisor.units[0].program: is missing; manage: spawn needs a program");
    expect_error("  units: [{name: a, program: bin/a, function: a}]\n",
                 "f.yaml:4:30: supervisor.units[0].program: \"bin/a\" is neither a bare name nor an absolute path");
}

static void an_adopted_unit_needs_a_probe_and_nothing_of_a_process_of_ours(void **state)
{
#define ADOPTED "  units:\n    - {name: a, manage: adopt, function: a"
#define NO_USE  "is of no use with manage: adopt; whoever runs the process decides that"
    (void)state;
    expect_error(ADOPTED "}\n", "f.yaml:5:7: supervisor.units[0].ready: must be a probe with manage: adopt; allowed "
                                "are socket, control, bus-name");
    expect_error(ADOPTED ", ready: exec}\n",
                 "f.yaml:5:52: supervisor.units[0].ready: must be a probe with manage: adopt; allowed are socket, "
                 "control, bus-name");
    expect_error(ADOPTED ", ready: socket, target: /s, program: b}\n",
                 "f.yaml:5:81: supervisor.units[0].program: " NO_USE);
    expect_error(ADOPTED ", ready: socket, target: /s, args: [b]}\n", "f.yaml:5:78: supervisor.units[0].args: " NO_USE);
    expect_error(ADOPTED ", ready: socket, target: /s, user: b}\n", "f.yaml:5:78: supervisor.units[0].user: " NO_USE);
    expect_error(ADOPTED ", ready: socket, target: /s, on_suspend: stop}\n",
                 "f.yaml:5:84: supervisor.units[0].on_suspend: " NO_USE);
    expect_error(ADOPTED ", ready: socket, target: /s, limits: {files: 9}}\n",
                 "f.yaml:5:80: supervisor.units[0].limits: " NO_USE);
    expect_valid(ADOPTED ", ready: control, target: /run/wpa/wlan0, watchdog_ms: 100}\n");
#undef NO_USE
#undef ADOPTED
}

static void a_probe_needs_a_target_of_its_kind(void **state)
{
#define UNIT "  units:\n    - {name: a, program: a, function: a, "
    (void)state;
    expect_error(UNIT "ready: socket}\n",
                 "f.yaml:5:7: supervisor.units[0].target: is missing; this readiness needs the path of a socket");
    expect_error(UNIT "ready: bus-name}\n",
                 "f.yaml:5:7: supervisor.units[0].target: is missing; ready: bus-name needs the name to wait for");
    expect_error(UNIT "ready: control, target: ctrl}\n",
                 "f.yaml:5:66: supervisor.units[0].target: is not an absolute path; allowed is the path of a socket");
    expect_error(UNIT "target: /s}\n", "f.yaml:5:50: supervisor.units[0].target: is of no use; only ready: socket, "
                                       "control and bus-name have one");
    static const char *const wrong[] = {"bluez", "org.", ".org", "org..bluez", "org.1bluez", "org.blu*z", "/org/b"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        char text[160];
        (void)snprintf(text, sizeof text, UNIT "ready: bus-name, target: \"%s\"}\n", wrong[i]);
        expect_error(text, "f.yaml:5:67: supervisor.units[0].target: is not a D-Bus name; allowed is one like "
                           "org.bluez");
    }
    expect_valid(UNIT "ready: bus-name, target: de.a_b-c.D2}\n");
#undef UNIT
}

static void a_unit_does_not_need_itself(void **state)
{
    (void)state;
    expect_error("  units: [{name: a, program: a, function: a, needs: [{unit: a}]}]\n",
                 "f.yaml:4:53: supervisor.units[0].needs: names the unit itself; allowed are other units");
}

static void bounds_that_cross_are_refused_at_their_line(void **state)
{
    (void)state;
    expect_error("  backoff_max_ms: 50\n  backoff_first_ms: 51\n",
                 "f.yaml:5:21: supervisor.backoff_first_ms: is above supervisor.backoff_max_ms");
    expect_error("  backoff_max_ms: 50\n",
                 "f.yaml:4:3: supervisor.backoff_first_ms: is above supervisor.backoff_max_ms");
    expect_error("  ladders: [{function: a, steps: [{step: b, budget_max_ms: 9, budget_ms: 10}]}]\n",
                 "f.yaml:4:60: supervisor.ladders[0].steps[0].budget_max_ms: is below budget_ms; allowed are 0 (no "
                 "bound) and what is not below it");
}

static void a_black_box_and_a_cgroup_can_be_switched_off_by_a_word(void **state)
{
    (void)state;
    expect_valid("  black_box: {path: none}\n  cgroup: off\n");
    assert_string_equal(config.supervisor.black_box.path, "");
    assert_string_equal(config.supervisor.cgroup, "off");
    expect_error("  black_box: {path: box}\n",
                 "f.yaml:4:21: supervisor.black_box.path: \"box\" is not an absolute path; none is allowed, too");
    expect_error("  black_box: {path: \"\"}\n",
                 "f.yaml:4:21: supervisor.black_box.path: is 0 characters long; allowed are 1 to 255");
    expect_error("  cgroup: fascia\n",
                 "f.yaml:4:11: supervisor.cgroup: \"fascia\" is not valid; allowed is auto, off or an absolute path");
    expect_error("  black_box: {size_kb: 63}\n",
                 "f.yaml:4:24: supervisor.black_box.size_kb: 63 is out of range; allowed are 64 to 65536");
}

static void the_stage_of_a_function_that_is_not_enabled_is_left_out(void **state)
{
    static const char file[] = "link: {enabled: false}\nsupervisor: {boot: [{stage: l, wait_for: link, within_ms: 1},"
                               "{stage: s, wait_for: pipewire, within_ms: 1}]}\n";
    (void)state;
    assert_int_equal(config_parse("f.yaml", "audio: {enabled: false}\nlink: {country: DE}", 43, &config, message), 0);
    assert_int_equal(config.supervisor.stages_count, 2);
    assert_string_equal(config.supervisor.stages[0].stage, "address");
    assert_string_equal(config.supervisor.stages[1].stage, "link");
    assert_int_equal(config_parse("f.yaml", file, strlen(file), &config, message), 0);
    assert_int_equal(config.supervisor.stages_count, 1);
    assert_string_equal(config.supervisor.stages[0].wait_for, "pipewire");
}

static void what_is_overwritten_leaves_no_octet_behind(void **state)
{
    struct fascia_config expected;
    (void)state;

    expect_valid("  cgroup: off\n  ladders: []\n  boot: []\n  black_box: {path: /b}\n"
                 "  backoff_first_ms: 1\n");
    config_defaults(&expected);
    memset(expected.link.country, 0, sizeof expected.link.country);
    memcpy(expected.link.country, "DE", 2);
    memset(expected.supervisor.cgroup, 0, sizeof expected.supervisor.cgroup);
    memcpy(expected.supervisor.cgroup, "off", 3);
    memset(expected.supervisor.ladders, 0, sizeof expected.supervisor.ladders);
    memset(expected.supervisor.stages, 0, sizeof expected.supervisor.stages);
    expected.supervisor.ladders_count = expected.supervisor.stages_count = 0;
    memset(expected.supervisor.black_box.path, 0, sizeof expected.supervisor.black_box.path);
    memcpy(expected.supervisor.black_box.path, "/b", 2);
    expected.supervisor.backoff_first_ms = 1;
    assert_memory_equal(&config, &expected, sizeof config);
}

static void the_same_file_gives_the_same_octets(void **state)
{
    static struct fascia_config first;
    static const char text[] = "  units: [{name: ab, program: ab, function: ab, args: [x]}]\n";
    (void)state;

    expect_valid(text);
    memcpy(&first, &config, sizeof config);
    expect_valid(text);
    assert_memory_equal(&first, &config, sizeof config);
}

static void an_alias_stands_for_what_it_names(void **state)
{
    (void)state;
    expect_valid("  ladders:\n    - function: a\n      steps: &steps [{step: x}, {step: y}]\n"
                 "    - {function: b, steps: *steps}\n");
    assert_int_equal(config.supervisor.ladders[1].steps_count, 2);
    assert_string_equal(config.supervisor.ladders[1].steps[1].name, "y");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_ladder_of_the_file_replaces_all_default_ones),
        cmocka_unit_test(an_empty_list_takes_the_default_ladders_away),
        cmocka_unit_test(a_unit_reaches_its_members),
        cmocka_unit_test(a_unit_has_the_common_limits_where_it_names_none),
        cmocka_unit_test(a_reaction_and_the_plain_values_reach_their_members),
        cmocka_unit_test(a_value_deep_in_a_list_is_named_with_its_place),
        cmocka_unit_test(an_unknown_or_repeated_key_of_an_element_is_named_with_its_place),
        cmocka_unit_test(a_missing_key_is_named_at_its_element),
        cmocka_unit_test(a_list_that_is_none_or_too_long_or_too_short_says_so),
        cmocka_unit_test(an_argument_that_does_not_fit_is_refused),
        cmocka_unit_test(a_name_is_there_once),
        cmocka_unit_test(a_name_has_the_characters_and_the_length_of_a_name),
        cmocka_unit_test(a_built_in_unit_cannot_be_added),
        cmocka_unit_test(a_unit_to_spawn_needs_a_program),
        cmocka_unit_test(an_adopted_unit_needs_a_probe_and_nothing_of_a_process_of_ours),
        cmocka_unit_test(a_probe_needs_a_target_of_its_kind),
        cmocka_unit_test(a_unit_does_not_need_itself),
        cmocka_unit_test(bounds_that_cross_are_refused_at_their_line),
        cmocka_unit_test(a_black_box_and_a_cgroup_can_be_switched_off_by_a_word),
        cmocka_unit_test(the_stage_of_a_function_that_is_not_enabled_is_left_out),
        cmocka_unit_test(what_is_overwritten_leaves_no_octet_behind),
        cmocka_unit_test(the_same_file_gives_the_same_octets),
        cmocka_unit_test(an_alias_stands_for_what_it_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
