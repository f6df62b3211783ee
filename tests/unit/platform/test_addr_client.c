/* SPDX-License-Identifier: Apache-2.0 */
#include <arpa/inet.h>
#include <errno.h>
#include <setjmp.h>
#include <string.h>

#include "platform/addr_client/private.h"
#include "tests/unit/test.h"

static void the_scope_is_the_index_that_was_asked_for_and_not_the_name(void **state)
{
    struct sockaddr_in6 address;
    struct in6_addr expected;
    (void)state;

    assert_int_equal(addr_client_read_address("fe80::b0b%lo", 7, 5000, &address), 0);
    assert_int_equal(inet_pton(AF_INET6, "fe80::b0b", &expected), 1);
    assert_memory_equal(&address.sin6_addr, &expected, sizeof expected);
    assert_int_equal(address.sin6_family, AF_INET6);
    assert_int_equal(address.sin6_scope_id, 7);
    assert_int_equal(ntohs(address.sin6_port), 5000);
    assert_int_equal(address.sin6_flowinfo, 0);
}

static void an_address_without_a_scope_gets_one(void **state)
{
    struct sockaddr_in6 address;
    (void)state;

    assert_int_equal(addr_client_read_address("fe80::1", 3, 0, &address), 0);
    assert_int_equal(address.sin6_scope_id, 3);
}

static void what_is_no_link_local_address_is_refused_and_nothing_is_written(void **state)
{
    static const char *const texts[] = {
        "",
        "%va",
        "fe80",
        "::1",
        "2001:db8::1%va",
        "192.0.2.1",
        "fec0::1",
        "fe80:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000%va",
    };
    struct sockaddr_in6 address = {.sin6_port = 1};
    (void)state;

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        assert_int_equal(addr_client_read_address(texts[i], 3, 0, &address), -EBADMSG);
        assert_int_equal(address.sin6_port, 1);
    }
}

static struct fascia_addr *client(void)
{
    struct fascia_addr *addr = NULL;

    assert_int_equal(fascia_addr_new("unix:path=/nonexistent/bus", 100, &addr), 0);
    return addr;
}

static int result_of_name(struct fascia_addr *addr, const char *name)
{
    sd_bus_error error = SD_BUS_ERROR_NULL;

    (void)sd_bus_error_set(&error, name, "a sentence");
    int r = addr_client_result(addr, 0, &error);
    sd_bus_error_free(&error);
    assert_string_equal(fascia_addr_message(addr), "a sentence");
    return r;
}

static void each_error_of_the_service_has_its_result_and_keeps_its_sentence(void **state)
{
    struct fascia_addr *addr = client();
    (void)state;

    assert_int_equal(result_of_name(addr, "org.fascia.Error.InvalidArgument"), FASCIA_ADDR_E_INVALID);
    assert_int_equal(result_of_name(addr, "org.fascia.Error.Refused"), FASCIA_ADDR_E_REFUSED);
    assert_int_equal(result_of_name(addr, "org.fascia.Error.Failed"), FASCIA_ADDR_E_FAILED);
    assert_int_equal(result_of_name(addr, SD_BUS_ERROR_SERVICE_UNKNOWN), FASCIA_ADDR_E_AWAY);
    assert_int_equal(result_of_name(addr, SD_BUS_ERROR_NO_REPLY), FASCIA_ADDR_E_TIMEOUT);
    assert_int_equal(result_of_name(addr, SD_BUS_ERROR_ACCESS_DENIED), FASCIA_ADDR_E_DENIED);
    assert_int_equal(result_of_name(addr, SD_BUS_ERROR_UNKNOWN_METHOD), FASCIA_ADDR_E_FAILED);
    assert_true(result_of_name(addr, "com.example.Strange") < 0);
    fascia_addr_free(addr);
}

static void without_a_bus_the_service_is_away(void **state)
{
    struct fascia_addr *addr = client();
    struct sockaddr_in6 peer;
    (void)state;

    assert_int_equal(fascia_addr_peer_add(addr, 1, "02:00:00:00:00:01", NULL, 1, &peer), FASCIA_ADDR_E_AWAY);
    assert_string_not_equal(fascia_addr_message(addr), "");
    assert_int_equal(fascia_addr_wait(addr, 1, &peer), FASCIA_ADDR_E_AWAY);
    fascia_addr_free(addr);
}

static void wrong_arguments_of_a_client_are_refused(void **state)
{
    struct fascia_addr *addr = NULL;
    (void)state;

    assert_int_equal(fascia_addr_new(NULL, 100, &addr), FASCIA_ADDR_E_INVALID);
    assert_int_equal(fascia_addr_new("system", 0, &addr), FASCIA_ADDR_E_INVALID);
    assert_null(addr);
    fascia_addr_free(NULL);
}

static void a_client_with_a_loop_does_not_block_and_one_without_does_not_call_back(void **state)
{
    struct fascia_addr *addr = client();
    struct sockaddr_in6 peer;
    sd_event *loop = NULL;
    (void)state;

    assert_int_equal(fascia_addr_peer_add_async(addr, 1, "02:00:00:00:00:01", NULL, 1, NULL, NULL),
                     FASCIA_ADDR_E_INVALID);
    assert_int_equal(sd_event_new(&loop), 0);
    assert_int_equal(fascia_addr_attach(addr, loop), 0);
    assert_int_equal(fascia_addr_attach(addr, loop), FASCIA_ADDR_E_INVALID);
    assert_int_equal(fascia_addr_peer_add(addr, 1, "02:00:00:00:00:01", NULL, 1, &peer), FASCIA_ADDR_E_INVALID);
    fascia_addr_free(addr);
    (void)sd_event_unref(loop);
}

static void every_result_has_a_word(void **state)
{
    (void)state;

    assert_string_equal(fascia_addr_result_name(0), "done");
    for (int i = FASCIA_ADDR_E_AWAY; i <= FASCIA_ADDR_E_FAILED; i++)
        assert_string_not_equal(fascia_addr_result_name(i), "error");
    assert_string_equal(fascia_addr_result_name(-EIO), "error");
    assert_string_equal(fascia_addr_result_name(FASCIA_ADDR_E_FAILED + 1), "error");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_scope_is_the_index_that_was_asked_for_and_not_the_name),
        cmocka_unit_test(an_address_without_a_scope_gets_one),
        cmocka_unit_test(what_is_no_link_local_address_is_refused_and_nothing_is_written),
        cmocka_unit_test(each_error_of_the_service_has_its_result_and_keeps_its_sentence),
        cmocka_unit_test(without_a_bus_the_service_is_away),
        cmocka_unit_test(wrong_arguments_of_a_client_are_refused),
        cmocka_unit_test(a_client_with_a_loop_does_not_block_and_one_without_does_not_call_back),
        cmocka_unit_test(every_result_has_a_word),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
