/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_TOOLS_PHONE_SOUND_PROBE_H
#define FASCIA_TOOLS_PHONE_SOUND_PROBE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "audio/layout/layout.h"
#include "audio/pipewire/connection.h"

/*
 * Two nodes in PipeWire's graph: a player with one sine per channel, and a recorder that fills one window at a time.
 * Their sound thread never waits: whose turn it is with a window is an atomic state.
 */

enum probe_turn {
    PROBE_IDLE,      /* nobody's: what arrives is dropped */
    PROBE_RECORDING, /* the sound thread's */
    PROBE_RECORDED,  /* the control thread's: the window is complete */
};

struct probe {
    struct pw_loop *loop; /* borrowed */
    struct spa_source *wake;
    struct pw_filter *player, *recorder; /* no player: it only listens */
    struct layout channels, speakers;
    void *outputs[LAYOUT_CHANNELS_MAX]; /* port data */
    void *inputs[LAYOUT_CHANNELS_MAX];
    struct spa_hook player_hook, recorder_hook;
    bool failed; /* PipeWire refused a node */

    atomic_uint rate;    /* Hz; 0 before the first cycle */
    size_t window;       /* frames */
    float *table;        /* of measure_make_table(), scaled to the level */
    atomic_bool playing; /* table and window are set */
    size_t played;       /* frames, modulo the window */
    atomic_uint xruns;   /* jumps of the graph's clock */
    uint64_t next;       /* where that clock should be in the next cycle; 0 at first */
    atomic_int turn;     /* enum probe_turn */
    size_t recorded;     /* frames of the window so far */
    float *windows[LAYOUT_CHANNELS_MAX];
};

/** Makes both nodes, or the recorder alone. `probe` must stay where it is until probe_close(). 0 or a negative errno.
 */
int probe_open(struct probe *probe, struct pw_loop *loop, struct connection *connection, const struct layout *channels,
               const struct layout *speakers, bool with_player);

/** Starts the sines at this amplitude, once the rate is known. Returns 0, -ENOMEM, or -ENOTSUP for an odd rate. */
int probe_play(struct probe *probe, double amplitude);

/** Begins to record the next window; pw_loop_iterate() returns when it is complete. */
void probe_record(struct probe *probe);

/** True when the window is complete: probe->windows is the caller's until the next probe_record(). */
bool probe_recorded(const struct probe *probe);

/** Idempotent. */
void probe_close(struct probe *probe);

#endif
