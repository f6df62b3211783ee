/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>

#include "stack/aware/reason.h"
#include "stack/aware/service_info.h"
#include "stack/aware/service_name.h"
#include "stack/base/cleanup.h"
#include "tests/unit/test.h"

static void names_of_rfc_6335_with_a_transport_are_accepted(void **state)
{
    static const struct {
        const char *name;
        enum aware_transport transport;
    } cases[] = {{"_carplay._tcp", AWARE_TRANSPORT_TCP},
                 {"_CarPlay._tcp", AWARE_TRANSPORT_TCP},
                 {"_a._udp", AWARE_TRANSPORT_UDP},
                 {"_0a._tcp", AWARE_TRANSPORT_TCP},
                 {"_a-b-c._udp", AWARE_TRANSPORT_UDP},
                 {"_12345678901234a._tcp", AWARE_TRANSPORT_TCP},
                 {"_example-service._udp", AWARE_TRANSPORT_UDP}};
    (void)state;

    for (size_t i = 0; i < FASCIA_ARRAY_SIZE(cases); i++) {
        enum aware_transport transport = AWARE_TRANSPORTS_;
        assert_int_equal(service_name_check(cases[i].name, &transport), 0);
        assert_int_equal(transport, cases[i].transport);
        assert_true(strlen(cases[i].name) < AWARE_SERVICE_NAME_SIZE);
        assert_int_equal(service_name_check(cases[i].name, NULL), 0);
    }
}

static void each_rule_that_a_name_breaks_has_its_own_clause(void **state)
{
    static const struct {
        const char *name;
        int result;
    } cases[] = {
        {"", SERVICE_NAME_E_UNDERSCORE},
        {"carplay._tcp", SERVICE_NAME_E_UNDERSCORE},
        {"_carplay", SERVICE_NAME_E_TRANSPORT},
        {"_carplay._sctp", SERVICE_NAME_E_TRANSPORT},
        {"_carplay._TCP", SERVICE_NAME_E_TRANSPORT},
        {"_carplay_tcp", SERVICE_NAME_E_TRANSPORT},
        {"_carplay._tcp.", SERVICE_NAME_E_TRANSPORT},
        {"_._tcp", SERVICE_NAME_E_EMPTY},
        {"_abcdefghijklmnop._tcp", SERVICE_NAME_E_LONG},
        {"_car play._tcp", SERVICE_NAME_E_CHARACTER},
        {"_car_play._tcp", SERVICE_NAME_E_CHARACTER},
        {"_car.play._tcp", SERVICE_NAME_E_CHARACTER},
        {"_c\xc3\xa4r._tcp", SERVICE_NAME_E_CHARACTER},
        {"_1-2._tcp", SERVICE_NAME_E_NO_LETTER},
        {"_-a._tcp", SERVICE_NAME_E_HYPHEN_END},
        {"_a-._tcp", SERVICE_NAME_E_HYPHEN_END},
        {"_a--b._tcp", SERVICE_NAME_E_HYPHENS},
    };
    (void)state;

    for (size_t i = 0; i < FASCIA_ARRAY_SIZE(cases); i++) {
        enum aware_transport transport = AWARE_TRANSPORTS_;
        int r = service_name_check(cases[i].name, &transport);
        assert_int_equal(r, cases[i].result);
        assert_int_equal(transport, AWARE_TRANSPORTS_);
        assert_true(strlen(service_name_result_text(r)) > 5);
    }
    assert_string_equal(service_name_result_text(0), "");
    assert_string_equal(service_name_result_text(-EINVAL), "");
    assert_string_equal(service_name_result_text(SERVICE_NAME_RESULTS_), "");
}

static void what_a_data_path_tells_is_laid_out_as_phones_do(void **state)
{
    /* Port 7000 and TCP: the test data of AOSP, without OUI and protocol, which the engine writes. */
    static const uint8_t expected[] = {0x00, 0x02, 0x00, 0x58, 0x1b, 0x01, 0x01, 0x00, 0x06};
    static const uint8_t udp[] = {0x01, 0x01, 0x00, 0x11, 0x03, 0x03, 0x00, 'c', 'a', 'r'};
    const struct service_info nothing = {0},
                              seven = {.port = 7000, .has_transport = true, .transport = AWARE_TRANSPORT_TCP},
                              named = {.has_transport = true, .transport = AWARE_TRANSPORT_UDP, .instance = "car"};
    uint8_t octets[AWARE_INFO_MAX];
    size_t size = 77;
    (void)state;

    assert_int_equal(service_info_build(&seven, octets, sizeof octets, &size), 0);
    assert_int_equal(size, sizeof expected);
    assert_memory_equal(octets, expected, size);
    assert_int_equal(service_info_build(&named, octets, sizeof octets, &size), 0);
    assert_int_equal(size, sizeof udp);
    assert_memory_equal(octets, udp, size);
    assert_int_equal(service_info_build(&nothing, octets, sizeof octets, &size), 0);
    assert_int_equal(size, 0);
    for (size_t room = 0; room < sizeof expected; room++)
        assert_int_equal(service_info_build(&seven, octets, room, &size), -EMSGSIZE);
    assert_int_equal(size, 0);
}

static void what_is_built_is_read_back(void **state)
{
    const struct service_info info = {
        .port = 65535, .has_transport = true, .transport = AWARE_TRANSPORT_UDP, .instance = "Fascia"};
    struct service_info back;
    uint8_t octets[AWARE_INFO_MAX];
    size_t size = 0;
    (void)state;

    assert_int_equal(service_info_build(&info, octets, sizeof octets, &size), 0);
    assert_int_equal(service_info_parse(octets, size, &back), 0);
    assert_int_equal(back.port, 65535);
    assert_true(back.has_transport);
    assert_int_equal(back.transport, AWARE_TRANSPORT_UDP);
    assert_string_equal(back.instance, "Fascia");
    for (size_t n = 1; n < size; n++) { /* cut anywhere but between two */
        int r = service_info_parse(octets, n, &back);
        assert_int_equal(r, n == 5 || n == 9 ? 0 : SERVICE_INFO_E_MALFORMED);
    }
}

static void a_sub_tlv_that_is_not_known_is_passed_over(void **state)
{
    static const uint8_t octets[] = {0x02, 0x01, 0x00, 0xff, 0x02, 0x00, 0x00, 0x7f, 0x00,
                                     0x00, 0x00, 0x02, 0x00, 0x58, 0x1b, 0x7f, 0x00, 0x00};
    struct service_info info;
    (void)state;

    assert_int_equal(service_info_parse(octets, sizeof octets, &info), 0);
    assert_int_equal(info.port, 7000);
    assert_false(info.has_transport);
    assert_int_equal(service_info_parse(NULL, 0, &info), 0);
    assert_int_equal(info.port, 0);
    assert_string_equal(info.instance, "");
}

static void hostile_information_is_refused_as_a_whole(void **state)
{
    static const struct {
        uint8_t octets[12];
        size_t size;
    } cases[] = {
        {{0x00}, 1},
        {{0x00, 0x02}, 2},
        {{0x00, 0x02, 0x00, 0x58}, 4},                                      /* cut */
        {{0x00, 0x01, 0x00, 0x58}, 4},                                      /* a port of one octet */
        {{0x00, 0x03, 0x00, 0x58, 0x1b, 0x00}, 6},                          /* of three */
        {{0x01, 0x00, 0x00}, 3},                                            /* no protocol */
        {{0x01, 0x02, 0x00, 0x06, 0x00}, 5},                                /* two octets */
        {{0x00, 0x02, 0x00, 0x58, 0x1b, 0x00, 0x02, 0x00, 0x58, 0x1b}, 10}, /* twice */
        {{0x03, 0xff, 0xff, 'a'}, 4},                                       /* longer than all */
        {{0xde, 0xad, 0xbe, 0xef}, 4},
        {{0xaa, 0xbb, 0xcc}, 3},
    };
    (void)state;

    for (size_t i = 0; i < FASCIA_ARRAY_SIZE(cases); i++) {
        struct service_info info = {.port = 1};
        assert_int_equal(service_info_parse(cases[i].octets, cases[i].size, &info), SERVICE_INFO_E_MALFORMED);
        assert_int_equal(info.port, 1); /* untouched */
    }
}

static void an_instance_name_of_a_peer_can_be_printed_and_has_an_end(void **state)
{
    uint8_t octets[3 + 200] = {0x03, 200, 0x00, 'a', '\n', 0xff, '\0', 0x1b};
    struct service_info info;
    (void)state;

    memset(octets + 8, 'b', sizeof octets - 8);
    assert_int_equal(service_info_parse(octets, sizeof octets, &info), 0);
    assert_int_equal(strlen(info.instance), sizeof info.instance - 1);
    assert_memory_equal(info.instance, "a????bbb", 8);
}

static void a_protocol_that_no_socket_of_ours_is_for_counts_as_not_said(void **state)
{
    static const uint8_t sctp[] = {0x01, 0x01, 0x00, 132};
    struct service_info info;
    (void)state;

    assert_int_equal(service_info_parse(sctp, sizeof sctp, &info), 0);
    assert_false(info.has_transport);
}

static void every_reason_of_a_frame_has_a_text(void **state)
{
    (void)state;
    for (unsigned int r = AWARE_REASON_UNSPECIFIED; r < AWARE_REASONS_; r++)
        assert_string_not_equal(aware_reason_text(r), "reserved");
    assert_string_equal(aware_reason_text(AWARE_REASON_SECURITY_POLICY), "security policy");
    assert_string_equal(aware_reason_text(AWARE_REASONS_), "reserved");
    assert_string_equal(aware_reason_text(~0U), "reserved");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_of_rfc_6335_with_a_transport_are_accepted),
        cmocka_unit_test(each_rule_that_a_name_breaks_has_its_own_clause),
        cmocka_unit_test(what_a_data_path_tells_is_laid_out_as_phones_do),
        cmocka_unit_test(what_is_built_is_read_back),
        cmocka_unit_test(a_sub_tlv_that_is_not_known_is_passed_over),
        cmocka_unit_test(hostile_information_is_refused_as_a_whole),
        cmocka_unit_test(an_instance_name_of_a_peer_can_be_printed_and_has_an_end),
        cmocka_unit_test(a_protocol_that_no_socket_of_ours_is_for_counts_as_not_said),
        cmocka_unit_test(every_reason_of_a_frame_has_a_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
