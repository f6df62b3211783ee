/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/report/facts_radio.h"

#include <string.h>

#include "stack/report/judge.h"
#include "tests/unit/test.h"

static struct report_facts facts;
static struct capability capability;
static struct radio_about about;

/* A dual-band 2x2 Wi-Fi 6 radio of which one transmit antenna is switched off on 5 GHz. */
static int good_radio(void **state)
{
    (void)state;
    memset(&facts, 0, sizeof facts);
    about = (struct radio_about){.radio = "board",
                                 .title = "A board",
                                 .sources_count = 1,
                                 .sources = {{.where = "a listing", .what = "iw phy", .when = "2026"}}};
    capability = (struct capability){
        .name = "phy0",
        .country = "DE",
        .antennas = {.available_tx = 3, .available_rx = 3, .used_tx = 1, .used_rx = 3},
        .roles = {[WIPHY_ROLE_AP] = true, [WIPHY_ROLE_STATION] = true},
        .radar_detection = true,
    };
    capability.bands[WIPHY_BAND_2GHZ] = (struct capability_band){.present = true, .channels = 13, .startable = 13};
    capability.bands[WIPHY_BAND_2GHZ].width_startable_mhz = 40;
    capability.bands[WIPHY_BAND_2GHZ].roles[WIPHY_ROLE_AP] = (struct capability_role){.supported = true,
                                                                                      .standard = STATION_STANDARD_HT,
                                                                                      .width_mhz = 40,
                                                                                      .effective = {2, 2},
                                                                                      .limit_tx = CAPABILITY_LIMIT_MCS,
                                                                                      .limit_rx = CAPABILITY_LIMIT_MCS,
                                                                                      .class = "2x2"};
    capability.bands[WIPHY_BAND_5GHZ] =
        (struct capability_band){.present = true, .channels = 25, .startable = 9, .radar = 16};
    capability.bands[WIPHY_BAND_5GHZ].width_startable_mhz = 80;
    capability.bands[WIPHY_BAND_5GHZ].roles[WIPHY_ROLE_AP] =
        (struct capability_role){.supported = true,
                                 .standard = STATION_STANDARD_HE,
                                 .width_mhz = 160,
                                 .effective = {1, 2},
                                 .limit_tx = CAPABILITY_LIMIT_CONFIGURED,
                                 .limit_rx = CAPABILITY_LIMIT_MCS,
                                 .class = "1x2"};
    return 0;
}

static void fill(const char *country, const char *band)
{
    memset(&facts, 0, sizeof facts);
    report_facts_of_radio(
        &facts, &(struct report_radio){.capability = &capability, .about = &about, .country = country, .band = band});
}

static void an_access_point_on_5_ghz_is_what_is_judged(void **state)
{
    (void)state;
    fill(NULL, NULL);
    assert_true(facts.described.is);
    assert_string_equal(facts.described.radio, "board");
    assert_string_equal(facts.described.band, "5GHz");
    assert_string_equal(facts.described.country, "DE");
    assert_string_equal(facts.described.source, "iw phy: a listing (2026)");
    assert_string_equal(facts.link.mimo_class, "1x2");
    assert_string_equal(facts.link.standard, "802.11ax");
    assert_int_equal(facts.link.width_mhz, 80); /* what may be started, not what the modes could */
    assert_int_equal(facts.link.bands_count, 2);
    assert_string_equal(report_facts_band(&facts, "5GHz")->limit_tx, "antennas-configured");
    assert_int_equal(facts.link.antennas[2], 1);
    assert_string_equal(facts.link.mode, ""); /* nothing runs */
    assert_int_equal(facts.functions_count, 0);
}

static void streams_lost_on_wide_channels_and_channels_for_buildings_are_told(void **state)
{
    char line[REPORT_EVIDENCE_SIZE];
    struct fascia_text text;
    (void)state;
    capability.bands[WIPHY_BAND_5GHZ].roles[WIPHY_ROLE_AP].effective_widest = (struct mimo_streams){1, 1};
    capability.bands[WIPHY_BAND_5GHZ].indoor_only = 8;
    fill(NULL, NULL);
    fascia_text_init(&text, line, sizeof line);
    (void)report_check_run(&facts, REPORT_CHECK_MIMO_MIN_STREAMS, &(struct report_parameters){.tx = 1, .rx = 2}, &text);
    assert_non_null(strstr(line, "asked: 1x2; at 160 MHz only 1x1; TX limited by"));
    fascia_text_init(&text, line, sizeof line);
    (void)report_check_run(&facts, REPORT_CHECK_BAND_AVAILABLE, &(struct report_parameters){.band = "5GHz"}, &text);
    assert_non_null(strstr(line, "; 8 of them for indoor use only, which a vehicle is not"));
}

static void another_band_is_judged_where_none_can_start_on_5_ghz(void **state)
{
    (void)state;
    capability.bands[WIPHY_BAND_5GHZ].startable = 0;
    fill(NULL, NULL);
    assert_string_equal(facts.described.band, "5GHz"); /* after radar detection */
    assert_int_equal(facts.link.width_mhz, 160);
    capability.radar_detection = false;
    fill(NULL, NULL);
    assert_string_equal(facts.described.band, "2.4GHz");
    fill(NULL, "5GHz"); /* asked for that one and no other */
    assert_string_equal(facts.described.band, "");
    fill(NULL, "6GHz");
    assert_string_equal(facts.described.band, "");
    capability.roles[WIPHY_ROLE_AP] = false;
    fill(NULL, NULL);
    assert_string_equal(facts.described.band, "");
}

static void for_another_country_the_channels_are_not_known(void **state)
{
    (void)state;
    fill("US", NULL);
    assert_string_equal(facts.described.country, "US");
    assert_string_equal(facts.described.band, "5GHz");
    assert_false(facts.link.bands[1].has_channels);
    assert_int_equal(facts.link.bands[1].startable, 0);
    assert_non_null(strstr(facts.link.notes[facts.link.notes_count - 1], "another country"));
    assert_int_equal(facts.link.width_mhz, 160); /* what the modes can: nothing says less */
}

static void what_needs_a_unit_is_not_judged(void **state)
{
    char line[REPORT_EVIDENCE_SIZE];
    struct fascia_text text;
    size_t judged = 0;
    (void)state;
    fill(NULL, NULL);
    for (unsigned int i = 0; i < REPORT_CHECKS_; i++) {
        struct report_parameters parameters;
        report_check_defaults((enum report_check)i, &parameters);
        if (i == REPORT_CHECK_BAND_AVAILABLE)
            memcpy(parameters.band, "5GHz", 5);
        fascia_text_init(&text, line, sizeof line);
        enum report_outcome outcome = report_check_run(&facts, (enum report_check)i, &parameters, &text);
        assert_true(line[0] != '\0');
        if (outcome == REPORT_OUTCOME_NOT_APPLICABLE)
            assert_string_equal(line, "not judged offline: it needs a running unit");
        else
            judged++;
    }
    assert_int_equal(judged, 7);
}

static struct report_judgement judgement;

static void judge(const struct report_profile *profile)
{
    report_judge(&facts, profile, &judgement);
    assert_non_null(strstr(judgement.headline, "Radio board as described, nothing measured on a running unit"));
}

static void the_verdict_is_about_the_radio_and_says_so(void **state)
{
    struct report_profile profile = {
        .requirements_count = 2,
        .requirements = {{.id = "mimo",
                          .level = REPORT_LEVEL_MANDATORY,
                          .check = REPORT_CHECK_MIMO_MIN_STREAMS,
                          .parameters = {.tx = 2, .rx = 2}},
                         {.id = "sound",
                          .level = REPORT_LEVEL_MANDATORY,
                          .check = REPORT_CHECK_SPATIAL_AUDIO_RENDERED}},
    };
    (void)state;
    fill(NULL, NULL);
    judge(&profile);
    assert_int_equal(judgement.overall, REPORT_VERDICT_FAIL);
    assert_non_null(strstr(judgement.headline, "1 of 2 requirements judged; mimo (mandatory) not met"));
    assert_non_null(strstr(judgement.findings[0].evidence,
                           "described radio board is 1x2 on 5 GHz (TX x RX); asked: 2x2; TX limited by "
                           "antennas-configured"));
    profile.requirements[0].parameters.tx = 1;
    judge(&profile);
    assert_int_equal(judgement.overall, REPORT_VERDICT_PASS);
    assert_non_null(strstr(judgement.headline, "1 of 2 requirements judged, 1 met"));
    profile.requirements[0].level = REPORT_LEVEL_OPTIONAL; /* nothing is left that binds */
    judge(&profile);
    assert_int_equal(judgement.overall, REPORT_VERDICT_WARN);
    assert_non_null(strstr(judgement.headline, "none that binds is about a radio"));
}

static void an_empty_description_is_unknown_and_not_a_pass(void **state)
{
    static const struct report_profile profile = {
        .requirements_count = 1,
        .requirements = {{.id = "mimo", .check = REPORT_CHECK_MIMO_MIN_STREAMS, .parameters = {.tx = 1, .rx = 1}}}};
    (void)state;
    memset(&capability, 0, sizeof capability);
    memset(&about, 0, sizeof about);
    about.radio[0] = 'x';
    fill(NULL, NULL);
    report_judge(&facts, &profile, &judgement);
    assert_int_equal(judgement.findings[0].outcome, REPORT_OUTCOME_UNKNOWN);
    assert_int_equal(judgement.overall, REPORT_VERDICT_WARN);
}

static void sources_and_notes_beyond_the_bounds_are_counted(void **state)
{
    (void)state;
    about.sources_count = RADIO_SOURCES_MAX;
    for (size_t i = 0; i < RADIO_SOURCES_MAX; i++) {
        memset(about.sources[i].where, 'w', sizeof about.sources[i].where - 1);
        memset(about.sources[i].what, 'x', sizeof about.sources[i].what - 1);
    }
    about.certainty_count = RADIO_NOTES_MAX;
    fill(NULL, NULL);
    assert_int_equal(facts.link.notes_count, RADIO_NOTES_MAX);
    assert_true(facts.cut > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(an_access_point_on_5_ghz_is_what_is_judged, good_radio),
        cmocka_unit_test_setup(streams_lost_on_wide_channels_and_channels_for_buildings_are_told, good_radio),
        cmocka_unit_test_setup(another_band_is_judged_where_none_can_start_on_5_ghz, good_radio),
        cmocka_unit_test_setup(for_another_country_the_channels_are_not_known, good_radio),
        cmocka_unit_test_setup(what_needs_a_unit_is_not_judged, good_radio),
        cmocka_unit_test_setup(the_verdict_is_about_the_radio_and_says_so, good_radio),
        cmocka_unit_test_setup(an_empty_description_is_unknown_and_not_a_pass, good_radio),
        cmocka_unit_test_setup(sources_and_notes_beyond_the_bounds_are_counted, good_radio),
    };
    return cmocka_run_group_tests_name("report/radio", tests, NULL, NULL);
}
