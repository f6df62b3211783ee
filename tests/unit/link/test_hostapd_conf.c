/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/link/hostapd_conf.h"

#include <stdio.h>
#include <string.h>

#include "tests/unit/link/radio_builder.h"
#include "tests/unit/test.h"

static struct wiphy_table radios;
static struct link_config config;
static struct channel_plan plan;
static struct fascia_secret passphrase;
static char octets[HOSTAPD_CONF_MAX];
static struct fascia_text text;
static const char *interface, *control_dir;
static bool knows_eht;

static void a_radio(const struct radio *radio, enum link_band band, uint32_t channel, uint32_t width)
{
    memset(&radios, 0, sizeof radios);
    radio_add(&radios, radio);
    config.band = band;
    config.channel = channel;
    channel_plan(&radios.radios[0], band, channel, width,
                 &(struct channel_rules){.settled = true, .standard = config.standard}, &plan);
}

static void secret(const char *value)
{
    assert_int_equal(fascia_secret_set(&passphrase, value, strlen(value)), 0);
}

static int setup(void **state)
{
    (void)state;
    config = (struct link_config){
        .ssid = "fascia", .country = "DE", .max_stations = 1, .isolate = true, .bss_transition = true};
    knows_eht = false;
    interface = "wlan0";
    control_dir = "/run/fascia/link/ctrl";
    secret("correct horse");
    a_radio(&(struct radio){.name = "phy0", .band = 1, .ht_streams = 2, .vht_streams = 2, .he_streams = 2},
            LINK_BAND_5GHZ, 36, 80);
    return 0;
}

static int written(void)
{
    struct hostapd_conf_input input = {.config = &config,
                                       .wiphy = &radios.radios[0],
                                       .plan = &plan,
                                       .interface = interface,
                                       .control_dir = control_dir,
                                       .eht = knows_eht};
    fascia_text_init(&text, octets, sizeof octets);
    return hostapd_conf_write(&input, &passphrase, &text);
}

/* True when the text has exactly this line. */
static bool has(const char *line)
{
    char wanted[128];
    (void)snprintf(wanted, sizeof wanted, "\n%s\n", line);
    return strstr(octets, wanted) != NULL;
}

static void an_ax_access_point_on_80_mhz_is_written_in_full(void **state)
{
    static const char *const lines[] = {"interface=wlan0",
                                        "driver=nl80211",
                                        "ctrl_interface=/run/fascia/link/ctrl",
                                        "ssid2=666173636961",
                                        "country_code=DE",
                                        "ieee80211d=1",
                                        "ignore_broadcast_ssid=0",
                                        "bss_transition=1",
                                        "ieee80211h=1",
                                        "hw_mode=a",
                                        "channel=36",
                                        "ieee80211n=1",
                                        "ht_capab=[HT40+][SHORT-GI-20][SHORT-GI-40]",
                                        "ieee80211ac=1",
                                        "vht_oper_chwidth=1",
                                        "vht_oper_centr_freq_seg0_idx=42",
                                        "ieee80211ax=1",
                                        "he_oper_chwidth=1",
                                        "he_oper_centr_freq_seg0_idx=42",
                                        "wmm_enabled=1",
                                        "ap_isolate=1",
                                        "max_num_sta=1",
                                        "wpa=2",
                                        "wpa_key_mgmt=SAE",
                                        "rsn_pairwise=CCMP",
                                        "ieee80211w=2",
                                        "sae_pwe=2",
                                        "sae_require_mfp=1",
                                        "wpa_passphrase=correct horse"};
    (void)state;

    assert_int_equal(written(), 0);
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        if (!has(lines[i]))
            fail_msg("missing: %s", lines[i]);
    }
}

static void only_the_modes_that_the_radio_has_are_enabled(void **state)
{
    (void)state;
    a_radio(&(struct radio){.name = "n", .band = 0, .ht_streams = 1, .only_20 = true}, LINK_BAND_2GHZ, 6, 20);
    assert_int_equal(written(), 0);
    assert_true(has("hw_mode=g"));
    assert_true(has("ieee80211n=1"));
    assert_true(has("ht_capab=[SHORT-GI-20]"));
    assert_null(strstr(octets, "ieee80211ac"));
    assert_null(strstr(octets, "ieee80211ax"));
    assert_null(strstr(octets, "ieee80211h=")); /* spectrum management is of the 5 GHz band */
}

static void a_hundred_and_sixty_megahertz_name_the_capability(void **state)
{
    (void)state;
    a_radio(&(struct radio){.name = "w", .band = 1, .ht_streams = 2, .vht_streams = 2}, LINK_BAND_5GHZ, 40, 160);
    assert_int_equal(written(), 0);
    assert_true(has("vht_capab=[SHORT-GI-80][VHT160][SHORT-GI-160]"));
    assert_true(has("vht_oper_chwidth=2"));
    assert_true(has("vht_oper_centr_freq_seg0_idx=50"));
    assert_non_null(strstr(octets, "[HT40-]"));
}

static void six_gigahertz_uses_an_operating_class_and_sae_only(void **state)
{
    (void)state;
    a_radio(&(struct radio){.name = "6", .band = 3, .he_streams = 2}, LINK_BAND_6GHZ, 5, 80);
    assert_int_equal(written(), 0);
    assert_true(has("op_class=133"));
    assert_true(has("he_oper_centr_freq_seg0_idx=7"));
    assert_null(strstr(octets, "ieee80211n"));
    config.security = LINK_SECURITY_WPA3_TRANSITION;
    assert_int_equal(written(), HOSTAPD_CONF_E_SECURITY);
}

static void transition_and_wpa2_say_so(void **state)
{
    (void)state;
    config.security = LINK_SECURITY_WPA3_TRANSITION;
    assert_int_equal(written(), 0);
    assert_true(has("wpa_key_mgmt=SAE WPA-PSK"));
    assert_true(has("ieee80211w=1"));
    assert_true(has("sae_require_mfp=1"));
    config.security = LINK_SECURITY_WPA2_PSK;
    assert_int_equal(written(), 0);
    assert_true(has("wpa_key_mgmt=WPA-PSK"));
    assert_null(strstr(octets, "sae_"));
}

static void what_is_switched_off_is_not_written(void **state)
{
    (void)state;
    config.isolate = config.bss_transition = false;
    assert_int_equal(written(), 0);
    assert_true(has("ap_isolate=0"));
    assert_null(strstr(octets, "bss_transition"));
    assert_null(strstr(octets, "interworking"));
    assert_null(strstr(octets, "_elements="));
    assert_null(strstr(octets, "acs_"));
}

static void a_standard_leaves_the_newer_modes_out(void **state)
{
    (void)state;
    config.standard = LINK_STANDARD_AC;
    assert_int_equal(written(), 0);
    assert_true(has("ieee80211ac=1"));
    assert_null(strstr(octets, "ieee80211ax"));
    config.standard = LINK_STANDARD_N;
    assert_int_equal(written(), 0);
    assert_null(strstr(octets, "ieee80211ac"));
}

static void eht_is_written_only_for_a_hostapd_that_knows_it(void **state)
{
    const struct radio be = {
        .name = "be", .band = 1, .ht_streams = 2, .vht_streams = 2, .he_streams = 2, .eht_streams = 2};
    (void)state;

    knows_eht = true;
    assert_int_equal(written(), 0);
    assert_null(strstr(octets, "eht")); /* the radio has none */
    a_radio(&be, LINK_BAND_5GHZ, 36, 80);
    assert_int_equal(written(), 0);
    assert_true(has("ieee80211be=1"));
    assert_true(has("eht_oper_chwidth=1"));
    assert_true(has("eht_oper_centr_freq_seg0_idx=42"));
    knows_eht = false;
    assert_int_equal(written(), 0);
    assert_null(strstr(octets, "ieee80211be"));
    assert_null(strstr(octets, "eht_"));
    knows_eht = true;
    config.standard = LINK_STANDARD_AX;
    assert_int_equal(written(), 0);
    assert_null(strstr(octets, "ieee80211be"));
}

static void an_automatic_channel_lists_what_may_be_measured(void **state)
{
    struct channel_wish wish = {.band = LINK_BAND_5GHZ, .width_mhz = 80};
    struct channel_rules rules = {.settled = true};
    enum channel_verdict verdict = CHANNEL_ALLOWED;
    (void)state;

    a_radio(&(struct radio){.name = "r", .band = 1, .ht_streams = 2, .vht_streams = 2, .he_streams = 2, .radar = 5260},
            LINK_BAND_5GHZ, 36, 80);
    assert_true(channel_plan_auto(&radios.radios[0], &wish, &rules, &plan, &verdict));
    assert_int_equal(written(), 0);
    assert_true(has("channel=0"));
    assert_true(has("freqlist=5180,5200,5220,5240"));
    assert_true(has("acs_exclude_dfs=1"));
    assert_true(has("vht_oper_chwidth=1"));
    assert_true(has("he_oper_chwidth=1"));
    assert_null(strstr(octets, "seg0_idx")); /* hostapd computes it */
    assert_non_null(strstr(octets, "[HT40+]"));
    config.dfs = true;
    assert_int_equal(written(), 0);
    assert_null(strstr(octets, "acs_exclude_dfs"));
    plan.candidate_count = 0;
    assert_int_equal(written(), HOSTAPD_CONF_E_CHANNEL);
}

static void interworking_and_elements_are_written_as_configured(void **state)
{
    (void)state;
    config.interworking = (struct link_interworking){
        .enabled = true, .access_network_type = 2, .internet = true, .venue_group = 10, .venue_type = 1};
    config.accessory = (struct link_accessory_element){.enabled = true, .flags = 0x21};
    (void)snprintf(config.vendor_elements[0], sizeof config.vendor_elements[0], "dd0300005e");
    config.vendor_elements_count = 1;
    assert_int_equal(written(), 0);
    assert_true(has("interworking=1"));
    assert_true(has("access_network_type=2"));
    assert_true(has("internet=1"));
    assert_true(has("asra=0"));
    assert_true(has("venue_group=10"));
    assert_true(has("venue_type=1"));
    assert_true(has("vendor_elements=dd0800a0400000020021dd0300005e"));
    assert_true(has("assocresp_elements=dd0800a0400000020021dd0300005e"));
    config.vendor_elements[0][1] = 'e';
    assert_int_equal(written(), HOSTAPD_CONF_E_ELEMENTS);
    assert_int_equal(octets[0], 0);
}

static void the_longest_configuration_fits(void **state)
{
    (void)state;
    config.accessory = (struct link_accessory_element){.enabled = true};
    memset(config.accessory.name, 'n', sizeof config.accessory.name - 1);
    memset(config.accessory.manufacturer, 'm', sizeof config.accessory.manufacturer - 1);
    memset(config.accessory.model, 'o', sizeof config.accessory.model - 1);
    config.vendor_elements_count = LINK_VENDOR_ELEMENTS_MAX;
    for (size_t i = 0; i < LINK_VENDOR_ELEMENTS_MAX; i++) {
        memset(config.vendor_elements[i], '0', sizeof config.vendor_elements[i] - 1);
        memcpy(config.vendor_elements[i], "ddff", 4);
    }
    plan = (struct channel_plan){.band = LINK_BAND_5GHZ, .width_mhz = 160, .secondary = 1};
    plan.candidate_count = WIPHY_CHANNELS_MAX;
    for (size_t i = 0; i < WIPHY_CHANNELS_MAX; i++)
        plan.candidates[i] = 5180;
    config.interworking.enabled = true;
    memset(config.ssid, 's', sizeof config.ssid - 1);
    assert_int_equal(written(), 0);
    assert_true(strlen(octets) < HOSTAPD_CONF_MAX - 512); /* room for paths and passphrase */
}

static void an_ssid_of_any_octets_cannot_break_the_line(void **state)
{
    (void)state;
    (void)snprintf(config.ssid, sizeof config.ssid, "a\"\n\xff#=");
    assert_int_equal(written(), 0);
    assert_true(has("ssid2=61220aff233d"));
}

static void passphrases_at_the_bounds_and_with_hostapds_own_separators_are_taken(void **state)
{
    static const char *const good[] = {"12345678", "#=|id=x|mac=", " lead and trail ", "\"quoted\" \\n",
                                       "123456789012345678901234567890123456789012345678901234567890123"};
    char line[128];
    (void)state;

    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        secret(good[i]);
        assert_int_equal(written(), 0);
        (void)snprintf(line, sizeof line, "wpa_passphrase=%s", good[i]);
        assert_true(has(line));
    }
}

static void other_passphrases_are_refused_and_nothing_is_left_in_the_buffer(void **state)
{
    static const char *const bad[] = {"",
                                      "1234567",
                                      "1234567890123456789012345678901234567890123456789012345678901234",
                                      "1234567\n",
                                      "12345678\t",
                                      "gr\xc3\xbc\xc3\x9f"
                                      "e dich",
                                      "\x7f"
                                      "1234567"};
    (void)state;

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        memset(octets, 'x', sizeof octets);
        secret(bad[i]);
        assert_int_equal(written(), HOSTAPD_CONF_E_PASSPHRASE);
        for (size_t j = 0; j < sizeof octets; j++)
            assert_int_equal(octets[j], 0);
    }
    assert_int_equal(fascia_secret_set(&passphrase, "1234\0005678", 9), 0);
    assert_int_equal(written(), HOSTAPD_CONF_E_PASSPHRASE);
}

static void names_that_would_start_a_line_of_their_own_are_refused(void **state)
{
    (void)state;
    interface = "wlan0\nwpa=0";
    assert_int_equal(written(), HOSTAPD_CONF_E_NAME);
    interface = "";
    assert_int_equal(written(), HOSTAPD_CONF_E_NAME);
    interface = "wlan0";
    control_dir = "/run/\r";
    assert_int_equal(written(), HOSTAPD_CONF_E_NAME);
}

static void what_does_not_fit_is_an_error_and_wiped(void **state)
{
    struct hostapd_conf_input input = {.config = &config,
                                       .wiphy = &radios.radios[0],
                                       .plan = &plan,
                                       .interface = interface,
                                       .control_dir = control_dir};
    (void)state;

    for (size_t size = 1; size < 500; size += 50) {
        fascia_text_init(&text, octets, size);
        assert_int_equal(hostapd_conf_write(&input, &passphrase, &text), HOSTAPD_CONF_E_SIZE);
        assert_int_equal(octets[0], 0);
    }
}

static void every_result_is_explained(void **state)
{
    (void)state;
    for (int r = HOSTAPD_CONF_E_PASSPHRASE; r <= HOSTAPD_CONF_E_SIZE; r++)
        assert_string_not_equal(hostapd_conf_explain(r), "");
    assert_string_equal(hostapd_conf_explain(0), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(an_ax_access_point_on_80_mhz_is_written_in_full, setup),
        cmocka_unit_test_setup(only_the_modes_that_the_radio_has_are_enabled, setup),
        cmocka_unit_test_setup(a_hundred_and_sixty_megahertz_name_the_capability, setup),
        cmocka_unit_test_setup(six_gigahertz_uses_an_operating_class_and_sae_only, setup),
        cmocka_unit_test_setup(transition_and_wpa2_say_so, setup),
        cmocka_unit_test_setup(what_is_switched_off_is_not_written, setup),
        cmocka_unit_test_setup(a_standard_leaves_the_newer_modes_out, setup),
        cmocka_unit_test_setup(eht_is_written_only_for_a_hostapd_that_knows_it, setup),
        cmocka_unit_test_setup(an_automatic_channel_lists_what_may_be_measured, setup),
        cmocka_unit_test_setup(interworking_and_elements_are_written_as_configured, setup),
        cmocka_unit_test_setup(the_longest_configuration_fits, setup),
        cmocka_unit_test_setup(an_ssid_of_any_octets_cannot_break_the_line, setup),
        cmocka_unit_test_setup(passphrases_at_the_bounds_and_with_hostapds_own_separators_are_taken, setup),
        cmocka_unit_test_setup(other_passphrases_are_refused_and_nothing_is_left_in_the_buffer, setup),
        cmocka_unit_test_setup(names_that_would_start_a_line_of_their_own_are_refused, setup),
        cmocka_unit_test_setup(what_does_not_fit_is_an_error_and_wiped, setup),
        cmocka_unit_test(every_result_is_explained),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
