/* SPDX-License-Identifier: Apache-2.0 */
#include "audio/render/render.h"

#include <errno.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "audio/render/measure.h"
#include "tests/unit/audio/render/noise.h"
#include "tests/unit/audio/render/player.h"
#include "tests/unit/test.h"

#define RATE 48000

static struct player p;
static const float identity[] = {1, 0, 0, 1};
static uint32_t seed;

static float steady(const struct player *player, size_t bus, size_t channel, uint64_t at)
{
    (void)player;
    (void)at;
    return bus == 0 ? 0.25F + 0.25F * (float)channel : 0.125F;
}

static void open_stereo(uint32_t rate)
{
    struct render_recipe recipe;

    player_open(&p, 2, rate);
    player_recipe(&p, 2, identity, &recipe);
    recipe.weights[1] = recipe.weights[0];
    player_play(&p, &recipe);
}

/* --- making ---------------------------------------------------------------------------------------------------- */

static void options_out_of_range_are_refused(void **state)
{
    const struct render_options good = {
        .buses = 1, .inputs = {2}, .ceiling_dbtp = -1, .lookahead_ms = 1.5, .release_ms = 100};
    struct render *render = NULL;
    (void)state;
#define BAD(change)                                                                                                    \
    do {                                                                                                               \
        struct render_options o = good;                                                                                \
        change;                                                                                                        \
        assert_int_equal(render_new(&o, &render), -EINVAL);                                                            \
        assert_null(render);                                                                                           \
    } while (0)
    BAD(o.buses = 0);
    BAD(o.buses = RENDER_BUSES_MAX + 1);
    BAD(o.inputs[0] = 17);
    BAD(o.inputs[0] = 64);
    BAD(o.ceiling_dbtp = 0.1);
    BAD(o.ceiling_dbtp = NAN);
    BAD(o.lookahead_ms = 0.4);
    BAD(o.lookahead_ms = 11);
    BAD(o.release_ms = 9);
    BAD(o.release_ms = INFINITY);
    assert_int_equal(render_new(&good, &render), 0);
    render_free(render);
    render_free(NULL);
}

static void refuse(const struct render_recipe *recipe, const char *words)
{
    struct render_program *program = NULL;
    char buffer[200];
    struct fascia_text message;

    fascia_text_init(&message, buffer, sizeof buffer);
    assert_int_equal(render_program_new(p.render, recipe, &program, &message), -EINVAL);
    assert_null(program);
    if (!strstr(buffer, words))
        fail_msg("\"%s\" does not say \"%s\"", buffer, words);
}

static void recipes_that_cannot_be_played_are_refused_with_a_sentence(void **state)
{
    static float ir[2 * 2 * 8];
    struct virtual_filters filters = {.inputs = 2, .taps = 8, .rate = RATE, .ir = ir};
    struct render_recipe good, r;
    (void)state;
    player_open(&p, 2, RATE);
    player_recipe(&p, 2, identity, &good);
#define REFUSED(change, words)                                                                                         \
    do {                                                                                                               \
        r = good;                                                                                                      \
        change;                                                                                                        \
        refuse(&r, words);                                                                                             \
    } while (0)
    REFUSED(r.rate = 7999, "rate");
    REFUSED(r.rate = 192001, "rate");
    REFUSED(r.outputs = 0, "speakers");
    REFUSED(r.outputs = 17, "speakers");
    REFUSED(r.outputs = 64, "speakers");
    REFUSED(r.weights[0].inputs = 64, "rows or columns");
    REFUSED(r.weights[0].w[1][1] = NAN, "weight");
    REFUSED(r.weights[0].w[1][1] = INFINITY, "weight");
    REFUSED(r.weights[1].w[0][0] = 65, "weight");
    REFUSED(r.tuning.count = 3, "another number of speakers");
    REFUSED((r.tuning.count = 2, r.tuning.speaker[1].delay_ms = 99), "delay");
    REFUSED((r.filters = &filters, r.filters_right = 0), "two of the speakers");
    REFUSED((r.filters = &filters, r.filters_right = 2), "two of the speakers");
    REFUSED((filters.inputs = 1, r.filters = &filters, r.filters_right = 1), "number of channels");
    filters.inputs = 2;
    REFUSED((filters.taps = 8193, r.filters = &filters, r.filters_right = 1), "taps");
    filters.taps = 8;
    REFUSED((ir[3] = NAN, r.filters = &filters, r.filters_right = 1), "sample");
    REFUSED((r.upmix = true, r.upmix_in_right = 0, r.upmix_out_right = 1), "channels");
    REFUSED((r.upmix = true, r.upmix_in_right = 1, r.upmix_out_right = 2), "speakers");
    player_close(&p);
}

/* --- playing --------------------------------------------------------------------------------------------------- */

static void it_plays_silence_until_there_is_a_program(void **state)
{
    (void)state;
    player_open(&p, 2, RATE);
    assert_int_equal(render_rate(p.render), 0);
    player_run(&p, 1000, 100);
    assert_true(p.ear[0].peak == 0 && p.ear[15].peak == 0);
    assert_int_equal(render_rate(p.render), RATE);
    assert_int_equal(render_cycles(p.render), 10);
    player_run(&p, 0, 1);
    player_close(&p);
}

static void buses_are_added_and_the_latency_is_what_it_says(void **state)
{
    (void)state;
    open_stereo(RATE);
    p.sample = steady;
    player_run(&p, RATE / 4, 333);
    assert_true(p.out[0][0] == 0.375F && p.out[1][0] == 0.625F && p.out[2][0] == 0);

    const float *in[RENDER_BUSES_MAX][LAYOUT_CHANNELS_MAX] = {{NULL}};
    float click[512] = {1}, *out[RENDER_OUTPUTS_MAX] = {p.out[0]};
    static const float silence[512];
    in[0][0] = silence;
    for (size_t i = 0; i < 10; i++)
        render_process(p.render, in, out, 512, RATE);
    in[0][0] = click;
    click[0] = 0.3F;
    render_process(p.render, in, out, 512, RATE);
    for (size_t i = 0; i < 512; i++)
        assert_true(p.out[0][i] == (i == render_latency(p.render) ? 0.3F : 0.0F));
    player_close(&p);
}

static void latency_counts_the_filters_and_the_longest_delay(void **state)
{
    static float ir[2 * 2 * 64];
    struct virtual_filters filters = {.inputs = 2, .taps = 64, .rate = RATE, .ir = ir, .latency_frames = 30};
    struct render_recipe recipe;
    (void)state;
    open_stereo(RATE);
    player_run(&p, 1024, 512);
    uint32_t limiter = render_latency(p.render);
    assert_int_equal(limiter, 72);
    player_recipe(&p, 2, identity, &recipe);
    recipe.filters = &filters;
    recipe.filters_right = 1;
    tuning_flat(2, &recipe.tuning);
    recipe.tuning.speaker[1].delay_ms = 2;
    ir[30] = 0.5F;
    player_play(&p, &recipe);
    player_run(&p, RATE / 4, 512);
    assert_int_equal(render_latency(p.render), limiter + 30 + 96);
    player_close(&p);
}

static void volumes_are_those_that_were_set(void **state)
{
    struct render_levels levels;
    (void)state;
    open_stereo(RATE);
    p.sample = steady;
    player_run(&p, RATE / 4, 512);
    render_set_gain(p.render, 0, -20, 100);
    render_set_gain(p.render, 7, -20, 100); /* there is none */
    player_run(&p, RATE / 4, 512);
    assert_true(fabsf(p.out[0][0] - (0.025F + 0.125F)) < 1e-6F);
    render_set_gain(p.render, 1, -200, 0);
    player_run(&p, RATE / 4, 512);
    assert_true(fabsf(p.out[0][0] - 0.025F) < 1e-6F);
    render_levels(p.render, &levels);
    player_run(&p, 4800, 480);
    render_levels(p.render, &levels);
    assert_int_equal(levels.frames, 4800);
    assert_true(fabsf(levels.bus_gain_db[0] + 20) < 1e-4F && levels.bus_gain_db[1] == -120);
    assert_true(fabsf(levels.bus_in[0].peak - 0.5F) < 1e-6F && fabsf(levels.bus[0].peak - 0.05F) < 1e-6F);
    assert_true(fabs((double)levels.bus_in[0].rms - sqrt(0.0625 + 0.25)) < 1e-5);
    assert_true(levels.bus_in[1].peak == 0.125F && levels.bus[1].peak == 0);
    assert_true(fabsf(levels.output[1].peak - 0.05F) < 1e-6F && fabsf(levels.output[1].rms - 0.05F) < 1e-6F);
    assert_true(levels.reduction_db == 0 && levels.cleaned == 0);
    player_close(&p);
}

static float loud(const struct player *player, size_t bus, size_t channel, uint64_t at)
{
    (void)player;
    (void)channel;
    return bus == 0 ? 4 * (float)sin(0.1 * (double)at) : 0;
}

static void the_limiter_s_reduction_is_told(void **state)
{
    struct render_levels levels;
    (void)state;
    open_stereo(RATE);
    p.sample = loud;
    player_run(&p, RATE / 4, 512);
    render_levels(p.render, &levels);
    player_run(&p, RATE / 10, 512);
    render_levels(p.render, &levels);
    assert_true(levels.reduction_db < -12 && levels.reduction_db > -12.5F);
    assert_true(levels.output[0].peak <= 1);
    player_close(&p);
}

static void a_test_tone_is_heard_on_its_output_alone(void **state)
{
    (void)state;
    open_stereo(RATE);
    p.sample = loud;
    player_run(&p, RATE / 4, 512);
    render_test(p.render, 1, 530, -20);
    player_run(&p, RATE, 512); /* the limiter recovers */
    player_forget(&p);
    player_run(&p, 4800, 4800);
    assert_true(p.ear[0].peak == 0);
    assert_true(fabs(measure_amplitude(p.out[1], 4800, 53) - 0.1) < 1e-4);
    render_test(p.render, 5, 530, NAN); /* no level is the lowest */
    player_run(&p, 9600, 4800);
    assert_true(p.ear[5].peak <= 1.1e-6);
    render_test(p.render, 5, 530, INFINITY); /* and full scale the highest */
    player_run(&p, 9600, 4800);
    assert_true(p.ear[5].peak > 0.97 && p.ear[5].peak <= 1);
    render_test(p.render, RENDER_TEST_NONE, 0, 0);
    player_run(&p, RATE / 4, 512);
    player_forget(&p);
    player_run(&p, 4800, 512);
    assert_true(p.ear[0].peak > 0.95 && p.ear[5].peak == 0);
    player_close(&p);
}

static void another_rate_begins_softly_and_plays_on(void **state)
{
    (void)state;
    open_stereo(RATE);
    p.sample = steady;
    player_run(&p, RATE / 4, 512);
    p.rate = 96000;
    player_run(&p, 256, 256);
    assert_true(p.out[0][255] < 0.1F);
    player_run(&p, 19200, 512);
    assert_true(p.out[0][0] == 0.375F);
    assert_int_equal(render_latency(p.render), 144);
    p.rate = 0; /* no rate at all */
    player_run(&p, 1024, 512);
    p.rate = UINT32_MAX;
    player_run(&p, 1024, 512);
    player_close(&p);
}

static void missing_blocks_are_silence_or_nowhere(void **state)
{
    const float *in[RENDER_BUSES_MAX][LAYOUT_CHANNELS_MAX] = {{NULL}};
    float *out[RENDER_OUTPUTS_MAX] = {NULL};
    (void)state;
    open_stereo(RATE);
    render_process(p.render, in, out, 5000, RATE);
    render_process(p.render, in, out, 0, RATE);
    out[1] = p.out[1];
    p.out[1][0] = 9;
    render_process(p.render, in, out, 1, RATE);
    assert_true(p.out[1][0] == 0);
    player_close(&p);
}

static void equal_programs_and_programs_nobody_plays_are_freed(void **state)
{
    struct render_recipe recipe;
    struct render_program *unplayed = NULL;
    (void)state;
    open_stereo(RATE);
    player_recipe(&p, 2, identity, &recipe);
    for (size_t i = 0; i < 20; i++) {
        player_play(&p, &recipe); /* some are overtaken before anybody hears them */
        if (i % 3 == 0)
            player_run(&p, 100, 100);
        if (i % 5 == 0)
            render_play(p.render, NULL);
        recipe.tuning.count = i % 2 == 0 ? 2 : 0;
    }
    assert_int_equal(render_program_new(p.render, &recipe, &unplayed, NULL), 0);
    render_program_free(unplayed);
    render_program_free(NULL);
    player_close(&p); /* the leak checker has the last word */
}

/* --- the meter's tap ------------------------------------------------------------------------------------------- */

static void the_tap_gives_what_was_played_and_loses_what_nobody_takes(void **state)
{
    static float taken[2 * 48000];
    size_t channels = 9;
    (void)state;
    open_stereo(RATE);
    p.sample = steady;
    player_run(&p, RATE / 4, 512);
    assert_int_equal(render_tap(p.render, taken, 100, &channels), 0); /* opens it */
    assert_int_equal(channels, 0);
    player_run(&p, 4800, 512);
    size_t frames = render_tap(p.render, taken, 2001, &channels);
    assert_int_equal(channels, 2);
    assert_int_equal(frames, 1000);
    frames += render_tap(p.render, taken, 2 * 48000, &channels);
    assert_int_equal(frames, 4800);
    assert_true(taken[0] == 0.375F && taken[1] == 0.625F);
    for (size_t i = 0; i < 6; i++) /* more than it holds */
        player_run(&p, RATE, 4096);
    assert_int_equal(render_tap(p.render, taken, 2 * 48000, &channels), 0);
    player_run(&p, 1000, 500);
    assert_int_equal(render_tap(p.render, taken, 2 * 48000, &channels), 1000);
    player_close(&p);
}

static void the_tap_never_mixes_numbers_of_channels(void **state)
{
    static const float four[] = {1, 0, 0, 1, 1, 0, 0, 1};
    static float taken[1 << 16];
    struct render_recipe recipe;
    size_t channels = 0, frames, two = 0, quad = 0;
    (void)state;
    open_stereo(RATE);
    p.sample = steady;
    (void)render_tap(p.render, taken, 1, &channels);
    player_run(&p, 1000, 100);
    player_recipe(&p, 4, four, &recipe);
    player_play(&p, &recipe);
    player_run(&p, 3000, 100);
    while ((frames = render_tap(p.render, taken, 640, &channels)) > 0) {
        assert_true(channels == 4 || (channels == 2 && quad == 0));
        *(channels == 2 ? &two : &quad) += frames;
    }
    assert_true(two >= 1000 && quad > 0 && two + quad == 4000);
    player_close(&p);
}

/* --- what is none of our samples -------------------------------------------------------------------------------- */

static float hostile(const struct player *player, size_t bus, size_t channel, uint64_t at)
{
    static const float bad[] = {NAN, -NAN, INFINITY, -INFINITY, FLT_MAX, -1e30F, 65536, 65535, -65535, 1e-40F, 0};
    float x = noise(&seed);
    (void)player;
    (void)bus;
    (void)channel;
    (void)at;
    return x > 0.8F ? bad[(seed >> 12) % 11] : x > 0.6F ? 30000 * noise(&seed) : noise(&seed);
}

static void whatever_comes_in_the_ceiling_holds(void **state)
{
    static const uint32_t rates[] = {8000, 22050, 44100, 48000, 96000, 192000};
    static const size_t blocks[] = {1, 31, 32, 441, 1024, 8192};
    struct render_recipe recipe;
    struct render_levels levels;
    float weights[LAYOUT_CHANNELS_MAX * LAYOUT_CHANNELS_MAX];
    (void)state;
    seed = 1;
    for (size_t channels = 1; channels <= LAYOUT_CHANNELS_MAX; channels += 3) {
        player_open(&p, channels, rates[channels % 6]);
        p.options.ceiling_dbtp = -3; /* what is asserted; and what is played: */
        render_free(p.render);
        assert_int_equal(render_new(&p.options, &p.render), 0);
        p.sample = hostile;
        for (size_t turn = 0; turn < 4; turn++) {
            for (size_t i = 0; i < channels * channels; i++)
                weights[i] = 4 * noise(&seed);
            player_recipe(&p, channels, weights, &recipe);
            if (turn % 2 == 1) {
                tuning_flat(channels, &recipe.tuning);
                recipe.tuning.speaker[0] = (struct tuning_speaker){.gain_db = 12, .eq_count = 8};
                for (size_t k = 0; k < 8; k++)
                    recipe.tuning.speaker[0].eq[k] = (struct tuning_eq){TUNING_PEAK, 40, 20, 24};
            }
            player_play(&p, &recipe);
            player_run(&p, 3000, blocks[(channels + turn) % 6] > 1 ? blocks[(channels + turn) % 6] : 64);
            player_run(&p, 100, 1);
        }
        render_levels(p.render, &levels);
        assert_true(levels.cleaned > 0);
        player_close(&p);
    }
}

static void filters_recover_from_a_burst(void **state)
{
    struct render_recipe recipe;
    (void)state;
    player_open(&p, 2, RATE);
    player_recipe(&p, 2, identity, &recipe);
    tuning_flat(2, &recipe.tuning);
    recipe.tuning.speaker[0].eq_count = 1;
    recipe.tuning.speaker[0].eq[0] = (struct tuning_eq){TUNING_LOW_SHELF, 100, 1, 11};
    player_play(&p, &recipe);
    p.sample = hostile;
    seed = 2;
    player_run(&p, RATE / 4, 512);
    p.sample = steady;
    player_run(&p, RATE, 512);
    assert_true(fabs((double)p.out[0][0] - 0.25 * pow(10, 0.55)) < 0.001);
    assert_true(p.out[1][0] == 0.5F);
    player_close(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_out_of_range_are_refused),
        cmocka_unit_test(recipes_that_cannot_be_played_are_refused_with_a_sentence),
        cmocka_unit_test(it_plays_silence_until_there_is_a_program),
        cmocka_unit_test(buses_are_added_and_the_latency_is_what_it_says),
        cmocka_unit_test(latency_counts_the_filters_and_the_longest_delay),
        cmocka_unit_test(volumes_are_those_that_were_set),
        cmocka_unit_test(the_limiter_s_reduction_is_told),
        cmocka_unit_test(a_test_tone_is_heard_on_its_output_alone),
        cmocka_unit_test(another_rate_begins_softly_and_plays_on),
        cmocka_unit_test(missing_blocks_are_silence_or_nowhere),
        cmocka_unit_test(equal_programs_and_programs_nobody_plays_are_freed),
        cmocka_unit_test(the_tap_gives_what_was_played_and_loses_what_nobody_takes),
        cmocka_unit_test(the_tap_never_mixes_numbers_of_channels),
        cmocka_unit_test(whatever_comes_in_the_ceiling_holds),
        cmocka_unit_test(filters_recover_from_a_burst),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
