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

static int check_filters(const struct render_options *options, const struct render_recipe *recipe,
                         struct fascia_text *message)
{
    const struct virtual_filters *f = recipe->filters;

    if (!f)
        return 0;
    if (f->inputs != options->inputs[0])
        return refuse(message, "the filters are for another number of channels");
    if (f->taps < 1 || f->taps > VIRTUAL_TAPS_MAX || !f->ir)
        return refuse(message, "the filters do not have 1 to 8192 taps");
    if (recipe->filters_left >= recipe->outputs || recipe->filters_right >= recipe->outputs ||
        recipe->filters_left == recipe->filters_right)
        return refuse(message, "the filters do not lead to two of the speakers");
    for (size_t i = 0; i < f->inputs * 2 * f->taps; i++)
        if (!(fabsf(f->ir[i]) <= WEIGHT_MAX))
            return refuse(message, "a filter has a sample that is not -64 to 64");
    return 0;
}

static int check_upmix(const struct render_options *options, const struct render_recipe *recipe,
                       struct fascia_text *message)
{
    if (!recipe->upmix)
        return 0;
    if (recipe->upmix_in_left >= options->inputs[0] || recipe->upmix_in_right >= options->inputs[0] ||
        recipe->upmix_in_left == recipe->upmix_in_right)
        return refuse(message, "the upmix does not start from two of the channels");
    if (recipe->upmix_out_left >= recipe->outputs || recipe->upmix_out_right >= recipe->outputs ||
        recipe->upmix_out_left == recipe->upmix_out_right)
        return refuse(message, "the upmix does not lead to two of the speakers");
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
    int e = check_filters(options, recipe, message);
    if (e == 0)
        e = check_upmix(options, recipe, message);
    return e == 0 ? tuning_check(&recipe->tuning, recipe->rate, message) : e;
}

/* FNV-1a, 64 bits (G. Fowler, L. C. Noll, K.-P. Vo; public domain). */
static uint64_t mix(uint64_t hash, const void *data, size_t size)
{
    const unsigned char *octets = data;

    for (size_t i = 0; i < size; i++)
        hash = (hash ^ octets[i]) * UINT64_C(0x100000001b3);
    return hash;
}

static uint64_t mix_number(uint64_t hash, double value)
{
    return mix(hash, &value, sizeof value);
}

static uint64_t mix_tuning(uint64_t hash, const struct tuning *tuning)
{
    for (size_t i = 0; i < tuning->count; i++) {
        const struct tuning_speaker *s = &tuning->speaker[i];
        const double numbers[] = {s->gain_db, s->delay_ms, s->invert, s->low_hz, s->bass, (double)s->eq_count};
        hash = mix(hash, numbers, sizeof numbers);
        for (size_t k = 0; k < s->eq_count; k++) {
            const double eq[] = {(double)s->eq[k].type, s->eq[k].hz, s->eq[k].q, s->eq[k].gain_db};
            hash = mix(hash, eq, sizeof eq);
        }
    }
    return mix_number(hash, tuning->bass_db);
}

/* All but the weights. Field by field: what lies between fields is not defined. */
static uint64_t find_kind(const struct render_recipe *recipe)
{
    uint64_t hash = mix_number(UINT64_C(0xcbf29ce484222325), (double)recipe->outputs);

    if (recipe->filters || recipe->upmix || recipe->tuning.count > 0)
        hash = mix_number(hash, recipe->rate);
    if (recipe->filters) {
        const struct virtual_filters *f = recipe->filters;
        const double numbers[] = {(double)recipe->filters_left, (double)recipe->filters_right, recipe->partition};
        hash = mix(mix(hash, numbers, sizeof numbers), f->ir, f->inputs * 2 * f->taps * sizeof *f->ir);
    }
    if (recipe->upmix) {
        const double numbers[] = {1, (double)recipe->upmix_in_left, (double)recipe->upmix_in_right,
                                  (double)recipe->upmix_out_left, (double)recipe->upmix_out_right};
        hash = mix(hash, numbers, sizeof numbers);
    }
    return recipe->tuning.count > 0 ? mix_tuning(hash, &recipe->tuning) : hash;
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

static int init_matrices(struct render_program *p, const struct render_options *options,
                         const struct render_recipe *recipe)
{
    p->buses = options->buses;
    p->outputs = recipe->outputs;
    p->matrix = calloc(p->buses, sizeof *p->matrix);
    p->scratch = calloc(p->outputs, sizeof *p->scratch);
    if (!p->matrix || !p->scratch)
        return -ENOMEM;
    for (size_t b = 0; b < p->buses; b++) {
        p->inputs[b] = options->inputs[b];
        settle(&p->matrix[b], p->outputs, p->inputs[b], &recipe->weights[b]);
    }
    return 0;
}

static int init_filters(struct render_program *p, const struct render_recipe *recipe)
{
    if (!recipe->filters)
        return 0;
    p->filters.left = recipe->filters_left;
    p->filters.right = recipe->filters_right;
    p->latency += recipe->filters->latency_frames;
    p->warm_up += (uint32_t)recipe->filters->taps;
    return filters_init(&p->filters, recipe->filters, recipe->partition);
}

static int init_upmix(struct render_program *p, const struct render_recipe *recipe)
{
    if (!recipe->upmix)
        return 0;
    p->upmixes = true;
    p->upmix_in[0] = recipe->upmix_in_left;
    p->upmix_in[1] = recipe->upmix_in_right;
    p->upmix_out[0] = recipe->upmix_out_left;
    p->upmix_out[1] = recipe->upmix_out_right;
    int e = upmix_init(&p->upmix, recipe->rate);
    p->warm_up = p->upmix.warm_up > p->warm_up ? p->upmix.warm_up : p->warm_up;
    return e;
}

static int init_cabin(struct render_program *p, const struct render_recipe *recipe)
{
    if (recipe->tuning.count == 0)
        return 0;
    p->cabin = calloc(1, sizeof *p->cabin);
    if (!p->cabin)
        return -ENOMEM;
    int e = cabin_init(p->cabin, &recipe->tuning, recipe->rate);
    p->latency += p->cabin->longest;
    p->warm_up += p->cabin->warm_up;
    return e;
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
    p->kind = find_kind(recipe);
    e = init_matrices(p, options, recipe);
    if (e == 0)
        e = init_filters(p, recipe);
    if (e == 0)
        e = init_upmix(p, recipe);
    if (e == 0)
        e = init_cabin(p, recipe);
    if (e < 0) {
        program_free(p);
        return e;
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
    filters_finish(&program->filters);
    upmix_finish(&program->upmix);
    if (program->cabin)
        cabin_finish(program->cabin);
    free(program->cabin);
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

static void run_matrices(struct render_program *program, const float *const in[RENDER_BUSES_MAX][LAYOUT_CHANNELS_MAX],
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

void program_run(struct render_program *program, const float *const in[RENDER_BUSES_MAX][LAYOUT_CHANNELS_MAX],
                 float (*out)[RENDER_CHUNK], size_t frames)
{
    run_matrices(program, in, out, frames);
    if (program->filters.convolver)
        filters_run(&program->filters, in[0], out, frames);
    if (program->upmixes)
        upmix_run(&program->upmix, in[0][program->upmix_in[0]], in[0][program->upmix_in[1]], out[program->upmix_out[0]],
                  out[program->upmix_out[1]], frames);
    if (program->cabin)
        cabin_run(program->cabin, out, frames);
}
