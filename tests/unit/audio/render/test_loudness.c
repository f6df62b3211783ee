/* SPDX-License-Identifier: Apache-2.0 */
#include "audio/render/loudness.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "audio/decide/decide.h"
#include "tests/unit/audio/render/noise.h"
#include "tests/unit/test.h"

#define RATE   48000
#define FRAMES 57600 /* 1.2 s: nine blocks of BS.1770 */

static float programme[LAYOUT_CHANNELS_MAX][FRAMES], played[LAYOUT_CHANNELS_MAX * FRAMES];

static void measure(const struct layout *speakers, struct loudness_levels *ret_levels)
{
    struct loudness *loudness = NULL;

    assert_int_equal(loudness_new(speakers, RATE, &loudness), 0);
    assert_int_equal(loudness_feed(loudness, played, FRAMES), 0);
    loudness_read(loudness, ret_levels);
    loudness_free(loudness);
}

static void play_sine(const char *names, const char *on, double dbfs, struct loudness_levels *ret_levels)
{
    struct layout speakers, sounding;

    assert_int_equal(layout_parse(names, &speakers), 0);
    assert_int_equal(layout_parse(on, &sounding), 0);
    for (size_t i = 0; i < FRAMES; i++)
        for (size_t c = 0; c < speakers.count; c++)
            played[i * speakers.count + c] =
                layout_find(&sounding, speakers.channels[c]) < 0
                    ? 0
                    : (float)(pow(10, dbfs / 20) * sin(2 * M_PI * 1000 * (double)i / RATE));
    measure(&speakers, ret_levels);
}

static void a_sine_has_the_loudness_that_ebu_tech_3341_says(void **state)
{
    struct loudness_levels levels;
    (void)state;
    play_sine("FL FR", "FL FR", -23, &levels); /* its test signal 1 */
    assert_true(fabs(levels.momentary + 23) < 0.1 && fabs(levels.integrated + 23) < 0.1);
    assert_true(fabs(levels.true_peak_db + 23) < 0.1);
}

static void surrounds_count_more_and_the_lfe_not_at_all(void **state)
{
    struct loudness_levels front, side, lfe;
    (void)state;
    play_sine("FL FR FC LFE SL SR", "FL", -20, &front);
    play_sine("FL FR FC LFE SL SR", "SL", -20, &side);
    play_sine("FL FR FC LFE SL SR", "LFE", -20, &lfe);
    assert_true(fabs(side.integrated - front.integrated - 10 * log10(1.41)) < 0.02);
    assert_true(lfe.integrated == -INFINITY && lfe.momentary < -120);
    assert_true(fabs(lfe.true_peak_db + 20) < 0.1); /* but its peaks are peaks */
}

/* Three seconds of -40 dBFS, of which the first is at -20: 0.4 s, 3 s and the gated whole each say another number. */
static void momentary_short_term_and_integrated_loudness_are_what_they_are_called(void **state)
{
    struct loudness_levels levels;
    struct loudness *loudness = NULL;
    struct layout two;
    float block[2 * RATE / 10];
    (void)state;
    assert_int_equal(layout_parse("FL FR", &two), 0);
    assert_int_equal(loudness_new(&two, RATE, &loudness), 0);
    for (size_t part = 0; part < 30; part++) {
        for (size_t i = 0; i < 2 * RATE / 10; i++)
            block[i] = (part < 10 ? 0.1F : 0.01F) * (float)sin(2 * M_PI * 1000 * (double)(i / 2) / RATE);
        assert_int_equal(loudness_feed(loudness, block, RATE / 10), 0);
    }
    loudness_read(loudness, &levels);
    loudness_free(loudness);
    assert_true(fabs(levels.momentary + 40) < 0.1);
    assert_true(fabs(levels.short_term - (-20 + 10 * log10((1 + 2 * 0.01) / 3))) < 0.1);
    assert_true(levels.integrated > -21.5 && levels.integrated < -19.9); /* what is 10 LU softer does not count */
    assert_true(fabs(levels.true_peak_db + 20) < 0.1);
}

static void silence_is_minus_infinity_and_nonsense_is_refused(void **state)
{
    struct loudness_levels levels;
    struct loudness *loudness = NULL;
    struct layout none = {.count = 0}, two;
    (void)state;
    play_sine("FL FR", "FC", 0, &levels);
    assert_true(levels.integrated == -INFINITY && levels.true_peak_db == -INFINITY);
    assert_int_equal(layout_parse("FL FR", &two), 0);
    assert_int_equal(loudness_new(&none, RATE, &loudness), -EINVAL);
    assert_int_equal(loudness_new(&two, 7999, &loudness), -EINVAL);
    assert_int_equal(loudness_new(&two, 192001, &loudness), -EINVAL);
    loudness_free(NULL);
}

/* --- ways to play are equally loud ------------------------------------------------------------------------------ */

/* Pink within a decibel, by three low-passes (after P. Kellet). */
struct pink {
    float low, middle, high;
    uint32_t seed;
};

static float pink(struct pink *p)
{
    const float white = noise(&p->seed);

    p->low = 0.99765F * p->low + 0.0990460F * white;
    p->middle = 0.963F * p->middle + 0.2965164F * white;
    p->high = 0.57F * p->high + 1.0526913F * white;
    return 0.025F * (p->low + p->middle + p->high + 0.1848F * white);
}

static float usual_level(enum layout_channel channel)
{
    static const float levels[LAYOUT_ROLES_] = {
        [LAYOUT_ROLE_FRONT] = 1,       [LAYOUT_ROLE_CENTRE] = 1,        [LAYOUT_ROLE_LFE] = 0.7F,
        [LAYOUT_ROLE_SURROUND] = 0.5F, [LAYOUT_ROLE_TOP_FRONT] = 0.35F, [LAYOUT_ROLE_TOP_SIDE] = 0.35F,
        [LAYOUT_ROLE_TOP_REAR] = 0.35F};
    return levels[layout_channel_position(channel)->role];
}

/* A front pair with something in common, and independent others, softer the farther from the front. */
static void compose(const struct layout *source)
{
    struct pink own[LAYOUT_CHANNELS_MAX] = {{0}}, common = {.seed = 99};

    for (size_t c = 0; c < source->count; c++)
        own[c].seed = (uint32_t)c + 1;
    for (size_t i = 0; i < FRAMES; i++) {
        const float both = pink(&common);
        for (size_t c = 0; c < source->count; c++) {
            const bool front = layout_channel_position(source->channels[c])->role == LAYOUT_ROLE_FRONT;
            const float alone = pink(&own[c]);
            programme[c][i] = usual_level(source->channels[c]) * (front ? 0.6F * both + 0.8F * alone : alone);
        }
    }
}

static double play_on(const struct layout *source, const struct speakers *speakers, const struct decide_policy *policy)
{
    struct loudness_levels levels;
    struct layout plays = {.count = 0};
    struct decision d;

    decide(source, speakers, policy, &d);
    for (size_t o = 0; o < speakers->count; o++)
        plays.channels[plays.count++] = speakers->at[o].plays;
    memset(played, 0, FRAMES * plays.count * sizeof played[0]);
    for (size_t o = 0; o < plays.count; o++)
        for (size_t c = 0; c < source->count; c++)
            for (size_t i = 0; i < FRAMES && d.matrix.w[o][c] != 0; i++)
                played[i * plays.count + o] += d.matrix.w[o][c] * programme[c][i];
    measure(&plays, &levels);
    return levels.integrated;
}

static void all_folds_of_a_programme_are_equally_loud_within_one_lu(void **state)
{
    static const char *const sources[] = {"stereo", "5.1", "7.1.4"};
    static const char *const cabins[] = {"1", "2", "2.1", "4", "5.1", "7.1.4"};
    struct decide_policy policy, ltrt = {.count = 1, .rules = {{.mode = DECIDE_LTRT}}};
    (void)state;
    decide_policy_default(&policy);
    policy.makeup_db[DECIDE_MONO] = 1.7F; /* docs/audio.md */
    for (size_t s = 0; s < 3; s++) {
        struct layout source;
        struct speakers speakers;
        assert_int_equal(layout_named(sources[s], &source), 0);
        assert_int_equal(speakers_preset("7.1.4", &speakers), 0);
        compose(&source);
        const double discrete = play_on(&source, &speakers, &policy);
        for (size_t k = 0; k < 6; k++) {
            assert_int_equal(speakers_preset(cabins[k], &speakers), 0);
            const double folded = play_on(&source, &speakers, &policy);
            if (!(fabs(folded - discrete) <= 1))
                fail_msg("%s on %s: %.2f LUFS, discrete %.2f", sources[s], cabins[k], folded, discrete);
        }
        assert_int_equal(speakers_preset("2", &speakers), 0);
        ltrt.coefficients = policy.coefficients;
        assert_true(fabs(play_on(&source, &speakers, &ltrt) - discrete) <= 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sine_has_the_loudness_that_ebu_tech_3341_says),
        cmocka_unit_test(surrounds_count_more_and_the_lfe_not_at_all),
        cmocka_unit_test(momentary_short_term_and_integrated_loudness_are_what_they_are_called),
        cmocka_unit_test(silence_is_minus_infinity_and_nonsense_is_refused),
        cmocka_unit_test(all_folds_of_a_programme_are_equally_loud_within_one_lu),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
