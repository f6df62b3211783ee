/* SPDX-License-Identifier: Apache-2.0 */
#include "audio/render/levels.h"

#include <float.h>
#include <math.h>
#include <string.h>

#define LANES 32    /* so many that compilers make vectors of them: fewer, and they make as many single numbers */
#define TRIES 10000 /* of the reader: some ten microseconds; the sound thread is inside for less than one */

static void clear(struct levels_sums *sums)
{
    memset(sums, 0, sizeof *sums);
    sums->lowest_gain = 1;
}

void levels_init(struct levels *l)
{
    clear(&l->own);
    clear(&l->shared);
    atomic_flag_clear(&l->taken);
}

static float larger(float a, float b)
{
    return a > b ? a : b;
}

void levels_add(struct levels_sum *sum, const float *x, size_t frames)
{
    float peaks[LANES] = {0}, squares[LANES] = {0};
    size_t i = 0;

    for (; i + LANES <= frames; i += LANES) {
        for (size_t k = 0; k < LANES; k++) {
            peaks[k] = larger(fabsf(x[i + k]), peaks[k]);
            squares[k] += x[i + k] * x[i + k];
        }
    }
    for (size_t k = 0; i < frames; i++, k++) {
        peaks[k] = larger(fabsf(x[i]), peaks[k]);
        squares[k] += x[i] * x[i];
    }
    for (size_t left = LANES / 2; left > 0; left /= 2) {
        for (size_t k = 0; k < left; k++) {
            peaks[k] = larger(peaks[k + left], peaks[k]);
            squares[k] += squares[k + left];
        }
    }
    sum->peak = larger(peaks[0], sum->peak);
    sum->squares += (double)squares[0];
}

/* Comparisons with what is not a number are false. Both are always made, so that a compiler may use vectors. */
bool levels_clean(float *restrict to, const float *restrict x, size_t frames)
{
    uint32_t bad = 0;

    for (size_t i = 0; i < frames; i++) {
        const float magnitude = fabsf(x[i]);
        const bool fits = magnitude < 0x1p16F, counts = magnitude >= FLT_MIN;
        to[i] = (fits & counts) ? x[i] : 0;
        bad |= !fits;
    }
    return bad != 0;
}

static void merge(struct levels_sum *to, const struct levels_sum *from, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        to[i].peak = larger(from[i].peak, to[i].peak);
        to[i].squares += from[i].squares;
    }
}

void levels_give(struct levels *l)
{
    if (atomic_flag_test_and_set_explicit(&l->taken, memory_order_acquire))
        return;
    merge(l->shared.bus, l->own.bus, RENDER_BUSES_MAX);
    merge(l->shared.bus_in, l->own.bus_in, RENDER_BUSES_MAX);
    merge(l->shared.output, l->own.output, RENDER_OUTPUTS_MAX);
    memcpy(l->shared.bus_gain_db, l->own.bus_gain_db, sizeof l->shared.bus_gain_db);
    l->shared.lowest_gain = fminf(l->shared.lowest_gain, l->own.lowest_gain);
    l->shared.frames += l->own.frames;
    l->shared.cleaned += l->own.cleaned;
    atomic_flag_clear_explicit(&l->taken, memory_order_release);
    clear(&l->own);
}

static void report(struct render_level *to, const struct levels_sum *sums, size_t count, uint64_t frames)
{
    for (size_t i = 0; i < count; i++) {
        to[i].peak = sums[i].peak;
        to[i].rms = frames > 0 ? (float)sqrt(sums[i].squares / (double)frames) : 0;
    }
}

void levels_take(struct levels *l, struct render_levels *ret_levels)
{
    struct levels_sums sums;
    unsigned tries = 0;

    clear(&sums);
    while (atomic_flag_test_and_set_explicit(&l->taken, memory_order_acquire))
        if (++tries == TRIES)
            break; /* the sound thread was held up inside: the next call has it */
    if (tries < TRIES) {
        sums = l->shared;
        clear(&l->shared);
        memcpy(l->shared.bus_gain_db, sums.bus_gain_db, sizeof sums.bus_gain_db);
        atomic_flag_clear_explicit(&l->taken, memory_order_release);
    }
    memset(ret_levels, 0, sizeof *ret_levels);
    report(ret_levels->bus, sums.bus, RENDER_BUSES_MAX, sums.frames);
    report(ret_levels->bus_in, sums.bus_in, RENDER_BUSES_MAX, sums.frames);
    report(ret_levels->output, sums.output, RENDER_OUTPUTS_MAX, sums.frames);
    memcpy(ret_levels->bus_gain_db, sums.bus_gain_db, sizeof sums.bus_gain_db);
    ret_levels->reduction_db = sums.lowest_gain < 1 ? (float)fmax(20 * log10((double)sums.lowest_gain), -200) : 0;
    ret_levels->frames = sums.frames;
    ret_levels->cleaned = sums.cleaned;
}
