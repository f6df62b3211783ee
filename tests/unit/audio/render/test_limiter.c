/* SPDX-License-Identifier: Apache-2.0 */
#include "audio/render/limiter.h"

#include <ebur128.h>
#include <math.h>
#include <string.h>

#include "tests/unit/audio/render/noise.h"
#include "tests/unit/test.h"

#define RATE 48000

static struct limiter l, other; /* too large for the stack */

/* --- material ------------------------------------------------------------------------------------------------- */

struct material {
    const char *name;
    float (*sample)(uint64_t n, size_t channel);
};

static uint32_t seed;
static float smooth[2];

static float white(uint64_t n, size_t channel)
{
    (void)n;
    (void)channel;
    return noise(&seed);
}

static float between_samples(uint64_t n, size_t channel)
{
    (void)channel;
    return (float)sin(M_PI / 2 * (double)n + M_PI / 4); /* true peak 3 dB above every sample */
}

static float high_tone(uint64_t n, size_t channel)
{
    return (float)sin(2 * M_PI * (channel ? 0.11 : 0.35) * (double)n);
}

static float square(uint64_t n, size_t channel)
{
    (void)channel;
    return n / 480 % 2 ? 1 : -1;
}

static float sweep(uint64_t n, size_t channel)
{
    double t = (double)(n % 96000) / 96000;
    return (float)sin(2 * M_PI * 96000 * (0.001 * t + 0.2 * t * t)) * (channel ? -1.0F : 1.0F);
}

static float impulses(uint64_t n, size_t channel)
{
    (void)n;
    (void)channel;
    return noise(&seed) > 0.98F ? 10 * noise(&seed) : 0.05F * noise(&seed);
}

static float dull(uint64_t n, size_t channel)
{
    (void)n;
    smooth[channel] += (channel ? 0.05F : 0.2F) * (noise(&seed) - smooth[channel]);
    return 3 * smooth[channel];
}

static float bursts(uint64_t n, size_t channel)
{
    (void)channel;
    return (float)(n % 9000 < 3000 ? sin(2 * M_PI * 0.2502 * (double)n + 0.7) : 0.01 * sin(0.1 * (double)n));
}

static const struct material materials[] = {
    {"white noise", white},    {"between samples", between_samples},
    {"high tones", high_tone}, {"square", square},
    {"sweep", sweep},          {"impulses", impulses},
    {"dull noise", dull},      {"bursts", bursts},
};
#define MATERIALS (sizeof materials / sizeof materials[0])

/* Plays frames of a material in blocks, and returns the true peak of what comes out, linear, by libebur128; sample
 * peaks are checked on the way. */
static double true_peak_of(const struct material *m, float gain, unsigned rate, size_t frames)
{
    ebur128_state *meter = ebur128_init(2, rate, EBUR128_MODE_TRUE_PEAK);
    double worst = 0;

    seed = 1;
    smooth[0] = smooth[1] = 0;
    for (size_t at = 0; at < frames; at += LIMITER_CHUNK) {
        float x[2][LIMITER_CHUNK], mixed[2 * LIMITER_CHUNK], *channels[2] = {x[0], x[1]};
        for (size_t i = 0; i < LIMITER_CHUNK; i++)
            for (size_t c = 0; c < 2; c++)
                x[c][i] = gain * m->sample(at + i, c);
        limiter_run(&l, channels, 2, LIMITER_CHUNK);
        for (size_t i = 0; i < LIMITER_CHUNK * 2; i++) {
            mixed[i] = x[i % 2][i / 2];
            assert_true(fabsf(mixed[i]) <= l.ceiling);
        }
        assert_int_equal(ebur128_add_frames_float(meter, mixed, LIMITER_CHUNK), EBUR128_SUCCESS);
    }
    for (unsigned c = 0; c < 2; c++) {
        double peak = 0;
        assert_int_equal(ebur128_true_peak(meter, c, &peak), EBUR128_SUCCESS);
        worst = fmax(worst, peak);
    }
    ebur128_destroy(&meter);
    return worst;
}

/* --- what it does --------------------------------------------------------------------------------------------- */

static void true_peaks_stay_below_the_ceiling(void **state)
{
    static const float gains[] = {0.3F, 1, 4, 100};
    (void)state;
    for (size_t m = 0; m < MATERIALS; m++) {
        for (size_t g = 0; g < 4; g++) {
            limiter_init(&l, -1, 1.5, 100, RATE);
            double peak = true_peak_of(&materials[m], gains[g], RATE, RATE / 2);
            if (20 * log10(peak) > -1)
                fail_msg("%s at %g: %.3f dBTP", materials[m].name, (double)gains[g], 20 * log10(peak));
            if (l.clamped > 0)
                fail_msg("%s at %g: %lu samples clamped", materials[m].name, (double)gains[g],
                         (unsigned long)l.clamped);
        }
    }
}

static void it_holds_for_the_shortest_look_ahead_and_other_rates(void **state)
{
    static const struct {
        unsigned rate;
        double ceiling, lookahead, release;
    } cases[] = {{48000, 0, 0.5, 10}, {8000, -1, 0.5, 10}, {44100, -6, 1.5, 2000}, {16000, -20, 10, 50}};
    (void)state;
    for (size_t k = 0; k < 4; k++) {
        for (size_t m = 0; m < MATERIALS; m++) {
            limiter_init(&l, cases[k].ceiling, cases[k].lookahead, cases[k].release, cases[k].rate);
            double peak = true_peak_of(&materials[m], 4, cases[k].rate, 16384);
            assert_true(20 * log10(peak) <= cases[k].ceiling);
            assert_int_equal(l.clamped, 0);
        }
    }
}

/* At these rates libebur128 looks at twice the rate with a longer filter, and at 192 kHz at samples only: it agrees for
 * what is sound. Above 24 kHz nothing is said of true peaks. */
static void it_holds_at_high_rates_for_what_can_be_heard(void **state)
{
    static const unsigned rates[] = {96000, 192000};
    (void)state;
    for (size_t k = 0; k < 2; k++) {
        limiter_init(&l, -1, 10, 100, rates[k]);
        double peak = true_peak_of(&(struct material){"dull", dull}, 4, rates[k], 48000);
        assert_true(20 * log10(peak) <= -1 + 0.3);
        assert_int_equal(l.clamped, 0);
    }
}

static void what_is_below_the_ceiling_is_only_delayed(void **state)
{
    float in[3000], out[3000];
    uint32_t seed_now = 7;
    (void)state;
    limiter_init(&l, -1, 1.5, 100, RATE);
    for (size_t i = 0; i < 3000; i++)
        in[i] = out[i] = 0.4F * noise(&seed_now); /* the filter can make 1.9 times that of it, at most */
    for (size_t at = 0; at < 3000; at += 200) {
        float *channel = out + at;
        limiter_run(&l, &channel, 1, 200);
    }
    uint32_t latency = limiter_latency(&l);
    assert_int_equal(latency, 72);
    for (size_t i = 0; i < latency; i++)
        assert_true(out[i] == 0);
    assert_memory_equal(out + latency, in, (3000 - latency) * sizeof in[0]);
    assert_true(limiter_take_lowest(&l) == 1);
}

static void all_channels_get_one_gain(void **state)
{
    float loud[256], soft[256];
    float *channels[2] = {loud, soft};
    double least = 1;
    (void)state;
    limiter_init(&l, -6, 1.5, 100, RATE);
    for (size_t turn = 0; turn < 20; turn++) {
        for (size_t i = 0; i < 256; i++) {
            loud[i] = (float)sin(0.05 * (double)(turn * 256 + i));
            soft[i] = 0.01F;
        }
        limiter_run(&l, channels, 2, 256);
        for (size_t i = 0; turn > 0 && i < 256; i++) {
            least = fmin(least, (double)soft[i] / 0.01);
            assert_true(soft[i] <= 0.01F);
        }
    }
    assert_true(least < 0.51); /* as the loud one needs */
    assert_true(fabs(least - (double)limiter_take_lowest(&l)) < 0.02);
    assert_true(limiter_take_lowest(&l) == 1); /* told once */
}

static void a_peak_is_met_by_a_smooth_gain_and_released_in_the_time_set(void **state)
{
    float x[256], *channel = x, gain[48000], before = 1;
    size_t half = 0;
    (void)state;
    limiter_init(&l, 0, 1.5, 100, RATE);
    for (size_t at = 0; at < 48000 - 256; at += 256) {
        for (size_t i = 0; i < 256; i++)
            x[i] = at + i == 1000 ? 10 : 0.001F;
        limiter_run(&l, &channel, 1, 256);
        for (size_t i = 0; i < 256; i++)
            gain[at + i] = at + i == 1000 + 72 ? before : x[i] / 0.001F, before = gain[at + i];
    }
    for (size_t i = 200; i < 47000; i++) {
        assert_true(fabsf(gain[i + 1] - gain[i]) < 0.04F); /* 0.9 in 1.3 ms, with no corner */
        half = gain[i] < 0.5F ? i : half;
    }
    assert_true(gain[1072] < 0.11F && gain[1000] > 0.95F);
    /* Held for 30 ms, it rises by 1 - 1/e of what is missing in 100 ms: from 0.1 to a half in 59 ms. */
    assert_in_range(half - 1072, RATE * 85 / 1000, RATE * 93 / 1000);
    assert_true(gain[47000] > 0.999F);
}

static void no_gain_rises_for_30_ms_after_a_peak_that_needs_less(void **state)
{
    enum { FRAMES = 64 * LIMITER_CHUNK, HELD = RATE * LIMITER_HOLD_MS / 1000 - LIMITER_HELD_STEP };
    static float peaks[FRAMES], x[FRAMES], gain[FRAMES];
    uint32_t seed_now = 11;
    (void)state;
    limiter_init(&l, 0, 1.5, 10, RATE);
    for (size_t i = 0; i < FRAMES; i++) {
        gain[i] = 0.001F;
        peaks[i] = x[i] = noise(&seed_now) > 0.995F ? 10 * fabsf(noise(&seed_now)) : 0;
    }
    for (size_t at = 0; at < FRAMES; at += LIMITER_CHUNK)
        limiter_run(&l, (float *[]){x + at, gain + at}, 2, LIMITER_CHUNK);
    for (size_t p = 0; p + l.latency + HELD < FRAMES; p++)
        for (size_t i = 0; peaks[p] > l.target && i < HELD; i++)
            assert_true(gain[p + l.latency + i] / 0.001F <= l.target / peaks[p] * 1.00001F);
}

static void a_bass_note_keeps_its_shape(void **state)
{
    static float x[RATE];
    double step = 0;
    (void)state;
    limiter_init(&l, 0, 1.5, 10, RATE); /* the fastest release */
    for (size_t i = 0; i < RATE; i++)
        x[i] = 4 * (float)sin(2 * M_PI * 20 * (double)i / RATE);
    for (size_t at = 0; at + 256 <= RATE; at += 256)
        limiter_run(&l, (float *[]){x + at}, 1, 256);
    for (size_t i = RATE / 4; i < RATE / 2; i++)
        step = fmax(step, fabs((double)x[i + 1] - (double)x[i]));
    assert_true(step < 1.001 * 2 * M_PI * 20 / RATE); /* of a sine at full scale, not of one with flattened tops */
}

static void it_comes_to_rest_at_exactly_one(void **state)
{
    float x[256], *channel = x;
    (void)state;
    limiter_init(&l, 0, 1.5, 10, RATE);
    for (size_t turn = 0; turn < 400; turn++) {
        for (size_t i = 0; i < 256; i++)
            x[i] = turn == 0 ? 5 : 0.25F;
        limiter_run(&l, &channel, 1, 256);
    }
    assert_true(l.is_idle);
    for (size_t i = 0; i < 256; i++)
        assert_true(x[i] == 0.25F);
}

static void the_result_does_not_depend_on_the_blocks(void **state)
{
    static float whole[2][8192], parts[2][8192];
    (void)state;
    limiter_init(&l, -1, 1.5, 100, RATE);
    limiter_init(&other, -1, 1.5, 100, RATE);
    seed = 3;
    for (size_t i = 0; i < 8192 * 2; i++)
        whole[i % 2][i / 2] = parts[i % 2][i / 2] = (i / 4096 % 2 ? 3.0F : 0.4F) * noise(&seed);
    for (size_t at = 0; at < 8192; at += 256)
        limiter_run(&l, (float *[]){whole[0] + at, whole[1] + at}, 2, 256);
    for (size_t at = 0, n = 1; at < 8192; at += n, n = n * 5 % 257 + 1) {
        n = n < 8192 - at ? n : 8192 - at;
        n = n < 256 ? n : 256;
        limiter_run(&other, (float *[]){parts[0] + at, parts[1] + at}, 2, n);
    }
    assert_memory_equal(whole, parts, sizeof whole);
}

static void channels_that_come_later_begin_in_silence(void **state)
{
    float a[256] = {0}, b[256] = {0}, *channels[2] = {a, b};
    (void)state;
    limiter_init(&l, -1, 1.5, 100, RATE);
    for (size_t i = 0; i < 256; i++)
        b[i] = 0.3F;
    limiter_run(&l, channels, 2, 256);
    for (size_t turn = 0; turn < 3; turn++)
        limiter_run(&l, channels, 1, 256);
    memset(b, 0, sizeof b);
    limiter_run(&l, channels, 2, 256);
    for (size_t i = 0; i < 256; i++)
        assert_true(b[i] == 0); /* nothing of what it had before */
}

static void nothing_in_the_way_is_lost_with_no_channels_or_no_frames(void **state)
{
    float x[1] = {0.1F}, *channel = x;
    (void)state;
    limiter_init(&l, -1, 1.5, 100, RATE);
    limiter_run(&l, NULL, 0, 256);
    limiter_run(&l, &channel, 1, 0);
    assert_true(x[0] == 0.1F);
}

/* --- its filter --------------------------------------------------------------------------------------------------- */

static void the_bound_that_saves_work_is_one(void **state)
{
    float worst[3] = {0};
    (void)state;
    for (size_t k = 0; k < LIMITER_TAPS / 2; k++) {
        worst[0] += 2 * fabsf(limiter_half[k]);
        worst[1] += fabsf(limiter_even[k] + limiter_odd[k]) + fabsf(limiter_even[k] - limiter_odd[k]);
    }
    assert_true(worst[0] < LIMITER_GROWTH && worst[1] < LIMITER_GROWTH);
}

static void the_filter_passes_what_can_be_heard(void **state)
{
    (void)state;
    for (double f = 0.001; f < 0.35; f += 0.001) {
        double half = 0, re = 0, im = 0;
        for (size_t k = 0; k < LIMITER_TAPS / 2; k++) {
            double angle = 2 * M_PI * f * ((double)k - 5.5);
            half += 2 * (double)limiter_half[k] * cos(angle);
            re += 2 * (double)limiter_even[k] * cos(angle);
            im += 2 * (double)limiter_odd[k] * sin(angle);
        }
        assert_true(fabs(20 * log10(half)) < 0.12 && fabs(20 * log10(hypot(re, im))) < 0.12);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(true_peaks_stay_below_the_ceiling),
        cmocka_unit_test(it_holds_for_the_shortest_look_ahead_and_other_rates),
        cmocka_unit_test(it_holds_at_high_rates_for_what_can_be_heard),
        cmocka_unit_test(what_is_below_the_ceiling_is_only_delayed),
        cmocka_unit_test(all_channels_get_one_gain),
        cmocka_unit_test(a_peak_is_met_by_a_smooth_gain_and_released_in_the_time_set),
        cmocka_unit_test(no_gain_rises_for_30_ms_after_a_peak_that_needs_less),
        cmocka_unit_test(a_bass_note_keeps_its_shape),
        cmocka_unit_test(it_comes_to_rest_at_exactly_one),
        cmocka_unit_test(the_result_does_not_depend_on_the_blocks),
        cmocka_unit_test(channels_that_come_later_begin_in_silence),
        cmocka_unit_test(nothing_in_the_way_is_lost_with_no_channels_or_no_frames),
        cmocka_unit_test(the_bound_that_saves_work_is_one),
        cmocka_unit_test(the_filter_passes_what_can_be_heard),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
