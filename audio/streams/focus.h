/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_AUDIO_STREAMS_FOCUS_H
#define FASCIA_AUDIO_STREAMS_FOCUS_H

#include <stdbool.h>
#include <stdint.h>

#include "audio/streams/class.h"

/*
 * Who gives way to whom: a table class x class, and levels that move in decibels. Pure: what happens comes in with its
 * time (CLOCK_MONOTONIC, microseconds, above 0), gains with the time they take go out.
 *
 * Of two classes the one that began to sound earlier is the holder, the later one the requester. A class that sounds
 * nothing is treated as the next requester, so that what it begins with is at its level from the first sample.
 *
 *   reject      the requester is silent; it has no effect on anybody else
 *   exclusive   the holder is silent; from then on it has no effect on later requesters
 *   concurrent  both are heard, and each is ducked by the edge that has it as its holder, whoever began
 *
 * Several holders at once: one that rejects is enough; of several reasons to be quieter the lowest level wins. SAFETY
 * is heard, at its volume, whatever the table says.
 */

enum focus_interaction {
    FOCUS_CONCURRENT, /* both are heard; the holder is ducked by the edge's target */
    FOCUS_EXCLUSIVE,  /* the holder is silent as long as the requester sounds */
    FOCUS_REJECT,     /* the requester stays silent as long as the holder sounds */
    FOCUS_INTERACTIONS_
};

#define FOCUS_SILENCE_DB (-120.0) /* a target at or below it is silence */
#define FOCUS_VOLUME_MAX 12.0
#define FOCUS_SAFETY_MIN (-30.0) /* lowest volume of SAFETY: nobody turns it off */
#define FOCUS_DUCKS_MAX  16      /* external ones at once */
#define FOCUS_MS_MAX     60000   /* longest move */

struct focus_edge { /* [holder][requester] */
    enum focus_interaction interaction;
    double target_db;    /* of the holder beside the requester, under its volume; 0: not ducked */
    uint32_t attack_ms;  /* to the target */
    uint32_t hold_ms;    /* after the last sound of the one that has its way */
    uint32_t release_ms; /* back again; on the diagonal: back from an external duck whose owner has gone */
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
    bool changed[STREAM_CLASSES];        /* and not yet taken */
    uint32_t release_ms[STREAM_CLASSES]; /* of what the table has put in force */
    int64_t due_us;
};

enum focus_result {
    FOCUS_E_RANGE = 1, /* a level or a time that is not finite or out of range; nothing is changed */
    FOCUS_E_FULL,      /* FOCUS_DUCKS_MAX are in force */
    FOCUS_E_NO_DUCK,   /* this owner ducks nothing there */
    FOCUS_E_SAFETY,    /* SAFETY is not ducked */
};

/** "concurrent", "exclusive", "reject", by enum focus_interaction; NULL ends. */
extern const char *const focus_interaction_names[FOCUS_INTERACTIONS_ + 1];

/** "free", "ducked", "muted", "rejected", "external" */
const char *focus_why_name(enum focus_why why);

/** The default table; its levels and times and where they are from are in focus_table.c and docs/audio.md. */
void focus_table_default(struct focus_table *ret_table);

/** The usual times of an edge: they go by who has its way and who gives way in it. Only those are set. */
void focus_edge_times(enum stream_class holder, enum stream_class requester, enum focus_interaction interaction,
                      struct focus_edge *edge);

/** Nobody sounds. Volumes out of range are brought into it. All gains are there to be taken, to be set at once. */
void focus_init(struct focus *f, const struct focus_table *table, const double volume_db[STREAM_CLASSES]);

/** A class begins (true) or ceases (false) to sound. */
void focus_sounds(struct focus *f, enum stream_class stream, bool sounds, int64_t now_us);

/** Whether it sounds at this moment: a hold is not sound. */
bool focus_is_sounding(const struct focus *f, enum stream_class stream);

/** A class is to be at most at `target_db` (-120 … 0) under its volume until this owner (not 0) takes it back. A second
 * call of the same owner for the same class replaces the first. Returns 0 or a focus_result. */
int focus_duck(struct focus *f, uint64_t owner, enum stream_class stream, double target_db, uint32_t ms,
               int64_t now_us);
int focus_unduck(struct focus *f, uint64_t owner, enum stream_class stream, uint32_t ms, int64_t now_us);

/** Whether this owner has any duck in force. */
bool focus_has_ducks(const struct focus *f, uint64_t owner);

/** The owner is gone: its ducks are lifted, with the edge's own release. */
void focus_forget(struct focus *f, uint64_t owner, int64_t now_us);

/** -120 … +12 dB; SAFETY: FOCUS_SAFETY_MIN … +12. Returns 0 or FOCUS_E_RANGE. */
int focus_volume(struct focus *f, enum stream_class stream, double db, uint32_t ms, int64_t now_us);

/** Holds run out. To be called when focus_due() says so; any call in between does no harm. */
void focus_turn(struct focus *f, int64_t now_us);

/** When focus_turn() has something to do; INT64_MAX: never. */
int64_t focus_due(const struct focus *f);

/** A gain that has changed since it was last taken. Returns false when there is none (any more). */
bool focus_take(struct focus *f, enum stream_class *ret_class, struct focus_gain *ret_gain);

#endif
