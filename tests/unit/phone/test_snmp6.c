/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/test.h"

#include <errno.h>
#include <string.h>

#include "stack/phone/snmp6.h"

static int parse(const char *text, struct phone_snmp6 *c)
{
    return phone_snmp6_parse(text, strlen(text), c);
}

static void nd_and_mld_types_are_summed_apart(void **state)
{
    (void)state;
    struct phone_snmp6 c;
    assert_int_equal(parse("Ip6InReceives                   \t9\n"
                           "Icmp6InMsgs                     \t5\n"
                           "Icmp6OutMsgs                    \t21\n"
                           "Icmp6InType135                  \t50\n"
                           "Icmp6OutType129                 \t1\n"
                           "Icmp6OutType133                 \t2\n"
                           "Icmp6OutType135                 \t3\n"
                           "Icmp6OutType136                 \t4\n"
                           "Icmp6OutType131                 \t5\n"
                           "Icmp6OutType143                 \t6\n"
                           "Udp6InDatagrams                 \t0\n",
                           &c),
                     0);
    assert_int_equal(c.icmp6_out, 21);
    assert_int_equal(c.nd_out, 9);
    assert_int_equal(c.mld_out, 11);
}

static void a_namespace_that_sent_nothing_counts_zero(void **state)
{
    (void)state;
    struct phone_snmp6 c;
    assert_int_equal(parse("Icmp6OutMsgs 0\n", &c), 0);
    assert_int_equal(c.nd_out, 0);
    assert_int_equal(c.mld_out, 0);
}

static void a_text_without_the_total_proves_nothing(void **state)
{
    (void)state;
    struct phone_snmp6 c;
    assert_int_equal(parse("", &c), -EBADMSG);
    assert_int_equal(parse("Icmp6OutType135 1\n", &c), -EBADMSG);
}

static void a_counter_that_is_no_number_is_an_error(void **state)
{
    (void)state;
    struct phone_snmp6 c;
    assert_int_equal(parse("Icmp6OutMsgs\n", &c), -EBADMSG);
    assert_int_equal(parse("Icmp6OutMsgs x\n", &c), -EBADMSG);
    assert_int_equal(parse("Icmp6OutMsgs 1\nIcmp6OutType135 -1\n", &c), -EBADMSG);
    assert_int_equal(parse("Icmp6OutMsgs 1\nIcmp6OutTypeX 1\n", &c), -EBADMSG);
    assert_int_equal(phone_snmp6_parse("Icmp6OutMsgs 1\0\n", 16, &c), -EBADMSG);
    assert_int_equal(phone_snmp6_parse("", PHONE_SNMP6_SIZE + 1, &c), -EMSGSIZE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nd_and_mld_types_are_summed_apart),
        cmocka_unit_test(a_namespace_that_sent_nothing_counts_zero),
        cmocka_unit_test(a_text_without_the_total_proves_nothing),
        cmocka_unit_test(a_counter_that_is_no_number_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
