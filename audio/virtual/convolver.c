/* SPDX-License-Identifier: Apache-2.0 */
#include "audio/virtual/convolver.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "audio/virtual/fft.h"
#include "audio/virtual/filters.h"
#include "audio/virtual/multiply.h"

/*
 * Two real channels are one complex one: inputs x1, x2 as z = x1 + i x2, outputs l, r as y = l + i r. With Z, Y their
 * spectra, and G1 = H1l + i H1r, G2 = H2l + i H2r those of the impulse responses taken in the same way,
 *
 *   X1(k) = (Z(k) + conj Z(-k)) / 2, X2(k) = (Z(k) - conj Z(-k)) / 2i
 *   Y(k)  = X1 G1 + X2 G2 = Z(k) A(k) + conj Z(-k) B(k),  A = (G1 - i G2) / 2, B = (G1 + i G2) / 2
 *
 * so that spectra need never be taken apart. The second sum is formed as Q(k) = sum of Z(k) conj B(-k), in the order of
 * the first one, and reversed once per block: Y(k) = P(k) + conj Q(-k).
 */
struct convolver {
    size_t inputs, outputs;     /* channels */
    size_t pairs_in, pairs_out; /* of channels */
    size_t partition, points;   /* points = 2 * partition */
    size_t partitions, terms;   /* terms = partitions * pairs_in */
    size_t filled;              /* frames of the current partition that have been heard, < partition */
    size_t slot;                /* of the ring of spectra, for the current partition */
    struct fft *fft;
    multiply_fn multiply;
    float *filters;       /* [pairs_out][points / MULTIPLY_CHUNK][terms][MULTIPLY_CELL], scaled */
    float *window;        /* [pairs_in][2][points]: the partition before the current one, and that */
    float *spectra;       /* [partitions][pairs_in][2][points]: a ring */
    float *older;         /* [pairs_out][4][points]: sums of all partitions but the current one */
    float *sum, *bins;    /* [4][points], [2][points] */
    float *rendered;      /* [2][points] */
    const float **lookup; /* [terms]: spectra, the oldest partition first: the current one's come last */
};

static float *window_of(struct convolver *c, size_t input)
{
    return c->window + input * c->points; /* the real part is the even channel, the imaginary one the odd */
}

static float *spectrum_of(struct convolver *c, size_t slot, size_t pair)
{
    return c->spectra + (slot * c->pairs_in + pair) * 2 * c->points;
}

/* Both channels of an input: one partition of its responses to a pair of outputs, as one complex sequence. */
static void load_partition(const struct convolver *c, const float *const *ir, size_t taps, size_t input, size_t pair,
                           size_t partition, float *to)
{
    const size_t first = partition * c->partition;
    const size_t n = taps - first < c->partition ? taps - first : c->partition;

    memset(to, 0, 2 * c->points * sizeof *to);
    for (size_t part = 0; part < 2 && input < c->inputs; part++) {
        const size_t output = 2 * pair + part;
        const float *h = output < c->outputs ? ir[input * c->outputs + output] : NULL;
        if (h)
            memcpy(to + part * c->points, h + first, n * sizeof *to);
    }
}

/* Spectra G1, G2 of one term to its A and conj B(-k), where multiply_fn wants them. */
static void store_term(const struct convolver *c, const float *g1, const float *g2, size_t pair, size_t term)
{
    const size_t n = c->points;
    const float scale = 0.5F / (float)n; /* the transforms' own factor is undone here, too */
    float *filter = c->filters + pair * (n / MULTIPLY_CHUNK) * c->terms * MULTIPLY_CELL;

    for (size_t k = 0; k < n; k++) {
        const size_t m = (n - k) % n;
        float *cell = filter + (k / MULTIPLY_CHUNK * c->terms + term) * MULTIPLY_CELL + k % MULTIPLY_CHUNK;
        cell[0] = scale * (g1[k] + g2[n + k]);
        cell[MULTIPLY_CHUNK] = scale * (g1[n + k] - g2[k]);
        cell[2 * MULTIPLY_CHUNK] = scale * (g1[m] - g2[n + m]);
        cell[3 * MULTIPLY_CHUNK] = -scale * (g1[n + m] + g2[m]);
    }
}

static int load_filters(struct convolver *c, const float *const *ir, size_t taps)
{
    float *h = fft_alloc(2 * c->points), *g1 = fft_alloc(2 * c->points), *g2 = fft_alloc(2 * c->points);
    const bool ok = h && g1 && g2;

    for (size_t term = 0; ok && term < c->terms; term++) {
        const size_t partition = c->partitions - 1 - term / c->pairs_in, input = term % c->pairs_in * 2;
        for (size_t pair = 0; pair < c->pairs_out; pair++) {
            load_partition(c, ir, taps, input, pair, partition, h);
            fft_forward(c->fft, h, g1);
            load_partition(c, ir, taps, input + 1, pair, partition, h);
            fft_forward(c->fft, h, g2);
            store_term(c, g1, g2, pair, term);
        }
    }
    free(h);
    free(g1);
    free(g2);
    return ok ? 0 : -ENOMEM;
}

static bool allocate(struct convolver *c)
{
    const size_t n = c->points;

    c->filters = fft_alloc(c->pairs_out * (n / MULTIPLY_CHUNK) * c->terms * MULTIPLY_CELL);
    c->window = fft_alloc(c->pairs_in * 2 * n);
    c->spectra = fft_alloc(c->terms * 2 * n);
    c->older = fft_alloc(c->pairs_out * 4 * n);
    c->sum = fft_alloc(4 * n);
    c->bins = fft_alloc(2 * n);
    c->rendered = fft_alloc(2 * n);
    c->lookup = calloc(c->terms, sizeof(float *));
    return c->filters && c->window && c->spectra && c->older && c->sum && c->bins && c->rendered && c->lookup;
}

int convolver_new(size_t inputs, size_t outputs, size_t taps, size_t partition, const float *const *ir,
                  struct convolver **ret_convolver)
{
    if (inputs == 0 || inputs > CONVOLVER_CHANNELS_MAX || outputs == 0 || outputs > CONVOLVER_CHANNELS_MAX ||
        taps == 0 || taps > VIRTUAL_TAPS_MAX || partition < CONVOLVER_PARTITION_MIN ||
        partition > CONVOLVER_PARTITION_MAX || (partition & (partition - 1)) != 0)
        return -EINVAL;

    struct convolver *c = calloc(1, sizeof *c);
    if (!c)
        return -ENOMEM;
    c->inputs = inputs;
    c->outputs = outputs;
    c->pairs_in = (inputs + 1) / 2;
    c->pairs_out = (outputs + 1) / 2;
    c->partition = partition;
    c->points = 2 * partition;
    c->partitions = (taps + partition - 1) / partition;
    c->terms = c->partitions * c->pairs_in;
    c->multiply = multiply_of(simd_best(SIMD_LEVELS_));

    int r = fft_new(c->points, &c->fft);
    if (r == 0)
        r = allocate(c) ? load_filters(c, ir, taps) : -ENOMEM;
    if (r < 0) {
        convolver_free(c);
        return r;
    }
    convolver_reset(c);
    *ret_convolver = c;
    return 0;
}

void convolver_free(struct convolver *convolver)
{
    if (!convolver)
        return;
    fft_free(convolver->fft);
    free(convolver->filters);
    free(convolver->window);
    free(convolver->spectra);
    free(convolver->older);
    free(convolver->sum);
    free(convolver->bins);
    free(convolver->rendered);
    free(convolver->lookup);
    free(convolver);
}

void convolver_limit(struct convolver *convolver, enum simd_level limit)
{
    convolver->multiply = multiply_of(simd_best(limit));
}

/* The current partition is in `slot`; the one before it in the slot before, and so on around. */
static void look_up_spectra(struct convolver *c)
{
    for (size_t age = 0; age < c->partitions; age++) {
        const size_t slot = (c->slot + c->partitions - age) % c->partitions;
        for (size_t pair = 0; pair < c->pairs_in; pair++)
            c->lookup[(c->partitions - 1 - age) * c->pairs_in + pair] = spectrum_of(c, slot, pair);
    }
}

void convolver_reset(struct convolver *convolver)
{
    struct convolver *c = convolver;

    memset(c->window, 0, c->pairs_in * 2 * c->points * sizeof *c->window);
    memset(c->spectra, 0, c->terms * 2 * c->points * sizeof *c->spectra);
    c->filled = 0;
    c->slot = 0;
    look_up_spectra(c);
}

static void hear(struct convolver *c, const float *const *in, size_t offset, size_t frames)
{
    for (size_t i = 0; i < c->inputs; i++) {
        float *to = window_of(c, i) + c->partition + c->filled;
        if (in[i])
            memcpy(to, in[i] + offset, frames * sizeof *to);
        else
            memset(to, 0, frames * sizeof *to);
    }
    for (size_t pair = 0; pair < c->pairs_in; pair++)
        fft_forward(c->fft, window_of(c, 2 * pair), spectrum_of(c, c->slot, pair));
}

/* Y(k) = P(k) + conj Q(-k), see above. */
static void join_sums(const struct convolver *c)
{
    const size_t n = c->points;
    const float *pr = c->sum, *pi = pr + n, *qr = pr + 2 * n, *qi = pr + 3 * n;
    float *re = c->bins, *im = re + n;

    re[0] = pr[0] + qr[0];
    im[0] = pi[0] - qi[0];
    for (size_t k = 1; k < n; k++) {
        re[k] = pr[k] + qr[n - k];
        im[k] = pi[k] - qi[n - k];
    }
}

/* A part of a partition needs the current spectra only, once the older ones have been summed; a whole one needs that
 * sum just once, so it is not stored. */
static void sum_spectra(struct convolver *c, size_t pair, bool whole)
{
    float *older = c->older + pair * 4 * c->points;
    struct multiply_job job = {
        .filter = c->filters + pair * (c->points / MULTIPLY_CHUNK) * c->terms * MULTIPLY_CELL,
        .terms = c->lookup,
        .terms_all = c->terms,
        .end = c->terms,
        .points = c->points,
        .sum = c->sum,
    };

    if (!whole) {
        const size_t current = c->terms - c->pairs_in;
        if (c->filled == 0) {
            job.end = current;
            job.sum = older;
            c->multiply(&job);
        }
        job.first = current;
        job.end = c->terms;
        job.start = older;
        job.sum = c->sum;
    }
    c->multiply(&job);
}

static void play(struct convolver *c, float *const *out, size_t offset, size_t frames)
{
    for (size_t pair = 0; pair < c->pairs_out; pair++) {
        sum_spectra(c, pair, frames == c->partition);
        join_sums(c);
        fft_inverse(c->fft, c->bins, c->rendered);
        for (size_t part = 0; part < 2 && 2 * pair + part < c->outputs; part++) {
            float *to = out[2 * pair + part];
            if (to)
                memcpy(to + offset, c->rendered + part * c->points + c->partition + c->filled, frames * sizeof *to);
        }
    }
}

/* The current partition is full: it becomes the one before the next. */
static void turn(struct convolver *c)
{
    for (size_t i = 0; i < c->inputs; i++) {
        float *window = window_of(c, i);
        memcpy(window, window + c->partition, c->partition * sizeof *window);
        memset(window + c->partition, 0, c->partition * sizeof *window);
    }
    c->filled = 0;
    c->slot = (c->slot + 1) % c->partitions;
    look_up_spectra(c);
}

void convolver_process(struct convolver *convolver, const float *const *in, float *const *out, size_t frames)
{
    struct convolver *c = convolver;

    for (size_t done = 0; done < frames;) {
        const size_t room = c->partition - c->filled;
        const size_t n = frames - done < room ? frames - done : room;
        hear(c, in, done, n);
        play(c, out, done, n);
        c->filled += n;
        if (c->filled == c->partition)
            turn(c);
        done += n;
    }
}
