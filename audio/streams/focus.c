/* SPDX-License-Identifier: Apache-2.0 */
#include "audio/streams/focus.h"

#include <math.h>
#include <string.h>

#include "stack/base/cleanup.h"

#define US_PER_MS 1000

/* What the table makes of a class. */
struct verdict {
    double target_db;
    uint32_t attack_ms, release_ms;
    enum focus_why why;
};

/* One look at everybody, at one moment. */
struct look {
    const struct focus *f;
    int64_t now_us;
    enum stream_class order[STREAM_CLASSES]; /* those that are active, the earliest first */
    size_t count;
    bool heard[STREAM_CLASSES];
    struct verdict verdict[STREAM_CLASSES];
};

static double into_range(double db, double min, double max)
{
    return !(db >= min) ? min : db > max ? max : db; /* NaN: the quietest */
}

static double volume_min(enum stream_class stream)
{
    return stream == STREAM_SAFETY ? FOCUS_SAFETY_MIN : FOCUS_SILENCE_DB;
}

/* --- one look ------------------------------------------------------------------------------------------------- */

/* Whether what `cause` does by this edge is still in force. */
static bool holds(const struct look *look, enum stream_class cause, const struct focus_edge *edge)
{
    const int64_t since = look->f->silent_since_us[cause];

    return since == 0 || look->now_us - since < (int64_t)edge->hold_ms * US_PER_MS;
}

/* The lowest level wins; of equal ones the quicker attack and the longer release, so that the order plays no part. */
static void lower(struct verdict *v, double target_db, const struct focus_edge *edge, enum focus_why why)
{
    if (target_db > v->target_db || target_db >= 0)
        return;
    if (target_db < v->target_db) {
        *v = (struct verdict){target_db, edge->attack_ms, edge->release_ms, why};
        return;
    }
    if (edge->attack_ms < v->attack_ms)
        v->attack_ms = edge->attack_ms;
    if (edge->release_ms > v->release_ms)
        v->release_ms = edge->release_ms;
    if (why > v->why)
        v->why = why;
}

static void sort_by_beginning(struct look *look)
{
    for (unsigned c = 0; c < STREAM_CLASSES; c++) {
        size_t i;

        if (!look->f->active[c])
            continue;
        for (i = look->count++; i > 0 && look->f->began[look->order[i - 1]] > look->f->began[c]; i--)
            look->order[i] = look->order[i - 1];
        look->order[i] = (enum stream_class)c;
    }
}

/* Whether a class that comes behind the first `before` of the order is rejected by one of them. */
static bool is_rejected(struct look *look, enum stream_class requester, size_t before)
{
    bool rejected = false;

    if (requester == STREAM_SAFETY)
        return false;
    for (size_t i = 0; i < before; i++) {
        const enum stream_class holder = look->order[i];
        const struct focus_edge *edge = &look->f->table.edge[holder][requester];

        if (holder == requester || !look->heard[holder] || edge->interaction != FOCUS_REJECT ||
            !holds(look, holder, edge))
            continue;
        lower(&look->verdict[requester], FOCUS_SILENCE_DB, edge, FOCUS_WHY_REJECTED);
        rejected = true;
    }
    return rejected;
}

static void mute_holders(struct look *look, enum stream_class requester, size_t before)
{
    for (size_t i = 0; i < before; i++) {
        const enum stream_class holder = look->order[i];
        const struct focus_edge *edge = &look->f->table.edge[holder][requester];

        if (holder == STREAM_SAFETY || edge->interaction != FOCUS_EXCLUSIVE || !holds(look, requester, edge))
            continue;
        lower(&look->verdict[holder], FOCUS_SILENCE_DB, edge, FOCUS_WHY_MUTED);
        look->heard[holder] = false;
    }
}

static void duck(struct look *look, enum stream_class stream)
{
    if (stream == STREAM_SAFETY)
        return;
    for (size_t i = 0; i < look->count; i++) {
        const enum stream_class other = look->order[i];
        const struct focus_edge *edge = &look->f->table.edge[stream][other];

        if (other != stream && look->heard[other] && holds(look, other, edge))
            lower(&look->verdict[stream], edge->target_db, edge, FOCUS_WHY_DUCKED);
    }
}

static void look_around(const struct focus *f, int64_t now_us, struct look *look)
{
    *look = (struct look){.f = f, .now_us = now_us};
    sort_by_beginning(look);
    for (size_t i = 0; i < look->count; i++) {
        const enum stream_class requester = look->order[i];

        look->heard[requester] = !is_rejected(look, requester, i);
        if (look->heard[requester])
            mute_holders(look, requester, i);
    }
    for (unsigned c = 0; c < STREAM_CLASSES; c++) {
        if (!f->active[c])
            (void)is_rejected(look, (enum stream_class)c, look->count);
        duck(look, (enum stream_class)c);
    }
}

/* --- what follows from it ------------------------------------------------------------------------------------- */

static double external_db(const struct focus *f, enum stream_class stream)
{
    double lowest = 0;

    for (size_t i = 0; i < FOCUS_DUCKS_MAX; i++) {
        if (f->ducks[i].owner != 0 && f->ducks[i].stream == stream && f->ducks[i].target_db < lowest)
            lowest = f->ducks[i].target_db;
    }
    return lowest;
}

/* `ms`: how long it takes, or NULL when the table says so. */
static void apply(struct focus *f, enum stream_class stream, const struct verdict *v, const uint32_t *ms)
{
    const double external = external_db(f, stream), down = fmin(external, v->target_db);
    double target = down <= FOCUS_SILENCE_DB ? FOCUS_SILENCE_DB : fmax(f->volume_db[stream] + down, FOCUS_SILENCE_DB);
    struct focus_gain *gain = &f->gains[stream];

    if (target < gain->target_db)
        *gain = (struct focus_gain){target, ms ? *ms : v->attack_ms};
    else if (target > gain->target_db)
        *gain = (struct focus_gain){target, ms ? *ms : f->release_ms[stream]};
    else
        target = NAN; /* nothing moves */
    if (!isnan(target))
        f->changed[stream] = true;
    f->why[stream] = external < v->target_db ? FOCUS_WHY_EXTERNAL : v->why;
    if (v->why != FOCUS_WHY_FREE)
        f->release_ms[stream] = v->release_ms;
}

/* Moments at which a hold of a silent class ends: the next one, and the last one. */
static void look_at_holds(const struct focus *f, enum stream_class stream, int64_t now_us, int64_t *next_us,
                          int64_t *last_us)
{
    for (unsigned other = 0; other < STREAM_CLASSES; other++) {
        const struct focus_edge *as_holder = &f->table.edge[stream][other];
        const uint32_t hold_ms[2] = {f->table.edge[other][stream].hold_ms,
                                     as_holder->interaction == FOCUS_REJECT ? as_holder->hold_ms : 0};

        for (size_t i = 0; i < 2; i++) {
            const int64_t end_us = f->silent_since_us[stream] + (int64_t)hold_ms[i] * US_PER_MS;
            if (end_us > now_us && end_us < *next_us)
                *next_us = end_us;
            if (end_us > *last_us)
                *last_us = end_us;
        }
    }
}

/* Who has been silent for as long as anybody waits has ended. */
static void let_end(struct focus *f, int64_t now_us)
{
    f->due_us = INT64_MAX;
    for (unsigned c = 0; c < STREAM_CLASSES; c++) {
        int64_t last_us = 0;

        if (!f->active[c] || f->silent_since_us[c] == 0)
            continue;
        look_at_holds(f, (enum stream_class)c, now_us, &f->due_us, &last_us);
        f->active[c] = now_us < last_us;
    }
}

/* `stream` and `ms`: the one that moves in a time of its own; STREAM_CLASSES: none. */
static void decide_all(struct focus *f, int64_t now_us, enum stream_class stream, uint32_t ms)
{
    struct look look;

    let_end(f, now_us);
    look_around(f, now_us, &look);
    for (unsigned c = 0; c < STREAM_CLASSES; c++)
        apply(f, (enum stream_class)c, &look.verdict[c], c == (unsigned)stream ? &ms : NULL);
}

/* --- what happens --------------------------------------------------------------------------------------------- */

void focus_init(struct focus *f, const struct focus_table *table, const double volume_db[STREAM_CLASSES])
{
    memset(f, 0, sizeof *f);
    f->table = *table;
    f->due_us = INT64_MAX;
    for (unsigned c = 0; c < STREAM_CLASSES; c++) {
        f->volume_db[c] = into_range(volume_db[c], volume_min((enum stream_class)c), FOCUS_VOLUME_MAX);
        f->gains[c] = (struct focus_gain){f->volume_db[c], 0};
        f->changed[c] = true;
    }
}

void focus_sounds(struct focus *f, enum stream_class stream, bool sounds, int64_t now_us)
{
    if ((unsigned)stream >= STREAM_CLASSES || sounds == focus_is_sounding(f, stream))
        return;
    let_end(f, now_us);
    if (sounds && !f->active[stream])
        f->began[stream] = ++f->count;
    if (sounds)
        f->active[stream] = true;
    f->silent_since_us[stream] = sounds ? 0 : now_us;
    decide_all(f, now_us, STREAM_CLASSES, 0);
}

bool focus_is_sounding(const struct focus *f, enum stream_class stream)
{
    return f->active[stream] && f->silent_since_us[stream] == 0;
}

static struct focus_duck *find_duck(struct focus *f, uint64_t owner, enum stream_class stream)
{
    for (size_t i = 0; i < FOCUS_DUCKS_MAX; i++) {
        if (f->ducks[i].owner == owner && (owner == 0 || f->ducks[i].stream == stream))
            return &f->ducks[i];
    }
    return NULL;
}

int focus_duck(struct focus *f, uint64_t owner, enum stream_class stream, double target_db, uint32_t ms, int64_t now_us)
{
    if (owner == 0 || (unsigned)stream >= STREAM_CLASSES || !(target_db >= FOCUS_SILENCE_DB && target_db <= 0) ||
        ms > FOCUS_MS_MAX)
        return FOCUS_E_RANGE;
    if (stream == STREAM_SAFETY)
        return FOCUS_E_SAFETY;
    struct focus_duck *place = find_duck(f, owner, stream);
    if (!place)
        place = find_duck(f, 0, stream);
    if (!place)
        return FOCUS_E_FULL;
    *place = (struct focus_duck){owner, stream, target_db};
    decide_all(f, now_us, stream, ms);
    return 0;
}

int focus_unduck(struct focus *f, uint64_t owner, enum stream_class stream, uint32_t ms, int64_t now_us)
{
    if ((unsigned)stream >= STREAM_CLASSES || ms > FOCUS_MS_MAX)
        return FOCUS_E_RANGE;
    struct focus_duck *place = owner != 0 ? find_duck(f, owner, stream) : NULL;
    if (!place)
        return FOCUS_E_NO_DUCK;
    place->owner = 0;
    decide_all(f, now_us, stream, ms);
    return 0;
}

bool focus_has_ducks(const struct focus *f, uint64_t owner)
{
    for (size_t i = 0; owner != 0 && i < FOCUS_DUCKS_MAX; i++) {
        if (f->ducks[i].owner == owner)
            return true;
    }
    return false;
}

void focus_forget(struct focus *f, uint64_t owner, int64_t now_us)
{
    for (size_t i = 0; owner != 0 && i < FOCUS_DUCKS_MAX; i++) {
        const enum stream_class stream = f->ducks[i].stream;

        if (f->ducks[i].owner != owner)
            continue;
        f->ducks[i].owner = 0;
        decide_all(f, now_us, stream, f->table.edge[stream][stream].release_ms);
    }
}

int focus_volume(struct focus *f, enum stream_class stream, double db, uint32_t ms, int64_t now_us)
{
    if ((unsigned)stream >= STREAM_CLASSES || !(db >= volume_min(stream) && db <= FOCUS_VOLUME_MAX) ||
        ms > FOCUS_MS_MAX)
        return FOCUS_E_RANGE;
    f->volume_db[stream] = db;
    decide_all(f, now_us, stream, ms);
    return 0;
}

void focus_turn(struct focus *f, int64_t now_us)
{
    decide_all(f, now_us, STREAM_CLASSES, 0);
}

int64_t focus_due(const struct focus *f)
{
    return f->due_us;
}

bool focus_take(struct focus *f, enum stream_class *ret_class, struct focus_gain *ret_gain)
{
    for (unsigned c = 0; c < STREAM_CLASSES; c++) {
        if (!f->changed[c])
            continue;
        f->changed[c] = false;
        *ret_class = (enum stream_class)c;
        *ret_gain = f->gains[c];
        return true;
    }
    return false;
}
