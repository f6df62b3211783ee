/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/test.h"

#include <errno.h>
#include <string.h>

#include "stack/phone/supplicant_config.h"

static struct phone_credentials sample(enum phone_security security)
{
    struct phone_credentials c = {.security = security, .freq_mhz = 5180};
    assert_int_equal(phone_credentials_set_ssid(&c, "a\"\n", 3), 0);
    assert_int_equal(phone_credentials_set_passphrase(&c, "pass \"x\" #1", 11), 0);
    return c;
}

static void sae_requires_protected_management_frames(void **state)
{
    (void)state;
    char text[PHONE_SUPPLICANT_CONFIG_SIZE];
    struct phone_credentials c = sample(PHONE_SECURITY_SAE);
    assert_int_equal(phone_supplicant_config(&c, "/run/x/control", text, sizeof text), 0);
    assert_string_equal(text, "ctrl_interface=DIR=/run/x/control\n"
                              "update_config=0\n"
                              "ap_scan=1\n"
                              "sae_pwe=2\n"
                              "p2p_disabled=1\n"
                              "network={\n"
                              "\tssid=61220a\n"
                              "\tkey_mgmt=SAE\n"
                              "\tproto=RSN\n"
                              "\tpairwise=CCMP\n"
                              "\tieee80211w=2\n"
                              "\tsae_password=7061737320227822202331\n"
                              "\tscan_freq=5180\n"
                              "}\n");
}

static void psk_is_quoted_because_hexadecimal_would_be_the_key(void **state)
{
    (void)state;
    char text[PHONE_SUPPLICANT_CONFIG_SIZE];
    struct phone_credentials c = sample(PHONE_SECURITY_PSK);
    assert_int_equal(phone_supplicant_config(&c, "/c", text, sizeof text), 0);
    assert_non_null(strstr(text, "\tpsk=\"pass \"x\" #1\"\n"));
    assert_null(strstr(text, "sae_password"));
    assert_non_null(strstr(text, "\tieee80211w=1\n"));
}

static void transition_carries_both(void **state)
{
    (void)state;
    char text[PHONE_SUPPLICANT_CONFIG_SIZE];
    struct phone_credentials c = sample(PHONE_SECURITY_SAE_OR_PSK);
    assert_int_equal(phone_supplicant_config(&c, "/c", text, sizeof text), 0);
    assert_non_null(strstr(text, "psk="));
    assert_non_null(strstr(text, "sae_password="));
}

static void an_unknown_frequency_scans_all_channels(void **state)
{
    (void)state;
    char text[PHONE_SUPPLICANT_CONFIG_SIZE];
    struct phone_credentials c = sample(PHONE_SECURITY_SAE);
    c.freq_mhz = 0;
    assert_int_equal(phone_supplicant_config(&c, "/c", text, sizeof text), 0);
    assert_null(strstr(text, "scan_freq"));
}

static void credentials_that_do_not_hold_write_nothing(void **state)
{
    (void)state;
    char text[PHONE_SUPPLICANT_CONFIG_SIZE] = "untouched";
    struct phone_credentials c = {0};
    assert_int_equal(phone_supplicant_config(&c, "/c", text, sizeof text), PHONE_CREDENTIALS_E_SSID);
    assert_string_equal(text, "untouched");
}

static void what_does_not_fit_leaves_no_passphrase_behind(void **state)
{
    (void)state;
    struct phone_credentials c = sample(PHONE_SECURITY_SAE);
    for (size_t size = 1; size < 200; size++) {
        char text[200], zero[200] = {0};
        memset(text, 'x', sizeof text);
        assert_int_equal(phone_supplicant_config(&c, "/run/x/control", text, size), -EMSGSIZE);
        assert_memory_equal(text, zero, size);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sae_requires_protected_management_frames),
        cmocka_unit_test(psk_is_quoted_because_hexadecimal_would_be_the_key),
        cmocka_unit_test(transition_carries_both),
        cmocka_unit_test(an_unknown_frequency_scans_all_channels),
        cmocka_unit_test(credentials_that_do_not_hold_write_nothing),
        cmocka_unit_test(what_does_not_fit_leaves_no_passphrase_behind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
