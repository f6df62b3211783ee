/* SPDX-License-Identifier: Apache-2.0 */
#include "audio/render/tone.h"

#include <math.h>

void tone_init(struct tone *t)
{
    *t = (struct tone){.now.output = TONE_NOWHERE, .next.output = TONE_NOWHERE};
}

void tone_set(struct tone *t, const struct tone_wish *wish)
{
    t->next = *wish;
}

bool tone_sounds(const struct tone *t)
{
    return t->now.output != TONE_NOWHERE || t->next.output != TONE_NOWHERE;
}

static bool is_same(const struct tone_wish *a, const struct tone_wish *b)
{
    const bool nowhere = a->output == TONE_NOWHERE && b->output == TONE_NOWHERE;

    return nowhere || (a->output == b->output && a->hz == b->hz && a->dbfs == b->dbfs);
}

static double clamp(double value, double min, double max)
{
    return value >= min ? (value <= max ? value : max) : min; /* what is not a number: min */
}

static void begin(struct tone *t)
{
    t->now = t->next;
    t->re = 1;
    t->im = 0;
    t->fade = 0;
    t->level = (float)pow(10, clamp(t->now.dbfs, -120, 0) / 20);
}

static void turn(struct tone *t, float *to, size_t frames, uint32_t rate)
{
    const double angle = 2 * M_PI * clamp(t->now.hz, 1, 0.45 * rate) / rate;
    const double c = cos(angle), s = sin(angle);
    const float step = 1000.0F / (TONE_FADE_MS * (float)rate) * (is_same(&t->now, &t->next) ? 1.0F : -1.0F);

    for (size_t i = 0; i < frames; i++) {
        const double re = t->re * c - t->im * s;
        t->im = t->re * s + t->im * c;
        t->re = re;
        t->fade = fminf(fmaxf(t->fade + step, 0), 1);
        if (to)
            to[i] += t->level * t->fade * (float)t->im;
    }
    const double length = hypot(t->re, t->im); /* rounding would let it grow or shrink in an hour */
    t->re /= length;
    t->im /= length;
}

void tone_run(struct tone *t, float *const *to, size_t count, size_t frames, uint32_t rate)
{
    if (t->fade <= 0 && !is_same(&t->now, &t->next))
        begin(t);
    if (t->now.output != TONE_NOWHERE)
        turn(t, t->now.output < count ? to[t->now.output] : NULL, frames, rate);
}
