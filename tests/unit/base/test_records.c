/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>

#include "stack/base/event.h"
#include "stack/base/list.h"
#include "stack/base/ring.h"
#include "stack/base/secret.h"
#include "tests/unit/test.h"

static void an_event_survives_the_notify_line(void **state)
{
    struct fascia_event event = {
        .kind = FASCIA_EVENT_STATION_JOINED, .t_us = 123456789, .source = "fascia-link", .detail = "02:00 two words"};
    struct fascia_event back = {0};
    struct fascia_text text;
    char line[300];
    (void)state;

    fascia_text_init(&text, line, sizeof line);
    fascia_event_format(&event, &text);
    assert_string_equal(line, "station-joined 123456789 fascia-link 02:00 two words");
    assert_int_equal(fascia_event_parse(line, &back), 0);
    assert_int_equal(back.kind, event.kind);
    assert_true(back.t_us == event.t_us);
    assert_string_equal(back.source, event.source);
    assert_string_equal(back.detail, event.detail);
}

static void a_malformed_event_line_is_refused(void **state)
{
    static const char *const bad[] = {"",
                                      "nonsense 1 x y",
                                      "link-up",
                                      "link-up x fascia-link",
                                      "link-up -1 fascia-link",
                                      "link-up 1",
                                      "link-up 1 a-source-name-that-is-far-too-long x",
                                      "link-up 1 fascia-link two\nlines"};
    struct fascia_event event;
    (void)state;

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(fascia_event_parse(bad[i], &event), -EBADMSG);
}

static void every_event_kind_has_a_complete_catalogue_entry(void **state)
{
    (void)state;
    for (unsigned int i = 0; i < FASCIA_EVENTS_; i++) {
        enum fascia_event_kind kind = (enum fascia_event_kind)i, back;
        assert_int_equal(strlen(fascia_event_message_id(kind)), 32);
        assert_true(strlen(fascia_event_paragraph(kind)) > 20);
        assert_int_equal(fascia_event_parse_name(fascia_event_name(kind), &back), 0);
        assert_int_equal(back, kind); /* names are unique */
        for (unsigned int j = 0; j < i; j++)
            assert_string_not_equal(fascia_event_message_id(kind), fascia_event_message_id((enum fascia_event_kind)j));
    }
}

static void every_reason_has_a_cause_and_a_remedy(void **state)
{
    (void)state;
    for (unsigned int i = 1; i < FASCIA_REASONS_; i++) {
        enum fascia_reason reason = (enum fascia_reason)i, back;
        assert_true(strlen(fascia_reason_cause(reason)) > 20);
        assert_true(strlen(fascia_reason_remedy(reason)) > 10);
        assert_int_equal(fascia_reason_parse(fascia_reason_id(reason), &back), 0);
        assert_int_equal(back, reason);
        assert_true(strlen(fascia_reason_id(reason)) < 32); /* fascia_fact_parse() reads into 32 octets */
    }
}

static void a_fact_survives_the_notify_line(void **state)
{
    struct fascia_fact fact = {.function = "link", .state = FASCIA_FUNCTION_DEGRADED, .reason = FASCIA_REASON_NO_RADIO};
    struct fascia_fact back = {0};
    struct fascia_text text;
    char line[300];
    (void)state;

    fascia_text_init(&text, line, sizeof line);
    fascia_fact_format(&fact, &text);
    assert_string_equal(line, "link DEGRADED no-radio ");
    assert_int_equal(fascia_fact_parse(line, &back), 0);
    assert_int_equal(back.state, FASCIA_FUNCTION_DEGRADED);
    assert_int_equal(back.reason, FASCIA_REASON_NO_RADIO);
    assert_int_equal(fascia_fact_parse("link BROKEN none", &back), -EBADMSG);
    assert_int_equal(fascia_fact_parse("link FULL because", &back), -EBADMSG);
    assert_int_equal(fascia_fact_parse("link FULL", &back), -EBADMSG);
}

static void a_ring_forgets_the_oldest(void **state)
{
    int storage[3];
    struct fascia_ring ring;
    (void)state;

    FASCIA_RING_INIT(&ring, storage);
    assert_null(fascia_ring_at(&ring, 0));
    for (int i = 1; i <= 5; i++)
        fascia_ring_push(&ring, &i);
    assert_int_equal(ring.count, 3);
    assert_int_equal(*(const int *)fascia_ring_at(&ring, 0), 3);
    assert_int_equal(*(const int *)fascia_ring_at(&ring, 2), 5);
    assert_null(fascia_ring_at(&ring, 3));
}

static void unlinking_twice_is_harmless(void **state)
{
    struct fascia_list head, a, b;
    (void)state;

    fascia_list_init(&head);
    fascia_list_append(&head, &a);
    fascia_list_append(&head, &b);
    fascia_list_unlink(&a);
    fascia_list_unlink(&a);
    assert_ptr_equal(head.next, &b);
    fascia_list_unlink(&b);
    assert_true(fascia_list_is_empty(&head));
}

static void a_wiped_secret_leaves_no_octet(void **state)
{
    struct fascia_secret s = {0}, zero = {0};
    (void)state;

    assert_int_equal(fascia_secret_set(&s, "correct horse", 13), 0);
    assert_false(fascia_secret_is_empty(&s));
    fascia_secret_wipe(&s);
    assert_memory_equal(&s, &zero, sizeof s);
    fascia_secret_wipe(NULL);
}

static void a_secret_that_is_too_long_is_refused_whole(void **state)
{
    static const uint8_t big[FASCIA_SECRET_MAX + 1];
    struct fascia_secret s = {0};
    (void)state;

    assert_int_equal(fascia_secret_set(&s, big, sizeof big), -EMSGSIZE);
    assert_true(fascia_secret_is_empty(&s));
}

static void random_text_needs_an_octet_for_each_character(void **state)
{
    const uint8_t random[] = {0, 63, 64, 255};
    struct fascia_secret s = {0}, same = {0};
    (void)state;

    assert_int_equal(fascia_secret_set_random_text(&s, 5, random, sizeof random), -EINVAL);
    assert_int_equal(fascia_secret_set_random_text(&s, 4, random, sizeof random), 0);
    assert_int_equal(fascia_secret_set(&same, "A_A_", 4), 0);
    assert_true(fascia_secret_equal(&s, &same));
    assert_int_equal(fascia_secret_set(&same, "A_A-", 4), 0);
    assert_false(fascia_secret_equal(&s, &same));
}

static void a_reason_is_told_in_one_sentence_with_its_detail(void **state)
{
    char line[128];
    struct fascia_text text;
    (void)state;

    fascia_text_init(&text, line, sizeof line);
    fascia_reason_explain(FASCIA_REASON_NO_PIPEWIRE, "no such file", &text);
    assert_string_equal(line, "PipeWire cannot be reached: no such file");
    fascia_text_init(&text, line, sizeof line);
    fascia_reason_explain(FASCIA_REASON_NO_PIPEWIRE, "", &text);
    assert_string_equal(line, "PipeWire cannot be reached.");
    fascia_text_init(&text, line, sizeof line);
    fascia_reason_explain(FASCIA_REASON_NONE, "stereo on null2", &text);
    assert_string_equal(line, "stereo on null2");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_event_survives_the_notify_line),
        cmocka_unit_test(a_malformed_event_line_is_refused),
        cmocka_unit_test(every_event_kind_has_a_complete_catalogue_entry),
        cmocka_unit_test(every_reason_has_a_cause_and_a_remedy),
        cmocka_unit_test(a_fact_survives_the_notify_line),
        cmocka_unit_test(a_ring_forgets_the_oldest),
        cmocka_unit_test(unlinking_twice_is_harmless),
        cmocka_unit_test(a_wiped_secret_leaves_no_octet),
        cmocka_unit_test(a_secret_that_is_too_long_is_refused_whole),
        cmocka_unit_test(random_text_needs_an_octet_for_each_character),
        cmocka_unit_test(a_reason_is_told_in_one_sentence_with_its_detail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
