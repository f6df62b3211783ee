/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/link/hostapd_command.h"
#include "tests/unit/test.h"

static const char *switched(enum link_band band, uint32_t number, uint32_t width_mhz, enum station_standard standard)
{
    static char octets[200];
    struct fascia_text text;
    struct channel_plan plan;

    assert_true(channel_block(band, number, width_mhz, &plan));
    fascia_text_init(&text, octets, sizeof octets);
    hostapd_command_switch(&plan, standard, &text);
    assert_true(fascia_text_ok(&text));
    return octets;
}

static void a_switch_names_the_centre_and_the_side_of_the_secondary_channel(void **state)
{
    (void)state;
    assert_string_equal(switched(LINK_BAND_5GHZ, 44, 80, STATION_STANDARD_HE),
                        "CHAN_SWITCH 5 5220 sec_channel_offset=1 center_freq1=5210 bandwidth=80 ht vht he");
    assert_string_equal(switched(LINK_BAND_5GHZ, 48, 40, STATION_STANDARD_VHT),
                        "CHAN_SWITCH 5 5240 sec_channel_offset=-1 center_freq1=5230 bandwidth=40 ht vht");
}

static void a_switch_to_20_mhz_has_no_secondary_channel(void **state)
{
    (void)state;
    assert_string_equal(switched(LINK_BAND_5GHZ, 36, 20, STATION_STANDARD_LEGACY), "CHAN_SWITCH 5 5180 bandwidth=20");
    assert_string_equal(switched(LINK_BAND_2GHZ, 6, 20, STATION_STANDARD_HE), "CHAN_SWITCH 5 2437 bandwidth=20 ht he");
}

static void a_switch_in_6_ghz_names_only_modes_of_that_band(void **state)
{
    (void)state;
    assert_string_equal(switched(LINK_BAND_6GHZ, 5, 80, STATION_STANDARD_EHT),
                        "CHAN_SWITCH 5 5975 sec_channel_offset=-1 center_freq1=5985 bandwidth=80 he eht");
}

static void a_transition_without_a_timer_only_asks(void **state)
{
    char octets[100];
    struct fascia_text text;
    struct fascia_mac mac = {{0x02, 0, 0, 0, 1, 0xab}};
    (void)state;

    fascia_text_init(&text, octets, sizeof octets);
    hostapd_command_transition(&mac, 0, &text);
    assert_string_equal(octets, "BSS_TM_REQ 02:00:00:00:01:ab");
    fascia_text_init(&text, octets, sizeof octets);
    hostapd_command_transition(&mac, 100, &text);
    assert_string_equal(octets, "BSS_TM_REQ 02:00:00:00:01:ab disassoc_imminent=1 disassoc_timer=100");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_switch_names_the_centre_and_the_side_of_the_secondary_channel),
        cmocka_unit_test(a_switch_to_20_mhz_has_no_secondary_channel),
        cmocka_unit_test(a_switch_in_6_ghz_names_only_modes_of_that_band),
        cmocka_unit_test(a_transition_without_a_timer_only_asks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
