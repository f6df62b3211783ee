/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_AUDIO_PIPEWIRE_SOUND_H
#define FASCIA_AUDIO_PIPEWIRE_SOUND_H

#include <stdint.h>
#include <systemd/sd-event.h>

#include "audio/render/render.h"
#include "audio/route/sound_state.h"
#include "audio/route/target.h"
#include "stack/base/cleanup.h"

/*
 * The sound path, kept up by itself:
 *
 *   sink of class 0 (ours, "projection") -> monitor ports -+
 *   sink of class 1 (ours)               -> monitor ports -+-> renderer (ours) -> the real sink
 *   …                                                      |
 *
 * Whatever comes, goes or comes back (PipeWire, the real sink, a session manager), the path is built anew. While there
 * is no sink to play to, our sinks stay and go on consuming, so that no stream stalls. All objects belong to our
 * client: when this process ends, however it ends, nothing of them stays in the graph.
 *
 * Streams that name a media.role are led to the sink of its class; those that name a target of their own are left
 * alone.
 */

struct sound;

#define SOUND_DETAIL_SIZE 160
#define SOUND_BUSES_MAX   RENDER_BUSES_MAX
#define SOUND_ROLES_MAX   64

struct sound_status {
    enum sound_state state;
    char target[GRAPH_NAME_SIZE];      /* node.name of the real sink; "" while there is none */
    struct layout speakers;            /* channels of the real sink that are played to; count 0 while there is none */
    uint32_t rate;                     /* Hz; 0 unless samples flow */
    uint32_t quantum;                  /* frames of a cycle; 0 unless samples flow */
    unsigned streams[SOUND_BUSES_MAX]; /* streams linked to each of our sinks */
    char detail[SOUND_DETAIL_SIZE];    /* one line, may be empty */
};

struct sound_bus {
    const char *sink_name;   /* node.name; "": this class has no sink, and its bus is silent */
    const char *description; /* for users */
    struct layout channels;
};

struct sound_role {
    const char *role; /* media.role, compared without regard to case */
    size_t bus;
};

struct sound_options {
    const char *runtime_dir;                 /* folder of PipeWire's socket; "" or NULL: from the environment */
    struct sound_bus buses[SOUND_BUSES_MAX]; /* [0] is the projection sink */
    size_t buses_count;
    struct sound_role roles[SOUND_ROLES_MAX];
    size_t roles_count;
    const char *target;     /* node.name of the real sink; "": the Audio/Sink of highest priority.session */
    const char *fallback;   /* node.name of the one for TARGET_STEP_FALLBACK; "": as in struct target_wish */
    struct layout speakers; /* channels that the real sink must have; count 0: whatever it has */
    struct render *render;  /* borrowed; must outlive the sound; its inputs are those of the buses */
};

struct sound_events {
    /** The status has changed; borrowed for the call. From the loop. */
    void (*status)(const struct sound_status *status, void *userdata);
    /**
     * The renderer needs a program for these speakers at this rate (0: not known yet; 48000 is a good guess) and
     * quantum: they are new, or others than before. The callee calls render_play(). Returns 0, or a negative errno:
     * the sink is then left alone (SOUND_REFUSED), and status->detail says `message`.
     */
    int (*program)(const struct layout *speakers, uint32_t rate, uint32_t quantum, struct fascia_text *message,
                   void *userdata);
};

/**
 * Starts. Succeeds also while there is no PipeWire. Strings are copied. Returns 0, or a negative errno when the client
 * library itself cannot be set up. The first status is told from the loop, never from inside this call.
 */
int sound_open(sd_event *loop, const struct sound_options *options, const struct sound_events *events, void *userdata,
               struct sound **ret_sound);

/** Asks for a program again, now when there is a path: a policy has changed. */
void sound_replay(struct sound *sound);

/** What is done while the real sink is not there, from now on; TARGET_STEP_PREFERRED until the first call. A sink that
 * is left is faded out first. */
void sound_set_step(struct sound *sound, enum target_step step);

/** What was told last. */
const struct sound_status *sound_status(const struct sound *sound);

/**
 * Listens to the monitor of the real sink: amplitude of a tone at each speaker, measured over windows of 0.1 s (audio/
 * render/measure.h; `hz` a multiple of 10). One at a time. Returns 0, -EBUSY, -ENOTCONN without a path. `done` is
 * called once from the loop: result 0 and amplitudes [speakers], or a negative errno.
 */
typedef void (*sound_heard_fn)(int result, const double *amplitude, size_t speakers, void *userdata);
int sound_listen(struct sound *sound, unsigned hz, unsigned windows, sound_heard_fn done, void *userdata);

/** Takes the path down. NULL-safe. */
void sound_close(struct sound *sound);

FASCIA_DEFINE_CLEANUP(struct sound, sound_close)

#endif
