/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "audio/virtual/diffuse.h"
#include "audio/virtual/draft.h"
#include "audio/virtual/onset.h"
#include "stack/base/cleanup.h"

#define FRONT_DEG 30
#define LEVEL_MAX 16.0 /* of power: 12 dB */
#define LEAD      8    /* frames that are left before the first wave front: what rings before it */

/* Everything that one design needs; bins are those of `s`. */
struct headphones {
    struct hrtf *hrtf; /* gated */
    struct spectrum s;
    double complex *equaliser, *bins[2];
    float *ears[2];
};

static int init(struct headphones *h, const struct hrtf *hrtf, size_t points)
{
    *h = (struct headphones){.hrtf = NULL};
    int r = spectrum_init(&h->s, points);
    if (r == 0)
        r = hrtf_gate(hrtf, &h->hrtf);
    if (r < 0)
        return r;
    h->equaliser = calloc(h->s.bins, sizeof *h->equaliser);
    for (size_t ear = 0; ear < 2; ear++) {
        h->bins[ear] = calloc(h->s.bins, sizeof *h->bins[ear]);
        h->ears[ear] = calloc(points, sizeof *h->ears[ear]);
        if (!h->bins[ear] || !h->ears[ear])
            return -ENOMEM;
    }
    return h->equaliser ? diffuse_equaliser(h->hrtf, &h->s, h->equaliser) : -ENOMEM;
}

static void deinit(struct headphones *h)
{
    spectrum_deinit(&h->s);
    hrtf_free(h->hrtf);
    free(h->equaliser);
    for (size_t ear = 0; ear < 2; ear++) {
        free(h->bins[ear]);
        free(h->ears[ear]);
    }
}

/* Equalised responses from a direction: spectra in h->bins, samples in h->ears. */
static void listen(struct headphones *h, float azimuth_deg, float elevation_deg)
{
    const size_t taps = h->s.points / 2; /* the rest is room for the equaliser's own response */

    hrtf_at(h->hrtf, azimuth_deg, elevation_deg, h->ears, taps);
    for (size_t ear = 0; ear < 2; ear++) {
        spectrum_of(&h->s, h->ears[ear], taps, h->bins[ear]);
        for (size_t k = 0; k < h->s.bins; k++)
            h->bins[ear][k] *= h->equaliser[k];
    }
    spectrum_to_pair(&h->s, h->bins[0], h->bins[1], h->ears, h->s.points);
}

/* Power of pink noise (100 Hz … 10 kHz) of both front channels at an ear, the mean of both ears; and when the direct
 * sound arrives. */
static void measure_front(struct headphones *h, double *ret_power, double *ret_onset)
{
    const double hz = (double)h->hrtf->rate / (double)h->s.points;
    double power = 0, weights = 0, onset = 0;

    for (int side = -1; side <= 1; side += 2) {
        listen(h, (float)(side * FRONT_DEG), 0);
        onset += onset_of(h->ears[side > 0 ? 0 : 1], h->s.points) / 2;
        for (size_t k = 1; k < h->s.bins; k++) {
            if ((double)k * hz < 100 || (double)k * hz > 10000)
                continue;
            const double l = cabs(h->bins[0][k]), r = cabs(h->bins[1][k]);
            power += (l * l + r * r) / 2 / (double)k;
            weights += 1 / (double)k / 2; /* two sides */
        }
    }
    *ret_power = weights > 0 ? power / weights : 1;
    *ret_onset = onset;
}

static int design(struct headphones *h, struct draft *draft, float lfe, struct virtual_filters **ret_filters)
{
    double first = INFINITY, power = 0, front = 0;

    for (size_t n = 0; n < draft->source->count; n++) {
        const struct layout_position *p = layout_channel_position(draft->source->channels[n]);
        if (draft_is_lfe(draft, n))
            continue;
        listen(h, p->azimuth_deg, p->elevation_deg);
        for (size_t ear = 0; ear < 2; ear++) {
            for (size_t t = 0; t < draft->length; t++)
                draft_ir(draft, n, ear)[t] = h->ears[ear][t];
            first = fmin(first, onset_of(h->ears[ear], h->s.points));
        }
    }
    measure_front(h, &power, &front);
    /* The equaliser has brought a real head near 1 already; a set that is silent in front is no reason to shout. */
    const double gain = 1 / sqrt(fmin(fmax(power, 1 / LEVEL_MAX), LEVEL_MAX));
    first = fmin(first, front);
    const size_t lead = first > LEAD ? (size_t)first - LEAD : 0;
    return draft_finish(draft, lead, (size_t)lrint(front) - lead, gain, lfe, ret_filters);
}

int virtual_headphones(const struct hrtf *hrtf, const struct layout *source, float lfe,
                       struct virtual_filters **ret_filters)
{
    struct headphones h;
    struct draft draft;
    double delay = 0;
    size_t points = 1024;

    if (hrtf->directions == 0 || hrtf->taps == 0 || hrtf->taps > VIRTUAL_TAPS_MAX || hrtf->rate == 0 || !isfinite(lfe))
        return -EINVAL;
    for (size_t i = 0; i < hrtf->directions; i++)
        for (size_t ear = 0; ear < 2; ear++)
            delay = fmax(delay, (double)hrtf->direction[i].delay[ear]);
    while ((double)points < 2 * ((double)hrtf->taps + delay) && points < (size_t)4 * VIRTUAL_TAPS_MAX)
        points *= 2;

    int r = init(&h, hrtf, points);
    if (r == 0) {
        r = draft_init(&draft, source, points / 2, hrtf->rate);
        if (r == 0)
            r = design(&h, &draft, lfe, ret_filters);
        draft_deinit(&draft);
    }
    deinit(&h);
    return r;
}
