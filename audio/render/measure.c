/* SPDX-License-Identifier: Apache-2.0 */
#include "audio/render/measure.h"

#include <math.h>

unsigned measure_frequency(enum layout_channel channel)
{
    /* No one is a multiple, a sum or a difference of two others that a distortion would produce first. */
    static const unsigned frequencies[LAYOUT_CHANNEL_COUNT] = {
        [LAYOUT_MONO] = 230,       [LAYOUT_FL] = 310,         [LAYOUT_FR] = 410,         [LAYOUT_FC] = 530,
        [LAYOUT_LFE] = 70,         [LAYOUT_SL] = 670,         [LAYOUT_SR] = 830,         [LAYOUT_RL] = 970,
        [LAYOUT_RR] = 1090,        [LAYOUT_RC] = 1270,        [LAYOUT_TFL] = 1490,       [LAYOUT_TFR] = 1630,
        [LAYOUT_TSL] = 1810,       [LAYOUT_TSR] = 1990,       [LAYOUT_TRL] = 2110,       [LAYOUT_TRR] = 2270,
        [LAYOUT_LFE2] = 90,        [LAYOUT_AUX0] = 2390,      [LAYOUT_AUX0 + 1] = 2510,  [LAYOUT_AUX0 + 2] = 2690,
        [LAYOUT_AUX0 + 3] = 2830,  [LAYOUT_AUX0 + 4] = 2970,  [LAYOUT_AUX0 + 5] = 3070,  [LAYOUT_AUX0 + 6] = 3190,
        [LAYOUT_AUX0 + 7] = 3310,  [LAYOUT_AUX0 + 8] = 3430,  [LAYOUT_AUX0 + 9] = 3590,  [LAYOUT_AUX0 + 10] = 3710,
        [LAYOUT_AUX0 + 11] = 3830, [LAYOUT_AUX0 + 12] = 3970, [LAYOUT_AUX0 + 13] = 4090, [LAYOUT_AUX0 + 14] = 4210,
        [LAYOUT_AUX15] = 4330,
    };
    return frequencies[channel];
}

size_t measure_window(unsigned rate)
{
    return rate % MEASURE_WINDOWS_PER_S == 0 ? rate / MEASURE_WINDOWS_PER_S : 0;
}

void measure_make_table(float *table, size_t window)
{
    for (size_t i = 0; i < window; i++)
        table[i] = (float)sin(2 * M_PI * (double)i / (double)window);
}

/* G. Goertzel, 1958: one bin of the transform by a second-order recurrence. */
double measure_amplitude(const float *x, size_t window, unsigned periods)
{
    const double angle = 2 * M_PI * periods / (double)window;
    const double coefficient = 2 * cos(angle);
    double s1 = 0, s2 = 0;

    for (size_t i = 0; i < window; i++) {
        double s = (double)x[i] + coefficient * s1 - s2;
        s2 = s1;
        s1 = s;
    }
    double power = s1 * s1 + s2 * s2 - coefficient * s1 * s2;
    return 2 * sqrt(fmax(power, 0)) / (double)window;
}

double measure_power(const float *x, size_t window)
{
    double sum = 0;

    for (size_t i = 0; i < window; i++)
        sum += (double)x[i] * (double)x[i];
    return window > 0 ? sum / (double)window : 0;
}
