/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any set of responses that passes the checks of platform/sofa: what is designed of it is finite, no louder than it
 * says, and so is what comes out.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "audio/virtual/convolver.h"
#include "audio/virtual/design.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define FRAMES 700

static float in_samples[FRAMES], out_samples[2][FRAMES];

static void check(const struct virtual_filters *f, size_t partition)
{
    const float *ir[2 * LAYOUT_CHANNELS_MAX], *in[LAYOUT_CHANNELS_MAX];
    struct convolver *c = NULL;

    if (f->taps > VIRTUAL_TAPS_MAX || f->latency_frames >= f->taps || !isfinite(f->worst_gain_db))
        abort();
    for (size_t i = 0; i < 2 * f->inputs; i++) {
        ir[i] = virtual_filters_ir(f, i / 2, i % 2);
        in[i / 2] = in_samples;
        for (size_t t = 0; t < f->taps; t++)
            if (!isfinite(ir[i][t]))
                abort();
    }
    if (convolver_new(f->inputs, 2, f->taps, partition, ir, &c) != 0)
        abort();
    convolver_process(c, in, (float *const[2]){out_samples[0], out_samples[1]}, FRAMES);
    convolver_free(c);
    for (size_t i = 0; i < (size_t)2 * FRAMES; i++)
        if (!(fabs((double)out_samples[i % 2][i / 2]) <= pow(10, f->worst_gain_db / 20) * 1.001 + 1e-3))
            abort();
}

static float clamp(float x, float low, float high)
{
    return x >= low && x <= high ? x : low;
}

static struct hrtf *take(const uint8_t *data, size_t size, size_t directions, size_t taps)
{
    struct hrtf *h = NULL;
    size_t used = 0, places = directions * sizeof *h->direction, samples = directions * 2 * taps * sizeof *h->ir;

    if (hrtf_new(directions, taps, &h) != 0)
        abort();
    used = size < places ? size : places;
    memcpy(h->direction, data, used);
    memcpy(h->ir, data + used, size - used < samples ? size - used : samples);
    for (size_t i = 0; i < directions; i++) {
        struct hrtf_direction *d = &h->direction[i];
        d->azimuth_deg = clamp(d->azimuth_deg, -180, 180);
        d->elevation_deg = clamp(d->elevation_deg, -90, 90);
        d->delay[0] = clamp(d->delay[0], 0, 100);
        d->delay[1] = clamp(d->delay[1], 0, 100);
    }
    for (size_t i = 0; i < directions * 2 * taps; i++)
        h->ir[i] = clamp(h->ir[i], -100, 100);
    return h;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint32_t rates[] = {8000, 8000, 16000, 44100};
    static const char *const layouts[] = {"stereo", "5.1", "mono", "7.1.4"};
    struct layout source;
    struct virtual_filters *f = NULL;

    if (size < 8)
        return 0;
    for (size_t i = 0; i < FRAMES; i++)
        in_samples[i] = i * data[7] % 7 < 3 ? -1 : 1;
    if (layout_named(layouts[data[0] % 4], &source) != 0)
        abort();
    struct hrtf *h = take(data + 8, size - 8, 1 + data[1] % 6, 1 + data[2] % 40);
    h->rate = rates[data[3] % 4];
    const size_t partition = (size_t)32 << data[4] % 4;
    if (virtual_headphones(h, &source, 0.5F, &f) == 0)
        check(f, partition);
    virtual_filters_free(f);
    f = NULL;
    if (virtual_crosstalk(h, &source, 0.5F, (float)(int8_t)data[5], (float)(int8_t)data[6], &f) == 0)
        check(f, partition);
    virtual_filters_free(f);
    hrtf_free(h);
    return 0;
}
