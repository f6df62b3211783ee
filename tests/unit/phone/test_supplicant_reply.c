/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/test.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "stack/phone/supplicant_reply.h"

static int status_of(const char *text, struct phone_status *s)
{
    return phone_status_parse(text, strlen(text), s);
}

static void status_of_an_association_is_read_whole(void **state)
{
    (void)state;
    struct phone_status s;
    char mac[FASCIA_MAC_TEXT_SIZE];
    assert_int_equal(status_of("bssid=02:00:00:00:00:00\nfreq=5180\nssid=fascia\nid=0\nmode=station\n"
                               "wifi_generation=6\npairwise_cipher=CCMP\ngroup_cipher=CCMP\nkey_mgmt=SAE\npmf=2\n"
                               "mgmt_group_cipher=BIP\nsae_group=19\nsae_h2e=1\nsae_pk=0\nwpa_state=COMPLETED\n"
                               "address=02:00:00:00:01:00\nuuid=71e8\nieee80211ac=1\n",
                               &s),
                     0);
    assert_string_equal(s.state, "COMPLETED");
    assert_true(s.has_bssid);
    assert_string_equal(fascia_mac_format(&s.bssid, mac), "02:00:00:00:00:00");
    assert_string_equal(fascia_mac_format(&s.address, mac), "02:00:00:00:01:00");
    assert_int_equal(s.freq_mhz, 5180);
    assert_int_equal(s.ssid_size, 6);
    assert_int_equal(s.wifi_generation, 6);
    assert_int_equal(s.pmf, 2);
    assert_string_equal(s.key_mgmt, "SAE");
    assert_string_equal(s.pairwise_cipher, "CCMP");
}

static void status_before_the_association_has_no_bssid(void **state)
{
    (void)state;
    struct phone_status s;
    assert_int_equal(status_of("wpa_state=SCANNING\naddress=02:00:00:00:01:00\n", &s), 0);
    assert_string_equal(s.state, "SCANNING");
    assert_false(s.has_bssid);
    assert_true(s.has_address);
    assert_int_equal(s.freq_mhz, 0);
}

static void status_without_a_state_is_an_error_and_changes_nothing(void **state)
{
    (void)state;
    struct phone_status s = {.freq_mhz = 7};
    assert_int_equal(status_of("FAIL\n", &s), -EBADMSG);
    assert_int_equal(status_of("", &s), -EBADMSG);
    assert_int_equal(s.freq_mhz, 7);
}

static void a_key_twice_is_an_error(void **state)
{
    (void)state;
    struct phone_status s;
    assert_int_equal(status_of("wpa_state=COMPLETED\nfreq=1\nfreq=2\n", &s), -EBADMSG);
}

static void a_value_that_cannot_be_is_an_error(void **state)
{
    (void)state;
    static const char *const bad[] = {"bssid=02:00",
                                      "freq=-1",
                                      "freq=5180MHz",
                                      "ssid=\\q",
                                      "pmf=9",
                                      "address=",
                                      "key_mgmt=0123456789012345678901234567890123456789"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char text[128];
        struct phone_status s;
        (void)snprintf(text, sizeof text, "wpa_state=COMPLETED\n%s", bad[i]);
        assert_int_equal(status_of(text, &s), -EBADMSG);
    }
}

static void an_unknown_key_of_any_length_is_passed_over(void **state)
{
    (void)state;
    static char text[3000];
    struct phone_status s;
    memset(text, 'x', 2000);
    (void)snprintf(text + 2000, sizeof text - 2000, "=1\nwpa_state=COMPLETED");
    assert_int_equal(status_of(text, &s), 0);
    assert_int_equal(phone_status_parse(text, PHONE_REPLY_SIZE + 1, &s), -EMSGSIZE);
}

static void an_escaped_name_is_decoded(void **state)
{
    (void)state;
    uint8_t ssid[PHONE_SSID_MAX];
    size_t size = 0;
    static const char escaped[] = "a\\\"\\\\\\n\\xc3\\xa9\\e";
    assert_int_equal(phone_ssid_decode(escaped, strlen(escaped), ssid, &size), 0);
    assert_int_equal(size, 7);
    assert_memory_equal(ssid, "a\"\\\n\xc3\xa9\033", 7);
    assert_int_equal(phone_ssid_decode("\\", 1, ssid, &size), -EINVAL);
    assert_int_equal(phone_ssid_decode("\\x1", 3, ssid, &size), -EINVAL);
    assert_int_equal(phone_ssid_decode("\\xzz", 4, ssid, &size), -EINVAL);
    assert_int_equal(phone_ssid_decode("012345678901234567890123456789012", 33, ssid, &size), -EMSGSIZE);
}

static void signal_poll_gives_width_and_rate(void **state)
{
    (void)state;
    struct phone_signal s;
    static const char text[] = "RSSI=-30\nLINKSPEED=1201\nNOISE=-92\nFREQUENCY=5180\nWIDTH=80 MHz\n"
                               "CENTER_FRQ1=5210\nAVG_RSSI=-31\n";
    assert_int_equal(phone_signal_parse(text, strlen(text), &s), 0);
    assert_int_equal(s.rssi_dbm, -30);
    assert_int_equal(s.link_speed_mbps, 1201);
    assert_int_equal(s.width_mhz, 80);
    assert_int_equal(s.center_mhz, 5210);
}

static void every_way_to_write_a_width_is_understood(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        uint32_t mhz;
    } widths[] = {{"20 MHz (no HT)", 20}, {"20 MHz", 20}, {"160 MHz", 160}, {"80+80 MHz", 160}, {"unknown", 0}};
    for (size_t i = 0; i < sizeof widths / sizeof widths[0]; i++) {
        char text[64];
        struct phone_signal s;
        (void)snprintf(text, sizeof text, "FREQUENCY=5180\nWIDTH=%s", widths[i].text);
        assert_int_equal(phone_signal_parse(text, strlen(text), &s), 0);
        assert_int_equal(s.width_mhz, widths[i].mhz);
    }
}

static void signal_poll_while_not_associated_is_an_error(void **state)
{
    (void)state;
    struct phone_signal s;
    assert_int_equal(phone_signal_parse("FAIL\n", 5, &s), -EBADMSG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(status_of_an_association_is_read_whole),
        cmocka_unit_test(status_before_the_association_has_no_bssid),
        cmocka_unit_test(status_without_a_state_is_an_error_and_changes_nothing),
        cmocka_unit_test(a_key_twice_is_an_error),
        cmocka_unit_test(a_value_that_cannot_be_is_an_error),
        cmocka_unit_test(an_unknown_key_of_any_length_is_passed_over),
        cmocka_unit_test(an_escaped_name_is_decoded),
        cmocka_unit_test(signal_poll_gives_width_and_rate),
        cmocka_unit_test(every_way_to_write_a_width_is_understood),
        cmocka_unit_test(signal_poll_while_not_associated_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
