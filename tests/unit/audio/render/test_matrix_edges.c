/* SPDX-License-Identifier: Apache-2.0 */
/* Where the matrix could be wrong by one: the first frame of a ramp, and the last. */
#include <float.h>
#include <math.h>
#include <string.h>

#include "audio/render/matrix.h"
#include "tests/unit/test.h"

#define RAMP   1000
#define FRAMES 2100

static struct matrix m;
static float ones[FRAMES], heard[2][FRAMES];

static void retarget(float left, float right)
{
    const struct matrix_weights weights = {.outputs = 2, .inputs = 1, .w = {{left}, {right}}};

    matrix_retarget(&m, &weights);
}

static void run(size_t from, size_t frames)
{
    const float *in[1] = {ones};
    float *out[2] = {heard[0] + from, heard[1] + from};

    for (size_t i = 0; i < frames; i++)
        ones[i] = 1;
    matrix_process(&m, in, out, frames);
}

static bool is_near(float a, double b)
{
    return fabs((double)a - b) < 1e-5;
}

static void each_level(void (*test)(void))
{
    for (int level = 0; level < SIMD_LEVELS_; level++) {
        matrix_init(&m, 2, 1, RAMP);
        if (matrix_use(&m, (enum simd_level)level))
            test();
    }
}

/* The weight of the last frame, and one step on from there: what is turned round neither jumps nor stands still. */
static void turn_round(void)
{
    retarget(1, -0.5F);
    run(0, 301);
    assert_true(is_near(heard[0][0], 1.0 / RAMP) && is_near(heard[0][300], 301.0 / RAMP));
    retarget(0, 1);
    run(301, RAMP + 1);
    for (size_t i = 0; i < RAMP; i++) {
        const double part = (double)(i + 1) / RAMP;
        assert_true(is_near(heard[0][301 + i], 0.301 * (1 - part)));
        assert_true(is_near(heard[1][301 + i], -0.1505 + part * 1.1505));
    }
    assert_true(heard[0][301 + RAMP] == 0 && heard[1][301 + RAMP] == 1); /* exactly, once it is over */
}

static void a_ramp_that_is_turned_round_goes_on_from_where_it_was(void **state)
{
    (void)state;
    each_level(turn_round);
}

static void fall_silent(void)
{
    retarget(1, 1);
    run(0, RAMP);
    retarget(0, 1); /* the left one has nothing left to add at the end, and its block is old */
    run(0, RAMP);
    memset(heard, 0x7f, sizeof heard);
    run(0, FRAMES);
    for (size_t i = 0; i < FRAMES; i++)
        assert_true(heard[0][i] == 0 && heard[1][i] == 1);
}

static void an_output_without_weights_is_overwritten_with_silence(void **state)
{
    (void)state;
    each_level(fall_silent);
}

/* Weights that are equal now and move apart, and weights that end alike: of each its own way. */
static void inputs_and_outputs_that_are_alike_for_a_moment_part(void **state)
{
    const float a[1] = {1}, b[1] = {10}, *in[2] = {a, b};
    float x[1] = {0}, y[1] = {0}, *out[2] = {x, y};
    (void)state;
    for (int level = 0; level < SIMD_LEVELS_; level++) {
        matrix_init(&m, 2, 2, 2);
        if (!matrix_use(&m, (enum simd_level)level))
            continue;
        matrix_retarget(&m, &(struct matrix_weights){.outputs = 2, .inputs = 2, .w = {{1, 1}, {1, 1}}});
        matrix_process(&m, in, out, 1);
        matrix_process(&m, in, out, 1);
        assert_true(x[0] == 11 && y[0] == 11);
        matrix_retarget(&m, &(struct matrix_weights){.outputs = 2, .inputs = 2, .w = {{1, 0}, {0, 1}}});
        matrix_process(&m, in, out, 1);
        assert_true(x[0] == 6 && y[0] == 10.5F);
        matrix_process(&m, in, out, 1);
        assert_true(x[0] == 1 && y[0] == 10);
    }
}

/* The caller's floating point is its own again, whatever the samples were. */
static void the_mode_of_the_processor_is_put_back(void **state)
{
    volatile float tiny = FLT_MIN;
    (void)state;
    each_level(turn_round);
    assert_true(tiny / 4 > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_ramp_that_is_turned_round_goes_on_from_where_it_was),
        cmocka_unit_test(an_output_without_weights_is_overwritten_with_silence),
        cmocka_unit_test(inputs_and_outputs_that_are_alike_for_a_moment_part),
        cmocka_unit_test(the_mode_of_the_processor_is_put_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
