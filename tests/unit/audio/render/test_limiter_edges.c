/* SPDX-License-Identifier: Apache-2.0 */
/* What the limiter promises beyond its usual work. */
#include "audio/render/limiter.h"

#include <math.h>

#include "tests/unit/test.h"

#define RATE 48000

static struct limiter l; /* too large for the stack */

/* The averages bring every peak down, so the clamp behind them never acts: here they are made to be wrong. */
static void a_gain_that_is_wrong_is_still_no_sample_above_the_ceiling(void **state)
{
    float x[LIMITER_CHUNK], *channel = x, highest = 0, lowest = 0;
    (void)state;
    limiter_init(&l, -6, 1.5, 100, RATE);
    l.scale *= 4;
    for (size_t turn = 0; turn < 20; turn++) {
        for (size_t i = 0; i < LIMITER_CHUNK; i++)
            x[i] = 3 * (float)sin(0.05 * (double)(turn * LIMITER_CHUNK + i));
        limiter_run(&l, &channel, 1, LIMITER_CHUNK);
        for (size_t i = 0; i < LIMITER_CHUNK; i++) {
            highest = fmaxf(highest, x[i]);
            lowest = fminf(lowest, x[i]);
        }
    }
    assert_true(l.clamped > 0);
    assert_true(highest == l.ceiling && lowest == -l.ceiling);
}

/* One frame of full scale, wherever in a block and in the steps of what is held it falls: the gain is there in time,
 * and stays for as long. */
static void a_peak_is_held_for_as_long_wherever_it_falls(void **state)
{
    (void)state;
    for (size_t at = 1000; at < 1000 + 2 * LIMITER_HELD_STEP; at++) {
        float x[100], *channel = x;
        size_t held = 0;
        limiter_init(&l, -12, 1.5, 10, RATE);
        for (size_t n = 0; n < 6000; n += 100) {
            for (size_t i = 0; i < 100; i++)
                x[i] = n + i == at ? 1 : 0.01F;
            limiter_run(&l, &channel, 1, 100);
            for (size_t i = 0; i < 100; i++)
                held += n + i != at + limiter_latency(&l) && x[i] < 0.01F * 0.252F; /* -12 dB, and a little */
        }
        /* 30 ms, and at most the window and the steps in which it is remembered on top */
        assert_in_range(held, RATE * LIMITER_HOLD_MS / 1000,
                        RATE * LIMITER_HOLD_MS / 1000 + limiter_latency(&l) + 3 * LIMITER_HELD_STEP);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_gain_that_is_wrong_is_still_no_sample_above_the_ceiling),
        cmocka_unit_test(a_peak_is_held_for_as_long_wherever_it_falls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
