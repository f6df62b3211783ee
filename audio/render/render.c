/* SPDX-License-Identifier: Apache-2.0 */
#include "audio/render/render.h"

#include <errno.h>
#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "audio/render/gain.h"
#include "audio/render/levels.h"
#include "audio/render/limiter.h"
#include "audio/render/program.h"
#include "audio/render/tap.h"
#include "audio/render/tone.h"
#include "audio/simd/simd.h"

#define NOTHING_NEW  UINT64_MAX /* in the slots by which the control thread hands over numbers */
#define TONE_TENTHS  1048575.0  /* of a Hz that fit: 20 bits */
#define TONE_HUNDRED 12000.0    /* hundredths of a dB below full scale: 16 bits */
#define FIRST_RATE   48000      /* until the first cycle says another */

struct render {
    struct render_options options;

    /* handed over without locks */
    _Atomic(struct render_program *) pending; /* NULL: nothing new */
    _Atomic(struct render_program *) retired; /* a list: the sound thread pushes, the control thread takes it whole */
    _Atomic uint64_t gains[RENDER_BUSES_MAX]; /* dB as a float, and ms; or NOTHING_NEW */
    _Atomic uint64_t tone_wish;               /* packed, or NOTHING_NEW */
    atomic_uint rate, cycles, latency;
    struct levels levels;
    struct tap tap;

    /* the sound thread's own */
    struct render_program *now, *coming; /* what plays, and what it is faded to; NULL is silence */
    struct render_program *waiting;      /* for the end of a fade; NULL: nothing does, &silence: silence */
    bool fading;                         /* from `now` to `coming` */
    uint32_t warm_left, fade_at;         /* frames */
    uint32_t cycle_rate;                 /* Hz, in range */
    size_t width, surplus;               /* channels of the limiter; frames since fewer would do */
    float open, mute;                    /* fades after a change of rate, and beside a test tone */
    struct gain gain[RENDER_BUSES_MAX];
    struct tone tone;
    struct limiter limiter;
    float in[RENDER_BUSES_MAX][LAYOUT_CHANNELS_MAX][RENDER_CHUNK];
    float out[RENDER_OUTPUTS_MAX][RENDER_CHUNK], out_coming[RENDER_OUTPUTS_MAX][RENDER_CHUNK];
    float ramp[RENDER_CHUNK];
};

static struct render_program silence; /* its address stands for "nothing is to play" */

/* --- control thread ------------------------------------------------------------------------------------------- */

static bool is_in(double value, double min, double max)
{
    return value >= min && value <= max;
}

static void set_rate(struct render *r, uint32_t rate)
{
    r->cycle_rate = rate;
    r->open = 0;
    limiter_init(&r->limiter, r->options.ceiling_dbtp, r->options.lookahead_ms, r->options.release_ms, rate);
}

int render_new(const struct render_options *options, struct render **ret_render)
{
    if (options->buses < 1 || options->buses > RENDER_BUSES_MAX || !is_in(options->ceiling_dbtp, -20, 0) ||
        !is_in(options->lookahead_ms, 0.5, 10) || !is_in(options->release_ms, 10, 2000))
        return -EINVAL;
    for (size_t b = 0; b < options->buses; b++)
        if (options->inputs[b] > LAYOUT_CHANNELS_MAX)
            return -EINVAL;

    struct render *r = calloc(1, sizeof *r);
    if (!r)
        return -ENOMEM;
    r->options = *options;
    for (size_t b = 0; b < RENDER_BUSES_MAX; b++) {
        atomic_init(&r->gains[b], NOTHING_NEW);
        gain_init(&r->gain[b], 0);
    }
    atomic_init(&r->tone_wish, NOTHING_NEW);
    levels_init(&r->levels);
    tap_init(&r->tap);
    tone_init(&r->tone);
    set_rate(r, FIRST_RATE);
    r->mute = 1;
    atomic_init(&r->latency, limiter_latency(&r->limiter));
    *ret_render = r;
    return 0;
}

static void free_unless_silence(struct render_program *program)
{
    if (program != &silence)
        program_free(program);
}

void render_free(struct render *render)
{
    if (!render)
        return;
    render_collect(render);
    free_unless_silence(atomic_load(&render->pending));
    free_unless_silence(render->waiting);
    program_free(render->now);
    program_free(render->coming);
    tap_finish(&render->tap);
    free(render);
}

int render_program_new(const struct render *render, const struct render_recipe *recipe,
                       struct render_program **ret_program, struct fascia_text *message)
{
    return program_new(&render->options, recipe, ret_program, message);
}

void render_program_free(struct render_program *program)
{
    program_free(program);
}

void render_play(struct render *render, struct render_program *program)
{
    /* What is taken back here was never seen by the sound thread. */
    free_unless_silence(atomic_exchange_explicit(&render->pending, program ? program : &silence, memory_order_acq_rel));
}

void render_collect(struct render *render)
{
    struct render_program *list = atomic_exchange_explicit(&render->retired, NULL, memory_order_acquire);

    while (list) {
        struct render_program *next = list->next;
        program_free(list);
        list = next;
    }
}

void render_set_gain(struct render *render, size_t bus, double target_db, uint32_t ms)
{
    const float db = (float)target_db;
    uint32_t bits;

    if (bus >= render->options.buses)
        return;
    memcpy(&bits, &db, sizeof bits);
    const uint32_t time = ms < UINT32_MAX ? ms : UINT32_MAX - 1; /* so that no pair is NOTHING_NEW */
    atomic_store_explicit(&render->gains[bus], (uint64_t)bits << 32 | time, memory_order_release);
}

void render_test(struct render *render, size_t output, double hz, double dbfs)
{
    const uint64_t tenths = (uint64_t)(fmin(fmax(hz * 10, 0), TONE_TENTHS) + 0.5);
    /* What is not a number is silence. */
    const uint64_t below = (uint64_t)(dbfs >= -120 ? fmax(dbfs * -100, 0) + 0.5 : TONE_HUNDRED);
    const uint64_t where = output < RENDER_OUTPUTS_MAX ? output : 0xff;

    atomic_store_explicit(&render->tone_wish, where << 36 | tenths << 16 | below, memory_order_release);
}

void render_levels(struct render *render, struct render_levels *ret_levels)
{
    levels_take(&render->levels, ret_levels);
}

size_t render_tap(struct render *render, float *to, size_t floats, size_t *ret_channels)
{
    return tap_take(&render->tap, to, floats, ret_channels);
}

uint32_t render_latency(const struct render *render)
{
    return atomic_load_explicit(&render->latency, memory_order_relaxed);
}

uint32_t render_rate(const struct render *render)
{
    return atomic_load_explicit(&render->rate, memory_order_relaxed);
}

unsigned render_cycles(const struct render *render)
{
    return atomic_load_explicit(&render->cycles, memory_order_relaxed);
}

/* --- sound thread: what is new -------------------------------------------------------------------------------- */

static uint32_t to_frames(uint32_t rate, uint32_t ms)
{
    return (uint32_t)((uint64_t)rate * ms / 1000);
}

static uint32_t fade_length(const struct render *r)
{
    return to_frames(r->cycle_rate, RENDER_CROSSFADE_MS);
}

static void retire(struct render *r, struct render_program *program)
{
    if (!program || program == &silence)
        return;
    struct render_program *head = atomic_load_explicit(&r->retired, memory_order_relaxed);
    do
        program->next = head; /* again once at most: the other side only empties the list */
    while (!atomic_compare_exchange_strong_explicit(&r->retired, &head, program, memory_order_release,
                                                    memory_order_relaxed));
}

static bool is_same_kind(const struct render_program *a, const struct render_program *b)
{
    return a && b ? a->kind == b->kind : !a && !b;
}

static void retarget(struct render *r, struct render_program *program, struct render_program *weights)
{
    if (program && weights)
        program_retarget(program, weights, to_frames(r->cycle_rate, RENDER_RAMP_MS));
    retire(r, weights);
}

/* Back to what is just being left: as far as it has gone, so far it has to come back, and smooth_step() is its own
 * mirror image. */
static void turn_back(struct render *r)
{
    struct render_program *other = r->now;

    r->now = r->coming;
    r->coming = other;
    r->fade_at = fade_length(r) - r->fade_at;
}

static void fade_to(struct render *r, struct render_program *program)
{
    r->coming = program;
    r->fading = true;
    r->fade_at = 0;
    r->warm_left = program ? program->warm_up : 0;
}

/* By a ramp of what plays or is about to, when only weights differ; by a cross-fade otherwise. Two programs can sound
 * at once, not three: what fits neither of them waits until the fade is over, and the newest waits longest. */
static void take_program(struct render *r)
{
    if (atomic_load_explicit(&r->pending, memory_order_relaxed)) {
        retire(r, r->waiting);
        r->waiting = atomic_exchange_explicit(&r->pending, NULL, memory_order_acquire);
    }
    if (!r->waiting)
        return;

    struct render_program *program = r->waiting != &silence ? r->waiting : NULL;
    const bool is_heard = r->fading && r->fade_at > 0;
    if (r->fading && is_same_kind(program, r->coming)) {
        retarget(r, r->coming, program);
    } else if (is_same_kind(program, r->now)) {
        retarget(r, r->now, program);
        if (is_heard) {
            turn_back(r);
        } else if (r->fading) {
            retire(r, r->coming);
            r->coming = NULL;
            r->fading = false;
        }
    } else if (!is_heard) {
        if (r->fading)
            retire(r, r->coming);
        fade_to(r, program);
    } else {
        return;
    }
    r->waiting = NULL;
}

static void take_gains(struct render *r)
{
    for (size_t b = 0; b < r->options.buses; b++) {
        if (atomic_load_explicit(&r->gains[b], memory_order_relaxed) == NOTHING_NEW)
            continue;
        const uint64_t news = atomic_exchange_explicit(&r->gains[b], NOTHING_NEW, memory_order_acquire);
        const uint32_t bits = (uint32_t)(news >> 32);
        float db;
        memcpy(&db, &bits, sizeof db);
        gain_move(&r->gain[b], (double)db, (uint32_t)news, r->cycle_rate);
    }
}

static void take_tone(struct render *r)
{
    if (atomic_load_explicit(&r->tone_wish, memory_order_relaxed) == NOTHING_NEW)
        return;
    const uint64_t news = atomic_exchange_explicit(&r->tone_wish, NOTHING_NEW, memory_order_acquire);
    const size_t output = news >> 36;
    tone_set(&r->tone, &(struct tone_wish){
                           .output = output < RENDER_OUTPUTS_MAX ? output : TONE_NOWHERE,
                           .hz = (double)(news >> 16 & 0xfffff) / 10,
                           .dbfs = -(double)(news & 0xffff) / 100,
                       });
}

static void take_rate(struct render *r, uint32_t rate)
{
    const uint32_t in_range = rate < RENDER_RATE_MIN   ? RENDER_RATE_MIN
                              : rate > RENDER_RATE_MAX ? RENDER_RATE_MAX
                                                       : rate;
    if (in_range != r->cycle_rate) {
        set_rate(r, in_range);
        r->fade_at = r->fade_at < fade_length(r) ? r->fade_at : fade_length(r);
    }
    atomic_store_explicit(&r->rate, rate, memory_order_relaxed);
}

/* --- sound thread: samples ------------------------------------------------------------------------------------ */

static void take_channel(struct render *r, size_t bus, float *to, const float *in, bool moves, size_t frames)
{
    struct levels_sums *sums = &r->levels.own;
    const float gain = r->gain[bus].linear;
    struct levels_sum before = {0};

    sums->cleaned += levels_clean(to, in, frames);
    levels_add(&before, to, frames);
    sums->bus_in[bus].peak = fmaxf(sums->bus_in[bus].peak, before.peak);
    sums->bus_in[bus].squares += before.squares;
    if (moves) {
        for (size_t i = 0; i < frames; i++)
            to[i] *= r->ramp[i];
        levels_add(&sums->bus[bus], to, frames);
        return;
    }
    for (size_t i = 0; i < frames && gain != 1; i++)
        to[i] *= gain;
    sums->bus[bus].peak = fmaxf(sums->bus[bus].peak, before.peak * gain);
    sums->bus[bus].squares += before.squares * (double)gain * (double)gain;
}

/* x[bus][channel] gets the samples behind the gain; NULL stays NULL. */
static void take_buses(struct render *r, const float *const in[RENDER_BUSES_MAX][LAYOUT_CHANNELS_MAX], size_t at,
                       size_t frames, const float *x[RENDER_BUSES_MAX][LAYOUT_CHANNELS_MAX])
{
    for (size_t b = 0; b < r->options.buses; b++) {
        const bool moves = gain_run(&r->gain[b], r->ramp, frames);
        for (size_t c = 0; c < r->options.inputs[b]; c++) {
            x[b][c] = in[b][c] ? r->in[b][c] : NULL;
            if (in[b][c])
                take_channel(r, b, r->in[b][c], in[b][c] + at, moves, frames);
        }
        r->levels.own.bus_gain_db[b] = (float)r->gain[b].db;
    }
}

static size_t outputs_of(const struct render_program *program)
{
    return program ? program->outputs : 0;
}

static void run_program(struct render_program *program, const float *const x[RENDER_BUSES_MAX][LAYOUT_CHANNELS_MAX],
                        float (*out)[RENDER_CHUNK], size_t width, size_t frames)
{
    if (program)
        program_run(program, x, out, frames);
    for (size_t o = outputs_of(program); o < width; o++)
        memset(out[o], 0, frames * sizeof out[o][0]);
}

/* 3 t^2 - 2 t^3: no corner at either end, and at its steepest half as steep again as a straight line. */
static float smooth_step(float t)
{
    return t * t * (3 - 2 * t);
}

static void cross_fade(struct render *r, size_t frames)
{
    const uint32_t length = fade_length(r);
    const size_t cold = r->warm_left < frames ? r->warm_left : frames; /* of these nothing is heard yet */

    r->warm_left -= (uint32_t)cold;
    for (size_t i = cold; i < frames; i++) {
        const uint32_t at = r->fade_at + (uint32_t)(i - cold) + 1;
        r->ramp[i] = at < length ? smooth_step((float)at / (float)length) : 1;
    }
    for (size_t o = 0; o < r->width; o++)
        for (size_t i = cold; i < frames; i++)
            r->out[o][i] += r->ramp[i] * (r->out_coming[o][i] - r->out[o][i]);
    r->fade_at += (uint32_t)(frames - cold);
    if (r->fade_at >= length) {
        retire(r, r->now);
        r->now = r->coming;
        r->coming = NULL;
        r->fading = false;
    }
}

/* Channels that the limiter has to do with: those of whatever sounds, and those that are still in its delay. */
static void find_width(struct render *r, size_t frames)
{
    size_t width = outputs_of(r->now);

    if (r->fading && outputs_of(r->coming) > width)
        width = outputs_of(r->coming);
    if (tone_sounds(&r->tone))
        width = RENDER_OUTPUTS_MAX;
    if (width >= r->width) {
        r->width = width;
        r->surplus = 0;
        return;
    }
    r->surplus += frames;
    if (r->surplus > limiter_latency(&r->limiter) + LIMITER_TAPS + RENDER_CHUNK)
        r->width = width;
}

/* The programme fades in after a change of rate, and gives way to a test tone. */
static void fade_master(struct render *r, size_t frames)
{
    const float step = 1000.0F / (RENDER_RAMP_MS * (float)r->cycle_rate);
    const float mute_step = tone_sounds(&r->tone) ? -step : step;

    if (r->open >= 1 && r->mute >= 1 && mute_step > 0)
        return;
    for (size_t i = 0; i < frames; i++) {
        r->open = fminf(r->open + step, 1);
        r->mute = fminf(fmaxf(r->mute + mute_step, 0), 1);
        r->ramp[i] = r->open * r->mute;
    }
    for (size_t o = 0; o < r->width; o++)
        for (size_t i = 0; i < frames; i++)
            r->out[o][i] *= r->ramp[i];
}

static void give_outputs(struct render *r, float *const out[RENDER_OUTPUTS_MAX], size_t at, size_t frames)
{
    float *channels[RENDER_OUTPUTS_MAX];
    const float *played[RENDER_OUTPUTS_MAX];

    for (size_t o = 0; o < r->width; o++)
        played[o] = channels[o] = r->out[o];
    tone_run(&r->tone, channels, r->width, frames, r->cycle_rate);
    limiter_run(&r->limiter, channels, r->width, frames);
    for (size_t o = 0; o < RENDER_OUTPUTS_MAX; o++) {
        if (o < r->width)
            levels_add(&r->levels.own.output[o], r->out[o], frames);
        if (o < r->width && out[o])
            memcpy(out[o] + at, r->out[o], frames * sizeof r->out[o][0]);
        else if (out[o])
            memset(out[o] + at, 0, frames * sizeof r->out[o][0]);
    }
    const size_t outputs = outputs_of(r->fading ? r->coming : r->now);
    tap_put(&r->tap, played, outputs < r->width ? outputs : r->width, frames);
}

static void finish_cycle(struct render *r, size_t frames)
{
    const struct render_program *program = r->fading ? r->coming : r->now;
    const uint32_t latency = limiter_latency(&r->limiter) + (program ? program->latency : 0);

    r->levels.own.frames += frames;
    r->levels.own.lowest_gain = fminf(r->levels.own.lowest_gain, limiter_take_lowest(&r->limiter));
    levels_give(&r->levels);
    atomic_store_explicit(&r->latency, latency, memory_order_relaxed);
    atomic_fetch_add_explicit(&r->cycles, 1, memory_order_relaxed);
}

void render_process(struct render *render, const float *const in[RENDER_BUSES_MAX][LAYOUT_CHANNELS_MAX],
                    float *const out[RENDER_OUTPUTS_MAX], size_t frames, uint32_t rate)
{
    simd_flush_subnormals();
    take_rate(render, rate);
    take_gains(render);
    take_tone(render);
    for (size_t done = 0; done < frames;) {
        const size_t n = frames - done < RENDER_CHUNK ? frames - done : RENDER_CHUNK;
        const float *x[RENDER_BUSES_MAX][LAYOUT_CHANNELS_MAX] = {{NULL}};

        take_program(render);
        find_width(render, n);
        take_buses(render, in, done, n, x);
        run_program(render->now, x, render->out, render->width, n);
        if (render->fading) {
            run_program(render->coming, x, render->out_coming, render->width, n);
            cross_fade(render, n);
        }
        fade_master(render, n);
        give_outputs(render, out, done, n);
        done += n;
    }
    finish_cycle(render, frames);
}
