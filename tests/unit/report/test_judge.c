/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/report/judge.h"

#include <string.h>

#include "tests/unit/report/facts_fixture.h"
#include "tests/unit/test.h"

static struct report_facts facts;
static struct report_parameters none;
static char evidence[REPORT_EVIDENCE_SIZE];

static int good_unit(void **state)
{
    (void)state;
    facts_of_good_unit(&facts);
    return 0;
}

static enum report_outcome run(enum report_check check, struct report_parameters parameters)
{
    struct fascia_text text;
    fascia_text_init(&text, evidence, sizeof evidence);
    enum report_outcome outcome = report_check_run(&facts, check, &parameters, &text);
    assert_true(evidence[0] != '\0'); /* every outcome has evidence */
    return outcome;
}

#define EXPECT(outcome, check, ...)                                                                                    \
    assert_int_equal(run(REPORT_CHECK_##check, (struct report_parameters){__VA_ARGS__}), REPORT_OUTCOME_##outcome)
#define EVIDENCE(part) assert_non_null(strstr(evidence, part))

static void functions_are_met_only_when_all_that_are_on_are_full(void **state)
{
    (void)state;
    EXPECT(MET, FUNCTIONS_FULL, .function = "all");
    facts.functions[1].state = FASCIA_FUNCTION_OFF;
    EXPECT(MET, FUNCTIONS_FULL, .function = "all");
    facts.functions[2].state = FASCIA_FUNCTION_STARTING;
    EXPECT(NOT_MET, FUNCTIONS_FULL, .function = "all");
    EVIDENCE("audio STARTING");
    EXPECT(MET, FUNCTIONS_FULL, .function = "link");
    EXPECT(NOT_MET, FUNCTIONS_FULL, .function = "address");
    EXPECT(UNKNOWN, FUNCTIONS_FULL, .function = "handoff");
    facts.functions_count = 0;
    EXPECT(UNKNOWN, FUNCTIONS_FULL, .function = "all");
}

static void mimo_capability_compares_both_directions(void **state)
{
    (void)state;
    EXPECT(MET, MIMO_MIN_STREAMS, .tx = 2, .rx = 2);
    EVIDENCE("2x2 on 5 GHz");
    facts.link.streams.tx = 1;
    EXPECT(NOT_MET, MIMO_MIN_STREAMS, .tx = 2, .rx = 2);
    EXPECT(MET, MIMO_MIN_STREAMS, .tx = 1, .rx = 2);
    facts.link.streams.rx = 0;
    EXPECT(UNKNOWN, MIMO_MIN_STREAMS, .tx = 1, .rx = 1);
    facts.link.answered = false;
    EXPECT(UNKNOWN, MIMO_MIN_STREAMS, .tx = 1, .rx = 1);
}

static void what_limits_the_class_is_named_with_its_sentence(void **state)
{
    (void)state;
    EXPECT(MET, MIMO_MIN_STREAMS, .tx = 2, .rx = 2);
    EVIDENCE("TX and RX limited by mcs-map (");
    facts.link.streams = facts.link.bands[0].effective = (struct report_streams){1, 2};
    memcpy(facts.link.mimo_class, "1x2", 4);
    memcpy(facts.link.bands[0].limit_tx, "antennas-configured", 20);
    EXPECT(NOT_MET, MIMO_MIN_STREAMS, .tx = 2, .rx = 2);
    EVIDENCE("1x2 on 5 GHz (TX x RX); asked: 2x2; TX limited by antennas-configured (antennas are switched off");
    EVIDENCE("RX limited by mcs-map");
    memcpy(facts.link.bands[0].limit_tx, "gremlins", 9); /* of a newer service */
    EXPECT(NOT_MET, MIMO_MIN_STREAMS, .tx = 2, .rx = 2);
    EVIDENCE("TX limited by gremlins;");
}

static void a_band_is_available_where_an_access_point_can_start(void **state)
{
    (void)state;
    EXPECT(MET, BAND_AVAILABLE, .band = "5GHz", .mhz = 80);
    EVIDENCE("in country DE: of 25 channels 9 startable (up to 80 MHz wide), 16 after radar detection");
    EXPECT(NOT_MET, BAND_AVAILABLE, .band = "5GHz", .mhz = 160);
    EXPECT(NOT_MET, BAND_AVAILABLE, .band = "6GHz", .mhz = 20);
    EVIDENCE("does not have the band 6 GHz");
    facts.link.bands[0].startable = facts.link.bands[0].width_startable_mhz = 0;
    EXPECT(NOT_MET, BAND_AVAILABLE, .band = "5GHz", .mhz = 20);
    EXPECT(MET, BAND_AVAILABLE, .band = "5GHz", .mhz = 20, .radar = true);
    facts.link.capability.radar_detection = false;
    EXPECT(NOT_MET, BAND_AVAILABLE, .band = "5GHz", .mhz = 20, .radar = true);
    EVIDENCE("that it cannot do");
    facts.link.bands[0].has_channels = false;
    EXPECT(UNKNOWN, BAND_AVAILABLE, .band = "5GHz", .mhz = 20);
    facts.link.capability.ap = false;
    EXPECT(NOT_MET, BAND_AVAILABLE, .band = "5GHz", .mhz = 20);
    facts.link.bands_count = 0;
    EXPECT(UNKNOWN, BAND_AVAILABLE, .band = "5GHz", .mhz = 20);
}

static void what_the_radio_could_operate_is_told_from_what_it_does(void **state)
{
    (void)state;
    memcpy(facts.link.standard, "802.11ac", 9);
    EXPECT(MET, WIFI_GENERATION_CAPABLE, .generation = 6, .band = "any");
    EVIDENCE("could operate 802.11ax (Wi-Fi 6) on 5 GHz; the access point operates 802.11ac");
    EXPECT(NOT_MET, WIFI_GENERATION_MIN, .generation = 6);
    EXPECT(NOT_MET, WIFI_GENERATION_CAPABLE, .generation = 7, .band = "5GHz");
    EXPECT(UNKNOWN, WIFI_GENERATION_CAPABLE, .generation = 6, .band = "6GHz");
    facts.link.bands[1] = (struct report_band){.name = "6GHz", .standard = "802.11be", .has_channels = true};
    facts.link.bands_count = 2;
    EXPECT(MET, WIFI_GENERATION_CAPABLE, .generation = 7, .band = "any");
    EVIDENCE("on 6 GHz, but may start on no channel there");
    facts.link.bands[0].standard[0] = facts.link.bands[1].standard[0] = '\0';
    EXPECT(UNKNOWN, WIFI_GENERATION_CAPABLE, .generation = 4, .band = "any");
}

static void wifi_aware_needs_the_interface_type(void **state)
{
    (void)state;
    EXPECT(NOT_MET, NAN_AVAILABLE);
    facts.link.capability.nan = true;
    EXPECT(MET, NAN_AVAILABLE);
    EVIDENCE("no combination of it with an access point is told");
    EXPECT(NOT_MET, NAN_AVAILABLE, .with_ap = true);
    facts.link.capability.ap_and_nan = true;
    EXPECT(MET, NAN_AVAILABLE, .with_ap = true);
    facts.link.capability.known = false;
    EXPECT(UNKNOWN, NAN_AVAILABLE);
}

static void masked_and_unreported_antennas_are_told_apart(void **state)
{
    (void)state;
    facts.link.antennas[2] = 1;
    facts.link.antennas[3] = 1;
    EXPECT(MET, MIMO_MIN_STREAMS, .tx = 2, .rx = 2);
    EVIDENCE("masked to TX 1 RX 1");
    memset(facts.link.antennas, 0, sizeof facts.link.antennas);
    EXPECT(MET, MIMO_MIN_STREAMS, .tx = 2, .rx = 2);
    EVIDENCE("not reported by the driver");
}

static void negotiated_streams_need_a_phone_and_a_number(void **state)
{
    (void)state;
    EXPECT(MET, MIMO_NEGOTIATED, .tx = 2, .rx = 2);
    facts.link.peers[0].nss.rx = 1;
    EXPECT(NOT_MET, MIMO_NEGOTIATED, .tx = 2, .rx = 2);
    EVIDENCE("2x1 seen with 802.11ax, 80 MHz, last 1201/865 Mbit/s TX/RX, 12 retries among 4000 packets");
    facts.link.peers[0].nss.rx = 0;
    EXPECT(UNKNOWN, MIMO_NEGOTIATED, .tx = 2, .rx = 2);
    facts.link.peers_count = 0;
    EXPECT(NOT_APPLICABLE, MIMO_NEGOTIATED, .tx = 2, .rx = 2);
    facts.link.mode[0] = '\0';
    EXPECT(UNKNOWN, MIMO_NEGOTIATED, .tx = 2, .rx = 2);
}

static void the_wifi_generation_is_that_in_operation(void **state)
{
    (void)state;
    EXPECT(MET, WIFI_GENERATION_MIN, .generation = 6);
    EXPECT(NOT_MET, WIFI_GENERATION_MIN, .generation = 7);
    memcpy(facts.link.standard, "802.11g", 8);
    EXPECT(UNKNOWN, WIFI_GENERATION_MIN, .generation = 4);
}

static void frequency_and_width_of_a_link_that_is_down_are_unknown(void **state)
{
    (void)state;
    EXPECT(MET, FREQUENCY_MIN, .mhz = 5000);
    EXPECT(MET, WIDTH_MIN, .mhz = 80);
    EXPECT(NOT_MET, WIDTH_MIN, .mhz = 160);
    facts.link.frequency_mhz = 2437;
    EXPECT(NOT_MET, FREQUENCY_MIN, .mhz = 5000);
    EVIDENCE("2.4 GHz");
    facts.link.frequency_mhz = 0;
    facts.link.width_mhz = 0;
    EXPECT(UNKNOWN, FREQUENCY_MIN, .mhz = 5000);
    EXPECT(UNKNOWN, WIDTH_MIN, .mhz = 20);
    facts.link.mode[0] = '\0';
    EXPECT(UNKNOWN, FREQUENCY_MIN, .mhz = 5000);
    EXPECT(UNKNOWN, WIDTH_MIN, .mhz = 20);
}

static void wpa3_transition_counts_only_when_it_is_allowed(void **state)
{
    (void)state;
    EXPECT(MET, SECURITY_WPA3, .transition = false);
    EVIDENCE("the phone joined with SAE");
    memcpy(facts.link.security, "wpa3-transition", 16);
    EXPECT(NOT_MET, SECURITY_WPA3, .transition = false);
    EXPECT(MET, SECURITY_WPA3, .transition = true);
    memcpy(facts.link.security, "wpa2-psk", 9);
    EXPECT(NOT_MET, SECURITY_WPA3, .transition = true);
    facts.link.security[0] = '\0';
    EXPECT(UNKNOWN, SECURITY_WPA3, .transition = true);
}

static void every_interface_peer_and_station_needs_a_link_local_address(void **state)
{
    (void)state;
    EXPECT(MET, LINK_LOCAL_ADDRESS);
    facts.link.peers[0].address[0] = '\0';
    EXPECT(NOT_MET, LINK_LOCAL_ADDRESS);
    EVIDENCE("associated but not addressed");
    facts_of_good_unit(&facts);
    memcpy(facts.address.interfaces[0].address, "2001:db8::1", 12);
    EXPECT(NOT_MET, LINK_LOCAL_ADDRESS);
    facts.address.interfaces_count = 0;
    EXPECT(UNKNOWN, LINK_LOCAL_ADDRESS);
    facts.address.answered = false;
    EXPECT(UNKNOWN, LINK_LOCAL_ADDRESS);
}

static void one_neighbor_discovery_packet_is_enough_to_fail(void **state)
{
    (void)state;
    EXPECT(MET, NO_NEIGHBOR_DISCOVERY);
    EVIDENCE("0 ND and 0 MLD among 3971");
    facts.address.interfaces[0].nd_packets = 1;
    (void)fascia_text_copy(facts.address.interfaces[0].offender, sizeof facts.address.interfaces[0].offender,
                           "neighbour solicitation (ICMPv6 135) from fe80::1 to ff02::1:ff00:2");
    EXPECT(NOT_MET, NO_NEIGHBOR_DISCOVERY);
    EVIDENCE("IPv6 packets sent, first a neighbour solicitation (ICMPv6 135) from fe80::1");
    facts.address.interfaces[0].offender[0] = '\0';
    facts.address.interfaces[0].nd_packets = 0;
    facts.address.interfaces[0].mld_packets = 1;
    EXPECT(NOT_MET, NO_NEIGHBOR_DISCOVERY);
    facts.address.interfaces[0].mld_packets = 0;
    memcpy(facts.address.interfaces[0].nd, "answer", 7);
    EXPECT(NOT_MET, NO_NEIGHBOR_DISCOVERY);
}

static void the_phone_may_contradict_our_own_packet_count(void **state)
{
    (void)state;
    facts.phone.nd_received = 1;
    EXPECT(NOT_MET, NO_NEIGHBOR_DISCOVERY);
    EVIDENCE("the phone received 1 ND");
}

static void a_count_among_no_packets_proves_nothing(void **state)
{
    (void)state;
    facts.address.interfaces[0].packets = 0;
    EXPECT(UNKNOWN, NO_NEIGHBOR_DISCOVERY);
    facts.address.interfaces_count = 0;
    EXPECT(UNKNOWN, NO_NEIGHBOR_DISCOVERY);
}

static void speakers_are_counted(void **state)
{
    (void)state;
    EXPECT(MET, SPEAKERS_MIN, .count = 2);
    EXPECT(NOT_MET, SPEAKERS_MIN, .count = 6);
    EVIDENCE("2 speakers (FL FR)");
    facts.audio.speakers_count = 0;
    EXPECT(UNKNOWN, SPEAKERS_MIN, .count = 1);
}

static void a_multichannel_programme_must_not_lose_a_channel(void **state)
{
    (void)state;
    EXPECT(MET, SPATIAL_AUDIO_RENDERED);
    EVIDENCE("no channel is lost");
    facts.audio.matrix[0][4] = 0.0;
    EXPECT(NOT_MET, SPATIAL_AUDIO_RENDERED);
    EVIDENCE("SL is lost and the service does not say so");
    memcpy(facts.audio.lost[0], "SL", 3);
    facts.audio.lost_count = 1;
    EXPECT(NOT_MET, SPATIAL_AUDIO_RENDERED);
}

static void the_lfe_may_be_lost_only_when_it_is_said(void **state)
{
    (void)state;
    facts.audio.matrix[0][3] = facts.audio.matrix[1][3] = 0.0;
    EXPECT(NOT_MET, SPATIAL_AUDIO_RENDERED);
    memcpy(facts.audio.lost[0], "LFE", 4);
    facts.audio.lost_count = 1;
    EXPECT(MET, SPATIAL_AUDIO_RENDERED);
    EVIDENCE("LFE is lost by the configured LFE policy");
}

static void sound_that_is_refused_or_not_there_is_not_rendered(void **state)
{
    (void)state;
    memcpy(facts.audio.mode, "refuse", 7);
    EXPECT(NOT_MET, SPATIAL_AUDIO_RENDERED);
    memcpy(facts.audio.mode, "stereo", 7);
    facts.audio.has_matrix = false;
    EXPECT(UNKNOWN, SPATIAL_AUDIO_RENDERED);
    facts.audio.has_matrix = true;
    facts.audio.channels_count = 2;
    EXPECT(NOT_MET, SPATIAL_AUDIO_RENDERED);
    facts.audio.mode[0] = '\0';
    EXPECT(UNKNOWN, SPATIAL_AUDIO_RENDERED);
    facts.audio.answered = false;
    EXPECT(UNKNOWN, SPATIAL_AUDIO_RENDERED);
}

static void measured_levels_are_compared_by_name_within_the_tolerance(void **state)
{
    (void)state;
    EXPECT(MET, SOUND_MEASURED, .tolerance_db = 1);
    EVIDENCE("12 paths measured");
    facts.sound.channels[2].gains[1] = 0.5; /* FC at FL: -6 dB in place of -3 dB */
    EXPECT(NOT_MET, SOUND_MEASURED, .tolerance_db = 1);
    EVIDENCE("FC at FL");
    EXPECT(MET, SOUND_MEASURED, .tolerance_db = 4);
}

static void sound_where_silence_is_expected_fails(void **state)
{
    (void)state;
    facts.sound.channels[0].gains[0] = 0.5; /* FL at FR */
    EXPECT(NOT_MET, SOUND_MEASURED, .tolerance_db = 1);
    facts.sound.channels[0].gains[0] = 0.005; /* -46 dB: crosstalk */
    EXPECT(MET, SOUND_MEASURED, .tolerance_db = 1);
}

static void a_path_that_was_not_measured_is_unknown(void **state)
{
    (void)state;
    facts.sound.channels[5].known[0] = false;
    EXPECT(UNKNOWN, SOUND_MEASURED, .tolerance_db = 1);
    facts.sound.channels_count = 0;
    EXPECT(UNKNOWN, SOUND_MEASURED, .tolerance_db = 1);
    facts.audio.has_matrix = false;
    EXPECT(UNKNOWN, SOUND_MEASURED, .tolerance_db = 1);
    facts.sound.attached = false;
    EXPECT(NOT_APPLICABLE, SOUND_MEASURED, .tolerance_db = 1);
}

static void phone_traffic_needs_both_directions(void **state)
{
    (void)state;
    EXPECT(MET, PHONE_TRAFFIC);
    facts.phone.from_head_unit.ok = false;
    EXPECT(NOT_MET, PHONE_TRAFFIC);
    facts.phone.from_head_unit.measured = false;
    EXPECT(NOT_MET, PHONE_TRAFFIC);
    facts.phone.joined = false;
    EXPECT(NOT_MET, PHONE_TRAFFIC);
    facts.phone.attached = false;
    EXPECT(NOT_APPLICABLE, PHONE_TRAFFIC);
}

static void no_check_passes_on_a_unit_that_says_nothing(void **state)
{
    (void)state;
    memset(&facts, 0, sizeof facts);
    for (unsigned int i = 0; i < REPORT_CHECKS_; i++) {
        struct report_parameters parameters;
        report_check_defaults((enum report_check)i, &parameters);
        assert_int_not_equal(run((enum report_check)i, parameters), REPORT_OUTCOME_MET);
    }
    assert_int_equal(report_check_run(&facts, REPORT_CHECKS_, &none, NULL), REPORT_OUTCOME_UNKNOWN);
}

/* --- verdicts --- */

static struct report_profile profile;
static struct report_judgement judgement;

static enum report_verdict overall_of(enum report_level level, enum report_check check,
                                      struct report_parameters parameters)
{
    profile = (struct report_profile){
        .name = "test", .requirements_count = 1, .requirements[0] = {.id = "only", .level = level, .check = check}};
    profile.requirements[0].parameters = parameters;
    report_judge(&facts, &profile, &judgement);
    assert_int_equal(judgement.findings_count, 1);
    return judgement.overall;
}

static void each_level_and_outcome_has_its_verdict(void **state)
{
    static const char *const expected[REPORT_LEVELS_][REPORT_OUTCOMES_] = {
        [REPORT_LEVEL_MANDATORY] = {"pass", "fail", "unknown", "skipped"},
        [REPORT_LEVEL_RECOMMENDED] = {"pass", "warn", "unknown", "skipped"},
        [REPORT_LEVEL_OPTIONAL] = {"pass", "skipped", "unknown", "skipped"},
        [REPORT_LEVEL_UNKNOWN] = {"pass", "unknown", "unknown", "skipped"},
    };
    (void)state;
    for (unsigned int level = 0; level < REPORT_LEVELS_; level++) {
        for (unsigned int outcome = 0; outcome < REPORT_OUTCOMES_; outcome++)
            assert_string_equal(
                report_verdict_name(report_verdict_of((enum report_level)level, (enum report_outcome)outcome)),
                expected[level][outcome]);
    }
    assert_int_equal(report_verdict_of(REPORT_LEVELS_, REPORT_OUTCOME_MET), REPORT_VERDICT_UNKNOWN);
}

static void the_whole_fails_with_a_mandatory_and_warns_with_a_recommended(void **state)
{
    const struct report_parameters four = {.tx = 4, .rx = 4};
    (void)state;
    assert_int_equal(overall_of(REPORT_LEVEL_MANDATORY, REPORT_CHECK_MIMO_MIN_STREAMS, four), REPORT_VERDICT_FAIL);
    assert_string_equal(judgement.headline, "only (mandatory) not met");
    assert_int_equal(overall_of(REPORT_LEVEL_RECOMMENDED, REPORT_CHECK_MIMO_MIN_STREAMS, four), REPORT_VERDICT_WARN);
    assert_int_equal(overall_of(REPORT_LEVEL_OPTIONAL, REPORT_CHECK_MIMO_MIN_STREAMS, four), REPORT_VERDICT_PASS);
    assert_int_equal(overall_of(REPORT_LEVEL_UNKNOWN, REPORT_CHECK_MIMO_MIN_STREAMS, four), REPORT_VERDICT_PASS);
    assert_int_equal(judgement.findings[0].verdict, REPORT_VERDICT_UNKNOWN);
}

static void unknown_never_counts_as_pass(void **state)
{
    const struct report_parameters two = {.tx = 2, .rx = 2};
    (void)state;
    facts.link.streams.tx = 0;
    assert_int_equal(overall_of(REPORT_LEVEL_MANDATORY, REPORT_CHECK_MIMO_MIN_STREAMS, two), REPORT_VERDICT_WARN);
    assert_string_equal(judgement.headline, "only (mandatory) not known");
    assert_int_equal(overall_of(REPORT_LEVEL_RECOMMENDED, REPORT_CHECK_MIMO_MIN_STREAMS, two), REPORT_VERDICT_WARN);
    assert_int_equal(judgement.counts[REPORT_VERDICT_PASS], 0);
}

static void what_is_not_attached_is_skipped_without_harm(void **state)
{
    (void)state;
    facts.phone.attached = false;
    assert_int_equal(overall_of(REPORT_LEVEL_MANDATORY, REPORT_CHECK_PHONE_TRAFFIC, none), REPORT_VERDICT_PASS);
    assert_int_equal(judgement.counts[REPORT_VERDICT_SKIPPED], 1);
}

static void a_function_that_is_not_full_shows_in_the_whole(void **state)
{
    static const struct {
        enum fascia_function_state state;
        enum report_verdict overall;
    } cases[] = {
        {FASCIA_FUNCTION_OFF, REPORT_VERDICT_PASS},     {FASCIA_FUNCTION_STARTING, REPORT_VERDICT_WARN},
        {FASCIA_FUNCTION_FULL, REPORT_VERDICT_PASS},    {FASCIA_FUNCTION_DEGRADED, REPORT_VERDICT_WARN},
        {FASCIA_FUNCTION_SAFE, REPORT_VERDICT_WARN},    {FASCIA_FUNCTION_FAILED, REPORT_VERDICT_FAIL},
        {FASCIA_FUNCTION_STATES_, REPORT_VERDICT_FAIL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        facts.functions[2].state = cases[i].state;
        assert_int_equal(overall_of(REPORT_LEVEL_MANDATORY, REPORT_CHECK_SPATIAL_AUDIO_RENDERED, none),
                         cases[i].overall);
    }
    assert_string_equal(judgement.headline, "function audio is ?");
}

static void a_fail_is_not_hidden_by_a_warning(void **state)
{
    (void)state;
    profile = (struct report_profile){.name = "two",
                                      .requirements_count = 2,
                                      .requirements = {{.id = "bad",
                                                        .level = REPORT_LEVEL_MANDATORY,
                                                        .check = REPORT_CHECK_SPEAKERS_MIN,
                                                        .parameters = {.count = 6}},
                                                       {.id = "soft",
                                                        .level = REPORT_LEVEL_RECOMMENDED,
                                                        .check = REPORT_CHECK_SPEAKERS_MIN,
                                                        .parameters = {.count = 6}}}};
    report_judge(&facts, &profile, &judgement);
    assert_int_equal(judgement.overall, REPORT_VERDICT_FAIL);
    assert_string_equal(judgement.headline, "bad (mandatory) not met");
}

static void evidence_and_headline_that_do_not_fit_say_so(void **state)
{
    (void)state;
    for (size_t i = 0; i < REPORT_PEERS_MAX; i++)
        facts.link.peers[i] = facts.link.peers[0];
    facts.link.peers_count = REPORT_PEERS_MAX;
    (void)overall_of(REPORT_LEVEL_MANDATORY, REPORT_CHECK_MIMO_NEGOTIATED,
                     (struct report_parameters){.tx = 2, .rx = 2});
    assert_non_null(strstr(judgement.findings[0].evidence, " ..."));
    for (size_t i = 0; i < REPORT_FUNCTIONS_MAX; i++)
        facts.functions[i] = (struct report_function){.name = "many", .state = FASCIA_FUNCTION_FAILED};
    facts.functions_count = REPORT_FUNCTIONS_MAX;
    (void)overall_of(REPORT_LEVEL_MANDATORY, REPORT_CHECK_MIMO_NEGOTIATED,
                     (struct report_parameters){.tx = 2, .rx = 2});
    assert_non_null(strstr(judgement.headline, ", ..."));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(functions_are_met_only_when_all_that_are_on_are_full, good_unit),
        cmocka_unit_test_setup(mimo_capability_compares_both_directions, good_unit),
        cmocka_unit_test_setup(what_limits_the_class_is_named_with_its_sentence, good_unit),
        cmocka_unit_test_setup(a_band_is_available_where_an_access_point_can_start, good_unit),
        cmocka_unit_test_setup(what_the_radio_could_operate_is_told_from_what_it_does, good_unit),
        cmocka_unit_test_setup(wifi_aware_needs_the_interface_type, good_unit),
        cmocka_unit_test_setup(masked_and_unreported_antennas_are_told_apart, good_unit),
        cmocka_unit_test_setup(negotiated_streams_need_a_phone_and_a_number, good_unit),
        cmocka_unit_test_setup(the_wifi_generation_is_that_in_operation, good_unit),
        cmocka_unit_test_setup(frequency_and_width_of_a_link_that_is_down_are_unknown, good_unit),
        cmocka_unit_test_setup(wpa3_transition_counts_only_when_it_is_allowed, good_unit),
        cmocka_unit_test_setup(every_interface_peer_and_station_needs_a_link_local_address, good_unit),
        cmocka_unit_test_setup(one_neighbor_discovery_packet_is_enough_to_fail, good_unit),
        cmocka_unit_test_setup(the_phone_may_contradict_our_own_packet_count, good_unit),
        cmocka_unit_test_setup(a_count_among_no_packets_proves_nothing, good_unit),
        cmocka_unit_test_setup(speakers_are_counted, good_unit),
        cmocka_unit_test_setup(a_multichannel_programme_must_not_lose_a_channel, good_unit),
        cmocka_unit_test_setup(the_lfe_may_be_lost_only_when_it_is_said, good_unit),
        cmocka_unit_test_setup(sound_that_is_refused_or_not_there_is_not_rendered, good_unit),
        cmocka_unit_test_setup(measured_levels_are_compared_by_name_within_the_tolerance, good_unit),
        cmocka_unit_test_setup(sound_where_silence_is_expected_fails, good_unit),
        cmocka_unit_test_setup(a_path_that_was_not_measured_is_unknown, good_unit),
        cmocka_unit_test_setup(phone_traffic_needs_both_directions, good_unit),
        cmocka_unit_test_setup(no_check_passes_on_a_unit_that_says_nothing, good_unit),
        cmocka_unit_test(each_level_and_outcome_has_its_verdict),
        cmocka_unit_test_setup(the_whole_fails_with_a_mandatory_and_warns_with_a_recommended, good_unit),
        cmocka_unit_test_setup(unknown_never_counts_as_pass, good_unit),
        cmocka_unit_test_setup(what_is_not_attached_is_skipped_without_harm, good_unit),
        cmocka_unit_test_setup(a_function_that_is_not_full_shows_in_the_whole, good_unit),
        cmocka_unit_test_setup(a_fail_is_not_hidden_by_a_warning, good_unit),
        cmocka_unit_test_setup(evidence_and_headline_that_do_not_fit_say_so, good_unit),
    };
    return cmocka_run_group_tests_name("report/judge", tests, NULL, NULL);
}
