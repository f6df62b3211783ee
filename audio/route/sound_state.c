/* SPDX-License-Identifier: Apache-2.0 */
#include "audio/route/sound_state.h"

static const struct {
    const char *name;
    struct sound_fact fact;
} states[SOUND_STATES_] = {
    [SOUND_NO_PIPEWIRE] = {"no-pipewire", {FASCIA_FUNCTION_FAILED, FASCIA_REASON_NO_PIPEWIRE}},
    [SOUND_STARTING] = {"starting", {FASCIA_FUNCTION_STARTING, FASCIA_REASON_NONE}},
    [SOUND_NO_SINK] = {"no-sink", {FASCIA_FUNCTION_FAILED, FASCIA_REASON_NO_SINK}},
    [SOUND_MUTED] = {"muted", {FASCIA_FUNCTION_FAILED, FASCIA_REASON_MUTED}},
    [SOUND_LAYOUT] = {"layout", {FASCIA_FUNCTION_FAILED, FASCIA_REASON_LAYOUT}},
    [SOUND_REFUSED] = {"refused", {FASCIA_FUNCTION_FAILED, FASCIA_REASON_SOUND_REFUSED}},
    [SOUND_STALLED] = {"stalled", {FASCIA_FUNCTION_DEGRADED, FASCIA_REASON_SINK_STALLED}},
    [SOUND_FALLBACK] = {"fallback", {FASCIA_FUNCTION_DEGRADED, FASCIA_REASON_FALLBACK_SINK}},
    [SOUND_PLAYING] = {"playing", {FASCIA_FUNCTION_FULL, FASCIA_REASON_NONE}},
};

const char *sound_state_name(enum sound_state state)
{
    return (unsigned)state < SOUND_STATES_ ? states[state].name : "?";
}

bool sound_state_is_audible(enum sound_state state)
{
    return state == SOUND_PLAYING || state == SOUND_FALLBACK;
}

struct sound_fact sound_state_fact(enum sound_state state)
{
    return states[state].fact;
}
