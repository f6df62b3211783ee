/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_TOOLS_DAEMONS_FASCIA_AUDIO_AUDIO_H
#define FASCIA_TOOLS_DAEMONS_FASCIA_AUDIO_AUDIO_H

#include "audio/decide/decide.h"
#include "audio/pipewire/sound.h"
#include "platform/service/service.h"

/* The wiring of fascia-audio: configuration -> decision -> sound path -> fact, events and bus properties. */

struct audio {
    struct service *service; /* borrowed */
    struct layout source, speakers;
    struct decision decision;
    struct sound *sound; /* NULL when the policy refuses, or the client library cannot be set up */
    bool playing;        /* SOUND_READY was sent, and not yet taken back */
};

/** Decides and opens the sound path. What goes wrong is published as the function's state. */
void audio_open(struct audio *audio, struct service *service);

/** A step of the function's ladder is in force: for struct service. Returns 0 or -ENOENT. */
int audio_ladder_step(const char *step, void *userdata);

/** Takes the sound path down. */
void audio_close(struct audio *audio);

/* bus.c: org.fascia.Audio1 */

/** Exports the object. Returns 0 or a negative errno. */
int audio_bus_export(struct audio *audio);

/** Tells that the sound path (TargetSink, Rate) has changed. */
void audio_bus_sound_changed(struct audio *audio);

#endif
