/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_TESTS_UNIT_AUDIO_VIRTUAL_HEAD_H
#define FASCIA_TESTS_UNIT_AUDIO_VIRTUAL_HEAD_H

#include <complex.h>
#include <math.h>
#include <string.h>

#include "audio/virtual/design.h"
#include "tests/unit/test.h"

/*
 * A head without a measurement: a sphere, after Brown and Duda, "A structural model for binaural sound synthesis" (IEEE
 * Trans. Speech and Audio Processing 6(5), 1998). Its shadow is one pole and one zero, (a + s/b) / (1 + s/b) with b
 * twice the speed of sound over the radius; its delays are Woodworth's, and are given apart from the responses.
 */

#define HEAD_RADIUS_M  0.0875
#define HEAD_TAPS      64
#define SPEED_OF_SOUND 343.0

/* From the ear's axis, radians. */
static double head_angle(float azimuth_deg, float elevation_deg, size_t ear)
{
    const double a = (double)azimuth_deg * M_PI / 180, e = (double)elevation_deg * M_PI / 180;
    const double towards = cos(e) * sin(a) * (ear == 0 ? 1 : -1);

    return acos(fmin(fmax(towards, -1), 1));
}

static void head_response(double angle, double rate, float *ir, float *delay)
{
    const double wide =
        1.05 + 0.95 * cos(angle * 180 / 150); /* brightest in front of the ear, darkest at 150 degrees */
    const double b = 2 * SPEED_OF_SOUND / HEAD_RADIUS_M, k = 2 * rate / b; /* bilinear: s = 2 rate (1 - z) / (1 + z) */
    double x1 = 0, y1 = 0;

    for (size_t t = 0; t < HEAD_TAPS; t++) {
        const double x = t == 0 ? 1 : 0;
        const double y = ((1 + wide * k) * x + (1 - wide * k) * x1 - (1 - k) * y1) / (1 + k);
        ir[t] = (float)y;
        x1 = x;
        y1 = y;
    }
    const double path = angle < M_PI / 2 ? -cos(angle) : angle - M_PI / 2;
    *delay = (float)((1 + path) * HEAD_RADIUS_M / SPEED_OF_SOUND * rate + 10);
}

/** All around in steps of ten degrees, on rings at -30, 0, 30 and 60, and straight above. */
static inline struct hrtf *head_new(uint32_t rate)
{
    static const float rings[] = {-30, 0, 30, 60};
    struct hrtf *h = NULL;
    size_t n = 0;

    assert_int_equal(hrtf_new(4 * 36 + 1, HEAD_TAPS, &h), 0);
    h->rate = rate;
    for (size_t ring = 0; ring < 4; ring++)
        for (int az = -170; az <= 180; az += 10)
            h->direction[n++] = (struct hrtf_direction){.azimuth_deg = (float)az, .elevation_deg = rings[ring]};
    h->direction[n++] = (struct hrtf_direction){.elevation_deg = 90};
    for (size_t i = 0; i < n; i++) {
        struct hrtf_direction *d = &h->direction[i];
        for (size_t ear = 0; ear < 2; ear++)
            head_response(head_angle(d->azimuth_deg, d->elevation_deg, ear), (double)rate, hrtf_ir(h, i, ear),
                          &d->delay[ear]);
    }
    return h;
}

/** Transform of a response at a frequency, in parts of the rate. */
static inline double complex head_bin(const float *ir, size_t taps, double frequency)
{
    double complex sum = 0;

    for (size_t t = 0; t < taps; t++)
        sum += (double)ir[t] * cexp(-I * 2 * M_PI * frequency * (double)t);
    return sum;
}

static inline double head_db(double x)
{
    return 20 * log10(x);
}

static inline double head_energy(const float *ir, size_t taps)
{
    double sum = 0;

    for (size_t t = 0; t < taps; t++)
        sum += (double)ir[t] * (double)ir[t];
    return sum;
}

/** What comes from SL and SR reaches one ear only from now on: what the other one then hears of them is crosstalk. */
static inline void head_make_one_eared(struct hrtf *h)
{
    for (size_t i = 0; i < h->directions; i++) {
        const struct hrtf_direction *d = &h->direction[i];
        if (fabsf(fabsf(d->azimuth_deg) - 110) > 0.1F || fabsf(d->elevation_deg) > 0.1F)
            continue;
        memset(hrtf_ir(h, i, d->azimuth_deg > 0 ? 1 : 0), 0, h->taps * sizeof(float));
    }
}

/** Of the ear that should hear nothing against the other, through the loudspeakers' own responses: dB, the worst from
 * 300 Hz to 6 kHz. */
static inline double head_crosstalk(const struct hrtf *h, const struct virtual_filters *f, size_t channel, size_t quiet,
                                    const float place[2])
{
    static float speaker[2][2][1024];
    double worst = -200;

    for (size_t s = 0; s < 2; s++)
        hrtf_at(h, place[s], 0, (float *const[2]){speaker[s][0], speaker[s][1]}, 1024);
    for (double hz = 300; hz <= 6000; hz *= 1.05) {
        double complex ear[2] = {0, 0};
        for (size_t s = 0; s < 2; s++)
            for (size_t e = 0; e < 2; e++)
                ear[e] += head_bin(speaker[s][e], h->taps + 100, hz / h->rate) *
                          head_bin(virtual_filters_ir(f, channel, s), f->taps, hz / h->rate);
        worst = fmax(worst, head_db(cabs(ear[quiet]) / cabs(ear[1 - quiet])));
    }
    return worst;
}

/* One for all tests of a group, as its set-up and tear-down. */
#define HEAD_RATE 48000
static struct hrtf *head;

static inline int head_set_up(void **state)
{
    (void)state;
    head = head_new(HEAD_RATE);
    return 0;
}

static inline int head_tear_down(void **state)
{
    (void)state;
    hrtf_free(head);
    return 0;
}

#endif
