/* SPDX-License-Identifier: Apache-2.0 */
#include "audio/render/cabin.h"

#include <math.h>
#include <string.h>

static int init_speaker(struct cabin_speaker *s, const struct tuning_speaker *t, uint32_t rate)
{
    s->gain = (float)pow(10, t->gain_db / 20) * (t->invert ? -1.0F : 1.0F);
    s->gives = t->low_hz > 0;
    s->takes = t->bass;
    if (s->gives)
        bass_design(&s->bass, t->low_hz, rate);
    s->eq_count = t->eq_count;
    for (size_t k = 0; k < t->eq_count; k++)
        biquad_design(&s->eq[k], t->eq[k].type, t->eq[k].hz, t->eq[k].q, t->eq[k].gain_db, rate);
    return delay_init(&s->delay, (size_t)(t->delay_ms * rate / 1000 + 0.5));
}

int cabin_init(struct cabin *c, const struct tuning *tuning, uint32_t rate)
{
    size_t takers = 0;
    bool filters = false;

    memset(c, 0, sizeof *c);
    c->count = tuning->count;
    for (size_t i = 0; i < c->count; i++) {
        struct cabin_speaker *s = &c->speaker[i];
        int e = init_speaker(s, &tuning->speaker[i], rate);
        if (e < 0) {
            cabin_finish(c);
            return e;
        }
        takers += s->takes;
        c->redirects = c->redirects || s->gives;
        filters = filters || s->gives || s->eq_count > 0;
        c->longest = s->delay.length > c->longest ? (uint32_t)s->delay.length : c->longest;
    }
    c->share = takers > 0 ? (float)(pow(10, tuning->bass_db / 20) / (double)takers) : 0;
    c->warm_up = c->longest + (filters ? rate * CABIN_SETTLE_MS / 1000 : 0);
    return 0;
}

void cabin_finish(struct cabin *c)
{
    for (size_t i = 0; i < LAYOUT_CHANNELS_MAX; i++)
        delay_finish(&c->speaker[i].delay);
}

static void redirect_bass(struct cabin *c, float (*x)[CABIN_CHUNK], size_t frames)
{
    memset(c->sum, 0, frames * sizeof c->sum[0]);
    for (size_t s = 0; s < c->count; s++) {
        if (!c->speaker[s].gives)
            continue;
        bass_run(&c->speaker[s].bass, x[s], c->low, frames);
        for (size_t i = 0; i < frames; i++)
            c->sum[i] += c->low[i];
    }
    for (size_t s = 0; s < c->count; s++)
        for (size_t i = 0; i < frames && c->speaker[s].takes; i++)
            x[s][i] += c->sum[i] * c->share;
}

void cabin_run(struct cabin *c, float (*x)[CABIN_CHUNK], size_t frames)
{
    if (c->redirects)
        redirect_bass(c, x, frames);
    for (size_t i = 0; i < c->count; i++) {
        struct cabin_speaker *s = &c->speaker[i];
        for (size_t k = 0; k < s->eq_count; k++)
            biquad_run(&s->eq[k], x[i], frames);
        for (size_t k = 0; k < frames; k++)
            x[i][k] *= s->gain;
        delay_run(&s->delay, x[i], frames);
    }
}
