/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of a receiver, each by itself: queue, jitter buffer, concealment, clocks. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "audio/rtp/conceal.h"
#include "audio/rtp/drift.h"
#include "audio/rtp/playout.h"
#include "audio/rtp/queue.h"
#include "audio/rtp/source.h"
#include "tests/unit/test.h"

static void a_queue_gives_back_in_order_what_was_put_until_it_is_full(void **state)
{
    struct rtp_queue queue;
    uint8_t payload[700];
    unsigned put = 0, got = 0, x = 1;
    (void)state;
    assert_int_equal(rtp_queue_init(&queue, 4000), 0);
    for (int round = 0; round < 5000; round++) {
        struct rtp_record record = {.position = put};
        const uint8_t *at;
        x = x * 1664525 + 1013904223;
        record.size = x >> 8 & 511;
        memset(payload, (int)(put & 255), sizeof payload);
        if (x >> 30 != 0) {
            put += rtp_queue_put(&queue, &record, payload);
            continue;
        }
        while (rtp_queue_peek(&queue, &record, &at)) {
            assert_int_equal(record.position, got);
            for (size_t i = 0; i < record.size; i++)
                assert_int_equal(at[i], got & 255);
            rtp_queue_drop(&queue);
            got++;
        }
        assert_int_equal(got, put);
    }
    assert_true(put > 1000);
    unsigned more = 0;
    struct rtp_record record = {.size = 700};
    while (rtp_queue_put(&queue, &record, payload))
        more++;
    assert_in_range(more, 3, 5);
    record.size = 5000;
    assert_false(rtp_queue_put(&queue, &record, payload));
    rtp_queue_finish(&queue);
    rtp_queue_finish(&queue);
}

/* One goes, and then as many come as there is room for: the ring's end is passed with hardly any of it free. */
static void a_queue_that_is_always_full_overwrites_nothing(void **state)
{
    struct rtp_record record = {.position = 0};
    struct rtp_queue queue;
    uint8_t payload[900];
    const uint8_t *at;
    unsigned got = 0, x = 1;
    (void)state;
    assert_int_equal(rtp_queue_init(&queue, 4000), 0);
    while (got < 5000) {
        for (;;) {
            record.size = (x >> 8) % sizeof payload;
            memset(payload, (int)(record.position & 255), sizeof payload);
            if (!rtp_queue_put(&queue, &record, payload))
                break;
            record.position++;
            x = x * 1664525 + 1013904223;
        }
        struct rtp_record oldest;
        assert_true(rtp_queue_peek(&queue, &oldest, &at));
        assert_int_equal(oldest.position, got);
        for (size_t i = 0; i < oldest.size; i++)
            assert_int_equal(at[i], got & 255);
        rtp_queue_drop(&queue);
        got++;
    }
    rtp_queue_finish(&queue);
}

static float take_one(struct rtp_playout *p)
{
    float value = NAN;
    size_t n = 0;

    (void)rtp_playout_take(p, &value, 1, &n);
    assert_int_equal(n, 1);
    return value;
}

static size_t put(struct rtp_playout *p, int64_t position, size_t frames)
{
    uint8_t bytes[128];

    for (size_t i = 0; i < frames; i++) {
        bytes[2 * i] = 0;
        bytes[2 * i + 1] = (uint8_t)(position + (int64_t)i);
    }
    return rtp_playout_put(p, position, bytes, 16, frames);
}

static void every_frame_has_its_place_by_its_time(void **state)
{
    struct rtp_playout p;
    (void)state;
    assert_int_equal(rtp_playout_init(&p, 50, 1), 0);
    rtp_playout_restart(&p, 90);
    assert_int_equal(put(&p, 140, 20), 0); /* just beyond: as if it had not come */
    assert_int_equal(p.end, 90);
    assert_int_equal(put(&p, 100, 10), 10);
    assert_int_equal(put(&p, 85, 10), 5); /* half too late */
    assert_int_equal(put(&p, 70, 20), 0);
    assert_int_equal(put(&p, 130, 20), 10); /* half beyond */
    assert_int_equal(put(&p, 140, 20), 0);
    assert_int_equal(p.end, 140);
    for (int i = 90; i < 140; i++) {
        const float value = take_one(&p);
        const bool there = i < 95 || (i >= 100 && i < 110) || i >= 130;
        assert_true(there ? value * 32768 == (float)i : isnan(value));
    }
    for (int i = 0; i < 60; i++) /* and nothing is heard twice */
        assert_true(isnan(take_one(&p)));
    rtp_playout_finish(&p);
}

static void a_seek_drops_what_lies_before_it_and_keeps_the_rest(void **state)
{
    struct rtp_playout p;
    (void)state;
    assert_int_equal(rtp_playout_init(&p, 50, 1), 0);
    rtp_playout_restart(&p, -20);
    assert_int_equal(put(&p, -20, 50), 50);
    rtp_playout_seek(&p, 0);
    assert_true(take_one(&p) == 0);
    assert_true(take_one(&p) * 32768 == 1);
    rtp_playout_seek(&p, -10);
    assert_true(isnan(take_one(&p)));
    rtp_playout_seek(&p, 20);
    assert_true(take_one(&p) * 32768 == 20);
    rtp_playout_seek(&p, 1000);
    assert_int_equal(p.end, 1000);
    for (int i = 0; i < 50; i++)
        assert_true(isnan(take_one(&p)));
    rtp_playout_finish(&p);
}

/* The ring's places are used again: what a seek has dropped must not come back as something else. */
static void what_a_seek_has_dropped_is_not_heard_later(void **state)
{
    struct rtp_playout p;
    (void)state;
    assert_int_equal(rtp_playout_init(&p, 50, 1), 0);
    for (int64_t step = -50; step <= 50; step += 10) {
        rtp_playout_restart(&p, 100);
        assert_int_equal(put(&p, 100, 50), 50);
        rtp_playout_seek(&p, 100 + step);
        assert_true(p.end >= p.read && p.end <= p.read + 50);
        for (int64_t i = p.read, to = i + 150; i < to; i++) {
            const float value = take_one(&p);
            const bool there = i >= 100 && i < 150 && i < 100 + step + 50;
            assert_true(there ? value * 32768 == (float)i : isnan(value));
        }
    }
    rtp_playout_finish(&p);
}

/* A tone, a gap of `gap` frames, the tone again: its largest step. */
static double step_over_gap(double hz, size_t gap, double *ret_level)
{
    struct rtp_conceal c;
    double step = 0, before = 0, power = 0;

    assert_int_equal(rtp_conceal_init(&c, 48000, 1), 0);
    for (size_t i = 0; i < 9600; i++) {
        const bool missing = i >= 4800 && i < 4800 + gap;
        float x = (float)sin(2 * M_PI * hz * (double)i / 48000);
        if (missing)
            rtp_conceal_fill(&c, &x, 1);
        else
            rtp_conceal_play(&c, &x, 1);
        assert_true(fabsf(x) <= 1);
        step = fmax(step, fabs((double)x - before));
        before = x;
        if (missing)
            power += (double)x * (double)x;
    }
    rtp_conceal_finish(&c);
    *ret_level = gap > 0 ? sqrt(2 * power / (double)gap) : 0;
    return step;
}

static void no_gap_makes_a_step_beyond_the_tones_own(void **state)
{
    static const double tones[] = {20, 50, 97, 220, 440, 1000, 3001, 8000};
    static const size_t gaps[] = {1, 48, 240, 480, 960, 1920, 4000};
    double level = 0;
    (void)state;
    for (size_t t = 0; t < 8; t++) {
        const double own = 2 * sin(M_PI * tones[t] / 48000);
        for (size_t g = 0; g < 7; g++) {
            const double step = step_over_gap(tones[t], gaps[g], &level);
            /* below 250 Hz a cross-fade of 8 ms between opposite phases is steeper than the tone */
            if (step > 1.5 * own + 2.0 / 384)
                fail_msg("%f Hz, %zu frames: %f instead of %f", tones[t], gaps[g], step, own);
        }
    }
}

static void a_short_gap_is_filled_at_full_level_and_a_long_one_fades_away(void **state)
{
    double level = 0;
    (void)state;
    (void)step_over_gap(440, 240, &level);
    assert_true(level > 0.95);
    (void)step_over_gap(440, 4000, &level);
    assert_true(level < 0.6);
}

/* Two channels, a loud tone and a quiet one that has nothing to do with it: how far the filled 8 ms are off the loud
 * one, as a part of it. */
static double error_of_fill(uint32_t rate, double hz)
{
    const size_t gap = rate / 125, from = rate / 5;
    double error = 0, power = 0;
    struct rtp_conceal c;

    assert_int_equal(rtp_conceal_init(&c, rate, 2), 0);
    for (size_t i = 0; i < from + gap; i++) {
        const double x = 0.5 * sin(2 * M_PI * hz * (double)i / rate);
        float frame[2] = {(float)(0.01 * sin(2 * M_PI * 1.37 * hz * (double)i / rate)), (float)x};
        if (i < from) {
            rtp_conceal_play(&c, frame, 1);
            continue;
        }
        rtp_conceal_fill(&c, frame, 1);
        error += ((double)frame[1] - x) * ((double)frame[1] - x);
        power += x * x;
    }
    rtp_conceal_finish(&c);
    return sqrt(error / power);
}

static void a_gap_goes_on_with_the_period_of_what_is_loudest(void **state)
{
    static const uint32_t rates[] = {8000, 44100, 48000, 192000};
    static const double tones[] = {97, 131, 220, 349};
    (void)state;
    for (size_t r = 0; r < 4; r++) {
        for (size_t t = 0; t < 4; t++) {
            const double error = error_of_fill(rates[r], tones[t]);
            if (error > 0.15)
                fail_msg("%u Hz, tone of %.0f Hz: %f", rates[r], tones[t], error);
        }
    }
}

/* Runs the controller against a sender that is `ppm` fast; returns the largest error in ms, behind `settled` seconds.
 */
static double follow(struct rtp_drift *d, double ppm, double seconds, double settled, double *ret_slew)
{
    double read = -2880, worst = 0, before = 0;

    *ret_slew = 0;
    rtp_drift_start(d, 48000, 0, true);
    for (int64_t cycle = 0; cycle < (int64_t)(seconds * 1000 / 5); cycle++) {
        const int64_t now = cycle * 5000;
        rtp_drift_packet(d, (int64_t)((double)now * 0.048 * (1 + ppm * 1e-6)), now);
        assert_int_equal(rtp_drift_cycle(d, read, 2880, now), 0);
        *ret_slew = fmax(*ret_slew, fabs(d->speed - before) / 0.005);
        before = d->speed;
        read += 240 * (1 + d->speed);
        if ((double)now / 1e6 > settled)
            worst = fmax(worst, fabs(d->error) / 48);
    }
    return worst;
}

static void the_controller_settles_on_any_clock_and_never_steps(void **state)
{
    static const double clocks[] = {-500, -300, -10, 0, 10, 300, 490};
    struct rtp_drift d;
    (void)state;
    for (size_t i = 0; i < 7; i++) {
        double slew = 0;
        const double ever = follow(&d, clocks[i], 300, 0, &slew);
        assert_true(ever < 2.5);
        /* less than a cent in a second */
        if (slew > 500e-6)
            fail_msg("%f ppm: slew of %f ppm/s", clocks[i], slew * 1e6);
        assert_true(follow(&d, clocks[i], 300, 180, &slew) < 0.1);
        assert_true(fabs(d.integral * 1e6 - clocks[i]) < 1);
    }
}

/* `late(t)`: how late all packets are at that time, in us. Returns the largest speed from `from_us` on, and the jumps.
 */
static double listen_to(struct rtp_drift *d, double seconds, int64_t (*late)(int64_t), int64_t from_us,
                        unsigned *ret_jumps)
{
    double read = -2880, fastest = 0;

    *ret_jumps = 0;
    rtp_drift_start(d, 48000, 0, true);
    for (int64_t now = 0; now < (int64_t)(seconds * 1e6); now += 5000) {
        rtp_drift_packet(d, (now - late(now)) * 48 / 1000, now);
        *ret_jumps += rtp_drift_cycle(d, read, 2880, now) != 0;
        read += 240 * (1 + d->speed);
        if (now >= from_us)
            fastest = fmax(fastest, fabs(d->speed));
    }
    return fastest;
}

static int64_t a_millisecond_from_one_minute_on(int64_t now_us)
{
    return now_us >= 60000000 ? 1000 : 0;
}

static int64_t a_tenth_for_one_window(int64_t now_us)
{
    return now_us > 10000000 && now_us <= 10500000 ? 100000 : 0;
}

/* 2 * 0.03 rad/s * 1 ms are 60 ppm, a tenth of a cent; in the first half minute it would be five times as much. */
static void a_minute_later_it_answers_too_slowly_to_be_heard(void **state)
{
    struct rtp_drift d;
    unsigned jumps = 0;
    (void)state;
    const double fastest = listen_to(&d, 70, a_millisecond_from_one_minute_on, 60000000, &jumps);
    assert_true(fastest > 30e-6 && fastest < 80e-6);
    assert_int_equal(jumps, 0);
}

static void half_a_second_in_which_all_is_late_is_no_other_clock(void **state)
{
    struct rtp_drift d;
    unsigned jumps = 0;
    (void)state;
    (void)listen_to(&d, 20, a_tenth_for_one_window, 0, &jumps);
    assert_int_equal(jumps, 0);
}

static void a_graph_that_stood_still_has_told_nothing_about_the_clocks(void **state)
{
    struct rtp_drift d;
    (void)state;
    rtp_drift_start(&d, 48000, 0, true);
    for (int64_t now = 0; now <= 100000000; now += 100000000) { /* one cycle, and a second one long after */
        rtp_drift_packet(&d, now * 48 / 1000 + 480, now);
        assert_int_equal(rtp_drift_cycle(&d, (double)now * 0.048 - 2880, 2880, now), 0);
    }
    assert_true(fabs(d.error) > 200);
    assert_true(fabs(d.integral) < 20e-6);
}

static void the_earliest_packet_tells_where_the_sender_is(void **state)
{
    struct rtp_drift d;
    double position = 0;
    (void)state;
    rtp_drift_start(&d, 48000, 1000000, true);
    assert_false(rtp_drift_sender(&d, 1000000, &position));
    rtp_drift_packet(&d, 240, 1005000);
    rtp_drift_packet(&d, 480, 1014000); /* 4 ms late */
    assert_true(rtp_drift_sender(&d, 1020000, &position));
    assert_true(fabs(position - 960) < 1e-6);
    (void)rtp_drift_cycle(&d, 0, 2880, 1500000); /* the next window */
    assert_true(rtp_drift_sender(&d, 1520000, &position));
    assert_true(fabs(position - 520 * 48) < 1e-6);
    rtp_drift_packet(&d, INT64_C(520) * 48, 1521000); /* late: it tells nothing */
    assert_true(rtp_drift_sender(&d, 1520000, &position));
    assert_true(fabs(position - 520 * 48) < 1e-6);
    rtp_drift_packet(&d, 520 * 48 + 10, 1520000); /* earlier than all before */
    assert_true(rtp_drift_sender(&d, 1520000, &position));
    assert_true(fabs(position - (520 * 48 + 10)) < 1e-6);
}

static void a_distance_that_cannot_be_made_good_unheard_is_jumped(void **state)
{
    struct rtp_drift d;
    int64_t jump = 0;
    (void)state;
    rtp_drift_start(&d, 48000, 0, true);
    for (int64_t now = 0; jump == 0 && now < 5000000; now += 5000) {
        rtp_drift_packet(&d, now * 48 / 1000, now);
        jump = rtp_drift_cycle(&d, (double)now * 0.048 - 9600, 2880, now);
    }
    assert_in_range(jump, 9600 - 2880 - 48, 9600 - 2880 + 48);
    rtp_drift_jumped(&d);
    rtp_drift_start(&d, 48000, 0, true);
    jump = 0;
    for (int64_t now = 0; jump == 0 && now < 5000000; now += 5000) {
        rtp_drift_packet(&d, now * 48 / 1000, now);
        jump = rtp_drift_cycle(&d, (double)now * 0.048, 2880, now);
    }
    assert_true(jump <= -2880 + 48 && jump >= -2880 - 48);
}

static void a_missing_number_is_a_loss_until_it_comes(void **state)
{
    struct rtp_source source;
    struct rtp_packet packet = {.ssrc = 5, .sequence = 65534};
    int64_t position = 0;
    (void)state;
    rtp_source_init(&source, 48000);
    for (int i = 0; i < 5; i++, packet.sequence++, packet.timestamp += 100) {
        if (i == 3)
            continue;
        assert_int_equal(rtp_source_take(&source, &packet, 1, i * 1000, &position), 0);
        assert_int_equal(position, i * 100);
    }
    assert_int_equal(rtp_source_lost(&source), 1);
    packet.sequence = 1;
    packet.timestamp = 300;
    assert_int_equal(rtp_source_take(&source, &packet, 1, 5000, &position), 0);
    assert_int_equal(position, 300);
    assert_int_equal(rtp_source_lost(&source), 0);
    assert_int_equal(source.reordered, 1);
    assert_int_equal(rtp_source_take(&source, &packet, 1, 5000, &position), RTP_E_DUPLICATE);
    packet.sequence = 30000; /* far away, and alone */
    assert_int_equal(rtp_source_take(&source, &packet, 1, 5000, &position), RTP_E_JUMP);
    assert_int_equal(rtp_source_lost(&source), 0);
    packet.sequence = 2003; /* near enough to be a loss of two thousand */
    packet.timestamp = 90000;
    assert_int_equal(rtp_source_take(&source, &packet, 1, 6000, &position), 0);
    assert_int_equal(rtp_source_lost(&source), 2000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_queue_gives_back_in_order_what_was_put_until_it_is_full),
        cmocka_unit_test(a_queue_that_is_always_full_overwrites_nothing),
        cmocka_unit_test(every_frame_has_its_place_by_its_time),
        cmocka_unit_test(a_seek_drops_what_lies_before_it_and_keeps_the_rest),
        cmocka_unit_test(what_a_seek_has_dropped_is_not_heard_later),
        cmocka_unit_test(no_gap_makes_a_step_beyond_the_tones_own),
        cmocka_unit_test(a_short_gap_is_filled_at_full_level_and_a_long_one_fades_away),
        cmocka_unit_test(a_gap_goes_on_with_the_period_of_what_is_loudest),
        cmocka_unit_test(a_minute_later_it_answers_too_slowly_to_be_heard),
        cmocka_unit_test(half_a_second_in_which_all_is_late_is_no_other_clock),
        cmocka_unit_test(the_controller_settles_on_any_clock_and_never_steps),
        cmocka_unit_test(a_graph_that_stood_still_has_told_nothing_about_the_clocks),
        cmocka_unit_test(the_earliest_packet_tells_where_the_sender_is),
        cmocka_unit_test(a_distance_that_cannot_be_made_good_unheard_is_jumped),
        cmocka_unit_test(a_missing_number_is_a_loss_until_it_comes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
