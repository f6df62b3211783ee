/* SPDX-License-Identifier: Apache-2.0 */
#include "audio/render/render.h"

#include <errno.h>
#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "audio/render/gain.h"
#include "audio/render/program.h"
#include "audio/simd/simd.h"

#define NOTHING_NEW UINT64_MAX /* in the slots by which the control thread hands over numbers */

struct render {
    struct render_options options;

    /* handed over without locks */
    _Atomic(struct render_program *) pending; /* NULL: nothing new */
    _Atomic(struct render_program *) retired; /* a list: the sound thread pushes, the control thread takes it whole */
    _Atomic uint64_t gains[RENDER_BUSES_MAX]; /* dB as a float, and ms; or NOTHING_NEW */
    atomic_uint rate, cycles, latency;

    /* the sound thread's own */
    struct render_program *now, *coming; /* what plays, and what it is faded to; NULL is silence */
    bool fading;
    uint32_t warm_left, fade_at;
    uint32_t cycle_rate;
    struct gain gain[RENDER_BUSES_MAX];
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
    program_free(render->now);
    program_free(render->coming);
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
    (void)render;
    (void)output;
    (void)hz;
    (void)dbfs;
}

void render_levels(struct render *render, struct render_levels *ret_levels)
{
    (void)render;
    memset(ret_levels, 0, sizeof *ret_levels);
}

size_t render_tap(struct render *render, float *to, size_t floats, size_t *ret_channels)
{
    (void)render;
    (void)to;
    (void)floats;
    *ret_channels = 0;
    return 0;
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

/* --- sound thread --------------------------------------------------------------------------------------------- */

static uint32_t to_frames(uint32_t rate, uint32_t ms)
{
    return (uint32_t)((uint64_t)rate * ms / 1000);
}

static void retire(struct render *r, struct render_program *program)
{
    struct render_program *head = atomic_load_explicit(&r->retired, memory_order_relaxed);

    if (!program)
        return;
    do
        program->next = head; /* fails at most once: the other side only empties the list */
    while (!atomic_compare_exchange_weak_explicit(&r->retired, &head, program, memory_order_release,
                                                  memory_order_relaxed));
}

/* What plays, or is about to, when only weights differ; a cross-fade otherwise. During one, what cannot be reached by a
 * ramp waits for its end. */
static void take_program(struct render *r)
{
    struct render_program *seen = atomic_load_explicit(&r->pending, memory_order_acquire);
    struct render_program *last = r->fading ? r->coming : r->now;
    if (!seen)
        return;

    const bool same = seen == &silence ? !last : last && last->kind == seen->kind;
    if (r->fading && !same)
        return;
    seen = atomic_exchange_explicit(&r->pending, NULL, memory_order_acq_rel);
    if (!seen)
        return;
    struct render_program *program = seen != &silence ? seen : NULL;
    /* It may be a newer one than that which we looked at. */
    if (program && last && last->kind == program->kind) {
        program_retarget(last, program, to_frames(r->cycle_rate, RENDER_RAMP_MS));
        retire(r, program);
    } else if (!r->fading && (program || last)) {
        r->coming = program;
        r->fading = true;
        r->fade_at = 0;
        r->warm_left = program ? program->warm_up : 0;
    } else if (program) {
        retire(r, program);
    }
}

static void take_gains(struct render *r)
{
    for (size_t b = 0; b < r->options.buses; b++) {
        if (atomic_load_explicit(&r->gains[b], memory_order_relaxed) == NOTHING_NEW)
            continue;
        uint64_t news = atomic_exchange_explicit(&r->gains[b], NOTHING_NEW, memory_order_acquire);
        uint32_t bits = (uint32_t)(news >> 32);
        float db;
        memcpy(&db, &bits, sizeof db);
        gain_move(&r->gain[b], (double)db, (uint32_t)news, r->cycle_rate);
    }
}

/* x[bus][channel] gets the samples behind the gain; NULL stays NULL. */
static void take_buses(struct render *r, const float *const in[RENDER_BUSES_MAX][LAYOUT_CHANNELS_MAX], size_t at,
                       size_t frames, const float *x[RENDER_BUSES_MAX][LAYOUT_CHANNELS_MAX])
{
    for (size_t b = 0; b < r->options.buses; b++) {
        const bool moves = gain_run(&r->gain[b], r->ramp, frames);
        for (size_t c = 0; c < r->options.inputs[b]; c++) {
            float *to = r->in[b][c];
            x[b][c] = in[b][c] ? to : NULL;
            if (!in[b][c])
                continue;
            matrix_kernel_scalar.clean(to, in[b][c] + at, frames);
            for (size_t i = 0; i < frames; i++)
                to[i] *= moves ? r->ramp[i] : r->gain[b].linear;
        }
    }
}

static void run_program(struct render *r, struct render_program *program,
                        const float *const x[RENDER_BUSES_MAX][LAYOUT_CHANNELS_MAX], float (*out)[RENDER_CHUNK],
                        size_t frames)
{
    const size_t outputs = program ? program->outputs : 0;

    (void)r;
    if (program)
        program_run(program, x, out, frames);
    for (size_t o = outputs; o < RENDER_OUTPUTS_MAX; o++)
        memset(out[o], 0, frames * sizeof out[o][0]);
}

static void cross_fade(struct render *r, size_t frames)
{
    const uint32_t length = to_frames(r->cycle_rate, RENDER_CROSSFADE_MS) + 1;
    const float step = 1.0F / (float)length;

    if (r->warm_left > 0) {
        r->warm_left = r->warm_left > frames ? r->warm_left - (uint32_t)frames : 0;
        return;
    }
    for (size_t o = 0; o < RENDER_OUTPUTS_MAX; o++) {
        for (size_t i = 0; i < frames; i++) {
            float g = fminf((float)(r->fade_at + i + 1) * step, 1);
            r->out[o][i] += g * (r->out_coming[o][i] - r->out[o][i]);
        }
    }
    r->fade_at += (uint32_t)frames;
    if (r->fade_at >= length) {
        retire(r, r->now);
        r->now = r->coming;
        r->coming = NULL;
        r->fading = false;
    }
}

static void write_outputs(struct render *r, float *const out[RENDER_OUTPUTS_MAX], size_t at, size_t frames)
{
    const float ceiling = (float)pow(10, r->options.ceiling_dbtp / 20);

    for (size_t o = 0; o < RENDER_OUTPUTS_MAX; o++)
        for (size_t i = 0; i < frames && out[o]; i++)
            out[o][at + i] = fmaxf(fminf(r->out[o][i], ceiling), -ceiling);
}

void render_process(struct render *render, const float *const in[RENDER_BUSES_MAX][LAYOUT_CHANNELS_MAX],
                    float *const out[RENDER_OUTPUTS_MAX], size_t frames, uint32_t rate)
{
    simd_flush_subnormals();
    render->cycle_rate = rate < RENDER_RATE_MIN ? RENDER_RATE_MIN : rate > RENDER_RATE_MAX ? RENDER_RATE_MAX : rate;
    take_gains(render);
    for (size_t done = 0; done < frames;) {
        const size_t n = frames - done < RENDER_CHUNK ? frames - done : RENDER_CHUNK;
        const float *x[RENDER_BUSES_MAX][LAYOUT_CHANNELS_MAX] = {{NULL}};

        take_program(render);
        take_buses(render, in, done, n, x);
        run_program(render, render->now, x, render->out, n);
        if (render->fading) {
            run_program(render, render->coming, x, render->out_coming, n);
            cross_fade(render, n);
        }
        write_outputs(render, out, done, n);
        done += n;
    }
    atomic_store_explicit(&render->rate, rate, memory_order_relaxed);
    atomic_fetch_add_explicit(&render->cycles, 1, memory_order_relaxed);
}
