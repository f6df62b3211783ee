/* SPDX-License-Identifier: Apache-2.0 */
#include "audio/render/matrix.h"

#include <string.h>

/*
 * IEEE 754 binary32: biased exponent 0 is zero and the subnormals, 255 is infinity and NaN, 127 + 16 is 2^16.
 * One unsigned comparison on the exponent, so that a compiler can turn it into a mask.
 */
static void scalar_clean(float *restrict to, const float *restrict x, size_t frames)
{
    for (size_t i = 0; i < frames; i++) {
        uint32_t bits;
        memcpy(&bits, &x[i], sizeof bits);
        uint32_t exponent = bits >> 23 & 0xff;
        bits = exponent - 1 < 127 + 16 - 1 ? bits : 0;
        memcpy(&to[i], &bits, sizeof bits);
    }
}

static void scalar_add(float *restrict y, const float *restrict x, float w, size_t frames)
{
    for (size_t i = 0; i < frames; i++)
        y[i] += w * x[i];
}

static void scalar_add_ramp(float *restrict y, const float *restrict x, float w, float step, size_t frames)
{
    for (size_t i = 0; i < frames; i++)
        y[i] += (w + (float)(int32_t)(i + 1) * step) * x[i];
}

const struct matrix_kernel matrix_kernel_scalar = {
    .name = "scalar",
    .clean = scalar_clean,
    .add = scalar_add,
    .add_ramp = scalar_add_ramp,
};

static size_t at_most(size_t value, size_t limit)
{
    return value < limit ? value : limit;
}

void matrix_init(struct matrix *m, size_t outputs, size_t inputs, uint32_t ramp_frames)
{
    memset(m, 0, sizeof *m);
    m->kernel = &matrix_kernel_scalar;
    m->now.outputs = at_most(outputs, LAYOUT_CHANNELS_MAX);
    m->now.inputs = at_most(inputs, LAYOUT_CHANNELS_MAX);
    m->target = m->now;
    matrix_set_ramp(m, ramp_frames);
}

void matrix_set_ramp(struct matrix *m, uint32_t ramp_frames)
{
    m->ramp_frames = ramp_frames > 0 ? ramp_frames : 1;
}

void matrix_retarget(struct matrix *m, const struct matrix_weights *weights)
{
    const float per_frame = 1.0F / (float)m->ramp_frames;
    bool change = false;

    for (size_t o = 0; o < m->now.outputs; o++) {
        for (size_t i = 0; i < m->now.inputs; i++) {
            float w = o < weights->outputs && i < weights->inputs ? weights->w[o][i] : 0;
            m->target.w[o][i] = w;
            m->step.w[o][i] = (w - m->now.w[o][i]) * per_frame;
            change = change || w != m->now.w[o][i];
        }
    }
    m->ramp_left = change ? m->ramp_frames : 0;
}

static void mix_output(struct matrix *m, size_t o, const float *const *x, size_t frames)
{
    memset(m->mix, 0, frames * sizeof m->mix[0]);
    for (size_t i = 0; i < m->now.inputs; i++) {
        if (!x[i])
            continue;
        if (m->ramp_left > 0 && m->step.w[o][i] != 0)
            m->kernel->add_ramp(m->mix, x[i], m->now.w[o][i], m->step.w[o][i], frames);
        else if (m->now.w[o][i] != 0)
            m->kernel->add(m->mix, x[i], m->now.w[o][i], frames);
    }
}

static void advance_ramp(struct matrix *m, size_t frames)
{
    if (m->ramp_left == 0)
        return;
    m->ramp_left -= (uint32_t)frames;
    if (m->ramp_left == 0) {
        m->now = m->target; /* exactly: rounding does not accumulate over ramps */
        return;
    }
    for (size_t o = 0; o < m->now.outputs; o++)
        for (size_t i = 0; i < m->now.inputs; i++)
            m->now.w[o][i] += m->step.w[o][i] * (float)frames;
}

void matrix_process(struct matrix *m, const float *const *in, float *const *out, size_t frames)
{
    for (size_t done = 0; done < frames;) {
        size_t n = at_most(frames - done, MATRIX_CHUNK);
        if (m->ramp_left > 0)
            n = at_most(n, m->ramp_left); /* a chunk is all ramp or all steady */

        const float *x[LAYOUT_CHANNELS_MAX] = {NULL};
        for (size_t i = 0; i < m->now.inputs; i++) {
            if (!in[i])
                continue;
            m->kernel->clean(m->clean[i], in[i] + done, n);
            x[i] = m->clean[i];
        }
        for (size_t o = 0; o < m->now.outputs; o++) {
            if (!out[o])
                continue;
            mix_output(m, o, x, n);
            memcpy(out[o] + done, m->mix, n * sizeof m->mix[0]);
        }
        advance_ramp(m, n);
        done += n;
    }
}
