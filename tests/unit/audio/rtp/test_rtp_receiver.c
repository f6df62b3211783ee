/* SPDX-License-Identifier: Apache-2.0 */
#include "audio/rtp/receiver.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/audio/rtp/stream.h"
#include "tests/unit/test.h"

static struct stream s; /* a hundred kilobytes and more: not for the stack */
static float heard[96000];

static int tear_down(void **state)
{
    (void)state;
    stream_close(&s);
    return 0;
}

/* The largest step of the sines themselves, all channels. */
static double own_step(void)
{
    return s.amplitude * 2 * sin(M_PI * s.hz * s.options.channels / s.graph_rate);
}

static uint32_t noise(uint64_t number)
{
    uint64_t x = (number + 1) * UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ (x >> 31)) * UINT64_C(0xbf58476d1ce4e5b9);
    return (uint32_t)(x >> 33);
}

static double jittery(uint64_t number)
{
    return 1000 + noise(number) % 8000;
}

static double lossy_1(uint64_t number)
{
    return noise(number) % 100 == 0 ? -1 : jittery(number);
}

static double lossy_10(uint64_t number)
{
    return noise(number) % 10 == 0 ? -1 : jittery(number);
}

static double every_seventh_late(uint64_t number)
{
    return number % 7 == 3 ? 21000 : 1000;
}

/* Each 2 s nothing comes for 200 ms, and then all of it at once. */
static double stalling(uint64_t number)
{
    const uint64_t phase = number % 400;
    return phase >= 200 && phase < 240 ? 1000 + 5000.0 * (double)(240 - phase) : 1000;
}

static void expect_clean(const struct rtp_receiver_status *status)
{
    assert_true(status->playing);
    assert_int_equal(status->refused, 0);
    assert_int_equal(status->lost, 0);
    assert_int_equal(status->late, 0);
    assert_int_equal(status->concealed_frames, 0);
    assert_int_equal(status->dropped_frames, 0);
    assert_int_equal(status->underruns, 0);
}

static void expect_sine(double hz, double amplitude, double worst_residual)
{
    double a = 0, residual = 1;

    assert_int_equal(s.recorded, s.record_size);
    stream_fit(heard, s.recorded, s.graph_rate, hz, &a, &residual);
    if (fabs(a - amplitude) > 0.002 * amplitude || residual > worst_residual)
        fail_msg("amplitude %f, residual %g", a, residual);
}

static void a_programme_comes_out_as_it_was_sent(void **state)
{
    static const struct {
        unsigned bits, channels;
        uint32_t rate, graph_rate;
        size_t quantum;
    } cases[] = {
        {16, 1, 8000, 48000, 256},    {16, 2, 44100, 48000, 1024}, {24, 2, 48000, 48000, 64},
        {24, 6, 48000, 48000, 1024},  {16, 12, 48000, 44100, 512}, {24, 2, 192000, 48000, 256},
        {16, 2, 48000, 192000, 8192},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        stream_init(&s, cases[i].channels);
        s.options.bits = cases[i].bits;
        s.options.rate = cases[i].rate;
        s.packet_frames = 1200 / (cases[i].bits / 8 * cases[i].channels);
        if (s.packet_frames > s.options.rate / 200)
            s.packet_frames = s.options.rate / 200;
        s.graph_rate = cases[i].graph_rate;
        s.quantum = cases[i].quantum;
        s.hz = 200;
        stream_open(&s);
        stream_run(&s, 1);
        stream_record(&s, heard, s.graph_rate / 4);
        stream_run(&s, 1);
        struct rtp_receiver_status status = stream_status(&s);
        expect_clean(&status);
        expect_sine(200, 0.5, 0.002);
        stream_close(&s);
    }
}

static void every_channel_keeps_its_place(void **state)
{
    (void)state;
    stream_init(&s, 12);
    s.hz = 100;
    s.quantum = 4800;
    stream_open(&s);
    stream_run(&s, 1);
    for (unsigned c = 0; c < 12; c++) {
        double a = 0, residual = 1;
        stream_fit(s.out[c], 4800, 48000, 100.0 * (c + 1), &a, &residual);
        if (fabs(a - 0.5) > 0.002 || residual > 0.05)
            fail_msg("channel %u: amplitude %f, residual %g", c, a, residual);
    }
}

static void it_begins_and_ends_by_a_fade(void **state)
{
    (void)state;
    stream_init(&s, 2);
    s.hz = 20;
    s.frame = 600; /* begins at full deflection */
    stream_open(&s);
    stream_run(&s, 0.5);
    s.is_paused = true;
    stream_run(&s, 0.5);
    assert_true(s.step_max < own_step() + s.amplitude / 300);
    struct rtp_receiver_status status = stream_status(&s);
    assert_false(status.playing);
    assert_int_equal(status.underruns, 1);
    assert_true(s.before[0] == 0);
    s.is_paused = false;
    stream_run(&s, 0.5);
    assert_true(stream_status(&s).playing);
    assert_true(s.step_max < own_step() + s.amplitude / 300);
}

static void clocks_that_differ_are_followed(void **state)
{
    static const double ppm[] = {300, -300};
    const char *hours = getenv("FASCIA_TEST_HOURS");  /* they take minutes: not with every run */
    const int minutes = hours ? atoi(hours) * 60 : 3; /* NOLINT(cert-err34-c) */
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        double low = 1e9, high = 0;
        stream_init(&s, 1);
        s.options.rate = s.graph_rate = 8000;
        s.packet_frames = 160;
        s.quantum = 256;
        s.ppm = ppm[i];
        s.network = jittery;
        stream_open(&s);
        for (int minute = 0; minute < minutes; minute++) {
            stream_run(&s, 60);
            const struct rtp_receiver_status status = stream_status(&s);
            expect_clean(&status);
            low = fmin(low, status.buffer_ms);
            high = fmax(high, status.buffer_ms);
            if (minute >= 2 && fabs(status.drift_ppm - ppm[i]) > 15)
                fail_msg("after %d min %f ppm instead of %f", minute, status.drift_ppm, ppm[i]);
        }
        /* 160 + 2 + 256 frames are more than 60 ms: 2 packets and a cycle and 2 ms */
        if (low < 70 || high > 80)
            fail_msg("the buffer was between %f and %f ms", low, high);
        stream_close(&s);
    }
}

static void lost_packets_are_concealed_without_a_click(void **state)
{
    double (*const networks[])(uint64_t) = {lossy_1, lossy_10};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        stream_init(&s, 2);
        s.hz = 220;
        s.network = networks[i];
        stream_open(&s);
        stream_run(&s, 1);
        const uint64_t lost_before = s.lost;
        const struct rtp_receiver_status before = stream_status(&s);
        stream_run(&s, 20);
        const struct rtp_receiver_status after = stream_status(&s);
        const double lost = (double)(s.lost - lost_before) * (double)s.packet_frames;
        assert_true(s.lost > 20);
        assert_true(llabs((long long)(after.lost - before.lost) - (long long)(s.lost - lost_before)) <= 4);
        assert_true(fabs((double)(after.concealed_frames - before.concealed_frames) - lost) <
                    20 * (double)s.packet_frames);
        assert_int_equal(after.underruns, 0);
        assert_int_equal(after.dropped_frames, 0);
        if (s.step_max > 1.5 * own_step())
            fail_msg("a step of %f instead of %f", s.step_max, own_step());
        stream_close(&s);
    }
}

static void order_and_duplicates_are_not_heard(void **state)
{
    (void)state;
    stream_init(&s, 2);
    s.network = every_seventh_late;
    s.twice = true;
    s.sequence = 65500; /* and all numbers wrap */
    s.timestamp = UINT32_MAX - 20000;
    stream_open(&s);
    stream_run(&s, 1);
    stream_record(&s, heard, 48000);
    stream_run(&s, 2);
    struct rtp_receiver_status status = stream_status(&s);
    assert_true(status.reordered > 50);
    assert_true(status.duplicate > 500);
    status.lost = 0; /* some are on their way */
    expect_clean(&status);
    expect_sine(440, 0.5, 0.01);
}

static void a_network_that_stalls_costs_what_came_too_late_and_no_more(void **state)
{
    (void)state;
    stream_init(&s, 2);
    s.network = stalling;
    stream_open(&s);
    stream_run(&s, 10.5);
    const struct rtp_receiver_status status = stream_status(&s);
    assert_true(status.playing);
    assert_true(status.late > 100 && status.late < 200);
    assert_int_equal(status.dropped_frames, 0);
    assert_true(fabs(status.buffer_ms - 60) < 5);
    assert_true(s.step_max < 1.5 * own_step());
    assert_true(fabs(status.drift_ppm) < 20);
}

static void a_sender_that_begins_anew_is_taken_at_its_third_packet(void **state)
{
    (void)state;
    stream_init(&s, 2);
    stream_open(&s);
    stream_run(&s, 1);
    stream_listen_anew(&s);
    s.ssrc = 0x9999;
    s.sequence = 7;
    s.timestamp = 77;
    s.frame += 31;
    stream_run(&s, 1);
    struct rtp_receiver_status status = stream_status(&s);
    assert_true(status.playing);
    assert_int_equal(status.ssrc, 0x9999);
    assert_int_equal(status.refused, 2);
    assert_true(s.step_max < 1.5 * own_step());
    s.timestamp += 100000000; /* the same source, far away */
    stream_run(&s, 1);
    status = stream_status(&s);
    assert_true(status.playing);
    assert_int_equal(status.refused, 4);
    assert_true(s.step_max < 1.5 * own_step());
}

static void a_timestamp_that_jumps_a_little_is_followed(void **state)
{
    static const int32_t jumps[] = {4800, 20000, -4800, -20000};
    (void)state;
    for (size_t i = 0; i < 4; i++) {
        stream_init(&s, 2);
        stream_open(&s);
        stream_run(&s, 1);
        stream_listen_anew(&s);
        s.timestamp += (uint32_t)jumps[i];
        stream_run(&s, 2);
        stream_record(&s, heard, 2400); /* short: it is on its way back to 60 ms, at a slightly other pitch */
        stream_run(&s, 1.1);
        const struct rtp_receiver_status status = stream_status(&s);
        assert_true(status.playing);
        if (fabs(status.buffer_ms - 60) > 25)
            fail_msg("jump %d: %f ms", (int)jumps[i], status.buffer_ms);
        assert_true(s.step_max < 1.5 * own_step());
        expect_sine(440, 0.5, 0.1);
        stream_close(&s);
    }
}

static void others_are_strangers_until_the_one_that_is_heard_has_been_silent(void **state)
{
    uint8_t bytes[1500];
    uint64_t sender = 0;
    (void)state;
    stream_init(&s, 2);
    stream_open(&s);
    stream_run(&s, 0.1);
    assert_true(rtp_receiver_sender(s.receiver, &sender));
    assert_int_equal(sender, 1);
    const size_t size = stream_packet(&s, 1, 1, 0, bytes);
    for (int i = 0; i < 10; i++)
        assert_int_equal(rtp_receiver_put(s.receiver, bytes, size, 2, (int64_t)s.now_us), RTP_E_STRANGER);
    s.is_paused = true;
    stream_run(&s, 2.1);
    assert_false(rtp_receiver_sender(s.receiver, &sender));
    for (uint16_t i = 1; i <= 3; i++) {
        assert_false(rtp_receiver_sender(s.receiver, &sender));
        (void)stream_packet(&s, i, i * 240U, 0, bytes);
        assert_int_equal(rtp_receiver_put(s.receiver, bytes, size, 2, (int64_t)s.now_us), 0);
    }
    assert_true(rtp_receiver_sender(s.receiver, &sender));
    assert_int_equal(sender, 2);
}

static void one_stray_packet_keeps_nobody_out(void **state)
{
    uint8_t bytes[1500];
    (void)state;
    stream_init(&s, 2);
    stream_open(&s);
    const size_t size = stream_packet(&s, 9, 1, 0, bytes);
    assert_int_equal(rtp_receiver_put(s.receiver, bytes, size, 2, (int64_t)s.now_us), 0);
    stream_run(&s, 0.5);
    const struct rtp_receiver_status status = stream_status(&s);
    assert_true(status.playing);
    assert_int_equal(status.refused, 0);
}

static void when_nobody_listens_packets_are_refused_and_later_it_plays_on(void **state)
{
    uint8_t bytes[1500];
    int r = 0, taken = 0;
    (void)state;
    stream_init(&s, 2);
    stream_open(&s);
    double now = s.now_us;
    while (r == 0 && taken < 100000) {
        const size_t size = stream_packet(&s, (uint16_t)taken, (uint32_t)taken * 240, 0, bytes);
        r = rtp_receiver_put(s.receiver, bytes, size, 1, (int64_t)now);
        now += 5000;
        taken++;
    }
    assert_int_equal(r, RTP_E_FULL);
    assert_true(taken < 1000);
    s.sequence = (uint16_t)taken;
    s.timestamp = (uint32_t)taken * 240;
    s.now_us = s.next_packet_us = now;
    s.next_cycle_us = now + 100;
    stream_run(&s, 1);
    const struct rtp_receiver_status status = stream_status(&s);
    assert_true(status.playing);
    assert_true(fabs(status.buffer_ms - 60) < 10);
}

static void the_graph_may_change_its_rate_and_its_quantum(void **state)
{
    static const struct {
        uint32_t rate;
        size_t quantum;
    } cases[] = {{44100, 1024}, {48000, 32}, {96000, 8192}, {48000, 256}, {48000, 8192}, {48000, 1024}};
    (void)state;
    stream_init(&s, 2);
    stream_open(&s);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        s.graph_rate = cases[i].rate;
        s.quantum = cases[i].quantum;
        stream_run(&s, 4);
        assert_true(stream_status(&s).playing);
        stream_record(&s, heard, s.graph_rate / 20);
        stream_run(&s, 1);
        expect_sine(440, 0.5, 0.1);
    }
    assert_true(s.step_max < 1.5 * s.amplitude * 2 * sin(M_PI * 880 / 44100));
}

static void what_is_no_such_stream_is_refused_and_changes_nothing(void **state)
{
    uint8_t bytes[RTP_PACKET_MAX + 1] = {0x80, 97};
    (void)state;
    stream_init(&s, 2);
    stream_open(&s);
    assert_int_equal(rtp_receiver_put(s.receiver, bytes, 11, 1, 0), RTP_E_SHORT);
    assert_int_equal(rtp_receiver_put(s.receiver, bytes, sizeof bytes, 1, 0), RTP_E_SHORT);
    assert_int_equal(rtp_receiver_put(s.receiver, bytes, 12, 1, 0), RTP_E_FORMAT); /* nothing in it */
    assert_int_equal(rtp_receiver_put(s.receiver, bytes, 15, 1, 0), RTP_E_FORMAT); /* no whole frame */
    bytes[1] = 96;
    assert_int_equal(rtp_receiver_put(s.receiver, bytes, 16, 1, 0), RTP_E_FORMAT);
    bytes[0] = 0x40;
    assert_int_equal(rtp_receiver_put(s.receiver, bytes, 16, 1, 0), RTP_E_VERSION);
    const struct rtp_receiver_status status = stream_status(&s);
    assert_int_equal(status.refused, 6);
    assert_int_equal(status.packets, 0);
    uint64_t sender = 0;
    assert_false(rtp_receiver_sender(s.receiver, &sender));
}

static void options_out_of_range_are_refused(void **state)
{
    struct rtp_receiver *receiver = NULL;
    (void)state;
#define REFUSED(...)                                                                                                   \
    do {                                                                                                               \
        struct rtp_receiver_options o = {                                                                              \
            .payload_type = 97, .bits = 16, .channels = 2, .rate = 48000, .buffer_ms = 60, .buffer_max_ms = 200};      \
        __VA_ARGS__;                                                                                                   \
        assert_int_equal(rtp_receiver_new(&o, &receiver), -EINVAL);                                                    \
        assert_null(receiver);                                                                                         \
    } while (0)
    REFUSED(o.payload_type = 128);
    REFUSED(o.bits = 20);
    REFUSED(o.channels = 0);
    REFUSED(o.channels = 13);
    REFUSED(o.rate = 7999);
    REFUSED(o.rate = 192001);
    REFUSED(o.buffer_ms = 4);
    REFUSED(o.buffer_ms = 201);
    REFUSED(o.buffer_max_ms = 2001);
    rtp_receiver_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_teardown(name, tear_down)
        TEST(a_programme_comes_out_as_it_was_sent),
        TEST(every_channel_keeps_its_place),
        TEST(it_begins_and_ends_by_a_fade),
        TEST(clocks_that_differ_are_followed),
        TEST(lost_packets_are_concealed_without_a_click),
        TEST(order_and_duplicates_are_not_heard),
        TEST(a_network_that_stalls_costs_what_came_too_late_and_no_more),
        TEST(a_sender_that_begins_anew_is_taken_at_its_third_packet),
        TEST(a_timestamp_that_jumps_a_little_is_followed),
        TEST(others_are_strangers_until_the_one_that_is_heard_has_been_silent),
        TEST(one_stray_packet_keeps_nobody_out),
        TEST(when_nobody_listens_packets_are_refused_and_later_it_plays_on),
        TEST(the_graph_may_change_its_rate_and_its_quantum),
        TEST(what_is_no_such_stream_is_refused_and_changes_nothing),
        TEST(options_out_of_range_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
