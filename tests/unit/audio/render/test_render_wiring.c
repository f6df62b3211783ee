/* SPDX-License-Identifier: Apache-2.0 */
/* That what is heard in the end is what was asked for last, with everything that the recipe says, on the speakers that
 * it says. How it gets there is for test_render_switch. */
#include <fenv.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "audio/render/measure.h"
#include "audio/render/program.h"
#include "audio/simd/simd.h"
#include "stack/base/cleanup.h"
#include "tests/unit/audio/render/player.h"
#include "tests/unit/test.h"

#define RATE    48000
#define INPUTS  4
#define OUTPUTS 4
#define TAPS    40
#define BLOCK   480
#define SETTLED (RATE / 4) /* frames after which nothing is heard of what was before */

static struct player p;
static float heard[OUTPUTS][BLOCK];
static const float straight[OUTPUTS * INPUTS] = {.5F, 0, 0, 0, 0, .5F, 0, 0, 0, 0, .5F, 0, 0, 0, 0, .5F};

/* Each channel its own chord from 110 Hz up, all of which repeat themselves after a tenth of a second; too soft for the
 * limiter. */
static float chords[INPUTS][RATE / 10];

static void make_chords(void)
{
    for (size_t c = 0; c < INPUTS; c++) {
        for (size_t i = 0; i < RATE / 10; i++) {
            const double t = 2 * M_PI * (110 + 30 * (double)c) * (double)i / RATE;
            chords[c][i] = (float)(0.05 * (sin(t) + sin(t * 9) + sin(t * 40)));
        }
    }
}

static float chord(const struct player *player, size_t bus, size_t channel, uint64_t at)
{
    (void)player;
    return bus > 0 ? 0 : chords[channel][at % (RATE / 10)];
}

static float steady(const struct player *player, size_t bus, size_t channel, uint64_t at)
{
    static const float levels[INPUTS] = {.4F, .1F, .2F, .05F};
    (void)player;
    (void)at;
    return bus > 0 ? 0 : levels[channel];
}

static void listen(void)
{
    player_run(&p, BLOCK, BLOCK);
    for (size_t o = 0; o < OUTPUTS; o++)
        memcpy(heard[o], p.out[o], sizeof heard[o]);
}

/* Whether the last block is that of a renderer which has never played anything else. */
static bool is_as_from_the_beginning(const struct render_recipe *recipe)
{
    static struct player other;
    double most = 0;

    player_open(&other, INPUTS, RATE);
    other.sample = p.sample;
    if (recipe)
        player_play(&other, recipe);
    other.at = p.at - SETTLED; /* and where in its chord */
    player_run(&other, SETTLED - BLOCK, 4000);
    player_run(&other, BLOCK, BLOCK);
    for (size_t o = 0; o < OUTPUTS; o++)
        for (size_t i = 0; i < BLOCK; i++)
            most = fmax(most, fabs((double)other.out[o][i] - (double)heard[o][i]));
    player_close(&other);
    return most < 2e-5;
}

/* --- the last word ------------------------------------------------------------------------------------------------ */

/* a, A: one kind with other weights; b: another kind; c: a third one, with a delay; 0: silence */
static struct render_recipe recipe_of(char name)
{
    struct render_recipe r;

    player_recipe(&p, OUTPUTS, straight, &r);
    if (name == 'A')
        r.weights[0].w[0][2] = 0.25F;
    if (name == 'b' || name == 'B' || name == 'c') {
        tuning_flat(OUTPUTS, &r.tuning);
        r.tuning.speaker[0].invert = true;
        r.tuning.speaker[1].gain_db = -6;
        r.tuning.speaker[2].delay_ms = name == 'c' ? 20 : 0;
    }
    if (name == 'B')
        r.weights[0].w[1][1] = 0.1F;
    return r;
}

static void play(char name)
{
    const struct render_recipe r = recipe_of(name);

    if (name == '0')
        render_play(p.render, NULL);
    else
        player_play(&p, &r);
}

static void whatever_came_in_between_the_last_recipe_is_what_plays(void **state)
{
    /* Between two letters so many frames pass: a cross-fade takes 1920, a ramp 1440. */
    static const char *const orders[] = {"aba",    "abA",  "abAb", "abB",  "abc", "abca",     "abcb", "ab0",
                                         "ab0b",   "ab0a", "0a0",  "acab", "aca", "acA",      "aAa",  "abcA",
                                         "abaABa", "cbc",  "c0c",  "bBbB", "acb", "abcabc0aB"};
    static const size_t pauses[] = {1000, 64, 1900};
    (void)state;
    for (size_t i = 0; i < FASCIA_ARRAY_SIZE(orders); i++) {
        for (size_t k = 0; k < (i < 8 ? FASCIA_ARRAY_SIZE(pauses) : 1); k++) {
            const char *order = orders[i];
            player_open(&p, INPUTS, RATE);
            p.sample = chord;
            play(*order);
            player_run(&p, RATE / 8, 4000);
            while (*++order != '\0') {
                play(*order);
                player_run(&p, pauses[k], 64);
            }
            player_run(&p, SETTLED, 4000);
            listen();
            const struct render_recipe last = recipe_of(order[-1]);
            if (!is_as_from_the_beginning(order[-1] == '0' ? NULL : &last))
                fail_msg("%s, %zu frames between: another one plays", orders[i], pauses[k]);
            player_close(&p);
        }
    }
}

/* The fade is then longer, or shorter, than it was. */
static void a_rate_that_changes_in_the_middle_of_a_fade_does_not_matter(void **state)
{
    static const uint32_t rates[] = {8000, 192000};
    (void)state;
    for (size_t i = 0; i < 4; i++) {
        player_open(&p, INPUTS, RATE);
        p.sample = steady;
        play('a');
        player_run(&p, RATE / 4, 4000);
        play('b');
        player_run(&p, 1500, 500);
        p.rate = rates[i % 2];
        struct render_recipe last = recipe_of(i < 2 ? 'a' : 'b');
        last.rate = p.rate;
        player_play(&p, &last);
        player_run(&p, p.rate, 4000);
        listen();
        assert_true(fabsf(heard[0][0] - (i < 2 ? .2F : -.2F)) < 1e-6F);
        player_close(&p);
    }
}

/* --- each field of a recipe --------------------------------------------------------------------------------------- */

static float ir[2][INPUTS * 2 * TAPS];
static const struct virtual_filters filters[2] = {
    {.inputs = INPUTS, .taps = TAPS, .rate = RATE, .ir = ir[0], .latency_frames = 3},
    {.inputs = INPUTS, .taps = TAPS, .rate = RATE, .ir = ir[1], .latency_frames = 3},
};

static void make_responses(void)
{
    for (size_t i = 0; i < INPUTS * 2; i++)
        ir[0][i * TAPS + 3] = ir[1][i * TAPS + 3] = 0.03F * (float)(i + 1);
    ir[1][5 * TAPS + TAPS - 1] = 0.2F; /* the last tap of one channel's way to one ear */
}

static struct render_recipe everything(void)
{
    struct render_recipe r;

    player_recipe(&p, OUTPUTS, straight, &r);
    r.filters = &filters[0];
    r.filters_right = 1;
    r.upmix = true;
    r.upmix_in_right = 1;
    r.upmix_out_left = 2;
    r.upmix_out_right = 3;
    tuning_flat(OUTPUTS, &r.tuning);
    r.tuning.speaker[0].low_hz = 150;
    r.tuning.speaker[1].eq_count = 1;
    r.tuning.speaker[1].eq[0] = (struct tuning_eq){TUNING_PEAK, 1000, 1, 6};
    r.tuning.speaker[3].bass = true;
    return r;
}

static void change(struct render_recipe *r, size_t field)
{
    struct tuning_speaker *s = r->tuning.speaker;
    switch (field) {
#define FIELD(n, change)                                                                                               \
    case n:                                                                                                            \
        change;                                                                                                        \
        break
        FIELD(0, s[2].gain_db = -3);
        FIELD(1, s[2].delay_ms = 1);
        FIELD(2, s[2].invert = true);
        FIELD(3, s[1].eq[0].type = TUNING_NOTCH);
        FIELD(4, s[1].eq[0].hz = 1500);
        FIELD(5, s[1].eq[0].q = 4);
        FIELD(6, s[1].eq[0].gain_db = -6);
        FIELD(7, s[1].eq_count = 0);
        FIELD(8, s[0].low_hz = 300);
        FIELD(9, (s[3].bass = false, s[2].bass = true));
        FIELD(10, r->tuning.bass_db = 6);
        FIELD(11, r->filters = &filters[1]);
        FIELD(12, (r->filters_left = 1, r->filters_right = 0));
        FIELD(13, r->filters_right = 2);
        FIELD(14, r->filters = NULL);
        FIELD(15, r->upmix = false);
        FIELD(16, r->upmix_in_left = 2);
        FIELD(17, r->upmix_in_right = 3);
        FIELD(18, r->upmix_out_left = 1);
        FIELD(19, r->upmix_out_right = 0);
        FIELD(20, r->tuning.count = 0);
        FIELD(21, r->weights[0].w[3][0] = 0.3F);
#undef FIELD
    default:
        break;
    }
}

static void a_change_of_any_field_of_a_recipe_is_heard(void **state)
{
    (void)state;
    for (size_t field = 0; field < 22; field++) {
        player_open(&p, INPUTS, RATE);
        p.sample = chord;
        const struct render_recipe before = everything();
        struct render_recipe after = before;
        change(&after, field);
        player_play(&p, &before);
        player_run(&p, SETTLED, 4000);
        player_play(&p, &after);
        player_run(&p, SETTLED, 4000);
        listen();
        if (!is_as_from_the_beginning(&after))
            fail_msg("change %zu is not played", field);
        if (is_as_from_the_beginning(&before))
            fail_msg("change %zu is not heard", field);
        player_close(&p);
    }
}

/* --- where things come out ---------------------------------------------------------------------------------------- */

static void filters_lead_each_channel_to_its_two_outputs_beside_the_matrix(void **state)
{
    static const float levels[INPUTS] = {.4F, .1F, .2F, .05F};
    (void)state;
    for (size_t turned = 0; turned < 2; turned++) {
        struct render_recipe r;
        float ear[2] = {0, 0};
        player_open(&p, INPUTS, RATE);
        p.sample = steady;
        player_recipe(&p, OUTPUTS, straight, &r);
        r.filters = &filters[0];
        r.filters_left = turned ? 3 : 1;
        r.filters_right = turned ? 1 : 3;
        player_play(&p, &r);
        player_run(&p, RATE / 4, 4000);
        listen();
        for (size_t i = 0; i < INPUTS * 2; i++)
            ear[i % 2] += 0.03F * (float)(i + 1) * levels[i / 2];
        for (size_t o = 0; o < OUTPUTS; o++) {
            const float more = o == r.filters_left ? ear[0] : o == r.filters_right ? ear[1] : 0;
            assert_true(fabsf(heard[o][0] - (0.5F * levels[o] + more)) < 1e-6F);
        }
        player_close(&p);
    }
}

static void the_upmix_plays_the_difference_left_and_the_inverse_right(void **state)
{
    static const float levels[INPUTS] = {.4F, .1F, .2F, .05F};
    struct render_recipe r;
    (void)state;
    player_open(&p, INPUTS, RATE);
    p.sample = steady;
    player_recipe(&p, OUTPUTS, straight, &r);
    r.upmix = true;
    r.upmix_in_left = 2; /* .2 */
    r.upmix_in_right = 3;
    r.upmix_out_left = 1;
    r.upmix_out_right = 0;
    player_play(&p, &r);
    player_run(&p, RATE / 4, 4000);
    listen();
    for (size_t o = 0; o < OUTPUTS; o++) {
        const float more = o == 1 ? .075F : o == 0 ? -.075F : 0; /* at 0 Hz the low-pass is 1 */
        assert_true(fabsf(heard[o][0] - (0.5F * levels[o] + more)) < 1e-5F);
    }
    player_close(&p);
}

static void a_program_waits_until_its_filters_and_delays_are_full(void **state)
{
    struct render_program *program = NULL;
    (void)state;
    player_open(&p, INPUTS, RATE);
    struct render_recipe r = everything();
    r.tuning.speaker[2].delay_ms = 30;
    assert_int_equal(render_program_new(p.render, &r, &program, NULL), 0);
    /* 13 and 2 ms of the upmix are more than 40 taps; behind it 30 ms, and 50 for what rings */
    assert_int_equal(program->warm_up, RATE * (13 + 2 + 30 + 50) / 1000);
    assert_int_equal(program->latency, 3 + RATE * 30 / 1000);
    render_program_free(program);
    r.upmix = false;
    assert_int_equal(render_program_new(p.render, &r, &program, NULL), 0);
    assert_int_equal(program->warm_up, TAPS + RATE * (30 + 50) / 1000);
    render_program_free(program);
    player_close(&p);
}

/* The same tuning at another rate is another number of frames. */
static void a_delay_is_as_long_at_another_rate(void **state)
{
    (void)state;
    player_open(&p, INPUTS, RATE);
    p.sample = steady;
    play('c');
    player_run(&p, SETTLED, 4000);
    assert_int_equal(render_latency(p.render), RATE * 3 / 2000 + RATE / 50); /* look-ahead, and 20 ms */
    p.rate = 96000;
    struct render_recipe r = recipe_of('c');
    r.rate = p.rate;
    player_play(&p, &r);
    player_run(&p, SETTLED, 4000);
    assert_int_equal(render_latency(p.render), 96000 * 3 / 2000 + 96000 / 50);
    player_close(&p);
}

/* --- the sound thread --------------------------------------------------------------------------------------------- */

static void nothing_of_a_block_is_heard_again_when_its_inputs_are_gone(void **state)
{
    const float *in[RENDER_BUSES_MAX][LAYOUT_CHANNELS_MAX] = {{NULL}};
    float *out[RENDER_OUTPUTS_MAX];
    (void)state;
    player_open(&p, INPUTS, RATE);
    p.sample = chord;
    play('a');
    player_run(&p, RATE / 4, 4000);
    for (size_t o = 0; o < RENDER_OUTPUTS_MAX; o++)
        out[o] = p.out[o];
    for (size_t turn = 0; turn < 3; turn++)
        render_process(p.render, in, out, 400, RATE);
    for (size_t o = 0; o < RENDER_OUTPUTS_MAX; o++)
        for (size_t i = 0; i < 400; i++)
            assert_true(p.out[o][i] == 0);
    player_close(&p);
}

static void subnormal_numbers_are_flushed_on_the_sound_thread(void **state)
{
    volatile float tiny = FLT_MIN, less = FLT_TRUE_MIN; /* what becomes one, and what is one */
    (void)state;
    player_open(&p, INPUTS, RATE);
    fenv_t before;
    assert_int_equal(fegetenv(&before), 0);
    assert_true(tiny / 4 > 0 && less * 1e20F > 0);
    player_run(&p, 64, 64);
    const float out = tiny / 4, in = less * 1e20F;
    assert_int_equal(fesetenv(&before), 0);
    if (simd_best(SIMD_LEVELS_) != SIMD_SCALAR)
        assert_true(out == 0 && in == 0);
    player_close(&p);
}

static void a_bus_that_there_is_not_has_no_gain(void **state)
{
    const struct render_options options = {
        .buses = RENDER_BUSES_MAX, .ceiling_dbtp = -1, .lookahead_ms = 1.5, .release_ms = 100};
    struct render *render = NULL;
    struct render_levels levels;
    const float *in[RENDER_BUSES_MAX][LAYOUT_CHANNELS_MAX] = {{NULL}};
    float *out[RENDER_OUTPUTS_MAX] = {NULL};
    (void)state;
    assert_int_equal(render_new(&options, &render), 0);
    render_set_gain(render, RENDER_BUSES_MAX - 1, -6, 0);
    render_set_gain(render, RENDER_BUSES_MAX, -12, 0);
    render_set_gain(render, SIZE_MAX, -12, 0);
    render_set_gain(render, RENDER_BUSES_MAX, 0, UINT32_C(4400) << 16 | 600); /* a tone, were it taken for one */
    render_process(render, in, out, 4800, RATE);
    render_levels(render, &levels);
    for (size_t b = 0; b < RENDER_BUSES_MAX; b++)
        assert_true(levels.bus_gain_db[b] == (b == RENDER_BUSES_MAX - 1 ? -6.0F : 0.0F));
    assert_true(levels.output[0].peak == 0);
    assert_int_equal(levels.frames, 4800);
    render_levels(render, &levels); /* nothing since */
    assert_int_equal(levels.frames, 0);
    assert_true(levels.bus_gain_db[RENDER_BUSES_MAX - 1] == -6); /* a gain is not since, but now */
    render_free(render);
}

static void the_level_of_a_bus_is_behind_its_gain(void **state)
{
    struct render_levels levels;
    (void)state;
    player_open(&p, INPUTS, RATE);
    p.sample = steady;
    play('a');
    render_set_gain(p.render, 0, -20, 0);
    player_run(&p, RATE / 4, 4000);
    render_levels(p.render, &levels);
    player_run(&p, 4800, 480);
    render_levels(p.render, &levels);
    const double rms = sqrt(.16 + .01 + .04 + .0025);
    assert_true(fabs((double)levels.bus_in[0].rms - rms) < 1e-5 && fabs((double)levels.bus[0].rms - rms / 10) < 1e-6);
    player_close(&p);
}

static void a_test_tone_is_never_above_what_the_rate_can_hold(void **state)
{
    (void)state;
    player_open(&p, INPUTS, RATE);
    render_test(p.render, 2, 1e9, -20);
    player_run(&p, RATE / 4, 480);
    player_run(&p, 4800, 4800);
    assert_true(fabs(measure_amplitude(p.out[2], 4800, 2160) - 0.1) < 1e-3); /* 0.45 times the rate */
    player_close(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(subnormal_numbers_are_flushed_on_the_sound_thread), /* first: it stays so */
        cmocka_unit_test(whatever_came_in_between_the_last_recipe_is_what_plays),
        cmocka_unit_test(a_rate_that_changes_in_the_middle_of_a_fade_does_not_matter),
        cmocka_unit_test(a_change_of_any_field_of_a_recipe_is_heard),
        cmocka_unit_test(filters_lead_each_channel_to_its_two_outputs_beside_the_matrix),
        cmocka_unit_test(the_upmix_plays_the_difference_left_and_the_inverse_right),
        cmocka_unit_test(a_program_waits_until_its_filters_and_delays_are_full),
        cmocka_unit_test(a_delay_is_as_long_at_another_rate),
        cmocka_unit_test(nothing_of_a_block_is_heard_again_when_its_inputs_are_gone),
        cmocka_unit_test(a_bus_that_there_is_not_has_no_gain),
        cmocka_unit_test(the_level_of_a_bus_is_behind_its_gain),
        cmocka_unit_test(a_test_tone_is_never_above_what_the_rate_can_hold),
    };
    make_chords();
    make_responses();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
