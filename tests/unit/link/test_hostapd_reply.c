/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/link/hostapd_reply.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "tests/unit/test.h"

/* As hostapd 2.10 prints it, shortened. */
static const char up[] = "state=ENABLED\nphy=phy0\nfreq=5180\nnum_sta_non_erp=0\nht_op_mode=0x0\n"
                         "cac_time_left_seconds=N/A\nchannel=36\nedmg_channel=0\nsecondary_channel=1\n"
                         "ieee80211n=1\nieee80211ac=1\nieee80211ax=1\nhe_oper_chwidth=1\n"
                         "he_oper_centr_freq_seg0_idx=42\nvht_oper_chwidth=1\nvht_caps_info=00000020\n"
                         "bss[0]=wlan0\nbssid[0]=02:00:00:00:00:00\nssid[0]=fas\\\"c\\\\i\\xc3\\xa4\\n\n"
                         "num_sta[0]=1\nbss[1]=wlan0_1\nbssid[1]=02:00:00:00:00:01\nssid[1]=other\nnum_sta[1]=7\n";

static struct hostapd_status status_of(const char *text)
{
    struct hostapd_status status;
    assert_int_equal(hostapd_reply_status(text, strlen(text), "wlan0", &status), 0);
    return status;
}

static void an_enabled_access_point_is_read_back(void **state)
{
    (void)state;
    struct hostapd_status s = status_of(up);
    assert_int_equal(s.state, HOSTAPD_STATE_ENABLED);
    assert_int_equal(s.frequency_mhz, 5180);
    assert_int_equal(s.channel, 36);
    assert_int_equal(s.width_mhz, 80);
    assert_int_equal(s.standard, STATION_STANDARD_HE);
    assert_true(s.has_bssid);
    assert_int_equal(s.bssid.octets[5], 0);
    assert_int_equal(s.stations, 1);
    assert_int_equal(s.ssid_size, 10);
    assert_memory_equal(s.ssid, "fas\"c\\i\xc3\xa4\n", 10);
}

static void the_bss_is_that_of_the_interface_asked_about(void **state)
{
    struct hostapd_status s;
    (void)state;

    assert_int_equal(hostapd_reply_status(up, sizeof up - 1, "wlan0_1", &s), 0);
    assert_int_equal(s.bssid.octets[5], 1);
    assert_int_equal(s.stations, 7);
    assert_int_equal(hostapd_reply_status(up, sizeof up - 1, "wlan9", &s), 0);
    assert_false(s.has_bssid);
}

static void widths_come_from_the_newest_mode(void **state)
{
    (void)state;
    assert_int_equal(status_of("state=ENABLED\nieee80211n=1\nsecondary_channel=0\n").width_mhz, 20);
    assert_int_equal(status_of("state=ENABLED\nieee80211n=1\nsecondary_channel=-1\n").width_mhz, 40);
    assert_int_equal(status_of("state=ENABLED\nieee80211ac=1\nsecondary_channel=1\nvht_oper_chwidth=0\n").width_mhz,
                     40);
    assert_int_equal(status_of("state=ENABLED\nieee80211ac=1\nsecondary_channel=1\nvht_oper_chwidth=2\n").width_mhz,
                     160);
    struct hostapd_status s = status_of("state=ENABLED\nieee80211ax=1\nieee80211be=1\nhe_oper_chwidth=2\n"
                                        "eht_oper_chwidth=9\n");
    assert_int_equal(s.width_mhz, 320);
    assert_int_equal(s.standard, STATION_STANDARD_EHT);
    assert_int_equal(status_of("state=ENABLED\n").standard, STATION_STANDARD_LEGACY);
}

static void the_stages_of_starting_are_told_from_giving_up(void **state)
{
    static const char *const starting[] = {"COUNTRY_UPDATE", "HT_SCAN"};
    static const char *const down[] = {"DISABLED", "UNINITIALIZED", "NO_IR"};
    char text[64];
    (void)state;

    for (size_t i = 0; i < sizeof starting / sizeof starting[0]; i++) {
        (void)snprintf(text, sizeof text, "state=%s\n", starting[i]);
        assert_int_equal(status_of(text).state, HOSTAPD_STATE_STARTING);
    }
    for (size_t i = 0; i < 3; i++) {
        (void)snprintf(text, sizeof text, "state=%s\n", down[i]);
        assert_int_equal(status_of(text).state, HOSTAPD_STATE_DISABLED);
    }
}

static void a_reply_without_state_is_an_error(void **state)
{
    static const char *const bad[] = {"", "FAIL\n", "FAIL-NO-IFNAME-MATCH\n", "state=DANCING\n", "freq=5180\n"};
    struct hostapd_status s = {.channel = 99};
    (void)state;

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(hostapd_reply_status(bad[i], strlen(bad[i]), "wlan0", &s), -EBADMSG);
    assert_int_equal(s.channel, 99);
}

static void an_ssid_that_is_too_long_or_badly_escaped_is_empty(void **state)
{
    (void)state;
    assert_int_equal(status_of("state=ENABLED\nbss[0]=wlan0\nssid[0]=bad\\q\n").ssid_size, 0);
    assert_int_equal(status_of("state=ENABLED\nbss[0]=wlan0\nssid[0]=bad\\x1\n").ssid_size, 0);
    assert_int_equal(status_of("state=ENABLED\nbss[0]=wlan0\nssid[0]=bad\\\n").ssid_size, 0);
    assert_int_equal(status_of("state=ENABLED\nbss[0]=wlan0\nssid[0]=123456789012345678901234567890123\n").ssid_size,
                     0);
}

static void security_is_read_from_the_key_management(void **state)
{
    enum link_security security = LINK_SECURITIES_;
    (void)state;

    assert_int_equal(hostapd_reply_security("wpa=2\nkey_mgmt=SAE\n", 19, &security), 0);
    assert_int_equal(security, LINK_SECURITY_WPA3_SAE);
    assert_int_equal(hostapd_reply_security("key_mgmt=WPA-PSK SAE ", 21, &security), 0);
    assert_int_equal(security, LINK_SECURITY_WPA3_TRANSITION);
    assert_int_equal(hostapd_reply_security("key_mgmt=WPA-PSK\n", 17, &security), 0);
    assert_int_equal(security, LINK_SECURITY_WPA2_PSK);
    assert_int_equal(hostapd_reply_security("ssid=x\n", 7, &security), -EBADMSG);
    assert_int_equal(hostapd_reply_security("key_mgmt=WPA-EAP\n", 17, &security), -EBADMSG);
}

static void interfaces_are_listed_and_impossible_names_left_out(void **state)
{
    static const char text[] = "wlan0\nwlan1\n\na name\nan-interface-name-that-is-too-long\n../x\nlast";
    struct hostapd_interfaces list;
    (void)state;

    hostapd_reply_interfaces(text, sizeof text - 1, &list);
    assert_int_equal(list.count, 3);
    assert_string_equal(list.names[1], "wlan1");
    assert_string_equal(list.names[2], "last");
    hostapd_reply_interfaces("", 0, &list);
    assert_int_equal(list.count, 0);
}

static struct hostapd_event event_of(const char *text)
{
    struct hostapd_event event;
    assert_true(hostapd_reply_is_event(text, strlen(text)));
    assert_int_equal(hostapd_reply_event(text, strlen(text), &event), 0);
    return event;
}

static void events_are_read_with_and_without_an_interface(void **state)
{
    (void)state;
    struct hostapd_event e = event_of("<3>AP-STA-CONNECTED 02:00:00:00:01:00");
    assert_int_equal(e.kind, HOSTAPD_EVENT_STATION_CONNECTED);
    assert_int_equal(e.mac.octets[4], 1);
    assert_string_equal(e.interface, "");
    e = event_of("IFNAME=wlan0 <3>AP-STA-DISCONNECTED 02:00:00:00:01:00 reason=3");
    assert_int_equal(e.kind, HOSTAPD_EVENT_STATION_DISCONNECTED);
    assert_string_equal(e.interface, "wlan0");
    assert_int_equal(event_of("IFNAME=wlan0 <3>AP-ENABLED ").kind, HOSTAPD_EVENT_AP_ENABLED);
    assert_int_equal(event_of("<3>AP-DISABLED ").kind, HOSTAPD_EVENT_AP_DISABLED);
    assert_int_equal(event_of("<3>INTERFACE-DISABLED ").kind, HOSTAPD_EVENT_INTERFACE_DISABLED);
    assert_int_equal(event_of("<3>INTERFACE-ENABLED ").kind, HOSTAPD_EVENT_INTERFACE_ENABLED);
    assert_int_equal(event_of("<3>CTRL-EVENT-TERMINATING ").kind, HOSTAPD_EVENT_TERMINATING);
    assert_int_equal(event_of("<3>AP-CSA-FINISHED freq=5200 dfs=0").kind, HOSTAPD_EVENT_CHANNEL_SWITCHED);
    assert_int_equal(event_of("<3>WPS-NEW-AP-SETTINGS 00").kind, HOSTAPD_EVENT_OTHER);
    assert_int_equal(event_of("<3>").kind, HOSTAPD_EVENT_OTHER);
}

/* Formats as hostapd 2.10 prints them (wpa_ctrl.h, dfs.c, drivers/nl80211: "DFS-CAC-START" from two places). */
static void changes_of_channel_and_radar_checks_are_told_with_their_values(void **state)
{
    static const struct {
        const char *text;
        struct hostapd_event wanted;
    } cases[] = {
        {"<3>DFS-CAC-START freq=5260 chan=52 sec_chan=1, width=1, seg0=58, seg1=0, cac_time=60s",
         {.kind = HOSTAPD_EVENT_CHECK_STARTED, .frequency_mhz = 5260, .check_s = 60}},
        {"IFNAME=wlan0 <3>DFS-CAC-START freq=5600 chan=120 chan_offset=1 width=3 seg0=122 seg1=0 cac_time=600s",
         {.kind = HOSTAPD_EVENT_CHECK_STARTED, .interface = "wlan0", .frequency_mhz = 5600, .check_s = 600}},
        {"<3>DFS-CAC-COMPLETED success=1 freq=5260 ht_enabled=0 chan_offset=0 chan_width=3 cf1=5290 cf2=0",
         {.kind = HOSTAPD_EVENT_CHECK_COMPLETED, .frequency_mhz = 5260, .success = true}},
        {"<3>DFS-CAC-COMPLETED success=0 freq=5260 ht_enabled=0 chan_offset=0 chan_width=3 cf1=5290 cf2=0",
         {.kind = HOSTAPD_EVENT_CHECK_COMPLETED, .frequency_mhz = 5260}},
        {"<3>DFS-RADAR-DETECTED freq=5260 ht_enabled=1 chan_offset=1 chan_width=3 cf1=5290 cf2=0",
         {.kind = HOSTAPD_EVENT_RADAR, .frequency_mhz = 5260}},
        {"<3>DFS-NEW-CHANNEL freq=5500 chan=100 sec_chan=1",
         {.kind = HOSTAPD_EVENT_CHANNEL_CHOSEN, .frequency_mhz = 5500}},
        {"<3>DFS-NOP-FINISHED freq=5260 ht_enabled=0 chan_offset=0 chan_width=3 cf1=5290 cf2=0",
         {.kind = HOSTAPD_EVENT_RADAR_OVER, .frequency_mhz = 5260}},
        {"<3>ACS-STARTED ", {.kind = HOSTAPD_EVENT_SELECTION_STARTED}},
        {"<3>ACS-COMPLETED freq=5180 channel=36", {.kind = HOSTAPD_EVENT_SELECTION_COMPLETED, .frequency_mhz = 5180}},
        {"<3>ACS-FAILED ", {.kind = HOSTAPD_EVENT_SELECTION_FAILED}},
        {"<3>CTRL-EVENT-STARTED-CHANNEL-SWITCH freq=5200 ht_enabled=1 ch_offset=1 ch_width=80 MHz cf1=5210 cf2=0 dfs=0",
         {.kind = HOSTAPD_EVENT_CHANNEL_SWITCHING, .frequency_mhz = 5200}},
        {"<3>CTRL-EVENT-CHANNEL-SWITCH freq=5200 ht_enabled=1 ch_offset=1 ch_width=80 MHz cf1=5210 cf2=0 dfs=0",
         {.kind = HOSTAPD_EVENT_CHANNEL_CHANGED, .frequency_mhz = 5200}},
        {"<3>AP-CSA-FINISHED freq=5200 dfs=0", {.kind = HOSTAPD_EVENT_CHANNEL_SWITCHED, .frequency_mhz = 5200}},
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct hostapd_event e = event_of(cases[i].text);
        assert_int_equal(e.kind, cases[i].wanted.kind);
        assert_string_equal(e.interface, cases[i].wanted.interface);
        assert_int_equal(e.frequency_mhz, cases[i].wanted.frequency_mhz);
        assert_int_equal(e.check_s, cases[i].wanted.check_s);
        assert_int_equal(e.success, cases[i].wanted.success);
    }
}

static void values_that_are_none_are_as_good_as_not_said(void **state)
{
    (void)state;
    struct hostapd_event e = event_of("<3>DFS-CAC-START freq=-1 chan= , cac_time=s cac_time=9999999s freq");
    assert_int_equal(e.kind, HOSTAPD_EVENT_CHECK_STARTED);
    assert_int_equal(e.frequency_mhz, 0);
    assert_int_equal(e.check_s, 0);
    assert_false(event_of("<3>DFS-CAC-COMPLETED success=2").success);
    assert_false(event_of("<3>DFS-CAC-COMPLETED").success);
    assert_int_equal(event_of("<3>AP-ENABLED freq=5180").frequency_mhz, 0); /* not one that has values */
}

static void a_radar_check_is_told_from_other_ways_of_starting(void **state)
{
    (void)state;
    struct hostapd_status s = status_of("state=DFS\ncac_time_seconds=60\ncac_time_left_seconds=41\n");
    assert_int_equal(s.state, HOSTAPD_STATE_CHECKING);
    assert_int_equal(s.check_left_s, 41);
    assert_int_equal(status_of("state=ACS\n").state, HOSTAPD_STATE_CHECKING);
    assert_int_equal(status_of("state=COUNTRY_UPDATE\n").state, HOSTAPD_STATE_STARTING);
    assert_int_equal(status_of("state=HT_SCAN\ncac_time_left_seconds=N/A\n").check_left_s, 0);
}

static void a_station_event_without_a_usable_address_is_an_error(void **state)
{
    static const char *const bad[] = {"<3>AP-STA-CONNECTED",
                                      "<3>AP-STA-CONNECTED 02:00:00:00:01",
                                      "<3>AP-STA-CONNECTED ff:ff:ff:ff:ff:ff",
                                      "<3>AP-STA-CONNECTED 00:00:00:00:00:00",
                                      "<3AP-ENABLED",
                                      "IFNAME=wlan0",
                                      "IFNAME= <3>AP-ENABLED",
                                      "IFNAME=a/b <3>AP-ENABLED",
                                      "IFNAME=wlan0 AP-ENABLED",
                                      "OK\n",
                                      ""};
    struct hostapd_event event;
    (void)state;

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(hostapd_reply_event(bad[i], strlen(bad[i]), &event), -EBADMSG);
}

static void ok_and_pong_are_whole_words(void **state)
{
    (void)state;
    assert_true(hostapd_reply_is_ok("OK\n", 3));
    assert_true(hostapd_reply_is_ok("OK", 2));
    assert_false(hostapd_reply_is_ok("OKAY\n", 5));
    assert_false(hostapd_reply_is_ok("FAIL\n", 5));
    assert_false(hostapd_reply_is_ok("O", 1));
    assert_true(hostapd_reply_is_pong("PONG\n", 5));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_enabled_access_point_is_read_back),
        cmocka_unit_test(the_bss_is_that_of_the_interface_asked_about),
        cmocka_unit_test(widths_come_from_the_newest_mode),
        cmocka_unit_test(the_stages_of_starting_are_told_from_giving_up),
        cmocka_unit_test(a_reply_without_state_is_an_error),
        cmocka_unit_test(an_ssid_that_is_too_long_or_badly_escaped_is_empty),
        cmocka_unit_test(security_is_read_from_the_key_management),
        cmocka_unit_test(interfaces_are_listed_and_impossible_names_left_out),
        cmocka_unit_test(events_are_read_with_and_without_an_interface),
        cmocka_unit_test(changes_of_channel_and_radar_checks_are_told_with_their_values),
        cmocka_unit_test(values_that_are_none_are_as_good_as_not_said),
        cmocka_unit_test(a_radar_check_is_told_from_other_ways_of_starting),
        cmocka_unit_test(a_station_event_without_a_usable_address_is_an_error),
        cmocka_unit_test(ok_and_pong_are_whole_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
