/* SPDX-License-Identifier: Apache-2.0 */
/* The table of peers: bounded, and a flood changes nothing for those who matter. */
#include <stdio.h>
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

static int setup_open(void **state)
{
    (void)state;
    stand_init(&stand);
    stand_service(&stand, "_fascia._tcp", AWARE_ROLE_SUBSCRIBE, AWARE_SECURITY_OPEN)->connect = AWARE_CONNECT_ANY;
    stand_run(&stand, NULL);
    stand_forget(&stand);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    stand_finish(&stand);
    return 0;
}

static size_t peers(void)
{
    struct aware_peer_view view;
    size_t count = 0;

    while (aware_view_peer(stand.aware, count, &view))
        count++;
    return count;
}

static void address(unsigned int i, char to[static FASCIA_MAC_TEXT_SIZE])
{
    (void)snprintf(to, FASCIA_MAC_TEXT_SIZE, "46:00:00:%02x:%02x:%02x", i >> 16 & 0xff, i >> 8 & 0xff, i & 0xff);
}

static void a_peer_that_is_seen_again_and_again_changes_nothing(void **state)
{
    (void)state;
    stand_replied(&stand, PHONE);
    stand_forget(&stand);
    for (int i = 0; i < 100; i++) {
        stand_wait_us(&stand, 524000);
        stand_replied(&stand, PHONE);
    }
    assert_int_equal(peers(), 1);
    assert_int_equal(stand.count, 0);
}

static void a_peer_that_is_not_seen_any_more_is_gone(void **state)
{
    (void)state;
    stand_replied(&stand, PHONE);
    stand_wait(&stand, 59);
    assert_true(stand_has_peer(&stand, PHONE));
    stand_wait(&stand, 2);
    assert_false(stand_has_peer(&stand, PHONE));
}

static void a_flood_of_strangers_changes_nothing_for_a_connected_peer(void **state)
{
    char nmi[FASCIA_MAC_TEXT_SIZE];

    (void)state;
    stand_pair_phone(&stand, PHONE, NIK);
    stand_path_asked(&stand, PHONE, PHONE_NDI, 1, 7);
    stand_connected(&stand, PHONE, 1, OURS_NDI, PHONE_NDI, "8899aabbccddeeff");
    stand_wait(&stand, 130);
    for (unsigned int i = 0; i < 10000; i++) {
        stand_forget(&stand);
        address(i, nmi);
        stand_wait_us(&stand, 1000);
        stand_replied(&stand, nmi);
        stand_bootstrap_asked(&stand, nmi);
        stand_pairing_asked(&stand, nmi, i % 2 == 0);
        stand_path_asked(&stand, nmi, nmi, 1, i % 9);
        assert_int_equal(stand_requests(&stand, "NAN_PAIR "), stand_requests(&stand, "NAN_PAIR " PHONE));
        assert_int_equal(stand_requests(&stand, "NAN_NDP_RESPONSE accept"), 0);
    }
    assert_int_equal(peers(), AWARE_PEERS_MAX);
    assert_int_equal(stand_peer(&stand, PHONE).state, AWARE_PEER_CONNECTED);
    assert_true(stand_path(&stand, 0).connected);
    assert_int_equal(stand_path(&stand, 0).peer_id, 1);
}

static void a_flood_of_publishers_is_bounded(void **state)
{
    char nmi[FASCIA_MAC_TEXT_SIZE];

    (void)state;
    stand_found(&stand, PHONE, 4, 0);
    stand_connected(&stand, PHONE, 1, OURS_NDI, PHONE_NDI, "8899aabbccddeeff");
    for (unsigned int i = 0; i < 10000; i++) {
        stand_forget(&stand);
        address(i, nmi);
        stand_found(&stand, nmi, i % 255 + 1, i);
        assert_true(stand.count < 10);
    }
    assert_int_equal(peers(), AWARE_PEERS_MAX);
    assert_int_equal(stand_peer(&stand, PHONE).state, AWARE_PEER_CONNECTED);
    assert_true(stand_paths(&stand) <= AWARE_PATHS_MAX);
}

static void the_oldest_idle_peer_gives_way(void **state)
{
    char nmi[FASCIA_MAC_TEXT_SIZE];

    (void)state;
    for (unsigned int i = 0; i < AWARE_PEERS_MAX; i++) {
        address(i, nmi);
        stand_replied(&stand, nmi);
        stand_wait_us(&stand, 1000);
    }
    address(0, nmi);
    stand_replied(&stand, nmi);
    stand_replied(&stand, PHONE);
    assert_true(stand_has_peer(&stand, PHONE));
    assert_true(stand_has_peer(&stand, nmi));
    address(1, nmi);
    assert_false(stand_has_peer(&stand, nmi));
}

static void a_paired_peer_without_data_path_is_not_thrown_out_by_strangers(void **state)
{
    char nmi[FASCIA_MAC_TEXT_SIZE];

    (void)state;
    stand_pair_phone(&stand, PHONE, NIK);
    for (unsigned int i = 0; i < 100; i++) {
        address(i, nmi);
        stand_replied(&stand, nmi);
    }
    stand_path_asked(&stand, PHONE, PHONE_NDI, 1, 7);
    assert_int_equal(stand_requests(&stand, "NAN_NDP_RESPONSE accept"), 1);
}

static void stored_peers_that_are_not_here_are_shown_too(void **state)
{
    struct aware_peer_view view;

    (void)state;
    stand_pair_phone(&stand, PHONE, NIK);
    assert_int_equal(aware_order_rename(stand.aware, 1, "Anna"), 0);
    assert_int_equal(aware_order_rename(stand.aware, 1, "two\nlines"), AWARE_E_NAME);
    assert_int_equal(aware_order_rename(stand.aware, 2, "nobody"), AWARE_E_UNKNOWN);
    stand_event(&stand, "NAN-STOPPED ifname=nan0");
    assert_int_equal(peers(), 1);
    assert_true(aware_view_peer(stand.aware, 0, &view));
    assert_int_equal(view.state, AWARE_PEER_ABSENT);
    assert_string_equal(view.name, "Anna");
    assert_true(view.remembered);
    assert_false(view.must_pair_again);
}

static void malformed_and_foreign_lines_change_nothing(void **state)
{
    static const char *const lines[] = {
        "<3>NAN-REPLIED publish_id=1 address=zz subscribe_id=1 srv_proto_type=2 ssi=",
        "<3>NAN-REPLIED publish_id=1 address=01:00:5e:00:00:01 subscribe_id=1 srv_proto_type=2 ssi=",
        "<3>NAN-REPLIED publish_id=99 address=" PHONE " subscribe_id=1 srv_proto_type=2 ssi=",
        "<3>NAN-DISCOVERY-RESULT subscribe_id=1 publish_id=1 address=" PHONE " fsd=0",
        "<3>CTRL-EVENT-SCAN-STARTED ",
        "<3>",
        "",
        "<3>NAN-NDP-CONNECTED",
        "<3>NAN-NIK-RECEIVED nik=00 cipher_version=0 akmp=SAE pmk=00 lifetime=1 identity_id=1",
    };

    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        stand_event_from(&stand, AWARE_SOCKET_NMI, lines[i]);
    assert_int_equal(peers(), 0);
    assert_int_equal(stand.count, 0);
}

#define LIVE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        LIVE(a_peer_that_is_seen_again_and_again_changes_nothing),
        LIVE(a_peer_that_is_not_seen_any_more_is_gone),
        LIVE(a_flood_of_strangers_changes_nothing_for_a_connected_peer),
        cmocka_unit_test_setup_teardown(a_flood_of_publishers_is_bounded, setup_open, teardown),
        LIVE(the_oldest_idle_peer_gives_way),
        LIVE(a_paired_peer_without_data_path_is_not_thrown_out_by_strangers),
        LIVE(stored_peers_that_are_not_here_are_shown_too),
        LIVE(malformed_and_foreign_lines_change_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
