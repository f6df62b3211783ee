/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/link/choose.h"

#include <string.h>

#include "stack/link/nl80211_values.h"
#include "tests/unit/link/radio_builder.h"
#include "tests/unit/test.h"

static struct wiphy_table radios;
static struct wiphy_interfaces interfaces;
static struct link_config config;
static struct choose_input input;

static int setup(void **state)
{
    (void)state;
    memset(&radios, 0, sizeof radios);
    memset(&interfaces, 0, sizeof interfaces);
    config =
        (struct link_config){.country = "DE", .band = LINK_BAND_5GHZ, .channel = 36, .width_mhz = 80, .min_streams = 2};
    input = (struct choose_input){.config = &config, .radios = &radios, .interfaces = &interfaces};
    return 0;
}

static void add_interface(uint32_t wiphy, uint32_t ifindex, uint32_t type)
{
    struct wiphy_interface *it = &interfaces.list[interfaces.count++];
    *it = (struct wiphy_interface){.wiphy = wiphy, .ifindex = ifindex, .type = type, .name = "wlan"};
}

/* A radio in the configured country with a managed interface. */
static void add(const struct radio *radio)
{
    radio_add(&radios, radio);
    memcpy(radios.radios[radios.count - 1].country, "DE", 3);
    add_interface(radio->index, 10 + radio->index, NL80211_IFTYPE_STATION);
}

static struct choose_result chosen(void)
{
    struct choose_result result;
    choose_radio(&input, &result);
    return result;
}

#define GOOD .name = "good", .band = 1, .ht_streams = 2, .vht_streams = 2, .he_streams = 2

static void the_radio_with_enough_streams_wins_over_a_lower_index(void **state)
{
    (void)state;
    add(&(struct radio){.index = 0, .name = "single", .band = 1, .ht_streams = 1, .vht_streams = 1});
    add(&(struct radio){.index = 1, GOOD});

    struct choose_result r = chosen();
    assert_int_equal(r.reason, FASCIA_REASON_NONE);
    assert_string_equal(r.wiphy_name, "good");
    assert_int_equal(r.ifindex, 11);
    assert_int_equal(r.mimo.streams.tx, 2);
    assert_int_equal(r.plan.width_mhz, 80);
    assert_int_equal(r.plan.centre_segment, 42);
    assert_true(r.settled);
}

static void the_newer_standard_decides_between_equals(void **state)
{
    (void)state;
    add(&(struct radio){.index = 0, .name = "ac", .band = 1, .ht_streams = 2, .vht_streams = 2});
    add(&(struct radio){.index = 1, .name = "ax", .band = 1, .ht_streams = 2, .vht_streams = 2, .he_streams = 2});
    add(&(struct radio){
        .index = 2, .name = "be", .band = 1, .ht_streams = 2, .vht_streams = 2, .he_streams = 2, .eht_streams = 2});
    assert_string_equal(chosen().wiphy_name, "be");
}

static void equals_give_the_lowest_index_whatever_the_order(void **state)
{
    (void)state;
    add(&(struct radio){.index = 5, GOOD});
    add(&(struct radio){.index = 2, GOOD});
    add(&(struct radio){.index = 9, GOOD});
    assert_int_equal(chosen().wiphy, 2);
}

static void one_stream_is_taken_when_there_is_nothing_better(void **state)
{
    (void)state;
    add(&(struct radio){.name = "single", .band = 1, .ht_streams = 1, .vht_streams = 1});
    struct choose_result r = chosen();
    assert_int_equal(r.reason, FASCIA_REASON_NONE);
    assert_int_equal(r.mimo.streams.tx, 1);
}

static void no_radio_is_said_when_there_is_none(void **state)
{
    (void)state;
    assert_int_equal(chosen().reason, FASCIA_REASON_NO_RADIO);
}

static void no_ap_mode_is_said_for_mode_band_and_channel(void **state)
{
    (void)state;
    add(&(struct radio){.index = 0, GOOD, .no_ap = true});
    struct choose_result r = chosen();
    assert_int_equal(r.reason, FASCIA_REASON_NO_AP_MODE);
    assert_non_null(strstr(r.detail, "AP mode"));

    assert_int_equal(setup(NULL), 0);
    add(&(struct radio){.name = "low", .band = 0, .ht_streams = 2});
    r = chosen();
    assert_int_equal(r.reason, FASCIA_REASON_NO_AP_MODE);
    assert_non_null(strstr(r.detail, "5GHz"));

    assert_int_equal(setup(NULL), 0);
    add(&(struct radio){GOOD});
    config.channel = 149;
    assert_int_equal(chosen().reason, FASCIA_REASON_NO_AP_MODE);
}

static void a_forbidden_channel_is_the_countrys_fault(void **state)
{
    static const struct radio forbidden[] = {{GOOD, .no_ir = 5180}, {GOOD, .disabled = 5180}, {GOOD, .radar = 5180}};
    (void)state;

    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(setup(NULL), 0);
        add(&forbidden[i]);
        struct choose_result r = chosen();
        assert_int_equal(r.reason, FASCIA_REASON_COUNTRY);
        assert_non_null(strstr(r.detail, "in DE"));
    }
}

static void permissions_of_another_country_do_not_count_yet(void **state)
{
    (void)state;
    add(&(struct radio){GOOD, .no_ir = 5180});
    memcpy(radios.radios[0].country, "00", 3);
    struct choose_result r = chosen();
    assert_int_equal(r.reason, FASCIA_REASON_NONE);
    assert_false(r.settled);

    radios.radios[0].self_managed = true; /* it will never take our country */
    assert_int_equal(chosen().reason, FASCIA_REASON_COUNTRY);
}

static void a_blocked_radio_is_passed_over_and_named_when_it_is_the_only_one(void **state)
{
    (void)state;
    add(&(struct radio){.index = 0, GOOD});
    input.blocked = 1;
    assert_int_equal(chosen().reason, FASCIA_REASON_RFKILL);
    add(&(struct radio){.index = 1, GOOD});
    assert_int_equal(chosen().wiphy, 1);
}

static void a_radio_needs_an_interface_that_hostapd_can_use(void **state)
{
    (void)state;
    radio_add(&radios, &(struct radio){GOOD});
    memcpy(radios.radios[0].country, "DE", 3);
    add_interface(0, 0, NL80211_IFTYPE_P2P_DEVICE);
    add_interface(0, 5, NL80211_IFTYPE_MONITOR);
    add_interface(3, 6, NL80211_IFTYPE_STATION); /* of another radio */
    assert_int_equal(chosen().reason, FASCIA_REASON_NO_INTERFACE);
    add_interface(0, 8, NL80211_IFTYPE_STATION);
    add_interface(0, 7, NL80211_IFTYPE_STATION);
    assert_int_equal(chosen().ifindex, 7);
    add_interface(0, 9, NL80211_IFTYPE_AP);
    assert_int_equal(chosen().ifindex, 9);
}

static void the_reason_is_that_of_the_radio_that_came_closest(void **state)
{
    (void)state;
    add(&(struct radio){.index = 0, GOOD, .no_ir = 5180});
    add(&(struct radio){.index = 1, GOOD, .no_ap = true});
    assert_int_equal(chosen().reason, FASCIA_REASON_COUNTRY);
}

static void six_gigahertz_needs_he(void **state)
{
    (void)state;
    config.band = LINK_BAND_6GHZ;
    config.channel = 5;
    add(&(struct radio){.index = 0, .name = "old", .band = 3});
    assert_int_equal(chosen().reason, FASCIA_REASON_NO_AP_MODE);
    add(&(struct radio){.index = 1, .name = "6E", .band = 3, .he_streams = 2});
    struct choose_result r = chosen();
    assert_int_equal(r.reason, FASCIA_REASON_NONE);
    assert_int_equal(r.plan.frequency_mhz, 5975);
    assert_int_equal(r.plan.centre_segment, 7);
}

static void an_automatic_channel_is_measured_among_what_is_allowed(void **state)
{
    (void)state;
    config.channel = LINK_CHANNEL_AUTO;
    add(&(struct radio){GOOD, .radar = 5260});
    struct choose_result r = chosen();
    assert_int_equal(r.reason, FASCIA_REASON_NONE);
    assert_int_equal(r.plan.number, LINK_CHANNEL_AUTO);
    assert_int_equal(r.plan.width_mhz, 80);
    assert_int_equal(r.plan.candidate_count, 4);
    assert_non_null(strstr(r.detail, "5GHz channel by measurement, 80 MHz"));

    input.unmeasured = true;
    r = chosen();
    assert_int_equal(r.plan.number, 36);
    assert_int_equal(r.plan.candidate_count, 0);
}

static void an_automatic_channel_that_no_radio_has_or_may_use_is_told(void **state)
{
    (void)state;
    config.channel = LINK_CHANNEL_AUTO;
    config.channels[0] = 149;
    config.channels_count = 1;
    add(&(struct radio){GOOD});
    struct choose_result r = chosen();
    assert_int_equal(r.reason, FASCIA_REASON_NO_AP_MODE);
    assert_string_equal(r.detail, "good has none of the channels in 5GHz");

    config.channels[0] = 52;
    radios.radios[0].bands[WIPHY_BAND_5GHZ].channels[4].flags = WIPHY_CHANNEL_RADAR;
    r = chosen();
    assert_int_equal(r.reason, FASCIA_REASON_COUNTRY);
    assert_string_equal(r.detail, "good: no 5GHz channel may be used in DE; the last needs radar detection (link.dfs)");
}

static void other_bands_are_tried_in_order_and_the_passed_over_are_named(void **state)
{
    (void)state;
    config.other_bands[0] = LINK_BAND_6GHZ;
    config.other_bands[1] = LINK_BAND_2GHZ;
    config.other_bands_count = 2;
    add(&(struct radio){.name = "low", .band = 0, .ht_streams = 2});
    struct choose_result r = chosen();
    assert_int_equal(r.reason, FASCIA_REASON_NONE);
    assert_int_equal(r.plan.band, LINK_BAND_2GHZ);
    assert_int_equal(r.plan.number, LINK_CHANNEL_AUTO);
    assert_non_null(strstr(r.detail, "passed over: low has no 5GHz band for an AP; low has no 6GHz band for an AP"));

    add(&(struct radio){.index = 1, GOOD}); /* the configured band wins as soon as a radio can start there */
    r = chosen();
    assert_string_equal(r.wiphy_name, "good");
    assert_int_equal(r.plan.band, LINK_BAND_5GHZ);
    assert_int_equal(r.plan.number, 36);
}

static void when_no_band_can_be_used_all_reasons_are_told(void **state)
{
    (void)state;
    config.other_bands[0] = LINK_BAND_2GHZ;
    config.other_bands_count = 1;
    add(&(struct radio){.index = 0, GOOD, .no_ir = 5180});
    add(&(struct radio){.index = 1, .name = "client", .band = 1, .ht_streams = 2, .no_ap = true});
    struct choose_result r = chosen();
    assert_int_equal(r.reason, FASCIA_REASON_COUNTRY);
    assert_string_equal(r.detail, "good: channel 36 is for listening only (no-IR) in DE; client has no AP mode; "
                                  "good has no 2.4GHz band for an AP");
}

static void the_last_channel_comes_before_the_configured_one_while_it_is_allowed(void **state)
{
    (void)state;
    config.channel = LINK_CHANNEL_AUTO;
    input.last = (struct choose_last){.band = LINK_BAND_5GHZ, .number = 44, .width_mhz = 40};
    add(&(struct radio){GOOD});
    struct choose_result r = chosen();
    assert_int_equal(r.plan.number, 44);
    assert_int_equal(r.plan.width_mhz, 40);

    radios.radios[0].bands[WIPHY_BAND_5GHZ].channels[2].flags = WIPHY_CHANNEL_RADAR;
    r = chosen();
    assert_int_equal(r.plan.number, LINK_CHANNEL_AUTO);
    config.channel = 36;
    r = chosen();
    assert_int_equal(r.plan.number, 36);
    assert_int_equal(r.plan.width_mhz, 40); /* 44 is in the block of 80 */
}

static void a_standard_that_is_switched_off_does_not_count(void **state)
{
    (void)state;
    add(&(struct radio){GOOD});
    config.standard = LINK_STANDARD_AC;
    assert_int_equal(chosen().standard, STATION_STANDARD_VHT);
    config.standard = LINK_STANDARD_N;
    struct choose_result r = chosen();
    assert_int_equal(r.standard, STATION_STANDARD_HT);
    assert_int_equal(r.plan.width_mhz, 40);
}

/* Channels and widths */

static struct channel_plan planned(const struct radio *radio, uint32_t number, uint32_t width, bool settled)
{
    struct channel_plan plan;
    memset(&radios, 0, sizeof radios);
    radio_add(&radios, radio);
    channel_plan(&radios.radios[0], radio->band == 0 ? LINK_BAND_2GHZ : LINK_BAND_5GHZ, number, width,
                 &(struct channel_rules){.settled = settled}, &plan);
    return plan;
}

static void blocks_are_those_of_the_standard(void **state)
{
    static const struct {
        enum link_band band;
        uint32_t number, width, centre;
        int secondary;
    } cases[] = {
        {LINK_BAND_5GHZ, 36, 20, 36, 0},   {LINK_BAND_5GHZ, 36, 40, 38, 1},     {LINK_BAND_5GHZ, 40, 40, 38, -1},
        {LINK_BAND_5GHZ, 48, 80, 42, -1},  {LINK_BAND_5GHZ, 52, 80, 58, 1},     {LINK_BAND_5GHZ, 44, 160, 50, 1},
        {LINK_BAND_5GHZ, 100, 80, 106, 1}, {LINK_BAND_5GHZ, 144, 80, 138, -1},  {LINK_BAND_5GHZ, 149, 80, 155, 1},
        {LINK_BAND_5GHZ, 165, 80, 171, 1}, {LINK_BAND_5GHZ, 104, 160, 114, -1}, {LINK_BAND_6GHZ, 1, 160, 15, 1},
        {LINK_BAND_6GHZ, 33, 80, 39, 1},   {LINK_BAND_6GHZ, 37, 40, 35, -1},    {LINK_BAND_2GHZ, 1, 40, 3, 1},
        {LINK_BAND_2GHZ, 11, 40, 9, -1},
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct channel_plan plan;
        assert_true(channel_block(cases[i].band, cases[i].number, cases[i].width, &plan));
        assert_int_equal(plan.centre_segment, cases[i].centre);
        assert_int_equal(plan.secondary, cases[i].secondary);
    }
}

static void channels_that_do_not_exist_have_no_block(void **state)
{
    struct channel_plan plan;
    (void)state;

    assert_false(channel_block(LINK_BAND_5GHZ, 37, 20, &plan));
    assert_false(channel_block(LINK_BAND_5GHZ, 144, 160, &plan));
    assert_false(channel_block(LINK_BAND_2GHZ, 6, 80, &plan));
    assert_int_equal(channel_frequency(LINK_BAND_5GHZ, -4), 0);
    assert_int_equal(channel_frequency(LINK_BAND_2GHZ, 14), 2484);
    assert_int_equal(channel_frequency(LINK_BAND_6GHZ, 237), 0);
}

static void frequencies_have_their_number_back(void **state)
{
    (void)state;
    assert_int_equal(channel_number(2412), 1);
    assert_int_equal(channel_number(2484), 14);
    assert_int_equal(channel_number(5180), 36);
    assert_int_equal(channel_number(5975), 5);
    assert_int_equal(channel_number(58320), 0);
}

static void the_width_is_reduced_to_what_the_radio_can_do(void **state)
{
    (void)state;
    assert_int_equal(planned(&(struct radio){GOOD}, 36, 160, true).width_mhz, 160);
    assert_int_equal(planned(&(struct radio){GOOD, .only_80 = true}, 36, 160, true).width_mhz, 80);
    assert_int_equal(planned(&(struct radio){.name = "n", .band = 1, .ht_streams = 2}, 36, 80, true).width_mhz, 40);
    assert_int_equal(planned(&(struct radio){GOOD, .only_20 = true}, 36, 80, true).width_mhz, 20);
    assert_int_equal(planned(&(struct radio){.name = "n", .band = 0, .ht_streams = 2}, 6, 80, true).width_mhz, 40);
}

static void the_width_is_reduced_to_what_the_country_allows(void **state)
{
    (void)state;
    assert_int_equal(planned(&(struct radio){GOOD, .radar = 5260}, 36, 160, true).width_mhz, 80);
    assert_int_equal(planned(&(struct radio){GOOD, .no_ir = 5220}, 36, 80, true).width_mhz, 40);
    assert_int_equal(planned(&(struct radio){GOOD, .disabled = 5200}, 36, 80, true).width_mhz, 20);
    assert_int_equal(planned(&(struct radio){GOOD, .no_80 = 5180}, 36, 80, true).width_mhz, 40);
    assert_int_equal(planned(&(struct radio){GOOD, .no_ir = 5220}, 36, 80, false).width_mhz, 80);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_radio_with_enough_streams_wins_over_a_lower_index, setup),
        cmocka_unit_test_setup(the_newer_standard_decides_between_equals, setup),
        cmocka_unit_test_setup(equals_give_the_lowest_index_whatever_the_order, setup),
        cmocka_unit_test_setup(one_stream_is_taken_when_there_is_nothing_better, setup),
        cmocka_unit_test_setup(no_radio_is_said_when_there_is_none, setup),
        cmocka_unit_test_setup(no_ap_mode_is_said_for_mode_band_and_channel, setup),
        cmocka_unit_test_setup(a_forbidden_channel_is_the_countrys_fault, setup),
        cmocka_unit_test_setup(permissions_of_another_country_do_not_count_yet, setup),
        cmocka_unit_test_setup(a_blocked_radio_is_passed_over_and_named_when_it_is_the_only_one, setup),
        cmocka_unit_test_setup(a_radio_needs_an_interface_that_hostapd_can_use, setup),
        cmocka_unit_test_setup(the_reason_is_that_of_the_radio_that_came_closest, setup),
        cmocka_unit_test_setup(six_gigahertz_needs_he, setup),
        cmocka_unit_test_setup(an_automatic_channel_is_measured_among_what_is_allowed, setup),
        cmocka_unit_test_setup(an_automatic_channel_that_no_radio_has_or_may_use_is_told, setup),
        cmocka_unit_test_setup(other_bands_are_tried_in_order_and_the_passed_over_are_named, setup),
        cmocka_unit_test_setup(when_no_band_can_be_used_all_reasons_are_told, setup),
        cmocka_unit_test_setup(the_last_channel_comes_before_the_configured_one_while_it_is_allowed, setup),
        cmocka_unit_test_setup(a_standard_that_is_switched_off_does_not_count, setup),
        cmocka_unit_test(blocks_are_those_of_the_standard),
        cmocka_unit_test(channels_that_do_not_exist_have_no_block),
        cmocka_unit_test(frequencies_have_their_number_back),
        cmocka_unit_test_setup(the_width_is_reduced_to_what_the_radio_can_do, setup),
        cmocka_unit_test_setup(the_width_is_reduced_to_what_the_country_allows, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
