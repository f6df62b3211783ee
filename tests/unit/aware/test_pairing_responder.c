/* SPDX-License-Identifier: Apache-2.0 */
/* Pairing as a publisher: the phone asks, the person reads our PIN. */
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

static int teardown(void **state)
{
    (void)state;
    stand_finish(&stand);
    return 0;
}

static void pin_of(uint32_t request, char to[static 2 * FASCIA_SECRET_MAX + 1])
{
    size_t size = 0;
    const struct fascia_secret *pin = aware_pin(stand.aware, request);

    assert_non_null(pin);
    const uint8_t *octets = fascia_secret_borrow(pin, &size);
    for (size_t i = 0; i < size; i++)
        (void)snprintf(to + 2 * i, 3, "%02x", octets[i]);
}

static const char *ended(void)
{
    return stand_action(&stand, AWARE_ACTION_REQUEST_ENDED)->text;
}

static void a_phone_pairs_with_the_pin_that_is_shown(void **state)
{
    char pin[2 * FASCIA_SECRET_MAX + 1], expected[STAND_TEXT];
    struct aware_request_view request;
    struct aware_peer_view peer;

    (void)state;
    stand_open_window(&stand);
    stand_bootstrap_asked(&stand, PHONE);
    assert_string_equal(stand_last(&stand, "NAN_BOOTSTRAP"),
                        "NAN_BOOTSTRAP " PHONE " handle=1 req_instance_id=6 method=2 auth");
    assert_true(aware_view_request(stand.aware, 0, &request));
    assert_int_equal(request.kind, AWARE_REQUEST_SHOW_PIN);
    assert_int_equal(stand_action(&stand, AWARE_ACTION_REQUESTED)->request, request.id);
    pin_of(request.id, pin);
    assert_int_equal(strlen(pin), 12);
    assert_int_equal(stand_peer(&stand, PHONE).state, AWARE_PEER_BOOTSTRAPPING);
    stand_event(&stand, "NAN-BOOTSTRAP-SUCCESS peer_nmi=" PHONE " pbm=0x0002 handle=1 requestor_instance_id=6");
    stand_pairing_asked(&stand, PHONE, false);
    (void)snprintf(expected, sizeof expected,
                   "NAN_PAIR " PHONE " auth=1 cipher=CCMP handle=1 peer_instance_id=6 responder pwd_hex=%s", pin);
    assert_string_equal(stand_last(&stand, "NAN_PAIR"), expected);
    stand_paired(&stand, PHONE);
    assert_string_equal(ended(), "paired");
    assert_null(aware_pin(stand.aware, request.id));
    peer = stand_peer(&stand, PHONE);
    assert_int_equal(peer.state, AWARE_PEER_PAIRED);
    assert_true(peer.paired);
    assert_false(peer.remembered);
    stand_nik(&stand, NIK);
    peer = stand_peer(&stand, PHONE);
    assert_true(peer.remembered);
    assert_int_equal(peer.id, 1);
    assert_int_equal(stand_actions(&stand, AWARE_ACTION_SAVE), 1);
    assert_int_equal(aware_store(stand.aware)->peers[0].id, 1);
    assert_int_equal(stand_events(&stand, FASCIA_EVENT_AWARE_PAIRED), 1);
    stand_wait(&stand, 20);
    assert_int_equal(stand_events(&stand, FASCIA_EVENT_AWARE_NOT_REMEMBERED), 0);
    /* The window stays as the person opened it: there may be a second phone. */
    stand_wait(&stand, 120);
    assert_string_equal(stand.state, "FULL none");
}

static void without_a_window_nobody_is_answered_and_a_person_is_told(void **state)
{
    (void)state;
    for (int i = 0; i < 5; i++)
        stand_bootstrap_asked(&stand, PHONE);
    assert_int_equal(stand_requests(&stand, "NAN_BOOTSTRAP"), 0);
    assert_int_equal(stand_actions(&stand, AWARE_ACTION_REQUESTED), 0);
    assert_int_equal(stand_events(&stand, FASCIA_EVENT_AWARE_PAIRING_REFUSED), 1);
    /* The engine lets it come back for the answer, so it needs not ask again. */
    stand_open_window(&stand);
    assert_int_equal(stand_requests(&stand, "NAN_BOOTSTRAP"), 1);
    assert_int_equal(stand_actions(&stand, AWARE_ACTION_REQUESTED), 1);
}

static void a_method_that_the_service_does_not_offer_is_not_accepted(void **state)
{
    static const char *const methods[] = {"0x0001", "0x0004", "0x0020", "0x0003", "0x0000", "0x8002"};

    (void)state;
    stand_open_window(&stand);
    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++)
        stand_event(&stand, "NAN-BOOTSTRAP-REQUEST peer_nmi=" PHONE " pbm=%s handle=1 requestor_instance_id=6",
                    methods[i]);
    stand_event(&stand, "NAN-BOOTSTRAP-REQUEST peer_nmi=" PHONE " pbm=0x0002 handle=9 requestor_instance_id=6");
    assert_int_equal(stand_requests(&stand, "NAN_BOOTSTRAP"), 0);
    assert_int_equal(stand_actions(&stand, AWARE_ACTION_REQUESTED), 0);
}

static void each_attempt_has_a_pin_of_its_own(void **state)
{
    char first[2 * FASCIA_SECRET_MAX + 1], second[2 * FASCIA_SECRET_MAX + 1];

    (void)state;
    stand_open_window(&stand);
    stand_bootstrap_asked(&stand, PHONE);
    pin_of(1, first);
    stand_bootstrap_asked(&stand, PHONE);
    assert_null(aware_pin(stand.aware, 1));
    pin_of(2, second);
    assert_string_not_equal(first, second);
    assert_string_equal(ended(), "the other side began anew");
}

static void two_phones_have_two_requests(void **state)
{
    char first[2 * FASCIA_SECRET_MAX + 1], second[2 * FASCIA_SECRET_MAX + 1];

    (void)state;
    stand_open_window(&stand);
    stand_bootstrap_asked(&stand, PHONE);
    stand_bootstrap_asked(&stand, OTHER);
    pin_of(1, first);
    pin_of(2, second);
    assert_string_not_equal(first, second);
    assert_int_equal(stand_actions(&stand, AWARE_ACTION_REQUESTED), 2);
}

/* The responder does not hear of a wrong PIN, and stays busy until it is told to stop. */
static void a_wrong_pin_is_noticed_by_silence_aborted_and_replaced(void **state)
{
    (void)state;
    stand_open_window(&stand);
    stand_bootstrap_asked(&stand, PHONE);
    stand_pairing_asked(&stand, PHONE, false);
    stand_wait(&stand, 6);
    assert_int_equal(stand_requests(&stand, "NAN_PAIR_ABORT " PHONE), 1);
    assert_non_null(strstr(ended(), "PIN was wrong"));
    assert_int_equal(stand_events(&stand, FASCIA_EVENT_AWARE_PAIRING_FAILED), 1);
    assert_null(aware_pin(stand.aware, 1));
    assert_non_null(aware_pin(stand.aware, 2));
    /* The right one now. */
    stand_pairing_asked(&stand, PHONE, false);
    stand_paired(&stand, PHONE);
    assert_string_equal(ended(), "paired");
}

static void guessing_ends_after_three_attempts_of_all_peers_together(void **state)
{
    static const char *const phones[] = {PHONE, OTHER, "42:00:00:00:03:00"};
    struct aware_engine_view view;

    (void)state;
    stand_open_window(&stand);
    for (size_t i = 0; i < 3; i++) {
        stand_bootstrap_asked(&stand, phones[i]);
        stand_pairing_asked(&stand, phones[i], false);
        stand_wait(&stand, 6);
    }
    aware_view_engine(stand.aware, &view);
    assert_int_equal(view.window_until_us, 0);
    assert_string_equal(ended(), "too many attempts");
    stand_forget(&stand);
    stand_bootstrap_asked(&stand, OTHER);
    stand_pairing_asked(&stand, OTHER, false);
    assert_int_equal(stand_requests(&stand, "NAN_PAIR "), 0);
    assert_int_equal(stand_requests(&stand, "NAN_PAIR_ABORT"), 1);
    /* A person decides whether it goes on. */
    stand_open_window(&stand);
    assert_int_equal(stand_requests(&stand, "NAN_BOOTSTRAP"), 1);
}

static void a_guesser_that_does_not_wait_is_counted_too(void **state)
{
    struct aware_engine_view view;

    (void)state;
    stand_open_window(&stand);
    for (int i = 0; i < 3; i++) {
        stand_bootstrap_asked(&stand, PHONE);
        stand_pairing_asked(&stand, PHONE, false);
    }
    stand_bootstrap_asked(&stand, PHONE);
    aware_view_engine(stand.aware, &view);
    assert_int_equal(view.window_until_us, 0);
    assert_int_equal(stand_events(&stand, FASCIA_EVENT_AWARE_PAIRING_FAILED), 3);
}

/* The engine would take the key of an earlier pairing, and accept whatever PIN. */
static void a_key_of_an_earlier_pairing_instead_of_the_pin_is_refused(void **state)
{
    struct aware_peer_view peer;

    (void)state;
    stand_pair_phone(&stand, PHONE, NIK);
    assert_int_equal(aware_order_forget(stand.aware, 1, stand.now_us), 0);
    stand_open_window(&stand);
    stand_forget(&stand);
    stand_bootstrap_asked(&stand, PHONE);
    stand_pairing_asked(&stand, PHONE, true);
    assert_int_equal(stand_requests(&stand, "NAN_PAIR "), 0);
    assert_int_equal(stand_requests(&stand, "NAN_PAIR_ABORT " PHONE), 1);
    assert_int_equal(stand_requests(&stand, "NAN_BOOTSTRAP_RESET " PHONE), 1);
    assert_memory_equal(ended(), "refused", 7);
    assert_int_equal(stand_events(&stand, FASCIA_EVENT_AWARE_PAIRING_REFUSED), 1);
    peer = stand_peer(&stand, PHONE);
    assert_int_equal(peer.state, AWARE_PEER_DISCOVERED);
    assert_int_equal(peer.last_reason, AWARE_REASON_SECURITY_POLICY);
    assert_false(peer.paired);
    /* A success that comes all the same counts for nothing. */
    stand_paired(&stand, PHONE);
    assert_false(stand_peer(&stand, PHONE).paired);
}

static void so_it_is_of_a_phone_that_was_never_here(void **state)
{
    (void)state;
    stand_open_window(&stand);
    stand_bootstrap_asked(&stand, PHONE);
    stand_pairing_asked(&stand, PHONE, true);
    assert_int_equal(stand_requests(&stand, "NAN_PAIR "), 0);
    assert_int_equal(stand_requests(&stand, "NAN_PAIR_ABORT " PHONE), 1);
}

static void pairing_without_the_pin_is_refused(void **state)
{
    (void)state;
    stand_open_window(&stand);
    stand_bootstrap_asked(&stand, PHONE);
    stand_event(&stand, "NAN-PAIRING-REQUEST peer_nmi=" PHONE " csid=7 instance_id=6 key_mgmt=PASN verify=0");
    assert_int_equal(stand_requests(&stand, "NAN_PAIR "), 0);
    assert_int_equal(stand_requests(&stand, "NAN_PAIR_ABORT"), 1);
    assert_memory_equal(ended(), "refused", 7);
}

static void a_success_of_the_wrong_kind_is_none(void **state)
{
    (void)state;
    stand_open_window(&stand);
    stand_bootstrap_asked(&stand, PHONE);
    stand_pairing_asked(&stand, PHONE, false);
    stand_event(&stand, "NAN-PAIRING-STATUS addr=" PHONE " akmp=PASN cipher=CCMP status=success nd_pmk=" ND_PMK);
    assert_false(stand_peer(&stand, PHONE).paired);
    assert_int_equal(stand_events(&stand, FASCIA_EVENT_AWARE_PAIRED), 0);
    assert_int_equal(stand_requests(&stand, "NAN_PAIR_ABORT"), 1);
}

static void a_pairing_that_nobody_asked_for_is_aborted(void **state)
{
    (void)state;
    stand_open_window(&stand);
    stand_pairing_asked(&stand, PHONE, false);
    stand_paired(&stand, PHONE);
    assert_int_equal(stand_requests(&stand, "NAN_PAIR "), 0);
    assert_true(stand_requests(&stand, "NAN_PAIR_ABORT " PHONE) >= 1);
    assert_false(stand_peer(&stand, PHONE).paired);
}

static void the_window_closes_by_time_and_by_order_and_ends_what_is_open(void **state)
{
    (void)state;
    stand_open_window(&stand);
    stand_bootstrap_asked(&stand, PHONE);
    stand_wait(&stand, 121);
    assert_string_equal(ended(), "its time is over");
    assert_int_equal(stand_requests(&stand, "NAN_BOOTSTRAP_RESET " PHONE), 1);
    assert_null(aware_pin(stand.aware, 1));
    stand_open_window(&stand);
    stand_bootstrap_asked(&stand, PHONE);
    assert_int_equal(aware_order_window(stand.aware, 0, stand.now_us), 0);
    stand_settle(&stand);
    assert_string_equal(ended(), "the window was closed");
    assert_int_equal(stand_peer(&stand, PHONE).state, AWARE_PEER_DISCOVERED);
}

static void a_person_may_refuse(void **state)
{
    (void)state;
    stand_open_window(&stand);
    stand_bootstrap_asked(&stand, PHONE);
    stand_pairing_asked(&stand, PHONE, false);
    assert_int_equal(aware_order_refuse(stand.aware, 1, stand.now_us), 0);
    stand_settle(&stand);
    assert_string_equal(ended(), "refused");
    assert_int_equal(stand_requests(&stand, "NAN_PAIR_ABORT"), 1);
    assert_int_equal(aware_order_refuse(stand.aware, 1, stand.now_us), AWARE_E_UNKNOWN);
}

static void bootstrapping_that_fails_ends_the_request(void **state)
{
    (void)state;
    stand_open_window(&stand);
    stand_bootstrap_asked(&stand, PHONE);
    stand_event(&stand,
                "NAN-BOOTSTRAP-FAILURE peer_nmi=" PHONE " pbm=0x0002 reason=1 handle=1 requestor_instance_id=6");
    assert_non_null(strstr(ended(), "bootstrapping"));
    assert_int_equal(stand_peer(&stand, PHONE).state, AWARE_PEER_DISCOVERED);
    stand_answer(&stand, "NAN_BOOTSTRAP ", "FAIL\n");
    stand_bootstrap_asked(&stand, PHONE);
    assert_string_equal(ended(), "the engine refused");
}

static void requests_are_bounded(void **state)
{
    char nmi[FASCIA_MAC_TEXT_SIZE];

    (void)state;
    stand_open_window(&stand);
    for (unsigned int i = 0; i < 20; i++) {
        (void)snprintf(nmi, sizeof nmi, "42:00:00:01:00:%02x", i);
        stand_bootstrap_asked(&stand, nmi);
    }
    assert_int_equal(stand_actions(&stand, AWARE_ACTION_REQUESTED), AWARE_REQUESTS_MAX);
    assert_int_equal(stand_requests(&stand, "NAN_BOOTSTRAP "), AWARE_REQUESTS_MAX);
}

static void other_methods(enum aware_method method)
{
    stand_finish(&stand);
    stand_init(&stand);
    stand_service(&stand, "_fascia._tcp", AWARE_ROLE_PUBLISH, AWARE_SECURITY_PAIRED)->methods[0] = method;
    stand_run(&stand, NULL);
    stand_forget(&stand);
    stand_open_window(&stand);
    stand_event(&stand, "NAN-BOOTSTRAP-REQUEST peer_nmi=" PHONE " pbm=0x%04x handle=1 requestor_instance_id=6",
                1U << method);
}

static void a_passphrase_is_shown_where_that_is_the_method(void **state)
{
    char passphrase[2 * FASCIA_SECRET_MAX + 1];

    (void)state;
    other_methods(AWARE_METHOD_PASSPHRASE_DISPLAY);
    pin_of(1, passphrase);
    assert_int_equal(strlen(passphrase), 24);
    stand_pairing_asked(&stand, PHONE, false);
    assert_non_null(strstr(stand_last(&stand, "NAN_PAIR"), passphrase));
}

static void a_pin_is_asked_for_where_the_phone_shows_it_and_its_first_frame_waits_for_it(void **state)
{
    struct fascia_secret pin = {0};
    struct aware_request_view request;

    (void)state;
    other_methods(AWARE_METHOD_PIN_KEYPAD);
    assert_string_equal(stand_last(&stand, "NAN_BOOTSTRAP"),
                        "NAN_BOOTSTRAP " PHONE " handle=1 req_instance_id=6 method=32 auth");
    assert_true(aware_view_request(stand.aware, 0, &request));
    assert_int_equal(request.kind, AWARE_REQUEST_ENTER_PIN);
    stand_pairing_asked(&stand, PHONE, false);
    stand_wait(&stand, 20);
    assert_int_equal(stand_requests(&stand, "NAN_PAIR"), 0);
    assert_int_equal(fascia_secret_set(&pin, "4711", 4), 0);
    assert_int_equal(aware_order_enter_pin(stand.aware, request.id, &pin, stand.now_us), 0);
    stand_settle(&stand);
    assert_non_null(strstr(stand_last(&stand, "NAN_PAIR "), " responder pwd_hex=34373131"));
    stand_paired(&stand, PHONE);
    assert_string_equal(ended(), "paired");
}

static void opportunistic_pairing_has_no_pin_and_still_needs_the_window(void **state)
{
    (void)state;
    other_methods(AWARE_METHOD_OPPORTUNISTIC);
    assert_int_equal(stand_actions(&stand, AWARE_ACTION_REQUESTED), 0);
    stand_event(&stand, "NAN-PAIRING-REQUEST peer_nmi=" PHONE " csid=7 instance_id=6 key_mgmt=PASN verify=0");
    assert_string_equal(stand_last(&stand, "NAN_PAIR"),
                        "NAN_PAIR " PHONE " auth=0 cipher=CCMP handle=1 peer_instance_id=6 responder");
    stand_event(&stand, "NAN-PAIRING-STATUS addr=" PHONE " akmp=PASN cipher=CCMP status=success nd_pmk=" ND_PMK);
    assert_true(stand_peer(&stand, PHONE).paired);
    assert_int_equal(aware_order_window(stand.aware, 0, stand.now_us), 0);
    stand_settle(&stand);
    stand_forget(&stand);
    stand_event(&stand, "NAN-BOOTSTRAP-REQUEST peer_nmi=" OTHER " pbm=0x0001 handle=1 requestor_instance_id=6");
    assert_int_equal(stand_requests(&stand, "NAN_BOOTSTRAP"), 0);
}

#define LIVE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        LIVE(a_phone_pairs_with_the_pin_that_is_shown),
        LIVE(without_a_window_nobody_is_answered_and_a_person_is_told),
        LIVE(a_method_that_the_service_does_not_offer_is_not_accepted),
        LIVE(each_attempt_has_a_pin_of_its_own),
        LIVE(two_phones_have_two_requests),
        LIVE(a_wrong_pin_is_noticed_by_silence_aborted_and_replaced),
        LIVE(guessing_ends_after_three_attempts_of_all_peers_together),
        LIVE(a_guesser_that_does_not_wait_is_counted_too),
        LIVE(a_key_of_an_earlier_pairing_instead_of_the_pin_is_refused),
        LIVE(so_it_is_of_a_phone_that_was_never_here),
        LIVE(pairing_without_the_pin_is_refused),
        LIVE(a_success_of_the_wrong_kind_is_none),
        LIVE(a_pairing_that_nobody_asked_for_is_aborted),
        LIVE(the_window_closes_by_time_and_by_order_and_ends_what_is_open),
        LIVE(a_person_may_refuse),
        LIVE(bootstrapping_that_fails_ends_the_request),
        LIVE(requests_are_bounded),
        LIVE(a_passphrase_is_shown_where_that_is_the_method),
        LIVE(a_pin_is_asked_for_where_the_phone_shows_it_and_its_first_frame_waits_for_it),
        LIVE(opportunistic_pairing_has_no_pin_and_still_needs_the_window),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
