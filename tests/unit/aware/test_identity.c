/* SPDX-License-Identifier: Apache-2.0 */
/* Which pairings are kept, which the engine knows, and what a verification means. */
#include <string.h>

#include "tests/unit/aware/stand.h"
#include "tests/unit/test.h"

static struct stand stand;

static int setup(void **state)
{
    (void)state;
    stand_publisher(&stand);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    stand_finish(&stand);
    return 0;
}

/* The follow-up with the NIK is sent once. */
static void a_lost_identity_is_shown_and_its_late_arrival_taken(void **state)
{
    (void)state;
    stand_open_window(&stand);
    stand_bootstrap_asked(&stand, PHONE);
    stand_pairing_asked(&stand, PHONE, false);
    stand_paired(&stand, PHONE);
    stand_wait(&stand, 9);
    assert_int_equal(stand_events(&stand, FASCIA_EVENT_AWARE_NOT_REMEMBERED), 1);
    assert_non_null(strstr(stand_peer(&stand, PHONE).last_text, "pair once more"));
    assert_true(stand_peer(&stand, PHONE).paired);
    assert_false(stand_peer(&stand, PHONE).remembered);
    stand_nik(&stand, NIK);
    assert_true(stand_peer(&stand, PHONE).remembered);
}

static void an_identity_of_nobody_is_not_stored(void **state)
{
    (void)state;
    stand_replied(&stand, PHONE);
    stand_nik(&stand, NIK);
    assert_int_equal(aware_store(stand.aware)->peers[0].id, 0);
}

static void a_known_identity_keeps_its_id_and_name_under_another_address(void **state)
{
    (void)state;
    stand_pair_phone(&stand, PHONE, NIK);
    assert_int_equal(aware_order_rename(stand.aware, 1, "Anna's phone"), 0);
    stand_pair_phone(&stand, OTHER, NIK);
    assert_int_equal(stand_peer(&stand, OTHER).id, 1);
    assert_string_equal(stand_peer(&stand, OTHER).name, "Anna's phone");
    assert_int_equal(stand_peer(&stand, PHONE).id, 0);
    assert_int_equal(aware_store(stand.aware)->peers[1].id, 0);
}

static void when_pairings_are_full_the_one_seen_longest_ago_gives_way(void **state)
{
    static const char *const niks[] = {"10101010101010101010101010101010", "20202020202020202020202020202020",
                                       "30303030303030303030303030303030"};
    static const char *const phones[] = {PHONE, OTHER, "42:00:00:00:03:00"};
    unsigned int stored = 0;

    (void)state;
    stand.config.peers_max = 2;
    for (size_t i = 0; i < 3; i++) {
        stand_pair_phone(&stand, phones[i], niks[i]);
        stand_wait(&stand, 10);
    }
    for (size_t i = 0; i < AWARE_STORE_PEERS_MAX; i++)
        stored += aware_store(stand.aware)->peers[i].id != 0;
    assert_int_equal(stored, 2);
    assert_int_equal(stand_peer(&stand, PHONE).id, 0);
    assert_int_not_equal(stand_peer(&stand, OTHER).id, 0);
}

static void a_phone_that_is_known_verifies_itself_without_a_window(void **state)
{
    (void)state;
    stand_pair_phone(&stand, PHONE, NIK);
    stand_wait(&stand, 130);
    stand_forget(&stand);
    stand_replied(&stand, PHONE);
    assert_int_equal(stand_peer(&stand, PHONE).state, AWARE_PEER_PAIRED);
    stand_pairing_asked(&stand, PHONE, true);
    assert_string_equal(stand_last(&stand, "NAN_PAIR"),
                        "NAN_PAIR " PHONE " auth=2 cipher=CCMP handle=1 peer_instance_id=6 responder");
    stand_paired(&stand, PHONE);
    assert_int_equal(stand_peer(&stand, PHONE).state, AWARE_PEER_PAIRED);
    assert_int_equal(stand_actions(&stand, AWARE_ACTION_REQUESTED), 0);
}

static void a_known_phone_under_a_new_address_is_left_to_the_engine_and_recognised(void **state)
{
    (void)state;
    stand_pair_phone(&stand, PHONE, NIK);
    stand_wait(&stand, 70);
    stand_event(&stand, "NAN-STOPPED ifname=nan0"); /* all rows go; pairings stay */
    stand_event(&stand, "NAN-CLUSTER-JOIN cluster_id=50:6f:9a:01:5c:7b new=1");
    aware_on_interface(stand.aware, "ndi0", 8, true, stand.now_us);
    stand_settle(&stand);
    stand_forget(&stand);
    stand_event(&stand, "NAN-REPLIED publish_id=2 address=" OTHER " subscribe_id=6 srv_proto_type=2 ssi=");
    assert_int_equal(stand_peer(&stand, OTHER).id, 0);
    stand_pairing_asked(&stand, OTHER, true);
    assert_int_equal(stand_requests(&stand, "NAN_PAIR "), 1);
    stand_paired(&stand, OTHER);
    assert_int_equal(stand_peer(&stand, OTHER).id, 1);
}

static void an_unknown_phone_may_not_verify_nor_one_that_was_forgotten(void **state)
{
    (void)state;
    stand_pairing_asked(&stand, PHONE, true);
    assert_int_equal(stand_requests(&stand, "NAN_PAIR "), 0);
    assert_int_equal(stand_requests(&stand, "NAN_PAIR_ABORT"), 1);
    stand_pair_phone(&stand, PHONE, NIK);
    stand_pair_phone(&stand, OTHER, "20202020202020202020202020202020");
    assert_int_equal(aware_order_forget(stand.aware, 1, stand.now_us), 0);
    stand_forget(&stand);
    stand_pairing_asked(&stand, PHONE, true);
    stand_pairing_asked(&stand, "42:00:00:00:09:00", true);
    assert_int_equal(stand_requests(&stand, "NAN_PAIR "), 0);
    stand_pairing_asked(&stand, OTHER, true);
    assert_int_equal(stand_requests(&stand, "NAN_PAIR "), 1);
}

static void an_expired_pairing_is_forgotten(void **state)
{
    (void)state;
    stand_pair_phone(&stand, PHONE, NIK);
    stand.wall_s += 43201;
    stand_replied(&stand, PHONE);
    stand_wait(&stand, 130);
    assert_int_equal(aware_store(stand.aware)->peers[0].id, 0);
    assert_int_equal(stand_events(&stand, FASCIA_EVENT_AWARE_FORGOTTEN), 1);
}

static void a_pairing_that_expires_during_a_data_path_lasts_as_long_as_that(void **state)
{
    (void)state;
    stand_pair_phone(&stand, PHONE, NIK);
    stand_path_asked(&stand, PHONE, PHONE_NDI, 1, 7);
    stand_connected(&stand, PHONE, 1, OURS_NDI, PHONE_NDI, "8899aabbccddeeff");
    stand.wall_s += 43201;
    stand_wait(&stand, 130);
    assert_true(stand_path(&stand, 0).connected);
    stand_disconnected(&stand, PHONE, 1, OURS_NDI, PHONE_NDI, 1, false, false);
    stand_wait(&stand, 130);
    assert_int_equal(aware_store(stand.aware)->peers[0].id, 0);
}

static void a_verification_that_the_engine_refuses_does_not_keep_the_phone_waiting(void **state)
{
    (void)state;
    stand_pair_phone(&stand, PHONE, NIK);
    stand_answer(&stand, "NAN_PAIR " PHONE " auth=2", "FAIL\n");
    stand_pairing_asked(&stand, PHONE, true);
    assert_int_equal(stand_requests(&stand, "NAN_PAIR_ABORT " PHONE), 1);
    assert_int_equal(stand_peer(&stand, PHONE).state, AWARE_PEER_DISCOVERED);
}

/* A restarted engine has lost them, and cannot be given them back. */
static void pairings_that_the_engine_has_lost_are_shown_and_made_again(void **state)
{
    struct aware_store store;
    struct aware_peer_view peer;

    (void)state;
    stand_pair_phone(&stand, PHONE, NIK);
    store = *aware_store(stand.aware);
    stand_lose_engine(&stand);
    stand_forget(&stand);
    stand_event(&stand, "NAN-CLUSTER-JOIN cluster_id=50:6f:9a:01:5c:7b new=1");
    aware_on_interface(stand.aware, "ndi0", 8, true, stand.now_us);
    stand_settle(&stand);
    assert_string_equal(stand.state, "DEGRADED aware-pairings-lost");
    assert_true(aware_view_peer(stand.aware, 0, &peer));
    assert_true(peer.must_pair_again);
    assert_true(peer.paired);
    assert_int_equal(peer.state, AWARE_PEER_ABSENT);
    stand_event(&stand, "NAN-PAIRING-REQUEST peer_nmi=" PHONE " csid=7 instance_id=6 key_mgmt=SAE verify=1");
    assert_int_equal(stand_requests(&stand, "NAN_PAIR "), 0);
    /* Also for a core that starts anew beside an engine that does. */
    stand_lose_engine(&stand);
    stand_forget(&stand);
    stand_run(&stand, &store);
    assert_int_equal(stand_events(&stand, FASCIA_EVENT_AWARE_PAIRINGS_LOST), 1);
    assert_string_equal(stand.state, "DEGRADED aware-pairings-lost");
    stand.next_id = 0;
    stand_event(&stand, "NAN-PUBLISH-TERMINATED publish_id=3 reason=timeout");
    stand_wait(&stand, 2);
    stand_pair_phone(&stand, PHONE, NIK);
    assert_string_equal(stand.state, "FULL none");
    peer = stand_peer(&stand, PHONE);
    assert_int_equal(peer.id, 1);
    assert_false(peer.must_pair_again);
    aware_store_wipe(&store);
}

/* The phone announces its key of before; the engine, which was started anew, has none: so the PIN counts. */
static void a_phone_that_remembers_us_pairs_anew_after_our_engine_was_restarted(void **state)
{
    (void)state;
    stand_pair_phone(&stand, PHONE, NIK);
    stand.next_id = 0;
    stand_lose_engine(&stand);
    stand_event(&stand, "NAN-CLUSTER-JOIN cluster_id=50:6f:9a:01:5c:7b new=1");
    aware_on_interface(stand.aware, "ndi0", 8, true, stand.now_us);
    stand_settle(&stand);
    stand_open_window(&stand);
    stand_forget(&stand);
    stand_bootstrap_asked(&stand, PHONE);
    stand_pairing_asked(&stand, PHONE, true);
    assert_int_equal(stand_requests(&stand, "NAN_PAIR " PHONE " auth=1"), 1);
    stand_paired(&stand, PHONE);
    stand_event(&stand,
                "NAN-NIK-RECEIVED nik=" NIK " cipher_version=0 akmp=SAE pmk=" ND_PMK " lifetime=43200 identity_id=1");
    assert_int_equal(stand_peer(&stand, PHONE).id, 1);
    assert_string_equal(stand.state, "FULL none");
    /* Now it has one. */
    stand_forget(&stand);
    stand_bootstrap_asked(&stand, PHONE);
    stand_pairing_asked(&stand, PHONE, true);
    assert_int_equal(stand_requests(&stand, "NAN_PAIR "), 0);
}

static void but_the_key_of_before_is_no_new_pairing(void **state)
{
    (void)state;
    stand_pair_phone(&stand, PHONE, NIK);
    stand.next_id = 0;
    stand_lose_engine(&stand);
    stand_event(&stand, "NAN-CLUSTER-JOIN cluster_id=50:6f:9a:01:5c:7b new=1");
    aware_on_interface(stand.aware, "ndi0", 8, true, stand.now_us);
    stand_settle(&stand);
    stand_open_window(&stand);
    stand_bootstrap_asked(&stand, PHONE);
    stand_pairing_asked(&stand, PHONE, true);
    stand_paired(&stand, PHONE);
    stand_nik(&stand, NIK);
    assert_true(stand_peer(&stand, PHONE).must_pair_again);
    assert_int_equal(stand_peer(&stand, PHONE).last_reason, AWARE_REASON_SECURITY_POLICY);
    assert_string_equal(stand.state, "DEGRADED aware-pairings-lost");
    stand_path_asked(&stand, PHONE, PHONE_NDI, 1, 7);
    assert_int_equal(stand_requests(&stand, "NAN_NDP_RESPONSE accept"), 0);
}

/* A responder that succeeded is still armed, and would answer by itself. */
static void a_success_that_nobody_asked_for_is_a_new_key_of_a_known_peer_and_nothing_else(void **state)
{
    (void)state;
    stand_replied(&stand, PHONE);
    stand_paired(&stand, PHONE);
    assert_false(stand_peer(&stand, PHONE).paired);
    assert_int_equal(stand_requests(&stand, "NAN_PAIR_ABORT " PHONE), 1);
    stand_path_asked(&stand, PHONE, PHONE_NDI, 1, 7);
    assert_int_equal(stand_requests(&stand, "NAN_NDP_RESPONSE accept"), 0);
    stand_wait(&stand, 10);
    stand_pair_phone(&stand, PHONE, NIK);
    stand_pairing_asked(&stand, PHONE, true);
    stand_paired(&stand, PHONE);
    stand_forget(&stand);
    stand_event(&stand, "NAN-PAIRING-STATUS addr=" PHONE " akmp=SAE cipher=CCMP status=success nd_pmk="
                        "1111111111111111111111111111111111111111111111111111111111111111");
    assert_int_equal(stand_requests(&stand, "NAN_PAIR_ABORT " PHONE), 1);
    stand_path_asked(&stand, PHONE, PHONE_NDI, 2, 7);
    assert_non_null(strstr(stand_last(&stand, "NAN_NDP_RESPONSE accept"), " pmk=1111"));
}

static void a_responder_is_disarmed_when_it_has_done_its_work(void **state)
{
    (void)state;
    stand_pair_phone(&stand, PHONE, NIK);
    assert_int_equal(stand_requests(&stand, "NAN_PAIR_ABORT"), 0); /* the NIK would be lost */
    stand_pairing_asked(&stand, PHONE, true);
    stand_paired(&stand, PHONE);
    assert_int_equal(stand_requests(&stand, "NAN_PAIR_ABORT"), 1);
    stand_bootstrap_asked(&stand, OTHER);
    stand_pairing_asked(&stand, OTHER, false);
    stand_paired(&stand, OTHER);
    stand_wait(&stand, 9);
    assert_int_equal(stand_requests(&stand, "NAN_PAIR_ABORT " OTHER), 1);
}

#define LIVE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        LIVE(a_lost_identity_is_shown_and_its_late_arrival_taken),
        LIVE(an_identity_of_nobody_is_not_stored),
        LIVE(a_known_identity_keeps_its_id_and_name_under_another_address),
        LIVE(when_pairings_are_full_the_one_seen_longest_ago_gives_way),
        LIVE(a_phone_that_is_known_verifies_itself_without_a_window),
        LIVE(a_known_phone_under_a_new_address_is_left_to_the_engine_and_recognised),
        LIVE(an_unknown_phone_may_not_verify_nor_one_that_was_forgotten),
        LIVE(an_expired_pairing_is_forgotten),
        LIVE(a_pairing_that_expires_during_a_data_path_lasts_as_long_as_that),
        LIVE(a_verification_that_the_engine_refuses_does_not_keep_the_phone_waiting),
        LIVE(pairings_that_the_engine_has_lost_are_shown_and_made_again),
        LIVE(a_phone_that_remembers_us_pairs_anew_after_our_engine_was_restarted),
        LIVE(but_the_key_of_before_is_no_new_pairing),
        LIVE(a_success_that_nobody_asked_for_is_a_new_key_of_a_known_peer_and_nothing_else),
        LIVE(a_responder_is_disarmed_when_it_has_done_its_work),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
