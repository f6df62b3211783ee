/* SPDX-License-Identifier: Apache-2.0 */
#include "audio/render/biquad.h"

#include <complex.h>
#include <math.h>

static void set(struct biquad *f, const double b[3], const double a[3])
{
    *f = (struct biquad){.b0 = b[0] / a[0], .b1 = b[1] / a[0], .b2 = b[2] / a[0], .a1 = a[1] / a[0], .a2 = a[2] / a[0]};
}

/* `side` is +1 for the low and -1 for the high shelf: the formulas differ in these signs only. */
static void design_shelf(struct biquad *f, double c, double alpha, double amplitude, double side)
{
    const double above = amplitude + 1, below = amplitude - 1, root = 2 * sqrt(amplitude) * alpha;
    const double b[3] = {amplitude * (above - side * below * c + root),
                         2 * side * amplitude * (below - side * above * c),
                         amplitude * (above - side * below * c - root)};
    const double a[3] = {above + side * below * c + root, -2 * side * (below + side * above * c),
                         above + side * below * c - root};

    set(f, b, a);
}

void biquad_design(struct biquad *f, enum tuning_filter type, double hz, double q, double gain_db, double rate)
{
    const double w = 2 * M_PI * hz / rate, c = cos(w), alpha = sin(w) / (2 * q);
    const double amplitude = pow(10, gain_db / 40);
    const double a[3] = {1 + alpha, -2 * c, 1 - alpha};

    *f = (struct biquad){.b0 = 1};
    switch (type) {
    case TUNING_PEAK:
        set(f, (const double[]){1 + alpha * amplitude, -2 * c, 1 - alpha * amplitude},
            (const double[]){1 + alpha / amplitude, -2 * c, 1 - alpha / amplitude});
        break;
    case TUNING_LOW_SHELF:
        design_shelf(f, c, alpha, amplitude, 1);
        break;
    case TUNING_HIGH_SHELF:
        design_shelf(f, c, alpha, amplitude, -1);
        break;
    case TUNING_LOW_PASS:
        set(f, (const double[]){(1 - c) / 2, 1 - c, (1 - c) / 2}, a);
        break;
    case TUNING_HIGH_PASS:
        set(f, (const double[]){(1 + c) / 2, -(1 + c), (1 + c) / 2}, a);
        break;
    case TUNING_NOTCH:
        set(f, (const double[]){1, -2 * c, 1}, a);
        break;
    case TUNING_FILTERS_:
        break;
    }
}

void biquad_run(struct biquad *f, float *x, size_t frames)
{
    double z1 = f->z1, z2 = f->z2;

    for (size_t i = 0; i < frames; i++) {
        const double in = (double)x[i], out = f->b0 * in + z1;
        z1 = f->b1 * in - f->a1 * out + z2;
        z2 = f->b2 * in - f->a2 * out;
        x[i] = (float)out;
    }
    f->z1 = z1;
    f->z2 = z2;
}

double biquad_magnitude(const struct biquad *f, double hz, double rate)
{
    const double complex z = cexp(-I * 2 * M_PI * hz / rate);

    return cabs((f->b0 + f->b1 * z + f->b2 * z * z) / (1 + f->a1 * z + f->a2 * z * z));
}
