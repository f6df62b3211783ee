/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/audio/render/player.h"

#include <math.h>
#include <string.h>

#include "tests/unit/test.h"

void player_open(struct player *p, size_t inputs, uint32_t rate)
{
    memset(p, 0, sizeof *p);
    p->rate = rate;
    for (size_t i = 0; i < rate / 20 && i < PLAYER_PERIOD; i++)
        p->period[i] = (float)cos(2 * M_PI * 20 * (double)i / rate);
    p->options = (struct render_options){
        .buses = 2, .inputs = {inputs, 2}, .ceiling_dbtp = 0, .lookahead_ms = 1.5, .release_ms = 100};
    assert_int_equal(render_new(&p->options, &p->render), 0);
}

void player_close(struct player *p)
{
    render_free(p->render);
    p->render = NULL;
}

void player_recipe(const struct player *p, size_t outputs, const float *weights, struct render_recipe *ret_recipe)
{
    memset(ret_recipe, 0, sizeof *ret_recipe);
    ret_recipe->rate = p->rate;
    ret_recipe->outputs = outputs;
    for (size_t b = 0; b < p->options.buses; b++) {
        ret_recipe->weights[b].outputs = outputs;
        ret_recipe->weights[b].inputs = p->options.inputs[b];
    }
    for (size_t o = 0; o < outputs; o++)
        for (size_t i = 0; i < p->options.inputs[0]; i++)
            ret_recipe->weights[0].w[o][i] = weights[o * p->options.inputs[0] + i];
}

void player_play(struct player *p, const struct render_recipe *recipe)
{
    struct render_program *program = NULL;
    char buffer[200];
    struct fascia_text message;

    fascia_text_init(&message, buffer, sizeof buffer);
    if (render_program_new(p->render, recipe, &program, &message) != 0)
        fail_msg("refused: %s", buffer);
    render_play(p->render, program);
    render_collect(p->render);
}

/* 20 Hz, from one period of it: a cosine for every sample would take longer than what is tested. */
static float sine(const struct player *p, size_t bus, size_t channel, uint64_t at)
{
    const uint64_t period = p->rate / 20;

    return bus == 0 && period > 0 && period <= PLAYER_PERIOD ? p->period[(at + channel * period / 63) % period] : 0;
}

static void listen(struct player_ear *e, const float *x, size_t n, bool first, double ceiling)
{
    for (size_t i = 0; i < n; i++) {
        if (!(fabs((double)x[i]) <= ceiling))
            fail_msg("%g is above the ceiling", (double)x[i]);
        if (!first || i > 0)
            e->step = fmax(e->step, fabs((double)x[i] - (double)e->last));
        e->last = x[i];
        e->peak = fmax(e->peak, fabs((double)x[i]));
        e->zeros = x[i] == 0 ? e->zeros + 1 : 0;
        e->longest_zeros = e->zeros > e->longest_zeros ? e->zeros : e->longest_zeros;
    }
}

static void run_block(struct player *p, size_t n)
{
    const float *in[RENDER_BUSES_MAX][LAYOUT_CHANNELS_MAX] = {{NULL}};
    float *out[RENDER_OUTPUTS_MAX];
    const double ceiling = pow(10, p->options.ceiling_dbtp / 20) + 1e-7;

    for (size_t b = 0; b < p->options.buses; b++) {
        for (size_t c = 0; c < p->options.inputs[b]; c++) {
            in[b][c] = p->in[b][c];
            for (size_t i = 0; i < n; i++)
                p->in[b][c][i] = p->sample ? p->sample(p, b, c, p->at + i) : sine(p, b, c, p->at + i);
        }
    }
    for (size_t o = 0; o < RENDER_OUTPUTS_MAX; o++)
        out[o] = p->out[o];
    render_process(p->render, in, out, n, p->rate);
    for (size_t o = 0; o < RENDER_OUTPUTS_MAX; o++)
        listen(&p->ear[o], p->out[o], n, p->at == 0, ceiling);
    p->at += n;
}

void player_run(struct player *p, size_t frames, size_t block)
{
    assert_true(block > 0 && block <= PLAYER_BLOCK);
    for (size_t done = 0; done < frames; done += block)
        run_block(p, block < frames - done ? block : frames - done);
    render_collect(p->render);
}

void player_forget(struct player *p)
{
    for (size_t o = 0; o < RENDER_OUTPUTS_MAX; o++)
        p->ear[o] = (struct player_ear){.last = p->ear[o].last};
}
