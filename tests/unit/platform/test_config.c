/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/config/config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/test.h"

static struct fascia_config config;
static char message[CONFIG_MESSAGE_SIZE];

static int parse(const char *text)
{
    memset(&config, 0, sizeof config);
    return config_parse("f.yaml", text, strlen(text), &config, message);
}

static void expect_error(const char *text, const char *expected)
{
    assert_int_equal(parse(text), CONFIG_E_INVALID);
    assert_string_equal(message, expected);
}

static void the_shipped_file_is_valid_and_shows_the_defaults(void **state)
{
    struct fascia_config defaults;
    (void)state;

    assert_int_equal(config_load(SOURCE_DIR "/config/fascia.yaml", &config, message), 0);
    config_defaults(&defaults);
    /* What the file must set although it has no default: the country. The accounts are the packaged ones. */
    assert_string_equal(config.link.country, "DE");
    memcpy(defaults.link.country, config.link.country, sizeof defaults.link.country);
    defaults.supervisor.users = config.supervisor.users;
    assert_memory_equal(&config, &defaults, sizeof config);
}

static void values_reach_their_members(void **state)
{
    (void)state;
    assert_int_equal(parse("bus: unix:path=/tmp/x\nlink:\n  country: FR\n  channel: 48\n  security: wpa2-psk\n"
                           "  hostapd: {manage: adopt, control: /run/h}\naudio:\n  speakers: [FL, FR, RL, RR]\n"
                           "address: {nd: answer, own_iid: 0011223344556677}\n"),
                     0);
    assert_string_equal(config.bus, "unix:path=/tmp/x");
    assert_string_equal(config.link.country, "FR");
    assert_int_equal(config.link.channel, 48);
    assert_int_equal(config.link.security, LINK_SECURITY_WPA2_PSK);
    assert_int_equal(config.link.hostapd.manage, LINK_MANAGE_ADOPT);
    assert_int_equal(config.audio.speakers_count, 4);
    assert_string_equal(config.audio.speakers[3], "RR");
    assert_int_equal(config.address.nd, ADDRESS_ND_ANSWER);
}

static void an_unknown_key_names_its_place_and_the_known_ones(void **state)
{
    (void)state;
    expect_error("link:\n  country: DE\naddress:\n  nd: none\n  dn: none\n",
                 "f.yaml:5:3: address: unknown key \"dn\"; known here are enabled, nd, own_iid, key_file, max_peers");
}

static void a_wrong_type_names_what_is_wanted(void **state)
{
    (void)state;
    expect_error("link: 5\n", "f.yaml:1:7: link: must be a section");
    expect_error("link:\n  channel: many\n",
                 "f.yaml:2:12: link.channel: \"many\" is not a whole number; allowed are auto, 1 to 233");
    expect_error("link:\n  enabled: yes\n", "f.yaml:2:12: link.enabled: \"yes\" is not true or false");
    expect_error("audio:\n  speakers: FL\n", "f.yaml:2:13: audio.speakers: must be a list");
    expect_error("audio:\n  speakers: [[FL]]\n", "f.yaml:2:14: audio.speakers: must be a list of texts");
}

static void a_value_out_of_range_names_the_range(void **state)
{
    (void)state;
    expect_error("link:\n  channel: 999\n",
                 "f.yaml:2:12: link.channel: 999 is out of range; allowed are auto, 1 to 233");
    expect_error("link:\n  ssid: \"\"\n", "f.yaml:2:9: link.ssid: is 0 characters long; allowed are 1 to 32");
    expect_error("link:\n  band: 7GHz\n",
                 "f.yaml:2:9: link.band: \"7GHz\" is not known; allowed are 2.4GHz, 5GHz, 6GHz");
    expect_error("link:\n  width_mhz: 30\n",
                 "f.yaml:2:14: link.width_mhz: 30 is not allowed; allowed is 20, 40, 80 or 160");
    expect_error("runtime_dir: run/x\n", "f.yaml:1:14: runtime_dir: \"run/x\" is not an absolute path");
}

static void a_key_that_is_set_twice_is_an_error(void **state)
{
    (void)state;
    expect_error("link:\n  country: DE\n  country: FR\n", "f.yaml:3:3: link.country: is set twice");
    expect_error("audio:\n  speakers: [FL, FL]\n", "f.yaml:2:18: audio.speakers: FL is named twice");
}

static void a_missing_country_is_an_error_only_with_a_link(void **state)
{
    (void)state;
    expect_error("", "f.yaml:1:1: link.country: is missing; an access point needs its ISO 3166-1 alpha-2 country, "
                     "for instance DE");
    assert_int_equal(parse("link: {enabled: false}\n"), 0);
}

static void what_is_no_yaml_names_the_place(void **state)
{
    (void)state;
    assert_int_equal(parse("link: [\n"), CONFIG_E_INVALID);
    assert_true(strncmp(message, "f.yaml:2:1: not YAML: ", 22) == 0);
    assert_int_equal(parse("link: {country: DE}\n---\nlink: {country: FR}\n"), CONFIG_E_INVALID);
    assert_int_equal(parse("- link\n"), CONFIG_E_INVALID);
}

static void a_file_that_is_too_large_is_refused(void **state)
{
    static char big[CONFIG_FILE_MAX + 1];
    (void)state;

    memset(big, '#', sizeof big);
    assert_int_equal(config_parse("f.yaml", big, sizeof big, &config, message), CONFIG_E_INVALID);
    assert_string_equal(message, "f.yaml:1:1: the file is larger than 65536 octets");
}

static void a_file_that_cannot_be_read_says_why(void **state)
{
    (void)state;
    assert_int_equal(config_load("/nonexistent/fascia.yaml", &config, message), -ENOENT);
    assert_string_equal(message, "/nonexistent/fascia.yaml: cannot be read: No such file or directory");
}

static void a_failure_leaves_the_result_alone(void **state)
{
    (void)state;
    assert_int_equal(parse("link: {country: DE, channel: 44}"), 0);
    struct fascia_config before = config;
    assert_int_equal(config_parse("f.yaml", "x: y", 4, &config, message), CONFIG_E_INVALID);
    assert_memory_equal(&before, &config, sizeof config);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_shipped_file_is_valid_and_shows_the_defaults),
        cmocka_unit_test(values_reach_their_members),
        cmocka_unit_test(an_unknown_key_names_its_place_and_the_known_ones),
        cmocka_unit_test(a_wrong_type_names_what_is_wanted),
        cmocka_unit_test(a_value_out_of_range_names_the_range),
        cmocka_unit_test(a_key_that_is_set_twice_is_an_error),
        cmocka_unit_test(a_missing_country_is_an_error_only_with_a_link),
        cmocka_unit_test(what_is_no_yaml_names_the_place),
        cmocka_unit_test(a_file_that_is_too_large_is_refused),
        cmocka_unit_test(a_file_that_cannot_be_read_says_why),
        cmocka_unit_test(a_failure_leaves_the_result_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
