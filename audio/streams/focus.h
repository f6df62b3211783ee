/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_AUDIO_STREAMS_FOCUS_H
#define FASCIA_AUDIO_STREAMS_FOCUS_H

#include <stdbool.h>
#include <stdint.h>

#include "audio/streams/class.h"

/*
 * Who gives way to whom: a table class x class, and levels that move in decibels. Pure: what happens comes in with its
 * time (CLOCK_MONOTONIC, microseconds), gains with the time they take go out.
 *
 * Several holders at once: the most conservative interaction wins (reject, then exclusive, then concurrent), and of
 * several reasons to be quieter the lowest level wins. SAFETY is heard whatever the table says.
 */

enum focus_interaction {
    FOCUS_CONCURRENT, /* both are heard; the holder is ducked by the edge's target */
    FOCUS_EXCLUSIVE,  /* the holder is silent as long as the requester sounds */
    FOCUS_REJECT,     /* the requester stays silent as long as the holder sounds */
    FOCUS_INTERACTIONS_
};

#define FOCUS_SILENCE_DB (-120.0) /* a target at or below it is silence */
#define FOCUS_DUCKS_MAX  16       /* external ones at once */

struct focus_edge { /* [holder][requester] */
    enum focus_interaction interaction;
    double target_db;    /* of the holder while the requester sounds; 0: not ducked */
    uint32_t attack_ms;  /* to the target */
    uint32_t hold_ms;    /* after the requester's last sound */
    uint32_t release_ms; /* back again */
};

struct focus_table {
    struct focus_edge edge[STREAM_CLASSES][STREAM_CLASSES];
};

/** What is to be done: the gain of a class moves to a target, linear in decibels, in so much time from now. */
struct focus_gain {
    double target_db; /* volume and ducks together; FOCUS_SILENCE_DB or less: silence */
    uint32_t ms;
};

enum focus_why { FOCUS_WHY_FREE, FOCUS_WHY_DUCKED, FOCUS_WHY_MUTED, FOCUS_WHY_REJECTED, FOCUS_WHY_EXTERNAL };

struct focus {
    struct focus_table table;
    double volume_db[STREAM_CLASSES];
    bool active[STREAM_CLASSES];             /* sounds, or did until a moment ago */
    int64_t silent_since_us[STREAM_CLASSES]; /* 0: it sounds */
    uint64_t began[STREAM_CLASSES];          /* order in which those that are active began */
    uint64_t count;
    struct focus_duck {
        uint64_t owner; /* 0: free */
        enum stream_class stream;
        double target_db;
    } ducks[FOCUS_DUCKS_MAX];
    struct focus_gain gains[STREAM_CLASSES]; /* in force */
    enum focus_why why[STREAM_CLASSES];
};

enum focus_result {
    FOCUS_E_RANGE = 1, /* a level or a time that is not finite or out of range; nothing is changed */
    FOCUS_E_FULL,      /* FOCUS_DUCKS_MAX are in force */
    FOCUS_E_NO_DUCK,   /* this owner ducks nothing there */
};

/** "concurrent", "exclusive", "reject"; "?" out of range. */
const char *focus_interaction_name(enum focus_interaction interaction);
/** "free", "ducked", "muted", "rejected", "external" */
const char *focus_why_name(enum focus_why why);

/** The default table; its levels and times and where they are from are in docs/audio.md. */
void focus_table_default(struct focus_table *ret_table);

void focus_init(struct focus *f, const struct focus_table *table, const double volume_db[STREAM_CLASSES]);

/** A class begins (true) or ceases (false) to sound. */
void focus_sounds(struct focus *f, enum stream_class stream, bool sounds, int64_t now_us);

/** A class is to be at most at `target_db` (-120 … 0) until this owner takes it back. A second call of the same owner
 * for the same class replaces the first. Returns 0 or a focus_result. */
int focus_duck(struct focus *f, uint64_t owner, enum stream_class stream, double target_db, uint32_t ms,
               int64_t now_us);
int focus_unduck(struct focus *f, uint64_t owner, enum stream_class stream, uint32_t ms, int64_t now_us);

/** The owner is gone: its ducks are lifted, with the edge's own release. */
void focus_forget(struct focus *f, uint64_t owner, int64_t now_us);

/** -120 … +12 dB. Returns 0 or FOCUS_E_RANGE. */
int focus_volume(struct focus *f, enum stream_class stream, double db, uint32_t ms, int64_t now_us);

/** Holds run out. To be called when focus_due() says so; any call in between does no harm. */
void focus_turn(struct focus *f, int64_t now_us);

/** When focus_turn() has something to do; INT64_MAX: never. */
int64_t focus_due(const struct focus *f);

/** A gain that has changed since it was last taken. Returns false when there is none (any more). */
bool focus_take(struct focus *f, enum stream_class *ret_class, struct focus_gain *ret_gain);

#endif
