/* SPDX-License-Identifier: Apache-2.0 */
#include <fenv.h>
#include <float.h>

#include "tests/unit/audio/simd/equality.h"
#include "tests/unit/test.h"

static void assert_equal_on_each_level(const char *(*equality)(enum simd_level))
{
    for (int level = SIMD_SCALAR + 1; level < SIMD_LEVELS_; level++) {
        const char *difference = simd_has((enum simd_level)level) ? equality((enum simd_level)level) : NULL;
        if (difference)
            fail_msg("%s", difference);
    }
}

static void each_path_of_the_matrix_equals_the_reference_bit_by_bit(void **state)
{
    (void)state;
    assert_equal_on_each_level(equality_matrix);
}

static void each_path_of_the_limiter_equals_the_reference_bit_by_bit(void **state)
{
    (void)state;
    assert_equal_on_each_level(equality_limiter);
}

static void each_path_of_the_convolver_equals_the_reference_bit_by_bit(void **state)
{
    (void)state;
    assert_equal_on_each_level(equality_convolver);
}

static void the_best_path_is_one_that_this_processor_has(void **state)
{
    (void)state;
    assert_true(simd_has(simd_best(SIMD_LEVELS_)));
    assert_int_equal(simd_best(SIMD_SCALAR), SIMD_SCALAR);
    for (int level = 0; level < SIMD_LEVELS_; level++) {
        assert_true((int)simd_best((enum simd_level)level) <= level);
        assert_string_not_equal(simd_name((enum simd_level)level), "?");
    }
    assert_string_equal(simd_name(SIMD_LEVELS_), "?");
    assert_false(simd_has(SIMD_LEVELS_));
}

static void subnormal_numbers_are_flushed_from_then_on(void **state)
{
    volatile float tiny = FLT_MIN;
    fenv_t before;
    (void)state;
    assert_int_equal(fegetenv(&before), 0);
    assert_true(tiny / 4 > 0);
    simd_flush_subnormals();
    const float once = tiny / 4;
    simd_flush_subnormals();
    const float again = tiny / 4;
    assert_int_equal(fesetenv(&before), 0); /* the mode is a thread's, and other tests are on this one */
    if (simd_best(SIMD_LEVELS_) != SIMD_SCALAR)
        assert_true(once == 0 && again == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_path_of_the_matrix_equals_the_reference_bit_by_bit),
        cmocka_unit_test(each_path_of_the_limiter_equals_the_reference_bit_by_bit),
        cmocka_unit_test(each_path_of_the_convolver_equals_the_reference_bit_by_bit),
        cmocka_unit_test(the_best_path_is_one_that_this_processor_has),
        cmocka_unit_test(subnormal_numbers_are_flushed_from_then_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
