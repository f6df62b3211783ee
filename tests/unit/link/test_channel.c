/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/link/channel.h"

#include <string.h>

#include "tests/unit/link/radio_builder.h"
#include "tests/unit/test.h"

/* Automatic channels and radar; blocks and fixed channels are in test_choose.c. */

static struct wiphy_table radios;
static struct wiphy *radio;
static struct channel_rules rules;
static struct channel_wish wish;
static struct channel_plan plan;
static enum channel_verdict verdict;

/* 36 to 64 of a radio that does up to 160 MHz; 52 to 64 need radar detection. */
static int setup(void **state)
{
    (void)state;
    memset(&radios, 0, sizeof radios);
    radio_add(&radios, &(struct radio){.name = "ax", .band = 1, .ht_streams = 2, .vht_streams = 2, .he_streams = 2});
    radio = &radios.radios[0];
    for (size_t i = 4; i < 8; i++)
        radio->bands[WIPHY_BAND_5GHZ].channels[i].flags |= WIPHY_CHANNEL_RADAR;
    rules = (struct channel_rules){.settled = true};
    wish = (struct channel_wish){.band = LINK_BAND_5GHZ, .width_mhz = 80};
    memset(&plan, 0xff, sizeof plan);
    verdict = CHANNEL_ALLOWED;
    return 0;
}

static void watch_for_radar(uint32_t widths)
{
    radio->combination_count = 1;
    radio->combinations[0] = (struct wiphy_combination){
        .maximum = 1, .channels = 1, .radar_widths = widths, .limit_count = 1, .limits = {{1, 1U << 3}}};
}

static void flag(uint32_t frequency, unsigned int flags)
{
    struct wiphy_band_caps *caps = &radio->bands[wiphy_band_of(wish.band)];
    size_t i = 0;

    while (i < caps->channel_count && caps->channels[i].frequency_mhz != frequency)
        i++;
    assert_true(i < caps->channel_count);
    caps->channels[i].flags |= flags;
}

static void expect_candidates(uint32_t width, const uint16_t *frequencies, size_t n)
{
    assert_true(channel_plan_auto(radio, &wish, &rules, &plan, &verdict));
    assert_int_equal(plan.number, LINK_CHANNEL_AUTO);
    assert_int_equal(plan.frequency_mhz, 0);
    assert_int_equal(plan.centre_segment, 0);
    assert_int_equal(plan.width_mhz, width);
    assert_int_equal(plan.secondary, width > 20 ? 1 : 0);
    assert_int_equal(plan.candidate_count, n);
    assert_memory_equal(plan.candidates, frequencies, n * sizeof frequencies[0]);
}

#define EXPECT(width, ...)                                                                                             \
    expect_candidates(width, (const uint16_t[]){__VA_ARGS__},                                                          \
                      sizeof((const uint16_t[]){__VA_ARGS__}) / sizeof(uint16_t))

static void radar_channels_are_never_measured_unless_wanted(void **state)
{
    (void)state;
    EXPECT(80, 5180, 5200, 5220, 5240);
    wish.width_mhz = 160;
    EXPECT(80, 5180, 5200, 5220, 5240);
    wish.width_mhz = 20;
    EXPECT(20, 5180, 5200, 5220, 5240);
}

static void radar_channels_need_a_radio_that_watches_at_that_width(void **state)
{
    (void)state;
    rules.dfs = true;
    EXPECT(80, 5180, 5200, 5220, 5240);
    assert_int_equal(channel_judge(radio, LINK_BAND_5GHZ, 5260, &rules), CHANNEL_NO_DETECTION);

    watch_for_radar(1U << 0 | 1U << 1 | 1U << 2 | 1U << 3); /* 20 without and with HT, 40, 80 */
    assert_int_equal(channel_judge(radio, LINK_BAND_5GHZ, 5260, &rules), CHANNEL_ALLOWED);
    EXPECT(80, 5180, 5200, 5220, 5240, 5260, 5280, 5300, 5320);
    wish.width_mhz = 160;
    EXPECT(80, 5180, 5200, 5220, 5240, 5260, 5280, 5300, 5320);
    watch_for_radar(1U << 0 | 1U << 1 | 1U << 2 | 1U << 3 | 1U << 5);
    EXPECT(160, 5180, 5200, 5220, 5240, 5260, 5280, 5300, 5320);

    rules.dfs = false;
    assert_int_equal(channel_judge(radio, LINK_BAND_5GHZ, 5260, &rules), CHANNEL_RADAR);
}

static void a_channel_that_was_left_for_radar_is_closed(void **state)
{
    (void)state;
    rules.dfs = true;
    watch_for_radar(0xff);
    radio->bands[WIPHY_BAND_5GHZ].channels[4].dfs_state = WIPHY_DFS_UNAVAILABLE;
    assert_int_equal(channel_judge(radio, LINK_BAND_5GHZ, 5260, &rules), CHANNEL_RADAR_SEEN);
    EXPECT(80, 5180, 5200, 5220, 5240);
}

static void a_channel_for_listening_stays_one_although_it_has_radar_detection(void **state)
{
    (void)state;
    rules.dfs = true;
    watch_for_radar(0xff);
    flag(5260, WIPHY_CHANNEL_NO_IR);
    assert_int_equal(channel_judge(radio, LINK_BAND_5GHZ, 5260, &rules), CHANNEL_NO_IR);
}

static void the_width_goes_down_until_hostapd_could_choose_a_channel(void **state)
{
    (void)state;
    flag(5240, WIPHY_CHANNEL_NO_IR);
    EXPECT(40, 5180, 5200);
    flag(5180, WIPHY_CHANNEL_DISABLED);
    EXPECT(20, 5200, 5220);
}

/* hostapd 2.10 takes the lowest 20 MHz channel of a block as the primary one, and no other. */
static void listed_channels_lead_only_the_blocks_that_they_begin(void **state)
{
    static const int64_t both[] = {36, 44}, all[] = {36, 40, 44, 48}, inner[] = {40, 48};
    (void)state;

    wish.only = both;
    wish.only_count = 2;
    EXPECT(80, 5180, 5220); /* a newer hostapd may take the other as well */
    wish.width_mhz = 40;
    EXPECT(40, 5180, 5220);
    wish.width_mhz = 80;
    wish.only = all;
    wish.only_count = 4;
    EXPECT(80, 5180, 5200, 5220, 5240);
    wish.only = inner;
    wish.only_count = 2;
    EXPECT(20, 5200, 5240);
}

static void without_a_measurement_it_is_the_first_at_full_width(void **state)
{
    static const int64_t inner[] = {44, 48};
    (void)state;

    wish.measured_already = true;
    assert_true(channel_plan_auto(radio, &wish, &rules, &plan, &verdict));
    assert_int_equal(plan.number, 36);
    assert_int_equal(plan.width_mhz, 80);
    assert_int_equal(plan.centre_segment, 42);
    wish.only = inner;
    wish.only_count = 2;
    assert_true(channel_plan_auto(radio, &wish, &rules, &plan, &verdict));
    assert_int_equal(plan.number, 44);
    assert_int_equal(plan.width_mhz, 80);
    assert_int_equal(plan.candidate_count, 0);
}

static void when_no_channel_is_allowed_the_reason_is_told(void **state)
{
    static const int64_t radar[] = {52, 56}, none[] = {149};
    (void)state;

    wish.only = radar;
    wish.only_count = 2;
    assert_false(channel_plan_auto(radio, &wish, &rules, &plan, &verdict));
    assert_int_equal(verdict, CHANNEL_RADAR);
    wish.only = none;
    wish.only_count = 1;
    assert_false(channel_plan_auto(radio, &wish, &rules, &plan, &verdict));
    assert_int_equal(verdict, CHANNEL_MISSING);
}

static void a_country_that_is_not_in_force_yet_leaves_out_what_is_often_radar(void **state)
{
    (void)state;
    memset(&rules, 0, sizeof rules);
    for (size_t i = 0; i < 8; i++)
        radio->bands[WIPHY_BAND_5GHZ].channels[i].flags = WIPHY_CHANNEL_NO_IR; /* of the world domain */
    wish.width_mhz = 160;
    EXPECT(80, 5180, 5200, 5220, 5240);
    rules.dfs = true;
    EXPECT(160, 5180, 5200, 5220, 5240, 5260, 5280, 5300, 5320);
}

static void in_2_4_ghz_no_neighbour_of_a_listed_channel_is_a_candidate(void **state)
{
    static const int64_t usual[] = {1, 6, 11};
    (void)state;

    memset(&radios, 0, sizeof radios);
    radio_add(&radios, &(struct radio){.name = "n", .band = 0, .ht_streams = 2});
    wish = (struct channel_wish){.band = LINK_BAND_2GHZ, .width_mhz = 20, .only = usual, .only_count = 3};
    EXPECT(20, 2412, 2437, 2462);
    wish.width_mhz = 80;
    EXPECT(40, 2412, 2437);
}

static void in_6_ghz_the_first_preferred_scanning_channel_is_taken(void **state)
{
    static const int64_t listed[] = {1, 9};
    (void)state;

    memset(&radios, 0, sizeof radios);
    radio_add(&radios, &(struct radio){.name = "6E", .band = 3, .he_streams = 2});
    wish = (struct channel_wish){.band = LINK_BAND_6GHZ, .width_mhz = 80};
    assert_true(channel_plan_auto(radio, &wish, &rules, &plan, &verdict));
    assert_int_equal(plan.number, 5);
    assert_int_equal(plan.width_mhz, 80);
    assert_int_equal(plan.centre_segment, 7);
    flag(5975, WIPHY_CHANNEL_NO_IR);
    assert_true(channel_plan_auto(radio, &wish, &rules, &plan, &verdict));
    assert_int_equal(plan.number, 21);
    wish.only = listed;
    wish.only_count = 2;
    assert_true(channel_plan_auto(radio, &wish, &rules, &plan, &verdict));
    assert_int_equal(plan.number, 9); /* 5 is in the blocks of 80 of both, and of 40 of 1 */
    assert_int_equal(plan.width_mhz, 40);
}

static void a_standard_narrows_the_channel(void **state)
{
    (void)state;
    rules.standard = LINK_STANDARD_N;
    channel_plan(radio, LINK_BAND_5GHZ, 36, 160, &rules, &plan);
    assert_int_equal(plan.width_mhz, 40);
    EXPECT(40, 5180, 5200, 5220, 5240);
}

static void every_verdict_has_a_text(void **state)
{
    (void)state;
    for (unsigned int v = 0; v < CHANNEL_VERDICTS_; v++)
        assert_true(strlen(channel_verdict_text((enum channel_verdict)v)) > 3);
    assert_string_equal(channel_verdict_text(CHANNEL_VERDICTS_), "?");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(radar_channels_are_never_measured_unless_wanted, setup),
        cmocka_unit_test_setup(radar_channels_need_a_radio_that_watches_at_that_width, setup),
        cmocka_unit_test_setup(a_channel_that_was_left_for_radar_is_closed, setup),
        cmocka_unit_test_setup(a_channel_for_listening_stays_one_although_it_has_radar_detection, setup),
        cmocka_unit_test_setup(the_width_goes_down_until_hostapd_could_choose_a_channel, setup),
        cmocka_unit_test_setup(listed_channels_lead_only_the_blocks_that_they_begin, setup),
        cmocka_unit_test_setup(without_a_measurement_it_is_the_first_at_full_width, setup),
        cmocka_unit_test_setup(when_no_channel_is_allowed_the_reason_is_told, setup),
        cmocka_unit_test_setup(a_country_that_is_not_in_force_yet_leaves_out_what_is_often_radar, setup),
        cmocka_unit_test_setup(in_2_4_ghz_no_neighbour_of_a_listed_channel_is_a_candidate, setup),
        cmocka_unit_test_setup(in_6_ghz_the_first_preferred_scanning_channel_is_taken, setup),
        cmocka_unit_test_setup(a_standard_narrows_the_channel, setup),
        cmocka_unit_test(every_verdict_has_a_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
