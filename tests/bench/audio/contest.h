/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_TESTS_BENCH_AUDIO_CONTEST_H
#define FASCIA_TESTS_BENCH_AUDIO_CONTEST_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * Several ways to do the same work, timed in turn, round by round, so that what else the machine does hits all of them;
 * each keeps its best round. Ratios travel between machines, nanoseconds do not.
 */

#define CONTEST_RATE 48000

struct contestant {
    const char *name;
    void (*block)(void *state); /* NULL: it does not take part */
    void *state;
    double ns; /* per frame, of its best round */
};

/** `frames`: of a block. */
void contest(struct contestant *contestants, size_t count, size_t frames);

/** Rounds of each contest, from now on (60 when it is never called). */
void contest_set_rounds(unsigned rounds);

void bench_put_double(struct json_object *entry, const char *key, double value);
void bench_put_text(struct json_object *entry, const char *key, const char *value);

/** Ours against a peer's: "NAME_ns" and "ratio_vs_NAME". Nothing for a peer that did not take part. */
void bench_put_peer(struct json_object *entry, double ours, const struct contestant *peer);

/** A sample of channel c at frame i: a sine of its own, -20 dBFS. */
float bench_sample(size_t c, size_t i);

/** -100 … 100 for any two, not the same for two channels: an impulse response without a pattern. */
float bench_noise(size_t a, size_t b);

#endif
