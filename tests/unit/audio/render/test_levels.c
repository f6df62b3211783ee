/* SPDX-License-Identifier: Apache-2.0 */
#include "audio/render/levels.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "tests/unit/audio/render/noise.h"
#include "tests/unit/test.h"

/* --- foreign samples ------------------------------------------------------------------------------------------ */

static void samples_that_are_none_become_silence(void **state)
{
    const float bad[] = {NAN, -NAN, INFINITY, -INFINITY, FLT_MAX, -FLT_MAX, 65536, -65536};
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        const float x[3] = {0.5F, bad[i], -0.5F};
        float to[3] = {9, 9, 9};
        assert_true(levels_clean(to, x, 3));
        assert_true(to[0] == 0.5F && to[1] == 0 && to[2] == -0.5F);
    }
}

static void subnormal_samples_become_silence_and_are_no_fault(void **state)
{
    const float x[3] = {1e-40F, -FLT_TRUE_MIN, -0.0F};
    float to[3] = {9, 9, 9};
    (void)state;
    assert_false(levels_clean(to, x, 3));
    assert_true(to[0] == 0 && to[1] == 0 && to[2] == 0);
}

/* Compilers make vectors of the loop: its first samples and its left-overs are judged alike. */
static void the_border_of_what_is_a_sample_is_the_same_at_each_place(void **state)
{
    static const float none[] = {NAN, -INFINITY, FLT_MAX, 65536, -65536, 0x1p-127F, FLT_TRUE_MIN};
    static const float ours[] = {1, -1, 65535.996F, -65535.996F, FLT_MIN, -FLT_MIN, 0};
    float x[20], to[20];
    (void)state;
    for (size_t k = 0; k < sizeof none / sizeof none[0]; k++) {
        for (size_t at = 0; at < 20; at++) {
            for (size_t i = 0; i < 20; i++)
                x[i] = i == at ? none[k] : ours[k];
            assert_int_equal(levels_clean(to, x, 20), !(fabsf(none[k]) < FLT_MIN));
            x[at] = 0;
            assert_memory_equal(to, x, sizeof to);
        }
    }
}

static void ordinary_and_very_loud_samples_pass_unchanged(void **state)
{
    const float good[] = {0, 1, -1, 0.5F, -32768, 65535.996F, FLT_MIN, -1e-30F};
    float to[sizeof good / sizeof good[0]] = {9};
    (void)state;
    assert_false(levels_clean(to, good, sizeof good / sizeof good[0]));
    assert_memory_equal(to, good, sizeof good);
}

static void a_sample_that_is_none_is_found_wherever_it_is(void **state)
{
    (void)state;
    for (size_t frames = 1; frames < 70; frames++) {
        for (size_t at = 0; at < frames; at++) {
            float x[70] = {0}, to[70] = {0};
            x[at] = NAN;
            assert_true(levels_clean(to, x, frames));
            assert_true(to[at] == 0);
        }
    }
}

/* --- levels --------------------------------------------------------------------------------------------------- */

static void peaks_and_squares_are_those_of_all_samples(void **state)
{
    float x[100];
    uint32_t seed = 5;
    (void)state;
    for (size_t i = 0; i < 100; i++)
        x[i] = noise(&seed);
    for (size_t frames = 0; frames <= 100; frames++) {
        struct levels_sum sum = {.peak = 0.01F, .squares = 7};
        float peak = 0.01F;
        double squares = 7;
        levels_add(&sum, x, frames);
        for (size_t i = 0; i < frames; i++) {
            peak = fmaxf(peak, fabsf(x[i]));
            squares += (double)x[i] * (double)x[i];
        }
        assert_true(sum.peak == peak);
        assert_true(fabs(sum.squares - squares) < 1e-5);
    }
}

static struct levels levels;
static struct render_levels got;

static void gather(float peak, double squares, uint64_t frames, float gain_db, float lowest_gain)
{
    levels.own.output[1] = (struct levels_sum){.peak = peak, .squares = squares};
    levels.own.bus_gain_db[0] = gain_db;
    levels.own.lowest_gain = lowest_gain;
    levels.own.frames = frames;
    levels_give(&levels);
}

static void what_was_given_is_taken_together_and_once(void **state)
{
    (void)state;
    levels_init(&levels);
    gather(0.5F, 10, 100, -6, 0.5F);
    gather(0.25F, 20, 20, -3, 0.8F);
    levels_take(&levels, &got);
    assert_true(got.output[1].peak == 0.5F);
    assert_true(fabs((double)got.output[1].rms - 0.5) < 1e-6); /* of 30 in 120 frames */
    assert_true(fabs((double)got.reduction_db + 6.02) < 0.01);
    assert_int_equal(got.frames, 120);
    assert_true(got.bus_gain_db[0] == -3);
    levels_take(&levels, &got);
    assert_true(got.output[1].peak == 0 && got.output[1].rms == 0 && got.reduction_db == 0 && got.frames == 0);
    assert_true(got.bus_gain_db[0] == -3); /* a gain stays, whether or not anything sounds */
}

static void the_sound_thread_keeps_what_it_has_while_the_reader_is_inside(void **state)
{
    (void)state;
    levels_init(&levels);
    assert_false(atomic_flag_test_and_set(&levels.taken));
    gather(0.5F, 10, 100, 0, 1);
    assert_int_equal(levels.own.frames, 100);
    atomic_flag_clear(&levels.taken);
    levels_give(&levels);
    levels_take(&levels, &got);
    assert_int_equal(got.frames, 100);
    assert_true(got.output[1].peak == 0.5F);
}

static void the_reader_never_waits_for_a_sound_thread_that_is_held_up(void **state)
{
    (void)state;
    levels_init(&levels);
    gather(0.5F, 10, 100, 0, 1);
    assert_false(atomic_flag_test_and_set(&levels.taken));
    levels_take(&levels, &got);
    assert_int_equal(got.frames, 0);
    atomic_flag_clear(&levels.taken);
    levels_take(&levels, &got);
    assert_int_equal(got.frames, 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(samples_that_are_none_become_silence),
        cmocka_unit_test(subnormal_samples_become_silence_and_are_no_fault),
        cmocka_unit_test(the_border_of_what_is_a_sample_is_the_same_at_each_place),
        cmocka_unit_test(ordinary_and_very_loud_samples_pass_unchanged),
        cmocka_unit_test(a_sample_that_is_none_is_found_wherever_it_is),
        cmocka_unit_test(peaks_and_squares_are_those_of_all_samples),
        cmocka_unit_test(what_was_given_is_taken_together_and_once),
        cmocka_unit_test(the_sound_thread_keeps_what_it_has_while_the_reader_is_inside),
        cmocka_unit_test(the_reader_never_waits_for_a_sound_thread_that_is_held_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
