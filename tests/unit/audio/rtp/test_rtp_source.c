/* SPDX-License-Identifier: Apache-2.0 */
/* Which packets belong to the source that is heard, where they belong, and what is counted of them. */
#include "audio/rtp/source.h"

#include <math.h>

#include "tests/unit/test.h"

#define RATE   48000
#define FRAMES 240 /* of a packet */
#define MS     INT64_C(1000)

static struct rtp_source source;
static struct rtp_packet packet;
static int64_t position;

/* A source that has been heard for five packets; the last one has number `sequence`. */
static void begin(uint16_t sequence, uint32_t timestamp)
{
    rtp_source_init(&source, RATE);
    packet = (struct rtp_packet){.ssrc = 5, .sequence = (uint16_t)(sequence - 5), .timestamp = timestamp - 5U * FRAMES};
    for (int i = 0; i < 5; i++) {
        packet.sequence++;
        packet.timestamp += FRAMES;
        assert_int_equal(rtp_source_take(&source, &packet, 1, i * 5 * MS, &position), 0);
    }
}

/* One whose number is that many before (negative) or after the last one of begin(). */
static int take(int step)
{
    struct rtp_packet other = packet;

    other.sequence = (uint16_t)(packet.sequence + step);
    other.timestamp = packet.timestamp + (uint32_t)(step * FRAMES);
    return rtp_source_take(&source, &other, 1, 25 * MS, &position);
}

static int take_other(uint64_t sender, uint32_t ssrc, uint16_t sequence)
{
    struct rtp_packet other = packet;

    other.ssrc = ssrc;
    other.sequence = sequence;
    other.timestamp += FRAMES;
    return rtp_source_take(&source, &other, sender, 25 * MS, &position);
}

static void numbers_go_on_over_every_wrap(void **state)
{
    int64_t expected = 0;
    (void)state;

    rtp_source_init(&source, RATE);
    packet = (struct rtp_packet){.ssrc = 5, .sequence = 65530, .timestamp = UINT32_MAX - 3U * FRAMES};
    for (int i = 0; i < 200000; i++) {
        assert_int_equal(rtp_source_take(&source, &packet, 1, i * 5 * MS, &position), 0);
        assert_int_equal(position, expected);
        expected += FRAMES;
        packet.sequence++;
        packet.timestamp += FRAMES;
    }
    assert_int_equal(source.packets, 200000);
    assert_int_equal(source.epoch, 1);
    assert_int_equal(rtp_source_lost(&source), 0);
}

static void a_packet_out_of_order_is_taken_once_and_the_newest_stays_the_newest(void **state)
{
    (void)state;

    for (unsigned wraps = 0; wraps < 2; wraps++) {
        begin(wraps ? 2 : 100, 4U * FRAMES);
        const int64_t last = position;
        assert_int_equal(take(4), 0);
        assert_int_equal(position, last + 4 * FRAMES);
        assert_int_equal(rtp_source_lost(&source), 3);
        assert_int_equal(take(2), 0); /* late */
        assert_int_equal(position, last + 2 * FRAMES);
        assert_int_equal(take(4), RTP_E_DUPLICATE); /* and this one was here all the same */
        assert_int_equal(take(2), RTP_E_DUPLICATE);
        assert_int_equal(take(0), RTP_E_DUPLICATE);
        assert_int_equal(take(5), 0);
        assert_int_equal(position, last + 5 * FRAMES);
        assert_int_equal(source.reordered, 1);
        assert_int_equal(source.duplicate, 3);
        assert_int_equal(source.packets, 5 + 3);
        assert_int_equal(rtp_source_lost(&source), 2);
    }
}

static void packets_before_the_first_one_have_a_place_too(void **state)
{
    (void)state;

    rtp_source_init(&source, RATE);
    packet = (struct rtp_packet){.ssrc = 5, .sequence = 0, .timestamp = 10};
    assert_int_equal(take(1), 0);
    assert_int_equal(take(0), 0);
    assert_int_equal(position, -FRAMES);
    assert_int_equal(take(-1), 0); /* 65535 */
    assert_int_equal(position, -2 * FRAMES);
    assert_int_equal(rtp_source_lost(&source), 0);
    assert_int_equal(take(-3), 0);
    assert_int_equal(rtp_source_lost(&source), 1);
}

static void what_is_far_off_in_number_or_in_time_is_a_jump(void **state)
{
    static const struct {
        int step;
        int64_t frames;
        int result;
    } cases[] = {
        {3000, FRAMES, 0}, {3001, FRAMES, RTP_E_JUMP},    {-1023, -FRAMES, 0}, {-1024, -FRAMES, RTP_E_JUMP},
        {1, 2 * RATE, 0},  {1, 2 * RATE + 1, RTP_E_JUMP}, {1, -2 * RATE, 0},   {1, -2 * RATE - 1, RTP_E_JUMP},
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        begin(10000, 100);
        packet.sequence = (uint16_t)(packet.sequence + cases[i].step);
        packet.timestamp += (uint32_t)cases[i].frames;
        const int64_t last = position;
        assert_int_equal(rtp_source_take(&source, &packet, 1, 30 * MS, &position), cases[i].result);
        assert_int_equal(position, cases[i].result == 0 ? last + cases[i].frames : last);
    }
}

/* SSRC, number and sender have to agree three times in a row. */
static void only_a_row_of_three_is_a_new_stream(void **state)
{
    (void)state;

    begin(100, 0);
    assert_int_equal(take_other(1, 9, 101), RTP_E_STRANGER); /* as if it went on, but for the SSRC */
    assert_int_equal(take_other(1, 9, 102), RTP_E_STRANGER);
    assert_int_equal(take(1), 0); /* the old one is still there */
    assert_int_equal(take_other(1, 9, 103), RTP_E_STRANGER);
    assert_int_equal(take_other(1, 9, 105), RTP_E_STRANGER);
    assert_int_equal(take_other(1, 9, 107), RTP_E_STRANGER);
    assert_int_equal(take_other(1, 8, 108), RTP_E_STRANGER);
    assert_int_equal(take_other(1, 9, 1123), RTP_E_STRANGER);
    assert_int_equal(take_other(1, 9, 1124), RTP_E_STRANGER);
    assert_int_equal(take_other(2, 9, 1125), RTP_E_STRANGER); /* another sender altogether: it never gets anywhere */
    assert_int_equal(source.epoch, 1);
    assert_int_equal(source.ssrc, 5);
    assert_int_equal(take_other(1, 9, 1125), 0);
    assert_int_equal(position, 0);
    assert_int_equal(source.epoch, 2);
    assert_int_equal(source.ssrc, 9);
    assert_int_equal(take_other(1, 9, 1124), 0); /* it has the mark of 100, which is of the old stream */
    for (int i = 0; i < 10; i++)                 /* of another sender no row is long enough */
        assert_int_equal(take_other(2, 9, (uint16_t)(1126 + i)), RTP_E_STRANGER);
}

static void senders_who_take_turns_are_none(void **state)
{
    (void)state;

    rtp_source_init(&source, RATE);
    packet = (struct rtp_packet){.ssrc = 5};
    for (uint16_t i = 0; i < 100; i++) {
        assert_int_equal(take_other(1 + i % 2, 5, i), 0);
        assert_false(rtp_source_is_settled(&source));
    }
    assert_int_equal(take_other(3, 5, 7), 0);
    assert_int_equal(take_other(3, 5, 8), 0);
    assert_false(rtp_source_is_settled(&source));
    assert_int_equal(take_other(3, 5, 9), 0);
    assert_true(rtp_source_is_settled(&source));
    assert_int_equal(take_other(1, 5, 101), RTP_E_STRANGER);
    rtp_source_turn(&source, 60 * 1000 * MS);
    assert_false(rtp_source_is_settled(&source));
}

static void losses_are_remembered_when_a_stream_begins_anew(void **state)
{
    (void)state;

    begin(100, 0);
    assert_int_equal(take(3), 0);
    assert_int_equal(rtp_source_lost(&source), 2);
    for (uint16_t i = 0; i < 3; i++)
        (void)take_other(1, 9, (uint16_t)(7000 + i));
    assert_int_equal(source.ssrc, 9);
    assert_int_equal(rtp_source_lost(&source), 2);
    assert_int_equal(take_other(1, 9, 7004), 0);
    assert_int_equal(rtp_source_lost(&source), 3);
    assert_int_equal(source.packets, 5 + 1 + 2);
}

static void who_is_refused_does_not_keep_the_place_of_a_silent_one(void **state)
{
    (void)state;

    begin(100, 0);
    const int64_t last = source.last_us;
    for (int i = 0; i < 20; i++)
        assert_int_equal(rtp_source_take(&source, &packet, 2, last + i * 100 * MS, &position), RTP_E_STRANGER);
    rtp_source_turn(&source, last + RTP_SOURCE_SILENT_US);
    assert_true(source.is_heard);
    rtp_source_turn(&source, last + RTP_SOURCE_SILENT_US + 1);
    assert_false(source.is_heard);
    assert_int_equal(rtp_source_take(&source, &packet, 2, last + 3 * RTP_SOURCE_SILENT_US, &position), 0);
    assert_int_equal(source.sender, 2);
}

/* "J(i) = J(i-1) + (|D(i-1,i)| - J(i-1))/16", in frames (RFC 3550 section 6.4.1). */
static void the_jitter_is_that_of_rfc_3550(void **state)
{
    static const int late_us[] = {0, 1000, 1000, 0, 4000, 0};
    double expected = 0;
    (void)state;

    rtp_source_init(&source, RATE);
    packet = (struct rtp_packet){.ssrc = 5};
    for (size_t i = 0; i < sizeof late_us / sizeof late_us[0]; i++) {
        assert_int_equal(rtp_source_take(&source, &packet, 1, (int64_t)i * 5 * MS + late_us[i], &position), 0);
        if (i > 0)
            expected += (fabs((late_us[i] - late_us[i - 1]) * 0.048) - expected) / 16;
        assert_true(fabs(source.jitter - expected) < 1e-6);
        packet.sequence++;
        packet.timestamp += FRAMES;
    }
    assert_true(expected > 20);
    for (uint16_t i = 0; i < 3; i++)
        (void)take_other(1, 9, i);
    assert_true(source.ssrc == 9 && source.jitter == 0); /* another stream's transit says nothing about this one's */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_go_on_over_every_wrap),
        cmocka_unit_test(a_packet_out_of_order_is_taken_once_and_the_newest_stays_the_newest),
        cmocka_unit_test(packets_before_the_first_one_have_a_place_too),
        cmocka_unit_test(what_is_far_off_in_number_or_in_time_is_a_jump),
        cmocka_unit_test(only_a_row_of_three_is_a_new_stream),
        cmocka_unit_test(senders_who_take_turns_are_none),
        cmocka_unit_test(losses_are_remembered_when_a_stream_begins_anew),
        cmocka_unit_test(who_is_refused_does_not_keep_the_place_of_a_silent_one),
        cmocka_unit_test(the_jitter_is_that_of_rfc_3550),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
