/* SPDX-License-Identifier: Apache-2.0 */
#include "audio/render/limiter.h"

#include <math.h>
#include <string.h>

#define ONE       (1 << 30) /* a gain of 1 among the integers */
#define MARGIN_DB 0.1       /* between what peaks are brought to and the ceiling */
#define OVERSHOOT 1.001F    /* the release aims a little above 1, so that it arrives */

/* AVX-512 has no path of its own: it would gain 7 %, for loads are what this waits for. */
static const struct limiter_kernel *const kernels[SIMD_LEVELS_] = SIMD_TABLE(
    &limiter_kernel_scalar, &limiter_kernel_sse2, &limiter_kernel_avx2, &limiter_kernel_avx2, &limiter_kernel_neon);

static uint32_t clamp_u32(double value, uint32_t min, uint32_t max)
{
    return value <= min ? min : value >= max ? max : (uint32_t)value;
}

/* Frames after which a peak is forgotten. */
static uint32_t memory_of(const struct limiter *l)
{
    return l->window + (l->held_count + 1) * LIMITER_HELD_STEP;
}

static void rest(struct limiter *l)
{
    l->is_idle = true;
    l->quiet = memory_of(l);
    l->held_newer = 1;
    for (size_t i = 0; i < LIMITER_HELD_MAX; i++)
        l->held[i] = 1;
    l->lowest_gain = 1;
    for (size_t i = 0; i < sizeof l->need / sizeof l->need[0]; i++)
        l->need[i] = 1;
    for (size_t i = 0; i < LIMITER_RELEASE; i++)
        l->hold[i] = l->released[i] = 1;
    for (size_t i = 0; i < sizeof l->fine / sizeof l->fine[0]; i++) {
        l->fine[i] = ONE;
        l->coarse[i] = (int64_t)ONE * l->box[0];
    }
    l->sum[0] = (int64_t)ONE * l->box[0];
    l->sum[1] = (int64_t)ONE * l->box[0] * l->box[1];
}

void limiter_init(struct limiter *l, double ceiling_dbtp, double lookahead_ms, double release_ms, uint32_t rate)
{
    const uint32_t before = LIMITER_CENTRE + LIMITER_GUARD; /* of the latency that is no attack */

    memset(l, 0, sizeof *l);
    l->kernel = kernels[simd_best(SIMD_LEVELS_)];
    l->ceiling = (float)pow(10, ceiling_dbtp / 20);
    l->target = (float)pow(10, (ceiling_dbtp - MARGIN_DB) / 20);
    l->latency = clamp_u32(lookahead_ms * rate / 1000 + 0.5, before + 8, LIMITER_LATENCY_MAX);

    const uint32_t attack = l->latency - before;
    l->window = attack + 2 * LIMITER_GUARD;
    l->box[0] = (attack + 1) / 2;
    l->box[1] = attack + 1 - l->box[0];
    l->scale = 1.0 / ((double)ONE * l->box[0] * l->box[1]);
    l->held_count = clamp_u32((double)rate * LIMITER_HOLD_MS / 1000 / LIMITER_HELD_STEP, 1, LIMITER_HELD_MAX);
    double decay = exp(-1000 / (release_ms * rate));
    for (size_t i = 0; i < 4; i++, decay *= decay) {
        l->decay[i] = (float)decay;
        l->rise[i] = (float)(1 - decay) * OVERSHOOT;
    }
    l->at = l->latency + LIMITER_TAPS;
    rest(l);
}

bool limiter_use(struct limiter *l, enum simd_level level)
{
    if (!simd_has(level))
        return false;
    l->kernel = kernels[level];
    return true;
}

uint32_t limiter_latency(const struct limiter *l)
{
    return l->latency;
}

/* Room for the chunk behind what the delay still has to give. */
static void append(struct limiter *l, float *const *channels, size_t count, size_t frames)
{
    const size_t history = l->latency + LIMITER_TAPS;
    const bool wraps = l->at + frames > sizeof l->x[0] / sizeof l->x[0][0];

    for (size_t c = l->count; c < count; c++) /* new here: silent until now */
        memset(l->x[c], 0, sizeof l->x[c]);
    l->count = count;
    for (size_t c = 0; c < count && wraps; c++)
        memmove(l->x[c], l->x[c] + l->at - history, history * sizeof l->x[c][0]);
    l->at = wraps ? history : l->at;
    for (size_t c = 0; c < count; c++)
        memcpy(l->x[c] + l->at, channels[c], frames * sizeof l->x[c][0]);
}

/* What each frame needs, behind the window's past. Returns false when that is 1 for all. */
static bool find_needs(struct limiter *l, size_t count, size_t frames)
{
    float *need = l->need + l->window - 1;
    bool any = false;

    for (size_t i = 0; i < frames; i++)
        need[i] = 0;
    for (size_t c = 0; c < count; c++) {
        const float *x = l->x[c] + l->at - (LIMITER_TAPS - 1);
        if (l->kernel->largest(x, frames + LIMITER_TAPS - 1) * LIMITER_GROWTH > l->target) {
            l->kernel->peaks(need, x, frames);
            any = true;
        }
    }
    if (any) {
        const float peak = l->kernel->largest(need, frames);
        any = peak > l->target;
    }
    for (size_t i = 0; i < frames; i++)
        need[i] = l->target / (need[i] > l->target ? need[i] : l->target);
    return any;
}

static void lower_of(float *restrict to, const float *restrict a, const float *restrict b, size_t n)
{
    for (size_t i = 0; i < n; i++)
        to[i] = a[i] < b[i] ? a[i] : b[i];
}

/* to[i] = the lowest of need[i … i + window - 1], by windows of twice the length again and again. */
static void slide_lowest(struct limiter *l, float *to, size_t frames)
{
    size_t length = frames + l->window - 1, span = 1;
    const float *from = l->need;

    for (size_t turn = 0; span * 2 <= l->window; turn ^= 1, span *= 2) {
        length -= span;
        lower_of(l->work[turn], from, from + span, length);
        from = l->work[turn];
    }
    lower_of(to, from, from + l->window - span, frames);
    memmove(l->need, l->need + frames, (l->window - 1) * sizeof l->need[0]);
}

/* What the window needed last is remembered every 16 frames, and the lowest of all that is remembered holds. The older
 * part of it is kept as the lowest from each on to its end: with the lowest of the newer part, that is all there is to
 * compare. Once the newer part is whole it becomes the older one. */
static void remember(struct limiter *l, float newest)
{
    l->held[l->held_at++] = newest;
    l->held_newer = newest < l->held_newer ? newest : l->held_newer;
    if (l->held_at < l->held_count)
        return;
    for (size_t i = l->held_count - 1; i > 0; i--)
        l->held[i - 1] = l->held[i] < l->held[i - 1] ? l->held[i] : l->held[i - 1];
    l->held_at = 0;
    l->held_newer = 1;
}

static void hold(struct limiter *l, float *needed, size_t frames)
{
    for (size_t at = 0; at < frames;) {
        const size_t left = frames - at, step = LIMITER_HELD_STEP - l->held_phase;
        const size_t n = left < step ? left : step;
        const float older = l->held[l->held_at];
        const float lowest = older < l->held_newer ? older : l->held_newer;
        const float newest = needed[at + n - 1];
        for (size_t i = at; i < at + n; i++)
            needed[i] = needed[i] < lowest ? needed[i] : lowest;
        at += n;
        l->held_phase += (uint32_t)n;
        if (l->held_phase == LIMITER_HELD_STEP) {
            l->held_phase = 0;
            remember(l, newest);
        }
    }
}

/* r[n] = the lower of h[n] and decay * r[n - 1] + rise. Eight steps of that are again one of its kind, of which the
 * part that needs no r is worked out for all frames first; what is left waits for eight frames ago, not for the last.
 */
static void release(struct limiter *l, size_t frames)
{
    float two[LIMITER_RELEASE + LIMITER_CHUNK], four[LIMITER_RELEASE + LIMITER_CHUNK];
    const size_t end = LIMITER_RELEASE + frames;
    const float *h = l->hold;
    float *r = l->released;

    for (size_t i = 1; i < end; i++) {
        const float other = l->decay[0] * h[i - 1] + l->rise[0];
        two[i] = h[i] < other ? h[i] : other;
    }
    for (size_t i = 3; i < end; i++) {
        const float other = l->decay[1] * two[i - 2] + l->rise[1];
        four[i] = two[i] < other ? two[i] : other;
    }
    for (size_t i = LIMITER_RELEASE; i < end; i++) {
        const float other = l->decay[2] * four[i - 4] + l->rise[2];
        r[i] = four[i] < other ? four[i] : other;
    }
    for (size_t i = LIMITER_RELEASE; i < end; i++) {
        const float other = l->decay[3] * r[i - LIMITER_RELEASE] + l->rise[3];
        r[i] = r[i] < other ? r[i] : other;
    }
}

/* (double)x for 0 <= x < 2^52, by the exponent of 2^52: for this a compiler has vectors. */
static double to_double(int64_t x)
{
    const uint64_t bits = UINT64_C(0x4330000000000000) | (uint64_t)x;
    double sum;

    memcpy(&sum, &bits, sizeof sum);
    return sum - 0x1p52;
}

static void average(struct limiter *l, size_t frames)
{
    const float *released = l->released + LIMITER_RELEASE;
    int32_t *fine = l->fine + l->box[0];
    int64_t *coarse = l->coarse + l->box[1];
    int64_t sums[LIMITER_CHUNK], first = l->sum[0], second = l->sum[1];

    for (size_t i = 0; i < frames; i++)
        fine[i] = (int32_t)(released[i] * (float)ONE);
    for (size_t i = 0; i < frames; i++) {
        first += fine[i] - l->fine[i];
        coarse[i] = first;
        second += first - l->coarse[i];
        sums[i] = second;
    }
    l->sum[0] = first;
    l->sum[1] = second;
    for (size_t i = 0; i < frames; i++)
        l->gain[i] = (float)(to_double(sums[i]) * l->scale);
    memmove(l->fine, l->fine + frames, l->box[0] * sizeof l->fine[0]);
    memmove(l->coarse, l->coarse + frames, l->box[1] * sizeof l->coarse[0]);
    memmove(l->hold, l->hold + frames, LIMITER_RELEASE * sizeof l->hold[0]);
    memmove(l->released, l->released + frames, LIMITER_RELEASE * sizeof l->released[0]);
}

static bool is_at_rest(const struct limiter *l)
{
    for (size_t i = 0; i < LIMITER_RELEASE; i++)
        if (l->released[i] < 1)
            return false;
    return l->quiet >= memory_of(l) && l->sum[1] == (int64_t)ONE * l->box[0] * l->box[1];
}

static void find_gain(struct limiter *l, size_t frames, bool any)
{
    l->quiet = any ? 0 : l->quiet < memory_of(l) ? l->quiet + (uint32_t)frames : l->quiet;
    slide_lowest(l, l->hold + LIMITER_RELEASE, frames);
    hold(l, l->hold + LIMITER_RELEASE, frames);
    release(l, frames);
    average(l, frames);
    l->is_idle = is_at_rest(l);
}

static void apply(struct limiter *l, float *restrict to, const float *restrict x, size_t frames)
{
    const float ceiling = l->ceiling;
    uint32_t clamped = 0;

    for (size_t i = 0; i < frames; i++) {
        const float y = x[i] * l->gain[i];
        float z = y < ceiling ? y : ceiling;
        z = z > -ceiling ? z : -ceiling;
        clamped += z != y;
        to[i] = z;
    }
    l->clamped += clamped;
}

static float lowest_of(const float *x, size_t n, float lowest)
{
    float lanes[8]; /* so that no comparison waits for the one before it */
    size_t i = 0;

    for (size_t k = 0; k < 8; k++)
        lanes[k] = lowest;
    for (; i + 8 <= n; i += 8)
        for (size_t k = 0; k < 8; k++)
            lanes[k] = x[i + k] < lanes[k] ? x[i + k] : lanes[k];
    for (; i < n; i++)
        lowest = x[i] < lowest ? x[i] : lowest;
    for (size_t k = 0; k < 8; k++)
        lowest = lanes[k] < lowest ? lanes[k] : lowest;
    return lowest;
}

void limiter_run(struct limiter *l, float *const *channels, size_t count, size_t frames)
{
    if (frames == 0)
        return;
    append(l, channels, count, frames);

    const bool any = find_needs(l, count, frames);
    const bool is_idle = l->is_idle && !any;
    if (is_idle) {
        /* What is remembered does not depend on when we began to idle, or the blocks would be heard. */
        l->held_phase = (uint32_t)((l->held_phase + frames) % LIMITER_HELD_STEP);
    } else {
        find_gain(l, frames, any);
        l->lowest_gain = lowest_of(l->gain, frames, l->lowest_gain);
    }
    for (size_t c = 0; c < count; c++) {
        const float *delayed = l->x[c] + l->at - l->latency;
        if (is_idle)
            memcpy(channels[c], delayed, frames * sizeof *delayed);
        else
            apply(l, channels[c], delayed, frames);
    }
    l->at += frames;
}

float limiter_take_lowest(struct limiter *l)
{
    const float lowest = l->lowest_gain;

    l->lowest_gain = 1;
    return lowest;
}
