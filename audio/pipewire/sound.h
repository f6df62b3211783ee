/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_AUDIO_PIPEWIRE_SOUND_H
#define FASCIA_AUDIO_PIPEWIRE_SOUND_H

#include <stdint.h>
#include <systemd/sd-event.h>

#include "audio/graph.h"
#include "audio/matrix.h"
#include "stack/base/cleanup.h"

/*
 * The sound path, kept up by itself:
 *
 *   projection sink (ours) -> monitor ports -> renderer (ours) -> the real sink
 *
 * Whatever comes, goes or comes back (PipeWire, the real sink, a session manager), the path is built anew. All
 * objects belong to our client: when this process ends, however it ends, nothing of them stays in the graph.
 */

struct sound;

enum sound_state {
    SOUND_NO_PIPEWIRE, /* nobody answers; tried again by itself */
    SOUND_STARTING,    /* connected, the path is being built; `detail` says what is waited for */
    SOUND_NO_SINK,     /* the real sink is not there */
    SOUND_LAYOUT,      /* the real sink has other channels than the speakers of the configuration */
    SOUND_STALLED,     /* all is linked, but the graph does not run: the real sink consumes nothing */
    SOUND_PLAYING,     /* samples flow */
    SOUND_STATES_
};

#define SOUND_DETAIL_SIZE 160

struct sound_status {
    enum sound_state state;
    char target[GRAPH_NAME_SIZE];   /* node.name of the real sink; "" while there is none */
    uint32_t rate;                  /* Hz; 0 unless PLAYING */
    char detail[SOUND_DETAIL_SIZE]; /* one line, may be empty */
};

struct sound_options {
    const char *runtime_dir; /* folder of PipeWire's socket; "" or NULL: from the environment */
    const char *sink_name;   /* node.name of the projection sink */
    const char *target;      /* node.name of the real sink; "": the Audio/Sink of highest priority.session */
    struct layout source;    /* channels of the projection sink */
    struct layout speakers;  /* channels that the real sink must have, and order of the weights' outputs */
};

/** Called from the loop on each change; the status is borrowed for the call. */
typedef void (*sound_status_fn)(const struct sound_status *status, void *userdata);

/**
 * Starts. Succeeds also while there is no PipeWire. Strings are copied. Returns 0, or a negative errno when the client
 * library itself cannot be set up. The first status is told from the loop, never from inside this call.
 */
int sound_open(sd_event *loop, const struct sound_options *options, sound_status_fn fn, void *userdata,
               struct sound **ret_sound);

/** Ramps to these weights, now and whenever the path is built anew. All zero until the first call. */
void sound_set_weights(struct sound *sound, const struct matrix_weights *weights);

/** What was told last. */
const struct sound_status *sound_status(const struct sound *sound);

/** "no-pipewire", "starting", …; "?" out of range. */
const char *sound_state_name(enum sound_state state);

/** Takes the path down. NULL-safe. */
void sound_close(struct sound *sound);

FASCIA_DEFINE_CLEANUP(struct sound, sound_close)

#endif
