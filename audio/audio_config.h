/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_AUDIO_AUDIO_CONFIG_H
#define FASCIA_AUDIO_AUDIO_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The `audio:` section of fascia.yaml, validated. */

#define AUDIO_SPEAKERS_MAX 16

enum audio_source { AUDIO_SOURCE_51, AUDIO_SOURCES_ }; /* "5.1"; later issues of the stack add layouts */

enum audio_lfe { AUDIO_LFE_MINUS6, AUDIO_LFE_DROP, AUDIO_LFES_ };

enum audio_manage { AUDIO_MANAGE_ADOPT, AUDIO_MANAGE_SPAWN, AUDIO_MANAGES_ };

struct audio_config {
    bool enabled;
    enum audio_source source;             /* layout of the projection sink */
    char speakers[AUDIO_SPEAKERS_MAX][8]; /* PipeWire channel names in the sink's order: "FL", "FR", … */
    size_t speakers_count;                /* 1, 2 or 4 */
    char sink[128];          /* node.name of the sink to play to; "" = the Audio/Sink of highest priority.session */
    char fallback_sink[128]; /* node.name, for the ladder's fallback-sink; "" = the best of the others */
    char sink_name[128];     /* node.name of the projection sink that we create */
    enum audio_lfe lfe;
    struct {
        enum audio_manage manage;
        char program[256];
        char config[256];      /* -c FILE when spawned; "" = PipeWire's own default */
        char runtime_dir[256]; /* XDG_RUNTIME_DIR of PipeWire's socket; "" = from the environment, else runtime_dir */
    } pipewire;
};

#endif
