/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/unit/address/fake_kernel.h"

#define IFINDEX   7U
#define PEERS_MAX 256
#define PEER      "02:00:00:00:00:02"

static struct address_table table;
static struct fake_kernel kernel;

static int set_up(void **state)
{
    (void)state;
    address_table_deinit(&table);
    address_table_init(&table, PEERS_MAX, 1);
    kernel = (struct fake_kernel){.operations = 0};
    fake_kernel_add_link(&kernel, IFINDEX, "02:00:00:00:00:01");
    (void)prepare_as(&table, IFINDEX, ADDRESS_ND_NONE, NULL);
    fake_kernel_set_up(&kernel, IFINDEX, true);
    fake_kernel_observe(&kernel, &table, IFINDEX);
    (void)fake_kernel_converge(&kernel, &table);
    return 0;
}

static int claim(const char *mac, const char *iid, enum address_claim kind, struct address_peer **ret_peer)
{
    struct fascia_mac m = mac_of(mac);
    struct address_iid i = iid_of(iid ? iid : "");
    return address_table_claim(&table, IFINDEX, &m, iid ? &i : NULL, kind, ret_peer);
}

static void one_identifier_belongs_to_one_mac_address(void **state)
{
    (void)state;
    assert_int_equal(claim(PEER, "0000000000000b0b", ADDRESS_CLAIM_METHOD, NULL), 0);
    assert_int_equal(claim("02:00:00:00:00:03", "0000000000000b0b", ADDRESS_CLAIM_METHOD, NULL), ADDRESS_E_IID_TAKEN);
    /* one MAC address may have several identifiers */
    assert_int_equal(claim(PEER, "0000000000000c0c", ADDRESS_CLAIM_METHOD, NULL), 0);
    assert_int_equal(address_table_count(&table, IFINDEX), 2);
}

static void method_claims_are_counted_and_stations_are_not(void **state)
{
    struct address_peer *peer = NULL;
    (void)state;

    assert_int_equal(claim(PEER, NULL, ADDRESS_CLAIM_STATION, &peer), 0);
    assert_int_equal(claim(PEER, NULL, ADDRESS_CLAIM_STATION, &peer), 0);
    assert_int_equal(claim(PEER, NULL, ADDRESS_CLAIM_METHOD, &peer), 0);
    assert_int_equal(claim(PEER, NULL, ADDRESS_CLAIM_METHOD, &peer), 0);
    assert_int_equal(address_table_count(&table, 0), 1);
    address_table_release(&table, peer, ADDRESS_CLAIM_STATION);
    address_table_release(&table, peer, ADDRESS_CLAIM_METHOD);
    assert_true(address_peer_is_wanted(peer));
    address_table_release(&table, peer, ADDRESS_CLAIM_METHOD);
    assert_false(address_peer_is_wanted(peer));
    address_table_release(&table, peer, ADDRESS_CLAIM_METHOD); /* once too often is harmless */
    assert_false(address_peer_is_wanted(peer));
}

static void a_peer_needs_a_prepared_interface(void **state)
{
    struct fascia_mac mac = mac_of(PEER);
    (void)state;
    assert_int_equal(address_table_claim(&table, 99, &mac, NULL, ADDRESS_CLAIM_STATION, NULL), ADDRESS_E_NOT_PREPARED);
    assert_int_equal(address_table_claim(&table, 0, &mac, NULL, ADDRESS_CLAIM_STATION, NULL), ADDRESS_E_NOT_PREPARED);
}

static void full_tables_refuse_and_keep_what_they_have(void **state)
{
    struct fascia_mac mac = mac_of("02:00:00:00:02:00");
    (void)state;

    for (unsigned int i = 0; i < PEERS_MAX; i++) {
        mac.octets[5] = (uint8_t)i;
        assert_int_equal(address_table_claim(&table, IFINDEX, &mac, NULL, ADDRESS_CLAIM_STATION, NULL), 0);
    }
    assert_int_equal(claim(PEER, NULL, ADDRESS_CLAIM_STATION, NULL), ADDRESS_E_FULL);
    assert_int_equal(address_table_count(&table, IFINDEX), PEERS_MAX);

    for (unsigned int i = 1; i < ADDRESS_INTERFACES_MAX; i++)
        assert_int_equal(prepare_as(&table, 100 + i, ADDRESS_ND_NONE, NULL), 0);
    assert_int_equal(prepare_as(&table, 200, ADDRESS_ND_NONE, NULL), ADDRESS_E_FULL);
}

static void a_zero_identifier_of_our_own_is_refused(void **state)
{
    struct address_iid zero = {{0}};
    (void)state;
    assert_int_equal(prepare_as(&table, 8, ADDRESS_ND_NONE, &zero), ADDRESS_E_IID_ZERO);
    assert_null(address_table_interface(&table, 8));
}

static void forgetting_an_interface_forgets_its_peers(void **state)
{
    (void)state;
    assert_int_equal(claim(PEER, NULL, ADDRESS_CLAIM_STATION, NULL), 0);
    address_table_forget(&table, IFINDEX, NULL, NULL);
    assert_null(address_table_interface(&table, IFINDEX));
    assert_int_equal(address_table_count(&table, 0), 0);
    address_table_forget(&table, IFINDEX, NULL, NULL); /* idempotent */
}

static void going_down_makes_a_peer_unready_and_keeps_it_wanted(void **state)
{
    struct address_peer *peer = NULL;
    (void)state;

    assert_int_equal(claim(PEER, NULL, ADDRESS_CLAIM_STATION, &peer), 0);
    (void)fake_kernel_converge(&kernel, &table);
    assert_true(address_peer_is_ready(peer));
    fake_kernel_set_up(&kernel, IFINDEX, false);
    address_observe_link(&table, IFINDEX, &fake_kernel_link(&kernel, IFINDEX)->link);
    assert_false(address_peer_is_ready(peer));
    assert_true(address_peer_is_wanted(peer));
}

static void a_restart_adopts_complete_peers_and_clears_away_the_rest(void **state)
{
    struct address_iid complete = iid_of("0000000000000b0b"), lonely_route = iid_of("0000000000000c0c"),
                       lonely_neighbour = iid_of("0000000000000d0d"), hostile = iid_of("0000000000000000");
    struct fake_row *row;
    (void)state;

    row = fake_row_put(kernel.routes, IFINDEX, &complete, 128);
    row->ours = true;
    row = fake_row_put(kernel.neighbours, IFINDEX, &complete, 128);
    row->ours = row->right = true;
    row->mac = mac_of(PEER);
    fake_row_put(kernel.routes, IFINDEX, &lonely_route, 128)->ours = true;
    row = fake_row_put(kernel.neighbours, IFINDEX, &lonely_neighbour, 128);
    row->ours = row->right = true;
    fake_row_put(kernel.routes, IFINDEX, &hostile, 128)->ours = true;
    row = fake_row_put(kernel.neighbours, IFINDEX, &hostile, 128);
    row->ours = row->right = true;
    row->mac = mac_of(PEER);

    address_table_deinit(&table);
    address_table_init(&table, PEERS_MAX, 1); /* a new run */
    kernel.operations = 0;
    (void)prepare_as(&table, IFINDEX, ADDRESS_ND_NONE, NULL);
    fake_kernel_observe(&kernel, &table, IFINDEX);
    address_table_adopt(&table, IFINDEX);
    assert_int_equal(fake_kernel_converge(&kernel, &table), 4); /* the four leftovers, nothing else */
    assert_int_equal(address_table_count(&table, IFINDEX), 1);
    assert_int_equal(fake_rows(kernel.routes, IFINDEX), 1);
    assert_int_equal(fake_rows(kernel.neighbours, IFINDEX), 1);
}

static void an_adopted_peer_belongs_to_whoever_claims_it(void **state)
{
    struct address_peer *peer = NULL;
    (void)state;

    assert_int_equal(claim(PEER, "0000000000000b0b", ADDRESS_CLAIM_ADOPTED, NULL), 0);
    assert_int_equal(claim("02:00:00:00:00:03", "0000000000000b0b", ADDRESS_CLAIM_STATION, &peer), 0);
    assert_int_equal(peer->claims[ADDRESS_CLAIM_ADOPTED], 0);
    address_table_release(&table, peer, ADDRESS_CLAIM_STATION);
    assert_false(address_peer_is_wanted(peer));
}

static void foreign_entries_are_not_taken_for_ours(void **state)
{
    struct address_iid iid = iid_of("0000000000000b0b");
    (void)state;

    (void)fake_row_put(kernel.routes, IFINDEX, &iid, 128);
    struct fake_row *row = fake_row_put(kernel.neighbours, IFINDEX, &iid, 128);
    row->right = true;
    fake_kernel_observe(&kernel, &table, IFINDEX);
    address_table_adopt(&table, IFINDEX);
    assert_int_equal(fake_kernel_converge(&kernel, &table), 0);
    assert_int_equal(address_table_count(&table, 0), 0);
}

static void observations_of_other_interfaces_leave_no_trace(void **state)
{
    struct address_iid iid = iid_of("0000000000000b0b");
    struct fascia_mac mac = mac_of(PEER);
    (void)state;

    address_observe_route(&table, 8, &iid, 128, true, false);
    address_observe_neighbour(&table, 8, &iid, &mac, ADDRESS_NEIGHBOUR_OURS);
    address_observe_address(&table, 8, &iid, 64, true, false);
    assert_null(address_table_peer(&table, 8, &iid));
    assert_null(address_table_interface(&table, 8));
}

int main(void)
{
#define FRESH(test) cmocka_unit_test_setup(test, set_up)
    const struct CMUnitTest tests[] = {
        FRESH(one_identifier_belongs_to_one_mac_address),
        FRESH(method_claims_are_counted_and_stations_are_not),
        FRESH(a_peer_needs_a_prepared_interface),
        FRESH(full_tables_refuse_and_keep_what_they_have),
        FRESH(a_zero_identifier_of_our_own_is_refused),
        FRESH(forgetting_an_interface_forgets_its_peers),
        FRESH(going_down_makes_a_peer_unready_and_keeps_it_wanted),
        FRESH(a_restart_adopts_complete_peers_and_clears_away_the_rest),
        FRESH(an_adopted_peer_belongs_to_whoever_claims_it),
        FRESH(foreign_entries_are_not_taken_for_ours),
        FRESH(observations_of_other_interfaces_leave_no_trace),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    address_table_deinit(&table);
    return failed;
}
