/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "stack/identity/name.h"
#include "tests/unit/test.h"

static struct identity_name name_of(const char *text)
{
    struct identity_name name = {0};

    assert_int_equal(identity_name_parse(text, &name), 0);
    return name;
}

static bool matches(const char *presented, const char *expected)
{
    struct identity_name p = {0}, e = name_of(expected);

    assert_int_equal(identity_name_from_dns(presented, strlen(presented), &p), 0);
    return identity_name_matches(&p, &e);
}

static void names_and_addresses_are_told_apart(void **state)
{
    (void)state;
    assert_int_equal(name_of("unit.local").ip_size, 0);
    assert_int_equal(name_of("dns:unit.local").ip_size, 0);
    assert_int_equal(name_of("192.168.4.1").ip_size, 4);
    assert_int_equal(name_of("ip:fe80::1").ip_size, 16);
    assert_string_equal(name_of("FE80:0::0001").text, "fe80::1");
    assert_string_equal(name_of("Unit.Local").text, "unit.local");
}

static void what_is_no_name_is_refused(void **state)
{
    static const char *const bad[] = {"",    ".",         "a..b",          "-a.local",     "a-.local", "a_b.local",
                                      "a/b", "dns:",      "ip:unit.local", "dns:10.0.0.1", "10.0.0",   "a.local,DNS:b",
                                      "*",   "a.*.local", "fe80::1::2",    "unit.local."};
    struct identity_name name;
    char longest[300];
    (void)state;

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(identity_name_parse(bad[i], &name), IDENTITY_E_NAME);
    memset(longest, 'a', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    assert_int_equal(identity_name_parse(longest, &name), IDENTITY_E_NAME);
    longest[64] = '\0'; /* one label of 64 */
    assert_int_equal(identity_name_parse(longest, &name), IDENTITY_E_NAME);
    longest[63] = '\0';
    assert_int_equal(identity_name_parse(longest, &name), 0);
}

static void an_address_with_a_zone_is_no_name_of_a_certificate(void **state)
{
    struct identity_name name;
    (void)state;

    assert_int_equal(identity_name_parse("ip:fe80::1%wlan0", &name), IDENTITY_E_ZONE);
    assert_int_equal(identity_name_parse("fe80::1%1", &name), IDENTITY_E_ZONE);
}

static void names_match_without_regard_to_case_and_a_trailing_dot(void **state)
{
    (void)state;
    assert_true(matches("Unit.LOCAL", "unit.local"));
    assert_true(matches("unit.local.", "unit.local"));
    assert_false(matches("unit.local", "unit2.local"));
    assert_false(matches("unit.local", "x.unit.local"));
}

static void a_wildcard_stands_for_one_whole_leftmost_label(void **state)
{
    (void)state;
    assert_true(matches("*.car.local", "unit.car.local"));
    assert_false(matches("*.car.local", "a.unit.car.local"));
    assert_false(matches("*.car.local", "car.local"));
    assert_false(matches("u*.car.local", "unit.car.local"));
    assert_false(matches("*.local", "unit.local")); /* nobody owns all of .local */
}

static void addresses_match_octet_by_octet_and_never_a_name(void **state)
{
    struct identity_name a = name_of("fe80::1"), b = name_of("fe80:0:0::1"), c = name_of("fe80::2");
    (void)state;

    assert_true(identity_name_matches(&a, &b));
    assert_false(identity_name_matches(&a, &c));
    assert_false(matches("fe80::1", "fe80::1")); /* an address written as a dNSName */
    assert_false(matches("10.0.0.1", "10.0.0.1"));
}

static void targets_are_read_with_port_and_zone(void **state)
{
    static const struct {
        const char *text, *name, *zone;
        uint16_t port;
    } good[] = {
        {"unit.local", "unit.local", "", 443},
        {"unit.local:7000", "unit.local", "", 7000},
        {"10.0.0.1:1", "10.0.0.1", "", 1},
        {"[fe80::1%wlan0]:7000", "fe80::1", "wlan0", 7000},
        {"fe80::1%wlan0", "fe80::1", "wlan0", 443},
        {"[::1]", "::1", "", 443},
        {"[fe80::1%3]:65535", "fe80::1", "3", 65535},
    };
    struct identity_target target;
    (void)state;

    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        assert_int_equal(identity_target_parse(good[i].text, 443, &target), 0);
        assert_string_equal(target.name.text, good[i].name);
        assert_string_equal(target.zone, good[i].zone);
        assert_int_equal(target.port, good[i].port);
    }
}

static void a_wrong_target_is_refused_with_its_cause(void **state)
{
    struct identity_target target;
    (void)state;

    assert_int_equal(identity_target_parse("unit.local:0", 443, &target), IDENTITY_E_PORT);
    assert_int_equal(identity_target_parse("unit.local:65536", 443, &target), IDENTITY_E_PORT);
    assert_int_equal(identity_target_parse("[fe80::1", 443, &target), IDENTITY_E_NAME);
    assert_int_equal(identity_target_parse("[fe80::1]x", 443, &target), IDENTITY_E_NAME);
    assert_int_equal(identity_target_parse("[fe80::1%]:1", 443, &target), IDENTITY_E_ZONE);
    assert_int_equal(identity_target_parse("[fe80::1%an-interface-too-long]:1", 443, &target), IDENTITY_E_ZONE);
    assert_int_equal(identity_target_parse("10.0.0.1%eth0", 443, &target), IDENTITY_E_ZONE);
    assert_int_equal(identity_target_parse("*.car.local", 443, &target), IDENTITY_E_NAME);
    assert_int_equal(identity_target_parse("", 443, &target), IDENTITY_E_NAME);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_and_addresses_are_told_apart),
        cmocka_unit_test(what_is_no_name_is_refused),
        cmocka_unit_test(an_address_with_a_zone_is_no_name_of_a_certificate),
        cmocka_unit_test(names_match_without_regard_to_case_and_a_trailing_dot),
        cmocka_unit_test(a_wildcard_stands_for_one_whole_leftmost_label),
        cmocka_unit_test(addresses_match_octet_by_octet_and_never_a_name),
        cmocka_unit_test(targets_are_read_with_port_and_zone),
        cmocka_unit_test(a_wrong_target_is_refused_with_its_cause),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
