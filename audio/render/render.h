/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_AUDIO_RENDER_RENDER_H
#define FASCIA_AUDIO_RENDER_RENDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audio/render/matrix.h"
#include "audio/render/tuning.h"
#include "audio/virtual/filters.h"

/*
 * The renderer: buses (one for each class of streams) in, speakers out.
 *
 *   bus 0  -> gain -> matrix | filters | upmix --+
 *   bus 1  -> gain -> matrix --------------------+-> bass, EQ, level, delay -> (test tone) -> limiter -> speakers
 *   …
 *
 * Gains move linearly in decibels, matrices by a ramp on every sample, and what is of another kind (filters, tuning, an
 * upmix) by running both and cross-fading, once what is new no longer depends on when it began (its delays are full,
 * its filters have settled). Everything is allocated on the control thread and collected there. Functions of the sound
 * thread do not allocate, lock, wait or call the system (tests/unit/audio/render/test_render_trap.c).
 *
 * Foreign samples are cleaned at the entrance (audio/render/levels.h); whatever comes in, what goes out stays at or
 * below the limiter's ceiling.
 */

#define RENDER_BUSES_MAX    8
#define RENDER_OUTPUTS_MAX  LAYOUT_CHANNELS_MAX
#define RENDER_RAMP_MS      30 /* of weights */
#define RENDER_CROSSFADE_MS 40 /* of what is of another kind */
#define RENDER_RATE_MIN     8000
#define RENDER_RATE_MAX     192000
#define RENDER_TEST_NONE    SIZE_MAX

struct render;         /* lives as long as the service */
struct render_program; /* one way to play; made on the control thread, at one rate, for one set of speakers */

struct render_options {
    size_t buses;                    /* 1 … RENDER_BUSES_MAX */
    size_t inputs[RENDER_BUSES_MAX]; /* channels of each bus */
    double ceiling_dbtp;             /* of the limiter: -20 … 0; -1 is usual */
    double lookahead_ms;             /* 0.5 … 10; 1.5 is usual */
    double release_ms;               /* 10 … 2000; 100 is usual */
};

struct render_recipe {
    uint32_t rate;  /* Hz */
    size_t outputs; /* speakers */
    struct matrix_weights weights[RENDER_BUSES_MAX];
    /* Instead of (and besides) the matrix of a bus: filters from its inputs to two outputs. */
    const struct virtual_filters *filters; /* NULL: none; copied. Of bus 0 */
    size_t filters_left, filters_right;    /* outputs */
    /* Besides the matrix of bus 0: surround outputs play what a matrix decoder finds in two inputs. */
    bool upmix;
    size_t upmix_in_left, upmix_in_right, upmix_out_left, upmix_out_right;
    struct tuning tuning; /* count 0: none */
    uint32_t partition;   /* of the filters: the graph's quantum when it is known; 0: 256 */
};

struct render_level {
    float peak, rms; /* linear; since the last reading. Of several channels: the highest peak, the power of all */
};

struct render_levels {
    struct render_level bus[RENDER_BUSES_MAX];      /* behind its gain, all channels together */
    struct render_level bus_in[RENDER_BUSES_MAX];   /* before its gain: whether it sounds at all */
    float bus_gain_db[RENDER_BUSES_MAX];            /* at this moment */
    struct render_level output[RENDER_OUTPUTS_MAX]; /* behind the limiter */
    float reduction_db;                             /* the limiter's largest; <= 0 */
    uint64_t frames;                                /* that were rendered since the last reading */
    uint64_t cleaned;                               /* blocks with a sample that was none */
};

/* --- control thread ------------------------------------------------------------------------------------------- */

/** Returns 0, -EINVAL for options out of range, or -ENOMEM. It plays silence until the first program. */
int render_new(const struct render_options *options, struct render **ret_render);
void render_free(struct render *render); /* NULL-safe; nobody may be in render_process() */

/** Returns 0, -EINVAL with one sentence in `message`, -ENOMEM, or -ENOTSUP for filters in a build without transforms.
 */
int render_program_new(const struct render *render, const struct render_recipe *recipe,
                       struct render_program **ret_program, struct fascia_text *message);
void render_program_free(struct render_program *program); /* NULL-safe; of one that was never played */

/** Plays it from the next cycle on: a ramp or a cross-fade from what plays now. While a cross-fade is heard, what is of
 * a third kind waits for its end; of several that wait the newest is taken. NULL: fades to silence. Takes ownership. */
void render_play(struct render *render, struct render_program *program);

/** Frees what no longer plays. To be called now and then, and after render_play(). */
void render_collect(struct render *render);

/** A bus moves to a level (up to +24 dB), linear in decibels; also in the middle of another move. At -120 dB or below,
 * and for what is not a number: silence. Never steeper than 1.2 dB in a millisecond, which is no click at any time
 * given (audio/render/gain.h). */
void render_set_gain(struct render *render, size_t bus, double target_db, uint32_t ms);

/** A tone on one output alone, behind tuning, while what plays is faded out; RENDER_TEST_NONE: the end of it. `hz` in
 * steps of 0.1, up to 0.45 times the rate; `dbfs` -120 … 0 in steps of 0.01. */
void render_test(struct render *render, size_t output, double hz, double dbfs);

/** Levels since the last call. One reader. */
void render_levels(struct render *render, struct render_levels *ret_levels);

/**
 * What was played, interleaved, for a meter: at most `frames`, oldest first; what nobody takes in time is lost. Returns
 * the number of frames and their channels, those of the program that played them. Nothing is kept before the first
 * call.
 */
size_t render_tap(struct render *render, float *to, size_t floats, size_t *ret_channels);

/** Frames from input to output at this moment: limiter, filters and the longest delay. */
uint32_t render_latency(const struct render *render);

/** Hz of the last cycle; 0 before the first. */
uint32_t render_rate(const struct render *render);

/** Grows with each cycle, and wraps. */
unsigned render_cycles(const struct render *render);

/* --- sound thread --------------------------------------------------------------------------------------------- */

/**
 * Renders `frames` frames at `rate`. in[bus][channel] and out[output] are blocks of that many floats; NULL is silence,
 * or nowhere. Outputs that the program has none for are silent. Any number of frames, also 0.
 */
void render_process(struct render *render, const float *const in[RENDER_BUSES_MAX][LAYOUT_CHANNELS_MAX],
                    float *const out[RENDER_OUTPUTS_MAX], size_t frames, uint32_t rate);

#endif
