/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "audio/virtual/convolver.h"
#include "audio/virtual/design.h"
#include "audio/virtual/fft.h"
#include "tests/unit/audio/virtual/head.h"

#define RATE HEAD_RATE
#define LFE  0.5F

static struct layout named(const char *name)
{
    struct layout layout;

    assert_int_equal(layout_named(name, &layout), 0);
    return layout;
}

static double complex at_hz(const float *ir, size_t taps, double hz)
{
    return head_bin(ir, taps, hz / RATE);
}

static size_t peak(const float *ir, size_t taps)
{
    size_t at = 0;

    for (size_t t = 1; t < taps; t++)
        at = fabsf(ir[t]) > fabsf(ir[at]) ? t : at;
    return at;
}

static bool is_lfe(const struct layout *layout, size_t channel)
{
    return layout_channel_position(layout->channels[channel])->role == LAYOUT_ROLE_LFE;
}

/* --- responses of a direction ---------------------------------------------------------------------------------- */

static void a_measured_direction_is_that_measurement_with_its_delay(void **state)
{
    struct hrtf *one = NULL;
    float left[64], right[64];
    float *const to[2] = {left, right};
    (void)state;

    assert_int_equal(hrtf_new(2, 4, &one), 0);
    one->direction[0] = (struct hrtf_direction){.azimuth_deg = 30, .delay = {3, 20.5F}};
    one->direction[1] = (struct hrtf_direction){.azimuth_deg = -170};
    memcpy(hrtf_ir(one, 0, 0), (float[4]){0.5F, 1, -0.25F, 0}, 4 * sizeof(float));
    memcpy(hrtf_ir(one, 0, 1), (float[4]){0, 1, 0, 0}, 4 * sizeof(float));
    hrtf_at(one, 30, 0, to, 64);
    for (size_t t = 0; t < 64; t++)
        assert_true(left[t] == (t == 3 ? 0.5F : t == 4 ? 1 : t == 5 ? -0.25F : 0));
    /* Half a frame has its two largest samples on either side, and the phase of 21.5 frames at 5 kHz. */
    assert_true(fabsf(right[21] - right[22]) < 1e-3F && right[21] > 0.6F);
    const double turn = carg(at_hz(right, 64, 5000) * cexp(I * 2 * M_PI * 5000 / RATE * 21.5));
    assert_true(fabs(turn) < 0.01);
    hrtf_free(one);
}

static void between_directions_level_and_delay_are_in_between(void **state)
{
    float ear[3][2][128];
    (void)state;

    for (size_t i = 0; i < 3; i++)
        hrtf_at(head, 30 + 5 * (float)i, 0, (float *const[2]){ear[i][0], ear[i][1]}, 128);
    for (size_t side = 0; side < 2; side++) {
        double level[3], phase[3];
        for (size_t i = 0; i < 3; i++) {
            level[i] = head_db(cabs(at_hz(ear[i][side], 128, 1000)));
            phase[i] = carg(at_hz(ear[i][side], 128, 1000) / at_hz(ear[0][side], 128, 1000));
        }
        assert_true(fabs(level[1] - (level[0] + level[2]) / 2) < 0.3);
        assert_true(fabs(phase[1] - phase[2] / 2) < 0.03);
    }
    /* And no comb: a mixture of responses that were not brought together would lose its treble. */
    assert_true(head_db(cabs(at_hz(ear[1][0], 128, 12000))) > head_db(cabs(at_hz(ear[0][0], 128, 12000))) - 0.5);
}

static void a_mirrored_direction_is_the_other_ears(void **state)
{
    float a[2][128], b[2][128];
    (void)state;

    for (float azimuth = 0; azimuth <= 180; azimuth += 7.5F) {
        for (float elevation = -40; elevation <= 90; elevation += 32.5F) {
            hrtf_at(head, azimuth, elevation, (float *const[2]){a[0], a[1]}, 128);
            hrtf_at(head, -azimuth, elevation, (float *const[2]){b[1], b[0]}, 128);
            for (size_t t = 0; t < 128; t++)
                assert_true(fabsf(a[0][t] - b[0][t]) < 1e-4F && fabsf(a[1][t] - b[1][t]) < 1e-4F);
        }
    }
}

/* --- what holds for both kinds of filters ----------------------------------------------------------------------- */

static struct virtual_filters *make(bool crosstalk, const struct layout *source)
{
    struct virtual_filters *f = NULL;

    assert_int_equal(
        crosstalk ? virtual_crosstalk(head, source, LFE, 30, -30, &f) : virtual_headphones(head, source, LFE, &f), 0);
    assert_true(f->inputs == source->count && f->rate == RATE && f->taps > 0 && f->taps <= VIRTUAL_TAPS_MAX);
    assert_true(f->latency_frames < f->taps);
    return f;
}

static void assert_lfe_unfiltered(const struct virtual_filters *f, size_t channel)
{
    for (size_t output = 0; output < 2; output++)
        for (size_t t = 0; t < f->taps; t++)
            assert_true(virtual_filters_ir(f, channel, output)[t] == (t == f->latency_frames ? LFE : 0));
}

static void assert_mirrored(const struct virtual_filters *f, const struct layout *source, size_t channel)
{
    int other = layout_find(source, layout_channel_mirror(source->channels[channel]));

    assert_true(other >= 0);
    for (size_t output = 0; output < 2; output++)
        for (size_t t = 0; t < f->taps; t++)
            assert_true(fabsf(virtual_filters_ir(f, channel, output)[t] -
                              virtual_filters_ir(f, (size_t)other, 1 - output)[t]) < 1e-4F);
}

static void every_channel_of_every_layout_sounds_and_has_its_mirror_image(void **state)
{
    (void)state;

    for (size_t i = 0; i < 2 * layout_names(); i++) {
        const struct layout source = named(layout_name_at(i / 2));
        struct virtual_filters *f = make(i % 2, &source);
        for (size_t n = 0; n < source.count; n++) {
            if (is_lfe(&source, n)) {
                assert_lfe_unfiltered(f, n);
                continue;
            }
            const double power =
                head_energy(virtual_filters_ir(f, n, 0), f->taps) + head_energy(virtual_filters_ir(f, n, 1), f->taps);
            assert_true(power > 0.2 && power < 20);
            assert_mirrored(f, &source, n);
        }
        virtual_filters_free(f);
    }
}

/* The signal that is worst for an output: each sample of each channel adds up at one moment. */
static void the_worst_gain_is_reached_and_not_passed(void **state)
{
    static float in[LAYOUT_CHANNELS_MAX][VIRTUAL_TAPS_MAX], out[2][VIRTUAL_TAPS_MAX];
    const struct layout source = named("7.1.4");
    (void)state;

    for (size_t kind = 0; kind < 2; kind++) {
        struct virtual_filters *f = make(kind, &source);
        struct convolver *c = NULL;
        const float *ir[2 * LAYOUT_CHANNELS_MAX], *x[LAYOUT_CHANNELS_MAX];
        double worst = 0;
        for (size_t i = 0; i < 2 * f->inputs; i++)
            ir[i] = virtual_filters_ir(f, i / 2, i % 2);
        assert_int_equal(convolver_new(f->inputs, 2, f->taps, 256, ir, &c), 0);
        for (size_t output = 0; output < 2; output++) {
            for (size_t n = 0; n < f->inputs; n++) {
                x[n] = in[n];
                for (size_t t = 0; t < f->taps; t++)
                    in[n][t] = virtual_filters_ir(f, n, output)[f->taps - 1 - t] < 0 ? -1 : 1;
            }
            convolver_reset(c);
            convolver_process(c, x, (float *const[2]){out[0], out[1]}, f->taps);
            worst = fmax(worst, fabs((double)out[output][f->taps - 1]));
        }
        assert_true(fabs(head_db(worst) - f->worst_gain_db) < 0.01);
        convolver_free(c);
        virtual_filters_free(f);
    }
}

/* --- headphones ------------------------------------------------------------------------------------------------ */

static void what_is_on_the_left_is_louder_and_earlier_in_the_left_ear(void **state)
{
    const struct layout source = named("7.1.4");
    (void)state;

    struct virtual_filters *f = make(false, &source);
    for (size_t n = 0; n < source.count; n++) {
        const float *left = virtual_filters_ir(f, n, 0), *right = virtual_filters_ir(f, n, 1);
        const enum layout_side side = layout_channel_position(source.channels[n])->side;
        if (side == LAYOUT_SIDE_LEFT) {
            assert_true(head_energy(left, f->taps) > 1.5 * head_energy(right, f->taps));
            assert_true(peak(left, f->taps) + 4 < peak(right, f->taps));
        } else if (side == LAYOUT_SIDE_CENTRE) {
            assert_true(peak(left, f->taps) == peak(right, f->taps));
        }
    }
    /* The front pair's direct sound comes out when the filters say, and soon. */
    assert_in_range(peak(virtual_filters_ir(f, 0, 0), f->taps), f->latency_frames, f->latency_frames + 3);
    assert_true(f->latency_frames <= 32);
    virtual_filters_free(f);
}

static void pink_noise_on_the_front_pair_is_as_loud_as_without_filters(void **state)
{
    const struct layout source = named("stereo");
    double power = 0, weights = 0;
    (void)state;

    struct virtual_filters *f = make(false, &source);
    for (double hz = 100; hz < 10000; hz *= 1.02) { /* steps of equal ratio: pink */
        for (size_t n = 0; n < 2; n++)
            for (size_t ear = 0; ear < 2; ear++)
                power += pow(cabs(at_hz(virtual_filters_ir(f, n, ear), f->taps, hz)), 2) / 2;
        weights += 1;
    }
    assert_true(fabs(10 * log10(power / weights)) < 0.3);
    virtual_filters_free(f);
}

/* The microphones' tone is in all responses of a set, so that it is not the head's. */
static void a_tone_that_all_directions_share_is_taken_out(void **state)
{
    const struct layout source = named("5.1");
    struct hrtf *toned = head_new(RATE);
    struct virtual_filters *plain = make(false, &source), *f = NULL;
    (void)state;

    for (size_t i = 0; i < 2 * toned->directions; i++) {
        float *ir = toned->ir + i * HEAD_TAPS, before = 0;
        for (size_t t = 0; t < HEAD_TAPS; t++) { /* 1 + 0.8 / z: 19 dB more bass than treble */
            const float now = ir[t];
            ir[t] = now + 0.8F * before;
            before = now;
        }
    }
    assert_int_equal(virtual_headphones(toned, &source, LFE, &f), 0);
    for (size_t n = 0; n < source.count; n++)
        for (double hz = 200; hz < 16000 && !is_lfe(&source, n); hz *= 1.7)
            assert_true(fabs(head_db(cabs(at_hz(virtual_filters_ir(f, n, 0), f->taps, hz)) /
                                     cabs(at_hz(virtual_filters_ir(plain, n, 0), plain->taps, hz)))) < 1);
    virtual_filters_free(f);
    virtual_filters_free(plain);
    hrtf_free(toned);
}

/* --- crosstalk cancellation ------------------------------------------------------------------------------------- */

static void the_opposite_ear_hears_15_db_less_from_300_hz_to_6_khz(void **state)
{
    static const float places[][2] = {{30, -30}, {20, -20}, {60, -60}, {20, -50}};
    const struct layout source = named("quad-side");
    struct hrtf *h = head_new(RATE);
    (void)state;

    head_make_one_eared(h);
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        struct virtual_filters *f = NULL;
        assert_int_equal(virtual_crosstalk(h, &source, LFE, places[i][0], places[i][1], &f), 0);
        assert_true(head_crosstalk(h, f, 2, 1, places[i]) < -15);
        assert_true(head_crosstalk(h, f, 3, 0, places[i]) < -15);
        virtual_filters_free(f);
    }
    hrtf_free(h);
}

static void a_channel_where_its_loudspeaker_stands_comes_from_that_alone(void **state)
{
    const struct layout source = named("stereo");
    (void)state;

    struct virtual_filters *f = make(true, &source);
    for (double hz = 300; hz < 6000; hz *= 1.3) {
        assert_true(fabs(head_db(cabs(at_hz(virtual_filters_ir(f, 0, 0), f->taps, hz)))) < 1);
        assert_true(head_db(cabs(at_hz(virtual_filters_ir(f, 0, 1), f->taps, hz))) < -20);
    }
    /* In the bass both take part, and make together what one would. */
    const double complex both =
        at_hz(virtual_filters_ir(f, 0, 0), f->taps, 60) + at_hz(virtual_filters_ir(f, 0, 1), f->taps, 60);
    assert_true(fabs(head_db(cabs(both))) < 1.5);
    assert_in_range(peak(virtual_filters_ir(f, 0, 0), f->taps), f->latency_frames - 1, f->latency_frames + 1);
    virtual_filters_free(f);
}

static void no_channel_is_boosted_beyond_its_bound(void **state)
{
    const struct layout source = named("7.1.4");
    (void)state;

    struct virtual_filters *f = make(true, &source);
    for (size_t n = 0; n < source.count; n++)
        for (double hz = 30; hz < 20000; hz *= 1.1)
            assert_true(head_db(hypot(cabs(at_hz(virtual_filters_ir(f, n, 0), f->taps, hz)),
                                      cabs(at_hz(virtual_filters_ir(f, n, 1), f->taps, hz)))) < 7);
    virtual_filters_free(f);
}

static void what_cannot_be_is_refused(void **state)
{
    const struct layout stereo = named("stereo"), none = {.count = 0};
    struct hrtf empty = {.rate = RATE};
    struct virtual_filters *f = NULL;
    (void)state;

    assert_int_equal(virtual_crosstalk(head, &stereo, LFE, -30, 30, &f), -EINVAL);
    assert_int_equal(virtual_crosstalk(head, &stereo, LFE, 5, 0, &f), -EINVAL);
    assert_int_equal(virtual_crosstalk(head, &stereo, LFE, NAN, -30, &f), -EINVAL);
    assert_int_equal(virtual_crosstalk(head, &stereo, LFE, 170, -30, &f), -EINVAL);
    assert_int_equal(virtual_crosstalk(head, &stereo, NAN, 30, -30, &f), -EINVAL);
    assert_int_equal(virtual_headphones(head, &none, LFE, &f), -EINVAL);
    assert_int_equal(virtual_headphones(head, &stereo, INFINITY, &f), -EINVAL);
    assert_int_equal(virtual_headphones(&empty, &stereo, LFE, &f), -EINVAL);
    assert_null(f);
    virtual_filters_free(NULL);
    hrtf_free(NULL);
}

static void other_rates_give_the_same_sound(void **state)
{
    const struct layout source = named("5.1");
    struct virtual_filters *here = make(false, &source);
    static const uint32_t rates[] = {8000, 44100, 192000};
    (void)state;

    for (size_t i = 0; i < 3; i++) {
        struct hrtf *h = head_new(rates[i]);
        struct virtual_filters *f = NULL;
        assert_int_equal(virtual_headphones(h, &source, LFE, &f), 0);
        double there = 0, one = 0;
        for (double hz = 200; hz < 3000; hz *= 1.2) {
            there += head_db(cabs(at_hz(virtual_filters_ir(f, 0, 0), f->taps, hz * RATE / rates[i])));
            one += head_db(cabs(at_hz(virtual_filters_ir(here, 0, 0), here->taps, hz)));
        }
        assert_true(fabs(there - one) / 15 < 1);
        virtual_filters_free(f);
        assert_int_equal(virtual_crosstalk(h, &source, LFE, 30, -30, &f), 0);
        virtual_filters_free(f);
        hrtf_free(h);
    }
    virtual_filters_free(here);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_measured_direction_is_that_measurement_with_its_delay),
        cmocka_unit_test(between_directions_level_and_delay_are_in_between),
        cmocka_unit_test(a_mirrored_direction_is_the_other_ears),
        cmocka_unit_test(what_cannot_be_is_refused),
        cmocka_unit_test(every_channel_of_every_layout_sounds_and_has_its_mirror_image),
        cmocka_unit_test(the_worst_gain_is_reached_and_not_passed),
        cmocka_unit_test(what_is_on_the_left_is_louder_and_earlier_in_the_left_ear),
        cmocka_unit_test(pink_noise_on_the_front_pair_is_as_loud_as_without_filters),
        cmocka_unit_test(a_tone_that_all_directions_share_is_taken_out),
        cmocka_unit_test(the_opposite_ear_hears_15_db_less_from_300_hz_to_6_khz),
        cmocka_unit_test(a_channel_where_its_loudspeaker_stands_comes_from_that_alone),
        cmocka_unit_test(no_channel_is_boosted_beyond_its_bound),
        cmocka_unit_test(other_rates_give_the_same_sound),
    };
    enum { WITHOUT_TRANSFORMS = 3 };

    if (strcmp(fft_library(), "none") == 0)
        return _cmocka_run_group_tests("design", tests, WITHOUT_TRANSFORMS, head_set_up, head_tear_down);
    return cmocka_run_group_tests(tests, head_set_up, head_tear_down);
}
