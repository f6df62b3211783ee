/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "platform/config/config.h"
#include "tests/unit/test.h"

static struct fascia_config config;
static char message[CONFIG_MESSAGE_SIZE];

static int parse(const char *text)
{
    memset(&config, 0, sizeof config);
    return config_parse("f.yaml", text, strlen(text), &config, message);
}

/* `keys` stand in the section link, each line indented by two spaces; they begin in line 3. */
static int parse_link(const char *keys)
{
    static char text[8192];

    (void)snprintf(text, sizeof text, "link:\n  country: DE\n%s", keys);
    return parse(text);
}

static void expect_error(const char *keys, const char *expected)
{
    assert_int_equal(parse_link(keys), CONFIG_E_INVALID);
    assert_string_equal(message, expected);
}

static void automatic_channels_and_their_limits_reach_their_members(void **state)
{
    (void)state;
    assert_int_equal(parse_link("  channel: auto\n  channels: [36, 48]\n  other_bands: [2.4GHz]\n  dfs: true\n"
                                "  standard: 802.11ac\n  isolate: false\n  leave_debounce_ms: 0\n"),
                     0);
    assert_int_equal(config.link.channel, LINK_CHANNEL_AUTO);
    assert_int_equal(config.link.channels_count, 2);
    assert_int_equal(config.link.channels[1], 48);
    assert_int_equal(config.link.other_bands_count, 1);
    assert_int_equal(config.link.other_bands[0], LINK_BAND_2GHZ);
    assert_true(config.link.dfs);
    assert_int_equal(config.link.standard, LINK_STANDARD_AC);
    assert_false(config.link.isolate);
    assert_int_equal(config.link.leave_debounce_ms, 0);
}

static void elements_reach_their_members_and_flags_left_out_are_not_sent(void **state)
{
    (void)state;
    assert_int_equal(parse_link("  accessory_element: {enabled: true, name: Car, oui: 00:00:5e,\n"
                                "    bluetooth_mac: 02:00:00:00:00:01}\n  vendor_elements: [dd0300005e]\n"
                                "  interworking: {enabled: true, internet: true, venue_type: 2}\n"),
                     0);
    assert_true(config.link.accessory.enabled);
    assert_int_equal(config.link.accessory.flags, -1);
    assert_string_equal(config.link.accessory.name, "Car");
    assert_string_equal(config.link.accessory.oui, "00:00:5e");
    assert_string_equal(config.link.vendor_elements[0], "dd0300005e");
    assert_true(config.link.interworking.internet);
    assert_int_equal(config.link.interworking.venue_group, 10);
    assert_int_equal(config.link.interworking.venue_type, 2);
    assert_int_equal(parse_link("  accessory_element: {flags: 33}\n"), 0);
    assert_int_equal(config.link.accessory.flags, 33);
}

static void a_channel_must_be_one_of_its_band(void **state)
{
    (void)state;
    expect_error("  channel: 37\n",
                 "f.yaml:3:12: link.channel: 37 is no channel of 5GHz; allowed are auto and that band's");
    expect_error("  channel: some\n",
                 "f.yaml:3:12: link.channel: \"some\" is not a whole number; allowed are auto, 1 to 233");
    /* The default channel is that of another band: the section is pointed at. */
    expect_error("  band: 2.4GHz\n",
                 "f.yaml:2:3: link.channel: 36 is no channel of 2.4GHz; allowed are auto and that band's");
    expect_error("  channel: auto\n  channels: [36, 37]\n", "f.yaml:4:13: link.channels: 37 is no channel of 5GHz");
    assert_int_equal(parse_link("  band: 6GHz\n  channel: 37\n"), 0);
}

static void a_list_of_channels_is_for_the_automatic_choice_and_names_each_once(void **state)
{
    (void)state;
    expect_error("  channels: [36]\n", "f.yaml:3:13: link.channels: counts with link.channel: auto only, which is 36");
    expect_error("  channel: auto\n  channels: [36, 36]\n", "f.yaml:4:18: link.channels: 36 is named twice");
    expect_error("  channel: auto\n  channels: [0]\n",
                 "f.yaml:4:14: link.channels: 0 is out of range; allowed are 1 to 233");
    expect_error("  channel: auto\n  channels: [all]\n",
                 "f.yaml:4:14: link.channels: \"all\" is not a whole number; allowed are 1 to 233");
    expect_error("  channel: auto\n  channels: [[36]]\n",
                 "f.yaml:4:14: link.channels: must be a list of whole numbers");
    expect_error("  channel: auto\n  channels: 36\n", "f.yaml:4:13: link.channels: must be a list");
}

static void other_bands_are_other_ones(void **state)
{
    (void)state;
    expect_error("  other_bands: [5GHz]\n", "f.yaml:3:16: link.other_bands: 5GHz is link.band already");
    expect_error("  other_bands: [6GHz, 6GHz]\n", "f.yaml:3:23: link.other_bands: 6GHz is named twice");
    expect_error("  other_bands: [60GHz]\n",
                 "f.yaml:3:17: link.other_bands: \"60GHz\" is not known; allowed are 2.4GHz, 5GHz, 6GHz");
    expect_error("  other_bands: [2.4GHz, 5GHz, 6GHz]\n",
                 "f.yaml:3:16: link.other_bands: has 3 entries; allowed are 0 to 2");
}

static void six_gigahertz_wants_wpa3_and_a_standard_that_is_defined_there(void **state)
{
    (void)state;
    expect_error("  band: 6GHz\n  channel: 5\n  security: wpa3-transition\n",
                 "f.yaml:5:13: link.security: is wpa3-transition; 6GHz allows wpa3-sae only");
    expect_error("  other_bands: [6GHz]\n  security: wpa2-psk\n",
                 "f.yaml:4:13: link.security: is wpa2-psk; 6GHz allows wpa3-sae only");
    expect_error("  band: 6GHz\n  channel: 5\n  standard: 802.11ac\n",
                 "f.yaml:5:13: link.standard: is 802.11ac; 6GHz needs newest, 802.11ax or 802.11be");
}

static void vendor_elements_are_whole_ones(void **state)
{
    (void)state;
    expect_error("  vendor_elements: [dd0400005e]\n",
                 "f.yaml:3:21: link.vendor_elements: \"dd0400005e\" is not valid; allowed is a whole element: dd, the "
                 "number of octets that follow (3 to 255), and these");
    expect_error("  vendor_elements: [6b0300005e]\n",
                 "f.yaml:3:21: link.vendor_elements: \"6b0300005e\" is not valid; allowed is a vendor-specific "
                 "element, which begins with dd");
    expect_error("  vendor_elements: [dd0300005]\n",
                 "f.yaml:3:21: link.vendor_elements: \"dd0300005\" is not valid; allowed is an even number of "
                 "hexadecimal digits");
    expect_error("  vendor_elements: [dd0300005e, dd0300005e, dd0300005e, dd0300005e, dd0300005e]\n",
                 "f.yaml:3:20: link.vendor_elements: has 5 entries; allowed are 0 to 4");
}

static void addresses_and_ouis_of_the_accessory_are_checked(void **state)
{
    (void)state;
    expect_error("  accessory_element: {oui: 00-00-5e}\n",
                 "f.yaml:3:28: link.accessory_element.oui: \"00-00-5e\" is not valid; allowed is three octets, for "
                 "instance 00:a0:40");
    expect_error("  accessory_element: {bluetooth_mac: \"01:00:00:00:00:00\"}\n",
                 "f.yaml:3:38: link.accessory_element.bluetooth_mac: \"01:00:00:00:00:00\" is not valid; allowed is a "
                 "MAC address of one device, for instance 02:00:00:12:34:56");
    expect_error("  accessory_element: {device_id: here}\n",
                 "f.yaml:3:34: link.accessory_element.device_id: is 4 characters long; allowed are 17 to 17");
    expect_error("  accessory_element: {flags: 65536}\n",
                 "f.yaml:3:30: link.accessory_element.flags: 65536 is out of range; allowed are 0 to 65535");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(automatic_channels_and_their_limits_reach_their_members),
        cmocka_unit_test(elements_reach_their_members_and_flags_left_out_are_not_sent),
        cmocka_unit_test(a_channel_must_be_one_of_its_band),
        cmocka_unit_test(a_list_of_channels_is_for_the_automatic_choice_and_names_each_once),
        cmocka_unit_test(other_bands_are_other_ones),
        cmocka_unit_test(six_gigahertz_wants_wpa3_and_a_standard_that_is_defined_there),
        cmocka_unit_test(vendor_elements_are_whole_ones),
        cmocka_unit_test(addresses_and_ouis_of_the_accessory_are_checked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
