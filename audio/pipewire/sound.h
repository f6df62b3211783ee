/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_AUDIO_PIPEWIRE_SOUND_H
#define FASCIA_AUDIO_PIPEWIRE_SOUND_H

#include <stdint.h>
#include <systemd/sd-event.h>

#include "audio/matrix.h"
#include "audio/sound_state.h"
#include "audio/target.h"
#include "stack/base/cleanup.h"

/*
 * The sound path, kept up by itself:
 *
 *   projection sink (ours) -> monitor ports -> renderer (ours) -> the real sink
 *
 * Whatever comes, goes or comes back (PipeWire, the real sink, a session manager), the path is built anew. While there
 * is no sink to play to, the projection sink stays and goes on consuming, so that the phone's stream does not stall.
 * All objects belong to our client: when this process ends, however it ends, nothing of them stays in the graph.
 */

struct sound;

#define SOUND_DETAIL_SIZE 160

struct sound_status {
    enum sound_state state;
    char target[GRAPH_NAME_SIZE];   /* node.name of the real sink; "" while there is none */
    uint32_t rate;                  /* Hz; 0 unless samples flow */
    char detail[SOUND_DETAIL_SIZE]; /* one line, may be empty */
};

struct sound_options {
    const char *runtime_dir; /* folder of PipeWire's socket; "" or NULL: from the environment */
    const char *sink_name;   /* node.name of the projection sink */
    const char *target;      /* node.name of the real sink; "": the Audio/Sink of highest priority.session */
    const char *fallback;    /* node.name of the one for TARGET_STEP_FALLBACK; "": as in struct target_wish */
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

/** What is done while the real sink is not there, from now on; TARGET_STEP_PREFERRED until the first call. A sink that
 * is left is faded out first. */
void sound_set_step(struct sound *sound, enum target_step step);

/** What was told last. */
const struct sound_status *sound_status(const struct sound *sound);

/** Takes the path down. NULL-safe. */
void sound_close(struct sound *sound);

FASCIA_DEFINE_CLEANUP(struct sound, sound_close)

#endif
