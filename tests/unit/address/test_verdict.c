/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "stack/address/verdict.h"
#include "tests/unit/address/fake_kernel.h"

#define IFINDEX   7U
#define PEERS_MAX 256

static struct address_table table;
static struct fake_kernel kernel;
static const struct address_health healthy = {.enabled = true, .counted = true, .what = "", .first = "", .held = ""};

static int set_up(void **state)
{
    (void)state;
    address_table_deinit(&table);
    address_table_init(&table, PEERS_MAX, 1);
    kernel = (struct fake_kernel){.operations = 0};
    fake_kernel_add_link(&kernel, IFINDEX, "02:00:00:00:00:01");
    return 0;
}

static void make_ready(void)
{
    struct fascia_mac mac = mac_of("02:00:00:00:00:02");

    (void)prepare_as(&table, IFINDEX, ADDRESS_ND_NONE, NULL);
    fake_kernel_set_up(&kernel, IFINDEX, true);
    fake_kernel_observe(&kernel, &table, IFINDEX);
    (void)address_table_claim(&table, IFINDEX, &mac, NULL, ADDRESS_CLAIM_STATION, NULL);
    (void)fake_kernel_converge(&kernel, &table);
}

static void assert_verdict(const struct address_health *health, enum fascia_function_state state,
                           enum fascia_reason reason, const char *detail)
{
    struct address_verdict verdict = address_judge(&table, health);
    assert_string_equal(fascia_function_state_name(verdict.state), fascia_function_state_name(state));
    assert_string_equal(fascia_reason_id(verdict.reason), fascia_reason_id(reason));
    assert_non_null(strstr(verdict.detail, detail));
}

static void without_an_interface_that_is_up_it_is_starting(void **state)
{
    (void)state;
    assert_verdict(&healthy, FASCIA_FUNCTION_STARTING, FASCIA_REASON_NO_LINK, "0 prepared");
    (void)prepare_as(&table, IFINDEX, ADDRESS_ND_NONE, NULL);
    fake_kernel_observe(&kernel, &table, IFINDEX);
    (void)fake_kernel_converge(&kernel, &table);
    assert_verdict(&healthy, FASCIA_FUNCTION_STARTING, FASCIA_REASON_NO_LINK, "1 prepared");
}

static void with_everything_installed_it_is_full(void **state)
{
    (void)state;
    make_ready();
    assert_verdict(&healthy, FASCIA_FUNCTION_FULL, FASCIA_REASON_NONE, "1 interface, 1 peer");
}

static void a_peer_that_is_not_installed_yet_makes_it_starting(void **state)
{
    struct fascia_mac mac = mac_of("02:00:00:00:00:03");
    (void)state;
    make_ready();
    (void)address_table_claim(&table, IFINDEX, &mac, NULL, ADDRESS_CLAIM_STATION, NULL);
    assert_verdict(&healthy, FASCIA_FUNCTION_STARTING, FASCIA_REASON_NONE, "1 of 2 peers");
}

static void an_nd_or_mld_packet_degrades_it(void **state)
{
    struct address_health health = healthy;
    (void)state;
    make_ready();
    health.nd = 1;
    health.first = "ICMPv6 type 135";
    assert_verdict(&health, FASCIA_FUNCTION_DEGRADED, FASCIA_REASON_ND_SEEN, "type 135");
    health.nd = 0;
    health.mld = 1;
    assert_verdict(&health, FASCIA_FUNCTION_DEGRADED, FASCIA_REASON_ND_SEEN, "MLD 1");
    health.mld = 0;
    health.missed = 3; /* what was not looked at is no proof */
    assert_verdict(&health, FASCIA_FUNCTION_DEGRADED, FASCIA_REASON_ND_SEEN, "not examined 3");
}

static void without_the_counter_there_is_no_full(void **state)
{
    struct address_health health = healthy;
    (void)state;
    make_ready();
    health.counted = false;
    assert_verdict(&health, FASCIA_FUNCTION_DEGRADED, FASCIA_REASON_NO_PERMISSION, "CAP_NET_RAW");
}

static void a_program_that_insists_degrades_it(void **state)
{
    struct address_health health = healthy;
    struct address_interface *interface;
    struct fascia_mac mac = mac_of("02:00:00:00:00:02");
    struct address_iid iid = address_iid_from_mac(&mac);
    (void)state;
    make_ready();
    interface = address_table_interface(&table, IFINDEX);
    address_observe_route(&table, IFINDEX, &iid, 128, true, true);
    address_interface_hold(&table, interface, true);
    health.held = "test0: needs add route fe80::2/128";
    assert_verdict(&health, FASCIA_FUNCTION_DEGRADED, FASCIA_REASON_FOREIGN_EDITS, "needs add route");
}

static void a_refused_peer_degrades_it(void **state)
{
    struct address_health health = healthy;
    (void)state;
    make_ready();
    health.refused = 1;
    assert_verdict(&health, FASCIA_FUNCTION_DEGRADED, FASCIA_REASON_PEER_REFUSED, "1 refused");
}

static void errors_fail_it_with_the_reason_that_helps(void **state)
{
    struct address_health health = healthy;
    (void)state;
    make_ready();
    health.what = "add route fe80::2/128 on wlan0";
    health.error = -EINVAL;
    assert_verdict(&health, FASCIA_FUNCTION_FAILED, FASCIA_REASON_NETLINK, "add route fe80::2/128 on wlan0");
    health.error = -ENOBUFS;
    assert_verdict(&health, FASCIA_FUNCTION_FAILED, FASCIA_REASON_TABLE_FULL, "add route");
    health.error = -EPERM;
    assert_verdict(&health, FASCIA_FUNCTION_FAILED, FASCIA_REASON_NO_PERMISSION, "add route");
    health.error = -EAFNOSUPPORT;
    assert_verdict(&health, FASCIA_FUNCTION_FAILED, FASCIA_REASON_IPV6_DISABLED, "add route");
}

static void disabled_ipv6_names_the_interface(void **state)
{
    (void)state;
    make_ready();
    fake_kernel_link(&kernel, IFINDEX)->link.ipv6_disabled = true;
    fake_kernel_observe(&kernel, &table, IFINDEX);
    assert_verdict(&healthy, FASCIA_FUNCTION_FAILED, FASCIA_REASON_IPV6_DISABLED, "test0");
}

static void another_instance_fails_it_and_not_enabled_is_off(void **state)
{
    struct address_health health = healthy;
    (void)state;
    make_ready();
    health.name_taken = true;
    assert_verdict(&health, FASCIA_FUNCTION_FAILED, FASCIA_REASON_BUS_NAME_TAKEN, "");
    health.enabled = false;
    assert_verdict(&health, FASCIA_FUNCTION_OFF, FASCIA_REASON_NONE, "");
}

int main(void)
{
#define FRESH(test) cmocka_unit_test_setup(test, set_up)
    const struct CMUnitTest tests[] = {
        FRESH(without_an_interface_that_is_up_it_is_starting),
        FRESH(with_everything_installed_it_is_full),
        FRESH(a_peer_that_is_not_installed_yet_makes_it_starting),
        FRESH(an_nd_or_mld_packet_degrades_it),
        FRESH(without_the_counter_there_is_no_full),
        FRESH(a_program_that_insists_degrades_it),
        FRESH(a_refused_peer_degrades_it),
        FRESH(errors_fail_it_with_the_reason_that_helps),
        FRESH(disabled_ipv6_names_the_interface),
        FRESH(another_instance_fails_it_and_not_enabled_is_off),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    address_table_deinit(&table);
    return failed;
}
