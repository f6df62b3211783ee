/* SPDX-License-Identifier: Apache-2.0 */
#include "audio/render/matrix.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/test.h"

enum { RATE = 48000, RAMP = RATE / 50 };

static struct matrix m; /* a few kilobytes: not for the stack */

static struct matrix_weights weights(float a, float b)
{
    struct matrix_weights w = {.outputs = 2, .inputs = 2, .w = {{a, b}, {b, a}}};
    return w;
}

static void settle(const struct matrix_weights *w)
{
    static const float silence[2][RAMP];
    static float sink[2][RAMP];
    const float *in[2] = {silence[0], silence[1]};
    float *out[2] = {sink[0], sink[1]};

    matrix_retarget(&m, w);
    matrix_process(&m, in, out, RAMP);
}

static void outputs_are_the_weighted_sums_of_the_inputs(void **state)
{
    const float a[3] = {1, 2, -3}, b[3] = {10, 20, 30};
    const float *in[2] = {a, b};
    float x[3] = {0}, y[3] = {0}, *out[2] = {x, y};
    struct matrix_weights w = weights(1, 0.5F);
    (void)state;
    matrix_init(&m, 2, 2, RAMP);
    settle(&w);
    matrix_process(&m, in, out, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_true(x[i] == a[i] + 0.5F * b[i]);
        assert_true(y[i] == 0.5F * a[i] + b[i]);
    }
}

static void it_begins_in_silence_and_fades_in(void **state)
{
    float ones[RAMP], got[RAMP] = {0}, other[RAMP] = {0};
    const float *in[2] = {ones, NULL};
    float *out[2] = {got, other};
    struct matrix_weights w = weights(1, 0);
    (void)state;
    for (size_t i = 0; i < RAMP; i++)
        ones[i] = 1;
    matrix_init(&m, 2, 2, RAMP);
    matrix_process(&m, in, out, 8);
    assert_true(got[7] == 0);
    matrix_retarget(&m, &w);
    matrix_process(&m, in, out, RAMP);
    for (size_t i = 0; i < RAMP; i++)
        assert_true(fabs((double)got[i] - (double)(i + 1) / RAMP) < 1e-5);
    matrix_process(&m, in, out, 1);
    assert_true(got[0] == 1); /* exactly */
}

/* A 20 Hz sine at full scale, whose own largest step is known: the most sensitive signal for a click. */
struct click {
    size_t t;
    float last;
    double step;
    size_t zeros, longest_zeros;
};

static void run_sine(struct click *c, size_t frames, size_t block)
{
    float x[4096] = {0}, l[4096] = {0}, r[4096] = {0};
    const float *in[2] = {x, x};
    float *out[2] = {l, r};

    assert_true(block <= 4096);
    for (size_t done = 0; done < frames; done += block) {
        for (size_t i = 0; i < block; i++)
            x[i] = (float)cos(2 * M_PI * 20 * (double)(c->t + i) / RATE);
        matrix_process(&m, in, out, block);
        for (size_t i = 0; i < block; i++) {
            if (c->t + i > 0)
                c->step = fmax(c->step, fabs((double)l[i] - (double)c->last));
            c->last = l[i];
            c->zeros = l[i] == 0 ? c->zeros + 1 : 0;
            c->longest_zeros = c->zeros > c->longest_zeros ? c->zeros : c->longest_zeros;
        }
        c->t += block;
    }
}

/* The ramp itself adds the change of the weights per sample, times the signal. */
static double allowed_step(double change)
{
    double slope = 2 * M_PI * 20 / RATE;
    return slope + change / RAMP + 1e-6;
}

static void five_switches_make_no_step_and_no_gap(void **state)
{
    static const size_t blocks[] = {32, 256, 1024, 4096};
    (void)state;
    for (size_t b = 0; b < 4; b++) {
        struct click c = {0};
        struct matrix_weights quiet = weights(0.3F, 0.1F), loud = weights(0.7071F, 0.2929F);
        matrix_init(&m, 2, 2, RAMP);
        settle(&quiet);
        for (int i = 0; i < 5; i++) {
            matrix_retarget(&m, i % 2 == 0 ? &loud : &quiet);
            run_sine(&c, 8192, blocks[b]);
        }
        assert_true(c.step <= allowed_step(0.6));
        assert_true(c.longest_zeros < 4); /* where the sine itself passes zero */
    }
}

static void a_ramp_can_be_retargeted_in_its_middle_without_a_step(void **state)
{
    struct click c = {0};
    struct matrix_weights low = weights(0.1F, 0), high = weights(1, 0);
    (void)state;
    matrix_init(&m, 2, 2, RAMP);
    settle(&low);
    for (int i = 0; i < 20; i++) {
        matrix_retarget(&m, i % 2 == 0 ? &high : &low);
        run_sine(&c, RAMP / 3, RAMP / 3); /* never reaches its end */
    }
    assert_true(c.step <= allowed_step(0.9));
}

static void the_end_of_a_ramp_is_exact_after_any_number_of_retargets(void **state)
{
    struct matrix_weights w = weights(0.123456F, 0.654321F), other = weights(0.9F, -0.3F);
    (void)state;
    matrix_init(&m, 2, 2, RAMP);
    for (int i = 0; i < 100; i++) {
        float x[7] = {0}, y[7] = {0}, *out[2] = {x, y};
        const float *in[2] = {NULL, NULL};
        matrix_retarget(&m, i % 2 == 0 ? &w : &other);
        matrix_process(&m, in, out, 7);
    }
    settle(&w);
    assert_memory_equal(&m.now.w, &w.w, sizeof w.w);
    assert_int_equal(m.ramp_left, 0);
}

static void the_same_weights_again_change_nothing(void **state)
{
    struct matrix_weights w = weights(0.5F, 0.25F);
    (void)state;
    matrix_init(&m, 2, 2, RAMP);
    settle(&w);
    matrix_retarget(&m, &w);
    assert_int_equal(m.ramp_left, 0);
}

static void not_a_bit_of_the_result_depends_on_the_block_size(void **state)
{
    static float x[2000], whole[2][2000], parts[2][2000];
    struct matrix_weights w = weights(0.8F, -0.4F);
    const float *in[2] = {x, x};
    (void)state;
    for (size_t i = 0; i < 2000; i++)
        x[i] = (float)sin((double)i * 0.37);
    matrix_init(&m, 2, 2, RAMP);
    matrix_retarget(&m, &w);
    float *out[2] = {whole[0], whole[1]};
    matrix_process(&m, in, out, 2000);

    matrix_init(&m, 2, 2, RAMP);
    matrix_retarget(&m, &w);
    for (size_t at = 0, n = 1; at < 2000; at += n, n = n % 97 + 1) {
        n = n < 2000 - at ? n : 2000 - at;
        const float *some[2] = {x + at, x + at};
        float *to[2] = {parts[0] + at, parts[1] + at};
        matrix_process(&m, some, to, n);
    }
    assert_memory_equal(whole, parts, sizeof whole);
}

static void a_missing_input_is_silence_and_a_missing_output_is_left_out(void **state)
{
    const float one[4] = {1, 1, 1, 1};
    const float *in[2] = {NULL, one};
    float x[4] = {9, 9, 9, 9}, *out[2] = {x, NULL};
    struct matrix_weights w = weights(1, 0.5F);
    (void)state;
    matrix_init(&m, 2, 2, RAMP);
    settle(&w);
    matrix_process(&m, in, out, 4);
    for (size_t i = 0; i < 4; i++)
        assert_true(x[i] == 0.5F);
}

static void an_input_that_comes_and_goes_is_heard_while_it_is_there(void **state)
{
    const float one[4] = {1, 1, 1, 1};
    const float *both[2] = {one, one}, *first[2] = {one, NULL};
    float x[4] = {0}, y[4] = {0}, *out[2] = {x, y};
    struct matrix_weights w = weights(1, 0.5F);
    (void)state;
    matrix_init(&m, 2, 2, RAMP);
    settle(&w);
    matrix_process(&m, both, out, 4);
    assert_true(x[3] == 1.5F && y[3] == 1.5F);
    matrix_process(&m, first, out, 4);
    assert_true(x[3] == 1 && y[3] == 0.5F);
    matrix_process(&m, both, out, 4);
    assert_true(x[3] == 1.5F && y[3] == 1.5F);
}

static void a_path_that_the_processor_lacks_is_not_taken(void **state)
{
    (void)state;
    matrix_init(&m, 2, 2, RAMP);
    assert_int_equal(m.level, simd_best(SIMD_LEVELS_));
    for (int level = 0; level < SIMD_LEVELS_; level++) {
        assert_int_equal(matrix_use(&m, (enum simd_level)level), simd_has((enum simd_level)level));
        assert_true(matrix_use(&m, SIMD_SCALAR));
    }
    assert_false(matrix_use(&m, SIMD_LEVELS_));
    assert_int_equal(m.level, SIMD_SCALAR);
}

static void sizes_beyond_the_superset_are_cut_off(void **state)
{
    (void)state;
    matrix_init(&m, 99, 99, 0);
    assert_int_equal(m.now.outputs, LAYOUT_CHANNELS_MAX);
    assert_int_equal(m.now.inputs, LAYOUT_CHANNELS_MAX);
    assert_int_equal(m.ramp_frames, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(outputs_are_the_weighted_sums_of_the_inputs),
        cmocka_unit_test(it_begins_in_silence_and_fades_in),
        cmocka_unit_test(five_switches_make_no_step_and_no_gap),
        cmocka_unit_test(a_ramp_can_be_retargeted_in_its_middle_without_a_step),
        cmocka_unit_test(the_end_of_a_ramp_is_exact_after_any_number_of_retargets),
        cmocka_unit_test(the_same_weights_again_change_nothing),
        cmocka_unit_test(not_a_bit_of_the_result_depends_on_the_block_size),
        cmocka_unit_test(a_missing_input_is_silence_and_a_missing_output_is_left_out),
        cmocka_unit_test(an_input_that_comes_and_goes_is_heard_while_it_is_there),
        cmocka_unit_test(a_path_that_the_processor_lacks_is_not_taken),
        cmocka_unit_test(sizes_beyond_the_superset_are_cut_off),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
