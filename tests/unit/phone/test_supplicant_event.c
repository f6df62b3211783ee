/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/test.h"

#include <errno.h>
#include <string.h>

#include "stack/phone/supplicant_event.h"

static struct phone_event parsed(const char *line)
{
    struct phone_event e;
    assert_int_equal(phone_event_parse(line, strlen(line), &e), 0);
    return e;
}

static const char *described(const char *line)
{
    static char buffer[128];
    struct fascia_text text;
    struct phone_event e = parsed(line);
    fascia_text_init(&text, buffer, sizeof buffer);
    phone_event_describe(&e, &text);
    return buffer;
}

static void a_connection_names_its_bssid(void **state)
{
    (void)state;
    struct phone_event e = parsed("<3>CTRL-EVENT-CONNECTED - Connection to 02:00:00:00:00:00 completed [id=0 id_str=]");
    assert_int_equal(e.kind, PHONE_EVENT_CONNECTED);
    assert_int_equal(e.level, 3);
    assert_true(e.has_bssid);
    assert_int_equal(e.bssid.octets[0], 2);
}

static void a_disconnection_says_who_wanted_it(void **state)
{
    (void)state;
    assert_string_equal(described("<3>CTRL-EVENT-DISCONNECTED bssid=02:00:00:00:00:00 reason=3 locally_generated=1"),
                        "disconnected 02:00:00:00:00:00 reason 3 (own decision)");
    assert_string_equal(described("<3>CTRL-EVENT-DISCONNECTED bssid=02:00:00:00:00:00 reason=7\n"),
                        "disconnected 02:00:00:00:00:00 reason 7");
}

static void a_wrong_key_is_seen_behind_any_name(void **state)
{
    (void)state;
    struct phone_event e = parsed("<3>CTRL-EVENT-SSID-TEMP-DISABLED id=0 ssid=\"a reason=X \\\" b\" "
                                  "auth_failures=1 duration=10 reason=WRONG_KEY");
    assert_int_equal(e.kind, PHONE_EVENT_NETWORK_DISABLED);
    assert_true(e.wrong_key);
    e = parsed("<3>CTRL-EVENT-SSID-TEMP-DISABLED id=0 ssid=\"x reason=WRONG_KEY\" auth_failures=1 duration=10 "
               "reason=CONN_FAILED");
    assert_false(e.wrong_key);
}

static void rejections_carry_their_status(void **state)
{
    (void)state;
    assert_string_equal(described("<3>CTRL-EVENT-ASSOC-REJECT bssid=02:00:00:00:00:00 status_code=17"),
                        "assoc-reject 02:00:00:00:00:00 status 17");
    assert_string_equal(described("<3>CTRL-EVENT-AUTH-REJECT 02:00:00:00:00:00 auth_type=3 auth_transaction=1 "
                                  "status_code=15"),
                        "auth-reject 02:00:00:00:00:00 status 15");
    assert_string_equal(described("<3>CTRL-EVENT-ASSOC-REJECT status_code=16 timeout=auth"),
                        "assoc-reject status 16 (no answer)");
}

static void plain_words_are_events_too(void **state)
{
    (void)state;
    assert_string_equal(
        described("<3>SME: Trying to authenticate with 02:00:00:00:00:00 (SSID='fascia' freq=5180 MHz)"),
        "authenticating 02:00:00:00:00:00");
    assert_string_equal(described("<3>Associated with 02:00:00:00:00:00"), "associated 02:00:00:00:00:00");
}

static void the_prefix_of_the_global_socket_is_passed_over(void **state)
{
    (void)state;
    assert_int_equal(parsed("IFNAME=wlan1 <2>CTRL-EVENT-TERMINATING ").kind, PHONE_EVENT_TERMINATING);
}

static void an_unknown_event_is_other_and_a_longer_name_is_another_event(void **state)
{
    (void)state;
    assert_int_equal(parsed("<3>CTRL-EVENT-REGDOM-CHANGE init=CORE type=WORLD").kind, PHONE_EVENT_OTHER);
    assert_int_equal(parsed("<3>CTRL-EVENT-CONNECTEDNESS").kind, PHONE_EVENT_OTHER);
}

static void what_is_not_an_event_line_is_an_error(void **state)
{
    (void)state;
    static const char *const bad[] = {"", "OK", "<3", "<x>CTRL-EVENT-CONNECTED", "IFNAME=wlan0", "\n"};
    struct phone_event e;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(phone_event_parse(bad[i], strlen(bad[i]), &e), -EBADMSG);
    assert_int_equal(phone_event_parse("<3>a\0b", 6, &e), -EBADMSG);
}

static void a_malformed_field_of_a_known_event_is_an_error(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "<3>CTRL-EVENT-DISCONNECTED bssid=02:00 reason=3", "<3>CTRL-EVENT-DISCONNECTED reason=x",
        "<3>CTRL-EVENT-ASSOC-REJECT status_code=-1", "<3>CTRL-EVENT-ASSOC-REJECT status_code=99999"};
    struct phone_event e;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(phone_event_parse(bad[i], strlen(bad[i]), &e), -EBADMSG);
}

static void a_line_that_is_too_long_is_refused(void **state)
{
    (void)state;
    static char line[PHONE_EVENT_SIZE + 1] = "<3>";
    struct phone_event e;
    memset(line + 3, 'x', sizeof line - 3);
    assert_int_equal(phone_event_parse(line, sizeof line, &e), -EMSGSIZE);
    assert_int_equal(phone_event_parse(line, PHONE_EVENT_SIZE - 1, &e), 0);
}

static const char *advice_of(const char *line)
{
    struct phone_event e = parsed(line);
    assert_true(phone_event_is_obstacle(&e));
    return phone_event_advice(&e);
}

static void an_obstacle_names_cause_and_remedy(void **state)
{
    (void)state;
    assert_non_null(strstr(advice_of("<3>CTRL-EVENT-NETWORK-NOT-FOUND "), "is the access point up"));
    assert_non_null(strstr(advice_of("<3>CTRL-EVENT-SCAN-FAILED ret=-22"), "rfkill"));
    assert_non_null(strstr(advice_of("<3>CTRL-EVENT-AUTH-REJECT 02:00:00:00:00:00 status_code=1"), "passphrase"));
    assert_null(strstr(advice_of("<3>CTRL-EVENT-AUTH-REJECT 02:00:00:00:00:00 status_code=77"), "passphrase"));
    assert_non_null(strstr(advice_of("<3>CTRL-EVENT-ASSOC-REJECT status_code=17"), "max_stations"));
    assert_non_null(strstr(advice_of("<3>CTRL-EVENT-ASSOC-REJECT status_code=1"), "association"));
    assert_non_null(strstr(advice_of("<3>CTRL-EVENT-SSID-TEMP-DISABLED reason=WRONG_KEY"), "passphrase"));
    assert_non_null(strstr(advice_of("<3>CTRL-EVENT-DISCONNECTED reason=7"), "ended the connection"));
}

static void progress_is_no_obstacle(void **state)
{
    (void)state;
    static const char *const lines[] = {"<3>CTRL-EVENT-SCAN-RESULTS ", "<3>Associated with 02:00:00:00:00:00",
                                        "<3>CTRL-EVENT-SSID-TEMP-DISABLED reason=CONN_FAILED", "<3>ANYTHING"};
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        struct phone_event e = parsed(lines[i]);
        assert_false(phone_event_is_obstacle(&e));
    }
    struct phone_event nothing = {0};
    assert_non_null(strstr(phone_event_advice(&nothing), "nothing was heard"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_connection_names_its_bssid),
        cmocka_unit_test(a_disconnection_says_who_wanted_it),
        cmocka_unit_test(a_wrong_key_is_seen_behind_any_name),
        cmocka_unit_test(rejections_carry_their_status),
        cmocka_unit_test(plain_words_are_events_too),
        cmocka_unit_test(the_prefix_of_the_global_socket_is_passed_over),
        cmocka_unit_test(an_unknown_event_is_other_and_a_longer_name_is_another_event),
        cmocka_unit_test(what_is_not_an_event_line_is_an_error),
        cmocka_unit_test(a_malformed_field_of_a_known_event_is_an_error),
        cmocka_unit_test(a_line_that_is_too_long_is_refused),
        cmocka_unit_test(an_obstacle_names_cause_and_remedy),
        cmocka_unit_test(progress_is_no_obstacle),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
