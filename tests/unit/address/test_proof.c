/* SPDX-License-Identifier: Apache-2.0 */
#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "stack/address/proof.h"

static struct nd_packet packet_of(uint8_t type)
{
    struct nd_packet packet = {.class = type >= 133 && type <= 137 ? ND_CLASS_ND : ND_CLASS_MLD, .icmp_type = type};

    (void)inet_pton(AF_INET6, "fe80::1", packet.source);
    (void)inet_pton(AF_INET6, "ff02::1:ff00:2", packet.destination);
    return packet;
}

static bool sent(struct address_proof *proof, enum address_nd nd, uint8_t type, int64_t now)
{
    struct nd_packet packet = packet_of(type);
    return address_proof_add(proof, nd, true, &packet, now);
}

static void in_mode_none_the_first_packet_is_kept_and_the_next_are_counted(void **state)
{
    struct address_proof proof;
    struct fascia_text text;
    char to[200];
    (void)state;

    address_proof_start(&proof, 1000000);
    fascia_text_init(&text, to, sizeof to);
    address_proof_format(&proof, &text);
    assert_string_equal(to, "");
    assert_true(sent(&proof, ADDRESS_ND_NONE, 135, 2504000));
    assert_false(sent(&proof, ADDRESS_ND_NONE, 133, 3000000));
    assert_false(sent(&proof, ADDRESS_ND_NONE, 143, 4000000));
    address_proof_format(&proof, &text);
    assert_string_equal(
        to, "neighbour solicitation (ICMPv6 135) from fe80::1 to ff02::1:ff00:2, 1.504 s after preparation");
    assert_int_equal(proof.nd, 2);
    assert_int_equal(proof.rs, 1);
    assert_int_equal(proof.mld, 1);
    assert_int_equal(proof.offences, 3);
}

static void in_mode_answer_an_answer_and_mld_are_no_offence(void **state)
{
    struct address_proof proof;
    (void)state;

    address_proof_start(&proof, 0);
    assert_false(sent(&proof, ADDRESS_ND_ANSWER, 136, 1));
    assert_false(sent(&proof, ADDRESS_ND_ANSWER, 143, 1));
    assert_int_equal(proof.na, 1);
    assert_int_equal(proof.offences, 0);
    for (uint8_t type = 133; type <= 137; type++) {
        address_proof_start(&proof, 0);
        assert_int_equal(sent(&proof, ADDRESS_ND_ANSWER, type, 1), type != 136);
    }
}

static void in_mode_kernel_everything_is_only_counted(void **state)
{
    struct address_proof proof;
    (void)state;

    address_proof_start(&proof, 0);
    for (uint8_t type = 130; type <= 137; type++)
        assert_false(sent(&proof, ADDRESS_ND_KERNEL, type, 1));
    assert_int_equal(proof.nd, 5);
    assert_int_equal(proof.mld, 3);
    assert_false(proof.offended);
}

static void what_comes_in_is_never_an_offence(void **state)
{
    struct address_proof proof;
    (void)state;

    address_proof_start(&proof, 0);
    for (uint8_t type = 130; type <= 137; type++) {
        struct nd_packet packet = packet_of(type);
        assert_false(address_proof_add(&proof, ADDRESS_ND_NONE, false, &packet, 1));
    }
    assert_int_equal(proof.nd_received, 5);
    assert_int_equal(proof.mld_received, 3);
    assert_int_equal(proof.ra_received, 1);
    assert_int_equal(proof.nd + proof.mld + proof.offences, 0);
}

static void every_type_of_nd_and_mld_has_a_name(void **state)
{
    (void)state;
    for (unsigned int type = 0; type < 256; type++) {
        bool named = (type >= 130 && type <= 137) || type == 143;
        assert_int_equal(strcmp(address_icmp_name((uint8_t)type), "ICMPv6") != 0, named);
    }
}

static void addresses_are_written_as_the_c_library_writes_them(void **state)
{
    static const char *const addresses[] = {
        "::",
        "::1",
        "fe80::1",
        "ff02::1:ff00:2",
        "fe80::1000:0:0:5",
        "2001:db8:0:1:1:1:1:1",
        "2001:db8::1:0:0:1",
        "1:2:3:4:5:6:7:8",
        "1:0:0:2::",
        "ff02::16",
        "1::",
    };
    char to[ADDRESS_IPV6_TEXT_SIZE];
    uint8_t octets[16];
    (void)state;

    for (size_t i = 0; i < sizeof addresses / sizeof addresses[0]; i++) {
        assert_int_equal(inet_pton(AF_INET6, addresses[i], octets), 1);
        assert_string_equal(address_ipv6_format(octets, to), addresses[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(in_mode_none_the_first_packet_is_kept_and_the_next_are_counted),
        cmocka_unit_test(in_mode_answer_an_answer_and_mld_are_no_offence),
        cmocka_unit_test(in_mode_kernel_everything_is_only_counted),
        cmocka_unit_test(what_comes_in_is_never_an_offence),
        cmocka_unit_test(every_type_of_nd_and_mld_has_a_name),
        cmocka_unit_test(addresses_are_written_as_the_c_library_writes_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
