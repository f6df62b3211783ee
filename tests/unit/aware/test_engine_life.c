/* SPDX-License-Identifier: Apache-2.0 */
/* The engine's life: up in order, down in order, lost, refused. */
#include <errno.h>
#include <string.h>

#include "tests/unit/aware/stand.h"
#include "tests/unit/test.h"

static struct stand stand;

static int setup(void **state)
{
    (void)state;
    stand_init(&stand);
    (void)stand_service(&stand, "_fascia._tcp", AWARE_ROLE_PUBLISH, AWARE_SECURITY_PAIRED);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    stand_finish(&stand);
    return 0;
}

static void come_up_as_the_engine_wants_it(void **state)
{
    static const char *const way[] = {
        "PING",
        "INTERFACE_ADD wlan0\t\tnl80211\tDIR=/run/fascia/aware",
        "GET_CAPABILITY nan",
        "INTERFACE_ADD nan0\t\tnl80211\tDIR=/run/fascia/aware\t\t\tcreate\tnan",
        "SET country DE",
        "NAN_SET master_pref 10",
        "NAN_SET dual_band 0",
        "NAN_SET bootstrap_config 0x0002,0x0000,1024",
        "NAN_SET pairing_setup 1",
        "NAN_SET npk_caching 1",
        "NAN_SET pairing_verification 1",
        "NAN_SET nik ",
        "NAN_SET nik_lifetime 86400",
        "NAN_SET max_ndl_idle_period 300",
        "NAN_START",
        "INTERFACE_ADD ndi0\t\tnl80211\tDIR=/run/fascia/aware\t\t\tcreate\tnan_data",
        "NAN_SCHED_CONFIG_MAP map_id=1 2437:0e000000 5180:f0ffffff",
        "NAN_SET bootstrap_config 0x0002,0x0000,1024",
        "NAN_PUBLISH service_name=_fascia._tcp sync=1",
    };
    size_t place = 0;

    (void)state;
    stand_run(&stand, NULL);
    for (size_t i = 0; i < stand.count; i++) {
        if (stand.entries[i].kind != AWARE_ACTION_REQUEST)
            continue;
        assert_true(place < sizeof way / sizeof way[0]);
        assert_memory_equal(stand.entries[i].text, way[place], strlen(way[place]));
        place++;
    }
    assert_int_equal(place, sizeof way / sizeof way[0]);
    assert_string_equal(stand.state, "FULL none");
    assert_int_equal(stand_events(&stand, FASCIA_EVENT_AWARE_RUNNING), 1);
}

static void the_interface_is_prepared_before_the_schedule_and_any_service(void **state)
{
    size_t prepared = SIZE_MAX;

    (void)state;
    stand_run(&stand, NULL);
    for (size_t i = 0; i < stand.count && prepared == SIZE_MAX; i++) {
        if (stand.entries[i].kind == AWARE_ACTION_PREPARE)
            prepared = i;
    }
    assert_int_equal(stand_action(&stand, AWARE_ACTION_PREPARE)->ifindex, 7);
    assert_true(prepared < stand_place(&stand, "NAN_SCHED_CONFIG_MAP"));
    assert_true(prepared < stand_place(&stand, "NAN_PUBLISH"));
    assert_true(stand_place(&stand, "NAN_START") < stand_place(&stand, "INTERFACE_ADD ndi0"));
}

static void our_identity_is_saved_before_anybody_can_hear_of_it_and_kept(void **state)
{
    struct aware_store store;
    size_t saved = SIZE_MAX;
    char first[STAND_TEXT];

    (void)state;
    stand_run(&stand, NULL);
    for (size_t i = 0; i < stand.count && saved == SIZE_MAX; i++) {
        if (stand.entries[i].kind == AWARE_ACTION_SAVE)
            saved = i;
    }
    assert_true(saved < stand_place(&stand, "NAN_SET nik "));
    (void)strcpy(first, stand_last(&stand, "NAN_SET nik "));
    store = *aware_store(stand.aware);
    stand_forget(&stand);
    stand_lose_engine(&stand);
    stand_run(&stand, &store);
    assert_string_equal(stand_last(&stand, "NAN_SET nik "), first);
    assert_int_equal(stand_actions(&stand, AWARE_ACTION_SAVE), 0);
    aware_store_wipe(&store);
}

static void a_store_that_cannot_be_written_is_said_and_does_not_stop_anything(void **state)
{
    (void)state;
    stand.saving_works = false;
    stand_run(&stand, NULL);
    assert_string_equal(stand.state, "DEGRADED aware-store");
    assert_int_equal(stand_events(&stand, FASCIA_EVENT_AWARE_STORE_FAILED), 1);
    stand.saving_works = true;
    stand_wait(&stand, 61);
    assert_string_equal(stand.state, "FULL none");
}

static void leftovers_of_an_earlier_life_are_removed_first(void **state)
{
    (void)state;
    stand_answer(&stand, "INTERFACE_ADD nan0", "");
    stand_start(&stand, NULL);
    stand_answer(&stand, "INTERFACE_ADD nan0", NULL);
    stand_reply(&stand, "FAIL\n");
    /* An engine whose management interface is removed under a data path dies. */
    assert_true(stand_place(&stand, "INTERFACE_REMOVE ndi0") < stand_place(&stand, "INTERFACE_REMOVE nan0"));
    assert_int_equal(stand_requests(&stand, "INTERFACE_REMOVE nan0"), 1);
    assert_int_equal(stand_requests(&stand, "INTERFACE_ADD nan0"), 2);
    assert_int_equal(stand_requests(&stand, "NAN_START"), 1);
    stand_forget(&stand);
    stand_answer(&stand, "INTERFACE_ADD ndi0", "");
    stand_event(&stand, "NAN-CLUSTER-JOIN cluster_id=50:6f:9a:01:5c:7b new=0");
    stand_answer(&stand, "INTERFACE_ADD ndi0", NULL);
    stand_reply(&stand, "FAIL\n");
    assert_int_equal(stand_requests(&stand, "INTERFACE_REMOVE ndi0"), 1);
    assert_int_equal(stand_requests(&stand, "INTERFACE_ADD ndi0"), 2);
}

static void a_radio_that_the_engine_has_already_is_used(void **state)
{
    (void)state;
    stand_answer(&stand, "INTERFACE_ADD wlan0", "FAIL\n");
    stand_run(&stand, NULL);
    stand_forget(&stand);
    aware_order_stop(stand.aware, stand.now_us);
    stand_settle(&stand);
    /* It is not ours to take away. */
    assert_int_equal(stand_requests(&stand, "INTERFACE_REMOVE wlan0"), 0);
    assert_true(aware_is_stopped(stand.aware));
}

static void an_engine_without_nan_is_unfit_and_the_fact_says_why(void **state)
{
    (void)state;
    stand_answer(&stand, "GET_CAPABILITY nan", "UNKNOWN COMMAND\n");
    stand_start(&stand, NULL);
    assert_int_equal(stand_state(&stand), AWARE_ENGINE_UNFIT);
    assert_string_equal(stand.state, "FAILED aware-unfit-engine");
    stand_answer(&stand, "GET_CAPABILITY nan", "USD");
    stand_wait(&stand, 31);
    assert_string_equal(stand.state, "FAILED aware-unfit-radio");
    assert_int_equal(stand_requests(&stand, "INTERFACE_ADD nan0"), 0);
    stand_answer(&stand, "GET_CAPABILITY nan", "NAN");
    stand_wait(&stand, 31);
    assert_int_equal(stand_requests(&stand, "INTERFACE_ADD nan0"), 1);
}

static void without_a_radio_it_waits_and_says_so(void **state)
{
    (void)state;
    stand.radio_there = false;
    stand_start(&stand, NULL);
    assert_string_equal(stand.state, "FAILED aware-no-radio");
    assert_string_equal(stand_action(&stand, AWARE_ACTION_FACT)->text, "no radio has NAN");
    stand.radio_there = true;
    /* The owner tells of a new one by itself. */
    aware_on_radio(stand.aware, "wlan0", NULL, stand.now_us);
    stand_settle(&stand);
    assert_int_equal(stand_requests(&stand, "NAN_START"), 1);
}

static void a_radio_that_is_unplugged_takes_everything_with_it(void **state)
{
    (void)state;
    stand_run(&stand, NULL);
    aware_on_radio(stand.aware, "", "unplugged", stand.now_us);
    stand_settle(&stand);
    assert_int_equal(stand_state(&stand), AWARE_ENGINE_UNFIT);
    assert_int_equal(stand_actions(&stand, AWARE_ACTION_RELEASE), 1);
    assert_int_equal(stand_events(&stand, FASCIA_EVENT_AWARE_ENGINE_LOST), 1);
}

static void a_schedule_with_more_channels_than_the_radio_has_is_shortened(void **state)
{
    (void)state;
    stand_answer(&stand, "NAN_SCHED_CONFIG_MAP map_id=1 2437:0e000000 5180", "FAIL\n");
    stand_run(&stand, NULL);
    assert_string_equal(stand_last(&stand, "NAN_SCHED"), "NAN_SCHED_CONFIG_MAP map_id=1 2437:0e000000");
    assert_string_equal(stand.state, "FULL none");
    assert_non_null(strstr(stand_action(&stand, AWARE_ACTION_FACT)->text, "1 of 2 channels"));
}

static void without_a_schedule_nothing_is_published(void **state)
{
    (void)state;
    stand_answer(&stand, "NAN_SCHED_CONFIG_MAP", "FAIL\n");
    stand_start(&stand, NULL);
    stand_event(&stand, "NAN-CLUSTER-JOIN cluster_id=50:6f:9a:01:5c:7b new=1");
    aware_on_interface(stand.aware, "ndi0", 7, true, stand.now_us);
    stand_settle(&stand);
    assert_string_equal(stand.state, "FAILED aware-refused");
    assert_int_equal(stand_requests(&stand, "NAN_PUBLISH"), 0);
    stand_answer(&stand, "NAN_SCHED_CONFIG_MAP", NULL);
    stand_wait(&stand, 2);
    assert_int_equal(stand_state(&stand), AWARE_ENGINE_RUNNING);
}

static void a_country_that_the_driver_knows_by_itself_is_no_obstacle_and_a_refused_nik_is(void **state)
{
    (void)state;
    stand_answer(&stand, "SET country", "FAIL\n");
    stand_start(&stand, NULL);
    assert_int_equal(stand_requests(&stand, "NAN_START"), 1);
    stand_lose_engine(&stand);
    stand_forget(&stand);
    stand_answer(&stand, "NAN_SET nik ", "FAIL\n");
    stand_start(&stand, NULL);
    assert_int_equal(stand_requests(&stand, "NAN_START"), 0);
    assert_string_equal(stand.state, "FAILED aware-refused");
}

static void a_cluster_that_is_not_joined_is_tried_again(void **state)
{
    (void)state;
    stand_start(&stand, NULL);
    assert_int_equal(stand_state(&stand), AWARE_ENGINE_JOINING);
    stand_wait(&stand, 31);
    assert_string_equal(stand.state, "FAILED aware-refused");
    stand_wait(&stand, 2);
    assert_int_equal(stand_requests(&stand, "NAN_START"), 2);
    stand_event(&stand, "NAN-CLUSTER-JOIN cluster_id=50:6f:9a:01:5c:7b new=1");
    assert_int_equal(stand_state(&stand), AWARE_ENGINE_DATA);
}

static void the_cluster_may_be_joined_before_the_reply_is_read(void **state)
{
    (void)state;
    stand_answer(&stand, "NAN_START", "");
    stand_start(&stand, NULL);
    stand_event(&stand, "NAN-CLUSTER-JOIN cluster_id=50:6f:9a:01:5c:7b new=1");
    stand_reply(&stand, "OK\n");
    aware_on_interface(stand.aware, "ndi0", 7, true, stand.now_us);
    stand_settle(&stand);
    assert_int_equal(stand_state(&stand), AWARE_ENGINE_RUNNING);
}

static void copies_on_the_global_socket_are_ignored(void **state)
{
    (void)state;
    stand_start(&stand, NULL);
    stand_event_from(&stand, AWARE_SOCKET_GLOBAL, "NAN-CLUSTER-JOIN cluster_id=50:6f:9a:01:5c:7b new=1");
    stand_event_from(&stand, AWARE_SOCKET_GLOBAL, "IFNAME=ndi0 <3>CTRL-EVENT-TERMINATING ");
    assert_int_equal(stand_state(&stand), AWARE_ENGINE_JOINING);
}

static void an_engine_that_stays_away_is_a_failure_after_some_seconds(void **state)
{
    (void)state;
    stand.engine_there = false;
    stand_start(&stand, NULL);
    assert_string_equal(stand.state, "STARTING none");
    stand_wait(&stand, 6);
    assert_string_equal(stand.state, "FAILED aware-engine-down");
    stand.open = 1;
    stand.engine_there = true;
    aware_on_socket(stand.aware, AWARE_SOCKET_GLOBAL, true, 0, stand.now_us);
    stand_settle(&stand);
    assert_int_equal(stand_requests(&stand, "NAN_START"), 1);
}

static void a_lost_engine_is_established_again_as_another_run(void **state)
{
    struct aware_engine_view before, after;

    (void)state;
    stand_run(&stand, NULL);
    aware_view_engine(stand.aware, &before);
    stand_forget(&stand);
    stand_lose_engine(&stand);
    assert_int_equal(stand_events(&stand, FASCIA_EVENT_AWARE_ENGINE_LOST), 1);
    assert_int_equal(stand_actions(&stand, AWARE_ACTION_RELEASE), 1);
    stand_event(&stand, "NAN-CLUSTER-JOIN cluster_id=50:6f:9a:01:5c:7b new=1");
    aware_on_interface(stand.aware, "ndi0", 9, true, stand.now_us);
    stand_settle(&stand);
    assert_int_equal(stand_state(&stand), AWARE_ENGINE_RUNNING);
    assert_int_equal(stand_events(&stand, FASCIA_EVENT_AWARE_ENGINE_BACK), 1);
    assert_int_equal(stand_requests(&stand, "NAN_SCHED_CONFIG_MAP"), 1);
    assert_int_equal(stand_requests(&stand, "NAN_PUBLISH"), 1);
    aware_view_engine(stand.aware, &after);
    assert_int_equal(after.run, before.run + 1);
    assert_int_equal(after.ndi_index, 9);
}

static void a_command_without_an_answer_is_an_engine_lost(void **state)
{
    (void)state;
    stand_run(&stand, NULL);
    stand_answer(&stand, "NAN_CANCEL", "");
    assert_int_equal(aware_order_cancel(stand.aware, 1, stand.now_us), 0);
    stand_settle(&stand);
    stand_forget(&stand);
    aware_on_reply(stand.aware, stand.held_token, -ETIMEDOUT, NULL, 0, stand.now_us);
    stand_settle(&stand);
    assert_true(stand_actions(&stand, AWARE_ACTION_CLOSE) >= 2);
    assert_true(stand_actions(&stand, AWARE_ACTION_OPEN) >= 1);
    assert_int_equal(stand_state(&stand), AWARE_ENGINE_JOINING);
    /* It answers after all: too late. */
    aware_on_reply(stand.aware, stand.held_token, 0, "OK\n", 3, stand.now_us);
    stand_settle(&stand);
    assert_int_equal(stand_state(&stand), AWARE_ENGINE_JOINING);
}

static void nan_that_was_stopped_by_somebody_is_started_again_in_the_same_run(void **state)
{
    struct aware_engine_view before, after;

    (void)state;
    stand_run(&stand, NULL);
    aware_view_engine(stand.aware, &before);
    stand_forget(&stand);
    stand_event(&stand, "NAN-STOPPED ifname=nan0");
    assert_int_equal(stand_actions(&stand, AWARE_ACTION_RELEASE), 1);
    /* The engine would go on publishing it, beside the one that comes. */
    assert_true(stand_place(&stand, "NAN_CANCEL_PUBLISH publish_id=1") < stand_place(&stand, "NAN_START"));
    assert_int_equal(stand_requests(&stand, "NAN_START"), 1);
    stand_answer(&stand, "INTERFACE_ADD ndi0", "");
    stand_event(&stand, "NAN-CLUSTER-JOIN cluster_id=50:6f:9a:01:5c:7b new=1");
    /* The NDI of before is there, down: it is made anew. */
    stand_answer(&stand, "INTERFACE_ADD ndi0", NULL);
    stand_reply(&stand, "FAIL\n");
    aware_on_interface(stand.aware, "ndi0", 0, false, stand.now_us);
    aware_on_interface(stand.aware, "ndi0", 8, true, stand.now_us);
    stand_settle(&stand);
    assert_int_equal(stand_requests(&stand, "NAN_SCHED_CONFIG_MAP"), 1);
    assert_int_equal(stand_state(&stand), AWARE_ENGINE_RUNNING);
    aware_view_engine(stand.aware, &after);
    assert_int_equal(after.run, before.run);
}

static void a_management_interface_that_is_removed_is_made_again(void **state)
{
    (void)state;
    stand_run(&stand, NULL);
    stand_forget(&stand);
    stand_event(&stand, "CTRL-EVENT-TERMINATING ");
    assert_int_equal(stand_requests(&stand, "NAN_START"), 0);
    stand_wait(&stand, 2);
    assert_int_equal(stand_requests(&stand, "NAN_START"), 1);
}

static void a_data_interface_that_is_gone_is_made_again(void **state)
{
    (void)state;
    stand_run(&stand, NULL);
    stand_forget(&stand);
    aware_on_interface(stand.aware, "ndi0", 0, false, stand.now_us);
    stand_settle(&stand);
    assert_int_equal(stand_state(&stand), AWARE_ENGINE_DATA);
    assert_int_equal(stand_requests(&stand, "INTERFACE_ADD ndi0"), 1);
    aware_on_interface(stand.aware, "other", 12, true, stand.now_us);
    aware_on_interface(stand.aware, "ndi0", 11, true, stand.now_us);
    stand_settle(&stand);
    assert_int_equal(stand_state(&stand), AWARE_ENGINE_RUNNING);
    assert_int_equal(stand_action(&stand, AWARE_ACTION_PREPARE)->ifindex, 11);
    /* Services went on. */
    assert_int_equal(stand_requests(&stand, "NAN_PUBLISH"), 0);
}

static void without_the_address_service_the_way_up_waits(void **state)
{
    (void)state;
    stand.address_there = false;
    stand_start(&stand, NULL);
    stand_event(&stand, "NAN-CLUSTER-JOIN cluster_id=50:6f:9a:01:5c:7b new=1");
    aware_on_interface(stand.aware, "ndi0", 7, true, stand.now_us);
    stand_settle(&stand);
    assert_string_equal(stand.state, "FAILED aware-no-address");
    assert_int_equal(stand_requests(&stand, "NAN_PUBLISH"), 0);
    stand_address_service(&stand, true);
    assert_int_equal(stand_state(&stand), AWARE_ENGINE_RUNNING);
}

static void an_address_service_that_refuses_is_asked_again(void **state)
{
    (void)state;
    stand.prepares = false;
    stand_start(&stand, NULL);
    stand_event(&stand, "NAN-CLUSTER-JOIN cluster_id=50:6f:9a:01:5c:7b new=1");
    aware_on_interface(stand.aware, "ndi0", 7, true, stand.now_us);
    stand_settle(&stand);
    assert_string_equal(stand.state, "FAILED aware-no-address");
    stand.prepares = true;
    stand_wait(&stand, 2);
    assert_int_equal(stand_state(&stand), AWARE_ENGINE_RUNNING);
}

static void an_address_service_that_leaves_degrades_and_is_asked_again_when_it_is_back(void **state)
{
    (void)state;
    stand_run(&stand, NULL);
    stand_forget(&stand);
    stand_address_service(&stand, false);
    assert_string_equal(stand.state, "DEGRADED aware-no-address");
    assert_int_equal(stand_state(&stand), AWARE_ENGINE_RUNNING);
    stand_address_service(&stand, true);
    assert_int_equal(stand_actions(&stand, AWARE_ACTION_PREPARE), 1);
    assert_string_equal(stand.state, "FULL none");
}

static void a_stop_takes_everything_down_in_order_and_never_ends_the_engine(void **state)
{
    (void)state;
    stand_run(&stand, NULL);
    stand_forget(&stand);
    aware_order_stop(stand.aware, stand.now_us);
    stand_settle(&stand);
    assert_true(aware_is_stopped(stand.aware));
    assert_true(stand_place(&stand, "INTERFACE_REMOVE ndi0") < stand_place(&stand, "NAN_STOP"));
    assert_true(stand_place(&stand, "NAN_CANCEL_PUBLISH publish_id=1") < stand_place(&stand, "NAN_STOP"));
    assert_true(stand_place(&stand, "NAN_STOP") < stand_place(&stand, "INTERFACE_REMOVE nan0"));
    assert_true(stand_place(&stand, "INTERFACE_REMOVE nan0") < stand_place(&stand, "INTERFACE_REMOVE wlan0"));
    assert_int_equal(stand_requests(&stand, "INTERFACE_REMOVE wlan0"), 1);
    assert_int_equal(stand_requests(&stand, "TERMINATE"), 0);
    assert_int_equal(stand_actions(&stand, AWARE_ACTION_RELEASE), 1);
    assert_string_equal(stand.state, "OFF none");
    assert_int_equal(stand_events(&stand, FASCIA_EVENT_AWARE_ENGINE_LOST), 0);
    assert_int_equal(stand.open, 0);
}

static void switched_off_it_does_nothing(void **state)
{
    (void)state;
    stand.config.enabled = false;
    stand_start(&stand, NULL);
    assert_string_equal(stand.state, "OFF none");
    assert_int_equal(stand_actions(&stand, AWARE_ACTION_OPEN), 0);
    assert_true(aware_deadline_us(stand.aware) == INT64_MAX);
    assert_true(aware_is_stopped(stand.aware));
}

static void a_service_that_is_refused_or_ends_is_started_again(void **state)
{
    struct aware_service_view view;

    (void)state;
    stand_answer(&stand, "NAN_PUBLISH", "FAIL\n");
    stand_run(&stand, NULL);
    assert_string_equal(stand.state, "DEGRADED aware-refused");
    stand_answer(&stand, "NAN_PUBLISH", NULL);
    stand_wait(&stand, 2);
    assert_string_equal(stand.state, "FULL none");
    assert_true(aware_view_service(stand.aware, 0, &view));
    assert_true(view.running);
    assert_int_equal(view.engine_id, 1);
    stand_event(&stand, "NAN-PUBLISH-TERMINATED publish_id=1 reason=timeout");
    assert_true(aware_view_service(stand.aware, 0, &view));
    assert_false(view.running);
    stand_wait(&stand, 2);
    assert_true(aware_view_service(stand.aware, 0, &view));
    assert_int_equal(view.engine_id, 2);
}

static void a_service_without_its_passphrase_is_not_started(void **state)
{
    struct fascia_secret passphrase = {0};

    (void)state;
    (void)stand_service(&stand, "_secret._udp", AWARE_ROLE_PUBLISH, AWARE_SECURITY_PASSPHRASE);
    stand_run(&stand, NULL);
    assert_int_equal(stand_requests(&stand, "NAN_PUBLISH service_name=_secret._udp"), 0);
    assert_string_equal(stand.state, "DEGRADED aware-passphrase");
    assert_int_equal(aware_order_start(stand.aware, &stand.config.services[1], stand.now_us, &(uint32_t){0}),
                     AWARE_E_SECURITY);
    assert_int_equal(fascia_secret_set(&passphrase, "open sesame", 11), 0);
    aware_set_passphrase(stand.aware, "_secret._udp", AWARE_ROLE_PUBLISH, &passphrase);
    assert_int_equal(aware_order_start(stand.aware, &stand.config.services[1], stand.now_us, &(uint32_t){0}), 0);
    stand_settle(&stand);
    assert_int_equal(stand_requests(&stand, "NAN_PUBLISH service_name=_secret._udp"), 1);
}

static void a_service_of_an_order_starts_and_ends_at_run_time(void **state)
{
    struct aware_service_config service = stand.config.services[0];
    uint32_t id = 0;

    (void)state;
    stand_run(&stand, NULL);
    (void)strcpy(service.name, "_late._tcp");
    service.methods[0] = AWARE_METHOD_PASSPHRASE_DISPLAY;
    assert_int_equal(aware_order_start(stand.aware, &service, stand.now_us, &id), 0);
    stand_settle(&stand);
    /* Its method was not in what the engine was started with. */
    assert_string_equal(stand_last(&stand, "NAN_SET bootstrap_config"), "NAN_SET bootstrap_config 0x0006,0x0000,1024");
    assert_int_equal(stand_requests(&stand, "NAN_PUBLISH service_name=_late._tcp"), 1);
    assert_int_equal(aware_order_cancel(stand.aware, id, stand.now_us), 0);
    stand_settle(&stand);
    assert_int_equal(stand_requests(&stand, "NAN_CANCEL_PUBLISH publish_id=2"), 1);
    assert_int_equal(aware_order_cancel(stand.aware, id, stand.now_us), AWARE_E_UNKNOWN);
    (void)strcpy(service.name, "_-bad._tcp");
    assert_int_equal(aware_order_start(stand.aware, &service, stand.now_us, &id), AWARE_E_NAME);
    (void)strcpy(service.name, "_good._tcp");
    service.methods_count = 0;
    assert_int_equal(aware_order_start(stand.aware, &service, stand.now_us, &id), AWARE_E_CONFIG);
}

static void a_service_that_is_cancelled_while_it_starts_leaves_nothing_behind(void **state)
{
    (void)state;
    stand_answer(&stand, "NAN_PUBLISH", "");
    stand_run(&stand, NULL);
    assert_int_equal(aware_order_cancel(stand.aware, 1, stand.now_us), 0);
    stand_reply(&stand, "5");
    assert_int_equal(stand_requests(&stand, "NAN_CANCEL_PUBLISH publish_id=5"), 1);
}

#define LIVE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        LIVE(come_up_as_the_engine_wants_it),
        LIVE(the_interface_is_prepared_before_the_schedule_and_any_service),
        LIVE(our_identity_is_saved_before_anybody_can_hear_of_it_and_kept),
        LIVE(a_store_that_cannot_be_written_is_said_and_does_not_stop_anything),
        LIVE(leftovers_of_an_earlier_life_are_removed_first),
        LIVE(a_radio_that_the_engine_has_already_is_used),
        LIVE(an_engine_without_nan_is_unfit_and_the_fact_says_why),
        LIVE(without_a_radio_it_waits_and_says_so),
        LIVE(a_radio_that_is_unplugged_takes_everything_with_it),
        LIVE(a_schedule_with_more_channels_than_the_radio_has_is_shortened),
        LIVE(without_a_schedule_nothing_is_published),
        LIVE(a_country_that_the_driver_knows_by_itself_is_no_obstacle_and_a_refused_nik_is),
        LIVE(a_cluster_that_is_not_joined_is_tried_again),
        LIVE(the_cluster_may_be_joined_before_the_reply_is_read),
        LIVE(copies_on_the_global_socket_are_ignored),
        LIVE(an_engine_that_stays_away_is_a_failure_after_some_seconds),
        LIVE(a_lost_engine_is_established_again_as_another_run),
        LIVE(a_command_without_an_answer_is_an_engine_lost),
        LIVE(nan_that_was_stopped_by_somebody_is_started_again_in_the_same_run),
        LIVE(a_management_interface_that_is_removed_is_made_again),
        LIVE(a_data_interface_that_is_gone_is_made_again),
        LIVE(without_the_address_service_the_way_up_waits),
        LIVE(an_address_service_that_refuses_is_asked_again),
        LIVE(an_address_service_that_leaves_degrades_and_is_asked_again_when_it_is_back),
        LIVE(a_stop_takes_everything_down_in_order_and_never_ends_the_engine),
        LIVE(switched_off_it_does_nothing),
        LIVE(a_service_that_is_refused_or_ends_is_started_again),
        LIVE(a_service_without_its_passphrase_is_not_started),
        LIVE(a_service_of_an_order_starts_and_ends_at_run_time),
        LIVE(a_service_that_is_cancelled_while_it_starts_leaves_nothing_behind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
