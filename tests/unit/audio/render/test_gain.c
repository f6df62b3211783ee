/* SPDX-License-Identifier: Apache-2.0 */
#include "audio/render/gain.h"

#include <math.h>

#include "tests/unit/test.h"

#define RATE 48000

static float gains[RATE];

/* Runs in blocks that have nothing to do with the move. Returns the largest change from one frame to the next, as a
 * part of the larger of both. */
static double run(struct gain *g, size_t frames)
{
    double before = (double)g->linear, steepest = 0;

    for (size_t at = 0; at < frames;) {
        size_t n = frames - at < 100 ? frames - at : 100;
        if (!gain_run(g, gains + at, n))
            for (size_t i = 0; i < n; i++)
                gains[at + i] = g->linear;
        at += n;
    }
    for (size_t i = 0; i < frames; i++) {
        steepest = fmax(steepest, fabs((double)gains[i] - before));
        before = (double)gains[i];
    }
    return steepest;
}

static double db(float gain)
{
    return 20 * log10((double)gain);
}

static void it_moves_linearly_in_decibels(void **state)
{
    struct gain g;
    (void)state;
    gain_init(&g, 0);
    gain_move(&g, -20, 100, RATE);
    (void)run(&g, 4800);
    for (size_t i = 0; i < 4800; i++)
        assert_true(fabs(db(gains[i]) + 20.0 * (double)(i + 1) / 4800) < 1e-3);
    assert_false(gain_run(&g, gains, 10)); /* it rests */
    assert_true(g.linear == 0.1F && g.db == -20);
}

static void behind_the_end_of_a_move_it_stays_there_in_the_same_block(void **state)
{
    struct gain g;
    (void)state;
    gain_init(&g, 0);
    gain_move(&g, -20, 100, RATE);
    assert_true(gain_run(&g, gains, 6000));
    for (size_t i = 4799; i < 6000; i++)
        assert_true(gains[i] == 0.1F);
    assert_false(gain_run(&g, gains, 100)); /* it rests */
    assert_true(g.linear == 0.1F);
}

static void it_turns_round_in_the_middle_without_a_step(void **state)
{
    struct gain g;
    (void)state;
    gain_init(&g, 0);
    gain_move(&g, -30, 500, RATE);
    double down = run(&g, 12000);
    assert_true(fabs(db(g.linear) + 15) < 0.01);
    gain_move(&g, 0, 250, RATE);
    double up = run(&g, 12000);
    assert_true(down < 0.0002 && up < 0.0002);
    assert_true(g.linear == 1); /* exactly */
}

static void silence_is_exactly_zero_and_is_left_again(void **state)
{
    struct gain g;
    (void)state;
    gain_init(&g, 0);
    gain_move(&g, -300, 200, RATE);
    assert_true(run(&g, 9600) < 0.002);
    assert_true(g.linear == 0 && gains[9599] == 0 && gains[9598] > 0 && gains[9598] < 1.1e-6F);
    gain_move(&g, -6, 200, RATE);
    assert_true(run(&g, 9600) < 0.002);
    assert_true(fabs(db(g.linear) + 6) < 1e-5);
}

static void no_time_at_all_is_still_no_click(void **state)
{
    static const unsigned rates[] = {8000, 48000, 192000};
    (void)state;
    for (size_t k = 0; k < 3; k++) {
        struct gain g;
        double slope = 2 * M_PI * 20 / rates[k]; /* of a 20 Hz sine, largest */
        gain_init(&g, 0);
        gain_move(&g, -120, 0, rates[k]);
        assert_true(run(&g, rates[k] / 8) <= 1.2 * slope);
        assert_true(g.linear == 0);
        gain_move(&g, 0, 0, rates[k]);
        assert_true(run(&g, rates[k] / 8) <= 1.2 * slope);
        assert_true(g.linear == 1);
    }
}

static void the_time_given_is_taken_when_it_is_enough(void **state)
{
    struct gain g;
    (void)state;
    gain_init(&g, -10);
    gain_move(&g, -13, 7, RATE);
    assert_int_equal(g.left, 336);
    gain_move(&g, -10, 7, RATE); /* there already */
    assert_int_equal(g.left, 0);
    gain_move(&g, -11, UINT32_MAX, RATE);
    assert_true(g.left > 0 && run(&g, 1000) < 1e-6);
}

static void levels_that_are_none_are_silence_and_none_is_too_high(void **state)
{
    struct gain g;
    (void)state;
    gain_init(&g, NAN);
    assert_true(g.linear == 0);
    gain_init(&g, INFINITY);
    assert_true(g.db == GAIN_MAX_DB);
    gain_move(&g, NAN, 1000, RATE);
    assert_true(g.target_db == GAIN_SILENCE_DB);
    gain_move(&g, 1e9, 1000, RATE);
    assert_true(g.target_db == GAIN_MAX_DB);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_moves_linearly_in_decibels),
        cmocka_unit_test(behind_the_end_of_a_move_it_stays_there_in_the_same_block),
        cmocka_unit_test(it_turns_round_in_the_middle_without_a_step),
        cmocka_unit_test(silence_is_exactly_zero_and_is_left_again),
        cmocka_unit_test(no_time_at_all_is_still_no_click),
        cmocka_unit_test(the_time_given_is_taken_when_it_is_enough),
        cmocka_unit_test(levels_that_are_none_are_silence_and_none_is_too_high),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
