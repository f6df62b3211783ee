/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "audio/virtual/design.h"
#include "audio/virtual/onset.h"

#define NEIGHBOURS   3
#define SELECTED_MAX 16    /* more only where many directions are the same */
#define EXACT_RAD    0.001 /* closer than anyone can place a loudspeaker */
#define SINC_HALF    16
#define GATE_SECONDS 0.0035 /* as long as the shortest published sets, and as the lowest notch of the ear needs */

int hrtf_new(size_t directions, size_t taps, struct hrtf **ret_hrtf)
{
    if (directions == 0 || taps == 0 || directions > SIZE_MAX / 2 / sizeof(float) / taps)
        return -EINVAL;

    struct hrtf *hrtf = calloc(1, sizeof *hrtf);
    if (!hrtf)
        return -ENOMEM;
    hrtf->directions = directions;
    hrtf->taps = taps;
    hrtf->direction = calloc(directions, sizeof *hrtf->direction);
    hrtf->ir = calloc(directions * 2 * taps, sizeof *hrtf->ir);
    if (!hrtf->direction || !hrtf->ir) {
        hrtf_free(hrtf);
        return -ENOMEM;
    }
    *ret_hrtf = hrtf;
    return 0;
}

void hrtf_free(struct hrtf *hrtf)
{
    if (!hrtf)
        return;
    free(hrtf->direction);
    free(hrtf->ir);
    free(hrtf);
}

double onset_of(const float *ir, size_t taps)
{
    float peak = 0, before = 0;

    for (size_t t = 0; t < taps; t++)
        peak = fmaxf(peak, fabsf(ir[t]));
    const float threshold = peak / 5; /* above noise and ringing before the wave front, below the front itself */
    for (size_t t = 0; t < taps && peak > 0; t++) {
        const float now = fabsf(ir[t]);
        if (now >= threshold)
            return t == 0 ? 0 : (double)t - 1 + (double)((threshold - before) / (now - before));
        before = now;
    }
    return 0;
}

int hrtf_gate(const struct hrtf *hrtf, struct hrtf **ret_gated)
{
    const double length = GATE_SECONDS * (double)hrtf->rate, flat = length * 2 / 3;
    struct hrtf *gated = NULL;

    int r = hrtf_new(hrtf->directions, hrtf->taps, &gated);
    if (r < 0)
        return r;
    gated->rate = hrtf->rate;
    memcpy(gated->direction, hrtf->direction, hrtf->directions * sizeof *hrtf->direction);
    for (size_t i = 0; i < 2 * hrtf->directions; i++) {
        const float *from = hrtf->ir + i * hrtf->taps;
        const double onset = onset_of(from, hrtf->taps);
        for (size_t t = 0; t < hrtf->taps && (double)t < onset + length; t++) {
            const double fade = fmax((double)t - onset - flat, 0) / (length - flat);
            gated->ir[i * hrtf->taps + t] = (float)(0.5 * (1 + cos(M_PI * fade)) * (double)from[t]);
        }
    }
    *ret_gated = gated;
    return 0;
}

/* Windowed sinc (Hann), half a width of SINC_HALF frames. */
static double sinc(double x)
{
    const double a = M_PI * x;

    if (fabs(x) >= SINC_HALF)
        return 0;
    return (fabs(x) < 1e-9 ? 1 : sin(a) / a) * 0.5 * (1 + cos(a / SINC_HALF));
}

static void add_shifted(float *to, size_t to_taps, const float *ir, size_t taps, double shift, double weight)
{
    double kernel[2 * SINC_HALF + 1];
    const double whole = floor(shift), part = shift - whole;
    const ptrdiff_t first = part < 1e-4 ? 0 : -SINC_HALF, last = part < 1e-4 ? 0 : SINC_HALF;

    for (ptrdiff_t k = first; k <= last; k++)
        kernel[k - first] = first == last ? weight : weight * sinc((double)k - part);
    for (ptrdiff_t k = first; k <= last; k++) {
        const ptrdiff_t at = (ptrdiff_t)whole + k;
        for (size_t t = 0; t < taps; t++) {
            const ptrdiff_t n = (ptrdiff_t)t + at;
            if (n >= 0 && (size_t)n < to_taps)
                to[n] += (float)(kernel[k - first] * (double)ir[t]);
        }
    }
}

struct selected {
    size_t count;
    size_t index[SELECTED_MAX];
    double weight[SELECTED_MAX];
};

static void unit(float azimuth_deg, float elevation_deg, double to[3])
{
    const double a = (double)azimuth_deg * M_PI / 180, e = (double)elevation_deg * M_PI / 180;

    to[0] = cos(e) * cos(a);
    to[1] = cos(e) * sin(a);
    to[2] = sin(e);
}

/* Of the chord, which keeps its precision for small angles. */
static double angle_to(const struct hrtf *hrtf, size_t direction, const double from[3])
{
    double v[3], sum = 0;

    unit(hrtf->direction[direction].azimuth_deg, hrtf->direction[direction].elevation_deg, v);
    for (size_t i = 0; i < 3; i++)
        sum += (v[i] - from[i]) * (v[i] - from[i]);
    return 2 * asin(fmin(1, sqrt(sum) / 2));
}

/* The radius within which directions count: that of the first one that is farther than the NEIGHBOURS nearest. Those at
 * the edge then have no weight, so that equally distant ones are in or out together, and a turning source does not
 * jump. */
static double radius_of(const struct hrtf *hrtf, const double from[3], size_t *ret_nearest)
{
    double nearest[NEIGHBOURS], beyond = INFINITY;

    for (size_t i = 0; i < NEIGHBOURS; i++)
        nearest[i] = INFINITY;
    for (size_t i = 0; i < hrtf->directions; i++) {
        double d = angle_to(hrtf, i, from);
        if (d < nearest[0])
            *ret_nearest = i;
        for (size_t k = 0; k < NEIGHBOURS; k++) {
            if (d < nearest[k]) {
                const double farther = nearest[k];
                nearest[k] = d;
                d = farther;
            }
        }
    }
    double edge = nearest[NEIGHBOURS - 1];
    for (size_t k = NEIGHBOURS; !isfinite(edge) && k > 0; k--)
        edge = nearest[k - 1];
    edge = edge * 1.001 + EXACT_RAD;
    for (size_t i = 0; i < hrtf->directions; i++) {
        const double d = angle_to(hrtf, i, from);
        if (d > edge && d < beyond)
            beyond = d;
    }
    return isfinite(beyond) ? beyond : 2 * edge;
}

/* Weights of the modified Shepard's method (Franke and Little): ((R - d) / R d)^2. */
static void select_neighbours(const struct hrtf *hrtf, float azimuth_deg, float elevation_deg, struct selected *s)
{
    double from[3], sum = 0;
    size_t nearest = 0;

    unit(azimuth_deg, elevation_deg, from);
    const double radius = radius_of(hrtf, from, &nearest);
    *s = (struct selected){.count = 1, .index = {nearest}, .weight = {1}};
    if (angle_to(hrtf, nearest, from) < EXACT_RAD)
        return;
    s->count = 0;
    for (size_t i = 0; i < hrtf->directions && s->count < SELECTED_MAX; i++) {
        const double d = angle_to(hrtf, i, from);
        if (d >= radius)
            continue;
        const double w = (radius - d) / (radius * d);
        s->index[s->count] = i;
        s->weight[s->count++] = w * w;
        sum += w * w;
    }
    for (size_t k = 0; k < s->count; k++)
        s->weight[k] /= sum;
}

void hrtf_at(const struct hrtf *hrtf, float azimuth_deg, float elevation_deg, float *const to[2], size_t taps)
{
    struct selected s;

    select_neighbours(hrtf, azimuth_deg, elevation_deg, &s);
    for (size_t ear = 0; ear < 2; ear++) {
        double onset[SELECTED_MAX], moment = 0;
        for (size_t k = 0; k < s.count; k++) {
            onset[k] = onset_of(hrtf_ir(hrtf, s.index[k], ear), hrtf->taps);
            moment += s.weight[k] * (onset[k] + (double)hrtf->direction[s.index[k]].delay[ear]);
        }
        memset(to[ear], 0, taps * sizeof *to[ear]);
        for (size_t k = 0; k < s.count; k++) {
            /* One alone: its own delay and nothing of the rounding of sums. */
            const double shift = s.count == 1 ? (double)hrtf->direction[s.index[k]].delay[ear] : moment - onset[k];
            add_shifted(to[ear], taps, hrtf_ir(hrtf, s.index[k], ear), hrtf->taps, shift, s.weight[k]);
        }
    }
}
