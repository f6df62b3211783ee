/* SPDX-License-Identifier: Apache-2.0 */
#include "audio/layout/speakers.h"

#include <math.h>
#include <string.h>

#include "stack/base/cleanup.h"
#include "tests/unit/test.h"

static struct speakers nominal(const char *ports)
{
    struct layout layout = {.count = 0};
    struct speakers speakers;
    assert_int_equal(layout_parse(ports, &layout), 0);
    speakers_nominal(&layout, &speakers);
    return speakers;
}

static int checked(const struct speakers *speakers, char message[160])
{
    struct fascia_text text;
    fascia_text_init(&text, message, 160);
    return speakers_check(speakers, &text);
}

static void assert_plays(const struct speakers *speakers, const char *expected)
{
    struct layout plays = {.count = 0};
    char buffer[160];
    struct fascia_text text;
    fascia_text_init(&text, buffer, sizeof buffer);
    for (size_t i = 0; i < speakers->count; i++)
        plays.channels[plays.count++] = speakers->at[i].plays;
    layout_format(&plays, &text);
    assert_string_equal(buffer, expected);
}

static void named_channels_stand_at_their_nominal_places(void **state)
{
    (void)state;
    struct speakers s = nominal("FL RR TSL LFE");
    assert_plays(&s, "FL RR TSL LFE");
    assert_true(s.at[0].azimuth_deg == 30 && s.at[0].elevation_deg == 0);
    assert_true(s.at[1].azimuth_deg == -135);
    assert_true(s.at[2].azimuth_deg == 90 && s.at[2].elevation_deg == 35);
    assert_int_equal(s.at[1].channel, LAYOUT_RR);
}

static void unnamed_channels_get_the_places_that_alsa_would_give_them(void **state)
{
    static const struct {
        const char *ports, *plays;
    } cases[] = {
        {"AUX0", "FC"},
        {"AUX0 AUX1", "FL FR"},
        {"AUX0 AUX1 AUX2", "FL FR FC"},
        {"AUX0 AUX1 AUX2 AUX3", "FL FR RL RR"},
        {"AUX0 AUX1 AUX2 AUX3 AUX4 AUX5", "FL FR RL RR FC LFE"},
        {"AUX0 AUX1 AUX2 AUX3 AUX4 AUX5 AUX6 AUX7", "FL FR RL RR FC LFE SL SR"},
        {"FL FR AUX0 AUX1", "FL FR RL RR"},
        {"AUX0 AUX1 RL RR", "FL FR RL RR"},
        {"FL FR AUX4", "FL FR FC"},
        {"AUX0 AUX1 AUX2 AUX3 AUX4 AUX5 AUX6 AUX7 AUX8 AUX9 AUX10 AUX11 AUX12 AUX13 AUX14 AUX15",
         "FL FR RL RR FC LFE SL SR TFL TFR TRL TRR TSL TSR RC LFE2"},
    };
    (void)state;
    for (size_t i = 0; i < FASCIA_ARRAY_SIZE(cases); i++) {
        char message[160];
        struct speakers s = nominal(cases[i].ports);
        assert_plays(&s, cases[i].plays);
        assert_int_equal(checked(&s, message), 0);
    }
}

static void a_direction_is_that_of_the_nearest_place_that_is_free(void **state)
{
    (void)state;
    assert_int_equal(speakers_nearest(40, 0, NULL), LAYOUT_FL);
    assert_int_equal(speakers_nearest(-5, 3, NULL), LAYOUT_FC);
    assert_int_equal(speakers_nearest(-100, 0, NULL), LAYOUT_SR);
    assert_int_equal(speakers_nearest(170, 0, NULL), LAYOUT_RC);
    assert_int_equal(speakers_nearest(-170, -10, NULL), LAYOUT_RC);
    assert_int_equal(speakers_nearest(80, 40, NULL), LAYOUT_TSL);
    assert_int_equal(speakers_nearest(-150, 30, NULL), LAYOUT_TRR);
    struct speakers taken = nominal("FL FR SL SR");
    assert_int_equal(speakers_nearest(100, 0, &taken), LAYOUT_RL);
    /* where all are taken: the nearest all the same */
    taken = nominal("FL FR FC RC SL SR RL RR TFL TFR TSL TSR TRL TRR");
    assert_int_equal(speakers_nearest(40, 0, &taken), LAYOUT_FL);
}

static void every_preset_is_a_cabin_that_can_be(void **state)
{
    static const char *const expected[] = {"1", "2", "2.1", "4", "4.1", "5.1", "6", "7.1", "5.1.2", "5.1.4", "7.1.4"};
    char message[160];
    (void)state;
    for (size_t i = 0; i < FASCIA_ARRAY_SIZE(expected); i++) {
        struct speakers s;
        assert_int_equal(speakers_preset(expected[i], &s), 0);
    }
    for (size_t i = 0; i < speakers_presets(); i++) {
        struct speakers s;
        assert_int_equal(speakers_preset(speakers_preset_at(i), &s), 0);
        assert_int_equal(checked(&s, message), 0);
        /* "5.1.2": five around, one for bass, two above */
        const char *name = speakers_preset_at(i);
        size_t n = 0;
        for (const char *c = name; *c != '\0' && *c != '-'; c++)
            n += *c == '.' ? 0 : (size_t)(*c - '0');
        assert_int_equal(s.count, n);
        assert_int_equal(speakers_full_range(&s), n - (strstr(name, ".1") != NULL));
    }
    assert_null(speakers_preset_at(speakers_presets()));
}

static void an_unknown_preset_changes_nothing(void **state)
{
    struct speakers s = {.count = 7};
    (void)state;
    assert_int_equal(speakers_preset("5.2", &s), SPEAKERS_E_UNKNOWN);
    assert_int_equal(s.count, 7);
}

static void six_speakers_are_two_in_front_and_four_around(void **state)
{
    struct speakers s;
    (void)state;
    assert_int_equal(speakers_preset("6", &s), 0);
    assert_plays(&s, "FL FR SL SR RL RR");
}

/* A preset is what is wired to the ports of a sink, one after the other. */
static void channels_of_presets_stand_in_the_usual_order(void **state)
{
    struct layout usual = {.count = 0};
    (void)state;
    assert_int_equal(layout_parse("FL FR FC LFE SL SR RL RR TFL TFR TSL TSR TRL TRR", &usual), 0);
    for (size_t i = 0; i < speakers_presets(); i++) {
        struct speakers s;
        assert_int_equal(speakers_preset(speakers_preset_at(i), &s), 0);
        for (size_t k = 1; k < s.count; k++)
            assert_true(layout_find(&usual, s.at[k].channel) > layout_find(&usual, s.at[k - 1].channel));
    }
}

static void ports_are_the_channels_of_the_sink(void **state)
{
    (void)state;
    struct speakers s = nominal("AUX0 AUX1 AUX2 AUX3");
    struct layout ports;
    speakers_ports(&s, &ports);
    assert_int_equal(ports.count, 4);
    assert_int_equal(ports.channels[3], LAYOUT_AUX0 + 3);
    assert_int_equal(speakers_find(&s, LAYOUT_RR), 3);
    assert_int_equal(speakers_find(&s, LAYOUT_FC), -1);
}

static void a_tweeter_counts_with_its_woofer(void **state)
{
    (void)state;
    struct speakers s = nominal("FL FR AUX0 AUX1 LFE");
    s.at[2].plays = LAYOUT_FL;
    s.at[3].plays = LAYOUT_FR;
    assert_int_equal(speakers_full_range(&s), 4);
    s.at[2].low_hz = s.at[3].low_hz = 2500;
    assert_true(speakers_is_tweeter(&s, 2));
    assert_false(speakers_is_tweeter(&s, 0));
    assert_int_equal(speakers_full_range(&s), 2);
    s.at[2].low_hz = s.at[3].low_hz = 150; /* a small one is another speaker */
    assert_int_equal(speakers_full_range(&s), 4);
    s.at[0].low_hz = 2500; /* with a low end beside it, the other way round */
    assert_true(speakers_is_tweeter(&s, 0));
    s.at[4].low_hz = 2500; /* nobody reaches lower: no tweeter, if an odd subwoofer */
    assert_false(speakers_is_tweeter(&s, 4));
    s.at[2].low_hz = 2500; /* two that are alike are no pair of ways */
    assert_false(speakers_is_tweeter(&s, 0) || speakers_is_tweeter(&s, 2));
    s.at[0].low_hz = 0;
    s.at[2].low_hz = SPEAKERS_TWEETER_HZ;
    assert_true(speakers_is_tweeter(&s, 2));
}

/* --- what cannot be --------------------------------------------------------------------------------------------- */

static void assert_impossible(const struct speakers *s, const char *sentence)
{
    char message[160];
    assert_int_equal(checked(s, message), SPEAKERS_E_IMPOSSIBLE);
    assert_string_equal(message, sentence);
}

static void a_place_that_cannot_be_is_named(void **state)
{
    static const struct {
        const char *ports;
        float azimuth, elevation;
        const char *sentence;
    } cases[] = {
        {"FL", 150, 0, "the speaker FL stands behind, and plays a front channel"},
        {"FL", 101, 0, "the speaker FL stands behind, and plays a front channel"},
        {"FL", 0, 0, "the speaker FL plays a left channel, and is not on the left (azimuth above 0)"},
        {"RL", 180, 0, "the speaker RL plays a left channel, and is not on the left (azimuth above 0)"},
        {"RR", -180, 0, "the speaker RR plays a right channel, and is not on the right (azimuth below 0)"},
        {"FR", 0, 0, "the speaker FR plays a right channel, and is not on the right (azimuth below 0)"},
        {"FL", -30, 0, "the speaker FL plays a left channel, and is not on the left (azimuth above 0)"},
        {"SR", 90, 0, "the speaker SR plays a right channel, and is not on the right (azimuth below 0)"},
        {"SL", 20, 0, "the speaker SL stands in front, and plays a surround channel"},
        {"RC", 0, 0, "the speaker RC stands in front, and plays a surround channel"},
        {"FC", 90, 0, "the speaker FC is not in front, and plays the centre"},
        {"TFL", 45, 0, "the speaker TFL plays a height, and is not above the ears"},
        {"TRL", 30, 40, "the speaker TRL stands in front, and plays a rear height"},
        {"TSR", -10, 40, "the speaker TSR is not at the side, and plays a side height"},
        {"FL", NAN, 0, "the speaker FL has an azimuth that is not within -180 … 180 degrees"},
        {"FL", 181, 0, "the speaker FL has an azimuth that is not within -180 … 180 degrees"},
        {"FL", 30, 100, "the speaker FL has an elevation that is not within -90 … 90 degrees"},
        {"FL", 30, -INFINITY, "the speaker FL has an elevation that is not within -90 … 90 degrees"},
    };
    (void)state;
    for (size_t i = 0; i < FASCIA_ARRAY_SIZE(cases); i++) {
        struct speakers s = nominal(cases[i].ports);
        s.at[0].azimuth_deg = cases[i].azimuth;
        s.at[0].elevation_deg = cases[i].elevation;
        assert_impossible(&s, cases[i].sentence);
    }
}

static void places_of_real_cars_are_possible(void **state)
{
    static const struct {
        const char *ports;
        float azimuth, elevation;
    } cases[] = {
        {"FL", 70, -20},    {"FR", -95, -30}, {"FC", 25, 5},   {"RL", 60, -10}, {"RR", -170, 0},  {"SL", 90, 0},
        {"LFE", -120, -60}, {"RC", 180, 0},   {"RC", -175, 0}, {"TFL", 60, 20}, {"TRR", -90, 70},
    };
    char message[160];
    (void)state;
    for (size_t i = 0; i < FASCIA_ARRAY_SIZE(cases); i++) {
        struct speakers s = nominal(cases[i].ports);
        s.at[0].azimuth_deg = cases[i].azimuth;
        s.at[0].elevation_deg = cases[i].elevation;
        assert_int_equal(checked(&s, message), 0);
    }
}

static void numbers_out_of_range_are_named(void **state)
{
    (void)state;
    struct speakers s = nominal("FL FR");
    s.at[1].distance_m = -1;
    assert_impossible(&s, "the speaker FR has a distance that is not within 0 … 20 m");
    s.at[1].distance_m = 1;
    s.at[0].low_hz = NAN;
    assert_impossible(&s, "the speaker FL has a lower edge that is not within 0 … 10000 Hz");
    s.at[0].low_hz = 0;
    s.at[0].plays = LAYOUT_AUX0;
    assert_impossible(&s, "the speaker FL plays no channel of a programme (plays: FL, FR, …)");
    s.at[0].plays = LAYOUT_FL;
    s.at[0].channel = LAYOUT_CHANNEL_COUNT;
    assert_impossible(&s, "the speaker ? is on no channel that we know");
    s.at[0].channel = LAYOUT_FR;
    assert_impossible(&s, "the speaker FR is there twice");
    s.count = 0;
    assert_impossible(&s, "a cabin has 1 to 16 speakers, not 0");
    s.count = 17;
    assert_impossible(&s, "a cabin has 1 to 16 speakers, not 17");
}

static void headphones_are_a_left_and_a_right_one(void **state)
{
    char message[160];
    (void)state;
    struct speakers s = nominal("FR FL");
    s.headphones = true;
    assert_int_equal(checked(&s, message), 0);
    s = nominal("FL FR FC");
    s.headphones = true;
    assert_impossible(&s, "headphones have two channels, FL and FR");
    s = nominal("SL SR");
    s.headphones = true;
    assert_impossible(&s, "headphones have two channels, FL and FR");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(named_channels_stand_at_their_nominal_places),
        cmocka_unit_test(unnamed_channels_get_the_places_that_alsa_would_give_them),
        cmocka_unit_test(a_direction_is_that_of_the_nearest_place_that_is_free),
        cmocka_unit_test(every_preset_is_a_cabin_that_can_be),
        cmocka_unit_test(an_unknown_preset_changes_nothing),
        cmocka_unit_test(six_speakers_are_two_in_front_and_four_around),
        cmocka_unit_test(channels_of_presets_stand_in_the_usual_order),
        cmocka_unit_test(ports_are_the_channels_of_the_sink),
        cmocka_unit_test(a_tweeter_counts_with_its_woofer),
        cmocka_unit_test(a_place_that_cannot_be_is_named),
        cmocka_unit_test(places_of_real_cars_are_possible),
        cmocka_unit_test(numbers_out_of_range_are_named),
        cmocka_unit_test(headphones_are_a_left_and_a_right_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
