/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The engine against a slow model of the rules in focus.h: the model keeps everything that ever happened and works out
 * from it, for any moment, where each class must be.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "audio/streams/focus.h"
#include "tests/unit/test.h"

#define MS         INT64_C(1000)
#define EVENTS_MAX 120
#define RUNS       120

struct history {
    struct {
        int64_t at_us;
        enum stream_class stream;
        bool sounds;
    } event[EVENTS_MAX];
    size_t count;
    double external[STREAM_CLASSES][4]; /* by owner - 1; 0: none */
    double volume[STREAM_CLASSES];
    const struct focus_table *table;
};

struct person {
    bool active, sounds;
    int64_t last_end_us;
    size_t began; /* index of the event */
};

static uint32_t seed;

static uint32_t dice(uint32_t sides)
{
    seed = seed * 1664525U + 1013904223U;
    return (seed >> 8) % sides;
}

static uint32_t longest_hold(const struct history *h, unsigned c)
{
    uint32_t longest = 0;

    for (unsigned o = 0; o < STREAM_CLASSES; o++) {
        longest = h->table->edge[o][c].hold_ms > longest ? h->table->edge[o][c].hold_ms : longest;
        if (h->table->edge[c][o].interaction == FOCUS_REJECT && h->table->edge[c][o].hold_ms > longest)
            longest = h->table->edge[c][o].hold_ms;
    }
    return longest;
}

static struct person look_up(const struct history *h, unsigned c, int64_t now_us)
{
    const int64_t keep_us = (int64_t)longest_hold(h, c) * MS;
    struct person p = {.active = false};

    for (size_t i = 0; i < h->count; i++) {
        if ((unsigned)h->event[i].stream != c)
            continue;
        if (h->event[i].sounds) {
            if (!p.active || h->event[i].at_us - p.last_end_us >= keep_us)
                p.began = i;
            p.active = p.sounds = true;
        } else {
            p.sounds = false;
            p.last_end_us = h->event[i].at_us;
        }
    }
    if (p.active && !p.sounds && now_us - p.last_end_us >= keep_us)
        p.active = false;
    return p;
}

struct scene {
    const struct history *h;
    int64_t now_us;
    struct person who[STREAM_CLASSES];
};

/* a began before b, or b is the one that is about to */
static bool earlier(const struct scene *s, unsigned a, unsigned b)
{
    return s->who[a].active && (!s->who[b].active || s->who[a].began < s->who[b].began);
}

static bool lasts(const struct scene *s, unsigned cause, const struct focus_edge *edge)
{
    return s->who[cause].sounds || s->now_us - s->who[cause].last_end_us < (int64_t)edge->hold_ms * MS;
}

static bool accepted(const struct scene *s, unsigned c);

/* Whether h was heard when everybody before `when` (STREAM_CLASSES: everybody) had come. */
static bool heard(const struct scene *s, unsigned h, unsigned when)
{
    if (!s->who[h].active || !accepted(s, h))
        return false;
    for (unsigned r = 0; r < STREAM_CLASSES; r++) {
        const struct focus_edge *edge = &s->h->table->edge[h][r];
        if (r == h || !s->who[r].active || !earlier(s, h, r) || (when != STREAM_CLASSES && !earlier(s, r, when)))
            continue;
        if (h != STREAM_SAFETY && edge->interaction == FOCUS_EXCLUSIVE && lasts(s, r, edge) && accepted(s, r))
            return false;
    }
    return true;
}

static bool accepted(const struct scene *s, unsigned c)
{
    for (unsigned h = 0; c != STREAM_SAFETY && h < STREAM_CLASSES; h++) {
        const struct focus_edge *edge = &s->h->table->edge[h][c];
        if (h != c && earlier(s, h, c) && edge->interaction == FOCUS_REJECT && lasts(s, h, edge) && heard(s, h, c))
            return false;
    }
    return true;
}

static double level(const struct scene *s, unsigned c)
{
    double down = 0;

    for (unsigned o = 0; o < 4; o++)
        down = fmin(down, s->h->external[c][o]);
    if (c != STREAM_SAFETY) {
        if (!accepted(s, c) || (s->who[c].active && !heard(s, c, STREAM_CLASSES)))
            down = FOCUS_SILENCE_DB;
        for (unsigned o = 0; o < STREAM_CLASSES; o++) {
            const struct focus_edge *edge = &s->h->table->edge[c][o];
            if (o != c && heard(s, o, STREAM_CLASSES) && lasts(s, o, edge))
                down = fmin(down, edge->target_db);
        }
    }
    if (down <= FOCUS_SILENCE_DB)
        return FOCUS_SILENCE_DB;
    return fmax(FOCUS_SILENCE_DB, s->h->volume[c] + down);
}

static void assert_agree(const struct focus *f, const struct history *h, int64_t now_us, unsigned run)
{
    struct scene s = {.h = h, .now_us = now_us};

    for (unsigned c = 0; c < STREAM_CLASSES; c++)
        s.who[c] = look_up(h, c, now_us);
    for (unsigned c = 0; c < STREAM_CLASSES; c++) {
        if (fabs(f->gains[c].target_db - level(&s, c)) > 1e-9)
            fail_msg("run %u, event %zu: %s is at %f dB instead of %f", run, h->count,
                     stream_class_name((enum stream_class)c), f->gains[c].target_db, level(&s, c));
    }
}

static void random_table(struct focus_table *table)
{
    for (unsigned h = 0; h < STREAM_CLASSES; h++) {
        for (unsigned r = 0; r < STREAM_CLASSES; r++)
            table->edge[h][r] = (struct focus_edge){
                .interaction = (enum focus_interaction)(dice(2) ? 0 : dice(3)),
                .target_db = dice(2) ? 0 : -(double)dice(121),
                .attack_ms = dice(500),
                .hold_ms = dice(3) ? dice(4) * 100 : 0,
                .release_ms = dice(2000),
            };
    }
}

/* What is taken is where the engine says that it is, and nothing else is taken. */
static void take_all(struct focus *f, double taken[STREAM_CLASSES])
{
    enum stream_class stream;
    struct focus_gain gain;

    while (focus_take(f, &stream, &gain)) {
        taken[stream] = gain.target_db;
        assert_true(gain.ms <= FOCUS_MS_MAX);
    }
    for (unsigned c = 0; c < STREAM_CLASSES; c++)
        assert_true(taken[c] == f->gains[c].target_db);
}

static void something_happens(struct focus *f, struct history *h, int64_t now_us)
{
    const enum stream_class stream = (enum stream_class)dice(STREAM_CLASSES);
    const uint64_t owner = 1 + dice(4);
    const double db = -(double)dice(121);

    switch (dice(8)) {
    case 0:
        if (focus_duck(f, owner, stream, db, dice(1000), now_us) == 0)
            h->external[stream][owner - 1] = db;
        else
            assert_int_equal(stream, STREAM_SAFETY);
        break;
    case 1:
        (void)focus_unduck(f, owner, stream, dice(1000), now_us);
        h->external[stream][owner - 1] = 0;
        break;
    case 2:
        if (focus_volume(f, stream, db + 12, dice(1000), now_us) == 0)
            h->volume[stream] = db + 12;
        break;
    case 3:
        focus_forget(f, owner, now_us);
        for (unsigned c = 0; c < STREAM_CLASSES; c++)
            h->external[c][owner - 1] = 0;
        break;
    default:
        h->event[h->count].at_us = now_us;
        h->event[h->count].stream = stream;
        h->event[h->count].sounds = !focus_is_sounding(f, stream);
        focus_sounds(f, stream, h->event[h->count++].sounds, now_us);
        break;
    }
}

static void any_course_of_events_ends_where_the_rules_say(void **state)
{
    static struct history h;
    double taken[STREAM_CLASSES];
    struct focus_table table;
    struct focus f;
    (void)state;

    for (unsigned run = 0; run < RUNS; run++) {
        int64_t now_us = 1 + dice(1000000);

        seed = run;
        h = (struct history){.table = &table};
        if (run % 4 == 0)
            focus_table_default(&table);
        else
            random_table(&table);
        focus_init(&f, &table, h.volume);
        while (h.count < EVENTS_MAX - 1) {
            something_happens(&f, &h, now_us);
            assert_agree(&f, &h, now_us, run);
            take_all(&f, taken);

            const int64_t next_us = now_us + (int64_t)dice(600) * MS;
            while (focus_due(&f) <= next_us) {
                assert_true(focus_due(&f) > now_us); /* it goes on, and never turns in circles */
                now_us = focus_due(&f);
                assert_agree(&f, &h, now_us - 1, run); /* nothing was due before */
                focus_turn(&f, now_us);
                assert_agree(&f, &h, now_us, run);
                take_all(&f, taken);
            }
            assert_agree(&f, &h, next_us, run);
            now_us = next_us;
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_course_of_events_ends_where_the_rules_say),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
