/* SPDX-License-Identifier: Apache-2.0 */
#include "audio/virtual/draft.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define GRAIN        32   /* of the number of taps: the smallest partition of the convolver */
#define TAIL_ENERGY  1e-4 /* of a channel: -40 dB */
#define FADE_SECONDS 0.0005

int draft_init(struct draft *draft, const struct layout *source, size_t length, uint32_t rate)
{
    *draft = (struct draft){.source = source, .length = length, .rate = rate};
    if (source->count == 0 || source->count > LAYOUT_CHANNELS_MAX || length == 0)
        return -EINVAL;
    draft->ir = calloc(source->count * 2 * length, sizeof *draft->ir);
    return draft->ir ? 0 : -ENOMEM;
}

void draft_deinit(struct draft *draft)
{
    free(draft->ir);
    draft->ir = NULL;
}

bool draft_is_lfe(const struct draft *draft, size_t channel)
{
    return layout_channel_position(draft->source->channels[channel])->role == LAYOUT_ROLE_LFE;
}

/* Frames, from the beginning, behind which a channel has next to nothing. */
static size_t end_of(const struct draft *draft, size_t channel)
{
    const float *left = draft_ir(draft, channel, 0), *right = draft_ir(draft, channel, 1);
    double all = 0, tail = 0;

    for (size_t t = 0; t < draft->length; t++)
        all += (double)left[t] * (double)left[t] + (double)right[t] * (double)right[t];
    for (size_t t = draft->length; t > 0; t--) {
        tail += (double)left[t - 1] * (double)left[t - 1] + (double)right[t - 1] * (double)right[t - 1];
        if (tail > TAIL_ENERGY * all)
            return t;
    }
    return 0;
}

static size_t taps_of(const struct draft *draft, size_t lead, size_t latency, size_t fade)
{
    size_t end = 0;

    for (size_t n = 0; n < draft->source->count; n++) {
        const size_t e = end_of(draft, n);
        end = e > end ? e : end;
    }
    size_t taps = (end > lead ? end - lead : 0) + fade;
    taps = taps > latency ? taps : latency + 1;
    taps = (taps + GRAIN - 1) / GRAIN * GRAIN;
    return taps < VIRTUAL_TAPS_MAX ? taps : VIRTUAL_TAPS_MAX;
}

static void cut(const float *from, size_t length, size_t lead, double gain, size_t fade, float *to, size_t taps)
{
    for (size_t t = 0; t < taps && lead + t < length; t++) {
        const size_t left = taps - t; /* 1 at the last one */
        const double window = left > fade ? 1 : 0.5 - 0.5 * cos(M_PI * (double)left / (double)(fade + 1));
        to[t] = (float)(gain * window * (double)from[lead + t]);
    }
}

static double worst_gain_db(const struct virtual_filters *f)
{
    double worst = 0;

    for (size_t output = 0; output < 2; output++) {
        double sum = 0;
        for (size_t n = 0; n < f->inputs; n++)
            for (size_t t = 0; t < f->taps; t++)
                sum += fabs((double)virtual_filters_ir(f, n, output)[t]);
        worst = fmax(worst, sum);
    }
    return 20 * log10(fmax(worst, 1e-6));
}

int draft_finish(const struct draft *draft, size_t lead, size_t latency, double gain, float lfe,
                 struct virtual_filters **ret_filters)
{
    const size_t fade = (size_t)ceil(FADE_SECONDS * (double)draft->rate);
    struct virtual_filters *f = calloc(1, sizeof *f);

    if (!f)
        return -ENOMEM;
    f->inputs = draft->source->count;
    f->taps = taps_of(draft, lead, latency, fade);
    f->rate = draft->rate;
    f->latency_frames = (uint32_t)latency;
    f->ir = calloc(f->inputs * 2 * f->taps, sizeof *f->ir);
    if (!f->ir) {
        virtual_filters_free(f);
        return -ENOMEM;
    }
    for (size_t n = 0; n < f->inputs; n++) {
        for (size_t output = 0; output < 2; output++) {
            float *to = virtual_filters_ir(f, n, output);
            if (draft_is_lfe(draft, n))
                to[latency] = lfe;
            else
                cut(draft_ir(draft, n, output), draft->length, lead, gain, fade, to, f->taps);
        }
    }
    f->worst_gain_db = worst_gain_db(f);
    *ret_filters = f;
    return 0;
}

void virtual_filters_free(struct virtual_filters *filters)
{
    if (!filters)
        return;
    free(filters->ir);
    free(filters);
}
