/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What listeners hear when something changes while a 20 Hz sine at full scale plays, the signal in which a step is
 * easiest to find: nothing. No gap, and no step beyond 1.5 times the sine's own largest.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/audio/render/noise.h"
#include "tests/unit/audio/render/player.h"
#include "tests/unit/test.h"

#define RATE  48000
#define KINDS 9

static struct player p;
static const size_t blocks[] = {1, 7, 32, 64, 441, 1024, 8192};
#define BLOCKS (sizeof blocks / sizeof blocks[0])

static double own_step(uint32_t rate)
{
    return 2 * M_PI * 20 / rate;
}

static void assert_smooth(size_t outputs, const char *what, size_t block)
{
    for (size_t o = 0; o < outputs; o++) {
        if (p.ear[o].step > 1.5 * own_step(p.rate))
            fail_msg("%s, blocks of %zu, output %zu: step %.5f, the sine's own is %.5f", what, block, o, p.ear[o].step,
                     own_step(p.rate));
        if (p.ear[o].longest_zeros > 3) /* where the sine itself passes zero */
            fail_msg("%s, blocks of %zu, output %zu: %zu zeros", what, block, o, p.ear[o].longest_zeros);
    }
}

/* Row sums of 1: the limiter has nothing to do (what it does is in test_limiter). */
static const float fold[] = {.4142F, 0, .2929F, 0, .2929F, 0, /**/ 0, .4142F, .2929F, 0, 0, .2929F};
static const float quiet_fold[] = {.1F, 0, .05F, .05F, .1F, 0, /**/ 0, .1F, .05F, .05F, 0, .1F};
static const float quad[] = {.5858F, 0, .4142F, 0, 0, 0, /**/ 0, .5858F, .4142F, 0,    0, 0,
                             0,      0, 0,      0, 1, 0, /**/ 0, 0,      0,      .01F, 0, .99F};
static const float mono[] = {.2071F, .2071F, .2929F, 0, .1464F, .1465F, /**/ .2071F, .2071F, .2929F, 0, .1464F, .1465F};

static float ir[6 * 2 * 200];
static struct virtual_filters filters = {.inputs = 6, .taps = 200, .rate = RATE, .ir = ir, .latency_frames = 20};

static void make_filters(void)
{
    uint32_t seed = 4;

    for (size_t i = 0; i < 12; i++)
        for (size_t k = 0; k < 200; k++)
            ir[i * 200 + k] = k >= 20 ? 0.05F * noise(&seed) * expf(-(float)(k - 20) / 20) + (k == 20 ? 0.12F : 0) : 0;
}

/* The ways to play: of each a program with the same number of speakers, so that every one of them sounds. */
static void make_recipe(size_t kind, struct render_recipe *r)
{
    static const float *const weights[KINDS] = {fold, quiet_fold, mono, fold, fold, quiet_fold, fold, mono, fold};

    player_recipe(&p, 2, weights[kind], r);
    if (kind >= 3 && kind <= 5) {
        tuning_flat(2, &r->tuning);
        r->tuning.speaker[0] = (struct tuning_speaker){.gain_db = -3, .delay_ms = kind == 4 ? 7 : 0.5};
        r->tuning.speaker[1] =
            (struct tuning_speaker){.gain_db = -1, .delay_ms = 1, .invert = kind == 5, .eq_count = 1};
        r->tuning.speaker[1].eq[0] = (struct tuning_eq){TUNING_PEAK, 80, 1, -6};
    }
    if (kind == 6 || kind == 7) {
        r->filters = &filters;
        r->filters_right = 1;
        memset(r->weights, 0, sizeof r->weights);
    }
    if (kind == 8) {
        r->upmix = true;
        r->upmix_in_right = 1;
        r->upmix_out_right = 1;
    }
}

static void settle(size_t kind, size_t block)
{
    struct render_recipe recipe;

    make_recipe(kind, &recipe);
    player_play(&p, &recipe);
    player_run(&p, RATE / 5, block > 64 ? block : 64);
    player_forget(&p);
}

static void every_change_from_one_way_to_play_to_another_is_smooth(void **state)
{
    struct render_recipe recipe;
    (void)state;
    for (size_t from = 0; from < KINDS; from++) {
        player_open(&p, 6, RATE);
        settle(from, 512);
        for (size_t i = 0; i < (KINDS - 1 - from) * 2; i++) {
            make_recipe(i % 2 == 0 ? from + 1 + i / 2 : from, &recipe);
            player_play(&p, &recipe);
            player_run(&p, RATE / 10 + i * 111, blocks[2 + (from + i) % (BLOCKS - 2)]);
        }
        assert_smooth(2, "between two ways to play, there and back", from);
        player_close(&p);
    }
}

static void changes_in_the_middle_of_changes_are_smooth(void **state)
{
    struct render_recipe recipe;
    uint32_t seed = 2;
    (void)state;
    for (size_t b = 0; b < BLOCKS; b++) {
        player_open(&p, 6, RATE);
        settle(0, blocks[b]);
        for (size_t i = 0; i < 24; i++) {
            make_recipe((size_t)(fabsf(noise(&seed)) * (KINDS - 0.01F)), &recipe);
            player_play(&p, &recipe);
            player_run(&p, 100 + (size_t)(fabsf(noise(&seed)) * 4000), blocks[b]);
        }
        player_run(&p, RATE / 5, blocks[b] > 32 ? blocks[b] : 32);
        assert_smooth(2, "random switches", blocks[b]);
        player_close(&p);
    }
}

static void a_switch_between_two_and_four_speakers_is_smooth(void **state)
{
    struct render_recipe two, four;
    (void)state;
    for (size_t b = 2; b < BLOCKS; b++) {
        player_open(&p, 6, RATE);
        player_recipe(&p, 2, fold, &two);
        player_recipe(&p, 4, quad, &four);
        player_play(&p, &two);
        player_run(&p, RATE / 5, blocks[b]);
        player_forget(&p);
        for (size_t i = 0; i < 5; i++) {
            player_play(&p, i % 2 == 0 ? &four : &two);
            player_run(&p, RATE / 8, blocks[b]);
            assert_smooth(2, "2 <-> 4", blocks[b]);
            assert_true(p.ear[2].step <= 1.5 * own_step(RATE) && p.ear[3].step <= 1.5 * own_step(RATE));
        }
        assert_true(p.ear[2].peak > 0.9); /* the surround pair has sounded */
        player_close(&p);
    }
}

/* Six channels at full scale and in phase: up to +8.8 dB for the limiter. It may move its gain, and nobody may hear it
 * click.
 */
static void switches_are_as_smooth_while_the_limiter_works(void **state)
{
    static const float stereo[] = {1, 0, .7071F, .3536F, .7071F, 0, /**/ 0, 1, .7071F, .3536F, 0, .7071F};
    static const float four[] = {1, 0, .7071F, 0, 0, 0, /**/ 0, 1, .7071F, 0, 0, 0,
                                 0, 0, 0,      0, 1, 0, /**/ 0, 0, 0,      0, 0, 1};
    (void)state;
    for (size_t b = 2; b < BLOCKS; b += 2) {
        player_open(&p, 6, RATE);
        for (size_t i = 0; i < 12; i++) {
            struct render_recipe recipe;
            player_recipe(&p, i % 2 == 0 ? 2 : 4, i % 2 == 0 ? stereo : four, &recipe);
            player_play(&p, &recipe);
            player_run(&p, i % 4 == 3 ? 500 : RATE / 8, blocks[b]);
            if (i == 0)
                player_forget(
                    &p); /* a fade from silence to far above full scale is steeper than a sine at full scale */
        }
        assert_true(p.ear[0].peak > 0.98);
        assert_smooth(1, "switches under the limiter", blocks[b]);
        assert_true(p.ear[1].step <= 1.5 * own_step(RATE) && p.ear[2].step <= 1.5 * own_step(RATE));
        player_close(&p);
    }
}

static void silence_is_faded_to_and_from(void **state)
{
    struct render_recipe recipe;
    (void)state;
    player_open(&p, 6, RATE);
    make_recipe(4, &recipe);
    for (size_t i = 0; i < 3; i++) {
        player_play(&p, &recipe);
        player_run(&p, RATE / 5, 480);
        assert_true(p.ear[0].peak > 0.6);
        render_play(p.render, NULL);
        player_run(&p, RATE / 5, 480);
        assert_true(p.ear[0].last == 0 && p.ear[1].last == 0);
    }
    assert_true(p.ear[0].step <= 1.5 * own_step(RATE) && p.ear[1].step <= 1.5 * own_step(RATE));
    player_close(&p);
}

static void ducking_and_muting_are_smooth_also_when_turned_round(void **state)
{
    static const double targets[] = {-14, 0, -35, -120, 0, -10, -120};
    struct render_recipe recipe;
    (void)state;
    for (size_t b = 1; b < BLOCKS; b += 2) {
        player_open(&p, 6, RATE);
        make_recipe(0, &recipe);
        player_play(&p, &recipe);
        player_run(&p, RATE / 5, blocks[b]);
        for (size_t i = 0; i < 21; i++) {
            render_set_gain(p.render, 0, targets[i % 7], (uint32_t)(i * 10));
            player_run(&p, 500 + i * 200, blocks[b]);
            for (size_t o = 0; o < 2; o++)
                assert_true(p.ear[o].step <= 1.5 * own_step(RATE));
        }
        render_set_gain(p.render, 0, 0, 100);
        player_run(&p, RATE / 2, blocks[b]);
        assert_true(p.ear[0].peak > 0.9);
        player_close(&p);
    }
}

static void the_test_tone_comes_and_goes_without_a_click(void **state)
{
    struct render_recipe recipe;
    (void)state;
    player_open(&p, 6, RATE);
    make_recipe(0, &recipe);
    player_play(&p, &recipe);
    player_run(&p, RATE / 5, 256);
    player_forget(&p);
    for (size_t i = 0; i < 3; i++) {
        render_test(p.render, i, 100, -20); /* 100 Hz at -20 dBFS has half the step of the sine */
        player_run(&p, 3000 + i * 77, 100);
    }
    render_test(p.render, RENDER_TEST_NONE, 0, 0);
    player_run(&p, RATE / 5, 100);
    for (size_t o = 0; o < 3; o++)
        assert_true(p.ear[o].step <= 1.5 * own_step(RATE));
    assert_true(p.ear[0].peak > 0.9);
    player_close(&p);
}

static void other_rates_are_as_smooth(void **state)
{
    static const uint32_t rates[] = {8000, 44100, 192000};
    (void)state;
    for (size_t k = 0; k < 3; k++) {
        struct render_recipe recipe;
        player_open(&p, 6, rates[k]);
        for (size_t i = 0; i < 6; i++) {
            make_recipe(i, &recipe);
            player_play(&p, &recipe);
            player_run(&p, rates[k] / 7, 1024);
            if (i == 0)
                player_forget(&p);
        }
        for (size_t o = 0; o < 2; o++)
            assert_true(p.ear[o].step <= 1.5 * own_step(rates[k]));
        player_close(&p);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_change_from_one_way_to_play_to_another_is_smooth),
        cmocka_unit_test(changes_in_the_middle_of_changes_are_smooth),
        cmocka_unit_test(a_switch_between_two_and_four_speakers_is_smooth),
        cmocka_unit_test(switches_are_as_smooth_while_the_limiter_works),
        cmocka_unit_test(silence_is_faded_to_and_from),
        cmocka_unit_test(ducking_and_muting_are_smooth_also_when_turned_round),
        cmocka_unit_test(the_test_tone_comes_and_goes_without_a_click),
        cmocka_unit_test(other_rates_are_as_smooth),
    };
    make_filters();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
