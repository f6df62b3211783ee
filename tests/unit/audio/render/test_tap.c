/* SPDX-License-Identifier: Apache-2.0 */
/* What the sound thread leaves for others, at the edges: a ring that is full to the last place, and samples that are
 * none. */
#include "audio/render/tap.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "audio/render/levels.h"
#include "tests/unit/test.h"

#define FRAMES 256

static struct tap tap;
static float samples[FRAMES], taken[1024];

/* Blocks of a counter, so that each sample tells where it belongs. */
static void put(size_t channels, size_t frames, float first)
{
    const float *all[16];

    for (size_t i = 0; i < FRAMES; i++)
        samples[i] = first + (float)i;
    for (size_t c = 0; c < 16; c++)
        all[c] = samples;
    tap_put(&tap, all, channels, frames);
}

static void open_tap(void)
{
    size_t channels = 0;

    tap_init(&tap);
    assert_int_equal(tap_take(&tap, taken, 1, &channels), 0);
}

static size_t take(size_t floats, size_t channels)
{
    size_t got = 0, frames = tap_take(&tap, taken, floats, &got);

    assert_int_equal(got, channels);
    return frames;
}

static void a_full_ring_gives_back_all_of_it_and_one_float_more_is_lost_whole(void **state)
{
    const size_t block = 1 + FRAMES; /* with its header */
    const size_t blocks = TAP_FLOATS / block, rest = TAP_FLOATS - blocks * block;
    (void)state;
    for (size_t more = 0; more < 3; more++) {
        open_tap();
        for (size_t i = 0; i < blocks; i++)
            put(1, FRAMES, (float)i);
        put(1, rest - 1 + more, -1);
        if (more > 0) { /* what is there is old then: the reader begins anew */
            assert_int_equal(take(1024, 0), 0);
            put(1, 3, 7);
            assert_int_equal(take(1024, 1), 3);
            assert_true(taken[0] == 7 && taken[2] == 9);
        } else {
            for (size_t i = 0; i < blocks; i++) {
                assert_int_equal(take(FRAMES, 1), FRAMES);
                assert_true(taken[0] == (float)i && taken[FRAMES - 1] == (float)(i + FRAMES - 1));
            }
            assert_int_equal(take(1024, 1), rest - 1);
            assert_true(taken[0] == -1 && taken[rest - 2] == (float)(rest - 3));
        }
        assert_int_equal(take(1024, 0), 0);
        tap_finish(&tap);
    }
}

static void a_reader_in_the_middle_of_a_block_begins_anew_after_a_loss(void **state)
{
    (void)state;
    open_tap();
    put(2, 100, 0);
    assert_int_equal(take(20, 2), 10);
    for (size_t i = 0; i < TAP_FLOATS / FRAMES; i++)
        put(1, FRAMES, 0);
    assert_int_equal(take(1024, 0), 0);
    put(1, 5, 30);
    assert_int_equal(take(1024, 1), 5);
    assert_true(taken[0] == 30 && taken[4] == 34);
    tap_finish(&tap);
}

static void blocks_of_other_numbers_of_channels_wait_for_the_next_call(void **state)
{
    (void)state;
    open_tap();
    put(2, 10, 0);
    put(3, 10, 100);
    put(3, 10, 110);
    put(1, 10, 200);
    assert_int_equal(take(1024, 2), 10);
    assert_int_equal(take(1024, 3), 20);
    assert_true(taken[0] == 100 && taken[59] == 119);
    assert_int_equal(take(1024, 1), 10);
    assert_true(taken[0] == 200);
    tap_finish(&tap);
}

/* --- levels ------------------------------------------------------------------------------------------------------- */

static void samples_are_cleaned_where_they_come_in(void **state)
{
    static const struct {
        float in, out;
        bool faulty;
    } cases[] = {
        {NAN, 0, true},
        {-INFINITY, 0, true},
        {FLT_MAX, 0, true},
        {65536, 0, true},
        {-65536, 0, true},
        {131071, 0, true},
        {65535.996F, 65535.996F, false},
        {FLT_TRUE_MIN, 0, false},
        {0x1p-127F, 0, false},
        {FLT_MIN, FLT_MIN, false},
        {-1, -1, false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        for (size_t n = 1; n < 20; n++) { /* alone, and at the end of a vector */
            float x[20] = {0}, clean[20];
            x[n - 1] = cases[i].in;
            assert_int_equal(levels_clean(clean, x, n), cases[i].faulty);
            assert_memory_equal(&clean[n - 1], &cases[i].out, sizeof(float)); /* a comparison might flush */
        }
    }
}

static void the_peak_and_the_power_of_a_block_of_any_length_are_whole(void **state)
{
    (void)state;
    for (size_t n = 0; n < 40; n++) {
        float x[40];
        double squares = 0;
        for (size_t loudest = 0; loudest < n; loudest++) {
            struct levels_sum sum = {0};
            squares = 0;
            for (size_t i = 0; i < n; i++) {
                x[i] = i == loudest ? -2 : (float)(i % 3) / 4;
                squares += (double)x[i] * (double)x[i];
            }
            levels_add(&sum, x, n);
            assert_true(sum.peak == 2 && fabs(sum.squares - squares) < 1e-6);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_full_ring_gives_back_all_of_it_and_one_float_more_is_lost_whole),
        cmocka_unit_test(a_reader_in_the_middle_of_a_block_begins_anew_after_a_loss),
        cmocka_unit_test(blocks_of_other_numbers_of_channels_wait_for_the_next_call),
        cmocka_unit_test(samples_are_cleaned_where_they_come_in),
        cmocka_unit_test(the_peak_and_the_power_of_a_block_of_any_length_are_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
