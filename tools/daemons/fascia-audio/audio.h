/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_TOOLS_DAEMONS_FASCIA_AUDIO_AUDIO_H
#define FASCIA_TOOLS_DAEMONS_FASCIA_AUDIO_AUDIO_H

#include "audio/audio_setup.h"
#include "audio/pipewire/sound.h"
#include "audio/render/render.h"
#include "platform/service/service.h"

/*
 * The wiring of fascia-audio:
 *
 *   audio.c   configuration -> renderer and sound path; what becomes of them -> fact and events
 *   play.c    speakers -> decision -> program
 *   bus.c     org.fascia.Audio1
 *
 * Bus i of the renderer and of the sound path is stream class i.
 */

_Static_assert(STREAM_CLASSES <= RENDER_BUSES_MAX, "each class has a bus of its own");

struct audio {
    struct service *service; /* borrowed */
    struct layout sources[STREAM_CLASSES];
    struct decide_policy policy; /* of the configuration */
    struct layout ports;         /* that the real sink must have; count 0: whatever it has */
    struct speakers speakers;    /* count 0: not known yet */
    struct decision decision;    /* of the media */
    struct render *render;
    struct sound *sound; /* NULL: switched off, or it cannot be set up */
    bool playing;        /* SOUND_READY was sent, and not yet taken back */
};

/** Decides and opens the sound path. What goes wrong is published as the function's state. */
void audio_open(struct audio *audio, struct service *service);

/** A step of the function's ladder is in force: for struct service. Returns 0 or -ENOENT. */
int audio_ladder_step(const char *step, void *userdata);

/** Takes the sound path down. */
void audio_close(struct audio *audio);

/* play.c */

/** Decides for these speakers. */
void audio_play_decide(struct audio *audio, const struct speakers *speakers);

/** The sound path wants a program: for struct sound_events. */
int audio_play_program(const struct layout *ports, uint32_t rate, uint32_t quantum, struct fascia_text *message,
                       void *userdata);

/* bus.c: org.fascia.Audio1 */

/** Exports the object. Returns 0 or a negative errno. */
int audio_bus_export(struct audio *audio);

/** Tells that the sound path (TargetSink, Rate) has changed. */
void audio_bus_sound_changed(struct audio *audio);

#endif
