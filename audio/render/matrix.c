/* SPDX-License-Identifier: Apache-2.0 */
#include "audio/render/matrix.h"

#include <string.h>

static const matrix_add_fn paths[SIMD_LEVELS_] =
    SIMD_TABLE(matrix_add_scalar, matrix_add_sse2, matrix_add_avx2, matrix_add_avx512, matrix_add_neon);

static size_t at_most(size_t value, size_t limit)
{
    return value < limit ? value : limit;
}

void matrix_init(struct matrix *m, size_t outputs, size_t inputs, uint32_t ramp_frames)
{
    memset(m, 0, sizeof *m);
    m->level = simd_best(SIMD_LEVELS_);
    m->now.outputs = at_most(outputs, LAYOUT_CHANNELS_MAX);
    m->now.inputs = at_most(inputs, LAYOUT_CHANNELS_MAX);
    m->target = m->now;
    matrix_set_ramp(m, ramp_frames);
}

bool matrix_use(struct matrix *m, enum simd_level level)
{
    if (!simd_has(level))
        return false;
    m->level = level;
    return true;
}

void matrix_set_ramp(struct matrix *m, uint32_t ramp_frames)
{
    m->ramp_frames = ramp_frames > 0 ? (uint32_t)at_most(ramp_frames, MATRIX_RAMP_MAX) : 1;
}

void matrix_retarget(struct matrix *m, const struct matrix_weights *weights)
{
    const float per_frame = 1.0F / (float)m->ramp_frames, done = (float)m->ramp_done;
    bool change = false;

    for (size_t o = 0; o < m->now.outputs; o++) {
        for (size_t i = 0; i < m->now.inputs; i++) {
            const float w = o < weights->outputs && i < weights->inputs ? weights->w[o][i] : 0;
            if (m->ramp_left > 0)
                m->now.w[o][i] += done * m->step.w[o][i]; /* as the last frame had it */
            m->target.w[o][i] = w;
            m->step.w[o][i] = (w - m->now.w[o][i]) * per_frame;
            change = change || w != m->now.w[o][i];
        }
    }
    m->ramp_done = 0;
    m->ramp_left = change ? m->ramp_frames : 0;
    m->stale = true;
}

/* Appends an input to the part that moves like it, or opens one. */
static void add_input(struct matrix_sum *sum, uint8_t members[][LAYOUT_CHANNELS_MAX], size_t input, float w, float step)
{
    size_t p = 0;

    while (p < sum->parts && !(sum->part[p].w == w && sum->part[p].step == step))
        p++;
    if (p == sum->parts)
        sum->part[sum->parts++] = (struct matrix_part){.w = w, .step = step};
    members[p][sum->part[p].inputs++] = (uint8_t)input;
}

static void make_sum(struct matrix *m, size_t o)
{
    uint8_t members[LAYOUT_CHANNELS_MAX][LAYOUT_CHANNELS_MAX];
    struct matrix_sum *sum = &m->sum[o];
    uint8_t *to = sum->input;

    sum->parts = 0;
    for (size_t i = 0; i < m->now.inputs; i++) {
        const float w = m->now.w[o][i], step = m->ramp_left > 0 ? m->step.w[o][i] : 0;
        if ((w != 0 || step != 0) && (m->live >> i & 1) != 0)
            add_input(sum, members, i, w, step);
    }
    for (size_t p = 0; p < sum->parts; p++)
        for (size_t i = 0; i < sum->part[p].inputs; i++)
            *to++ = members[p][i];
}

static bool is_like(const struct matrix_sum *a, const struct matrix_sum *b)
{
    bool like = a->parts == b->parts;

    for (size_t p = 0; like && p < a->parts; p++)
        like = a->part[p].w == b->part[p].w && a->part[p].step == b->part[p].step &&
               a->part[p].inputs == b->part[p].inputs;
    return like;
}

static void make_sums(struct matrix *m, const float *const *in)
{
    uint32_t live = 0;

    for (size_t i = 0; i < m->now.inputs; i++)
        live |= (uint32_t)(in[i] != NULL) << i;
    if (!m->stale && live == m->live)
        return;
    m->live = live;
    m->stale = false;
    for (size_t o = 0; o < m->now.outputs; o++)
        make_sum(m, o);
    for (size_t o = 0; o + 1 < m->now.outputs; o++)
        m->sum[o].like_next = is_like(&m->sum[o], &m->sum[o + 1]);
}

struct span {
    const float *const *in;
    float *const *out;
    size_t at, frames;
};

/* One output, or two that are alike. */
static void mix_outputs(const struct matrix *m, const struct span *span, size_t first, size_t outputs)
{
    const struct matrix_sum *sum = &m->sum[first];
    struct matrix_group group; /* its 300 octets are not worth zeroing each time */
    size_t input = 0;

    group.outputs = outputs;
    group.done = m->ramp_done;
    for (size_t o = 0; o < outputs; o++) {
        group.y[o] = span->out[first + o] + span->at;
        if (sum->parts == 0)
            memset(group.y[o], 0, span->frames * sizeof(float));
    }
    for (size_t p = 0; p < sum->parts; input += sum->part[p++].inputs) {
        group.inputs = sum->part[p].inputs;
        group.w = sum->part[p].w;
        group.step = sum->part[p].step;
        group.first = p == 0;
        for (size_t o = 0; o < outputs; o++)
            for (size_t n = 0; n < group.inputs; n++)
                group.x[o][n] = span->in[sum[o].input[input + n]] + span->at;
        paths[m->level](&group, 0, span->frames);
    }
}

static void mix(const struct matrix *m, const struct span *span)
{
    size_t outputs = 1;

    for (size_t o = 0; o < m->now.outputs; o += outputs) {
        outputs = m->sum[o].like_next && span->out[o] && span->out[o + 1] ? MATRIX_PAIR : 1;
        if (span->out[o])
            mix_outputs(m, span, o, outputs);
    }
}

static void advance_ramp(struct matrix *m, size_t frames)
{
    if (m->ramp_left == 0)
        return;
    m->ramp_done += (uint32_t)frames;
    m->ramp_left -= (uint32_t)frames;
    if (m->ramp_left > 0)
        return;
    m->now = m->target; /* exactly: rounding does not accumulate over ramps */
    m->stale = true;
}

void matrix_process(struct matrix *m, const float *const *in, float *const *out, size_t frames)
{
    for (size_t done = 0; done < frames;) {
        size_t n = frames - done;
        if (m->ramp_left > 0)
            n = at_most(n, m->ramp_left); /* a span is all ramp or all steady */

        make_sums(m, in);
        mix(m, &(struct span){.in = in, .out = out, .at = done, .frames = n});
        advance_ramp(m, n);
        done += n;
    }
}
