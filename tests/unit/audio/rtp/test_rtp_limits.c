/* SPDX-License-Identifier: Apache-2.0 */
/* Where a receiver's bounds are: of its buffer, of its level, of the graph's rates, and of what it keeps of a sender.
 */
#include <math.h>
#include <string.h>

#include "tests/unit/audio/rtp/stream.h"
#include "tests/unit/test.h"

static struct stream s;

static int tear_down(void **state)
{
    (void)state;
    stream_close(&s);
    return 0;
}

static void a_sender_that_runs_ahead_has_the_oldest_dropped_at_once(void **state)
{
    (void)state;
    stream_init(&s, 2);
    stream_open(&s);
    stream_run(&s, 2);
    s.timestamp += 3 * 9600; /* three times all that the buffer may hold */
    stream_run(&s, 0.3);     /* less than a window of the clocks */
    struct rtp_receiver_status status = stream_status(&s);
    assert_true(status.playing);
    assert_int_equal(status.late, 0);
    assert_in_range(status.dropped_frames, 3 * 9600 - 1000, 3 * 9600 + 1000);
    assert_true(status.buffer_ms <= 200);
    stream_run(&s, 1); /* and its clock is not taken for a faster one */
    status = stream_status(&s);
    if (fabs(status.drift_ppm) > 50 || fabs(status.buffer_ms - 60) > 5)
        fail_msg("%f ppm, %f ms", status.drift_ppm, status.buffer_ms);
}

static void a_buffer_that_may_be_no_longer_than_it_is_aimed_at_still_takes_the_next_packet(void **state)
{
    (void)state;
    stream_init(&s, 2);
    s.options.buffer_ms = s.options.buffer_max_ms = 60;
    s.ppm = 300; /* so that it is a little more at first */
    stream_open(&s);
    stream_run(&s, 20);
    const struct rtp_receiver_status status = stream_status(&s);
    assert_true(status.playing);
    assert_int_equal(status.dropped_frames, 0);
    assert_int_equal(status.underruns, 0);
    assert_int_equal(status.late, 0);
    assert_true(status.buffer_ms < 60);
}

static void what_is_at_full_scale_stays_there_though_resampling_overshoots(void **state)
{
    (void)state;
    stream_init(&s, 1);
    s.options.rate = 44100;
    s.amplitude = 40; /* the sender clips it to a square wave; stream.c sees that nothing is above 1 */
    stream_open(&s);
    stream_run(&s, 1);
    float highest = 0;
    for (size_t i = 0; i < s.quantum; i++)
        highest = fmaxf(highest, fabsf(s.out[0][i]));
    assert_true(highest == 1);
}

static void a_graph_without_a_sensible_rate_gets_silence(void **state)
{
    static const uint32_t rates[] = {0, 1, 999, 768001, UINT32_MAX};
    float samples[64], *out[RTP_CHANNELS_MAX] = {samples};
    (void)state;
    stream_init(&s, 1);
    stream_open(&s);
    stream_run(&s, 1);
    assert_true(stream_status(&s).playing);
    for (size_t i = 0; i < sizeof rates / sizeof rates[0]; i++) {
        memset(samples, 0xff, sizeof samples); /* no numbers */
        rtp_receiver_pull(s.receiver, out, 64, rates[i], (int64_t)s.now_us);
        for (size_t f = 0; f < 64; f++)
            assert_true(samples[f] == 0);
    }
}

static void a_new_stream_of_smaller_packets_waits_for_no_larger_ones(void **state)
{
    (void)state;
    stream_init(&s, 1);
    s.options.buffer_ms = 20;
    s.packet_frames = 720;
    stream_open(&s);
    stream_run(&s, 3);
    assert_true(stream_status(&s).buffer_ms > 30); /* a cycle, two packets, 2 ms: 37 */
    s.ssrc++;
    s.packet_frames = 96;
    stream_run(&s, 3);
    const struct rtp_receiver_status status = stream_status(&s);
    assert_true(status.playing);
    assert_true(fabs(status.buffer_ms - 20) < 3);
}

static void a_pause_keeps_what_is_known_of_the_clocks_and_another_stream_does_not(void **state)
{
    (void)state;
    stream_init(&s, 1);
    s.ppm = 300;
    stream_open(&s);
    stream_run(&s, 60);
    assert_true(fabs(stream_status(&s).drift_ppm - 300) < 60);
    s.is_paused = true;
    stream_run(&s, 1);
    assert_false(stream_status(&s).playing);
    s.is_paused = false;
    stream_run(&s, 0.5);
    assert_true(stream_status(&s).playing);
    assert_true(fabs(stream_status(&s).drift_ppm - 300) < 60);
    s.ssrc++;
    s.ppm = 0;
    stream_run(&s, 0.5);
    assert_true(stream_status(&s).playing);
    assert_true(fabs(stream_status(&s).drift_ppm) < 60);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_teardown(name, tear_down)
        TEST(a_sender_that_runs_ahead_has_the_oldest_dropped_at_once),
        TEST(a_buffer_that_may_be_no_longer_than_it_is_aimed_at_still_takes_the_next_packet),
        TEST(what_is_at_full_scale_stays_there_though_resampling_overshoots),
        TEST(a_graph_without_a_sensible_rate_gets_silence),
        TEST(a_new_stream_of_smaller_packets_waits_for_no_larger_ones),
        TEST(a_pause_keeps_what_is_known_of_the_clocks_and_another_stream_does_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
