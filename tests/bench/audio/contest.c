/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/bench/audio/contest.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>

#define ROUND_NS 300e3 /* short enough to fit between what else wants the processor */

static unsigned contest_rounds = 60;

static double now_ns(void)
{
    struct timespec now = {0};

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static double time_blocks(struct contestant *c, unsigned blocks)
{
    const double begin = now_ns();

    for (unsigned i = 0; i < blocks; i++)
        c->block(c->state);
    return (now_ns() - begin) / blocks;
}

void contest_set_rounds(unsigned rounds)
{
    contest_rounds = rounds > 0 ? rounds : 1;
}

void contest(struct contestant *contestants, size_t count, size_t frames)
{
    for (size_t i = 0; i < count; i++)
        contestants[i].ns = HUGE_VAL;
    for (unsigned round = 0; round < contest_rounds; round++) {
        for (size_t i = 0; i < count; i++) {
            struct contestant *c = &contestants[i];
            if (!c->block)
                continue;
            double estimate = fmin(time_blocks(c, 4), c->ns * (double)frames); /* warms up, too */
            c->ns = fmin(c->ns, time_blocks(c, 1 + (unsigned)(ROUND_NS / estimate)) / (double)frames);
        }
    }
}

void bench_put_double(struct json_object *entry, const char *key, double value)
{
    (void)json_object_object_add(entry, key, json_object_new_double(value));
}

void bench_put_text(struct json_object *entry, const char *key, const char *value)
{
    (void)json_object_object_add(entry, key, json_object_new_string(value));
}

void bench_put_peer(struct json_object *entry, double ours, const struct contestant *peer)
{
    char key[64];

    if (!peer->block)
        return;
    (void)snprintf(key, sizeof key, "%s_ns", peer->name);
    bench_put_double(entry, key, peer->ns);
    (void)snprintf(key, sizeof key, "ratio_vs_%s", peer->name);
    bench_put_double(entry, key, ours / peer->ns);
}

float bench_sample(size_t c, size_t i)
{
    return (float)(0.1 * sin(2 * M_PI * (double)((c + 1) * i) / 97));
}

float bench_noise(size_t a, size_t b)
{
    uint32_t x = (uint32_t)(a * 7919 + b + 1) * 2654435761U; /* Knuth's multiplicative hash */

    x ^= x >> 15;
    x *= 2246822519U;
    x ^= x >> 13;
    return (float)(int32_t)x * 0x1p-31F * 100;
}
