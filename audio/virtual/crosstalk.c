/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "audio/virtual/draft.h"
#include "audio/virtual/onset.h"
#include "audio/virtual/spectrum.h"

/*
 * Crosstalk cancellation (Atal and Schroeder 1966; with constant regularisation: Kirkeby, Nelson, Hamada and
 * Orduna-Bustamante 1998). With C the responses of two loudspeakers at two ears and T what the ears are to hear, the
 * loudspeakers play
 *
 *   X = (C^H C + b I)^-1 C^H T, delayed so that it is causal.
 *
 * Beyond the band where this works it is blended into X = T / C of each ear's own loudspeaker: in the bass both
 * loudspeakers are the same to both ears, and the inverse would need gain without bound; in the treble a head is never
 * still enough.
 */

#define SECONDS        0.0215 /* of responses: 1024 taps at 48 kHz */
#define DELAY_SECONDS  0.003
#define REGULARISATION 0.006 /* of the power at the nearer ear: at most 16 dB of gain above a plain loudspeaker's */
#define GAIN_MAX       2     /* of a channel in a bin, both loudspeakers together: 6 dB, approached softly */
#define LOW_HZ         120   /* the blend's band, an octave or half of one on either side */
#define LOW_FULL_HZ    240
#define HIGH_FULL_HZ   8000
#define HIGH_HZ        12000
#define FRONT_DEG      30

enum { LEFT, RIGHT };

struct crosstalk {
    struct hrtf *hrtf; /* gated */
    struct spectrum s;
    double complex *speaker[2][2]; /* [loudspeaker][ear] */
    double complex *target[2];     /* [ear] */
    double complex *play[2];       /* [loudspeaker] */
    double *power;                 /* of each loudspeaker at its own ear, smoothed */
    float *ears[2];
    double delay; /* frames */
};

static void listen(struct crosstalk *c, float azimuth_deg, float elevation_deg, double complex *const to[2])
{
    const size_t taps = c->s.points / 2;

    hrtf_at(c->hrtf, azimuth_deg, elevation_deg, c->ears, taps);
    for (size_t ear = 0; ear < 2; ear++)
        spectrum_of(&c->s, c->ears[ear], taps, to[ear]);
}

static double square(double complex x)
{
    return creal(x) * creal(x) + cimag(x) * cimag(x);
}

/* Over a twelfth of its frequency on either side: regularisation follows the tone of the loudspeaker, not its notches.
 */
static void measure_power(struct crosstalk *c)
{
    for (size_t k = 0; k < c->s.bins; k++) {
        const size_t low = k - k / 12, top = k + k / 12, high = top < c->s.bins ? top : c->s.bins - 1;
        double sum = 0;
        for (size_t i = low; i <= high; i++)
            sum += square(c->speaker[LEFT][LEFT][i]) + square(c->speaker[RIGHT][RIGHT][i]);
        c->power[k] = sum / 2 / (double)(high - low + 1) + 1e-12;
    }
}

static bool allocate(struct crosstalk *c)
{
    double complex **const all[] = {
        &c->speaker[0][0], &c->speaker[0][1], &c->speaker[1][0], &c->speaker[1][1],
        &c->target[0],     &c->target[1],     &c->play[0],       &c->play[1],
    };
    bool ok = true;

    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        *all[i] = calloc(c->s.bins, sizeof(double complex));
        ok = ok && *all[i];
    }
    for (size_t ear = 0; ear < 2; ear++) {
        c->ears[ear] = calloc(c->s.points, sizeof(float));
        ok = ok && c->ears[ear];
    }
    c->power = calloc(c->s.bins, sizeof(double));
    return ok && c->power;
}

static int init(struct crosstalk *c, const struct hrtf *hrtf, float left_deg, float right_deg)
{
    size_t points = 1024;

    *c = (struct crosstalk){.delay = rint(DELAY_SECONDS * (double)hrtf->rate)};
    while (((double)points < 4 * SECONDS * (double)hrtf->rate || points < 4 * hrtf->taps) &&
           points < (size_t)4 * VIRTUAL_TAPS_MAX)
        points *= 2;
    int r = spectrum_init(&c->s, points);
    if (r == 0)
        r = hrtf_gate(hrtf, &c->hrtf);
    if (r < 0)
        return r;
    if (!allocate(c))
        return -ENOMEM;
    listen(c, left_deg, 0, c->speaker[LEFT]);
    listen(c, right_deg, 0, c->speaker[RIGHT]);
    measure_power(c);
    return 0;
}

static void deinit(struct crosstalk *c)
{
    spectrum_deinit(&c->s);
    hrtf_free(c->hrtf);
    for (size_t i = 0; i < 2; i++) {
        free(c->speaker[i][LEFT]);
        free(c->speaker[i][RIGHT]);
        free(c->target[i]);
        free(c->play[i]);
        free(c->ears[i]);
    }
    free(c->power);
}

/* 0 outside of the band of cancellation, 1 inside, in between along a cosine over the logarithm. */
static double share_of_cancellation(double hz)
{
    double x = 1;

    if (hz <= LOW_HZ || hz >= HIGH_HZ)
        return 0;
    if (hz < LOW_FULL_HZ)
        x = log(hz / LOW_HZ) / log((double)LOW_FULL_HZ / LOW_HZ);
    else if (hz > HIGH_FULL_HZ)
        x = log((double)HIGH_HZ / hz) / log((double)HIGH_HZ / HIGH_FULL_HZ);
    return 0.5 - 0.5 * cos(M_PI * x);
}

/* What the two loudspeakers play in one bin so that the ears hear t. */
static void invert(const struct crosstalk *c, size_t k, const double complex t[2], double complex x[2])
{
    const double complex ll = c->speaker[LEFT][LEFT][k], lr = c->speaker[LEFT][RIGHT][k];
    const double complex rl = c->speaker[RIGHT][LEFT][k], rr = c->speaker[RIGHT][RIGHT][k];
    const double b = REGULARISATION * c->power[k];

    /* C^H C + b I, which is Hermitian, and C^H t */
    const double a11 = square(ll) + square(lr) + b, a22 = square(rl) + square(rr) + b;
    const double complex a12 = conj(ll) * rl + conj(lr) * rr;
    const double complex y1 = conj(ll) * t[LEFT] + conj(lr) * t[RIGHT], y2 = conj(rl) * t[LEFT] + conj(rr) * t[RIGHT];
    const double determinant = a11 * a22 - square(a12);
    const double share = share_of_cancellation((double)k * (double)c->hrtf->rate / (double)c->s.points);

    x[LEFT] = share * (a22 * y1 - a12 * y2) / determinant + (1 - share) * conj(ll) * t[LEFT] / (square(ll) + b);
    x[RIGHT] = share * (a11 * y2 - conj(a12) * y1) / determinant + (1 - share) * conj(rr) * t[RIGHT] / (square(rr) + b);
}

static void hear(const struct crosstalk *c, size_t k, const double complex x[2], double complex e[2])
{
    for (size_t ear = 0; ear < 2; ear++)
        e[ear] = c->speaker[LEFT][ear][k] * x[LEFT] + c->speaker[RIGHT][ear][k] * x[RIGHT];
}

/* Regularisation and the blend cost level, or add some: the ears' power is put right within 6 dB. Peaks that would fill
 * a notch of the loudspeakers' responses are held down. Both loudspeakers alike, so nothing changes of the
 * cancellation. */
static double level_of(const struct crosstalk *c, size_t k, const double complex t[2], const double complex x[2])
{
    double complex e[2];

    hear(c, k, x, e);
    const double wanted = square(t[LEFT]) + square(t[RIGHT]), heard = square(e[LEFT]) + square(e[RIGHT]);
    const double level = heard > 0 ? fmin(fmax(sqrt(wanted / heard), 0.5), 2) : 1;
    const double gain = level * sqrt(square(x[LEFT]) + square(x[RIGHT])) / GAIN_MAX;
    return level / pow(1 + gain * gain * gain * gain, 0.25);
}

/* Spectra of what is played for c->target. */
static void solve(struct crosstalk *c)
{
    for (size_t k = 0; k < c->s.bins; k++) {
        const double complex t[2] = {c->target[LEFT][k], c->target[RIGHT][k]};
        const double turn = -2 * M_PI * (double)k * c->delay / (double)c->s.points;
        double complex x[2];
        invert(c, k, t, x);
        /* The last bin has to be real. */
        const double complex factor = k + 1 < c->s.bins ? level_of(c, k, t, x) * cexp(I * turn) : 0;
        c->play[LEFT][k] = factor * x[LEFT];
        c->play[RIGHT][k] = factor * x[RIGHT];
    }
}

/* Pink noise on the front pair, at the ears: each loudspeaker as it is against the filters. Weighted with the
 * loudspeakers' own tone, for what was measured of that is not the car's. */
static double make_up(struct crosstalk *c)
{
    const double hz = (double)c->hrtf->rate / (double)c->s.points;
    double plain = 0, filtered = 0;

    for (int side = -1; side <= 1; side += 2) {
        listen(c, (float)(side * FRONT_DEG), 0, c->target);
        solve(c);
        for (size_t k = 1; k < c->s.bins; k++) {
            if ((double)k * hz < 100 || (double)k * hz > 10000)
                continue;
            const double complex x[2] = {c->play[LEFT][k], c->play[RIGHT][k]};
            const size_t own = side > 0 ? LEFT : RIGHT;
            double complex e[2];
            hear(c, k, x, e);
            const double weight = 1 / ((double)k * c->power[k]);
            plain += weight * (square(c->speaker[own][LEFT][k]) + square(c->speaker[own][RIGHT][k]));
            filtered += weight * (square(e[LEFT]) + square(e[RIGHT]));
        }
    }
    return filtered > 0 ? fmin(fmax(sqrt(plain / filtered), 0.25), 4) : 1;
}

static int design(struct crosstalk *c, struct draft *draft, float lfe, struct virtual_filters **ret_filters)
{
    const double gain = make_up(c);

    for (size_t n = 0; n < draft->source->count; n++) {
        const struct layout_position *p = layout_channel_position(draft->source->channels[n]);
        if (draft_is_lfe(draft, n))
            continue;
        listen(c, p->azimuth_deg, p->elevation_deg, c->target);
        solve(c);
        float *const to[2] = {draft_ir(draft, n, LEFT), draft_ir(draft, n, RIGHT)};
        spectrum_to_pair(&c->s, c->play[LEFT], c->play[RIGHT], to, draft->length);
    }
    return draft_finish(draft, 0, (size_t)c->delay, gain, lfe, ret_filters);
}

int virtual_crosstalk(const struct hrtf *hrtf, const struct layout *source, float lfe, float left_deg, float right_deg,
                      struct virtual_filters **ret_filters)
{
    struct crosstalk c;
    struct draft draft;

    if (hrtf->directions == 0 || hrtf->taps == 0 || hrtf->taps > VIRTUAL_TAPS_MAX || hrtf->rate == 0 ||
        !isfinite(lfe) || !(left_deg <= 150 && right_deg >= -150 && left_deg - right_deg >= 10))
        return -EINVAL;

    int r = init(&c, hrtf, left_deg, right_deg);
    if (r == 0) {
        const size_t length = (size_t)ceil(SECONDS * (double)hrtf->rate);
        r = draft_init(&draft, source, length < VIRTUAL_TAPS_MAX ? length : VIRTUAL_TAPS_MAX, hrtf->rate);
        if (r == 0)
            r = design(&c, &draft, lfe, ret_filters);
        draft_deinit(&draft);
    }
    deinit(&c);
    return r;
}
