/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_AUDIO_ROUTE_SOUND_STATE_H
#define FASCIA_AUDIO_ROUTE_SOUND_STATE_H

#include <stdbool.h>

#include "stack/base/function.h"

/* The states of the sound path, and what each of them makes of the function. */

enum sound_state {
    SOUND_NO_PIPEWIRE, /* nobody answers; tried again by itself */
    SOUND_STARTING,    /* connected, the path is being built; the detail says what is waited for */
    SOUND_NO_SINK,     /* no sink that may be played to is there */
    SOUND_MUTED,       /* the same, and the ladder has said to leave it at that */
    SOUND_LAYOUT,      /* the sink has no channels that we can play to, or others than the configuration says */
    SOUND_REFUSED,     /* what is to be played is not possible there; the detail says why */
    SOUND_STALLED,     /* all is linked, but the graph does not run: the sink consumes nothing */
    SOUND_FALLBACK,    /* samples flow, to another sink than the preferred one */
    SOUND_PLAYING,     /* samples flow */
    SOUND_STATES_
};

/** "no-pipewire", "starting", …; "?" out of range. */
const char *sound_state_name(enum sound_state state);

/** Samples reach a sink. */
bool sound_state_is_audible(enum sound_state state);

struct sound_fact {
    enum fascia_function_state state;
    enum fascia_reason reason;
};

/** What is published. The driver hears nothing in every state that is FAILED, so that the ladder goes on there. */
struct sound_fact sound_state_fact(enum sound_state state);

#endif
