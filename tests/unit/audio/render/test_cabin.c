/* SPDX-License-Identifier: Apache-2.0 */
#include "audio/render/cabin.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "audio/render/upmix.h"
#include "tests/unit/audio/render/noise.h"
#include "tests/unit/test.h"

#define RATE 48000

static struct cabin cabin;
static float x[LAYOUT_CHANNELS_MAX][CABIN_CHUNK];

/* |H| at `hz` of an impulse response. */
static double magnitude(const float *h, size_t n, double hz)
{
    double re = 0, im = 0;

    for (size_t i = 0; i < n; i++) {
        re += (double)h[i] * cos(2 * M_PI * hz * (double)i / RATE);
        im += (double)h[i] * sin(2 * M_PI * hz * (double)i / RATE);
    }
    return hypot(re, im);
}

static double db(double linear)
{
    return 20 * log10(linear);
}

/* --- filters -------------------------------------------------------------------------------------------------- */

static void filters_do_what_the_cookbook_says_at_their_frequency(void **state)
{
    struct biquad f;
    (void)state;
    for (unsigned rate = 8000; rate <= 192000; rate *= 2) {
        biquad_design(&f, TUNING_PEAK, 1000, 2, 9, rate);
        assert_true(fabs(db(biquad_magnitude(&f, 1000, rate)) - 9) < 1e-6);
        assert_true(fabs(db(biquad_magnitude(&f, 1, rate))) < 1e-3);
        biquad_design(&f, TUNING_LOW_SHELF, 500, M_SQRT1_2, -12, rate);
        assert_true(fabs(db(biquad_magnitude(&f, 500, rate)) + 6) < 1e-6);
        assert_true(fabs(db(biquad_magnitude(&f, 1, rate)) + 12) < 0.01);
        assert_true(fabs(db(biquad_magnitude(&f, 0.499 * rate, rate))) < 0.01);
        biquad_design(&f, TUNING_HIGH_SHELF, 500, M_SQRT1_2, 6, rate);
        assert_true(fabs(db(biquad_magnitude(&f, 500, rate)) - 3) < 1e-6);
        assert_true(fabs(db(biquad_magnitude(&f, 1, rate))) < 0.01);
        assert_true(fabs(db(biquad_magnitude(&f, 0.499 * rate, rate)) - 6) < 0.01);
        biquad_design(&f, TUNING_LOW_PASS, 500, M_SQRT1_2, 0, rate);
        assert_true(fabs(db(biquad_magnitude(&f, 500, rate)) + 3.0103) < 1e-3);
        biquad_design(&f, TUNING_HIGH_PASS, 500, 3, 0, rate);
        assert_true(fabs(db(biquad_magnitude(&f, 500, rate)) - db(3)) < 1e-6);
        biquad_design(&f, TUNING_NOTCH, 500, 5, 0, rate);
        assert_true(biquad_magnitude(&f, 500, rate) < 1e-9);
    }
}

static void what_a_filter_plays_has_the_response_it_was_designed_for(void **state)
{
    static float h[RATE];
    struct biquad f;
    (void)state;
    memset(h, 0, sizeof h);
    h[0] = 1;
    biquad_design(&f, TUNING_PEAK, 80, 3, -18, RATE);
    biquad_run(&f, h, RATE / 3); /* the state goes on from block to block */
    biquad_run(&f, h + RATE / 3, RATE - RATE / 3);
    for (double hz = 20; hz < 20000; hz *= 1.7)
        assert_true(fabs(db(magnitude(h, RATE, hz)) - db(biquad_magnitude(&f, hz, RATE))) < 0.01);
}

/* --- bass management ------------------------------------------------------------------------------------------ */

/* Impulse into speaker 0 of 3: 0 and 1 are small ones, 2 takes their bass. h[speaker] is what comes out. */
static void impulse_response(float (*h)[RATE], size_t count)
{
    for (size_t at = 0; at < RATE; at += CABIN_CHUNK) {
        size_t n = RATE - at < CABIN_CHUNK ? RATE - at : CABIN_CHUNK;
        memset(x, 0, sizeof x);
        x[0][0] = at == 0 ? 1 : 0;
        cabin_run(&cabin, x, n);
        for (size_t s = 0; s < count; s++)
            memcpy(h[s] + at, x[s], n * sizeof x[s][0]);
    }
}

static float response[4][RATE];

static void what_stays_and_what_goes_add_up_to_all_of_it(void **state)
{
    struct tuning t;
    (void)state;
    tuning_flat(3, &t);
    t.speaker[0].low_hz = 120;
    t.speaker[1].low_hz = 200;
    t.speaker[2].bass = true;
    assert_int_equal(cabin_init(&cabin, &t, RATE), 0);
    impulse_response(response, 3);
    static float sum[RATE];
    for (size_t i = 0; i < RATE; i++)
        sum[i] = response[0][i] + response[2][i];
    for (double hz = 20; hz < 20000; hz *= 1.1)
        assert_true(fabs(db(magnitude(sum, RATE, hz))) < 0.1);
    assert_true(fabs(db(magnitude(response[0], RATE, 120)) + 6.02) < 0.05); /* both halves at the crossover */
    assert_true(fabs(db(magnitude(response[2], RATE, 120)) + 6.02) < 0.05);
    assert_true(db(magnitude(response[0], RATE, 30)) < -45); /* 24 dB an octave */
    assert_true(db(magnitude(response[2], RATE, 480)) < -45);
    cabin_finish(&cabin);
}

static void takers_share_the_bass_so_that_together_they_play_it_once(void **state)
{
    struct tuning t;
    (void)state;
    tuning_flat(4, &t);
    t.speaker[0].low_hz = t.speaker[1].low_hz = 150;
    t.speaker[2].bass = t.speaker[3].bass = true;
    t.bass_db = 6;
    assert_int_equal(cabin_init(&cabin, &t, RATE), 0);
    impulse_response(response, 4);
    assert_memory_equal(response[2], response[3], sizeof response[2]);
    assert_true(fabs(db(2 * magnitude(response[2], RATE, 25)) - 6) < 0.05);
    cabin_finish(&cabin);
    t.bass_db = 0;
    assert_int_equal(cabin_init(&cabin, &t, RATE), 0);
    impulse_response(response, 4);
    assert_true(fabs(db(magnitude(response[2], RATE, 25)) + 6.02) < 0.05);
    cabin_finish(&cabin);
}

/* --- the rest of the chain ------------------------------------------------------------------------------------ */

static void each_speaker_has_its_level_polarity_delay_and_filters(void **state)
{
    struct tuning t;
    (void)state;
    tuning_flat(3, &t);
    t.speaker[0] = (struct tuning_speaker){.gain_db = -6, .delay_ms = 10, .invert = true};
    t.speaker[1].eq_count = 2;
    t.speaker[1].eq[0] = (struct tuning_eq){TUNING_PEAK, 1000, 1, 6};
    t.speaker[1].eq[1] = (struct tuning_eq){TUNING_PEAK, 1000, 1, -6}; /* undoes the first */
    assert_int_equal(cabin_init(&cabin, &t, RATE), 0);
    assert_int_equal(cabin.longest, 480);
    assert_true(cabin.warm_up >= 480 + RATE / 20);
    for (size_t at = 0; at < 3 * CABIN_CHUNK; at += CABIN_CHUNK) {
        memset(x, 0, sizeof x);
        x[0][0] = x[1][0] = x[2][0] = at == 0 ? 1 : 0;
        cabin_run(&cabin, x, CABIN_CHUNK);
        for (size_t i = 0; i < CABIN_CHUNK; i++) {
            assert_true(fabs((double)x[0][i] - (at + i == 480 ? -pow(10, -0.3) : 0)) < 1e-6);
            assert_true(fabs((double)x[1][i] - (at + i == 0 ? 1 : 0)) < 1e-6);
            assert_true(x[2][i] == (at + i == 0 ? 1.0F : 0.0F));
        }
    }
    cabin_finish(&cabin);
    cabin_finish(&cabin); /* idempotent */
}

static void delays_are_rounded_to_the_nearest_frame(void **state)
{
    static const struct {
        uint32_t rate;
        double ms;
        uint32_t frames;
    } delays[] = {{44100, 1, 44},  {44100, 0.5, 22}, {44100, 0.02, 1},
                  {RATE, 0.01, 0}, {RATE, 50, 2400}, {8000, 0.07, 1}};
    (void)state;
    for (size_t i = 0; i < sizeof delays / sizeof delays[0]; i++) {
        struct tuning t;
        tuning_flat(1, &t);
        t.speaker[0].delay_ms = delays[i].ms;
        assert_int_equal(cabin_init(&cabin, &t, delays[i].rate), 0);
        assert_int_equal(cabin.longest, delays[i].frames);
        memset(x, 0, sizeof x);
        x[0][0] = 1;
        cabin_run(&cabin, x, CABIN_CHUNK);
        for (uint32_t k = 0; k < CABIN_CHUNK; k++)
            assert_true(x[0][k] == (k == delays[i].frames ? 1.0F : 0.0F));
        cabin_finish(&cabin);
    }
}

/* --- who gives and who takes ----------------------------------------------------------------------------------- */

static void place(struct speakers *s, const char *names, const float *low_hz)
{
    struct layout l = {.count = 0};

    assert_int_equal(layout_parse(names, &l), 0);
    memset(s, 0, sizeof *s);
    s->count = l.count;
    for (size_t i = 0; i < l.count; i++) {
        s->at[i].channel = s->at[i].plays = l.channels[i];
        s->at[i].low_hz = low_hz[i];
    }
}

static void an_lfe_speaker_takes_the_bass_of_small_ones(void **state)
{
    struct speakers s;
    struct tuning t;
    char buffer[200];
    struct fascia_text message;
    (void)state;
    place(&s, "FL FR FC LFE RL RR", (const float[]){0, 0, 150, 25, 90, 90});
    tuning_flat(s.count, &t);
    tuning_manage_bass(&s, &t);
    static const double gives[] = {0, 0, 150, 0, 90, 90};
    for (size_t i = 0; i < s.count; i++)
        assert_true(t.speaker[i].low_hz == gives[i] && t.speaker[i].bass == (i == 3));
    fascia_text_init(&message, buffer, sizeof buffer);
    assert_int_equal(tuning_check(&t, RATE, &message), 0);
}

static void without_an_lfe_speaker_those_that_reach_lowest_take_it(void **state)
{
    struct speakers s;
    struct tuning t;
    (void)state;
    place(&s, "FL FR RL RR", (const float[]){60, 60, 200, 200});
    tuning_flat(s.count, &t);
    tuning_manage_bass(&s, &t);
    for (size_t i = 0; i < 4; i++)
        assert_true(t.speaker[i].bass == (i < 2) && t.speaker[i].low_hz == (i < 2 ? 0.0 : 200.0));
}

static void a_tweeter_beside_its_woofer_is_left_out_of_it(void **state)
{
    struct speakers s;
    struct tuning t;
    (void)state;
    place(&s, "FL FR TSL TSR LFE", (const float[]){100, 100, 2000, 2000, 0});
    s.at[2].plays = LAYOUT_FL;
    s.at[3].plays = LAYOUT_FR;
    tuning_flat(s.count, &t);
    tuning_manage_bass(&s, &t);
    for (size_t i = 0; i < 5; i++)
        assert_true(t.speaker[i].bass == (i == 4) && t.speaker[i].low_hz == (i < 2 ? 100.0 : 0.0));
}

static void where_all_are_alike_nobody_gives(void **state)
{
    struct speakers s;
    struct tuning t;
    (void)state;
    place(&s, "FL FR", (const float[]){100, 100});
    tuning_flat(s.count, &t);
    tuning_manage_bass(&s, &t);
    assert_true(t.speaker[0].low_hz == 0 && t.speaker[1].low_hz == 0);
}

static void tunings_that_are_none_are_refused_with_a_reason(void **state)
{
    struct tuning t, flat;
    char buffer[200];
    struct fascia_text message;
    (void)state;
    tuning_flat(2, &flat);
#define REFUSED(change, words)                                                                                         \
    do {                                                                                                               \
        t = flat;                                                                                                      \
        change;                                                                                                        \
        fascia_text_init(&message, buffer, sizeof buffer);                                                             \
        assert_int_equal(tuning_check(&t, RATE, &message), -EINVAL);                                                   \
        assert_non_null(strstr(buffer, words));                                                                        \
    } while (0)
    REFUSED(t.count = 17, "17 speakers");
    REFUSED(t.speaker[1].gain_db = 13, "speaker 2: gain");
    REFUSED(t.speaker[1].gain_db = NAN, "speaker 2: gain");
    REFUSED(t.speaker[0].delay_ms = -1, "speaker 1: delay");
    REFUSED(t.speaker[0].delay_ms = 50.1, "speaker 1: delay");
    REFUSED(t.speaker[0].low_hz = 5, "speaker 1: lower edge");
    REFUSED(t.speaker[0].low_hz = 100, "none takes it");
    REFUSED((t.speaker[0].low_hz = 100, t.speaker[0].bass = true), "takes bass and gives");
    REFUSED(t.speaker[0].eq_count = 9, "9 filters");
    REFUSED((t.speaker[0].eq_count = 1, t.speaker[0].eq[0] = (struct tuning_eq){TUNING_PEAK, 9, 1, 0}), "frequency");
    REFUSED((t.speaker[0].eq_count = 1, t.speaker[0].eq[0] = (struct tuning_eq){TUNING_PEAK, 21700, 1, 0}),
            "frequency");
    REFUSED((t.speaker[0].eq_count = 1, t.speaker[0].eq[0] = (struct tuning_eq){TUNING_PEAK, 99, 0, 0}), "filter q");
    REFUSED((t.speaker[0].eq_count = 1, t.speaker[0].eq[0] = (struct tuning_eq){TUNING_PEAK, 99, 1, 25}),
            "filter gain");
    REFUSED((t.speaker[0].eq_count = 1, t.speaker[0].eq[0] = (struct tuning_eq){TUNING_FILTERS_, 99, 1, 0}), "type");
    REFUSED(t.bass_db = 13, "bass level");
}

/* --- the matrix decoder --------------------------------------------------------------------------------------- */

static struct upmix upmix;

static void what_both_channels_have_stays_in_front(void **state)
{
    float left[UPMIX_CHUNK], rear[2][UPMIX_CHUNK];
    uint32_t seed = 1;
    (void)state;
    assert_int_equal(upmix_init(&upmix, RATE), 0);
    for (size_t turn = 0; turn < 10; turn++) {
        memset(rear, 0, sizeof rear);
        for (size_t i = 0; i < UPMIX_CHUNK; i++)
            left[i] = noise(&seed);
        upmix_run(&upmix, left, left, rear[0], rear[1], UPMIX_CHUNK);
        for (size_t i = 0; i < UPMIX_CHUNK; i++)
            assert_true(rear[0][i] == 0 && rear[1][i] == 0);
    }
    upmix_finish(&upmix);
}

static void what_differs_comes_from_behind_later_and_duller(void **state)
{
    static float out[2][RATE];
    (void)state;
    memset(out, 0, sizeof out);
    assert_int_equal(upmix_init(&upmix, RATE), 0);
    for (size_t at = 0; at + UPMIX_CHUNK <= RATE; at += UPMIX_CHUNK) {
        float left[UPMIX_CHUNK] = {at == 0 ? 1.0F : 0.0F};
        upmix_run(&upmix, left, NULL, out[0] + at, out[1] + at, UPMIX_CHUNK);
    }
    for (size_t i = 0; i < RATE; i++)
        assert_true(out[0][i] == -out[1][i] && (i >= 624 || out[0][i] == 0)); /* 13 ms */
    assert_true(fabs(db(magnitude(out[0], RATE, 500)) + 6.02) < 0.05);
    assert_true(fabs(db(magnitude(out[0], RATE, 7000)) + 9.03) < 0.05);
    assert_true(db(magnitude(out[0], RATE, 15000)) < -18);
    upmix_finish(&upmix);
}

static void exchanging_left_and_right_mirrors_the_cabin(void **state)
{
    float a[UPMIX_CHUNK], b[UPMIX_CHUNK], one[2][UPMIX_CHUNK * 4] = {{0}}, two[2][UPMIX_CHUNK * 4] = {{0}};
    struct upmix mirror;
    uint32_t seed = 5;
    (void)state;
    assert_int_equal(upmix_init(&upmix, RATE), 0);
    assert_int_equal(upmix_init(&mirror, RATE), 0);
    for (size_t at = 0; at < UPMIX_CHUNK * 4; at += UPMIX_CHUNK) {
        for (size_t i = 0; i < UPMIX_CHUNK; i++) {
            a[i] = noise(&seed);
            b[i] = noise(&seed);
        }
        upmix_run(&upmix, a, b, one[0] + at, one[1] + at, UPMIX_CHUNK);
        upmix_run(&mirror, b, a, two[0] + at, two[1] + at, UPMIX_CHUNK);
    }
    float loudest = 0;
    for (size_t i = 0; i < UPMIX_CHUNK * 4; i++) {
        assert_true(one[0][i] == two[1][i] && one[1][i] == two[0][i]);
        loudest = fmaxf(loudest, fabsf(one[0][i]));
    }
    assert_true(loudest > 0.3F); /* and silence would be no mirror */
    upmix_finish(&upmix);
    upmix_finish(&mirror);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(filters_do_what_the_cookbook_says_at_their_frequency),
        cmocka_unit_test(what_a_filter_plays_has_the_response_it_was_designed_for),
        cmocka_unit_test(what_stays_and_what_goes_add_up_to_all_of_it),
        cmocka_unit_test(takers_share_the_bass_so_that_together_they_play_it_once),
        cmocka_unit_test(each_speaker_has_its_level_polarity_delay_and_filters),
        cmocka_unit_test(delays_are_rounded_to_the_nearest_frame),
        cmocka_unit_test(an_lfe_speaker_takes_the_bass_of_small_ones),
        cmocka_unit_test(without_an_lfe_speaker_those_that_reach_lowest_take_it),
        cmocka_unit_test(a_tweeter_beside_its_woofer_is_left_out_of_it),
        cmocka_unit_test(where_all_are_alike_nobody_gives),
        cmocka_unit_test(tunings_that_are_none_are_refused_with_a_reason),
        cmocka_unit_test(what_both_channels_have_stays_in_front),
        cmocka_unit_test(what_differs_comes_from_behind_later_and_duller),
        cmocka_unit_test(exchanging_left_and_right_mirrors_the_cabin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
