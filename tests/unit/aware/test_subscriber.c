/* SPDX-License-Identifier: Apache-2.0 */
/* As a subscriber: discovery, pairing with a publisher's PIN, data paths that we ask for. */
#include <stdio.h>
#include <string.h>

#include "tests/unit/aware/stand.h"
#include "tests/unit/test.h"

#define IID "8899aabbccddeeff"

static struct stand stand;

static int setup_with(enum aware_security security, enum aware_connect connect)
{
    stand_init(&stand);
    stand_service(&stand, "_fascia._tcp", AWARE_ROLE_SUBSCRIBE, security)->connect = connect;
    stand_run(&stand, NULL);
    stand_forget(&stand);
    return 0;
}

static int setup_open(void **state)
{
    (void)state;
    return setup_with(AWARE_SECURITY_OPEN, AWARE_CONNECT_ANY);
}

static int setup_paired(void **state)
{
    (void)state;
    return setup_with(AWARE_SECURITY_PAIRED, AWARE_CONNECT_PAIRED);
}

static int setup_order(void **state)
{
    (void)state;
    return setup_with(AWARE_SECURITY_PAIRED, AWARE_CONNECT_ON_ORDER);
}

static int teardown(void **state)
{
    (void)state;
    stand_finish(&stand);
    return 0;
}

static int order_pair(const char *nmi)
{
    struct fascia_mac mac;

    stand_mac(nmi, &mac);
    int r = aware_order_pair(stand.aware, &mac, stand.now_us);
    stand_settle(&stand);
    return r;
}

static int order_connect(const char *nmi)
{
    struct fascia_mac mac;

    stand_mac(nmi, &mac);
    int r = aware_order_connect(stand.aware, &mac, stand.now_us);
    stand_settle(&stand);
    return r;
}

static int enter_pin(uint32_t request, const char *digits)
{
    struct fascia_secret pin = {0};

    assert_int_equal(fascia_secret_set(&pin, digits, strlen(digits)), 0);
    int r = aware_order_enter_pin(stand.aware, request, &pin, stand.now_us);
    stand_settle(&stand);
    return r;
}

static void bootstrapped(void)
{
    stand_event(&stand, "NAN-BOOTSTRAP-SUCCESS peer_nmi=" PHONE " pbm=0x0020 handle=1 requestor_instance_id=4");
}

static void pair_publisher(void)
{
    stand_found(&stand, PHONE, 4, 0x0002);
    assert_int_equal(order_pair(PHONE), 0);
    bootstrapped();
    assert_int_equal(enter_pin(1, "123456"), 0);
    stand_paired(&stand, PHONE);
    stand_nik(&stand, NIK);
}

static void connected(unsigned int ndp_id)
{
    stand_connected(&stand, PHONE, ndp_id, OURS_NDI, PHONE_NDI, IID);
}

static void failed(unsigned int ndp_id, unsigned int reason)
{
    stand_disconnected(&stand, PHONE, ndp_id, OURS_NDI, "00:00:00:00:00:00", reason, false, true);
}

static void an_open_service_is_asked_for_as_soon_as_it_is_found_and_once(void **state)
{
    (void)state;
    for (int i = 0; i < 5; i++)
        stand_found(&stand, PHONE, 4, 0);
    assert_int_equal(stand_requests(&stand, "NAN_NDP_REQUEST"), 1);
    assert_string_equal(stand_last(&stand, "NAN_NDP_REQUEST"),
                        "NAN_NDP_REQUEST handle=1 ndi=ndi0 peer_nmi=" PHONE
                        " peer_id=4 ssi=000200581b01010006 interface_id=0011223344556677");
    connected(11);
    assert_true(stand_path(&stand, 0).connected);
    assert_true(stand_path(&stand, 0).initiator);
    assert_int_equal(stand_path(&stand, 0).ndp_id, 11);
    /* Discovery goes on repeating itself during a data path. */
    for (int i = 0; i < 5; i++)
        stand_found(&stand, PHONE, 4, 0);
    assert_int_equal(stand_requests(&stand, "NAN_NDP_REQUEST"), 1);
}

/* After cancel and publish the old id is still heard of for a second. */
static void an_id_that_is_not_valid_any_more_is_heard_of_again_before_the_next_attempt(void **state)
{
    (void)state;
    stand_answer(&stand, "NAN_NDP_REQUEST", "FAIL\n");
    stand_found(&stand, PHONE, 4, 0);
    assert_int_equal(stand_requests(&stand, "NAN_NDP_REQUEST"), 1);
    assert_int_equal(stand_paths(&stand), 0);
    stand_wait(&stand, 10);
    assert_int_equal(stand_requests(&stand, "NAN_NDP_REQUEST"), 1);
    stand_answer(&stand, "NAN_NDP_REQUEST", NULL);
    stand_found(&stand, PHONE, 5, 0);
    assert_int_equal(stand_requests(&stand, "NAN_NDP_REQUEST"), 2);
    assert_non_null(strstr(stand_last(&stand, "NAN_NDP_REQUEST"), "peer_id=5"));
}

static void a_failure_of_resources_is_tried_again_later_and_later(void **state)
{
    size_t before = 0;
    int64_t waited = 0;

    (void)state;
    stand_found(&stand, PHONE, 4, 0);
    for (unsigned int i = 1; i <= 5; i++) {
        before = stand_requests(&stand, "NAN_NDP_REQUEST");
        failed(i, 2);
        for (waited = 0; stand_requests(&stand, "NAN_NDP_REQUEST") == before && waited < 100; waited++) {
            stand_wait(&stand, 1);
            stand_found(&stand, PHONE, 4, 0);
        }
        assert_int_equal(waited, 1 << (i - 1));
    }
}

static void a_failure_of_security_is_not_tried_again_by_itself(void **state)
{
    static const unsigned int reasons[] = {3, 8, 10, 13};

    (void)state;
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++) {
        stand_forget(&stand);
        stand_found(&stand, PHONE, 4, 0);
        if (i > 0)
            assert_int_equal(order_connect(PHONE), 0);
        assert_int_equal(stand_requests(&stand, "NAN_NDP_REQUEST"), 1);
        failed((unsigned int)i + 1, reasons[i]);
        for (int j = 0; j < 100; j++) {
            stand_wait(&stand, 1);
            stand_found(&stand, PHONE, 4, 0);
        }
        assert_int_equal(stand_requests(&stand, "NAN_NDP_REQUEST"), 1);
        assert_int_equal(stand_peer(&stand, PHONE).last_reason, reasons[i]);
    }
}

static void one_that_ends_is_made_again_but_not_one_that_a_person_ended(void **state)
{
    (void)state;
    stand_found(&stand, PHONE, 4, 0);
    connected(1);
    stand_wait(&stand, 40);
    stand_disconnected(&stand, PHONE, 1, OURS_NDI, PHONE_NDI, 1, false, false);
    assert_int_equal(stand_actions(&stand, AWARE_ACTION_PEER_REMOVE), 1);
    stand_found(&stand, PHONE, 4, 0);
    stand_wait(&stand, 2);
    assert_int_equal(stand_requests(&stand, "NAN_NDP_REQUEST"), 2);
    connected(2);
    assert_int_equal(aware_order_disconnect(stand.aware, stand_path(&stand, 0).id, stand.now_us), 0);
    stand_settle(&stand);
    assert_string_equal(stand_last(&stand, "NAN_NDP_TERMINATE"),
                        "NAN_NDP_TERMINATE peer_nmi=" PHONE " init_ndi=" OURS_NDI " ndp_id=2");
    stand_disconnected(&stand, PHONE, 2, OURS_NDI, PHONE_NDI, 1, true, false);
    for (int i = 0; i < 100; i++) {
        stand_wait(&stand, 1);
        stand_found(&stand, PHONE, 4, 0);
    }
    assert_int_equal(stand_requests(&stand, "NAN_NDP_REQUEST"), 2);
    assert_int_equal(order_connect(PHONE), 0);
    assert_int_equal(stand_requests(&stand, "NAN_NDP_REQUEST"), 3);
}

static void a_second_path_to_the_same_peer_is_an_order_and_bounded_by_the_service(void **state)
{
    (void)state;
    stand_found(&stand, PHONE, 4, 0);
    connected(1);
    assert_int_equal(order_connect(PHONE), 0);
    assert_int_equal(stand_requests(&stand, "NAN_NDP_REQUEST"), 2);
    connected(2);
    assert_int_equal(stand_peer(&stand, PHONE).paths, 2);
    assert_int_equal(order_connect(PHONE), AWARE_E_FULL);
    assert_int_equal(order_connect(OTHER), AWARE_E_UNKNOWN);
}

static void the_responders_number_may_be_the_same_as_ours(void **state)
{
    struct aware_service_config service = stand.config.services[0];

    (void)state;
    service.role = AWARE_ROLE_PUBLISH;
    stand.next_id = 0; /* kinds are counted apart */
    assert_int_equal(aware_order_start(stand.aware, &service, stand.now_us, &(uint32_t){0}), 0);
    stand_settle(&stand);
    stand_found(&stand, PHONE, 4, 0);
    connected(1);
    stand_path_asked(&stand, PHONE, PHONE_NDI, 1, 0);
    assert_int_equal(stand_requests(&stand, "NAN_NDP_RESPONSE accept"), 1);
    assert_int_equal(stand_paths(&stand), 2);
}

static void a_counter_proposal_is_confirmed(void **state)
{
    (void)state;
    stand_found(&stand, PHONE, 4, 0);
    stand_event(&stand, "NAN-NDP-COUNTER-REQUEST peer_nmi=" PHONE " init_ndi=" OURS_NDI " ndp_id=6 ssi=");
    assert_memory_equal(stand_last(&stand, "NAN_NDP_RESPONSE"),
                        "NAN_NDP_RESPONSE accept peer_nmi=" PHONE " ndi=ndi0 ndp_id=6 init_ndi=" OURS_NDI " handle=1 ",
                        100);
    connected(6);
    assert_true(stand_path(&stand, 0).connected);
}

static void a_counter_proposal_that_cannot_be_taken_ends_it_and_one_of_nothing_is_ignored(void **state)
{
    (void)state;
    stand_event(&stand, "NAN-NDP-COUNTER-REQUEST peer_nmi=" PHONE " init_ndi=" OURS_NDI " ndp_id=6 ssi=");
    assert_int_equal(stand_requests(&stand, "NAN_NDP_RESPONSE"), 0);
    stand_found(&stand, PHONE, 4, 0);
    stand_answer(&stand, "NAN_NDP_RESPONSE", "FAIL\n");
    stand_event(&stand, "NAN-NDP-COUNTER-REQUEST peer_nmi=" PHONE " init_ndi=" OURS_NDI " ndp_id=6 ssi=");
    assert_int_equal(stand_requests(&stand, "NAN_NDP_TERMINATE"), 1);
}

static void one_that_is_given_up_while_it_is_asked_for_is_ended_when_it_gets_its_number(void **state)
{
    (void)state;
    stand_found(&stand, PHONE, 4, 0);
    assert_int_equal(aware_order_disconnect(stand.aware, stand_path(&stand, 0).id, stand.now_us), 0);
    stand_settle(&stand);
    assert_int_equal(stand_requests(&stand, "NAN_NDP_TERMINATE"), 0);
    connected(3);
    assert_int_equal(stand_requests(&stand, "NAN_NDP_TERMINATE"), 1);
    assert_int_equal(stand_actions(&stand, AWARE_ACTION_CONNECTED), 0);
}

static void a_publisher_without_data_path_is_not_asked(void **state)
{
    (void)state;
    stand_event(&stand, "NAN-DISCOVERY-RESULT subscribe_id=1 publish_id=4 address=" PHONE
                        " fsd=0 fsd_gas=0 srv_proto_type=2 ssi= pairing_setup_supp=0 npk_nik_caching_supp=0 pbm=0x0000 "
                        "data_path=0");
    assert_true(stand_has_peer(&stand, PHONE));
    assert_int_equal(stand_requests(&stand, "NAN_NDP_REQUEST"), 0);
}

static void a_publishers_pin_is_asked_for_and_typed_in(void **state)
{
    struct aware_request_view request;

    (void)state;
    stand_found(&stand, PHONE, 4, 0x0002);
    assert_int_equal(stand_requests(&stand, "NAN_"), 0);
    assert_int_equal(order_pair(PHONE), 0);
    assert_string_equal(stand_last(&stand, "NAN_BOOTSTRAP"),
                        "NAN_BOOTSTRAP " PHONE " handle=1 req_instance_id=4 method=32");
    assert_int_equal(stand_actions(&stand, AWARE_ACTION_REQUESTED), 0);
    bootstrapped();
    assert_true(aware_view_request(stand.aware, 0, &request));
    assert_int_equal(request.kind, AWARE_REQUEST_ENTER_PIN);
    assert_null(aware_pin(stand.aware, request.id));
    assert_int_equal(enter_pin(request.id, "123"), AWARE_E_PIN);
    assert_int_equal(enter_pin(request.id, "12345x"), AWARE_E_PIN);
    assert_int_equal(enter_pin(99, "123456"), AWARE_E_UNKNOWN);
    assert_int_equal(enter_pin(request.id, "123456"), 0);
    assert_string_equal(stand_last(&stand, "NAN_PAIR"),
                        "NAN_PAIR " PHONE " auth=1 cipher=CCMP handle=1 peer_instance_id=4 pwd_hex=313233343536");
    assert_int_equal(enter_pin(request.id, "654321"), AWARE_E_STATE);
    stand_paired(&stand, PHONE);
    assert_string_equal(stand_action(&stand, AWARE_ACTION_REQUEST_ENDED)->text, "paired");
    /* The data path waits for the identities: its end would take the pairing with it. */
    assert_int_equal(stand_requests(&stand, "NAN_NDP_REQUEST"), 0);
    stand_nik(&stand, NIK);
    assert_non_null(strstr(stand_last(&stand, "NAN_NDP_REQUEST"), " csid=7 pmk=" ND_PMK " "));
    connected(1);
    assert_int_equal(stand_path(&stand, 0).cipher, AWARE_CIPHER_PK_PASN_128);
    assert_int_equal(stand_path(&stand, 0).peer_id, 1);
}

static void a_lost_identity_does_not_hold_up_the_data_path_for_ever(void **state)
{
    (void)state;
    stand_found(&stand, PHONE, 4, 0x0002);
    assert_int_equal(order_pair(PHONE), 0);
    bootstrapped();
    assert_int_equal(enter_pin(1, "123456"), 0);
    stand_paired(&stand, PHONE);
    stand_wait(&stand, 9);
    assert_int_equal(stand_requests(&stand, "NAN_NDP_REQUEST"), 1);
    assert_int_equal(stand_events(&stand, FASCIA_EVENT_AWARE_NOT_REMEMBERED), 1);
}

static void a_wrong_pin_ends_the_request_and_nothing_is_tried_by_itself(void **state)
{
    (void)state;
    stand_found(&stand, PHONE, 4, 0x0002);
    assert_int_equal(order_pair(PHONE), 0);
    bootstrapped();
    assert_int_equal(enter_pin(1, "111111"), 0);
    stand_event(&stand, "NAN-PAIRING-STATUS addr=" PHONE " akmp=SAE cipher=CCMP status=failure");
    assert_non_null(strstr(stand_action(&stand, AWARE_ACTION_REQUEST_ENDED)->text, "PIN was wrong"));
    assert_int_equal(stand_events(&stand, FASCIA_EVENT_AWARE_PAIRING_FAILED), 1);
    for (int i = 0; i < 50; i++) {
        stand_wait(&stand, 1);
        stand_found(&stand, PHONE, 4, 0x0002);
    }
    assert_int_equal(stand_requests(&stand, "NAN_PAIR "), 1);
    assert_int_equal(order_pair(PHONE), 0);
    assert_int_equal(stand_requests(&stand, "NAN_BOOTSTRAP "), 2);
}

static void pairing_is_only_begun_with_what_the_publisher_offers(void **state)
{
    (void)state;
    assert_int_equal(order_pair(PHONE), AWARE_E_UNKNOWN);
    stand_found(&stand, PHONE, 4, 0x0000);
    assert_int_equal(order_pair(PHONE), AWARE_E_SECURITY);
    stand_found(&stand, PHONE, 4, 0x0004);
    assert_int_equal(order_pair(PHONE), AWARE_E_SECURITY);
    stand_found(&stand, PHONE, 4, 0x0006);
    assert_int_equal(order_pair(PHONE), 0);
    assert_int_equal(order_pair(PHONE), AWARE_E_STATE);
}

static void a_rejected_bootstrapping_is_told(void **state)
{
    (void)state;
    stand_found(&stand, PHONE, 4, 0x0002);
    assert_int_equal(order_pair(PHONE), 0);
    stand_event(&stand,
                "NAN-BOOTSTRAP-FAILURE peer_nmi=" PHONE " pbm=0x0000 reason=13 handle=1 requestor_instance_id=4");
    assert_int_equal(stand_peer(&stand, PHONE).state, AWARE_PEER_DISCOVERED);
    assert_int_equal(stand_peer(&stand, PHONE).last_reason, AWARE_REASON_BOOTSTRAPPING);
    assert_int_equal(stand_actions(&stand, AWARE_ACTION_REQUESTED), 0);
}

static void a_pin_that_is_not_typed_in_time_ends_the_request(void **state)
{
    (void)state;
    stand_found(&stand, PHONE, 4, 0x0002);
    assert_int_equal(order_pair(PHONE), 0);
    bootstrapped();
    stand_wait(&stand, 121);
    assert_string_equal(stand_action(&stand, AWARE_ACTION_REQUEST_ENDED)->text, "its time is over");
    assert_int_equal(enter_pin(1, "123456"), AWARE_E_UNKNOWN);
}

static void a_known_publisher_is_verified_before_each_first_data_path(void **state)
{
    (void)state;
    pair_publisher();
    connected(1);
    stand_disconnected(&stand, PHONE, 1, OURS_NDI, PHONE_NDI, 1, false, false);
    stand_forget(&stand);
    stand_wait(&stand, 2);
    assert_string_equal(stand_last(&stand, "NAN_PAIR"),
                        "NAN_PAIR " PHONE " auth=2 cipher=CCMP handle=1 peer_instance_id=4");
    assert_int_equal(stand_requests(&stand, "NAN_NDP_REQUEST"), 0);
    stand_paired(&stand, PHONE);
    assert_int_equal(stand_requests(&stand, "NAN_NDP_REQUEST"), 1);
    connected(2);
    assert_true(stand_path(&stand, 0).connected);
}

static void a_verification_that_the_engine_refuses_means_pair_again(void **state)
{
    (void)state;
    pair_publisher();
    connected(1);
    stand_disconnected(&stand, PHONE, 1, OURS_NDI, PHONE_NDI, 1, false, false);
    stand_answer(&stand, "NAN_PAIR " PHONE " auth=2", "FAIL\n");
    stand_forget(&stand);
    for (int i = 0; i < 50; i++) {
        stand_wait(&stand, 1);
        stand_found(&stand, PHONE, 4, 0x0002);
    }
    assert_int_equal(stand_requests(&stand, "NAN_PAIR "), 1);
    assert_true(stand_peer(&stand, PHONE).must_pair_again);
    assert_non_null(strstr(stand_peer(&stand, PHONE).last_text, "pair again"));
}

static void a_verification_that_is_not_answered_is_tried_again(void **state)
{
    (void)state;
    pair_publisher();
    connected(1);
    stand_disconnected(&stand, PHONE, 1, OURS_NDI, PHONE_NDI, 1, false, false);
    stand_forget(&stand);
    for (int i = 0; i < 30; i++) {
        stand_wait(&stand, 1);
        stand_found(&stand, PHONE, 4, 0x0002);
    }
    assert_true(stand_requests(&stand, "NAN_PAIR " PHONE " auth=2") >= 2);
    assert_true(stand_requests(&stand, "NAN_PAIR_ABORT") >= stand_requests(&stand, "NAN_PAIR " PHONE " auth=2") - 1);
}

/* The engine would use the key of before, and accept whatever PIN. */
static void pairing_once_more_in_the_same_run_makes_the_interface_anew_first(void **state)
{
    (void)state;
    pair_publisher();
    connected(1);
    assert_int_equal(order_pair(PHONE), AWARE_E_STATE);
    assert_int_equal(aware_order_disconnect(stand.aware, stand_path(&stand, 0).id, stand.now_us), 0);
    stand_settle(&stand);
    stand_disconnected(&stand, PHONE, 1, OURS_NDI, PHONE_NDI, 1, true, false);
    stand_forget(&stand);
    assert_int_equal(order_pair(PHONE), 0);
    assert_int_equal(stand_requests(&stand, "NAN_BOOTSTRAP"), 0);
    stand_answer(&stand, "INTERFACE_ADD nan0", "");
    stand_wait(&stand, 2);
    stand_answer(&stand, "INTERFACE_ADD nan0", NULL);
    stand_reply(&stand, "FAIL\n");
    assert_int_equal(stand_requests(&stand, "INTERFACE_REMOVE nan0"), 1);
    stand.next_id = 0;
    stand_event(&stand, "NAN-CLUSTER-JOIN cluster_id=50:6f:9a:01:5c:7b new=1");
    aware_on_interface(stand.aware, "ndi0", 8, true, stand.now_us);
    stand_settle(&stand);
    stand_event(&stand, "NAN-DISCOVERY-RESULT subscribe_id=2 publish_id=4 address=" PHONE
                        " fsd=0 fsd_gas=0 srv_proto_type=2 ssi= cipher_suites=1,7 pairing_setup_supp=1 "
                        "npk_nik_caching_supp=1 pbm=0x0002 data_path=1");
    assert_int_equal(stand_requests(&stand, "NAN_BOOTSTRAP " PHONE), stand_has_peer(&stand, PHONE) ? 1 : 0);
}

static void an_order_without_a_pairing_is_refused(void **state)
{
    (void)state;
    assert_int_equal(order_connect(PHONE), AWARE_E_UNKNOWN);
    stand_found(&stand, PHONE, 4, 0x0002);
    assert_int_equal(order_connect(PHONE), AWARE_E_SECURITY);
    pair_publisher();
    assert_int_equal(stand_requests(&stand, "NAN_NDP_REQUEST"), 0); /* only on order */
    assert_int_equal(order_connect(PHONE), 0);
    assert_int_equal(stand_requests(&stand, "NAN_NDP_REQUEST"), 1);
}

static void orders_to_an_engine_that_does_not_run_say_so(void **state)
{
    (void)state;
    stand.engine_there = false;
    stand_lose_engine(&stand);
    assert_int_equal(order_pair(PHONE), AWARE_E_NOT_RUNNING);
    assert_int_equal(order_connect(PHONE), AWARE_E_NOT_RUNNING);
    assert_int_equal(aware_order_window(stand.aware, 10, stand.now_us), AWARE_E_NOT_RUNNING);
}

static void orders_of_the_other_role_say_so(void **state)
{
    struct aware_service_config service = stand.config.services[0];

    (void)state;
    assert_int_equal(aware_order_window(stand.aware, 10, stand.now_us), AWARE_E_SECURITY);
    assert_int_equal(aware_order_cancel(stand.aware, 1, stand.now_us), 0);
    service.role = AWARE_ROLE_PUBLISH;
    stand.next_id = 0;
    assert_int_equal(aware_order_start(stand.aware, &service, stand.now_us, &(uint32_t){0}), 0);
    stand_settle(&stand);
    stand_replied(&stand, PHONE);
    assert_int_equal(order_connect(PHONE), AWARE_E_ROLE);
    assert_int_equal(order_pair(PHONE), AWARE_E_ROLE);
}

#define OPEN(test)   cmocka_unit_test_setup_teardown(test, setup_open, teardown)
#define PAIRED(test) cmocka_unit_test_setup_teardown(test, setup_paired, teardown)
#define ORDER(test)  cmocka_unit_test_setup_teardown(test, setup_order, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        OPEN(an_open_service_is_asked_for_as_soon_as_it_is_found_and_once),
        OPEN(an_id_that_is_not_valid_any_more_is_heard_of_again_before_the_next_attempt),
        OPEN(a_failure_of_resources_is_tried_again_later_and_later),
        OPEN(a_failure_of_security_is_not_tried_again_by_itself),
        OPEN(one_that_ends_is_made_again_but_not_one_that_a_person_ended),
        OPEN(a_second_path_to_the_same_peer_is_an_order_and_bounded_by_the_service),
        OPEN(the_responders_number_may_be_the_same_as_ours),
        OPEN(a_counter_proposal_is_confirmed),
        OPEN(a_counter_proposal_that_cannot_be_taken_ends_it_and_one_of_nothing_is_ignored),
        OPEN(one_that_is_given_up_while_it_is_asked_for_is_ended_when_it_gets_its_number),
        OPEN(a_publisher_without_data_path_is_not_asked),
        PAIRED(a_publishers_pin_is_asked_for_and_typed_in),
        PAIRED(a_lost_identity_does_not_hold_up_the_data_path_for_ever),
        PAIRED(a_wrong_pin_ends_the_request_and_nothing_is_tried_by_itself),
        PAIRED(pairing_is_only_begun_with_what_the_publisher_offers),
        PAIRED(a_rejected_bootstrapping_is_told),
        PAIRED(a_pin_that_is_not_typed_in_time_ends_the_request),
        PAIRED(a_known_publisher_is_verified_before_each_first_data_path),
        PAIRED(a_verification_that_the_engine_refuses_means_pair_again),
        PAIRED(a_verification_that_is_not_answered_is_tried_again),
        PAIRED(pairing_once_more_in_the_same_run_makes_the_interface_anew_first),
        ORDER(an_order_without_a_pairing_is_refused),
        ORDER(orders_to_an_engine_that_does_not_run_say_so),
        ORDER(orders_of_the_other_role_say_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
