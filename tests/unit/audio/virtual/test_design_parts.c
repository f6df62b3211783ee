/* SPDX-License-Identifier: Apache-2.0 */
/* What filters are designed from: onsets, directions in between, what all directions share, heights, loudness. */
#include <stdlib.h>
#include <string.h>

#include "audio/render/biquad.h"
#include "audio/virtual/diffuse.h"
#include "audio/virtual/fft.h"
#include "audio/virtual/onset.h"
#include "tests/unit/audio/virtual/head.h"

#define RATE   HEAD_RATE
#define POINTS 4096

static double level_db(const float *ir, size_t taps, double hz)
{
    return head_db(cabs(head_bin(ir, taps, hz / RATE)));
}

/* --- onsets and directions -------------------------------------------------------------------------------------- */

/* At a fifth of the peak, to parts of a frame: before the front itself, behind the noise in front of it. */
static void a_response_begins_where_it_reaches_a_fifth_of_its_peak(void **state)
{
    static const float rising[] = {0.01F, -0.02F, 0, 0.8F, 0.9F, -1, 0.3F}, early[] = {1, 0.5F}, silent[] = {0, 0, 0};
    (void)state;
    assert_true(fabs(onset_of(rising, 7) - 2.25) < 1e-6);
    assert_true(onset_of(early, 2) == 0);
    assert_true(onset_of(silent, 3) == 0);
}

static void what_comes_later_than_a_head_rings_is_cut_off_softly(void **state)
{
    enum { TAPS = 400, BEGIN = 40 };
    struct hrtf *one = NULL, *gated = NULL;
    (void)state;
    assert_int_equal(hrtf_new(1, TAPS, &one), 0);
    one->rate = RATE;
    for (size_t t = BEGIN; t < TAPS; t++)
        hrtf_ir(one, 0, 0)[t] = 1;
    assert_int_equal(hrtf_gate(one, &gated), 0);
    const float *ir = hrtf_ir(gated, 0, 0);
    for (size_t t = 0; t < TAPS; t++) {
        assert_true(t >= BEGIN + 112 || ir[t] == hrtf_ir(one, 0, 0)[t]);         /* two thirds of 3.5 ms */
        assert_true(t < BEGIN + 168 || ir[t] == 0);                              /* all of it */
        assert_true(t <= BEGIN || t > BEGIN + 168 || ir[t - 1] - ir[t] < 0.05F); /* no edge in between */
    }
    hrtf_free(gated);
    hrtf_free(one);
}

/* Not the nearest one until the next is nearer. */
static void a_direction_moves_evenly_from_one_measurement_to_the_next(void **state)
{
    float ear[5][2][128];
    (void)state;
    for (size_t i = 0; i < 5; i++)
        hrtf_at(head, 30 + 2.5F * (float)i, 0, (float *const[2]){ear[i][0], ear[i][1]}, 128);
    const double whole = level_db(ear[4][1], 128, 3000) - level_db(ear[0][1], 128, 3000);
    assert_true(fabs(whole) > 0.5);
    for (size_t i = 1; i < 5; i++) {
        const double step = level_db(ear[i][1], 128, 3000) - level_db(ear[i - 1][1], 128, 3000);
        assert_true(step / whole > 0.02 && step / whole < 0.6);
    }
}

/* --- what all directions share ----------------------------------------------------------------------------------- */

/* Rings of directions, each with a response of one sample. */
static struct hrtf *rings(const float *elevations, const size_t *members, const float *gains, size_t count)
{
    struct hrtf *h = NULL;
    size_t n = 0;

    for (size_t r = 0; r < count; r++)
        n += members[r];
    assert_int_equal(hrtf_new(n, 8, &h), 0);
    h->rate = RATE;
    for (size_t r = 0; r < count; r++) {
        for (size_t i = 0; i < members[r]; i++) {
            n--;
            h->direction[n] = (struct hrtf_direction){.azimuth_deg = 360.0F * (float)i / (float)members[r] - 180,
                                                      .elevation_deg = elevations[r]};
            hrtf_ir(h, n, 0)[0] = hrtf_ir(h, n, 1)[0] = gains[r];
        }
    }
    return h;
}

static void equalise(const struct hrtf *h, struct spectrum *s, double complex *ret)
{
    assert_int_equal(spectrum_init(s, POINTS), 0);
    assert_int_equal(diffuse_equaliser(h, s, ret), 0);
}

/* A ring counts for its share of the sphere, however many directions were measured on it. */
static void the_average_of_all_directions_is_that_of_the_sphere(void **state)
{
    static const float elevations[] = {0, 60}, gains[] = {1, 3};
    static const size_t members[][2] = {{36, 36}, {12, 72}, {72, 6}};
    static double complex equaliser[POINTS / 2 + 1];
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct hrtf *h = rings(elevations, members[i], gains, 2);
        struct spectrum s;
        equalise(h, &s, equaliser);
        const double power = (1 * 1 + 9 * 0.5) / (1 + 0.5); /* cos 0, cos 60 */
        for (size_t k = 1; k < s.bins; k++)
            assert_true(fabs(cabs(equaliser[k]) * sqrt(power) - 1) < 0.01);
        spectrum_deinit(&s);
        hrtf_free(h);
    }
}

/* Every response with a peak of 12 dB, half an octave wide, at 2 kHz. */
static struct hrtf *peaked(void)
{
    struct hrtf *h = NULL;

    assert_int_equal(hrtf_new(36, 512, &h), 0);
    h->rate = RATE;
    for (size_t i = 0; i < 72; i++) {
        struct biquad f;
        biquad_design(&f, TUNING_PEAK, 2000, 1.4, 12, RATE);
        h->direction[i / 2].azimuth_deg = 10 * (float)(i / 2) - 180;
        h->ir[i * 512] = 1;
        biquad_run(&f, h->ir + i * 512, 512);
    }
    return h;
}

static void what_a_third_of_an_octave_has_in_common_is_taken_out_at_once(void **state)
{
    static double complex equaliser[POINTS / 2 + 1], none[POINTS / 2 + 1];
    static float response[2][POINTS];
    struct hrtf *h = peaked();
    struct spectrum s;
    double late = 0;
    (void)state;
    equalise(h, &s, equaliser);
    const size_t middle = 2000 * POINTS / RATE;
    assert_true(fabs(head_db(cabs(equaliser[middle])) + 12) < 1);
    assert_true(fabs(head_db(cabs(equaliser[middle / 8]))) < 1);
    assert_true(fabs(head_db(cabs(equaliser[middle * 6]))) < 1);
    /* Of minimum phase: it answers at once, and nothing comes before what it answers to. */
    spectrum_to_pair(&s, equaliser, none, (float *const[2]){response[0], response[1]}, POINTS);
    for (size_t t = POINTS / 2; t < POINTS; t++)
        late += (double)response[0][t] * (double)response[0][t];
    assert_true(late < 1e-4 * head_energy(response[0], POINTS));
    assert_true(response[0][0] > 0.5F);
    spectrum_deinit(&s);
    hrtf_free(h);
}

/* --- heights and loudness ----------------------------------------------------------------------------------------- */

static struct virtual_filters *make(bool crosstalk, const char *names, const float place[2])
{
    struct virtual_filters *f = NULL;
    struct layout source;

    if (layout_named(names, &source) != 0)
        assert_int_equal(layout_parse(names, &source), 0);
    assert_int_equal(crosstalk ? virtual_crosstalk(head, &source, 1, place[0], place[1], &f)
                               : virtual_headphones(head, &source, 1, &f),
                     0);
    return f;
}

/* What the ears hear of a channel from the loudspeakers, or by headphones. */
static void hear(const struct virtual_filters *f, size_t channel, const float *place, double hz, double complex ear[2])
{
    static float speaker[2][2][256];

    ear[0] = ear[1] = 0;
    for (size_t output = 0; output < 2; output++) {
        const double complex h = head_bin(virtual_filters_ir(f, channel, output), f->taps, hz / RATE);
        if (!place) {
            ear[output] = h;
            continue;
        }
        hrtf_at(head, place[output], 0, (float *const[2]){speaker[0][0], speaker[0][1]}, 256);
        for (size_t e = 0; e < 2; e++)
            ear[e] += h * head_bin(speaker[0][e], 256, hz / RATE);
    }
}

/* The difference between both ears is that of the place where a channel is, its elevation included. */
static void channels_are_heard_from_their_places_those_above_too(void **state)
{
    static const float place[2] = {30, -30};
    static const char names[] = "FL FR SL SR TFL TFR TSL TSR TRL TRR";
    struct layout source;
    float ear[2][128];
    (void)state;
    assert_int_equal(layout_parse(names, &source), 0);
    for (size_t kind = 0; kind < 2; kind++) {
        struct virtual_filters *f = make(kind, names, place);
        for (size_t n = 0; n < source.count; n++) {
            const struct layout_position *p = layout_channel_position(source.channels[n]);
            hrtf_at(head, p->azimuth_deg, p->elevation_deg, (float *const[2]){ear[0], ear[1]}, 128);
            for (double hz = 600; hz < 5000; hz *= 1.5) {
                double complex heard[2];
                hear(f, n, kind == 0 ? NULL : place, hz, heard);
                const double is = head_db(cabs(heard[0]) / cabs(heard[1]));
                const double should = level_db(ear[0], 128, hz) - level_db(ear[1], 128, hz);
                if (!(fabs(is - should) < 0.7))
                    fail_msg("%s, %.0f Hz: %.2f dB between the ears, not %.2f", layout_channel_name(source.channels[n]),
                             hz, is, should);
            }
        }
        virtual_filters_free(f);
    }
}

/* Pink noise on the front pair, at the ears, against the loudspeakers without filters. */
static void crosstalk_cancellation_is_as_loud_as_without(void **state)
{
    static const float places[][2] = {{30, -30}, {15, -15}, {20, -50}, {70, -70}};
    float speaker[2][2][256];
    (void)state;
    for (size_t i = 0; i < 4; i++) {
        struct virtual_filters *f = make(true, "stereo", places[i]);
        double plain = 0, filtered = 0;
        for (size_t n = 0; n < 2; n++)
            hrtf_at(head, places[i][n], 0, (float *const[2]){speaker[n][0], speaker[n][1]}, 256);
        for (double hz = 100; hz < 10000; hz *= 1.05) {
            for (size_t n = 0; n < 2; n++) {
                double complex ear[2];
                hear(f, n, places[i], hz, ear);
                for (size_t e = 0; e < 2; e++) {
                    plain += pow(cabs(head_bin(speaker[n][e], 256, hz / RATE)), 2);
                    filtered += pow(cabs(ear[e]), 2);
                }
            }
        }
        if (!(fabs(10 * log10(filtered / plain)) < 0.5))
            fail_msg("%.0f, %.0f: %.2f dB", (double)places[i][0], (double)places[i][1], 10 * log10(filtered / plain));
        virtual_filters_free(f);
    }
}

/* From 200 Hz to 8 kHz; above, a loudspeaker is its own ear's only, so that nothing has to be in its exact place. */
static void cancellation_has_its_band(void **state)
{
    static const float place[2] = {30, -30};
    struct hrtf *h = head_new(RATE);
    struct layout source;
    struct virtual_filters *f = NULL;
    (void)state;
    head_make_one_eared(h);
    assert_int_equal(layout_named("quad-side", &source), 0);
    assert_int_equal(virtual_crosstalk(h, &source, 1, place[0], place[1], &f), 0);
    for (double hz = 250; hz < 20000; hz *= 1.1) {
        double complex ear[2];
        hear(f, 2, place, hz, ear);
        const double leak = head_db(cabs(ear[1]) / cabs(ear[0]));
        const double across =
            level_db(virtual_filters_ir(f, 2, 1), f->taps, hz) - level_db(virtual_filters_ir(f, 2, 0), f->taps, hz);
        const double most = hz < 300 ? 0 : hz < 1000 ? -20 : hz < 7500 ? -30 : 0;
        if (!(leak < most) || (hz > 13000 && !(across < -45)))
            fail_msg("%.0f Hz: %.1f dB at the other ear, %.1f dB from the other loudspeaker", hz, leak, across);
    }
    virtual_filters_free(f);
    hrtf_free(h);
}

/* Both outputs count, the left one as well: the sum of magnitudes by hand. */
static void the_worst_gain_is_that_of_the_worse_output(void **state)
{
    static const char *const names[] = {"FL FC", "FC FR"};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct virtual_filters *f = make(false, names[i], NULL);
        double sum[2] = {0, 0};
        for (size_t n = 0; n < 4; n++)
            for (size_t t = 0; t < f->taps; t++)
                sum[n % 2] += fabs((double)virtual_filters_ir(f, n / 2, n % 2)[t]);
        assert_true(sum[i] > 1.05 * sum[1 - i]);
        assert_true(fabs(head_db(sum[i]) - f->worst_gain_db) < 0.001);
        virtual_filters_free(f);
    }
}

/* A filter that ends with an edge would be heard in what decays. */
static void filters_end_softly(void **state)
{
    static const float place[2] = {15, -15};
    (void)state;
    for (size_t kind = 0; kind < 2; kind++) {
        struct virtual_filters *f = make(kind, "7.1.4", place);
        for (size_t n = 0; n < 2 * f->inputs; n++) {
            const float *ir = f->ir + n * f->taps;
            float peak = 0;
            for (size_t t = 0; t < f->taps; t++)
                peak = fmaxf(peak, fabsf(ir[t]));
            assert_true(fabsf(ir[f->taps - 1]) <= 2e-5F * peak);
        }
        virtual_filters_free(f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_response_begins_where_it_reaches_a_fifth_of_its_peak),
        cmocka_unit_test(what_comes_later_than_a_head_rings_is_cut_off_softly),
        cmocka_unit_test(a_direction_moves_evenly_from_one_measurement_to_the_next),
        cmocka_unit_test(the_average_of_all_directions_is_that_of_the_sphere),
        cmocka_unit_test(what_a_third_of_an_octave_has_in_common_is_taken_out_at_once),
        cmocka_unit_test(channels_are_heard_from_their_places_those_above_too),
        cmocka_unit_test(crosstalk_cancellation_is_as_loud_as_without),
        cmocka_unit_test(cancellation_has_its_band),
        cmocka_unit_test(the_worst_gain_is_that_of_the_worse_output),
        cmocka_unit_test(filters_end_softly),
    };
    enum { WITHOUT_TRANSFORMS = 3 };

    if (strcmp(fft_library(), "none") == 0)
        return _cmocka_run_group_tests("parts", tests, WITHOUT_TRANSFORMS, head_set_up, head_tear_down);
    return cmocka_run_group_tests(tests, head_set_up, head_tear_down);
}
