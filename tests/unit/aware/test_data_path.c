/* SPDX-License-Identifier: Apache-2.0 */
/* Data paths that phones ask for, and their addresses. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "tests/unit/aware/stand.h"
#include "tests/unit/test.h"

#define IID "8899aabbccddeeff"

static struct stand stand;

static int setup_with(enum aware_security security)
{
    struct fascia_secret passphrase = {0};

    stand_init(&stand);
    (void)stand_service(&stand, "_fascia._tcp", AWARE_ROLE_PUBLISH, security);
    (void)strcpy(stand.config.services[0].instance, "head-unit");
    if (security != AWARE_SECURITY_PASSPHRASE) {
        stand_run(&stand, NULL);
        stand_forget(&stand);
        return 0;
    }
    aware_init(stand.aware, &stand.config, "/run/fascia/aware", "DE", NULL, NULL);
    (void)fascia_secret_set(&passphrase, "open sesame", 11);
    stand_run(&stand, NULL);
    aware_set_passphrase(stand.aware, "_fascia._tcp", AWARE_ROLE_PUBLISH, &passphrase);
    assert_int_equal(aware_order_start(stand.aware, &stand.config.services[0], stand.now_us, &(uint32_t){0}), 0);
    stand_settle(&stand);
    stand_forget(&stand);
    return 0;
}

static int setup_open(void **state)
{
    (void)state;
    return setup_with(AWARE_SECURITY_OPEN);
}

static int setup_passphrase(void **state)
{
    (void)state;
    return setup_with(AWARE_SECURITY_PASSPHRASE);
}

static int setup_paired(void **state)
{
    (void)state;
    return setup_with(AWARE_SECURITY_PAIRED);
}

static int teardown(void **state)
{
    (void)state;
    stand_finish(&stand);
    return 0;
}

static void connect_phone(unsigned int ndp_id, unsigned int csid)
{
    stand_path_asked(&stand, PHONE, PHONE_NDI, ndp_id, csid);
    stand_connected(&stand, PHONE, ndp_id, OURS_NDI, PHONE_NDI, IID);
}

static void an_open_one_is_accepted_addressed_and_told(void **state)
{
    struct aware_path_view path;

    (void)state;
    stand_path_asked(&stand, PHONE, PHONE_NDI, 1, 0);
    assert_string_equal(stand_last(&stand, "NAN_NDP_RESPONSE"),
                        "NAN_NDP_RESPONSE accept peer_nmi=" PHONE " ndi=ndi0 ndp_id=1 init_ndi=" PHONE_NDI
                        " handle=1 ssi=000200581b01010006030900686561642d756e6974 interface_id=0011223344556677");
    path = stand_path(&stand, 0);
    assert_false(path.connected);
    assert_int_equal(stand_peer(&stand, PHONE).state, AWARE_PEER_REQUESTED);
    stand_connected(&stand, PHONE, 1, OURS_NDI, PHONE_NDI, IID);
    assert_int_equal(stand_action(&stand, AWARE_ACTION_PEER_ADD)->ifindex, 7);
    path = stand_path(&stand, 0);
    assert_true(path.connected);
    assert_string_equal(path.address, "fe80::8899:aabb:ccdd:eeff%ndi0");
    assert_int_equal(path.port, 0x1234);
    assert_int_equal(path.transport, AWARE_TRANSPORT_TCP);
    assert_int_equal(stand_action(&stand, AWARE_ACTION_CONNECTED)->path, path.id);
    assert_int_equal(stand_peer(&stand, PHONE).state, AWARE_PEER_CONNECTED);
    assert_int_equal(stand_peer(&stand, PHONE).paths, 1);
    assert_int_equal(stand_events(&stand, FASCIA_EVENT_AWARE_PATH_UP), 1);
}

static void without_an_identifier_the_peers_data_address_makes_one(void **state)
{
    (void)state;
    stand_path_asked(&stand, PHONE, PHONE_NDI, 1, 0);
    stand_connected(&stand, PHONE, 1, OURS_NDI, PHONE_NDI, "");
    assert_string_equal(stand_path(&stand, 0).address, "fe80::5000:ff:fe00:100%ndi0");
}

static void it_is_told_only_when_its_address_is_there(void **state)
{
    (void)state;
    stand.address_there = false; /* it hangs */
    connect_phone(1, 0);
    assert_int_equal(stand_actions(&stand, AWARE_ACTION_PEER_ADD), 1);
    assert_int_equal(stand_actions(&stand, AWARE_ACTION_CONNECTED), 0);
    assert_false(stand_path(&stand, 0).connected);
    stand_wait(&stand, 41);
    assert_int_equal(stand_requests(&stand, "NAN_NDP_TERMINATE"), 1);
}

static void an_address_that_is_refused_ends_it(void **state)
{
    (void)state;
    stand.add_error = -EPERM;
    stand.add_text = "the identifier is our own";
    connect_phone(1, 0);
    assert_string_equal(stand_last(&stand, "NAN_NDP_TERMINATE"),
                        "NAN_NDP_TERMINATE peer_nmi=" PHONE " init_ndi=" PHONE_NDI " ndp_id=1");
    assert_int_equal(stand_events(&stand, FASCIA_EVENT_AWARE_PATH_REFUSED), 1);
    stand_disconnected(&stand, PHONE, 1, OURS_NDI, PHONE_NDI, 1, true, false);
    assert_int_equal(stand_paths(&stand), 0);
    assert_int_equal(stand_actions(&stand, AWARE_ACTION_CONNECTED), 0);
    assert_int_equal(stand_actions(&stand, AWARE_ACTION_PEER_REMOVE), 0);
}

/* Address and neighbour stay behind in the kernel, and the interface up. */
static void its_end_takes_the_neighbour_away(void **state)
{
    (void)state;
    connect_phone(1, 0);
    stand_disconnected(&stand, PHONE, 1, OURS_NDI, PHONE_NDI, 1, false, false);
    assert_int_equal(stand_actions(&stand, AWARE_ACTION_PEER_REMOVE), 1);
    assert_int_equal(stand_action(&stand, AWARE_ACTION_PEER_REMOVE)->ifindex, 7);
    assert_int_equal(stand_action(&stand, AWARE_ACTION_DISCONNECTED)->reason, 1);
    assert_int_equal(stand_paths(&stand), 0);
    assert_int_equal(stand_events(&stand, FASCIA_EVENT_AWARE_PATH_DOWN), 1);
    assert_int_equal(stand_peer(&stand, PHONE).state, AWARE_PEER_DISCOVERED);
    /* Told twice, it is gone all the same. */
    stand_disconnected(&stand, PHONE, 1, OURS_NDI, PHONE_NDI, 1, false, false);
    assert_int_equal(stand_actions(&stand, AWARE_ACTION_PEER_REMOVE), 1);
}

static void a_path_that_ends_for_being_idle_ends_like_any_other_and_keep_alives_prevent_it(void **state)
{
    (void)state;
    stand.config.keep_alive_s = 20;
    connect_phone(1, 0);
    stand_wait(&stand, 61);
    assert_int_equal(stand_actions(&stand, AWARE_ACTION_KEEP_ALIVE), 3);
    assert_int_equal(stand_action(&stand, AWARE_ACTION_KEEP_ALIVE)->ifindex, 7);
    stand_disconnected(&stand, PHONE, 1, OURS_NDI, PHONE_NDI, 1, true, false);
    assert_string_equal(stand_action(&stand, AWARE_ACTION_DISCONNECTED)->text, "it was idle");
    stand_wait(&stand, 61);
    assert_int_equal(stand_actions(&stand, AWARE_ACTION_KEEP_ALIVE), 3);
}

static void two_paths_of_one_peer_are_two_claims_on_one_neighbour(void **state)
{
    (void)state;
    connect_phone(1, 0);
    connect_phone(2, 0);
    assert_int_equal(stand_peer(&stand, PHONE).paths, 2);
    assert_int_equal(stand_actions(&stand, AWARE_ACTION_PEER_ADD), 2);
    /* A third one is more than the service allows. */
    stand_path_asked(&stand, PHONE, PHONE_NDI, 3, 0);
    assert_string_equal(stand_last(&stand, "NAN_NDP_RESPONSE"),
                        "NAN_NDP_RESPONSE reject peer_nmi=" PHONE " ndp_id=3 init_ndi=" PHONE_NDI " reason_code=2");
    stand_disconnected(&stand, PHONE, 1, OURS_NDI, PHONE_NDI, 1, false, false);
    assert_int_equal(stand_peer(&stand, PHONE).state, AWARE_PEER_CONNECTED);
    assert_int_equal(stand_actions(&stand, AWARE_ACTION_PEER_REMOVE), 1);
    stand_disconnected(&stand, PHONE, 2, OURS_NDI, PHONE_NDI, 1, false, false);
    assert_int_equal(stand_peer(&stand, PHONE).state, AWARE_PEER_DISCOVERED);
    assert_int_equal(stand_actions(&stand, AWARE_ACTION_PEER_REMOVE), 2);
}

static void the_same_number_from_two_peers_is_two_paths(void **state)
{
    (void)state;
    connect_phone(1, 0);
    stand_path_asked(&stand, OTHER, OTHER_NDI, 1, 0);
    stand_connected(&stand, OTHER, 1, OURS_NDI, OTHER_NDI, "0102030405060708");
    assert_int_equal(stand_paths(&stand), 2);
    stand_disconnected(&stand, PHONE, 1, OURS_NDI, PHONE_NDI, 1, false, false);
    assert_int_equal(stand_paths(&stand), 1);
    assert_int_equal(stand_peer(&stand, OTHER).state, AWARE_PEER_CONNECTED);
    assert_int_equal(stand_peer(&stand, PHONE).state, AWARE_PEER_DISCOVERED);
}

static void a_request_that_is_told_twice_is_answered_once(void **state)
{
    (void)state;
    stand_path_asked(&stand, PHONE, PHONE_NDI, 1, 0);
    stand_path_asked(&stand, PHONE, PHONE_NDI, 1, 0);
    assert_int_equal(stand_requests(&stand, "NAN_NDP_RESPONSE"), 1);
}

/* A pending one blocks that peer for 30 s. */
static void an_acceptance_that_the_engine_refuses_becomes_a_rejection(void **state)
{
    (void)state;
    stand_answer(&stand, "NAN_NDP_RESPONSE accept", "FAIL\n");
    stand_path_asked(&stand, PHONE, PHONE_NDI, 1, 0);
    assert_int_equal(stand_requests(&stand, "NAN_NDP_RESPONSE accept"), 1);
    assert_string_equal(stand_last(&stand, "NAN_NDP_RESPONSE"),
                        "NAN_NDP_RESPONSE reject peer_nmi=" PHONE " ndp_id=1 init_ndi=" PHONE_NDI " reason_code=2");
    assert_int_equal(stand_peer(&stand, PHONE).state, AWARE_PEER_DISCOVERED);
    stand_disconnected(&stand, PHONE, 1, "00:00:00:00:00:00", PHONE_NDI, 2, true, true);
    assert_int_equal(stand_paths(&stand), 0);
    assert_int_equal(stand_actions(&stand, AWARE_ACTION_DISCONNECTED), 0);
}

/* After a suite that does not fit the engine refuses that, too, and ends the request by itself. */
static void a_rejection_that_the_engine_refuses_leaves_nothing_here(void **state)
{
    (void)state;
    stand_answer(&stand, "NAN_NDP_RESPONSE", "FAIL\n");
    stand_path_asked(&stand, PHONE, PHONE_NDI, 1, 0);
    assert_int_equal(stand_requests(&stand, "NAN_NDP_RESPONSE reject"), 1);
    assert_int_equal(stand_paths(&stand), 0);
    stand_answer(&stand, "NAN_NDP_RESPONSE", NULL);
    connect_phone(2, 0);
    assert_true(stand_path(&stand, 0).connected);
}

static void two_services_have_each_their_own_number_of_paths(void **state)
{
    struct aware_service_config service = stand.config.services[0];

    (void)state;
    (void)strcpy(service.name, "_other._udp");
    assert_int_equal(aware_order_start(stand.aware, &service, stand.now_us, &(uint32_t){0}), 0);
    stand_settle(&stand);
    connect_phone(1, 0);
    connect_phone(2, 0);
    stand_event(&stand,
                "NAN-NDP-REQUEST peer_nmi=" PHONE " init_ndi=" PHONE_NDI " ndp_id=3 publish_inst_id=2 ssi= csid=0");
    assert_non_null(strstr(stand_last(&stand, "NAN_NDP_RESPONSE"), "accept"));
    assert_non_null(strstr(stand_last(&stand, "NAN_NDP_RESPONSE"), " ssi=000200581b01010011"));
    stand_connected(&stand, PHONE, 3, OURS_NDI, PHONE_NDI, IID);
    assert_int_equal(stand_peer(&stand, PHONE).paths, 3);
}

static void connected_may_be_read_before_the_reply(void **state)
{
    (void)state;
    stand_answer(&stand, "NAN_NDP_RESPONSE accept", "");
    stand_path_asked(&stand, PHONE, PHONE_NDI, 1, 0);
    stand_connected(&stand, PHONE, 1, OURS_NDI, PHONE_NDI, IID);
    assert_true(stand_path(&stand, 0).connected);
    stand_reply(&stand, "OK\n");
    assert_true(stand_path(&stand, 0).connected);
}

static void a_request_for_no_service_of_ours_is_rejected(void **state)
{
    (void)state;
    stand_event(&stand,
                "NAN-NDP-REQUEST peer_nmi=" PHONE " init_ndi=" PHONE_NDI " ndp_id=1 publish_inst_id=77 ssi= csid=0");
    assert_non_null(strstr(stand_last(&stand, "NAN_NDP_RESPONSE reject"), "reason_code=10"));
    /* The row is given back when the engine has said that it is over, or never does. */
    stand_wait(&stand, 6);
    stand_path_asked(&stand, PHONE, PHONE_NDI, 1, 0);
    assert_int_equal(stand_requests(&stand, "NAN_NDP_RESPONSE accept"), 1);
}

static void more_security_than_an_open_service_has_is_rejected_too(void **state)
{
    (void)state;
    stand_path_asked(&stand, PHONE, PHONE_NDI, 1, 1);
    assert_non_null(strstr(stand_last(&stand, "NAN_NDP_RESPONSE reject"), "reason_code=8"));
}

static void one_that_is_not_known_here_is_ended(void **state)
{
    (void)state;
    stand_answer(&stand, "NAN_NDP_TERMINATE peer_nmi=" PHONE " init_ndi=" PHONE_NDI, "FAIL\n");
    stand_connected(&stand, PHONE, 9, OURS_NDI, PHONE_NDI, IID);
    assert_int_equal(stand_requests(&stand, "NAN_NDP_TERMINATE"), 2);
    assert_string_equal(stand_last(&stand, "NAN_NDP_TERMINATE"),
                        "NAN_NDP_TERMINATE peer_nmi=" PHONE " init_ndi=" OURS_NDI " ndp_id=9");
    assert_int_equal(stand_paths(&stand), 0);
    assert_int_equal(stand_actions(&stand, AWARE_ACTION_PEER_ADD), 0);
}

static void an_answer_that_does_not_come_ends_it(void **state)
{
    (void)state;
    stand_path_asked(&stand, PHONE, PHONE_NDI, 1, 0);
    stand_wait(&stand, 36);
    assert_int_equal(stand_paths(&stand), 0);
    assert_int_equal(stand_peer(&stand, PHONE).state, AWARE_PEER_DISCOVERED);
}

static void while_the_address_service_is_away_none_is_accepted_and_those_up_stay(void **state)
{
    (void)state;
    connect_phone(1, 0);
    stand_address_service(&stand, false);
    stand_path_asked(&stand, OTHER, OTHER_NDI, 1, 0);
    assert_non_null(strstr(stand_last(&stand, "NAN_NDP_RESPONSE reject"), "reason_code=2"));
    stand_forget(&stand);
    stand_address_service(&stand, true);
    /* It may have lost them: prepared first, then added again, and not told again. */
    assert_int_equal(stand_actions(&stand, AWARE_ACTION_PREPARE), 1);
    assert_int_equal(stand_actions(&stand, AWARE_ACTION_PEER_ADD), 1);
    assert_int_equal(stand_actions(&stand, AWARE_ACTION_CONNECTED), 0);
    assert_true(stand_path(&stand, 0).connected);
}

static void one_that_connects_while_the_address_service_is_away_waits_for_it(void **state)
{
    (void)state;
    stand_path_asked(&stand, PHONE, PHONE_NDI, 1, 0);
    stand_address_service(&stand, false);
    stand_connected(&stand, PHONE, 1, OURS_NDI, PHONE_NDI, IID);
    assert_false(stand_path(&stand, 0).connected);
    stand_wait(&stand, 50);
    stand_address_service(&stand, true);
    assert_true(stand_path(&stand, 0).connected);
}

static void another_address_of_ours_ends_what_was_told_the_old_one(void **state)
{
    (void)state;
    connect_phone(1, 0);
    stand.iid[0] = 0x42;
    stand_address_service(&stand, false);
    stand_address_service(&stand, true);
    assert_int_equal(stand_requests(&stand, "NAN_NDP_TERMINATE"), 1);
}

/* Nobody brings it up again, and a data path on one that is down would be connected on one side only. */
static void an_interface_that_goes_down_ends_them_and_is_made_anew(void **state)
{
    (void)state;
    connect_phone(1, 0);
    stand_forget(&stand);
    aware_on_interface(stand.aware, "ndi0", 7, false, stand.now_us);
    stand_settle(&stand);
    assert_int_equal(stand_requests(&stand, "INTERFACE_ADD ndi0"), 1);
    assert_int_equal(stand_paths(&stand), 0);
    assert_int_equal(stand_actions(&stand, AWARE_ACTION_PEER_REMOVE), 1);
    assert_int_equal(stand_actions(&stand, AWARE_ACTION_DISCONNECTED), 1);
}

static void none_is_accepted_while_the_interface_is_not_up(void **state)
{
    (void)state;
    aware_on_interface(stand.aware, "ndi0", 0, false, stand.now_us);
    stand_settle(&stand);
    aware_on_interface(stand.aware, "ndi0", 9, false, stand.now_us);
    stand_settle(&stand);
    assert_string_equal(stand.state, "DEGRADED aware-no-address");
    stand_path_asked(&stand, PHONE, PHONE_NDI, 1, 0);
    assert_int_equal(stand_requests(&stand, "NAN_NDP_RESPONSE reject"), 1);
    aware_on_interface(stand.aware, "ndi0", 9, true, stand.now_us);
    stand_settle(&stand);
    connect_phone(2, 0);
    assert_true(stand_path(&stand, 0).connected);
}

/* NAN_STOP tells nobody, and raises no event for the data path. */
static void nan_that_stops_ends_them_all(void **state)
{
    (void)state;
    connect_phone(1, 0);
    stand_event(&stand, "NAN-STOPPED ifname=nan0");
    assert_int_equal(stand_actions(&stand, AWARE_ACTION_PEER_REMOVE), 1);
    assert_int_equal(stand_actions(&stand, AWARE_ACTION_DISCONNECTED), 1);
    assert_int_equal(stand_paths(&stand), 0);
    assert_false(stand_has_peer(&stand, PHONE));
}

static void a_stop_terminates_them_first(void **state)
{
    (void)state;
    connect_phone(1, 0);
    stand_forget(&stand);
    aware_order_stop(stand.aware, stand.now_us);
    stand_settle(&stand);
    assert_int_equal(stand_requests(&stand, "NAN_NDP_TERMINATE"), 1);
    assert_int_equal(stand_requests(&stand, "NAN_STOP"), 0);
    stand_disconnected(&stand, PHONE, 1, OURS_NDI, PHONE_NDI, 1, true, false);
    assert_int_equal(stand_requests(&stand, "NAN_STOP"), 1);
    assert_true(aware_is_stopped(stand.aware));
}

static void a_stop_does_not_wait_for_ever_for_them(void **state)
{
    (void)state;
    connect_phone(1, 0);
    aware_order_stop(stand.aware, stand.now_us);
    stand_settle(&stand);
    stand_wait(&stand, 4);
    assert_true(aware_is_stopped(stand.aware));
    assert_int_equal(stand_actions(&stand, AWARE_ACTION_PEER_REMOVE), 1);
}

static void an_order_ends_one(void **state)
{
    (void)state;
    connect_phone(1, 0);
    assert_int_equal(aware_order_disconnect(stand.aware, stand_path(&stand, 0).id, stand.now_us), 0);
    stand_settle(&stand);
    stand_disconnected(&stand, PHONE, 1, OURS_NDI, PHONE_NDI, 1, true, false);
    assert_string_equal(stand_action(&stand, AWARE_ACTION_DISCONNECTED)->text, "as ordered");
    assert_int_equal(aware_order_disconnect(stand.aware, 99, stand.now_us), AWARE_E_UNKNOWN);
}

static void cancelling_a_service_ends_its_paths(void **state)
{
    (void)state;
    connect_phone(1, 0);
    assert_int_equal(aware_order_cancel(stand.aware, 1, stand.now_us), 0);
    stand_settle(&stand);
    assert_int_equal(stand_requests(&stand, "NAN_NDP_TERMINATE"), 1);
    assert_int_equal(stand_requests(&stand, "NAN_CANCEL_PUBLISH"), 1);
}

static void the_table_is_bounded_and_what_does_not_fit_is_rejected(void **state)
{
    char nmi[FASCIA_MAC_TEXT_SIZE], ndi[FASCIA_MAC_TEXT_SIZE];

    (void)state;
    for (unsigned int i = 0; i < 200; i++) {
        (void)snprintf(nmi, sizeof nmi, "42:00:00:02:%02x:%02x", i / 2 % 32, 1);
        (void)snprintf(ndi, sizeof ndi, "52:00:00:02:%02x:%02x", i / 2 % 32, 1);
        stand_path_asked(&stand, nmi, ndi, i + 1, 0);
    }
    assert_int_equal(stand_paths(&stand), AWARE_PATHS_MAX);
    assert_true(stand_requests(&stand, "NAN_NDP_RESPONSE reject") >= 8);
    stand_wait(&stand, 40);
    assert_int_equal(stand_paths(&stand), 0);
}

static void a_passphrase_is_demanded_and_given_as_octets(void **state)
{
    (void)state;
    stand_path_asked(&stand, PHONE, PHONE_NDI, 1, 0);
    assert_non_null(strstr(stand_last(&stand, "NAN_NDP_RESPONSE reject"), "reason_code=8"));
    stand_path_asked(&stand, PHONE, PHONE_NDI, 2, 2);
    assert_non_null(strstr(stand_last(&stand, "NAN_NDP_RESPONSE reject"), "ndp_id=2"));
    stand_path_asked(&stand, PHONE, PHONE_NDI, 3, 7);
    assert_non_null(strstr(stand_last(&stand, "NAN_NDP_RESPONSE reject"), "ndp_id=3"));
    stand_path_asked(&stand, PHONE, PHONE_NDI, 4, 1);
    assert_non_null(strstr(stand_last(&stand, "NAN_NDP_RESPONSE accept"), " csid=1 pwd_hex=6f70656e20736573616d65 "));
}

static void a_wrong_passphrase_is_a_failure_that_is_told(void **state)
{
    (void)state;
    stand_path_asked(&stand, PHONE, PHONE_NDI, 9, 1);
    stand_disconnected(&stand, PHONE, 9, OURS_NDI, PHONE_NDI, 3, true, true);
    assert_int_equal(stand_events(&stand, FASCIA_EVENT_AWARE_PATH_REFUSED), 1);
    assert_int_equal(stand_peer(&stand, PHONE).last_reason, AWARE_REASON_PARAMETERS);
    connect_phone(10, 1);
    assert_true(stand_path(&stand, 0).connected);
    assert_int_equal(stand_path(&stand, 0).cipher, AWARE_CIPHER_SK_CCM_128);
    assert_int_equal(stand_peer(&stand, PHONE).last_reason, AWARE_REASON_NONE);
}

static void a_paired_service_takes_paired_peers_only_by_the_key_of_the_pairing(void **state)
{
    (void)state;
    for (unsigned int csid = 0; csid < 9; csid++)
        stand_path_asked(&stand, PHONE, PHONE_NDI, csid + 1, csid);
    assert_int_equal(stand_requests(&stand, "NAN_NDP_RESPONSE accept"), 0);
    stand_wait(&stand, 10);
    stand_pair_phone(&stand, PHONE, NIK);
    stand_forget(&stand);
    stand_path_asked(&stand, PHONE, PHONE_NDI, 20, 0);
    stand_path_asked(&stand, PHONE, PHONE_NDI, 21, 1);
    stand_path_asked(&stand, PHONE, PHONE_NDI, 22, 8);
    stand_path_asked(&stand, OTHER, OTHER_NDI, 23, 7);
    assert_int_equal(stand_requests(&stand, "NAN_NDP_RESPONSE accept"), 0);
    assert_int_equal(stand_requests(&stand, "NAN_NDP_RESPONSE reject"), 4);
    stand_path_asked(&stand, PHONE, PHONE_NDI, 24, 7);
    assert_non_null(strstr(stand_last(&stand, "NAN_NDP_RESPONSE accept"), " csid=7 pmk=" ND_PMK " "));
}

/* The engine unpairs with the last data path. */
static void after_the_last_one_the_peer_must_verify_before_the_next(void **state)
{
    (void)state;
    stand_pair_phone(&stand, PHONE, NIK);
    connect_phone(1, 7);
    connect_phone(2, 7);
    stand_disconnected(&stand, PHONE, 1, OURS_NDI, PHONE_NDI, 1, false, false);
    assert_int_equal(stand_peer(&stand, PHONE).state, AWARE_PEER_CONNECTED);
    stand_disconnected(&stand, PHONE, 2, OURS_NDI, PHONE_NDI, 1, false, false);
    assert_int_equal(stand_peer(&stand, PHONE).state, AWARE_PEER_PAIRED);
    stand_forget(&stand);
    stand_path_asked(&stand, PHONE, PHONE_NDI, 3, 7);
    assert_non_null(strstr(stand_last(&stand, "NAN_NDP_RESPONSE reject"), "reason_code=8"));
    stand_pairing_asked(&stand, PHONE, true);
    stand_paired(&stand, PHONE);
    stand_path_asked(&stand, PHONE, PHONE_NDI, 4, 7);
    assert_int_equal(stand_requests(&stand, "NAN_NDP_RESPONSE accept"), 1);
}

static void a_phone_that_left_and_came_back_is_let_in_again(void **state)
{
    (void)state;
    stand_pair_phone(&stand, PHONE, NIK);
    connect_phone(1, 7);
    stand_forget(&stand);
    /* It verifies again while its old data path stands: that ends first. */
    stand_pairing_asked(&stand, PHONE, true);
    assert_int_equal(stand_requests(&stand, "NAN_NDP_TERMINATE"), 1);
    assert_int_equal(stand_requests(&stand, "NAN_PAIR "), 0);
    stand_disconnected(&stand, PHONE, 1, OURS_NDI, PHONE_NDI, 1, true, false);
    assert_int_equal(stand_requests(&stand, "NAN_PAIR " PHONE " auth=2"), 1);
    stand_paired(&stand, PHONE);
    connect_phone(2, 7);
    assert_true(stand_path(&stand, 0).connected);
    /* Frames can be forged: not again at once. */
    stand_forget(&stand);
    stand_pairing_asked(&stand, PHONE, true);
    assert_int_equal(stand_requests(&stand, "NAN_NDP_TERMINATE"), 0);
    assert_true(stand_path(&stand, 0).connected);
}

static void forgetting_a_peer_ends_its_paths(void **state)
{
    (void)state;
    stand_pair_phone(&stand, PHONE, NIK);
    connect_phone(1, 7);
    assert_int_equal(aware_order_forget(stand.aware, 1, stand.now_us), 0);
    stand_settle(&stand);
    assert_int_equal(stand_requests(&stand, "NAN_NDP_TERMINATE"), 1);
    stand_disconnected(&stand, PHONE, 1, OURS_NDI, PHONE_NDI, 1, true, false);
    assert_int_equal(stand_peer(&stand, PHONE).state, AWARE_PEER_DISCOVERED);
    assert_false(stand_peer(&stand, PHONE).paired);
    assert_int_equal(aware_order_forget(stand.aware, 1, stand.now_us), AWARE_E_UNKNOWN);
}

static void a_lost_engine_ends_them_and_counts_for_nothing(void **state)
{
    (void)state;
    stand_pair_phone(&stand, PHONE, NIK);
    connect_phone(1, 7);
    stand.engine_there = false;
    stand_lose_engine(&stand);
    assert_int_equal(stand_actions(&stand, AWARE_ACTION_PEER_REMOVE), 1);
    assert_int_equal(stand_actions(&stand, AWARE_ACTION_DISCONNECTED), 1);
    assert_int_equal(stand_paths(&stand), 0);
    stand_connected(&stand, PHONE, 1, OURS_NDI, PHONE_NDI, IID);
    assert_int_equal(stand_paths(&stand), 0);
}

#define OPEN(test)   cmocka_unit_test_setup_teardown(test, setup_open, teardown)
#define PASS(test)   cmocka_unit_test_setup_teardown(test, setup_passphrase, teardown)
#define PAIRED(test) cmocka_unit_test_setup_teardown(test, setup_paired, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        OPEN(an_open_one_is_accepted_addressed_and_told),
        OPEN(without_an_identifier_the_peers_data_address_makes_one),
        OPEN(it_is_told_only_when_its_address_is_there),
        OPEN(an_address_that_is_refused_ends_it),
        OPEN(its_end_takes_the_neighbour_away),
        OPEN(a_path_that_ends_for_being_idle_ends_like_any_other_and_keep_alives_prevent_it),
        OPEN(two_paths_of_one_peer_are_two_claims_on_one_neighbour),
        OPEN(the_same_number_from_two_peers_is_two_paths),
        OPEN(a_request_that_is_told_twice_is_answered_once),
        OPEN(an_acceptance_that_the_engine_refuses_becomes_a_rejection),
        OPEN(a_rejection_that_the_engine_refuses_leaves_nothing_here),
        OPEN(two_services_have_each_their_own_number_of_paths),
        OPEN(connected_may_be_read_before_the_reply),
        OPEN(a_request_for_no_service_of_ours_is_rejected),
        OPEN(more_security_than_an_open_service_has_is_rejected_too),
        OPEN(one_that_is_not_known_here_is_ended),
        OPEN(an_answer_that_does_not_come_ends_it),
        OPEN(while_the_address_service_is_away_none_is_accepted_and_those_up_stay),
        OPEN(one_that_connects_while_the_address_service_is_away_waits_for_it),
        OPEN(another_address_of_ours_ends_what_was_told_the_old_one),
        OPEN(an_interface_that_goes_down_ends_them_and_is_made_anew),
        OPEN(none_is_accepted_while_the_interface_is_not_up),
        OPEN(nan_that_stops_ends_them_all),
        OPEN(a_stop_terminates_them_first),
        OPEN(a_stop_does_not_wait_for_ever_for_them),
        OPEN(an_order_ends_one),
        OPEN(cancelling_a_service_ends_its_paths),
        OPEN(the_table_is_bounded_and_what_does_not_fit_is_rejected),
        PASS(a_passphrase_is_demanded_and_given_as_octets),
        PASS(a_wrong_passphrase_is_a_failure_that_is_told),
        PAIRED(a_paired_service_takes_paired_peers_only_by_the_key_of_the_pairing),
        PAIRED(after_the_last_one_the_peer_must_verify_before_the_next),
        PAIRED(a_phone_that_left_and_came_back_is_let_in_again),
        PAIRED(forgetting_a_peer_ends_its_paths),
        PAIRED(a_lost_engine_ends_them_and_counts_for_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
