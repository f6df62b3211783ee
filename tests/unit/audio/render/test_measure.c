/* SPDX-License-Identifier: Apache-2.0 */
#include "audio/render/measure.h"

#include <math.h>
#include <stdlib.h>

#include "tests/unit/test.h"

#define WINDOW 4800

static void add_sine(float *x, const float *table, unsigned frequency, double amplitude, size_t shift)
{
    for (size_t i = 0; i < WINDOW; i++)
        x[i] += (float)(amplitude * (double)table[(i + shift) * (frequency / 10) % WINDOW]);
}

static void every_channel_has_a_frequency_of_its_own_in_a_whole_bin(void **state)
{
    (void)state;
    for (size_t a = 0; a < LAYOUT_CHANNEL_COUNT; a++) {
        assert_int_equal(measure_frequency((enum layout_channel)a) % MEASURE_WINDOWS_PER_S, 0);
        for (size_t b = 0; b < a; b++)
            assert_int_not_equal(measure_frequency((enum layout_channel)a), measure_frequency((enum layout_channel)b));
    }
}

/* Neither its harmonics nor its beats with another one fall on a third: what distorts is not taken for a channel. */
static void what_distortion_makes_first_is_no_channel_s_frequency(void **state)
{
    (void)state;
    for (size_t a = 0; a < LAYOUT_AUX0; a++) {
        for (size_t b = 0; b <= a; b++) {
            const unsigned f = measure_frequency((enum layout_channel)a), g = measure_frequency((enum layout_channel)b);
            for (size_t c = 0; c < LAYOUT_AUX0; c++) {
                const unsigned h = measure_frequency((enum layout_channel)c);
                assert_true(h != f + g && h + f != g && h + g != f && h != 3 * f);
            }
        }
    }
}

static void each_sine_of_a_mixture_is_found_with_its_level_at_any_phase(void **state)
{
    static float table[WINDOW], x[WINDOW];
    (void)state;
    measure_make_table(table, WINDOW);
    for (size_t c = 0; c < LAYOUT_CHANNEL_COUNT; c++)
        add_sine(x, table, measure_frequency((enum layout_channel)c), 0.01 * (double)(c + 1), 137 * c);
    double sines = 0;
    for (size_t c = 0; c < LAYOUT_CHANNEL_COUNT; c++) {
        double a = measure_amplitude(x, WINDOW, measure_frequency((enum layout_channel)c) / MEASURE_WINDOWS_PER_S);
        assert_true(fabs(a - 0.01 * (double)(c + 1)) < 1e-6);
        sines += a * a / 2;
    }
    assert_true(fabs(measure_power(x, WINDOW) - sines) < 1e-9); /* nothing else is in it */
}

static void a_gap_shows_as_power_beside_the_sines(void **state)
{
    static float table[WINDOW], x[WINDOW];
    (void)state;
    measure_make_table(table, WINDOW);
    add_sine(x, table, 310, 0.1, 0);
    for (size_t i = 1000; i < 1064; i++)
        x[i] = 0;
    double a = measure_amplitude(x, WINDOW, 31), power = measure_power(x, WINDOW);
    assert_true((power - a * a / 2) / power > 1e-4);
}

static void the_rates_of_sound_cards_have_whole_windows_and_odd_ones_have_none(void **state)
{
    (void)state;
    assert_int_equal(measure_window(48000), 4800);
    assert_int_equal(measure_window(44100), 4410);
    assert_int_equal(measure_window(192000), 19200);
    assert_int_equal(measure_window(11025), 0);
    assert_int_equal(measure_window(0), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_channel_has_a_frequency_of_its_own_in_a_whole_bin),
        cmocka_unit_test(what_distortion_makes_first_is_no_channel_s_frequency),
        cmocka_unit_test(each_sine_of_a_mixture_is_found_with_its_level_at_any_phase),
        cmocka_unit_test(a_gap_shows_as_power_beside_the_sines),
        cmocka_unit_test(the_rates_of_sound_cards_have_whole_windows_and_odd_ones_have_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
