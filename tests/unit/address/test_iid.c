/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "stack/address/iid.h"
#include "stack/base/cleanup.h"

static struct address_iid iid_of(const char *text)
{
    struct address_iid iid = {{0}};
    assert_int_equal(address_iid_parse(text, &iid), 0);
    return iid;
}

static void eui64_inverts_the_universal_bit_and_inserts_fffe(void **state)
{
    /* RFC 4291 appendix A: 34-56-78-9A-BC-DE gives 36-56-78-FF-FE-9A-BC-DE. */
    const struct fascia_mac mac = {{0x34, 0x56, 0x78, 0x9a, 0xbc, 0xde}};
    struct address_iid iid = address_iid_from_mac(&mac), expected = iid_of("365678fffe9abcde");
    (void)state;
    assert_true(address_iid_equal(&iid, &expected));
}

static void text_round_trips_in_lower_case(void **state)
{
    char text[ADDRESS_IID_TEXT_SIZE];
    struct address_iid iid = iid_of("00AAbbCCddEEff11");
    (void)state;
    assert_string_equal(address_iid_format(&iid, text), "00aabbccddeeff11");
}

static void text_that_is_not_16_digits_is_refused(void **state)
{
    static const char *const bad[] = {
        "", "0", "001122334455667", "00112233445566778", "001122334455667g", "0x11223344556677", " 011223344556677"};
    (void)state;
    for (size_t i = 0; i < FASCIA_ARRAY_SIZE(bad); i++) {
        struct address_iid iid = {{7}};
        assert_int_equal(address_iid_parse(bad[i], &iid), -EINVAL);
        assert_int_equal(iid.octets[0], 7); /* untouched */
    }
}

static void scoped_text_is_the_canonical_form(void **state)
{
    static const struct {
        const char *iid, *text;
    } cases[] = {
        {"021122fffe334455", "fe80::211:22ff:fe33:4455%wlan0"},
        {"0000000000000001", "fe80::1%wlan0"},
        {"0000000000000000", "fe80::%wlan0"},
        {"0001000000000000", "fe80::1:0:0:0%wlan0"},
        {"0000000100000001", "fe80::1:0:1%wlan0"},
        {"ffffffffffffffff", "fe80::ffff:ffff:ffff:ffff%wlan0"},
    };
    char text[ADDRESS_LINK_LOCAL_TEXT_SIZE];
    (void)state;
    for (size_t i = 0; i < FASCIA_ARRAY_SIZE(cases); i++) {
        struct address_iid iid = iid_of(cases[i].iid);
        assert_string_equal(address_link_local_format(&iid, "wlan0", text), cases[i].text);
    }
}

static void without_an_interface_there_is_no_scope(void **state)
{
    char text[ADDRESS_LINK_LOCAL_TEXT_SIZE];
    struct address_iid iid = iid_of("0000000000000001");
    (void)state;
    assert_string_equal(address_link_local_format(&iid, NULL, text), "fe80::1");
    assert_string_equal(address_link_local_format(&iid, "", text), "fe80::1");
}

static void only_fe80_64_has_an_identifier(void **state)
{
    struct address_iid iid = iid_of("1122334455667788"), back = {{0}};
    uint8_t octets[16];
    (void)state;

    address_link_local(&iid, octets);
    assert_true(address_link_local_iid(octets, &back));
    assert_true(address_iid_equal(&iid, &back));
    octets[7] = 1; /* in fe80::/10, but not in fe80::/64 */
    assert_false(address_link_local_iid(octets, &back));
    octets[7] = 0;
    octets[0] = 0xff; /* multicast */
    assert_false(address_link_local_iid(octets, &back));
}

static void hostile_peers_are_refused_by_the_rule_they_break(void **state)
{
    const struct fascia_mac own_mac = {{2, 0, 0, 0, 0, 1}}, peer = {{2, 0, 0, 0, 0, 2}}, zero = {{0}},
                            group = {{0x33, 0x33, 0, 0, 0, 1}};
    struct address_iid own = address_iid_from_mac(&own_mac), good = iid_of("0000000000000b0b"),
                       none = iid_of("0000000000000000");
    (void)state;
    assert_int_equal(address_peer_check(&peer, &good, &own_mac, &own), 0);
    assert_int_equal(address_peer_check(&zero, &good, &own_mac, &own), ADDRESS_E_MAC);
    assert_int_equal(address_peer_check(&group, &good, &own_mac, &own), ADDRESS_E_MAC);
    assert_int_equal(address_peer_check(&own_mac, &good, &own_mac, &own), ADDRESS_E_MAC_OWN);
    assert_int_equal(address_peer_check(&peer, &none, &own_mac, &own), ADDRESS_E_IID_ZERO);
    assert_int_equal(address_peer_check(&peer, &own, &own_mac, &own), ADDRESS_E_IID_OWN);
    assert_int_equal(address_peer_check(&own_mac, &own, NULL, NULL), 0);
}

static void every_result_has_a_text_and_nothing_else_has(void **state)
{
    (void)state;
    for (int r = ADDRESS_E_MAC; r < ADDRESS_RESULTS_; r++)
        assert_true(strlen(address_result_text(r)) > 5);
    assert_string_equal(address_result_text(0), "");
    assert_string_equal(address_result_text(-EPERM), "");
    assert_string_equal(address_result_text(ADDRESS_RESULTS_), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(eui64_inverts_the_universal_bit_and_inserts_fffe),
        cmocka_unit_test(text_round_trips_in_lower_case),
        cmocka_unit_test(text_that_is_not_16_digits_is_refused),
        cmocka_unit_test(scoped_text_is_the_canonical_form),
        cmocka_unit_test(without_an_interface_there_is_no_scope),
        cmocka_unit_test(only_fe80_64_has_an_identifier),
        cmocka_unit_test(hostile_peers_are_refused_by_the_rule_they_break),
        cmocka_unit_test(every_result_has_a_text_and_nothing_else_has),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
