/* SPDX-License-Identifier: Apache-2.0 */
/* Any recipes, calls and samples in any order: what comes out is finite and at or below the ceiling. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "audio/render/render.h"
#include "stack/base/bytes.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define FRAMES_MAX 600

static const struct render_options options = {
    .buses = 3, .inputs = {6, 2, 1}, .ceiling_dbtp = -1, .lookahead_ms = 0.5, .release_ms = 10};

static struct render *render;
static struct fascia_reader reader;
static uint32_t rate;
static float in_samples[8][FRAMES_MAX], out_samples[RENDER_OUTPUTS_MAX][FRAMES_MAX];

static unsigned octet(void)
{
    return fascia_reader_left(&reader) > 0 ? fascia_read_u8(&reader) : 0;
}

static float any_float(void)
{
    uint32_t bits = 0;
    float f;

    for (size_t i = 0; i < sizeof bits; i++)
        bits = bits << 8 | octet();

    memcpy(&f, &bits, sizeof f);
    return f;
}

static void make_tuning(struct tuning *t, size_t outputs)
{
    tuning_flat(outputs, t);
    for (size_t i = 0; i < outputs && i < 3; i++) {
        struct tuning_speaker *s = &t->speaker[i];
        const unsigned what = octet();
        s->gain_db = (double)(octet() % 80) - 60;
        s->delay_ms = (double)(octet() % 60);
        s->invert = what & 1;
        s->bass = what & 2;
        s->low_hz = what & 4 ? (double)(octet() * 4) : 0;
        s->eq_count = what >> 3 & 7;
        for (size_t k = 0; k < s->eq_count; k++)
            s->eq[k] = (struct tuning_eq){(enum tuning_filter)(octet() % 7), octet() * 50.0, octet() / 10.0,
                                          (double)octet() / 5 - 25};
    }
}

static void play(void)
{
    static float ir[6 * 2 * 40];
    static const struct virtual_filters filters = {.inputs = 6, .taps = 40, .rate = 48000, .ir = ir};
    struct render_recipe r = {.rate = rate};
    struct render_program *program = NULL;
    const unsigned what = octet();

    r.outputs = octet() % 18;
    for (size_t b = 0; b < 3; b++)
        r.weights[b] = (struct matrix_weights){.outputs = r.outputs % 17, .inputs = options.inputs[b]};
    for (size_t i = 0; i < 20; i++)
        r.weights[i % 3].w[i % 5][i % 6] = (what & 1) ? any_float() : (float)(int8_t)octet() / 16;
    if (what & 2) {
        for (size_t i = 0; i < 30; i++)
            ir[i * 16] = (float)(int8_t)octet() / 4;
        r.filters = &filters;
        r.filters_right = 1;
    }
    if (what & 4) {
        r.upmix = true;
        r.upmix_in_right = octet() % 7;
        r.upmix_out_right = octet() % 17;
    }
    if (what & 8)
        make_tuning(&r.tuning, r.outputs % 17);
    if (what & 16) {
        render_play(render, NULL);
    } else if (render_program_new(render, &r, &program, &(struct fascia_text){.start = (char[200]){0}, .size = 200}) ==
               0) {
        render_play(render, program);
    }
}

static void process(size_t frames)
{
    const float *in[RENDER_BUSES_MAX][LAYOUT_CHANNELS_MAX] = {{NULL}};
    float *out[RENDER_OUTPUTS_MAX];
    const unsigned what = octet();

    for (size_t i = 0; i < 8 && (what >> i & 1); i++)
        for (size_t k = 0; k < frames; k++)
            in_samples[i][k] = k < 8 ? any_float() : (float)(int8_t)(k * (i + 3) * what);
    for (size_t c = 0; c < 6; c++)
        in[0][c] = what & 1 ? in_samples[c] : NULL;
    in[1][0] = in_samples[6];
    in[1][1] = what & 2 ? in_samples[7] : NULL;
    in[2][0] = in_samples[what % 8];
    for (size_t o = 0; o < RENDER_OUTPUTS_MAX; o++)
        out[o] = what == 3 ? NULL : out_samples[o];
    render_process(render, in, out, frames, rate);
    for (size_t o = 0; o < RENDER_OUTPUTS_MAX && out[o]; o++)
        for (size_t i = 0; i < frames; i++)
            if (!(fabsf(out[o][i]) <= 0.8913F)) /* -1 dB */
                abort();
}

static void look(void)
{
    struct render_levels levels;
    float tap[64];
    size_t channels = 0;

    render_levels(render, &levels);
    for (size_t o = 0; o < RENDER_OUTPUTS_MAX; o++)
        if (!(levels.output[o].peak <= 0.8913F) || !isfinite(levels.output[o].rms))
            abort();
    if (render_tap(render, tap, sizeof tap / sizeof tap[0], &channels) * channels > sizeof tap / sizeof tap[0])
        abort();
    render_collect(render);
}

/* One octet of what to do, then what that takes. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint32_t rates[] = {8000, 16000, 44100, 48000, 96000, 192000, 0, UINT32_MAX};

    if (render_new(&options, &render) != 0)
        abort();
    fascia_reader_init(&reader, data, size < 4096 ? size : 4096);
    rate = 48000;
    while (fascia_reader_left(&reader) > 0) {
        const unsigned what = octet();
        switch (what % 8) {
        case 0:
            play();
            break;
        case 1:
            render_set_gain(render, octet() % 4, (double)any_float(), octet() * 4);
            break;
        case 2:
            render_test(render, octet() % 20, (double)any_float(), (double)any_float());
            break;
        case 3:
            rate = rates[octet() % 8];
            break;
        case 4:
            look();
            break;
        default:
            process(octet() * 2 + (what >> 3 & 1));
            break;
        }
    }
    render_free(render);
    return 0;
}
