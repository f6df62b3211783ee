/* SPDX-License-Identifier: Apache-2.0 */
#include "audio/virtual/diffuse.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "stack/base/cleanup.h"

#define RINGS          36 /* of elevation, 5 degrees each */
#define DIRECTIONS_MAX 1500
#define LIMIT          31.6 /* 30 dB */

static size_t ring_of(const struct hrtf_direction *d)
{
    const double ring = floor(((double)d->elevation_deg + 90) / (180.0 / RINGS));

    return ring < 0 ? 0 : ring >= RINGS ? RINGS - 1 : (size_t)ring;
}

/* Sets are measured on rings of elevation, of which some have as many directions at the top as around: each ring counts
 * for its share of the sphere. */
static void average(const struct hrtf *hrtf, struct spectrum *s, double complex *bins, double *power)
{
    const size_t step = hrtf->directions / DIRECTIONS_MAX + 1, taps = hrtf->taps < s->points ? hrtf->taps : s->points;
    size_t members[RINGS] = {0};
    double sum = 0;

    for (size_t i = 0; i < hrtf->directions; i += step)
        members[ring_of(&hrtf->direction[i])]++;
    for (size_t i = 0; i < hrtf->directions; i += step) {
        const struct hrtf_direction *d = &hrtf->direction[i];
        const double share = fmax(cos((double)d->elevation_deg * M_PI / 180), 0.01);
        const double weight = share / (double)members[ring_of(d)];
        sum += 2 * weight;
        for (size_t ear = 0; ear < 2; ear++) {
            spectrum_of(s, hrtf_ir(hrtf, i, ear), taps, bins);
            for (size_t k = 0; k < s->bins; k++)
                power[k] += weight * (creal(bins[k]) * creal(bins[k]) + cimag(bins[k]) * cimag(bins[k]));
        }
    }
    for (size_t k = 0; k < s->bins; k++)
        power[k] /= sum;
}

/* Over a third of an octave, or three bins: the notches of one pair of ears are not those of another. `sums` has a
 * place more than there are bins. */
static void smooth(const double *power, size_t bins, double *sums, double *to)
{
    const double edge = pow(2, 1.0 / 6);

    sums[0] = 0;
    for (size_t k = 0; k < bins; k++)
        sums[k + 1] = sums[k] + power[k];
    for (size_t k = 0; k < bins; k++) {
        size_t low = (size_t)((double)k / edge), high = (size_t)ceil((double)k * edge);
        low = low < k || k == 0 ? low : k - 1;
        high = high > k ? high : k + 1;
        high = high < bins ? high : bins - 1;
        to[k] = (sums[high + 1] - sums[low]) / (double)(high + 1 - low);
    }
}

int diffuse_equaliser(const struct hrtf *hrtf, struct spectrum *s, double complex *equaliser)
{
    _cleanup_(freep) double *power = calloc(s->bins, sizeof *power);
    _cleanup_(freep) double *sums = calloc(s->bins + 1, sizeof *sums);
    _cleanup_(freep) double *magnitude = calloc(s->bins, sizeof *magnitude);
    double level = 0, count = 0;

    if (!power || !sums || !magnitude)
        return -ENOMEM;
    average(hrtf, s, equaliser, power); /* as scratch */
    smooth(power, s->bins, sums, magnitude);

    /* Limited around its own level in the middle (300 Hz … 6 kHz), in dB. */
    const double hz = (double)hrtf->rate / (double)s->points;
    for (size_t k = 1; k < s->bins; k++) {
        if ((double)k * hz >= 300 && (double)k * hz <= 6000) {
            level += log(magnitude[k] + 1e-12) / (double)k;
            count += 1 / (double)k;
        }
    }
    const double middle = count > 0 ? exp(-0.5 * level / count) : 1;
    for (size_t k = 0; k < s->bins; k++)
        magnitude[k] = fmin(fmax(1 / sqrt(magnitude[k] + 1e-12), middle / LIMIT), middle * LIMIT);
    spectrum_minimum_phase(s, magnitude, equaliser);
    return 0;
}
