/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The vector paths of audio/render/limiter_kernel.h, written once. Includes come first: a file for one instruction set
 * defines WIDTH, VECTOR, SET1, LOAD, STORE, ADD, SUB, MUL, MAX, ABS and NAME, and includes this. What is left over at
 * the end goes through the scalar path.
 */

static void vector_peaks(float *restrict peaks, const float *restrict x, size_t frames)
{
    size_t i = 0;

    for (; i + WIDTH <= frames; i += WIDTH) {
        VECTOR first = LOAD(x + i), last = LOAD(x + i + LIMITER_TAPS - 1);
        VECTOR sum = ADD(first, last), difference = SUB(first, last);
        VECTOR half = MUL(SET1(limiter_half[0]), sum);
        VECTOR even = MUL(SET1(limiter_even[0]), sum);
        VECTOR odd = MUL(SET1(limiter_odd[0]), difference);
        for (size_t k = 1; k < LIMITER_TAPS / 2; k++) {
            first = LOAD(x + i + k);
            last = LOAD(x + i + LIMITER_TAPS - 1 - k);
            sum = ADD(first, last);
            difference = SUB(first, last);
            half = ADD(half, MUL(SET1(limiter_half[k]), sum));
            even = ADD(even, MUL(SET1(limiter_even[k]), sum));
            odd = ADD(odd, MUL(SET1(limiter_odd[k]), difference));
        }
        VECTOR peak = MAX(ABS(LOAD(x + i + LIMITER_CENTRE)), ABS(half));
        peak = MAX(peak, ABS(ADD(even, odd)));
        peak = MAX(peak, ABS(SUB(even, odd)));
        STORE(peaks + i, MAX(LOAD(peaks + i), peak));
    }
    limiter_kernel_scalar.peaks(peaks + i, x + i, frames - i);
}

static float vector_largest(const float *x, size_t frames)
{
    VECTOR most = SET1(0), more = SET1(0);
    float lanes[WIDTH], largest = 0;
    const size_t stride = (size_t)WIDTH * 2;
    size_t i = 0;

    for (; i + stride <= frames; i += stride) {
        most = MAX(most, ABS(LOAD(x + i)));
        more = MAX(more, ABS(LOAD(x + i + WIDTH)));
    }
    STORE(lanes, MAX(most, more));
    for (size_t k = 0; k < WIDTH; k++)
        largest = lanes[k] > largest ? lanes[k] : largest;
    const float rest = limiter_kernel_scalar.largest(x + i, frames - i);
    return rest > largest ? rest : largest;
}

const struct limiter_kernel NAME = {.name = LEVEL, .peaks = vector_peaks, .largest = vector_largest};
