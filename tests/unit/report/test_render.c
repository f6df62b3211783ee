/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

#include "stack/report/render.h"
#include "tests/unit/report/facts_fixture.h"
#include "tests/unit/test.h"

#define EVIL "<script>alert('1')</script>&\""

static struct report_facts facts;
static struct report_judgement judgement;
static const struct report_profile profile = {
    .name = "test",
    .title = "A test profile",
    .about = "About it.",
    .requirements_count = 2,
    .requirements = {{.id = "mimo",
                      .title = "Streams",
                      .level = REPORT_LEVEL_RECOMMENDED,
                      .check = REPORT_CHECK_MIMO_MIN_STREAMS,
                      .parameters = {.tx = 2, .rx = 2},
                      .wording = REPORT_WORDING_QUOTED,
                      .source = "somebody"},
                     {.id = "sound",
                      .title = "Sound",
                      .level = REPORT_LEVEL_MANDATORY,
                      .check = REPORT_CHECK_SOUND_MEASURED,
                      .parameters = {.tolerance_db = 1},
                      .wording = REPORT_WORDING_OWN,
                      .source = "we"}},
};
static const struct report_column columns[] = {{&profile, &judgement}};
static struct report_comparison comparison;
static struct report report = {
    .facts = &facts, .comparison = &comparison, .generated = "2026-11-23T15:00:00Z", .version = "0.1.0"};

static char page[1 << 20];
static size_t page_used;

static int into_page(void *userdata, const char *text, size_t size)
{
    (void)userdata;
    if (size >= sizeof page - page_used)
        return -ENOSPC;
    memcpy(page + page_used, text, size);
    page_used += size;
    page[page_used] = '\0';
    return 0;
}

static struct report_out new_page(void)
{
    page_used = 0;
    page[0] = '\0';
    return (struct report_out){.write = into_page};
}

static void judge(void)
{
    report_judge(&facts, &profile, &judgement);
    report_compare(columns, 1, &comparison);
}

static int good_report(void **state)
{
    (void)state;
    facts_of_good_unit(&facts);
    report_facts_settle(&facts);
    judge();
    return 0;
}

static void text_of_report(void)
{
    struct report_out out = new_page();
    report_text(&report, &out);
    assert_int_equal(out.error, 0);
}

static void html_of_report(void)
{
    struct report_out out = new_page();
    report_html(&report, &out);
    assert_int_equal(out.error, 0);
}

#define CONTAINS(part) assert_non_null(strstr(page, part))

static void spoil_every_text(void)
{
    struct report_function *function = &facts.functions[0];
    (void)report_text_clean(function->detail, sizeof function->detail, EVIL);
    (void)report_text_clean(function->reason, sizeof function->reason, EVIL);
    (void)report_text_clean(facts.link.ssid, sizeof facts.link.ssid, EVIL);
    (void)report_text_clean(facts.link.notes[0], sizeof facts.link.notes[0], EVIL);
    facts.link.notes_count = 1;
    (void)report_text_clean(facts.link.bands[0].limit_tx, sizeof facts.link.bands[0].limit_tx, EVIL);
    (void)report_text_clean(facts.link.bands[0].name, sizeof facts.link.bands[0].name, "<script>");
    (void)report_text_clean(facts.link.bands[0].standard, sizeof facts.link.bands[0].standard, "<script>");
    (void)report_text_clean(facts.link.bands[0].mimo_class, sizeof facts.link.bands[0].mimo_class, "<script>");
    (void)report_text_clean(facts.link.capability.country, sizeof facts.link.capability.country, "<b>");
    (void)report_text_clean(facts.link.peers[0].mac, sizeof facts.link.peers[0].mac, "<script>");
    (void)report_text_clean(facts.audio.mode_reason, sizeof facts.audio.mode_reason, EVIL);
    (void)report_text_clean(facts.audio.speakers[0], REPORT_CHANNEL_SIZE, "<b>&");
    (void)report_text_clean(facts.events[1].name, sizeof facts.events[1].name, EVIL);
    (void)report_text_clean(facts.events[1].source, sizeof facts.events[1].source, EVIL);
    (void)report_text_clean(facts.events[1].detail, sizeof facts.events[1].detail, EVIL);
    (void)report_text_clean(facts.phone.events[0].text, sizeof facts.phone.events[0].text, EVIL);
    (void)report_text_clean(facts.phone.key_mgmt, sizeof facts.phone.key_mgmt, EVIL);
    (void)report_text_clean(facts.address.interfaces[0].name, sizeof facts.address.interfaces[0].name, EVIL);
    judge();
}

static void html_escapes_everything_foreign(void **state)
{
    (void)state;
    spoil_every_text();
    html_of_report();
    assert_null(strstr(page, "<script"));
    assert_null(strstr(page, "<b>"));
    assert_null(strstr(page, "alert('"));
    CONTAINS("&#60;script&#62;alert(&#39;1&#39;)&#60;/script&#62;&#38;&#34;");
}

static void html_refers_to_nothing_outside(void **state)
{
    (void)state;
    html_of_report();
    assert_null(strstr(page, "http:"));
    assert_null(strstr(page, "https:"));
    assert_null(strstr(page, "src="));
    assert_null(strstr(page, "href="));
    assert_null(strstr(page, "url("));
    assert_null(strstr(page, "@import"));
    CONTAINS("prefers-color-scheme:dark");
}

static void html_has_every_section(void **state)
{
    static const char *const parts[] = {
        ">PASS<",
        ">Functions<",
        ">Requirements<",
        ">Link<",
        "Spatial streams",
        ">Phones<",
        "the count",
        ">Sound<",
        "Matrix: what",
        "Measured:",
        "The phone's own view",
        ">Timeline<",
        "second-hand",
        "aria-label=\"Timeline",
        "aria-label=\"Rates, streams, signal and retries of phone 02:00:00:00:01:00",
        "The past of",
        "class=\"line rx\"",
        "class=\"heat\"",
    };
    (void)state;
    html_of_report();
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        CONTAINS(parts[i]);
}

static void an_empty_unit_still_has_a_page(void **state)
{
    (void)state;
    memset(&facts, 0, sizeof facts);
    report_facts_settle(&facts);
    judge();
    html_of_report();
    CONTAINS("No event is remembered.");
    CONTAINS("The link service does not answer.");
    text_of_report();
    CONTAINS("FAIL");
    CONTAINS("service-down");
}

static void the_timeline_shows_states_as_bands(void **state)
{
    (void)state;
    html_of_report();
    CONTAINS("<title>STARTING, 0 to 1910 ms</title>");
    CONTAINS("<title>FULL, 1910 to ");
}

static void text_fits_a_hundred_columns(void **state)
{
    (void)state;
    memset(facts.functions[0].detail, 'x', sizeof facts.functions[0].detail - 1);
    memset(facts.link.ssid, 's', sizeof facts.link.ssid - 1);
    memcpy(facts.link.security, "wpa3-transition", 16);
    memset(facts.phone.events[0].text, 'p', sizeof facts.phone.events[0].text - 1);
    memcpy(facts.phone.head_unit_address, "fe80::1234:56ff:fe78:9abc%wlp1s0u1u2", 37);
    facts.phone.merged = false;
    facts.functions[1].state = FASCIA_FUNCTION_FAILED;
    memcpy(facts.functions[1].reason, "nd-seen", 8);
    judge();
    text_of_report();
    for (const char *line = page; *line != '\0';) {
        size_t n = strcspn(line, "\n");
        assert_true(n <= 100);
        line += n + (line[n] == '\n');
    }
    CONTAINS(" FAIL ");
    CONTAINS("-> Another program manages the interface");
}

static void a_function_says_why_in_one_sentence_and_what_to_do(void **state)
{
    const struct report_function failed = {
        .name = "audio", .state = FASCIA_FUNCTION_FAILED, .reason = "layout", .detail = "the sink has FL FR"};
    struct report_out out = new_page();
    (void)state;

    report_text_function(&facts, &failed, &out);
    CONTAINS("  audio       FAILED    layout: The sink has other channels than the configured speakers: the sink\n"
             "                        has FL FR\n"
             "                        -> Make audio.speakers name the channels that the sink has.\n");
}

static void text_has_no_escape_codes_unless_asked_for(void **state)
{
    (void)state;
    text_of_report();
    assert_null(strchr(page, '\033'));
    struct report_out out = new_page();
    out.colour = true;
    report_text(&report, &out);
    CONTAINS("\033[1;32mPASS");
}

static void text_shows_matrix_and_measured_levels(void **state)
{
    (void)state;
    text_of_report();
    CONTAINS("    at FL     matrix     0.0     .  -3.0  -6.0  -3.0     .\n"
             "            measured     0.0     .  -3.0  -6.0  -3.0     .\n");
    CONTAINS("; lost: none");
    facts.audio.lost_count = 1;
    (void)snprintf(facts.audio.lost[0], sizeof facts.audio.lost[0], "LFE");
    text_of_report();
    CONTAINS("; lost: LFE");
}

static void a_long_timeline_is_shortened_in_text(void **state)
{
    (void)state;
    for (size_t i = 4; i < 200; i++)
        facts.events[i] = (struct report_event){.t_ms = (int64_t)(7000 + i), .name = "unit-ready", .source = "fasciad"};
    facts.events_count = 200;
    text_of_report();
    CONTAINS("... 120 more");
    CONTAINS("       7199  unit-ready");
}

static const char *string_at(struct json_object *object, const char *path)
{
    struct json_object *value = NULL;
    assert_int_equal(json_pointer_get(object, path, &value), 0);
    return json_object_get_string(value);
}

static void json_has_the_agreed_shape(void **state)
{
    struct json_object *object = report_json(&report);
    (void)state;
    assert_string_equal(string_at(object, "/verdict"), "pass");
    assert_string_equal(string_at(object, "/functions/link/state"), "FULL");
    assert_string_equal(string_at(object, "/functions/link/reason"), "none");
    assert_string_equal(string_at(object, "/link/mimo/class"), "2x2");
    assert_string_equal(string_at(object, "/link/mimo/tx_streams"), "2");
    assert_string_equal(string_at(object, "/link/peers/0/address"), "fe80::ff:fe00:100%wlan0");
    assert_string_equal(string_at(object, "/link/peers/0/rx_nss"), "2");
    assert_string_equal(string_at(object, "/address/interfaces/0/nd_packets"), "0");
    assert_string_equal(string_at(object, "/audio/matrix/0/2"), "0.70711");
    assert_string_equal(string_at(object, "/audio/lost_channels"), "[ ]");
    assert_string_equal(string_at(object, "/requirements/0/verdict"), "pass");
    assert_string_equal(string_at(object, "/requirements/0/wording"), "quoted");
    assert_string_equal(string_at(object, "/requirements/0/parameters"), "tx: 2, rx: 2");
    assert_string_equal(string_at(object, "/timeline/1/event"), "link-up");
    assert_string_equal(string_at(object, "/timeline/1/t_ms"), "1900");
    json_object_put(object);
}

static void json_tells_what_limits_a_radio_and_what_a_phone_did(void **state)
{
    struct json_object *object = report_json(&report), *nothing = NULL;
    (void)state;
    assert_string_equal(string_at(object, "/basis"), "unit");
    assert_string_equal(string_at(object, "/link/bands/0/class"), "2x2");
    assert_string_equal(string_at(object, "/link/bands/0/limit_tx/id"), "mcs-map");
    assert_non_null(strstr(string_at(object, "/link/bands/0/limit_tx/text"), "MCS maps"));
    assert_string_equal(string_at(object, "/link/bands/0/startable"), "9");
    assert_string_equal(string_at(object, "/link/capability/radar_detection"), "true");
    assert_string_equal(string_at(object, "/link/survey/0/busy_ms"), "1200");
    assert_string_equal(string_at(object, "/link/peers/0/tx/mcs"), "11");
    assert_string_equal(string_at(object, "/link/peers/0/history/t_ms/29"), "36000");
    assert_string_equal(string_at(object, "/link/peers/0/history/tx_nss/0"), "1");
    assert_int_equal(json_pointer_get(object, "/comparison", &nothing), -1);
    assert_int_equal(json_pointer_get(object, "/described", &nothing), -1);
    json_object_put(object);
}

static void text_sums_a_phone_s_past_up(void **state)
{
    (void)state;
    text_of_report();
    CONTAINS("    30 samples in 29.0 s   min     median        max\n"
             "      TX Mbit/s        24.0     1201.0     1201.0\n"
             "      RX Mbit/s         6.0      864.7      864.7\n"
             "      TX streams          1          2          2\n"
             "      RX streams          2          2          2\n"
             "      signal, dBm       -32        -31        -30\n"
             "      retries             0          1          3\n");
    CONTAINS("TX 80 MHz MCS 11 GI 800 ns; RX 80 MHz MCS 8 GI 800 ns; 12 retries, 0 failed, 4000 packets sent");
    CONTAINS("survey of 5180 MHz, noise -92 dBm, busy 12 % of 10.0 s");
}

static void a_description_is_marked_in_every_output(void **state)
{
    struct json_object *object = NULL;
    (void)state;
    memset(&facts, 0, sizeof facts);
    facts.described = (struct report_described){.is = true, .radio = "board", .source = EVIL, .band = "5GHz"};
    judge();
    html_of_report();
    CONTAINS("Nothing was measured on a running unit");
    CONTAINS("The radio as described");
    assert_null(strstr(page, ">Functions<"));
    assert_null(strstr(page, ">Timeline<"));
    assert_null(strstr(page, "<script"));
    text_of_report();
    CONTAINS("OFFLINE: a description was judged. Nothing was measured on a running unit.");
    assert_null(strstr(page, "FUNCTIONS"));
    object = report_json(&report);
    assert_string_equal(string_at(object, "/basis"), "description");
    assert_string_equal(string_at(object, "/described/radio"), "board");
    json_object_put(object);
}

static void several_profiles_share_a_table(void **state)
{
    static struct report_profile other;
    static struct report_judgement others;
    const struct report_column two[] = {{&profile, &judgement}, {&other, &others}};
    (void)state;
    other = profile;
    memcpy(other.name, EVIL, sizeof EVIL);
    other.requirements[0].level = REPORT_LEVEL_MANDATORY;
    other.requirements[0].parameters.tx = 3;
    report_judge(&facts, &other, &others);
    report_compare(two, 2, &comparison);
    text_of_report();
    CONTAINS("  mimo                    PASS  recommended FAIL  mandatory\n");
    CONTAINS("      A: radio phy0 is 2x2 on 5 GHz (TX x RX); asked: 2x2");
    CONTAINS("      B: radio phy0 is 2x2 on 5 GHz (TX x RX); asked: 3x2");
    CONTAINS("  [1]  A, B: Streams (second-hand");
    html_of_report();
    CONTAINS("2 profiles side by side");
    CONTAINS("mimo-min-streams {tx: 3, rx: 2}");
    assert_null(strstr(page, "<script"));
    struct json_object *object = report_json(&report);
    assert_string_equal(string_at(object, "/verdict"), "fail");
    assert_string_equal(string_at(object, "/profile/name"), EVIL);
    assert_string_equal(string_at(object, "/comparison/profiles/0/verdict"), "pass");
    assert_string_equal(string_at(object, "/comparison/requirements/0/profiles/test/verdict"), "pass");
    assert_string_equal(string_at(object, "/comparison/requirements/1/evidence/0/profiles/1"), EVIL);
    json_object_put(object);
}

static void json_survives_foreign_text_and_parses_again(void **state)
{
    (void)state;
    spoil_every_text();
    struct json_object *object = report_json(&report);
    const char *text = json_object_to_json_string(object);
    struct json_object *again = json_tokener_parse(text);
    assert_non_null(again);
    assert_true(json_object_equal(object, again));
    assert_string_equal(string_at(again, "/link/ssid"), EVIL);
    json_object_put(again);
    json_object_put(object);
}

static void attached_documents_are_carried_through(void **state)
{
    struct json_object *phone = json_tokener_parse("{\"joined\":true,\"whatever\":[1,{\"x\":null}]}");
    (void)state;
    report.phone = phone;
    struct json_object *object = report_json(&report), *carried = NULL;
    report.phone = NULL;
    assert_int_equal(json_pointer_get(object, "/phone", &carried), 0);
    assert_true(json_object_equal(carried, phone));
    assert_int_equal(json_pointer_get(object, "/sound", &carried), -1);
    json_object_put(object);
    json_object_put(phone);
}

static void a_failed_reason_carries_cause_and_remedy(void **state)
{
    (void)state;
    memcpy(facts.functions[2].reason, "no-sink", 8);
    facts.functions[2].state = FASCIA_FUNCTION_DEGRADED;
    struct json_object *object = report_json_status(&facts);
    assert_string_equal(string_at(object, "/functions/audio/cause"), fascia_reason_cause(FASCIA_REASON_NO_SINK));
    assert_string_equal(string_at(object, "/functions/audio/remedy"), fascia_reason_remedy(FASCIA_REASON_NO_SINK));
    assert_string_equal(string_at(object, "/units/hostapd/pid"), "101");
    json_object_put(object);
}

static int fails(void *userdata, const char *text, size_t size)
{
    int *calls = userdata;
    (void)text;
    (void)size;
    (*calls)++;
    return -EPIPE;
}

static void the_first_write_error_sticks_and_ends_writing(void **state)
{
    int calls = 0;
    struct report_out out = {.write = fails, .userdata = &calls};
    (void)state;
    report_html(&report, &out);
    assert_int_equal(out.error, -EPIPE);
    assert_int_equal(calls, 1);
}

static void levels_and_streams_are_written_shortly(void **state)
{
    char text[24];
    (void)state;
    assert_string_equal(report_db_text(1.0, text), "0.0");
    assert_string_equal(report_db_text(0.9999, text), "0.0");
    assert_string_equal(report_db_text(-0.5, text), "-6.0");
    assert_string_equal(report_db_text(0.0, text), ".");
    assert_string_equal(report_streams_text(&(struct report_streams){2, 1}, text), "2x1");
    assert_string_equal(report_streams_text(&(struct report_streams){0, 0}, text), "-");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(html_escapes_everything_foreign, good_report),
        cmocka_unit_test_setup(html_refers_to_nothing_outside, good_report),
        cmocka_unit_test_setup(html_has_every_section, good_report),
        cmocka_unit_test_setup(an_empty_unit_still_has_a_page, good_report),
        cmocka_unit_test_setup(the_timeline_shows_states_as_bands, good_report),
        cmocka_unit_test_setup(text_fits_a_hundred_columns, good_report),
        cmocka_unit_test_setup(a_function_says_why_in_one_sentence_and_what_to_do, good_report),
        cmocka_unit_test_setup(text_has_no_escape_codes_unless_asked_for, good_report),
        cmocka_unit_test_setup(text_shows_matrix_and_measured_levels, good_report),
        cmocka_unit_test_setup(a_long_timeline_is_shortened_in_text, good_report),
        cmocka_unit_test_setup(json_has_the_agreed_shape, good_report),
        cmocka_unit_test_setup(json_tells_what_limits_a_radio_and_what_a_phone_did, good_report),
        cmocka_unit_test_setup(text_sums_a_phone_s_past_up, good_report),
        cmocka_unit_test_setup(a_description_is_marked_in_every_output, good_report),
        cmocka_unit_test_setup(several_profiles_share_a_table, good_report),
        cmocka_unit_test_setup(json_survives_foreign_text_and_parses_again, good_report),
        cmocka_unit_test_setup(attached_documents_are_carried_through, good_report),
        cmocka_unit_test_setup(a_failed_reason_carries_cause_and_remedy, good_report),
        cmocka_unit_test_setup(the_first_write_error_sticks_and_ends_writing, good_report),
        cmocka_unit_test(levels_and_streams_are_written_shortly),
    };
    return cmocka_run_group_tests_name("report/render", tests, NULL, NULL);
}
