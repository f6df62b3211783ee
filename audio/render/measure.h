/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_AUDIO_RENDER_MEASURE_H
#define FASCIA_AUDIO_RENDER_MEASURE_H

#include <stddef.h>

#include "audio/layout/layout.h"

/*
 * Which channel arrives where, and how loud: one sine per channel, all with a whole number of periods in a window of
 * 0.1 s, so that the bins of a discrete Fourier transform are independent of one another and of the phase.
 */

#define MEASURE_WINDOWS_PER_S 10

/** The frequency of a channel's sine, Hz: a different multiple of 10 for each. */
unsigned measure_frequency(enum layout_channel channel);

/** Frames of a window at a rate in Hz; 0 when the rate has no whole window. */
size_t measure_window(unsigned rate);

/** One period of 10 Hz at full scale: sample i of a sine of f Hz is table[i * (f / 10) % window]. */
void measure_make_table(float *table, size_t window);

/** Amplitude (peak, linear) of the sine with `periods` periods in the window (Goertzel). */
double measure_amplitude(const float *x, size_t window, unsigned periods);

/** Mean square of the window: a sine of amplitude a has a * a / 2. */
double measure_power(const float *x, size_t window);

#endif
