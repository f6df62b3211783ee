/* SPDX-License-Identifier: Apache-2.0 */
/* What the report judges of Wi-Fi Aware. */
#include <json-c/json.h>
#include <string.h>

#include "stack/report/facts_json.h"
#include "stack/report/judge.h"
#include "stack/report/render.h"
#include "tests/unit/report/facts_fixture.h"
#include "tests/unit/test.h"

static struct report_facts facts;
static char evidence[REPORT_EVIDENCE_SIZE];

static const char properties[] =
    "{\"State\": \"FULL\", \"Reason\": \"none\", \"Detail\": \"\", \"Engine\": {\"state\": \"running\", \"run\": 1,"
    " \"cluster\": \"50:6f:9a:01:02:03\", \"interface\": \"wlan1\", \"ifindex\": 9, \"iid\": \"0011223344556677\"},"
    " \"Services\": [{\"name\": \"_x._tcp\", \"role\": \"publish\", \"running\": true, \"security\": \"paired\","
    " \"port\": 7000}], \"Peers\": [{\"id\": 3, \"name\": \"Anna\", \"nmi\": \"02:00:00:00:0a:01\","
    " \"state\": \"connected\", \"paired\": true, \"remembered\": true, \"must_pair_again\": false, \"text\": \"\"}],"
    " \"DataPaths\": [{\"nmi\": \"02:00:00:00:0a:01\", \"role\": \"responder\", \"connected\": true, \"cipher\": 7,"
    " \"address\": \"fe80::1%nan\", \"port\": 0}]}";

static int unit_with_aware(void **state)
{
    struct json_object *object = json_tokener_parse(properties);
    (void)state;

    facts_of_good_unit(&facts);
    report_facts_read_aware(&facts, object);
    (void)json_object_put(object);
    return 0;
}

static enum report_outcome run(enum report_check check)
{
    const struct report_parameters none = {0};
    struct fascia_text text;

    fascia_text_init(&text, evidence, sizeof evidence);
    enum report_outcome outcome = report_check_run(&facts, check, &none, &text);
    assert_true(evidence[0] != '\0');
    return outcome;
}

#define EXPECT(outcome, check) assert_int_equal(run(REPORT_CHECK_##check), REPORT_OUTCOME_##outcome)
#define EVIDENCE(part)         assert_non_null(strstr(evidence, part))

static void a_running_engine_with_every_service_on_the_air_is_met(void **state)
{
    (void)state;
    EXPECT(MET, AWARE_RUNNING);
    EVIDENCE("engine running in cluster 50:6f:9a:01:02:03, 1 of 1 services");
    facts.aware.services[0].running = false;
    EXPECT(NOT_MET, AWARE_RUNNING);
    facts.aware.services[0].running = true;
    (void)strcpy(facts.aware.engine, "absent");
    EXPECT(NOT_MET, AWARE_RUNNING);
}

static void an_open_data_path_is_not_secured(void **state)
{
    (void)state;
    EXPECT(MET, AWARE_SECURED);
    facts.aware.paths[0].cipher = 0;
    EXPECT(NOT_MET, AWARE_SECURED);
    EVIDENCE("nothing vouches for its address");
    facts.aware.paths[0].connected = false; /* what is not connected carries nothing */
    EXPECT(NOT_APPLICABLE, AWARE_SECURED);
}

static void a_pairing_that_cannot_be_used_again_is_named(void **state)
{
    (void)state;
    EXPECT(MET, AWARE_REMEMBERED);
    facts.aware.peers[0].must_pair_again = true;
    EXPECT(NOT_MET, AWARE_REMEMBERED);
    EVIDENCE("Anna must pair again, the engine was restarted; 0 of 1");
    facts.aware.peers[0].must_pair_again = facts.aware.peers[0].remembered = false;
    EXPECT(NOT_MET, AWARE_REMEMBERED);
    EVIDENCE("its identity did not arrive");
    facts.aware.peers[0].paired = false;
    EXPECT(NOT_APPLICABLE, AWARE_REMEMBERED);
}

static void where_it_is_switched_off_nothing_is_judged(void **state)
{
    (void)state;
    facts_of_good_unit(&facts);
    EXPECT(NOT_APPLICABLE, AWARE_RUNNING);
    EXPECT(NOT_APPLICABLE, AWARE_SECURED);
    EXPECT(NOT_APPLICABLE, AWARE_REMEMBERED);
    struct json_object *status = report_json_status(&facts);
    assert_false(json_object_object_get_ex(status, "aware", NULL));
    (void)json_object_put(status);
}

static void a_service_that_is_claimed_and_does_not_answer_is_unknown(void **state)
{
    (void)state;
    facts.aware.answered = false;
    EXPECT(UNKNOWN, AWARE_RUNNING);
    report_facts_settle(&facts);
    assert_int_equal(report_facts_function(&facts, "aware")->state, FASCIA_FUNCTION_DEGRADED);
    assert_string_equal(report_facts_function(&facts, "aware")->reason, "service-down");
}

static void a_connected_data_path_without_an_address_is_no_link_local_address(void **state)
{
    (void)state;
    EXPECT(MET, LINK_LOCAL_ADDRESS);
    facts.aware.paths[0].address[0] = '\0';
    EXPECT(NOT_MET, LINK_LOCAL_ADDRESS);
    EVIDENCE("02:00:00:00:0a:01 is connected but not addressed");
}

static void a_unit_without_it_is_not_blamed_for_its_silence(void **state)
{
    (void)state;
    facts_of_good_unit(&facts);
    report_facts_settle(&facts);
    assert_null(report_facts_function(&facts, "aware"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_running_engine_with_every_service_on_the_air_is_met, unit_with_aware),
        cmocka_unit_test_setup(an_open_data_path_is_not_secured, unit_with_aware),
        cmocka_unit_test_setup(a_pairing_that_cannot_be_used_again_is_named, unit_with_aware),
        cmocka_unit_test_setup(where_it_is_switched_off_nothing_is_judged, unit_with_aware),
        cmocka_unit_test_setup(a_service_that_is_claimed_and_does_not_answer_is_unknown, unit_with_aware),
        cmocka_unit_test_setup(a_connected_data_path_without_an_address_is_no_link_local_address, unit_with_aware),
        cmocka_unit_test_setup(a_unit_without_it_is_not_blamed_for_its_silence, unit_with_aware),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
