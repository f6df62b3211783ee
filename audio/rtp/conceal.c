/* SPDX-License-Identifier: Apache-2.0 */
#include "audio/rtp/conceal.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Voices and most instruments have a period of these lengths, or a multiple of theirs. */
#define LAG_MIN_MS 2.5
#define LAG_MAX_MS 15
#define MATCH_MS   10 /* what is compared */
#define SEARCH_HZ  8000

#define SEARCH_MAX ((size_t)(SEARCH_HZ * (LAG_MAX_MS + MATCH_MS) / 1000 * 2)) /* at the rate that is searched */

static size_t frames_of(const struct rtp_conceal *c, double ms)
{
    return (size_t)(c->rate * ms / 1000);
}

int rtp_conceal_init(struct rtp_conceal *c, uint32_t rate, size_t channels)
{
    memset(c, 0, sizeof *c);
    c->rate = rate;
    c->channels = channels;
    c->hold = frames_of(c, RTP_CONCEAL_HOLD_MS);
    c->fade = frames_of(c, RTP_CONCEAL_FADE_MS);
    c->back_frames = frames_of(c, RTP_CONCEAL_BACK_MS);
    c->lag_max = frames_of(c, LAG_MAX_MS);
    c->kept = c->lag_max + frames_of(c, MATCH_MS) + 2;
    c->past = calloc(c->kept * channels, sizeof *c->past);
    c->period = calloc((c->lag_max + 1) * channels, sizeof *c->period);
    c->peak = calloc(channels, sizeof *c->peak);
    c->missing = c->hold + c->fade;
    c->lag = c->lag_max;
    return c->past && c->period && c->peak ? 0 : -ENOMEM;
}

void rtp_conceal_finish(struct rtp_conceal *c)
{
    free(c->past);
    free(c->period);
    free(c->peak);
    c->past = c->period = c->peak = NULL;
}

bool rtp_conceal_is_silent(const struct rtp_conceal *c)
{
    return c->missing >= c->hold + c->fade;
}

/* --- the period --------------------------------------------------------------------------------------------------- */

/* `back` >= 1: that many frames ago. */
static float past(const struct rtp_conceal *c, size_t back, size_t channel)
{
    const size_t at = c->oldest + c->kept - back;
    return c->past[(at < c->kept ? at : at - c->kept) * c->channels + channel];
}

static size_t find_loudest(const struct rtp_conceal *c)
{
    const size_t match = frames_of(c, MATCH_MS), step = match / 64 + 1;
    float loudest = -1;
    size_t found = 0;

    for (size_t channel = 0; channel < c->channels; channel++) {
        float power = 0;
        for (size_t i = 1; i <= match; i += step)
            power += past(c, i, channel) * past(c, i, channel);
        if (power > loudest) {
            loudest = power;
            found = channel;
        }
    }
    return found;
}

/* How well the last `match` of `x` (newest first) agree with those `lag` before: 1 is perfect. */
static float agreement(const float *x, size_t match, size_t lag)
{
    float product = 0, a = 1e-12F, b = 1e-12F;

    for (size_t i = 0; i < match; i++) {
        product += x[i] * x[i + lag];
        a += x[i] * x[i];
        b += x[i + lag] * x[i + lag];
    }
    return product / sqrtf(a * b);
}

static size_t best_lag(const float *x, size_t match, size_t from, size_t to)
{
    size_t best = from;
    float most = -2;

    for (size_t lag = from; lag <= to; lag++) {
        const float now = agreement(x, match, lag);
        if (now > most) {
            most = now;
            best = lag;
        }
    }
    return best;
}

/* Searches at about 8 kHz, whatever the rate: a bounded time on the sound thread. */
static size_t find_lag(const struct rtp_conceal *c)
{
    const size_t channel = find_loudest(c), thin = c->rate / SEARCH_HZ > 0 ? c->rate / SEARCH_HZ : 1;
    float x[SEARCH_MAX] = {0};
    size_t count = (c->kept - 1) / thin;

    if (count > SEARCH_MAX)
        count = SEARCH_MAX;
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < thin; k++)
            x[i] += past(c, 1 + i * thin + k, channel);
    }
    const size_t from = frames_of(c, LAG_MIN_MS) / thin, to = c->lag_max / thin;
    const size_t match = count - to < count ? count - to : count;
    const size_t coarse = best_lag(x, match, from, to) * thin;

    /* … and then to the frame, over a stretch that costs the same at any rate */
    float y[SEARCH_MAX + 64];
    const size_t reach = thin < 24 ? thin : 24, fine_match = 96;
    const size_t low = coarse > reach ? coarse - reach : 1;
    const size_t high = coarse + reach < c->lag_max ? coarse + reach : c->lag_max;
    if (thin == 1 || low > high || fine_match + high > c->kept - 1)
        return coarse < c->lag_max ? coarse : c->lag_max;
    float most = -2;
    size_t best = coarse;
    for (size_t i = 0; i < fine_match; i++)
        y[i] = past(c, 1 + i, channel);
    for (size_t lag = low; lag <= high; lag++) {
        for (size_t i = 0; i < fine_match; i++)
            y[fine_match + i] = past(c, 1 + lag + i, channel);
        const float now = agreement(y, fine_match, fine_match);
        if (now > most) {
            most = now;
            best = lag;
        }
    }
    return best;
}

static void begin_gap(struct rtp_conceal *c)
{
    c->lag = find_lag(c);
    memset(c->peak, 0, c->channels * sizeof *c->peak);
    for (size_t i = 0; i <= c->lag; i++) {
        for (size_t channel = 0; channel < c->channels; channel++) {
            const float x = past(c, c->lag + 1 - i, channel);
            c->period[i * c->channels + channel] = x;
            c->peak[channel] = fmaxf(c->peak[channel], fabsf(x));
        }
    }
    c->at = 0;
}

/* --- playing -------------------------------------------------------------------------------------------------------
 */

static void remember(struct rtp_conceal *c, const float *frames, size_t count)
{
    while (count > 0) {
        const size_t n = count < c->kept - c->oldest ? count : c->kept - c->oldest;
        memcpy(c->past + c->oldest * c->channels, frames, n * c->channels * sizeof *frames);
        frames += n * c->channels;
        count -= n;
        c->oldest = (c->oldest + n) % c->kept;
    }
}

static float level_of(const struct rtp_conceal *c)
{
    if (c->missing < c->hold)
        return 1;
    return rtp_conceal_is_silent(c) ? 0 : (float)(c->hold + c->fade - c->missing) / (float)c->fade;
}

/*
 * The next frame in place of a missing one. Between the last frame before the period and the last one in it lies what
 * a repetition would step by: that is added at its begin, and less and less towards its end.
 */
static void repeat(struct rtp_conceal *c, float *frame)
{
    const float level = level_of(c);
    const float rest = 1 - (float)c->at / (float)c->lag;
    const float *before = c->period, *last = c->period + c->lag * c->channels;
    const float *now = c->period + (c->at + 1) * c->channels;

    for (size_t channel = 0; channel < c->channels; channel++) {
        const float x = now[channel] + (last[channel] - before[channel]) * rest;
        frame[channel] = level * fminf(fmaxf(x, -c->peak[channel]), c->peak[channel]);
    }
    c->at = c->at + 1 < c->lag ? c->at + 1 : 0;
    if (!rtp_conceal_is_silent(c))
        c->missing++;
}

void rtp_conceal_break(struct rtp_conceal *c)
{
    if (c->missing == 0 || c->back > 0)
        begin_gap(c);
    c->missing = c->missing == 0 || c->back > 0 ? 1 : c->missing;
    c->back = 0;
}

void rtp_conceal_fill(struct rtp_conceal *c, float *to, size_t count)
{
    rtp_conceal_break(c);
    for (size_t i = 0; i < count; i++)
        repeat(c, to + i * c->channels);
    remember(c, to, count);
}

void rtp_conceal_play(struct rtp_conceal *c, float *frames, size_t count)
{
    for (size_t i = 0; c->missing > 0 && i < count; i++) {
        float instead[64];
        const float share = (float)(c->back + 1) / (float)(c->back_frames + 1);

        repeat(c, instead);
        for (size_t channel = 0; channel < c->channels; channel++) {
            float *x = frames + i * c->channels + channel;
            *x = instead[channel] + (*x - instead[channel]) * share;
        }
        c->back++;
        if (c->back >= c->back_frames)
            c->missing = c->back = 0;
    }
    remember(c, frames, count);
}
