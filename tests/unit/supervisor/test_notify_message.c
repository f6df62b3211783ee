/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/supervisor/notify_message.h"

#include <errno.h>
#include <string.h>

#include "tests/unit/test.h"

static struct notify_message m;

static int parse(const char *text)
{
    memset(&m, 0, sizeof m);
    return notify_message_parse(text, strlen(text), &m);
}

static void readiness_status_and_watchdog_are_understood(void **state)
{
    (void)state;
    assert_int_equal(parse("READY=1\nSTATUS=all well\nWATCHDOG=1\n"), 0);
    assert_true(m.ready && m.watchdog && m.has_status);
    assert_false(m.stopping || m.watchdog_trigger || m.has_fact || m.has_event);
    assert_string_equal(m.status, "all well");

    assert_int_equal(parse("STOPPING=1\nWATCHDOG=trigger\nERRNO=2\nEXTEND_TIMEOUT_USEC=5000000"), 0);
    assert_true(m.stopping && m.watchdog_trigger);
    assert_false(m.watchdog || m.ready);
    assert_int_equal(m.error, 2);
    assert_true(m.extend_us == 5000000);
}

static void facts_and_events_are_understood(void **state)
{
    (void)state;
    assert_int_equal(parse("X_FASCIA_FACT=link DEGRADED no-radio none seen\n"
                           "X_FASCIA_EVENT=link-down 123 fascia-link gone"),
                     0);
    assert_true(m.has_fact && m.has_event);
    assert_int_equal(m.fact.state, FASCIA_FUNCTION_DEGRADED);
    assert_int_equal(m.fact.reason, FASCIA_REASON_NO_RADIO);
    assert_string_equal(m.fact.detail, "none seen");
    assert_int_equal(m.event.kind, FASCIA_EVENT_LINK_DOWN);
    assert_true(m.event.t_us == 123);
}

/* It becomes part of a path below /sys. */
static void the_name_of_a_radio_is_a_name_and_no_path(void **state)
{
    static const char *const refused[] = {
        "X_FASCIA_RADIO=",
        "X_FASCIA_RADIO=..",
        "X_FASCIA_RADIO=phy0/../x",
        "X_FASCIA_RADIO=phy 0",
        "X_FASCIA_RADIO=phy\xc3\xa9",
        "X_FASCIA_RADIO=phy0\nX_FASCIA_RADIO=phy1",
        "X_FASCIA_RADIO=abcdefghijklmnopqrstuvwx", /* 24 characters */
    };
    (void)state;

    assert_int_equal(parse("X_FASCIA_RADIO=phy0"), 0);
    assert_string_equal(m.radio, "phy0");
    assert_int_equal(parse("X_FASCIA_RADIO=Wiphy_1-b\nREADY=1"), 0);
    assert_string_equal(m.radio, "Wiphy_1-b");
    assert_int_equal(parse("X_FASCIA_RADIO=abcdefghijklmnopqrstuvw"), 0);
    assert_int_equal(parse("READY=1"), 0);
    assert_string_equal(m.radio, "");
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
        assert_int_equal(parse(refused[i]), -EBADMSG);
}

static void unknown_keys_are_passed_over(void **state)
{
    (void)state;
    assert_int_equal(parse("MAINPID=1\nFDSTORE=1\nX_OTHER=READY=1\nX_OTHER=again"), 0);
    assert_false(m.ready);
}

static void a_status_is_cut_to_fit(void **state)
{
    char text[1024] = "STATUS=";
    (void)state;

    memset(text + 7, 'a', 900);
    assert_int_equal(parse(text), 0);
    assert_int_equal(strlen(m.status), FASCIA_DETAIL_SIZE - 1);
}

static void octets_that_d_bus_would_refuse_become_question_marks(void **state)
{
    (void)state;
    assert_int_equal(parse("X_FASCIA_FACT=link FULL none caf\xc3\xa9 \xff\xc3 \xed\xa0\x80"), 0);
    assert_string_equal(m.fact.detail, "caf\xc3\xa9 ?? ???");
    assert_int_equal(parse("STATUS=\x1b[31m \xf4\x90\x80\x80 \xf0\x9f\x9a\x97 \xe0\x80\x80 \xf0\x80\x80\x80"), 0);
    assert_string_equal(m.status, "?[31m ???? \xf0\x9f\x9a\x97 ??? ????");
}

static void a_malformed_message_is_refused(void **state)
{
    static const char *const wrong[] = {
        "",
        "READY",
        "=1",
        "READY=2",
        "READY=1\nREADY=1",
        "STOPPING=yes",
        "WATCHDOG=0",
        "ERRNO=-1",
        "ERRNO=4096",
        "ERRNO=x",
        "EXTEND_TIMEOUT_USEC=-5",
        "EXTEND_TIMEOUT_USEC=99999999999999999999",
        "X_FASCIA_FACT=link SPLENDID none",
        "X_FASCIA_FACT=link FULL none a\x1b",
        "X_FASCIA_EVENT=no-such-event 1 x y",
    };
    (void)state;

    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        if (parse(wrong[i]) != -EBADMSG)
            fail_msg("accepted: %s", wrong[i]);
    }
    assert_int_equal(notify_message_parse("READY=1\0STATUS=x", 16, &m), -EBADMSG);
}

static void the_result_is_untouched_on_error(void **state)
{
    (void)state;
    memset(&m, 0, sizeof m);
    assert_int_equal(notify_message_parse("READY=1\nnonsense", 16, &m), -EBADMSG);
    assert_false(m.ready);
}

static void size_is_capped_before_anything_is_read(void **state)
{
    static char text[NOTIFY_MESSAGE_MAX + 1];
    (void)state;

    memset(text, '\n', sizeof text);
    text[0] = 'A';
    text[1] = '=';
    assert_int_equal(notify_message_parse(text, NOTIFY_MESSAGE_MAX, &m), 0);
    assert_int_equal(notify_message_parse(text, NOTIFY_MESSAGE_MAX + 1, &m), -EMSGSIZE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(readiness_status_and_watchdog_are_understood),
        cmocka_unit_test(facts_and_events_are_understood),
        cmocka_unit_test(the_name_of_a_radio_is_a_name_and_no_path),
        cmocka_unit_test(unknown_keys_are_passed_over),
        cmocka_unit_test(a_status_is_cut_to_fit),
        cmocka_unit_test(octets_that_d_bus_would_refuse_become_question_marks),
        cmocka_unit_test(a_malformed_message_is_refused),
        cmocka_unit_test(the_result_is_untouched_on_error),
        cmocka_unit_test(size_is_capped_before_anything_is_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
