/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_AUDIO_AUDIO_CONFIG_H
#define FASCIA_AUDIO_AUDIO_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audio/decide/decide.h"
#include "audio/render/tuning.h"
#include "audio/streams/focus.h"

/* The `audio:` section of fascia.yaml, validated. */

#define AUDIO_SPEAKERS_MAX 16
#define AUDIO_ROLES_MAX    8
#define AUDIO_EDGES_MAX    49
#define AUDIO_NAME_SIZE    128
#define AUDIO_PATH_SIZE    256

enum audio_manage { AUDIO_MANAGE_ADOPT, AUDIO_MANAGE_SPAWN, AUDIO_MANAGES_ };

enum audio_output { AUDIO_OUTPUT_SPEAKERS, AUDIO_OUTPUT_HEADPHONES, AUDIO_OUTPUTS_ };

struct audio_speaker_config { /* what is known of one speaker; the rest is nominal */
    char channel[8];          /* of the sink's port */
    char plays[8];            /* "": itself */
    bool placed;              /* azimuth_deg and elevation_deg hold */
    double azimuth_deg, elevation_deg;
    double distance_m; /* 0: not known */
    double low_hz;     /* 0: full range */
    double gain_db, delay_ms;
    bool invert;
    struct tuning_eq eq[TUNING_FILTERS_MAX];
    size_t eq_count;
};

struct audio_rule_config {
    enum decide_mode mode;
    int64_t min_speakers; /* full-range ones that there must be; 0 and -1: any number */
};

struct audio_spatial_config {
    int64_t min_speakers; /* default 6 */
    struct audio_rule_config policy[DECIDE_MODES_];
    size_t policy_count;
    char coefficients[AUDIO_PATH_SIZE]; /* name of a preset, or path of a file */
    struct coefficients weights;        /* of that file, when it has been read; else all zero */
    double dialogue_db, lfe_db;
    double makeup_db[DECIDE_MODES_];
    bool crosstalk, upmix;
    char hrtf[AUDIO_PATH_SIZE]; /* a SOFA file; "": the library's own */
};

struct audio_class_config {
    char sink_name[AUDIO_NAME_SIZE]; /* "": no sink of its own */
    char layout[16];                 /* of that sink, by name */
    double volume_db;
    char roles[AUDIO_ROLES_MAX][32]; /* values of media.role that belong to it; none: the usual ones */
    size_t roles_count;
};

struct audio_edge_config { /* replaces one cell of the default table */
    enum stream_class holder, requester;
    enum focus_interaction interaction;
    double target_db;
    int64_t attack_ms, hold_ms, release_ms; /* -1: the usual ones */
};

enum audio_encoding { AUDIO_L16, AUDIO_L24, AUDIO_ENCODINGS_ };

struct audio_network_config { /* a programme over RTP */
    bool enabled;
    char interface[16]; /* "": the one of the link service's access point */
    int64_t port;
    int64_t payload_type;
    enum audio_encoding encoding;
    int64_t rate;
    char layout[16];
    enum stream_class stream;
    int64_t buffer_ms; /* aimed at */
    int64_t buffer_max_ms;
};

struct audio_config {
    bool enabled;
    char source[16];                      /* layout of the projection sink, by name */
    char layout[16];                      /* of the real sink: "auto", or the name of a preset; unused with speakers */
    char speakers[AUDIO_SPEAKERS_MAX][8]; /* PipeWire channel names in the sink's order: "FL", "FR", …; or none */
    size_t speakers_count;
    enum audio_output output;
    struct audio_speaker_config cabin[AUDIO_SPEAKERS_MAX];
    size_t cabin_count;
    struct audio_spatial_config spatial;
    enum decide_lfe lfe;
    struct {
        double ceiling_dbtp, lookahead_ms, release_ms;
    } limiter;
    struct audio_class_config
        classes[STREAM_CLASSES]; /* [STREAM_MEDIA].sink_name and .layout are not used: sink_name, source */
    struct audio_edge_config interactions[AUDIO_EDGES_MAX];
    size_t interactions_count;
    struct audio_network_config network;
    char sink[AUDIO_NAME_SIZE]; /* node.name of the sink to play to; "" = the Audio/Sink of highest priority.session */
    char fallback_sink[AUDIO_NAME_SIZE]; /* node.name, for the ladder's fallback-sink; "" = the best of the others */
    char sink_name[AUDIO_NAME_SIZE];     /* node.name of the projection sink that we create */
    char store[AUDIO_PATH_SIZE];         /* volumes that somebody set; "": not kept */
    struct {
        enum audio_manage manage;
        char program[256];
        char config[256];      /* -c FILE when spawned; "" = PipeWire's own default */
        char runtime_dir[256]; /* XDG_RUNTIME_DIR of PipeWire's socket; "" = from the environment, else runtime_dir */
    } pipewire;
};

#endif
