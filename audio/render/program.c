/* SPDX-License-Identifier: Apache-2.0 */
#include "audio/render/program.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define WEIGHT_MAX 64.0F /* +36 dB: more than any fold, make-up and dialogue level together */

/* --- control thread ------------------------------------------------------------------------------------------- */

static int refuse(struct fascia_text *message, const char *what)
{
    fascia_text_add(message, "%s", what);
    return -EINVAL;
}

static int check_weights(const struct matrix_weights *w, struct fascia_text *message)
{
    if (w->outputs > LAYOUT_CHANNELS_MAX || w->inputs > LAYOUT_CHANNELS_MAX)
        return refuse(message, "a matrix has more than 16 rows or columns");
    for (size_t o = 0; o < w->outputs; o++)
        for (size_t i = 0; i < w->inputs; i++)
            if (!(fabsf(w->w[o][i]) <= WEIGHT_MAX))
                return refuse(message, "a weight is not -64 to 64");
    return 0;
}

static int check_recipe(const struct render_options *options, const struct render_recipe *recipe,
                        struct fascia_text *message)
{
    if (recipe->rate < RENDER_RATE_MIN || recipe->rate > RENDER_RATE_MAX)
        return refuse(message, "the rate is not 8000 to 192000 Hz");
    if (recipe->outputs < 1 || recipe->outputs > RENDER_OUTPUTS_MAX)
        return refuse(message, "the number of speakers is not 1 to 16");
    for (size_t b = 0; b < options->buses; b++) {
        int e = check_weights(&recipe->weights[b], message);
        if (e < 0)
            return e;
    }
    if (recipe->tuning.count != 0 && recipe->tuning.count != recipe->outputs)
        return refuse(message, "the tuning is for another number of speakers");
    return tuning_check(&recipe->tuning, recipe->rate, message);
}

/* Weights in force at once: a program is faded in as a whole. */
static void settle(struct matrix *m, size_t outputs, size_t inputs, const struct matrix_weights *weights)
{
    const float *in[LAYOUT_CHANNELS_MAX] = {NULL};
    float *out[LAYOUT_CHANNELS_MAX] = {NULL};

    matrix_init(m, outputs, inputs, 1);
    matrix_retarget(m, weights);
    matrix_process(m, in, out, 1);
}

int program_new(const struct render_options *options, const struct render_recipe *recipe,
                struct render_program **ret_program, struct fascia_text *message)
{
    int e = check_recipe(options, recipe, message);
    if (e < 0)
        return e;

    struct render_program *p = calloc(1, sizeof *p);
    if (!p)
        return -ENOMEM;
    p->buses = options->buses;
    p->outputs = recipe->outputs;
    p->rate = recipe->rate;
    p->kind = recipe->outputs;
    p->matrix = calloc(p->buses, sizeof *p->matrix);
    p->scratch = calloc(p->outputs, sizeof *p->scratch);
    if (!p->matrix || !p->scratch) {
        program_free(p);
        return -ENOMEM;
    }
    for (size_t b = 0; b < p->buses; b++) {
        p->inputs[b] = options->inputs[b];
        settle(&p->matrix[b], p->outputs, p->inputs[b], &recipe->weights[b]);
    }
    *ret_program = p;
    return 0;
}

void program_free(struct render_program *program)
{
    if (!program)
        return;
    free(program->matrix);
    free(program->scratch);
    free(program);
}

/* --- sound thread --------------------------------------------------------------------------------------------- */

void program_retarget(struct render_program *program, const struct render_program *other, uint32_t ramp_frames)
{
    for (size_t b = 0; b < program->buses; b++) {
        matrix_set_ramp(&program->matrix[b], ramp_frames);
        matrix_retarget(&program->matrix[b], &other->matrix[b].target);
    }
}

static bool is_silent(const float *const *in, size_t inputs)
{
    for (size_t i = 0; i < inputs; i++)
        if (in[i])
            return false;
    return true;
}

static void add(float *restrict to, const float *restrict x, size_t frames)
{
    for (size_t i = 0; i < frames; i++)
        to[i] += x[i];
}

void program_run(struct render_program *program, const float *const in[RENDER_BUSES_MAX][LAYOUT_CHANNELS_MAX],
                 float (*out)[RENDER_CHUNK], size_t frames)
{
    for (size_t b = 0; b < program->buses; b++) {
        const bool skip = b > 0 && is_silent(in[b], program->inputs[b]); /* its ramp goes on all the same */
        float *to[LAYOUT_CHANNELS_MAX] = {NULL};
        for (size_t o = 0; o < program->outputs && !skip; o++)
            to[o] = b == 0 ? out[o] : program->scratch[o];
        matrix_process(&program->matrix[b], in[b], to, frames);
        for (size_t o = 0; o < program->outputs && b > 0 && !skip; o++)
            add(out[o], program->scratch[o], frames);
    }
}
