/* SPDX-License-Identifier: Apache-2.0 */
#include <json-c/json.h>
#include <string.h>

#include "stack/report/facts_json.h"
#include "tests/unit/report/facts_fixture.h"
#include "tests/unit/test.h"

static struct report_facts facts;

static int empty(void **state)
{
    (void)state;
    memset(&facts, 0, sizeof facts);
    return 0;
}

static struct json_object *json(const char *text)
{
    struct json_object *object = json_tokener_parse(text);
    assert_non_null(object);
    return object;
}

static void read_all(const char *supervisor, const char *link, const char *address, const char *audio)
{
    struct json_object *s = supervisor ? json(supervisor) : NULL, *l = link ? json(link) : NULL;
    struct json_object *d = address ? json(address) : NULL, *a = audio ? json(audio) : NULL;
    report_facts_read_supervisor(&facts, s);
    report_facts_read_link(&facts, l);
    report_facts_read_address(&facts, d);
    report_facts_read_audio(&facts, a);
    report_facts_settle(&facts);
    json_object_put(s);
    json_object_put(l);
    json_object_put(d);
    json_object_put(a);
}

static void properties_reach_their_facts(void **state)
{
    (void)state;
    read_all("{\"Functions\":[[\"link\",\"FULL\",\"none\",\"up\"]],\"Units\":[[\"hostapd\",\"READY\",7,2]],"
             "\"StartedUsec\":5000000,\"Profile\":\"aftermarket\"}",
             "{\"State\":\"FULL\",\"Mode\":\"ap\",\"Ssid\":\"x\",\"TxStreams\":2,\"RxStreams\":1,"
             "\"Antennas\":[3,3,1,1],\"Bands\":[{\"name\":\"5GHz\",\"class\":\"1x2\",\"tx\":1,\"rx\":2,"
             "\"limit_tx\":\"antennas-configured\",\"limit_rx\":\"mcs-map\",\"standard\":\"802.11ax\",\"width_mhz\":80,"
             "\"width_startable_mhz\":40,\"channels\":25,\"startable\":9,\"radar\":16,\"listen_only\":2,\"disabled\":3,"
             "\"he_tx\":5,\"he_rx\":6,\"eht_tx\":7,\"eht_rx\":8}],\"Notes\":[\"n\"],"
             "\"Stations\":[{\"mac\":\"02:00:00:00:01:00\",\"tx_nss\":2,\"signal_dbm\":-40}]}",
             "{\"Interfaces\":[{\"name\":\"wlan0\",\"nd\":\"none\",\"nd_packets\":18446744073709551615,"
             "\"rs_packets\":3,\"offender\":\"router solicitation\"}],"
             "\"Peers\":[{\"mac\":\"02:00:00:00:01:00\",\"address\":\"fe80::1%wlan0\"}]}",
             "{\"Speakers\":[\"FL\"],\"Channels\":[\"FL\",\"FR\"],\"Matrix\":[[0.5,0.5]],\"Mode\":\"mono\"}");
    assert_int_equal(facts.functions[0].state, FASCIA_FUNCTION_FULL);
    assert_int_equal(facts.units[0].restarts, 2);
    assert_string_equal(facts.profile, "aftermarket");
    assert_int_equal(facts.link.streams.rx, 1);
    assert_int_equal(facts.link.antennas[3], 1);
    assert_string_equal(facts.link.bands[0].name, "5GHz");
    assert_string_equal(facts.link.bands[0].mimo_class, "1x2");
    assert_string_equal(facts.link.bands[0].limit_tx, "antennas-configured");
    assert_string_equal(facts.link.bands[0].limit_rx, "mcs-map");
    assert_int_equal(facts.link.bands[0].effective.rx, 2);
    assert_int_equal(facts.link.bands[0].width_startable_mhz, 40);
    assert_true(facts.link.bands[0].has_channels);
    assert_int_equal(facts.link.bands[0].disabled, 3);
    assert_int_equal(facts.link.bands[0].streams[REPORT_PHY_HT].tx, 0);
    assert_int_equal(facts.link.bands[0].streams[REPORT_PHY_HE].tx, 5);
    assert_int_equal(facts.link.bands[0].streams[REPORT_PHY_EHT].rx, 8);
    assert_int_equal(facts.link.peers[0].signal_dbm, -40);
    assert_string_equal(facts.link.peers[0].address, "fe80::1%wlan0");
    assert_true(facts.address.interfaces[0].nd_packets == UINT64_MAX);
    assert_int_equal(facts.address.interfaces[0].rs_packets, 3);
    assert_string_equal(facts.address.interfaces[0].offender, "router solicitation");
    assert_true(facts.audio.has_matrix);
    assert_int_equal(facts.cut, 0);
}

static void what_a_radio_can_and_hears_reaches_its_facts(void **state)
{
    (void)state;
    read_all("{}",
             "{\"Capability\":{\"country\":\"DE\",\"ap\":true,\"nan\":true,\"ap_and_nan\":true,\"radar_detection\":1,"
             "\"combination_channels\":2,\"smps_static\":true},"
             "\"Survey\":[{\"frequency_mhz\":5180,\"in_use\":true,\"noise_dbm\":-92,\"active_ms\":100,\"busy_ms\":7},"
             "{\"frequency_mhz\":5200,\"noise_dbm\":-1000},3]}",
             "{}", "{}");
    assert_true(facts.link.capability.known);
    assert_true(facts.link.capability.ap_and_nan);
    assert_false(facts.link.capability.station);
    assert_false(facts.link.capability.radar_detection); /* a number is no boolean */
    assert_int_equal(facts.link.capability.combination_channels, 2);
    assert_int_equal(facts.link.survey_count, 3);
    assert_int_equal(facts.link.survey[0].noise_dbm, -92);
    assert_int_equal(facts.link.survey[0].busy_ms, 7);
    assert_false(facts.link.survey[1].has_noise);
    assert_false(facts.link.survey[1].has_time);
}

static void each_phone_s_counters_reach_its_facts(void **state)
{
    (void)state;
    read_all("{}",
             "{\"Stations\":[{\"mac\":\"02:00:00:00:01:00\",\"tx_width_mhz\":80,\"tx_mcs\":0,\"tx_gi_ns\":800,"
             "\"rx_width_mhz\":40,\"rx_gi_ns\":0,\"tx_packets\":9,\"retries\":3,\"failed\":1,\"tx_airtime_us\":77,"
             "\"connected_s\":5,\"returns\":2,\"away\":true},{\"mac\":\"02:00:00:00:01:01\"}]}",
             "{}", "{}");
    const struct report_peer *peer = &facts.link.peers[0];
    assert_true(peer->tx.has_mcs); /* MCS 0 is one */
    assert_false(peer->rx.has_mcs);
    assert_int_equal(peer->rx.width_mhz, 40);
    assert_true(peer->tx.has_airtime);
    assert_int_equal(peer->tx.airtime_us, 77);
    assert_false(peer->rx.has_airtime);
    assert_true(peer->counted);
    assert_int_equal(peer->retries, 3);
    assert_int_equal(peer->returns, 2);
    assert_true(peer->away);
    assert_false(facts.link.peers[1].counted);
}

static void a_phone_s_past_is_read_on_the_timeline_s_clock(void **state)
{
    struct json_object *history =
        json("[[6000000,24000,6000,1,0,-40,5,4294967295],[7000000,1201000,0,2,2,0,0,250],[6500000,1,1,1,1,-1,0,0],"
             "[-1,1,1,1,1,-1,0,0],[\"x\"],{},[8000000]]");
    (void)state;
    read_all("{\"StartedUsec\":5000000}", "{\"Stations\":[{\"mac\":\"02:00:00:00:01:0a\"}]}", "{}", "{}");
    report_facts_read_history(&facts, "02:00:00:00:01:0A", history);
    report_facts_read_history(&facts, "02:00:00:00:01:ff", history); /* nobody's */
    const struct report_series *series = &facts.link.peers[0].history;
    assert_int_equal(series->count, 3);
    assert_int_equal(series->samples[0].t_ms, 1000);
    assert_int_equal(series->samples[0].signal_dbm, -40);
    assert_int_equal(series->samples[0].airtime_permille, REPORT_NOT_OFFERED);
    assert_false(series->samples[1].has_signal);
    assert_int_equal(series->samples[1].airtime_permille, 250);
    assert_int_equal(series->samples[2].t_ms, 3000);
    assert_int_equal(series->samples[2].airtime_permille, REPORT_NOT_OFFERED);
    assert_int_equal(facts.cut, 4); /* back in time, before the clock began, and two that are no rows */
    json_object_put(history);
}

static void of_a_long_past_the_newest_samples_are_kept(void **state)
{
    struct json_object *history = json_object_new_array();
    (void)state;
    read_all("{}", "{\"Stations\":[{\"mac\":\"02:00:00:00:01:00\"}]}", "{}", "{}");
    for (int i = 0; i < REPORT_SAMPLES_MAX + 10; i++) {
        struct json_object *row = json_object_new_array();
        json_object_array_add(row, json_object_new_int64((int64_t)i * 1000000));
        json_object_array_add(history, row);
    }
    report_facts_read_history(&facts, "02:00:00:00:01:00", history);
    assert_int_equal(facts.link.peers[0].history.count, REPORT_SAMPLES_MAX);
    assert_int_equal(facts.link.peers[0].history.samples[0].t_ms, 10000);
    assert_int_equal(facts.cut, 10);
    report_facts_read_history(&facts, "02:00:00:00:01:00", NULL); /* the service does not tell: nothing is kept */
    assert_int_equal(facts.link.peers[0].history.count, 0);
    json_object_put(history);
}

static void wrong_types_leave_facts_unknown(void **state)
{
    (void)state;
    read_all("{\"Functions\":7,\"Units\":[[1,2,\"x\",null],3]}",
             "{\"Mode\":3,\"TxStreams\":\"two\",\"Stations\":{},\"Bands\":[[\"5 GHz\",1]],"
             "\"Capability\":[],\"Survey\":7}",
             "{\"Interfaces\":[null,[]]}", "{\"Matrix\":[[1]],\"Speakers\":[1,2],\"Channels\":null}");
    assert_string_equal(facts.link.mode, "");
    assert_int_equal(facts.link.streams.tx, 0);
    assert_int_equal(facts.link.peers_count, 0);
    assert_string_equal(facts.audio.speakers[0], "");
    assert_false(facts.audio.has_matrix);
}

static void a_matrix_that_does_not_fit_its_layout_is_not_used(void **state)
{
    (void)state;
    read_all("{}", "{}", "{}", "{\"Speakers\":[\"FL\",\"FR\"],\"Channels\":[\"FL\",\"FR\"],\"Matrix\":[[1,0],[0]]}");
    assert_false(facts.audio.has_matrix);
}

static void what_goes_beyond_a_bound_is_counted(void **state)
{
    struct json_object *supervisor = json_object_new_object(), *functions = json_object_new_array();
    (void)state;
    for (int i = 0; i < REPORT_FUNCTIONS_MAX + 3; i++)
        json_object_array_add(functions, json_object_new_array());
    json_object_object_add(supervisor, "Functions", functions);
    json_object_object_add(
        supervisor, "Profile",
        json_object_new_string_len("0123456789012345678901234567890123456789012345678901234567890123456789", 70));
    report_facts_read_supervisor(&facts, supervisor);
    assert_int_equal(facts.functions_count, REPORT_FUNCTIONS_MAX);
    assert_int_equal(strlen(facts.profile), sizeof facts.profile - 1);
    assert_int_equal(facts.cut, 4);
    json_object_put(supervisor);
}

static void a_state_that_is_not_known_is_a_failure(void **state)
{
    (void)state;
    read_all("{\"Functions\":[[\"link\",\"SPLENDID\",\"none\",\"\"]]}", "{}", "{}", "{}");
    assert_int_equal(facts.functions[0].state, FASCIA_FUNCTION_FAILED);
    assert_string_equal(facts.functions[0].detail, "unknown state \"SPLENDID\"");
}

static void a_service_that_does_not_answer_degrades_its_function(void **state)
{
    (void)state;
    read_all("{\"Functions\":[[\"link\",\"FULL\",\"none\",\"\"],[\"address\",\"FAILED\",\"nd-seen\",\"x\"],"
             "[\"audio\",\"OFF\",\"none\",\"\"]]}",
             NULL, NULL, NULL);
    assert_int_equal(facts.functions[0].state, FASCIA_FUNCTION_DEGRADED);
    assert_string_equal(facts.functions[0].reason, "service-down");
    assert_int_equal(facts.functions[1].state, FASCIA_FUNCTION_FAILED);
    assert_string_equal(facts.functions[1].reason, "nd-seen");
    assert_int_equal(facts.functions[2].state, FASCIA_FUNCTION_OFF);
    assert_int_equal(facts.functions_count, 3);
}

static void without_a_supervisor_the_services_speak_for_themselves(void **state)
{
    (void)state;
    read_all(NULL, "{\"State\":\"FULL\",\"Reason\":\"none\"}", NULL, "{\"State\":\"DEGRADED\",\"Reason\":\"no-sink\"}");
    assert_int_equal(report_facts_function(&facts, "link")->state, FASCIA_FUNCTION_FULL);
    assert_string_equal(report_facts_function(&facts, "audio")->reason, "no-sink");
    assert_int_equal(report_facts_function(&facts, "address")->state, FASCIA_FUNCTION_FAILED);
    assert_int_equal(report_facts_function(&facts, "supervisor")->state, FASCIA_FUNCTION_FAILED);
    assert_string_equal(report_facts_function(&facts, "supervisor")->reason, "service-down");
}

static void the_newest_events_are_kept_and_times_are_relative(void **state)
{
    struct json_object *events = json_object_new_array();
    (void)state;
    for (int i = 0; i < REPORT_EVENTS_MAX + 2; i++) {
        struct json_object *row = json_object_new_array();
        json_object_array_add(row, json_object_new_int64(1000000 + i * 1000));
        json_object_array_add(row, json_object_new_string("unit-ready"));
        json_object_array_add(row, json_object_new_string("fasciad"));
        json_object_array_add(row, json_object_new_string(""));
        json_object_array_add(events, row);
    }
    facts.started_us = 1001000;
    report_facts_read_events(&facts, events);
    assert_int_equal(facts.events_count, REPORT_EVENTS_MAX);
    assert_int_equal(facts.events[0].t_ms, 1);
    assert_int_equal(facts.cut, 2);
    facts.started_us = 2000000; /* an event from before the start is at its zero */
    report_facts_read_events(&facts, events);
    assert_int_equal(facts.events[0].t_ms, 0);
    json_object_put(events);
}

static void a_phone_on_the_same_machine_joins_the_timeline(void **state)
{
    (void)state;
    facts_of_good_unit(&facts);
    report_facts_settle(&facts);
    assert_int_equal(facts.events_count, 6);
    assert_string_equal(facts.events[4].name, "connected"); /* 8 s - 5 s + 3.39 s = 6390 ms */
    assert_string_equal(facts.events[4].detail, "02:00:00:00:00:00");
    assert_int_equal(facts.events[4].t_ms, 6390);
    assert_string_equal(facts.events[5].name, "station-joined");
}

static void a_phone_with_another_clock_stays_out_of_the_timeline(void **state)
{
    (void)state;
    facts_of_good_unit(&facts);
    facts.phone.started_us = 4000000;
    report_facts_settle(&facts);
    assert_int_equal(facts.events_count, 4);
}

static void the_phone_s_record_is_recognised_and_read(void **state)
{
    struct json_object *record =
        json("{\"joined\":true,\"bssid\":\"02:00:00:00:00:00\",\"freq_mhz\":5180,\"key_mgmt\":\"SAE\","
             "\"own\":{\"mac\":\"02:00:00:00:01:00\",\"address\":null},\"tcp\":{\"to_head_unit\":{\"ok\":true,"
             "\"bytes\":10,\"ms\":3}},\"nd\":{\"counted\":true,\"received\":1,\"mld_received\":2,\"dropped\":3},"
             "\"timeline\":[{\"t_ms\":5,\"event\":\"started\"},7],\"new\":{}}");
    (void)state;
    assert_int_equal(report_facts_read_attachment(&facts, record), REPORT_ATTACHMENT_PHONE);
    assert_true(facts.phone.joined);
    assert_true(facts.phone.to_head_unit.ok);
    assert_false(facts.phone.from_head_unit.measured);
    assert_int_equal(facts.phone.mld_received, 2);
    assert_int_equal(facts.phone.dropped, 3);
    assert_string_equal(facts.phone.own_address, "");
    assert_int_equal(facts.phone.events_count, 2);
    json_object_put(record);
}

static void a_sound_measurement_is_recognised_and_read(void **state)
{
    struct json_object *record = json("{\"rate\":48000,\"seconds\":1.5,\"speakers\":[\"FL\",\"FR\"],\"channels\":["
                                      "{\"name\":\"FL\",\"freq_hz\":310,\"gains\":[1.0,null]},{\"name\":\"FR\"}]}");
    (void)state;
    assert_int_equal(report_facts_read_attachment(&facts, record), REPORT_ATTACHMENT_SOUND);
    assert_true(facts.sound.channels[0].known[0]);
    assert_false(facts.sound.channels[0].known[1]);
    assert_false(facts.sound.channels[1].known[0]);
    json_object_put(record);
}

static void another_document_is_not_taken(void **state)
{
    struct json_object *record = json("{\"verdict\":\"pass\"}"), *list = json("[1]");
    (void)state;
    assert_int_equal(report_facts_read_attachment(&facts, record), REPORT_ATTACHMENT_UNKNOWN);
    assert_int_equal(report_facts_read_attachment(&facts, list), REPORT_ATTACHMENT_UNKNOWN);
    assert_int_equal(report_facts_read_attachment(&facts, NULL), REPORT_ATTACHMENT_UNKNOWN);
    json_object_put(record);
    json_object_put(list);
}

static void foreign_text_is_made_printable(void **state)
{
    char to[32];
    (void)state;
    assert_true(report_text_clean(to, sizeof to, "a\033[2Jb\x7f\n"));
    assert_string_equal(to, "a?[2Jb??");
    assert_true(report_text_clean(to, sizeof to,
                                  "\xc2\x9b"
                                  "x")); /* C1 control */
    assert_string_equal(to, "?x");
    assert_true(report_text_clean(to, sizeof to, "gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x9a\x97"));
    assert_string_equal(to, "gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x9a\x97");
}

static void text_that_is_not_utf8_is_replaced(void **state)
{
    static const char *const wrong[] = {"\xc3",
                                        "\xff",
                                        "\x80",
                                        "\xc0\xaf" /* overlong */,
                                        "\xe0\x80\xaf",
                                        "\xed\xa0\x80" /* surrogate */,
                                        "\xf4\x90\x80\x80" /* above U+10FFFF */,
                                        "\xf0\x9f\x9a"};
    char to[64];
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_true(report_text_clean(to, sizeof to, wrong[i]));
        assert_memory_equal(to, "\xef\xbf\xbd", 3);
    }
}

static void text_is_cut_between_characters(void **state)
{
    char to[6];
    (void)state;
    assert_false(report_text_clean(to, sizeof to, "abcd\xc3\xbc"));
    assert_string_equal(to, "abcd");
    assert_true(report_text_clean(to, sizeof to, "abc\xc3\xbc"));
    assert_string_equal(to, "abc\xc3\xbc");
    assert_false(report_text_clean(to, 1, "a"));
    assert_string_equal(to, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(properties_reach_their_facts, empty),
        cmocka_unit_test_setup(what_a_radio_can_and_hears_reaches_its_facts, empty),
        cmocka_unit_test_setup(each_phone_s_counters_reach_its_facts, empty),
        cmocka_unit_test_setup(a_phone_s_past_is_read_on_the_timeline_s_clock, empty),
        cmocka_unit_test_setup(of_a_long_past_the_newest_samples_are_kept, empty),
        cmocka_unit_test_setup(wrong_types_leave_facts_unknown, empty),
        cmocka_unit_test_setup(a_matrix_that_does_not_fit_its_layout_is_not_used, empty),
        cmocka_unit_test_setup(what_goes_beyond_a_bound_is_counted, empty),
        cmocka_unit_test_setup(a_state_that_is_not_known_is_a_failure, empty),
        cmocka_unit_test_setup(a_service_that_does_not_answer_degrades_its_function, empty),
        cmocka_unit_test_setup(without_a_supervisor_the_services_speak_for_themselves, empty),
        cmocka_unit_test_setup(the_newest_events_are_kept_and_times_are_relative, empty),
        cmocka_unit_test_setup(a_phone_on_the_same_machine_joins_the_timeline, empty),
        cmocka_unit_test_setup(a_phone_with_another_clock_stays_out_of_the_timeline, empty),
        cmocka_unit_test_setup(the_phone_s_record_is_recognised_and_read, empty),
        cmocka_unit_test_setup(a_sound_measurement_is_recognised_and_read, empty),
        cmocka_unit_test_setup(another_document_is_not_taken, empty),
        cmocka_unit_test(foreign_text_is_made_printable),
        cmocka_unit_test(text_that_is_not_utf8_is_replaced),
        cmocka_unit_test(text_is_cut_between_characters),
    };
    return cmocka_run_group_tests_name("report/facts", tests, NULL, NULL);
}
