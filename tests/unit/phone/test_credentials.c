/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/test.h"

#include <errno.h>
#include <string.h>

#include "stack/phone/credentials.h"

static int parse(struct phone_credentials *c, const char *text)
{
    *c = (struct phone_credentials){0};
    return phone_credentials_parse(c, text, strlen(text));
}

static void assert_passphrase(const struct phone_credentials *c, const char *expected)
{
    size_t size = 0;
    const uint8_t *octets = fascia_secret_borrow(&c->passphrase, &size);
    assert_int_equal(size, strlen(expected));
    assert_memory_equal(octets, expected, size);
}

static void a_hostapd_configuration_gives_name_security_and_frequency(void **state)
{
    (void)state;
    struct phone_credentials c;
    assert_int_equal(parse(&c, "interface=wlan0\n# a comment\nssid=fascia\nhw_mode=a\nchannel=36\nwpa=2\n"
                               "wpa_key_mgmt=SAE\nsae_password=correct horse\n"),
                     0);
    assert_int_equal(c.ssid_size, 6);
    assert_memory_equal(c.ssid, "fascia", 6);
    assert_int_equal(c.security, PHONE_SECURITY_SAE);
    assert_int_equal(c.freq_mhz, 5180);
    assert_passphrase(&c, "correct horse");
    assert_int_equal(phone_credentials_check(&c), 0);
}

static void transition_mode_is_sae_or_psk(void **state)
{
    (void)state;
    struct phone_credentials c;
    assert_int_equal(parse(&c, "wpa_key_mgmt=WPA-PSK SAE\n"), 0);
    assert_int_equal(c.security, PHONE_SECURITY_SAE_OR_PSK);
    assert_int_equal(parse(&c, "wpa_key_mgmt=WPA-PSK\nwpa_passphrase=12345678901\nsae_password=other password\n"), 0);
    assert_int_equal(c.security, PHONE_SECURITY_PSK);
    assert_passphrase(&c, "12345678901");
}

static void a_network_without_a_passphrase_is_refused(void **state)
{
    (void)state;
    struct phone_credentials c;
    assert_int_equal(parse(&c, "wpa_key_mgmt=OWE\n"), PHONE_CREDENTIALS_E_SECURITY);
    assert_int_equal(parse(&c, "ssid=fascia\n"), 0);
    assert_int_equal(phone_credentials_check(&c), PHONE_CREDENTIALS_E_PASSPHRASE);
}

static void options_behind_a_sae_password_are_not_part_of_it(void **state)
{
    (void)state;
    struct phone_credentials c;
    assert_int_equal(parse(&c, "sae_password=with|bar inside|mac=ff:ff:ff:ff:ff:ff|id=x\n"), 0);
    assert_passphrase(&c, "with|bar inside");
}

static void ssid2_may_be_quoted_or_hexadecimal(void **state)
{
    (void)state;
    struct phone_credentials c;
    assert_int_equal(parse(&c, "ssid2=\"a b\"\n"), 0);
    assert_memory_equal(c.ssid, "a b", 3);
    assert_int_equal(parse(&c, "ssid2=c3a9\n"), 0);
    assert_int_equal(c.ssid_size, 2);
    assert_int_equal(c.ssid[0], 0xc3);
    assert_int_equal(parse(&c, "ssid2=c3a\n"), PHONE_CREDENTIALS_E_SSID);
    assert_int_equal(parse(&c, "ssid2=zz\n"), PHONE_CREDENTIALS_E_SSID);
    assert_int_equal(parse(&c, "ssid2=\n"), PHONE_CREDENTIALS_E_SSID);
}

static void a_name_of_33_octets_is_refused(void **state)
{
    (void)state;
    struct phone_credentials c;
    assert_int_equal(parse(&c, "ssid=01234567890123456789012345678901\n"), 0);
    assert_int_equal(c.ssid_size, 32);
    assert_int_equal(parse(&c, "ssid=012345678901234567890123456789012\n"), PHONE_CREDENTIALS_E_SSID);
}

static void what_follows_bss_is_another_network(void **state)
{
    (void)state;
    struct phone_credentials c;
    assert_int_equal(parse(&c, "ssid=first\nbss=wlan0_1\nssid=second\n"), 0);
    assert_memory_equal(c.ssid, "first", 5);
}

static void the_band_decides_what_a_channel_number_means(void **state)
{
    (void)state;
    struct phone_credentials c;
    assert_int_equal(parse(&c, "channel=6\nhw_mode=g\n"), 0);
    assert_int_equal(c.freq_mhz, 2437);
    assert_int_equal(parse(&c, "hw_mode=a\nop_class=131\nchannel=37\n"), 0);
    assert_int_equal(c.freq_mhz, 6135);
    assert_int_equal(parse(&c, "channel=0\nhw_mode=a\n"), 0); /* automatic */
    assert_int_equal(c.freq_mhz, 0);
    assert_int_equal(parse(&c, "channel=15\nhw_mode=g\n"), PHONE_CREDENTIALS_E_CHANNEL);
    assert_int_equal(parse(&c, "channel=acs_survey\nhw_mode=a\n"), PHONE_CREDENTIALS_E_CHANNEL);
}

static void channel_and_frequency_are_inverse_on_every_band(void **state)
{
    (void)state;
    static const struct {
        char band;
        int64_t first, last;
    } bands[] = {{'2', 1, 14}, {'5', 36, 177}, {'6', 1, 233}};

    for (size_t b = 0; b < 3; b++) {
        for (int64_t channel = bands[b].first; channel <= bands[b].last; channel++)
            assert_int_equal(phone_channel_of_freq(phone_freq_of_channel(bands[b].band, channel)), channel);
    }
    assert_int_equal(phone_freq_of_channel('9', 1), 0);
    assert_int_equal(phone_channel_of_freq(1), 0);
}

static void a_passphrase_file_loses_its_line_end_only(void **state)
{
    (void)state;
    struct phone_credentials c = {0};
    assert_int_equal(phone_credentials_set_passphrase(&c, " 8 or more \r\n", 13), 0);
    assert_passphrase(&c, " 8 or more ");
    assert_int_equal(phone_credentials_set_passphrase(&c, "1234567\n", 8), PHONE_CREDENTIALS_E_PASSPHRASE);
    assert_int_equal(phone_credentials_set_passphrase(&c, "12345678\t", 9), PHONE_CREDENTIALS_E_PASSPHRASE);
    assert_int_equal(phone_credentials_set_passphrase(&c, "", 0), PHONE_CREDENTIALS_E_PASSPHRASE);
}

static void a_long_sae_password_is_too_long_for_psk(void **state)
{
    (void)state;
    struct phone_credentials c = {.security = PHONE_SECURITY_SAE};
    char text[100];
    memset(text, 'x', sizeof text);
    assert_int_equal(phone_credentials_set_ssid(&c, "s", 1), 0);
    assert_int_equal(phone_credentials_set_passphrase(&c, text, sizeof text), 0);
    assert_int_equal(phone_credentials_check(&c), 0);
    c.security = PHONE_SECURITY_SAE_OR_PSK;
    assert_int_equal(phone_credentials_check(&c), PHONE_CREDENTIALS_E_PASSPHRASE);
}

static void too_large_a_file_is_refused(void **state)
{
    (void)state;
    static char text[PHONE_CREDENTIALS_SIZE + 1];
    struct phone_credentials c = {0};
    memset(text, '\n', sizeof text);
    assert_int_equal(phone_credentials_parse(&c, text, sizeof text), -EMSGSIZE);
    assert_int_equal(phone_credentials_parse(&c, text, sizeof text - 1), 0);
}

static void wiping_leaves_nothing(void **state)
{
    (void)state;
    struct phone_credentials c, nothing = {0};
    assert_int_equal(parse(&c, "ssid=x\nsae_password=12345678\nwpa_key_mgmt=SAE\n"), 0);
    phone_credentials_wipe(&c);
    phone_credentials_wipe(&c);
    phone_credentials_wipe(NULL);
    assert_memory_equal(&c, &nothing, sizeof c);
}

static void every_result_has_words(void **state)
{
    (void)state;
    for (int e = PHONE_CREDENTIALS_E_SSID; e <= PHONE_CREDENTIALS_E_CHANNEL; e++)
        assert_true(strlen(phone_credentials_strerror(e)) > 10);
    assert_string_equal(phone_credentials_strerror(-ENOENT), strerror(ENOENT));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_hostapd_configuration_gives_name_security_and_frequency),
        cmocka_unit_test(transition_mode_is_sae_or_psk),
        cmocka_unit_test(a_network_without_a_passphrase_is_refused),
        cmocka_unit_test(options_behind_a_sae_password_are_not_part_of_it),
        cmocka_unit_test(ssid2_may_be_quoted_or_hexadecimal),
        cmocka_unit_test(a_name_of_33_octets_is_refused),
        cmocka_unit_test(what_follows_bss_is_another_network),
        cmocka_unit_test(the_band_decides_what_a_channel_number_means),
        cmocka_unit_test(channel_and_frequency_are_inverse_on_every_band),
        cmocka_unit_test(a_passphrase_file_loses_its_line_end_only),
        cmocka_unit_test(a_long_sae_password_is_too_long_for_psk),
        cmocka_unit_test(too_large_a_file_is_refused),
        cmocka_unit_test(wiping_leaves_nothing),
        cmocka_unit_test(every_result_has_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
