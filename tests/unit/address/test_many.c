/* SPDX-License-Identifier: Apache-2.0 */
/* Tens of thousands of peers, against a plain list of who is wanted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "stack/address/planner.h"

#define IFINDEX 7U
#define MANY    20000U

static struct address_table table;

static struct fascia_mac mac_of_number(unsigned int n)
{
    return (struct fascia_mac){{2, 0, 0, (uint8_t)(n >> 16), (uint8_t)(n >> 8), (uint8_t)n}};
}

static struct address_iid iid_of_number(unsigned int n)
{
    return (struct address_iid){{0x10, 0, 0, 0, 0, (uint8_t)(n >> 16), (uint8_t)(n >> 8), (uint8_t)n}};
}

static int set_up(void **state)
{
    struct address_wish wish = {.nd = ADDRESS_ND_NONE};
    struct address_link link = {
        .name = "test0", .mac = {{2, 0, 0, 0xff, 0, 1}}, .up = true, .noarp = true, .gen_mode_none = true};
    struct address_iid own = address_iid_from_mac(&link.mac);
    (void)state;

    address_table_init(&table, MANY, 0x123456789abcdef);
    assert_int_equal(address_table_prepare(&table, IFINDEX, &wish, NULL), 0);
    address_observe_link(&table, IFINDEX, &link);
    address_observe_address(&table, IFINDEX, &own, 64, true, false);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    address_table_deinit(&table);
    return 0;
}

/* Carries everything out; returns the number of operations. */
static size_t converge(void)
{
    static struct address_plan plan;
    size_t operations = 0;

    for (;;) {
        address_plan_make(&table, &plan);
        if (plan.count == 0)
            break;
        for (size_t i = 0; i < plan.count; i++)
            address_plan_done(&table, &plan.ops[i]);
        operations += plan.count;
    }
    address_table_tell(&table, NULL, NULL);
    return operations;
}

static struct address_interface *interface_(void)
{
    return address_table_interface(&table, IFINDEX);
}

static void up_and_down_in_random_order_leaves_no_row(void **state)
{
    static unsigned int claims[MANY];
    unsigned int seed = 1, total = 0;
    (void)state;

    memset(claims, 0, sizeof claims);
    for (unsigned int i = 0; i < 6 * MANY; i++) {
        seed = seed * 1103515245U + 12345U;
        unsigned int n = (seed >> 8) % MANY;
        struct fascia_mac mac = mac_of_number(n);
        struct address_iid iid = iid_of_number(n);
        if (claims[n] != 0 && (seed >> 28) < 9) {
            address_table_release(&table, address_table_peer(&table, IFINDEX, &iid), ADDRESS_CLAIM_METHOD);
            total -= --claims[n] == 0;
        } else {
            assert_int_equal(address_table_claim(&table, IFINDEX, &mac, &iid, ADDRESS_CLAIM_METHOD, NULL), 0);
            total += claims[n]++ == 0;
        }
        if (i % 500 == 0)
            (void)converge();
        assert_int_equal(interface_()->wanted, total);
    }
    (void)converge();
    assert_int_equal(interface_()->ready, total);
    assert_int_equal(table.peers.count, total);
    for (unsigned int n = 0; n < MANY; n++) {
        struct address_iid iid = iid_of_number(n);
        while (claims[n]-- > 0)
            address_table_release(&table, address_table_peer(&table, IFINDEX, &iid), ADDRESS_CLAIM_METHOD);
    }
    (void)converge();
    assert_int_equal(table.peers.count, 0);
    assert_true(fascia_list_is_empty(&interface_()->peers) && fascia_list_is_empty(&interface_()->work));
    assert_true(fascia_list_is_empty(&table.news));
}

static void a_change_of_one_among_many_is_the_work_of_one(void **state)
{
    struct fascia_mac mac;
    struct address_iid iid;
    (void)state;

    for (unsigned int n = 0; n + 1 < MANY; n++) {
        mac = mac_of_number(n);
        iid = iid_of_number(n);
        assert_int_equal(address_table_claim(&table, IFINDEX, &mac, &iid, ADDRESS_CLAIM_METHOD, NULL), 0);
    }
    assert_int_equal(converge(), 2 * (MANY - 1));
    mac = mac_of_number(MANY);
    iid = iid_of_number(MANY);
    assert_int_equal(address_table_claim(&table, IFINDEX, &mac, &iid, ADDRESS_CLAIM_METHOD, NULL), 0);
    /* What planning walks through. */
    assert_ptr_equal(interface_()->work.next, interface_()->work.prev);
    assert_int_equal(converge(), 2);
    mac = mac_of_number(MANY + 1);
    assert_int_equal(address_table_claim(&table, IFINDEX, &mac, NULL, ADDRESS_CLAIM_METHOD, NULL), ADDRESS_E_FULL);
    address_table_forget(&table, IFINDEX, NULL, NULL);
    assert_int_equal(table.peers.count, 0);
    assert_int_equal(table.wanted, 0);
}

static void identifiers_of_one_mac_address_are_found_by_it(void **state)
{
    struct fascia_mac mac = mac_of_number(1), other = mac_of_number(2);
    struct address_peer *peer = NULL;
    size_t found = 0;
    (void)state;

    for (unsigned int n = 0; n < 100; n++) {
        struct address_iid iid = iid_of_number(n);
        assert_int_equal(address_table_claim(&table, IFINDEX, n % 10 ? &other : &mac, &iid, ADDRESS_CLAIM_METHOD, NULL),
                         0);
    }
    while ((peer = address_peers_of_mac(&table.peers, IFINDEX, &mac, peer)) != NULL)
        found++;
    assert_int_equal(found, 10);
    assert_null(address_peers_of_mac(&table.peers, IFINDEX + 1, &mac, NULL));
}

static size_t told_added, told_removed;

static void on_news(const struct address_peer *peer, bool added, void *userdata)
{
    (void)userdata;
    assert_int_equal(peer->ifindex, IFINDEX);
    told_added += added;
    told_removed += !added;
}

static void each_peer_is_told_of_once_each_way(void **state)
{
    struct fascia_mac mac = mac_of_number(1);
    struct address_peer *peer = NULL;
    static struct address_plan plan;
    (void)state;

    told_added = told_removed = 0;
    assert_int_equal(address_table_claim(&table, IFINDEX, &mac, NULL, ADDRESS_CLAIM_METHOD, &peer), 0);
    address_table_tell(&table, on_news, NULL);
    assert_int_equal(told_added, 0); /* not reachable yet */
    address_plan_make(&table, &plan);
    for (size_t i = 0; i < plan.count; i++)
        address_plan_done(&table, &plan.ops[i]);
    address_table_tell(&table, on_news, NULL);
    address_table_tell(&table, on_news, NULL);
    assert_int_equal(told_added, 1);
    address_table_release(&table, peer, ADDRESS_CLAIM_METHOD);
    address_table_tell(&table, on_news, NULL);
    assert_int_equal(told_removed, 0); /* still in the kernel */
    address_plan_make(&table, &plan);
    for (size_t i = 0; i < plan.count; i++)
        address_plan_done(&table, &plan.ops[i]);
    address_table_tell(&table, on_news, NULL);
    assert_int_equal(told_removed, 1);
    assert_int_equal(table.peers.count, 0);
    /* One that was never reachable is not told of at all. */
    assert_int_equal(address_table_claim(&table, IFINDEX, &mac, NULL, ADDRESS_CLAIM_METHOD, &peer), 0);
    address_table_release(&table, peer, ADDRESS_CLAIM_METHOD);
    address_table_tell(&table, on_news, NULL);
    assert_int_equal(told_added + told_removed, 2);
    assert_int_equal(table.peers.count, 0);
}

int main(void)
{
#define FRESH(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        FRESH(up_and_down_in_random_order_leaves_no_row),
        FRESH(a_change_of_one_among_many_is_the_work_of_one),
        FRESH(identifiers_of_one_mac_address_are_found_by_it),
        FRESH(each_peer_is_told_of_once_each_way),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
